"""Claims decided by simulation, last: batched in tensors, by a rule that is fixed beforehand.

Each side of a relation is an expectation or a probability of one expression, estimated from many
draws at once. Rounds double the draws; a verdict falls only where the interval of the difference
lies wholly on one side. Runs in the worker, on a GPU if there is one.
"""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sims.claims.arithmetic import as_node
from sims.claims.evaluator import ClaimEvaluator
from sims.claims.evidence import Evidence, EvidenceKind, Verdict, undecided
from sims.claims.laws import Law
from sims.claims.point import where
from sims.claims.polynomials import NotExact
from sims.claims.reading import Reading, conjuncts
from sims.claims.trial import Trial
from sims.claims.trial_points import TrialPoints
from sims.lazy import torch
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.limits import Budget
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Constant,
    Divide,
    Index,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Unary,
    free_names,
)

if TYPE_CHECKING:
    from torch import Tensor


FIRST = 40_000
ROUNDS = 5
FALSE_DECISIONS = 1e-6
"""How often, at most, a claim is decided wrongly by chance; the interval shown is one of 95 %."""
POINTS = 3
BOUNDED = frozenset({"P"})
FINITE = frozenset(
    {"Normal", "Uniform", "Exponential", "Gamma", "Beta", "Laplace", "ChiSquare", "Bernoulli",
     "Binomial", "Geometric", "Geometric0", "NegativeBinomial", "Poisson", "DiscreteUniform"}
)  # fmt: skip
"""Laws all of whose moments are finite."""


@dataclass(frozen=True)
class Estimate:
    """A mean and its standard error."""

    mean: float
    error: float


def simulated(reading: Reading, laws: list[Law], why: str, budget: Budget) -> Evidence:
    """Return the evidence of a simulation, or that there is none and why."""
    parts = conjuncts(reading.goal)
    relations = [part for part in parts if isinstance(part, Relation) and len(part.signs) == 1]
    if len(relations) != len(parts):
        return undecided(f"there is no exact way here ({why}), and only relations are simulated")
    try:
        found = [_relation(part, reading, laws) for part in relations]
    except (NotExact, MathsError, UndefinedError) as error:
        return undecided(f"there is no exact way here ({why}), and it cannot be simulated: {error}")
    for verdict in (Verdict.FAILS, Verdict.UNDECIDED, Verdict.AGREES):
        for one in found:
            if one.verdict is verdict:
                return one
    return found[0]


def _relation(goal: Relation, reading: Reading, laws: list[Law]) -> Evidence:
    """Return the evidence on one relation, at some points of its parameters."""
    names = free_names(goal).union(*(_needs(law) for law in laws))
    plain = reading.with_goal(goal)
    plain.domains = {n: d for n, d in reading.domains.items() if n in names}
    letters = [n for n, d in plain.domains.items() if not d.is_function]
    trial = Trial(plain, Budget(5.0, 2_000_000), names=letters)
    points = []
    for point in TrialPoints(trial).nice({}, 30):
        evaluator = trial.evaluator(point)
        needs = [need for law in laws for need in law.needs()]
        conditions = [
            c
            for c in reading.conditions
            if not free_names(c) & {n for law in laws for n in law.names}
        ]
        if all(evaluator.holds(need) is True for need in (*needs, *conditions)):
            points.append(point)
        if len(points) == (POINTS if plain.domains else 1):
            break
    if not points:
        raise UndefinedError("no case found: no parameters satisfy the conditions")
    found = []
    for point in points:
        values = {
            name: float(value)
            for name, value in point.values.items()
            if not isinstance(value, Matrix)
        }
        evidence = decide_at(goal, laws, values, reading)
        if evidence.verdict is Verdict.FAILS:
            place = where(point)
            words = f"{place}: {evidence.counterexample}" if place else evidence.counterexample
            return Evidence(**{**vars(evidence), "counterexample": words})
        found.append(evidence)
    first = next((e for e in found if e.verdict is Verdict.UNDECIDED), found[0])
    if first.verdict is Verdict.HOLDS and plain.domains:
        scope = f"{len(points)} points of the parameters"
        return Evidence(
            **{
                **vars(first),
                "verdict": Verdict.AGREES,
                "kind": EvidenceKind.AGREES,
                "scope": scope,
            }
        )
    return first


def _needs(law: Law) -> set[str]:
    nodes = (*law.parameters, law.size, law.mean, law.variance)
    found = set().union(*(free_names(node) for node in nodes if node is not None))
    return found | {
        n
        for values, p in law.table
        for v in (*values, p)
        if isinstance(v, Node)
        for n in free_names(v)
    }


def decide_at(
    goal: Relation, laws: list[Law], values: Mapping[str, float], reading: Reading
) -> Evidence:
    """Return the evidence on a relation with numbers for the parameters."""
    if any(law.family not in FINITE and not law.table for law in laws):
        raise UndefinedError("a law whose variance may be infinite is not simulated")
    sign = goal.signs[0]
    margin = _margin(goal, reading)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    generator = torch.Generator(device=device).manual_seed(20_240_601)
    z = _quantile(FALSE_DECISIONS / ROUNDS)
    total = Sums()
    for round_ in range(ROUNDS):
        count = FIRST if round_ == 0 else total.count
        draws = Draws(laws, values, count, generator, device)
        total.add([estimated(side, draws, reading) for side in goal.operands], count)
        low, high, mean, error = total.interval(z)
        verdict = _verdict(sign, low, high, margin, mean)
        if verdict is not None:
            break
    ninety_five = (mean - 1.96 * error, mean + 1.96 * error)
    sides = [total.mean(k) for k in (0, 1)]
    says = (
        f"{total.count:,} draws: the left side is {sides[0]:.5g}, the right {sides[1]:.5g}; their "
        f"difference is {mean:.3g}, 95 % interval {ninety_five[0]:.3g} to {ninety_five[1]:.3g}"
    )
    scope = f"95 % interval of the difference {ninety_five[0]:.3g} to {ninety_five[1]:.3g}"
    if verdict is None:
        if sign in ("=", "≈") and margin == 0:
            return Evidence(
                Verdict.AGREES, f"not refuted by {says}", mean, ninety_five, total.count,
                kind=EvidenceKind.AGREES, scope=f"{total.count:,} draws", rule="simulation",
            )  # fmt: skip
        return Evidence(
            Verdict.UNDECIDED,
            f"the interval lies on both sides: {says}",
            mean,
            ninety_five,
            total.count,
        )
    kind = EvidenceKind.SIMULATED
    counterexample = (
        f"{sides[0]:.5g} against {sides[1]:.5g}, simulated" if verdict is Verdict.FAILS else ""
    )
    return Evidence(
        verdict, says, mean, ninety_five, total.count, kind=kind, scope=scope,
        rule=f"simulation, at most {ROUNDS} rounds", counterexample=counterexample,
    )  # fmt: skip


def _margin(goal: Relation, reading: Reading) -> float:
    """Return how far apart the sides of an approximate equation may be."""
    if goal.signs[0] not in ("=", "≈") or (goal.signs[0] == "=" and reading.within is None):
        return 0.0

    evaluator = ClaimEvaluator({}, Budget())
    evaluator.within = reading.within
    right = goal.operands[1]
    value = Fraction(0) if free_names(right) else evaluator.number(right)
    return float(evaluator._slack(value, goal.operands))


def _verdict(sign: str, low: float, high: float, margin: float, mean: float) -> Verdict | None:
    """Return what an interval of left minus right decides, None where nothing."""
    if sign in ("=", "≈"):
        if low > margin or high < -margin:
            return Verdict.FAILS
        return Verdict.HOLDS if margin and -margin < low and high < margin else None
    if sign in (">", ">="):
        low, high = -high, -low
    if high < 0:
        return Verdict.HOLDS
    return Verdict.FAILS if low > 0 else None


class Sums:
    """Running means of the two sides over rounds, with the error of their difference."""

    def __init__(self) -> None:
        self.count = 0
        self._means = [0.0, 0.0]
        self._variance = 0.0

    def add(self, estimates: list[Estimate], count: int) -> None:
        """Take more draws in."""
        before, self.count = self.count, self.count + count
        share = count / self.count
        for k in (0, 1):
            self._means[k] += share * (estimates[k].mean - self._means[k])
        fresh = sum(e.error**2 for e in estimates)
        self._variance = (1 - share) ** 2 * self._variance + share**2 * fresh if before else fresh

    def mean(self, side: int) -> float:
        """Return the mean of one side."""
        return self._means[side]

    def interval(self, z: float) -> tuple[float, float, float, float]:
        """Return the interval, the mean and the standard error of the difference."""
        mean, error = self._means[0] - self._means[1], math.sqrt(self._variance)
        return mean - z * error, mean + z * error, mean, error


def _quantile(tail: float) -> float:
    from scipy.stats import norm

    return float(norm.isf(tail / 2))


class Draws:
    """Tensors of all random names, ``count`` draws each, at numbers for the parameters."""

    def __init__(
        self, laws: list[Law], values: Mapping[str, float], count: int, generator: Any, device: str
    ) -> None:
        self.count = count
        self.values: dict[str, Any] = dict(values)
        self.generator = generator
        self.device = device
        self.names: set[str] = set()
        for law in laws:
            self._draw(law)

    def _draw(self, law: Law) -> None:
        size = int(number_of(self, law.size)) if law.size is not None else 1
        if not 1 <= size <= 1000 or size * self.count > 200_000_000:
            raise UndefinedError("this sample is too large to simulate")
        shape = (self.count, size) if law.sampled else (self.count,)
        if law.table:
            self._table(law, shape)
            return
        parameters = [tensor_of(p, self) for p in law.parameters]
        self.values[law.names[0]] = SAMPLERS[law.family](self, shape, *parameters)
        self.names.add(law.names[0])

    def _table(self, law: Law, shape: tuple[int, ...]) -> None:
        weights = torch.tensor(
            [float(tensor_of(p, self)) for _, p in law.table],
            dtype=torch.float64,
            device=self.device,
        )
        if law.without:
            keys = torch.rand(
                (self.count, len(weights)), generator=self.generator, device=self.device
            )
            chosen = keys.argsort(dim=-1)[:, : shape[-1]]
        else:
            flat = torch.multinomial(
                weights, math.prod(shape), replacement=True, generator=self.generator
            )
            chosen = flat.reshape(shape)
        for k, name in enumerate(law.names):
            items = torch.tensor(
                [float(tensor_of(_node(v[k]), self)) for v, _ in law.table],
                dtype=torch.float64,
                device=self.device,
            )
            self.values[name] = items[chosen]
            self.names.add(name)

    def uniform(self, shape: tuple[int, ...]) -> "Tensor":
        """Return uniform draws in (0, 1)."""
        drawn = torch.rand(shape, generator=self.generator, device=self.device, dtype=torch.float64)
        return drawn.clamp(1e-16, 1 - 1e-16)

    def normal(self, shape: tuple[int, ...]) -> "Tensor":
        """Return standard normal draws."""
        return torch.randn(shape, generator=self.generator, device=self.device, dtype=torch.float64)


def _node(value: Any) -> Node:

    return as_node(value)


def number_of(draws: Draws, node: Node) -> float:
    """Return a tree that is a number."""
    return float(tensor_of(node, draws))


def _gamma(draws: Draws, shape: tuple[int, ...], a: Any) -> "Tensor":
    """Return gamma draws of a shape parameter (Marsaglia and Tsang 2000)."""
    a = torch.as_tensor(a, dtype=torch.float64, device=draws.device).expand(shape)
    return torch._standard_gamma(a.contiguous(), generator=draws.generator)


def _beta(draws: Draws, shape: tuple[int, ...], a: Any, b: Any) -> "Tensor":
    first, second = _gamma(draws, shape, a), _gamma(draws, shape, b)
    return first / (first + second)


def _poisson(draws: Draws, shape: tuple[int, ...], rate: Any) -> "Tensor":
    rates = torch.as_tensor(rate, dtype=torch.float64, device=draws.device).expand(shape)
    return torch.poisson(rates.contiguous(), generator=draws.generator)


def _binomial(draws: Draws, shape: tuple[int, ...], n: Any, p: Any) -> "Tensor":
    count = torch.as_tensor(n, dtype=torch.float64, device=draws.device).expand(shape)
    chance = torch.as_tensor(p, dtype=torch.float64, device=draws.device).expand(shape)
    return torch.binomial(count.contiguous(), chance.contiguous(), generator=draws.generator)


def _geometric(draws: Draws, shape: tuple[int, ...], p: Any) -> "Tensor":
    p = torch.as_tensor(p, dtype=torch.float64, device=draws.device)
    return torch.ceil(torch.log(draws.uniform(shape)) / torch.log1p(-p)).clamp_min(1)


SAMPLERS: dict[str, Callable[..., Any]] = {
    "Normal": lambda d, shape, m, v: m + torch.as_tensor(v).double().sqrt() * d.normal(shape),
    "Uniform": lambda d, shape, a, b: a + (b - a) * d.uniform(shape),
    "Exponential": lambda d, shape, rate: -torch.log(d.uniform(shape)) / rate,
    "Gamma": lambda d, shape, a, rate: _gamma(d, shape, a) / rate,
    "Beta": _beta,
    "Laplace": lambda d, shape, m, b: m + b * torch.log(d.uniform(shape) / d.uniform(shape)),
    "ChiSquare": lambda d, shape, k: 2 * _gamma(d, shape, k / 2),
    "Bernoulli": lambda d, shape, p: (d.uniform(shape) < p).double(),
    "Binomial": _binomial,
    "Geometric": _geometric,
    "Geometric0": lambda d, shape, p: _geometric(d, shape, p) - 1,
    "NegativeBinomial": lambda d, shape, r, p: _poisson(
        d, shape, _gamma(d, shape, r) * (1 - p) / p
    ),
    "Poisson": _poisson,
    "DiscreteUniform": lambda d, shape, a, b: torch.floor(a + (b - a + 1) * d.uniform(shape)),
}  # fmt: skip


def estimated(side: Node, draws: Draws, reading: Reading) -> Estimate:
    """Return an estimate of one side: a number, or one made of expectations."""
    if isinstance(side, Call) and side.function in MOMENTS:
        return MOMENTS[side.function](side, draws)
    if not free_names(side) & draws.names and not any(
        isinstance(p, Call) and p.function in MOMENTS for p in side.walk()
    ):
        return Estimate(float(tensor_of(side, draws)), 0.0)
    if isinstance(side, Add):
        parts = [estimated(term, draws, reading) for term in side.terms]
        return Estimate(sum(p.mean for p in parts), sum(p.error for p in parts))
    if isinstance(side, Unary) and side.sign == "-":
        one = estimated(side.operand, draws, reading)
        return Estimate(-one.mean, one.error)
    if isinstance(side, Mul | Divide):
        return _scaled(side, draws, reading)
    if isinstance(side, Call) and len(side.arguments) == 1:
        one = estimated(side.arguments[0], draws, reading)
        values = [
            float(tensor_of(Call(side.function, (Name("\0"),)), _at(draws, one.mean + h)))
            for h in (-1e-6, 0, 1e-6)
        ]
        return Estimate(values[1], abs(values[2] - values[0]) / 2e-6 * one.error)
    if isinstance(side, Power) and isinstance(side.exponent, Number):
        one = estimated(side.base, draws, reading)
        power = float(side.exponent.value)
        return Estimate(one.mean**power, abs(power * one.mean ** (power - 1)) * one.error)
    raise UndefinedError("this mixes draws and expectations in a way that is not simulated")


def _at(draws: Draws, value: float) -> Draws:
    draws.values["\0"] = value
    return draws


def _scaled(side: Mul | Divide, draws: Draws, reading: Reading) -> Estimate:
    parts = [estimated(part, draws, reading) for part in side.children]
    mean = parts[0].mean
    spread = parts[0].error / abs(mean) if mean else math.inf if parts[0].error else 0.0
    for part in parts[1:]:
        if not part.mean:
            raise UndefinedError("a factor is zero")
        mean = mean * part.mean if isinstance(side, Mul) else mean / part.mean
        spread += part.error / abs(part.mean)
    return Estimate(mean, abs(mean) * spread if math.isfinite(spread) else 0.0)


def _mean(values: Any, draws: Draws) -> Estimate:
    values = torch.as_tensor(values, dtype=torch.float64, device=draws.device).expand(draws.count)
    if not bool(torch.isfinite(values).all()):
        raise UndefinedError("some draws have no finite value")
    return Estimate(float(values.mean()), float(values.std()) / math.sqrt(draws.count))


def _given(node: Call, draws: Draws, value: Any) -> Estimate:
    """Return the mean of a value, over the draws that satisfy a condition if there is one."""
    values = torch.as_tensor(value, dtype=torch.float64, device=draws.device).expand(draws.count)
    if not node.bar:
        return _mean(values, draws)
    if not isinstance(node.arguments[-1], Relation | Logic | Unary):
        raise UndefinedError("after `given` stands an event")
    kept = tensor_of(node.arguments[-1], draws).bool().expand(draws.count)
    count = int(kept.sum())
    if count < 200:
        raise UndefinedError("the condition is too rare to simulate")
    chosen = values[kept]
    return Estimate(float(chosen.mean()), float(chosen.std()) / math.sqrt(count))


def _expectation(node: Call, draws: Draws) -> Estimate:
    return _given(node, draws, tensor_of(node.arguments[0], draws))


def _probability(node: Call, draws: Draws) -> Estimate:
    return _given(node, draws, tensor_of(node.arguments[0], draws).double())


def _variance(node: Call, draws: Draws) -> Estimate:
    values = tensor_of(node.arguments[0], draws).expand(draws.count)
    centred = (values - values.mean()) ** 2
    return _mean(centred, draws)


def _covariance(node: Call, draws: Draws) -> Estimate:
    one, other = (tensor_of(a, draws).expand(draws.count) for a in node.arguments)
    return _mean((one - one.mean()) * (other - other.mean()), draws)


def _deviation(node: Call, draws: Draws) -> Estimate:
    square = _variance(node, draws)
    root = math.sqrt(square.mean)
    return Estimate(root, square.error / (2 * root) if root else 0.0)


def _median(node: Call, draws: Draws) -> Estimate:
    values = tensor_of(node.arguments[0], draws).expand(draws.count).sort().values
    half, reach = draws.count // 2, int(math.sqrt(draws.count))
    spread = float(values[min(half + reach, draws.count - 1)] - values[max(half - reach, 0)]) / 4
    return Estimate(float(values[half]), spread)


MOMENTS: dict[str, Callable[[Call, Draws], Estimate]] = {
    "E": _expectation, "P": _probability, "Var": _variance, "Cov": _covariance,
    "Std": _deviation, "sd": _deviation, "median": _median,
}  # fmt: skip


def tensor_of(node: Node, draws: Draws) -> Any:
    """Return a tree as a tensor of one value a draw (or with one more axis, of a sample)."""
    rule = TENSORS.get(type(node))
    if rule is None:
        raise UndefinedError("this is not simulated")
    return rule(node, draws)


def _double(value: Any) -> Any:
    return value.double() if hasattr(value, "dtype") and value.dtype == torch.bool else value


def _folded(nodes: tuple[Node, ...], draws: Draws, by: Callable[[Any, Any], Any]) -> Any:
    total = _double(tensor_of(nodes[0], draws))
    for node in nodes[1:]:
        total = by(total, _double(tensor_of(node, draws)))
    return total


def _called(node: Call, draws: Draws) -> Any:
    if node.function in MOMENTS and not _of_sample(node, draws):
        return MOMENTS[node.function](node, draws).mean
    arguments = [_double(tensor_of(a, draws)) for a in node.arguments]
    arguments = [torch.as_tensor(a, dtype=torch.float64, device=draws.device) for a in arguments]
    rule = CALLS.get(node.function)
    if rule is None:
        raise UndefinedError(f"{node.function} is not simulated")
    return rule(*arguments)


def _of_sample(node: Call, draws: Draws) -> bool:
    """Return whether ``median`` is that of each sample, not of the draws."""
    if node.function != "median":
        return False
    value = tensor_of(node.arguments[0], draws)
    return hasattr(value, "dim") and value.dim() == 2


def _summed(node: Big, draws: Draws) -> Any:
    low = int(number_of(draws, node.low)) if node.low is not None else 1
    if node.high is None:
        sizes = [
            v.shape[-1]
            for n, v in draws.values.items()
            if n in free_names(node.body) and hasattr(v, "dim") and v.dim() == 2
        ]
        if not sizes:
            raise UndefinedError("this sum has no end")
        high = sizes[0]
    else:
        high = int(number_of(draws, node.high))
    if node.kind not in ("sum", "prod", "max", "min") or not 0 <= high - low < 500:
        raise UndefinedError("this range is not simulated")
    fold = FOLDS[node.kind]
    outer = draws.values
    result = None
    try:
        for k in range(low, high + 1):
            draws.values = {**outer, node.variable: float(k)}
            value = torch.as_tensor(
                _double(tensor_of(node.body, draws)), dtype=torch.float64, device=draws.device
            )
            result = value if result is None else fold(result, value)
    finally:
        draws.values = outer
    return result


FOLDS: dict[str, Callable[[Any, Any], Any]] = {
    "sum": operator.add, "prod": operator.mul,
    "max": lambda a, b: torch.maximum(a, b), "min": lambda a, b: torch.minimum(a, b),
}  # fmt: skip


def _entry(node: Index, draws: Draws) -> Any:
    base = tensor_of(node.base, draws)
    place = int(number_of(draws, node.indices[0]))
    if not (hasattr(base, "dim") and base.dim() == 2 and 1 <= place <= base.shape[1]):
        raise UndefinedError("this index is out of range")
    return base[:, place - 1]


def _compared(node: Relation, draws: Draws) -> Any:
    sides = [
        torch.as_tensor(_double(tensor_of(o, draws)), dtype=torch.float64, device=draws.device)
        for o in node.operands
    ]
    result = None
    for sign, left, right in zip(node.signs, *zip(*pairwise(sides), strict=True), strict=True):
        if sign not in COMPARED:
            raise UndefinedError("this relation is not simulated")
        one = COMPARED[sign](left, right)
        result = one if result is None else result & one
    return result


def _joined(node: Logic, draws: Draws) -> Any:
    parts = [tensor_of(o, draws) for o in node.operands]
    result = parts[0]
    for part in parts[1:]:
        result = result & part if node.connective == "and" else result | part
    if node.connective not in ("and", "or"):
        raise UndefinedError("this connective is not simulated")
    return result


def _signed(node: Unary, draws: Draws) -> Any:
    value = tensor_of(node.operand, draws)
    if node.sign == "not":
        return ~value
    value = _double(value)
    if node.sign == "-":
        return -value
    if node.sign == "%":
        return value / 100
    raise UndefinedError("this sign is not simulated")


def _pieces(node: Piecewise, draws: Draws) -> Any:
    if node.otherwise is None:
        raise UndefinedError("a value is missing where no piece holds")
    result = torch.as_tensor(
        tensor_of(node.otherwise, draws), dtype=torch.float64, device=draws.device
    )
    for value, condition in zip(reversed(node.values), reversed(node.conditions), strict=True):
        result = torch.where(tensor_of(condition, draws), tensor_of(value, draws), result)
    return result


def _named(node: Name, draws: Draws) -> Any:
    if node.name not in draws.values:
        raise UndefinedError(f"{node.name} has no number")
    return draws.values[node.name]


COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq,
    "!=": operator.ne,
}  # fmt: skip
CALLS: dict[str, Callable[..., Any]] = {
    "exp": lambda x: torch.exp(x), "log": lambda x: torch.log(x), "sqrt": lambda x: torch.sqrt(x),
    "abs": lambda x: torch.abs(x), "sin": lambda x: torch.sin(x), "cos": lambda x: torch.cos(x),
    "tanh": lambda x: torch.tanh(x), "sigmoid": lambda x: torch.sigmoid(x),
    "relu": lambda x: torch.relu(x), "floor": lambda x: torch.floor(x),
    "ceil": lambda x: torch.ceil(x), "sign": lambda x: torch.sign(x),
    "max": lambda *xs: xs[0].amax(-1) if len(xs) == 1 else _extreme(torch.maximum, xs),
    "min": lambda *xs: xs[0].amin(-1) if len(xs) == 1 else _extreme(torch.minimum, xs),
    "mean": lambda x: x.mean(-1), "total": lambda x: x.sum(-1),
    "var": lambda x: x.var(-1, unbiased=False), "std": lambda x: x.std(-1, unbiased=False),
    "median": lambda x: x.quantile(0.5, -1), "softplus": lambda x: torch.log1p(torch.exp(x)),
    "normcdf": lambda x: torch.special.ndtr(x), "norm": lambda x: x.norm(dim=-1),
}  # fmt: skip


def _extreme(by: Callable[[Any, Any], Any], values: tuple[Any, ...]) -> Any:
    result = values[0]
    for value in values[1:]:
        result = by(result, value)
    return result


def _constant(node: Constant) -> float:
    return {"pi": math.pi, "e": math.e, "inf": math.inf}[node.name]


TENSORS: dict[type[Node], Callable[[Any, Draws], Any]] = {
    Number: lambda node, draws: float(node.value),
    Constant: lambda node, draws: _constant(node),
    Name: _named,
    Index: _entry,
    Add: lambda node, draws: _folded(node.terms, draws, lambda a, b: a + b),
    Mul: lambda node, draws: _folded(node.factors, draws, lambda a, b: a * b),
    Divide: lambda node, draws: _folded(
        (node.numerator, node.denominator), draws, lambda a, b: a / b
    ),
    Power: lambda node, draws: _folded((node.base, node.exponent), draws, lambda a, b: a**b),
    Unary: _signed,
    Call: _called,
    Big: _summed,
    Relation: _compared,
    Logic: _joined,
    Piecewise: _pieces,
}
