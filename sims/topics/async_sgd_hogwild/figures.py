"""How old updates are, how often sparse ones overlap, and what waiting costs in training."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sims import asynchrony
from sims.curves import sampled
from sims.derivation import Step
from sims.lazy import np, sympy
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.async_sgd_hogwild.model import locked_throughput, overlap, time_to_target, topic


@dataclass(frozen=True)
class Ages:
    """Workers that never wait."""

    workers: int = parameter(8, 2, 32, "workers")
    service: str = parameter("exponential", choices=asynchrony.SERVICE_TIMES, says="service times")
    steps: int = parameter(400, 20, 2000, "steps of each worker")


@topic.simulation(
    "staleness",
    Ages,
    units={"updates": "mean largest"},
    says="How old is the model behind each update?",
)
def staleness(parameters: Ages, run: Run) -> Iterator[Frame]:
    """Draw the distribution of staleness as updates arrive."""
    shape = (parameters.steps, parameters.workers)
    times = asynchrony.service_times(parameters.service, shape, run.rng("times"))
    ages = asynchrony.asynchronous(times).staleness[2 * parameters.workers :]
    longest = int(min(ages.max(initial=1), 6 * parameters.workers))
    for part in range(1, 11):
        seen = ages[: max(1, ages.size * part // 10)]
        shares = np.bincount(np.minimum(seen, longest), minlength=longest + 1) / seen.size
        yield Frame(
            progress=part / 10,
            series=(
                Series("updates", [float(a) for a in range(longest + 1)], shares.tolist(), "bar"),
            ),
            outputs={"mean": float(seen.mean()), "largest": float(seen.max())},
            says=f"{seen.size} updates: {seen.mean():.2f} updates old on average",
            x_label="staleness, in updates",
            y_label="share of updates",
        )


@dataclass(frozen=True)
class Sparsity:
    """Two updates of s of d coordinates."""

    d: int = parameter(1000, 10, 100_000, "coordinates of the model")
    s: int = parameter(10, 1, 100, "coordinates of an update")


@topic.simulation(
    "overlap", Sparsity, says="How often do two sparse updates touch a common number?"
)
def overlaps(parameters: Sparsity, run: Run) -> Iterator[Frame]:
    """Draw the exact probability for updates of growing size, up to twice the chosen one."""
    d, most = parameters.d, min(parameters.d, 2 * parameters.s)
    sizes = sorted({max(1, most * k // 20) for k in range(1, 21)})
    chosen = overlap(d, min(d, parameters.s))
    curve: list[float] = []
    for index, s in enumerate(sizes):
        curve.append(overlap(d, s))
        x = [float(size) for size in sizes[: index + 1]]
        yield Frame(
            progress=(index + 1) / len(sizes),
            series=(
                Series("overlap", x, list(curve)),
                Series("s^2/d", x, [min(1.0, v * v / d) for v in x]),
                Series("chosen", [float(min(d, parameters.s))], [chosen], "scatter"),
            ),
            outputs={"overlap": chosen},
            says=f"{min(d, parameters.s)} of {d} coordinates: {chosen:.1%}",
            x_label="coordinates in an update",
            y_label="probability of overlap",
        )


@dataclass(frozen=True)
class Race:
    """Synchronous against asynchronous training on simulated time."""

    service: str = parameter(
        "exponential+straggler",
        choices=("constant", "exponential", "pareto", "exponential+straggler"),
        says="service times; a straggler is 5 times slower",
    )
    most: int = parameter(16, 2, 32, "largest number of workers")
    seeds: int = parameter(16, 2, 64, "runs whose loss is averaged")
    groups: int = parameter(4, 2, 20, "groups of such runs, each with a time of its own")


@topic.simulation(
    "race",
    Race,
    units={"mean gradient times": "synchronous asynchronous"},
    says="Time until the mean loss is a tenth, waiting and not waiting",
)
def race(parameters: Race, run: Run) -> Iterator[Frame]:
    """Double the workers and train both ways."""
    x: list[float] = []
    times: dict[str, list[Any]] = {"synchronous": [], "asynchronous": []}
    counts = [n for n in (1, 2, 4, 8, 16, 32) if n <= parameters.most]
    for index, workers in enumerate(counts):
        x.append(float(workers))
        for kind, rows in times.items():
            groups, runs = parameters.groups, parameters.seeds
            rows.append(
                time_to_target(
                    kind, parameters.service, workers, groups, run, f"{workers}", runs=runs
                )
            )
        last = {kind: float(rows[-1].mean()) for kind, rows in times.items()}
        yield Frame(
            progress=(index + 1) / len(counts),
            series=tuple(sampled(kind, x, rows) for kind, rows in times.items()),
            outputs=last,
            says=f"{workers} workers: {last['synchronous']:.1f} synchronous, "
            f"{last['asynchronous']:.1f} asynchronous",
            x_label="workers",
            y_label="time until the mean loss is a tenth, in mean gradient times",
        )


@dataclass(frozen=True)
class Lock:
    """Workers that queue before a lock to apply their updates."""

    workers: int = parameter(16, 1, 64, "workers")
    section: float = parameter(0.1, 0.001, 1.0, "time under the lock, a gradient taking 1")


@topic.simulation(
    "lock",
    Lock,
    units={"updates in unit time": "locked free", "times as many": "ratio"},
    says="Updates in unit time, with a lock and without",
)
def lock(parameters: Lock, run: Run) -> Iterator[Frame]:
    """Add worker after worker."""
    x: list[float] = []
    locked: list[float] = []
    free: list[float] = []
    for workers in range(1, parameters.workers + 1):
        x.append(float(workers))
        locked.append(locked_throughput(workers, parameters.section))
        free.append(workers / (1 + parameters.section))
        yield Frame(
            progress=workers / parameters.workers,
            series=(
                Series("without a lock", list(x), list(free)),
                Series("with a lock", list(x), list(locked)),
            ),
            outputs={"locked": locked[-1], "free": free[-1], "ratio": free[-1] / locked[-1]},
            says=f"{workers} workers: {free[-1] / locked[-1]:.2f} times as many without",
            x_label="workers",
            y_label="updates in unit time",
        )


@topic.derivation(
    "overlap",
    says="Two updates of s of d coordinates miss each other with a product of shares",
    instances={"s": (1, 2, 3), "d": (6, 9, 20)},
)
def miss() -> Iterator[Step]:
    """Count the choices that avoid the first update's coordinates."""
    d, s, i = sympy.symbols("d s i", integer=True, positive=True)
    yield Step(
        sympy.binomial(d - s, s) / sympy.binomial(d, s),
        "choices of s among the d - s free coordinates, over all choices",
    )
    yield Step(
        sympy.Product((d - s - i + 1) / (d - i + 1), (i, 1, s)),
        "draw one coordinate after the other: each must miss",
    )
