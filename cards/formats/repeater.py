"""repeater: `Q:`, `A:` and `C:` among prose, and `front::back` lines outside of cards.

It has no mark of its own, so it is read only when it is asked for. Of a `C:` card the first
bracket is asked.
"""

from cards.formats.foreign import Builder, Gap
from cards.formats.page import Page
from cards.note import Note

_MARKERS = ("Q:", "A:", "C:")


def recognises(page: Page) -> bool:
    """Never: a note with such lines may be anybody's."""
    return False


def read(page: Page) -> Note:
    """Return the cards of a note."""
    builder = Builder(page, page.name, once=True)
    first: int | None = None
    for number, line in enumerate(page.lines):
        if line.startswith(("Q:", "C:", "---")):
            if first is not None:
                _card(builder, first, number)
            elif line.startswith("---"):
                _pair(builder, number, line)
            first = None if line.startswith("---") else number
        elif first is None:
            _pair(builder, number, line)
    if first is not None:
        _card(builder, first, len(page.lines))
    return builder.note()


def _pair(builder: Builder, number: int, line: str) -> None:
    """Make the card of a line outside of cards that has two colons."""
    front, colons, back = line.strip().partition("::")
    if colons and front[:2] in _MARKERS:
        _card(builder, number, number + 1)
    elif front.strip() and back.strip():
        builder.basic(number, front, back)
    elif colons:
        builder.problem(number, "this line lacks a side; write words on both sides of the ::")


def _card(builder: Builder, start: int, end: int) -> None:
    """Make the card of some lines; a marker that comes again begins its side anew.

    Dashes that are indented end what is read of it, not the card.
    """
    sides: dict[str, list[str]] = {}
    side, fenced = "", False
    for line in builder.page.lines[start:end]:
        is_fence = line.lstrip().startswith("```")
        fenced ^= is_fence
        text = line if fenced or is_fence else line.strip()
        if text == "---" and not fenced:
            break
        if not fenced and not is_fence and text[:2] in _MARKERS:
            side, text = text[0], text[2:].strip()
            sides[side] = []
        sides.setdefault(side, []).append(text)
    texts = {side: "\n".join(lines).strip() for side, lines in sides.items()}
    if texts.get("Q") and texts.get("A"):
        builder.basic(start, texts["Q"], texts["A"])
    elif text := texts.get("C", ""):
        if gaps := _first_gap(text):
            builder.cloze(start, text, gaps)
        else:
            builder.basic(start, text, "")  # a card there, with nothing hidden
    else:
        builder.problem(start, "this card lacks a side; write Q: and A:, or C: with a [bracket]")


def _first_gap(text: str) -> list[Gap]:
    start = text.find("[")
    end = text.find("]", start + 1) + 1
    return [Gap(start, end, text[start + 1 : end - 1], (0,))] if 0 <= start < end else []
