"""A grid of values as coloured cells: values of states, policies, attention, confusion."""

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from sims.simulation import Grid
from studytui.plots.canvas import fitted
from studytui.plots.heatmap import Colour, Heatmap, heatmap, ink, number

LEGEND = 24
"""Cells of the strip that shows the palette."""


class GridView(Widget):
    """Draws one grid: its name, its cells with their marks, and the scale of its colours."""

    DEFAULT_CSS = "GridView { height: auto; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.grid: Grid | None = None
        self._heatmap: Heatmap | None = None
        self._width = 0

    def show(self, grid: Grid) -> None:
        """Show a grid."""
        before = self.grid
        self.grid = grid
        self._heatmap = None
        self.refresh(layout=before is None or len(before.values) != len(grid.values))

    def _cells(self, width: int) -> Heatmap | None:
        """Return the cells at a width."""
        if self.grid is not None and (self._heatmap is None or self._width != width):
            self._heatmap = heatmap(self.grid, width)
            self._width = width
        return self._heatmap

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the rows that the grid takes: its name, its cells, its scale."""
        cells = self._cells(max(1, width))
        return 0 if cells is None else len(cells.cells) + 2

    def render_line(self, y: int) -> Strip:
        """Return one row."""
        width = self.size.width
        gutter = self.styles.gutter
        inside = max(1, width - gutter.width)
        row = y - gutter.top
        cells = self._cells(inside)
        base = self.rich_style
        if cells is None or self.grid is None or row < 0:
            return Strip.blank(width, base)
        if row == 0:
            segments = [Segment(fitted(self.grid.name, inside), base + Style(bold=True))]
        elif row <= len(cells.cells):
            segments = [Segment(cell.text, _style(cell.colour)) for cell in cells.cells[row - 1]]
        elif row == len(cells.cells) + 1:
            segments = _scale(cells, base)
        else:
            segments = []
        strip = Strip([Segment(" " * gutter.left, base), *segments])
        return strip.adjust_cell_length(width, base)


def _style(colour: Colour) -> Style:
    """Return the style of a cell: its colour, and ink that can be read on it."""
    return Style(color=Color.from_rgb(*ink(colour)), bgcolor=Color.from_rgb(*colour))


def _scale(cells: Heatmap, base: Style) -> list[Segment]:
    """Return the palette between its least and its greatest value."""
    strip = [
        Segment(" ", _style(cells.colour(cells.low + (cells.high - cells.low) * n / (LEGEND - 1))))
        for n in range(LEGEND)
    ]
    low, high = number(cells.low, cells.spec), number(cells.high, cells.spec)
    middle = "  0 is white" if cells.diverging else ""
    return [Segment(f"{low} ", base), *strip, Segment(f" {high}{middle}", base)]
