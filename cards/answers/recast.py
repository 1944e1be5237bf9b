"""Asking a card as multiple choice: wrong options from its misconceptions and its neighbours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from cards.answers.choice import distractors
from cards.answers.grade import grade
from cards.answers.same import formula_of
from cards.answers.wrong import among, formulas, numbers, texts, unlikeness
from cards.card import Card, Check, Kind, Misconception
from cards.text.words import content_words, words
from cards.variants.draw import Variant, VariantError, draw, put_in
from cards.variants.expression import measured, number, read
from cards.variants.generator import Generator
from cards.variants.substitute import in_text
from sims.maths import MathsError, parse_tex, to_tex, to_text
from sims.maths.syntax.tree import free_names

OPTIONS = 4
FEWEST = 3
"""Options below which a question is better typed."""

POOL = 7
"""Wrong formulas of which the options are chosen."""

LONGEST = 160
"""Characters of an option."""

SHARED = 0.5
"""Share of the words of two prompts above which they ask about the same thing."""

OTHER_TOPIC, OTHER_DECK = 4, 6
"""How much less alike an answer of another topic counts, and one of another deck."""

FIGURES = 4
_WORDS = frozenset({Kind.BASIC, Kind.REVERSED, Kind.CLOZE})


def as_choice(
    card: Card, variant: Variant, neighbours: Iterable[Card], generator: Generator
) -> Card | None:
    """Return the variant as a choice card of its own, None when too few wrong options are found.

    The values are put in, so the new card has no parameters. Wrong options are the card's
    misconceptions, then what slips make of the answer, then what neighbours answer. None equals the
    answer or another one, by the equivalence that grades, and none stands out by its form.
    """
    check = card.check or Check()
    answer = variant.answer if card.kind in _WORDS else variant.expected
    right = _option(card, answer)
    if answer is None or right is None or len(right) > LONGEST:
        return None
    mistakes = dict(_mistakes(card, variant))
    options = {
        text: option
        for text in _wrong(card, variant, answer, mistakes, neighbours, generator)
        if (option := _option(card, text)) is not None
    }
    if len({right, *options.values()}) < FEWEST or len({*options.values()}) < len(options):
        return None
    right, *shown = _without_stops([right, *options.values()])
    options = dict(zip(options, shown, strict=True))
    return replace(
        card,
        kind=Kind.CHOICE,
        prompt=variant.prompt,
        answer=variant.answer,
        derive=(),
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


def _wrong(
    card: Card,
    variant: Variant,
    answer: str,
    mistakes: Mapping[str, Misconception],
    neighbours: Iterable[Card],
    generator: Generator,
) -> tuple[str, ...]:
    """Return up to three wrong answers, those that tempt most first."""
    variables = card.check.variables if card.check else {}
    wanted = OPTIONS - 1
    if card.kind in _WORDS and formula_of(answer) is None:
        turned = texts(answer, wanted, generator)  # too alike for the rule for words
        chosen = distractors(answer, mistakes, variables, wanted - len(turned))
        chosen = (*chosen, *(text for text in turned if text not in chosen))
    else:
        slips = _slips(card, variant, answer, generator)
        most = wanted if card.kind is Kind.NUMBER else POOL
        pool = distractors(answer, chain(mistakes, slips), variables, most)
        chosen = among(answer, pool, wanted, generator)
    asked = content_words(card.prompt)
    apart = {
        text: unlikeness(answer, text) + far - min(2, len(asked & content_words(text)))
        for text, far in _answers(card, answer, neighbours)
        if text not in mistakes
    }
    others = sorted(apart, key=apart.__getitem__)
    found = distractors(answer, (*chosen, *others), variables, wanted)
    return (*chosen, *(text for text in found if text not in chosen))[:wanted]


def _slips(card: Card, variant: Variant, answer: str, generator: Generator) -> Iterator[str]:
    """Yield what slips make of a formula or a number, where it is graded wrong."""
    check = card.check or Check()
    try:
        if card.kind in _WORDS:
            tex = formula_of(answer) or ""
            for node in formulas(parse_tex(tex), generator):
                yield f"${to_tex(node)}$"
            return
        node, unit = measured(read(answer, check.variables), check.variables)
    except MathsError:
        return
    made = formulas(node, generator)
    value = number(node, FIGURES)
    if card.kind is Kind.NUMBER and value is not None:
        worked = [text for one in made if (text := number(one, FIGURES))]
        found = [
            f"{text} {unit}".strip() for text in numbers(value, worked, OPTIONS - 1, generator)
        ]
    else:
        found = [to_text(one) for one in made]
    for text in found:
        if check.inferred or grade(card, variant, text).verdict == "different":
            yield text


def _without_stops(options: list[str]) -> list[str]:
    """Return options none of which ends in a full stop: some writers end their answers in one."""
    bare = [option.rstrip().removesuffix(".") for option in options]
    return bare if all(bare) and len(set(bare)) == len(set(options)) else options


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


def _answers(card: Card, answer: str, neighbours: Iterable[Card]) -> Iterator[tuple[str, int]]:
    """Yield answers of the same kind that could be taken for this one, and how far off they are.

    Neighbours that ask about the same thing are left out: what they say may be right here too.
    """
    size, asked = len(words(answer)), content_words(card.prompt)
    measure = None if card.kind in _WORDS else _measure(card, answer)
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
        if card.kind not in _WORDS and _measure(card, text) != measure:
            continue
        if card.kind not in _WORDS or size / 3 <= len(words(text)) <= 3 * size + 1:
            same_deck = other.deck == card.deck
            far = 0 if other.topic == card.topic else OTHER_TOPIC if same_deck else OTHER_DECK
            yield text, far


def _measure(card: Card, answer: str) -> tuple[str, frozenset[str]] | None:
    """Return the unit of an answer and the names in it, which tell answers apart at a glance."""
    variables = card.check.variables if card.check else {}
    try:
        node, unit = measured(read(answer, variables), variables)
    except MathsError:
        return None
    return unit, frozenset(free_names(node))
