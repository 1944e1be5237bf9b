"""Study: one card at a time, answered, checked by computing, and rated."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
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
from cards.statements.verdicts import NEAREST, only_near
from cards.variants.choices import several
from studytui.media import opened
from studytui.painting import after_painting
from studytui.screens import study_keys
from studytui.screens.card_claim import claim_page
from studytui.screens.page import Page, in_thread
from studytui.screens.simulating import SimulatingPage
from studytui.screens.study_keys import ANSWERED, ASKING, GRADING, LACKING, LOADING, PHASES, SAVING
from studytui.services import Services
from studytui.sessions.comparing import Beside
from studytui.sessions.first_card import NotForeseenError
from studytui.sessions.question import Question
from studytui.sessions.study import StudySession
from studytui.typeset.markdown import render as laid_out
from studytui.widgets.answer import AnswerLine
from studytui.widgets.keys import KeyBar
from studytui.widgets.question import QuestionView
from studytui.widgets.rating import RatingBar
from studytui.widgets.simulation import SimulationView
from studytui.widgets.title import innermost
from studytui.words import ASKED_AGAIN, LEECH, NOTHING_TO_UNDO, key, rests_on

SIDE_BY_SIDE = 150
"""Cells of the window from which a run stands beside its card."""

COLOURS = {"new": "$primary", "learning": "$error", "due": "$success"}
"""Queue → the colour of its count."""

IMPORT_AFTER = 1.0
"""Seconds after the first card until what later ones need is imported, while it is read."""

if TYPE_CHECKING:
    from cards.card import Card
    from db.store import Store


class StudyScreen(SimulatingPage):
    """Asks the cards that are due in a scope; `phase` is that of the card shown."""

    SAID_ROWS = 2  # above the card
    CSS_PATH = "../styles/study.tcss"
    AUTO_FOCUS = ""
    BODY = "#study-card"
    BINDINGS: ClassVar[list[BindingType]] = study_keys.BINDINGS
    BADGES = True
    HELP = (
        "Read the question. Type an answer and press Enter, or think of it and press space. "
        "What can be computed is checked by computing; the rating is yours. While the answer "
        "line is in use all keys go to it; Esc leaves it. "
    )

    @dataclass
    class Asked(Message):
        """The next card has been fetched, None when nothing is due; `says` what just happened."""

        question: Question | None
        says: str = ""
        foreseen: bool = False
        """Whether the store is yet to be opened."""
        undone: bool = False
        """Whether an undo brought the card back: the line takes no keys, as another may follow."""

        def __post_init__(self) -> None:
            """Prepare the question here, in a thread, and not when it is shown."""
            super().__post_init__()
            if self.question is not None:
                self.question.prepare()

    @dataclass
    class NotForeseen(Message):
        """The first card could not be read before the store is open."""

    @dataclass
    class Settled(Message):
        """A refuted statement was corrected or muted."""

        question: Question
        says: str

    @dataclass
    class NothingDone(Message):
        """There was nothing to take back."""

    @dataclass
    class Computed(Message):
        """The run has ended whose output is the answer."""

        question: Question

    @dataclass
    class Graded(Message):
        """An answer has been graded."""

        question: Question
        grade: Grade

    def __init__(self, services: Services, session: StudySession | None = None) -> None:
        """Study the cards of a session, by default everything that is due."""
        super().__init__(services)
        self.session = session or StudySession(services)
        self.phase = self._before = LOADING
        self.question: Question | None = None
        self._first = True
        """Whether no card has been shown yet."""
        self.line = AnswerLine(key("study.answer", "a"))
        self.view, self.ratings = QuestionView(), RatingBar()

    def help_says(self) -> str:
        """Return what the screen is for, and whether a rating is kept."""
        return self.HELP + self.session.KEPT

    def compose(self) -> ComposeResult:
        """Show the parts; empty until the first card is here."""
        yield Static(Content("Fetching the next card …"), id="study-place")
        with VerticalScroll(id="study-card", can_focus=False):
            yield self.view
            yield SimulationView(self.services)
        with Vertical(id="study-foot"):
            yield self.line
            yield self.ratings
        yield KeyBar()

    def on_mount(self) -> None:
        """Ask for the first card once the screen has been painted."""
        self._enter(LOADING)
        self.view.display = False
        after_painting(self, self.load)

    def on_resize(self) -> None:
        """Put the run of a simulation beside the card where there is room for both."""
        self.query_one("#study-card").set_class(self.size.width >= SIDE_BY_SIDE, "-wide")
        if self.question is not None:
            self._show_place(self.question)

    def _enter(self, phase: str) -> None:
        """Move to a phase, which decides what stands at the foot and which keys work.

        While a review is saved nothing moves on the screen: the next card is painted at once.
        """
        if phase in (GRADING, SAVING):
            self._before = self.phase
        self.phase = phase
        self._show_foot()

    def _show_foot(self) -> None:
        """Show the answer line or the ratings, and the keys that work now."""
        if self.phase == SAVING:
            return
        self.line.input.show(self.phase in (ASKING, GRADING))
        if self.phase != ANSWERED:
            self.ratings.hide()
        if self.phase != ASKING:
            self.set_focus(None)
        self.refresh_bindings()

    # The next card

    def load(self) -> None:
        """Fetch the next card; the first one at a start is read before the store is open."""
        if self.session.first is not None:
            self.load_foreseen()
        else:
            self.load_next()

    @in_thread("store")
    def load_next(self) -> Asked:
        """Fetch the next card, and start the child that will grade its answer."""
        self.services.algebra().warm("cards.answers.grade")
        return self.Asked(self.session.next())

    @in_thread("store")
    def load_foreseen(self) -> Asked | NotForeseen:
        """Take the first card from the child that reads it; import meanwhile what lays it out."""
        laid_out("$x$")
        try:
            foreseen = self.session.foreseen()
        except NotForeseenError:
            return self.NotForeseen()
        if foreseen is None:
            return self.Asked(self.session.next())
        return self.Asked(*foreseen, foreseen=True)

    def on_study_screen_not_foreseen(self) -> None:
        """End the app, which then starts again with the store open."""
        self.app.exit()

    @in_thread("foreseen")
    def catch_up(self, question: Question) -> Asked | None:
        """Open the store behind the first card; ask another one if that is no longer due."""
        self.services.algebra().warm("cards.answers.grade")
        due = self.session.next()
        same = due is not None and due.card.id == question.card.id
        return None if same or self.question is not question else self.Asked(due)

    @in_thread("import")
    def import_rest(self) -> None:
        """Import the maths language: the first card that draws values would wait for it."""
        importlib.import_module("cards.variants.draw")
        importlib.import_module("cards.answers.grade")

    def on_study_screen_asked(self, message: Asked) -> None:
        """Show a card, or the end of the session."""
        if message.says:
            self.say(message.says)
        if message.question is None:
            from studytui.screens.done import DoneScreen

            screen = DoneScreen(self.services, self.session)
            self.once_on_top(lambda: self.app.push_screen(screen, self.after_the_end))
            return
        question = self.question = message.question
        self.query_one(SimulationView).clear()
        self.query_one("#study-card").remove_class("-shown")
        self.view.display = True
        self.view.ask(question, question.sheet)
        check = question.card.check
        if check and check.simulation:
            self.warm()
        self.line.ask(question.card, question.variant)
        self.query_one("#study-card").scroll_home(animate=False)
        self.phase = ASKING
        computed = question.card.computed and question.card.kind is not Kind.CHOICE
        if computed and not message.undone:
            self._show_foot()
            self.line.input.focus()
        self.view.once_drawn(self._show_around)
        if check and check.output:
            self.prepare(question)
        if message.foreseen:
            self.view.once_drawn(partial(self.catch_up, question))
        if self._first:
            self._first = False
            self.set_timer(IMPORT_AFTER, self.import_rest)

    def after_the_end(self, where: str | None) -> None:
        """Study the card that was taken back, or leave for where the learner wants to go."""
        if where == "study":
            self.load()
            return
        self.app.pop_screen()
        if where != "back":
            self.app.switch_mode(where or "home")

    def _show_around(self) -> None:
        """Show the line above the question and the foot below it."""
        if self.question is not None:
            self._show_place(self.question)
        self._show_foot()

    def _show_place(self, question: Question) -> None:
        left = self.session.left(question)
        counts = [Content.styled(text, COLOURS[queue]) for queue, text in left.items()]
        room = self.size.width - 2 - sum(count.cell_length + 3 for count in counts)
        place = Content.styled(innermost(question.place, room), "bold")
        place = Content("   ").join([place, *counts])
        self.query_one("#study-place", Static).update(place, layout=False)

    @in_thread("output")
    def prepare(self, question: Question) -> Computed:
        """Start the run whose output is the answer, while the learner thinks."""
        self.session.output(question)
        return self.Computed(question)

    def on_study_screen_computed(self, message: Computed) -> None:
        """Show the value, if the answer was revealed before it was computed."""
        if message.question is self.question:
            self.view.computed()

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
            self._reveal()

    @in_thread("grade")
    def grade(self, question: Question, typed: str) -> Graded:
        """Grade in the algebra child."""
        return self.Graded(question, self.session.grade(question, typed))

    def on_study_screen_graded(self, message: Graded) -> None:
        """Show the answer with the grade; an answer that could not be read costs nothing."""
        if message.question is not self.question or self.phase != GRADING:
            return
        if message.grade.verdict == "invalid":
            self._enter(ASKING)
            self.line.input.focus()
            self.line.say(f"{message.grade.message} {ASKED_AGAIN}")
            return
        self._reveal()

    def _reveal(self) -> None:
        if self.question is not None:
            self.line.say("")
            self.view.reveal()
            self.view.look_at_news()
            self._enter(ANSWERED)
            self.ratings.show(self.question.queued.previews, self.question.suggestion)
            self.view.once_drawn(partial(self.look_ahead, self.question))

    @in_thread("ahead")
    def look_ahead(self, question: Question) -> None:
        """Prepare the next card while this one's answer is read."""
        self.session.look_ahead(question)

    async def action_submit(self) -> None:
        """Answer with what stands on the line."""
        await self.line.submit()

    def action_reveal(self) -> None:
        """Show the answer without grading."""
        self._answer("")

    def action_pick(self, number: int) -> None:
        """Answer a choice with an option; where several are right, write it on the line."""
        if self.question is None:
            return
        if several(self.question.card):
            self.line.add(number)
        else:
            self._answer(self.question.variant.choices[number - 1])

    def action_option(self, by: int) -> None:
        """Move the mark among the options."""
        self.view.move(by)
        self.refresh_bindings()

    def action_choose(self) -> None:
        """Pick the option that is marked."""
        self.action_pick(self.view.chosen)

    def on_question_view_picked(self, message: QuestionView.Picked) -> None:
        """Pick by a click."""
        if self.check_action("pick", (message.number,)):
            self.action_pick(message.number)
        elif self.phase == ASKING and self.question and self.question.card.kind is Kind.ORDER:
            self.line.add(message.number)

    def action_answer(self) -> None:
        """Go to the answer line."""
        self.line.input.focus()

    def action_hint(self) -> None:
        """Show the hint; the suggested rating takes it into account."""
        self._helped()
        self.view.hint()
        self.refresh_bindings()

    def _helped(self) -> None:
        """Record that the learner saw something that may give the answer away."""
        if self.question is not None and self.phase == ASKING:
            self.question.hinted = True

    def action_source(self) -> None:
        """Show the Markdown of the text, or lay it out again."""
        self.view.toggle_source()

    # Rating

    def _then_next(self, do: Callable[[Question], str | None]) -> None:
        if self.question is not None:
            self._enter(SAVING)
            self.commit(self.question, do)

    @in_thread("store")
    def commit(self, question: Question, do: Callable[[Question], str | None]) -> Asked:
        """Commit what was done with a card, and only then fetch the next one.

        In this order nothing is shown while something before it could still be lost. `do` commits,
        and returns a sentence on it.
        """
        says = do(question)
        self.phase = LOADING  # so that it is not done again, whatever fails from here on
        return self.Asked(self.session.next(), says or "")

    def failed(self, message: str) -> None:
        """Show a sentence, and go back to the phase before: nothing was answered or rated."""
        super().failed(message)
        if self.phase == LOADING:
            self.query_one("#study-place", Static).update(
                Content(f"{message} Press {key('study.back', 'q')} to go back.")
            )
            self._enter(LOADING)
        elif self.phase in (GRADING, SAVING):
            self._enter(self._before)

    def on_rating_bar_pressed(self, message: RatingBar.Pressed) -> None:
        """Rate by a click."""
        self.action_rate(message.rating)

    def action_accept(self) -> None:
        """Take the rating that is marked, if one is."""
        if self.question is not None and self.question.suggestion is not None:
            self.action_rate(self.question.suggestion)

    def action_rate(self, rating: int) -> None:
        """Commit the review; say so of a leech, and offer what a forgotten card rests on."""

        def rate(question: Question) -> str | None:
            review = self.session.rate(question, Rating(rating))
            basics = self.session.basics(question, Rating(rating))
            says = [LEECH] if review is not None and review.leech else []
            return " ".join([*says, rests_on(basics)]).strip() or None

        if self.phase == ANSWERED:
            self._then_next(rate)

    def action_undo(self) -> None:
        """Withdraw the last review and ask its card again."""
        self._enter(SAVING)
        self.undo()

    @in_thread("store")
    def undo(self) -> Asked | NothingDone:
        """Take back the last change, and fetch the card that is due then."""
        says = self.session.undo()
        if not says:
            return self.NothingDone()
        self.phase = LOADING
        return self.Asked(self.session.next(), says, undone=True)

    def on_study_screen_nothing_done(self) -> None:
        """Say that there is nothing to undo, and go back to the phase before."""
        self.say(NOTHING_TO_UNDO)
        self._enter(self._before)

    def action_suspend(self) -> None:
        """Suspend the card."""
        self._then_next(self.session.suspend)

    def action_bury(self) -> None:
        """Bury the card until tomorrow."""
        self._then_next(self.session.bury)

    def action_edit(self) -> None:
        """Open the note in the editor at the card's line, then read it again."""
        from studytui.editing import given_deck, reread

        if self.question is None:
            return
        card = self.question.card
        deck = given_deck(card.file, card.deck)
        if self.edited(card.file, card.line):
            self._then_next(lambda _question: reread(self.services.store(), card.file, deck))

    # Computing

    def action_simulate(self) -> None:
        """Run the simulation behind the card."""
        question = self.question
        if question is None or (check := question.card.check) is None:
            return
        self._helped()
        if page := claim_page(self.services, question.card):
            self.app.push_screen(page)
        elif check.simulation:
            self.query_one("#study-card").add_class("-shown")
            shown = Beside(question.card, question.variant, question.typed)
            beside = shown if self.phase == ANSWERED else None  # it would give the answer away
            self.simulate_card(check.simulation, question.card, question.variant, beside)
            if only_near(check, check.simulation):
                self.say(NEAREST)

    def action_lacking(self, what: str) -> None:
        """Say that nothing of this kind belongs to the card."""
        self.say(LACKING[what])

    def action_correct(self) -> None:
        """Make a card of what would be right."""
        from studytui.sessions.correcting import accept

        self._settle(accept)

    def action_mute(self) -> None:
        """Mute the refuted statement of the card."""
        from studytui.sessions.correcting import mute

        self._settle(mute)

    def _settle(self, do: "Callable[[Store, Card], str]") -> None:
        if self.question is not None:
            self.view.settle()
            self.settle(do, self.question)

    @in_thread("store")
    def settle(self, do: "Callable[[Store, Card], str]", question: Question) -> Settled:
        """Correct or mute a refuted statement, and say so."""
        return self.Settled(question, do(self.services.store(), question.card))

    def on_study_screen_settled(self, message: Settled) -> None:
        """Say what was done, and take its keys away."""
        self.say(message.says)
        message.question.settled = True
        self.refresh_bindings()

    def action_derive(self) -> None:
        """Walk the derivation behind the card."""
        from studytui.screens.derivation import DerivationScreen

        if self.question is not None:
            self._helped()
            self.app.push_screen(DerivationScreen(self.services, card=self.question.card))

    def to_copy(self) -> str:
        """Return the line that repeats the run, else the LaTeX of what is shown of the card."""
        from studytui.sessions.taking import formulas_of

        if line := super().to_copy():
            return line
        if self.question is None:
            return ""
        variant = self.question.variant
        shown = f"{variant.answer}\n" if self.phase == ANSWERED else ""
        return formulas_of(shown) or formulas_of(variant.prompt)

    def action_basics(self) -> None:
        """Practise the basic cards that are offered; the schedule stays as it is."""
        from studytui.sessions.practice import Practice

        basics, self.session.offered = self.session.offered, []
        practice = Practice(self.services, cards=[stored.card.id for stored in basics])
        self.app.push_screen(StudyScreen(self.services, practice))

    def action_open(self) -> None:
        """Open the card's images and sounds; before the reveal, those of the question."""
        if self.question is not None:
            self.open_media(self.question.media[self.phase == ANSWERED])

    @in_thread("open")
    def open_media(self, paths: list[Path]) -> Page.Said:
        """Open files with the system's programs."""
        return self.Said(" ".join(map(opened, paths)))

    def action_info(self) -> None:
        """Show the card's reviews and forgetting curve, then ask the card that is due."""
        from studytui.screens.card import CardScreen

        if self.question is not None:
            self.app.push_screen(
                CardScreen(self.services, self.session, self.question.card.id),
                lambda _none: self._look_again(),
            )

    def _look_again(self) -> None:
        """Ask another card if this one was suspended or buried meanwhile."""
        if self.question is not None:
            self.look_again(self.question)

    @in_thread("store")
    def look_again(self, question: Question) -> Asked | None:
        """Fetch the next card if this one can no longer be asked."""
        if self.session.asks(question.card.id):
            return None
        return self.Asked(self.session.next())

    # Leaving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let a key work in its phases, for a card that has something for it."""
        if self.phase not in PHASES.get(action, {self.phase}):
            return False
        if self.question is not None and not self._offers(action, parameters, self.question):
            return False
        return super().check_action(action, parameters)

    def _offers(self, action: str, parameters: tuple[object, ...], question: Question) -> bool:
        """Return whether a key does something for a card in its present view."""
        match action:
            case "choose":
                return self.view.chosen > 0
            case "submit":
                return self.line.filled
            case "basics":
                return bool(self.session.offered)
            case "hint" if self.view.hinted:
                return False
            case "simulate" | "lacking" if self.simulating:
                return False
        return study_keys.has(question, action, parameters, answered=self.phase == ANSWERED)
