"""A sheet on the screen: text wraps, and rows that are too wide scroll sideways."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widgets import Static

from studytui.typeset.markdown import openable
from studytui.typeset.sheet import Sheet

STEP = 8
"""Cells that one key press moves what is too wide."""


class SheetView(Static):
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
        super().__init__(sheet, id=id)
        self.sheet = sheet

    def show_sheet(self, sheet: Sheet) -> None:
        """Show another sheet, from its left edge."""
        self.sheet = sheet
        self.set_reactive(SheetView.moved, 0)
        self.update(sheet)
        self._mind_width()

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
            self.update(self.sheet, layout=False)

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
