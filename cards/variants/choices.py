"""What a card offers to pick from: the options of a choice, the items of an order."""

from collections.abc import Mapping

from cards.card import Card, Kind
from cards.variants.generator import Generator, seed_of
from cards.variants.substitute import in_text

SEVERAL = ";"
"""Stands between the right options when more than one is right."""


def key(option: str) -> str:
    """Return what tells options apart: the text but for its spaces."""
    return "".join(option.split())


def right_options(card: Card, values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the right option, or all of them: `answer: first; second`."""
    check = card.check
    answer = check.answer if check is not None and check.answer else card.answer
    listed = {key(option) for option in check.choices} if check else set()
    if SEVERAL not in answer or key(answer) in listed:
        return (in_text(answer.strip(), values),)
    return tuple(in_text(part.strip(), values) for part in answer.split(SEVERAL) if part.strip())


def several(card: Card) -> bool:
    """Whether more than one option of a choice is right."""
    return card.kind is Kind.CHOICE and len(right_options(card, {})) > 1


def options_of(card: Card, values: Mapping[str, str], seed: int) -> tuple[str, ...]:
    """Return the options of a choice card, or the items of an order card, in seeded order."""
    check = card.check
    if check is None or card.kind not in (Kind.CHOICE, Kind.ORDER):
        return ()
    shuffled = Generator(seed_of(card.id, seed, "options"))
    if card.kind is Kind.ORDER:
        order = proof_lines(card) or [in_text(item, values) for item in check.order]
        items = [*order, *(in_text(item, values) for item in check.choices)]
        shuffled.shuffle(items)
        if items == order:
            items.reverse()  # the right order is never the one shown
        return tuple(items)
    options = list(right_options(card, values))
    wrong = (*check.choices, *(misconception.answer for misconception in check.misconceptions))
    for option in (in_text(text, values) for text in wrong):
        if key(option) not in map(key, options):
            options.append(option)
    shuffled.shuffle(options)
    return tuple(options)


def proof_lines(card: Card) -> list[str]:
    """Return the lines of a proof to be put in order, empty for another card."""
    if card.kind is not Kind.ORDER or not (card.derive or (card.check and card.check.kind)):
        return []
    from cards.variants.proof_lines import is_proof, lines_of

    return list(lines_of(card)) if is_proof(card) else []
