"""A sheet on the screen: text wraps, and rows that are too wide scroll sideways."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.reactive import reactive
from textual.widget import Widget

from studytui.painting import is_there
from studytui.typeset.markdown import openable
from studytui.typeset.sheet import Sheet

STEP = 8
"""Cells that one key press moves what is too wide."""


class SheetView(Widget):
    """Shows a sheet as one widget. It can have the focus only while something is too wide.

    Its text is a stranger's and is shown as text: it can start no action but opening an http
    address.
    """

    DEFAULT_CSS = """
    SheetView { height: auto; }
    SheetView:focus { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "scroll_wide(-1)", "Scroll left", show=False),
        Binding("right", "scroll_wide(1)", "Scroll right", show=False),
        Binding("home", "scroll_wide(-1000)", "Scroll to the start", show=False),
        Binding("end", "scroll_wide(1000)", "Scroll to the end", show=False),
    ]

    moved: reactive[int] = reactive(0, repaint=False)
    """Cells by which wide rows are moved to the left."""

    def __init__(self, sheet: Sheet, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sheet = sheet
        self._waiting: list[Callable[[], object]] = []

    def once_drawn(self, do: Callable[[], object]) -> None:
        """Do something after the next picture, which shows nothing that it changes.

        Textual's own way comes before the picture where a message of another widget is waiting.
        It is dropped where the page is being taken away by then.
        """
        self._waiting.append(lambda: do() if is_there(self) else None)

    def render(self) -> Sheet:
        """Return what is shown."""
        for do in self._waiting:
            self.call_later(do)
        self._waiting.clear()
        return self.sheet

    def show_sheet(self, sheet: Sheet) -> None:
        """Show another sheet, from its left edge."""
        rows = self._changing(sheet)
        self.sheet = sheet
        self.set_reactive(SheetView.moved, 0)
        if rows is None:
            self.refresh(layout=True)
        else:
            self.refresh(Region(0, 0, self.content_size.width, rows))
            # A layout takes most of the time that the next card takes, and changes nothing now.
            self.once_drawn(partial(self.refresh, layout=True))
        self._mind_width()

    def _changing(self, sheet: Sheet) -> int | None:
        """Return how many rows are to be drawn anew; None where the widget changes its size.

        It does not if it has as many rows as now, or fills its place before and after.
        """
        width, height = self.content_size
        if not width:
            return None
        now, then = len(self.sheet.lines(width)), len(sheet.lines(width))
        rows = max(now, then)
        if now == then and rows <= height:
            return rows
        if self.styles.min_height is None or not isinstance(self.parent, Widget):
            return None
        fills = self.outer_size.height == self.parent.size.height
        return rows if fills and rows <= height else None

    def on_resize(self) -> None:
        """Find out whether something is too wide for the new width."""
        self._mind_width()

    def _mind_width(self) -> None:
        """Take the focus only while there is something to scroll."""
        width = self.content_size.width
        self.can_focus = bool(width) and self.sheet.overflow(width) > 0
        if width:
            self.moved = self.validate_moved(self.moved)

    def validate_moved(self, moved: int) -> int:
        """Keep within what there is to see."""
        return max(0, min(moved, self.sheet.overflow(self.content_size.width)))

    def watch_moved(self, moved: int) -> None:
        """Move the wide rows."""
        if self.sheet.offset != moved:
            self.sheet = self.sheet.moved(moved)
            self.refresh()

    def action_scroll_wide(self, steps: int) -> None:
        """Move what is too wide by so many steps to the right."""
        self.moved += steps * STEP

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Move what is too wide with the wheel."""
        self.moved += STEP // 2

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Move what is too wide with the wheel."""
        self.moved -= STEP // 2

    def action_open_address(self, address: str) -> None:
        """Open a link of the text in the browser; anything but http and https is refused."""
        if openable(address):
            self.app.open_url(address)
