"""Recurrences: values step by step, closed forms that are then verified, and the master theorem.

A closed form counts only once it satisfies the start and the step. Runs in the worker.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy

from sims.claims.algebra import Algebra, as_tree
from sims.claims.arithmetic import constant
from sims.claims.counterexample import counterexample
from sims.claims.evidence import Evidence, EvidenceKind, Verdict, undecided
from sims.claims.point import Point
from sims.claims.prove import prove
from sims.claims.reading import Reading, Recurrence, Settle, calls, conjuncts, open_names
from sims.claims.refutation import from_counterexample
from sims.claims.trial import Trial
from sims.claims.trial_points import TrialPoints
from sims.claims.vocabulary import ORDERS
from sims.maths.comparison.algebra import NO_ALGEBRA, time_limit, vanishes
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import TooLargeError, UndefinedError
from sims.maths.limits import BudgetError
from sims.maths.syntax.tree import Add, Call, Divide, Mul, Name, Node, Relation, integer, substitute

MOST_CASES = 40
ERRORS = (BudgetError, MathsError, UndefinedError, RecursionError, *NO_ALGEBRA)


def uses(node: Node, reading: Reading) -> list[Recurrence]:
    """Return the recurrences that a tree names."""
    names = {part.function for part in node.walk() if isinstance(part, Call)}
    return [r for name, r in reading.recurrences.items() if name in names]


def decide_recurrences(reading: Reading, budget: Any, settle: Settle) -> Evidence | None:
    """Return the evidence on a claim about recurrences, None where it is about none."""
    used = uses(reading.goal, reading)
    if not used or calls(reading.goal, ORDERS):
        return None
    closed = _closed_goal(reading, used)
    if calls(reading.goal, ("lim",)):
        if closed is None:
            return undecided("the recurrence has no closed form that algebra finds")
        return replace(
            settle(closed, budget, derived=True), rule="a closed form, verified; limits by series"
        )
    trial = Trial(reading, budget)
    judged = 0
    for point in _points(reading, TrialPoints(trial), used):
        try:
            if not trial.satisfied(point):
                continue
            truth = trial.judged(point)
        except (TooLargeError, UndefinedError):
            continue
        if truth is False and trial.confirmed(point):
            return from_counterexample(counterexample(trial, point), reading)
        judged += truth is not None
    if not judged:
        return undecided("the recurrence has no value at any number that was tried")
    if _verified(reading, used):
        return Evidence(
            Verdict.HOLDS, f"the start and the step hold, so all do; checked at {judged} numbers",
            seeds=judged, kind=EvidenceKind.PROVED, rule="induction along the recurrence",
        )  # fmt: skip
    if closed is not None:
        proof = prove(closed)
        if proof is not None:
            return Evidence(
                Verdict.HOLDS, f"proved by a closed form, verified, and {proof.rule}", seeds=judged,
                kind=EvidenceKind.PROVED, rule="a closed form, verified",
            )  # fmt: skip
    names = open_names(reading.goal) & set(reading.domains)
    if not names:
        return Evidence(
            Verdict.HOLDS,
            "computed step by step",
            seeds=judged,
            kind=EvidenceKind.PROVED,
            rule="computed exactly",
        )
    return Evidence(
        Verdict.AGREES, f"not refuted in {judged} cases, not proved", seeds=judged,
        kind=EvidenceKind.AGREES, scope=f"{judged} cases", rule="cases",
    )  # fmt: skip


def _points(reading: Reading, points: TrialPoints, used: list[Recurrence]) -> Any:
    """Yield points whose whole numbers are those at which the recurrences have values."""
    base = _divisor(used[0])
    first = min(used[0].starts, default=0)
    numbers = (
        [first * base**k if first else base**k for k in range(12)]
        if base
        else list(range(first, first + MOST_CASES))
    )
    whole = [n for n, d in reading.domains.items() if d.is_integer or d.kind == "real"]
    arguments = {
        name for part in reading.goal.walk()
        if isinstance(part, Call) and part.function == used[0].name
        for argument in part.arguments for name in open_names(argument)
    }  # fmt: skip
    running = [name for name in whole if name in arguments]
    if not running:
        yield from points.tried(60, 6)
        return
    for point in points.nice({}, 12) if len(points.names) > len(running) else [Point({})]:
        for number in numbers:
            yield Point({**point.values, running[0]: Fraction(number)}, point.functions)


def _divisor(recurrence: Recurrence) -> int:
    """Return b where the step calls `T(n/b)`, else 0."""
    for part in recurrence.step.walk() if recurrence.step is not None else ():
        if isinstance(part, Call) and part.function == recurrence.name:
            (argument,) = part.arguments
            if isinstance(argument, Divide):
                value = constant(argument.denominator)
                return int(value) if value is not None and value > 1 else 0
    return 0


def _verified(reading: Reading, used: list[Recurrence]) -> bool:
    """Return whether `T(n) = g(n)` holds by induction: g satisfies the start and the step."""
    if len(used) != 1 or reading.conditions:
        return False
    (recurrence,) = used
    for part in conjuncts(reading.goal):
        if not (isinstance(part, Relation) and part.signs == ("=",)):
            return False
        for left, right in (part.operands, part.operands[::-1]):
            if (
                isinstance(left, Call)
                and left.function == recurrence.name
                and isinstance(left.arguments[0], Name)
            ):
                if uses(right, reading) or not satisfies(
                    recurrence, right, left.arguments[0].name, reading
                ):
                    return False
                break
        else:
            return False
    return True


def satisfies(recurrence: Recurrence, form: Node, name: str, reading: Reading) -> bool:
    """Return whether a form in `name` gives the start of a recurrence and its step."""
    if recurrence.step is None:
        return False
    start = min(recurrence.starts, default=None)
    if start is None:
        return False

    def put(node: Node) -> Node:
        node = node.map(put)
        if isinstance(node, Call) and node.function == recurrence.name:
            return substitute(form, {name: node.arguments[0]})
        return node

    try:
        with time_limit(3.0):
            algebra = Algebra(reading, {})
            for place, value in recurrence.starts.items():
                at = substitute(form, {name: integer(place)})
                if not vanishes(algebra.number(at) - algebra.number(value)):
                    return False
            variable = sympy.Symbol(recurrence.variable, integer=True, positive=True)
            algebra.values[recurrence.variable] = variable
            here = Name(recurrence.variable)
            at = Add((here, integer(recurrence.shift))) if recurrence.shift else here
            gap = algebra.number(substitute(form, {name: at})) - algebra.number(
                put(recurrence.step)
            )
            return bool(vanishes(gap))
    except ERRORS:
        return False


def closed_form(recurrence: Recurrence, reading: Reading) -> Node | None:
    """Return a closed form in `n'` of a linear recurrence, verified; None where none is found."""
    if recurrence.step is None or _divisor(recurrence) or not recurrence.starts:
        return None
    n = sympy.Symbol("n'", integer=True)
    sequence = sympy.Function("y")
    try:
        with time_limit(3.0):
            algebra = _Unknown(reading, recurrence, sequence, n)
            step = algebra.number(recurrence.step)
            equation = sequence(n + recurrence.shift) - step
            plain = Algebra(reading, {})
            starts = {sequence(k): plain.number(v) for k, v in recurrence.starts.items()}
            solution = sympy.rsolve(equation, sequence(n), starts)
            if solution is None:
                return None
            form = as_tree(sympy.simplify(solution))
    except ERRORS:
        return None
    return form if satisfies(recurrence, form, "n'", reading) else None


class _Unknown(Algebra):
    """Algebra in which a recurrence is an unknown sequence."""

    def __init__(self, reading: Reading, recurrence: Recurrence, sequence: Any, n: Any) -> None:
        self.name, self.sequence = recurrence.name, sequence
        super().__init__(reading, {})
        self.values[recurrence.variable] = n

    def value(self, node: Node) -> Any:
        """Return a value of the sequence, or what algebra makes of a tree."""
        if isinstance(node, Call) and node.function == self.name:
            return self.sequence(self.number(node.arguments[0]))
        return super().value(node)


def _closed_goal(reading: Reading, used: list[Recurrence]) -> "Reading | None":
    """Return the claim with every sequence in closed form, or None."""
    forms = {}
    for recurrence in used:
        form = closed_form(recurrence, reading)
        if form is None:
            return None
        forms[recurrence.name] = form

    def put(node: Node) -> Node:
        node = node.map(put)
        if isinstance(node, Call) and node.function in forms:
            return substitute(forms[node.function], {"n'": node.arguments[0]})
        return node

    return replace(
        reading.with_goal(put(reading.goal), [put(c) for c in reading.conditions]), recurrences={},
        asserted=reading.asserted or reading.goal,
    )  # fmt: skip


def growth(expression: Node, name: str, reading: Reading) -> tuple[Any, str]:
    """Return an expression of the same growth (sympy), and by which rule."""
    used = uses(expression, reading)
    n = sympy.Symbol(name, integer=True, positive=True)
    if not used:
        algebra = Algebra(reading, {})
        algebra.values[name] = n
        return algebra.number(expression), "the limit of a quotient"
    if len(used) != 1 or not isinstance(expression, Call):
        raise UndefinedError("the growth of one recurrence is decided at a time")
    (recurrence,) = used
    if _divisor(recurrence):
        return master(recurrence, n, reading)
    form = closed_form(recurrence, reading)
    if form is None:
        raise UndefinedError("no closed form is found")
    algebra = Algebra(reading, {})
    algebra.values["n'"] = n
    return algebra.number(form), "a closed form, verified, and the limit of a quotient"


def master(recurrence: Recurrence, n: Any, reading: Reading) -> tuple[Any, str]:
    """Return the growth of `T(n) = a T(n/b) + f(n)` by the cases of the master theorem."""
    assert recurrence.step is not None
    terms = recurrence.step.terms if isinstance(recurrence.step, Add) else (recurrence.step,)
    count, base, rest = sympy.Integer(0), 0, sympy.Integer(0)
    algebra = Algebra(reading, {})
    algebra.values[recurrence.variable] = n
    for term in terms:
        factors = term.factors if isinstance(term, Mul) else (term,)
        calls = [f for f in factors if isinstance(f, Call) and f.function == recurrence.name]
        if not calls:
            rest += algebra.number(term)
            continue
        others = [f for f in factors if f not in calls]
        (argument,) = calls[0].arguments
        if (
            len(calls) != 1
            or not isinstance(argument, Divide)
            or argument.numerator != Name(recurrence.variable)
        ):
            raise UndefinedError("the step is not a*T(n/b) + f(n)")
        now = int(algebra.number(argument.denominator))
        if base not in (0, now):
            raise UndefinedError("the parts of the step differ in size")
        base = now
        count += sympy.Mul(*[algebra.number(f) for f in others])
    if not count.is_number or count < 1:
        raise UndefinedError("the number of parts is no number of at least 1")
    critical = sympy.log(count) / sympy.log(base)
    critical = (
        sympy.nsimplify(sympy.simplify(critical))
        if sympy.simplify(critical).is_rational
        else sympy.simplify(critical)
    )
    power = n**critical
    if rest == 0:
        return power, "the master theorem, without a rest"
    ratio = sympy.limit(rest / power, n, sympy.oo)
    if ratio == 0 and _polynomially(rest, power, n, smaller=True):
        return power, "the master theorem, case 1"
    if ratio not in (0, sympy.oo) and ratio.is_number:
        return power * sympy.log(n), "the master theorem, case 2"
    logs = sympy.simplify(rest / power)
    k = _log_power(logs, n)
    if k is not None and k > -1:
        return power * sympy.log(n) ** (k + 1), "the master theorem, case 2"
    if ratio == sympy.oo and _polynomially(rest, power, n, smaller=False):
        regular = sympy.limit(count * rest.subs(n, n / base) / rest, n, sympy.oo)
        if regular.is_number and regular < 1:
            return rest, "the master theorem, case 3"
    raise UndefinedError("no case of the master theorem fits")


def _polynomially(rest: Any, power: Any, n: Any, *, smaller: bool) -> bool:
    quotient = sympy.log(rest / power) / sympy.log(n)
    value = sympy.limit(sympy.expand_log(quotient, force=True), n, sympy.oo)
    return bool(value < 0 if smaller else value > 0)


def _log_power(quotient: Any, n: Any) -> Any:
    for k in range(1, 5):
        value = sympy.limit(quotient / sympy.log(n) ** k, n, sympy.oo)
        if value.is_number and value not in (0, sympy.oo):
            return k
    return None
