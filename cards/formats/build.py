"""Building the cards of one block of a native note, siblings included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from cards.answers.kind import kind_of
from cards.card import Card, Check, Kind
from cards.formats.cloze import sentence
from cards.identity import identify

LONGEST = 20_000
"""Characters in one side of a card."""

MOST_CLOZES = 50


class CardError(ValueError):
    """Why the parts make no card, and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a card: file, deck, topic, headings, and its note's tags and link labels."""

    path: str
    deck: str
    topic: str
    headings: tuple[str, ...]
    tags: tuple[str, ...] = ()
    labels: frozenset[str] = frozenset()


class Parts(Protocol):
    """A card as it was read; `line` is 0-based, `answer` None when there is no `A:`."""

    letter: str
    line: int
    prompt: list[str]
    answer: list[str] | None
    check: Check | None
    derive: tuple[str, ...]


def build(parts: Parts, place: Place) -> list[Card]:
    """Return the cards that one block of a note makes; raises CardError when it makes none."""
    prompt = joined(parts.prompt)
    if not prompt:
        marker = "sentence" if parts.letter == "C" else "question"
        raise CardError(f"this card has no {marker}; write it after {parts.letter}:")
    if len(prompt) > LONGEST:
        raise CardError(f"this card is longer than {LONGEST:,} characters; split it")
    return _clozes(parts, prompt, place) if parts.letter == "C" else _asked(parts, prompt, place)


def joined(lines: Sequence[str]) -> str:
    """Return lines as one text without blank lines and spaces around it."""
    return lines[0].strip() if len(lines) == 1 else "\n".join(lines).strip()


def _asked(parts: Parts, prompt: str, place: Place) -> list[Card]:
    """Return the card of a question and its answer, and its reverse when that is asked for."""
    check = parts.check
    answer = joined(parts.answer or ()) if parts.answer else ""
    if len(answer) > LONGEST:
        raise CardError(f"this answer is longer than {LONGEST:,} characters; split the card")
    answer = answer or _computed_answer(parts)
    if not answer:
        raise CardError(
            "this question has no answer; write a line A: under it, or a check fence with an answer"
        )
    family = identify("basic", prompt, answer)
    id = check.id if check and check.id else family
    card = _card(parts, place, id, family, kind_of(check), prompt, answer)
    _can_be_answered(card)
    if not check or check.kind != Kind.REVERSED:
        return [card]
    back = f"{id}.reversed" if check.id else identify("reversed", prompt, answer)
    made = _card(parts, place, back, family, Kind.REVERSED, answer, prompt)
    return [card, replace(made, check=None, derive=())]


def _can_be_answered(card: Card) -> None:
    """Raise CardError for a card that could not be drawn or graded: now, not at a review."""
    if card.check or card.derive:
        # It brings the maths language, for fences only.
        from cards.answers.answerable import unanswerable

        if problem := unanswerable(card):
            raise CardError(problem)


def _card(
    parts: Parts, place: Place, id: str, family: str, kind: Kind, prompt: str, answer: str
) -> Card:
    """Return a card of a block, with its place and its check."""
    check = parts.check
    return Card(
        id,
        family,
        place.deck,
        place.topic,
        place.headings,
        kind,
        prompt,
        answer,
        place.path,
        parts.line + 1,
        check,
        parts.derive,
        place.tags + check.tags if check else place.tags,
    )


def _computed_answer(parts: Parts) -> str:
    """Return the answer that the fences of a card imply, as Markdown."""
    check = parts.check
    if check and check.answer is not None:
        return _code(check.answer)
    if check and check.output is not None:
        return f"{_code(check.output)} of {_code(check.simulation or 'the simulation')}"
    if check and check.order:
        return "\n".join(f"{number}. {item}" for number, item in enumerate(check.order, 1))
    return _code(parts.derive[-1]) if parts.derive else ""


def _code(text: str) -> str:
    """Return `text` as a Markdown code span, whatever backticks it holds."""
    return f"`{text}`" if "`" not in text else f"`` {text} ``"


def _clozes(parts: Parts, text: str, place: Place) -> list[Card]:
    """Return one card for each bracket of a sentence."""
    whole, gaps = sentence(text, place.labels)
    if not gaps:
        raise CardError("this C: card hides nothing; put [brackets] round the words to ask for")
    if len(gaps) > MOST_CLOZES:
        raise CardError(f"this C: card has more than {MOST_CLOZES} brackets; split it")
    check = parts.check
    if check and check.answer is not None and len(gaps) > 1:
        raise CardError("a check with an answer needs a C: card with one bracket; split the card")
    family = identify("cloze", whole)
    cards: list[Card] = []
    for number, gap in enumerate(gaps, 1):
        prompt, answer = gap.prompt, gap.answer
        if not answer:
            raise CardError("this C: card has empty brackets; write the hidden words inside")
        id = identify("cloze", prompt, answer)
        if check and check.id:
            id = check.id if len(gaps) == 1 else f"{check.id}.{number}"
        cards.append(_card(parts, place, id, family, Kind.CLOZE, prompt, answer))
        _can_be_answered(cards[-1])
    return cards
