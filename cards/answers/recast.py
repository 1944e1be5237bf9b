"""Asking a card as multiple choice: wrong options from its misconceptions and its neighbours."""

from collections.abc import Iterable, Iterator

from cards.answers.choice import distractors
from cards.card import Card, Check, Kind, Misconception
from cards.text.words import content_words, words
from cards.variants.draw import Variant, VariantError, draw, put_in
from cards.variants.expression import measured, number, read
from cards.variants.substitute import in_text
from sims.maths import MathsError, to_tex

OPTIONS = 4
FEWEST = 3
"""Options below which a question is better typed."""

LONGEST = 160
"""Characters of an option."""

SHARED = 0.5
"""Share of the words of two prompts above which they ask about the same thing."""

FIGURES = 4
_WORDS = frozenset({Kind.BASIC, Kind.REVERSED, Kind.CLOZE})


def as_choice(card: Card, variant: Variant, neighbours: Iterable[Card]) -> Card | None:
    """Return the variant as a choice card of its own, None when too few wrong options are found.

    The values are put in, so the new card has no parameters. An option never equals the answer or
    another option, by the equivalence that grades.
    """
    check = card.check or Check()
    answer = variant.answer if card.kind in _WORDS else variant.expected
    right = _option(card, answer)
    if answer is None or right is None or len(right) > LONGEST:
        return None
    mistakes = dict(_mistakes(card, variant))
    others = (text for text in _answers(card, answer, neighbours) if text not in mistakes)
    chosen = distractors(answer, [*mistakes, *others], check.variables, OPTIONS - 1)
    options = {text: option for text in chosen if (option := _option(card, text)) is not None}
    if len({right, *options.values()}) < FEWEST or len({*options.values()}) < len(options):
        return None
    return Card(
        id=card.id,
        family=card.family,
        deck=card.deck,
        topic=card.topic,
        headings=card.headings,
        kind=Kind.CHOICE,
        prompt=variant.prompt,
        answer=variant.answer,
        file=card.file,
        line=card.line,
        check=Check(
            answer=right,
            choices=(right, *options.values()),
            misconceptions=tuple(
                Misconception(options[text], in_text(mistakes[text].says, variant.values))
                for text in options
                if text in mistakes
            ),
            simulation=check.simulation,
            derivation=check.derivation,
            claim=check.claim,
        ),
    )


def _option(card: Card, answer: str | None) -> str | None:
    """Return an answer as an option to show: words as they are, maths as a formula."""
    if answer is None or card.kind in _WORDS:
        return answer
    variables = card.check.variables if card.check else {}
    try:
        node, unit = measured(read(answer, variables), variables)
    except MathsError:
        return answer
    value = number(node, FIGURES) if card.kind is Kind.NUMBER else None
    return f"${value if value is not None else to_tex(node)}$ {unit}".strip()


def _mistakes(card: Card, variant: Variant) -> Iterator[tuple[str, Misconception]]:
    """Yield the card's misconceptions with the values put in."""
    for wrong in card.check.misconceptions if card.check else ():
        try:
            yield put_in(card, variant.values, wrong.answer), wrong
        except VariantError:
            continue


def _answers(card: Card, answer: str, neighbours: Iterable[Card]) -> Iterator[str]:
    """Yield the answers of neighbours of the same kind that could be taken for this one's.

    Neighbours that ask about the same thing are left out: what they say may be right here too.
    """
    size, asked = len(words(answer)), content_words(card.prompt)
    for other in neighbours:
        if other.kind is not card.kind or other.id == card.id:
            continue
        theirs = content_words(other.prompt)
        if len(asked & theirs) > SHARED * min(len(asked), len(theirs)):
            continue
        try:
            variant = draw(other)
        except VariantError:
            continue
        text = variant.answer if card.kind in _WORDS else variant.expected
        if not text or len(text) > LONGEST:
            continue
        if card.kind not in _WORDS or size / 3 <= len(words(text)) <= 3 * size + 1:
            yield text
