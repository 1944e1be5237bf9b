"""A point: a value for every letter of a claim, and what is said of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from mpmath.libmp import to_rational

from sims.claims.reading import Reading, applied
from sims.maths.evaluation.differentiate import differentiated
from sims.maths.evaluation.matrix import Matrix
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Call, Definition, Node

Values = Mapping[str, Any]
NUL = "\0"
"""Ends the name under which a point holds a decision process."""


@dataclass(frozen=True)
class Point:
    """A value of every variable; `functions` stand for the unknown ones."""

    values: Values
    functions: Mapping[str, Definition] = field(default_factory=dict)
    drawn: bool = field(default=False, compare=False)
    """Whether it was drawn at random, so that what is seen there is no matter of one point."""


def with_functions(node: Node, functions: Mapping[str, Definition]) -> Node:
    """Return a tree with unknown functions replaced by known ones."""
    if not functions:
        return node

    def put(part: Node) -> Node:
        part = part.map(put)
        if isinstance(part, Call) and part.function in functions:
            definition = functions[part.function]
            if len(definition.parameters) == len(part.arguments):
                return applied(definition, part.arguments)
        if isinstance(part, Call) and part.function.rstrip("'") in functions:
            return _slope(part, functions[part.function.rstrip("'")])
        return part

    return put(node)


def _slope(call: Call, definition: Definition) -> Node:
    """Return `f'(u)` of a known function, or the call where no rule is known."""
    body: Node | None = definition.body
    for _ in range(call.function.count("'")):
        body = None if body is None else differentiated(body, definition.parameters[0])
    return call if body is None else applied(replace(definition, body=body), call.arguments)


def admits(reading: Reading, name: str, value: Any) -> bool:
    """Return whether a value lies in the domain of a name."""
    domain, ends = reading.domains[name], reading.ends.get(name)
    if isinstance(value, Node):  # one that was put there because it lies in the domain
        return True
    if domain.is_array:
        return isinstance(value, Matrix)
    if isinstance(value, Matrix) or hasattr(value, "_mpc_"):
        return False
    if isinstance(value, bool):
        return domain.kind == "boolean"
    if hasattr(value, "_mpf_"):
        value = Fraction(*map(int, to_rational(value._mpf_)))
    if domain.is_integer and not (isinstance(value, Fraction) and value.denominator == 1):
        return False
    kind = domain.kind
    if ends is not None and ends.items:
        return value in ends.items
    if ends is not None:
        low = ends.low is None or value > ends.low or (value == ends.low and ends.closed[0])
        return low and (
            ends.high is None or value < ends.high or (value == ends.high and ends.closed[1])
        )
    if kind in ("positive", "size", "index", "quantity"):
        return bool(value > 0)
    if kind in ("nonnegative", "natural"):
        return bool(value >= 0)
    if kind == "negative":
        return bool(value < 0)
    if kind == "nonzero":
        return bool(value != 0)
    if kind == "probability":
        return bool(0 <= value <= 1)
    if kind == "prime":
        return value > 1 and all(value % k != 0 for k in range(2, int(value**0.5) + 1))
    if kind in ("odd", "even"):
        return bool(value % 2 == (kind == "odd"))
    return True


def rounder(value: Any) -> Iterator[Any]:
    """Yield rounder values near one: whole, then halves, then tenths."""
    if isinstance(value, Fraction):
        for bottom in (1, 2, 10, 100):
            yield Fraction(round(value * bottom), bottom)
    elif isinstance(value, Matrix):
        yield value.map(lambda entry: Fraction(round(entry)))
        yield value.map(lambda entry: Fraction(round(entry * 2), 2))


def where(point: Point, names: Sequence[str] | None = None) -> str:
    """Return a point in words: `at x = 1, y = -2`."""
    parts = [
        f"{name}({', '.join(one.parameters)}) = {text(one.body)}"
        for name, one in point.functions.items()
    ]
    kept = list(point.values) if names is None else names
    parts += [f"{name.rstrip(NUL)} = {shown(point.values[name])}" for name in kept]
    return f"at {', '.join(parts)}" if parts else ""


def shown(value: Any, figures: int = 6) -> str:
    """Return a value in a few characters: a simple fraction as such, else figures."""
    if isinstance(value, Node):
        return text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Matrix):
        if value.shape[1] == 1:
            return "[" + ", ".join(shown(entry, figures) for entry in value) + "]"
        return (
            "["
            + "; ".join(", ".join(shown(entry, figures) for entry in row) for row in value.rows)
            + "]"
        )
    if isinstance(value, Fraction):
        if value.denominator == 1 and abs(value) < 10**24:
            return str(value.numerator)
        if value.denominator <= 5000 and abs(value.numerator) <= 10**4:
            return str(value)
        return _figures(value.numerator, value.denominator, figures)
    if hasattr(value, "_mpc_"):
        return f"{shown(value.real, figures)} + {shown(value.imag, figures)}i"
    if hasattr(value, "_mpf_"):
        from mpmath import nstr

        return str(nstr(value, figures)).removesuffix(".0")
    return str(value)


def _figures(top: int, bottom: int, figures: int) -> str:
    from mpmath import mp, mpf, nstr, workdps

    with workdps(max(mp.dps, figures + 5)):
        return str(nstr(mpf(top) / bottom, figures)).removesuffix(".0")


def told_apart(left: Any, right: Any) -> tuple[str, str]:
    """Return two values with as many figures as it takes to see that they differ."""
    for figures in (6, 12, 30, 60, 120):
        words = shown(left, figures), shown(right, figures)
        if words[0] != words[1]:
            return words
    return shown(left), shown(right)


def finite_cases(reading: Reading) -> int | None:
    """Return how many cases there are, None where a domain has no end."""
    total = 1
    for name, domain in reading.domains.items():
        if domain.kind == "boolean":
            total *= 2
        elif name in reading.ends and domain.kind in ("integers", "set", "residue"):
            total *= reading.ends[name].count()
        else:
            return None
    return total
