"""Coins: how long one tosses until the first head. Source: Feller 1968, volume 1, chapter XI.2."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sims.claims import Case, Evidence, EvidenceKind, Kind, Verdict, identity, is_zero
from sims.derivation import Step
from sims.lazy import sympy, torch
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topic import Topic

topic = Topic("coins")


def expected_tosses(p: Any) -> Any:
    """Return the mean number of tosses until the first head, each being one with chance `p`."""
    return 1 / p


@topic.claim(
    "coins.1",
    says="The first head comes after 1/p tosses on average.",
    kind=Kind.FORMULA,
    by=EvidenceKind.PROVED,
    expected=Verdict.HOLDS,
    rule="the sum of n p (1 - p)^(n - 1), symbolically, and at 50 points within 1e-9",
    asserted=Case(lambda p: 1 / p, "1/p"),
    mutant=Case(lambda p: (1 - p) / p, "(1 - p)/p, which counts the tails before it"),
    control=Case(lambda p: 1 + (1 - p) / p, "one head and (1 - p)/p tails"),
)
def mean_of_the_first_head(asserted: Callable[[Any], Any], run: Run) -> Evidence:
    """Add up the law of the first head."""
    p, q = sympy.symbols("p q", positive=True)
    total = sympy.diff(q / (1 - q), q)  # the sum of n q^(n - 1), by the geometric series
    settled = is_zero((p * total).subs(q, 1 - p) - asserted(p))
    points = [0.02 + 0.96 * k / 49 for k in range(50)]
    errors = [sum(k * x * (1 - x) ** (k - 1) for k in range(1, 4000)) - asserted(x) for x in points]
    return identity([settled], errors, "mean of the first head")


@dataclass(frozen=True)
class Tosses:
    """What the lab's controls are made of."""

    p: float = parameter(0.25, 0.05, 0.95, "chance of a head")
    seeds: int = parameter(2000, 100, 20000, "how many times the coin is tossed to its head")


@topic.simulation("first_head", Tosses, says="The mean number of tosses until the first head")
def first_head(parameters: Tosses, run: Run) -> Iterator[Frame]:
    """Toss in batches, and show the running mean beside 1/p."""
    uniform = torch.rand(
        parameters.seeds, generator=run.generator("tosses"), device=run.device
    ).double()
    tosses = (uniform.log() / torch.log1p(torch.tensor(-parameters.p))).floor() + 1
    counts = torch.arange(1, parameters.seeds + 1)
    mean = (tosses.cumsum(0) / counts).tolist()
    error = float(tosses.std() / parameters.seeds**0.5)
    x = counts.tolist()
    exact = expected_tosses(parameters.p)
    series = (Series("running mean", x, mean), Series("1/p", [1, x[-1]], [exact, exact]))
    outputs = {"mean": mean[-1], "mean_error": error}
    yield Frame(1.0, series, outputs=outputs, x_label="repetitions", y_label="tosses")


@topic.derivation("mean", says="The mean of the first head is 1/p")
def mean() -> Iterator[Step]:
    """Solve what the first toss says of the mean."""
    p = sympy.Symbol("p", positive=True)
    yield Step(p * 1 + (1 - p) * (1 + 1 / p), "a head ends it; after a tail it begins anew")
    yield Step(1 / p, "collect")
