"""The sizes that matrices and vectors may have: those for which an expression has a value."""

from collections.abc import Mapping
from itertools import pairwise, permutations

from sims.maths.evaluation.symbols import MATRICES, VECTORS
from sims.maths.syntax.tree import Add, Big, Call, Index, Mul, Name, Node, Power, Unary

Shape = tuple[int, int]
Pair = tuple[str, str]  # the names of the two sizes of a matrix; "1" is one
SIZES = (3, 2, 4, 5, 6, 7)
SQUARE = frozenset({"det", "inv", "trace"})
ALIKE = frozenset({"hadamard", "dot", "KL", "crossentropy", "cov"})
NUMBERS = frozenset({"det", "trace", "norm", "dot", "total", "mean", "var", "std", "KL", "entropy",
                     "crossentropy", "logsumexp", "size", "cov"})  # fmt: skip
MOST = 6


class _ClashError(Exception):
    """Sizes that never fit, such as a column times a column."""


class _Sizes:
    """Which sizes of the matrices and vectors in an expression must be the same."""

    def __init__(self, domains: Mapping[str, str]) -> None:
        self.domains = domains
        self.same: dict[str, str] = {}

    def root(self, name: str) -> str:
        """Return the name that stands for all sizes that must equal this one."""
        while name in self.same:
            name = self.same[name]
        return name

    def join(self, left: str, right: str) -> None:
        """Make two sizes one."""
        left, right = self.root(left), self.root(right)
        if left != right:
            if left == "1":
                left, right = right, left
            self.same[left] = right

    def shape(self, name: str) -> Pair | None:
        """Return the sizes of a symbol; None for a number."""
        domain = self.domains.get(name, "real")
        if domain in VECTORS:
            return f"{name}.rows", "1"
        if domain == "symmetric matrix":
            return f"{name}.rows", f"{name}.rows"
        return (f"{name}.rows", f"{name}.columns") if domain in MATRICES else None

    def of(self, node: Node) -> Pair | None:
        """Return the sizes of an expression and note what they ask of each other."""
        if isinstance(node, Name):
            return self.shape(node.name)
        if isinstance(node, Index | Big):
            raise _ClashError
        parts = [self.of(child) for child in node.children]
        arrays = [part for part in parts if part is not None]
        if isinstance(node, Mul):
            return self._product(arrays)
        if isinstance(node, Unary) and node.sign == "T":
            return (parts[0][1], parts[0][0]) if parts[0] is not None else None
        if isinstance(node, Power) and parts[0] is not None:
            self.join(*parts[0])
        if isinstance(node, Call):
            return self._call(node.function, arrays)
        if isinstance(node, Add):
            self._alike(arrays)
        return arrays[0] if arrays else None

    def _alike(self, arrays: list[Pair]) -> None:
        for left, right in pairwise(arrays):
            self.join(left[0], right[0])
            self.join(left[1], right[1])

    def _product(self, arrays: list[Pair]) -> Pair | None:
        total = arrays[0] if arrays else None
        for part in arrays[1:]:
            if total is None:
                total = part
                continue
            self.join(total[1], part[0])
            total = (total[0], part[1])
            if self.root(total[0]) == self.root(total[1]) == "1":
                total = None
        return total

    def _call(self, name: str, arrays: list[Pair]) -> Pair | None:
        if name in SQUARE and arrays:
            self.join(*arrays[0])
        if name in ALIKE:
            self._alike(arrays)
        if name == "outer" and len(arrays) == 2:
            return arrays[0][0], arrays[1][0]
        if name == "diag" and arrays:
            return arrays[0][0], arrays[0][0]
        return None if name in NUMBERS or not arrays else arrays[0]


def shapes_of(node: Node, domains: Mapping[str, str]) -> tuple[dict[str, Shape], ...]:
    """Return sizes of the arrays, not all the same, for which an expression has a value.

    There are none where every size must be the same, or where indices tie them together.
    """
    arrays = [name for name, domain in domains.items() if domain in (*VECTORS, *MATRICES)]
    if not any(domains[name] in MATRICES for name in arrays):
        return ()
    if {"index", "size"} & set(domains.values()):
        return ()
    sizes = _Sizes(domains)
    try:
        sizes.of(node)
    except _ClashError:
        return ()
    pairs = {name: sizes.shape(name) for name in arrays}
    known = {name: (sizes.root(p[0]), sizes.root(p[1])) for name, p in pairs.items() if p}
    roots = sorted({root for pair in known.values() for root in pair} - {"1"})
    if len(roots) < 2 or len(roots) > MOST:
        return ()
    found = []
    for order in list(permutations(SIZES[: len(roots)]))[:: max(1, len(roots) - 1)][:2]:
        value = {"1": 1, **dict(zip(roots, order, strict=True))}
        found.append({name: (value[a], value[b]) for name, (a, b) in known.items()})
    return tuple(found)
