"""A panel of statistics on the screen, drawn anew whenever its width changes."""

from collections.abc import Callable
from typing import Any

from textual.content import Content
from textual.widgets import Static


class PanelView(Static):
    """Draws figures with one of `studytui.panels`; nothing before there are any."""

    DEFAULT_CSS = "PanelView { height: auto; margin-bottom: 1; }"

    def __init__(self, panel: Callable[[dict[str, Any], int], Content], *, id: str) -> None:
        super().__init__(id=id)
        self._panel = panel
        self._figures: dict[str, Any] = {}
        self._width = 0

    def show(self, figures: dict[str, Any]) -> None:
        """Draw other figures; none at all empties the panel."""
        self._figures = figures
        self._width = 0
        self._draw()

    def on_resize(self) -> None:
        """Draw for another width."""
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width
        if width and width != self._width:
            self._width = width
            self.update(self._panel(self._figures, width) if self._figures else Content())
