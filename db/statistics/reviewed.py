"""What was done: days, stages, hours, buttons, and true retention."""

from typing import Any

import numpy as np

from cards.scheduling.day import day_date
from db.statistics.tally import OLD, STAGES, Array, Tally, retention, share

_RANGES = {"today": (0, 0), "yesterday": (1, 1), "week": (6, 0), "month": (29, 0), "year": (364, 0)}
RATINGS = ("again", "hard", "good", "easy")


def reviewed(table: Tally, today: int) -> dict[str, Any]:
    """Return the panels about reviews."""
    counts = table.days.sum(axis=0)
    now = table.on(today, today)
    studied = np.flatnonzero(table.days.sum(axis=(1, 2))) + table.first
    true_retention = retention(counts)
    return {
        "reviews": int(counts.sum()),
        "reviews_today": int(now.sum()),
        "seconds_today": _seconds(table, today),
        "streak": streak(studied, today),
        "longest_streak": _longest(studied),
        "days_studied": len(studied),
        "true_retention": true_retention["all"]["retention"],
        "today": {
            "reviews": int(now.sum()),
            "again": int(now[:, 0].sum()),
            "mature_recall": share(int(now[OLD, 1:].sum()), int(now[OLD].sum())),
            **{name: int(now[at].sum()) for at, name in enumerate(STAGES)},
        },
        "retention": {
            **{
                name: retention(table.on(today - before, today - after))
                for name, (before, after) in _RANGES.items()
            },
            "all": true_retention,
        },
        "reviews_by_day": _by_day(table, studied),
        "hours": _hours(table),
        "buttons": {
            stage_name: dict(zip(RATINGS, counts[at].tolist(), strict=True))
            for at, stage_name in enumerate(STAGES)
        },
    }


def streak(days: Array, today: int) -> int:
    """Return how many days in a row were studied, up to today or, before studying, yesterday.

    `days` holds the study days with a review, in rising order.
    """
    past = days[days <= today]
    if not len(past) or past[-1] < today - 1:
        return 0
    breaks = np.flatnonzero(np.diff(past) != 1)
    return len(past) - (int(breaks[-1]) + 1 if len(breaks) else 0)


def _longest(days: Array) -> int:
    edges = np.flatnonzero(np.diff(days) != 1) + 1
    return int(np.diff(np.r_[0, edges, len(days)]).max())


def _seconds(table: Tally, day: int) -> float:
    at = day - table.first
    seconds = table.day_seconds
    return round(float(seconds[at]), 1) if 0 <= at < len(seconds) else 0.0


def _by_day(table: Tally, studied: Array) -> list[dict[str, Any]]:
    at = studied - table.first
    stages = table.days[at].sum(axis=2)
    seconds = table.day_seconds[at].round(1)
    rows = zip(studied.tolist(), stages.tolist(), seconds.tolist(), strict=True)
    return [
        {
            "date": day_date(day).isoformat(),
            "reviews": sum(row),
            "seconds": spent,
            **dict(zip(STAGES, row, strict=True)),
        }
        for day, row, spent in rows
    ]


def _hours(table: Tally) -> list[dict[str, Any]]:
    """Return reviews and retention by local hour; retention is that of due cards."""
    return [
        {"hour": hour, "reviews": int(row.sum()), **share(int(row[1, 1]), int(row[1].sum()))}
        for hour, row in enumerate(table.hours)
    ]
