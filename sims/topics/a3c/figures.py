"""What a batch is worth with more workers, a bandit learned together, and the n-step advantage."""

from collections.abc import Iterator
from dataclasses import dataclass

from sims.derivation import Step
from sims.lazy import np, sympy
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.a3c.model import (
    angles,
    asynchronous_bandit,
    autocorrelation,
    batch_information,
    topic,
    worth,
)


@dataclass(frozen=True)
class Workers:
    """Workers that push a cart and pole at random."""

    batch: int = parameter(64, choices=(16, 32, 64, 128), says="steps in a batch")
    seeds: int = parameter(10, 2, 50, "repetitions")


@topic.simulation("diversity", Workers, says="How many independent samples is a batch worth?")
def diversity(parameters: Workers, run: Run) -> Iterator[Frame]:
    """Double the workers at the same batch size."""
    streams = angles(parameters.seeds, 16, 1920, run, "streams")
    streams = streams - streams.mean((1, 2), keepdims=True)
    correlation = float(autocorrelation(streams).mean())
    x: list[float] = []
    measured: list[float] = []
    model: list[float] = []
    for index, workers in enumerate((1, 2, 4, 8, 16)):
        x.append(float(workers))
        measured.append(float(batch_information(streams[:, :workers], parameters.batch).mean()))
        model.append(worth(parameters.batch, workers, correlation))
        yield Frame(
            progress=(index + 1) / 5,
            series=(
                Series("measured", list(x), list(measured)),
                Series("if correlation fell geometrically", list(x), list(model)),
            ),
            outputs={"samples": measured[-1], "correlation": correlation},
            says=f"{workers} workers: {parameters.batch} steps worth {measured[-1]:.1f} samples",
            x_label="workers",
            y_label="independent samples",
        )


@dataclass(frozen=True)
class Together:
    """A two-armed bandit learned by asynchronous workers."""

    workers: int = parameter(4, 1, 16, "workers")
    updates: int = parameter(800, 50, 4000, "updates in all")
    seeds: int = parameter(20, 2, 100, "runs")


@topic.simulation("bandit", Together, says="One policy, moved by many workers that do not wait")
def bandit(parameters: Together, run: Run) -> Iterator[Frame]:
    """Draw the better arm's probability after more and more updates."""
    x: list[float] = []
    mean: list[float] = []
    for part in range(1, 11):
        steps = max(1, parameters.updates * part // 10 // parameters.workers)
        found = [
            asynchronous_bandit(parameters.workers, steps, run.rng(f"run {seed}"))[0]
            for seed in range(parameters.seeds)
        ]
        x.append(float(steps * parameters.workers))
        mean.append(float(np.mean([np.exp(v[1]) / np.exp(v).sum() for v in found])))
        yield Frame(
            progress=part / 10,
            series=(Series("probability of the better arm", list(x), list(mean)),),
            outputs={"probability": mean[-1]},
            says=f"{x[-1]:.0f} updates: {mean[-1]:.1%}",
            x_label="updates",
            y_label="probability",
        )


@topic.derivation(
    "advantage", says="Discounted temporal-difference errors add up to n-step advantage"
)
def telescoping() -> Iterator[Step]:
    """For three steps: the values in between cancel."""
    g = sympy.Symbol("gamma", positive=True)
    r, v = sympy.symbols("r0:3", real=True), sympy.symbols("V0:4", real=True)
    yield Step(
        sympy.Add(*[g**i * (r[i] + g * v[i + 1] - v[i]) for i in range(3)]),
        "the errors r + gamma V' - V of three steps, discounted",
    )
    rewards = sympy.Add(*[g**i * r[i] for i in range(3)])
    values = sympy.Add(*[g ** (i + 1) * v[i + 1] - g**i * v[i] for i in range(3)])
    yield Step(rewards + values, "rewards and values apart")
    yield Step(rewards + g**3 * v[3] - v[0], "each value in between comes with both signs")
