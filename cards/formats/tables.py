"""Tables: a card a row, columns parted by commas, tabs or semicolons, as Quizlet and others write.

A first row with names says what the columns hold; so does ``--columns front,back,tags``. Without
either the first column asks for the others.
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
_SEPARATORS = "\t,;|"
_LONGEST_FIELD = 1_000_000
_ID = re.compile(r"[\w][\w.:-]{0,79}")


def recognises(page: Page) -> bool:
    """Whether the name of the file is that of a table, or its columns were named."""
    return page.columns is not None or page.path.lower().endswith(_SUFFIXES)


def read(page: Page) -> Note:
    """Return the cards of a table."""
    builder = Builder(page, page.name)
    text = page.tabbed
    try:
        rows = list(rows_of(text, separator_of(text)))
    except csv.Error as error:
        builder.problem(0, f"this table cannot be read ({error}); save it as CSV again")
        return builder.note()
    if not rows:
        return builder.note()
    names = named(page.columns) if page.columns else _header(rows[0][1])
    if not page.columns and names:
        rows = rows[1:]
    names = names or ["front", "back"]
    for line, row in rows:
        _card(builder, line, names, row)
    return builder.note()


def rows_of(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the 0-based line and the cells of each row that is not blank. Raises csv.Error."""
    for line, row in records(text, separator):
        if any(cell.strip() for cell in row):
            yield line, row


def records(text: str, separator: str, comment: str = "") -> Iterator[tuple[int, list[str]]]:
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

    for row in csv.reader(taken(), delimiter=separator):
        if row and begins is not None:
            yield begins, row
        begins = None


def separator_of(text: str) -> str:
    """Return what parts the columns: of those in every one of the first rows, the first."""
    first = [line for line in text[:8192].split("\n")[:-1] or [text] if line.strip()][:20]
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
    id = "".join(cells.get("id", ()))
    deck = clean_line("".join(cells.get("deck", ()))) or None
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
