"""Both themes of our own are legible: contrast as WCAG 2 measures it."""

from itertools import product

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.content import Content
from textual.theme import Theme
from textual.widgets.option_list import Option

from studytui.plots.plot import COLOURS
from studytui.themes import THEMES, sixteen
from studytui.widgets.options import Options

TEXT = ("foreground", "primary", "secondary", "accent", "success", "warning", "error")
GROUNDS = ("background", "surface", "panel")
READABLE = 4.5
SEEN = 3.0


def luminance(color: Color) -> float:
    """Return the relative luminance (WCAG 2.1, definition of relative luminance)."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(Color.parse(c)) for c in (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_definition() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize(("text", "ground"), [*product(TEXT, GROUNDS)])
def test_text_can_be_read(theme: Theme, text: str, ground: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= READABLE


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", ["background", "surface"])
def test_plots_can_be_seen(theme: Theme, ground: str) -> None:
    assert min(contrast(colour, getattr(theme, ground)) for colour in COLOURS) >= SEEN


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
def test_named_colours_in_tables_can_be_read(theme: Theme, ground: str) -> None:
    for number in range(1, 8):  # red to white; black is a ground
        ink = "#{:02x}{:02x}{:02x}".format(*sixteen(theme).ansi_colors[number])
        assert contrast(ink, getattr(theme, ground)) >= READABLE, number


class Listed(App[None]):
    """A list whose options have greys and colours of their own."""

    def compose(self) -> ComposeResult:
        part = Content.assemble(("seen ", "dim"), ("✓", "ansi_green"), " said")
        yield Options(*[Option(part) for _ in range(2)])


@pytest.mark.parametrize("theme", ["ansi-light", "ansi-dark"])
async def test_the_chosen_option_has_one_colour_where_there_are_sixteen(theme: str) -> None:
    app = Listed()
    async with app.run_test(size=(20, 4)) as pilot:
        app.theme = theme
        await pilot.pause()
        chosen, other = (app.query_one(Options).render_line(y) for y in (0, 1))
        styles = [style for text, style, _ in chosen if style and text.strip()]
        assert len(styles) == 3
        assert {style.color for style in styles} == {styles[0].color}
        assert not any(style.dim for style in styles)
        assert any(style.dim for _, style, _ in other if style)
