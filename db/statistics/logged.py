"""What is read from the log itself: misconceptions met in a range of days, and quiz papers."""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select

from cards.scheduling.day import day_of
from db import events
from db.aliases import Owners
from db.engine import chunks
from db.events import Event, Kind
from db.schema import ALIASES, CARDS, MISCONCEPTIONS
from db.statistics.tally import Array

_MOST = 20
_DAY_MS = 86_400_000
_HITS = (
    select(MISCONCEPTIONS.c.key, CARDS.c.id, MISCONCEPTIONS.c.says, MISCONCEPTIONS.c.times)
    .join(CARDS, CARDS.c.key == MISCONCEPTIONS.c.key)
    .where(MISCONCEPTIONS.c.times > 0)
    .order_by(MISCONCEPTIONS.c.times.desc(), CARDS.c.id)
)
_ALIASES = select(ALIASES.c.id, ALIASES.c.since, ALIASES.c.key).order_by(ALIASES.c.since)
_KEYS = select(CARDS.c.id, CARDS.c.key).where(CARDS.c.id.in_(bindparam("ids", expanding=True)))


def misconceptions(connection: Connection, holds: Array, since: int) -> list[dict[str, Any]]:
    """Return the misconceptions that were met most from the day `since` on.

    `holds` (keys,) says of which cards.
    """
    hits = [(row.key, row.id, row.says, row.times) for row in connection.execute(_HITS)]
    hits = [hit for hit in hits if holds[hit[0]]]
    if since:
        met = _met(connection, {id: key for key, id, _, _ in hits}, since)
        hits = [(key, id, says, met[key, says]) for key, id, says, _ in hits if met[key, says]]
        hits.sort(key=lambda hit: (-hit[3], hit[1]))
    return [{"card": id, "says": says, "times": times} for _, id, says, times in hits[:_MOST]]


def _met(
    connection: Connection, keys: Mapping[str, int], since: int
) -> Counter[tuple[int | None, str]]:
    """Count by key and misconception what cards, given as keys by id, met from a day on."""
    owners, former = _owners(connection, keys)
    ids = sorted({*keys, *former})
    # Ids begin with their instants; a study day begins less than a day before its date in UTC.
    found = events.having(connection, "misconception", ids, (since - 1) * _DAY_MS)
    return Counter(
        (owners.of(event), event.payload["misconception"])
        for event in found
        if event.payload["day"] >= since
    )


def _owners(connection: Connection, keys: Mapping[str, int]) -> tuple[Owners, Set[str]]:
    """Return whose events are whose, and the ids that cards, given as keys by id, gave up."""
    rows = [(id, bytes(since), key) for id, since, key in connection.execute(_ALIASES)]
    held = set(keys.values())
    return Owners(rows, keys), {id for id, _, key in rows if key in held}


def quizzes(
    connection: Connection, holds: Array | None, since: int, rollover_hour: int
) -> list[dict[str, Any]]:
    """Return when the papers from the day `since` on were sat, oldest first, and their scores.

    `at` is an ISO instant in the zone in which it was.
    A score counts the questions about the cards that `holds` (keys,) names, None for all; papers
    without one are left out. A paper that was marked again counts once.
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
    owners, _ = _owners(connection, known)
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
