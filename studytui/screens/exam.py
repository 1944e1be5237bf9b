"""An exam: its day and its cards, what will be recalled, and today's part of the plan."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Label, Static

from studytui.painting import after_painting
from studytui.screens.page import Page, in_thread
from studytui.sessions import exam
from studytui.sessions.exam import Prospect
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar

MOST = 300
"""Cards that are listed, the least likely to be recalled first."""


class ExamScreen(Page):
    """Plans for an exam; the plan changes what is asked, and never what was answered."""

    CSS_PATH = "../styles/exam.tcss"
    AUTO_FOCUS = ""
    BODY = "#exam-cards"
    HELP = (
        "Give the day of the exam and a search for its cards, such as deck:Maths or topic:softmax. "
        "Expected recall on that day is shown card by card, without the plan and with it. Each "
        "card that would be below 95 % gets one extra review, as late as the days allow; "
        "{exam.study:s} asks today's. These are reviews like any other; the plan itself is no part "
        "of the log."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "study", "Study", id="exam.study", tooltip="Today's part of the plan"),
        Binding("tab", "app.focus_next", "Fields", id="exam.fields", tooltip="Go to the fields"),
        Binding("x", "end", "End plan", id="exam.end", tooltip="Plan for no exam"),
        Binding("q,escape", "back", "Back", id="exam.back", tooltip="Back to where you were"),
    ]

    @dataclass
    class Planned(Message):
        """What the exam looks like, None if there is none."""

        prospect: Prospect | None

    prospect: Prospect | None = None

    def compose(self) -> ComposeResult:
        """Show the fields; the figures come with the plan."""
        found = exam.chosen()
        yield Static(Content("Exam"), id="exam-name")
        with Vertical(id="exam-fields"):
            yield Label("Day, such as 2026-12-31")
            yield Field(found.day if found else "", id="exam-day")
            yield Label("Cards: a search, empty for all")
            yield Field(found.scope if found else "", id="exam-scope")
        yield Static(Content("Press tab, give a day, and press Enter."), id="exam-says")
        with VerticalScroll(id="exam-cards", can_focus=False):
            yield Static(id="exam-rows")
        yield KeyBar()

    def on_screen_resume(self) -> None:
        """Look again whenever the page is on top: reviews may have been made."""
        after_painting(self, self.look)

    @in_thread("store")
    def look(self, day: str = "", scope: str = "") -> Planned:
        """Work the plan out anew, for another exam if a day is given."""
        chosen = exam.choose(day, scope) if day else exam.chosen()
        return self.Planned(exam.prospect(self.services, chosen) if chosen else None)

    def on_exam_screen_planned(self, message: Planned) -> None:
        """Show it."""
        self.prospect = message.prospect
        if message.prospect is not None:
            self._say(message.prospect.says())
            rows = [message.prospect.line(one) for one in message.prospect.outlooks[:MOST]]
            listing = Content("\n").join([Content.styled(exam.HEAD, "bold"), *map(Content, rows)])
            self.query_one("#exam-rows", Static).update(listing)
        self.refresh_bindings()

    def on_input_submitted(self) -> None:
        """Plan for what the fields say."""
        self.set_focus(None)
        day = self.query_one("#exam-day", Field).value.strip()
        if not day:
            self.failed("Give the day of the exam, such as 2026-12-31.")
            return
        self.look(day, self.query_one("#exam-scope", Field).value)

    def action_study(self) -> None:
        """Ask today's part of the plan."""
        from studytui.screens.study import StudyScreen

        if self.prospect is not None:
            sitting = exam.ExamSitting(self.services, self.prospect.exam)
            self.app.push_screen(StudyScreen(self.services, sitting))

    def action_end(self) -> None:
        """Plan for no exam."""
        exam.forget()
        self.prospect = None
        self.query_one("#exam-rows", Static).update(Content())
        self._say("No exam is planned for.")
        self.refresh_bindings()

    def action_leave(self) -> None:
        """Leave a field."""
        self.set_focus(None)

    def action_back(self) -> None:
        """Go back."""
        self.app.pop_screen()

    def failed(self, message: str) -> None:
        """Say it above the cards."""
        self._say(message)

    def _say(self, text: str) -> None:
        self.query_one("#exam-says", Static).update(Content(text))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is of a plan."""
        if action == "end" and self.prospect is None:
            return False
        if action == "study" and not (self.prospect and self.prospect.due_today):
            return False
        return super().check_action(action, parameters)
