"""Diversity of the merged stream, learning on a shared clock, advantages, and speed-ups."""

from collections.abc import Iterator
from dataclasses import dataclass

from sims.curves import sampled
from sims.derivation import Step
from sims.lazy import np, sympy
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.a3c.model import angles, autocorrelation, merged, topic, worth
from sims.topics.a3c.workers import SIZE, best_value, start_value, training


@dataclass(frozen=True)
class Streams:
    """Workers with a cart and pole each."""

    workers: int = parameter(8, 1, 16, "largest number of workers")
    steps: int = parameter(800, 100, 4000, "steps of each")
    service: str = parameter("exponential", choices=("exponential", "constant"), says="step times")
    seeds: int = parameter(8, 2, 30, "crews of workers to average over")


@topic.simulation("diversity", Streams, says="How alike are neighbours in the merged stream?")
def diversity(parameters: Streams, run: Run) -> Iterator[Frame]:
    """Draw the autocorrelation of the merged stream over the lag, worker by worker."""
    p = parameters
    crews = angles(p.seeds, p.workers, p.steps, run, "angles")
    lags = range(1, 31)
    x = [float(lag) for lag in lags]
    alone = [autocorrelation(crews[:, 0], lag) for lag in lags]
    for workers in range(1, p.workers + 1):
        rng = run.rng(f"order {workers}")
        streams = [merged(crew[:workers], p.service, rng) for crew in crews]
        curve = [[autocorrelation(stream, lag) for stream in streams] for lag in lags]
        lag_1, alone_1 = float(np.mean(curve[0])), float(alone[0].mean())
        yield Frame(
            progress=workers / p.workers,
            series=(sampled("one worker", x, alone), sampled(f"{workers} workers", x, curve)),
            outputs={"lag_1": lag_1, "alone": alone_1},
            says=f"{workers} workers: {lag_1:.3f} at lag 1; one alone: {alone_1:.3f}",
            x_label="lag in the merged stream",
            y_label="autocorrelation",
        )


@dataclass(frozen=True)
class Batches:
    """Streams whose autocorrelation at lag k is r to the k."""

    batch: int = parameter(40, 8, 160, "steps in a batch", step=8)
    r: float = parameter(0.9, 0.0, 0.99, "autocorrelation at lag 1 of one worker", step=0.05)
    workers: int = parameter(8, choices=(1, 2, 4, 8), says="workers that share the batch")


@topic.simulation(
    "batch",
    Batches,
    units={"independent samples": "worth alone"},
    says="How many independent samples is a batch worth?",
)
def batch(parameters: Batches, run: Run) -> Iterator[Frame]:
    """Draw the exact number over the autocorrelation, for one worker and several."""
    p = parameters
    x = [k / 50 for k in range(50)]
    size = p.batch // 8 * 8
    found = worth(size, p.workers, p.r)
    alone = worth(size, 1, p.r)
    yield Frame(
        series=(
            Series(f"{p.workers} workers", x, [worth(size, p.workers, r) for r in x]),
            Series("one worker", x, [worth(size, 1, r) for r in x]),
            Series("chosen", [p.r, p.r], [found, alone], "scatter"),
        ),
        outputs={"worth": found, "alone": alone},
        says=f"{size} steps are worth {found:.2f}; of one worker {alone:.2f}",
        x_label="autocorrelation at lag 1",
        y_label="independent samples",
    )


@dataclass(frozen=True)
class Training:
    """Workers in rooms of 4 by 4, on a simulated clock."""

    workers: int = parameter(4, 2, 16, "workers")
    horizon: int = parameter(150, 20, 400, "time; a segment of five steps takes 1 on average")
    seeds: int = parameter(4, 2, 10, "runs of each")


@topic.simulation("training", Training, says="One network, many workers: value over time")
def learning(parameters: Training, run: Run) -> Iterator[Frame]:
    """Draw the exact value of the shared policy over simulated time."""
    p = parameters
    grid = np.linspace(0, 0.8 * p.horizon, 25)
    series: tuple[Series, ...] = ()
    outputs: dict[str, float] = {}
    for index, workers in enumerate((1, p.workers)):
        curves = []
        for seed in range(p.seeds):
            curve: list[float] = []
            before = np.zeros(SIZE)
            for when, now in training(workers, p.horizon, run.rng(f"{workers} {seed}")):
                while len(curve) < len(grid) and grid[len(curve)] < when:
                    curve.append(start_value(before))
                before = now.copy()
            curve += [start_value(before)] * (len(grid) - len(curve))
            curves.append(curve)
            mean = np.mean(curves, axis=0).tolist()
            name = "1 worker" if workers == 1 else f"{workers} workers"
            low, high = np.min(curves, axis=0).tolist(), np.max(curves, axis=0).tolist()
            drawn = Series(name, grid.tolist(), mean, low=low, high=high, band="all runs")
            yield Frame(
                progress=(index + (seed + 1) / p.seeds) / 2,
                series=(*series, drawn),
                outputs={**outputs, "alone" if index == 0 else "together": mean[-1]},
                says=f"{name}: {mean[-1] / best_value():.0%} of the best value",
                x_label="time, a segment of steps taking 1",
                y_label="value of the start",
            )
        series = (*series, drawn)
        outputs["alone" if index == 0 else "together"] = mean[-1]


@dataclass(frozen=True)
class Rewards:
    """The same reward at each of n steps, and the critic's values around them."""

    n: int = parameter(5, 1, 20, "steps")
    reward: float = parameter(1.0, -2.0, 2.0, "reward of each step", step=0.1)
    gamma: float = parameter(0.9, 0.5, 1.0, "discount", step=0.05)
    before: float = parameter(5.0, -10.0, 10.0, "value where the steps start", step=0.5)
    after: float = parameter(4.0, -10.0, 10.0, "value where they end", step=0.5)


@topic.simulation("advantage", Rewards, says="The n-step advantage, step by step")
def advantage_of(parameters: Rewards, run: Run) -> Iterator[Frame]:
    """Draw what each part adds up to."""
    p = parameters
    running = [-p.before]
    for i in range(p.n):
        running.append(running[-1] + p.gamma**i * p.reward)
    running.append(running[-1] + p.gamma**p.n * p.after)
    yield Frame(
        series=(Series("so far", [float(i) for i in range(p.n + 2)], running, "bar"),),
        outputs={"advantage": running[-1], "rewards": running[-2] + p.before},
        says=f"less V at the start, {p.n} rewards, discounted V at the end: {running[-1]:.4f}",
        x_label="parts added",
        y_label="sum",
    )


def serial_share(workers: float, speed_up: float) -> float:
    """Return the serial share s for which Amdahl's 1/(s + (1 - s)/n) is `speed_up`."""
    return (workers / speed_up - 1) / (workers - 1)


@dataclass(frozen=True)
class Point:
    """One measured speed-up."""

    workers: int = parameter(16, 2, 64, "workers")
    efficiency: float = parameter(75.0, 5.0, 100.0, "speed-up over workers, in per cent")


@topic.simulation(
    "amdahl",
    Point,
    units={"times as fast": "speed_up"},
    says="Amdahl's law through a measured speed-up",
)
def amdahl(parameters: Point, run: Run) -> Iterator[Frame]:
    """Draw the law through the chosen point beside perfect scaling."""
    speed_up = parameters.workers * parameters.efficiency / 100
    share = serial_share(parameters.workers, speed_up)
    x = [float(n) for n in range(1, parameters.workers + 1)]
    yield Frame(
        series=(
            Series("Amdahl", x, [1 / (share + (1 - share) / n) for n in x]),
            Series("perfect scaling", x, list(x)),
            Series("measured", [float(parameters.workers)], [speed_up], "scatter"),
        ),
        outputs={"serial": share, "speed_up": speed_up},
        says=f"a serial share of {share:.2%} gives {speed_up:.3g} with {parameters.workers}",
        x_label="workers",
        y_label="speed-up",
    )


@topic.derivation(
    "advantage", sizes="for n = 3", says="The n-step advantage is the discounted sum of n TD errors"
)
def telescoping() -> Iterator[Step]:
    """Telescope three steps."""
    gamma = sympy.Symbol("gamma", positive=True)
    r, v = sympy.symbols("r0:3", real=True), sympy.symbols("V0:4", real=True)
    d = sympy.symbols("delta0:3", real=True)
    errors = {d[i]: r[i] + gamma * v[i + 1] - v[i] for i in range(3)}
    yield Step(
        sum(gamma**i * d[i] for i in range(3)),
        "discounted one-step errors of the critic",
        where=errors,
    )
    yield Step(
        sum(gamma**i * (r[i] + gamma * v[i + 1] - v[i]) for i in range(3)),
        "each is reward, plus discounted value after, less the value before",
    )
    yield Step(
        sum(gamma**i * r[i] for i in range(3)) + gamma**3 * v[3] - v[0],
        "the values in between cancel",
    )


@topic.derivation("batch", says="Two workers, two steps each: what shared batches are worth")
def shared_batch() -> Iterator[Step]:
    """Compare the variance of the mean of four steps, by one worker and by two."""
    r = sympy.Symbol("r", positive=True)
    one = sum(r ** abs(i - j) for i in range(4) for j in range(4)) / sympy.Integer(16)
    two = 2 * sum(r ** abs(i - j) for i in range(2) for j in range(2)) / sympy.Integer(16)
    yield Step(one - two, "variance of the mean of four steps: one worker's less two workers'")
    yield Step(
        r * (1 + 2 * r + r**2) / 8,
        "covariances r to the distance; between the two workers there are none",
    )
    yield Step(r * (1 + r) ** 2 / 8, "positive: two workers' batch is the more certain one")
