"""`studytui audit`: decide the statements of notes, one by one, as CI can use it."""

import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sims.errors import InputError
from studytui.commands.progress import ProgressLine
from studytui.printing import refuse
from studytui.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cards.checking.audit import Audit
    from cards.checking.row import Row

REFUTED = 1


def audit(
    paths: Annotated[list[str], typer.Argument(help="Notes, or folders of them.")],
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
    from studytui.sessions.auditing import audited, kept_results
    from studytui.sessions.note_paths import find

    if format not in ("text", "github"):
        raise InputError("--format is text or github")
    notes = find(paths)
    if notes.missing:
        refuse("\n".join(map(str, notes.missing)), json)
    files = [(path, str(written)) for path, written in notes.files.items()]
    if suggest:
        _suggest(files, json)
        return
    known = _baseline(baseline) if baseline else []
    target = _report_file(report) if report else None
    with ProgressLine() as line:
        found = audited(files, None if fresh else kept_results(), line.show)
    if baseline:
        from cards.checking.audit import fresh as without

        found = without(found, known)
    if target is not None:
        from cards.checking.audit import report as written_report
        from cards.formats.addition import write_note

        write_note(target, written_report(found))
    _print(found, json, format)
    if found.summary["refuted"] or found.problems:
        raise typer.Exit(REFUTED)


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


def _report_file(path: str) -> Path:
    """Return where a report goes. Raises InputError where something else than a report is."""
    from cards.checking.audit import is_report
    from studytui.paths import expanded, require_folder

    require_folder(path)
    target = expanded(path)
    if target.exists() and not (
        target.is_file() and is_report(target.read_text(encoding="utf-8", errors="replace"))
    ):
        raise InputError(f"{path} is there already and no report; name another file")
    return target


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
    from cards.formats.notebook import note_text

    found = []
    for path, written in files:
        text = note_text(path)
        if isinstance(text, str):
            found += [{"file": written, **one} for one in suggestions(text)]
    if json:
        print(json_text.dumps({"suggestions": found}))
        return
    for one in found:
        print(f"{one['file']}:{one['line']}: {one['text']}\n{one['fence']}\n")
    print(f"{counted(len(found), 'suggestion')}; read each before you paste it.")
