"""Statistics: what is coming, what was done, and what is remembered."""

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from studytui.painting import after_painting
from studytui.panels import PANELS
from studytui.screens.mode import ModeScreen
from studytui.screens.page import Page, in_thread
from studytui.sessions import refit
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar
from studytui.widgets.panel import PanelView
from studytui.widgets.title import TitleBar
from studytui.words import counted

RANGES: dict[str, int | None] = {"all": None, "year": 365, "month": 30}
"""Name → how many of the last days reviews are counted of."""


PANEL_WIDTH = 72
"""Cells that a panel needs, with the space beside it."""


class StatsScreen(ModeScreen):
    """Draws what `studytui stats --json` prints."""

    CSS_PATH = "../styles/stats.tcss"
    BODY = "#stats"
    AUTO_FOCUS = ""
    HELP = (
        "True retention is the share of due cards that were recalled. Mastery is the share of a "
        "topic's cards that you would recall today; new cards count as not recalled. A search "
        'narrows everything: words, deck:"Deep learning", topic:softmax, tag:exam, is:leech.'
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="stats.search", tooltip="Narrow to a search"),
        Binding(
            "greater_than_sign",
            "range",
            "Show",
            id="stats.range",
            tooltip="All reviews, a year, a month",
        ),
        Binding("w", "write", "Write", id="stats.write", tooltip="Write every chart as SVG"),
        Binding("f5", "reload", "Reload", show=False, id="stats.reload", tooltip="Compute again"),
    ]

    @dataclass
    class Loaded(Message):
        """The statistics of a search and a range are here."""

        figures: dict[str, Any]
        query: str
        range: str
        refit: str
        """What came of the last fit of the parameters, empty if there was none."""

    figures: dict[str, Any] | None = None
    """What is shown, None before it is here and where there is nothing."""

    def compose(self) -> ComposeResult:
        """Show the page empty first."""
        self.range = "all"
        yield TitleBar("statistics")
        yield Field(placeholder="/ to search", id="stats-search")
        yield Static(Content("Counting …"), id="stats-says")
        with VerticalScroll(id="stats", can_focus=False):
            for name, panel in PANELS.items():
                yield PanelView(panel, id=f"stats-{name}")
        yield KeyBar()

    def on_screen_resume(self) -> None:
        """Compute whenever the screen is opened."""
        self.set_focus(None)
        after_painting(self, self.load)

    def action_reload(self) -> None:
        """Compute again."""
        self.load()

    def action_search(self) -> None:
        """Go to the field for a search."""
        self.query_one(Field).focus()

    def action_leave(self) -> None:
        """Leave the field."""
        self.set_focus(None)

    def action_range(self) -> None:
        """Count reviews of the next range."""
        names = list(RANGES)
        self.range = names[(names.index(self.range) + 1) % len(names)]
        self.load()

    def on_input_submitted(self) -> None:
        """Narrow to what the field says."""
        self.set_focus(None)
        self.query_one("#stats").scroll_home(animate=False)
        self.load()

    @in_thread("store")
    def load(self) -> Loaded:
        """Compute in a thread; this imports numpy."""
        query, name = self.query_one(Field).value, self.range
        figures = self.services.store().statistics(query, RANGES[name])
        tried = refit.last()
        return self.Loaded(figures, query, name, tried.says() if tried else "")

    def on_stats_screen_loaded(self, message: Loaded) -> None:
        """Draw."""
        self.figures = message.figures
        self.refresh_bindings()
        for panel in self.query(PanelView):
            panel.show(message.figures)
        spans = {"all": "all reviews", "year": "reviews of a year", "month": "reviews of a month"}
        query = message.query.strip() or "all cards"
        says = f"{query}, {spans[message.range]}"
        if message.refit:
            says += f"\n{message.refit}"
        self.query_one("#stats-says", Static).update(Content(says))

    def action_write(self) -> None:
        """Write every chart of the page."""
        if self.figures is not None:
            self.write(self.figures)

    @in_thread("write")
    def write(self, figures: dict[str, Any]) -> Page.Said:
        """Write them beside the data."""
        from studytui.panels.pictures import pictures
        from studytui.sessions.taking import write_plot

        paths = [
            write_plot(frame, f"statistics {name}") for name, frame in pictures(figures).items()
        ]
        if not paths:
            return self.Said("There is no chart to write yet.")
        return self.Said(f"{counted(len(paths), 'chart')} written to {paths[0].parent}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to write what is there."""
        if action == "write" and self.figures is None:
            return False
        return super().check_action(action, parameters)

    def on_resize(self) -> None:
        """Put as many panels side by side as fit."""
        page = self.query_one("#stats")
        for columns in (2, 3):
            page.set_class(self.size.width >= columns * PANEL_WIDTH, f"-columns-{columns}")

    def failed(self, message: str) -> None:
        """Leave the sentence on the page, without the figures of another search."""
        self.figures = None
        self.refresh_bindings()
        for panel in self.query(PanelView):
            panel.show({})
        self.query_one("#stats-says", Static).update(Content(message))
