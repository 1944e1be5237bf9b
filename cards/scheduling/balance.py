"""Load balance: within the fuzz band, a day with few cards due that is no easy day.

Every day of the band stays possible; its chance falls with the square of the cards already due on
it. An easy weekday counts as a part of a day: its chance is its share, and its load is scaled to a
whole day, so that balancing fills it up to its share and no further. Without loads and easy days
all days are alike, which is plain fuzz.
"""

from collections.abc import Callable, Sequence

from cards.scheduling.fuzz import band, fuzzed

EVERY_DAY_ALIKE = (1.0,) * 7


def balanced(
    interval: int,
    fraction: float,
    maximum: int,
    load: Callable[[int], int],
    *,
    weekday: int = 0,
    easy_days: Sequence[float] = EVERY_DAY_ALIKE,
) -> int:
    """Return the days after which a card is due, within the band around `interval`.

    `fraction` in [0, 1) is the draw, `load` gives the cards due so many days from today, `weekday`
    is today's (Monday 0), and `easy_days` how much of the usual load each weekday takes, 0 to 1.
    """
    low, high = band(interval, maximum)
    days = range(low, high + 1)
    weights = [_weight(easy_days[(weekday + day) % 7], load(day)) for day in days]
    target = fraction * sum(weights)
    for day, weight in zip(days, weights, strict=True):
        target -= weight
        if target < 0:
            return day
    return fuzzed(interval, fraction, maximum)  # every day of the band is to be free


def _weight(share: float, load: int) -> float:
    return share / (1 + load / share) ** 2 if share else 0.0
