"""Workers that wait for each other and workers that do not: timelines, staleness, stability.

Sources: Chen et al. 2016, "Revisiting distributed synchronous SGD" (stragglers); the stability
limit of a delayed gradient step is classical and checked against the roots it comes from.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.lazy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SERVICE_TIMES = ("constant", "exponential", "pareto")


def service_times(
    kind: str, shape: tuple[int, ...], rng: "np.random.Generator"
) -> "NDArray[np.float64]":
    """Return times of mean 1: constant, exponential, or Pareto with tail index 1.5."""
    if kind == "constant":
        return np.ones(shape)
    if kind == "exponential":
        return rng.exponential(size=shape)
    return (1 + rng.pareto(1.5, size=shape)) / 3


@dataclass(frozen=True)
class Timeline:
    """What happened up to a horizon: arrays over updates, in order of time."""

    worker: "NDArray[np.int64]"
    finished: "NDArray[np.float64]"
    applied: "NDArray[np.float64]"
    staleness: "NDArray[np.int64]"
    """Updates applied between the worker's reading of the model and its own update."""
    idle: float
    """Share of the workers' time spent waiting, in [0, 1]."""


def synchronous(times: "NDArray[np.float64]") -> Timeline:
    """Return the timeline of rounds that wait for the slowest; ``times`` is (rounds, workers)."""
    rounds, workers = times.shape
    ends = times.max(1).cumsum()
    starts = ends - times.max(1)
    finished = (starts[:, None] + times).ravel()
    applied = np.repeat(ends, workers)
    idle = 1 - times.sum() / (workers * ends[-1])
    worker = np.tile(np.arange(workers), rounds)
    return Timeline(worker, finished, applied, np.zeros(rounds * workers, int), float(idle))


def asynchronous(times: "NDArray[np.float64]") -> Timeline:
    """Return the timeline of workers that start again at once; ``times`` is (steps, workers).

    Every worker does all its steps; only updates up to the first worker's last one are kept, so
    that all workers are busy throughout.
    """
    steps, workers = times.shape
    ends = times.cumsum(0)
    horizon = ends[-1].min()
    finished, worker = ends.ravel(), np.tile(np.arange(workers), steps)
    order = np.argsort(finished, kind="stable")
    finished, worker = finished[order], worker[order]
    kept = finished <= horizon
    finished, worker = finished[kept], worker[kept]
    last = np.zeros(workers, int)
    staleness = np.empty(finished.size, int)
    for index, who in enumerate(worker):
        staleness[index] = index - last[who]
        last[who] = index + 1
    return Timeline(worker, finished, finished, staleness, 0.0)


def delayed_roots(step: float, delay: int) -> "NDArray[np.complex128]":
    """Return the roots z of the iteration x_{t+1} = x_t - step x_{t-delay}."""
    coefficients = np.zeros(delay + 2)
    coefficients[0], coefficients[1] = 1, -1
    coefficients[-1] += step
    return np.roots(coefficients).astype(np.complex128)


def delayed_run(step: float, delay: int, length: int) -> "NDArray[np.float64]":
    """Return x_0 .. x_length of x_{t+1} = x_t - step x_{t-delay}, started at 1 throughout."""
    x = np.ones(length + delay + 1)
    for t in range(delay, length + delay):
        x[t + 1] = x[t] - step * x[t - delay]
    return x[delay:]
