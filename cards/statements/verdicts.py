"""What belongs to a card and how it was found, and what is said where its statement is wrong.

Quick: a topic's module is imported when a card is linked to one of its claims, and nothing else.
"""

from typing import TYPE_CHECKING

from cards.card import Card, Check
from cards.statements.vocabulary import sentences
from sims import registry
from sims.claims.evidence import ACCEPTED, Verdict

if TYPE_CHECKING:
    from sims.claims.claim import Claim

OWN, CLAIM, TOPIC = "own", "claim", "topic"
"""How a card's simulation, derivation and claim were found: in its note, by its words."""

FAILS = "FAILS"


def backing(card: Card) -> str | None:
    """Return how what belongs to a card was found: `own`, `claim`, `topic`, or None."""
    check = card.check
    if check is not None and check.found:
        return check.found
    named = check is not None and (check.simulation or check.derivation or check.claim)
    return OWN if named or card.derive else None


NEAREST = "Of the card's topic, the nearest in words: it need not be about the card's statement."


def only_near(check: Check | None, name: str | None) -> bool:
    """Whether a simulation or derivation is no more than the nearest of a card's topic."""
    if check is None or not check.found:
        return False
    claim = registry.claim(check.claim) if check.claim else None
    return claim is None or name not in (claim.simulation, claim.derivation)


def said_of(card: Card) -> str | None:
    """Return what to tell the learner of a card whose statement does not simply hold, or None."""
    right = refutation(card.check)
    if right is None or card.check is None:
        return None
    holds = "does not hold" if verdict_of(card.check) == FAILS else "holds on a condition"
    return f"Your note says “{said(card.check)}”, which {holds}. Right is: {right}"


def said(check: Check) -> str:
    """Return the statement of a card that is linked to a claim, as it was decided."""
    if check.refuted or not check.claim:
        return (check.refuted or "").rstrip(".")
    return registry.claim(check.claim).says


def verdict_of(check: Check | None) -> Verdict | None:
    """Return the verdict on what a card says: its claim's own, or that on the claim's contrary."""
    if check is None or check.claim is None:
        return None
    return contrary(check.claim) if check.refuted else registry.claim(check.claim).expected


def contrary(claim: str) -> Verdict | None:
    """Return the verdict on a sentence that a claim refutes; None where the claim fails itself.

    It fails where the claim holds, or agrees wherever it was tried; else it is no surer than that.
    """
    verdict = registry.claim(claim).expected
    if verdict in ACCEPTED:
        return Verdict.FAILS
    if verdict is Verdict.FAILS:
        return None
    return verdict if verdict is Verdict.CONDITIONAL else Verdict.UNDECIDED


def correction(claim: "Claim") -> str:
    """Return what is right in place of a sentence that a claim refutes: the claim, in full."""
    restated = sentences("restated").get(claim.id)
    conditional = claim.expected == "CONDITIONAL" and claim.right
    return (conditional or (restated[0] if restated else claim.says)).rstrip(".")


def shown_claim(check: Check | None) -> "Claim | None":
    """Return the bundled claim whose evidence stands behind a card, before any simulation; or None.

    That is the claim that its words are, or the one that its note names beside no simulation.
    """
    if check is None or not check.claim or (check.simulation and check.found != CLAIM):
        return None
    try:
        return registry.claim(check.claim)
    except LookupError:
        return None  # a claim fence of the note's own


def refutation(check: Check | None) -> str | None:
    """Return what would be right, for a card whose linked claim does not simply hold; else None."""
    if check is None or check.found != CLAIM or check.claim is None:
        return None
    claim, verdict = registry.claim(check.claim), verdict_of(check)
    if verdict not in (Verdict.FAILS, Verdict.CONDITIONAL):
        return None
    return correction(claim) if check.refuted else claim.right or f"this is {verdict.value}"


def evidence_kind(check: Check | None) -> str | None:
    """Return what the verdict on a card's claim rests on, in one word; None without a claim."""
    if check is None or check.claim is None:
        return check.evidence if check is not None and check.statement else None
    try:
        claim = registry.claim(check.claim)
    except LookupError:
        return None
    return "refuted" if verdict_of(check) == FAILS and claim.procedure else claim.by.value
