"""What would be right in place of a side that is wrong: a factor, a term, or the value."""

from fractions import Fraction
from typing import Any

from sims.claims.algebra import Algebra, as_tree
from sims.claims.arithmetic import product, total
from sims.claims.evidence import Evidence, EvidenceKind, Verdict
from sims.claims.prove import prove
from sims.claims.reading import Reading
from sims.claims.search import Search
from sims.maths.comparison.algebra import NO_ALGEBRA, time_limit
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Node, Relation, rational


def right_side(reading: Reading) -> str:
    """Return what the right side should be: a factor or a term mended, or the left simplified."""
    goal = reading.goal
    if not isinstance(goal, Relation) or goal.signs != ("=",):
        return ""
    return _mended(reading, goal) or _simplified(reading, goal)


def _simplified(reading: Reading, goal: Relation) -> str:
    """Return the left side of an equation as algebra simplifies it."""
    import sympy

    try:
        with time_limit(0.5):
            value = sympy.simplify(Algebra(reading, {}).number(goal.operands[0]))
            found = as_tree(sympy.factor(value) if reading.asserted else sympy.expand(value))
    except (BudgetError, MathsError, RecursionError, *NO_ALGEBRA):
        return ""
    if sum(1 for _ in found.walk()) > 30 or found == goal.operands[0]:
        return ""
    return text(found)


def _mended(reading: Reading, goal: Relation) -> str:
    """Return the right side times a number, or plus one, where that makes it right."""
    search = Search(reading, Budget(1.0, 400_000))
    ratios: set[Fraction] = set()
    gaps: set[Fraction] = set()
    count = 0
    try:
        for point in search.points(40, 12):
            if not search.satisfied(point):
                continue
            evaluator = search.evaluator(point)
            try:
                left, right = (evaluator.value(side) for side in goal.operands)
            except (UndefinedError, MathsError):
                continue
            if isinstance(left, Matrix) or not (
                isinstance(left, Fraction) and isinstance(right, Fraction)
            ):
                return ""
            gaps.add(left - right)
            if right:
                ratios.add(left / right)
            count += 1
            if len(gaps) > 1 and len(ratios) > 1:
                return ""
    except BudgetError:
        return ""
    left, right = goal.operands
    if count < 4:
        return ""
    side: Node
    if len(ratios) == 1:
        side = product(rational(ratios.pop()), right)
    elif len(gaps) == 1:
        side = total([right, rational(gaps.pop())])
    else:
        return ""
    mended = reading.with_goal(Relation((left, side), ("=",)))
    return text(side) if prove(mended) else ""


def refuted(search: Search, point: Any, reading: Reading) -> Evidence:
    """Return the evidence of a counterexample."""
    return from_counterexample(search.counterexample(point), reading)


def from_counterexample(found: Any, reading: Reading) -> Evidence:
    """Return the evidence of a counterexample that was found."""
    return Evidence(
        Verdict.FAILS, f"it fails {found.words} (evaluated {found.how})", kind=EvidenceKind.REFUTED,
        counterexample=found.words, rule="a counterexample", right=rightly(reading, found),
    )  # fmt: skip


def rightly(reading: Reading, found: Any) -> str:
    """Return what would be right, where the other side is a number, or a factor is off."""
    goal = reading.goal
    if not (isinstance(goal, Relation) and len(goal.operands) == 2 and goal.signs[0] in ("=", "≈")):
        return ""
    asserted = reading.said or reading.asserted or goal
    left = asserted.operands[0] if isinstance(asserted, Relation) else goal.operands[0]
    if not reading.domains and found.left:
        return f"{text(left)} = {found.left}{_decimal_of(found)}"

    side = right_side(reading)
    return f"{text(left)} = {side}" if side else ""


def _decimal_of(found: Any) -> str:
    from fractions import Fraction

    try:
        value = Fraction(found.left)
    except ValueError:
        return ""
    return f" ≈ {float(value):.6g}" if value.denominator != 1 else ""
