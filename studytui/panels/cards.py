"""Panels about cards: what comes due, where cards stand, and how firmly they are known."""

from typing import Any

from textual.content import Content

from studytui.panels import over_time
from studytui.plots import bars

Figures = dict[str, Any]


def future(figures: Figures, width: int) -> Content:
    """Return columns of what comes due within as many days as the range, and what is overdue."""
    chart = over_time.ahead(
        "Due", {day["date"]: day["due"] for day in figures["forecast"]}, figures, width
    )
    waiting = (
        f"{figures['backlog']} overdue; {round(figures['daily_load'], 1):g} a day in the long run"
    )
    return chart + Content.styled(f"\n{waiting}", "dim")


def counts(figures: Figures, width: int) -> Content:
    """Return a bar for each state that a card can be in."""
    states = ("new", "learning", "young", "mature", "suspended", "buried", "missing")
    named = [(state, figures[state]) for state in states if figures[state] or state != "missing"]
    return bars.rows("Cards", named, width)


def intervals(figures: Figures, width: int) -> Content:
    """Return how many cards in review have which interval."""
    return bars.rows("Intervals, in days", _classes(figures["intervals"]), width)


def stability(figures: Figures, width: int) -> Content:
    """Return how many cards have which stability."""
    title = "Stability: days until recall falls to 90 %"
    return bars.rows(title, _classes(figures["stability"]), width)


def difficulty(figures: Figures, width: int) -> Content:
    """Return how many cards have which difficulty."""
    named = [(f"{n} to {n + 1}", count) for n, count in enumerate(figures["difficulty"], 1)]
    return bars.rows("Difficulty, 1 to 10", named if any(figures["difficulty"]) else [], width)


def recall(figures: Figures, width: int) -> Content:
    """Return how many cards would be recalled today with which chance."""
    counts = figures["recall"]
    first = next((at for at, count in enumerate(counts) if count), len(counts))
    named = [(f"{5 * n} to {5 * n + 5} %", count) for n, count in enumerate(counts)][first:]
    chart = bars.rows("Chance of recall today", named, width)
    return chart + Content.styled(f"\n{figures['known']:g} cards would be recalled", "dim")


def added(figures: Figures, width: int) -> Content:
    """Return columns of the cards that came in over the days of the range."""
    counts = {day["date"]: day["cards"] for day in figures["added_by_day"]}
    return over_time.past("Cards added", counts, figures, width)


def _classes(classes: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return the classes from the first to the last that hold cards, each with its ends."""
    held = [at for at, part in enumerate(classes) if part["cards"]]
    if not held:
        return []
    lows = [0, *(part["up_to"] for part in classes)]
    return [
        (_ends(lows[at], classes[at]["up_to"]), classes[at]["cards"])
        for at in range(held[0], held[-1] + 1)
    ]


def _ends(low: int, high: int | None) -> str:
    if high is None:
        return f"over {low}"
    return str(high) if high - low == 1 else f"{low + 1} to {high}"
