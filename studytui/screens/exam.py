"""An exam: its day and its cards, what will be recalled, and today's part of the plan."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Label, Static

from sims.simulation import Frame
from studytui.painting import after_painting
from studytui.panels import exam as panels
from studytui.screens.page import SIDE_BY_SIDE, in_thread
from studytui.screens.taking import TakingPage
from studytui.sessions import exam
from studytui.sessions.exam import Prospect
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar
from studytui.widgets.panel import PanelView

MOST = 300
"""Cards that are listed, the least likely to be recalled first."""


BESIDE_CURVE = 14
"""Rows of what stands below the curve of recall."""

LEAST_CURVE, MOST_CURVE = 10, 30
"""Rows of that curve."""

BEFORE_PROMPT = 27
"""Cells before a card's question: two shares and a day."""


class ExamScreen(TakingPage):
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
        Binding("x", "end", "Cancel", id="exam.end", tooltip="Plan for no exam"),
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
        with Horizontal(id="exam-parts"):
            with VerticalScroll(id="exam-cards", can_focus=False):
                yield Static(id="exam-rows")
            with VerticalScroll(id="exam-beside", can_focus=False):
                yield Static(id="exam-curve")
                yield PanelView(panels.extras, id="exam-extras")
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
            self.query_one(PanelView).show(message.prospect.extras())
        after_painting(self, self._draw)
        self.refresh_bindings()

    def on_resize(self) -> None:
        """Show the curves beside the cards where there is room, and draw for the new width."""
        self.set_class(self.size.width >= SIDE_BY_SIDE, "-wide")
        after_painting(self, self._draw)

    def _draw(self) -> None:
        """Draw the rows and the curve of recall as wide as their places are."""
        if (found := self.prospect) is None:
            return
        rows, curve = self.query_one("#exam-rows", Static), self.query_one("#exam-curve", Static)
        most = max(20, rows.content_size.width - BEFORE_PROMPT)
        listed = [Content(found.line(one, most)) for one in found.outlooks[:MOST]]
        if (more := len(found.outlooks) - MOST) > 0:
            listed.append(Content.styled(f"and {more} more", "dim"))
        rows.update(Content("\n").join([Content.styled(exam.HEAD, "bold"), *listed]))
        beside = self.query_one("#exam-beside").size.height - BESIDE_CURVE
        height = min(MOST_CURVE, max(LEAST_CURVE, beside))
        curve.update(panels.recall(found.recall(), curve.content_size.width, height))

    def plot_shown(self) -> tuple[Frame, str] | None:
        """Return the curves of recall."""
        frame = self.prospect.recall() if self.prospect else None
        return (frame, f"exam {self.prospect.exam.day}") if frame and self.prospect else None

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
            session = exam.ExamSession(self.services, self.prospect.exam)
            self.app.push_screen(StudyScreen(self.services, session))

    def action_end(self) -> None:
        """Plan for no exam."""
        exam.forget()
        self.prospect = None
        for part in ("#exam-rows", "#exam-curve"):
            self.query_one(part, Static).update(Content())
        self.query_one(PanelView).show({})
        self._say("No exam is planned for.")
        self.refresh_bindings()

    def action_leave(self) -> None:
        """Leave a field."""
        self.set_focus(None)

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
