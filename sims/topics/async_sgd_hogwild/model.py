"""Descent along a timeline of workers, overlap of sparse updates, and waiting for a lock."""

import math
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from sims import asynchrony
from sims.lazy import np
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

topic = Topic("async-sgd-hogwild")

CURVATURES = (1.0, 0.5, 0.2, 0.1)
NOISE, STRAGGLER = 0.3, 5
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
RUNS, TUNING = 16, 10
"""Runs whose loss is averaged, and groups of them that choose the learning rate."""
STRETCH = 64
"""Moments that are looked at together for the target."""


def overlap(d: int, s: int) -> float:
    """Return the probability that two updates of `s` of `d` coordinates touch a common one."""
    return 1 - math.comb(d - s, s) / math.comb(d, s)


def locked_throughput(workers: int, section: float) -> float:
    """Return updates in unit time when each needs a lock for `section`, gradients taking 1.

    Exact for exponential times, by mean value analysis of the closed queue (Reiser & Lavenberg
    1980): the lock is one server, computing a gradient a delay.
    """
    queue = throughput = 0.0
    for n in range(1, workers + 1):
        response = section * (1 + queue)
        throughput = n / (1 + response)
        queue = throughput * response
    return throughput


def at_target(x: "NDArray[np.float64]") -> "NDArray[np.bool_]":
    """Return whether the loss at points `x`, shape (…, 4), is below a tenth of that at x = 1."""
    low: NDArray[np.bool_] = x**2 @ np.array(CURVATURES) < sum(CURVATURES) / 10
    return low


def time_to_target(
    kind: str,
    service: str,
    workers: int,
    groups: int,
    run: Run,
    stream: str,
    *,
    noise: float = NOISE,
    runs: int = RUNS,
) -> "NDArray[np.float64]":
    """Return when each group's mean loss is a tenth of the first, at `best_rate`."""
    rate = RATES[best_rate(kind, service, workers, run, noise)]
    return times_to_target(kind, service, workers, groups, run, stream, noise, runs, (rate,))[:, 0]


@cache
def best_rate(kind: str, service: str, workers: int, run: Run, noise: float) -> int:
    """Return which of `RATES` has the least mean log time, in groups kept for this choice."""
    stream = "choice of the rate"
    times = times_to_target(kind, service, workers, TUNING, run, stream, noise, RUNS)
    return int(np.log(times).mean(0).argmin())


@cache
def times_to_target(
    kind: str,
    service: str,
    workers: int,
    groups: int,
    run: Run,
    stream: str,
    noise: float,
    runs: int,
    rates: tuple[float, ...] = RATES,
    rounds: int = 150,
) -> "NDArray[np.float64]":
    """Return when each group's mean loss is a tenth of the first, by rate, (groups, rates).

    The loss is a parabola with `CURVATURES`; gradients carry noise. Synchronous workers
    average one gradient each in a round; asynchronous ones apply theirs at once, computed where
    they last read the model. The loss is averaged over the runs of a group, for a single run's
    first passage is a matter of noise. Never reaching the target counts as the whole horizon.
    """
    rng = run.rng(stream)
    seeds = groups * runs
    times = asynchrony.service_times(service.split("+")[0], (seeds, rounds, workers), rng)
    if service.endswith("+straggler"):
        times[:, :, 0] *= STRAGGLER
    who, when = asynchrony.updates(kind, times)
    together = workers if kind == "synchronous" else 1
    shape = (seeds, together, len(CURVATURES))
    if together > 1:  # all have read the newest model: a round is one update of one worker
        who = np.zeros_like(who[:, ::together])
    changed = np.column_stack([np.zeros(seeds), when[:, together - 1 :: together]])
    return first_below(
        _losses(who, np.array(rates), lambda: rng.normal(scale=noise, size=shape)), changed, groups
    )


def _losses(
    who: "NDArray[np.int64]",
    rates: "NDArray[np.float64]",
    blur: "Callable[[], NDArray[np.float64]]",
) -> "Iterator[NDArray[np.float64]]":
    """Yield the loss of each run at each rate, (runs, rates), at first and after each update.

    `who` (runs, updates) says whose it is; `blur()` draws the noise of those that make one.
    """
    seeds, curvature = len(who), np.array(CURVATURES)
    bend = np.repeat(curvature[:, None], len(rates), axis=1)
    added = np.kron(curvature, np.eye(len(rates))).T
    x = np.ones((seeds, *bend.shape))
    read = np.repeat(x[:, None], who.max() + 1, axis=1)
    every = np.arange(seeds)
    yield (x * x).reshape(seeds, -1) @ added
    for now in who.T:
        gradient = bend * read[every, now] + blur().mean(1)[:, :, None]
        x = (x - rates * gradient).clip(-1e3, 1e3)
        read[every, now] = x
        yield (x * x).reshape(seeds, -1) @ added


def first_below(
    losses: "Iterator[NDArray[np.float64]]", changed: "NDArray[np.float64]", groups: int
) -> "NDArray[np.float64]":
    """Return when the groups' mean losses fall below a tenth, on a grid of eighths of a time.

    Each of `losses` (runs, rates) stands from its time in `changed` (runs, changes) on. They
    are taken until all groups are there at every rate; the rest is not computed.
    """
    grid = np.arange(0, changed[:, -1].min() + 1 / 8, 1 / 8)
    at = _newest(changed, len(grid))
    every, start = np.arange(len(changed)), next(losses)
    known, size = 1, start.shape[1]
    shown = np.empty((changed.shape[1], *start.shape))
    shown[0] = start
    first: NDArray[np.float64] = np.full((groups, size), np.inf)
    for points in np.split(np.arange(len(grid)), range(STRETCH, len(grid), STRETCH)):
        for loss in islice(losses, int(at[points].max()) + 1 - known):
            shown[known] = loss
            known += 1
        mean = shown[at[points], every].reshape(len(points), groups, -1, size).mean(2)
        low = mean < sum(CURVATURES) / 10
        first = np.minimum(first, np.where(low.any(0), grid[points][low.argmax(0)], np.inf))
        if np.isfinite(first).all():
            break
    return first.clip(max=grid[-1])


def _newest(changed: "NDArray[np.float64]", size: int) -> "NDArray[np.int64]":
    """Return which change of each run is the newest at `size` eighths of a time, (size, runs)."""
    runs = len(changed)
    cell = np.minimum(np.ceil(8 * changed), size).astype(int)  # where it is first seen
    seen = np.bincount((cell * runs + np.arange(runs)[:, None]).ravel(), minlength=size * runs)
    newest: NDArray[np.int64] = seen[: size * runs].reshape(size, runs).cumsum(0) - 1
    return newest


def noiseless_time(kind: str, workers: int, longest: int = 1000) -> float:
    """Return the least time without noise, for workers that all take 1, by the exact recursion.

    Synchronous: x_t = (1 - rate c)^t. Asynchronous: the k-th update, at time ceil(k/n), uses a
    gradient that is n - 1 updates old.
    """
    delay, each = (0, 1) if kind == "synchronous" else (workers - 1, workers)
    first = []
    for rate in RATES:
        runs = [asynchrony.delayed_run(rate * c, delay, longest) for c in CURVATURES]
        low = at_target(np.column_stack(runs))
        first.append(math.ceil(int(low.argmax()) / each) if low.any() else math.inf)
    return min(first)
