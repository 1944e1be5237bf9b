"""Evidence: the claim of one card, decided as it is opened; its picture is a key away."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cards.text.clean import clean_line
from studytui.one_line import maths_on_one_line
from studytui.painting import after_painting
from studytui.screens.page import Page, in_thread
from studytui.services import Services
from studytui.widgets.keys import KeyBar
from studytui.widgets.verdict import VerdictView

SECONDS = 15.0
"""How long deciding may take."""


class EvidenceScreen(Page):
    """Decides the claim that stands in a note, and shows the evidence as of a bundled claim."""

    CSS_PATH = "../styles/claims.tcss"
    BODY = "#claims"
    HELP = (
        "The claim of this card's note is decided by computing: what was decided, by which rule, "
        "and the counterexample of what fails. {evidence.picture:P} draws it; its letters can be "
        "set there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("P", "picture", "Picture", id="evidence.picture", tooltip="Draw the claim"),
        Binding("q,escape", "back", "Back", id="evidence.back", tooltip="Back to the card"),
    ]

    @dataclass
    class Decided(Message):
        """The evidence, or why there is none."""

        found: dict[str, Any]

    def __init__(
        self, services: Services, statement: Mapping[str, Any], place: str, says: str
    ) -> None:
        """Decide a statement, as its dict has it, that stands at `file:line` of a note."""
        super().__init__(services)
        self.statement, self.place, self.says = dict(statement), place, says
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        """Show the statement, its verdict to come."""
        yield Static(Content(clean_line(self.place)), id="claims-name")
        with VerticalScroll(id="claims"):
            yield VerdictView()
        yield Static(Content("deciding …"), id="claims-state", classes="muted")
        yield KeyBar()

    def on_mount(self) -> None:
        """Decide once the page is painted."""
        self.query_one(VerdictView).announce("", maths_on_one_line(self.says))
        after_painting(self, self.decide)

    @in_thread("decide")
    def decide(self) -> Decided | None:
        """Decide the claim in the worker."""
        from sims.worker.parent import WorkerCancelled, WorkerError

        try:
            found = self.services.claims().call(
                "sims.claims.decide:decide_task",
                {"statement": self.statement},
                seconds=SECONDS,
                cancelled=self._stop,
            )
        except WorkerCancelled:
            return None
        except WorkerError as error:
            return self.Decided({"error": str(error)})
        return self.Decided(found)

    def on_evidence_screen_decided(self, message: Decided) -> None:
        """Show the evidence, or say what is wrong."""
        found = message.found
        self.query_one("#claims-state", Static).update(Content(clean_line(found.get("error", ""))))
        if "error" not in found:
            told = {"id": "", "says": maths_on_one_line(self.says), "evidence": found.get("says")}
            view = self.query_one(VerdictView)
            view.show(found | told | {"evidence_kind": found.get("kind")})

    def action_picture(self) -> None:
        """Draw the claim."""
        from studytui.screens.picture import PictureScreen

        self.app.push_screen(PictureScreen(self.services, self.statement, self.says))

    def on_unmount(self) -> None:
        """Stop deciding."""
        self._stop.set()
