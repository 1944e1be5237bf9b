"""Functions of which only the shape is known: what follows from convex, concave and increasing."""

from collections.abc import Callable
from typing import Any

import sympy

from sims.claims.algebra import Algebra
from sims.claims.domains import Domain
from sims.claims.reading import Reading, ordered
from sims.maths.comparison.algebra import vanishes
from sims.maths.syntax.tree import (
    ONE,
    ZERO,
    Add,
    Call,
    Divide,
    Mul,
    Name,
    Node,
    Relation,
    Unary,
    free_names,
)

SHAPES = ("convex", "concave", "increasing", "decreasing")
Holds = Callable[[Node], bool]
"""Says whether a statement is proved."""
OPPOSITE = {
    "convex": "concave", "concave": "convex", "increasing": "decreasing",
    "decreasing": "increasing",
}  # fmt: skip


def shape_of(name: str, reading: Reading) -> str:
    """Return the shape that a function was declared to have, empty for any other name."""
    domain = reading.domains.get(name)
    word = domain.kind.removesuffix(" function") if domain is not None else ""
    return word if word in SHAPES and domain is not None and domain.is_function else ""


def has_shape(body: Node, name: str, shape: str, reading: Reading, holds: Holds) -> bool:
    """Return whether a body has a shape in a letter by the rules for sums, multiples and maxima."""
    if name not in free_names(body):
        return shape in ("convex", "concave")
    if isinstance(body, Name):
        return shape in ("convex", "concave", "increasing")
    if isinstance(body, Add):
        moving = [term for term in body.terms if name in free_names(term)]
        return all(has_shape(term, name, shape, reading, holds) for term in moving)
    if isinstance(body, Unary) and body.sign == "-":
        return has_shape(body.operand, name, OPPOSITE[shape], reading, holds)
    if isinstance(body, Mul | Divide):
        return _multiple(body, name, shape, reading, holds)
    if isinstance(body, Call) and len(body.arguments) == 1:
        known = shape_of(body.function, reading)
        inner = body.arguments[0]
        if known in ("convex", "concave"):
            return known == shape and _affine(inner, name, reading)
        if known in ("increasing", "decreasing") and shape in ("increasing", "decreasing"):
            inside = shape if known == "increasing" else OPPOSITE[shape]
            return has_shape(inner, name, inside, reading, holds)
    wanted = {"max": ("convex", "increasing", "decreasing"),
              "min": ("concave", "increasing", "decreasing")}  # fmt: skip
    if isinstance(body, Call) and shape in wanted.get(body.function, ()):
        return all(has_shape(part, name, shape, reading, holds) for part in body.arguments)
    return False


def _multiple(body: Mul | Divide, name: str, shape: str, reading: Reading, holds: Holds) -> bool:
    factors = list(body.factors) if isinstance(body, Mul) else [body.numerator]
    moving = [factor for factor in factors if name in free_names(factor)]
    scale: list[Node] = [factor for factor in factors if factor not in moving]
    if isinstance(body, Divide):
        if name in free_names(body.denominator):
            return False
        scale.append(body.denominator)
    if len(moving) != 1:
        return False
    strict = shape in ("increasing", "decreasing")
    signs = (">", "<") if strict else (">=", "<=")
    for sign, wanted in zip(signs, (shape, OPPOSITE[shape]), strict=True):
        product: Node = scale[0] if len(scale) == 1 else Mul(tuple(scale))
        if not scale or holds(Relation((product, ZERO), (sign,))):
            return has_shape(moving[0], name, wanted, reading, holds)
    return False


def _affine(node: Node, name: str, reading: Reading) -> bool:
    value = Algebra(reading, {}).number(node)
    letters = [s for s in value.free_symbols if str(s) == name]
    return all(vanishes(sympy.diff(value, s, 2)) for s in letters)


def by_shape(goal: Relation, reading: Reading, holds: Holds) -> str:
    """Return the rule by which values of a function of known shape are ordered, or nothing."""
    low, high, strict = ordered(goal)
    if rule := _ordered(low, high, strict, reading, holds):
        return rule
    if strict:
        return ""
    for one, other, shape in ((low, high, "convex"), (high, low, "concave")):
        known = isinstance(one, Call) and shape_of(one.function, reading) == shape
        if known and isinstance(one, Call) and _mixture(one, other, reading, holds):
            return f"Jensen's inequality for a {shape} function"
    return ""


def _ordered(low: Node, high: Node, strict: bool, reading: Reading, holds: Holds) -> str:
    if not (isinstance(low, Call) and isinstance(high, Call) and low.function == high.function):
        return ""
    shape = shape_of(low.function, reading)
    if shape not in ("increasing", "decreasing") or len(low.arguments) != 1:
        return ""
    a, b = low.arguments[0], high.arguments[0]
    if shape == "decreasing":
        a, b = b, a
    for sign in ("<",) if strict else ("<=", "<"):
        stated = Relation((a, b), (sign,))
        if stated in reading.conditions or Relation((b, a), (sign.replace("<", ">"),)) in (
            reading.conditions
        ):
            return f"the function is {shape}"
        if holds(stated):
            return f"the function is {shape}"
    return ""


def _mixture(one: Call, other: Node, reading: Reading, holds: Holds) -> bool:
    """Return whether the other side is a mixture of values, and one the value at the mixture."""
    algebra = Algebra(reading, {})
    weights: list[tuple[Node, Node]] = []
    if not _collected(other, [], one.function, weights):
        return False
    total: Any = sympy.Integer(0)
    middle: Any = sympy.Integer(0)
    for weight, at in weights:
        if not holds(Relation((weight, ZERO), (">=",))):
            return False
        total += algebra.number(weight)
        middle += algebra.number(weight) * algebra.number(at)
    return bool(vanishes(total - 1)) and bool(vanishes(middle - algebra.number(one.arguments[0])))


def _collected(
    node: Node, scale: list[Node], function: str, weights: list[tuple[Node, Node]]
) -> bool:
    """Take a sum of multiples of values of a function apart; False for anything else."""
    if isinstance(node, Add):
        return all(_collected(term, scale, function, weights) for term in node.terms)
    if isinstance(node, Divide):
        over = Divide(ONE, node.denominator)
        return _collected(node.numerator, [*scale, over], function, weights)
    if isinstance(node, Mul):
        calls = [f for f in node.factors if _calls(f, function)]
        rest = [f for f in node.factors if f not in calls]
        return len(calls) == 1 and _collected(calls[0], [*scale, *rest], function, weights)
    if isinstance(node, Call) and node.function == function and len(node.arguments) == 1:
        weight = ONE if not scale else scale[0] if len(scale) == 1 else Mul(tuple(scale))
        weights.append((weight, node.arguments[0]))
        return True
    return False


def _calls(node: Node, function: str) -> bool:
    return any(isinstance(part, Call) and part.function == function for part in node.walk())


def spelt_out(argument: Node, reading: Reading) -> tuple[Node, str] | None:
    """Return `f + g` as `f(x) + g(x)` and its letter, None where no function stands bare."""
    bare = {
        part.name
        for part in argument.walk()
        if isinstance(part, Name) and (reading.domains.get(part.name) or Domain("real")).is_function
    }
    if not bare:
        return None
    letter = next(x for x in ("x", "u", "w") if x not in free_names(argument))

    def put(node: Node) -> Node:
        if isinstance(node, Name) and node.name in bare:
            return Call(node.name, (Name(letter),))
        return node.map(put)

    return put(argument), letter
