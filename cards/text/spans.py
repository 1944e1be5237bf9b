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
_BLANK = re.compile(r"\n *\n")
_OPENING = re.compile(r"\\.|\$+|`+|^ {0,3}~{3,}", re.DOTALL | re.MULTILINE)


def spans(markdown: str) -> Iterator[tuple[int, int, Span | None]]:
    """Yield where each formula and each code span starts and ends; the formula, None for code."""
    position = 0
    unclosed: dict[str, int] = {}  # signs, and up to where nothing closes them
    while opening := _OPENING.search(markdown, position):
        start = opening.start()
        signs = opening[0].strip()
        code = _CODE.match(markdown, start) if start >= unclosed.get(signs, 0) else None
        if not code and signs[0] in "`~":
            blank = _BLANK.search(markdown, start) if len(signs) < 3 else None
            unclosed[signs] = blank.start() if blank else len(markdown)
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
