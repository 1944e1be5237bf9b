"""Mochi's Markdown: sides parted by `---`, gaps `{{…}}` hidden together, or by number.

A file is one card, as Mochi exports them; or many, as its command-line tool writes them, each
after lines of `card_id: …` between dashes.
"""

import re
from collections.abc import Iterable, Iterator

from cards.card import Card
from cards.formats.foreign import Builder, Gap
from cards.formats.page import Page
from cards.note import Note
from cards.text.spans import maths_spans

_FIELD = re.compile(r"([a-z_]+):(.*)$")
_GAP = re.compile(r"\{\{(?:(\d{1,9})::)?(.+?)\}\}", re.DOTALL)
_NO_ID = ("", "null", "none")
_MOST_FIELDS = 20


def recognises(page: Page) -> bool:
    """Whether the first card, under no more than a title, begins with its id between dashes."""
    for number, line in enumerate(page.lines):
        if line.strip() == "---":
            return _head(page.lines, number) is not None
        if line.strip() and not line.startswith("#"):
            return False
    return False


def read(page: Page) -> Note:
    """Return the cards of a file."""
    builder = Builder(page, re.sub(r"-[A-Za-z0-9]{8}$", "", page.name))
    if not recognises(page):
        card(builder, 0, page.lines, None, ())
        return builder.note()
    for line, fields, body in _cards(page.lines):
        tags = re.findall(r"[\w/-]+", fields.get("tags", ""))
        is_archived = fields.get("archived", "").lower() == "true"
        tags += ["archived"] if is_archived else []
        id = fields["card_id"]
        made = card(builder, line, body, None if id.lower() in _NO_ID else id, tags)
        if is_archived:
            builder.suspend(line, made, "this card is archived in Mochi; here it is suspended")
    return builder.note()


def _head(lines: list[str], start: int) -> tuple[dict[str, str], int] | None:
    """Return the fields between dashes that begin at a line, and the line of the second dashes.

    None where there are others than fields, or no `card_id` among them.
    """
    fields: dict[str, str] = {}
    for number in range(start + 1, min(start + _MOST_FIELDS, len(lines))):
        text = lines[number].strip()
        if text == "---":
            return (fields, number) if "card_id" in fields else None
        if found := _FIELD.match(text):
            fields[found[1]] = found[2].strip()
        elif text:
            return None
    return None


def _cards(lines: list[str]) -> Iterator[tuple[int, dict[str, str], list[str]]]:
    """Yield the line, the fields and the body of each card."""
    heads = [
        (number, *head)
        for number, line in enumerate(lines)
        if line.strip() == "---" and (head := _head(lines, number))
    ]
    ends = [number for number, _, _ in heads[1:]] + [len(lines)]
    for (_, fields, body), end in zip(heads, ends, strict=True):
        yield body + 1, fields, lines[body + 1 : end]


def card(
    builder: Builder,
    line: int,
    lines: list[str],
    id: str | None,
    tags: Iterable[str],
    both: bool = False,
) -> list[Card]:
    """Make the card, or the cards, of some lines, asked `both` ways or not; returns them."""
    end = len(lines)
    while end and lines[end - 1].strip() in ("", "---"):
        end -= 1
    lines = lines[:end]
    at = next((n for n, text in enumerate(lines) if text.strip() == "---"), len(lines))
    front, back = "\n".join(lines[:at]).strip(), "\n".join(lines[at + 1 :]).strip()
    maths = [(span.start, span.end) for span in maths_spans(front)]
    gaps = [
        Gap(found.start(), found.end(), found[2], (int(found[1] or 0),))
        for found in _GAP.finditer(front, 0, front.rfind("}}") + 2)  # linear where none closes
        if not any(start <= found.start() < end for start, end in maths)
    ]
    if gaps:
        return builder.cloze(line, front, gaps, id=id, tags=tags, extra=back)
    if not (front or back):
        return []
    return builder.basic(line, front, back, id=id, tags=tags, both=both and bool(front and back))
