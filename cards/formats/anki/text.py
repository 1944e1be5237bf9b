"""Anki's text files: notes a row, with headers such as ``#separator:tab`` and ``#html:true``.

Source: the Anki manual, "Importing text files", and the headers that Anki writes.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cards.formats.anki import markdown
from cards.formats.anki.guids import id_of
from cards.formats.anki.html import is_html, to_markdown
from cards.formats.foreign import EMPTY, Builder
from cards.formats.page import Page
from cards.formats.tables import rows_of, separator_of
from cards.note import Note
from cards.text.clean import clean, clean_line

_KEYS = (
    "separator", "html", "tags", "columns", "notetype", "deck", "notetype column", "deck column",
    "tags column", "guid column", "if matches", "match scope",
)  # fmt: skip
_SEPARATORS = {
    "comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":",
    "\\t": "\t",
}  # fmt: skip
_FIELDS = {
    "basic": 2,
    "basic (and reversed card)": 2,
    "basic (optional reversed card)": 3,
    "basic (type in the answer)": 2,
    "cloze": 2,
}
"""How many fields the types of notes have that come with Anki."""
_HEADER = re.compile(r"#([^:]+):(.*)$")


@dataclass
class _Headers:
    said: dict[str, str] = field(default_factory=dict)
    lines: int = 0

    def column(self, name: str) -> int:
        """Return the 0-based column of a header, -1 when it names none."""
        value = self.said.get(f"{name} column", "")
        return int(value) - 1 if value.isdecimal() and len(value) < 4 else -1


def recognises(page: Page) -> bool:
    """Whether the first line is one of Anki's headers."""
    found = _HEADER.match(page.lines[0])
    if found is not None:
        return found[1].strip().lower() in _KEYS
    named = page.path.lower().endswith((".txt", ".tsv", ".csv"))
    return named and _is_legacy(page.lines[0]) and len(page.lines) > 1 and "\t" in page.tabbed


def _is_legacy(line: str) -> bool:
    """Whether a first line gives all notes tags, as Anki wrote it before there were headers."""
    return line.startswith("tags:")


def read(page: Page) -> Note:
    """Return the cards of a file."""
    lines = page.tabbed.split("\n")
    legacy = _is_legacy(lines[0])
    headers = _Headers({"tags": lines[0][5:].strip()}) if legacy else _headers(page.lines)
    builder = Builder(page, clean_line(headers.said.get("deck", "")) or page.name)
    # A line that begins with # is a comment; blank, it keeps the lines' numbers.
    body = "\n".join("" if line.startswith("#") else line for line in lines[legacy:])
    body = "\n" * legacy + body
    said = headers.said.get("separator", "").strip()
    separator = _SEPARATORS.get(said.lower(), said[:1]) or separator_of(body.lstrip("\n"))
    try:
        rows = list(rows_of(body, separator))
    except csv.Error as error:
        builder.problem(0, f"this table cannot be read ({error}); export it from Anki again")
        return builder.note()
    said = headers.said.get("html", "").lower()
    html = said == "true" if said else any(is_html(cell) for _, row in rows[:20] for cell in row)
    for line, row in rows:
        _note(builder, line, row, headers, html, separator)
    return builder.note()


def _headers(lines: Sequence[str]) -> _Headers:
    headers = _Headers()
    for line in lines:
        found = _HEADER.match(line)
        if found is None:
            break
        headers.lines += 1
        headers.said.setdefault(found[1].strip().lower(), found[2].strip())
    return headers


def _note(
    builder: Builder, line: int, row: Sequence[str], headers: _Headers, html: bool, separator: str
) -> None:
    special = {name: headers.column(name) for name in ("guid", "notetype", "deck", "tags")}
    kind = headers.said.get("notetype", "Basic")
    if (most := _FIELDS.get(kind.casefold())) and not any(at >= 0 for at in special.values()):
        special["tags"] = most  # where nothing is said, Anki takes the column after the fields
        row = row[: most + 1]
    about = {name: row[at].strip() for name, at in special.items() if 0 <= at < len(row)}
    names = headers.said.get("columns", "").split(separator)
    fields: dict[str, str] = {}
    for at, cell in enumerate(row):
        if at not in special.values():
            name = names[at].strip() if at < len(names) and names[at].strip() else f"Field {at + 1}"
            text = to_markdown(cell) if html else clean(cell).strip()
            # Anki leaves out a note whose first field is empty, not one whose field looks so.
            fields[name] = text or (EMPTY if cell and not fields else "")
    guid = about.get("guid", "")
    tags = f"{headers.said.get('tags', '')} {about.get('tags', '')}".split()
    markdown.add(
        builder,
        line,
        about.get("notetype") or kind,
        fields,
        id=id_of(guid) if guid else None,
        deck=clean_line(about.get("deck", "")) or None,
        tags=tags,
    )
