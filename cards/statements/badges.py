"""The badge of a card: what the verdict on the claim behind it rests on, in one word.

The word is found when a note is read and kept with the card, so that a list of cards and a search
need no topic. A card that has no claim, or one that nobody has decided, has none.
"""

from dataclasses import replace

from cards.card import Card, Check
from cards.statements.verdicts import CLAIM
from sims import registry
from sims.claims.evidence import EvidenceKind, Verdict

REFUTED, CONDITIONAL, CORRECTS = "refuted", "conditional", "corrects"
"""The card says what is wrong; what holds on a condition; what is right where a note was wrong."""

BADGES = (*(kind.value for kind in EvidenceKind), CONDITIONAL, CORRECTS)
"""The words of badges."""

_TAUGHT_RIGHT = {Verdict.FAILS: CORRECTS, Verdict.CONDITIONAL: CORRECTS}
_SAID = {Verdict.FAILS: REFUTED, Verdict.CONDITIONAL: CONDITIONAL}


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
        return None  # a claim fence of the note's own: the audit decides it
    if claim.expected in _SAID:
        return (_SAID if check.found == CLAIM else _TAUGHT_RIGHT)[claim.expected]
    if claim.expected not in (Verdict.HOLDS, Verdict.AGREES):
        return None
    return claim.by.value
