"""From the items in the brackets of a sum, derivative, piecewise value or matrix to its node."""

from sims.maths.errors import MathsError
from sims.maths.syntax.tokens import Token
from sims.maths.syntax.tree import (
    Big,
    Call,
    Collection,
    Derivative,
    Index,
    Logic,
    Name,
    Node,
    Number,
    Piecewise,
    Relation,
    Unary,
)


def span(low: Node, high: Node) -> Node:
    """Return ``i = a .. b`` as the triple ``(i, a, b)``."""
    if (
        isinstance(low, Relation)
        and low.signs in (("=",), ("in",))
        and isinstance(low.operands[0], Name)
    ):
        return Collection("tuple", (*low.operands, high))
    raise MathsError("a range is written i = 1..n")


def sum_or_integral(kind: str, items: tuple[Node, ...], token: Token) -> Node:
    """Return ``sum(body, i, from, to)`` and its kin from what stands in the brackets."""
    if len(items) == 2 and isinstance(items[1], Collection) and len(items[1].items) == 3:
        items = (items[0], *items[1].items)
    if len(items) == 1 and kind == "sum":
        return Call("total", items)
    if len(items) not in (2, 4):
        raise MathsError(
            f"'{token.text}' is written {token.text}(body, i, from, to)", token.position
        )
    variable = items[1]
    if not isinstance(variable, Name):
        raise MathsError(f"'{token.text}' needs a name to run over", token.position)
    low, high = items[2:] if len(items) == 4 else (None, None)
    return Big(kind, items[0], variable.name, low, high)


def derivative(items: tuple[Node, ...], token: Token) -> Node:
    """Return ``diff(body, x, order)`` from what stands in the brackets."""
    order = 1
    if len(items) == 3:
        if not (isinstance(items[2], Number) and items[2].text in "1234"):
            raise MathsError("the order of a derivative is 1, 2, 3 or 4", token.position)
        order = int(items[2].text)
    elif len(items) != 2:
        raise MathsError(f"'{token.text}' is written {token.text}(body, x)", token.position)
    if not isinstance(items[1], Name | Index):
        raise MathsError("a derivative is by a name", token.position)
    return Derivative(items[0], items[1], order)


def piecewise(items: tuple[Node, ...], kind: str, token: Token) -> Node:
    """Return ``piecewise(value, condition, …, otherwise)`` or ``if(condition, value, else)``."""
    if kind == "if":
        if len(items) != 3:
            raise MathsError("if(condition, value, otherwise) has three parts", token.position)
        return Piecewise((items[1],), (items[0],), items[2])
    pairs: list[tuple[Node, ...]]
    if items and all(_is_pair(item) for item in items[: max(1, len(items) - 1)]):
        whole = _is_pair(items[-1])
        pairs = [item.children for item in (items if whole else items[:-1])]
        otherwise = None if whole else items[-1]
    else:
        pairs = [items[at : at + 2] for at in range(0, len(items) - 1, 2)]
        otherwise = items[-1] if len(items) % 2 else None
    if not pairs:
        raise MathsError("piecewise(value, condition, …, otherwise) is empty", token.position)
    return Piecewise(tuple(p[0] for p in pairs), tuple(p[1] for p in pairs), otherwise)


def _is_pair(item: Node) -> bool:
    """Return whether an argument is ``(value, condition)``."""
    if not (isinstance(item, Collection) and item.kind == "tuple" and len(item.items) == 2):
        return False
    condition = item.items[1]
    negated = isinstance(condition, Unary) and condition.sign == "not"
    return negated or isinstance(condition, Relation | Logic)


def matrix(items: tuple[Node, ...], kind: str, token: Token) -> Node:
    """Return ``matrix([a, b], [c, d])`` or the column ``vector(a, b)``."""
    if kind == "vector":
        return Collection("matrix", tuple(Collection("list", (item,)) for item in items))
    if len(items) == 1 and isinstance(items[0], Collection):
        inner = items[0].items
        if inner and all(isinstance(item, Collection) for item in inner):
            items = inner
    if not items or not all(isinstance(row, Collection) for row in items):
        raise MathsError("a matrix is written matrix([a, b], [c, d])", token.position)
    widths = {len(row.items) for row in items if isinstance(row, Collection)}
    if len(widths) != 1:
        raise MathsError("the rows of this matrix differ in length", token.position)
    rows = (Collection("list", row.items) for row in items if isinstance(row, Collection))
    return Collection("matrix", tuple(rows))
