"""The sentences of a note that have no fence and no numbers: statements that are not checked.

A statement is a bullet, or a paragraph of prose. Those under the heading of a bundled topic may be
linked to its claims; one that nobody decided is listed as such.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cards.checking.audit import Row

_BULLET = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s+(?P<text>\S.*)$")
_NONE = re.compile(r"\s*(?:#|\||!\[|\[[^\]]*\]:|---|===|\$\$|<|>\s*$|```|~~~|[-*_]{3,}\s*$)")
_LONGEST = 400


def statements(text: str, code: set[int]) -> Iterator[tuple[int, str]]:
    """Yield the statements of a note: their 1-based line and their words."""
    lines = text.split("\n")
    number, total = _after_front_matter(lines), len(lines)
    while number < total:
        line = lines[number]
        start = number
        number += 1
        if number - 1 in code or not line.strip() or _NONE.match(line):
            continue
        bullet = _BULLET.match(line)
        words = [bullet["text"] if bullet else line.strip()]
        while number < total and number not in code and _goes_on(lines[number]):
            words.append(lines[number].strip())
            number += 1
        said = " ".join(words)
        if len(said.split()) >= 3:
            yield start + 1, said[:_LONGEST]


def _goes_on(line: str) -> bool:
    """Return whether a line goes on with the paragraph above it."""
    return (
        bool(line.strip())
        and not _NONE.match(line)
        and not _BULLET.match(line)
        and not (line[1:2] == ":" and line[0] in "QAC")
    )


def _after_front_matter(lines: list[str]) -> int:
    if not lines or lines[0].strip() != "---":
        return 0
    return next((k + 1 for k in range(1, min(60, len(lines))) if lines[k].strip() == "---"), 0)


def rows(path: str, text: str, taken: set[int], code: set[int]) -> "list[Row]":
    """Return a row for each statement that has none yet; ``taken`` holds the lines that do."""
    from cards.checking.audit import Row

    return [
        Row(path, line, said, "sentence")
        for line, said in statements(text, code)
        if line not in taken
    ]
