"""From parts that were read to the node they make: sums, derivatives, pieces, congruences."""

from collections.abc import Sequence

from sims.maths.errors import MathsError
from sims.maths.syntax.indicator import indicator
from sims.maths.syntax.token import Token
from sims.maths.syntax.tree import (
    ONE,
    Big,
    Call,
    Collection,
    Constant,
    Derivative,
    Divide,
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
    free_names,
    is_piece,
)
from sims.maths.syntax.vocabulary import STAR, accented

Range = tuple[Node, Node | None, Node | None, Node | None]
"""A variable, its bounds, and a condition that it meets."""

WRITTEN = {
    "sum": "sum(x_i, i, 1, n)", "prod": "prod(x_i, i, 1, n)", "int": "int(x^2, x, 0, 1)",
    "diff": "diff(x^2, x)", "piecewise": "piecewise(x, x > 0, 0)", "if": "if(x > 0, x, 0)",
    "matrix": "matrix([a, b], [c, d])", "vector": "vector(a, b)", "argmax": "argmax(f(x), x)",
    "argmin": "argmin(f(x), x)", "lim": "lim(f(x), x, 0)", "sup": "sup(f(x), x)",
    "infimum": "infimum(f(x), x)", "bigcup": "bigcup(A_i, i, 1, n)",
    "bigcap": "bigcap(A_i, i, 1, n)",
}  # fmt: skip
"""How each word that binds a variable is written."""

HOLE = Constant("")
"""What a bare `d/dx` is applied to, until that has been read."""


def is_bare(node: Node) -> bool:
    """Return whether a node is a `d/dx` or a `∂` of nothing."""
    return node == HOLE or (
        isinstance(node, Call) and node.function == "partial" and not node.arguments
    )


def span(low: Node, high: Node) -> Node:
    """Return `i = a .. b` as the triple `(i, a, b)`."""
    if (
        isinstance(low, Relation)
        and low.signs in (("=",), ("in",))
        and isinstance(low.operands[0], Name)
    ):
        return Collection("tuple", (*low.operands, high))
    raise MathsError("a range is written i = 1..n")


def sum_or_integral(kind: str, items: tuple[Node, ...], token: Token) -> Node:
    """Return `sum(body, i, from, to)` and its kin from what stands in the brackets."""
    if len(items) == 2 and isinstance(items[1], Collection) and len(items[1].items) == 3:
        items = (items[0], *items[1].items)
    if len(items) == 1 and kind in ("argmax", "argmin"):
        return Call(kind, items)
    if len(items) == 2 and isinstance(items[1], Relation) and kind != "int":
        over = spanned(items[1], kind, token)
        check_bounds(kind, over[1], over[2], token)
        return ranged(kind, items[0], [over], None)
    if len(items) not in ((3,) if kind == "lim" else (2, 4)):
        raise MathsError(f"'{token.text}' is written {WRITTEN[kind]}", token.position)
    variable = items[1]
    if not isinstance(variable, Name):
        raise MathsError(f"'{token.text}' needs a name to run over", token.position)
    low, high = (*items[2:], None, None)[:2]
    return Big(kind, items[0], variable.name, low, high)


def parts(under: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return what stands under a sign; in `i, j = 1` the bound is that of both."""
    last = under[-1]
    if len(under) > 1 and isinstance(last, Relation) and last.signs == ("=",):
        low = last.operands[1]
        names = (*under[:-1], last.operands[0])
        if all(isinstance(name, Name) for name in names):
            return tuple(Relation((name, low), ("=",)) for name in names)
    if len(under) > 1 and isinstance(last, Relation) and last.signs == ("in",):
        names = (*under[:-1], last.operands[0])
        if all(isinstance(name, Name) for name in names):
            return tuple(Relation((name, last.operands[1]), ("in",)) for name in names)
    return under


def check_bounds(kind: str, low: Node | None, high: Node | None, token: Token) -> None:
    """Raise MathsError for one bound alone, and for the upper bound of a limit."""
    if kind == "lim" and high is not None:
        raise MathsError(f"'{token.text}' is written {WRITTEN[kind]}", token.position)
    if kind != "lim" and (low is None) != (high is None):
        raise MathsError(
            f"'{token.text}' needs both bounds, as in {token.text}_{{i=1}}^{{n}}, or none",
            token.position,
        )


def spanned(part: Node, kind: str, token: Token) -> Range:
    """Return the variable, bounds and condition that stand under a sign. Raises MathsError."""
    if isinstance(part, Name | Index):
        return part, None, None, None
    if isinstance(part, Collection) and len(part.items) == 3:
        return part.items[0], part.items[1], part.items[2], None
    if kind == "lim" and isinstance(part, Logic) and isinstance(part.operands[0], Name):
        return part.operands[0], part.operands[1], None, None
    if isinstance(part, Relation):
        first = part.operands[0]
        if part.signs == ("=",) and isinstance(first, Name | Index):
            return first, part.operands[1], None, None
        if part.signs == ("<=", "<=") and isinstance(part.operands[1], Name):
            return part.operands[1], first, part.operands[2], None
        if isinstance(first, Name):
            return first, None, None, part
    letters = [
        node
        for node in part.walk()
        if isinstance(node, Name) and node.name not in ("true", "false")
    ]
    if letters and isinstance(part, Relation | Logic | Collection | Call | Big):
        return letters[0], None, None, part
    raise MathsError(f"under '{token.text}' stands a letter, or i=1", token.position)


def ranged(kind: str, body: Node, ranges: Sequence[Range], high: Node | None) -> Node:
    """Return a body under a sign, one sign for each variable; `high` is the bound of all."""
    for variable, low, top, where in reversed(ranges):
        top = top or high
        if not isinstance(variable, Name):
            body = Call(kind, (body,), 0, (where or variable,))
            continue
        if low is None and top is not None and kind != "lim":
            low = ONE
        plain = isinstance(where, Relation) and not set(where.signs) & {
            "in",
            "notin",
            "~",
            "⊂",
            "⊆",
            "∣",
            "←",
        }
        if kind == "sum" and plain and where is not None:
            body, where = Mul((indicator(Collection("list", (where,))), body)), None
        body = Big(kind, body, variable.name, low, top, where)
    return body


# Pieces.


def is_condition(node: Node) -> bool:
    """Return whether a node can be true or false."""
    negated = isinstance(node, Unary) and node.sign == "not"
    return negated or isinstance(node, Relation | Logic | Constant | Name)


def piece(value: Node, condition: Node, otherwise: Node | None = None) -> Node:
    """Return `value if condition else otherwise`; a further choice in the last is one with it."""
    if isinstance(otherwise, Piecewise):
        return Piecewise(
            (value, *otherwise.values), (condition, *otherwise.conditions), otherwise.otherwise
        )
    return Piecewise((value,), (condition,), otherwise)


def pieces(items: tuple[Node, ...]) -> Node | None:
    """Return `x if x > 0, 0 otherwise` as one choice, None for other lists."""
    if not (items and isinstance(items[0], Piecewise) and len(items) > 1):
        return None
    *first, last = items
    open_ones = [item for item in first if isinstance(item, Piecewise) and item.otherwise is None]
    if len(open_ones) != len(first):
        return None
    values = [value for item in open_ones for value in item.values]
    conditions = [condition for item in open_ones for condition in item.conditions]
    otherwise: Node | None = last
    if isinstance(last, Piecewise):
        otherwise = last.otherwise
        if last.conditions == (Constant("true"),):
            otherwise = last.values[0]
        else:
            values += last.values
            conditions += last.conditions
    return Piecewise(tuple(values), tuple(conditions), otherwise)


# Derivatives written as ratios.


def ratio(top: Node, bottom: Node) -> Node:
    """Return a fraction, or the derivative that a ratio of differentials is."""
    below = bottom.factors if isinstance(bottom, Mul) else (bottom,)
    factors = top.factors if isinstance(top, Mul) else (top,)
    above = factors[-1]
    marked = all(isinstance(part, Call) and part.function == "partial" for part in (above, *below))
    if not marked or not isinstance(above, Call):
        return Divide(top, bottom)
    body: Node = above.arguments[0] if above.arguments else HOLE
    for part in reversed(below):
        variable = part.children[0] if part.children else HOLE
        order: Node = ONE
        if isinstance(variable, Power):
            order, variable = variable.exponent, variable.base
        body = _derived(body, variable, order)
    return Mul((*factors[:-1], body)) if len(factors) > 1 else body


def _derived(body: Node, variable: Node, order: Node) -> Node:
    """Return a derivative; that of a body without the variable is left as a call."""
    times = int(order.value) if isinstance(order, Number) and order.text in "1234" else 0
    if not isinstance(variable, Name | Index):
        raise MathsError("a derivative is by a name: write diff(x^2, x)")
    base = variable.base if isinstance(variable, Index) else variable
    depends = isinstance(base, Name) and base.name in free_names(body)
    if times and (depends or _holds_hole(body)):
        return Derivative(body, variable, times)
    last = () if order == ONE else (order,)
    return Call("deriv", (body, variable, *last))


def _holds_hole(node: Node) -> bool:
    while isinstance(node, Derivative):
        node = node.body
    return node == HOLE


def applied(factors: list[Node]) -> list[Node]:
    """Return factors with a bare `d/dx` applied to those that follow it."""
    for at, factor in enumerate(factors):
        if isinstance(factor, Derivative) and _holds_hole(factor):
            rest = factors[at + 1 :]
            body = Constant("...") if not rest else rest[0] if len(rest) == 1 else Mul(tuple(rest))
            return [*factors[:at], _filled(factor, body)]
    return factors


def _filled(node: Derivative, body: Node) -> Node:
    inner = _filled(node.body, body) if isinstance(node.body, Derivative) else body
    return _derived(inner, node.variable, Number(str(node.order)))


# Marks and scripts.


def primed(node: Node) -> Node:
    """Return what a prime makes of a node: another name, or the transpose of an expression."""
    if isinstance(node, Name):
        return Name(node.name + "'")
    if isinstance(node, Index) and isinstance(node.base, Name):
        return Index(Name(node.base.name + "'"), node.indices)
    return Unary("T", node)


def starred(node: Node) -> Node:
    """Return what a star makes of a node: the name of another thing, such as the best policy."""
    if isinstance(node, Name) and accented(node.name + STAR) and not accented(node.name):
        return Name(node.name + STAR)
    if isinstance(node, Index) and isinstance(node.base, Name):
        return Index(starred(node.base), node.indices)
    return Call("star", (node,))


def norm(body: Node, under: tuple[Node, ...], kind: str) -> Node:
    """Return the norm that a subscript says: of a vector the second is the usual one."""
    if under in ((Name("F"),), (Name("fro"),)) or (under == (Number("2"),) and kind != "matrix"):
        return Call("norm", (body,))
    if under == (Number("2"),):
        return Call("spectral", (body,))
    if len(under) == 1 and under[0] in (Name("inf"), Name("p"), Name("q")):
        return Call("norm", (body, under[0]))
    if len(under) == 1 and isinstance(under[0], Number):
        return Call("norm", (body, under[0]))
    return Call("norm", (body,), 0, under)


def congruence(operands: list[Node], signs: list[str], modulus: Node) -> Node:
    """Return `a ≡ b (mod n)` as the equality of the remainders."""
    rests = tuple(Call("mod", (operand, modulus)) for operand in operands)
    return Relation(rests, tuple("=" if sign == "≡" else sign for sign in signs))


def derivative(items: tuple[Node, ...], token: Token) -> Node:
    """Return `diff(body, x, order)` from what stands in the brackets."""
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
    """Return `piecewise(value, condition, …, otherwise)` or `if(condition, value, else)`."""
    if kind == "if":
        if len(items) != 3:
            raise MathsError("if(condition, value, otherwise) has three parts", token.position)
        return Piecewise((items[1],), (items[0],), items[2])
    pairs: list[tuple[Node, ...]]
    if items and all(is_piece(item) for item in items[: max(1, len(items) - 1)]):
        whole = is_piece(items[-1])
        pairs = [item.children for item in (items if whole else items[:-1])]
        otherwise = None if whole else items[-1]
    else:
        pairs = [items[at : at + 2] for at in range(0, len(items) - 1, 2)]
        otherwise = items[-1] if len(items) % 2 else None
    if not pairs:
        raise MathsError("piecewise(value, condition, …, otherwise) is empty", token.position)
    return Piecewise(tuple(p[0] for p in pairs), tuple(p[1] for p in pairs), otherwise)


def matrix(items: tuple[Node, ...], kind: str, token: Token) -> Node:
    """Return `matrix([a, b], [c, d])` or the column `vector(a, b)`."""
    if kind == "vector":
        if not items:
            raise MathsError(f"'vector' is written {WRITTEN[kind]}", token.position)
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
