"""What is known now: how many cards stand where, what comes due, and how firmly it is known."""

from typing import Any

import numpy as np

from cards.scheduling.batch import forgetting
from cards.scheduling.day import day_date
from db.projections.card_columns import MISSING, SUSPENDED
from db.projections.due import is_buried, is_due, is_waiting
from db.statistics.tally import MATURE, Array
from db.storage.schema import LEARNING, NEW, OUT, REVIEW

_SPANS = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 730, 1_825, 3_650)
"""Upper ends, in days, of the classes of intervals and stabilities; the last class is open."""


def recall_today(cards: Array, today: int, parameters: tuple[float, ...]) -> Array:
    """Return the chance (cards,) that each card would be recalled today, 0 for a new one."""
    known = cards["day"] >= 0
    recall = np.zeros(len(cards))
    elapsed = np.maximum(0, today - cards["day"][known])
    recall[known] = forgetting(cards["stability"][known].astype(float), elapsed, parameters)
    return recall


def card_figures(
    cards: Array, added: Array, recall: Array, today: int, days: int | None
) -> dict[str, Any]:
    """Return the panels about cards, as they stand today; `added` (cards,) are study days.

    Cards that are gone from their notes are only counted as missing. `days`, None for all, is how
    far back `added_by_day` goes, and ahead `forecast`, which begins with all that is due today and
    then has the days on which something comes due.
    """
    here = cards["flags"] & MISSING == 0
    missing = len(cards) - int(here.sum())
    if missing:
        cards, added, recall = cards[here], added[here], recall[here]
    queue = cards["queue"]
    waiting = is_waiting(queue)
    buried = is_buried(cards["buried_day"], today)
    due = is_due(queue, cards["due_day"], cards["buried_day"], today)
    met = cards["day"] >= 0
    known = met & (queue != OUT)
    interval = np.maximum(0, cards["due_day"] - cards["day"])[met & (queue == REVIEW)]
    return {
        "cards": len(cards),
        "new": int((queue == NEW).sum()),
        "learning": int((queue == LEARNING).sum()),
        "review": int((queue == REVIEW).sum()),
        "young": int((interval < MATURE).sum()),
        "mature": int((interval >= MATURE).sum()),
        "suspended": int((cards["flags"] & SUSPENDED > 0).sum()),
        "buried": int(buried.sum()),
        "missing": missing,
        "due_today": int(due.sum()),
        "backlog": int((waiting & (cards["due_day"] < today)).sum()),
        "daily_load": round(float((1 / np.maximum(1, interval)).sum()), 2),
        "forecast": _forecast(cards["due_day"][waiting], today, days),
        "intervals": _classes(interval),
        "stability": _classes(cards["stability"][known]),
        "difficulty": np.bincount(
            np.clip(cards["difficulty"][known].astype(int), 1, 9), minlength=10
        ).tolist()[1:],
        "recall": np.bincount(
            np.minimum(19, (recall[met] * 20).astype(int)), minlength=20
        ).tolist(),
        "known": round(float(recall.sum()), 1),
        # A device further east may be a day ahead.
        "added_by_day": _added(np.minimum(added, today), today, days),
    }


def _forecast(due_day: Array, today: int, days: int | None) -> list[dict[str, Any]]:
    counts = np.bincount(np.maximum(0, due_day - today), minlength=1)[:days]
    return [
        {"date": day_date(today + at).isoformat(), "due": int(counts[at])}
        for at in (0, *(np.flatnonzero(counts[1:]) + 1).tolist())
    ]


def _classes(days: Array) -> list[dict[str, Any]]:
    """Return how many of `days` fall into each class, which includes its upper end."""
    counts = np.bincount(np.searchsorted(_SPANS, days, "left"), minlength=len(_SPANS) + 1)
    ends = [*_SPANS, None]
    return [{"up_to": end, "cards": n} for end, n in zip(ends, counts.tolist(), strict=True)]


def _added(added: Array, today: int, days: int | None) -> list[dict[str, Any]]:
    counts = np.bincount(today - added)[:days]
    return [
        {"date": day_date(today - ago).isoformat(), "cards": int(counts[ago])}
        for ago in np.flatnonzero(counts)[::-1].tolist()
    ]
