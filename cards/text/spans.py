"""The formulas and the code of a Markdown text, in order; no formula is looked for inside code."""

import re
from collections.abc import Iterator

from cards.text.maths import Span, at

ADDRESS = r"\((?:[^()\n]|\([^()\n]*\))*\)"
"""The address of a link as a pattern; brackets in it come in pairs."""

_CODE = re.compile(
    r"(`{3,}+).*?(?<!`)\1(?!`)|(`++)(?:[^\n]|\n(?! *\n))*?(?<!`)\2(?!`)"
    r"|^ {0,3}(~{3,}+).*?^ {0,3}\3~* *$",
    re.DOTALL | re.MULTILINE,
)
"""Code between equal backticks, or lines of tildes; only a fence, of three, holds blank lines."""
_OPENING = re.compile(r"\\.|\$+|`+|^ {0,3}~{3,}", re.DOTALL | re.MULTILINE)


def spans(markdown: str) -> Iterator[tuple[int, int, Span | None]]:
    """Yield where each formula and each code span starts and ends; the formula, None for code."""
    position = 0
    unclosed = len(markdown) + 4  # signs of a fence that nothing closes: a longer one is open too
    while opening := _OPENING.search(markdown, position):
        start = opening.start()
        fence = opening[0].count("~")
        code = _CODE.match(markdown, start) if fence < unclosed else None
        if fence and not code:
            unclosed = min(unclosed, fence)
        if code:
            position = code.end()
            yield start, position, None
        elif span := at(markdown, start):
            position = span.end
            yield start, position, span
        else:
            position = opening.end()


def maths_spans(markdown: str) -> Iterator[Span]:
    """Yield where each formula starts and ends, its delimiter and its source."""
    return (span for _, _, span in spans(markdown) if span)


def code_spans(markdown: str) -> Iterator[tuple[int, int]]:
    """Yield where each code span or fence starts and ends."""
    return ((start, end) for start, end, span in spans(markdown) if span is None)
