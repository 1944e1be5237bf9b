"""Practice: going through cards without touching their schedule.

For what was forgotten lately, and for an exam: what would be recalled least on its day comes first.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from cards.scheduling.fsrs import Rating
from sims.errors import InputError
from studytui.services import Services
from studytui.sessions.line import LineSession
from studytui.sessions.question import Question

if TYPE_CHECKING:
    from db.records import Review, StoredCard

LONGEST = 365_250
"""Days until an exam, at most: a calendar ends at the year 9999."""


class Practice(LineSession):
    """A session whose ratings only decide which cards come back in it; nothing is stored."""

    KEPT: ClassVar[str] = "Nothing is saved: the schedule stays as it is."
    END: ClassVar[str] = "That was all of them."

    def __init__(
        self,
        services: Services,
        deck: str | None = None,
        topic: str | None = None,
        *,
        forgotten: int | None = None,
        exam: int = 0,
        cards: Sequence[str] | None = None,
    ) -> None:
        """Practise what was forgotten in the last days, or some cards, else all that was studied.

        What is least likely to be recalled in `exam` days comes first.
        """
        super().__init__(services, deck, topic)
        self._forgotten, self._exam, self._cards = forgotten, exam, cards

    def _ids(self) -> Iterable[str]:
        """Return the cards to practise that are not put away."""
        return [stored.card.id for stored in self._found() if not self._is_away(stored)]

    def _drawn_by(self, stored: "StoredCard") -> str:
        """Return what a card's values are drawn by: others when it comes back."""
        return f"{super()._drawn_by(stored)}:{self.ratings.total()}"

    def rate(self, question: Question, rating: Rating) -> "Review | None":
        """Let a card that was rated Again come back, and be done with any other."""
        card = question.card.id
        self._count(rating, question.seconds, lambda: f"Back at {self.changes.title(card)}")
        self._advance(rating)
        return None

    def undo(self) -> str:
        """Go back to the card before; reviews of the schedule are not touched."""
        return self.changes.undo()

    def left(self, question: Question) -> dict[str, str]:
        """Return how many cards are left to practise."""
        return {"due": f"{question.queued.remaining.due} left, not stored"}

    def outlook(self) -> str:
        """Return nothing: practice changes no due date."""
        return ""

    def _found(self) -> "list[StoredCard]":
        query = "" if self._forgotten is None else f"forgotten:{self._forgotten}"
        store = self.services.store()
        if self._cards is not None:
            self._put_off = set(self._cards)
            return [stored for id in self._cards if (stored := self.asks(id)) is not None]
        found = store.weakest(query, self._exam, deck=self.deck, topic=self.topic)
        self._put_off = {stored.card.id for stored in found if stored.state == "buried"}
        return found

    def _is_away(self, stored: "StoredCard") -> bool:
        """Return whether a card is to be left out; one that was buried before is practised."""
        return super()._is_away(stored) and stored.card.id not in self._put_off


def days_until(day: str) -> int:
    """Return in how many days a date, as 2026-12-31, comes. Raises InputError for another text."""
    try:
        wait = date.fromisoformat(day) - datetime.now().astimezone().date()
    except ValueError as error:
        raise InputError(f"{day!r} is no date; write it as 2026-12-31") from error
    if wait.days < 0:
        raise InputError(f"{day} has passed")
    if wait.days > LONGEST:
        raise InputError(f"{day} is more than a thousand years away")
    return wait.days
