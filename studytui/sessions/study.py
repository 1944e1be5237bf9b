"""A study session without a display: next card, grade, rate, undo.

The study screen and `--plain` are two faces of it. Every method may block.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, ClassVar

from cards.answers.result import Grade, Output
from cards.scheduling.fsrs import Rating
from studytui.services import Services
from studytui.sessions import grading
from studytui.sessions.changes import Changes
from studytui.sessions.question import Question, Ready, next_of, ready_after
from studytui.words import clock_warning, counted, interval_text, key

if TYPE_CHECKING:
    from db.records import DeckRow, Review, StoredCard
    from studytui.sessions.first_card import FirstCard


BASICS = 3
"""Most basic cards offered when an advanced one was forgotten."""


class StudySession:
    """A run through the cards that are due in a scope; every review is kept as it is made."""

    KEPT: ClassVar[str] = "Every review is saved."
    END: ClassVar[str] = "Nothing is due now."

    def __init__(
        self,
        services: Services,
        deck: str | None = None,
        topic: str | None = None,
        ahead: int = 0,
        first: "FirstCard | None" = None,
    ) -> None:
        """Study everything, a deck, or a topic of a deck.

        With `ahead`, cards that come due within so many days are asked too. A child may read the
        `first` card while the app starts.
        """
        self.first = first
        self.services = services
        self.deck, self.topic, self.ahead = deck, topic, ahead
        self.ratings: Counter[Rating] = Counter()
        self.seconds = 0.0
        self.changes = Changes(services)
        self._ready: Ready | None = None
        self.offered: list[StoredCard] = []
        """Basic cards for the card that was forgotten last."""

    def foreseen(self) -> tuple[Question, str] | None:
        """Return the first card as a child has read it, and a warning of a wrong clock.

        None when nothing is due. Raises NotForeseenError when the store must be opened first.
        """
        assert self.first is not None
        card = self.first.take()
        self.first = None
        if card is None:
            return None
        return Question(card.queued, card.variant), clock_warning(card.ahead)

    def next(self) -> Question | None:
        """Return the next card to ask, None when nothing is due."""
        return next_of(self.services.store(), *self._scope, self._ready)

    def look_ahead(self, question: Question) -> None:
        """Prepare the card that is likely to follow this one; `next` still decides."""
        from db.store import StoreError

        with suppress(StoreError):  # `next` meets the error again, and says so
            self._ready = ready_after(self.services.store(), question.card.id, *self._scope)

    @property
    def _scope(self) -> tuple[str | None, str | None, int]:
        return self.deck, self.topic, self.ahead

    def grade(self, question: Question, typed: str) -> Grade:
        """Grade an answer, and keep the grade with the question unless it could not be read."""
        grade = grading.grade(
            self.services, question.card, question.variant, typed, self.output(question)
        )
        if grade.verdict != "invalid":
            question.typed, question.grade = typed, grade
            question.suggestion = self._suggestion(question, grade)
        return grade

    def output(self, question: Question) -> Output | None:
        """Return the simulated value that is the card's answer, running it once; else None."""
        with question.computing:
            if question.output is None:
                question.output = grading.output_of(self.services, question.card, question.variant)
            return question.output

    def _suggestion(self, question: Question, grade: Grade) -> Rating | None:
        from cards.answers.grade import suggest

        return suggest(
            grade,
            question.seconds,
            question.hinted,
            rule=self.services.settings.mark_rating,
            guessable=question.card.kind == "choice" and question.queued.stored.state == "new",
        )

    def rate(self, question: Question, rating: Rating) -> "Review | None":
        """Commit one review. When this returns, it survives a kill of the app."""
        grade = question.grade.to_dict() if question.grade else {}
        review = self.services.store().answer(
            question.card.id,
            rating,
            seconds=question.seconds,
            grade=grade | {"suggested": question.suggestion},
            typed=question.typed,
            variant=question.variant.to_dict(),
            hinted=question.hinted,
        )
        self._count(rating, question.seconds, lambda: self._take_back_review(review.id))
        return review

    def basics(self, question: Question, rating: Rating) -> "list[StoredCard]":
        """Return cards of the topics that a forgotten card rests on, weakest first; else none.

        They are offered for a lapse: a card in review that was rated Again.
        """
        self.offered = []
        if rating is not Rating.AGAIN or question.queued.stored.state != "review":
            return []
        from cards.prerequisites import required_by

        basics: list[StoredCard] = []
        for topic in required_by(question.card):
            studied = self.services.store().weakest(topic=topic)
            basics += studied or self.services.store().cards(f"topic:{topic} is:new")
        self.offered = [stored for stored in basics if not self._is_away(stored)][:BASICS]
        return self.offered

    def _count(self, rating: Rating, seconds: float, take_back: Callable[[], str]) -> None:
        """Count a rating until it is taken back."""
        self.ratings[rating] += 1
        self.seconds += seconds

        def uncount() -> str:
            says = take_back()
            self.ratings[rating] -= 1
            self.seconds -= seconds
            return says

        self.changes.done.append(uncount)

    def suspend(self, question: Question) -> str:
        """Suspend a card, and return a sentence on it."""
        self.change(question.card.id, "suspend")
        return f"Suspended: this card will not be asked. {key('study.undo', 'u')} takes that back."

    def bury(self, question: Question) -> str:
        """Bury a card until tomorrow, and return a sentence on it."""
        self.change(question.card.id, "bury")
        return f"Buried until tomorrow. {key('study.undo', 'u')} takes that back."

    def change(self, id: str, change: str) -> None:
        """Leave a card out or take it in again, by one of `OPPOSITE`, until it is taken back."""
        self.changes.leave_out(id, change)

    def asks(self, card_id: str) -> "StoredCard | None":
        """Return a card if it can still be asked, None if it is suspended, buried or gone."""
        try:
            stored = self.services.store().card(card_id)
        except LookupError:  # reworded meanwhile, so that it has another id
            return None
        return None if self._is_away(stored) else stored

    def _is_away(self, stored: "StoredCard") -> bool:
        return stored.state in ("suspended", "buried", "missing")

    def left(self, question: Question) -> dict[str, str]:
        """Return what is left to study today: queue → count in words."""
        remaining = question.queued.remaining
        return {name: f"{count} {name}" for name, count in asdict(remaining).items()}

    def outlook(self) -> str:
        """Return a sentence on when the next cards of the scope come."""
        coming = self.services.store().coming(deck=self.deck, topic=self.topic)
        if coming is None:
            paused = [row.paused for row in self._rows()]
            if paused and all(paused):
                return "What you chose is paused: studytui deck resume has it asked again."
            return "No card that you chose comes later."
        cards = counted(coming.cards, "card")
        if not coming.days:
            first = "the first " if coming.cards > 1 else ""
            return f"Later today {cards} will be due, {first}in {interval_text(coming.wait)}."
        when = "Tomorrow" if coming.days == 1 else f"In {coming.days} days"
        if not coming.cards:
            why = "; today one of the same block was asked" if self._held_back() else ""
            return f"{when} {counted(coming.new, 'new card')} will come{why}."
        new = f", and {coming.new} new will come" if coming.new else ""
        return f"{when} {cards} will be due{new}."

    def _held_back(self) -> bool:
        """Return whether siblings, and not today's limit, hold new cards back."""
        from studytui.sessions.decks import search

        store = self.services.store()
        free = any(row.left.new > 0 and not row.paused for row in self._rows())
        scope = [search(self.deck)] if self.deck else []
        scope += [f"topic:{self.topic}"] if self.topic else []
        waiting = " ".join(["is:new -is:buried -is:suspended", *scope])
        return free and bool(store.browse(waiting, "deck"))

    def _rows(self) -> "list[DeckRow]":
        """Return the topics of decks in the session's scope."""
        from cards.decks import is_below

        def is_here(row: "DeckRow") -> bool:
            below = self.topic is None and self.deck is not None and is_below(row.deck, self.deck)
            return (self.deck in (None, row.deck) or below) and self.topic in (None, row.topic)

        return [row for row in self.services.store().overview() if is_here(row)]

    def undo(self) -> str:
        """Take back the last change of this session, else the last review of the store.

        Returns a sentence on it; empty if there was nothing.
        """
        return self.changes.undo() or self._take_back_review()

    def _take_back_review(self, id: str | None = None) -> str:
        review = self.services.store().undo(id)
        if review is None:
            return ""
        return f"Taken back: {review.rating.name.title()} for {self.changes.title(review.card_id)}"
