"""``studytui audit``: decide the statements of notes, one by one, as CI can use it."""

import json as json_text
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sims.errors import InputError
from studytui import config
from studytui.commands.progress import ProgressLine
from studytui.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cards.checking.audit import Audit, Row
    from sims.cache import Cache
    from sims.worker.parent import Worker

REFUTED, BAD = 1, 2
SECONDS = 30.0
"""How long one claim may take; its own limit is 10 seconds of processor time."""


def audit(
    paths: Annotated[list[str], typer.Argument(help="Notes, or folders of .md and .txt notes.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    report: Annotated[str, typer.Option(help="Write the findings to a Markdown file.")] = "",
    baseline: Annotated[
        str, typer.Option(help="JSON of an earlier audit: only what is new is shown and counted.")
    ] = "",
    format: Annotated[str, typer.Option(help="text, or github for annotations.")] = "text",
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print a fence for each statement with a formula.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ignore results kept earlier.")] = False,
) -> None:
    """Audit notes; exit code 1 when a statement is refuted or a fence cannot be read."""
    from studytui.commands.note_paths import find

    if format not in ("text", "github"):
        raise InputError("--format is text or github")
    notes = find(paths)
    if notes.missing:
        print(*notes.missing, sep="\n", file=sys.stderr)
        raise typer.Exit(BAD)
    files = [(path, str(written)) for path, written in notes.files.items()]
    if suggest:
        _suggest(files, json)
        return
    known = _baseline(baseline) if baseline else []
    found = audited(files, None if fresh else _cache())
    if baseline:
        from cards.checking.audit import fresh as without

        found = without(found, known)
    if report:
        from cards.checking.audit import report as written_report

        Path(report).write_text(written_report(found), encoding="utf-8")
    _print(found, json, format)
    if found.summary["refuted"] or found.problems:
        raise typer.Exit(REFUTED)


def _cache() -> "Cache":
    from sims.cache import Cache

    return Cache(config.home() / "cache" / "audit")


def _baseline(path: str) -> "Iterable[Mapping[str, Any]]":
    """Return the statements of an earlier audit. Raises InputError for what is none."""
    try:
        data = json_text.loads(Path(path).read_text(encoding="utf-8"))
        rows: list[dict[str, Any]] = data["statements"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} is no JSON that `studytui audit --json` wrote ({error})"
        ) from error
    return rows


def audited(files: "list[tuple[Path, str]]", cache: "Cache | None") -> "Audit":
    """Return the audit of all notes, from the cache where a note has not changed."""
    from cards.checking.audit import Audit, Problem, audit_note, dumped, key_of, language, restored
    from cards.formats.source import text_of

    total = Audit()
    decider = Decider(cache)
    parts: list[Audit] = []
    try:
        with ProgressLine() as line:
            for number, (path, written) in enumerate(files):
                line.show(written, number / len(files))
                text = text_of(path)
                if not isinstance(text, str):
                    parts.append(Audit((), (Problem(written, text.line, text.message),)))
                    continue
                ask = key_of(written, text)
                kept = cache.get(language(), ask) if cache else None
                if kept is not None:
                    parts.append(restored(kept))
                    continue
                found = audit_note(written, text, decider.decide)
                if cache and not decider.failed:
                    cache.put(language(), ask, dumped(found))
                parts.append(found)
    finally:
        decider.close()
    for part in parts:
        total = Audit((*total.rows, *part.rows), (*total.problems, *part.problems))
    return total


class Decider:
    """Decides claims in one child, started at the first; what was decided before is kept."""

    def __init__(self, cache: "Cache | None") -> None:
        self._cache = cache
        self._worker: Worker | None = None
        self.failed = False

    def decide(self, statement: "Mapping[str, Any]") -> "Mapping[str, Any]":
        """Return the evidence on a statement; one that breaks its limits is undecided."""
        from cards.checking.audit import language
        from sims.worker.parent import WorkerError
        from studytui.commands.prove import LIBRARIES, MEMORY

        ask = {"claim": {name: value for name, value in statement.items() if name != "lines"}}
        ask = json_text.loads(json_text.dumps(ask))
        kept: Mapping[str, Any] | None = self._cache.get(language(), ask) if self._cache else None
        if kept is not None:
            return kept
        if self._worker is None:
            from sims.worker.parent import Worker

            log = config.home() / "logs" / "claims.log"
            self._worker = Worker(resident=MEMORY + LIBRARIES, log=log)
        try:
            result: dict[str, Any] = self._worker.call(
                "sims.claims.decide:decide_task", {"statement": dict(statement)}, seconds=SECONDS
            )
        except WorkerError as error:
            self.failed = True
            return {"verdict": "UNDECIDED", "says": str(error), "decided_as": statement["claim"]}
        if self._cache and "error" not in result:
            self._cache.put(language(), ask, result)
        return result

    def close(self) -> None:
        """End the child."""
        if self._worker is not None:
            self._worker.close()


def _print(found: "Audit", json: bool, format: str) -> None:
    """Print the findings as JSON, as annotations or for a person."""
    if json:
        print(json_text.dumps(found.to_dict()))
        return
    for problem in found.problems:
        if format == "github":
            print(f"::error file={problem.file},line={problem.line}::{_escaped(problem.message)}")
        else:
            print(problem)
    for row in found.rows:
        if format == "github":
            _annotate(row)
        elif row.wrong or row.verdict in ("CONDITIONAL", "UNDECIDED") or row.kind == "fence":
            print("\n".join(lines(row)))
    if format != "github":
        print(in_words(found.summary, len(found.problems)))


def _annotate(row: "Row") -> None:
    """Print a finding as an annotation of a pull request."""
    if not (row.wrong or row.verdict == "CONDITIONAL"):
        return
    level = "error" if row.wrong else "warning"
    title = "refuted" if row.wrong else f"only if {row.condition}"
    right = f" Right: {row.right}." if row.right else ""
    says = f"{row.decided_as}: {row.evidence}.{right}"
    print(
        f"::{level} file={row.file},line={row.line},title={_escaped(title, True)}::{_escaped(says)}"
    )


def _escaped(text: str, value: bool = False) -> str:
    """Return a text with what ends an annotation escaped."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if value else text


def lines(row: "Row") -> list[str]:
    """Return a row as a few lines for a person."""
    from cards.text.clean import clean_line

    found = [f"{row.file}:{row.line}: {row.verdict} {row.shown}".rstrip()]
    found.append(f"    {clean_line(row.text)}")
    found.append(f"    decided as: {clean_line(row.decided_as)}")
    if not row.shown or row.verdict in ("CONDITIONAL", "UNDECIDED"):
        found.append(f"    {row.evidence}")
    for name, value in (("only if", row.condition), ("right", row.right)):
        if value:
            found.append(f"    {name}: {value}")
    if row.known and row.wrong:
        found.append(f"    the note says `known: {row.known}`, and it is not so")
    return found


def in_words(counts: "Mapping[str, int]", problems: int) -> str:
    """Return the summary as one line."""
    text = (
        f"{counted(counts['statements'], 'statement')}: {counts['checked']} checked, "
        f"{counts['refuted']} refuted, {counts['conditional']} conditional, "
        f"{counts['undecided']} undecided, {counts['not_checked']} not checked."
    )
    return f"{text} {counted(problems, 'fence')} not read." if problems else text


def _suggest(files: "list[tuple[Path, str]]", json: bool) -> None:
    """Print a claim fence for each statement that holds a formula and has none."""
    from cards.checking.suggest import suggestions
    from cards.formats.source import text_of

    found = []
    for path, written in files:
        text = text_of(path)
        if isinstance(text, str):
            found += [{"file": written, **one} for one in suggestions(text)]
    if json:
        print(json_text.dumps({"suggestions": found}))
        return
    for one in found:
        print(f"{one['file']}:{one['line']}: {one['text']}\n{one['fence']}\n")
    print(f"{counted(len(found), 'suggestion')}; read each before you paste it.")
