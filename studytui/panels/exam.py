"""Panels about an exam plan: expected recall card by card, and the extra reviews day by day."""

from typing import TYPE_CHECKING, Any

from textual.content import Content

from studytui.panels import over_time as spans
from studytui.plots.plot import plot

if TYPE_CHECKING:
    from sims.simulation import Frame


def recall(frame: "Frame | None", width: int, height: int) -> Content:
    """Return the curves of expected recall, without the plan and with it."""
    if frame is None:
        return Content()
    head = Content.styled("Expected recall, card by card", "bold")
    return Content("\n").join([head, *plot(frame, width, height)])


def extras(figures: dict[str, Any], width: int) -> Content:
    """Return columns of the plan's extra reviews, over the days until the exam."""
    return spans.ahead("Extra reviews", figures["extras"], figures, width)
