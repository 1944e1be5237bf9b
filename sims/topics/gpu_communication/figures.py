"""All-reduce over two levels of links, and calls in an order that may deadlock."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sims.derivation import Step, as_written
from sims.lazy import sympy
from sims.run import Run
from sims.simulation import Frame, Grid, Series, parameter
from sims.topics.gpu_communication.model import (
    flat_time,
    hierarchical_time,
    stuck,
    topic,
    transfer_time,
)


@dataclass(frozen=True)
class Cluster:
    """Nodes of GPUs with fast links inside and slower ones across; bandwidths are assumptions."""

    gpus: int = parameter(8, 1, 72, "GPUs in each node, m")
    nodes: int = parameter(4, 1, 256, "nodes, n")
    inside: float = parameter(450.0, 1.0, 2000.0, "bandwidth inside a node, GB/s")
    across: float = parameter(50.0, 0.1, 2000.0, "bandwidth between nodes, GB/s")
    gigabytes: float = parameter(1.0, 0.001, 1000.0, "size of the gradients, GB")


@topic.simulation(
    "hierarchy",
    Cluster,
    units={"ms": "milliseconds flat_milliseconds", "times as fast": "gain"},
    says="All-reduce over nodes: two levels against one flat ring",
)
def hierarchy(parameters: Cluster, run: Run) -> Iterator[Frame]:
    """Vary the bandwidth between nodes over a range of 16, around the chosen one."""
    p = parameters
    factors = [2 ** (k / 4) for k in range(-8, 9)]
    size, inside = p.gigabytes * 1e9, p.inside * 1e9
    chosen = hierarchical_time(p.gpus, p.nodes, size, inside, p.across * 1e9)
    flat_chosen = flat_time(p.gpus, p.nodes, size, p.across * 1e9)
    here = [1e3 * chosen, 1e3 * flat_chosen]
    two: list[float] = []
    flat: list[float] = []
    for index, factor in enumerate(factors):
        across = p.across * factor * 1e9
        two.append(1e3 * hierarchical_time(p.gpus, p.nodes, size, inside, across))
        flat.append(1e3 * flat_time(p.gpus, p.nodes, size, across))
        x = [math.log2(p.across * f) for f in factors[: index + 1]]
        yield Frame(
            progress=(index + 1) / len(factors),
            series=(
                Series("two levels", x, list(two)),
                Series("flat ring", x, list(flat)),
                Series("chosen", [math.log2(p.across)] * 2, here, "scatter"),
            ),
            outputs={
                "milliseconds": 1e3 * chosen,
                "flat_milliseconds": 1e3 * flat_chosen,
                "gain": flat_chosen / chosen if chosen else 1.0,
            },
            says=f"{p.across:g} GB/s between nodes: {here[0]:.2f} ms in two levels, "
            f"{here[1]:.2f} ms around one ring",
            x_label="log2 of the GB/s between nodes",
            y_label="milliseconds",
        )


@dataclass(frozen=True)
class Orders:
    """Three ranks call two communicators, in an order drawn for each rank."""

    calls: int = parameter(2, 1, 4, "calls on each communicator")
    blocking: bool = parameter(True, says="each call waits for the one before")
    draws: int = parameter(60, 1, 500, "orders to try")


@topic.simulation("orders", Orders, says="Which orders of calls deadlock?")
def orders(parameters: Orders, run: Run) -> Iterator[Frame]:
    """Draw orders, show the last, and count the deadlocks."""
    rng = run.rng("orders")
    deadlocks = 0
    every = max(1, parameters.draws // 20)
    for draw in range(1, parameters.draws + 1):
        calls = [[str(c) for c in rng.permutation(["A", "B"] * parameters.calls)] for _ in range(3)]
        hangs = stuck(calls, parameters.blocking)
        deadlocks += hangs
        if draw % every and draw < parameters.draws:
            continue
        yield Frame(
            progress=draw / parameters.draws,
            grids=(
                Grid(
                    "calls of each rank, in order",
                    [[float(name == "B") for name in order] for order in calls],
                    calls,
                ),
            ),
            outputs={"deadlocked": deadlocks / draw, "last_deadlocks": float(hangs)},
            says=f"{draw} orders, {deadlocks / draw:.0%} deadlock; this one "
            f"{'does' if hangs else 'does not'}",
        )


@dataclass(frozen=True)
class Staging:
    """One message between two nodes."""

    nic: float = parameter(50.0, 1.0, 400.0, "network rate, GB/s")
    bus: float = parameter(50.0, 1.0, 400.0, "rate of copies to and from the host, GB/s")
    megabytes: float = parameter(64.0, 0.1, 10_000.0, "size of the message, MB")


@topic.simulation(
    "staging",
    Staging,
    units={"ms": "direct staged"},
    says="What a detour through host memory costs, by chunks",
)
def staging(parameters: Staging, run: Run) -> Iterator[Frame]:
    """Cut the message into more and more chunks."""
    p = parameters
    x: list[float] = []
    times: dict[bool, list[float]] = {True: [], False: []}
    for k in range(9):
        x.append(float(k))
        for direct, curve in times.items():
            seconds = transfer_time(direct, p.megabytes * 1e6, p.nic * 1e9, p.bus * 1e9, 2**k)
            curve.append(1e3 * seconds)
        yield Frame(
            progress=(k + 1) / 9,
            series=(
                Series("direct", list(x), list(times[True])),
                Series("through the host", list(x), list(times[False])),
            ),
            outputs={"direct": times[True][-1], "staged": times[False][-1]},
            says=f"{2**k} chunks: {times[True][-1]:.3f} ms direct, {times[False][-1]:.3f} staged",
            x_label="log2 of the chunks",
            y_label="milliseconds",
        )


@topic.derivation("hierarchy", says="Time of an all-reduce over n nodes of m GPUs")
def two_levels() -> Iterator[Step]:
    """Add up the three phases; latency is left out."""
    m, n, size, inside, across = sympy.symbols("m n M B_1 B_2", positive=True)
    half = (m - 1) / m * size / inside
    yield Step(
        half + 2 * (n - 1) / n * (size / m) / across + half,
        "reduce-scatter inside, all-reduce of a shard M/m across, all-gather inside",
    )
    yield Step(
        2 * (m - 1) / m * size / inside + 2 * (n - 1) / n * size / (m * across),
        "the two phases inside cost the same",
    )


@topic.derivation("sharing", says="Two communicators on one link: each gets half of it")
def sharing() -> Iterator[Step]:
    """Send M bytes on each of two communicators over one link, at the same time."""
    size, link = sympy.symbols("M B", positive=True)
    yield Step(
        as_written(lambda: size / (link / 2)),
        "both start together, each at half of the link's bandwidth",
    )
    yield Step(2 * size / link, "as long as one after the other")
