"""Workers that wait for each other and workers that do not: timelines, staleness, stability.

Sources: Chen et al. 2016, "Revisiting distributed synchronous SGD" (stragglers); the stability
limit of a delayed gradient step is classical and checked against the roots it comes from.
"""

import contextlib
import fcntl
import heapq
import math
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from sims.lazy import np, torch

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """What happened up to a horizon: arrays over updates, in the order in which they came."""

    worker: "NDArray[np.int64]"
    started: "NDArray[np.float64]"
    """When the worker read the model and began."""
    finished: "NDArray[np.float64]"
    """When it had its gradient."""
    applied: "NDArray[np.float64]"
    """When the model had it too."""
    staleness: "NDArray[np.int64]"
    """Changes of the model between the worker's reading and its own update."""

    @property
    def idle(self) -> float:
        """The share of the workers' time spent between a gradient and their next start, [0, 1]."""
        order = np.argsort(self.worker, kind="stable")
        worker, started, applied = self.worker[order], self.started[order], self.applied[order]
        again = np.where(np.diff(worker, append=-1) == 0, np.roll(started, -1), applied)
        return float((again - self.finished[order]).sum() / (again - started).sum())


def synchronous(times: "NDArray[np.float64]") -> Timeline:
    """Return the timeline of rounds that wait for the slowest; `times` is (rounds, workers).

    The updates of a round change the model once.
    """
    return _simulated(times, together=times.shape[1])


def asynchronous(times: "NDArray[np.float64]", applying: float = 0.0) -> Timeline:
    """Return the timeline of workers that do not wait; `times` is (steps, workers).

    The model takes one update at a time, for `applying` each; then its worker starts again. Every
    worker does all its steps; only updates finished up to the first worker's last one are kept, so
    that all workers are busy throughout.
    """
    return _simulated(times, together=1, applying=applying)


def _simulated(times: "NDArray[np.float64]", together: int, applying: float = 0.0) -> Timeline:
    """Return the timeline in which each `together` gradients that are ready are applied."""
    steps, workers = times.shape
    durations: list[list[float]] = times.T.tolist()
    events = [(series[0], who) for who, series in enumerate(durations)]
    heapq.heapify(events)
    started, read, done = [0.0] * workers, [0] * workers, [0] * workers
    ready: list[tuple[int, float]] = []
    updates: list[tuple[int, float, float, float, int]] = []
    free, changes, horizon = 0.0, 0, math.inf
    while events and events[0][0] <= horizon:
        now, who = heapq.heappop(events)
        done[who] += 1
        if done[who] == steps and together == 1:
            horizon = min(horizon, now)
        ready.append((who, now))
        if len(ready) < together:
            continue
        free = max(free, now) + applying
        for one, finished in sorted(ready):
            updates.append((one, started[one], finished, free, changes - read[one]))
        changes += 1
        for one, _ in ready:
            started[one], read[one] = free, changes
            if done[one] < steps:
                heapq.heappush(events, (free + durations[one][done[one]], one))
        ready.clear()
    worker, start, finish, apply, age = (np.array(column) for column in zip(*updates, strict=True))
    return Timeline(worker, start, finish, apply, age)


def updates(
    kind: str, times: "NDArray[np.float64]"
) -> "tuple[NDArray[np.int64], NDArray[np.float64]]":
    """Return whose updates came when in many runs at once; `times` is (runs, rounds, workers).

    Both have shape (runs, updates), all cut to the shortest run; applying takes no time. A worker
    that never waits is done at the sums of its own times, so that no event has to be queued.
    """
    runs, rounds, workers = times.shape
    if kind == "synchronous":
        return np.tile(np.arange(workers), (runs, rounds)), times.max(2).cumsum(1).repeat(
            workers, 1
        )
    ends = times.transpose(0, 2, 1).cumsum(2)
    busy = ends <= ends[:, :, -1].min(1)[:, None, None]  # until then none has done all its rounds
    length = int(busy.sum((1, 2)).min())
    ends = ends.reshape(runs, -1)
    order = ends.argsort(1, kind="stable")[:, :length]  # the first worker goes first in a tie
    return order // rounds, np.take_along_axis(ends, order, 1)


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


# --- As real processes -------------------------------------------------------------------------

UPDATES, SLOW, ROWS, WIDTH = 60, 10, 4000, 40
"""Updates of each process, gradients of one update of the last, rows and width of the problem."""
RACES = 3
"""Races of each kind: what else a machine runs can hold up a process in one of them."""


def race(rank: int, size: int) -> dict[str, list[float]]:
    """Update one shared model, freely and then in rounds, some times; what each process runs.

    The model is a file that all map: its weights, how many updates it has had, and whose they were.
    The last process takes ten times as long for an update. Freely everybody adds an update as soon
    as it is there; in rounds, when all have theirs. Returns whose update came when, and how far the
    weights are from what all updates add up to.
    """
    rng = np.random.default_rng(rank)
    x = rng.normal(size=(ROWS, WIDTH))
    goal = x @ np.arange(WIDTH)
    found: dict[str, list[float]] = {}
    for way, number in product(("free", "rounds"), range(RACES)):
        mine = np.zeros(WIDTH)
        with _shared(rank, WIDTH + 1 + size * UPDATES) as (shared, path), path.open("rb") as lock:
            for _ in range(UPDATES):
                weights = np.array(shared[:WIDTH])
                for _ in range(SLOW if rank == size - 1 else 1):
                    update = 0.1 / size * x.T @ (goal - x @ weights) / ROWS
                if way == "rounds":
                    torch.distributed.barrier()
                fcntl.flock(lock, fcntl.LOCK_EX)
                shared[:WIDTH] += update
                shared[WIDTH] += 1
                shared[WIDTH + int(shared[WIDTH])] = rank
                fcntl.flock(lock, fcntl.LOCK_UN)
                mine += update
            torch.distributed.barrier()
            total = torch.tensor(mine)
            torch.distributed.all_reduce(total)
            found[f"{way} {number}"] = shared[WIDTH + 1 :].tolist()
            found[f"{way} {number}, off"] = [float(np.abs(shared[:WIDTH] - total.numpy()).max())]
    return found


@contextlib.contextmanager
def _shared(rank: int, length: int) -> "Iterator[tuple[NDArray[np.float64], Path]]":
    """Map a file of numbers, 0 at first, into each process of the group; remove it at the end."""
    name = [f"{tempfile.gettempdir()}/race-{os.getpid()}" if rank == 0 else ""]
    torch.distributed.broadcast_object_list(name)
    path = Path(name[0])
    if rank == 0:
        path.write_bytes(bytes(8 * length))
    torch.distributed.barrier()
    yield np.memmap(path, dtype=np.float64, mode="r+"), path
    torch.distributed.barrier()
    if rank == 0:
        path.unlink()


@dataclass(frozen=True)
class Order:
    """Whose update came when, by rank, as real processes made them; the last one is slow."""

    ranks: tuple[int, ...]

    @property
    def lead(self) -> int:
        """The most updates by which the first process was ever ahead of the last."""
        last = max(self.ranks)
        ahead = np.cumsum([(rank == 0) - (rank == last) for rank in self.ranks])
        return int(ahead.max())

    @property
    def behind(self) -> float:
        """The share of the last process's updates that had come when the first had all of its."""
        last = max(self.ranks)
        done = len(self.ranks) - self.ranks[::-1].index(0)
        return self.ranks[:done].count(last) / self.ranks.count(last)


@cache
def real_races() -> dict[str, list[Order]]:
    """Run two real processes; return the orders in which updates came, freely and in rounds.

    Raises ArithmeticError if an update was lost.
    """
    from sims.worker import gloo as processes  # brings the worker along, which few topics need

    result = processes.together(f"{__name__}:race", 2)[0]
    orders: dict[str, list[Order]] = {"free": [], "rounds": []}
    for way, number in product(orders, range(RACES)):
        order = Order(tuple(int(rank) for rank in result[f"{way} {number}"]))
        (off,) = result[f"{way} {number}, off"]
        if not off <= 1e-9 or sorted(order.ranks) != [0] * UPDATES + [1] * UPDATES:
            raise ArithmeticError(f"{way}: updates of the real processes were lost")
        orders[way].append(order)
    return orders
