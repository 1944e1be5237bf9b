"""``studytui derive``: list derivations, or prove one step by step."""

import json as json_text
from typing import Annotated, Any

import typer

from studytui.child import in_child


def derive(
    name: Annotated[
        str | None, typer.Argument(help="Derivation, such as softmax.gradient.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List derivations, or prove one; exit code 1 when a step is not proved."""
    if name is None:
        listing = in_child("sims.tasks:derivations", {})
        if json:
            print(json_text.dumps({"derivations": listing}))
        else:
            for one in listing:
                print(f"{one['name']:<38} {one['steps']:>2} steps  {one['says']}")
        return
    from sims import catalogue

    derivation = catalogue.derivation(name)  # a wrong name is refused before a child starts
    if not json:
        print(derivation.says)

    named: set[str] = set()

    def note(message: dict[str, Any]) -> None:
        if "step" in message and not json:
            print("\n".join(lines(message["step"], named)), flush=True)

    result = in_child("sims.tasks:derive", {"name": name}, note)
    if json:
        print(json_text.dumps(result))
    if not all(step["proved"] for step in result["steps"]):
        raise typer.Exit(1)


def lines(step: dict[str, Any], named: set[str]) -> list[str]:
    """Return one step as lines: formula, names not in ``named`` yet, reason and proof."""
    from studytui.typeset.maths import display

    sign = {"=": "=", "<=": "≤", ">=": "≥", "solves": "⇒"}[step["relation"]]
    rows = ["", *(f"    {row}" for row in display(step["tex"]))]
    for where in step["where"]:
        if where["name"] not in named:
            named.add(where["name"])
            rows += ["    where"]
            rows += [f"      {row}" for row in display(f"{where['name']} = {where['tex']}")]
    says = step["says"] if step["proved"] else f"NOT PROVED: {step['says']}"
    return [*rows, f"  {sign} {step['because']} ({says})"]
