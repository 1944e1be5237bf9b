"""Answers that are words: exact, up to case and spaces, or nearest to a list."""

import json
from typing import TYPE_CHECKING, Any

from sims.maths.comparison.equivalence import Finding
from sims.maths.errors import MathsError

if TYPE_CHECKING:
    from sims.maths.comparison.case import Case

LONGEST = 500


def exact(case: "Case") -> Finding:
    """Accept the very same text."""
    return _finding(case.texts[0] == case.texts[1])


def sloppy(case: "Case") -> Finding:
    """Accept the same text up to case and white space."""
    left, right = ("".join(text.split()).casefold() for text in case.texts)
    return _finding(left == right)


def nearest(case: "Case") -> Finding:
    """Accept what is close to an allowed text, and closer to it than to any denied one.

    What is expected is JSON: ``[["allowed", …], ["denied", …]]``. Closeness is one minus the edit
    distance over the longer length.
    """
    allowed, denied = _lists(case.texts[1])
    keep = case.options.get("keep") or ()
    given = _plain(case.texts[0], keep)
    best = max(_closeness(given, _plain(word, keep)) for word in allowed)
    worst = max((_closeness(given, _plain(word, keep)) for word in denied), default=0.0)
    needed = float(case.share("closeness", "0.9"))
    return _finding(best >= needed and best > worst)


def _finding(right: bool) -> Finding:
    return Finding("equal", "right") if right else Finding("different", "wrong")


def _lists(source: str) -> tuple[list[str], list[str]]:
    try:
        value: Any = json.loads(source) if len(source) < 5000 else None
    except (ValueError, RecursionError):
        value = None
    if not (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(part, list) for part in value)
        and all(isinstance(word, str) for part in value for word in part)
    ):
        raise MathsError("two lists of texts are expected: allowed and denied")
    if not value[0]:
        raise MathsError("the list of allowed texts is empty")
    return value[0], value[1]


def _plain(text: str, keep: Any) -> str:
    text = text[:LONGEST]
    if "CASE" not in keep:
        text = text.casefold()
    return text if "WHITESPACE" in keep else " ".join(text.split())


def _closeness(left: str, right: str) -> float:
    return 1 - distance(left, right) / max(len(left), len(right), 1)


def distance(left: str, right: str) -> int:
    """Return the edit distance: insertions, deletions, substitutions."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
