"""Statements that hold everywhere, such as theorems: their truth tells none of them apart.

`a = a` holds wherever the inequality of the means does, and Bayes' rule is no other statement in
truth than `P(A) = P(A)`. So two of them are the same only where they say the same.
"""

from collections.abc import Iterator
from itertools import chain, islice

from sims.maths.comparison.finding import Finding, Setting
from sims.maths.comparison.forms import rising, same_form
from sims.maths.comparison.relations import (
    LINES,
    NOT_ON_A_LINE,
    base_points,
    corners,
    differences_of,
    ratio_of,
)
from sims.maths.evaluation.agreement import ENOUGH
from sims.maths.evaluation.lines import DIGITS, Line
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.evaluation.prober import Prober
from sims.maths.evaluation.symbols import symbols_of
from sims.maths.syntax.tree import Constant, Logic, Node, Relation, difference

MOST_POINTS = 60
"""Points at which a statement must hold before it is taken for one that holds everywhere."""

BOTH_HOLD = "Both always hold; is it what is asked? You decide."

Atom = tuple[Node, str, Node]
"""Two sides and the sign between them: `=`, `<` or `<=`."""


def settled(found: Finding, answer: Node, expected: Node, setting: Setting) -> Finding:
    """Return what a comparison of two statements found, doubted where truth decides nothing."""
    if not found.accepted or isinstance(expected, Constant):
        return found
    if not _holds_everywhere(expected, setting) or _says_the_same(answer, expected, setting):
        return found
    return Finding("undecided", "undecided", message=BOTH_HOLD)


def _holds_everywhere(node: Node, setting: Setting) -> bool:
    """Return whether a statement about letters is false at no point where it is looked at."""
    symbols = symbols_of([node], setting.variables)
    prober = setting.prober(symbols, real=Constant("i") not in (*node.walk(),))
    held = 0
    for truth in chain(_at_points(node, prober), _along_lines(node, prober)):
        if not truth:
            return False
        held += 1
    return held >= min(ENOUGH, 2 ** len(symbols.names)) and bool(symbols.names)


def _at_points(node: Node, prober: Prober) -> Iterator[bool]:
    """Yield the truth of a statement at sample points and in the corners of its domains."""
    for point in islice(chain(corners(prober), prober.points()), MOST_POINTS):
        try:
            yield bool(prober.evaluator(point, DIGITS).truth(node))
        except UndefinedError:
            continue


def _along_lines(node: Node, prober: Prober) -> Iterator[bool]:
    """Yield the truth of a statement at the roots of its sides' differences, and between them."""
    domains = prober.symbols.domains
    names = [name for name in prober.symbols.names if domains[name] not in NOT_ON_A_LINE]
    for point in base_points(prober, 1 if len(domains) == 1 else LINES) if names else ():
        for line in (Line(prober, point, name) for name in names):
            for value in line.telling_values(differences_of([node])):
                truth = line.truth(node, value)
                if truth is not None:
                    yield bool(truth)


def _says_the_same(answer: Node, expected: Node, setting: Setting) -> bool:
    """Return whether each part of one statement is a part of the other, scaled or turned round."""
    ours, theirs = _atoms(rising(answer)), _atoms(rising(expected))
    if ours is None or theirs is None or len(ours) != len(theirs):
        return False
    return all(any(_same(mine, other, setting) for mine in ours) for other in theirs) and all(
        any(_same(mine, other, setting) for other in theirs) for mine in ours
    )


def _atoms(node: Node) -> list[Atom] | None:
    """Return what a chain of relations, or several joined by `and`, consists of; else None."""
    if isinstance(node, Logic) and node.connective == "and":
        parts = [_atoms(operand) for operand in node.operands]
        found = [part for part in parts if part is not None]
        return [atom for part in found for atom in part] if len(found) == len(parts) else None
    if not isinstance(node, Relation) or not set(node.signs) <= {"=", "<", "<="}:
        return None
    return list(zip(node.operands, node.signs, node.operands[1:], strict=False))


def _same(ours: Atom, theirs: Atom, setting: Setting) -> bool:
    """Return whether two relations are one, but for their writing or a positive factor.

    Where a border belongs to one of them alone, their truth has been compared on it.
    """
    (low, sign, high), (left, other, right) = ours, theirs
    if (sign == "=") is not (other == "="):
        return False
    mine, wanted = Relation((low, high), (sign,)), Relation((left, right), (other,))
    if same_form(mine, wanted, setting.variables):
        return True
    if sign == "=":
        return False
    gaps = difference(high, low), difference(right, left)
    ratio = ratio_of(*gaps, setting.prober(symbols_of([*gaps], setting.variables)))
    return hasattr(ratio, "_mpf_") and bool(ratio > 0)
