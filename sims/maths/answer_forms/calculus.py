"""Answers to "differentiate" and "integrate": derivatives compared, constants looked for."""

from typing import TYPE_CHECKING

from sims.maths.comparison.equivalence import equivalent
from sims.maths.comparison.expressions import expressions
from sims.maths.comparison.finding import Finding, wrong_kind
from sims.maths.comparison.forms import kind_of
from sims.maths.syntax.tree import Derivative, Name, Node, Number, free_names

if TYPE_CHECKING:
    from sims.maths.comparison.case import Case

ZERO = Number("0")


def _not_expression(case: "Case") -> Finding | None:
    for side in (case.answer, case.wanted):
        if kind_of(side) not in ("expression", "matrix", "list"):
            return wrong_kind(kind_of(side), "expression")
    return None


def derivative_of(case: "Case") -> Finding:
    """Accept what equals the expected derivative; say so if it was integrated instead."""
    wrong = _not_expression(case)
    if wrong is not None:
        return wrong
    found = equivalent(case.answer, case.wanted, case.setting)
    if found.verdict == "different":
        twice = Derivative(Derivative(case.answer, case.variable()), case.variable())
        if expressions(twice, case.wanted, case.setting).accepted and _varies(case, twice):
            message = "Did you integrate instead of differentiating?"
            return Finding("different", "integrated", found.witness, message)
    return found


def _varies(case: "Case", node: Node) -> bool:
    return expressions(node, ZERO, case.setting).verdict == "different"


def antiderivative(case: "Case") -> Finding:
    """Accept what has the derivative of the expected antiderivative, constant or not."""
    wrong = _not_expression(case)
    if wrong is not None:
        return wrong
    variable = case.variable()
    ours, theirs = (Derivative(side, variable) for side in (case.answer, case.wanted))
    found = expressions(ours, theirs, case.setting)
    if found.verdict != "different":
        return found
    if expressions(case.answer, Derivative(theirs, variable), case.setting).accepted or (
        expressions(ours, Derivative(Derivative(theirs, variable), variable), case.setting).accepted
        and _varies(case, ours)
    ):
        message = "Did you differentiate instead of integrating?"
        return Finding("different", "differentiated", message=message)
    return Finding("different", "wrong", found.witness)


def antiderivative_with_constant(case: "Case") -> Finding:
    """Accept an antiderivative that has a constant of integration, unless it is optional."""
    found = antiderivative(case)
    if not found.accepted or case.options.get("constant_optional"):
        return found
    if any(_is_additive(case, name) for name in sorted(free_names(case.answer))):
        return found
    if found.verdict == "undecided":
        return found
    message = "The constant of integration is missing."
    return Finding("different", "missing-constant", message=message)


def _is_additive(case: "Case", name: str) -> bool:
    """Return whether a symbol only shifts the answer: its effect does not depend on x."""
    variable = case.variable()
    if variable == Name(name):
        return False
    effect = Derivative(case.answer, Name(name))
    if expressions(effect, ZERO, case.setting).verdict != "different":
        return False
    return expressions(Derivative(effect, variable), ZERO, case.setting).accepted
