"""Panels of statistics: what ``studytui stats --json`` prints, drawn in characters."""

from collections.abc import Callable
from typing import Any

from textual.content import Content

from studytui.panels import calibration as honesty
from studytui.panels import cards as held
from studytui.panels import groups
from studytui.panels import reviews as reviewed

Panel = Callable[[dict[str, Any], int], Content]
"""From the figures, and the cells of a line, to what is drawn of them."""

PANELS: dict[str, Panel] = {
    "today": reviewed.today,
    "future": held.future,
    "calendar": reviewed.calendar,
    "reviews": reviewed.reviews,
    "minutes": reviewed.minutes,
    "counts": held.counts,
    "retention": reviewed.retention,
    "topics": groups.topics,
    "kinds": groups.kinds,
    "intervals": held.intervals,
    "stability": held.stability,
    "difficulty": held.difficulty,
    "recall": held.recall,
    "hours": reviewed.hours,
    "buttons": reviewed.buttons,
    "added": held.added,
    "calibration": honesty.calibration,
    "confidence": honesty.confidence,
    "agreement": honesty.agreement,
    "misconceptions": groups.misconceptions,
    "quizzes": groups.quizzes,
}
"""Name → panel, in the order of the page."""
