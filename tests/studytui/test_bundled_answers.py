"""Every answer that the bundled deck prints is right when it is typed, as LaTeX and as shown."""

from collections.abc import Iterator

import pytest

from cards.answers.grade import grade
from cards.card import Card, Kind
from cards.formats import read
from cards.notes import bundled_notes
from cards.text.spans import maths_spans
from cards.variants.draw import Variant, draw
from studytui.typeset.maths import inline

NOTES = {path.stem: path for path in bundled_notes()}


def printed(card: Card, variant: Variant) -> Iterator[str]:
    """Yield the formula that answers a card: the first, or the one worked out for its values."""
    formulas = [span.content for span in maths_spans(variant.answer)]
    if card.check and card.check.answer and formulas:
        if card.kind is Kind.SYMBOL:
            yield formulas[0]
        elif card.kind is Kind.NUMBER and variant.values:
            yield formulas[-1]


@pytest.mark.parametrize("slug", NOTES)
def test_a_printed_answer_is_right(slug: str) -> None:
    for card in read(NOTES[slug]).cards:
        variant = draw(card)
        for formula in printed(card, variant):
            for typed in (f"${formula}$", inline(formula)):
                graded = grade(card, variant, typed)
                assert graded.right, f"{card.file}:{card.line}: {typed}: {graded}"
