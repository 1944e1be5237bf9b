"""``studytui derive``: list derivations, or prove one step by step."""

import json as json_text
from itertools import count
from typing import Annotated, Any

import typer

from studytui.commands.child import in_child
from studytui.steps import signed, unseen
from studytui.words import counted


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
                print(f"{one['name']:<38} {counted(one['steps'], 'step'):>8}  {one['says']}")
        return
    from sims import registry

    derivation = registry.derivation(name)  # a wrong name is refused before a child starts
    if not json:
        print(derivation.says)

    numbers, named = count(1), set[str]()

    def note(message: dict[str, Any]) -> None:
        if "step" in message and not json:
            print("\n".join(lines(message["step"], next(numbers), named)), flush=True)

    result = in_child("sims.tasks:derive", {"name": name}, note)
    if json:
        print(json_text.dumps(result))
    if not all(step["proved"] for step in result["steps"]):
        raise typer.Exit(1)


def lines(step: dict[str, Any], number: int, named: set[str]) -> list[str]:
    """Return one step as lines: reason, formula, names not in ``named`` yet, and proof."""
    from studytui.typeset.maths import display

    rows = ["", f"{number}. {step['because']}"]
    rows += [f"     {row}" for row in display(signed(step, number))]
    if meanings := unseen(step, named):
        rows.append("   where")
        rows += [f"     {row}" for meaning in meanings for row in display(meaning)]
    return [*rows, f"   ✓ {step['says']}" if step["proved"] else f"   ✗ NOT PROVED: {step['says']}"]
