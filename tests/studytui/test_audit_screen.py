"""The Audit screen: findings beside the note, evidence, and a claim written under a statement."""

from pathlib import Path
from typing import Any

import pytest

from cards.formats.claim_fence import fences
from studytui.app import StudyApp
from studytui.screens.audit import AuditScreen
from studytui.screens.claim import ClaimScreen
from studytui.screens.picture import PictureScreen
from studytui.services import Services
from studytui.widgets.field import Field
from studytui.widgets.plot import PlotView
from studytui.widgets.verdict import VerdictView

NOTE = """# Numbers

- Seven in a hundred: 100/7 = 14.2

- A square is never negative.
```claim
variables: x: real
claim: x^2 >= 0
```

- A cube is never negative: $x^3 \\ge 0$
"""


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.md"
    path.write_text(NOTE, encoding="utf-8")
    return path


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_findings_stand_with_their_evidence(
    services: Services, settled: Any, shown: Any, note: Path, size: tuple[int, int]
) -> None:
    app = StudyApp(services, opening=AuditScreen(services, str(note)))
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        assert "2 checked, 1 refuted" in shown(app)
        assert "✗ numbers.md:3" in shown(app)
        assert "14.3" in shown(app)
        await pilot.press("down")
        await settled(pilot)
        assert "✓ proved" in shown(app)
        await pilot.press(">")
        await settled(pilot)
        assert "Shown: all statements" in shown(app)
        await pilot.press(">")
        await settled(pilot)
        assert "numbers.md:5" not in shown(app)
        await pilot.press("slash", *"nowhere", "enter")
        await settled(pilot)
        assert "there is no such file" in shown(app)


async def test_a_claim_is_decided_while_it_is_written_and_put_into_the_note(
    services: Services, settled: Any, shown: Any, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studytui.screens.claim.PAUSE", 0.001)
    screen = ClaimScreen(services, str(note), 11, "A cube is never negative: $x^3 \\ge 0$")
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        while "deciding" in shown(app) or not screen.query_one("#claim-verdict").display:
            await settled(pilot)
        await settled(pilot)
        assert screen.query_one(VerdictView).display
        assert "CONDITIONAL" in shown(app)
        assert "condition  x >= 0" in shown(app)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert not isinstance(app.screen, ClaimScreen)
    found = {fence.line: fence for fence in fences(note.read_text(encoding="utf-8"))}
    assert sorted(found) == [5, 11]
    assert found[11].statement is not None
    assert note.read_text(encoding="utf-8").startswith(NOTE)


async def test_a_claim_that_cannot_be_read_is_not_written(
    services: Services, settled: Any, shown: Any, note: Path
) -> None:
    screen = ClaimScreen(services, str(note), 5, "A square is never negative.")
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert isinstance(app.screen, ClaimScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(app.screen, ClaimScreen)
    assert note.read_text(encoding="utf-8") == NOTE


async def test_a_claim_is_drawn_with_values_of_ones_own(
    services: Services, settled: Any, shown: Any, note: Path
) -> None:
    app = StudyApp(services, opening=AuditScreen(services, str(note)))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("P")
        await settled(pilot)
        assert isinstance(app.screen, AuditScreen)  # an equation of numbers has no picture
        await pilot.press("down", "P")
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, PictureScreen)
        assert screen.query_one(PlotView).frame.series
        assert [field.name for field in screen.query(Field)][-1] == "seed"
        screen.query(Field).last().value = "x"
        screen.action_draw()
        await settled(pilot)
        assert "seed must be a number" in shown(app)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, AuditScreen)


async def test_every_key_may_be_pressed_before_there_is_an_audit(
    services: Services, settled: Any, shown: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AuditScreen, "run_audit", lambda *_: None)
    app = StudyApp(services, opening=AuditScreen(services))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(">", "e", "P", "C", "r", "x")
        await settled(pilot)
        assert isinstance(app.screen, AuditScreen)
        assert "Reading your notes" in shown(app)
