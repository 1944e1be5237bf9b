"""The claims of the notes on Hogwild: real processes on shared memory, and their collisions."""

import fcntl
import math
import os
import tempfile
from fractions import Fraction
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sims.claims import Case, Evidence, Kind, enumeration, every, experiment, fact, require
from sims.lazy import np, torch
from sims.run import Run
from sims.topics.async_sgd_hogwild.model import locked_throughput, overlap, topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

PAPER = "Niu et al. 2011"
ADDITIONS, LOCKED, ROUNDS, MOST_ROUNDS = 100_000, 5_000, 10, 30
WIDTHS = (1, 64, 4096)

topic.documented(
    "29.7",
    "A specific type of async SGD designed for multi-core processors with shared memory",
    PAPER + ", abstract",
)


def add_together(rank: int, size: int) -> list[float]:
    """Add 1 to random coordinates of a shared vector, again and again; return the shares lost.

    Runs in each process. The vector is a tensor in shared memory, mapped by name since no common
    parent could hand it on.
    """
    folder = [f"{tempfile.gettempdir()}/hogwild-{os.getpid()}" if rank == 0 else ""]
    torch.distributed.broadcast_object_list(folder)
    lost = []
    for d in WIDTHS:
        path = Path(f"{folder[0]}-{d}")
        if rank == 0:
            path.write_bytes(bytes(8 * d))
        torch.distributed.barrier()
        tensor = torch.from_file(str(path), shared=True, size=d, dtype=torch.float64)
        shared = tensor.share_memory_().numpy()  # type: ignore[no-untyped-call]
        at = np.random.default_rng(rank).integers(0, d, ADDITIONS).tolist()
        rounds = _Rounds(shared, size * ADDITIONS)
        for _ in rounds:
            for i in at:
                shared[i] = shared[i] + 1.0
        lost.append(rounds.lost)
        if rank == 0:
            path.unlink()
    return [*lost, _locked_writes(Path(f"{folder[0]}-locked"), rank, size)]


class _Rounds:
    """Rounds of additions, each behind a barrier, and the share of additions `lost` by their end.

    Without a barrier the first process would be done before the last one has started. On a busy
    machine that happens all the same: while none was lost, up to three times as many follow.
    """

    def __init__(self, shared: "NDArray[np.float64]", additions: int) -> None:
        self._shared, self._additions = shared, additions
        self.lost = 0.0

    def __iter__(self) -> "Iterator[int]":
        for number in range(MOST_ROUNDS):
            if number >= ROUNDS and self._look(number):
                return
            torch.distributed.barrier()
            yield number
        self._look(MOST_ROUNDS)

    def _look(self, rounds: int) -> float:
        """Return the share that is lost after some rounds, the same in all processes."""
        torch.distributed.barrier()
        self.lost = 1 - float(self._shared.sum()) / (rounds * self._additions)
        torch.distributed.barrier()
        return self.lost


def _locked_writes(path: Path, rank: int, size: int) -> float:
    """Add 1 to one number again and again, with a lock held while it is written, not while read.

    Returns the share of additions lost.
    """
    if rank == 0:
        path.write_bytes(bytes(8))
    torch.distributed.barrier()
    shared = np.memmap(path, dtype=np.float64, mode="r+")
    with path.open("rb") as lock:
        rounds = _Rounds(shared, size * LOCKED)
        for _ in rounds:
            for _ in range(LOCKED):
                number = shared[0] + 1.0
                fcntl.flock(lock, fcntl.LOCK_EX)
                shared[0] = number
                fcntl.flock(lock, fcntl.LOCK_UN)
    if rank == 0:
        path.unlink()
    return rounds.lost


@cache
def lost_updates(workers: int) -> tuple[float, ...]:
    """Return the share of additions lost at each of `WIDTHS`, and with a lock for writing."""
    from sims.worker import gloo as processes  # brings the worker along, which few topics need

    return tuple(processes.together(f"{__name__}:add_together", workers)[0])


@topic.ran(
    "29.8",
    says="Workers update the shared model parameters without locking",
    rule="of the additions to one shared number (10 rounds of 100,000 by each process; 10 of 5,000 "
    "where a lock is held while writing; up to 30 while none is lost) some are lost, or none, as "
    "asserted",
    source=PAPER + ", section 2: the analysis assumes atomic additions",
    right="additions that are not atomic can be lost; the analysis assumes that they are not",
    assumptions=("Python's read, add and write leave more room for collisions than C's",),
    asserted=Case(
        (2, False, True), "two processes that lock nothing lose some updates of one number"
    ),
    mutant=Case((2, True, False), "a lock held while writing, not while reading, would lose none"),
    control=Case((1, False, False), "a single process loses none"),
    simulation="lock",
)
def unlocked(asserted: tuple[int, bool, bool], run: Run) -> Evidence:
    """Let real processes add to a number in shared memory."""
    workers, locked, some = asserted
    share = lost_updates(workers)[-1 if locked else 0]
    return fact((share > 0) == some, f"{share:.2%} of the additions lost", share)


def served(workers: int, section: float) -> float:
    """Return the throughput of the machine repairman's queue, from its balance equations.

    The chance of k workers at the lock is in proportion to n!/(n - k)! section^k; whenever any
    is there, updates leave at the rate 1/section.
    """
    weights = [math.perm(workers, k) * section**k for k in range(workers + 1)]
    return (1 - 1 / sum(weights)) / section


@topic.simulated(
    "29.9",
    says="removes synchronization overhead",
    kind=Kind.STRUCTURAL,
    rule="updates in unit time without a lock over those with one, by exact analysis of the queue, "
    "are at least the asserted ratio, over a range of 4 in the locked time; the "
    "analysis agrees with the balance equations of 16 queues",
    source="Reiser & Lavenberg 1980, mean value analysis",
    right="removes it: how much that gains depends on how busy the lock was",
    assumptions=("exponential times, a gradient takes 1 on average", "no lost updates, no caches"),
    mutant=Case((2, 0.01, 1.25), "so do 2 workers without a lock held 0.5 to 2 % of it"),
    control=Case((16, 0.2, 1.0), "16 workers are no slower without the lock"),
    asserted=Case(
        (16, 0.2, 1.25),
        "16 workers make a quarter more updates without a lock held 10 to 40 % of a "
        "gradient's time",
    ),
    simulation="lock",
)
def overhead(asserted: tuple[int, float, float], run: Run) -> Evidence:
    """Compare n/(1 + c) with the throughput of the queue before the lock."""
    workers, middle, least = asserted
    ratios = [
        workers / (1 + section) / locked_throughput(workers, section)
        for section in (middle / 2, middle, middle * 2)
    ]
    wrong = sum(ratio < least for ratio in ratios)
    shown = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    sizes = [(n, section) for n in (1, 2, 3, 16) for section in (0.01, 0.2, 1.0, 4.0)]
    off = sum(not abs(locked_throughput(*size) / served(*size) - 1) <= 1e-12 for size in sizes)
    return every(
        [
            enumeration(len(sizes), off, "queues off the repairman's formula"),
            enumeration(len(ratios), wrong, "locked times with a smaller ratio"),
            fact(wrong == 0, f"ratios {shown}", ratios[1]),
        ]
    )


def _exact_overlap(d: int, s: int) -> Fraction:
    """Return the share of pairs of `s`-subsets of `d` that meet, by listing one side."""
    own = set(range(s))
    others = list(combinations(range(d), s))
    return Fraction(sum(bool(own & set(other)) for other in others), len(others))


D, WORKERS, TENTH = 100, 10, 0.1


def together(
    x: "NDArray[Any]", goal: "NDArray[Any]", touched: int, workers: int, rng: "Generator"
) -> "tuple[NDArray[Any], NDArray[Any], list[tuple[NDArray[Any], NDArray[Any]]]]":
    """Return the models (count, D) after `workers` read and wrote at once, where, and by what.

    Examples are (coordinates, entries), each (count, touched); their sums are those of `goal`.
    """
    each = np.arange(len(x))[:, None]
    read, x, written, examples = x, x.copy(), np.zeros(x.shape, dtype=bool), []
    for _ in range(workers):
        where = rng.random(x.shape).argpartition(touched - 1, axis=1)[:, :touched]
        row = rng.standard_normal((len(x), touched))
        error = ((goal - read)[each, where] * row).sum(1) / (row**2).sum(1)
        x[each, where] = read[each, where] + error[:, None] * row
        written[each, where] = True
        examples.append((where, row))
    return x, written, examples


def _solve(
    touched: int, workers: int, count: int, rng: "Generator"
) -> "tuple[NDArray[Any], float]":
    """Return the updates to a tenth of the squared error, (count,), and the share of writes kept.

    Each update solves one random equation that touches some of the D coordinates, from what all
    `workers` read at once; where two of them write the same coordinate, the last one stays.
    """
    goal = rng.standard_normal((count, D))
    x = np.zeros((count, D))
    needed, at, kept, wrote = np.full(count, 0), 0, 0, 0
    while not needed.all():
        x, written, _ = together(x, goal, touched, workers, rng)
        at += workers
        kept, wrote = kept + int(written.sum()), wrote + workers * touched * count
        done = ((x - goal) ** 2).sum(1) <= TENTH * (goal**2).sum(1)
        needed = np.where(done & (needed == 0), at, needed)
    return needed, kept / wrote


@topic.simulated(
    "29.10",
    says="Most effective for sparse datasets and models",
    rule="updates that 10 workers need for a tenth of the error over those of 1 worker: log of the "
    "ratio where updates touch the second number of 100 coordinates, less that where they touch "
    "the first, above log 3; 20 seeds, two rounds; void unless as many writes stay as the "
    "coordinates that 10 updates meet, and two updates meet as often as listing says",
    source=PAPER + ", section 4; yet one of its problems that is not sparse in that sense, RCV1, "
    "gained as well",
    assumptions=(
        "random equations, each update solves its own; 10 workers read at once and write at once, "
        "the worst that may happen, and the last to write a coordinate stays",
    ),
    asserted=Case((1, 100), "10 workers lose 3 times less where updates touch 1 coordinate of 100"),
    mutant=Case((1, 10), "they lose 3 times less than where updates touch 10, too"),
    control=Case((1, 50), "they lose 3 times less than where updates touch 50"),
    simulation="overlap",
    derivation="overlap",
)
def sparse_loses_less(asserted: tuple[int, int], run: Run) -> Evidence:
    """Pair what overwriting costs on sparse updates with what it costs on dense ones."""
    sizes = [(d, s) for d in range(2, 10) for s in range(1, d + 1)]
    for d, s in sizes:
        met = float(_exact_overlap(d, s))
        require(abs(overlap(d, s) - met) <= 1e-12, says=f"{s} of {d} meet otherwise")

    def cost(touched: int, count: int, offset: int) -> Any:
        many, kept = _solve(touched, WORKERS, count, run.rng(f"many {touched} {offset}"))
        one, _ = _solve(touched, 1, count, run.rng(f"one {touched} {offset}"))
        share = touched / D
        expected = (1 - (1 - share) ** WORKERS) / (WORKERS * share)
        require(abs(kept - expected) <= 0.02, says=f"{kept:.3f} of writes stay, not {expected:.3f}")
        return np.log(many / one)

    def less(count: int, offset: int) -> Any:
        sparse, dense = asserted
        return cost(dense, count, offset) - cost(sparse, count, offset)

    return experiment(
        less, margin=math.log(3), says="log of what overwriting costs, dense to sparse"
    )


@topic.ran(
    "29.11",
    says="the chance of workers overwriting each other's updates is low",
    kind=Kind.EXPERIMENT,
    rule="two updates of 10 coordinates overlap with probability below 10 %, and real processes "
    "lose at most a tenth of what they lose on one number",
    source=PAPER,
    right="for sparse updates; Python's wide race window overstates C's losses here",
    asserted=Case((1000, 4096), "10 of 1000 coordinates; 4096 shared numbers"),
    mutant=Case((10, 1), "10 of 10 coordinates; one shared number"),
    control=Case((100_000, 4096), "10 of 100,000 coordinates; 4096 shared numbers"),
    simulation="overlap",
    derivation="overlap",
)
def overwriting(asserted: tuple[int, int], run: Run) -> Evidence:
    """Take the exact overlap, and the measured losses at a width."""
    d, width = asserted
    losses = dict(zip(WIDTHS, lost_updates(2), strict=False))
    chance = overlap(d, 10)
    return every(
        [
            fact(chance < 0.1, f"overlap probability {chance:.2%}", chance),
            fact(
                losses[width] <= losses[1] / 10,
                f"losses {losses[width]:.3%} on {width} numbers, {losses[1]:.3%} on one",
            ),
        ]
    )


topic.documented(
    "29.12",
    "Enables nearly linear speedups with the number of processors on suitable problems",
    PAPER + ", section 5; two cores of a shared machine cannot decide it by measuring",
    right="how near a problem comes is to be measured: sparsity alone does not predict it",
    kind=Kind.EXPERIMENT,
)
