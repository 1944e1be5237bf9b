"""Reading function calls, and what binds a variable: sums, integrals, derivatives, pieces."""

from typing import TYPE_CHECKING

from sims.maths.comparison.result import MathsError
from sims.maths.syntax.tree import (
    Big,
    Call,
    Collection,
    Derivative,
    Index,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Unary,
)
from sims.maths.syntax.vocabulary import FUNCTIONS

if TYPE_CHECKING:
    from sims.maths.syntax.operands import Operands
    from sims.maths.syntax.tokens import Token

PRODUCT = 11


def known(parser: "Operands", token: "Token", function: str) -> Node:
    """Read a well-known function: ``sin(x)``, ``sin 2x``, ``sin^2(x)``, ``log_2(x)``."""
    base: tuple[Node, ...] = ()
    power: Node | None = None
    if parser.token.text == "_" and parser.token.kind == "op":
        parser.advance()
        base = parser.subscript()
        if function in ("max", "min"):
            return _over(parser, function, base, token)
        if function != "log" or len(base) != 1:
            raise MathsError(f"'{token.text}' takes no subscript", token.position)
        if isinstance(base[0], Name) and not parser.names.is_word(base[0].name):
            raise MathsError(f"the base '{base[0].name}' is not known", token.position)
    if parser.token.text in ("^", "**"):
        parser.advance()
        power = parser.exponent()
        if power == Unary("-", Number("1")):
            raise MathsError(
                f"'{token.text}^-1' reads two ways: write a{function}(x) or 1/{function}(x)",
                token.position,
            )
    arguments, bar = _arguments(parser, token, function)
    node = _call(function, (*arguments, *base), bar, token)
    return node if power is None else Power(node, power)


def _arguments(parser: "Operands", token: "Token", function: str) -> tuple[tuple[Node, ...], int]:
    opened = parser.token
    if opened.text in ("(", "[") and opened.kind == "op":
        parser.advance()
        close = ")" if opened.text == "(" else "]"
        items, closing, _ = parser.items(opened, close, bar=function in ("KL", "H"))
        if closing != close:
            raise MathsError(
                f"this is closed by '{closing}'", parser.tokens[parser.at - 1].position
            )
        return items, parser.bar_at
    if FUNCTIONS[function][0] != 1 or opened.kind == "end":
        raise MathsError(f"'{token.text}' needs brackets after it", opened.position)
    factors = [parser.operand()]
    while parser.token.kind in ("number", "name") and not _is_function(parser):
        factors.append(parser.operand())
    return (factors[0] if len(factors) == 1 else Mul(tuple(factors)),), 0


def _is_function(parser: "Operands") -> bool:
    return parser.token.text in FUNCTIONS and parser.token.text not in parser.names.variables


def _call(function: str, arguments: tuple[Node, ...], bar: int, token: "Token") -> Node:
    fewest, most = FUNCTIONS[function]
    if not fewest <= len(arguments) <= most:
        wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        raise MathsError(
            f"'{token.text}' takes {wanted} argument{'s' * (most > 1)}, not {len(arguments)}",
            token.position,
        )
    if function in ("entropy", "H"):
        function = "entropy" if len(arguments) == 1 else "crossentropy"
    signs = {"factorial": "!", "factorial2": "!!", "transpose": "T"}
    if function in signs:
        return Unary(signs[function], arguments[0])
    if function == "root" and len(arguments) == 1:
        function = "sqrt"
    return Call("log" if function == "ln" else function, arguments, 0)


def declared(parser: "Operands", name: str) -> Node:
    """Read a call of a function that the card declares: ``f(x)``, ``p(y | x)``, ``E[X^2]``."""
    opened = parser.advance()
    close = ")" if opened.text == "(" else "]"
    items, closing, _ = parser.items(opened, close, bar=True)
    if closing != close:
        raise MathsError(f"this is closed by '{closing}'", parser.tokens[parser.at - 1].position)
    return Call(name, items, parser.bar_at)


def bounds(low: Node, high: Node) -> Node:
    """Return ``i = a .. b`` as the triple ``(i, a, b)``."""
    if (
        isinstance(low, Relation)
        and low.signs in (("=",), ("in",))
        and isinstance(low.operands[0], Name)
    ):
        return Collection("tuple", (*low.operands, high))
    raise MathsError("a range is written i = 1..n")


def binder(parser: "Operands", token: "Token", kind: str) -> Node:
    """Read a sum, product, integral, derivative, piecewise value or matrix."""
    if parser.token.text == "_" and kind in ("sum", "prod", "int"):
        parser.advance()
        return _over(parser, kind, parser.subscript(), token)
    opened = parser.token
    if not (opened.kind == "op" and opened.text == "("):
        raise MathsError(f"'{token.text}' needs brackets after it", opened.position)
    parser.advance()
    items, _, rows = parser.items(opened, ")")
    if kind in ("sum", "prod", "int"):
        return _big(kind, items, token)
    if kind == "diff":
        return _derivative(items, token)
    if kind in ("piecewise", "if"):
        return _piecewise(items, kind, token)
    if rows:
        items = tuple(Collection("list", row) for row in rows)
    return _matrix(items, kind, token)


def _over(parser: "Operands", kind: str, under: tuple[Node, ...], token: "Token") -> Node:
    """Read ``sum_{i=1}^{n} body`` or ``max_a body``: the body is the product that follows."""
    low = high = None
    variable = under[0] if len(under) == 1 else None
    if isinstance(variable, Relation) and variable.signs == ("=",):
        variable, low = variable.operands
    elif isinstance(variable, Collection) and len(variable.items) == 3:
        variable, low, high = variable.items
    if not isinstance(variable, Name) or not parser.names.is_word(variable.name):
        raise MathsError(f"under '{token.text}' stands a letter, or i=1", token.position)
    if parser.token.text in ("^", "**"):
        parser.advance()
        high = parser.exponent()
    if (low is None) != (high is None):
        raise MathsError(f"'{token.text}' needs both bounds or none", token.position)
    return Big(kind, parser.expression(PRODUCT - 1), variable.name, low, high)


def _big(kind: str, items: tuple[Node, ...], token: "Token") -> Node:
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


def _derivative(items: tuple[Node, ...], token: "Token") -> Node:
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


def _piecewise(items: tuple[Node, ...], kind: str, token: "Token") -> Node:
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


def _matrix(items: tuple[Node, ...], kind: str, token: "Token") -> Node:
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
