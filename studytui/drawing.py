"""What is drawn: the one place where any text, of whatever origin, becomes cells of the screen."""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.segment import Segment
from textual._compositor import Compositor
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip

from cards.text.clean import clean_row, is_clean


class CleanCells(LineFilter):
    """Takes out of every drawn row what could command the terminal, reverse or hide text.

    Notes are cleaned when they are read, but Markdown decodes entities and percent signs later,
    and rows of a store, names of files and messages of libraries come without that.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with the same cells, cleaned, and without links of the terminal."""
        return [self._cleaned(segment) for segment in segments]

    @staticmethod
    def _cleaned(segment: Segment) -> Segment:
        text, style, _ = segment
        if is_clean(text) and not (style and style.link):
            return segment
        row = clean_row(text)
        row += " " * (cell_len(text) - cell_len(row))
        return Segment(row, style.update_link(None) if style else None)


class RowsCompositor(Compositor):
    """Draws, of each widget, the rows that have changed.

    Textual's draws every row of each widget of the page, whatever the change: for the next card
    that was a third of the work.
    """

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Yield the place of each widget, what of it is in sight and changes, and its rows."""
        if crop is None:
            yield from super()._get_renders()
            return
        rows = Region(0, crop.y, self.size.width, crop.height)
        for widget, (region, clip) in self.visible_widgets.items():
            seen = clip.intersection(rows)
            if wanted := region.intersection(seen):
                yield region, seen, widget.render_lines(wanted.translate(-region.offset))
