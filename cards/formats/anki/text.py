"""Anki's text files: notes a row, with headers such as `#separator:tab` and `#html:true`.

Source: the Anki manual, "Importing text files", and what Anki 26's own import makes of such files.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field

from cards.formats.anki import markdown
from cards.formats.anki.guids import id_of
from cards.formats.anki.html import is_blank, to_markdown
from cards.formats.foreign import EMPTY, Builder
from cards.formats.page import Page
from cards.formats.tables import records
from cards.note import Note
from cards.text.clean import clean, clean_line

_KEYS = (
    "separator", "html", "tags", "columns", "notetype", "deck", "notetype column", "deck column",
    "tags column", "guid column", "if matches", "match scope",
)  # fmt: skip
_SEPARATORS = {
    "tab": "\t", "pipe": "|", "semicolon": ";", "colon": ":", "comma": ",", "space": " ",
    "\\t": "\t",
}  # fmt: skip
"""By name, in the order in which one is taken that the first rows have."""
_FIELDS = {
    "basic": ("Front", "Back"),
    "basic (and reversed card)": ("Front", "Back"),
    "basic (optional reversed card)": ("Front", "Back", "Add Reverse"),
    "basic (type in the answer)": ("Front", "Back"),
    "cloze": ("Text", "Back Extra"),
}
"""The fields of the types of notes that come with Anki."""
_LEGACY = "tags:"
"""How a first line gives all notes tags, as Anki wrote it before there were headers."""
_SUFFIXES = (".txt", ".tsv", ".csv")
_FIRST_ROWS, _FIRST_LETTERS = 5, 8192


@dataclass
class _Headers:
    """What the lines above the rows say; columns are 0-based, -1 where none is named."""

    separator: str = ""
    html: bool | None = None
    tags: str = ""
    labels: list[str] = field(default_factory=list)
    kind: str = ""
    deck: str = ""
    columns: dict[str, int] = field(default_factory=dict)

    def take(self, key: str, value: str) -> None:
        """Take one header; what it says wrongly is left out."""
        word = value[:1] + _alphanumeric(value[1:])  # Anki reads what a spreadsheet padded, too
        if key == "separator":
            said = value.strip().lower() or value
            self.separator = _SEPARATORS.get(word.strip().lower(), said[:1])
        elif key == "html" and word.strip().lower() in ("true", "false"):
            self.html = word.strip().lower() == "true"
        elif key == "tags":
            self.tags = value
        elif key == "columns":
            self.labels = next(iter(csv.reader([value], delimiter=self.separator or "\t")), [])
        elif key == "notetype":
            self.kind = value.strip(" ,;|\t") or self.kind
            self.columns.pop("notetype", None)
        elif key == "deck" and value.strip():
            self.deck = value
            self.columns.pop("deck", None)
        elif key.endswith(" column") and word.strip().isdecimal() and 0 < int(word) < 10_000:
            self.columns[key.removesuffix(" column")] = int(word) - 1


def _alphanumeric(text: str) -> str:
    """Return the ASCII letters and digits that a text begins with."""
    end = next((at for at, c in enumerate(text) if not (c.isascii() and c.isalnum())), len(text))
    return text[:end]


def recognises(page: Page) -> bool:
    """Whether the first line is one of Anki's headers; of a table, one of those above the rows."""
    is_table = page.path.lower().endswith(_SUFFIXES)
    legacy = is_table and page.lines[0].startswith(_LEGACY)
    for line in page.lines[legacy:]:
        if not line.startswith("#"):
            break
        key, colon, _ = line[1:].partition(":")
        if colon and key.strip().lower() in _KEYS:
            return True
        if not is_table:
            return False
    return legacy and len(page.lines) > 1 and "\t" in page.tabbed


def read(page: Page) -> Note:
    """Return the cards of a file."""
    lines = page.tabbed.split("\n")
    headers, first = _headers(lines)
    builder = Builder(page, clean_line(headers.deck) or page.name)
    text = "\n".join(lines[first:])
    separator = headers.separator or _separator_in(text[:_FIRST_LETTERS])
    try:
        rows = list(records(text, separator, comment="#"))
    except csv.Error as error:
        builder.problem(0, f"this table cannot be read ({error}); export it from Anki again")
        return builder.note()
    html = headers.html
    if html is None:
        html = any(_has_tag(cell) for _, row in rows[:_FIRST_ROWS] for cell in row)
    reader = _Rows(builder, headers, html, len(rows[0][1]) if rows else 0)
    for line, row in rows:
        reader.note(first + line, row)
    return builder.note()


def _headers(lines: Sequence[str]) -> tuple[_Headers, int]:
    """Return what the first lines say, and how many they are."""
    headers = _Headers()
    for number, line in enumerate(lines):
        if number == 0 and line.startswith(_LEGACY):
            headers.take("tags", line.removeprefix(_LEGACY))
        elif not line.startswith("#"):
            return headers, number
        else:
            key, colon, value = line[1:].partition(":")
            if colon:
                headers.take(key.strip().lower(), value)
    return headers, len(lines)


def _separator_in(text: str) -> str:
    """Return the first of Anki's separators that a text has anywhere."""
    return next((one for one in _SEPARATORS.values() if one in text), " ")


def _has_tag(text: str) -> bool:
    """Whether Anki takes a text for HTML."""
    return text.find(">", text.find("<")) >= 0 if "<" in text else False


class _Rows:
    """Makes the cards of rows; `columns` are those of the fields of all notes, None by row.

    With `all` each column is a field, whatever the type has.
    """

    def __init__(self, builder: Builder, headers: _Headers, html: bool, width: int) -> None:
        self.builder, self.headers, self.html = builder, headers, html
        self.special = dict(headers.columns)
        self.columns: dict[str, int] | None = None
        names = _FIELDS.get(headers.kind.casefold() or "basic")
        labels = headers.labels or [""] * width
        free = [at for at in range(len(labels)) if at not in self.special.values()]
        # Without a type Anki takes Basic until a person says otherwise: then all is worth keeping.
        self.all = not (headers.kind or "notetype" in self.special) and (
            "Back" not in labels if any(labels) else "tags" in self.special and len(free) > 2
        )
        if names and "notetype" not in self.special and not self.all:
            if any(labels):
                named = {labels[at]: at for at in free if labels[at]}
                self.columns = {name: named.get(name, -1) for name in names}
            else:
                self.columns = dict(zip(names, (*free, *[-1] * len(names)), strict=False))
            if self.columns[names[0]] < 0:
                self.columns[names[0]] = 0
            if "tags" not in self.special:  # Anki takes the column after the fields
                last = max(self.columns.values())
                self.special["tags"] = next((at for at in free if at > last), -1)

    def note(self, line: int, row: Sequence[str]) -> None:
        """Make the cards of a row at a 0-based line."""
        about = {name: row[at].strip() for name, at in self.special.items() if 0 <= at < len(row)}
        kind = about.get("notetype", "")
        if "notetype" not in self.special:
            kind = self.headers.kind or "Basic"
        if not kind:
            says = "this row names no type of note, and Anki leaves it out; write Basic"
            self.builder.problem(line, says, "warning")
            return
        cells = self._cells(row, kind)
        first = next(iter(cells.values()), None)
        if first == "":
            says = "Anki makes no card of a note whose first field is empty"
            self.builder.problem(line, says, "warning")
            return
        fields = {name: self._text(cell or "") for name, cell in cells.items()}
        guid = about.get("guid", "")
        markdown.add(
            self.builder,
            line,
            kind,
            fields,
            id=id_of(guid) if guid else None,
            deck=clean_line(about.get("deck", "")) or None,
            tags=f"{self.headers.tags} {about.get('tags', '')}".split(),
            blank=True,
        )

    def _cells(self, row: Sequence[str], kind: str) -> dict[str, str | None]:
        """Return the cells of the fields, None for one that the row is too short for."""
        free = [at for at in range(len(row)) if at not in self.special.values()]
        places = self.columns
        if places is None and not self.all and (names := _FIELDS.get(kind.casefold())):
            places = dict(zip(names, (*free, *[-1] * len(names)), strict=False))
        if places is not None:
            return {n: row[at] if 0 <= at < len(row) else None for n, at in places.items()}
        labels = self.headers.labels
        named = {
            at: labels[at] if at < len(labels) and labels[at] else f"Field {at + 1}" for at in free
        }
        return {named[at]: row[at] for at in free}

    def _text(self, cell: str) -> str:
        text = to_markdown(cell) if self.html else clean(cell).strip()
        return text or ("" if is_blank(cell) else EMPTY)
