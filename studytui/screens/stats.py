"""Statistics: what is coming, what was done, and what is remembered."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from studytui.screens.mode import ModeScreen
from studytui.screens.page import in_thread
from studytui.widgets import bars
from studytui.widgets.keys import KeyBar
from studytui.widgets.title import TitleBar
from studytui.words import counted

DAYS = 30


class StatsScreen(ModeScreen):
    """Draws what ``studytui stats --json`` prints."""

    CSS_PATH = "../styles/stats.tcss"
    HELP = (
        "True retention is the share of due cards that were recalled. Mastery is the share of a "
        "topic's cards that you would recall today; new cards count as not recalled."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "reload", "Reload", id="stats.reload", tooltip="Compute again"),
    ]

    @dataclass
    class Loaded(Message):
        """The statistics are here."""

        figures: dict[str, Any]

    def compose(self) -> ComposeResult:
        """Show the page empty first."""
        yield TitleBar("statistics")
        with VerticalScroll(id="stats"):
            yield Static(Content("Counting …"), id="stats-summary")
            yield Static(id="stats-forecast")
            yield Static(id="stats-reviews")
            yield Static(id="stats-topics")
        yield KeyBar()

    def on_screen_resume(self) -> None:
        """Compute whenever the screen is opened."""
        self.call_after_refresh(self.load)

    def action_reload(self) -> None:
        """Compute again."""
        self.load()

    @in_thread("store")
    def load(self) -> None:
        """Compute in a thread; this imports numpy."""
        self.post_message(self.Loaded(self.services.store().statistics()))

    def on_stats_screen_loaded(self, message: Loaded) -> None:
        """Draw."""
        figures = message.figures
        parts = {
            "summary": summary(figures),
            "forecast": forecast(figures["forecast"]),
            "reviews": reviews(figures["reviews_by_day"], figures["forecast"]),
            "topics": topics(figures["by_topic"]),
        }
        for name, content in parts.items():
            self.query_one(f"#stats-{name}", Static).update(content)

    def failed(self, message: str) -> None:
        """Leave the sentence on the page."""
        self.query_one("#stats-summary", Static).update(Content(message))


def summary(figures: dict[str, Any]) -> Content:
    """Return the figures of today in two lines."""
    retention = figures["true_retention"]
    kept = "not known yet" if retention is None else f"{retention:.0%}"
    return Content(
        f"{counted(figures['reviews_today'], 'review')} today, {figures['due_today']} still due. "
        f"Streak: {counted(figures['streak'], 'day')}.\n"
        f"{counted(figures['cards'], 'card')}, {figures['new']} new, {figures['mature']} mature. "
        f"{counted(figures['reviews'], 'review')} in all; true retention {kept}."
    )


def forecast(days: list[dict[str, Any]]) -> Content:
    """Return a column for each of the coming days."""
    labels = [f"+{n}" if n % 5 == 0 and n else "today" if n == 0 else "" for n in range(len(days))]
    return bars.chart(f"Due in the next {len(days)} days", [d["due"] for d in days], labels)


def reviews(by_day: list[dict[str, Any]], days: list[dict[str, Any]]) -> Content:
    """Return a column for each of the last days; ``days`` tells which one today is."""
    counts = {day["date"]: day["reviews"] for day in by_day}
    today = date.fromisoformat(days[0]["date"])
    past = [(today - timedelta(n)).isoformat() for n in reversed(range(DAYS))]
    labels = [f"-{n}" if n % 5 == 4 and n > 4 else "" for n in reversed(range(DAYS))]
    return bars.chart(f"Reviews in the last {DAYS} days", [counts.get(d, 0) for d in past], labels)


def topics(rows: list[dict[str, Any]]) -> Content:
    """Return a line for each topic: cards, reviews, retention and mastery."""
    lines = [
        Content.styled("By topic", "bold"),
        Content.styled(f"{'':<34}cards reviews  {'retention':<16}{'mastery':<15}", "dim"),
    ]
    for row in rows:
        title = row["title"] if len(row["title"]) <= 33 else row["title"][:32] + "…"
        lines.append(
            Content(
                f"{title:<34}{row['cards']:>5} {row['reviews']:>7}  "
                f"{bars.share(row['true_retention'])} {bars.share(row['mastery'])}"
            )
        )
    return Content("\n").join(lines)
