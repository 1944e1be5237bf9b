"""``studytui grade``: decide one answer, or a file of cases, in a limited child process."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sims.errors import InputError
from studytui.words import SEEN

if TYPE_CHECKING:
    from sims.worker.parent import Worker

WATCHDOG = 20.0
"""Seconds after which a case is given up: steps and processor time end it long before that."""
ALGEBRA = (
    "sims.maths.comparison.algebra",
    "sims.maths.answer_forms.forms",
    "sims.maths.answer_forms.systems",
)
MEMORY = 2 << 30
EXIT = {"equal": 0, "equal-where-defined": 0, "different": 1, "invalid": 2, "undecided": 3}
BUSY = "The machine was too busy: try again."


def grade(
    expected: Annotated[str | None, typer.Option(help="the expected answer")] = None,
    answer: Annotated[str | None, typer.Option(help="the answer to judge")] = None,
    variables: Annotated[
        str, typer.Option(help="domains of names, such as 'x: positive, n: integer'")
    ] = "",
    tolerance: Annotated[
        str | None, typer.Option(help="for numbers: 0.01, 1%, '2 places' or '3 figures'")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="what a number is counted in: %, MB")] = None,
    form: Annotated[
        str | None, typer.Option(help="how it must be written: factored, decimal, solved for x …")
    ] = None,
    domain: Annotated[
        str | None, typer.Option(help="common: only where both are defined; strict: nowhere else")
    ] = None,
    test: Annotated[
        str | None, typer.Option(help="another way to compare; a name that is none lists them")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(help="what a test asks for, such as sigfigs=3 or var=x")
    ] = None,
    cases: Annotated[Path | None, typer.Option(help="a file with one JSON case a line")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Grade an answer by computing, as a card with that check does."""
    row: dict[str, Any] = {
        "student": answer,
        "teacher": expected,
        "variables": domains(variables),
        "tolerance": tolerance,
        "unit": unit,
        "form": form,
        "domain": domain,
        "test": test,
    }
    if cases is not None:
        names = {"student": "answer", "teacher": "expected"}
        if extra := [f"--{names.get(name, name)}" for name, value in row.items() if value]:
            raise InputError(f"the lines of --cases say all: leave out {', '.join(extra)}")
        for line in judged_lines(cases):
            print(json.dumps(line), flush=True)
        return
    if expected is None or answer is None:
        raise InputError("give --expected and --answer, or --cases FILE")
    options = {**chosen(option or ()), "calls": False}
    line = failed(None, "undecided", "")
    if test is None:
        line = judged_here({**row, "options": {**options, "algebra": False}})
    if line["verdict"] == "undecided":
        worker = started("cards.answers.case", *ALGEBRA)
        try:
            line = judged(worker, {**row, "options": options})
        finally:
            worker.close()
    print(json.dumps(line) if as_json else in_words(line))
    raise typer.Exit(EXIT[line["verdict"]])


def started(*modules: str) -> "Worker":
    """Return a worker that has begun to import what judging needs."""
    from sims.worker.parent import Worker

    worker = Worker(address_space=MEMORY)
    worker.warm(*modules)
    return worker


def judged_here(row: dict[str, Any]) -> dict[str, Any]:
    """Return what is decided without algebra, in this process: it ends after this one answer.

    So nothing is started; memory and processor time are limited by the kernel.
    """
    import resource

    from cards.answers.case import grade_case

    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, before[1]))
    try:
        return grade_case(row)
    except MemoryError:
        return failed(row.get("id"), "undecided", "This took too much memory to compare.")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def judged_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a line of output for each line of a file of cases."""
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} cannot be read: it is not UTF-8 text") from error
    worker = started("cards.answers.case", *ALGEBRA)
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
        line: dict[str, Any] = worker.call("cards.answers.case:case_task", row, seconds=WATCHDOG)
    except WorkerTimeout:
        line = failed(row.get("id"), "undecided", BUSY)
        line |= {"outcome": "busy", "seconds": WATCHDOG}
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
        "evidence_kind": "",
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
                raise InputError(f"write variables as 'x: positive', not {piece.strip()!r}")
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
            raise InputError(f"write an option as sigfigs=3, not {text!r}")
        found[name] = int(value) if value.isascii() and value.isdigit() else value
    return found


def in_words(line: dict[str, Any]) -> str:
    """Return the outcome for a person to read."""
    seen = SEEN.get(line["evidence_kind"])
    parts = [line["verdict"].replace("-", " ") + (f", {seen}" if seen else "")]
    if line["read_as"]:
        parts.append(f"read as  {line['read_as']}")
    if line["witness"]:
        parts.append(line["witness"])
    if line["message"]:
        parts.append(line["message"])
    return "\n".join(parts)
