"""All statistics in one dictionary: what `studytui stats --json` prints and the screen draws."""

from typing import Any

import numpy as np
from sqlalchemy import Connection

from cards.scheduling.day import day_date
from db.schema import LEARNING, NEW, OUT, REVIEW
from db.settings import Settings
from db.statistics.read import Array, Collection, read
from db.study import Moment

FORECAST_DAYS = 30
MATURE = 21
"""Interval in days from which a card is called mature, as in Anki."""


def collect(
    connection: Connection, moment: Moment, settings: Settings, scope: str, days: int | None
) -> dict[str, Any]:
    """Return the statistics of a scope (a search line) over the last `days`, None for all.

    Raises SearchError for a scope that cannot be understood.
    """
    data = read(connection, scope, moment.today)
    reviews = data.reviews
    since = -(2**31) if days is None else moment.today - days + 1
    inside = reviews["day"] >= since
    return {
        **_cards(data.cards, moment.today),
        "reviews": int(inside.sum()),
        "reviews_today": int((reviews["day"] == moment.today).sum()),
        "seconds_today": float(reviews["tenths"][reviews["day"] == moment.today].sum() / 10),
        "streak": streak(np.unique(reviews["day"]), moment.today),
        "true_retention": true_retention(reviews[inside]),
        "forecast": _forecast(data.cards, moment.today),
        "reviews_by_day": _by_day(reviews[inside]),
        "by_topic": _by_topic(data, inside, moment, settings),
    }


def true_retention(reviews: Array) -> float | None:
    """Return the share of due cards that were recalled, None when none was asked.

    Only reviews of cards in review count, and on each day only a card's first, as in Anki.
    """
    asked = reviews[reviews["state"] == 2]
    return float((asked["rating"] > 1).mean()) if len(asked) else None


def streak(days: Array, today: int) -> int:
    """Return how many days in a row were studied, up to today or, before studying, yesterday.

    `days` holds the study days with a review, in rising order.
    """
    past = days[days <= today]
    if not len(past) or past[-1] < today - 1:
        return 0
    breaks = np.flatnonzero(np.diff(past) != 1)
    return len(past) - (int(breaks[-1]) + 1 if len(breaks) else 0)


def _cards(cards: Array, today: int) -> dict[str, Any]:
    queue = cards["queue"]
    due = (cards["due_day"] <= today) & (cards["buried_day"] < today)
    return {
        "cards": len(cards),
        "new": int((queue == NEW).sum()),
        "learning": int((queue == LEARNING).sum()),
        "review": int((queue == REVIEW).sum()),
        "set_aside": int((queue == OUT).sum()),
        "mature": int(((queue == REVIEW) & (cards["due_day"] - cards["day"] >= MATURE)).sum()),
        "due_today": int((((queue == REVIEW) | (queue == LEARNING)) & due).sum()),
    }


def _forecast(cards: Array, today: int) -> list[dict[str, Any]]:
    waiting = cards[(cards["queue"] == REVIEW) | (cards["queue"] == LEARNING)]
    ahead = np.clip(waiting["due_day"] - today, 0, None)
    counts = np.bincount(ahead[ahead < FORECAST_DAYS], minlength=FORECAST_DAYS)
    return [
        {"date": day_date(today + at).isoformat(), "due": int(count)}
        for at, count in enumerate(counts)
    ]


def _by_day(reviews: Array) -> list[dict[str, Any]]:
    if not len(reviews):
        return []
    days, place = np.unique(reviews["day"], return_inverse=True)
    counts = np.bincount(place)
    seconds = np.bincount(place, weights=reviews["tenths"]) / 10
    return [
        {"date": day_date(int(day)).isoformat(), "reviews": int(count), "seconds": float(spent)}
        for day, count, spent in zip(days, counts, seconds, strict=True)
    ]


def _by_topic(
    data: Collection, inside: Array, moment: Moment, settings: Settings
) -> list[dict[str, Any]]:
    result = []
    for id, deck, topic, title in data.sections:
        reviews = data.reviews[inside & (data.section_of_review == id)]
        cards = data.cards[data.cards["section"] == id]
        if not len(cards):
            continue
        result.append(
            {
                "deck": deck,
                "topic": topic,
                "title": title,
                "cards": len(cards),
                "reviews": len(reviews),
                "true_retention": true_retention(reviews),
                "mastery": _mastery(cards, moment.today, settings.parameters),
                "seconds": float(reviews["tenths"].sum() / 10),
            }
        )
    return sorted(result, key=lambda row: (row["deck"], row["title"]))


def _mastery(cards: Array, today: int, parameters: tuple[float, ...]) -> float:
    """Return the share of the cards that would be recalled today; a new card counts nothing."""
    known = cards[~np.isnan(cards["stability"])]
    decay = -parameters[20]
    factor = 0.9 ** (1 / decay) - 1
    elapsed = np.clip(today - known["day"], 0, None)
    recall = (1 + factor * elapsed / known["stability"]) ** decay
    return float(recall.sum() / len(cards))
