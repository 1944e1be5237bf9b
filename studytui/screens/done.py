"""The end of a session, or nothing due: what was done, and what to do next."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cards.scheduling.fsrs import Rating
from studytui.painting import after_painting
from studytui.screens.page import Page, in_thread
from studytui.services import Services
from studytui.widgets.keys import KeyBar
from studytui.words import NOTHING_TO_UNDO, counted, keyed

if TYPE_CHECKING:
    from studytui.sessions.study import StudySession


class DoneScreen(Page):
    """Sums a session up; says that nothing was due where nothing was reviewed.

    Closed, it says what comes next: `back`, `study`, or a mode.
    """

    CSS_PATH = "../styles/done.tcss"
    HELP = "Nothing is due in what you chose to study. This page says what can be done instead."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,q,escape", "back", "Home", id="done.back", tooltip="Back to home"),
        Binding("u", "undo", "Undo", id="done.undo", tooltip="Take the last review back"),
        Binding("Z,z", "quiz", "Quiz", id="done.quiz", tooltip="Sit a paper on the topics"),
        Binding("L,l", "lab", "Lab", id="done.lab", tooltip="Try a simulation"),
    ]

    @dataclass
    class Coming(Message):
        """When the next cards come due, in a sentence."""

        says: str

    @dataclass
    class Undone(Message):
        """What was taken back, in words; empty if there was nothing."""

        says: str

    def __init__(self, services: Services, session: "StudySession") -> None:
        """Keep the session to sum up."""
        super().__init__(services)
        self.session = session

    def compose(self) -> ComposeResult:
        """Show the summary and the next steps."""
        with VerticalScroll(id="done"):
            yield Static(summary(self.session), id="done-summary")
            yield Static(id="done-next")
        yield KeyBar()

    def on_mount(self) -> None:
        """Look up when the next card comes due."""
        after_painting(self, self.look_ahead)

    @in_thread("store")
    def look_ahead(self) -> Coming:
        """Find the next day with cards due in this scope."""
        return self.Coming(self.session.outlook())

    def on_done_screen_coming(self, message: Coming) -> None:
        """Say when to come back."""
        self.query_one("#done-next", Static).update(Content(message.says))

    def action_back(self) -> None:
        """Go back to where the session was started."""
        self.dismiss("back")

    def action_undo(self) -> None:
        """Take the last review back and go on studying."""
        self.undo()

    @in_thread("store")
    def undo(self) -> Undone:
        """Append the withdrawal."""
        return self.Undone(self.session.undo())

    def on_done_screen_undone(self, message: Undone) -> None:
        """Study the card that is due again."""
        self.say(message.says or NOTHING_TO_UNDO)
        if message.says:
            self.once_on_top(lambda: self.dismiss("study"))

    def action_quiz(self) -> None:
        """Go to the quiz."""
        self.dismiss("quiz")

    def action_lab(self) -> None:
        """Go to the lab."""
        self.dismiss("lab")


def summary(session: "StudySession") -> Content:
    """Return how many cards were reviewed, how they were rated and how long it took."""
    count = session.ratings.total()
    if not count:
        return Content.assemble(
            (session.END, "bold"),
            keyed(
                "\n\nSit a quiz with {done.quiz:Z}, try a simulation in the lab with {done.lab:L}, "
                "or go home and choose another topic. New cards come each day; studytui import "
                "PATH brings in notes."
            ),
        )
    minutes, seconds = divmod(round(session.seconds), 60)
    rated = ", ".join(
        f"{session.ratings[r]} {r.name.lower()}" for r in Rating if session.ratings[r]
    )
    return Content.assemble(
        ("Done for now.", "bold $success"),
        f"\n\n{counted(count, 'card')} reviewed in {minutes} min {seconds} s: {rated}.",
        f"\n{session.KEPT} ",
        keyed("Sit a quiz with {done.quiz:Z}, or try a simulation in the lab with {done.lab:L}."),
    )
