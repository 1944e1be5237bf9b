"""An exam: what will be recalled on its day, and which extra review each card gets before.

Expected recall follows a card through the reviews that come before the exam: each is recalled with
the chance that FSRS gives it on its day, and forgotten else. The plan adds one review to each card
below the target, as late as the days' shares allow: what is forgotten fastest comes last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cards.scheduling.fsrs import DEFAULT_PARAMETERS, Rating, days_until, remember, retrievability

TARGET = 0.95
"""Expected recall below which a card gets an extra review."""

DEPTH = 3
"""Reviews before the exam that are followed with both their ends; later ones are recalled."""


@dataclass(frozen=True)
class Memory:
    """What is known of a card: None for one that was never studied. Days are study days."""

    id: str
    stability: float | None = None
    difficulty: float | None = None
    last: int = 0
    due: int = 0


@dataclass(frozen=True)
class Outlook:
    """Expected recall on the day, in [0, 1], without and with the plan; `extra` is its day."""

    id: str
    without: float
    planned: float
    extra: int | None = None


@dataclass(frozen=True)
class _Course:
    """What all cards of one exam share."""

    today: int
    exam: int
    retention: float
    parameters: tuple[float, ...]

    def interval(self, stability: float) -> int:
        """Return the days until recall falls to the desired retention, one at least."""
        return max(1, round(days_until(self.retention, stability, self.parameters)))

    def recall(self, one: Memory, extra: int | None, depth: int = DEPTH) -> float:
        """Return the expected recall on the day of the exam, with a review on the day `extra`."""
        if one.stability is None or one.difficulty is None:
            if extra is None:
                return 0.0
            stability, difficulty = remember(None, None, 0, Rating.GOOD, self.parameters)
            due = extra + self.interval(stability)
            return self.recall(Memory(one.id, stability, difficulty, extra, due), None, depth)
        coming = max(one.due, self.today, one.last + 1)
        day = coming if extra is None else min(coming, max(extra, self.today))
        if day >= self.exam:
            return retrievability(one.stability, self.exam - one.last, self.parameters)
        left = None if extra is not None and day >= extra else extra
        chance = retrievability(one.stability, day - one.last, self.parameters)
        if depth <= 0:
            return self._after(one, Rating.GOOD, day, left, depth)
        good = self._after(one, Rating.GOOD, day, left, depth - 1)
        again = self._after(one, Rating.AGAIN, day, left, depth - 1)
        return chance * good + (1 - chance) * again

    def _after(self, one: Memory, rating: Rating, day: int, extra: int | None, depth: int) -> float:
        elapsed = day - one.last
        found = remember(one.stability, one.difficulty, elapsed, rating, self.parameters)
        wait = self.interval(found[0]) if rating is Rating.GOOD else 1
        return self.recall(Memory(one.id, *found, day, day + wait), extra, depth)


def plan(
    memories: Iterable[Memory],
    today: int,
    exam: int,
    *,
    retention: float = 0.9,
    parameters: Sequence[float] = DEFAULT_PARAMETERS,
    target: float = TARGET,
) -> list[Outlook]:
    """Return the outlook of each card, the least likely to be recalled without a plan first.

    No day has more than its share of the extra reviews: those of new cards come from today on,
    those of studied ones on the last days.
    """
    course = _Course(today, exam, retention, tuple(parameters))
    found = [(one, course.recall(one, None)) for one in memories]
    found.sort(key=lambda pair: (pair[1], pair[0].id))
    days = max(1, exam - today)
    wanting = [one for one, without in found if without < target]
    share = max(1, -(-len(wanting) // days))
    new = sorted(one.id for one in wanting if one.stability is None)
    old = [one for one in wanting if one.stability is not None]
    old.sort(key=lambda one: (one.stability, one.id))
    extras = {id: today + n // share for n, id in enumerate(new)}
    extras |= {one.id: today + days - 1 - n // share for n, one in enumerate(old)}
    rows = []
    for one, without in found:
        extra = extras.get(one.id)
        if extra is not None and one.stability is not None and one.last >= extra:
            extra = None  # it has been reviewed today
        planned = without if extra is None else max(without, course.recall(one, extra))
        rows.append(Outlook(one.id, without, planned, extra))
    return rows
