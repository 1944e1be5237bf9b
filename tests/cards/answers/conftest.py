"""Answers that are typed to the one card of a note."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cards.answers.grade import grade
from cards.answers.result import Grade
from cards.formats import read
from cards.variants.draw import draw


@pytest.fixture
def graded(tmp_path: Path) -> Callable[[str, str], Grade]:
    """Return a function that grades what is typed to the card of a note's text."""
    note = tmp_path / "note.md"

    def typed_to(text: str, typed: str) -> Grade:
        note.write_text(f"{text}\n", encoding="utf-8")
        (card,) = read(note).cards
        return grade(card, draw(card), typed)

    return typed_to
