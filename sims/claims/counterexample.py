"""A counterexample: a point where a statement fails, and what is said of it."""

from dataclasses import dataclass

from sims.claims.enclosure import refuted
from sims.claims.evaluator import exact
from sims.claims.point import Point, shown, told_apart, where, with_functions
from sims.claims.trial import Trial
from sims.claims.values import nice
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Logic, Node, free_names


@dataclass(frozen=True)
class Counterexample:
    """A point where a statement fails, with both sides of the relation that does."""

    point: Point
    words: str
    left: str = ""
    right: str = ""
    how: str = "exactly"
    """How it was evaluated again: exactly, in interval arithmetic, or to so many digits."""


def counterexample(trial: Trial, point: Point) -> Counterexample:
    """Return a counterexample in words, with both sides."""
    goal = with_functions(trial.reading.goal, point.functions)
    relation = trial.failing(goal, point)
    place = where(point, _kept(trial, point))
    if relation is None:
        why = _why_false(trial, goal, point)
        rough = not all(map(exact, point.values.values()))
        how = f"to {trial.again} digits" if rough else "exactly"
        return Counterexample(point, f"{place}: {why}" if place else why, how=how)
    evaluator = trial.evaluator(point, trial.again)
    values = [evaluator.value(side) for side in relation.operands]
    left, right = told_apart(values[0], values[1])
    sign = relation.signs[0]
    if sign in ("<", ">", "!=") and evaluator.same(*values):
        left = right  # rounding alone tells them apart
    words = f"{left} against {right}" if sign in ("=", "≈") else f"{left} {sign} {right} is false"
    how = f"to {trial.again} digits"
    if all(map(exact, values)):
        how = "exactly"
    elif refuted(relation, point.values):
        how = "in interval arithmetic"
    return Counterexample(point, f"{place}: {words}" if place else words, left, right, how)


def _why_false(trial: Trial, node: Node, point: Point) -> str:
    """Return which part of a statement is false at a point, and which of two is true."""
    evaluator = trial.evaluator(point)
    if isinstance(node, Logic) and node.connective == "implies":
        return _why_false(trial, node.operands[1], point)
    if isinstance(node, Logic) and node.connective == "and":
        wrong = [part for part in node.operands if evaluator.holds(part) is False]
        return _why_false(trial, wrong[0], point) if wrong else f"{text(node)} is false"
    if isinstance(node, Logic) and node.connective == "iff":
        truths = [(text(part), evaluator.holds(part)) for part in node.operands]
        return ", ".join(f"{words} is {shown(truth)}" for words, truth in truths)
    return f"{text(node)} is false"


def _kept(trial: Trial, point: Point) -> list[str]:
    """Return the names that matter at a point: of sizes only those without an array.

    A parameter that the claim does not write, and on which nothing depends, is left out.
    """
    arrays = [n for n in trial.names if isinstance(point.values.get(n), Matrix)]
    return [
        n
        for n in point.values
        if (n not in trial.sizes or not arrays or n in free_names(trial.reading.goal))
        and not _idle(trial, n, point)
    ]


def _idle(trial: Trial, name: str, point: Point) -> bool:
    """Return whether a parameter that the claim does not write changes neither side."""
    asserted = trial.reading.said or trial.reading.asserted
    if not trial.reading.statement.draw or asserted is None or name in free_names(asserted):
        return False
    relation = trial.failing(trial.reading.goal, point)
    if relation is None or name not in trial.names:
        return False
    sides, seen = set(), 0
    domain = trial.reading.domains[name]
    for value in (point.values[name], *nice(domain, (), trial.reading.ends.get(name))[:4]):
        moved = Point({**point.values, name: value}, point.functions)
        if not trial.satisfied(moved):
            continue
        seen += 1
        try:
            sides.add(str([trial.evaluator(moved).value(side) for side in relation.operands]))
        except UndefinedError:
            return False
    return len(sides) == 1 and seen > 2
