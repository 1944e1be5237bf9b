"""`studytui prove`: decide one claim from the command line, as a `claim` fence would be."""

import json as json_text
from pathlib import Path
from typing import Annotated, Any

import typer

from sims.errors import InputError
from studytui import config
from studytui.sessions.auditing import LIBRARIES, MEMORY, SECONDS

WRONG, OPEN = 1, 3


def prove(
    claim: Annotated[str, typer.Argument(help="The claim, such as 'x^2 + 1 >= 2*x'.")],
    variables: Annotated[
        str, typer.Option(help="Domains of names, such as 'x: positive, A: matrix(n, n)'.")
    ] = "",
    draw: Annotated[
        list[str] | None, typer.Option(help="A random variable: X ~ Normal(m, v).")
    ] = None,
    let: Annotated[list[str] | None, typer.Option(help="A definition: f(x) = x^2.")] = None,
    condition: Annotated[
        list[str] | None, typer.Option("--if", help="A condition on the variables.")
    ] = None,
    within: Annotated[str, typer.Option(help="A tolerance: 0.01, 1%, '2 places'.")] = "",
    exists: Annotated[str, typer.Option(help="Names of which one value is enough.")] = "",
    upto: Annotated[str, typer.Option(help="How far an unbounded domain is counted up.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Decide a claim; exit code 1 when it fails, 3 when it stays undecided."""
    from sims.claims.statement import ClaimError, statement_of

    if _is_path(claim):
        raise InputError(f"{claim} is no claim but a file; `studytui audit {claim}` decides it")
    fields = [("claim", claim), ("variables", variables), ("within", within), ("exists", exists)]
    fields += [("upto", upto)]
    fields += [("draw", text) for text in draw or []] + [("let", text) for text in let or []]
    fields += [("if", text) for text in condition or []]
    try:
        statement = statement_of([(name, value, 0) for name, value in fields if value])
    except ClaimError as error:
        raise InputError(error.message) from None
    found = decided(statement.to_dict())
    if "error" in found:
        raise InputError(found["error"])
    if json:
        print(json_text.dumps(row(claim, found)))
    else:
        print("\n".join(in_words(found)))
    if found["verdict"] == "FAILS":
        raise typer.Exit(WRONG)
    if found["verdict"] == "UNDECIDED":
        raise typer.Exit(OPEN)


def _is_path(claim: str) -> bool:
    """Whether what was given as a claim names a note or a folder that is there."""
    path = Path(claim)
    try:
        return bool(path.suffix or "/" in claim) and path.exists()
    except (OSError, ValueError):
        return False  # too long for a name


def decided(statement: dict[str, Any]) -> dict[str, Any]:
    """Return the evidence on a statement, decided in a child that is ended afterwards."""
    from sims.worker.parent import Worker, WorkerError

    worker = Worker(resident=MEMORY + LIBRARIES, log=config.home() / "logs" / "claims.log")
    try:
        result: dict[str, Any] = worker.call(
            "sims.claims.decide:decide_task", {"statement": statement}, seconds=SECONDS
        )
    except WorkerError as error:
        result = {
            "verdict": "UNDECIDED",
            "says": str(error),
            "shown": "",
            "decided_as": statement["claim"],
        }
    finally:
        worker.close()
    return result


def row(claim: str, found: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON of a decision: the words of `audit`, and more of the evidence."""
    return {
        "claim": claim,
        "decided_as": found.get("decided_as", ""),
        "verdict": found["verdict"],
        "evidence": found.get("says", ""),
        "evidence_kind": found.get("kind"),
        "shown": found.get("shown", ""),
        "condition": found.get("condition") or None,
        "counterexample": found.get("counterexample") or None,
        "witness": found.get("witness") or None,
        "right": found.get("right") or None,
        "rule": found.get("rule") or None,
        "conventions": found.get("conventions", []),
        "definitions": found.get("definitions", []),
        "mutants": found.get("mutants", []),
        "power": found.get("power"),
        "seconds": found.get("figures", {}).get("seconds"),
    }


def in_words(found: dict[str, Any]) -> list[str]:
    """Return a decision as a few lines for a person."""
    shown = found.get("shown", "")
    lines = [
        f"{found['verdict']}  {shown}".rstrip(),
        f"  decided as: {found.get('decided_as', '')}",
    ]
    lines.append(f"  {found.get('says', '')}")
    for name, key in (("only if", "condition"), ("right", "right")):
        if found.get(key):
            lines.append(f"  {name}: {found[key]}")
    if found.get("power") is not None:
        refused = sum(mutant["refused"] for mutant in found["mutants"])
        lines.append(
            f"  of {len(found['mutants'])} statements a little unlike it {refused} are refused"
        )
    lines += [f"  convention: {text}" for text in found.get("conventions", [])]
    lines += [f"  definition: {text}" for text in found.get("definitions", [])]
    return lines
