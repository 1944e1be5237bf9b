"""The evidence of one claim: of a card's note, and of the bundled claims that are fences."""

from typing import Any

import pytest

from sims import registry
from sims.claims.statement import Statement
from studytui.app import StudyApp
from studytui.screens.claims import ClaimsScreen, ClaimView
from studytui.screens.evidence import EvidenceScreen
from studytui.screens.picture import PictureScreen
from studytui.services import Services

STATEMENT = Statement(claim="(a + b)^2 = a^2 + b^2", says="A square of a sum.").to_dict()


async def test_the_claim_of_a_card_is_decided_and_drawn(
    services: Services, settled: Any, shown: Any
) -> None:
    screen = EvidenceScreen(services, STATEMENT, "note.md:3", "A square of a sum.")
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        while "deciding" in shown(app):
            await settled(pilot)
        assert "✗ FAILS" in shown(app)
        assert "at a = 1, b = 1: 4 against 2" in shown(app)
        await pilot.press("P")
        await settled(pilot)
        assert isinstance(app.screen, PictureScreen)


async def test_a_bundled_claim_that_is_a_fence_is_drawn_as_one_of_a_note(
    services: Services, settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClaimsScreen, "action_judge", lambda self: None)
    monkeypatch.setattr(PictureScreen, "action_draw", lambda self: None)
    app = StudyApp(services, opening=ClaimsScreen(services, "mle-kl", ("21.6", "21.7")))
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        assert app.screen.check_action("picture", ())
        await pilot.press("P")
        await settled(pilot)
        assert isinstance(app.screen, PictureScreen)
        assert app.screen.statement["claim"] == registry.claim("21.6").written.claim
        await pilot.press("escape")
        app.screen.query(ClaimView).last().focus()
        await settled(pilot)
        assert not app.screen.check_action("picture", ())


def test_ten_bundled_claims_are_fences() -> None:
    fences = [
        claim
        for slug in registry.available()
        for claim in registry.load(slug).in_order()
        if claim.fence
    ]
    assert len(fences) >= 10
    assert all(claim.written is not None and claim.mutant and claim.control for claim in fences)
