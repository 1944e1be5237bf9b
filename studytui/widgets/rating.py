"""The four rating buttons, each with the interval that it would set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cards.scheduling.fsrs import Rating
from studytui.words import interval_text


class RatingButton(Static):
    """One button. It never takes the focus, so a key press cannot rate by accident."""

    ALLOW_SELECT = False

    @dataclass
    class Pressed(Message):
        """The button was clicked."""

        rating: Rating

    def __init__(self, rating: Rating) -> None:
        super().__init__(classes=f"rating rating-{rating.name.lower()}")
        self.rating = rating

    def show(self, key: str, interval: timedelta | None, suggested: bool) -> None:
        """Show the key, the interval, and whether this is the rating that the grade suggests."""
        self.set_class(suggested, "-suggested")
        mark = "› " if suggested else ""
        name = f"{mark}{key} {self.rating.name.title()}"
        wait = "" if interval is None else f" {interval_text(interval)}"
        self.update(Content.assemble((name, "bold"), (wait, "dim")), layout=False)

    def on_click(self) -> None:
        """Rate."""
        self.post_message(self.Pressed(self.rating))


class RatingBar(Horizontal):
    """Again, Hard, Good and Easy in a row."""

    DEFAULT_CSS = """
    RatingBar { height: 1; }
    RatingButton {
        width: 1fr; height: 1; margin: 0 1; text-align: center; background: $panel;
        pointer: pointer;
        &:hover { background: $primary 40%; }
        &.-suggested { background: $primary 30%; text-style: bold; }
        &.rating-again { color: $error; }
        &.rating-hard { color: $warning; }
        &.rating-good { color: $success; }
        &.rating-easy { color: $primary; }
    }
    """

    def compose(self) -> ComposeResult:
        """Show the buttons in order."""
        for rating in Rating:
            yield RatingButton(rating)

    def show(self, previews: Mapping[Rating, timedelta], suggested: Rating | None) -> None:
        """Show keys and next intervals, where there are any, and mark the suggested rating.

        The page must offer its keys by now.
        """
        keys = {
            active.binding.id: self.app.get_key_display(active.binding)
            for active in reversed(self.screen.active_bindings.values())
        }
        for button in self.query(RatingButton):
            key = keys.get(f"study.{button.rating.name.lower()}", "")
            button.show(key, previews.get(button.rating), button.rating is suggested)
