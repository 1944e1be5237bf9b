"""Titles of a plain outline: the list at its top, and the lines that are meant by it.

Headings in such notes rarely repeat the list exactly: case, punctuation, "v" for "vs" and longer
names with the listed one in brackets all count as the same title.
"""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from sims.catalogue import plain

ALIKE = 85.0
"""Likeness, of 100, from which a line is taken for a listed title."""

LONGEST = 80
"""Characters in a title."""

TRAILERS = frozenset(
    {"references", "reference", "further reading", "see also", "sources", "bibliography", "links"}
)
"""Lines that end what a section says."""

_BRACKETS = re.compile(r"\(([^()]*)\)")
_ENDINGS = (".", ",", ";", ":", "…")


def is_trailer(line: str) -> bool:
    """Whether a line announces references."""
    return plain(line) in TRAILERS


def looks_like_title(line: str) -> bool:
    """Whether a line without bullet could be a title: short, capitalised, not a sentence."""
    text = line.strip()
    return (
        0 < len(text) <= LONGEST
        and (text[0].isupper() or text[0].isdigit())
        and not text.endswith(_ENDINGS)
        and "\\" not in text
        and "$" not in text
        and len(text.split()) <= 10
        and not is_trailer(text)
    )


def likeness(line: str, title: str) -> float:
    """Return from 0 to 100 how sure it is that `line` is meant by the listed `title`."""
    one, other = plain(line), plain(title)
    if one == other:
        return 100.0
    for text, against in ((line, other), (title, one)):
        names = [plain(name) for name in _BRACKETS.findall(text)]
        if against and against in [*names, plain(_BRACKETS.sub(" ", text))]:
            return 97.0
    words, others = set(one.split()), set(other.split())
    shared = words & others
    if len(shared) >= 2 and shared in (words, others):
        return 90.0
    return float(fuzz.ratio(one, other))


def best(line: str, titles: Sequence[str]) -> int | None:
    """Return the place in `titles` of the one that a line means, or None."""
    scores = [likeness(line, title) for title in titles]
    top = max(scores, default=0.0)
    return scores.index(top) if top >= ALIKE else None


def listed(lines: Sequence[str]) -> int:
    """Return how many lines at the top are a list of titles; 0 when there is no such list.

    `lines` are those before the first bullet. They are a list when they all look like titles
    and the last but few repeat the first: the list ends where its first title comes again.
    """
    if len(lines) < 3 or not all(looks_like_title(line) for line in lines):
        return 0
    for number in range(2, len(lines)):
        if likeness(lines[number], lines[0]) >= 97.0:
            return number
    return 0
