"""Scales and ticks: where values stand on a plot, and the round numbers beside it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

LARGEST = 1e300
"""Values beyond are left out, so that no difference of two overflows."""

TICKS_WORTH = ((2, 0.3), (5, 0.04))
"""The share of the axis that one more tick may cost, up to so many, and up to more."""


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` on `size` places, the first at 0."""

    low: float
    high: float
    size: int

    def place(self, value: float) -> int:
        """Return where a value stands; outside the range it is outside the places as well."""
        share = (value - self.low) / (self.high - self.low)
        return round(max(-1.0, min(2.0, share)) * (self.size - 1))

    def ticks(self, most: int) -> list[float]:
        """Return round values inside the range: `most` at most, but two if there is a way."""
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


def ticked(
    values: Iterable[float], cells: int, dots: int, least: int, *, zero: bool = False
) -> tuple[Scale, list[float]]:
    """Return a scale of `cells` of so many dots that holds all values, and its ticks.

    Ticks are round and stand the same number of cells apart, `least` at least, where there is
    room for two; the scale is as much wider than the values as that takes.
    """
    plain = scale_of(values, cells * dots, zero=zero)
    low, high = plain.low, plain.high
    best: tuple[float, float, Scale] | None = None
    for wanted in range(2, 1 + max(2, cells // least)):
        step = round_step((high - low) / wanted)
        if not (math.isfinite(step) and step > 0):
            continue
        # A tick stands in the middle of a cell, wherever that is, which may cost one more.
        most = int((cells - 1) * step / (high - low))
        for apart in range(most, max(least, most - 1) - 1, -1):
            scale = _laid_out(low, step, apart * dots, cells * dots, dots)
            if scale.low <= low and high <= scale.high:
                steps = (high - low) / step
                worth = steps * apart / cells + _worth(steps)
                if best is None or worth > best[0] + 1e-9:
                    best = (worth, step, scale)
                break
    if best is None:
        found = plain.ticks(2)
        return plain, found if len(found) < 3 else [found[0], found[-1]]
    _, step, scale = best
    first, last = math.ceil(scale.low / step - 1e-9), math.floor(scale.high / step + 1e-9)
    return scale, _needed([n * step for n in range(first, last + 1)], low, high, step)


def _worth(steps: float) -> float:
    """Return what so many ticks are worth, as a share of the axis."""
    worth, before = 0.0, 0
    for most, each in TICKS_WORTH:
        worth += each * max(0.0, min(steps, most) - before)
        before = most
    return worth


def _needed(ticks: list[float], low: float, high: float, step: float) -> list[float]:
    """Leave out what lies beyond a tick at the end of the values: no chance is above 100 %."""
    for end, way in ((high, 1), (low, -1)):
        if any(abs(tick - end) < step / 1e6 for tick in ticks):
            ticks = [tick for tick in ticks if way * (tick - end) < step / 1e6]
    return ticks


def _laid_out(low: float, step: float, apart: int, size: int, dots: int) -> Scale:
    """Return a scale of `size` dots, from `low` or below, with ticks `apart` dots apart."""
    worth = step / apart  # of one dot
    first = math.ceil(low / step - 1e-9)
    below = (first * step - low) / worth  # dots under the first tick
    cell = math.ceil(max(0.0, below - dots // 2) / dots - 1e-9)
    start = first * step - (cell * dots + dots // 2) * worth
    return Scale(start, start + (size - 1) * worth, size)


def round_step(rough: float) -> float:
    """Return the least of 1, 2, 5 times a power of ten that is not under `rough`."""
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
