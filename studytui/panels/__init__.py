"""Panels of statistics: what `studytui stats --json` prints, drawn in characters."""

from collections.abc import Callable
from typing import Any

from textual.content import Content

from studytui.panels import calibration, cards, groups, reviews

Panel = Callable[[dict[str, Any], int], Content]
"""From the figures, and the cells of a line, to what is drawn of them."""

PANELS: dict[str, Panel] = {
    "today": reviews.today,
    "future": cards.future,
    "calendar": reviews.calendar,
    "reviews": reviews.reviews,
    "minutes": reviews.minutes,
    "counts": cards.counts,
    "retention": reviews.retention,
    "topics": groups.topics,
    "kinds": groups.kinds,
    "intervals": cards.intervals,
    "stability": cards.stability,
    "difficulty": cards.difficulty,
    "recall": cards.recall,
    "hours": reviews.hours,
    "buttons": reviews.buttons,
    "added": cards.added,
    "calibration": calibration.calibration,
    "confidence": calibration.confidence,
    "agreement": calibration.agreement,
    "misconceptions": groups.misconceptions,
    "quizzes": groups.quizzes,
}
"""Name → panel, in the order of the page."""
