"""What would be right in place of a side that is wrong: a factor, a term, or the value."""

from fractions import Fraction
from typing import Any

from sims.claims.algebra import Algebra, as_written
from sims.claims.arithmetic import product, total
from sims.claims.counterexample import Counterexample
from sims.claims.evidence import Evidence, EvidenceKind, Verdict
from sims.claims.prove import prove
from sims.claims.reading import Reading
from sims.claims.trial import Trial
from sims.claims.trial_points import TrialPoints
from sims.maths.comparison.algebra import NO_ALGEBRA, time_limit
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Mul, Node, Relation, free_names, rational

MOST_CHARACTERS = 80
"""Characters of what would be right, beyond which it says nothing to a reader."""


def right_side(reading: Reading) -> str:
    """Return what the right side should be: a factor or a term mended, or the left simplified."""
    goal = reading.goal
    if not isinstance(goal, Relation) or goal.signs != ("=",):
        return ""
    return _mended(reading, goal) or _simplified(reading, goal)


def _simplified(reading: Reading, goal: Relation) -> str:
    """Return the left side of an equation as algebra simplifies it, where that says more."""
    import sympy

    try:
        with time_limit(0.5):
            value = Algebra(reading, {}).number(goal.operands[0])
            simple = sympy.simplify(value)
            forms = {sympy.factor(simple), sympy.expand(simple), simple}
            found = [as_written(form) for form in sorted(forms, key=str)]
    except (BudgetError, MathsError, RecursionError, *NO_ALGEBRA):
        return ""
    asserted = reading.said or goal
    said = asserted.operands[0] if isinstance(asserted, Relation) else goal.operands[0]
    taken = {_bare(text(said))}
    if reading.asserted is None:
        taken.add(_bare(text(goal.operands[0])))
    known = {*reading.domains, *reading.statement.variables}
    words = [text(one) for one in found if free_names(one) <= known]
    words = sorted((w for w in words if _bare(w) not in taken and _shorter(w, said)), key=len)
    return words[0] if words and len(words[0]) <= MOST_CHARACTERS else ""


def _shorter(words: str, said: Node) -> bool:
    """Return whether a form is shorter than what was said, or a polynomial multiplied out."""
    return len(words) <= len(text(said)) or "/" not in words


def _bare(words: str) -> str:
    """Return what two ways to write one formula share: its characters, in order."""
    return "".join(sorted(words.replace("*", "").replace(" ", "")))


def _mended(reading: Reading, goal: Relation) -> str:
    """Return the right side times a number, or plus one, where that makes it right."""
    trial = Trial(reading, Budget(1.0, 400_000))
    ratios: set[Fraction] = set()
    gaps: set[Fraction] = set()
    count = 0
    try:
        for point in TrialPoints(trial).tried(40, 12):
            if not trial.satisfied(point):
                continue
            evaluator = trial.evaluator(point)
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
        factors = right.factors if isinstance(right, Mul) else (right,)
        side = product(rational(ratios.pop()), *factors)
    elif len(gaps) == 1:
        side = total([right, rational(gaps.pop())])
    else:
        return ""
    mended = reading.with_goal(Relation((left, side), ("=",)))
    return (_tidied(reading, side) or text(side)) if prove(mended) else ""


def _tidied(reading: Reading, side: Node) -> str:
    """Return a side with its numbers put together, "" where algebra does not take it."""
    try:
        with time_limit(0.5):
            found = as_written(Algebra(reading, {}).number(side))
    except (BudgetError, MathsError, RecursionError, *NO_ALGEBRA):
        return ""
    return text(found) if free_names(found) <= set(reading.domains) else ""


def from_counterexample(found: Counterexample, reading: Reading) -> Evidence:
    """Return the evidence of a counterexample that was found."""
    return Evidence(
        Verdict.FAILS, f"it fails {found.words} (evaluated {found.how})", kind=EvidenceKind.REFUTED,
        counterexample=found.words, rule="a counterexample", right=rightly(reading, found),
    )  # fmt: skip


def rightly(reading: Reading, found: Counterexample) -> str:
    """Return what would be right, where the other side is a number, or a factor is off."""
    goal = reading.goal
    if not (isinstance(goal, Relation) and len(goal.operands) == 2 and goal.signs[0] in ("=", "≈")):
        return ""
    left = left_words(reading, goal)
    if "law(" in left:
        return ""
    if not reading.domains and found.left:
        return f"{left} = {found.left}{_decimal_of(found)}"
    side = right_side(reading)
    return f"{left} = {side}" if side else ""


def left_words(reading: Reading, goal: Relation) -> str:
    """Return the left side as it was written, or as a tree says it where it is in LaTeX."""
    claim = reading.statement.claim
    place = _relation_at(claim)
    if place and "\\" not in claim and "$" not in claim:
        return claim[:place].strip()
    asserted = reading.said or reading.asserted or goal
    return text(asserted.operands[0] if isinstance(asserted, Relation) else goal.operands[0])


def _relation_at(claim: str) -> int:
    """Return where the one `=` or `≈` outside of brackets stands, 0 where there is not one."""
    depth, places = 0, []
    for place, character in enumerate(claim):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and character in "=≈<>!":
            places.append(place)
    return places[0] if len(places) == 1 and claim[places[0]] in "=≈" else 0


def _decimal_of(found: Any) -> str:
    if "/" not in found.left:
        return ""
    try:
        value = Fraction(found.left)
    except ValueError:
        return ""
    return f" ≈ {float(value):.6g}" if value.denominator != 1 else ""
