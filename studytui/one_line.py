"""Markdown on one line: for options, and for a session without a display."""

import re

from cards.formats.maths_rules import at
from studytui.typeset.maths import inline

_CODE = re.compile(r"(`+)(?:(?!\1).)+\1", re.DOTALL)


def maths_on_one_line(text: str) -> str:
    """Return Markdown with its maths as one line of Unicode each; code is left alone."""
    shown: list[str] = []
    place = 0
    while place < len(text):
        code = _CODE.match(text, place) if text[place] == "`" else None
        span = at(text, place) if text[place] in "\\$" else None
        if code:
            shown.append(code[0])
            place = code.end()
        elif span:
            shown.append(inline(span.content))
            place = span.end
        else:
            shown.append(text[place])
            place += 1
    return "".join(shown)
