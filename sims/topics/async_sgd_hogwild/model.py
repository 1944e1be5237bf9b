"""Descent along a timeline of workers, overlap of sparse updates, and waiting for a lock."""

import math
from functools import cache
from typing import TYPE_CHECKING

from sims import asynchrony
from sims.lazy import np
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray

topic = Topic("async-sgd-hogwild")

CURVATURES = (1.0, 0.5, 0.2, 0.1)
NOISE, STRAGGLER = 0.3, 5
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
RUNS, TUNING = 16, 10
"""Runs whose loss is averaged, and groups of them that choose the learning rate."""


def overlap(d: int, s: int) -> float:
    """Return the probability that two updates of ``s`` of ``d`` coordinates touch a common one."""
    return 1 - math.comb(d - s, s) / math.comb(d, s)


def locked_throughput(workers: int, section: float) -> float:
    """Return updates in unit time when each needs a lock for ``section``, gradients taking 1.

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
    """Return whether the loss at points ``x``, shape (…, 4), is below a tenth of that at x = 1."""
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
    """Return when each group's mean loss is a tenth of the first, at :func:`best_rate`."""
    times = times_to_target(kind, service, workers, groups, run, stream, noise, runs)
    return times[:, best_rate(kind, service, workers, run, noise)]


@cache
def best_rate(kind: str, service: str, workers: int, run: Run, noise: float) -> int:
    """Return which of :data:`RATES` has the least mean log time, in groups kept for this choice."""
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
    rounds: int = 150,
) -> "NDArray[np.float64]":
    """Return when each group's mean loss is a tenth of the first, by rate, (groups, rates).

    The loss is a parabola with :data:`CURVATURES`; gradients carry noise. Synchronous workers
    average one gradient each in a round; asynchronous ones apply theirs at once, computed where
    they last read the model. The loss is averaged over the runs of a group, for a single run's
    first passage is a matter of noise. Never reaching the target counts as the whole horizon.
    """
    rng = run.rng(stream)
    seeds = groups * runs
    times = asynchrony.service_times(service.split("+")[0], (seeds, rounds, workers), rng)
    if service.endswith("+straggler"):
        times[:, :, 0] *= STRAGGLER
    lines = [getattr(asynchrony, kind)(series) for series in times]
    length = min(line.worker.size for line in lines)
    who = np.stack([line.worker[:length] for line in lines])
    when = np.stack([line.applied[:length] for line in lines])
    together = workers if kind == "synchronous" else 1
    curvature, rates = np.array(CURVATURES), np.array(RATES)[:, None]
    x = np.ones((seeds, len(RATES), len(CURVATURES)))
    read = np.repeat(x[:, None], workers, axis=1)
    losses = [x**2 @ curvature]
    every = np.arange(seeds)[:, None]
    for step in range(0, length, together):
        these = who[:, step : step + together]
        blur = rng.normal(scale=noise, size=(seeds, together, 1, len(CURVATURES)))
        gradient = (curvature * read[every, these] + blur).mean(axis=1)
        x = (x - rates * gradient).clip(-1e3, 1e3)
        read[every, these] = x[:, None]
        losses.append(x**2 @ curvature)
    changed = np.column_stack([np.zeros(seeds), when[:, together - 1 :: together]])
    return _first_below(np.stack(losses, 1), changed, groups)


def _first_below(
    losses: "NDArray[np.float64]", changed: "NDArray[np.float64]", groups: int
) -> "NDArray[np.float64]":
    """Return when the groups' mean losses fall below a tenth, on a grid of eighths of a time.

    ``losses`` (runs, changes, rates) stand from the times ``changed`` (runs, changes) on.
    """
    grid = np.arange(0, changed[:, -1].min() + 1 / 8, 1 / 8)
    at = [np.searchsorted(times, grid, side="right") - 1 for times in changed]
    shown = np.stack([loss[index] for loss, index in zip(losses, at, strict=True)])
    mean = shown.reshape(groups, -1, *shown.shape[1:]).mean(1)
    low = mean < sum(CURVATURES) / 10
    first: NDArray[np.float64] = np.where(low.any(1), grid[low.argmax(1)], grid[-1])
    return first


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
