"""How quiz papers went, of a range of days and of some cards."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from cards.scheduling.day import day_of
from db.log import events, papers
from db.log.aliases import Owners, keys_of, stored
from db.log.events import Event
from db.statistics.tally import Array


def quizzes(
    connection: Connection, holds: Array | None, since: int, rollover_hour: int
) -> list[dict[str, Any]]:
    """Return when the papers from the day `since` on were sat, oldest first, and their scores.

    `at` is an ISO instant in the zone in which it was. A score counts the questions about the cards
    that `holds` (keys,) names, None for all; papers without one are left out.
    """
    found = [
        event
        for event in papers.sat(connection)
        if day_of(event.at, event.offset, rollover_hour) >= since
    ]
    if holds is None:
        scores = [event.payload.get("score") for event in found]
    else:
        scores = _scores(connection, found, holds)
    return [
        {"at": events.local(event).isoformat(), "score": score}
        for event, score in zip(found, scores, strict=True)
        if holds is None or score
    ]


def _scores(
    connection: Connection, found: Sequence[Event], holds: Array
) -> list[dict[str, int] | None]:
    """Return the scores of papers, counted of the questions about some cards; None for none."""
    asked = [event.payload.get("questions", ()) for event in found]
    ids = sorted({question["card"] for questions in asked for question in questions})
    known = keys_of(connection, ids)
    owners = Owners(stored(connection), known)
    scores: list[dict[str, int] | None] = []
    for event, questions in zip(found, asked, strict=True):
        keys = [owners.of(replace(event, card=question["card"])) for question in questions]
        rights = [
            question["right"]
            for question, key in zip(questions, keys, strict=True)
            if key is not None and holds[key]
        ]
        counts = rights.count(True), rights.count(False), rights.count(None)
        score = dict(zip(("right", "wrong", "open"), counts, strict=True))
        scores.append(score if rights else None)
    return scores
