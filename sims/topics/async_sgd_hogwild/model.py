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
TUNING = 40


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
    seeds: int,
    run: Run,
    stream: str,
    *,
    noise: float = NOISE,
) -> "NDArray[np.float64]":
    """Return each seed's time to a tenth of the first loss at :func:`best_rate`, (seeds,)."""
    times = times_to_target(kind, service, workers, seeds, run, stream, noise)
    return times[:, best_rate(kind, service, workers, run, noise)]


@cache
def best_rate(kind: str, service: str, workers: int, run: Run, noise: float) -> int:
    """Return which of :data:`RATES` has the least mean log time, on seeds kept for this choice."""
    times = times_to_target(kind, service, workers, TUNING, run, "choice of the rate", noise)
    return int(np.log(times).mean(0).argmin())


@cache
def times_to_target(
    kind: str,
    service: str,
    workers: int,
    seeds: int,
    run: Run,
    stream: str,
    noise: float,
    rounds: int = 150,
) -> "NDArray[np.float64]":
    """Return each seed's time to a tenth of the first loss at each of the rates, (seeds, rates).

    The loss is a parabola with :data:`CURVATURES`; gradients carry noise. Synchronous workers
    average one gradient each in a round; asynchronous ones apply theirs at once, computed where
    they last read the model. Never reaching the target counts as the whole horizon.
    """
    rng = run.rng(stream)
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
    reached: NDArray[np.float64] = np.repeat(when[:, -1:], len(RATES), axis=1)
    every = np.arange(seeds)[:, None]
    for step in range(0, length, together):
        these = who[:, step : step + together]
        blur = rng.normal(scale=noise, size=(seeds, together, 1, len(CURVATURES)))
        gradient = (curvature * read[every, these] + blur).mean(axis=1)
        x = (x - rates * gradient).clip(-1e3, 1e3)
        read[every, these] = x[:, None]
        reached = np.minimum(reached, np.where(at_target(x), when[:, step, None], np.inf))
    return reached


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
