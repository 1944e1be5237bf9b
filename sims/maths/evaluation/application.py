"""The value of a function call: entry by entry, of whole vectors, unknown functions, moments."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sims.maths.evaluation import functions
from sims.maths.evaluation.array_functions import WHOLE
from sims.maths.evaluation.matrix import Matrix
from sims.maths.syntax.tree import Call

if TYPE_CHECKING:
    from sims.maths.evaluation.evaluator import Evaluator

Value = Any


def applied(evaluator: "Evaluator", node: Call) -> Value:
    """Return the value of a function call or an expectation."""
    name = node.function
    if name in ("E", "Var", "Cov") and evaluator.outcomes:
        return _moment(evaluator, name, node)
    return apply(evaluator, name, [evaluator.value(argument) for argument in node.arguments])


def apply(evaluator: "Evaluator", name: str, arguments: list[Value]) -> Value:
    """Return the value of a function at values."""
    if name in functions.SAME_NAME:
        function = functions.without_poles(evaluator.ctx, name)
        return _entrywise(evaluator, function, arguments)
    if name in functions.ENTRYWISE:
        rule = functions.ENTRYWISE[name]
        return _entrywise(evaluator, lambda *xs: rule(evaluator.ctx, *xs), arguments)
    if name in WHOLE:
        return WHOLE[name](evaluator.ctx, *arguments)
    return functions.unknown(evaluator.ctx, name, arguments)


def _entrywise(
    evaluator: "Evaluator", function: Callable[..., Value], arguments: list[Value]
) -> Value:
    if any(isinstance(argument, bool) for argument in arguments):
        arguments = [evaluator.ctx.mpf(int(a)) if isinstance(a, bool) else a for a in arguments]
    first = arguments[0]
    if isinstance(first, Matrix):
        if len(arguments) == 1:
            return first.map(lambda entry: evaluator.checked(function(entry)))
        if len(arguments) == 2 and isinstance(arguments[1], Matrix):
            return first.zip(arguments[1], function)
        return first.map(lambda entry: evaluator.checked(function(entry, *arguments[1:])))
    if len(arguments) == 2 and isinstance(arguments[1], Matrix):
        return arguments[1].map(lambda entry: evaluator.checked(function(first, entry)))
    return function(*arguments)


def _moment(evaluator: "Evaluator", name: str, node: Call) -> Value:
    def mean(of: Callable[[], Value]) -> Value:
        outer, total = evaluator.values, evaluator.ctx.mpf(0)
        for probability, values in evaluator.outcomes:
            evaluator.values = {**outer, **values}
            total += probability * of()
        evaluator.values = outer
        return total

    first, last = node.arguments[0], node.arguments[-1]
    if name == "E":
        return mean(lambda: evaluator.number(first))
    both = mean(lambda: evaluator.number(first) * evaluator.number(last))
    return both - mean(lambda: evaluator.number(first)) * mean(lambda: evaluator.number(last))
