"""FSRS-6 over a whole log at once: the k-th reviews of all cards are computed in one step.

The same formulas as py-fsrs computes one card at a time, in double precision; equal to it within
1e-9 relative (the tests say so on random histories). Elapsed time is in study days.

Source: J. Ye, "FSRS-6", open-spaced-repetition wiki "The Algorithm".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from cards.scheduling.fsrs import DEFAULT_PARAMETERS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[Any]

MINIMUM_STABILITY = 0.001


@dataclass(frozen=True, slots=True)
class Folded:
    """What a log adds up to: one row a card, and one prediction a review.

    `card` (cards,) holds the card ids in rising order, `stability`, `difficulty` and `day`
    (cards,) the state after each one's last review. `recall` (reviews,) is the chance of recall
    that was predicted just before each review, NaN for a card's first.
    """

    card: Ints
    stability: Floats
    difficulty: Floats
    day: Ints
    recall: Floats


@dataclass(frozen=True, slots=True)
class Layout:
    """A log sorted by card, its cards ordered by their number of reviews, longest first.

    The k-th reviews of all cards that have one are then `order[starts[:n] + k]`, a prefix.
    """

    card: Ints
    order: Ints
    starts: Ints
    counts: Ints

    def steps(self) -> Iterator[Ints]:
        """Yield, for k = 0, 1, …, the places in the log of the k-th reviews, longest card first."""
        active = np.searchsorted(-self.counts, -np.arange(self.counts.max(initial=0)), "left")
        for k, n in enumerate(active):
            yield self.order[self.starts[:n] + k]

    def parts(self, reviews: int) -> "Iterator[Layout]":
        """Yield layouts of some of the cards each, with about so many reviews."""
        part = (np.cumsum(self.counts) - 1) // reviews
        edges = np.flatnonzero(np.diff(part, prepend=-1, append=-1))
        for first, last in pairwise(edges.tolist()):
            here = slice(first, last)
            yield Layout(self.card[here], self.order, self.starts[here], self.counts[here])


def lay_out(card: Ints) -> Layout:
    """Return the layout of a log in order of time, given the card of each review."""
    order = np.argsort(card, kind="stable")
    grouped = card[order]
    starts = np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]]) if len(card) else order
    counts = np.diff(np.r_[starts, len(card)])
    longest_first = np.argsort(-counts, kind="stable")
    starts, counts = starts[longest_first], counts[longest_first]
    return Layout(grouped[starts], order, starts, counts)


def fold(
    card: Ints,
    day: Ints,
    rating: Ints,
    parameters: Sequence[float] = DEFAULT_PARAMETERS,
    layout: Layout | None = None,
) -> Folded:
    """Return the memory of every card after the whole log, and what was predicted on the way.

    `card`, `day` (study day) and `rating` (1–4) are (reviews,), each card's in order of time.
    """
    layout = layout or lay_out(card)
    n = len(layout.card)
    stability, difficulty = np.empty(n), np.empty(n)
    last = np.empty(n, dtype=np.int64)
    recall = np.full(len(card), np.nan)
    for k, places in enumerate(layout.steps()):
        m = len(places)
        rated, today = rating[places].astype(np.int64), day[places].astype(np.int64)
        if k == 0:
            stability[:m], difficulty[:m] = first(rated, parameters)
            last[:m] = today
            continue
        today = np.maximum(today, last[:m])
        elapsed = today - last[:m]
        s, d = stability[:m], difficulty[:m]
        predicted = forgetting(s, elapsed, parameters)
        recall[places] = predicted
        stability[:m], difficulty[:m] = following(s, d, predicted, elapsed, rated, parameters)
        last[:m] = today
    by_id = np.argsort(layout.card)
    return Folded(layout.card[by_id], stability[by_id], difficulty[by_id], last[by_id], recall)


def forgetting(stability: Floats, elapsed: Ints, parameters: Sequence[float]) -> Floats:
    """Return the chance of recall `elapsed` days after a review."""
    decay = -parameters[20]
    factor = 0.9 ** (1 / decay) - 1
    result: Floats = (1 + factor * elapsed / stability) ** decay
    return result


def first(rating: Ints, parameters: Sequence[float]) -> tuple[Floats, Floats]:
    """Return stability and difficulty after a first review."""
    w = np.asarray(parameters)
    stability = np.maximum(w[rating - 1], MINIMUM_STABILITY)
    difficulty = w[4] - np.exp(w[5] * (rating - 1)) + 1
    return stability, np.clip(difficulty, 1, 10)


def following(
    stability: Floats,
    difficulty: Floats,
    recall: Floats,
    elapsed: Ints,
    rating: Ints,
    parameters: Sequence[float],
) -> tuple[Floats, Floats]:
    """Return stability and difficulty after one more review, `elapsed` days after the last.

    `recall` is the chance of recall just before it, as `forgetting` has it.
    """
    return (
        next_stability(stability, difficulty, recall, elapsed, rating, parameters),
        next_difficulty(difficulty, rating, parameters),
    )


def next_stability(
    s: Floats, d: Floats, recall: Floats, elapsed: Ints, rating: Ints, w: Sequence[float]
) -> Floats:
    """Return stability after a review, given that before it, difficulty and predicted recall."""
    result = np.empty_like(s)
    same_day = elapsed < 1
    lapsed = ~same_day & (rating == 1)
    recalled = ~same_day & (rating > 1)
    at = np.flatnonzero(same_day)
    if len(at):
        growth = np.exp(w[17] * (rating[at] - 3 + w[18])) * s[at] ** -w[19]
        result[at] = s[at] * np.where(rating[at] > 1, np.maximum(growth, 1), growth)
    at = np.flatnonzero(lapsed)
    if len(at):
        after = w[11] * d[at] ** -w[12] * ((s[at] + 1) ** w[13] - 1)
        after *= np.exp((1 - recall[at]) * w[14])
        result[at] = np.minimum(after, s[at] / np.exp(w[17] * w[18]))
    at = np.flatnonzero(recalled)
    if len(at):
        effort = np.array([1.0, 1.0, w[15], 1.0, w[16]])[rating[at]]
        growth = np.exp(w[8]) * (11 - d[at]) * s[at] ** -w[9]
        growth *= np.expm1((1 - recall[at]) * w[10]) * effort
        result[at] = s[at] * (1 + growth)
    return np.maximum(result, MINIMUM_STABILITY)


def next_difficulty(d: Floats, rating: Ints, w: Sequence[float]) -> Floats:
    """Return difficulty after a review, given that before it."""
    easiest = w[4] - np.exp(w[5] * 3) + 1
    moved = d - w[6] * (rating - 3) * (10 - d) / 9
    result: Floats = np.clip(w[7] * easiest + (1 - w[7]) * moved, 1, 10)
    return result
