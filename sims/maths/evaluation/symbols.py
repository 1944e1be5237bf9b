"""Which symbols some trees have, and the domain of each: declared, or inferred from use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Big, Call, Definition, Index, Logic, Name, Node, Unary

VECTORS = ("vector", "positive vector", "simplex", "random vector")
MATRICES = ("matrix", "symmetric matrix")
INTEGERS = ("integer", "natural", "index", "size")
NOT_REAL = frozenset({"boolean", "function", "name", "complex", *VECTORS, *MATRICES})
SCALARS = (
    "real", "positive", "nonnegative", "negative", "integer", "natural", "probability", "index",
    "complex", "boolean", "random", "event", "size", "name", "nonzero",
)  # fmt: skip
EVENTS = frozenset({"P", "Pr"})
LAWS = EVENTS | {"p", "q", "pi", "pistar", "f"}
OF_RANDOM = frozenset({"E", "Var", "Cov", "Std", "Corr", "H", "entropy", "I"})
KNOWN = (*VECTORS, *MATRICES, *SCALARS, "imaginary", "function", "expectation")


def runs(domain: str) -> bool:
    """Return whether a symbol of a domain may run along the real line."""
    return domain not in NOT_REAL


def symbol_key(node: Node, values: Mapping[str, Any]) -> str | None:
    """Return the name under which a symbol's value is kept; None for entries of vectors."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Index) and isinstance(node.base, Name):
        if isinstance(values.get(node.base.name), Matrix):
            return None
        return text(node)
    return None


@dataclass
class Symbols:
    """The free symbols of some trees with their domains.

    `laws` are the functions that are probabilities of what their arguments name.
    """

    domains: dict[str, str] = field(default_factory=dict)
    sizes: set[str] = field(default_factory=set)
    laws: frozenset[str] = frozenset()
    nodes: tuple[Node, ...] = ()

    @property
    def indexed(self) -> bool:
        """Return whether vectors, matrices or indices occur, so that sizes must be chosen."""
        return any(
            domain in VECTORS or domain in MATRICES or domain == "index"
            for domain in self.domains.values()
        ) or bool(self.sizes)

    @property
    def names(self) -> list[str]:
        """Return the keys in a fixed order."""
        return sorted(self.domains)


def check_domain(name: str, domain: str) -> None:
    """Raise MathsError for a domain that is not one of the known words."""
    if domain not in KNOWN and not domain.startswith("in "):
        raise MathsError(f"the domain '{domain}' of '{name}' is not known")


def symbols_of(nodes: Sequence[Node], variables: Mapping[str, str]) -> Symbols:
    """Return the symbols of the trees: declared, or inferred from how they are used."""
    found = Symbols(nodes=tuple(nodes))
    uses: dict[str, str] = {}
    for node in nodes:
        _uses(node, frozenset(), variables, uses, found)
    for key, use in uses.items():
        declared = variables.get(key)
        base = key.partition("_")[0]
        if declared is None and key != base and variables.get(base, "function") not in KNOWN[-2:]:
            declared = variables[base]
        domain = declared if declared is not None else use
        if domain in ("function", "expectation"):
            continue
        found.domains[key] = domain
    for key in found.sizes & set(found.domains):
        if variables.get(key, "integer") in ("integer", "natural", "size", "positive"):
            found.domains[key] = "size"
    found.sizes &= {key for key, domain in found.domains.items() if domain == "size"}
    found.sizes |= {key for key, domain in found.domains.items() if domain == "size"}
    _mark_random(found, variables)
    _mark_laws(found, variables)
    return found


def _mark_random(found: Symbols, variables: Mapping[str, str]) -> None:
    """Take capitals that nobody declared for random where a moment or entropy is taken of them.

    Where one is taken under another law, or given an event, it is left to the declarations.
    """
    calls = [part for node in found.nodes for part in node.walk()
             if isinstance(part, Call) and part.function in OF_RANDOM]  # fmt: skip
    given = [part for call in calls for part in call.arguments[call.bar or len(call.arguments) :]]
    if any(call.under for call in calls) or not all(isinstance(part, Name) for part in given):
        return
    inner = [part for call in calls if call.function not in variables for part in call.walk()
             if isinstance(part, Name)]  # fmt: skip
    bare = {part for call in calls for part in call.arguments}
    outer = {part for node in found.nodes for part in _outside(node, OF_RANDOM)}
    for part in inner:
        capital = part.name[0].isupper() and part.name not in variables
        constant = part in outer and part not in bare  # the N of Var(X/N) = Var(X)/N^2
        if capital and not constant and found.domains.get(part.name) == "real":
            found.domains[part.name] = "random"


def _mark_laws(found: Symbols, variables: Mapping[str, str]) -> None:
    """Take for laws the functions such as `p(y | x)` and `P(A or B)`, all of bare events.

    Their names become random: `event` where they only happen or not, else `random` with values,
    also those that a sum runs over.
    """
    parts = [part for node in found.nodes for part in node.walk()]
    calls = [part for part in parts if isinstance(part, Call)]
    laws = frozenset(
        name
        for name in {call.function for call in calls if call.function in LAWS}
        if all(_is_of_events(part) for call in calls if call.function == name
               for part in call.arguments)
        and (name in EVENTS or any(call.bar for call in calls if call.function == name))
    )  # fmt: skip
    named = {part.name for call in calls if call.function in laws
             for argument in call.arguments for part in argument.walk()
             if isinstance(part, Name)}  # fmt: skip
    if any(variables.get(name, "real") not in ("real", "random", "event") for name in named):
        return
    summed = {
        part.variable for node in found.nodes for part in node.walk() if isinstance(part, Big)
    }
    only = {part.name for call in calls if call.function in EVENTS & laws
            for argument in call.arguments for part in argument.walk()
            if isinstance(part, Name)}  # fmt: skip
    others = {part.name for node in found.nodes for part in _outside(node, EVENTS & laws)}
    if named:
        found.laws = laws
        for name in named & (found.domains.keys() | summed):
            events = name in only - others - summed and variables.get(name) != "random"
            found.domains[name] = "event" if events else "random"


def _outside(node: Node, laws: frozenset[str]) -> Iterator[Name]:
    """Yield the names of a tree that do not stand in a law."""
    if isinstance(node, Call) and node.function in laws:
        return
    if isinstance(node, Name):
        yield node
    for child in node.children:
        yield from _outside(child, laws)


def _is_of_events(node: Node) -> bool:
    """Return whether a tree is an event: a name, or events joined by and, or, not."""
    if isinstance(node, Name):
        return True
    joined = (isinstance(node, Logic) and node.connective in ("and", "or")) or (
        isinstance(node, Unary) and node.sign == "not"
    )
    return joined and all(map(_is_of_events, node.children))


def _put(uses: dict[str, str], key: str, use: str) -> None:
    if key not in uses or uses[key] == "real":
        uses[key] = use


def _uses(
    node: Node,
    bound: frozenset[str],
    variables: Mapping[str, str],
    uses: dict[str, str],
    found: Symbols,
) -> None:
    """Collect the symbols of a tree with what their place says of them."""

    def go(child: Node, inner: frozenset[str] = bound) -> None:
        _uses(child, inner, variables, uses, found)

    if isinstance(node, Name):
        if node.name not in bound:
            _put(uses, node.name, "real")
        return
    if isinstance(node, Index) and isinstance(node.base, Name):
        _index_uses(node, node.base.name, bound, variables, uses)
        names = {
            part.name for index in node.indices for part in index.walk() if isinstance(part, Name)
        }
        if node.base.name in variables or node.base.name in uses:
            for index in node.indices:
                _mark(index, "index", bound, uses)
        if names - bound and not _is_array(node.base.name, variables, uses):
            return
        return
    if isinstance(node, Big):
        ends = [end for end in (node.low, node.high) if end is not None]
        for end in ends:
            if node.kind != "int":
                _mark(end, "natural", bound, uses)
            go(end)
        if isinstance(node.high, Name) and node.kind != "int" and _runs_over(node):
            found.sizes.add(node.high.name)
        antiderivative = node.kind == "int" and not ends
        go(node.body, bound if antiderivative else bound | {node.variable})
        return
    if isinstance(node, Definition):
        go(node.body, bound | set(node.parameters))
        return
    if isinstance(node, Logic) or (isinstance(node, Unary) and node.sign == "not"):
        for child in node.children:
            if isinstance(child, Name) and child.name not in bound:
                _put(uses, child.name, "boolean")
    if isinstance(node, Unary) and node.sign in ("!", "!!"):
        _mark(node.operand, "natural", bound, uses)
    if isinstance(node, Call) and node.function in ("binomial", "delta"):
        for child in node.arguments:
            _mark(child, "index" if node.function == "delta" else "natural", bound, uses)
    for child in node.children:
        go(child)


def _mark(node: Node, use: str, bound: frozenset[str], uses: dict[str, str]) -> None:
    for part in node.walk():
        if isinstance(part, Name) and part.name not in bound:
            _put(uses, part.name, use)


def _is_array(name: str, variables: Mapping[str, str], uses: Mapping[str, str]) -> bool:
    domain = variables.get(name, uses.get(name, ""))
    return domain in VECTORS or domain in MATRICES


def _index_uses(
    node: Index,
    name: str,
    bound: frozenset[str],
    variables: Mapping[str, str],
    uses: dict[str, str],
) -> None:
    """Take `p_i` for an entry of a vector when `i` runs or `p` is one, else for a symbol."""
    running = any(
        part.name in bound or variables.get(part.name) == "index"
        for index in node.indices
        for part in index.walk()
        if isinstance(part, Name)
    )
    if _is_array(name, variables, uses) or running:
        _put(uses, name, "vector" if len(node.indices) == 1 else "matrix")
    else:
        _put(uses, text(node), "real")


def _runs_over(node: Big) -> bool:
    return any(
        isinstance(part, Index)
        and any(Name(node.variable) in index.walk() for index in part.indices)
        for part in node.body.walk()
    )
