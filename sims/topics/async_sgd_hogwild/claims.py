"""The claims of the notes on asynchronous SGD, decided on simulated timelines."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sims import asynchrony
from sims.claims import Case, Evidence, Kind, Verdict, enumeration, every, experiment, fact, figure
from sims.lazy import np
from sims.run import Run
from sims.topics.async_sgd_hogwild.model import (
    CURVATURES,
    at_target,
    noiseless_time,
    time_to_target,
    topic,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIMES = ("independent service times of mean 1", "applying an update takes no time")

topic.documented(
    "29.1",
    "Decentralized updates: Multiple workers compute and apply gradient updates to a central model",
    "Lian et al. 2018: decentralized means that there is no central model",
    Verdict.FAILS,
    "a central model is centralised, as the section on distributed training says",
)


topic.documented(
    "29.2",
    "independently and in parallel",
    "Dean et al. 2012 (Downpour SGD), section 4.1: replicas run independently of each other",
    kind=Kind.STRUCTURAL,
)


@topic.ran(
    "29.3",
    says="Workers do not wait for others",
    kind=Kind.STRUCTURAL,
    rule="two real processes make 60 updates each of one shared model, one of them taking ten "
    "times as long for a gradient: when the quick one has made all of its, the share that the slow "
    "one has made is, in one of three races, at most the asserted one; no update is lost",
    right="for other workers' gradients, that is: server, network, a lock and memory bus can still "
    "keep them waiting",
    assumptions=("two processes on one machine; the model is a file that both map, locked to add",),
    asserted=Case(("free", 0.5), "the quick process is done while the slow one is not half way"),
    mutant=Case(
        ("rounds", 0.9), "it is done first in rounds as well: only the slow one is held up"
    ),
    control=Case(("rounds", 1.0), "in rounds the slow one has made all of its, at most"),
    simulation="race",
)
def no_waiting(asserted: tuple[str, float], run: Run) -> Evidence:
    """Read the order of the updates that real processes made."""
    way, most = asserted
    behind = min(race.behind for race in asynchrony.real_races()[way])
    return fact(behind <= most, f"{way}: the slow process had made {behind:.0%}", behind)


def harmonic(n: int) -> float:
    """Return H_n."""
    return sum(1 / i for i in range(1, n + 1))


@topic.simulated(
    "29.4",
    says="avoids the 'straggler effect' and improves resource utilization",
    kind=Kind.STRUCTURAL,
    rule="updates in unit time, asynchronous over synchronous, for 2, 4, 8, 16 workers and 3,000 "
    "rounds on simulated timelines, equal the asserted ratio within 3 %",
    assumptions=TIMES,
    asserted=Case(("exponential", harmonic), "H_n times as many for exponential times"),
    mutant=Case(("exponential", lambda n: 1.0), "equally many for exponential times"),
    control=Case(("constant", lambda n: 1.0), "equally many where all take equally long"),
    simulation="race",
    derivation="distributed-dl.slowest",
)
def throughput(asserted: tuple[str, Callable[[int], float]], run: Run) -> Evidence:
    """Count the updates of both timelines up to their ends."""
    service, ratio = asserted
    parts = []
    for n in (2, 4, 8, 16):
        times = asynchrony.service_times(service, (3_000, n), run.rng(f"times {n}"))
        free, waiting = asynchrony.asynchronous(times), asynchrony.synchronous(times)
        rates = [line.applied.size / line.applied.max() for line in (free, waiting)]
        measured = float(rates[0] / rates[1])
        parts.append(figure(measured, ratio(n), 0.03 * ratio(n), f"ratio for {n} workers"))
    return every(parts)


@topic.simulated(
    "29.5",
    says="a worker's update is based on an older version of the parameters",
    rule="mean staleness over 1,000 steps of 2, 4, 8, 16 workers, within 5 % of the asserted one",
    assumptions=TIMES,
    asserted=Case(("exponential", lambda n: n - 1), "on average n - 1 updates old"),
    mutant=Case(("exponential", lambda n: n / 2), "on average n/2 updates old"),
    control=Case(("constant", lambda n: n - 1), "n - 1 where all take equally long"),
    simulation="staleness",
)
def staleness(asserted: tuple[str, Callable[[int], float]], run: Run) -> Evidence:
    """Count the updates between reading the model and applying one's own."""
    service, expected = asserted
    parts = []
    for n in (2, 4, 8, 16):
        times = asynchrony.service_times(service, (1000, n), run.rng(f"times {n}"))
        line = asynchrony.asynchronous(times)
        measured = float(line.staleness[2 * n :].mean())
        tolerance = 0.05 * expected(n)
        parts.append(figure(measured, expected(n), tolerance, f"staleness of {n} workers"))
    return every(parts)


@topic.simulated(
    "29.6",
    says="Can significantly speed up training",
    rule="log time until the mean loss of 16 runs is a tenth of the first: synchronous less "
    "asynchronous, beyond log 1.5; 20 paired groups, two rounds; each way at one learning "
    "rate for all, that of the least mean log time on 10 other groups; without noise the "
    "times are those of the exact recursion, and the target is the ellipsoid of its "
    "closed-form axes",
    right="where times differ, from worker to worker or from step to step; where all take exactly "
    "equally long nobody waits, and stale gradients eat up the gain of more updates",
    assumptions=(*TIMES, "a noisy parabola of condition number 10", "eight learning rates"),
    mutant=Case((("constant",), 1.5), "so are 8 workers that all take exactly equally long"),
    control=Case((("exponential+straggler",), 1.0), "with a straggler, by anything at all"),
    asserted=Case(
        (("exponential+straggler", "exponential"), 1.5),
        "8 workers with random times, one of them 5 times slower or all alike, are over 1.5 "
        "times as fast",
    ),
    simulation="race",
)
def speed_up(asserted: tuple[tuple[str, ...], float], run: Run) -> Evidence:
    """Train both ways on simulated time."""
    services, factor = asserted
    decided = [_faster(service, factor, run) for service in services]
    return every([*decided, _noiseless(run), _ellipsoid()])


def _faster(service: str, factor: float, run: Run) -> Evidence:
    """Decide whether not to wait is more than a factor faster."""

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        stream = f"training {offset}"
        waiting, free = (
            time_to_target(kind, service, 8, count, run, stream)
            for kind in ("synchronous", "asynchronous")
        )
        gap: NDArray[np.float64] = np.log(waiting / free) - math.log(factor)
        return gap

    says = f"log of the speed-up with {service} times, less log {factor:g}"
    return experiment(sample, margin=0.0, says=says)


def _noiseless(run: Run) -> Evidence:
    """Check training without noise: the recursion's exact times, and 5 of them for a straggler."""
    cases = wrong = 0
    for kind in ("synchronous", "asynchronous"):
        for workers in (1, 2, 8):
            (time,) = time_to_target(kind, "constant", workers, 1, run, "exact", noise=0.0, runs=1)
            cases += 1
            wrong += time != noiseless_time(kind, workers)
    (even,) = time_to_target("synchronous", "constant", 8, 1, run, "exact", noise=0.0, runs=1)
    (late,) = time_to_target(
        "synchronous", "constant+straggler", 8, 1, run, "exact", noise=0.0, runs=1
    )
    return enumeration(cases + 1, wrong + (late != 5 * even), "times off the exact recursion")


def _ellipsoid() -> Evidence:
    """Check the target just inside and outside of its half-axes' ends, and of a point between."""
    ends = np.diag(np.sqrt(sum(CURVATURES) / 10 / np.array(CURVATURES)))
    surface = np.vstack([ends, -ends, ends.sum(0) / math.sqrt(len(ends))])
    inside, outside = (at_target(surface * scale) for scale in (1 - 1e-12, 1 + 1e-12))
    wrong = int((~inside).sum() + outside.sum())
    return enumeration(2 * len(surface), wrong, "points on the wrong side of the target's edge")
