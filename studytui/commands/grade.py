"""``studytui grade``: decide one answer, or a file of cases, in a limited child process."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sims.worker.parent import Worker

SECONDS = 1.5
BY_VALUE = "AlgEquiv"
ALGEBRA = (
    "sims.maths.comparison.algebra",
    "sims.maths.answer_forms.forms",
    "sims.maths.answer_forms.systems",
)
MEMORY = 2 << 30
MEASURED = re.compile(r"\s*[-+]?[\d.]+(e[-+]?\d+)?\s+[^\W\d_]", re.IGNORECASE)
EXIT = {"equal": 0, "equal-where-defined": 0, "different": 1, "invalid": 2, "undecided": 3}


def grade(
    expected: Annotated[str | None, typer.Option(help="the expected answer")] = None,
    answer: Annotated[str | None, typer.Option(help="the answer to judge")] = None,
    variables: Annotated[
        str, typer.Option(help="domains of names, such as 'x: positive, n: integer'")
    ] = "",
    tolerance: Annotated[
        str | None, typer.Option(help="for numbers: 0.01, 1%, '2 places' or '3 figures'")
    ] = None,
    test: Annotated[
        str, typer.Option(help="how to compare; a name that is none lists them")
    ] = BY_VALUE,
    option: Annotated[
        list[str] | None, typer.Option(help="what a test asks for, such as sigfigs=3 or var=x")
    ] = None,
    cases: Annotated[Path | None, typer.Option(help="a file with one JSON case a line")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Compare an answer with the expected one by computing."""
    if cases is not None:
        given = {"--expected": expected, "--answer": answer, "--tolerance": tolerance}
        given |= {"--variables": variables, "--test": None if test == BY_VALUE else test}
        if extra := [name for name, value in given.items() if value]:
            raise ValueError(f"the lines of --cases say all: leave out {', '.join(extra)}")
        for line in judged_lines(cases):
            print(json.dumps(line), flush=True)
        return
    if expected is None or answer is None:
        raise ValueError("give --expected and --answer, or --cases FILE")
    declared = domains(variables)
    if test == BY_VALUE and tolerance is None and _has_unit(expected, declared):
        tolerance = "0"
    row: dict[str, Any] = {
        "id": None,
        "test": test,
        "student": answer,
        "teacher": expected,
        "variables": declared,
        "tolerance": tolerance,
        "options": {**chosen(option or ()), "calls": False},
    }
    worker = started("sims.maths.answer_forms.cases", *(() if test == BY_VALUE else ALGEBRA))
    try:
        line = judged(worker, {**row, "options": {**row["options"], "algebra": False}})
        if line["verdict"] == "undecided":
            worker.warm(*ALGEBRA)
            line = judged(worker, row)
    finally:
        worker.close()
    print(json.dumps(line) if as_json else in_words(line))
    raise typer.Exit(EXIT[line["verdict"]])


def _has_unit(expected: str, variables: dict[str, str]) -> bool:
    """Whether the expected answer is a number, a space and a unit, to be compared as such."""
    from cards.variants.expression import measured, read
    from sims.maths import MathsError

    if not MEASURED.match(expected):
        return False  # 2m and 2*m may be twice a length m
    try:
        return bool(measured(read(expected, variables), variables)[1])
    except MathsError:
        return False


def started(*modules: str) -> "Worker":
    """Return a worker that has begun to import what judging needs."""
    from sims.worker.parent import Worker

    worker = Worker(address_space=MEMORY)
    worker.warm(*modules)
    return worker


def judged_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a line of output for each line of a file of cases."""
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} cannot be read: it is not UTF-8 text") from error
    worker = started("sims.maths.answer_forms.cases", *ALGEBRA)
    try:
        for number, text in enumerate(source.split("\n"), 1):
            if text.strip():
                yield _line(worker, text, number)
    finally:
        worker.close()


def _line(worker: "Worker", text: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        return failed(None, "invalid", f"Line {number} is not a JSON object.")
    return judged(worker, row)


def judged(worker: "Worker", row: dict[str, Any]) -> dict[str, Any]:
    """Return what the worker says of a case; a case that breaks its limits is undecided."""
    from sims.worker.parent import TaskFailed, WorkerError, WorkerTimeout

    try:
        line: dict[str, Any] = worker.call(
            "sims.maths.answer_forms.cases:judge_task", row, seconds=SECONDS
        )
    except WorkerTimeout:
        line = failed(row.get("id"), "undecided", "This took too long to compare.")
        line["seconds"] = SECONDS
    except TaskFailed as error:
        print(f"studytui: {error.kind}: {error}", file=sys.stderr)
        line = failed(row.get("id"), "undecided", "This could not be compared.")
    except WorkerError as error:
        line = failed(row.get("id"), "undecided", f"This could not be compared: {error}.")
    return line


def failed(name: Any, verdict: str, message: str) -> dict[str, Any]:
    """Return the line for a case that was not compared."""
    return {
        "id": name,
        "verdict": verdict,
        "outcome": verdict,
        "score": 0.0,
        "read_as": "",
        "witness": "",
        "message": message,
        "seconds": 0.0,
    }


def domains(text: str) -> dict[str, str]:
    """Return the domains in ``x: positive, p: simplex``; braces around them are allowed."""
    found: dict[str, str] = {}
    depth, piece = 0, ""
    for character in text.strip().removeprefix("{").removesuffix("}") + ",":
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth <= 0:
            name, colon, domain = piece.partition(":")
            if piece.strip() and not (colon and name.strip() and domain.strip()):
                raise ValueError(f"write variables as 'x: positive', not {piece.strip()!r}")
            if piece.strip():
                found[name.strip()] = domain.strip().strip("'\"")
            piece = ""
        else:
            piece += character
    return found


def chosen(options: Iterable[str]) -> dict[str, str | int]:
    """Return options written ``name=value``, whole numbers as such."""
    found: dict[str, str | int] = {}
    for text in options:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise ValueError(f"write an option as sigfigs=3, not {text!r}")
        found[name] = int(value) if value.isascii() and value.isdigit() else value
    return found


def in_words(line: dict[str, Any]) -> str:
    """Return the outcome for a person to read."""
    parts = [line["verdict"].replace("-", " ")]
    if line["read_as"]:
        parts.append(f"read as  {line['read_as']}")
    if line["witness"]:
        parts.append(line["witness"])
    if line["message"]:
        parts.append(line["message"])
    return "\n".join(parts)
