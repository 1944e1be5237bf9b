"""The log loss of a log under FSRS-6, and its exact gradient by the chain rule, in torch.

The k-th reviews of all cards are one step, k = 1, 2, …. Only what a step needs of the one before,
stability and difficulty, is computed step by step, and on the way back their adjoints: what a
little more of them adds to the loss. All else is computed over all reviews at once. Written out by
hand because a log has many short steps, where automatic differentiation spends its time on
bookkeeping; the tests hold it against differences of the loss.

Some thousands of reviews are taken together: what the way back needs then fits a processor's cache.
"""

from collections.abc import Iterator, Sequence
from math import e, exp, log, log2
from typing import TYPE_CHECKING

import numpy as np

from cards.scheduling.batch import MINIMUM_STABILITY, Floats, Ints, Layout, lay_out
from cards.scheduling.optimizer.metrics import GROUP, Log, gaps
from sims.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

MAXIMUM_STABILITY = 36_500.0
TOGETHER, ON_A_GPU = 50_000, 2_000_000
"""Reviews that are taken together: on a GPU few long steps are better."""
_LEAST = 1e-7
_LN_9 = log(0.9)
_LOG2_E = log2(e)


class Objective:
    """Weighted mean log loss of a log, as a function of the 21 parameters.

    Later reviews weigh more, 0.25 + 0.75 x³ for x from 0 to 1 in order of time, as in fsrs-rs;
    first reviews and those on the day of the last are not scored, and weigh nothing. `scored` says
    how many are. The device must have double precision.
    """

    def __init__(self, log: Log, device: str = "cpu") -> None:
        together = TOGETHER if torch.device(device).type == "cpu" else ON_A_GPU
        self._parts: list[Part] = []
        for places in log.groups(max(GROUP, together)):
            group = log.at(places)
            layout = lay_out(group.card)
            past = gaps(group, layout), places.astype(np.int32)
            for some in layout.parts(together):
                self._parts.append(Part(group.rating, *past, len(log), some, device))
        self.scored = sum(int((part.gap > 0).sum()) for part in self._parts)
        self._total = max(1e-12, sum(float(part.weight().sum()) for part in self._parts))

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the loss in nats a review, and its gradient (21,)."""
        with torch.inference_mode():
            w = parameters.tolist()
            total = torch.stack([part.loss_and_gradient(w) for part in self._parts]).sum(0)
            loss, *gradient = (total / self._total).tolist()
        return loss, np.array(gradient)


class Part:
    """Some of the cards with all their reviews, a step's reviews side by side.

    `rating`, `gap` and `place` (reviews,) are those of a log, of which `layout` takes some; `place`
    is the number of a review among all, `total` of them.
    """

    def __init__(
        self, rating: Ints, gap: Ints, place: Ints, total: int, layout: Layout, device: str
    ) -> None:
        first, *later = layout.steps()
        at = np.concatenate([first[:0], *later])
        self.sizes = [len(step) for step in later]
        self.first = torch.as_tensor(rating[first], device=device)
        rating, gap = rating[at], gap[at]
        self.rating = torch.as_tensor(rating, device=device)
        self.gap = torch.as_tensor(gap, device=device)
        self._place = torch.as_tensor(place[at], device=device)
        self._last = max(1, total - 1)
        edges = np.cumsum([0, *self.sizes])
        self.lapsed, self.lapses = _places((gap > 0) & (rating == 1), edges, device)
        self.same_day, self.repeats = _places(gap < 1, edges, device)

    def weight(self) -> "Tensor":
        """Return the weight of each review after a card's first."""
        time = self._place.double().div_(self._last)
        return time.pow_(3).mul_(0.75).add_(0.25).mul_(self.gap > 0)

    def loss_and_gradient(self, w: Sequence[float]) -> "Tensor":
        """Return (22,): the loss of these cards, weighted but not yet a mean, and its gradient."""
        return _Pass(self, w).loss_and_gradient()


def _places(here: Ints, edges: Ints, device: str) -> tuple["Tensor", list[int]]:
    """Return the places where `here` is true, and how many of them are in each step."""
    places = np.flatnonzero(here)
    counts = np.diff(np.searchsorted(places, edges))
    return torch.as_tensor(places, device=device), counts.tolist()


def _steps(sizes: list[int], *flats: "Tensor") -> "Iterator[tuple[Tensor, ...]]":
    """Yield each step's part of tensors in which steps stand one after another."""
    return zip(*(torch.split(flat, sizes) for flat in flats), strict=True)


class _Pass:
    """One forward and backward pass. Tensors are (reviews after each card's first,) if not said so.

    Before each review are `s` and `d`, after it `raw` and `mixed`, not yet cut off at their bounds.
    `x_in_y` is the slope of x in y, `to_x` the adjoint of x after each review.
    """

    def __init__(self, part: Part, w: Sequence[float]) -> None:
        self.part, self.w = part, w
        self.decay = -w[20]
        self.factor = 0.9 ** (1 / self.decay) - 1
        self.easiest = w[4] - exp(3 * w[5]) + 1
        self.most = exp(-w[17] * w[18])  # of stability that a lapse leaves
        self.first = part.first.double() - 1
        self.rated = part.rating.double() - 3
        (self.d, self.mixed, self.kept, self.s, self.log_s, self.ease, self.ratio, self.log_base,
         self.recall, self.surprise, self.effort, self.growth, self.raw, self.loss_in_recall,
         self.recall_in_s, self.s_in_recall, self.s_in_s, self.s_in_d, self.to_s, self.to_d,
         ) = self.rated.new_empty(20, len(self.rated))  # fmt: skip

    def loss_and_gradient(self) -> "Tensor":
        """Return (22,)."""
        self._difficulties()
        self._stabilities()
        loss = self._slopes()
        self._back()
        return torch.stack([loss, *self._gradient()])

    def _difficulties(self) -> None:
        w = self.w
        self.grown = torch.exp(w[5] * self.first)
        self.start = w[4] + 1 - self.grown
        pull = self.rated * (w[6] / 9)
        torch.mul(pull + 1, 1 - w[7], out=self.kept)  # of difficulty in the next
        added = w[7] * self.easiest - 10 * (1 - w[7]) * pull
        before = self.start
        flats = self.d, self.kept, added, self.mixed
        for d, kept, plus, mixed in _steps(self.part.sizes, *flats):
            torch.clamp(before[: len(d)], 1, 10, out=d)
            before = torch.addcmul(plus, kept, d, out=mixed)

    def _stabilities(self) -> None:
        w, part = self.w, self.part
        self.effort.fill_(1)
        self.effort.masked_fill_(part.rating == 2, w[15]).masked_fill_(part.rating == 4, w[16])
        weakness = (11 - self.d) * exp(w[8])
        reach = part.gap.double() * self.factor
        by_d = self.d.index_select(0, part.lapsed).pow_(-w[12]).mul_(w[11] * exp(w[14]))
        rated = self.rated.index_select(0, part.same_day)
        least = (rated > -2).double()
        by_rating = (rated + w[18]).mul_(w[17]).exp_()
        before = torch.zeros_like(self.first)
        for number in range(4):
            before.masked_fill_(part.first == number + 1, w[number])
        flats = (self.s, self.log_s, self.ease, self.ratio, self.log_base, self.recall,
                 self.surprise, self.growth, self.raw, weakness, reach, self.effort)  # fmt: skip
        steps = _steps(part.sizes, *flats)
        lapses = _steps(part.lapses, part.lapsed, by_d)
        repeats = _steps(part.repeats, part.same_day, by_rating, least)
        for step, lapsed, repeated in zip(steps, lapses, repeats, strict=True):
            s, log_s, ease, ratio, log_base, recall, surprise, growth, raw, weak, far, effort = step
            torch.clamp(before[: len(s)], MINIMUM_STABILITY, MAXIMUM_STABILITY, out=s)
            torch.log(s, out=log_s)
            torch.div(far, s, out=ratio)
            torch.log1p(ratio, out=log_base)
            torch.mul(log_base, self.decay * _LOG2_E, out=recall).exp2_()
            torch.mul(log_s, -w[9] * _LOG2_E, out=ease).exp2_().mul_(weak)
            torch.mul(recall, -w[10], out=surprise).add_(w[10]).expm1_()
            torch.mul(ease, surprise, out=growth).mul_(effort)
            before = torch.addcmul(s, s, growth, out=raw)
            if len(lapsed[0]):
                self.raw.index_copy_(0, lapsed[0], self._relearnt(*lapsed)[0])
            if len(repeated[0]):
                self.raw.index_copy_(0, repeated[0], self._repeated(*repeated)[0])
        self.lapse = self._relearnt(part.lapsed, by_d)
        self.repeat = self._repeated(part.same_day, by_rating, least)

    def _relearnt(self, at: "Tensor", by_d: "Tensor") -> "tuple[Tensor, ...]":
        """Return stability after lapses `at`, that before, and the factors of its free form."""
        w, s = self.w, self.s.index_select(0, at)
        power = (s + 1).pow_(w[13])
        scale = self.recall.index_select(0, at).mul_(-w[14] * _LOG2_E).exp2_().mul_(by_d)
        after = scale * (power - 1)
        return torch.minimum(after, s * self.most), s, after, scale, power

    def _repeated(self, at: "Tensor", by_rating: "Tensor", least: "Tensor") -> "tuple[Tensor, ...]":
        """Return stability after reviews `at` of the same day, its growth, and where that is free.

        `least` is the bound from below: 1 for a card that was recalled, else 0.
        """
        change = self.log_s.index_select(0, at).mul_(-self.w[19] * _LOG2_E).exp2_().mul_(by_rating)
        bounded = torch.maximum(change, least)
        return self.s.index_select(0, at).mul_(bounded), bounded, change > least

    def _slopes(self) -> "Tensor":
        """Set the derivatives of each memory in the one before its review; return the loss."""
        w, part, s, recall = self.w, self.part, self.s, self.recall
        forgotten = (part.rating == 1).double()
        happened = (recall - forgotten).abs_().clamp_(_LEAST)
        weight = part.weight()
        loss = -(weight @ torch.log(happened))
        torch.div(forgotten.mul_(2).sub_(1).mul_(weight), happened, out=self.loss_in_recall)
        torch.mul(recall, self.ratio, out=self.recall_in_s).mul_(-self.decay)
        self.recall_in_s.div_((self.ratio + 1).mul_(s))
        torch.addcmul(self.growth, self.ease, self.effort, out=self.s_in_recall)
        self.s_in_recall.mul_(s).mul_(-w[10])
        torch.mul(self.growth, 1 - w[9], out=self.s_in_s).add_(1)
        torch.mul(self.growth, s, out=self.s_in_d).div_(self.d - 11)
        at, (_, before, after, scale, power) = part.lapsed, self.lapse
        below = after < before * self.most
        inside = scale * w[13] * power / (before + 1)
        self.s_in_s.index_copy_(0, at, inside.masked_fill_(~below, self.most))
        self.s_in_recall.index_copy_(0, at, after * below * -w[14])
        self.s_in_d.index_copy_(0, at, after * below * -w[12] / self.d.index_select(0, at))
        at, (_, change, free) = part.same_day, self.repeat
        self.s_in_s.index_copy_(0, at, change * free * -w[19] + change)
        self.free = (self.raw > MINIMUM_STABILITY) & (self.raw < MAXIMUM_STABILITY)
        self.s_in_s.addcmul_(self.s_in_recall, self.recall_in_s).mul_(self.free)
        self.s_in_d.mul_(self.free)
        self.within = (self.mixed > 1) & (self.mixed < 10)
        return loss

    def _back(self) -> None:
        """Set the adjoints of stability and difficulty after each review, and after the first."""
        sizes = self.part.sizes
        self.to_first_s, self.to_first_d = self.first.new_zeros(2, len(self.first))
        self.to_s.zero_(), self.to_d.zero_()
        to_s = [self.to_first_s, *torch.split(self.to_s, sizes)]
        to_d = [self.to_first_d, *torch.split(self.to_d, sizes)]
        loss_in_s, d_in_d = self.loss_in_recall * self.recall_in_s, self.kept * self.within
        steps = list(_steps(sizes, loss_in_s, self.s_in_s, self.s_in_d, d_in_d))
        while steps:
            loss, s_in_s, s_in_d, d_in_d = steps.pop()
            after_s, after_d, n = to_s.pop(), to_d.pop(), len(loss)
            torch.addcmul(loss, s_in_s, after_s, out=to_s[-1][:n])
            torch.mul(d_in_d, after_d, out=to_d[-1][:n]).addcmul_(s_in_d, after_s)

    def _gradient(self) -> "list[Tensor]":
        w, part = self.w, self.part
        to_raw = self.to_s * self.free
        to_recall = torch.addcmul(self.loss_in_recall, to_raw, self.s_in_recall)
        g = [to_raw.new_zeros(())] * 21
        self._first_gradient(g)
        self._difficulty_gradient(g)
        self._lapse_gradient(g, to_raw.index_select(0, part.lapsed))
        self._repeat_gradient(g, to_raw.index_select(0, part.same_day))
        to_raw.index_fill_(0, part.lapsed, 0).index_fill_(0, part.same_day, 0)
        to_effort = to_raw * self.s * self.ease * self.surprise
        to_growth = to_effort * self.effort
        g[8] = to_growth.sum()
        g[9] = -(to_growth @ self.log_s)
        g[10] = (to_raw * self.s_in_recall) @ (1 - self.recall) / -w[10]
        g[15] = (to_effort * (part.rating == 2)).sum()
        g[16] = (to_effort * (part.rating == 4)).sum()
        slope = -(self.factor + 1) * _LN_9 / self.decay**2  # of the curve's factor in its decay
        through_factor = to_recall @ (self.recall_in_s * self.s) * (slope / self.factor)
        g[20] = through_factor - (to_recall * self.recall) @ self.log_base
        return g

    def _first_gradient(self, g: "list[Tensor]") -> None:
        for number in range(4):
            g[number] = (self.to_first_s * (self.part.first == number + 1)).sum()
        to_start = self.to_first_d * ((self.start > 1) & (self.start < 10))
        g[4] = to_start.sum()
        g[5] = -(to_start * self.first) @ self.grown

    def _difficulty_gradient(self, g: "list[Tensor]") -> None:
        w = self.w
        to_mixed = self.to_d * self.within
        total, pulled = to_mixed.sum(), (to_mixed * self.rated) @ (10 - self.d) / 9
        g[4] = g[4] + w[7] * total
        g[5] = g[5] - 3 * exp(3 * w[5]) * w[7] * total
        g[6] = (w[7] - 1) * pulled
        g[7] = self.easiest * total - to_mixed @ self.d + w[6] * pulled

    def _lapse_gradient(self, g: "list[Tensor]", to_raw: "Tensor") -> None:
        w, at, (_, s, after, scale, power) = self.w, self.part.lapsed, self.lapse
        below = after < s * self.most
        part = to_raw * after * below
        bound = (to_raw * s * ~below).sum() * self.most
        g[11] = part.sum() / w[11]
        g[12] = -(part @ torch.log(self.d.index_select(0, at)))
        g[13] = (to_raw * below * scale * power) @ torch.log1p(s)
        g[14] = part @ (1 - self.recall.index_select(0, at))
        g[17], g[18] = -w[18] * bound, -w[17] * bound

    def _repeat_gradient(self, g: "list[Tensor]", to_raw: "Tensor") -> None:
        w, at, (after, _, free) = self.w, self.part.same_day, self.repeat
        part = to_raw * after * free
        g[17] = g[17] + part @ (self.rated.index_select(0, at) + w[18])
        g[18] = g[18] + w[17] * part.sum()
        g[19] = -(part @ self.log_s.index_select(0, at))
