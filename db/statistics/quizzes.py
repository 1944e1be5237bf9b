"""How quiz papers went, of a range of days and of some cards."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select

from cards.scheduling.day import day_of
from db import events
from db.aliases import Owners, Row
from db.engine import chunks
from db.events import Event, Kind
from db.schema import ALIASES, CARDS
from db.statistics.tally import Array

_ALIASES = select(ALIASES.c.id, ALIASES.c.since, ALIASES.c.key).order_by(ALIASES.c.since)
_KEYS = select(CARDS.c.id, CARDS.c.key).where(CARDS.c.id.in_(bindparam("ids", expanding=True)))


def quizzes(
    connection: Connection, holds: Array | None, since: int, rollover_hour: int
) -> list[dict[str, Any]]:
    """Return when the papers from the day `since` on were sat, oldest first, and their scores.

    `at` is an ISO instant in the zone in which it was. A score counts the questions about the cards
    that `holds` (keys,) names, None for all; papers without one are left out. A paper that was
    marked again counts once.
    """
    papers = {
        event.payload.get("id", event.id): event
        for event in events.of_kinds(connection, Kind.QUIZ)
        if day_of(event.at, event.offset, rollover_hour) >= since
    }
    if holds is None:
        scores = {id: event.payload.get("score") for id, event in papers.items()}
    else:
        scores = _scores(connection, papers, holds)
    return [
        {"at": events.local(papers[id]).isoformat(), "score": score} for id, score in scores.items()
    ]


def _scores(connection: Connection, papers: Mapping[Any, Event], holds: Array) -> dict[Any, Any]:
    """Return the scores of papers, counted of the questions about some cards."""
    asked = {id: event.payload.get("questions", ()) for id, event in papers.items()}
    ids = sorted({question["card"] for questions in asked.values() for question in questions})
    known: dict[str, int] = {}
    for part in chunks(ids):
        known.update((id, key) for id, key in connection.execute(_KEYS, {"ids": part}))
    rows = [Row(id, since, key) for id, since, key in connection.execute(_ALIASES)]
    owners = Owners(rows, known)
    scores = {}
    for id, event in papers.items():
        keys = [owners.of(replace(event, card=question["card"])) for question in asked[id]]
        rights = [
            question["right"]
            for question, key in zip(asked[id], keys, strict=True)
            if key is not None and holds[key]
        ]
        if rights:
            counts = rights.count(True), rights.count(False), rights.count(None)
            scores[id] = dict(zip(("right", "wrong", "open"), counts, strict=True))
    return scores
