"""The truth of relations and connectives at a point, with room for rounding."""

from typing import TYPE_CHECKING, Any

from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.syntax.tree import Collection, Interval, Node, Relation, SetOperation

if TYPE_CHECKING:
    from sims.maths.evaluation.arithmetic import Arithmetic

COMPUTED = frozenset({"=", "!=", "<", "<=", ">", ">=", "in"})
SLACK = 9  # digits lost before two computed numbers no longer count as equal


def holds(evaluator: "Arithmetic", node: Relation) -> bool:
    """Return whether a chain of relations holds."""
    if not set(node.signs) <= COMPUTED:
        raise UndefinedError("what this says is not computed")
    for sign, left, right in zip(node.signs, node.operands, node.operands[1:], strict=False):
        if sign == "in":
            if not member(evaluator, evaluator.value(left), right):
                return False
        elif not compare(evaluator.ctx, sign, evaluator.value(left), evaluator.value(right)):
            return False
    return True


def same(ctx: Any, left: Any, right: Any) -> bool:
    """Return whether two values are equal up to rounding."""
    if isinstance(left, Matrix) or isinstance(right, Matrix):
        return (
            isinstance(left, Matrix)
            and isinstance(right, Matrix)
            and left.shape == right.shape
            and all(same(ctx, a, b) for a, b in zip(left, right, strict=True))
        )
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if left == right:
        return True
    if ctx.isinf(left) or ctx.isinf(right):
        return False
    scale = max(abs(left), abs(right), ctx.mpf(10) ** -6)
    return bool(abs(left - right) <= ctx.mpf(10) ** (SLACK - ctx.dps) * scale)


def compare(ctx: Any, sign: str, left: Any, right: Any) -> bool:
    """Return whether `left sign right`. Raises UndefinedError for an order of complex numbers."""
    equal = same(ctx, left, right)
    if sign in ("=", "!="):
        return equal == (sign == "=")
    if isinstance(left, Matrix | bool) or isinstance(right, Matrix | bool):
        raise UndefinedError("only numbers have an order")
    if hasattr(left, "_mpc_") or hasattr(right, "_mpc_"):
        raise UndefinedError("complex numbers have no order")
    if equal:
        return sign in ("<=", ">=")
    return bool(left < right) if sign in ("<", "<=") else bool(left > right)


def member(evaluator: "Arithmetic", value: Any, node: Node) -> bool:
    """Return whether a value lies in a set, interval or union of them."""
    ctx = evaluator.ctx
    if isinstance(node, Interval):
        low, high = evaluator.number(node.low), evaluator.number(node.high)
        above = compare(ctx, ">=" if node.closed_low else ">", value, low)
        return above and compare(ctx, "<=" if node.closed_high else "<", value, high)
    if isinstance(node, SetOperation):
        found = [member(evaluator, value, operand) for operand in node.operands]
        if node.operation == "union":
            return any(found)
        return all(found) if node.operation == "intersection" else found[0] and not any(found[1:])
    if isinstance(node, Collection) and node.kind == "set":
        return any(same(ctx, value, evaluator.value(item)) for item in node.items)
    if isinstance(node, Collection) and len(node.items) == 2:
        closed = node.kind == "list"
        return member(evaluator, value, Interval(node.items[0], node.items[1], closed, closed))
    raise MathsError("this is not a set")


def connect(connective: str, truths: list[bool]) -> bool:
    """Return the truth of a connective."""
    if connective in ("and", "nand"):
        return all(truths) == (connective == "and")
    if connective in ("or", "nor"):
        return any(truths) == (connective == "or")
    if connective in ("xor", "xnor"):
        return (sum(truths) % 2 == 1) == (connective == "xor")
    if connective == "implies":
        return not truths[0] or truths[1]
    return len(set(truths)) == 1
