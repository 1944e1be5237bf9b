"""Claims of which one value is enough: a witness is found, or none can be.

Beside letters meant for all, a witness is an expression of these, and the claim is decided with it
put in. Where some point of these is shown to have no witness, the claim fails there.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import sympy

from sims.claims.algebra import Algebra, as_tree
from sims.claims.domains import Domain, size_names
from sims.claims.evidence import Evidence, EvidenceKind, Verdict, undecided
from sims.claims.point import finite_cases, where
from sims.claims.probability import NEGATED
from sims.claims.prove import prove
from sims.claims.reading import Reading, Settle
from sims.claims.residues import whole_polynomial
from sims.claims.search import Search
from sims.claims.trial import Trial
from sims.claims.trial_points import TrialPoints
from sims.maths.comparison.algebra import NO_ALGEBRA, time_limit
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Add,
    Divide,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    free_names,
    rational,
    substitute,
)

MOST_WITNESSES = 40
MOST_POINTS = 12
SECONDS = 2.0
OPPOSITE = {**NEGATED, "=": "!=", "!=": "="}


def decide_exists(reading: Reading, budget: Budget, settle: Settle) -> Evidence | None:
    """Return the evidence on a claim with `exists`, None for any other."""
    names = reading.statement.exists
    if not names:
        return None
    sizes = size_names(reading.domains)
    others = [name for name in reading.domains if name not in names and name not in sizes]
    if others:
        if len(names) == 1 and not any(reading.domains[n].is_function for n in others):
            return _of_letters(reading, names[0], others, budget, settle)
        return undecided("only one `exists` beside variables meant for all is decided here")
    survey = Search(reading, budget).survey_for_witness()
    if survey.witness is not None:
        return _shown(where(survey.witness), survey.judged)
    count = finite_cases(reading)
    if count is not None and survey.judged == count:
        return _none(f"none of {count} cases", f"{count} cases", count)
    if len(names) == 1:
        for value in solutions(reading, names[0]):
            if belongs(value, names[0], reading):
                return _shown(f"at {names[0]} = {text(value)}", survey.judged)
    negated = _negated(reading.goal)
    proof = prove(reading.with_goal(negated)) if negated is not None else None
    if proof is not None and not proof.sizes:
        return _none(f"{text(negated or ZERO)} for every value", "", survey.judged, proof.rule)
    return undecided(f"no value was found among {survey.judged}; that shows nothing")


def _shown(place: str, judged: int) -> Evidence:
    return Evidence(
        Verdict.HOLDS, f"shown by {place.removeprefix('at ')}", seeds=judged,
        kind=EvidenceKind.PROVED, rule="one value is enough", witness=place,
    )  # fmt: skip


def _none(words: str, scope: str, judged: int, rule: str = "every case") -> Evidence:
    return Evidence(
        Verdict.FAILS, f"{words} does it" if scope else f"no value does it: {words}", seeds=judged,
        kind=EvidenceKind.REFUTED, scope=scope, counterexample=words, rule=rule,
    )  # fmt: skip


def _of_letters(
    reading: Reading, name: str, others: list[str], budget: Budget, settle: Settle
) -> Evidence:
    """Return the evidence on a claim of one value for all others: by an expression of these."""
    rest = {n: d for n, d in reading.domains.items() if n != name}
    for value in islice(_candidates(reading, name, others), MOST_WITNESSES):
        put = {name: value}
        plain = replace(
            reading.with_goal(
                substitute(reading.goal, put), [substitute(c, put) for c in reading.conditions]
            ),
            domains=rest,
            ends={n: e for n, e in reading.ends.items() if n != name},
            statement=replace(reading.statement, exists=()),
        )
        if not belongs(value, name, replace(plain, domains=rest), reading.domains[name]):
            continue
        survey = Search(plain, budget).survey(120, 20)
        if survey.found is not None or survey.undefined or not survey.judged:
            continue
        if prove(plain) is not None:
            return _shown(f"at {name} = {text(value)}", survey.judged)
    return _without_one(reading, name, budget, settle)


def _without_one(reading: Reading, name: str, budget: Budget, settle: Settle) -> Evidence:
    """Return FAILS with a point of the other letters at which no value does it."""
    negated = _negated(reading.goal)
    rest = {n: d for n, d in reading.domains.items() if n != name}
    points = TrialPoints(Trial(replace(reading, domains=rest), budget))
    for point in islice(points.nice({}, MOST_POINTS), MOST_POINTS):
        if negated is None or not all(hasattr(v, "numerator") for v in point.values.values()):
            break
        put: dict[str, Node] = {n: rational(v) for n, v in point.values.items()}
        plain = replace(
            reading.with_goal(
                substitute(negated, put), [substitute(c, put) for c in reading.conditions]
            ),
            domains={name: reading.domains[name]},
            statement=replace(reading.statement, exists=()),
        )
        found = settle(plain, budget, derived=True)
        if found.verdict is Verdict.HOLDS:
            return Evidence(
                Verdict.FAILS, f"it fails {where(point)}: no {name} does it ({found.says})",
                kind=EvidenceKind.REFUTED, counterexample=f"{where(point)}: no {name} does it",
                rule=found.rule,
            )  # fmt: skip
    return undecided(f"no {name} was found that does it for all others; that shows nothing")


def _negated(goal: Node) -> Node | None:
    if isinstance(goal, Relation) and len(goal.signs) == 1 and goal.signs[0] in OPPOSITE:
        return Relation(goal.operands, (OPPOSITE[goal.signs[0]],))
    if isinstance(goal, Unary) and goal.sign == "not":
        return goal.operand
    if isinstance(goal, Logic):
        return None
    return Unary("not", goal)


def solutions(reading: Reading, name: str) -> list[Node]:
    """Return the real solutions of an equation for a name that algebra finds, as trees."""
    goal = reading.goal
    if not (isinstance(goal, Relation) and goal.signs == ("=",)):
        return []
    try:
        with time_limit(SECONDS):
            algebra = Algebra(reading, {})
            gap = algebra.number(goal.gap)
            found = sympy.solve(gap, algebra.values[name])
            return [as_tree(sympy.simplify(v)) for v in found if v.is_real is not False]
    except (BudgetError, MathsError, UndefinedError, RecursionError, KeyError, *NO_ALGEBRA):
        return []


def _candidates(reading: Reading, name: str, others: list[str]) -> Iterator[Node]:
    """Yield expressions that may do it: solutions, then simple ones of the other letters."""
    yield from solutions(reading, name)
    for other in others:
        if reading.domains[other].is_array:
            continue
        x = Name(other)
        yield from (
            x, Add((x, ONE)), Add((x, Unary("-", ONE))), Unary("-", x), Mul((TWO, x)),
            Divide(x, TWO), Power(x, TWO), Add((Power(x, TWO), ONE)), Divide(ONE, x),
            Divide(ONE, Add((x, ONE))), Add((Divide(ONE, x), ONE)),
        )  # fmt: skip
    yield from (ZERO, ONE, Unary("-", ONE), TWO, Divide(ONE, TWO), Number("10"))


def belongs(value: Node, name: str, reading: Reading, domain: Domain | None = None) -> bool:
    """Return whether an expression lies in the domain of a name, for all of its letters."""
    domain = domain or reading.domains[name]
    ends = reading.ends.get(name)
    if domain.is_array or domain.is_function:
        return False
    if domain.is_integer and not whole_polynomial(value, reading):
        return False
    bounds = {"positive": (">",), "size": (">",), "index": (">",), "nonnegative": (">=",),
              "natural": (">=",), "negative": ("<",), "nonzero": ("!=",)}  # fmt: skip
    needs = [Relation((value, ZERO), (sign,)) for sign in bounds.get(domain.kind, ())]
    if domain.kind == "probability":
        needs = [Relation((value, ZERO), (">=",)), Relation((value, ONE), ("<=",))]
    elif domain.kind == "interval" and ends is not None:
        if ends.low is not None:
            needs.append(Relation((value, rational(ends.low)), (">=" if ends.closed[0] else ">",)))
        if ends.high is not None:
            needs.append(Relation((value, rational(ends.high)), ("<=" if ends.closed[1] else "<",)))
    elif domain.kind not in (*bounds, "real", "integer"):
        return False
    kept = {n: d for n, d in reading.domains.items() if n != name}
    return all(
        prove(replace(reading.with_goal(need, []), domains=kept)) is not None for need in needs
    ) and (bool(free_names(value) <= set(kept)))
