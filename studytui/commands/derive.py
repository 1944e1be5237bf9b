"""`studytui derive`: list derivations, or prove one step by step."""

import json as json_text
from itertools import count
from typing import Annotated, Any

import typer

from studytui.commands.child import in_child, say_what_is_broken
from studytui.steps import in_lines
from studytui.words import counted


def derive(
    name: Annotated[
        str | None, typer.Argument(help="Derivation, such as softmax.gradient.")
    ] = None,
    order: Annotated[
        bool, typer.Option("--order", help="Put the lines in order, asked line by line.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List derivations, or prove one; exit code 1 when a step is not proved."""
    if name is None:
        listing = in_child("sims.tasks:derivations", {})
        say_what_is_broken()
        if json:
            print(json_text.dumps({"derivations": listing}))
        else:
            for one in listing:
                print(f"{one['name']:<38} {counted(one['steps'], 'step'):>8}  {one['says']}")
        return
    from sims import registry

    derivation = registry.derivation(name)  # a wrong name is refused before a child starts
    if order:
        _ask(name)
        return
    if not json:
        print(derivation.says)

    numbers, named = count(1), set[str]()

    def note(message: dict[str, Any]) -> None:
        if "step" in message and not json:
            print("\n".join(in_lines(message["step"], next(numbers), named)), flush=True)

    result = in_child("sims.tasks:derive", {"name": name}, note)
    if json:
        print(json_text.dumps(result))
    if not all(step["proved"] for step in result["steps"]):
        raise typer.Exit(1)


def _ask(name: str) -> None:
    """Have the lines of a derivation put in order, and mark that."""
    import secrets
    import sys

    from studytui import config
    from studytui.plain.lines import Lines
    from studytui.plain.quiz import sit
    from studytui.services import Services
    from studytui.sessions.quiz import behind, order_proof

    with Services(config.load()) as services:
        paper = order_proof(services, behind(name), secrets.randbelow(10_000))
        sit(services, paper, 0, Lines(sys.stdin, sys.stdout))
