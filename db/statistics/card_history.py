"""One card's reviews, and its forgetting curve: recall falling between them, and from now on."""

from typing import Any

from sqlalchemy import Connection

from cards.scheduling.day import day_date
from cards.scheduling.fsrs import retrievability
from db.log import events
from db.log.aliases import history
from db.log.events import Event, Kind
from db.log.settings import Settings
from db.projections import card_state
from db.projections.card_state import CardState
from db.projections.schedule import CardSchedule
from db.study_clock import StudyClock

AHEAD = 30
"""Days for which the curve goes on after today."""
_POINTS = 200
_KEPT = ("rating", "predicted", "seconds", "grade", "outcome", "misconception", "typed", "hinted")


def one_card(
    connection: Connection, held: CardSchedule, moment: StudyClock, settings: Settings
) -> dict[str, Any]:
    """Return `reviews`, oldest first, `curve`, up to 30 days ahead, and `recall`.

    A review has its time, rating, state and interval after it, stability and difficulty after it,
    and what the machine said. A point of the curve has its `date` and `recall`, the chance of
    recall then; `recall` itself is that of today, None for a new card.
    """
    state = card_state.blank(held.state)
    reviews: list[dict[str, Any]] = []
    memories: list[tuple[int, float]] = []
    for event in history(connection, state.key, held.id):
        card_state.apply(state, event, settings.parameters)
        if event.kind == Kind.REVIEW:
            assert state.day is not None
            assert state.stability is not None
            reviews.append(_review(event, state))
            memories.append((state.day, state.stability))
    curve = _curve(memories, moment.today, settings.parameters)
    today = day_date(moment.today).isoformat()
    recall = next((point["recall"] for point in curve if point["date"] == today), None)
    return {"reviews": reviews, "curve": curve, "recall": recall}


def last_variant(connection: Connection, held: CardSchedule) -> dict[str, str]:
    """Return the parameter values of a card's last review, empty for none."""
    for event in reversed(list(history(connection, held.state.key, held.id))):
        if event.kind == Kind.REVIEW:
            return dict((event.payload.get("variant") or {}).get("values") or {})
    return {}


def _review(event: Event, state: CardState) -> dict[str, Any]:
    payload = event.payload
    return {
        "at": events.local(event).isoformat(),
        "state": payload["state"],
        "interval": state.interval,
        "stability": state.stability,
        "difficulty": state.difficulty,
        **{name: payload[name] for name in _KEPT if name in payload},
    }


def _curve(
    memories: list[tuple[int, float]], today: int, parameters: tuple[float, ...]
) -> list[dict[str, Any]]:
    """Return recall at the end of some 200 days at most, among them all with a review."""
    if not memories:
        return []
    first, last = memories[0][0], max(today, memories[-1][0]) + AHEAD
    step = max(1, (last - first) // _POINTS)
    days = sorted({*range(first, last + 1, step), today, last, *(day for day, _ in memories)})
    points, at = [], 0
    for day in days:
        while at + 1 < len(memories) and memories[at + 1][0] <= day:
            at += 1
        reviewed, stability = memories[at]
        recall = retrievability(stability, day - reviewed, parameters)
        points.append({"date": day_date(day).isoformat(), "recall": round(recall, 4)})
    return points
