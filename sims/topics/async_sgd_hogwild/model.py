"""Descent along a timeline of workers, overlap of sparse updates, and waiting for a lock."""

import math
from typing import TYPE_CHECKING

from sims import asynchrony
from sims.lazy import np
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray

topic = Topic("async-sgd-hogwild")

CURVATURES = (1.0, 0.5, 0.2, 0.1)
NOISE = 0.3
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)


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


def time_to_target(
    kind: str, service: str, workers: int, seeds: int, run: Run, stream: str
) -> "NDArray[np.float64]":
    """Return each seed's least time, over learning rates, to a tenth of the first loss, (seeds,).

    The loss is a parabola with :data:`CURVATURES`; gradients carry noise. Synchronous workers
    average one gradient each in a round; asynchronous ones apply theirs at once, computed where
    they last read the model. Never reaching the target counts as the whole horizon.
    """
    rng = run.rng(stream)
    rounds = 150
    times = asynchrony.service_times(service.split("+")[0], (seeds, rounds, workers), rng)
    if service.endswith("+straggler"):
        times[:, :, -1] *= 5
    curvature = np.array(CURVATURES)
    rates = np.array(RATES)[None, :, None]
    x = np.ones((seeds, len(RATES), curvature.size))

    def loss(at: "NDArray[np.float64]") -> "NDArray[np.float64]":
        summed: NDArray[np.float64] = (curvature * at**2 / 2).sum(-1)
        return summed

    first = float(loss(x)[0, 0])
    reached = np.full((seeds, len(RATES)), np.inf)

    def note(when: "NDArray[np.float64]") -> None:
        low = loss(x) < first / 10
        reached[low] = np.minimum(reached, when[:, None])[low]

    if kind == "synchronous":
        ends = times.max(2).cumsum(1)
        for step in range(rounds):
            noise = NOISE / math.sqrt(workers) * rng.normal(size=(seeds, 1, curvature.size))
            x = np.clip(x - rates * (curvature * x + noise), -1e3, 1e3)
            note(ends[:, step])
        waited: NDArray[np.float64] = np.minimum(reached.min(1), ends[:, -1])
        return waited
    lines = [asynchrony.asynchronous(series) for series in times]
    length = min(line.worker.size for line in lines)
    who = np.stack([line.worker[:length] for line in lines])
    when = np.stack([line.applied[:length] for line in lines])
    read = np.repeat(x[:, None], workers, 1)
    every = np.arange(seeds)
    for step in range(length):
        old = read[every, who[:, step]]
        noise = NOISE * rng.normal(size=(seeds, 1, curvature.size))
        x = np.clip(x - rates * (curvature * old + noise), -1e3, 1e3)
        read[every, who[:, step]] = x
        note(when[:, step])
    soonest: NDArray[np.float64] = np.minimum(reached.min(1), when[:, -1])
    return soonest
