"""What a card's events add up to. Answering applies one event; a rebuild applies them all.

Due days, states and steps were decided when the review was made and are in the event; stability
and difficulty are computed, with the parameters now in force, so that they follow a refit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cards.scheduling.fsrs import Rating, State, remember
from db.log.events import Event, Kind
from db.storage.schema import LEARNING, NEW, OUT, REVIEW


@dataclass(slots=True)
class CardState:
    """The state of one card: a row of `schedule`, changed in place by `apply`."""

    key: int
    section: int
    family: int
    queue: int = NEW
    state: int = 0
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    day: int | None = None
    due_day: int = 0
    due_at: int | None = None
    reps: int = 0
    lapses: int = 0
    buried_day: int = 0
    suspended: bool = False
    tags: str = ""

    def as_row(self) -> dict[str, Any]:
        """Return the values of the row."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def interval(self) -> int:
        """Days from the last review to the next, 0 for a new card."""
        return 0 if self.day is None else max(0, self.due_day - self.day)


def blank(state: CardState) -> CardState:
    """Return the state of a card before its first event."""
    return CardState(state.key, state.section, state.family)


def apply(state: CardState, event: Event, parameters: Sequence[float] | None) -> None:
    """Change `state` by one event that was not taken back; `settle` must follow.

    Without parameters stability and difficulty are left to the fold of the whole log.
    """
    change = _CHANGES.get(event.kind)
    if change is None:
        return
    if parameters is not None and event.kind == Kind.REVIEW:
        _remember(state, event.payload, parameters)
    change(state, event.payload)


def settle(state: CardState, missing: bool) -> None:
    """Put the card into the queue that its state calls for."""
    if missing or state.suspended:
        state.queue = OUT
    elif state.state == 0:
        state.queue = NEW
    else:
        state.queue = REVIEW if state.state == State.REVIEW else LEARNING


def _remember(card: CardState, payload: Mapping[str, Any], parameters: Sequence[float]) -> None:
    elapsed = 0 if card.day is None else payload["day"] - card.day
    rating = Rating(payload["rating"])
    card.stability, card.difficulty = remember(
        card.stability, card.difficulty, elapsed, rating, parameters
    )


def _review(card: CardState, payload: Mapping[str, Any]) -> None:
    day = payload["day"]
    card.lapses += payload["rating"] == Rating.AGAIN and card.state == State.REVIEW
    card.reps += 1
    card.day = day if card.day is None else max(day, card.day)
    card.state, card.step = STATE_NUMBERS[payload["state"]], payload.get("step")
    card.due_day, card.due_at = payload["due"], payload.get("due_at")


def _suspend(card: CardState, _payload: Mapping[str, Any]) -> None:
    card.suspended = True


def _unsuspend(card: CardState, _payload: Mapping[str, Any]) -> None:
    card.suspended = False


def _bury(card: CardState, payload: Mapping[str, Any]) -> None:
    card.buried_day = payload["day"]


def _unbury(card: CardState, _payload: Mapping[str, Any]) -> None:
    card.buried_day = 0


def _set_due(card: CardState, payload: Mapping[str, Any]) -> None:
    card.due_day, card.due_at = payload["day"], None
    if card.state != 0:
        card.state, card.step = State.REVIEW.value, None


def _known(card: CardState, payload: Mapping[str, Any]) -> None:
    card.reps = max(card.reps, 1)
    card.day, card.due_day, card.due_at = payload["day"], payload["due"], None
    card.state, card.step = State.REVIEW.value, None
    card.stability, card.difficulty = payload["stability"], payload["difficulty"]


def _reset(card: CardState, _payload: Mapping[str, Any]) -> None:
    card.state, card.step, card.day = 0, None, None
    card.due_day, card.due_at = 0, None
    card.stability = card.difficulty = None


def _tag(card: CardState, payload: Mapping[str, Any]) -> None:
    tags = (set(card.tags.split()) | set(payload.get("add", ()))) - set(payload.get("remove", ()))
    card.tags = f" {' '.join(sorted(tags))} " if tags else ""


STATE_NUMBERS = {state.name.lower(): state.value for state in State}
_CHANGES = {
    Kind.REVIEW.value: _review,
    Kind.SUSPEND.value: _suspend,
    Kind.UNSUSPEND.value: _unsuspend,
    Kind.BURY.value: _bury,
    Kind.UNBURY.value: _unbury,
    Kind.SET_DUE.value: _set_due,
    Kind.TAG.value: _tag,
    Kind.MEMORY.value: _known,
    Kind.RESET.value: _reset,
}
KINDS = frozenset(_CHANGES)
"""Kinds of events that change a card."""
