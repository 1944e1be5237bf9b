"""The badge of a card: what the verdict on the claim behind it rests on, in one word.

The word is found when a note is read and kept with the card, so that a list of cards and a search
need no topic. A claim fence of the note's own is decided by whoever imports it. A card that has no
claim, or one that nobody has decided, has none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cards.card import Card, Check
from cards.note import Note, Problem
from cards.statements.verdicts import CLAIM, verdict_of
from sims import registry
from sims.claims.evidence import EvidenceKind, Verdict

REFUTED, CONDITIONAL, CORRECTS = "refuted", "conditional", "corrects"
"""The card says what is wrong; what holds on a condition; what is right where a note was wrong."""

BADGES = (*(kind.value for kind in EvidenceKind), CONDITIONAL, CORRECTS)
"""The words of badges."""

_TAUGHT_RIGHT = {Verdict.FAILS: CORRECTS, Verdict.CONDITIONAL: CORRECTS}
SAID = {Verdict.FAILS: REFUTED, Verdict.CONDITIONAL: CONDITIONAL}
"""The badge of a claim by its verdict, where it does not simply hold."""


def badged(card: Card) -> Card:
    """Return a card with its badge, and with none that anything but its claim gives it."""
    check = card.check
    if check is None or check.evidence == (word := badge_of(check)):
        return card
    return replace(card, check=replace(check, evidence=word))


def badge_of(check: Check | None) -> str | None:
    """Return the word for a check's claim; None without a claim, or where nobody has decided it.

    A card whose words are the claim says it; one that names a claim that fails teaches what is
    right instead. Imports the claim's topic.
    """
    if check is None or check.claim is None:
        return None
    try:
        claim = registry.claim(check.claim)
    except LookupError:
        return None  # a name that no topic has
    if check.refuted:
        verdict = verdict_of(check)
        return SAID.get(verdict) if verdict else None
    if claim.expected in SAID:
        return (SAID if check.found == CLAIM else _TAUGHT_RIGHT)[claim.expected]
    if claim.expected not in (Verdict.HOLDS, Verdict.AGREES):
        return None
    return claim.by.value


def word_of(evidence: Mapping[str, Any], known: str | None = None) -> str | None:
    """Return the word for a decision on a claim fence; None where it is undecided or unread.

    A claim that its note knows to be wrong is there to be corrected.
    """
    verdict = evidence.get("verdict")
    if verdict in SAID:
        return (_TAUGHT_RIGHT if known == "false" else SAID)[Verdict(verdict)]
    if verdict not in (Verdict.HOLDS, Verdict.AGREES):
        return None
    kind = evidence.get("kind")
    return str(kind) if kind in BADGES else None


def decided(
    notes: Sequence[Note], decide: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
) -> list[Note]:
    """Return notes whose cards with a claim fence have its badge; `decide` may know nothing.

    A fence that fails, or holds on a condition, is a note to the reader at its card's line.
    """
    return [_told(note, decide) for note in notes]


def _told(note: Note, decide: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]) -> Note:
    cards, problems = list(note.cards), list(note.problems)
    for place, card in enumerate(note.cards):
        check = card.check
        if check is None or check.statement is None:
            continue
        evidence = decide(check.statement) or {}
        word = word_of(evidence, check.statement.get("known"))
        if word != check.evidence:
            cards[place] = replace(card, check=replace(check, evidence=word))
        if word in (REFUTED, CONDITIONAL):
            problems.append(Problem(note.path, card.line, "note", _against(evidence)))
    return replace(note, cards=tuple(cards), problems=tuple(problems))


def _against(evidence: Mapping[str, Any]) -> str:
    """Return what to tell of a claim fence that does not simply hold."""
    if evidence.get("verdict") == Verdict.CONDITIONAL:
        return f"The claim of this card holds on a condition: {evidence.get('condition')}"
    right = f". Right is: {evidence['right']}" if evidence.get("right") else ""
    return f"The claim of this card fails: {evidence.get('shown') or 'see the audit'}{right}"
