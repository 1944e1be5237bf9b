"""The collection that the benchmarks measure on: card texts, and the review log of a learner.

The learner's memory follows FSRS-6 with parameters of its own while the cards are scheduled with
the default ones, as it is for everyone who has not fitted them. Everything depends on the sizes
alone, so that two programs get the same collection.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cards.scheduling.batch import first, following, forgetting
from cards.scheduling.fsrs import DEFAULT_PARAMETERS

LEARNER = (
    0.15, 0.7, 1.8, 20.0, 7.0, 0.75, 2.5, 0.04, 1.35, 0.22, 1.1, 1.1, 0.13, 0.36, 1.3, 0.25, 2.7,
    0.42, 0.22, 0.18, 0.4,
)  # fmt: skip
"""How this learner really forgets: far enough from the defaults that a fit finds something."""
SEEN = 0.98
"""Share of the cards that were met; the rest are new."""
DAY = 86_400_000
TOPICS = (
    "softmax", "cross entropy", "layer norm", "attention", "dropout", "momentum", "k-means",
    "variational bound", "perplexity", "beam search", "kernel trick", "ridge regression",
    "Markov chain", "value iteration", "policy gradient", "residual block", "weight decay",
    "contrastive loss", "label smoothing", "tokeniser", "rotary embedding", "mixture of experts",
    "importance sampling", "Kalman filter", "convex hull",
)  # fmt: skip
_QUESTIONS = (
    "What does {topic} give for case {number}?",
    "Write the derivative of {topic} in \\(x_{{{number}}}\\).",
    "When does {topic} fail, example {number}?",
    "What does {topic} cost with \\(n = {number}\\) inputs?",
    "Why is step {number} of {topic} stable?",
)
_ANSWERS = (
    "\\(\\frac{{e^{{x_{{{small}}}}}}}{{\\sum_j e^{{x_j}}}}\\)",
    "\\(-\\sum_i y_i \\log p_i = {small}\\)",
    "\\(O(n^{{{power}}} d)\\) time and \\(O(n)\\) memory",
    "\\((X^\\top X + {small} I)^{{-1}} X^\\top y\\)",
)
_WORDS = (
    "since", "a", "constant", "taken", "from", "every", "score", "leaves", "all", "weights", "as",
    "they", "are", "we", "may", "take", "away", "the", "largest", "one", "first", "so", "that",
    "no", "power", "can", "overflow", "while", "their", "sum", "below", "is", "never", "zero",
)  # fmt: skip


def texts(cards: int) -> Iterator[tuple[str, str, str]]:
    """Yield (topic, question, answer) of each card, topic by topic; all questions differ."""
    rng = np.random.default_rng(cards)
    start, length = rng.integers(0, 14, cards).tolist(), rng.integers(4, 18, cards).tolist()
    for number in range(cards):
        topic = TOPICS[number * len(TOPICS) // cards]
        question = _QUESTIONS[number % len(_QUESTIONS)].format(topic=topic, number=number)
        answer = _ANSWERS[number % len(_ANSWERS)].format(small=number % 97, power=1 + number % 3)
        words = _WORDS[start[number] : start[number] + length[number]]
        yield topic, question, f"{answer} {' '.join(words)}"


def tag_of(topic: str) -> str:
    """Return the tag of a topic's cards."""
    return f"ml::{topic.replace(' ', '-')}"


@dataclass(frozen=True)
class Log:
    """Reviews in order of time, every array (reviews,).

    `card` counts from 0 in the order of `texts`; `at` (ms since 1970, UTC) rises strictly; `day`
    counts from 1970, `due` is the day of the next review and `interval`, `before` are days, 0 for
    a step of the same day. `stage` and `stage_after` are 0 learning, 1 review, 2 relearning, and
    `number` is how many reviews the card had before.
    """

    card: np.ndarray
    at: np.ndarray
    day: np.ndarray
    rating: np.ndarray
    number: np.ndarray
    stage: np.ndarray
    stage_after: np.ndarray
    before: np.ndarray
    interval: np.ndarray
    milliseconds: np.ndarray
    predicted: np.ndarray

    def __len__(self) -> int:
        return len(self.card)


def study_day() -> int:
    """Return today, counted from 1970, as a day of study that begins at four o'clock."""
    return int((time.time() - 4 * 3600) // 86_400)


def log(cards: int, reviews: int, last_day: int) -> Log:
    """Return the earliest `reviews` reviews of `cards` cards, moved to end on `last_day`."""
    horizon = 900
    while True:
        steps = _study(cards, horizon)
        if len(steps["card"]) >= reviews:
            break
        horizon += horizon // 4
    # Steps of one day are five minutes apart, so that every clock sees them in this order.
    steps["at"] = (
        steps["day"] * DAY + (480 + 5 * steps["number"]) * 60_000 + steps["card"] % 299_993
    )
    order = np.argsort(steps["at"], kind="stable")[:reviews]
    steps = {name: column[order] for name, column in steps.items()}
    moved = last_day - steps["day"][-1]
    steps["day"] += moved
    place = np.arange(reviews)
    steps["at"] = np.maximum.accumulate(steps["at"] + moved * DAY - place) + place
    shuffled = np.random.default_rng(3).permutation(cards)  # topics are learnt side by side
    return Log(**steps | {"card": shuffled[steps["card"]]})


def _study(cards: int, horizon: int) -> dict[str, np.ndarray]:
    """Return every review before day `horizon`, the k-th reviews of all cards at once."""
    rng = np.random.default_rng(1)
    card = np.arange(int(SEEN * cards))
    day = card * 400 // cards
    last, stage, interval = day.copy(), np.zeros(len(card), int), np.zeros(len(card), int)
    true = scheduled = first(np.ones(len(card), int), LEARNER)
    rows: list[dict[str, np.ndarray]] = []
    number = 0
    while len(card):
        elapsed = day - last
        if number == 0:
            rating = rng.choice(4, len(card), p=(0.25, 0.12, 0.53, 0.1)) + 1
            predicted = np.full(len(card), np.nan)
            true, scheduled = first(rating, LEARNER), first(rating, DEFAULT_PARAMETERS)
        else:
            recall = forgetting(true[0], elapsed, LEARNER)
            predicted = forgetting(scheduled[0], elapsed, DEFAULT_PARAMETERS)
            known = rng.random(len(card)) < np.where(elapsed, recall, 0.92)
            rating = np.where(known, rng.choice((2, 3, 4), len(card), p=(0.1, 0.8, 0.1)), 1)
            true = following(*true, recall, elapsed, rating, LEARNER)
            scheduled = following(*scheduled, predicted, elapsed, rating, DEFAULT_PARAMETERS)
        graduates = np.select(
            [stage == 0, stage == 1], [rating > (2 if number else 3), rating > 1], rating > 2
        )
        after = np.where(graduates, 1, np.where(stage == 1, 2, stage))
        days = np.where(graduates, np.clip(np.rint(scheduled[0]), 1, 36_500), 0).astype(int)
        rows.append(
            {
                "card": card,
                "day": day,
                "rating": rating,
                "number": np.full(len(card), number),
                "stage": stage,
                "stage_after": after,
                "before": interval,
                "interval": days,
                "milliseconds": np.minimum(60_000, rng.lognormal(8.6, 0.6, len(card))).astype(int),
                "predicted": predicted,
            }
        )
        late = np.rint(days * rng.uniform(0.95, 1.1, len(card))).astype(int)
        following_day = day + np.where(graduates, np.maximum(1, late), 0)
        kept = following_day < horizon
        card, last, stage, interval = card[kept], day[kept], after[kept], days[kept]
        day = following_day[kept]
        true = true[0][kept], true[1][kept]
        scheduled = scheduled[0][kept], scheduled[1][kept]
        number += 1
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
