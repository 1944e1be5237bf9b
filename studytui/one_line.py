"""Markdown on one line: for options, and for a session without a display."""

from cards.card import Card
from cards.text.spans import maths_spans
from cards.variants.substitute import in_text
from studytui.typeset.maths import inline


def maths_on_one_line(text: str) -> str:
    """Return Markdown with its maths as one line of Unicode each; code is left alone."""
    shown, place = "", 0
    for span in maths_spans(text):
        shown += text[place : span.start] + inline(span.content)
        place = span.end
    return shown + text[place:]


def prompt_on_one_line(card: Card) -> str:
    """Return what a card asks, its parameters by their names: no values have been drawn."""
    names = card.check.given if card.check else {}
    return " ".join(maths_on_one_line(in_text(card.prompt, {n: n for n in names})).split())
