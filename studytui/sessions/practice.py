"""Practice: going through cards without touching their schedule.

For what was forgotten lately, and for an exam: what would be recalled least on its day comes first.
"""

from collections import deque
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar
from zlib import crc32

from cards.scheduling.fsrs import Rating
from sims.errors import InputError
from studytui.services import Services
from studytui.sessions.question import Question, question_of
from studytui.sessions.study import Sitting

if TYPE_CHECKING:
    from db.records import Review, StoredCard

AGAIN_AFTER = 5
"""How many other cards come before one that was rated Again comes back."""


LONGEST = 365_250
"""Days until an exam, at most: a calendar ends at the year 9999."""


class Practice(Sitting):
    """A sitting whose ratings only decide what comes back in it; nothing is stored."""

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

        What is least likely to be recalled in ``exam`` days comes first.
        """
        super().__init__(services, deck, topic)
        self._forgotten, self._exam, self._cards = forgotten, exam, cards
        self._line: deque[str] | None = None

    def next(self) -> Question | None:
        """Return the card at the front of the line, None when it is empty."""
        from db.records import Counts, Queued

        if self._line is None:
            found = self._found()
            self._line = deque(stored.card.id for stored in found if not self._is_away(stored))
        while self._line:
            if stored := self.asks(self._line[0]):
                seed = crc32(f"{stored.card.id}:{stored.reps}:{self.ratings.total()}".encode())
                return question_of(Queued(stored, seed, {}, Counts(due=len(self._line))), {})
            self._line.popleft()
        return None

    def look_ahead(self, question: Question) -> None:
        """Prepare nothing: the line is not the store's."""

    def rate(self, question: Question, rating: Rating) -> "Review | None":
        """Let a card that was rated Again come back, and be done with any other."""
        assert self._line is not None
        before = deque(self._line)
        card = self._line.popleft()
        if rating is Rating.AGAIN:
            self._line.insert(min(AGAIN_AFTER, len(self._line)), card)

        def take_back() -> str:
            self._line = before
            return f"Back at {self.changes.title(card)}"

        self._count(rating, question.seconds, take_back)
        return None

    def undo(self) -> str:
        """Go back to the card before; reviews of the schedule are not touched."""
        return self.changes.undo()

    def left(self, question: Question) -> list[tuple[str, str]]:
        """Return how many cards are left to practise."""
        return [(f"{question.queued.remaining.due} left, not stored", "$success")]

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

    def change(self, id: str, change: str) -> None:
        """Leave a card out or take it in again; the line is as it was when that is taken back."""
        before = deque(self._line or ())
        super().change(id, change)
        take_back = self.changes.done.pop()

        def restore() -> str:
            self._line = before
            return take_back()

        self.changes.done.append(restore)


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
