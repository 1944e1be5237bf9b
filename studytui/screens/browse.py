"""Browse: every card in a table that a search narrows as one types, the card itself beside it."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from cards.statements.verdicts import said_of
from sims.errors import InputError
from studytui.errors import in_words
from studytui.painting import after_painting
from studytui.screens.mode import ModeScreen
from studytui.screens.page import SIDE_BY_SIDE, in_thread
from studytui.services import Services
from studytui.sessions.changes import Changes
from studytui.sessions.correcting import MUTED
from studytui.widgets.badge import MEANS, badge, wrong
from studytui.widgets.card import CardView
from studytui.widgets.card_table import CardTable
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar
from studytui.widgets.title import TitleBar
from studytui.words import NOTHING_TO_UNDO, counted, key

if TYPE_CHECKING:
    from db.records import StoredCard

PAUSE = 0.2
"""Seconds without a key after which a search that is being typed is made."""
SORTS = ("deck", "question", "topic", "evidence", "state", "due", "stability", "lapses", "added")


class BrowseScreen(ModeScreen):
    """Finds cards, shows them, and does to them what can be done without answering."""

    CSS_PATH = "../styles/browse.tcss"
    BODY = "#browse-card"
    AUTO_FOCUS = "#browse-cards"
    BADGES = True
    HELP = (
        "Type to narrow the table: words, or fields such as deck:Maths topic:softmax tag:exam "
        "is:due is:suspended prop:s>10 rated:7 added:7 sim:*, with or, brackets, and minus for "
        "not. Esc leaves the line; the keys then work on the card under the cursor."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="browse.search", tooltip="Narrow the table"),
        Binding(
            "greater_than_sign", "sort", "Sort", id="browse.sort", tooltip="Sort by the next column"
        ),
        Binding(
            "less_than_sign",
            "reverse",
            "Reverse",
            show=False,
            id="browse.reverse",
            tooltip="Turn round",
        ),
        Binding("e", "edit", "Edit", id="browse.edit", tooltip="Open the note at the card"),
        Binding("i", "info", "Card", id="browse.info", tooltip="Its reviews and curve"),
        Binding(
            "exclamation_mark,at",
            "leave_out('suspend')",
            "Suspend",
            id="browse.suspend",
            tooltip="Leave the card out, or take it in again",
        ),
        Binding(
            "minus",
            "leave_out('bury')",
            "Bury",
            id="browse.bury",
            tooltip="Leave the card out until tomorrow, or take it in again",
        ),
        Binding("number_sign", "ask('tags')", "Tags", id="browse.tags", tooltip="Tags of your own"),
        Binding("equals_sign", "ask('due')", "Due", id="browse.due", tooltip="When to ask it next"),
        Binding("m", "ask('note')", "Move", id="browse.move", tooltip="Take it to another note"),
        Binding("0", "reset", "Reset", id="browse.reset", tooltip="Make it new; reviews are kept"),
        Binding(
            "delete,backspace",
            "delete",
            "Delete",
            id="browse.delete",
            tooltip="Take it out of its note",
        ),
        Binding("w", "export", "Write", id="browse.export", tooltip="Write these cards to a file"),
        Binding("u", "undo", "Undo", id="browse.undo", tooltip="Take the last change back"),
    ]

    @dataclass
    class Found(Message):
        """The keys of the cards of a search, sorted."""

        keys: list[int]
        column: str
        descending: bool

    @dataclass
    class NotFound(Message):
        """The line that was typed is no search; `says` why."""

        says: str

    @dataclass
    class Read(Message):
        """Cards that came into sight."""

        cards: "dict[int, StoredCard]"

    @dataclass
    class Changed(Message):
        """A card was changed; `anew` where that may have added or removed cards."""

        says: str
        anew: bool = False

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.changes = Changes(services)
        self.column, self.descending = "deck", False
        self._count = Content()
        """How many cards the search has, in words."""
        self.asking = ""
        """What the field for a value asks for: tags, due or nothing."""
        self._typed = False
        """Whether the table has yet to follow what was typed last."""

    def compose(self) -> ComposeResult:
        """Show the page empty first."""
        yield TitleBar("browse")
        yield Field(placeholder="/ to search", id="browse-search")
        yield Static(Content("Looking …"), id="browse-says")
        with Container(id="browse-parts"):
            yield CardTable(id="browse-cards")
            with VerticalScroll(id="browse-card", can_focus=False):
                yield Static(id="browse-place")
                yield CardView(id="browse-prompt")
                yield CardView(id="browse-answer")
                yield Static(id="browse-right")
        yield Field(id="browse-value")
        yield KeyBar()

    def on_mount(self) -> None:
        """Hide the field for values."""
        self.query_one("#browse-value").display = False

    def on_screen_resume(self) -> None:
        """Look again whenever the screen is opened: cards may have come, gone or been answered."""
        super().on_screen_resume()
        after_painting(self, self.load)

    def on_resize(self) -> None:
        """Put the card beside the table where there is room, else below it."""
        self.query_one("#browse-parts").set_class(self.size.width >= SIDE_BY_SIDE, "-wide")

    # Finding

    @in_thread("store")
    def load(self) -> Found:
        """Find and sort in a thread; only the last search counts."""
        return self._found()

    def _found(self) -> Found:
        query = self.query_one("#browse-search", Field).value
        keys = self.services.store().browse(query, self.column, descending=self.descending)
        return self.Found(keys, self.column, self.descending)

    @in_thread("store")
    def narrow(self) -> Found | NotFound | None:
        """Find what was typed, unless more is typed meanwhile."""
        from db.search.query import SearchError

        worker = get_current_worker()
        time.sleep(PAUSE)
        try:
            return None if worker.is_cancelled else self._found()
        except SearchError as error:  # half a line is no failure
            return self.NotFound(in_words(error))

    def on_browse_screen_not_found(self, message: NotFound) -> None:
        """Say what is wrong with the search."""
        self.failed(message.says)

    def on_browse_screen_found(self, message: Found) -> None:
        """Show them."""
        self._typed = False
        table = self.query_one(CardTable)
        table.show(message.keys, message.column, descending=message.descending)
        turned = ", turned round" if message.descending else ""
        self._count = Content(f"{counted(len(message.keys), 'card')}, by {message.column}{turned}")
        self.query_one("#browse-says", Static).update(self._count)
        self.refresh_bindings()

    def failed(self, message: str) -> None:
        """Say under the search line what is wrong with it; the table stays."""
        self.query_one("#browse-says", Static).update(Content.styled(message, "$warning"))

    @in_thread("rows")
    def read_cards(self, keys: list[int]) -> Read:
        """Read cards in a thread."""
        return self.Read(self.services.store().browsed(keys))

    def on_card_table_wanted(self, message: CardTable.Wanted) -> None:
        """Read what is in sight."""
        self.read_cards(message.keys)

    def on_browse_screen_read(self, message: Read) -> None:
        """Fill the rows."""
        self.query_one(CardTable).fill(message.cards)

    def on_card_table_moved(self, message: CardTable.Moved) -> None:
        """Show the card under the cursor."""
        stored = message.stored
        self.query_one("#browse-card").display = stored is not None
        if stored is not None:
            self.query_one("#browse-place", Static).update(place(stored))
            self.query_one("#browse-prompt", CardView).show(stored.card.prompt)
            self.query_one("#browse-answer", CardView).show(stored.card.answer)
            self.query_one("#browse-right", Static).update(right(stored))
        self.refresh_bindings()

    def on_card_table_sorted(self, message: CardTable.Sorted) -> None:
        """Sort by the heading that was clicked; once more turns the order round."""
        self.descending = message.column == self.column and not self.descending
        self.column = message.column
        self.load()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.column, self.descending = SORTS[(SORTS.index(self.column) + 1) % len(SORTS)], False
        self.load()

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.descending = not self.descending
        self.load()

    def action_search(self) -> None:
        """Go to the search line."""
        self.query_one("#browse-search").focus()

    def on_input_changed(self, event: Field.Changed) -> None:
        """Narrow as one types, once the fingers rest: a search for each letter would slow them."""
        if event.input.id == "browse-search":
            self._typed = True
            self.narrow()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Go to the table, or do what the value was asked for."""
        asked, self.asking = self.asking, ""
        value, stored = event.value, self.query_one(CardTable).selected
        self.action_leave()
        if event.input.id == "browse-value" and asked == "file":
            self.export(value, self.query_one("#browse-search", Field).value)
        elif event.input.id == "browse-value" and stored is not None:
            self.set_value(stored, asked, value)

    def action_leave(self) -> None:
        """Leave the field for the table, which then follows what was typed last."""
        if self._typed:
            self.load()
        self.query_one("#browse-value").display = False
        self.query_one("#browse-says", Static).update(self._count)
        self.query_one(CardTable).focus()

    # Changing

    def action_leave_out(self, change: str) -> None:
        """Suspend or bury the card under the cursor, or take that back."""
        if (stored := self.query_one(CardTable).selected) is not None:
            away = {"suspend": "suspended", "bury": "buried"}[change]
            self.leave_out(stored, f"un{change}" if stored.state == away else change)

    @in_thread("store")
    def leave_out(self, stored: "StoredCard", change: str) -> Changed:
        """Log it."""
        self.changes.leave_out(stored.card.id, change)
        return self.Changed(f"{DONE[change]} {key('browse.undo', 'u')} takes that back.")

    def action_ask(self, what: str) -> None:
        """Ask for tags, or for days."""
        if (stored := self.query_one(CardTable).selected) is None:
            return
        field, self.asking = self.query_one("#browse-value", Field), what
        own = [tag for tag in stored.tags if tag not in stored.card.tags]
        folder = f"{Path(stored.card.file).parent}/"
        field.value = {"tags": " ".join(own), "due": "0", "note": folder}[what]
        field.placeholder = PLACEHOLDERS[what]
        self.query_one("#browse-says", Static).update(Content.styled(ASKED[what], "bold"))
        field.display = True
        field.focus()
        if what == "note":
            after_painting(self, field.action_end)

    def action_reset(self) -> None:
        """Make the card under the cursor new again."""
        if (stored := self.query_one(CardTable).selected) is not None:
            self.reset(stored)

    @in_thread("store")
    def reset(self, stored: "StoredCard") -> Changed:
        """Log it."""
        self.changes.reset(stored)
        return self.Changed(
            f"New again; its reviews are kept. {key('browse.undo', 'u')} takes that back."
        )

    def action_delete(self) -> None:
        """Take the card under the cursor out of its note."""
        if (stored := self.query_one(CardTable).selected) is not None:
            self.delete(stored)

    @in_thread("store")
    def delete(self, stored: "StoredCard") -> Changed:
        """Write the note without it, and import that."""
        count = self.changes.delete(stored)
        with_it = "" if count == 1 else f", with {counted(count - 1, 'other card')} of its lines"
        return self.Changed(
            f"Taken out of its note{with_it}. {key('browse.undo', 'u')} takes that back.", anew=True
        )

    def action_export(self) -> None:
        """Ask for the file that the cards of the search go to."""
        field, self.asking = self.query_one("#browse-value", Field), "file"
        field.value = "~/cards.apkg"
        field.placeholder = "a file .apkg, .csv, .json or .md, or a folder for notes"
        says = "Write the cards of this search to"
        self.query_one("#browse-says", Static).update(Content.styled(says, "bold"))
        field.display = True
        field.focus()

    @in_thread("export")
    def export(self, path: str, query: str) -> Changed:
        """Write them."""
        from studytui.exporting import export

        done = export(self.services.store(), path, query)
        lost = f"; {len(done.lost)} could not be kept whole" if done.lost else ""
        return self.Changed(f"{done.says}{lost}.")

    @in_thread("store")
    def set_value(self, stored: "StoredCard", what: str, value: str) -> Changed:
        """Log the tags or the due date."""
        if what == "tags":
            self.changes.tag(stored, value.split())
            return self.Changed(f"Tags changed. {key('browse.undo', 'u')} takes that back.")
        if what == "note":
            target = self.changes.move(stored, value.strip())
            return self.Changed(
                f"Moved to {target}. {key('browse.undo', 'u')} takes that back.", anew=True
            )
        if not value.strip().isdecimal():
            raise InputError("Days are a whole number, such as 3.")
        self.changes.set_due(stored, int(value))
        return self.Changed(f"Due date set. {key('browse.undo', 'u')} takes that back.")

    def action_undo(self) -> None:
        """Take the last change back."""
        self.undo()

    @in_thread("store")
    def undo(self) -> Changed:
        """Log it."""
        return self.Changed(self.changes.undo() or NOTHING_TO_UNDO, anew=True)

    def on_browse_screen_changed(self, message: Changed) -> None:
        """Say it, and read again what is in sight."""
        self.say(message.says)
        if message.anew:
            self.load()
        else:
            self.query_one(CardTable).forget()

    def action_edit(self) -> None:
        """Open the note in the editor at the card's line, then read it again."""
        from studytui.editing import given_deck

        if (stored := self.query_one(CardTable).selected) is None:
            return
        card = stored.card
        deck = given_deck(card.file, card.deck)
        if self.edited(card.file, card.line):
            self.reread(card.file, deck)

    @in_thread("import")
    def reread(self, file: str, deck: str | None) -> Changed:
        """Import the note again."""
        from studytui.editing import reread

        says = reread(self.services.store(), file, deck)
        self.call_later(self.load)
        return self.Changed(says)

    def action_info(self) -> None:
        """Show the card's reviews and forgetting curve."""
        from studytui.screens.card import CardScreen
        from studytui.sessions.study import StudySession

        if (stored := self.query_one(CardTable).selected) is not None:
            session = StudySession(self.services)
            self.app.push_screen(CardScreen(self.services, session, stored.card.id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs a card only where there is one, and undo where there is something."""
        of_card = action in ("edit", "info", "leave_out", "ask", "reset", "delete")
        if of_card and (not self.is_mounted or self.query_one(CardTable).selected is None):
            return False
        if action == "undo" and not self.changes.done:
            return False
        return super().check_action(action, parameters)


PLACEHOLDERS = {
    "tags": "tags, between spaces",
    "due": "days from today",
    "note": "a note, such as ~/notes/other.md",
}
"""What stands in the field while it is empty."""
ASKED = {
    "tags": "Tags of your own, between spaces",
    "due": "Ask it in how many days?",
    "note": "The note to move it to, which need not exist yet",
}
"""What the field asks for."""
DONE = {
    "suspend": "Suspended: this card will not be asked.",
    "unsuspend": "Asked again.",
    "bury": "Buried until tomorrow.",
    "unbury": "Asked again.",
}


def right(stored: "StoredCard") -> Content:
    """Return the card's badge in words, and what is right where its statement is not."""
    check = stored.card.check
    if check is None or check.evidence is None:
        return Content.styled("no claim of this card has been decided", "dim")
    if MUTED not in stored.tags and (says := said_of(stored.card)):
        return badge(check.evidence) + wrong(check.evidence, f": {says}")[1]
    return badge(check.evidence) + Content.styled(f": {MEANS[check.evidence]}", "dim")


def place(stored: "StoredCard") -> Content:
    """Return a card's place and schedule, for the lines above it."""
    card = stored.card
    lines = [
        Content.styled(" › ".join((card.deck, *card.headings)), "bold"),
        Content.styled(f"{card.file}:{card.line}", "dim"),
    ]
    schedule = [stored.state, f"{card.kind}"]
    if stored.stability is not None:
        schedule.append(f"stability {stored.stability:.1f} d")
    if stored.retrievability is not None:
        schedule.append(f"recall {stored.retrievability:.0%}")
    if stored.tags:
        schedule.append(" ".join(f"#{tag}" for tag in stored.tags))
    return Content("\n").join([*lines, Content.styled(", ".join(schedule), "dim")])
