"""What is taken along: plots as SVG, formulas and the line of a run on the clipboard."""

import re
import shlex

import pytest

from studytui.app import StudyApp
from studytui.commands.sim import parsed
from studytui.screens.derivation import DerivationScreen
from studytui.screens.experiment import ExperimentScreen
from studytui.screens.study import StudyScreen
from studytui.sessions.taking import chain_of, formulas_of, repeating, write_plot

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def copied(monkeypatch) -> list[str]:
    """Return what is put on the clipboard."""
    texts: list[str] = []
    monkeypatch.setattr(StudyApp, "copy_to_clipboard", lambda _app, text: texts.append(text))
    return texts


async def test_a_run_is_written_and_its_line_copied(services, settled, shown, copied, home) -> None:
    screen = ExperimentScreen(services, "mac-signatures.avalanche")
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(110, 50)) as pilot:
        await settled(pilot)
        await pilot.press("w", "y")
        assert copied == []
        await pilot.press("r")
        for _ in range(400):
            await settled(pilot)
            if not screen.simulating:
                break
            await pilot.pause(0.05)
        await pilot.press("y", "w")
        await settled(pilot)
    words = shlex.split(copied[0])
    assert words[:3] == ["studytui", "sim", "mac-signatures.avalanche"]
    settings = parsed(words[4:-2:2])
    assert settings["scheme"] == "HMAC-SHA256"
    assert words[-2:] == ["--seed", "0"]
    (path,) = (home / "pictures").iterdir()
    assert path.read_text().startswith("<svg")


async def test_formulas_of_a_card_and_of_a_derivation_are_copied(services, settled, copied) -> None:
    app = StudyApp(services, opening=StudyScreen(services))
    async with app.run_test(size=(110, 50)) as pilot:
        await settled(pilot)
        for _ in range(3):
            if "derivative" in app.screen.question.card.prompt:
                break
            await pilot.press("escape", "space", "3")
            await settled(pilot)
        await pilot.press("escape", "y", "space")
        await settled(pilot)
        await pilot.press("y")
        assert copied == ["x^2", "2x"]
        app.push_screen(DerivationScreen(services, name="softmax.gradient"))
        for _ in range(400):
            await settled(pilot)
            if app.screen.ended:
                break
            await pilot.pause(0.05)
        await pilot.press("y")
    assert copied[2].startswith("\\begin{aligned}")


def test_what_is_copied_is_one_line_each_and_quoted() -> None:
    assert formulas_of("a $x$ and $x$, $y\n+ z$") == "x\ny + z"
    assert repeating("a.b", {"s": "x; rm"}, 3) == "studytui sim a.b --set 's=x; rm' --seed 3"
    steps = [
        {"relation": "=", "tex": "a", "expression": "a"},
        {"relation": "<=", "tex": "", "expression": "b"},
    ]
    assert re.findall(r"& .*", chain_of(steps)) == [r"& a \\", r"& \text{b}"]


def test_a_plot_never_replaces_a_file(home) -> None:
    from sims.simulation import Frame

    names = [write_plot(Frame(1.0), "../../etc/pass wd").name for _ in range(3)]
    assert len(set(names)) == 3
    assert all("/" not in name and not name.startswith(".") for name in names)
    assert {path.parent for path in (home / "pictures").iterdir()} == {home / "pictures"}
