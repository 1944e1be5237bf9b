"""Tables: a card a row, columns parted by commas, tabs or semicolons, as Quizlet and others write.

A first row with names says what the columns hold; so does `--columns front,back,tags`. Without
either the first column asks for the others. Quotes that do not pair are text in a table of tabs or
bars. A first row that begins with `#`, or names columns as programs do, is no card.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from cards.card import Check, Kind
from cards.formats.foreign import Builder
from cards.formats.native import is_native
from cards.formats.page import Page
from cards.note import ID, Note
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
_RULER = re.compile(r"[\s|:-]*")
"""What parts the head of a table of Markdown from its rows."""
_COLUMN = re.compile(r"[A-Za-z]\w{0,39}")
_FORMULA = re.compile(r"[(){}$\\=<>]")
_FEWEST = {"\t": 3, "|": 3, ";": 5}
"""How many lines make a table of a plain text, by what parts its columns."""
_ALIKE = 0.9
"""The share of the lines with bars that have as many: there may be one in a text."""
_LONGEST_FIELD = 2**31 - 1
"""More than any file holds: a side that is too long is told of by itself."""


def recognises(page: Page) -> bool:
    """Whether the name of the file is that of a table, its columns were named, or signs part them.

    The last holds for a plain text, not one of cards with `Q:` or `C:`.
    """
    if page.columns is not None or page.path.lower().endswith(_SUFFIXES):
        return True
    is_table = _sign_of(page) or (
        page.path.lower().endswith(".txt") and len(_of_semicolons(page.tabbed)) >= _FEWEST["\t"]
    )
    return bool(is_table) and not is_native(page.lines)


def _sign_of(page: Page) -> str:
    """Return what parts the columns of a plain text, empty for one that is no table.

    That are tabs or semicolons, in each line as often, or bars in each, nearly always as often.
    """
    if not page.path.lower().endswith(".txt"):
        return ""
    lines = [line.rstrip() for line in page.tabbed.split("\n") if line.strip()]
    return next((sign for sign in _FEWEST if _is_parted(lines, sign)), "")


def _is_parted(lines: Sequence[str], sign: str) -> bool:
    """Whether a sign parts the columns of all lines: no formula, code or table of Markdown."""
    if len(lines) < _FEWEST[sign] or not all(map(_parts(sign), lines)):
        return False
    counts = Counter(line.count(sign) for line in lines)
    often = counts.most_common(1)[0][1]
    return often >= len(lines) * (_ALIKE if sign == "|" else 1)


def _parts(sign: str) -> Callable[[str], bool]:
    """Return whether a line may be parted by a sign."""
    if sign == "|":
        return lambda line: (
            line.lstrip(" ")[:1] != "|"
            and (" | " in line or (sign in line and not _FORMULA.search(line)))
            and not _RULER.fullmatch(line)
        )
    if sign == ";":
        return lambda line: sign in line.lstrip(" ;").rstrip(";")
    return lambda line: sign in line and not line.startswith(sign)


def read(page: Page) -> Note:
    """Return the cards of a table."""
    builder = Builder(page, page.name)
    text, said = page.tabbed, _EXCEL.match(page.tabbed)
    if said:
        text = text[said.end() :]
    try:
        rows = [] if said else _of_semicolons(text)
        rows = rows or _rows(text, said[1] if said else _sign_of(page) or separator_of(text))
    except csv.Error as error:
        builder.problem(0, f"this table cannot be read ({error}); save it as CSV again")
        return builder.note()
    if not rows:
        return builder.note()
    first = rows[0][1]
    names = named(page.columns) if page.columns else _header(first)
    if not page.columns and (names or _names_columns(rows)):
        rows = rows[1:]
    names = names or ["front", "back"]
    is_ours = not said and not page.columns and {cell.strip() for cell in first} >= _OURS
    for line, row in rows:
        row = [_QUOTED.sub("", cell) for cell in row] if is_ours else row
        _card(builder, line + bool(said), names, row)
    return builder.note()


def _of_semicolons(text: str) -> list[tuple[int, list[str]]]:
    """Return rows that semicolons part, with a tab in each: Quizlet writes so if it is asked to.

    A side of theirs may have several lines; where each line has a tab, these are the rows.
    """
    tabs = text.count("\t")
    if ";" not in text or all(line.count("\t") == 1 for line in text.split("\n") if line.strip()):
        return []
    rows, number = [], 0
    for part in text.split(";"):
        if part.strip():
            begins = number + part[: len(part) - len(part.lstrip("\n"))].count("\n")
            rows.append((begins, part.split("\t")))
        number += part.count("\n")
    is_table = 1 < len(rows) == tabs and all(len(row) == 2 for _, row in rows)
    return rows if is_table else []


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Return the rows; where tabs or bars part them, quotes that do not pair are text.

    Raises csv.Error.
    """
    if separator not in "\t|":
        return list(rows_of(text, separator))
    try:
        return list(rows_of(text, separator, strict=True))
    except csv.Error:
        return [
            (number, line.split(separator))
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

    Where no row has begun, a line that begins with `comment` is none.
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


def _names_columns(rows: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether the first row, and no other, has names such as `word_de` or `#rank`."""
    first, *others = (row for _, row in rows)
    return _are_names(first) and not any(map(_are_names, others))


def _are_names(cells: Sequence[str]) -> bool:
    """Whether cells are named as programs do it: after a #, or half of them with an underscore."""
    told = cells[0].startswith("#") or 2 * sum("_" in cell for cell in cells) >= len(cells)
    return len(cells) > 1 and told and all(_COLUMN.fullmatch(cell.strip(" #")) for cell in cells)


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
        id=id if ID.fullmatch(id) else None,
        deck=deck,
        tags=" ".join(cells.get("tags", ())).replace(",", " ").split(),
        check=Check(line=line + 1) if kind else None,
        kind=Kind(kind) if kind in (Kind.CLOZE, Kind.REVERSED) else Kind.BASIC,
    )
