"""The largest numbers that can be asked for, the same in the app and on the command line."""

import math

from sims.errors import InputError

LARGEST_COUNT = 9999
"""Days or cards of custom study."""
MOST_QUESTIONS = 200
"""Questions in the longest paper."""
MOST_MINUTES = 600
"""Time for a paper."""
LARGEST_SEED = 1 << 62
"""Of a paper; the log keeps whole numbers of 64 bits."""


def number(what: str, text: str, low: int, high: int) -> float:
    """Return the number in a field, fractions included; raises ValueError for any other text."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise InputError(f"{what} must be a number from {low} to {high}, such as {low + 1.5}")
    return value


def whole_number(what: str, text: str, low: int, high: int) -> int:
    """Return the number in a field; raises ValueError for any other text."""
    if not text.isdecimal() or not low <= int(text) <= high:
        raise InputError(f"{what} must be a whole number from {low} to {high}")
    return int(text)
