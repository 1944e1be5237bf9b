"""Giving names their meaning: constants, bound variables, subscripts, kinds of things."""

from dataclasses import replace

from sims.maths.errors import MathsError
from sims.maths.syntax import to_text
from sims.maths.syntax.indicator import indicator
from sims.maths.syntax.names import Names
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
    Logic,
    Mul,
    Name,
    Node,
    Power,
    SetOperation,
    Unary,
)
from sims.maths.syntax.vocabulary import CONSTANTS, accented

ARITHMETIC = (Add, Mul, Divide, Power, Unary)
VECTORS = frozenset({"vector", "simplex", "positive vector", "random vector", "unit"})
MATRICES = frozenset({"matrix", "symmetric matrix", "symmetric", "psd", "orthogonal", "stochastic"})
ENTRYWISE = frozenset(
    {"log", "log2", "exp", "sqrt", "sigmoid", "tanh", "relu", "softmax", "silu", "gelu", "abs"}
)
INDICES = "ijklmn"
MOST_INDICES = 3
OF_RANDOM = {"var": "Var", "cov": "Cov", "std": "Std"}
PROBABILITIES = frozenset({"P", "Pr"})
COMPLEMENTS = (Name("c"), Name("C"))


# What sort of thing a tree is, by the declared names.


def kind_of(node: Node, names: Names) -> str:
    """Return `matrix`, `vector`, `row` or, where nothing says so, `scalar`."""
    if isinstance(node, Name):
        domain = names.variables.get(node.name, "").partition("(")[0].strip()
        return "matrix" if domain in MATRICES else "vector" if domain in VECTORS else "scalar"
    if isinstance(node, Collection):
        return {"matrix": "matrix", "list": "vector"}.get(node.kind, "scalar")
    if isinstance(node, Unary):
        inner = kind_of(node.operand, names)
        turned = {"vector": "row", "row": "vector"}.get(inner, inner)
        return turned if node.sign == "T" else inner
    if isinstance(node, Power):
        if node.exponent == Name("T"):
            return kind_of(Unary("T", node.base), names)
        return kind_of(node.base, names)
    if isinstance(node, Add):
        kinds = [kind_of(term, names) for term in node.terms]
        return next((kind for kind in kinds if kind != "scalar"), "scalar")
    if isinstance(node, Divide):
        return kind_of(node.numerator, names)
    if isinstance(node, Mul):
        return _kind_of_product([kind_of(factor, names) for factor in node.factors])
    if isinstance(node, Index):
        rows = kind_of(node.base, names) == "matrix" and len(node.indices) == 1
        return "vector" if rows else "scalar"
    if isinstance(node, Call) and node.function in ENTRYWISE and node.arguments:
        return kind_of(node.arguments[0], names)
    if isinstance(node, Call) and node.function in ("inv", "hadamard", "diag", "outer", "kron"):
        inner = kind_of(node.arguments[0], names) if node.arguments else "scalar"
        if node.function == "diag" and inner == "matrix":
            return "vector"
        return "matrix" if node.function in ("diag", "outer") else inner
    return "scalar"


def _kind_of_product(kinds: list[str]) -> str:
    found = "scalar"
    for kind in kinds:
        if kind == "scalar":
            continue
        if found == "scalar":
            found = kind
        elif (found, kind) in (("row", "vector"), ("vector", "vector")):
            found = "scalar"
        elif (found, kind) == ("vector", "row"):
            found = "matrix"
        elif found == "matrix":
            found = kind
    return found


def is_array(node: Node, names: Names) -> bool:
    """Return whether a name is declared a vector or matrix."""
    return isinstance(node, Name) and kind_of(node, names) != "scalar"


def are_vectors(left: Node, right: Node, names: Names) -> bool:
    """Return whether both are vectors, so that a dot between them is their inner product."""
    return kind_of(left, names) == kind_of(right, names) == "vector"


def is_indexed(name: str, card: Node | None) -> bool:
    """Return whether the expected answer has the name with a subscript."""
    return card is not None and any(
        isinstance(part, Index) and part.base == Name(name) for part in card.walk()
    )


def are_random(arguments: tuple[Node, ...], names: Names) -> bool:
    """Return whether all are random variables: declared so, or capitals nobody declared."""
    return all(
        isinstance(part, Name)
        and (
            "random" in names.variables.get(part.name, "")
            or (part.name not in names.variables and part.name[0].isupper())
        )
        for part in arguments
    )


def running(body: Node, names: Names) -> list[str]:
    """Return the letters that subscripts in a body have and nothing binds, in reading order.

    Those that the card has as free indices are left out.
    """
    free = _index_letters(names.card, frozenset()) if names.card is not None else []
    found = _index_letters(body, frozenset())
    return [
        letter
        for letter in dict.fromkeys(found)
        if letter not in free and names.variables.get(letter) != "index"
    ]


def _running_letters(label: str) -> str:
    """Return the letters of a subscript that run: one letter, or such as `ij`."""
    several = len(label) <= MOST_INDICES and set(label) <= set(INDICES)
    return label if (len(label) == 1 and label.islower()) or several else ""


def _index_letters(node: Node, bound: frozenset[str]) -> list[str]:
    if isinstance(node, Index):
        inside = [
            letter
            for index in node.indices
            for part in index.walk()
            if isinstance(part, Name)
            for letter in _running_letters(part.name)
        ]
        outer = [] if isinstance(node.base, Name) else _index_letters(node.base, bound)
        return [*outer, *(letter for letter in inside if letter not in bound)]
    if isinstance(node, Big):
        bound = bound | {node.variable}
    return [letter for child in node.children for letter in _index_letters(child, bound)]


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
    if not symbols and Name("i") in node.walk():
        names = replace(names, imaginary=True)
    return _resolve(node, names, symbols)


def _resolve(node: Node, names: Names, bound: frozenset[str]) -> Node:
    if isinstance(node, Name):
        if names.variables.get(node.name) == "imaginary":
            return Constant("i")
        whole = Name(node.name.removesuffix("'"))
        if whole != node and node.name not in names.variables and is_array(whole, names):
            return Unary("T", whole)
        mean = node.name.removesuffix("bar")
        barred = names.learner and mean != node.name and not names.known_to_card(node.name)
        if barred and kind_of(Name(mean), names) == "vector":
            return Call("mean", (Name(mean),))
        is_constant = (
            node.name in CONSTANTS and node.name not in bound and not names.known(node.name)
        )
        return Constant(node.name) if is_constant else node
    if isinstance(node, Index):
        return _index(node, names, bound)
    if isinstance(node, Big):
        inner = bound | {node.variable}
        low, high = (_resolve(end, names, bound) if end else None for end in (node.low, node.high))
        where = _resolve(node.where, names, inner) if node.where is not None else None
        body = _resolve(node.body, names, inner)
        return Big(node.kind, body, node.variable, low, high, where)
    if isinstance(node, Definition):
        inner = bound | set(node.parameters)
        return Definition(node.function, node.parameters, _resolve(node.body, names, inner))
    if isinstance(node, Derivative) and isinstance(node.variable, Name):
        bound = bound | {node.variable.name}
    if isinstance(node, Power) and node.exponent == Name("T") and "T" not in names.variables:
        base = _resolve(node.base, names, bound)
        if _has_array(base, names) or "T" in names.unsure:
            return Unary("T", base)
    resolved = node.map(lambda child: _resolve(child, names, bound))
    natural = isinstance(resolved, Power) and resolved.base == Constant("e")
    if natural and isinstance(resolved, Power) and kind_of(resolved.exponent, names) == "vector":
        return Call("exp", (resolved.exponent,))  # entry by entry
    if isinstance(node, ARITHMETIC):
        return resolved.map(_grouped)
    return _called(resolved, names) if isinstance(resolved, Call) else resolved


def _grouped(node: Node) -> Node:
    """Return what brackets around one part of an expression stand for: the part, or 1 or 0."""
    node = indicator(node)
    while isinstance(node, Collection) and node.kind in ("list", "set") and len(node.items) == 1:
        node = indicator(node.items[0])
    return node


def _called(node: Call, names: Names) -> Node:
    """Return a call with what the kinds of its arguments say of it."""
    if node.function == "abs" and kind_of(node.arguments[0], names) == "matrix":
        return Call("det", node.arguments)
    if node.function in OF_RANDOM and _has_random(node, names):
        return Call(OF_RANDOM[node.function], node.arguments)
    if node.function == "angle" and len(node.arguments) == 1 and _has_random(node, names):
        return Call("E", node.arguments)
    if node.function == "total":
        return _total(node.arguments[0], names)
    if node.function == "mean" and not isinstance(node.arguments[0], Name):
        return _mean(node, names)
    if node.function == "dot" and any(kind_of(a, names) == "matrix" for a in node.arguments):
        return Mul(node.arguments)
    if node.function in PROBABILITIES and names.variables.get(node.function) not in ("real",):
        return _of_events(node, names)
    return node


def _has_random(node: Node, names: Names) -> bool:
    return any(
        isinstance(part, Name) and names.variables.get(part.name) == "random"
        for part in node.walk()
    )


def _total(body: Node, names: Names) -> Node:
    """Return the sum of what is in its brackets: of vectors, the sum over all their entries.

    Products, quotients and powers of vectors are taken entry by entry there.
    """
    taken = {part.name for part in body.walk() if isinstance(part, Name | Constant)}
    taken |= {"i"} if names.imaginary else set()
    free = [x for x in INDICES if not names.known(x) and x not in taken]
    inner = _entry(body, free[0], names) if free else body
    return Call("total", (body,)) if inner == body else Big("sum", inner, free[0])


def _mean(node: Call, names: Names) -> Node:
    """Return the mean over the entries of an expression of vectors, such as `(x - y)^2`."""
    body = node.arguments[0]
    total = _total(body, names)
    named = [part for part in body.walk() if isinstance(part, Name)]
    vector = next((part for part in named if kind_of(part, names) == "vector"), None)
    if vector is None or not isinstance(total, Big):
        return node
    return Divide(total, Call("size", (vector,)))


def _entry(node: Node, letter: str, names: Names) -> Node:
    """Return one entry of an expression of vectors; of whole arrays in it, one of theirs."""
    if not any(is_array(part, names) for part in node.walk()):
        return node
    entrywise = isinstance(node, Add | Divide | Unary | Mul)
    if isinstance(node, Mul):
        entrywise = all(kind_of(factor, names) in ("vector", "scalar") for factor in node.factors)
    elif isinstance(node, Power):
        entrywise = kind_of(node.exponent, names) == "scalar"
    elif isinstance(node, Call):
        entrywise = node.function in ENTRYWISE - {"softmax"} or node.function == "hadamard"
    kind = kind_of(node, names)
    if kind == "matrix" or (kind == "scalar" and not entrywise):
        return node
    if isinstance(node, Call) and node.function == "hadamard":
        return Mul(tuple(_entry(argument, letter, names) for argument in node.arguments))
    if entrywise:
        return node.map(lambda child: _entry(child, letter, names))
    return Index(node, (Name(letter),))


def _of_events(node: Call, names: Names) -> Node:
    """Return `P(A and B)` and `P(A ∩ B)` as `P(A, B)`."""
    bar = node.bar or len(node.arguments)
    before = [event for part in node.arguments[:bar] for event in _events(part)]
    after = [event for part in node.arguments[bar:] for event in _events(part)]
    function = node.function if node.function in names.variables else "P"
    bar = len(before) if node.bar else 0
    return Call(function, (*before, *after), bar, node.under, node.parted)


def _events(node: Node) -> list[Node]:
    """Return the events that all happen in what stands between the brackets of a P."""
    node = _event(node)
    joined = isinstance(node, Logic) and node.connective == "and"
    return sorted(node.children, key=to_text.text) if joined else [node]


def _event(node: Node) -> Node:
    """Return an event in terms of and, or, not: `A ∪ B`, `A − B`, `A^c`, `A'`, `AB`."""
    if isinstance(node, SetOperation):
        first, *rest = map(_event, node.operands)
        if node.operation == "difference":
            return Logic("and", (first, *(Unary("not", other) for other in rest)))
        connective = {"union": "or", "intersection": "and"}[node.operation]
        return Logic(connective, (first, *rest))
    if isinstance(node, Logic) and node.connective in ("and", "or"):
        return node.map(_event)
    if isinstance(node, Unary) and node.sign == "not":
        return node.map(_event)
    if isinstance(node, Power) and node.exponent in COMPLEMENTS and _is_event(node.base):
        return Unary("not", node.base)
    if isinstance(node, Name) and node.name[:1].isupper():
        letter = node.name.removesuffix("'").removesuffix("bar")
        return Unary("not", Name(letter)) if letter != node.name else node
    if isinstance(node, Mul) and all(map(_is_event, node.factors)):
        return Logic("and", node.factors)
    if isinstance(node, Divide) and all(map(_is_event, node.children)):
        above, below = map(to_text.text, node.children)
        raise MathsError(f"what is given stands after a bar: write P({above} | {below})")
    return node


def _is_event(node: Node) -> bool:
    return isinstance(node, Name) and node.name.isalpha() and node.name.isupper()


def _has_array(node: Node, names: Names) -> bool:
    if isinstance(node, Collection):
        return node.kind in ("matrix", "list")
    return is_array(node, names) or any(_has_array(child, names) for child in node.children)


def _letters(item: Node) -> str:
    """Return the letters of a subscript such as `ij`, also where it was read as a product."""
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
            (node.base == Name("delta") and letters.isalpha())
            or all(one in bound or names.variables.get(one) == "index" for one in letters)
            or (bound & set(letters) and _running_letters(letters))
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
