"""A live plot of a simulation's series: at most ten pictures a second, however fast frames come."""

from time import monotonic

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from sims.simulation import Frame
from studytui.plots.plot import plot

INTERVAL = 0.1
"""Seconds between two pictures, at least."""


class PlotView(Widget):
    """Draws the lines, points, bars and intervals of the newest frame, with axes and legend."""

    DEFAULT_CSS = "PlotView { height: 1fr; min-height: 8; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.frame: Frame | None = None
        self._last = float("-inf")
        self._later: Timer | None = None

    def show(self, frame: Frame) -> None:
        """Draw a frame now, or when the last picture is old enough; a newer frame replaces it."""
        self.frame = frame
        wait = self._last + INTERVAL - monotonic()
        if wait <= 0:
            self._paint()
        elif self._later is None:
            self._later = self.set_timer(wait, self._paint)

    def _paint(self) -> None:
        self._later = None
        self._last = monotonic()
        self.refresh()

    def render(self) -> Content:
        """Return the plot at the widget's size."""
        if self.frame is None:
            return Content()
        width, height = self.content_size
        return Content("\n").join(plot(self.frame, width, height))
