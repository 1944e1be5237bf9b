"""Ring against tree against server, the limit of delayed gradients, and the slowest of n."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims import asynchrony
from sims.derivation import Step
from sims.lazy import np, sympy
from sims.run import Run
from sims.simulation import Frame, Grid, Series, parameter
from sims.topics.distributed_dl.model import ring_time, server_time, topic, tree_time

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Network:
    """A cost model: each message takes a latency plus its size over the bandwidth."""

    workers: int = parameter(64, 2, 1024, "workers n")
    latency: float = parameter(5.0, 0.1, 1000.0, "latency of a message, microseconds")
    bandwidth: float = parameter(100.0, 0.1, 1000.0, "bandwidth of a link, GB/s")
    megabytes: float = parameter(1000.0, 0.001, 100_000.0, "size of the gradients, MB")


@topic.simulation(
    "all-reduce",
    Network,
    units={"s": "ring tree server"},
    says="Ring against tree against parameter server, by size",
)
def all_reduce(parameters: Network, run: Run) -> Iterator[Frame]:
    """Draw the time of each over message sizes up to the chosen one."""
    p = parameters
    latency, bandwidth = p.latency * 1e-6, p.bandwidth * 1e9
    sizes = [p.megabytes * 10 ** (-k / 4) for k in range(16, -1, -1)]
    ways = {"ring": ring_time, "tree": tree_time, "server": server_time}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for index, size in enumerate(sizes):
        for name, way in ways.items():
            times[name].append(way(p.workers, size * 1e6, latency, bandwidth))
        x = [math.log10(s) for s in sizes[: index + 1]]
        best = min(times, key=lambda name: times[name][-1])
        yield Frame(
            progress=(index + 1) / len(sizes),
            series=tuple(
                Series(name, x, [math.log10(t) for t in values]) for name, values in times.items()
            ),
            outputs={name: values[-1] for name, values in times.items()},
            says=f"{size:.3g} MB over {p.workers} workers: {best} is fastest",
            x_label="log10 of the megabytes",
            y_label="log10 of the seconds",
        )


@dataclass(frozen=True)
class Delay:
    """Gradient descent on a parabola with gradients that are some steps old."""

    delay: int = parameter(3, 0, 20, "age of the gradients, in steps")
    step: float = parameter(0.4, 0.01, 2.5, "learning rate times curvature")
    length: int = parameter(120, 20, 500, "steps to run")


@topic.simulation(
    "delay",
    Delay,
    units={"over the curvature": "limit"},
    says="Delayed gradients: where does descent turn into divergence?",
)
def delay(parameters: Delay, run: Run) -> Iterator[Frame]:
    """Run the iteration beside one at the limit."""
    p = parameters
    limit = 2 * math.sin(math.pi / (2 * (2 * p.delay + 1)))
    chosen = np.clip(asynchrony.delayed_run(p.step, p.delay, p.length), -5, 5)
    edge = np.clip(asynchrony.delayed_run(limit, p.delay, p.length), -5, 5)
    radius = float(np.abs(asynchrony.delayed_roots(p.step, p.delay)).max())
    for part in range(1, 11):
        count = max(2, (p.length + 1) * part // 10)
        x = [float(t) for t in range(count)]
        yield Frame(
            progress=part / 10,
            series=(
                Series(f"step {p.step:g}", x, chosen[:count].tolist()),
                Series(f"at the limit {limit:.3f}", x, edge[:count].tolist()),
            ),
            outputs={"limit": limit, "radius": radius},
            says=f"largest root {radius:.3f}: {'diverges' if radius > 1 else 'converges'}",
            x_label="step",
            y_label="x, the minimum being at 0",
        )


@dataclass(frozen=True)
class Ages:
    """Gradients of every age up to the largest one."""

    oldest: int = parameter(10, 2, 30, "largest age of the gradients, in steps")


@topic.simulation(
    "stability",
    Ages,
    units={"over the curvature": "limit measured"},
    says="The largest stable step, by the age of the gradients",
)
def stability_boundary(parameters: Ages, run: Run) -> Iterator[Frame]:
    """Find by bisection where the largest root leaves the unit circle, age by age."""
    ages: list[float] = []
    measured: list[float] = []
    for age in range(parameters.oldest + 1):
        stable, unstable = 0.0, 2.5
        for _ in range(40):
            middle = (stable + unstable) / 2
            if float(np.abs(asynchrony.delayed_roots(middle, age)).max()) > 1 + 1e-12:
                unstable = middle
            else:
                stable = middle
        ages.append(float(age))
        measured.append(stable)
        formula = [2 * math.sin(math.pi / (2 * (2 * t + 1))) for t in ages]
        yield Frame(
            progress=(age + 1) / (parameters.oldest + 1),
            series=(
                Series("measured by the roots", ages[:], measured[:], "scatter"),
                Series("2 sin(pi/(2(2t + 1)))", ages[:], formula),
                Series("2/(t + 1), a guess", ages[:], [2 / (t + 1) for t in ages]),
            ),
            outputs={"limit": formula[-1], "measured": measured[-1]},
            says=f"gradients {age} steps old: stable below {measured[-1]:.4f}",
            x_label="age of the gradients t, in steps",
            y_label="learning rate times curvature",
        )


@dataclass(frozen=True)
class Shift:
    """Workers of one service-time distribution, with one straggler."""

    workers: int = parameter(8, 2, 16, "workers")
    straggler: float = parameter(3.0, 1.0, 10.0, "how many times slower the last worker is")
    service: str = parameter("exponential", choices=asynchrony.SERVICE_TIMES, says="service times")


CELLS, CELL = 40, 0.25
"""How many cells a worker's timeline has, and what each spans, in mean service times."""


def cells_of(times: "NDArray[np.float64]", waits: bool) -> "NDArray[np.float64]":
    """Return what each worker does in each cell, shape (workers, CELLS), of (steps, workers).

    1 and 0.6 take turns from step to step; 0 is waiting for the slowest of the round.
    """
    at = CELL * (np.arange(CELLS) + 0.5)
    rows = []
    for worker in range(times.shape[1]):
        own = times[:, worker]
        ends = (times.max(1) if waits else own).cumsum()
        step = np.searchsorted(ends, at)
        computing = at <= (ends - times.max(1) + own)[step] if waits else np.ones(CELLS, bool)
        rows.append(np.where(computing, np.where(step % 2, 0.6, 1.0), 0.0))
    return np.array(rows)


@topic.simulation(
    "timeline",
    Shift,
    units={"updates in unit time": "synchronous asynchronous", "of the workers' time": "idle"},
    says="Synchronous and asynchronous workers, with a straggler",
)
def timeline(parameters: Shift, run: Run) -> Iterator[Frame]:
    """Show what each worker does at first, and count all updates as time goes on."""
    p = parameters
    times = asynchrony.service_times(p.service, (400, p.workers), run.rng("times"))
    times[:, -1] *= p.straggler
    ways = {
        "synchronous": asynchrony.synchronous(times),
        "asynchronous": asynchrony.asynchronous(times),
    }
    horizon = min(float(way.applied[-1]) for way in ways.values())
    gap = np.zeros((1, CELLS))
    rows = np.concatenate([cells_of(times, True), gap, cells_of(times, False)])
    for part in range(1, 21):
        now = horizon * part / 20
        moments = np.linspace(0, now, 41)
        counts = {
            name: np.searchsorted(way.applied, moments, side="right") for name, way in ways.items()
        }
        rate = {name: float(count[-1]) / now for name, count in counts.items()}
        shown = np.where(np.arange(CELLS) < CELLS * part / 10, rows, 0.0)
        yield Frame(
            progress=part / 20,
            series=tuple(
                Series(name, moments.tolist(), count.astype(float).tolist())
                for name, count in counts.items()
            ),
            grids=(
                Grid(
                    f"workers up to {CELLS * CELL:g}, blank while waiting, synchronous above",
                    shown.tolist(),
                ),
            ),
            outputs={
                "synchronous": rate["synchronous"],
                "asynchronous": rate["asynchronous"],
                "idle": ways["synchronous"].idle,
            },
            says=f"updates in unit time: {rate['synchronous']:.2f} synchronous, "
            f"{rate['asynchronous']:.2f} asynchronous",
            x_label="time, in mean service times",
            y_label="updates",
        )


@topic.derivation("ring", says="A ring all-reduce sends 2(n - 1)/n of the data from each rank")
def ring() -> Iterator[Step]:
    """Add up one chunk for each round of the two phases."""
    n, size, k = sympy.symbols("n M k", positive=True)
    chunk = size / n
    phase = sympy.Sum(chunk, (k, 1, n - 1))
    yield Step(phase + phase, "reduce-scatter and all-gather: n - 1 rounds of a chunk M/n each")
    yield Step((n - 1) * size / n + (n - 1) * size / n, "the rounds are alike")
    yield Step(2 * size - 2 * size / n, "multiply out: twice the data, less one chunk each way")


@topic.derivation(
    "slowest", says="The slowest of n exponential workers takes H_n", instances={"n": (2, 3, 4)}
)
def slowest() -> Iterator[Step]:
    """Integrate the probability that somebody is still working."""
    n, k = sympy.symbols("n k", integer=True, positive=True)
    t, u = sympy.symbols("t u", positive=True)
    yield Step(
        sympy.Integral(1 - (1 - sympy.exp(-t)) ** n, (t, 0, sympy.oo)),
        "the mean is the integral of P(somebody still works at t)",
    )
    yield Step(
        sympy.Integral((1 - u**n) / (1 - u), (u, 0, 1)), "put u = 1 - e^-t: dt is du/(1 - u)"
    )
    yield Step(
        sympy.Integral(sympy.Sum(u ** (k - 1), (k, 1, n)), (u, 0, 1)),
        "a geometric sum: 1 + u + .. + u^(n - 1)",
    )
    yield Step(sympy.Sum(1 / k, (k, 1, n)), "u^(k - 1) integrates to 1/k: the harmonic number")
