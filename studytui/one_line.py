"""Markdown on one line: for options, and for a session without a display."""

from cards.spans import maths_spans
from studytui.typeset.maths import inline


def maths_on_one_line(text: str) -> str:
    """Return Markdown with its maths as one line of Unicode each; code is left alone."""
    shown, place = "", 0
    for span in maths_spans(text):
        shown += text[place : span.start] + inline(span.content)
        place = span.end
    return shown + text[place:]
