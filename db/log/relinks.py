"""Re-links: from an event on, the card known by one id is known by another.

Two devices may re-link one card, neither knowing of the other: the one from a to x, the other
later from a to y. Then the card was known as x when it became y, which no event says. That it was
the same card follows from what a re-link says of itself: the last re-link from or to its id that
its device knew of (`after`). The card that the id meant then may have another id by now: it is
re-linked from that one. As the log alone decides this, all devices come to the same.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from db.log import events
from db.log.events import FIRST, Event, Kind

Moves = defaultdict[str, list[tuple[bytes, str]]]
"""Where the cards of an id went: re-links and the ids they led to, in order of the log."""


def every(connection: Connection) -> list[Event]:
    """Return the re-links in order of the log, each implied one before the one that implies it.

    An implied re-link has the id of the one that implies it; its `target` is the first re-link
    that this one's device did not know of.
    """
    result: list[Event] = []
    moves: Moves = defaultdict(list)
    for event in events.of_kinds(connection, Kind.RELINK):
        for one in (*_following(event, moves), event):
            _add(moves, one)
            result.append(one)
    return result


def moves_of(relinks: Iterable[Event]) -> Moves:
    """Return re-links by the id that each led from."""
    moves: Moves = defaultdict(list)
    for event in relinks:
        _add(moves, event)
    return moves


def _add(moves: Moves, event: Event) -> None:
    assert event.card is not None
    moves[event.card].append((event.id, event.payload["to"]))


def path(moves: Moves, id: str, at: bytes) -> list[tuple[bytes, str]]:
    """Return the chain of ids from `id` at an event to the present, each with its event."""
    result = [(at, id)]
    while True:
        following = next(((since, to) for since, to in moves.get(id, ()) if since > at), None)
        if following is None:
            return result
        result.append(following)
        at, id = following


def lasting(relinks: Iterable[Event]) -> dict[str, str]:
    """Return the first id of the card of each id that re-links name: no rewording changes it.

    Where another card had that id before, the end of the event that gave it up is added.
    """
    past = list(relinks)
    places: dict[str, list[int]] = defaultdict(list)
    for place, event in enumerate(past):
        for id in {str(event.card), event.payload["to"]}:
            places[id].append(place)
    return {id: _first(past, places, id) for id in places}


def _first(past: Sequence[Event], places: Mapping[str, list[int]], id: str) -> str:
    end = len(past)
    while before := bisect_left(places[id], end):
        end = places[id][before - 1]
        event = past[end]
        if event.payload["to"] != id:
            return f"{id}.{event.id.hex()[-8:]}"
        id = str(event.card)
    return id


def payload(relinks: Iterable[Event], id: str, to: str) -> dict[str, Any]:
    """Return the payload of a re-link from `id` to `to`, made where `relinks` are known."""
    known = [event.id for event in relinks if id in (event.card, event.payload["to"])]
    return {"to": to, "after": (known[-1] if known else FIRST).hex()}


def _following(event: Event, moves: Moves) -> Iterator[Event]:
    """Yield the re-link that this one implies: from the id that its card has got meanwhile."""
    after = event.payload.get("after")  # earlier versions did not say it
    if after is None:
        return
    assert event.card is not None
    _, *unknown = path(moves, event.card, bytes.fromhex(after))
    if unknown and unknown[-1][1] not in (event.card, event.payload["to"]):
        yield replace(event, card=unknown[-1][1], target=unknown[0][0])
