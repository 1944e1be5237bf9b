"""The charts of the statistics as frames, which can be written as SVG."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from sims.simulation import Frame, Series

Figures = dict[str, Any]
NOW = "days from today"


def pictures(figures: Figures) -> dict[str, Frame]:
    """Return a frame for each chart that has something to show, by its name."""
    daily = figures["reviews_by_day"]
    found = {
        "due": _by_day(figures, "cards due", figures["forecast"], "due"),
        "reviews": _by_day(figures, "reviews", daily, "reviews"),
        "minutes": _by_day(figures, "minutes", daily, "seconds", 1 / 60),
        "added": _by_day(figures, "cards added", figures["added_by_day"], "cards"),
        "hours": _bars(
            "reviews",
            {float(row["hour"]): row["reviews"] for row in figures["hours"]},
            "hour of the day",
        ),
        "intervals": _up_to(figures["intervals"], "interval"),
        "stability": _up_to(figures["stability"], "stability"),
        "difficulty": _bars("cards", dict(enumerate(figures["difficulty"], 1)), "difficulty"),
        "recall": _bars(
            "cards",
            {5.0 * n + 2.5: count for n, count in enumerate(figures["recall"])},
            "chance of recall today in per cent",
        ),
        "calibration": _calibration(figures["calibration"]),
    }
    return {name: frame for name, frame in found.items() if frame is not None}


def _by_day(
    figures: Figures, says: str, days: list[dict[str, Any]], what: str, unit: float = 1.0
) -> Frame | None:
    """Return a bar a day, by the days from today."""
    today = date.fromisoformat(figures["study_day"])
    amounts = {
        float((date.fromisoformat(day["date"]) - today).days): unit * day[what] for day in days
    }
    return _bars(says, amounts, NOW)


def _bars(says: str, amounts: Mapping[float, float], across: str) -> Frame | None:
    """Return bars by their places, None where there are none."""
    if not any(amounts.values()):
        return None
    places = sorted(amounts)
    bars = Series(says, [float(x) for x in places], [float(amounts[x]) for x in places], "bar")
    return Frame(1.0, (bars,), x_label=across, y_label=says)


def _up_to(classes: list[dict[str, Any]], says: str) -> Frame | None:
    """Return which share of the cards has at most so many days, on a logarithmic scale."""
    total = sum(part["cards"] for part in classes)
    if not total:
        return None
    days, shares, held = [], [], 0
    for part in classes:
        held += part["cards"]
        if part["up_to"]:
            days.append(math.log10(part["up_to"]))
            shares.append(100 * held / total)
    line = Series(f"cards of at most this {says}", days, shares)
    return Frame(1.0, (line,), x_label=f"log10 of the {says} in days", y_label="per cent of cards")


def _calibration(found: dict[str, Any]) -> Frame | None:
    """Return predicted recall against what happened, with 95 % intervals."""
    bins = found["bins"]
    if not bins:
        return None
    across = [100 * part["predicted"] for part in bins]
    happened = Series(
        "recalled",
        across,
        [100 * part["recalled"] for part in bins],
        "scatter",
        low=[100 * part["low"] for part in bins],
        high=[100 * part["high"] for part in bins],
        band="95 % interval",
    )
    as_said = Series("as predicted", across, across)
    label = "predicted recall in per cent"
    return Frame(1.0, (happened, as_said), x_label=label, y_label="recalled in per cent")
