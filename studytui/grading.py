"""Deciding one answer, or a file of cases, in a limited child process where algebra is needed.

`studytui grade` is asked often by other programs: plain options are read here, because a parser
of options takes longer to import than most answers take to decide.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
TEXTS = ("expected", "answer", "variables", "tolerance", "unit", "form", "domain", "test")
"""The options of `studytui grade` that take a text and stand once."""


def plain(arguments: Sequence[str]) -> tuple[dict[str, str], list[str], bool] | None:
    """Return texts, options and whether JSON is asked for; None for what needs the parser."""
    texts: dict[str, str] = {}
    options: list[str] = []
    as_json, at = False, 0
    while at < len(arguments):
        name, equals, value = arguments[at].partition("=")
        at += 1
        if arguments[at - 1] == "--json" and not as_json:
            as_json = True
            continue
        if not name.startswith("--") or (name[2:] not in TEXTS and name != "--option"):
            return None
        if not equals:
            if at == len(arguments):
                return None
            value, at = arguments[at], at + 1
        if name == "--option":
            options.append(value)
        elif texts.setdefault(name[2:], value) is not value:
            return None
    return (texts, options, as_json) if {"expected", "answer"} <= texts.keys() else None


def run(
    texts: Mapping[str, str | None],
    *,
    options: Sequence[str] = (),
    cases: Path | None = None,
    as_json: bool = False,
) -> int:
    """Print the verdict on an answer, or a line for each case; return the exit code."""
    row: dict[str, Any] = {"student": texts.get("answer"), "teacher": texts.get("expected")}
    row |= {name: texts.get(name) for name in TEXTS[2:]}
    row["variables"] = domains(texts.get("variables") or "")
    if cases is not None:
        names = {"student": "answer", "teacher": "expected"}
        if extra := [f"--{names.get(name, name)}" for name, value in row.items() if value]:
            raise InputError(f"the lines of --cases say all: leave out {', '.join(extra)}")
        for line in judged_lines(cases):
            print(json.dumps(line), flush=True)
        return 0
    if row["teacher"] is None or row["student"] is None:
        raise InputError("give --expected and --answer, or --cases FILE")
    asked = {**chosen(options), "calls": False}
    line = failed(None, "undecided", "")
    if row["test"] is None:
        line = judged_here({**row, "options": {**asked, "algebra": False}})
    if line["verdict"] == "undecided":
        worker = started("cards.answers.case", *ALGEBRA)
        try:
            line = judged(worker, {**row, "options": asked})
        finally:
            worker.close()
    print(json.dumps(line) if as_json else in_words(line))
    return EXIT[line["verdict"]]


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
    """Return the domains in `x: positive, p: simplex`; braces around them are allowed."""
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
    """Return options written `name=value`, whole numbers as such."""
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
