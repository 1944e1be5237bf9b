"""What was done: days, stages, hours, buttons, and true retention.

Today, streaks, the calendar and the table of true retention do not depend on the range.
"""

from typing import Any

import numpy as np

from cards.scheduling.day import day_date
from cards.scheduling.fsrs import Rating
from db.statistics.streaks import closed_up
from db.statistics.tally import OLD, STAGES, Array, Tally, retention, share

_RANGES = {"today": (0, 0), "yesterday": (1, 1), "week": (6, 0), "month": (29, 0), "year": (364, 0)}
CALENDAR_DAYS = 371
"""A year, and the rest of the week in which it began."""
RATINGS = tuple(rating.name.lower() for rating in Rating)


def review_figures(table: Tally, today: int, skipped: Array) -> dict[str, Any]:
    """Return the panels about reviews; the days in `skipped` break no streak."""
    counts, now = table.on(table.since), table.on(today, today)
    ever, studied = closed_up(table.studied(0), skipped), table.studied(table.since)
    return {
        "reviews": int(counts.sum()),
        "reviews_today": int(now.sum()),
        "seconds_today": _seconds(table, today),
        "streak": streak(table.studied(0), today, skipped),
        "longest_streak": _longest(ever),
        "days_studied": len(studied),
        "true_retention": retention(counts)["all"]["retention"],
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
            "all": retention(table.on(0)),
        },
        "calendar": _by_day(table, table.studied(today - CALENDAR_DAYS + 1)),
        "reviews_by_day": _by_day(table, studied),
        "hours": _hours(table),
        "buttons": {
            stage_name: dict(zip(RATINGS, counts[at].tolist(), strict=True))
            for at, stage_name in enumerate(STAGES)
        },
    }


def streak(days: Array, today: int, skipped: Array) -> int:
    """Return how many days in a row were studied, up to today or, before studying, yesterday.

    `days` holds the study days with a review, `skipped` those that break nothing, both in rising
    order. Who flew back west may have studied on days that are yet to come: they do not count.
    """
    past = closed_up(days[days <= today], skipped)
    if not len(past) or past[-1] < closed_up(np.array(today), skipped) - 1:
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
