"""Cloze patterns such as `==[123;;]answer[;;hint]==`, by which a vault says what hides words.

In a pattern `answer` stands for the words, a bracket with digits for an optional number, and one
with `hint` for an optional hint. The gaps of a text have numbers (equal ones are asked together,
and each number up to the largest is a card, though it may hide nothing), or letters in their place,
one a card (a: ask, h: hide, s: show, as past the last one), or neither. The first of these three
that any pattern finds holds for the whole text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cards.formats.build import MOST_CLOZES
from cards.formats.foreign import Gap, apart, hide

_PART = re.compile(r"\[((?:\\\]|[^\]])*)\]")
_LONGEST = 200
_MOST = MOST_CLOZES + 1
"""Cards of a text that is refused for them."""
_HIDDEN = "..."
"""What stands for a gap that is not shown, and not asked."""


@dataclass(frozen=True)
class Pattern:
    """A pattern as expressions: numbered, lettered and plain, each with named groups."""

    numbered: re.Pattern[str]
    lettered: re.Pattern[str]
    plain: re.Pattern[str]

    @staticmethod
    @lru_cache(maxsize=256)
    def of(text: str) -> "Pattern | None":
        """Return the pattern of a text, None when it is none."""
        if "answer" not in text or len(text) > _LONGEST:
            return None
        parts: dict[str, tuple[tuple[int, int], str]] = {}
        for found in _PART.finditer(text):
            inside = found[1].replace("\\[", "[").replace("\\]", "]")
            if "hint" in inside:
                parts.setdefault("hint", (found.span(), inside))
            elif re.search(r"\d", inside):
                parts.setdefault("number", (found.span(), inside))
        if len(parts) < 2:
            return None
        return Pattern(
            *(re.compile(_expression(text, parts, seq)) for seq in ("[0-9]+", "[ash]+", ""))
        )

    def found(self, text: str) -> bool:
        """Whether a text has a cloze of this pattern."""
        return any(one.search(text) for one in (self.plain, self.numbered, self.lettered))


def _expression(text: str, parts: dict[str, tuple[tuple[int, int], str]], number: str) -> str:
    """Return the pattern as an expression with what stands for the number, nothing if empty."""
    pieces, end = [], 0
    for name, ((start, stop), inside) in sorted(parts.items(), key=lambda part: part[1][0]):
        pieces.append(re.escape(text[end:start]))
        if name == "hint":
            before, _, after = inside.partition("hint")
            close = re.escape(after)
            chars = f"(?:(?!{close}).)+?" if before and after else ".+?"
            pieces.append(f"(?:{re.escape(before)}(?P<hint>{chars}){close})?")
        elif number:
            before, after = re.split(r"\d+", inside, maxsplit=1)
            pieces.append(f"{re.escape(before)}(?P<number>{number}){re.escape(after)}")
        end = stop
    pieces.append(re.escape(text[end:]))
    return "".join(pieces).replace("answer", "(?P<answer>.+?)", 1)


def clozes_of(text: str, patterns: Sequence[Pattern]) -> tuple[str, list[tuple[str, str]]]:
    """Return a text with all its gaps shown, and the prompt and answer of each card.

    Of more cards than one text may have only so many are returned that it is refused.
    """
    if found := list(_found(text, [pattern.numbered for pattern in patterns])):
        gaps = [_gap(one, _number(one["number"])) for one in found]
        cards = range(1, max(_number(one["number"]) for one in found) + 1)
    elif found := list(_found(text, [pattern.lettered for pattern in patterns])):
        cards = range(min(max(len(one["number"]) for one in found), _MOST))
        asked = [_asked(text, [_lettered(one, card) for one in found], card) for card in cards]
        return hide(text, apart(map(_gap, found)), None), asked
    else:
        found = list(_found(text, [pattern.plain for pattern in patterns]))
        gaps = [_gap(one, number) for number, one in enumerate(found)]
        cards = range(min(len(found), _MOST))
    return hide(text, apart(gaps), None), [_asked(text, gaps, card) for card in cards]


def _number(digits: str) -> int:
    """Return the number of a gap; for one of too many cards, the least such number."""
    digits = digits.lstrip("0") or "0"
    return _MOST if len(digits) > 3 else min(int(digits), _MOST)


def _lettered(found: re.Match[str], card: int) -> Gap:
    """Return what a gap with letters is on one card."""
    action = found["number"][card : card + 1]
    gap = _gap(found, *([card] if action == "a" else []))
    return gap._replace(answer=_HIDDEN) if action == "h" else gap


def _asked(text: str, gaps: Sequence[Gap], group: int) -> tuple[str, str]:
    """Return the prompt and the answer of one card; what is asked on it goes before what is not."""
    asked = apart(gap for gap in gaps if group in gap.groups)
    starts = [gap.start for gap in asked]
    shown = []
    for gap in gaps:
        at = bisect_left(starts, gap.end)  # the first one behind it
        if group not in gap.groups and (not at or asked[at - 1].end <= gap.start):
            shown.append(gap)
    answers = (gap.answer.strip() for gap in asked)
    prompt = hide(text, apart([*asked, *shown]), group)
    return prompt, "; ".join(dict.fromkeys(one for one in answers if one))


def _found(text: str, expressions: Iterable[re.Pattern[str]]) -> Iterator[re.Match[str]]:
    """Yield the matches; a place that two patterns find is asked twice, as the plugin asks it."""
    for expression in expressions:
        yield from expression.finditer(text)


def _gap(found: re.Match[str], *groups: int) -> Gap:
    return Gap(found.start(), found.end(), found["answer"], groups, found["hint"] or "")
