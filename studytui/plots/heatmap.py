"""A grid of numbers as coloured cells, or on a plain terminal as numbers and shades.

Values on both sides of zero get a diverging palette of blue and orange, others one from dark to
light that is even in lightness; both can be read by colour-blind people, and every cell that has
room shows its mark or its number, so that nothing is told by colour alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from sims.simulation import Grid
from studytui.plots.canvas import fitted

Colour = tuple[int, int, int]

DIVERGING: tuple[Colour, ...] = (
    (33, 102, 172),
    (146, 197, 222),
    (247, 247, 247),
    (253, 184, 99),
    (179, 88, 6),
)
SEQUENTIAL: tuple[Colour, ...] = (
    (68, 1, 84),
    (59, 82, 139),
    (33, 145, 140),
    (94, 201, 98),
    (253, 231, 37),
)
MISSING: Colour = (110, 110, 110)
SHADES = " ░▒▓█"
WIDEST_CELL = 9
MOST_ROWS = 40


@dataclass(frozen=True)
class Cell:
    """One cell as it is shown: its text, its colour, and where it stands from least to greatest."""

    text: str
    colour: Colour
    share: float


@dataclass(frozen=True)
class Heatmap:
    """A grid made ready for so many columns of the terminal."""

    cells: tuple[tuple[Cell, ...], ...]
    low: float
    high: float
    spec: str
    """The format of its numbers."""

    @property
    def diverging(self) -> bool:
        """Return whether there are values on both sides of zero."""
        return self.low < 0 < self.high

    def colour(self, value: float) -> Colour:
        """Return the colour of a value."""
        return colour_of(value, self.low, self.high)


def heatmap(grid: Grid, width: int) -> Heatmap:
    """Return the cells of a grid that fit `width`; a larger grid is averaged over blocks."""
    values, marks = [list(map(float, row)) for row in grid.values], grid.marks
    columns = max((len(row) for row in values), default=0)
    across, down = -(-columns // max(1, width // 2)), -(-len(values) // MOST_ROWS)
    if across > 1 or down > 1:
        values, marks = _averaged(values, max(1, across), max(1, down)), None
        columns = max((len(row) for row in values), default=0)
    finite = [v for row in values for v in row if math.isfinite(v)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    if not columns:
        return Heatmap((), low, high, ".0f")
    room = max(2, min(WIDEST_CELL, width // columns))
    spec = spec_of(finite)
    texts = _texts(values, marks, spec)
    longest = max((cell_len(text) for row in texts for text in row), default=0)
    if longest + 2 <= room:
        room = max(4, longest + 2) if longest > 1 else min(room, 4)
    elif marks is None:
        texts = [["" for _ in row] for row in texts]
        room = 2
    cells = tuple(
        tuple(
            Cell(
                fitted(text, room).center(room),
                colour_of(value, low, high),
                _share(value, low, high),
            )
            for text, value in zip(row_texts, row, strict=True)
        )
        for row_texts, row in zip(texts, values, strict=True)
    )
    return Heatmap(cells, low, high, spec)


def _texts(
    values: Sequence[Sequence[float]], marks: Sequence[Sequence[str]] | None, spec: str
) -> list[list[str]]:
    """Return what the cells say: their marks, or their numbers, the points under each other."""
    if marks is not None:
        filled = [[*row, *[""] * len(values[n])] for n, row in enumerate(marks[: len(values)])]
        filled += [[""] * len(row) for row in values[len(filled) :]]
        return [row[: len(values[n])] for n, row in enumerate(filled)]
    texts = [[number(value, spec) for value in row] for row in values]
    longest = max((len(text) for row in texts for text in row), default=0)
    return [[text.rjust(longest) for text in row] for row in texts]


def spec_of(values: Sequence[float]) -> str:
    """Return the format for finite numbers: two or three figures of the largest, all alike."""
    largest = max(map(abs, values), default=0.0)
    if largest < 1e5 and all(value == round(value) for value in values):
        return ".0f"
    if largest >= 1e5 or largest < 1e-3:
        return ".1e"
    power = math.floor(math.log10(largest))
    return f".{1 - power if power < 0 else max(0, 2 - power)}f"


def number(value: float, spec: str) -> str:
    """Return a number in a format of `spec_of`, with a real minus and without minus zero."""
    if not math.isfinite(value):
        return "?"
    text = f"{value:{spec}}"
    return (text if float(text) else text.removeprefix("-")).replace("-", "−")


def _averaged(values: list[list[float]], across: int, down: int) -> list[list[float]]:
    """Return the means of blocks of `down` rows, `across` columns, missing values left out."""
    rows: list[list[float]] = []
    for top in range(0, len(values), down):
        block = values[top : top + down]
        row: list[float] = []
        for left in range(0, max(map(len, block)), across):
            part = [v for line in block for v in line[left : left + across] if math.isfinite(v)]
            row.append(sum(part) / len(part) if part else math.nan)
        rows.append(row)
    return rows


def _share(value: float, low: float, high: float) -> float:
    """Return where a value stands between least and greatest, 0 to 1; 0 for a missing one."""
    return (value - low) / (high - low) if high > low and math.isfinite(value) else 0.0


def colour_of(value: float, low: float, high: float) -> Colour:
    """Return the colour of a value on a palette from `low` to `high`."""
    if not math.isfinite(value):
        return MISSING
    if low < 0 < high:
        reach = max(-low, high)
        return _blend(DIVERGING, 0.5 + 0.5 * value / reach)
    return _blend(SEQUENTIAL, (value - low) / (high - low) if high > low else 0.5)


def _blend(palette: Sequence[Colour], share: float) -> Colour:
    """Return the colour at a share, 0 to 1, of a palette."""
    place = max(0.0, min(1.0, share)) * (len(palette) - 1)
    left = min(int(place), len(palette) - 2)
    part = place - left
    return tuple(  # type: ignore[return-value]
        round(a + part * (b - a)) for a, b in zip(palette[left], palette[left + 1], strict=True)
    )


def ink(colour: Colour) -> Colour:
    """Return black or white, whichever is read better on a colour (WCAG relative luminance)."""
    linear = [(c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return (0, 0, 0) if luminance > 0.179 else (255, 255, 255)
