"""Between which bounds an expression lies, from the domains of its symbols: coarse, never wrong."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sims.maths.evaluation.domains import ends_of
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Constant,
    Divide,
    Index,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
)

INF = math.inf
SLACK = 1e-12  # of a bound that is computed in floats: it may lie so much farther out
BETWEEN = {
    "sin": (-1.0, 1.0), "cos": (-1.0, 1.0), "tanh": (-1.0, 1.0), "erf": (-1.0, 1.0),
    "sigmoid": (0.0, 1.0), "normcdf": (0.0, 1.0), "softmax": (0.0, 1.0), "exp": (0.0, INF),
    "sqrt": (0.0, INF), "abs": (0.0, INF), "norm": (0.0, INF), "relu": (0.0, INF),
    "softplus": (0.0, INF), "cosh": (1.0, INF), "var": (0.0, INF), "std": (0.0, INF),
    "size": (1.0, INF), "heaviside": (0.0, 1.0), "delta": (0.0, 1.0), "sign": (-1.0, 1.0),
    "erfc": (0.0, 2.0),
}  # fmt: skip
DOMAINS = {
    "positive": (0.0, INF), "nonnegative": (0.0, INF), "natural": (0.0, INF), "size": (1.0, INF),
    "negative": (-INF, 0.0), "probability": (0.0, 1.0), "index": (1.0, INF),
    "simplex": (0.0, 1.0), "positive vector": (0.0, INF),
}  # fmt: skip


@dataclass(frozen=True)
class Range:
    """A closed range of reals, perhaps endless."""

    low: float = -INF
    high: float = INF


class Ranges:
    """The ranges of expressions over the domains of some symbols."""

    def __init__(self, domains: Mapping[str, str]) -> None:
        self.domains = domains

    def of(self, node: Node, bound: Mapping[str, Range]) -> Range:
        """Return a range that holds every real value the expression can take."""
        if isinstance(node, Number):
            return _number(node)
        if isinstance(node, Constant):
            value = {"pi": math.pi, "e": math.e}.get(node.name)
            return Range() if value is None else _about(value, value)
        if isinstance(node, Name):
            return bound[node.name] if node.name in bound else self._domain(node.name)
        if isinstance(node, Index) and isinstance(node.base, Name):
            return self._domain(node.base.name)
        parts = [self.of(child, bound) for child in node.children]
        return self._composed(node, parts)

    def _domain(self, name: str) -> Range:
        domain = self.domains.get(name, "real")
        if domain.startswith("in "):
            low, high, items = ends_of(domain)
            if items:
                return Range(float(min(items)), float(max(items)))
            return Range(-INF if low is None else float(low), INF if high is None else float(high))
        return Range(*DOMAINS.get(domain, (-INF, INF)))

    def _composed(self, node: Node, parts: list[Range]) -> Range:
        if isinstance(node, Add):
            return _about(sum(part.low for part in parts), sum(part.high for part in parts))
        if isinstance(node, Mul):
            if len(parts) == 2 and node.factors[0] == node.factors[1]:
                return _square(parts[0])
            total = parts[0]
            for part in parts[1:]:
                total = _times(total, part)
            return total
        if isinstance(node, Divide):
            below = parts[1]
            if below.low >= 0 or below.high <= 0:
                return _times(parts[0], _reciprocal(below))
            return Range()
        if isinstance(node, Power):
            return _power(node, *parts)
        if isinstance(node, Unary):
            return _signed(node.sign, parts[0])
        if isinstance(node, Call):
            return _called(node, parts)
        if isinstance(node, Big) and node.kind in ("sum", "prod") and parts:
            return Range(0.0, INF) if parts[0].low >= 0 else Range()
        return Range()


def _number(node: Number) -> Range:
    try:
        value = float(node.value)
    except OverflowError:
        return Range()
    return Range(value, value) if value == node.value else _about(value, value)


def _about(low: float, high: float) -> Range:
    """Return a range a little wider than these computed ends; NaN means no bound."""
    low = -INF if math.isnan(low) else low
    high = INF if math.isnan(high) else high
    return Range(low - abs(low) * SLACK if low else low, high + abs(high) * SLACK if high else high)


def _times(left: Range, right: Range) -> Range:
    ends = [0.0 if 0 in (a, b) else a * b for a in (left.low, left.high)
            for b in (right.low, right.high)]  # fmt: skip
    return _about(min(ends), max(ends))


def _square(part: Range) -> Range:
    ends = sorted((abs(part.low), abs(part.high)))
    inside = part.low <= 0 <= part.high
    return _about(0.0 if inside else ends[0] * ends[0], ends[1] * ends[1])


def _reciprocal(part: Range) -> Range:
    low = 1 / part.high if part.high else -INF
    high = 1 / part.low if part.low else INF
    return _about(low, high)


def _power(node: Power, base: Range, exponent: Range) -> Range:
    if exponent.low == exponent.high == 2:
        return _square(base)
    even = exponent.low == exponent.high and exponent.low % 2 == 0
    return Range(0.0, INF) if base.low >= 0 or even else Range()


def _signed(sign: str, part: Range) -> Range:
    if sign == "-":
        return Range(-part.high, -part.low)
    if sign in ("+", "T"):
        return part
    if sign == "%":
        return _about(part.low / 100, part.high / 100)
    return Range(0.0, INF) if sign == "!" and part.low >= 0 else Range()


def _called(node: Call, parts: list[Range]) -> Range:
    name = node.function
    if name in ("max", "min") and len(parts) > 1:
        pick = max if name == "max" else min
        return Range(pick(part.low for part in parts), pick(part.high for part in parts))
    if name in ("total", "mean") and len(parts) == 1:
        return Range(0.0, INF) if parts[0].low >= 0 else Range()
    if name == "log" and len(parts) == 1:
        low = -INF if parts[0].low <= 0 else math.log(parts[0].low)
        high = INF if parts[0].high in (0, INF) else math.log(abs(parts[0].high))
        return _about(low, high) if parts[0].high > 0 else Range()
    return Range(*BETWEEN.get(name, (-INF, INF)))
