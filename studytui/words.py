"""Words that screens and plain lines share: verdicts of grades, and intervals."""

from datetime import timedelta

VERDICTS = {
    "equal": "Right",
    "equal-where-defined": "Right, where both are defined",
    "different": "Not right",
    "undecided": "Judge it yourself",
    "invalid": "Could not be read",
}
"""A grade's verdict in words."""

LEECH = (
    "That card is a leech: it has been forgotten again and again. Reword it or split it, or "
    "suspend it."
)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it needs one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def interval_text(interval: timedelta) -> str:
    """Return an interval in the shortest common unit: ``<1m``, ``10m``, ``3h``, ``4d``, ``2.5mo``.

    A month is 30.4 days and a year 365.25, as on Anki's buttons.
    """
    minutes = interval.total_seconds() / 60
    days = minutes / 1440
    if minutes < 1:
        return "<1m"
    if minutes < 60:
        return f"{minutes:.0f}m"
    if days < 1:
        return f"{minutes / 60:.0f}h"
    if days < 30.4:
        return f"{days:.0f}d"
    months = days / 30.4
    return f"{months:.1f}mo" if days < 365.25 else f"{days / 365.25:.1f}y"
