"""How quiz papers went, of a range of days and of some cards."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from cards.scheduling.day import day_of
from db.log import events, papers
from db.log.aliases import Owners, keys_of, stored
from db.log.events import Event
from db.statistics.calibration import wilson
from db.statistics.tally import Array

SAID = {"sure": 0.9, "unsure": 0.5}
"""The chance of being right that a learner's word is taken for."""


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


def confidence(
    connection: Connection, holds: Array | None, since: int, rollover_hour: int
) -> dict[str, Any]:
    """Return the share of right answers for each confidence that the learner had stated.

    `words` has for each word what it is taken for (`said`), and of the answers the share that was
    right with its 95 % interval. `brier` is the mean of (said − right)² (Brier 1950), and `always`
    what one would have that said the share of all right answers every time.
    """
    papers_ = [
        event
        for event in papers.sat(connection)
        if day_of(event.at, event.offset, rollover_hour) >= since
    ]
    rights: dict[str, list[bool]] = {word: [] for word in SAID}
    for question, _ in _questions(connection, papers_, holds):
        sure, right = question.get("sure"), question["right"]
        if sure is not None and right is not None:
            rights["sure" if sure else "unsure"].append(right)
    words = {}
    for word, found in rights.items():
        low, high = wilson(sum(found), len(found))
        share = sum(found) / len(found) if found else None
        words[word] = {
            "said": SAID[word], "asked": len(found), "right": share, "low": low, "high": high,
        }  # fmt: skip
    every = [right for found in rights.values() for right in found]
    losses = [(SAID[word] - right) ** 2 for word, found in rights.items() for right in found]
    mean = sum(every) / len(every) if every else 0.0
    return {
        "asked": len(every),
        "words": words,
        "brier": sum(losses) / len(losses) if losses else None,
        "always": mean * (1 - mean) if every else None,
    }


def _questions(
    connection: Connection, found: Sequence[Event], holds: Array | None
) -> list[tuple[dict[str, Any], int | None]]:
    """Return the questions of papers about some cards, each with its card's key."""
    asked = [
        (event, question) for event in found for question in event.payload.get("questions", ())
    ]
    ids = sorted({question["card"] for _, question in asked})
    owners = Owners(stored(connection), keys_of(connection, ids))
    placed = [
        (question, owners.of(replace(event, card=question["card"]))) for event, question in asked
    ]
    if holds is None:
        return placed
    return [(question, key) for question, key in placed if key is not None and holds[key]]


def _scores(
    connection: Connection, found: Sequence[Event], holds: Array
) -> list[dict[str, int] | None]:
    """Return each paper's score over the questions about some cards, None where it has none."""
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
