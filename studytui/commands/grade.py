"""`studytui grade`: its options, for `studytui.grading`."""

from pathlib import Path
from typing import Annotated

import typer

from studytui.grading import run


def grade(
    expected: Annotated[str | None, typer.Option(help="The expected answer.")] = None,
    answer: Annotated[str | None, typer.Option(help="The answer to judge.")] = None,
    variables: Annotated[
        str, typer.Option(help="Domains of names, such as 'x: positive, n: integer'.")
    ] = "",
    tolerance: Annotated[
        str | None, typer.Option(help="For numbers: 0.01, 1%, '2 places' or '3 figures'.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="What a number is counted in: %, MB.")] = None,
    form: Annotated[
        str | None, typer.Option(help="How it must be written: factored, decimal, solved for x.")
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option(help="'common': only where both are defined; 'strict': nowhere else."),
    ] = None,
    test: Annotated[
        str | None, typer.Option(help="Another way to compare; a name that is none lists them.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(help="What a test asks for, such as sigfigs=3 or var=x.")
    ] = None,
    cases: Annotated[Path | None, typer.Option(help="A file with one JSON case a line.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Grade an answer by computing, as a card with that check does."""
    row = {
        "expected": expected,
        "answer": answer,
        "variables": variables,
        "tolerance": tolerance,
        "unit": unit,
        "form": form,
        "domain": domain,
        "test": test,
    }
    code = run(row, options=option or (), cases=cases, as_json=as_json)
    raise typer.Exit(code)
