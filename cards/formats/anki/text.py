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
from cards.formats.foreign import Builder
from cards.formats.page import Page
from cards.formats.tables import rows_of, separator_of
from cards.note import Note
from cards.text.clean import clean_line

_KEYS = (
    "separator", "html", "tags", "columns", "notetype", "deck", "notetype column", "deck column",
    "tags column", "guid column", "if matches", "match scope",
)  # fmt: skip
_SEPARATORS = {
    "comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":",
    "\\t": "\t",
}  # fmt: skip
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
    return bool(found) and found is not None and found[1].strip().lower() in _KEYS


def read(page: Page) -> Note:
    """Return the cards of a file."""
    headers = _headers(page.lines)
    builder = Builder(page, clean_line(headers.said.get("deck", "")) or page.name)
    lines = page.tabbed.split("\n")
    # A line that begins with # is a comment; blank, it keeps the lines' numbers.
    body = "\n".join("" if line.startswith("#") else line for line in lines)
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
    about = {name: row[at].strip() for name, at in special.items() if 0 <= at < len(row)}
    names = headers.said.get("columns", "").split(separator)
    fields: dict[str, str] = {}
    for at, cell in enumerate(row):
        if at not in special.values():
            name = names[at].strip() if at < len(names) and names[at].strip() else f"Field {at + 1}"
            fields[name] = to_markdown(cell) if html else cell.strip()
    guid = about.get("guid", "")
    tags = f"{headers.said.get('tags', '')} {about.get('tags', '')}".split()
    markdown.add(
        builder,
        line,
        about.get("notetype") or headers.said.get("notetype", "Basic"),
        fields,
        id=id_of(guid) if guid else None,
        deck=clean_line(about.get("deck", "")) or None,
        tags=tags,
    )
