"""Positive semidefinite by form, and what follows of numbers: for every size.

A sum of `B^T B`, of declared matrices that are positive semidefinite, and of `B^T P B` with one
of these in the middle is so; its trace, determinant and eigenvalues are not negative.
"""

from collections.abc import Callable, Mapping

from sims.claims.domains import Domain
from sims.claims.reading import Reading, ordered
from sims.maths.syntax.tree import (
    TWO,
    ZERO,
    Add,
    Call,
    Divide,
    Mul,
    Name,
    Node,
    Power,
    Relation,
    Unary,
    free_names,
)

Sign = Callable[[Node, bool], bool]
"""Says whether a number is at least (or above) 0."""


def psd_by_form(node: Node, reading: Reading, sign: Sign, strict: bool = False) -> bool:
    """Return whether a matrix is seen to be positive semidefinite (or definite) by its form."""
    if isinstance(node, Name):
        domain = reading.domains.get(node.name)
        kinds: tuple[str, ...] = ("positive definite",)
        kinds += () if strict else ("psd",)
        return domain is not None and domain.kind in kinds
    if isinstance(node, Add):
        every = all(psd_by_form(term, reading, sign) for term in node.terms)
        return every and (
            not strict or any(psd_by_form(term, reading, sign, True) for term in node.terms)
        )
    if isinstance(node, Divide):
        return sign(node.denominator, True) and psd_by_form(node.numerator, reading, sign, strict)
    if isinstance(node, Unary) and node.sign == "T":
        return psd_by_form(node.operand, reading, sign, strict)
    if isinstance(node, Call) and node.function == "eye":
        return True
    if isinstance(node, Call) and node.function == "inv":
        return psd_by_form(node.arguments[0], reading, sign, True)
    if isinstance(node, Power) and isinstance(node.base, Name) and node.exponent == TWO:
        domain = reading.domains.get(node.base.name)
        kinds = ("positive definite",)
        kinds += () if strict else ("psd", "symmetric")
        return domain is not None and domain.kind in kinds
    return isinstance(node, Mul) and _product(node, reading, sign, strict)


def _product(node: Mul, reading: Reading, sign: Sign, strict: bool) -> bool:
    scalars = [f for f in node.factors if not _is_array(f, reading)]
    arrays = [f for f in node.factors if _is_array(f, reading)]
    if scalars and not sign(scalars[0] if len(scalars) == 1 else Mul(tuple(scalars)), strict):
        return False
    if len(arrays) == 1:
        return psd_by_form(arrays[0], reading, sign, strict)
    if strict:
        return False
    half = len(arrays) // 2
    if any(_turned(arrays[k], reading) != arrays[-1 - k] for k in range(half)):
        return False
    return len(arrays) % 2 == 0 or psd_by_form(arrays[half], reading, sign)


def _is_array(node: Node, reading: Reading) -> bool:
    if isinstance(node, Call) and node.function in ("inv", "eye", "transpose"):
        return True
    if isinstance(node, Unary | Add | Power | Divide):
        return any(_is_array(part, reading) for part in node.children)
    domain = reading.domains.get(node.name) if isinstance(node, Name) else None
    return domain is not None and domain.is_array


def _turned(node: Node, reading: Reading) -> Node:
    if isinstance(node, Unary) and node.sign == "T":
        return node.operand
    domain = reading.domains.get(node.name) if isinstance(node, Name) else None
    if domain is not None and domain.kind in ("symmetric", "psd", "positive definite", "diagonal"):
        return node
    return Unary("T", node)


def sign_by_form(goal: Relation, reading: Reading, sign: Sign) -> str:
    """Return the rule by which a number of matrices is at least 0, empty where none is seen."""
    low, high, strict = ordered(goal)
    if low != ZERO:
        return ""
    if isinstance(high, Call) and high.function in ("min", "max") and len(high.arguments) == 1:
        high = high.arguments[0]
    matrix = high.arguments[0] if isinstance(high, Call) and len(high.arguments) == 1 else None
    if isinstance(high, Call) and matrix is not None and high.function in NOT_NEGATIVE:
        if psd_by_form(matrix, reading, sign, strict):
            return f"{NOT_NEGATIVE[high.function]} of a matrix positive semidefinite by form"
        return ""
    if not strict and isinstance(high, Mul) and _product(high, reading, sign, False):
        return "a quadratic form of a positive semidefinite matrix"
    return ""


NOT_NEGATIVE = {
    "det": "the determinant", "trace": "the trace", "eigenvalues": "the eigenvalues",
}  # fmt: skip


def without_eigenvalues(node: Node) -> Node:
    """Return a tree with the sum and the product of eigenvalues as trace and determinant."""
    node = node.map(without_eigenvalues)
    if isinstance(node, Call) and node.function in ("total", "sum", "prodof") and node.arguments:
        inner = node.arguments[0]
        if isinstance(inner, Call) and inner.function == "eigenvalues":
            return Call("det" if node.function == "prodof" else "trace", inner.arguments)
    return node


def shape_as_equation(node: Node, domains: Mapping[str, Domain]) -> Node:
    """Return `symmetric(A)` as `A^T = A`, `orthogonal(A)` of square ones as `A^T*A = I`."""
    if isinstance(node, Call) and node.function == "symmetric" and len(node.arguments) == 1:
        (matrix,) = node.arguments
        return Relation((Unary("T", matrix), matrix), ("=",))
    if isinstance(node, Call) and node.function == "orthogonal" and len(node.arguments) == 1:
        (matrix,) = node.arguments
        arrays = [domains[n] for n in free_names(matrix) if n in domains and domains[n].is_array]
        sizes = {size for domain in arrays for size in domain.sizes}
        if len(sizes) == 1 and all(len(domain.sizes) == 2 for domain in arrays):
            square = Mul((Unary("T", matrix), matrix))
            return Relation((square, Call("eye", (sizes.pop(),))), ("=",))
    return node
