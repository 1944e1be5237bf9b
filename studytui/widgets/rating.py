"""The four ratings in a row, each with the interval that it would set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from cards.scheduling.fsrs import Rating
from studytui.words import interval_text

COLOURS = {
    Rating.AGAIN: "$error",
    Rating.HARD: "$warning",
    Rating.GOOD: "$success",
    Rating.EASY: "$primary",
}


class RatingBar(Widget):
    """Again, Hard, Good and Easy in a row; empty until it is shown what they would do.

    It never takes the focus, so a key press cannot rate by accident.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "RatingBar { height: 1; padding: 0 1; }"

    @dataclass
    class Pressed(Message):
        """A rating was clicked."""

        rating: Rating

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[Rating, tuple[str, str]] = {}
        """Rating → its key and name, and the time until the card would come back."""
        self._suggested: Rating | None = None
        self._over: Rating | None = None

    def show(self, previews: Mapping[Rating, timedelta], suggested: Rating | None) -> None:
        """Show keys and next intervals, where there are any, and mark the suggested rating.

        The page must offer its keys by now.
        """
        keys = {
            active.binding.id: self.app.get_key_display(active.binding)
            for active in reversed(self.screen.active_bindings.values())
        }
        self._shown = {
            rating: (
                f"{keys.get(f'study.{rating.name.lower()}', '')} {rating.name.title()}",
                f" {interval_text(previews[rating])}" if rating in previews else "",
            )
            for rating in Rating
        }
        self._suggested, self._over = suggested, None
        self.refresh()

    def hide(self) -> None:
        """Show nothing in its place."""
        if self._shown:
            self._shown = {}
            self.refresh()

    def render(self) -> Content:
        """Return the ratings side by side, each as wide as the others."""
        room = self.content_size.width
        parts = []
        for at, rating in enumerate(self._shown):
            width = room * (at + 1) // len(self._shown) - room * at // len(self._shown) - 2
            parts.append(self._button(rating, max(0, width)))
        return Content("").join(parts)

    def _button(self, rating: Rating, width: int) -> Content:
        """Return one of them, between two empty cells; half a time would be another time."""
        marked = rating is self._suggested
        name, wait = self._shown[rating]
        mark = "› " if marked else ""
        fits = cell_len(mark + name + wait) <= width
        text = Content.assemble((mark + name, "bold"), wait if fits else "").truncate(width)
        left = (width - text.cell_length) // 2
        text = text.pad_left(left).pad_right(width - left - text.cell_length)
        ground = "$primary 40%" if rating is self._over else "$primary 30%" if marked else "$panel"
        text = text.stylize(f"{COLOURS[rating]} on {ground}")
        return Content(" ") + text.stylize(Style.from_meta({"rating": rating.value})) + Content(" ")

    def on_click(self, event: events.Click) -> None:
        """Rate."""
        if rating := event.style.meta.get("rating"):
            self.post_message(self.Pressed(Rating(rating)))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show which rating a click would give."""
        rating = event.style.meta.get("rating")
        self._hover(Rating(rating) if rating else None)

    def on_leave(self) -> None:
        """Show none any more."""
        self._hover(None)

    def _hover(self, rating: Rating | None) -> None:
        if rating is not self._over:
            self._over = rating
            self.refresh()
