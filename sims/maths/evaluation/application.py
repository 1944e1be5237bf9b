"""The value of a function call: entry by entry, of whole vectors, unknown functions, moments."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sims.maths.evaluation import functions
from sims.maths.evaluation.array_functions import WHOLE
from sims.maths.evaluation.branches import record
from sims.maths.evaluation.matrix import Matrix, TooLargeError
from sims.maths.evaluation.moments import MOMENTS, information, is_information, moment
from sims.maths.syntax.tree import Call, Logic, Relation, SetOperation
from sims.maths.syntax.vocabulary import FUNCTIONS, UNCOMPUTED

if TYPE_CHECKING:
    from sims.maths.evaluation.arithmetic import Arithmetic

Value = Any
UNKNOWN_COST = 6  # steps that a function nothing is known of counts as
LOGARITHMS = frozenset({"log", "log2", "log10"})
SATURATING = frozenset({"tanh", "coth", "erf", "sigmoid", "normcdf", "softmax"})
EXTREMES: dict[str, Callable[..., Value]] = {"max": max, "min": min}  # of a vector, its entries
STATEMENTS = (Relation, Logic, SetOperation)


def applied(evaluator: "Arithmetic", node: Call) -> Value:
    """Return the value of a function call or an expectation."""
    name = node.function
    if evaluator.outcomes and (name in MOMENTS or name in evaluator.laws):
        return moment(evaluator, node)
    if evaluator.outcomes and is_information(evaluator, node):
        return information(evaluator, node)
    if name in UNCOMPUTED or (node.under and name in FUNCTIONS):
        raise TooLargeError("this is not computed from its values")
    parts = (*node.arguments, *node.under)
    if name not in FUNCTIONS and any(isinstance(part, STATEMENTS) for part in parts):
        raise TooLargeError("what this says of a statement is not computed")
    arguments = [evaluator.value(part) for part in parts]
    if id(node) in evaluator.seen:
        record(evaluator.seen[id(node)], name, arguments)
    if len(arguments) == 1:
        evaluator.tiny_argument(arguments[0])
    if node.under:
        name = f"{name}_{len(node.under)}"
    if name in LOGARITHMS:
        _near_one(evaluator, arguments[0])
    value = apply(evaluator, name, arguments, (node.bar, node.parted))
    if name in SATURATING and all(map(evaluator.ctx.isfinite, functions.entries_of(arguments[0]))):
        _saturated(evaluator, value)
    return value


def _near_one(evaluator: "Arithmetic", argument: Value) -> None:
    """Note how near to 1 the argument of a logarithm is, which costs the value as many bits."""
    for entry in functions.entries_of(argument):
        size = functions.magnitude(entry - 1)
        if size is not None and size < 0:
            evaluator.lost = max(evaluator.lost, -size)


def _saturated(evaluator: "Arithmetic", value: Value) -> None:
    """Note how near to its limit a function came, which hides what it came from: `tanh(50)`."""
    for entry in value if isinstance(value, Matrix) else (value,):
        rest = 1 - abs(entry)
        size = functions.magnitude(rest)
        if size is not None:
            evaluator.bits = max(evaluator.bits, -size)
        elif rest == 0:
            evaluator.bits = max(evaluator.bits, 4 * evaluator.ctx.prec)


def apply(
    evaluator: "Arithmetic", name: str, arguments: list[Value], bar: tuple[int, int] = (0, 0)
) -> Value:
    """Return the value of a function at values; `bar` says where a `|` and a `;` stand."""
    if name in functions.SAME_NAME:
        function = functions.without_poles(evaluator.ctx, name)
        return _entrywise(evaluator, function, arguments)
    if name == "log" and len(arguments) == 2 and evaluator.real:
        evaluator.positive(arguments)
    if name in EXTREMES and len(arguments) == 1 and isinstance(arguments[0], Matrix):
        return EXTREMES[name](map(functions.real, arguments[0]))
    if name in functions.ENTRYWISE:
        rule = functions.ENTRYWISE[name]
        return _entrywise(evaluator, lambda *xs: rule(evaluator.ctx, *xs), arguments)
    if name in ("det", "inv"):
        evaluator.budget.spend(evaluator.cost * len(functions.entries_of(arguments[0])))
    if name in WHOLE:
        return WHOLE[name](evaluator.ctx, *arguments)
    evaluator.budget.spend(UNKNOWN_COST * evaluator.cost)
    signed = evaluator.signed is not None and name not in evaluator.signed
    key = f"{name}/{len(arguments)}/{bar[0]}/{bar[1]}"
    return functions.unknown(evaluator.ctx, key, arguments, signed=signed)


def _entrywise(
    evaluator: "Arithmetic", function: Callable[..., Value], arguments: list[Value]
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
