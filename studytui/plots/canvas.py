"""A drawing surface: braille dots, two across and four down in a cell, and characters over them.

Grounds are drawn in quarters of a cell, so that the edge of a band has no stairs as wide as one.
"""

from rich.cells import cell_len
from textual.content import Content

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BRAILLE = 0x2800
_QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""Blocks by their quarters: 1 top left, 2 top right, 4 bottom left, 8 bottom right."""
_WHOLE = 15


class Canvas:
    """Dots and characters, each with a style. Dot (0, 0) is at the top left."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.width, self.height = 2 * columns, 4 * rows
        self._dots = [[0] * columns for _ in range(rows)]
        self._styles = [[""] * columns for _ in range(rows)]
        self._grounds: dict[tuple[int, int], tuple[int, str]] = {}
        self._characters: dict[tuple[int, int], tuple[str, str]] = {}

    def dot(self, x: int, y: int, style: str) -> None:
        """Set a dot. A cell has one style: dots of a newer one drive out those that were there."""
        if 0 <= x < self.width and 0 <= y < self.height:
            row, column = y // 4, x // 2
            if self._styles[row][column] != style:
                self._dots[row][column] = 0
                self._styles[row][column] = style
            self._dots[row][column] |= _DOTS[y % 4][x % 2]

    def ground(self, x: int, y: int, colour: str) -> None:
        """Colour the quarter of a cell that a dot is in; a cell takes its newest colour."""
        if 0 <= x < self.width and 0 <= y < self.height:
            place = (y // 4, x // 2)
            quarters, _ = self._grounds.get(place, (0, colour))
            bit = 1 << (2 * (y % 4 // 2) + x % 2)
            self._grounds[place] = (quarters | bit, colour)

    def character(self, column: int, row: int, character: str, style: str) -> None:
        """Put a character over the dots of a cell."""
        if 0 <= column < self.columns and 0 <= row < self.rows:
            self._characters[row, column] = (character, style)

    def line(
        self,
        start: tuple[int, int],
        end: tuple[int, int],
        style: str,
        pattern: tuple[int, int] = (1, 0),
        travelled: int = 0,
    ) -> int:
        """Draw a straight line; `pattern` is dots on, dots off. Returns the dots travelled."""
        (x, y), (x1, y1) = start, end
        dx, dy = abs(x1 - x), -abs(y1 - y)
        step_x, step_y = (1 if x < x1 else -1), (1 if y < y1 else -1)
        error = dx + dy
        on, off = pattern
        while True:
            if travelled % (on + off) < on:
                self.dot(x, y, style)
            travelled += 1
            if (x, y) == (x1, y1):
                return travelled
            doubled = 2 * error
            if doubled >= dy:
                error += dy
                x += step_x
            if doubled <= dx:
                error += dx
                y += step_y

    def lines(self) -> list[Content]:
        """Return the rows, top first."""
        return [self._row(row) for row in range(self.rows)]

    def _row(self, row: int) -> Content:
        runs: list[tuple[str, str]] = []
        for column in range(self.columns):
            dots = self._dots[row][column]
            character = chr(_BRAILLE + dots) if dots else " "
            style = self._styles[row][column] if dots else ""
            character, style = self._characters.get((row, column), (character, style))
            quarters, colour = self._grounds.get((row, column), (0, ""))
            if quarters == _WHOLE or (character != " " and quarters.bit_count() >= 3):
                style = f"{style} on {colour}"
            elif quarters and character == " ":
                character, style = _QUARTERS[quarters], colour
            if runs and runs[-1][1] == style:
                runs[-1] = (runs[-1][0] + character, style)
            else:
                runs.append((character, style))
        return Content.assemble(*runs)


def fitted(text: str, width: int) -> str:
    """Return a text cut to so many cells, with an ellipsis where it was cut."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) > width - 1:
        text = text[:-1]
    return text + "…" if width > 0 else ""
