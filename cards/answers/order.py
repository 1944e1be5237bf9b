"""Putting items in order, with credit for the longest subsequence that is right."""

import re
from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

from cards.answers.result import Grade, invalid, right
from cards.text.words import normal


def grade_order(wanted: Sequence[str], shown: Sequence[str], typed: str) -> Grade:
    """Grade an order: items, or their numbers or letters as shown, cut at `;`, `,` or lines.

    The score is the longest common subsequence over the number of items.
    """
    given = _items(typed, shown)
    if given is None:
        marks = " ".join(str(number) for number in range(1, len(shown) + 1))
        return invalid(f"Give each of the {len(shown)} items once, such as {marks} in your order.")
    read_as = "; ".join(given)
    kept = LCSseq.similarity([*map(normal, given)], [*map(normal, wanted)])
    if kept == len(wanted):
        return right(read_as)
    message = f"{kept} of {len(wanted)} items are in order."
    return Grade("different", "wrong-order", kept / len(wanted), read_as, message=message)


def _items(typed: str, shown: Sequence[str]) -> list[str] | None:
    """Return the shown items in the order typed, each exactly once, or None."""
    for separator in (r"\n", ";", ",", r"[\s,;]+", ""):
        parts = [p for p in (re.split(separator, typed) if separator else typed) if p.strip()]
        if len(parts) != len(shown):
            continue
        for name in (_by_words, _by_mark):
            named = [name(part.strip(), shown) for part in parts]
            places = [place for place in named if place is not None]
            if sorted(places) == [*range(len(shown))]:
                return [shown[place] for place in places]
    return None


def _by_words(text: str, shown: Sequence[str]) -> int | None:
    """Return the place of the item with these words."""
    return next((i for i, item in enumerate(shown) if normal(item) == normal(text)), None)


def _by_mark(text: str, shown: Sequence[str]) -> int | None:
    """Return the place that a number from 1, or a letter from a, stands for."""
    mark = text.rstrip(".)").casefold()
    if mark.isascii() and mark.isdigit() and len(mark) < 4:
        return int(mark) - 1
    return ord(mark) - ord("a") if len(mark) == 1 and mark.isascii() else None
