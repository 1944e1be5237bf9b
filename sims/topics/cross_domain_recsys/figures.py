"""Errors over density, correlation and descriptions; overlap and correlation derived."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sims.curves import sampled
from sims.derivation import Step
from sims.lazy import sympy
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.cross_domain_recsys.model import (
    COLD,
    USERS,
    aligned,
    described,
    expected_overlap,
    no_overlap,
    sparse,
    topic,
)


@dataclass(frozen=True)
class Matrix:
    """A matrix of ratings, factorised at one density after another."""

    items: int = parameter(200, 20, 1000, "items, m")
    share: float = parameter(0.2, 0.001, 0.9, "density, p")
    seeds: int = parameter(3, 2, 20, "matrices to average over")


@topic.simulation(
    "sparsity",
    Matrix,
    units={"items": "overlap", "of the variance": "warm cold"},
    says="Error of warm and cold users as the matrix fills",
)
def sparsity(parameters: Matrix, run: Run) -> Iterator[Frame]:
    """Halve the density again and again, from the chosen one."""
    p = parameters
    shares = [p.share * 2.0**-k for k in range(7, -1, -1)]
    curves: dict[str, list[Any]] = {"warm users": [], "cold users": []}
    x: list[float] = []
    for index, share in enumerate(shares):
        done = sparse(p.items, share, 0, p.seeds, run.seed, run.device)
        x.append(math.log2(share))
        curves["warm users"].append(done.warm)
        curves["cold users"].append(done.cold)
        warm, cold = float(done.warm.mean()), float(done.cold.mean())
        yield Frame(
            progress=(index + 1) / len(shares),
            series=tuple(sampled(name, x, y) for name, y in curves.items()),
            outputs={
                "overlap": expected_overlap(p.items, p.share),
                "no_overlap": no_overlap(p.items, p.share),
                "warm": warm,
                "cold": cold,
            },
            says=f"density {share:.2%}, {expected_overlap(p.items, share):.2f} items in common: "
            f"error {warm:.2f}, cold users {cold:.2f}",
            x_label="log2 of the density",
            y_label="error over variance",
        )


@dataclass(frozen=True)
class Domains:
    """Two domains with disjoint items; cold users of the target are mapped from the source."""

    share: float = parameter(0.2, 0.01, 0.9, "density of both")
    overlap: int = parameter(240, 1, USERS - COLD, "users who rated in both")
    seeds: int = parameter(4, 2, 20, "pairs of domains to average over")


@topic.simulation(
    "alignment",
    Domains,
    units={"of the variance": "unrelated mapped"},
    says="Mapping tastes between domains, by correlation",
)
def mapping(parameters: Domains, run: Run) -> Iterator[Frame]:
    """Raise the correlation of tastes from 0 to 1."""
    p = parameters
    x: list[float] = []
    errors: list[Any] = []
    mapped: list[float] = []
    for index in range(9):
        x.append(index / 8)
        done = aligned(x[-1], p.overlap, p.share, 0, p.seeds, run.seed, run.device)
        errors.append(done)
        mapped.append(float(done.mean()))
        yield Frame(
            progress=(index + 1) / 9,
            series=(
                sampled("mapped", x, errors),
                Series("1 - rho^2", list(x), [1 - rho**2 for rho in x]),
                Series("not mapped", list(x), [1.0] * len(x)),
            ),
            outputs={"unrelated": mapped[0], "mapped": mapped[-1]},
            says=f"correlation {x[-1]:.2f}: error {mapped[-1]:.2f}, at least {1 - x[-1] ** 2:.2f}",
            x_label="correlation of tastes",
            y_label="error over variance",
        )


@dataclass(frozen=True)
class Descriptions:
    """Items with noisy descriptions: a proxy for text, not a language model."""

    blur: float = parameter(0.7, 0.0, 4.0, "noise of a description, in standard deviations")
    seeds: int = parameter(4, 2, 20, "pairs of domains to average over")


@topic.simulation(
    "descriptions",
    Descriptions,
    units={"of the variance": "by_descriptions by_ratings"},
    says="Descriptions against target ratings (a proxy)",
)
def descriptions(parameters: Descriptions, run: Run) -> Iterator[Frame]:
    """Fill the target and watch where factorising overtakes the descriptions."""
    x: list[float] = []
    errors: tuple[list[Any], list[Any]] = ([], [])
    for index in range(8):
        share = 0.005 * 2**index
        done = described(parameters.blur, share, parameters.seeds, run.seed, run.device)
        x.append(math.log2(share))
        for rows, found in zip(errors, done, strict=True):
            rows.append(found)
        told, rated = (float(found.mean()) for found in done)
        ahead = "descriptions" if told < rated else "factorising"
        yield Frame(
            progress=(index + 1) / 8,
            series=(
                sampled("by descriptions", x, errors[0]),
                sampled("by target ratings", x, errors[1]),
            ),
            outputs={"by_descriptions": told, "by_ratings": rated},
            says=f"density {share:.1%}: {ahead} ahead, {told:.2f} v {rated:.2f}; "
            "a proxy, not a language model",
            x_label="log2 of the target's density",
            y_label="error over variance",
        )


@topic.derivation(
    "overlap", says="How many of m items two users have in common", instances={"m": (1, 2, 3, 5)}
)
def common_items() -> Iterator[Step]:
    """Take the mean of a binomial with chance p^2."""
    m = sympy.Symbol("m", integer=True, positive=True)
    k = sympy.Symbol("k", integer=True, nonnegative=True)
    p, both = sympy.symbols("p q", positive=True)
    yield Step(
        sympy.Sum(k * sympy.binomial(m, k) * both**k * (1 - both) ** (m - k), (k, 0, m)),
        "each item is rated by both with chance q = p^2, independently",
        where={both: p**2},
    )
    yield Step(
        m
        * both
        * sympy.Sum(
            sympy.binomial(m - 1, k - 1) * both ** (k - 1) * (1 - both) ** (m - k), (k, 1, m)
        ),
        "k of m items: k (m over k) is m (m - 1 over k - 1); take m q out",
        where={both: p**2},
    )
    yield Step(m * p**2, "what is left are all chances of a binomial with m - 1 items: 1")


@topic.derivation("correlation", says="What a map between domains leaves at correlation rho")
def left_over() -> Iterator[Step]:
    """Expand the error of a scaled taste and complete the square."""
    rho, a = sympy.symbols("rho a", real=True)
    yield Step(
        1 - 2 * a * rho + a**2,
        "E(z - a u)^2 for tastes u and z with mean 0, variance 1 and covariance rho",
    )
    yield Step(1 - rho**2 + (a - rho) ** 2, "complete the square in a")
    yield Step(1 - rho**2, "a = rho is best; no map does better", ">=", slack=(a - rho) ** 2)
