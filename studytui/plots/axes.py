"""Scales and ticks: where values stand on a plot, and the round numbers beside it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

LARGEST = 1e300
"""Values beyond are left out, so that no difference of two overflows."""


@dataclass(frozen=True)
class Scale:
    """Values from ``low`` to ``high`` on ``size`` places, the first at 0."""

    low: float
    high: float
    size: int

    def place(self, value: float) -> int:
        """Return where a value stands; outside the range it is outside the places as well."""
        share = (value - self.low) / (self.high - self.low)
        return round(max(-1.0, min(2.0, share)) * (self.size - 1))

    def ticks(self, most: int) -> list[float]:
        """Return round values inside the range: ``most`` at most, but two if there is a way."""
        for wanted in (most, 2 * most, 4 * most):
            step = round_step((self.high - self.low) / max(1, wanted - 1))
            first = math.ceil(self.low / step - 1e-9)
            last = math.floor(self.high / step + 1e-9)
            if last > first:
                return [n * step for n in range(first, last + 1)]
        return [self.low]


def scale_of(values: Iterable[float], size: int, *, zero: bool = False) -> Scale:
    """Return a scale that holds all finite values, and zero if asked."""
    finite = [v for v in values if math.isfinite(v) and abs(v) < LARGEST]
    if zero:
        finite.append(0.0)
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        spread = abs(low) / 2 or 1.0
        low, high = low - spread, high + spread
    return Scale(low, high, max(2, size))


def round_step(rough: float) -> float:
    """Return the least of 1, 2, 5 times a power of ten that is not under ``rough``."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= rough * (1 - 1e-9))


def labels(ticks: list[float]) -> list[str]:
    """Return tick labels with as many places as tell them apart."""
    if len(ticks) < 2:
        return [f"{tick:.4g}".replace("-", "−") for tick in ticks]
    step = min(b - a for a, b in pairwise(ticks))
    largest = max(abs(tick) for tick in ticks)
    if largest >= 1e6 or step < 1e-4:
        texts = [f"{0.0 if abs(tick) < step / 2 else tick:.4g}" for tick in ticks]
    else:
        places = max(0, -math.floor(math.log10(step) + 1e-9))
        texts = [f"{0.0 if abs(tick) < step / 2 else tick:.{places}f}" for tick in ticks]
    return [text.replace("-", "−") for text in texts]
