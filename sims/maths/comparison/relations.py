"""Equations, inequalities and logic: equal when the same points satisfy them.

Two equations are first taken as `left - right`: proportional by a constant is equal. Otherwise
statements are compared along lines: with all symbols but one fixed, the ends of the solution
sets are found as roots of the sides' differences, and the truth is compared at each root, between
neighbours and beyond.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sims.maths.comparison.expressions import expressions
from sims.maths.comparison.finding import ACCEPTED, AGREES, ALL_CASES, Finding, Setting
from sims.maths.evaluation.agreement import ENOUGH
from sims.maths.evaluation.domains import ends_within
from sims.maths.evaluation.evaluator import context
from sims.maths.evaluation.lines import DIGITS, Line
from sims.maths.evaluation.matrix import Matrix, TooLargeError, UndefinedError
from sims.maths.evaluation.points import MOST_BOOLEANS, Point
from sims.maths.evaluation.prober import MISSING, Prober
from sims.maths.evaluation.symbols import INTEGERS, MATRICES, VECTORS, runs, symbols_of
from sims.maths.evaluation.truth import COMPUTED
from sims.maths.evaluation.vertices import around_centres, around_vertices
from sims.maths.evaluation.witness import shown, where
from sims.maths.syntax.tree import (
    Big,
    Call,
    Collection,
    Constant,
    Interval,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Relation,
    SetOperation,
    both_signs,
    difference,
    free_names,
    has_plus_minus,
)

LINES, MOST_LINES = 3, 8
MOST_CORNERS = 16
STARTS = 8  # points from which meetings of borders are looked for
NOT_ON_A_LINE = frozenset({"boolean", "function", *VECTORS, *MATRICES})


NOT_COMPUTED = "What this states is read, but it is not computed with. You decide."


def _is_computed(node: Node) -> bool:
    """Return whether every relation in a statement can be true or false at a point."""
    return all(set(part.signs) <= COMPUTED for part in node.walk() if isinstance(part, Relation))


def compare_statements(answer: Node, expected: Node, setting: Setting) -> Finding:
    """Decide whether two statements are true at the same points.

    One about letters and one about numbers alone say different things, though both be true.
    """
    found = _compared(answer, expected, setting)
    truths = (Constant("true"), Constant("false"))
    lettered = {bool(free_names(side)) for side in (answer, expected) if side not in truths}
    if found.accepted and len(lettered) > 1:
        message = "One of the two is about letters, the other about none. You decide."
        return Finding("undecided", "undecided", message=message)
    return found


def _compared(answer: Node, expected: Node, setting: Setting) -> Finding:
    if not (_is_computed(answer) and _is_computed(expected)):
        return Finding("undecided", "undecided", message=NOT_COMPUTED)
    answer, expected = _either_sign(answer), _either_sign(expected)
    symbols = symbols_of([answer, expected], setting.variables)
    domains = set(symbols.domains.values())
    if not domains:
        return _sides_alike(answer, expected, setting)
    if domains == {"boolean"}:
        return _table(answer, expected, setting.prober(symbols))
    left, right = _as_product(answer), _as_product(expected)
    both = left is not None and right is not None
    uses_i = any(Constant("i") in (*side.walk(),) for side in (answer, expected))
    if left is not None and right is not None:
        for real in (False,) if uses_i else (True, False):
            if _proportional(left, right, setting.prober(symbols, real=real)):
                return Finding("equal", "right")
    if uses_i and left is not None and right is not None:
        return _zeros_agree(left, right, setting.prober(symbols, real=False))
    return _along_lines(answer, expected, setting.prober(symbols), equations=both)


def solved_alike(answer: Node, expected: Node) -> tuple[Node, Node] | None:
    """Return the right sides of two equations that are solved for the same symbol: `y = …`."""
    if any(map(has_plus_minus, (answer, expected))):
        return None
    for name, ours in _solutions(answer):
        for other, theirs in _solutions(expected):
            if name == other:
                return ours, theirs
    return None


def _solutions(node: Node) -> list[tuple[str, Node]]:
    if not isinstance(node, Relation) or node.signs != ("=",):
        return []
    left, right = node.operands
    sides = ((left, right), (right, left))
    return [(a.name, b) for a, b in sides if isinstance(a, Name) and a.name not in free_names(b)]


def _either_sign(node: Node) -> Node:
    """Return a statement with `±` as the two statements it stands for, joined by `or`."""
    halves = both_signs(node)
    return node if len(halves) == 1 else Logic("or", halves)


def _as_product(node: Node) -> Node | None:
    """Return an expression that vanishes where a disjunction of equations holds, or None."""
    if isinstance(node, Relation) and node.signs == ("=",):
        return node.gap
    if isinstance(node, Logic) and node.connective == "or":
        factors = [_as_product(operand) for operand in node.operands]
        equations = [factor for factor in factors if factor is not None]
        return Mul(tuple(equations)) if len(equations) == len(factors) else None
    return None


def _sides_alike(answer: Node, expected: Node, setting: Setting) -> Finding:
    """Compare statements without letters by the values that they relate.

    Two that are true need not be the same statement: `2 + 2 = 4` and `1 = 1` are not.
    """
    if isinstance(expected, Constant):
        return _table(answer, expected, setting.prober(symbols_of([], {})))
    ours, theirs = _related(answer), _related(expected)
    if _table(answer, expected, setting.prober(symbols_of([], {}))).verdict == "different":
        return _not_the_same()
    if ours is None or theirs is None:
        return Finding("undecided", "undecided", message="Both are true; is it what is asked?")
    if ours[1] != theirs[1]:
        return _not_the_same()
    verdicts = {found.verdict for found in _pairwise(ours[0], theirs[0], setting)}
    if ours[1] == ("=",) and verdicts - set(ACCEPTED):
        verdicts = {found.verdict for found in _pairwise(ours[0][::-1], theirs[0], setting)}
    if ours[1] != ("=",) and "different" in verdicts and _scaled(ours[0], theirs[0], setting):
        verdicts = {"equal"}
    if verdicts <= set(ACCEPTED):
        return Finding("equal", "right", evidence=AGREES)
    return _not_the_same() if "different" in verdicts else Finding("undecided", "undecided")


def _scaled(ours: tuple[Node, ...], theirs: tuple[Node, ...], setting: Setting) -> bool:
    """Return whether one inequality is the other times a positive number: 1 < 2 and 2 < 4."""
    if len(ours) != 2:
        return False
    first, second = Mul((ours[0], theirs[1])), Mul((ours[1], theirs[0]))
    if not expressions(first, second, setting).accepted:
        return False
    sign = Relation((Mul((ours[1], theirs[1])), Number("0")), (">",))
    return setting.prober(symbols_of([], {})).evaluator(Point({}), DIGITS).truth(sign)


def _not_the_same() -> Finding:
    message = "This is another statement than the expected one."
    return Finding("different", "wrong", message=message)


def _related(node: Node) -> tuple[tuple[Node, ...], tuple[str, ...]] | None:
    """Return the operands and signs of a chain of relations, turned from small to large."""
    if not isinstance(node, Relation):
        return None
    if all(sign in (">", ">=") for sign in node.signs):
        turned = tuple({">": "<", ">=": "<="}[sign] for sign in reversed(node.signs))
        return node.operands[::-1], turned
    return node.operands, node.signs


def _pairwise(ours: tuple[Node, ...], theirs: tuple[Node, ...], setting: Setting) -> list[Finding]:
    return [expressions(a, b, setting) for a, b in zip(ours, theirs, strict=True)]


def _table(answer: Node, expected: Node, prober: Prober) -> Finding:
    """Compare statements of truth values case by case."""
    names = prober.symbols.names
    for point in prober.points():
        try:
            ours, theirs = (prober.evaluator(point, 30).truth(side) for side in (answer, expected))
        except UndefinedError:
            return Finding("undecided", "undecided")
        if ours != theirs:
            return Finding(
                "different", "wrong", f"{where(point)}{shown(ours)} against {shown(theirs)}"
            )
    return Finding("equal", "right", evidence=ALL_CASES if len(names) <= MOST_BOOLEANS else AGREES)


def _proportional(left: Node, right: Node, prober: Prober) -> bool:
    """Return whether two expressions are a constant multiple of each other, neither zero."""
    return ratio_of(left, right, prober) is not None


def ratio_of(left: Node, right: Node, prober: Prober) -> Any:
    """Return the constant ratio of two expressions; None if there is none, or both are zero."""
    ratio, good = None, 0
    integrals = any(isinstance(part, Big) for side in (left, right) for part in side.walk())
    digits = DIGITS if integrals else 60
    for point in prober.points():
        try:
            ours, theirs = (prober.value(side, point, digits)[0] for side in (left, right))
        except TooLargeError:
            continue
        if ours is MISSING or theirs is MISSING:
            continue
        tiny = context(digits).mpf(10) ** (-digits // 2)
        pairs = _entries(ours, theirs)
        if pairs is None:
            return None
        for mine, other in pairs:
            if not mine or not other:
                if mine or other:
                    return None
                continue
            now = mine / other
            if ratio is not None and abs(now - ratio) > tiny * abs(ratio):
                return None
            ratio, good = now, good + 1
        if good >= 3 * ENOUGH:
            break
    return ratio if good >= ENOUGH else None


def _entries(left: Any, right: Any) -> list[tuple[Any, Any]] | None:
    """Return the numbers of two values side by side; None where they do not match."""
    if isinstance(left, bool) or isinstance(right, bool):
        return None
    if not isinstance(left, Matrix) and not isinstance(right, Matrix):
        return [(left, right)]
    if isinstance(left, Matrix) and isinstance(right, Matrix) and left.shape == right.shape:
        return list(zip(left, right, strict=True))
    return None


def _zeros_agree(left: Node, right: Node, prober: Prober) -> Finding:
    """Compare the complex zeros of two expressions, one symbol at a time."""
    agreed = 0
    for point in list(prober.points())[8 : 8 + LINES]:
        for name in prober.symbols.names:
            for mine, other in ((left, right), (right, left)):
                line = Line(prober, point, name)
                root = line.complex_root(mine)
                if root is None:
                    continue
                value = line.value(other, root)
                if value is not MISSING and abs(value) > 1e-12:
                    return Finding("different", "wrong", f"{line.where(root)}only one side holds")
                agreed += value is not MISSING
    return Finding("equal", "right") if agreed >= ENOUGH else Finding("undecided", "undecided")


def _along_lines(answer: Node, expected: Node, prober: Prober, *, equations: bool) -> Finding:
    names = [
        name for name in prober.symbols.names if prober.symbols.domains[name] not in NOT_ON_A_LINE
    ]
    points = base_points(prober, 1 if len(prober.symbols.names) == 1 else LINES)
    lines = [Line(prober, point, name) for point in points for name in names]
    satisfied, tried, doubt = 0, 0, False
    seeking = _seeks(answer) or _seeks(expected)
    differences = differences_of([answer, expected])
    for search in (False, True):
        for line in lines:
            for value in line.telling_values(differences if search else []):
                ours, theirs = (line.truth(side, value) for side in (answer, expected))
                if ours is None or theirs is None:
                    doubt |= seeking and bool(ours or theirs)
                    continue
                if ours is not theirs:
                    words = f"{shown(bool(ours))} against {shown(bool(theirs))}"
                    return Finding("different", "wrong", f"{line.where(value)}{words}")
                tried += 1
                satisfied += bool(ours)
    apart, met = _at_vertices(answer, expected, differences, names, points, prober)
    apart = apart or _at_points(answer, expected, prober)
    if apart is not None:
        return apart
    if not satisfied and not met and _seeks(answer) and _seeks(expected):
        return Finding("undecided", "undecided", message="No solution was found on either side.")
    settled = tried >= ENOUGH and not doubt  # no side holds where the other cannot be computed
    return Finding("equal", "right") if settled else Finding("undecided", "undecided")


def _seeks(node: Node) -> bool:
    """Return whether a statement has an equation, so that it holds at few points."""
    return any(isinstance(part, Relation) and "=" in part.signs for part in node.walk())


def _at_vertices(
    answer: Node,
    expected: Node,
    differences: list[Node],
    names: list[str],
    points: list[Point],
    prober: Prober,
) -> tuple[Finding | None, int]:
    """Compare the statements at and around points where their borders meet.

    Returns a finding where they differ, else None, and the number of points at which both hold.
    """
    domains = prober.symbols.domains
    free = [name for name in names if runs(domains[name])]
    held, known = 0, set[Any]()
    starts = points[: STARTS if len(free) < 3 else STARTS // 4]
    for point in starts if len(free) > 1 else ():
        line = Line(prober, point, free[0])
        around = around_vertices(differences, free, line, known)
        if point is points[0]:
            around = itertools.chain(around_centres(differences, free, line), around)
        for values in around:
            whole = {n: context(DIGITS).nint(x) if domains[n] in INTEGERS else x
                     for n, x in values.items()}  # fmt: skip
            if not all(line.holds(x, name) for name, x in whole.items()):
                continue
            ours, theirs = (line.truth_at(side, whole) for side in (answer, expected))
            if ours is None or theirs is None:
                continue
            if ours is not theirs:
                words = f"{shown(ours)} against {shown(theirs)}"
                here = whole.get(line.name, line.start(line.name))
                witness = f"{line.where(here, whole)}{words}"
                return Finding("different", "wrong", witness), held
            held += ours
    return None, held


def _at_points(answer: Node, expected: Node, prober: Prober) -> Finding | None:
    """Compare the statements at sample points, and near each pair of constants where they step."""
    points = itertools.chain(corners(prober), prober.points())
    if any(isinstance(part, Call) for side in (answer, expected) for part in side.walk()):
        points = itertools.chain(points, prober.sampler.around_pairs())
    for point in points:
        evaluator = prober.evaluator(point, DIGITS)
        try:
            ours, theirs = (evaluator.truth(side) for side in (answer, expected))
        except UndefinedError:
            continue
        if ours != theirs:
            words = f"{shown(ours)} against {shown(theirs)}"
            return Finding("different", "wrong", f"{where(point)}{words}")
    return None


def corners(prober: Prober) -> Iterator[Point]:
    """Yield points at which several symbols lie at closed ends of their domains."""
    domains = prober.symbols.domains
    ends = {name: found for name, domain in domains.items()
            if runs(domain) and (found := ends_within(domain))}  # fmt: skip
    for base in itertools.islice(prober.points(), bool(ends)):
        for values in itertools.islice(itertools.product(*ends.values()), MOST_CORNERS):
            yield replace(base, values={**base.values, **dict(zip(ends, values, strict=True))})


def base_points(prober: Prober, count: int) -> list[Point]:
    """Return points to run lines through: a few, and one more for each other choice of signs."""
    points = list(prober.points())
    if count == 1:
        return points[:1]
    chosen = [points[1], *points[8 : 7 + count]]
    signs = {_signs(point) for point in chosen}
    for point in points[8:]:
        if len(chosen) < MOST_LINES and _signs(point) not in signs:
            signs.add(_signs(point))
            chosen.append(point)
    return chosen


def _signs(point: Point) -> tuple[bool, ...]:
    return tuple(x > 0 for x in point.values.values() if isinstance(x, Fraction))


def differences_of(sides: list[Node]) -> list[Node]:
    """Return left minus right of every relation in the statements."""
    differences: list[Node] = []
    for side in sides:
        for part in side.walk():
            if isinstance(part, Relation):
                for left, right in zip(part.operands, part.operands[1:], strict=False):
                    for end in _ends(right):
                        if (gap := difference(left, end)) not in differences:
                            differences.append(gap)
    return differences[:12]


def _ends(node: Node) -> list[Node]:
    """Return the finite ends and items of a set of numbers, or the node itself."""
    if isinstance(node, SetOperation):
        return [end for operand in node.operands for end in _ends(operand)]
    if isinstance(node, Interval | Collection):
        return [end for end in node.children if Constant("inf") not in (*end.walk(),)]
    return [node]
