"""A study session through a given list of cards, in an order of its own."""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING
from zlib import crc32

from cards.scheduling.fsrs import Rating
from studytui.sessions.question import Question, question_of
from studytui.sessions.study import StudySession

if TYPE_CHECKING:
    from db.records import StoredCard

AGAIN_AFTER = 5
"""How many other cards come before one that was rated Again comes back."""


class LineSession(StudySession):
    """A session that asks the first card of a list until it is rated, suspended or buried."""

    _line: deque[str] | None = None

    def _ids(self) -> Iterable[str]:
        """Return the cards of the line."""
        raise NotImplementedError

    def _drawn_by(self, stored: "StoredCard") -> str:
        """Return what a card's values are drawn by."""
        return f"{stored.card.id}:{stored.reps}"

    def next(self) -> Question | None:
        """Return the card at the front of the line, None when it is empty."""
        from db.records import Counts, Queued

        if self._line is None:
            self._line = deque(self._ids())
        while self._line:
            if stored := self.asks(self._line[0]):
                seed = crc32(self._drawn_by(stored).encode())
                return question_of(Queued(stored, seed, {}, Counts(due=len(self._line))), {})
            self._line.popleft()
        return None

    def look_ahead(self, question: Question) -> None:
        """Prepare nothing: the line is not the store's."""

    def _advance(self, rating: Rating) -> None:
        """Let a card that was rated Again come back some cards later, and be done with any other.

        The line is as it was when what was done last is taken back.
        """
        assert self._line is not None
        self._restored_by_undo()
        card = self._line.popleft()
        if rating is Rating.AGAIN:
            self._line.insert(min(AGAIN_AFTER, len(self._line)), card)

    def change(self, id: str, change: str) -> None:
        """Leave a card out or take it in again; the line is as it was when that is taken back."""
        super().change(id, change)
        self._restored_by_undo()

    def _restored_by_undo(self) -> None:
        before = None if self._line is None else deque(self._line)
        take_back = self.changes.done.pop()

        def restore() -> str:
            self._line = before
            return take_back()

        self.changes.done.append(restore)
