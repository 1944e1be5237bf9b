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
    """What every card must be, and the function that says why one is not."""

    says: str
    fault: Callable[[Proposal], str]


RULES = (
    Rule(
        "It can be read: its formulas and brackets close; it holds no markup, code or path.",
        lambda one: writing.malformed(one.prompt, one.answer, one.asked, one.told),
    ),
    Rule(
        "It asks and tells no more than one can know by heart.",
        lambda one: writing.sized(one.prompt, one.answer),
    ),
    Rule(
        "Its question is a sentence of English.",
        lambda one: grammar.fault_of(one.asked, one.told) if one.kind is not Kind.CLOZE else "",
    ),
    Rule(
        "Its question shows all that it speaks of: no lost subject, picture, study or day.",
        lambda one: context.fault_of(one.asked, one.kind),
    ),
    Rule(
        "It holds beyond the example, proof or exercise that it stands in.",
        lambda one: context.within_instance(one.asked, (*one.headings, one.under)),
    ),
    Rule(
        "What a gap hides is a term or a name that the rest of the sentence leads to.",
        lambda one: hidden.fault_of(one.asked, one.told) if one.kind is Kind.CLOZE else "",
    ),
    Rule(
        "Its answer tells what was asked: it is no remark, advice, title or list of names.",
        lambda one: answers.fault_of(one.asked, one.told) if one.kind is not Kind.CLOZE else "",
    ),
    Rule(
        "What it asks for is a term that means something without the note, told by its kind.",
        lambda one: term.fault_of(one.asked, one.told, one.headings, one.under, one.named),
    ),
    Rule(
        "It is no point for or against something, nor a step, under a heading that lists such.",
        lambda one: term.point(one.asked, one.told, one.under),
    ),
)
"""In the order in which they are tried; the first that a card breaks is its reason."""


def why_not(one: Proposal) -> str:
    """Return why a card is not worth keeping, in a few words; empty for one that is."""
    return next((fault for rule in RULES if (fault := rule.fault(one))), "")


_TO_READER = re.compile(
    r"\b(do|can|should|would|could|might|will) (?:you|we|i)\b"
    r"|\b(does|is|was) it (?=(?:mean|take)\b|\w+ (?:to|that|for|if|when)\b)",
    re.IGNORECASE,
)
"""What speaks to the reader, or of nothing: "how do you …", "is it possible to …"."""


def own_fault(one: Proposal) -> str:
    """Return why a question that somebody wrote as one cannot stand alone; empty where it can."""
    return (
        writing.unclosed(one.asked, one.told)
        or writing.longwinded(one.answer)
        or context.fault_of(_TO_READER.sub("do people ", one.asked), Kind.BASIC)
    )
