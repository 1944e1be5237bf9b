"""The table of the card browser: as many rows as there are cards, of which those in sight are read.

Rows are drawn from records that the screen brings; until they are there a row is empty.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from studytui.one_line import prompt_on_one_line
from studytui.painting import after_painting
from studytui.plots.canvas import fitted
from studytui.widgets.badge import badge
from studytui.words import title_of

if TYPE_CHECKING:
    from db.records import StoredCard

COLUMNS = {
    "question": 0,
    "topic": 22,
    "evidence": 13,
    "state": 10,
    "due": 10,
    "stability": 9,
    "lapses": 6,
}
"""Column → cells; the question has what they leave."""
TOPIC, QUESTION = 36, 36
"""Cells of a topic's name at most, and of a question before a topic has more than its column."""
SHOWN = {
    0: ("question", "state", "due"),
    56: ("question", "evidence", "state", "due"),
    80: ("question", "topic", "evidence", "state", "due"),
    116: (*COLUMNS,),
}
"""Cells of width → the columns that are shown from there on."""
AHEAD, NEAR = 40, 10
"""Rows read above and below those in sight, when one of those that are near has not been read."""


class CardTable(ScrollView, can_focus=True):
    """Shows cards by their keys. The screen answers `Wanted` with `fill`."""

    DEFAULT_CSS = """
    CardTable { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    CardTable > .heading { background: $panel; color: $text-muted; text-style: bold; }
    CardTable > .cursor { background: $panel; text-style: bold; }
    CardTable:focus > .cursor { background: $primary; color: $background; text-style: bold; }
    CardTable:ansi:focus > .cursor {
        background: $block-cursor-background; color: $block-cursor-foreground;
    }
    CardTable > .quiet { color: $text-muted; }
    CardTable > .away { color: $text-disabled; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"heading", "cursor", "quiet", "away"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "move(-1000000000)", "First", show=False),
        Binding("end", "move(1000000000)", "Last", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The row under the cursor."""

    @dataclass
    class Wanted(Message):
        """Cards in sight that have not been read."""

        keys: list[int]

    @dataclass
    class Moved(Message):
        """The cursor is on another card; None before it has been read, or where there is none."""

        stored: "StoredCard | None"

        def can_replace(self, message: Message) -> bool:
            """Give way to where the cursor is by now."""
            return isinstance(message, CardTable.Moved)

    @dataclass
    class Sorted(Message):
        """The heading of a column was clicked."""

        column: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.keys: Sequence[int] = ()
        self.cards: dict[int, StoredCard] = {}
        self._asked: set[int] = set()
        """The keys of the cards that are being read."""
        self._topic = 0
        """Cells of the longest name of a topic that was read."""
        self._drawn: dict[int, Strip] = {}
        """The rows that were drawn, by their keys: those that only move up are drawn once."""
        self.column, self.descending = "deck", False
        self.now = datetime.now().astimezone()

    @property
    def selected(self) -> "StoredCard | None":
        """The card under the cursor, if it has been read."""
        return self.cards.get(self.keys[self.cursor]) if self.keys else None

    def show(self, keys: Sequence[int], column: str, *, descending: bool) -> None:
        """Show other cards; the cursor stays on its card where that is among them."""
        under = self.keys[self.cursor] if self.keys else None
        self.keys, self.column, self.descending = keys, column, descending
        self._clear()
        self._topic = 0
        self.virtual_size = Size(self.size.width, len(keys) + 1)
        self.set_reactive(CardTable.cursor, keys.index(under) if under in keys else 0)
        self._show_cursor()
        self.refresh()
        self._ask()

    def fill(self, cards: "Mapping[int, StoredCard]") -> None:
        """Take cards that were read."""
        self.cards.update(cards)
        topics = {one.card.topic for one in cards.values() if one.card.topic}
        self._topic = max([self._topic, *(cell_len(title_of(topic)) for topic in topics)])
        self._asked.clear()
        self._drawn.clear()
        self.refresh()
        self.post_message(self.Moved(self.selected))

    def forget(self) -> None:
        """Read again what is in sight: something has been changed."""
        self._clear()
        self._ask()

    def _clear(self) -> None:
        """Know no card any more."""
        for known in (self.cards, self._asked, self._drawn):
            known.clear()

    def notify_style_update(self) -> None:
        """Draw every row anew: in other colours."""
        super().notify_style_update()
        self._drawn.clear()

    def _ask(self) -> None:
        near = [key for key in self._around(NEAR) if key not in self.cards]
        if not near:
            after_painting(self, self._tell)
        elif not self._asked.issuperset(near):
            missing = [key for key in self._around(AHEAD) if key not in self.cards]
            self._asked = set(missing)
            self.post_message(self.Wanted(missing))

    def _around(self, rows: int) -> list[int]:
        """Return the keys of the cards in sight, of so many rows around them, and at the cursor."""
        top, foot = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        wanted = [*self.keys[max(0, top - rows) : foot + rows]]
        if self.keys:
            wanted.append(self.keys[self.cursor])
        return list(dict.fromkeys(wanted))

    def _tell(self) -> None:
        """Say which card is under the cursor, now that the cursor has been painted there."""
        self.post_message(self.Moved(self.selected))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read what comes into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, len(self.keys) - 1))

    def watch_cursor(self, before: int, cursor: int) -> None:
        """Keep the cursor in sight; only the rows that it leaves and comes to are drawn anew."""
        self._show_cursor()
        top = self.scroll_offset.y
        self.refresh(*(Region(0, row + 1 - top, self.size.width, 1) for row in (before, cursor)))
        self._ask()

    def _show_cursor(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 2), animate=False, force=True)

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in sight."""
        self.cursor += pages * max(1, self.size.height - 2)

    def on_click(self, event: events.Click) -> None:
        """Go to the row, or sort by the column."""
        if event.y == 0:
            at = 0
            for name, width in self._columns():
                if at <= event.x < at + width + 1:
                    self.post_message(self.Sorted(name))
                at += width + 1
        elif self.scroll_offset.y + event.y <= len(self.keys):
            self.cursor = self.scroll_offset.y + event.y - 1
            self.focus()

    def on_resize(self) -> None:
        """Lay the columns out for the new width."""
        self.virtual_size = Size(self.size.width, len(self.keys) + 1)
        self._drawn.clear()
        self._ask()

    # Drawing

    def _columns(self) -> list[tuple[str, int]]:
        width = self.scrollable_content_region.width
        names = SHOWN[max(least for least in SHOWN if least <= max(0, width))]
        left = width - sum(COLUMNS[name] + 1 for name in names if name != "question") - 1
        more = max(
            0, min(self._topic, TOPIC, COLUMNS["topic"] + left - QUESTION) - COLUMNS["topic"]
        )
        more = more if "topic" in names else 0
        cells = COLUMNS | {"question": max(10, left - more), "topic": COLUMNS["topic"] + more}
        return [(name, cells[name]) for name in names]

    def render_line(self, y: int) -> Strip:
        """Return the headings, which stay in sight, or one card."""
        width = self.scrollable_content_region.width
        if y == 0:
            cells = [self._heading(name) for name, _ in self._columns()]
            return self._strip(cells, self.get_component_rich_style("heading"), width)
        row = self.scroll_offset.y + y - 1
        if row >= len(self.keys):
            return Strip.blank(width, self.rich_style)
        if row == self.cursor:
            return self._card(row, width)
        key = self.keys[row]
        if key not in self._drawn:
            self._drawn[key] = self._card(row, width)
        return self._drawn[key]

    def _card(self, row: int, width: int) -> Strip:
        """Return the row of one card."""
        stored = self.cards.get(self.keys[row])
        style = self.rich_style
        if stored and stored.state in ("suspended", "buried", "missing"):
            style += self.get_component_rich_style("away", partial=True)
        if row == self.cursor:
            style += self.get_component_rich_style("cursor", partial=True)
        cells = [cell(stored, name, self.now) if stored else "" for name, _ in self._columns()]
        return self._strip(cells, style, width)

    def _heading(self, name: str) -> str:
        arrow = (" ↓" if self.descending else " ↑") if name == self.column else ""
        return f"{name.title()}{arrow}"

    def _strip(self, cells: Iterable[str], style: Style, width: int) -> Strip:
        shown = []
        for text, (name, size) in zip(cells, self._columns(), strict=True):
            cut = fitted(text, size)
            blank = " " * (size - cell_len(cut))
            shown.append(blank + cut if name in ("stability", "lapses") else cut + blank)
        return Strip([Segment(" ".join(shown), style)]).adjust_cell_length(width, style)


def cell(stored: "StoredCard", column: str, now: datetime) -> str:
    """Return what a column says of a card."""
    if column == "question":
        return prompt_on_one_line(stored.card)
    if column == "topic":
        return title_of(stored.card.topic) if stored.card.topic else ""
    if column == "evidence":
        word = stored.card.check.evidence if stored.card.check else None
        return badge(word).plain if word else ""
    if column == "state":
        return stored.state
    if column == "due":
        return _due(stored, now)
    if column == "stability":
        return "" if stored.stability is None else f"{stored.stability:.1f} d"
    return str(stored.lapses or "")


def _due(stored: "StoredCard", now: datetime) -> str:
    if stored.due is None:
        return ""
    days = (stored.due.astimezone().date() - now.date()).days
    if days <= 0:
        return "now" if days == 0 else f"{-days} d late"
    return f"in {days} d" if days < 1000 else f"in {days / 365:.1f} y"
