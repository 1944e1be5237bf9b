"""Integrals over one draw carried out by algebra, and given back as trees. Runs in the worker."""

import itertools
from dataclasses import replace
from fractions import Fraction

import sympy

from sims.claims.algebra import Algebra, as_tree
from sims.claims.evaluator import ClaimEvaluator
from sims.claims.reading import Reading
from sims.claims.trial import Trial
from sims.claims.trial_points import TrialPoints
from sims.maths.comparison.algebra import NO_ALGEBRA, time_limit
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import TooLargeError, UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.tree import Big, Call, Node, rational

SECONDS = 2.0


def closed(node: Big, reading: Reading) -> Node | None:
    """Return the value of a definite integral as a tree, or None."""
    if node.low is None or node.high is None:
        return None
    try:
        with time_limit(SECONDS):
            algebra = Algebra(reading, {})
            ends = algebra.number(node.low), algebra.number(node.high)
            sign = {"positive": True} if ends[0].is_nonnegative else {"real": True}
            variable = sympy.Symbol(node.variable, **sign)
            body = algebra._at(node, variable)
            value = sympy.integrate(sympy.powsimp(body), (variable, *ends), conds="none")
            if value.has(sympy.Integral) or value.has(sympy.zoo, sympy.nan):
                return None
            found = as_tree(sympy.simplify(value))
        return found if _sound(node, found, reading) else None
    except (BudgetError, MathsError, UndefinedError, RecursionError, *NO_ALGEBRA):
        return None


def _sound(node: Big, found: Node, reading: Reading) -> bool:
    """Return whether an integral converges absolutely and quadrature gives the same, at a point."""
    letters = [n for n, d in reading.domains.items() if not (d.is_array or d.is_function)]
    trial = Trial(reading, Budget(3.0, 3_000_000), names=letters)
    size = Big("int", Call("abs", (node.body,)), node.variable, node.low, node.high)
    for point in itertools.islice(TrialPoints(trial).nice({}, 40), 40):
        evaluator = ClaimEvaluator(point.values, trial.budget, digits=20)
        try:
            ends = (node.low, node.high)
            low, high = (evaluator.computed(evaluator.number(end)) for end in ends if end)
            value = evaluator.number(found)
            parts = [(node.low, node.high)]
            if low < 0 < high:
                parts = [(node.low, rational(Fraction(0))), (rational(Fraction(0)), node.high)]
            total = evaluator.ctx.mpf(0)
            for start, end in parts:
                part = replace(size, low=start, high=end)
                evaluator.computed(evaluator.number(part))
                total += evaluator.computed(evaluator.number(replace(node, low=start, high=end)))
        except TooLargeError:
            return False
        except (UndefinedError, MathsError):
            continue
        gap = abs(total - evaluator.computed(value))
        return bool(gap <= evaluator.ctx.mpf(10) ** -7 * max(1, abs(total)))
    return False
