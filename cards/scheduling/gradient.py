"""The log loss of a log under FSRS-6, and its exact gradient by the chain rule, in numpy.

A pass goes forwards through the k-th reviews of all cards, k = 1, 2, …, and backwards through the
same steps with the adjoints of stability and difficulty. Written out by hand because a log has
many short steps, where automatic differentiation spends its time on bookkeeping; the tests hold it
against differences of the loss. Cards are taken some thousands at a time: what the way back needs
then fits a processor's cache, and memory does not grow with the log.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cards.scheduling.fold import MINIMUM_STABILITY, Floats, Ints, Layout, lay_out
from cards.scheduling.quality import History, Log

MAXIMUM_STABILITY = 36_500.0
TOGETHER = 100_000
"""Reviews, about, whose cards are taken at a time."""
_LEAST = 1e-7
_LN_9 = np.log(0.9)


@dataclass(frozen=True, slots=True)
class _Step:
    """The k-th reviews of all cards that have one: arrays (cards,), and places among them."""

    gap: Floats
    weight: Floats
    sign: Floats  # +1 recalled, −1 forgotten
    above_good: Floats  # rating − 3
    same_day: Ints
    lapsed: Ints
    recalled: Ints
    hard: Ints  # places among `recalled`
    easy: Ints


class Objective:
    """Weighted mean log loss of a log, as a function of the 21 parameters.

    `weight` (reviews,) is that of each review; reviews that are not scored must have none.
    """

    def __init__(self, log: Log, past: History, weight: Floats) -> None:
        self._parts = [_Part(log, past, weight, part) for part in lay_out(log.card).parts(TOGETHER)]
        self._total = max(float(weight.sum()), 1e-12)

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the loss in nats a review, and its gradient (21,)."""
        w = np.asarray(parameters, dtype=np.float64)
        gradient = np.zeros(21)
        loss = sum(part.add(w, gradient) for part in self._parts)
        return loss / self._total, gradient / self._total


class _Part:
    """Some of the cards, with all their reviews."""

    def __init__(self, log: Log, past: History, weight: Floats, layout: Layout) -> None:
        first, *later = layout.steps()
        self._first = log.rating[first].astype(np.int64)
        self._steps = [_step(log, past, weight, at) for at in later]

    def add(self, w: Floats, gradient: Floats) -> float:
        """Return the loss of these cards, weighted but not yet a mean, and add its gradient."""
        curve = _Curve(w)
        first = self._first
        s = np.maximum(w[first - 1], MINIMUM_STABILITY)
        start = w[4] - np.exp(w[5] * (first - 1)) + 1
        d = np.clip(start, 1, 10)
        loss, tape = 0.0, []
        for step in self._steps:
            n = len(step.gap)
            s, d = s[:n], d[:n]
            forward = _Forward(w, curve, step, s, d)
            tape.append(forward)
            loss += forward.loss
            s, d = forward.next_s, forward.next_d
        to_s, to_d = np.zeros(len(s)), np.zeros(len(d))
        while tape:
            forward = tape.pop()
            n = len(forward.s)
            to_s, to_d = _padded(to_s, n), _padded(to_d, n)
            to_s, to_d = forward.back(to_s, to_d, gradient)
        to_s, to_d = _padded(to_s, len(first)), _padded(to_d, len(first))
        to_d = to_d * ((start > 1) & (start < 10))
        gradient[:4] += np.bincount(first - 1, weights=to_s, minlength=4)
        gradient[4] += to_d.sum()
        gradient[5] -= (to_d * (first - 1) * np.exp(w[5] * (first - 1))).sum()
        gradient[20] += curve.gradient
        return loss


class _Curve:
    """The forgetting curve (1 + factor·t/s)^decay, and what its gradient adds up to."""

    def __init__(self, w: Floats) -> None:
        self.decay = -w[20]
        self.factor = 0.9 ** (1 / self.decay) - 1
        self._slope = -(self.factor + 1) * _LN_9 / self.decay**2  # of the factor in the decay
        self.gradient = 0.0  # in w[20]

    def recall(self, gap: Floats, s: Floats) -> tuple[Floats, Floats]:
        base = 1 + self.factor * gap / s
        result: Floats = base**self.decay
        return base, result

    def back(self, to_recall: Floats, base: Floats, recall: Floats, step: _Step, s: Floats) -> Any:
        """Return the adjoint of stability, given that of recall."""
        common = to_recall * self.decay * recall / base * step.gap / s
        in_decay = (to_recall * recall * np.log(base)).sum() + common.sum() * self._slope
        self.gradient -= in_decay
        return -common * self.factor / s


class _Forward:
    """One step forwards, with what the way back needs."""

    def __init__(self, w: Floats, curve: _Curve, step: _Step, s: Floats, d: Floats) -> None:
        self.w, self.curve, self.step, self.s, self.d = w, curve, step, s, d
        self.base, self.recall = curve.recall(step.gap, s)
        happened = np.where(step.sign > 0, self.recall, 1 - self.recall)
        self.happened = np.maximum(happened, _LEAST)
        self.loss = -float(step.weight @ np.log(self.happened))
        self.log_s = np.log(s)
        raw = np.empty_like(s)
        self._remember(raw)
        self._relearn(raw)
        self._repeat(raw)
        self.free = (raw > MINIMUM_STABILITY) & (raw < MAXIMUM_STABILITY)
        self.next_s = np.clip(raw, MINIMUM_STABILITY, MAXIMUM_STABILITY)
        self.easiest = w[4] - np.exp(3 * w[5]) + 1
        self.moved = d - w[6] * step.above_good * (10 - d) / 9
        self.mixed = w[7] * self.easiest + (1 - w[7]) * self.moved
        self.next_d = np.clip(self.mixed, 1, 10)

    def _remember(self, raw: Floats) -> None:
        w, at = self.w, self.step.recalled
        effort = np.ones(len(at))
        effort[self.step.hard], effort[self.step.easy] = w[15], w[16]
        self.effort = effort
        self.ease = np.exp(w[8] - w[9] * self.log_s[at]) * (11 - self.d[at])
        self.surprise = np.expm1((1 - self.recall[at]) * w[10])
        self.growth = self.ease * self.surprise * effort
        raw[at] = self.s[at] * (1 + self.growth)

    def _relearn(self, raw: Floats) -> None:
        w, at = self.w, self.step.lapsed
        s, d = self.s[at], self.d[at]
        self.power = (s + 1) ** w[13]
        self.scale = w[11] * d ** -w[12] * np.exp((1 - self.recall[at]) * w[14])
        self.after = self.scale * (self.power - 1)
        self.most = s * np.exp(-w[17] * w[18])
        raw[at] = np.minimum(self.after, self.most)

    def _repeat(self, raw: Floats) -> None:
        w, at = self.w, self.step.same_day
        rated = self.step.above_good[at]
        change = np.exp(w[17] * (rated + w[18]) - w[19] * self.log_s[at])
        self.change = np.where(rated > -2, np.maximum(change, 1), change)
        self.changes = (rated < -1) | (change > 1)
        raw[at] = self.s[at] * self.change

    def back(self, to_s: Floats, to_d: Floats, gradient: Floats) -> tuple[Floats, Floats]:
        """Return the adjoints before the step, given those after it; add to the gradient."""
        to_raw = to_s * self.free
        to_recall = -self.step.sign * self.step.weight / self.happened
        before_d = self._difficulty_back(to_d, gradient)
        before_s = np.empty_like(to_s)
        self._remember_back(to_raw, to_recall, before_s, before_d, gradient)
        self._relearn_back(to_raw, to_recall, before_s, before_d, gradient)
        self._repeat_back(to_raw, before_s, gradient)
        before_s += self.curve.back(to_recall, self.base, self.recall, self.step, self.s)
        return before_s, before_d

    def _difficulty_back(self, to_d: Floats, gradient: Floats) -> Floats:
        w, rated = self.w, self.step.above_good
        to_mixed = to_d * ((self.mixed > 1) & (self.mixed < 10))
        total = to_mixed.sum()
        gradient[7] += self.easiest * total - to_mixed @ self.moved
        gradient[4] += w[7] * total
        gradient[5] -= 3 * np.exp(3 * w[5]) * w[7] * total
        to_moved = (1 - w[7]) * to_mixed
        gradient[6] -= (to_moved * rated) @ (10 - self.d) / 9
        result: Floats = to_moved * (1 + w[6] * rated / 9)
        return result

    def _remember_back(
        self, to_raw: Floats, to_recall: Floats, to_s: Floats, to_d: Floats, gradient: Floats
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
        self, to_raw: Floats, to_recall: Floats, to_s: Floats, to_d: Floats, gradient: Floats
    ) -> None:
        w, at = self.w, self.step.lapsed
        if not len(at):
            return
        s, d, to_next = self.s[at], self.d[at], to_raw[at]
        below = self.after < self.most
        to_after, to_most = to_next * below, to_next * ~below
        part = to_after * self.after
        gradient[11] += part.sum() / w[11]
        gradient[12] -= part @ np.log(d)
        gradient[13] += (to_after * self.scale * self.power) @ np.log(s + 1)
        gradient[14] += part @ (1 - self.recall[at])
        kept = to_most @ self.most
        gradient[17] -= w[18] * kept
        gradient[18] -= w[17] * kept
        to_recall[at] -= part * w[14]
        to_s[at] = to_after * self.scale * w[13] * self.power / (s + 1)
        to_s[at] += to_most * np.exp(-w[17] * w[18])
        to_d[at] -= part * w[12] / d

    def _repeat_back(self, to_raw: Floats, to_s: Floats, gradient: Floats) -> None:
        w, at = self.w, self.step.same_day
        if not len(at):
            return
        to_next = to_raw[at]
        part = to_next * self.s[at] * self.change * self.changes
        gradient[17] += part @ (self.step.above_good[at] + w[18])
        gradient[18] += w[17] * part.sum()
        gradient[19] -= part @ self.log_s[at]
        to_s[at] = to_next * self.change - w[19] * part / self.s[at]


def _step(log: Log, past: History, weight: Floats, places: Ints) -> _Step:
    rating, gap = log.rating[places].astype(np.int64), past.gap[places]
    recalled = np.flatnonzero((gap > 0) & (rating > 1))
    return _Step(
        gap=gap.astype(np.float64),
        weight=weight[places],
        sign=np.where(rating > 1, 1.0, -1.0),
        above_good=(rating - 3).astype(np.float64),
        same_day=np.flatnonzero(gap < 1),
        lapsed=np.flatnonzero((gap > 0) & (rating == 1)),
        recalled=recalled,
        hard=np.flatnonzero(rating[recalled] == 2),
        easy=np.flatnonzero(rating[recalled] == 4),
    )


def _padded(values: Floats, n: int) -> Floats:
    """Return `values` with zeros behind them: cards that ended before this step."""
    if len(values) == n:
        return values
    result: npt.NDArray[np.float64] = np.zeros(n)
    result[: len(values)] = values
    return result
