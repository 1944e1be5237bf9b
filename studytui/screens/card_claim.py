"""The page that decides what a card claims."""

from typing import TYPE_CHECKING

from cards.statements.verdicts import shown_claim
from studytui.services import Services

if TYPE_CHECKING:
    from cards.card import Card
    from studytui.screens.page import Page


def claim_page(services: Services, card: "Card") -> "Page | None":
    """Return the page of a card's claim; None where a simulation shows it, or it has none."""
    check = card.check
    if check is not None and (claim := shown_claim(check)):
        from studytui.screens.claims import ClaimsScreen

        against = check.refuted or ""
        return ClaimsScreen(services, claim.topic, (claim.id,), check.simulation or "", against)
    if check is None or check.simulation or not check.statement:
        return None
    from studytui.screens.evidence import EvidenceScreen

    says = check.statement.get("says") or card.prompt
    return EvidenceScreen(services, check.statement, f"{card.file}:{card.line}", says)
