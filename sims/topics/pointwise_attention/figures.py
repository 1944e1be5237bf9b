"""How copies and noise show in the output, and the algebra of copies and of streaming."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sims.curves import sampled
from sims.derivation import Step
from sims.lazy import sympy
from sims.run import Run
from sims.simulation import Frame, parameter
from sims.topics.pointwise_attention.model import faithfulness, intensity, topic

NAMES = {"softmax": "softmax", "silu": "SiLU", "silu+norm": "SiLU, then LayerNorm"}


@dataclass(frozen=True)
class Copies:
    """A history with more and more copies of one relevant item."""

    most: int = parameter(16, 2, 64, "largest number of copies")
    seeds: int = parameter(50, 2, 500, "histories")


@topic.simulation(
    "copies",
    Copies,
    units={"times one copy": "softmax silu silu_norm"},
    says="What repeating an item does: softmax saturates, SiLU adds",
)
def copies(parameters: Copies, run: Run) -> Iterator[Frame]:
    """Draw the projection on the item, over that with a single copy."""
    x: list[float] = []
    curves: dict[str, list[float]] = {method: [] for method in NAMES}
    histories: dict[str, list[Any]] = {method: [] for method in NAMES}
    for count in range(1, parameters.most + 1):
        x.append(float(count))
        for method, curve in curves.items():
            once = intensity(method, 1, parameters.seeds, run, "histories").mean()
            many = intensity(method, count, parameters.seeds, run, "histories") / once
            curve.append(float(many.mean()))
            histories[method].append(many)
        yield Frame(
            progress=count / parameters.most,
            series=tuple(sampled(NAMES[method], x, many) for method, many in histories.items()),
            outputs={name.replace("+", "_"): curve[-1] for name, curve in curves.items()},
            says=f"{count} copies: softmax {curves['softmax'][-1]:.2f} x, "
            f"SiLU {curves['silu'][-1]:.2f} x",
            x_label="copies",
            y_label="signal, relative to one copy",
        )


@dataclass(frozen=True)
class Noise:
    """One target among random distractors."""

    most: int = parameter(2000, 10, 10_000, "largest number of distractors")
    seeds: int = parameter(20, 2, 200, "draws")


@topic.simulation("noise", Noise, says="Does the target stand out of random distractors?")
def noise(parameters: Noise, run: Run) -> Iterator[Frame]:
    """Draw the cosine with the target as distractors are added."""
    x: list[float] = []
    curves: dict[str, list[float]] = {"softmax": [], "silu": []}
    draws: dict[str, list[Any]] = {"softmax": [], "silu": []}
    counts = sorted({max(1, round(parameters.most ** (k / 12))) for k in range(1, 13)})
    for index, count in enumerate(counts):
        x.append(float(sympy.log(count, 10).evalf()))
        for method, curve in curves.items():
            found = faithfulness(method, count, parameters.seeds, run, f"draws {count}")
            curve.append(float(found.mean()))
            draws[method].append(found)
        yield Frame(
            progress=(index + 1) / len(counts),
            series=tuple(sampled(NAMES[method], x, found) for method, found in draws.items()),
            outputs={name: curve[-1] for name, curve in curves.items()},
            says=f"{count} distractors: cosine {curves['softmax'][-1]:.2f} with softmax, "
            f"{curves['silu'][-1]:.2f} with SiLU",
            x_label="log10 of the distractors",
            y_label="cosine with the target",
        )


@topic.derivation(
    "copies",
    says="k copies of score s among m neutral items weigh k e^s/(k e^s + m) in softmax",
    instances={"k": (1, 2, 5), "m": (1, 3, 6)},
)
def weight_of_copies() -> Iterator[Step]:
    """Add up the copies' weights; neutral items have score 0."""
    s = sympy.Symbol("s", real=True)
    k, m, i = sympy.symbols("k m i", integer=True, positive=True)
    copy, neutral = sympy.exp(s), sympy.exp(sympy.Integer(0))
    yield Step(
        sympy.Sum(copy, (i, 1, k)) / (sympy.Sum(copy, (i, 1, k)) + sympy.Sum(neutral, (i, 1, m))),
        "the copies' share of the normalizer",
    )
    yield Step(k * copy / (k * copy + m), "equal terms add up; e^0 is 1")
    yield Step(1 / (1 + m * sympy.exp(-s) / k), "divide by k e^s: it saturates at 1 as k grows")


@topic.derivation(
    "streaming",
    sizes="for tiles of two scores and one",
    says="Two tiles of softmax merge from their maxima and sums alone",
)
def streaming() -> Iterator[Step]:
    """Rescale each tile's sum from its own maximum to the common one."""
    x, y, z = sympy.symbols("x y z", real=True)
    first, common = sympy.symbols("a b", real=True)
    whole = sympy.exp(x - common) + sympy.exp(y - common) + sympy.exp(z - common)
    yield Step(whole, "the normalizer, from the common maximum b; x and y came in the first tile")
    yield Step(
        sympy.exp(first - common) * (sympy.exp(x - first) + sympy.exp(y - first))
        + sympy.exp(z - common),
        "the first tile's sum, taken from its own maximum a, times e^(a - b)",
    )
