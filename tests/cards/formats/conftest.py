"""What tests of notes in formats of their own share."""

from collections.abc import Callable

import pytest

from cards.formats import outline


@pytest.fixture
def asked() -> Callable[..., dict[str, str]]:
    """Return what gives the prompts and answers of a note that has no cards of its own.

    Of `everything` where what is worth a card is not meant.
    """

    def prompts(text: str, everything: bool = False) -> dict[str, str]:
        note = outline.read("n.md", text, everything=everything)
        return {card.prompt: card.answer for card in note.cards}

    return prompts
