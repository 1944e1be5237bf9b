"""Tables: a card a row, columns parted by commas, tabs or semicolons, as Quizlet and others write.

A first row with names says what the columns hold; so does ``--columns front,back,tags``. Without
either the first column asks for the others. Quotes that do not pair are text in a table of tabs.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from cards.card import Check, Kind
from cards.formats.foreign import Builder
from cards.formats.page import Page
from cards.note import Note
from cards.text.clean import clean_line
from sims.errors import InputError

_SUFFIXES = (".csv", ".tsv")
_NAMES = {
    "front": "front", "question": "front", "term": "front", "prompt": "front", "word": "front",
    "q": "front", "back": "back", "answer": "back", "definition": "back", "meaning": "back",
    "a": "back", "tags": "tags", "tag": "tags", "deck": "deck", "id": "id", "guid": "id",
    "kind": "kind", "-": "",
}  # fmt: skip
_OURS = {"id", "deck", "topic", "kind", "question", "answer"}
_QUOTED = re.compile(r"\A'(?='?[=+@-])")
"""What our own tables have before a cell that a spreadsheet would compute."""
_SEPARATORS = "\t,;|"
_EXCEL = re.compile(r"sep=([^\w\s\"]|\t)\n")
"""A first line by which a spreadsheet is told what parts the columns."""
_LONGEST_FIELD = 2**31 - 1
"""More than any file holds: a side that is too long is told of by itself."""
_ID = re.compile(r"[\w][\w.:-]{0,79}")


def recognises(page: Page) -> bool:
    """Whether the name of the file is that of a table, its columns were named, or tabs part them.

    The last holds for a plain text of three lines or more that all have as many tabs.
    """
    name = page.path.lower()
    if page.columns is not None or name.endswith(_SUFFIXES):
        return True
    if not name.endswith(".txt"):
        return False
    lines = [line.rstrip() for line in page.tabbed.split("\n") if line.strip()]
    tabs = {line.count("\t") for line in lines}
    return (
        len(lines) > 2
        and len(tabs) == 1
        and tabs != {0}
        and not any(line.startswith("\t") for line in lines)
    )


def read(page: Page) -> Note:
    """Return the cards of a table."""
    builder = Builder(page, page.name)
    text, said = page.tabbed, _EXCEL.match(page.tabbed)
    if said:
        text = text[said.end() :]
    try:
        rows = _rows(text, said[1] if said else separator_of(text))
    except csv.Error as error:
        builder.problem(0, f"this table cannot be read ({error}); save it as CSV again")
        return builder.note()
    if not rows:
        return builder.note()
    first = rows[0][1]
    names = named(page.columns) if page.columns else _header(first)
    if not page.columns and names:
        rows = rows[1:]
    names = names or ["front", "back"]
    is_ours = not said and not page.columns and {cell.strip() for cell in first} >= _OURS
    for line, row in rows:
        row = [_QUOTED.sub("", cell) for cell in row] if is_ours else row
        _card(builder, line + bool(said), names, row)
    return builder.note()


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Return the rows; where tabs part them, quotes that do not pair are text. Raises csv.Error."""
    if separator != "\t":
        return list(rows_of(text, separator))
    try:
        return list(rows_of(text, separator, strict=True))
    except csv.Error:
        return [
            (number, line.split("\t"))
            for number, line in enumerate(text.split("\n"))
            if line.strip()
        ]


def rows_of(text: str, separator: str, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Yield the 0-based line and the cells of each row that is not blank. Raises csv.Error."""
    for line, row in records(text, separator, strict=strict):
        if any(cell.strip() for cell in row):
            yield line, row


def records(
    text: str, separator: str, comment: str = "", strict: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Yield the 0-based line and the cells of each row that is not empty. Raises csv.Error.

    Where no row has begun, a line that begins with ``comment`` is none.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    lines = enumerate(io.StringIO(text, newline="\n"))
    begins: int | None = None

    def taken() -> Iterator[str]:
        nonlocal begins
        for number, line in lines:
            if begins is None and comment and line.startswith(comment):
                continue
            begins = number if begins is None else begins
            yield line

    for row in csv.reader(taken(), delimiter=separator, strict=strict):
        if row and begins is not None:
            yield begins, row
        begins = None


def separator_of(text: str) -> str:
    """Return what parts the columns: the first that gives the first rows equally many cells.

    Commas before spaces come last: they are in a text rather than between texts.
    """
    first = [line for line in text[:8192].split("\n")[:-1] or [text[:8192]] if line.strip()]
    first = first[:20]
    spaced = all(line.count(",") == line.count(", ") for line in first)
    for separator in "\t;|," if spaced else _SEPARATORS:
        widths = {len(row) for row in csv.reader(first, delimiter=separator) if row}
        if len(widths) == 1 and widths != {1}:
            return separator
    for separator in _SEPARATORS:
        if first and all(separator in line for line in first):
            return separator
    counts = {one: sum(line.count(one) for line in first) for one in _SEPARATORS}
    return max(counts, key=lambda one: counts[one]) if any(counts.values()) else ","


def named(columns: str) -> list[str]:
    """Return what each column holds. Raises InputError for a name that is none."""
    names = []
    for name in columns.split(","):
        known = _NAMES.get(name.strip().casefold())
        if known is None:
            raise InputError(f"a column is front, back, tags, deck, id or -, not {name.strip()!r}")
        names.append(known)
    if "front" not in names or "back" not in names:
        raise InputError("name a column front and one back")
    return names


def _header(row: Sequence[str]) -> list[str]:
    """Return what the names in a first row say, nothing when it is a card."""
    names = [_NAMES.get(cell.strip().casefold(), "") for cell in row]
    return names if "front" in names and "back" in names else []


def _card(builder: Builder, line: int, names: Sequence[str], row: Sequence[str]) -> None:
    cells: dict[str, list[str]] = {}
    for at, cell in enumerate(row):
        name = names[at] if at < len(names) else ("back" if len(names) == 2 else "")
        if cell.strip():
            cells.setdefault(name, []).append(cell.strip())
    if "front" not in cells:
        builder.problem(line, "this row asks nothing, and is left out", "warning")
        return
    id = "".join(cells.get("id", ()))
    deck = clean_line("".join(cells["deck"])) if "deck" in cells else None
    kind = "".join(cells.get("kind", ()))
    builder.basic(
        line,
        "\n".join(cells.get("front", ())),
        "\n\n".join(cells.get("back", ())),
        id=id if _ID.fullmatch(id) else None,
        deck=deck,
        tags=" ".join(cells.get("tags", ())).replace(",", " ").split(),
        check=Check(line=line + 1) if kind else None,
        kind=Kind(kind) if kind in (Kind.CLOZE, Kind.REVERSED) else Kind.BASIC,
    )
