"""Boxes of text: rows of equal width with a baseline, and the ways to put them together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len


@dataclass(frozen=True, slots=True)
class Box:
    """A block of text.

    `rows` all take `width` cells, which is not their length: a combining mark takes none.
    `baseline` is the row that stands on the line. `above` and `below` are the rows over and
    under the baseline that a plain bracket around the box must cover: the whole of a fraction,
    but not the scripts of a symbol.
    """

    rows: tuple[str, ...]
    baseline: int = 0
    above: int = 0
    below: int = 0

    @property
    def width(self) -> int:
        """Return the cells that each row takes."""
        return cell_len(self.rows[0])

    @property
    def height(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    @property
    def depth(self) -> int:
        """Return the number of rows under the baseline."""
        return len(self.rows) - 1 - self.baseline

    def solid(self) -> "Box":
        """Return the box as one that brackets must cover whole."""
        return replace(self, above=self.baseline, below=self.depth)


def text(content: str) -> Box:
    """Return a box of one row."""
    return Box((content,))


def blank(width: int, height: int = 1, baseline: int = 0) -> Box:
    """Return an empty box."""
    return Box((" " * width,) * height, baseline)


def extend(box: Box, above: int, below: int) -> Box:
    """Return the box with at least so many rows above and below its baseline."""
    top, bottom = max(0, above - box.baseline), max(0, below - box.depth)
    if not top and not bottom:
        return box
    row = (" " * box.width,)
    return replace(box, rows=row * top + box.rows + row * bottom, baseline=box.baseline + top)


def beside(*boxes: Box) -> Box:
    """Return boxes from left to right on one baseline."""
    if not boxes:
        return text("")
    if len(boxes) == 1:
        return boxes[0]
    above = max(box.baseline for box in boxes)
    below = max(box.depth for box in boxes)
    columns = [extend(box, above, below).rows for box in boxes]
    return Box(
        tuple("".join(parts) for parts in zip(*columns, strict=True)),
        above,
        max(box.above for box in boxes),
        max(box.below for box in boxes),
    )


def widen(box: Box, width: int, align: str = "center") -> Box:
    """Return the box padded to `width` cells; `align` is left, center or right."""
    spare = width - box.width
    if spare <= 0:
        return box
    left = {"left": 0, "right": spare}.get(align, spare // 2)
    rows = tuple(" " * left + row + " " * (spare - left) for row in box.rows)
    return replace(box, rows=rows)


def stack(boxes: Sequence[Box], on: int, align: str = "center") -> Box:
    """Return boxes from top to bottom, standing on the baseline of box number `on`."""
    width = max(box.width for box in boxes)
    rows = tuple(row for box in boxes for row in widen(box, width, align).rows)
    before = sum(box.height for box in boxes[:on])
    chosen = boxes[on]
    return Box(rows, before + chosen.baseline, chosen.above, chosen.below)
