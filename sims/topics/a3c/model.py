"""The stream of experience that many workers make together, and how much is in it."""

from typing import TYPE_CHECKING

from sims import asynchrony
from sims.lazy import np
from sims.rl.environments import cart_pole
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray

topic = Topic("a3c")


def angles(seeds: int, workers: int, steps: int, run: Run, stream: str) -> "NDArray[np.float64]":
    """Return the pole's angle in each worker's own cart and pole, (seeds, workers, steps)."""
    generator = run.generator(stream)
    found: NDArray[np.float64] = (
        cart_pole.random_angles((seeds, workers), steps, generator).cpu().numpy()
    )
    return found


def merged(
    streams: "NDArray[np.float64]", service: str, rng: "np.random.Generator"
) -> "NDArray[np.float64]":
    """Return one seed's streams, (workers, steps), in the order in which they arrive, (n,).

    A step takes each worker a random time; see `sims.asynchrony.service_times`.
    """
    workers, steps = streams.shape
    line = asynchrony.asynchronous(asynchrony.service_times(service, (steps, workers), rng))
    taken = np.zeros(workers, int)
    arrived = np.empty(line.worker.size)
    for index, worker in enumerate(line.worker):
        arrived[index] = streams[worker, taken[worker]]
        taken[worker] += 1
    return arrived


def autocorrelation(series: "NDArray[np.float64]", lag: int = 1) -> "NDArray[np.float64]":
    """Return the autocorrelation of series with mean 0 along the last axis."""
    products: NDArray[np.float64] = (series[..., lag:] * series[..., :-lag]).mean(-1)
    found: NDArray[np.float64] = products / (series**2).mean(-1)
    return found


def batch_information(streams: "NDArray[np.float64]", batch: int) -> "NDArray[np.float64]":
    """Return how many independent samples a batch is worth: variance over that of its mean.

    `streams` is (seeds, workers, steps) with mean 0; each worker adds batch / workers
    consecutive steps, which must divide the steps. Shape (seeds,).
    """
    seeds, workers, _ = streams.shape
    pieces = streams.reshape(seeds, workers, -1, batch // workers)
    means = pieces.mean((1, 3))
    worth: NDArray[np.float64] = (streams**2).mean((1, 2)) / (means**2).mean(-1)
    return worth


def worth(batch: int, workers: int, correlation: float) -> float:
    """Return that number exactly for streams whose autocorrelation at lag k is correlation^k."""
    each = batch // workers
    total = sum((1 - k / each) * correlation**k for k in range(1, each))
    return workers * each / (1 + 2 * total)
