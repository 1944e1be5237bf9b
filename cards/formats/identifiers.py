"""Writing explicit ids into a native note: each card then keeps its id whatever is edited.

Nothing else of the note changes, and nothing is written that would not be read as the same cards.
"""

from pathlib import Path

from cards.card import Card
from cards.formats import native
from cards.formats.addition import changing, write_note
from cards.formats.blocks import What, pieces
from cards.formats.source import text_of
from cards.note import Problem
from cards.text.clean import clean
from sims.errors import InputError

_ENDS = (What.MARKER, What.PAIR, What.HEADING, What.RULE, What.FENCE, What.UNCLOSED)


def add(path: Path) -> list[Card]:
    """Write an id for each block of a note that has none, and return the first card of each.

    Raises InputError where the note cannot be read whole, or the cards would change.
    """
    with changing(path):
        text = text_of(path)
        if isinstance(text, Problem):
            raise InputError(str(text))
        before = native.read(str(path), text)
        if not before.whole:
            wrong = next(one for one in before.problems if one.severity == "error")
            raise InputError(f"{wrong}; mend that first")
        try:
            raw = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            raise InputError(f"{path} is not UTF-8 text; save it as UTF-8") from None
        end = "\r\n" if "\r\n" in raw else "\n"
        lines = raw.split("\n")
        if len(lines) != len(text.split("\n")):
            raise InputError(f"{path} has line ends of several kinds; save it with one")
        first: dict[int, Card] = {}
        for card in before.cards:
            if not (card.check and card.check.id):
                first.setdefault(card.line, card)
        named = {card.family for card in before.cards if card.check and card.check.id}
        chosen = [card for card in first.values() if card.family not in named]
        places = _ends(text.split("\n"), {card.line - 1 for card in chosen})
        for card in reversed(chosen):
            _insert(lines, card, places, end)
        whole = "\n".join(lines)
        whole += "\n" if whole.endswith("\r") else ""
        after = native.read(str(path), clean(whole))
        if [(c.prompt, c.answer) for c in after.cards] != [
            (c.prompt, c.answer) for c in before.cards
        ]:
            raise InputError(f"{path} would be read otherwise with ids, so nothing was written")
        if chosen:
            write_note(path, whole)
        return chosen


def _insert(lines: list[str], card: Card, places: dict[int, int], end: str) -> None:
    """Put the id of a card into its check fence, or under it into a new one."""
    line = f"id: {card.id}"
    mark = "\r" if end == "\r\n" else ""
    if card.check and card.check.line:
        lines.insert(card.check.line, line + mark)
        return
    at = places[card.line - 1]
    if at == len(lines) and lines[-1] != "":
        lines[-1] += mark
    lines[at:at] = [f"```check{mark}", line + mark, f"```{mark}"]


def _ends(lines: list[str], starts: set[int]) -> dict[int, int]:
    """Return the 0-based line after each card that begins at one of some lines."""
    ends: dict[int, int] = {}
    start: int | None = None
    for piece in pieces(lines):
        answer = piece.what is What.MARKER and piece.name == "A"
        if piece.what in _ENDS and not answer and start is not None:
            ends[start] = _above(lines, piece.line)
            start = None
        if piece.what in (What.MARKER, What.PAIR) and piece.line in starts:
            start = piece.line
    if start is not None:
        ends[start] = _above(lines, len(lines))
    return ends


def _above(lines: list[str], at: int) -> int:
    """Return the line after the last one with text above a line."""
    while at > 0 and not lines[at - 1].strip():
        at -= 1
    return at
