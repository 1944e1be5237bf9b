"""Study: one card at a time, answered, checked by computing, and rated."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cards.answers.result import Grade
from cards.card import Kind
from cards.scheduling.fsrs import Rating
from studytui.grading import settings_of
from studytui.screens import study_keys
from studytui.screens.page import Page, in_thread
from studytui.screens.study_keys import ANSWERED, ASKING, GRADING, LOADING, PHASES, SAVING
from studytui.services import Services
from studytui.sitting import Question, Sitting
from studytui.widgets.answer import AnswerInput, AnswerLine
from studytui.widgets.keys import KeyBar
from studytui.widgets.question import QuestionView
from studytui.widgets.rating import RatingBar, RatingButton
from studytui.widgets.simulation import SimulationView
from studytui.words import LEECH

if TYPE_CHECKING:
    from db.records import Review

READ_IN_MATHS = (Kind.NUMBER, Kind.SYMBOL)


class StudyScreen(Page):
    """Asks what is due in a scope. ``phase`` says where the card under study stands."""

    CSS_PATH = "../styles/study.tcss"
    AUTO_FOCUS = ""
    BODY = "#study-card"
    BINDINGS: ClassVar[list[BindingType]] = study_keys.BINDINGS
    HELP = (
        "Read the question. Type an answer and press Enter, or think of it and press space. "
        "What can be computed is checked by computing; the rating is yours. While the answer "
        "line is in use all keys go to it; Esc leaves it. Every review is saved at once."
    )

    @dataclass
    class Asked(Message):
        """The next card, None when nothing is due; ``says`` tells what just happened."""

        question: Question | None
        says: str = ""

    @dataclass
    class Graded(Message):
        """The machine's grade of an answer, and the rating that it suggests."""

        question: Question
        grade: Grade
        suggestion: Rating | None

    @dataclass
    class Rated(Message):
        """A review has been committed."""

        review: "Review | None"

    def __init__(self, services: Services, sitting: Sitting | None = None) -> None:
        """Study what a sitting asks: everything that is due, if none is given."""
        super().__init__(services)
        self.sitting = sitting or Sitting(services)
        self.phase = LOADING
        self.question: Question | None = None
        self.suggestion = Rating.GOOD

    def compose(self) -> ComposeResult:
        """Show the parts; empty until the first card is here."""
        yield Static(Content("Fetching the next card …"), id="study-place")
        with VerticalScroll(id="study-card", can_focus=False):
            yield QuestionView()
            yield SimulationView(self.services)
        with Vertical(id="study-foot"):
            yield AnswerLine()
            yield RatingBar()
        yield KeyBar()

    def on_mount(self) -> None:
        """Ask for the first card once the screen has been painted."""
        self._enter(LOADING)
        self.query_one(QuestionView).display = False
        self.call_after_refresh(self.load)

    def _enter(self, phase: str) -> None:
        """Move to a phase; what stands at the foot and which keys work follow from it.

        While a review is saved nothing moves on the screen: the next card is painted at once.
        """
        self.phase = phase
        if phase == SAVING:
            return
        self.query_one(AnswerLine).display = phase in (ASKING, GRADING)
        self.query_one(RatingBar).display = phase == ANSWERED
        if phase != ASKING:
            self.set_focus(None)
        self.refresh_bindings()

    # The next card

    @in_thread("store")
    def load(self) -> None:
        """Fetch the next card, and start the child that will grade its answer."""
        self.services.algebra().warm("cards.answers.grade")
        self.post_message(self.Asked(self.sitting.next()))

    def on_study_screen_asked(self, message: Asked) -> None:
        """Show a card, or the end of the session."""
        if message.says:
            self.say(message.says)
        if message.question is None:
            from studytui.screens.done import DoneScreen

            self.app.switch_screen(DoneScreen(self.services, self.sitting))
            return
        question = self.question = message.question
        self._close_simulation()
        self._show_place(question)
        view = self.query_one(QuestionView)
        view.display = True
        view.ask(question)
        check = question.card.check
        if check and check.simulation:
            self.warm()
        line = self.query_one(AnswerLine)
        line.ask(
            reads=question.card.kind in READ_IN_MATHS, variables=check.variables if check else {}
        )
        self.query_one("#study-card").scroll_home(animate=False)
        self._enter(ASKING)
        if question.card.computed and question.card.kind is not Kind.CHOICE:
            line.input.focus()
        if check and check.output:
            self.prepare(question)

    def _show_place(self, question: Question) -> None:
        left = question.queued.remaining
        counts = (
            (f"{left.new} new", "$primary"),
            (f"{left.learning} learning", "$error"),
            (f"{left.due} due", "$success"),
        )
        place = Content.styled(" › ".join((question.card.deck, *question.card.headings)), "bold")
        shown = [place, *(Content.styled(*count) for count in counts)]
        self.query_one("#study-place", Static).update(Content("   ").join(shown))

    @in_thread("warm")
    def warm(self) -> None:
        """Have the child that simulates ready before it is asked for."""
        self.services.simulations().warm("sims.tasks", "torch")

    @in_thread("output")
    def prepare(self, question: Question) -> None:
        """Start the run whose output is the answer, while the learner thinks."""
        self.sitting.output(question)

    def on_study_screen_rated(self, message: Rated) -> None:
        """Say so when the card that was just rated keeps being forgotten."""
        if message.review is not None and message.review.leech:
            self.say(LEECH)

    # Answering

    def on_answer_line_submitted(self, message: AnswerLine.Submitted) -> None:
        """Grade what was typed; an empty line reveals."""
        if self.phase == ASKING:
            self._answer(message.typed)

    def _answer(self, typed: str) -> None:
        if self.question is None:
            return
        self.question.reveal()
        if typed:
            self._enter(GRADING)
            self.grade(self.question, typed)
        else:
            self._reveal(None)

    @in_thread("grade")
    def grade(self, question: Question, typed: str) -> None:
        """Grade in the algebra child."""
        grade = self.sitting.grade(question, typed)
        self.post_message(self.Graded(question, grade, self.sitting.suggestion(question)))

    def on_study_screen_graded(self, message: Graded) -> None:
        """Show the answer with the grade; an answer that could not be read costs nothing."""
        if message.question is not self.question or self.phase != GRADING:
            return
        if message.grade.verdict == "invalid":
            self._enter(ASKING)
            self.query_one(AnswerLine).input.focus()
            self.say(f"{message.grade.message} Nothing was counted: change it, or leave it empty.")
            return
        self._reveal(message.suggestion)

    def _reveal(self, suggestion: Rating | None) -> None:
        if self.question is not None:
            self.suggestion = suggestion or Rating.GOOD
            self.query_one(QuestionView).reveal()
            self.query_one(RatingBar).show(self.question.queued.previews, suggestion)
            self._enter(ANSWERED)

    def action_reveal(self) -> None:
        """Show the answer without grading."""
        self._answer("")

    def action_pick(self, number: int) -> None:
        """Answer a choice with the option of that number."""
        if self.question is not None:
            self._answer(self.question.variant.choices[number - 1])

    def action_answer(self) -> None:
        """Go to the answer line."""
        self.query_one(AnswerLine).input.focus()

    def action_hint(self) -> None:
        """Show the hint; the suggested rating takes it into account."""
        if self.question is not None and self.question.card.check is not None:
            self.question.hinted = True
            self.query_one(QuestionView).hint(self.question.card.check.hint or "")

    def action_source(self) -> None:
        """Show the text as it is written, or laid out again."""
        self.query_one(QuestionView).toggle_source()

    # Rating: each of these commits one event and then fetches the next card, in this order, so
    # that nothing is shown while something before it could still be lost.

    def on_rating_button_pressed(self, message: RatingButton.Pressed) -> None:
        """Rate by a click."""
        self.action_rate(message.rating)

    def action_accept(self) -> None:
        """Take the rating that is marked."""
        self.action_rate(self.suggestion)

    def action_rate(self, rating: int) -> None:
        """Commit the review and go on."""
        if self.phase == ANSWERED and self.question is not None:
            self._enter(SAVING)
            self.rate(self.question, Rating(rating))

    @in_thread("store")
    def rate(self, question: Question, rating: Rating) -> None:
        """Commit, then fetch the next card."""
        self.post_message(self.Rated(self.sitting.rate(question, rating)))
        self.post_message(self.Asked(self.sitting.next()))

    def action_undo(self) -> None:
        """Withdraw the last review and ask its card again."""
        self._enter(SAVING)
        self.undo()

    @in_thread("store")
    def undo(self) -> None:
        """Append the withdrawal and fetch the card it was about."""
        undone = self.sitting.undo()
        says = "The last review is taken back." if undone else "There is nothing to undo."
        self.post_message(self.Asked(self.sitting.next(), says))

    def action_suspend(self) -> None:
        """Take the card out until it is unsuspended."""
        self._put_away("suspend", "Suspended: this card will not be asked.")

    def action_bury(self) -> None:
        """Put the card off until tomorrow."""
        self._put_away("bury", "Buried until tomorrow.")

    def _put_away(self, how: str, says: str) -> None:
        if self.question is not None:
            self._enter(SAVING)
            self.put_away(self.question.card.id, how, says)

    @in_thread("store")
    def put_away(self, card_id: str, how: str, says: str) -> None:
        """Append the event and fetch the next card."""
        store = self.services.store()
        (store.suspend if how == "suspend" else store.bury)(card_id)
        self.post_message(self.Asked(self.sitting.next(), says))

    # Computing

    def action_simulate(self) -> None:
        """Run the simulation behind the card."""
        question = self.question
        if question is not None and question.card.check and question.card.check.simulation:
            name = question.card.check.simulation
            view = self.query_one(SimulationView)
            view.start(name, settings_of(name, question.variant), question.variant.seed)
            self.refresh_bindings()

    def on_simulation_view_ended(self) -> None:
        """Take the key that cancels away."""
        self.refresh_bindings()

    def action_cancel(self) -> None:
        """Stop the run."""
        self.query_one(SimulationView).cancel()

    def _close_simulation(self) -> None:
        view = self.query_one(SimulationView)
        view.cancel()
        view.display = False

    def action_derive(self) -> None:
        """Walk the derivation behind the card."""
        from studytui.screens.derivation import DerivationScreen

        if self.question is not None:
            self.app.push_screen(DerivationScreen(self.services, card=self.question.card))

    def action_info(self) -> None:
        """Show the card's reviews and forgetting curve; ask what is due now after that."""
        from studytui.screens.card import CardScreen

        if self.question is not None:
            self.app.push_screen(
                CardScreen(self.services, self.question.card.id), lambda _none: self._look_again()
            )

    def _look_again(self) -> None:
        """Ask another card if this one was put away; else stay where the learner was."""
        if self.question is not None:
            self.look_again(self.question)

    @in_thread("store")
    def look_again(self, question: Question) -> None:
        """Fetch the next card if it is not the one that is asked any more."""
        after = self.sitting.next()
        if after is None or after.card.id != question.card.id:
            self.post_message(self.Asked(after))

    # Leaving

    def action_edit(self) -> None:
        """Open the note in the editor at the card's line, then read it again."""
        from studytui.editing import edit

        if self.question is None:
            return
        card = self.question.card
        problem = edit(self.app, self.services.settings, card.file, card.line)
        if problem:
            self.failed(problem)
        else:
            self._enter(SAVING)
            self.reread(card.file, card.deck)

    @in_thread("store")
    def reread(self, file: str, deck: str) -> None:
        """Import the note again and fetch the card as it is now."""
        from studytui.editing import reread

        says = reread(self.services.store(), file, deck)
        self.post_message(self.Asked(self.sitting.next(), says))

    def action_back(self) -> None:
        """Go back to where the session was started."""
        self.app.pop_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say which keys work: none of the single ones in the answer line, the rest by phase."""
        if action not in PHASES:
            return not isinstance(self.focused, AnswerInput) or action == "command_palette"
        if isinstance(self.focused, AnswerInput) or self.phase not in PHASES[action]:
            return False
        return self.question is None or self._has(action, parameters, self.question)

    def _has(self, action: str, parameters: tuple[object, ...], question: Question) -> bool:
        """Return whether the card has what the key is about."""
        check = question.card.check
        if action == "pick":
            return int(str(parameters[0])) <= len(question.variant.choices)
        if action == "hint":
            return bool(check and check.hint and not question.hinted)
        if action == "simulate":
            return bool(check and check.simulation) and not self.query_one(SimulationView).running
        if action == "derive":
            return bool((check and check.derivation) or question.card.derive)
        if action == "cancel":
            return self.query_one(SimulationView).running
        return True
