"""The log loss of a log under FSRS-6, and its exact gradient by the chain rule.

A pass goes forwards through the k-th reviews of all cards, k = 1, 2, …, and backwards through the
same steps with the adjoints of stability and difficulty. Written out by hand because a log has
many short steps, where automatic differentiation spends its time on bookkeeping; the tests hold it
against differences of the loss. Cards are taken some thousands at a time: what the way back needs
then fits a processor's cache, and memory does not grow with the log. The lines run on numpy's
arrays and on torch's tensors alike (`arrays.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np

from cards.scheduling.arrays import NUMPY, Array, Arrays
from cards.scheduling.fold import MINIMUM_STABILITY, Floats, Ints, Layout, lay_out
from cards.scheduling.quality import History, Log

MAXIMUM_STABILITY = 36_500.0
_LEAST = 1e-7
_LN_9 = log(0.9)


@dataclass(frozen=True, slots=True)
class _Step:
    """The k-th reviews of all cards that have one: arrays (cards,), and places among them."""

    gap: Array
    weight: Array
    sign: Array  # +1 recalled, −1 forgotten
    above_good: Array  # rating − 3
    same_day: Array
    lapsed: Array
    recalled: Array
    hard: Array  # places among `recalled`
    easy: Array


class Objective:
    """Weighted mean log loss of a log, as a function of the 21 parameters.

    `weight` (reviews,) is that of each review; reviews that are not scored must have none.
    """

    def __init__(self, log: Log, past: History, weight: Floats, arrays: Arrays = NUMPY) -> None:
        self._arrays = arrays
        layouts = lay_out(log.card).parts(arrays.together)
        self._parts = [Part(log, past, weight, layout, arrays) for layout in layouts]
        self._total = max(float(weight.sum()), 1e-12)

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the loss in nats a review, and its gradient (21,)."""
        w = parameters.tolist()
        gradient = self._arrays.zeros(21)
        loss = sum(part.add(w, gradient) for part in self._parts)
        return float(loss) / self._total, np.array(gradient.tolist()) / self._total


class Part:
    """Some of the cards, with all their reviews."""

    def __init__(
        self, log: Log, past: History, weight: Floats, layout: Layout, arrays: Arrays
    ) -> None:
        self._arrays = arrays
        first, *later = layout.steps()
        rating = log.rating[first].astype(np.int64)
        self._first = arrays.put(rating - 1.0)
        self._rated = [arrays.put(np.flatnonzero(rating == value)) for value in (1, 2, 3, 4)]
        self._steps = [_step(log, past, weight, at, arrays) for at in later]

    def add(self, w: Sequence[float], gradient: Array) -> Array:
        """Return the loss of these cards, weighted but not yet a mean, and add its gradient."""
        xp, first = self._arrays.library, self._first
        curve = _Curve(xp, w)
        s = xp.zeros_like(first)
        for rated, stability in zip(self._rated, w[:4], strict=True):
            s[rated] = max(stability, MINIMUM_STABILITY)
        grown = xp.exp(w[5] * first)
        start = w[4] - grown + 1
        d = start.clip(1, 10)
        loss, tape = 0.0, []
        for step in self._steps:
            n = len(step.gap)
            s, d = s[:n], d[:n]
            forward = _Forward(xp, w, curve, step, s, d)
            tape.append(forward)
            loss = loss + forward.loss
            s, d = forward.next_s, forward.next_d
        to_s, to_d = self._arrays.zeros(len(s)), self._arrays.zeros(len(d))
        while tape:
            forward = tape.pop()
            n = len(forward.s)
            to_s, to_d = self._padded(to_s, n), self._padded(to_d, n)
            to_s, to_d = forward.back(to_s, to_d, gradient)
        to_s, to_d = self._padded(to_s, len(first)), self._padded(to_d, len(first))
        to_d = to_d * ((start > 1) & (start < 10))
        for number, rated in enumerate(self._rated):
            gradient[number] += to_s[rated].sum()
        gradient[4] += to_d.sum()
        gradient[5] -= (to_d * first * grown).sum()
        gradient[20] += curve.gradient
        return loss

    def _padded(self, values: Array, n: int) -> Array:
        """Return `values` with zeros behind them: cards that ended before this step."""
        if len(values) == n:
            return values
        result = self._arrays.zeros(n)
        result[: len(values)] = values
        return result


class _Curve:
    """The forgetting curve (1 + factor·t/s)^decay, and what its gradient adds up to."""

    def __init__(self, xp: Any, w: Sequence[float]) -> None:
        self.xp = xp
        self.decay = -w[20]
        self.factor = 0.9 ** (1 / self.decay) - 1
        self._slope = -(self.factor + 1) * _LN_9 / self.decay**2  # of the factor in the decay
        self.gradient: Array = 0.0  # in w[20]

    def recall(self, gap: Array, s: Array) -> tuple[Array, Array]:
        base = 1 + self.factor * gap / s
        return base, base**self.decay

    def back(self, to_recall: Array, base: Array, recall: Array, step: _Step, s: Array) -> Array:
        """Return the adjoint of stability, given that of recall."""
        common = to_recall * self.decay * recall / base * step.gap / s
        in_decay = (to_recall * recall * self.xp.log(base)).sum() + common.sum() * self._slope
        self.gradient = self.gradient - in_decay
        return -common * self.factor / s


class _Forward:
    """One step forwards, with what the way back needs."""

    def __init__(
        self, xp: Any, w: Sequence[float], curve: _Curve, step: _Step, s: Array, d: Array
    ) -> None:
        self.xp, self.w, self.curve, self.step, self.s, self.d = xp, w, curve, step, s, d
        self.base, self.recall = curve.recall(step.gap, s)
        happened = xp.where(step.sign > 0, self.recall, 1 - self.recall)
        self.happened = happened.clip(_LEAST)
        self.loss = -(step.weight @ xp.log(self.happened))
        self.log_s = xp.log(s)
        raw = xp.empty_like(s)
        self._remember(raw)
        self._relearn(raw)
        self._repeat(raw)
        self.free = (raw > MINIMUM_STABILITY) & (raw < MAXIMUM_STABILITY)
        self.next_s = raw.clip(MINIMUM_STABILITY, MAXIMUM_STABILITY)
        self.easiest = w[4] - exp(3 * w[5]) + 1
        self.moved = d - w[6] * step.above_good * (10 - d) / 9
        self.mixed = w[7] * self.easiest + (1 - w[7]) * self.moved
        self.next_d = self.mixed.clip(1, 10)

    def _remember(self, raw: Array) -> None:
        w, at = self.w, self.step.recalled
        effort = self.xp.ones_like(self.s[at])
        effort[self.step.hard], effort[self.step.easy] = w[15], w[16]
        self.effort = effort
        self.ease = self.xp.exp(w[8] - w[9] * self.log_s[at]) * (11 - self.d[at])
        self.surprise = self.xp.expm1((1 - self.recall[at]) * w[10])
        self.growth = self.ease * self.surprise * effort
        raw[at] = self.s[at] * (1 + self.growth)

    def _relearn(self, raw: Array) -> None:
        w, at = self.w, self.step.lapsed
        s, d = self.s[at], self.d[at]
        self.power = (s + 1) ** w[13]
        self.scale = w[11] * d ** -w[12] * self.xp.exp((1 - self.recall[at]) * w[14])
        self.after = self.scale * (self.power - 1)
        self.most = s * exp(-w[17] * w[18])
        raw[at] = self.xp.minimum(self.after, self.most)

    def _repeat(self, raw: Array) -> None:
        w, at = self.w, self.step.same_day
        rated = self.step.above_good[at]
        change = self.xp.exp(w[17] * (rated + w[18]) - w[19] * self.log_s[at])
        self.change = self.xp.where(rated > -2, change.clip(1), change)
        self.changes = (rated < -1) | (change > 1)
        raw[at] = self.s[at] * self.change

    def back(self, to_s: Array, to_d: Array, gradient: Array) -> tuple[Array, Array]:
        """Return the adjoints before the step, given those after it; add to the gradient."""
        to_raw = to_s * self.free
        to_recall = -self.step.sign * self.step.weight / self.happened
        before_d = self._difficulty_back(to_d, gradient)
        before_s = self.xp.empty_like(to_s)
        self._remember_back(to_raw, to_recall, before_s, before_d, gradient)
        self._relearn_back(to_raw, to_recall, before_s, before_d, gradient)
        self._repeat_back(to_raw, before_s, gradient)
        before_s += self.curve.back(to_recall, self.base, self.recall, self.step, self.s)
        return before_s, before_d

    def _difficulty_back(self, to_d: Array, gradient: Array) -> Array:
        w, rated = self.w, self.step.above_good
        to_mixed = to_d * ((self.mixed > 1) & (self.mixed < 10))
        total = to_mixed.sum()
        gradient[7] += self.easiest * total - to_mixed @ self.moved
        gradient[4] += w[7] * total
        gradient[5] -= 3 * exp(3 * w[5]) * w[7] * total
        to_moved = (1 - w[7]) * to_mixed
        gradient[6] -= (to_moved * rated) @ (10 - self.d) / 9
        return to_moved * (1 + w[6] * rated / 9)

    def _remember_back(
        self, to_raw: Array, to_recall: Array, to_s: Array, to_d: Array, gradient: Array
    ) -> None:
        w, at = self.w, self.step.recalled
        to_next = to_raw[at]
        to_growth = to_next * self.s[at]
        part = to_growth * self.growth
        gradient[8] += part.sum()
        gradient[9] -= part @ self.log_s[at]
        plain = to_growth * self.ease * self.surprise
        gradient[15] += plain[self.step.hard].sum()
        gradient[16] += plain[self.step.easy].sum()
        to_power = to_growth * self.ease * self.effort * (self.surprise + 1)
        gradient[10] += to_power @ (1 - self.recall[at])
        to_recall[at] -= to_power * w[10]
        to_s[at] = to_next * (1 + self.growth * (1 - w[9]))
        to_d[at] -= part / (11 - self.d[at])

    def _relearn_back(
        self, to_raw: Array, to_recall: Array, to_s: Array, to_d: Array, gradient: Array
    ) -> None:
        w, at = self.w, self.step.lapsed
        if not len(at):
            return
        s, d, to_next = self.s[at], self.d[at], to_raw[at]
        below = self.after < self.most
        to_after, to_most = to_next * below, to_next * ~below
        part = to_after * self.after
        gradient[11] += part.sum() / w[11]
        gradient[12] -= part @ self.xp.log(d)
        gradient[13] += (to_after * self.scale * self.power) @ self.xp.log(s + 1)
        gradient[14] += part @ (1 - self.recall[at])
        kept = to_most @ self.most
        gradient[17] -= w[18] * kept
        gradient[18] -= w[17] * kept
        to_recall[at] -= part * w[14]
        to_s[at] = to_after * self.scale * w[13] * self.power / (s + 1)
        to_s[at] += to_most * exp(-w[17] * w[18])
        to_d[at] -= part * w[12] / d

    def _repeat_back(self, to_raw: Array, to_s: Array, gradient: Array) -> None:
        w, at = self.w, self.step.same_day
        if not len(at):
            return
        to_next = to_raw[at]
        part = to_next * self.s[at] * self.change * self.changes
        gradient[17] += part @ (self.step.above_good[at] + w[18])
        gradient[18] += w[17] * part.sum()
        gradient[19] -= part @ self.log_s[at]
        to_s[at] = to_next * self.change - w[19] * part / self.s[at]


def _step(log: Log, past: History, weight: Floats, places: Ints, arrays: Arrays) -> _Step:
    rating, gap = log.rating[places].astype(np.int64), past.gap[places]
    recalled = np.flatnonzero((gap > 0) & (rating > 1))
    put = arrays.put
    return _Step(
        gap=put(gap.astype(np.float64)),
        weight=put(weight[places]),
        sign=put(np.where(rating > 1, 1.0, -1.0)),
        above_good=put(rating - 3.0),
        same_day=put(np.flatnonzero(gap < 1)),
        lapsed=put(np.flatnonzero((gap > 0) & (rating == 1))),
        recalled=put(recalled),
        hard=put(np.flatnonzero(rating[recalled] == 2)),
        easy=put(np.flatnonzero(rating[recalled] == 4)),
    )
