"""Whether a proposed card is worth keeping: the rules, each a sentence that a person can be told.

Notes are read here as a stranger reads them: a question that leans on the lines around it, hides a
filler word, or says nothing when the note is closed is left out, with the reason.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cards.card import Kind
from cards.formats.outline.faults import answer as answers
from cards.formats.outline.faults import context, grammar, hidden, term, writing
from cards.formats.outline.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for every card, and the function that says how a card breaks it."""

    says: str
    fault: Callable[[Proposal], str]


RULES = (
    Rule(
        "It can be read: its formulas and brackets close; it holds no markup, code or path.",
        lambda card: writing.malformed(card.prompt, card.answer, card.asked, card.told),
    ),
    Rule(
        "It asks and tells no more than one can know by heart.",
        lambda card: writing.sized(card.prompt, card.answer),
    ),
    Rule(
        "Its question is a sentence of English.",
        lambda card: grammar.fault_of(card.asked, card.told) if card.kind is not Kind.CLOZE else "",
    ),
    Rule(
        "Its question shows all that it speaks of: no lost subject, picture, study or day.",
        lambda card: context.fault_of(card.asked, card.kind),
    ),
    Rule(
        "It holds beyond the example, proof or exercise that it stands in.",
        lambda card: context.within_instance(card.asked, (*card.headings, card.under)),
    ),
    Rule(
        "What a gap hides is a term or a name that the rest of the sentence leads to.",
        lambda card: hidden.fault_of(card.asked, card.told) if card.kind is Kind.CLOZE else "",
    ),
    Rule(
        "Its answer tells what was asked: it is no remark, advice, title or list of names.",
        lambda card: answers.fault_of(card.asked, card.told) if card.kind is not Kind.CLOZE else "",
    ),
    Rule(
        "What it asks for is a term that means something without the note, told by its kind.",
        lambda card: term.fault_of(card.asked, card.told, card.headings, card.under, card.named),
    ),
    Rule(
        "It is no point for or against something, nor a step, under a heading that lists such.",
        lambda card: term.point(card.asked, card.told, card.under),
    ),
)
"""The rules in the order in which they are tried; the first that a card breaks is its reason."""


def why_not(card: Proposal) -> str:
    """Return why a card is not worth keeping, in a few words; empty for a good card."""
    return next((fault for rule in RULES if (fault := rule.fault(card))), "")


_TO_READER = re.compile(
    r"\b(do|can|should|would|could|might|will) (?:you|we|i)\b"
    r"|\b(does|is|was) it (?=(?:mean|take)\b|\w+ (?:to|that|for|if|when)\b)",
    re.IGNORECASE,
)
"""Words to the reader, or without a subject: "how do you …", "is it possible to …"."""


def own_fault(card: Proposal) -> str:
    """Return why a question that the note itself asks cannot stand alone; empty where it can."""
    return (
        writing.unclosed(card.asked, card.told)
        or answers.unanswered(card.asked, card.told)
        or writing.longwinded(card.answer)
        or context.fault_of(_TO_READER.sub("do people ", card.asked), Kind.BASIC)
    )
