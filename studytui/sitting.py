"""One sitting at the queue, without a display: next card, grade, rate, undo.

The study screen and ``--plain`` are two faces of it. Every method may block.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cards.answers.result import Grade, Output, undecided
from cards.scheduling.fsrs import Rating
from cards.variants import Variant, VariantError, draw
from studytui.services import Services

if TYPE_CHECKING:
    from cards.card import Card
    from db.records import Queued, Review

GRADE_SECONDS = 4.0
"""How long grading one answer may take, after which the learner judges."""
OUTPUT_SECONDS = 10.0
"""How long the run behind an answer may take."""


@dataclass(eq=False)
class Question:
    """A card as it is asked now, and what has become of it so far."""

    queued: "Queued"
    variant: Variant
    asked: float = field(default_factory=time.monotonic)
    typed: str = ""
    grade: Grade | None = None
    seconds: float = 0.0
    hinted: bool = False
    output: Output | None = None

    @property
    def card(self) -> "Card":
        """The card that is asked."""
        return self.queued.card

    def reveal(self) -> None:
        """Stop the clock: the answer is about to be shown."""
        self.seconds = time.monotonic() - self.asked


class Sitting:
    """A run through the cards that are due in a scope; every review is kept as it is made."""

    def __init__(
        self, services: Services, deck: str | None = None, topic: str | None = None
    ) -> None:
        """Study everything, a deck, or a topic of a deck."""
        self.services = services
        self.deck, self.topic = deck, topic
        self.ratings: Counter[Rating] = Counter()
        self.seconds = 0.0

    def next(self) -> Question | None:
        """Return the next card to ask, None when nothing is due."""
        queued = self.services.store().next_card(deck=self.deck, topic=self.topic)
        return None if queued is None else question_of(queued)

    def grade(self, question: Question, typed: str) -> Grade:
        """Grade an answer in the algebra child and keep the grade with the question.

        When the child fails or runs out of time the grade is ``undecided`` with the reason.
        """
        from sims.worker import WorkerError

        arguments: dict[str, Any] = {
            "card": question.card.to_dict(),
            "variant": question.variant.to_dict(),
            "typed": typed,
            "output": None,
        }
        output = self.output(question)
        if output is not None:
            arguments["output"] = vars(output)
        try:
            result = self.services.algebra().call(
                "cards.answers.grade:grade_task", arguments, seconds=GRADE_SECONDS
            )
            grade = Grade.from_dict(result)
        except WorkerError as error:
            grade = undecided(f"The answer could not be checked: {error}. Judge it yourself.")
        if grade.verdict != "invalid":
            question.typed, question.grade = typed, grade
        return grade

    def output(self, question: Question) -> Output | None:
        """Return the simulated value that is the card's answer, running it once; else None."""
        check = question.card.check
        if check is None or not check.simulation or not check.output:
            return None
        if question.output is None:
            question.output = self._simulated(check.simulation, check.output, question)
        return question.output

    def _simulated(self, simulation: str, name: str, question: Question) -> Output:
        from sims.worker import WorkerError

        try:
            result = self.services.simulations().call(
                "sims.tasks:simulate",
                {"name": simulation, "settings": settings_of(simulation, question.variant)},
                seconds=OUTPUT_SECONDS,
            )
        except (WorkerError, LookupError) as error:
            return Output(None, says=str(error))
        outputs = result["outputs"]
        if name not in outputs:
            return Output(None, says=f"{simulation} has no output {name}")
        return Output(outputs[name], outputs.get(f"{name}_standard_error", 0.0))

    def suggestion(self, question: Question) -> Rating | None:
        """Return the rating that the grade suggests, None when there is no grade."""
        if question.grade is None:
            return None
        from cards.answers.grade import suggest

        return suggest(question.grade, question.seconds, question.hinted)

    def rate(self, question: Question, rating: Rating) -> "Review":
        """Commit one review. When this returns, it survives a kill of the app."""
        review = self.services.store().answer(
            question.card.id,
            rating,
            seconds=question.seconds,
            grade=question.grade.to_dict() if question.grade else None,
            typed=question.typed,
            variant=question.variant.to_dict(),
            hinted=question.hinted,
        )
        self.ratings[rating] += 1
        self.seconds += question.seconds
        return review

    def next_due(self) -> datetime | None:
        """Return when the next card of the scope comes due, None when none is waiting."""
        dues = [
            card.due
            for card in self.services.store().cards()
            if card.due is not None and card.state in ("learning", "relearning", "review")
            if self.deck in (None, card.card.deck) and self.topic in (None, card.card.topic)
        ]
        return min(dues, default=None)

    def undo(self) -> "Review | None":
        """Withdraw the last review, of this sitting or an earlier one; None when there is none."""
        review = self.services.store().undo()
        if review is not None and self.ratings[review.rating]:
            self.ratings[review.rating] -= 1
        return review


def question_of(queued: "Queued") -> Question:
    """Return the card with its parameters drawn; one that cannot be drawn is asked as written."""
    try:
        return Question(queued, draw(queued.card, queued.variant_seed))
    except VariantError as error:
        card = queued.card
        variant = Variant(prompt=card.prompt, answer=f"{card.answer}\n\n{error}")
        return Question(queued, variant)


def settings_of(simulation: str, variant: Variant) -> dict[str, str]:
    """Return the drawn values that the simulation has a parameter for."""
    from sims import catalogue

    known = {control["name"] for control in catalogue.simulation(simulation).controls()}
    return {name: value for name, value in variant.values.items() if name in known}
