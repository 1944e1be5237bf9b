"""Mochi's Markdown: sides parted by ``---``, gaps ``{{…}}`` hidden together, or by number.

A file is one card, as Mochi exports them; or many, as its command-line tool writes them, each
after lines of ``card_id: …`` between dashes.
"""

import re
from collections.abc import Iterator

from cards.formats.foreign import Builder, Gap
from cards.formats.page import Page
from cards.note import Note
from cards.text.spans import maths_spans

_HEAD = re.compile(r"card_id: *(\S+) *$")
_FIELD = re.compile(r"([a-z_]+): *(.*)$")
_GAP = re.compile(r"\{\{(?:(\d+)::)?(.+?)\}\}", re.DOTALL)
_TAG = re.compile(r"(?:^|(?<=\s))#([\w/-]+)")


def recognises(page: Page) -> bool:
    """Whether a card begins with its id between dashes."""
    lines = page.lines
    return lines[0].strip() == "---" and any(_HEAD.match(line) for line in lines[1:6])


def read(page: Page) -> Note:
    """Return the cards of a file."""
    builder = Builder(page, re.sub(r"-[A-Za-z0-9]{8}$", "", page.name))
    if not recognises(page):
        _card(builder, 0, page.lines, None, ())
        return builder.note()
    for line, fields, body in _cards(page.lines):
        if fields.get("archived") == "true":
            builder.problem(line, "this card is archived in Mochi, and left out", "note")
            continue
        id = fields["card_id"]
        tags = re.findall(r"[\w/-]+", fields.get("tags", ""))
        _card(builder, line, body, None if id in ("null", "None") else id, tags)
    return builder.note()


def _cards(lines: list[str]) -> Iterator[tuple[int, dict[str, str], list[str]]]:
    """Yield the line, the fields and the body of each card."""
    heads = [
        number
        for number, line in enumerate(lines[:-1])
        if line.strip() == "---" and _HEAD.match(lines[number + 1])
    ]
    for start, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        body = start + 1
        fields = {}
        while body < end and lines[body].strip() != "---":
            if found := _FIELD.match(lines[body]):
                fields[found[1]] = found[2].strip()
            body += 1
        yield body + 1, fields, lines[body + 1 : end]


def _card(
    builder: Builder, line: int, lines: list[str], id: str | None, tags: "list[str] | tuple[()]"
) -> None:
    """Make the card, or the cards, of some lines."""
    while lines and lines[-1].strip() in ("", "---"):
        lines = lines[:-1]
    at = next((n for n, text in enumerate(lines) if text.strip() == "---"), len(lines))
    front, back = "\n".join(lines[:at]).strip(), "\n".join(lines[at + 1 :]).strip()
    maths = [(span.start, span.end) for span in maths_spans(front)]
    gaps = [
        Gap(found.start(), found.end(), found[2], (int(found[1] or 0),))
        for found in _GAP.finditer(front)
        if not any(start <= found.start() < end for start, end in maths)
    ]
    if gaps:
        builder.cloze(line, front, gaps, id=id, tags=tags, extra=back)
    elif front:
        builder.basic(line, front, back, id=id, tags=tags)
