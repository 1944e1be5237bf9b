"""Giving names their meaning: constants, bound variables, subscripts of several letters."""

from sims.maths.syntax.indicator import indicator
from sims.maths.syntax.tokens import Names
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Collection,
    Constant,
    Definition,
    Derivative,
    Divide,
    Index,
    Mul,
    Name,
    Node,
    Power,
    Unary,
)
from sims.maths.syntax.vocabulary import CONSTANTS, accented

ARITHMETIC = (Add, Mul, Divide, Power, Unary)
VECTORS = frozenset({"vector", "simplex", "matrix", "positive vector", "random vector"})


def resolve(node: Node, names: Names) -> Node:
    """Return the tree with constants told from symbols and subscripts taken apart."""
    subscripts = {
        part.name
        for index in node.walk()
        if isinstance(index, Index) or (isinstance(index, Call) and index.function == "delta")
        for item in index.children[isinstance(index, Index) :]
        for part in item.walk()
        if isinstance(part, Name)
    }
    symbols = frozenset({"i"} & subscripts)
    return _resolve(node, names, symbols)


def _resolve(node: Node, names: Names, bound: frozenset[str]) -> Node:
    if isinstance(node, Name):
        if names.variables.get(node.name) == "imaginary":
            return Constant("i")
        is_constant = (
            node.name in CONSTANTS and node.name not in bound and not names.known(node.name)
        )
        return Constant(node.name) if is_constant else node
    if isinstance(node, Index):
        return _index(node, names, bound)
    if isinstance(node, Big):
        inner = bound | {node.variable}
        ends = [_resolve(end, names, bound) if end else None for end in (node.low, node.high)]
        return Big(node.kind, _resolve(node.body, names, inner), node.variable, ends[0], ends[1])
    if isinstance(node, Definition):
        inner = bound | set(node.parameters)
        return Definition(node.function, node.parameters, _resolve(node.body, names, inner))
    if isinstance(node, Derivative) and isinstance(node.variable, Name):
        bound = bound | {node.variable.name}
    if isinstance(node, Power) and node.exponent == Name("T") and "T" not in names.variables:
        base = _resolve(node.base, names, bound)
        if _is_array(base, names):
            return Unary("T", base)
    resolved = node.map(lambda child: _resolve(child, names, bound))
    return resolved.map(indicator) if isinstance(node, ARITHMETIC) else resolved


def _is_array(node: Node, names: Names) -> bool:
    if isinstance(node, Collection):
        return node.kind in ("matrix", "list")
    if isinstance(node, Name):
        return names.variables.get(node.name, "") in VECTORS
    return any(_is_array(child, names) for child in node.children)


def _letters(item: Node) -> str:
    """Return the letters of a subscript such as ``ij``, also where it was read as a product."""
    if isinstance(item, Mul) and all(
        isinstance(f, Name) and len(f.name) == 1 for f in item.factors
    ):
        return "".join(f.name for f in item.factors if isinstance(f, Name))
    return item.name if isinstance(item, Name) else ""


def _index(node: Index, names: Names, bound: frozenset[str]) -> Node:
    parts: list[Node] = []
    for item in node.indices:
        letters = _letters(item)
        if len(letters) > 1 and (
            node.base == Name("delta")
            or all(one in bound or names.variables.get(one) == "index" for one in letters)
        ):
            parts.extend(Name(letter) for letter in letters)
        elif isinstance(item, Name):
            parts.append(item)
        else:
            parts.append(_resolve(item, names, bound | {"i"}))
    if isinstance(node.base, Name) and len(parts) == 1 and isinstance(parts[0], Name):
        spelt = node.base.name + parts[0].name
        if accented(spelt) and names.known(spelt):
            return Name(spelt)
    if node.base == Name("delta") and len(parts) == 2 and "delta" not in names.variables:
        return Call("delta", tuple(parts))
    return Index(_resolve(node.base, names, bound), tuple(parts))
