"""Every formula of a person's own notes is shown, none as its source, none with a symbol lost.

The notes are not part of the project: the check skips where they are not.
"""

import os
from pathlib import Path

import pytest

from cards.text.maths import at
from studytui.typeset.maths import display, typeset

SHARED = Path(os.environ.get("STUDYTUI_SHARED", Path(__file__).parents[3] / "shared"))
NOTES = SHARED / "notes.txt"


def formulas(text: str) -> list[str]:
    """Return what stands between maths delimiters in a text."""
    found: list[str] = []
    place = 0
    while place < len(text):
        span = at(text, place) if text[place] in "\\$" else None
        if span is not None:
            found.append(span.content)
        place = span.end if span else place + 1
    return found


@pytest.mark.skipif(not NOTES.exists(), reason="no notes to read: set STUDYTUI_SHARED")
def test_all_formulas_of_the_notes_are_shown() -> None:
    text = NOTES.read_text(encoding="utf-8")
    found = formulas(text)
    assert len(found) == text.count(r"\(") + text.count(r"\[") > 20
    for tex in found:
        typeset(tex)  # raises rather than lose a symbol
    grpo = next(tex for tex in found if "J_{GRPO}" in tex)
    assert len(display(grpo)) == 5
