"""Inequalities between sums over distributions of any size, by Gibbs and by Jensen."""

from dataclasses import replace
from fractions import Fraction

import sympy

from sims.claims.algebra import Algebra
from sims.claims.domains import Domain
from sims.claims.nonnegative import nonnegative
from sims.claims.reading import Reading
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Index,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
    free_names,
    replaced,
)


def gibbs(reading: Reading, low: Node, high: Node) -> str | None:
    """Prove what follows from KL(p, q) >= 0, for distributions of any size."""
    total: dict[tuple[str, str], Fraction] = {}
    for node, sign in ((high, 1), (low, -1)):
        if not _collect(reading, node, Fraction(sign), total):
            return None
    total = {key: value for key, value in total.items() if value}
    # What is left must be a nonnegative sum of KL(p, q) = L(p, p) - L(p, q).
    for (p, q), value in list(total.items()):
        if p != q and value < 0:
            share = -value
            total[(p, p)] = total.get((p, p), Fraction(0)) - share
            total[(p, q)] += share
    if not total or any(value != 0 for value in total.values()):
        return None
    return "Gibbs' inequality: KL(p, q) >= 0, for every size"


def jensen(reading: Reading, low: Node, high: Node) -> str | None:
    """Prove a gap that holds a sum of a convex function of probabilities by the uniform ones."""
    used = {n for n in free_names(low) | free_names(high) if reading.domains[n].is_array}
    if len(used) != 1 or not _simplex(reading, name := used.pop()):
        return None
    norm = Call("norm", (Name(name),))
    bodies: list[Node] = []
    rest: list[Node] = []
    terms = [(high, False), (low, True)]
    while terms:
        node, turned = terms.pop()
        if isinstance(node, Add):
            terms += [(term, turned) for term in node.terms]
        elif isinstance(node, Unary) and node.sign == "-":
            terms.append((node.operand, not turned))
        elif name not in free_names(node):
            rest.append(Unary("-", node) if turned else node)
        elif isinstance(node, Big) and node.kind == "sum" and _whole_range(reading, node):
            entry = Index(Name(name), (Name(node.variable),))
            body = replaced(node.body, entry, Name("t"))
            if free_names(body) & {name, node.variable}:
                return None
            bodies.append(Unary("-", body) if turned else body)
        elif node in (Call("dot", (Name(name), Name(name))), Power(norm, Number("2"))):
            body = Power(Name("t"), Number("2"))
            bodies.append(Unary("-", body) if turned else body)
        else:
            return None
    if not bodies or "t" in reading.domains:
        return None
    numbers = {n: d for n, d in reading.domains.items() if not d.is_array}
    along = replace(reading, domains={**numbers, "t": Domain("positive")})
    builder = Algebra(along, {})
    t, size = builder.number(Name("t")), builder.number(reading.domains[name].sizes[0])
    function = sum(builder.number(body) for body in bodies)
    bend = sympy.diff(function, t, 2)
    if not nonnegative(bend):
        return None
    least = size * function.subs(t, 1 / size) + sum(builder.number(part) for part in rest)
    if nonnegative(sympy.expand_log(sympy.simplify(least))):
        return "Jensen's inequality: smallest at the uniform distribution, for every size"
    return None


def _collect(
    reading: Reading, node: Node, scale: Fraction, total: dict[tuple[str, str], Fraction]
) -> bool:
    """Take an expression apart into multiples of sum(p_i log q_i); False where it is none."""
    if isinstance(node, Add):
        return all(_collect(reading, term, scale, total) for term in node.terms)
    if isinstance(node, Unary) and node.sign == "-":
        return _collect(reading, node.operand, -scale, total)
    if isinstance(node, Call) and node.function in ("KL", "crossentropy", "entropy"):
        names = [part.name for part in node.arguments if isinstance(part, Name)]
        if len(names) != len(node.arguments) or not all(_simplex(reading, name) for name in names):
            return False
        p, q = names[0], names[-1]
        parts = {"KL": [((p, p), 1), ((p, q), -1)], "crossentropy": [((p, q), -1)],
                 "entropy": [((p, p), -1)]}[node.function]  # fmt: skip
        for key, sign in parts:
            total[key] = total.get(key, Fraction(0)) + sign * scale
        return True
    if isinstance(node, Call) and node.function == "log" and len(node.arguments) == 1:
        return _log_size(reading, node.arguments[0], scale, total)
    if isinstance(node, Big) and node.kind == "sum" and _whole_range(reading, node):
        return _sum(reading, node.body, node.variable, scale, total)
    try:
        return bool(_number(node) == 0)
    except ValueError:
        return False


def _number(node: Node) -> Fraction:
    value = getattr(node, "value", None)
    if not isinstance(value, Fraction):
        raise ValueError
    return value


def _simplex(reading: Reading, name: str) -> bool:
    domain = reading.domains.get(name)
    return domain is not None and domain.kind == "simplex"


def _whole_range(reading: Reading, node: Big) -> bool:
    """Return whether a sum runs over every entry of its distributions."""
    if node.low is None and node.high is None:
        return True
    sizes = {
        size
        for name, domain in reading.domains.items()
        if domain.kind == "simplex" and name in free_names(node.body)
        for size in domain.sizes
    }
    return len(sizes) == 1 and node.high in sizes and getattr(node.low, "text", "") == "1"


def _log_size(
    reading: Reading, size: Node, scale: Fraction, total: dict[tuple[str, str], Fraction]
) -> bool:
    """Take log(n), which is -sum(p_i log u_i) for the uniform u of that size."""
    for name, domain in reading.domains.items():
        if domain.kind == "simplex" and domain.sizes[0] == size:
            key = (name, "\0uniform")
            total[key] = total.get(key, Fraction(0)) - scale
            return True
    return False


def _sum(
    reading: Reading,
    body: Node,
    variable: str,
    scale: Fraction,
    total: dict[tuple[str, str], Fraction],
) -> bool:
    """Take sum of c p_i log(q_i) or c p_i log(q_i/r_i)."""
    if isinstance(body, Unary) and body.sign == "-":
        return _sum(reading, body.operand, variable, -scale, total)
    factors = list(body.factors) if isinstance(body, Mul) else [body]
    base = [f for f in factors if isinstance(f, Index) and f.indices == (Name(variable),)]
    logs = [
        f for f in factors if isinstance(f, Call) and f.function == "log" and len(f.arguments) == 1
    ]
    numbers = [f for f in factors if f not in base and f not in logs]
    if len(base) != 1 or len(logs) != 1 or not isinstance(base[0].base, Name):
        return False
    p = base[0].base.name
    if not _simplex(reading, p):
        return False
    for number in numbers:
        try:
            scale *= _number(number)
        except ValueError:
            return False
    argument = logs[0].arguments[0]
    pairs = [(argument, 1)]
    if hasattr(argument, "numerator") and hasattr(argument, "denominator"):
        pairs = [(argument.numerator, 1), (argument.denominator, -1)]
    for entry, sign in pairs:
        if not (
            isinstance(entry, Index)
            and isinstance(entry.base, Name)
            and entry.indices == (Name(variable),)
            and _simplex(reading, entry.base.name)
        ):
            return False
        key = (p, entry.base.name)
        total[key] = total.get(key, Fraction(0)) + sign * scale
    return True
