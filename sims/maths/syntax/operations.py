"""From operands that were read to the node that a sign or a function makes of them."""

from sims.maths.errors import MathsError
from sims.maths.syntax import binders
from sims.maths.syntax.token import Token
from sims.maths.syntax.tree import (
    Add,
    Call,
    Collection,
    Divide,
    Mul,
    Name,
    Node,
    Number,
    Power,
    SetOperation,
    Unary,
)
from sims.maths.syntax.vocabulary import FUNCTIONS


def joined(sign: str, top: Node, bottom: Node, arrays: bool) -> Node:
    """Return two operands joined by `/`, `//`, `mod` or a product of arrays."""
    if sign in ("/", "./"):
        return binders.ratio(top, bottom)
    if sign == "\\":
        if not arrays:
            raise MathsError("'\\' divides by a matrix on the left: write b/a, or inv(A)*b")
        return Mul((Call("inv", (top,)), bottom))
    if sign == ".*":
        return Call("hadamard", (top, bottom)) if arrays else Mul((top, bottom))
    if sign == "//":
        return Call("floor", (binders.ratio(top, bottom),))
    function = {"⊙": "hadamard", "⊗": "kron", "∘": "compose"}.get(sign, "mod")
    return Call(function, (top, bottom))


def of_sets(terms: list[Node]) -> Node:
    """Return sets joined by + and - as their union and difference."""
    found = terms[0]
    for term in terms[1:]:
        inner = term.operand if isinstance(term, Unary) else term
        operation = "difference" if isinstance(term, Unary) else "union"
        found = SetOperation(operation, (found, inner))
    return found


def is_set(node: Node) -> bool:
    """Return whether a term is a set, with a sign or without."""
    inner = node.operand if isinstance(node, Unary) and node.sign == "-" else node
    return isinstance(inner, Collection) and inner.kind == "set" and len(inner.items) != 1


def call(function: str, arguments: tuple[Node, ...], token: Token) -> Node:
    """Return what a well-known function makes of its arguments. Raises MathsError."""
    fewest, most = FUNCTIONS[function]
    if not fewest <= len(arguments) <= most:
        wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        raise MathsError(
            f"'{token.text}' takes {wanted} argument{'s' * (most > 1)}, not {len(arguments)}: "
            f"{token.text}({', '.join('abc'[:most])})",
            token.position,
        )
    if function in ("entropy", "H"):
        function = "entropy" if len(arguments) == 1 else "crossentropy"
    signs = {"factorial": "!", "factorial2": "!!", "transpose": "T"}
    if function in signs:
        return Unary(signs[function], arguments[0])
    if function in ("pow", "square"):
        return Power(arguments[0], arguments[1] if function == "pow" else Number("2"))
    if function == "matmul":
        return Mul(arguments)
    if function == "mean" and len(arguments) > 1:
        return Divide(Add(arguments), Number(str(len(arguments))))
    if function == "root" and len(arguments) == 1:
        function = "sqrt"
    if function == "norm" and len(arguments) == 2 and arguments[1] == Number("2"):
        arguments = arguments[:1]
    return Call("log" if function == "ln" else function, arguments)


def is_infinite(items: tuple[Node, ...]) -> bool:
    """Return whether a pair has an infinite end and so must be an interval."""
    ends = [item.operand if isinstance(item, Unary) else item for item in items]
    return any(end == Name("inf") for end in ends)
