"""A card on the screen: a stranger's text starts nothing, and wide formulas scroll sideways."""

from collections.abc import Callable
from unittest.mock import Mock

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from studytui.widgets.card import CardView
from studytui.widgets.maths import MathsView

Shown = Callable[[App[None]], str]

WIDE = r"x = " + " + ".join(f"y_{{{n}}}" for n in range(40))
HOSTILE = """[/b] and [@click=app.quit]quit[/] and a[i] + b[1:n] and [red]red[/red]

\x1b]52;c;SGVsbG8=\x07 and \x9b2J and $\x1b]0;title\x07x$ and <script>alert(1)</script>
"""


class Show(App[None]):
    """Shows one widget."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


async def test_hostile_text_is_shown_as_it_is_and_starts_nothing(shown: Shown) -> None:
    app = Show(CardView(HOSTILE))
    async with app.run_test(size=(80, 12)) as pilot:
        text = shown(app)
        assert "[/b] and [@click=app.quit]quit[/] and a[i] + b[1:n] and [red]red[/red]" in text
        assert "<script>alert(1)</script>" in text
        strips = app.screen._compositor.render_strips()
        painted = "".join(segment.text for strip in strips for segment in strip)
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in painted)
        for column in range(0, 60, 6):
            await pilot.click(CardView, offset=(column, 0))
        assert app.is_running
        assert app.return_code is None


async def test_a_wide_formula_scrolls_and_text_does_not(shown: Shown) -> None:
    view = CardView(f"Some text\n\n$${WIDE}$$")
    app = Show(view)
    async with app.run_test(size=(60, 12)) as pilot:
        assert view.can_focus
        view.focus()
        first = shown(app)
        assert "x = y₀" in first
        await pilot.press("right", "right")
        moved = shown(app)
        assert "x = y₀" not in moved
        assert "Some text" in moved
        assert view.moved == 16
        await pilot.press("end")
        assert "y₃₉" in shown(app)
        await pilot.press("right")
        assert view.moved == view.sheet.overflow(view.content_size.width)
        await pilot.press("home")
        assert shown(app) == first


async def test_what_fits_takes_no_focus(shown: Shown) -> None:
    view = CardView(f"$${WIDE}$$")
    app = Show(view)
    async with app.run_test(size=(300, 12)) as pilot:
        assert not view.can_focus
        await pilot.resize_terminal(50, 12)
        await pilot.pause()
        assert view.can_focus
        view.moved = 20
        await pilot.resize_terminal(300, 12)
        await pilot.pause()
        assert not view.can_focus
        assert view.moved == 0
        assert "x = y₀" in shown(app)


async def test_another_text_and_its_source(shown: Shown) -> None:
    view = CardView("first")
    app = Show(view)
    async with app.run_test(size=(60, 12)) as pilot:
        view.show(r"**second** $\frac{a}{b}$")
        await pilot.pause()
        assert "second a/b" in shown(app)
        assert "first" not in shown(app)
        view.show(r"**second** $\frac{a}{b}$", source=True)
        await pilot.pause()
        assert r"**second** $\frac{a}{b}$" in shown(app)


async def test_its_height_follows_its_text() -> None:
    view = CardView("one line")
    app = Show(view)
    async with app.run_test(size=(40, 20)) as pilot:
        assert view.size.height == 1
        view.show("word " * 20)
        await pilot.pause()
        assert view.size.height == 3
        await pilot.resize_terminal(80, 20)
        await pilot.pause()
        assert view.size.height == 2


@pytest.mark.parametrize(
    ("address", "opens"), [("https://example.org/x", True), ("javascript:alert(1)", False)]
)
async def test_only_http_addresses_are_opened(
    address: str, opens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Show(CardView("[here](https://example.org/x) is a link"))
    opened = Mock()
    monkeypatch.setattr(app, "open_url", opened)
    async with app.run_test(size=(60, 5)) as pilot:
        if opens:
            await pilot.click(CardView, offset=(2, 0))
        else:
            app.query_one(CardView).action_open_address(address)
        await pilot.pause()
    assert opened.call_count == int(opens)
    if opens:
        opened.assert_called_once_with(address)


async def test_a_formula_of_its_own(shown: Shown) -> None:
    app = Show(MathsView(r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)"))
    async with app.run_test(size=(60, 6)):
        rows = [row.rstrip() for row in shown(app).split("\n")[:3]]
        assert rows == [" ∂pᵢ", "───── = pᵢ(δᵢⱼ − pⱼ)", " ∂zⱼ"]


async def test_a_formula_that_cannot_be_laid_out_is_shown_as_its_source(shown: Shown) -> None:
    app = Show(MathsView(r"\foo [/b]"))
    async with app.run_test(size=(60, 6)):
        assert r"\foo [/b]" in shown(app)


async def test_code_is_coloured_without_holding_up_the_app(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studytui.typeset.code.SECONDS", 4.0)  # for a machine that is busy
    monkeypatch.setattr("studytui.typeset.code._SPANS", {})  # what other tests had coloured
    view = CardView()
    app = Show(view)
    async with app.run_test(size=(60, 12)) as pilot:
        view.show("```python\nimport that_module\n```\n\n```rst\n" + "`a <" * 4_500 + "\n```")
        await pilot.pause()
        assert "import that_module" in shown(app)  # at once, and plain
        assert view.sheet.uncoloured
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert not view.sheet.uncoloured
        assert view.sheet.blocks[0].content.spans
        assert not view.sheet.blocks[1].content.spans
        assert "import that_module" in shown(app)
