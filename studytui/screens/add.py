"""Add: a card typed into a form, shown as it will look, appended to a note."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from studytui.screens.page import Page, in_thread
from studytui.services import Services
from studytui.sessions import adding
from studytui.widgets.card import CardView
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar

if TYPE_CHECKING:
    from cards.card import Card
    from cards.formats.addition import Addition

SIDE_BY_SIDE = 100
"""Cells from which the preview stands beside the form."""
LABELS = {
    "question": "Question; or a sentence with its [gaps] in brackets",
    "answer": "Answer; empty for gaps",
    "check": "Check, for an answer to be computed, such as answer: 2*x",
}


class AddScreen(Page):
    """A form for one card. `Ctrl+S` adds it and empties the form for the next."""

    CSS_PATH = "../styles/add.tcss"
    AUTO_FOCUS = "#add-question"
    BODY = "#add-preview"
    HELP = (
        "What is typed is shown on the side as the card will look. The card is appended to the "
        "note that is named, which stays an ordinary Markdown file, and is imported with it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Add it", id="add.save", tooltip="Append the card to the note"),
        # The app handles these two as they come: keys that follow are typed where they lead.
        Binding("tab", "app.focus_next", show=False, id="add.next", priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, id="add.previous", priority=True),
        Binding("escape", "back", "Back", id="add.back", tooltip="Back; what is typed is dropped"),
    ]

    @dataclass
    class Added(Message):
        """A card was added."""

        says: str

    @dataclass
    class Previewed(Message):
        """How the card would be read: its cards, or why it cannot be."""

        cards: "tuple[Card, ...]"
        problem: str

    def __init__(self, services: Services, note: Path | None = None) -> None:
        super().__init__(services)
        self.note = note or adding.usual_note()

    def compose(self) -> ComposeResult:
        """Show the form and an empty preview."""
        yield Static(Content("Add a card"), id="add-title")
        with Container(id="add-parts"):
            with Vertical(id="add-form"):
                for name, label in LABELS.items():
                    yield Static(Content(label), classes="label")
                    yield TextArea(id=f"add-{name}", tab_behavior="focus", compact=True)
                yield Static("Note to append to", classes="label")
                yield Field(str(self.note), id="add-note")
            with VerticalScroll(id="add-preview", can_focus=False):
                yield CardView(id="add-shown")
        yield Static(id="add-says")
        yield KeyBar()

    def on_resize(self) -> None:
        """Put the preview beside the form where there is room."""
        self.query_one("#add-parts").set_class(self.size.width >= SIDE_BY_SIDE, "-wide")

    def _addition(self) -> "Addition":
        from cards.formats.addition import Addition

        return Addition(*(self.query_one(f"#add-{name}", TextArea).text for name in LABELS))

    def on_text_area_changed(self) -> None:
        """Show the card as it is now."""
        self.preview(self._addition())

    @in_thread("preview")
    def preview(self, addition: "Addition") -> Previewed:
        """Read the card as its note will be read, and look at its check; nothing lacks yet."""
        from cards.formats.addition import Addition, AdditionError

        if addition == Addition("", "", ""):
            return self.Previewed((), "")
        try:
            return self.Previewed(addition.cards(), "")
        except AdditionError as error:
            return self.Previewed((), str(error))

    def on_add_screen_previewed(self, message: Previewed) -> None:
        """Show what was read, or what is missing."""
        parts = [f"{card.prompt}\n\n---\n\n{card.answer}" for card in message.cards]
        self.query_one("#add-shown", CardView).show("\n\n---\n\n".join(parts))
        self.query_one("#add-says", Static).update(Content(message.problem))

    def action_save(self) -> None:
        """Append the card."""
        self.save(self._addition(), self.query_one(Field).value)

    @in_thread("store")
    def save(self, addition: "Addition", note: str) -> Added:
        """Append the card to the note and import it."""
        path = Path(note.strip()) if note.strip() else None
        _, _, says = adding.add(self.services.store(), path, addition)
        return self.Added(f"{says[0].upper()}{says[1:]}.")

    def on_add_screen_added(self, message: Added) -> None:
        """Say so, and empty the form."""
        self.say(message.says)
        for name in LABELS:
            self.query_one(f"#add-{name}", TextArea).clear()
        self.query_one("#add-question").focus()

    def failed(self, message: str) -> None:
        """Say under the form what is wrong; what was typed stays."""
        self.query_one("#add-says", Static).update(Content.styled(message, "$warning"))

    def on_input_submitted(self) -> None:
        """Add from the last field."""
        self.action_save()

    def action_leave(self) -> None:
        """Leave the field for the note: back to the question."""
        self.query_one("#add-question").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let both keys of the form work while something is typed."""
        if action in ("save", "back"):
            return True
        return super().check_action(action, parameters)
