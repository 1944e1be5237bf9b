"""Expectations and probabilities, estimated from many draws of their random names at once.

Every tensor has the draws in its first dimension; a sample has its members in the second.
"""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sims.claims.arithmetic import as_node
from sims.claims.laws import Law
from sims.claims.reading import Reading
from sims.lazy import torch
from sims.maths.evaluation.matrix import UndefinedError
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


@dataclass(frozen=True)
class Estimate:
    """A mean and its standard error."""

    mean: float
    error: float


class Draws:
    """Tensors of all random names, `count` draws each, at numbers for the parameters."""

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
                [float(tensor_of(as_node(v[k]), self)) for v, _ in law.table],
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
    """Return whether `median` is that of each sample, not of the draws."""
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
