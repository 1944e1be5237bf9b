"""Collectives that really move their chunks, their cost model, and data-parallel training."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sims.lazy import np, torch
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray

topic = Topic("distributed-dl")


@dataclass(frozen=True)
class Exchange:
    """What a collective did: each rank's result, numbers sent by each rank, and rounds taken."""

    results: "NDArray[np.float64]"
    sent: list[int]
    rounds: int


def ring_all_reduce(gradients: "NDArray[np.float64]") -> Exchange:
    """Sum `gradients`, shape (ranks, m), around a ring; pads m to a multiple of the ranks.

    First each chunk collects its sum on its way round (reduce-scatter), then the sums travel on
    (all-gather): 2 (n - 1) rounds of one chunk each.
    """
    n, m = gradients.shape
    chunk = math.ceil(m / n)
    held = np.zeros((n, n * chunk))
    held[:, :m] = gradients
    chunks = held.reshape(n, n, chunk)
    sent, rounds = [0] * n, 0
    for gathering in (False, True):
        for step in range(n - 1):
            moving = [(rank - step + gathering) % n for rank in range(n)]
            parcels = [chunks[rank, moving[rank]].copy() for rank in range(n)]
            for rank, parcel in enumerate(parcels):
                receiver = (rank + 1) % n
                if gathering:
                    chunks[receiver, moving[rank]] = parcel
                else:
                    chunks[receiver, moving[rank]] += parcel
                sent[rank] += parcel.size
            rounds += 1
    return Exchange(held[:, :m], sent, rounds)


def parameter_servers(gradients: "NDArray[np.float64]", servers: int) -> tuple[Any, list[int]]:
    """Return (mean gradient, numbers through each server's link) with shards over `servers`."""
    n, m = gradients.shape
    traffic, parts = [], []
    for shard in np.array_split(np.arange(m), servers):
        received = [gradients[rank, shard] for rank in range(n)]
        mean = np.mean(received, axis=0)
        traffic.append(sum(part.size for part in received) + n * mean.size)
        parts.append(mean)
    return np.concatenate(parts), traffic


def ring_time(n: float, size: float, latency: float, bandwidth: float) -> float:
    """Return seconds of a ring all-reduce of `size` bytes: 2(n-1) a + 2(n-1)/n M/B."""
    return 2 * (n - 1) * latency + 2 * (n - 1) / n * size / bandwidth


def tree_time(n: float, size: float, latency: float, bandwidth: float) -> float:
    """Return seconds of a tree reduce and broadcast of `size` bytes: 2 log2(n) (a + M/B)."""
    return 2 * math.log2(n) * (latency + size / bandwidth)


def server_time(n: float, size: float, latency: float, bandwidth: float) -> float:
    """Return seconds at one parameter server's link: 2 a + 2 n M/B."""
    return 2 * latency + 2 * n * size / bandwidth


def least_squares(rows: int) -> tuple[Any, Any]:
    """Return seeded data, features (rows, 5) and targets, float64."""
    generator = torch.Generator().manual_seed(7)
    x = torch.randn(rows, 5, generator=generator, dtype=torch.float64)
    return x, x @ torch.arange(1.0, 6.0, dtype=torch.float64) + 0.1


def gradient(x: Any, y: Any, w: Any) -> Any:
    """Return the gradient of the mean squared error at `w`."""
    return 2 * x.T @ (x @ w - y) / len(y)


def train_in_parallel(rank: int, size: int) -> dict[str, list[float]]:
    """Take 20 steps on this rank's shard with all-reduced gradients: by mean, and by sum.

    `uneven` gives the first rank half the rows, so that the mean of means is not the mean. With
    `server` the first rank alone adds up, updates and sends the model; `own` shares nothing.
    """
    half = 8 * size
    x, y = least_squares(2 * half)
    ways = {}
    for name in ("mean", "sum", "momentum", "uneven", "server", "own"):
        rows = slice(rank * 16, rank * 16 + 16)
        if name == "uneven":
            cut = [0, *(half + half * k // (size - 1) for k in range(size))]
            rows = slice(cut[rank], cut[rank + 1])
        w, velocity = torch.zeros(5, dtype=torch.float64), torch.zeros(5, dtype=torch.float64)
        for _ in range(20):
            g = gradient(x[rows], y[rows], w)
            if name == "server":
                torch.distributed.reduce(g, 0)
            elif name != "own":
                torch.distributed.all_reduce(g)
            g = g if name in ("sum", "own") else g / size
            velocity = g + (0.5 * velocity if name == "momentum" else 0)
            w = w - 0.05 * velocity
            if name == "server":
                torch.distributed.broadcast(w, 0)
        ways[name] = w.tolist()
    return ways


def train_alone(momentum: float, workers: int) -> Any:
    """Return the weights after the same 20 steps on all rows at once."""
    x, y = least_squares(16 * workers)
    w, velocity = torch.zeros(5, dtype=torch.float64), torch.zeros(5, dtype=torch.float64)
    for _ in range(20):
        velocity = gradient(x, y, w) + momentum * velocity
        w = w - 0.05 * velocity
    return w
