"""Fuzz: spreading review days a little, so that cards learnt together do not stay together.

The bands are Anki's (rslib/src/scheduler/states/fuzz.rs): below 2.5 days nothing, then ±1 day
plus 15 % of the part between 2.5 and 7 days, 10 % between 7 and 20 and 5 % above. The draw comes
from a text seed, never from a global generator, so that the same review gives the same day on
every device and after every undo.
"""

from functools import lru_cache
from hashlib import blake2b

from cards.scheduling.options import LONGEST_INTERVAL

_BANDS = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, float("inf"), 0.05))


@lru_cache(maxsize=4096)
def band(interval: int, maximum: int = LONGEST_INTERVAL) -> tuple[int, int]:
    """Return the first and last day, both included, that `interval` days may become."""
    if interval < 2.5:
        return interval, interval
    reach = 1.0 + sum(share * max(0.0, min(interval, end) - start) for start, end, share in _BANDS)
    low = max(2, round(interval - reach))
    high = min(maximum, round(interval + reach))
    return min(low, high), high


def fuzzed(interval: int, fraction: float, maximum: int = LONGEST_INTERVAL) -> int:
    """Return the day at `fraction`, in [0, 1), of the band around `interval`.

    With one fraction for all four buttons a longer interval never becomes the shorter one.
    """
    low, high = band(interval, maximum)
    return low + int(fraction * (high - low + 1))


def fraction(seed: str) -> float:
    """Return a number in [0, 1) that depends on the seed alone."""
    return int.from_bytes(blake2b(seed.encode(), digest_size=6).digest()) / 2.0**48
