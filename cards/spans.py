"""The formulas of a Markdown text, in order; never looked for inside code."""

import re
from collections.abc import Iterator

from cards.formats.maths_rules import Span, at

ADDRESS = r"\((?:[^()\n]|\([^()\n]*\))*\)"
"""The address of a link as a pattern; brackets in it come in pairs."""

_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_OPENING = re.compile(r"\\.|\$+|`+", re.DOTALL)


def maths_spans(markdown: str) -> Iterator[Span]:
    """Yield where each formula starts and ends, its delimiter and its source."""
    position = 0
    while opening := _OPENING.search(markdown, position):
        if code := _CODE.match(markdown, opening.start()):
            position = code.end()
        elif span := at(markdown, opening.start()):
            yield span
            position = span.end
        else:
            position = opening.end()
