"""Loads over training, drops over capacity, network against arithmetic, sizes; derivations."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sims.curves import sampled
from sims.derivation import Step
from sims.lazy import sympy
from sims.run import Run
from sims.simulation import Frame, Grid, Series, parameter
from sims.topics.mixture_of_experts.loads import drop_rate, place, preferences, room
from sims.topics.mixture_of_experts.model import (
    active_parameters,
    critical_hidden,
    distinct_experts,
    expert_operations,
    network_bytes,
    topic,
    total_parameters,
)
from sims.topics.mixture_of_experts.training import EXPERTS, Plan, train


@dataclass(frozen=True)
class Training:
    """Eight experts trained on clusters of linear maps, with and without the auxiliary loss."""

    balancing: float = parameter(1.0, 0.0, 10.0, "coefficient of the auxiliary loss")
    clusters: int = parameter(8, 1, 32, "clusters of the task")
    steps: int = parameter(200, 20, 1000, "steps of training", step=20)
    seeds: int = parameter(6, 2, 32, "tasks, each with networks of its own")


@topic.simulation(
    "training",
    Training,
    units={
        "fair shares": "busiest_without busiest",
        "experts": "idle_without idle",
        "of the variance": "error_without error",
    },
    says="Load of each expert while the router learns",
)
def training(parameters: Training, run: Run) -> Iterator[Frame]:
    """Train on the same tasks twice; draw the busiest load, and all loads on the first task."""
    p = parameters
    names = ("without", "with the loss")
    plans = [Plan("mixture", p.clusters, b, p.steps) for b in (0.0, p.balancing)]
    every = p.steps // 20
    history: list[list[list[float]]] = [[], []]
    most: list[list[Any]] = [[], []]
    x: list[float] = []
    for states in zip(*[train(plan, 0, p.seeds, run, every) for plan in plans], strict=True):
        x.append(float(states[0].step))
        for rows, peaks, state in zip(history, most, states, strict=True):
            rows.append([float(share) for share in state.shares[0]])
            peaks.append(EXPERTS * state.shares.max(1))
        busiest = [float(peaks[-1].mean()) for peaks in most]
        idle = [float((state.shares < 0.25 / EXPERTS).sum(1).mean()) for state in states]
        yield Frame(
            progress=states[0].step / p.steps,
            series=tuple(
                sampled(f"busiest, {name}", x, peaks)
                for name, peaks in zip(names, most, strict=True)
            ),
            grids=tuple(
                Grid(
                    f"load by expert (rows) over time, first task, {name}",
                    [list(r) for r in zip(*rows, strict=True)],
                )
                for name, rows in zip(names, history, strict=True)
            ),
            outputs={
                "busiest_without": busiest[0],
                "busiest": busiest[1],
                "idle_without": idle[0],
                "idle": idle[1],
                "error_without": float(states[0].error.mean()),
                "error": float(states[1].error.mean()),
            },
            says=f"step {states[0].step}: busiest expert {busiest[0]:.1f} times its fair share, "
            f"{busiest[1]:.1f} with the loss; idle {idle[0]:.1f} and {idle[1]:.1f} of {EXPERTS}",
            x_label="step",
            y_label="load over fair share",
        )


@dataclass(frozen=True)
class Capacity:
    """Tokens that choose experts uniformly, and room for some multiple of the fair share."""

    tokens: int = parameter(1024, 1, 4096, "tokens in a batch, T")
    experts: int = parameter(64, 1, 128, "experts, E")
    factor: float = parameter(1.25, 0.5, 4.0, "capacity factor")
    seeds: int = parameter(4, 2, 50, "batches to draw")


@topic.simulation(
    "capacity", Capacity, units={"tokens": "room"}, says="Tokens dropped over the capacity factor"
)
def capacity(parameters: Capacity, run: Run) -> Iterator[Frame]:
    """Fill the experts up, with one choice and with two, beside the binomial expectation."""
    p = parameters
    tokens = preferences(p.seeds, p.tokens, p.experts, min(2, p.experts), run, "tokens")
    exact = drop_rate(p.tokens, p.experts, p.factor)
    x: list[float] = []
    curves: dict[str, list[Any]] = {"dropped": [], "lost with a next choice": []}
    expected: list[float] = []
    for index in range(11):
        factor = p.factor * (0.5 + index / 10)
        limit = room(p.tokens, p.experts, factor)
        x.append(factor)
        for name, choices in (("dropped", 1), ("lost with a next choice", 2)):
            lost = place(tokens[..., :choices], p.experts, limit) < 0
            curves[name].append(100 * lost.double().mean(1))
        expected.append(100 * drop_rate(p.tokens, p.experts, factor))
        yield Frame(
            progress=(index + 1) / 11,
            series=(
                *(
                    sampled(name, x, lost, "scatter" if name == "dropped" else "line")
                    for name, lost in curves.items()
                ),
                Series("exact", list(x), list(expected)),
                Series("chosen", [p.factor], [100 * exact], "scatter"),
            ),
            outputs={"dropped": exact, "room": float(room(p.tokens, p.experts, p.factor))},
            says=f"capacity factor {p.factor:g}: room for {room(p.tokens, p.experts, p.factor)}, "
            f"{100 * exact:.2f} % of the tokens dropped on average",
            x_label="capacity factor",
            y_label="% of tokens",
        )


@dataclass(frozen=True)
class Machine:
    """Devices that hold an equal share of the experts; rates are assumptions."""

    devices: int = parameter(8, 2, 1024, "devices, n")
    width: int = parameter(4096, 64, 16_384, "width of a token, d")
    active: int = parameter(2, 1, 16, "experts for each token, k")
    hidden: int = parameter(2048, 64, 65_536, "hidden width of an expert")
    bandwidth: float = parameter(50.0, 1.0, 2000.0, "network, GB/s a device")
    peak: float = parameter(989.0, 10.0, 10_000.0, "arithmetic, Tflop/s a device")


@topic.simulation(
    "network",
    Machine,
    units={
        "bytes a token": "bytes",
        "hidden units": "critical_hidden",
        "ns a token": "sending_nanoseconds computing_nanoseconds",
    },
    says="When sending tokens takes longer than computing them",
)
def network(parameters: Machine, run: Run) -> Iterator[Frame]:
    """Vary the experts' hidden width; bf16, nothing overlapped."""
    p = parameters
    sent = network_bytes(p.width, p.active, p.devices)
    sending = 1e9 * sent / (p.bandwidth * 1e9)
    chosen = 1e9 * expert_operations(p.width, p.hidden, p.active) / (p.peak * 1e12)
    critical = critical_hidden(p.devices, p.bandwidth * 1e9, p.peak * 1e12)
    x: list[float] = []
    computing: list[float] = []
    for index in range(17):
        hidden = 64 * 2 ** (index * 10 / 16)
        x.append(math.log2(hidden))
        computing.append(1e9 * expert_operations(p.width, hidden, p.active) / (p.peak * 1e12))
        yield Frame(
            progress=(index + 1) / 17,
            series=(
                Series("sending", list(x), [sending] * len(x)),
                Series("computing", list(x), list(computing)),
                Series("chosen", [math.log2(p.hidden)], [chosen], "scatter"),
            ),
            outputs={
                "bytes": sent,
                "critical_hidden": critical,
                "sending_nanoseconds": sending,
                "computing_nanoseconds": chosen,
            },
            says=f"hidden width {p.hidden}: {sending:.0f} ns to send a token, {chosen:.0f} ns to "
            f"compute; equal at {critical:.0f}",
            x_label="log2 of the hidden width",
            y_label="ns a token",
        )


@dataclass(frozen=True)
class Layer:
    """A layer of experts with two matrices each."""

    width: int = parameter(512, 1, 16_384, "width, d")
    hidden: int = parameter(2048, 1, 65_536, "hidden width of an expert")
    experts: int = parameter(8, 1, 512, "experts, E")
    active: int = parameter(2, 1, 64, "experts for each token, k")
    tokens: int = parameter(4, 1, 4096, "tokens in the batch, B")


@topic.simulation(
    "layer",
    Layer,
    units={"parameters": "total active", "experts": "distinct"},
    says="Parameters held, parameters used, experts that a batch meets",
)
def layer(parameters: Layer, run: Run) -> Iterator[Frame]:
    """Vary the batch over a range of 1,024, up from one token."""
    p = parameters
    active = min(p.active, p.experts)
    total = total_parameters(p.width, p.hidden, p.experts)
    used = active_parameters(p.width, p.hidden, p.experts, active)
    met = distinct_experts(p.experts, active, p.tokens)
    x: list[float] = []
    curve: list[float] = []
    for index in range(11):
        x.append(float(index))
        curve.append(distinct_experts(p.experts, active, 2**index))
        yield Frame(
            progress=(index + 1) / 11,
            series=(
                Series("distinct experts", list(x), list(curve)),
                Series("chosen", [math.log2(p.tokens)], [met], "scatter"),
            ),
            outputs={"total": float(total), "active": float(used), "distinct": met},
            says=f"{total:,} parameters, {used:,} for each token; {p.tokens} tokens meet "
            f"{met:.2f} of {p.experts} experts",
            x_label="log2 of the tokens",
            y_label="experts met",
        )


@topic.derivation(
    "balance",
    sizes="for four experts",
    says="If loads follow the router's means, an even router is best",
)
def balanced() -> Iterator[Step]:
    """Complete the squares, for four experts and f = P."""
    p1, p2, p3 = sympy.symbols("P_1:4", real=True)
    p4 = sympy.Symbol("P_4", real=True)
    last = 1 - p1 - p2 - p3
    means = (p1, p2, p3, p4)
    quarter = sympy.Rational(1, 4)
    yield Step(
        4 * sum(p**2 for p in means),
        "the loss N sum f_i P_i with f = P and N = 4",
        where={p4: last},
    )
    yield Step(
        1 + 4 * sum((p - quarter) ** 2 for p in means),
        "complete the squares; the P_i add up to 1",
        where={p4: last},
    )
    yield Step(
        sympy.Integer(1),
        "squares are not negative, and vanish for the even router",
        ">=",
        slack=4 * sum((p - quarter) ** 2 for p in (p1, p2, p3, last)),
    )


@topic.derivation("unused", says="A loss below the even router's, with half the experts unused")
def unused() -> Iterator[Step]:
    """Add up the loss of a router that uses K of N experts."""
    n, k = sympy.symbols("N K", positive=True)
    f, p = sympy.symbols("f P", positive=True)
    own = 1 / (n - k + 1)
    yield Step(
        n * k * f * p,
        "K experts get f = 1/K of the tokens each; P is 1/K of a token's weight on its own expert",
        where={f: 1 / k, p: own / k},
    )
    yield Step(n / (k * (n - k + 1)), "each token weighs its own and the N - K unused ones alike")
    half = sympy.Symbol("h", positive=True)
    yield Step(
        n / (sympy.Rational(1, 4) * ((n + 1) ** 2 - half**2)),
        "K is (N + 1 - h)/2: the loss is least near the middle",
        where={half: n + 1 - 2 * k},
    )


@topic.derivation("critical-width", says="Hidden width at which network and arithmetic balance")
def critical_width() -> Iterator[Step]:
    """Set both times of a token equal and solve."""
    k, d, b, n, hidden = sympy.symbols("k d b n h", positive=True)
    bandwidth, peak = sympy.symbols("B F", positive=True)
    yield Step(
        sympy.Eq(2 * k * d * b * (n - 1) / n / bandwidth, 4 * k * d * hidden / peak),
        "k copies there and back, b bytes a number; two operations a number of two matrices",
    )
    yield Step(
        sympy.Eq(hidden, b * (n - 1) / n * peak / (2 * bandwidth)),
        "narrower experts wait for the network, whatever k and d",
        "solves",
    )


@topic.derivation(
    "distinct", says="How many experts a batch of B tokens meets", instances={"B": (1, 2, 3, 5)}
)
def distinct() -> Iterator[Step]:
    """Sum the experts that each further token is the first to meet."""
    e, k = sympy.symbols("E k", positive=True)
    tokens = sympy.Symbol("B", integer=True, positive=True)
    i = sympy.Symbol("i", integer=True, nonnegative=True)
    yield Step(
        sympy.Sum(k * (1 - k / e) ** i, (i, 0, tokens - 1)),
        "a token meets k experts; each was missed by the i before it with chance (1 - k/E)^i",
    )
    yield Step(e * (1 - (1 - k / e) ** tokens), "a geometric series")
