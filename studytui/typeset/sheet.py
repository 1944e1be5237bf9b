"""A sheet: what a card looks like at a width. Text wraps; formulas, code and tables scroll."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rich.cells import cell_len, get_character_cell_size
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

MUTED = "$foreground 60%"
FAINT = "$foreground 30%"
"""Styles of what stands beside the text."""

NARROWEST = 12
"""Cells that text gets at least, however deep it is indented."""


@dataclass(frozen=True)
class Block:
    """A paragraph, or with `wide` rows that are not wrapped but scroll sideways.

    `first` stands before the first row and `rest` before all others: bullets, quote bars,
    indents. `gap` is the row above, empty but for quote bars; None for no such row. `style`
    is that of whole rows; `fill` is repeated over one row instead of a content.
    """

    content: Content
    wide: bool = False
    first: Content = field(default_factory=Content)
    rest: Content = field(default_factory=Content)
    gap: Content | None = None
    style: str = ""
    fill: str = ""


@dataclass(frozen=True)
class Sheet(Visual):
    """Blocks from top to bottom, their wide rows moved `offset` cells to the left."""

    blocks: Sequence[Block]
    offset: int = 0
    uncoloured: tuple[tuple[str, str], ...] = ()
    """Language and text of the code in it whose colours are yet to be found."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_laid", (0, []))

    def lines(self, width: int) -> list[Content]:
        """Return the rows at a width. The same list until the width changes: do not change it."""
        laid: tuple[int, list[Content]] = self._laid  # type: ignore[attr-defined]
        if laid[0] != width:
            laid = (width, [line for block in self.blocks for line in self._rows(block, width)])
            object.__setattr__(self, "_laid", laid)
        return laid[1]

    def rows_of(self, first: int, last: int, width: int) -> range:
        """Return which rows the blocks from one up to another have at a width."""
        ends = [0]
        for block in self.blocks[:last]:
            ends.append(ends[-1] + len(list(self._rows(block, width))))
        return range(ends[first], ends[-1])

    def text(self, width: int) -> list[str]:
        """Return the rows as plain text; wide rows are kept whole, for a terminal that wraps."""
        rows: list[str] = []
        for block in self.blocks:
            at = max(width, _width(block)) if block.wide else width
            rows.extend(line.plain.rstrip() for line in self._rows(block, at))
        return rows

    def overflow(self, width: int) -> int:
        """Return the cells by which the widest rows are wider than there is room for."""
        return max([0, *(_width(block) - width for block in self.blocks if block.wide)])

    def moved(self, offset: int) -> "Sheet":
        """Return the sheet with its wide rows at another offset."""
        return replace(self, offset=offset)

    def _rows(self, block: Block, width: int) -> Iterator[Content]:
        """Yield the rows of one block."""
        if block.gap is not None and block is not self.blocks[0]:
            yield block.gap
        if block.fill:
            yield Content.styled(block.fill * width, block.style)
            return
        before = block.first
        room = max(NARROWEST, width - block.rest.cell_length)
        if not block.wide:
            for line in block.content.wrap(room):
                row = before + line
                if block.style:
                    row = row.pad_right(max(0, width - row.cell_length)).stylize(block.style)
                yield row
                before = block.rest
            return
        hidden = max(0, _width(block) - width)
        offset = min(self.offset, hidden)
        for line in block.content.split("\n", allow_blank=True):
            yield before + (cut(line, offset, room) if hidden else line)
            before = block.rest
        if hidden:
            yield before + _scrollbar(room, room + hidden, offset)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Return the rows as strips; part of Textual's Visual."""
        return Content("\n").join(self.lines(width)).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the width at which nothing wraps, or the container's if that is less."""
        widest = max([1, *(_width(block) for block in self.blocks)])
        return min(widest, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return the number of rows at a width."""
        return len(self.lines(width)) if width else 0


def cut(line: Content, start: int, width: int) -> Content:
    """Return the cells of a line from `start` on, at most `width` of them."""
    first = last = None
    cells = 0
    for index, character in enumerate(line.plain):
        if first is None and cells >= start and get_character_cell_size(character):
            first = index
        cells += get_character_cell_size(character)
        if cells > start + width:
            last = index
            break
    return Content("") if first is None else line[first : len(line) if last is None else last]


def _width(block: Block) -> int:
    """Return the cells of the widest row of a block, with what stands before it."""
    lines = block.content.plain.split("\n")
    return block.rest.cell_length + max(cell_len(line) for line in lines)


def _scrollbar(room: int, width: int, offset: int) -> Content:
    """Return a row that shows which part of a wide block is to be seen."""
    thumb = max(1, room * room // width)
    at = (room - thumb) * offset // max(1, width - room)
    return Content.assemble(
        ("─" * at, FAINT), ("━" * thumb, MUTED), ("─" * (room - thumb - at), FAINT)
    )
