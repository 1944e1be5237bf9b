"""Inequalities proved: by signs, squares, roots of polynomials, convexity and monotony.

Each rule is a sufficient reason; where none applies nothing is said.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy

from sims.claims.algebra import range_of
from sims.claims.domains import Domain
from sims.claims.extrema import at_extrema
from sims.claims.logarithms import sign_of_logs
from sims.claims.matrix_algebra import Rewriting, Words
from sims.claims.one_variable import Interval, never_negative, poles_inside
from sims.claims.reading import Reading
from sims.maths.comparison.algebra import NO_ALGEBRA
from sims.maths.evaluation.matrix import Matrix, UndefinedError
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
    Relation,
    Unary,
    free_names,
    substitute,
)

MOST_TERMS = 60


def proved(reading: Reading, goal: Relation, algebra: Callable[..., Any]) -> str | None:
    """Return the rule by which an inequality holds, or None."""
    sign = goal.signs[0]
    low, high = goal.operands if sign in ("<", "<=") else goal.operands[::-1]
    strict = sign in ("<", ">")
    if rule := _extremes(reading, low, high, strict, algebra):
        return rule
    if not strict and (rule := _gibbs(reading, low, high) or _norms(reading, low, high)):
        return rule
    if not strict and (rule := _jensen(reading, low, high, algebra)):
        return rule
    arrays = {name for name, domain in reading.domains.items() if domain.is_array}
    if arrays & free_names(goal):
        return _of_vectors(reading, low, high, algebra) if not strict else None
    builder = algebra(reading, {})
    gap = builder.number(high) - builder.number(low)
    if isinstance(gap, Matrix):
        return None
    for expression in _substituted(reading, builder, gap):
        if rule := nonnegative(expression, strict=strict):
            return rule
        if rule := _one_variable(reading, expression, strict):
            return rule
        if rule := _boxed(reading, expression, strict) or _waves(reading, expression, strict):
            return rule
        if rule := sign_of_logs(expression, strict, sign_on(reading)):
            return rule
    sides = (builder.number(low), builder.number(high))
    if not strict and any(side.has(sympy.sqrt) or side.atoms(sympy.Pow) for side in sides):
        return "squares of both sides" if _by_squares(*sides) else None
    return None


def sign_on(reading: Reading) -> Callable[[Any, bool], bool]:
    """Return what says whether an expression is at least (or above) 0 where a claim is meant."""

    def sign(gap: Any, strict: bool) -> bool:
        gap = sympy.sympify(gap)
        return bool(
            nonnegative(gap, strict=strict)
            or _one_variable(reading, gap, strict)
            or _boxed(reading, gap, strict)
        )

    return sign


def _extremes(
    reading: Reading, low: Node, high: Node, strict: bool, algebra: Callable[..., Any]
) -> str | None:
    """Prove an inequality with a minimum or maximum on one side by those with its members."""
    mark = "<" if strict else "<="
    for side, all_under, any_under in ((high, "min", "max"), (low, "max", "min")):
        if not (isinstance(side, Call) and side.function in ("min", "max")):
            continue
        if len(side.arguments) < 2:
            continue
        pairs = [(low, one) if side is high else (one, high) for one in side.arguments]
        rules = (proved(reading, Relation(pair, (mark,)), algebra) for pair in pairs)
        if side.function == all_under:
            found = list(itertools.takewhile(bool, rules))
            if len(found) == len(pairs):
                return f"each member of the {all_under}: {found[0]}"
        elif side.function == any_under and (rule := next(filter(None, rules), None)):
            return f"one member of the {any_under}: {rule}"
        elif rule := _either_order(reading, low, high, side, mark, algebra):
            return rule
    return None


def _either_order(
    reading: Reading, low: Node, high: Node, side: Call, mark: str, algebra: Callable[..., Any]
) -> str | None:
    """Prove an inequality with the extreme of two positive letters, in either order of these."""
    names = [part.name for part in side.arguments if isinstance(part, Name)]
    if len(names) != 2 or len(side.arguments) != 2 or "t" in reading.domains:
        return None
    for name in names:
        start = range_of(reading, name)[0]
        if start == -sympy.oo or start < 0 or reading.domains[name].is_integer:
            return None
    for small, large in (names, names[::-1]):
        bigger = Add((Name(small), Name("t")))
        extreme = Name(small) if side.function == "min" else bigger
        ends = [_put(one, side, extreme) for one in (low, high)]
        goal = Relation(tuple(substitute(one, {large: bigger}) for one in ends), (mark,))
        kind = "positive" if range_of(reading, small)[2][0] is False else "nonnegative"
        domains = {**reading.domains, small: Domain(kind), "t": Domain("nonnegative")}
        free = {n: e for n, e in reading.ends.items() if n != small}
        if not proved(replace(reading, domains=domains, ends=free, conditions=[]), goal, algebra):
            return None
    return f"{names[0]} <= {names[1]} and {names[1]} <= {names[0]}, each by signs"


NORMS = {"1": 2, "2": 1, "inf": 0}
"""Norms of a vector from the largest to the smallest."""


def _norms(reading: Reading, low: Node, high: Node) -> str | None:
    """Prove what holds between norms of one vector, for every size."""
    roots: list[tuple[Node, str, Any]] = []
    for side in (low, high):
        factors = list(side.factors) if isinstance(side, Mul) else [side]
        norms = [f for f in factors if isinstance(f, Call) and f.function == "norm"]
        rest = [f for f in factors if f not in norms]
        if len(norms) != 1 or not isinstance(norms[0], Call):
            return None
        vector, *kind = norms[0].arguments
        name = getattr(kind[0], "name", getattr(kind[0], "text", "")) if kind else "2"
        roots.append((vector, name, rest))
    (x, one, left), (y, other, right) = roots
    domain = reading.domains.get(x.name) if isinstance(x, Name) else None
    if x != y or domain is None or len(domain.sizes) != 1 or not {one, other} <= set(NORMS):
        return None
    size, words = domain.sizes[0], "norms: max <= Euclid <= sum of absolute values"
    if not left and not right and NORMS[one] <= NORMS[other]:
        return f"{words}, for every size"
    root = Call("sqrt", (size,))
    factor = {("1", "2"): [root], ("2", "inf"): [root], ("1", "inf"): [size]}.get((one, other))
    if not left and factor is not None and right == factor:
        return f"{words} <= sqrt(n) Euclid <= n max, for every size"
    return None


def _boxed(reading: Reading, gap: Any, strict: bool) -> str | None:
    """Prove an inequality on a box by letters from 0 on: ``x = l + (h - l)/(1 + t)``.

    Then the signs of the terms are looked at. Closed ends follow by continuity, so that nothing
    strict is said of them.
    """
    top, bottom = sympy.fraction(sympy.together(gap))
    names = sorted(gap.free_symbols, key=str)
    if not (names and top.is_polynomial(*names) and bottom.is_polynomial(*names)):
        return None
    put, bounded = {}, False
    for name in names:
        low, high, closed = range_of(reading, str(name))
        if low == -sympy.oo or (strict and any(closed)):
            return None
        t = sympy.Symbol(f"t_{name}", positive=True)
        put[name] = low + t if high == sympy.oo else low + (high - low) / (1 + t)
        bounded = bounded or high != sympy.oo
    if not bounded or any(name.is_integer for name in names):
        return None
    moved = sympy.factor(sympy.together(gap.subs(put, simultaneous=True)))
    above, below = (sympy.expand(part) for part in sympy.fraction(moved))
    if _signed(above, strict) and _signed(below, True):
        return "signs of the terms, in letters that run from 0 on"
    return None


MOST_WAVES = 4


def _waves(reading: Reading, gap: Any, strict: bool) -> str | None:
    """Prove a gap that is of first degree in sines and cosines by their ends, -1 and 1.

    Where only squares of one stand there, the ends are those of the square, 0 and 1.
    """
    waves = sorted(gap.atoms(sympy.sin, sympy.cos), key=str)
    if not 0 < len(waves) <= MOST_WAVES or not all(wave.args[0].is_real for wave in waves):
        return None
    corners = [sympy.expand(gap)]
    for wave in waves:
        put, square = sympy.Dummy(real=True), sympy.Dummy(real=True)
        moved = [corner.xreplace({wave: put}) for corner in corners]
        if not all(one.is_polynomial(put) for one in moved):
            return None
        ends = (-1, 1)
        if all(sympy.degree(one, put) in (0, 2) and one.coeff(put, 1) == 0 for one in moved):
            moved = [one.coeff(put, 0) + one.coeff(put, 2) * square for one in moved]
            put, ends = square, (0, 1)
        if any(one.coeff(put, 2) != 0 or sympy.degree(one, put) > 1 for one in moved):
            return None
        corners = [sympy.expand(one.subs(put, end)) for one in moved for end in ends]
    if all(
        nonnegative(corner, strict=strict)
        or _one_variable(reading, corner, strict)
        or _boxed(reading, corner, strict)
        for corner in corners
    ):
        return "sines and cosines at their ends"
    return None


def _of_vectors(reading: Reading, low: Node, high: Node, algebra: Callable[..., Any]) -> str | None:
    """Prove an inequality of inner products: k vectors span at most k dimensions."""
    used = free_names(low) | free_names(high)
    names = {n for n, d in reading.domains.items() if d.is_array and n in used}
    if any(reading.domains[name].kind != "vector" for name in names) or len(names) > 3:
        return None
    if used & {n for one in names for size in reading.domains[one].sizes for n in free_names(size)}:
        return None
    rewriting = Rewriting(reading)
    if any(isinstance(rewriting.value(side), Words) for side in (low, high)):
        return None
    size = max(2, len(names))
    sizes = {s.name: size for n in names for s in reading.domains[n].sizes if isinstance(s, Name)}
    builder = algebra(reading, sizes)
    if _by_squares(builder.number(low), builder.number(high)):
        return f"squares of both sides, in {size} dimensions and so in all"
    return None


def _by_squares(low: Any, high: Any, depth: int = 3) -> bool:
    """Return whether low <= high: both are compared by squares where high is not negative."""
    gap = sympy.expand(high - low)
    if gap.is_nonnegative is True or nonnegative(gap):
        return True
    if depth == 0 or high.is_nonnegative is not True:
        return False
    square = sympy.expand(high**2 - low**2)
    if square.is_nonnegative is True or nonnegative(square):
        return True
    terms = sympy.Add.make_args(square)
    rooted = [
        term for term in terms
        if any(p.exp.is_Rational and not p.exp.is_Integer for p in term.atoms(sympy.Pow))
    ]  # fmt: skip
    rest = [term for term in terms if term not in rooted]
    return bool(rooted and rest) and _by_squares(-sympy.Add(*rest), sympy.Add(*rooted), depth - 1)


def _substituted(reading: Reading, builder: Any, gap: Any) -> Iterator[Any]:
    """Yield a gap with the equations among the conditions put in, then as it is."""
    for condition in reading.conditions:
        if isinstance(condition, Relation) and condition.signs == ("=",):
            try:
                left, right = (builder.number(side) for side in condition.operands)
            except UndefinedError:
                continue
            for name in sorted((left - right).free_symbols, key=str):
                solutions = sympy.solve(left - right, name)
                if len(solutions) == 1:
                    yield sympy.together(gap.subs(name, solutions[0]))
    yield gap


def nonnegative(gap: Any, strict: bool = False) -> str | None:
    """Return the rule by which an expression is at least (or above) zero, or None."""
    gap = sympy.sympify(gap)
    if _signed(gap, strict):
        return "signs of the terms"
    forms: tuple[Callable[[Any], Any], ...] = (
        sympy.factor,
        lambda g: sympy.factor(sympy.together(g)),
        _rooted,
        lambda g: sympy.factor(sympy.simplify(g)),
    )
    for form in forms:
        try:
            if _signed(form(gap), strict):
                return "a factored form whose sign is seen"
        except NO_ALGEBRA:
            continue
    if not strict and _sum_of_squares(gap):
        return "a sum of squares"
    return None


def _signed(gap: Any, strict: bool) -> bool:
    return bool((gap.is_positive if strict else gap.is_nonnegative) is True)


def _rooted(gap: Any) -> Any:
    """Return a gap in the roots of its positive letters, factored: (a + b)/2 - sqrt(a b)."""
    names = [s for s in gap.free_symbols if s.is_nonnegative]
    roots = {s: sympy.Symbol(f"{s}_root", nonnegative=True, positive=s.is_positive) for s in names}
    return sympy.factor(sympy.powdenest(gap.subs({s: r**2 for s, r in roots.items()}), force=True))


def _sum_of_squares(gap: Any) -> bool:
    """Return whether a quadratic (after expansion) has a positive semidefinite matrix."""
    names = sorted(gap.free_symbols, key=str)
    if not names or len(names) > 8 or not all(name.is_real for name in names):
        return False
    top, bottom = sympy.fraction(sympy.together(gap))
    if not (bottom.is_positive or sympy.factor(bottom).is_positive):
        return False
    if not top.is_polynomial(*names):
        return False
    polynomial = sympy.Poly(top, *names)
    if polynomial.total_degree() not in (2, 4) or len(polynomial.terms()) > MOST_TERMS:
        return False
    if polynomial.total_degree() == 4:
        return _even_quartic(polynomial, names)
    size = len(names) + 1
    matrix = sympy.zeros(size, size)
    for powers, coefficient in polynomial.terms():
        places = [k for k, power in enumerate(powers) for _ in range(power)]
        places += [size - 1] * (2 - len(places))
        i, j = places
        matrix[i, j] += coefficient / 2
        matrix[j, i] += coefficient / 2
    return _psd(matrix)


def _even_quartic(polynomial: Any, names: list[Any]) -> bool:
    """Return whether a quartic of squares alone is a nonnegative form in these squares."""
    if any(power % 2 for powers, _ in polynomial.terms() for power in powers):
        return False
    squares = [sympy.Symbol(f"{name}_square", real=True) for name in names]
    total = sum(
        coefficient * sympy.prod([s ** (p // 2) for s, p in zip(squares, powers, strict=True)])
        for powers, coefficient in polynomial.terms()
    )
    return _sum_of_squares(total)


def _psd(matrix: Any) -> bool:
    """Return whether a rational symmetric matrix is positive semidefinite, by elimination."""
    rows = [list(matrix.row(k)) for k in range(matrix.rows)]
    if not all(entry.is_Rational for row in rows for entry in row):
        return False
    size = len(rows)
    for at in range(size):
        pivot = rows[at][at]
        if pivot < 0:
            return False
        if pivot == 0:
            if any(rows[at][j] != 0 for j in range(at, size)):
                return False
            continue
        for i in range(at + 1, size):
            factor = rows[i][at] / pivot
            for j in range(at, size):
                rows[i][j] -= factor * rows[at][j]
    return True


# One variable.


def _one_variable(reading: Reading, gap: Any, strict: bool) -> str | None:
    """Prove an inequality in one real variable on its domain."""
    names = list(gap.free_symbols)
    if len(names) != 1 or names[0].is_integer or names[0].is_real is not True:
        return None
    x = names[0]
    low, high, closed = range_of(reading, str(x))
    top, bottom = sympy.fraction(sympy.together(gap))
    if top.is_polynomial(x) and bottom.is_polynomial(x):
        if _rational_sign(top * bottom, x, low, high, closed, strict):
            return "signs between the roots of a polynomial, counted exactly"
        return None
    whole = not poles_inside(gap, x, low, high)
    return (
        (_convex(gap, x, low, high, strict) if whole else None)
        or (_monotone(gap, x, low, high, strict) if whole else None)
        or at_extrema(gap, x, Interval(low, high, closed), strict)
        or _by_slopes(reading, gap, x, Interval(low, high, closed), strict)
    )


def _by_slopes(reading: Reading, gap: Any, x: Any, inside: Interval, strict: bool) -> str | None:
    """Prove a gap that grows from an end where it is not negative, its slope likewise."""

    def rule(expression: Any, t: Any, low: Any, high: Any, above: bool) -> bool:
        top, bottom = sympy.fraction(sympy.together(expression))
        if top.is_polynomial(t) and bottom.is_polynomial(t):
            return _rational_sign(top * bottom, t, low, high, (False, False), above)
        return not above and bool(_waves(reading, expression, above))

    if never_negative(gap, x, inside, strict, rule):
        return "slopes: it grows from an end where it is not negative"
    return None


def _rational_sign(
    product: Any, x: Any, low: Any, high: Any, closed: tuple[bool, bool], strict: bool
) -> bool:
    """Return whether a polynomial is nonnegative (or positive) on an interval, exactly."""
    polynomial = sympy.Poly(product, x)
    lead = sympy.sympify(polynomial.LC())
    if lead.is_positive or lead.is_negative:
        scale = 1 if lead.is_positive else -1
        polynomial = sympy.Poly(
            [scale * sympy.cancel(c / lead) for c in polynomial.all_coeffs()], x
        )
    if not all(c.is_Rational for c in polynomial.all_coeffs()):
        return False
    if polynomial.degree() > 40:
        return False
    roots = sorted({root for root in polynomial.real_roots() if low <= root <= high})
    if strict:
        for root in roots:
            inside = low < root < high
            at_end = (root == low and closed[0]) or (root == high and closed[1])
            if inside or at_end:
                return False
    marks = [low, *roots, high]
    for a, b in pairwise(marks):
        if a == b:
            continue
        middle = _between(a, b)
        if polynomial.eval(middle) < 0:
            return False
    return True


def _between(a: Any, b: Any) -> Any:
    if a == -sympy.oo and b == sympy.oo:
        return sympy.Integer(0)
    if a == -sympy.oo:
        return sympy.floor(b) - 1
    if b == sympy.oo:
        return sympy.ceiling(a) + 1
    middle = (a + b) / 2
    if middle.is_Rational:
        return middle
    digits = 15
    while digits < 200:
        rational = sympy.Rational(str(sympy.N(middle, digits)))
        if a < rational < b:
            return rational
        digits *= 2
    raise ValueError("two roots are too near")


def _symbol_on(x: Any, low: Any, high: Any) -> Any:
    if low != -sympy.oo and low >= 0:
        return sympy.Symbol("x", positive=True)
    if high != sympy.oo and high <= 0:
        return sympy.Symbol("x", negative=True)
    return sympy.Symbol("x", real=True)


def _convex(gap: Any, x: Any, low: Any, high: Any, strict: bool) -> str | None:
    """Prove a convex function's gap by its smallest value, at a stationary point."""
    t = _symbol_on(x, low, high)
    gap = gap.subs(x, t)
    second = sympy.factor(sympy.simplify(sympy.diff(gap, t, 2)))
    if not (
        second.is_nonnegative is True
        or sympy.simplify(second).is_nonnegative is True
        or _sign_on(second, t, low, high)
    ):
        return None
    first = sympy.diff(gap, t)
    for point in sympy.solve(first, t):
        if point.is_real and low <= point <= high:
            least = sympy.simplify(gap.subs(t, point))
            if (least.is_positive if strict else least.is_nonnegative) is True:
                return f"convexity: smallest at {point}, where it is {least}"
    return None


def _sign_on(expression: Any, t: Any, low: Any, high: Any) -> bool:
    """Return whether a rational function is nonnegative on an interval."""
    top, bottom = sympy.fraction(sympy.together(expression))
    if not (top.is_polynomial(t) and bottom.is_polynomial(t)):
        return False
    return _rational_sign(top * bottom, t, low, high, (False, False), False)


def _monotone(gap: Any, x: Any, low: Any, high: Any, strict: bool) -> str | None:
    """Prove a gap that grows from its least value at the low end, or falls to it at the high."""
    t = _symbol_on(x, low, high)
    gap = gap.subs(x, t)
    slope = sympy.factor(sympy.simplify(sympy.diff(gap, t)))
    for end, direction, side in ((low, slope, "+"), (high, -slope, "-")):
        if end in (sympy.oo, -sympy.oo):
            continue
        if direction.is_nonnegative is not True and not _sign_on(direction, t, low, high):
            continue
        least = sympy.limit(gap, t, end, side)
        if least.is_nonnegative is True and (not strict or least.is_positive is True):
            return f"monotony: smallest at {end}, where it is {least}"
    return None


# Gibbs' inequality on the simplex, for every size.


def _gibbs(reading: Reading, low: Node, high: Node) -> str | None:
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


def _jensen(reading: Reading, low: Node, high: Node, algebra: Callable[..., Any]) -> str | None:
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
            body = _put(node.body, entry, Name("t"))
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
    builder = algebra(along, {})
    t, size = builder.number(Name("t")), builder.number(reading.domains[name].sizes[0])
    function = sum(builder.number(body) for body in bodies)
    bend = sympy.diff(function, t, 2)
    if not nonnegative(bend):
        return None
    least = size * function.subs(t, 1 / size) + sum(builder.number(part) for part in rest)
    if nonnegative(sympy.expand_log(sympy.simplify(least))):
        return "Jensen's inequality: smallest at the uniform distribution, for every size"
    return None


def _put(node: Node, old: Node, new: Node) -> Node:
    return new if node == old else node.map(lambda part: _put(part, old, new))


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
