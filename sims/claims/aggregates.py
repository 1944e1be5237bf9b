"""Inequalities between sums, extremes and means of one vector, for every size.

Both sides are put in normal form over sums of entries; each such sum lies between known ends
(Cauchy and Schwarz, the extremes, differences in pairs), so that it is an end times or plus what
is not negative, and the sign of the gap is seen. Source: Hardy, Littlewood, Polya, Inequalities,
chapter 2; Gastwirth 1972 for the Gini coefficient.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import sympy

from sims.claims.domains import VECTORS
from sims.claims.entrywise import Form
from sims.claims.nonnegative import nonnegative
from sims.claims.reading import Reading
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.syntax.tree import Add, Big, Call, Index, Name, Node, Relation, Unary

Choice = dict[Any, Any]
MOST_CHOICES = 24


def proved(reading: Reading, goal: Relation) -> str | None:
    """Return the rule by which an inequality of sums over entries holds, or None."""
    used = reading.arrays_in(goal)
    sizes = {domain.sizes for domain in used.values()}
    kinds = {domain.kind for domain in used.values()}
    if len(sizes) != 1 or not kinds <= set(VECTORS):
        return None
    form = _Sums(reading, next(iter(sizes))[0])
    try:
        left, right = (form.number(side) for side in goal.operands)
    except (UndefinedError, KeyError, ValueError):
        return None
    low, high = (left, right) if goal.signs[0] in ("<", "<=") else (right, left)
    strict = goal.signs[0] in ("<", ">")
    gap = form.expanded(high - low) if not form.pairs else high - low
    more = sympy.Symbol("\0more", nonnegative=True, integer=True)
    for choice in itertools.islice(_choices(form, gap), MOST_CHOICES):
        moved = gap.subs(choice, simultaneous=True)
        moved = sympy.expand_log(moved.subs(form.n, 1 + more))
        if nonnegative(sympy.together(moved), strict) or nonnegative(moved, strict):
            return "sums over entries between their known ends"
    return None


class _Sums(Form):
    """Normal forms in which extremes and differences in pairs are symbols too."""

    def __init__(self, reading: Reading, size: Node) -> None:
        super().__init__(reading, size)
        self.extremes: dict[tuple[str, str], Any] = {}
        self.pairs: dict[str, Any] = {}

    def call(self, node: Call) -> Any:
        """Return a function of vectors; the largest and smallest entry are symbols."""
        if node.function in ("max", "min") and len(node.arguments) == 1:
            (inner,) = node.arguments
            if isinstance(inner, Name) and inner.name in self.reading.domains:
                key = (node.function, inner.name)
                sign = {"positive": True} if self.is_positive(inner.name) else {"real": True}
                symbol = sympy.Symbol(f"{node.function}({inner.name})", **sign)
                return self.extremes.setdefault(key, symbol)
        return super().call(node)

    def is_positive(self, name: str) -> bool:
        """Return whether no entry of a vector is negative."""
        return self.reading.domains[name].kind in ("positive vector", "simplex")

    def big(self, node: Big) -> Any:
        """Return a sum over entries; that of differences in pairs is a symbol."""
        inner = node.body
        if isinstance(inner, Big) and node.kind == inner.kind == "sum":
            body = inner.body
            if isinstance(body, Call) and body.function == "abs" and len(body.arguments) == 1:
                name = _pair(body.arguments[0], node.variable, inner.variable)
                if name:
                    symbol = sympy.Symbol(f"pairs({name})", nonnegative=True)
                    return self.pairs.setdefault(name, symbol)
        return super().big(node)

    def plain(self, name: str, function: Callable[[Any], Any]) -> Any:
        """Return the symbol of a sum of a function of the entries of a vector."""
        return self.sum(function(self.entry(name, "")), "")


def _pair(node: Node, i: str, j: str) -> str:
    """Return the vector of `x_i - x_j`, "" for anything else."""
    if not (isinstance(node, Add) and len(node.terms) == 2):
        return ""
    first, second = node.terms
    if isinstance(second, Unary) and second.sign == "-":
        ends = (first, second.operand)
        if all(isinstance(e, Index) and isinstance(e.base, Name) for e in ends):
            bases = {e.base.name for e in ends if isinstance(e, Index) and isinstance(e.base, Name)}
            places = {e.indices for e in ends if isinstance(e, Index)}
            if len(bases) == 1 and places == {(Name(i),), (Name(j),)}:
                return bases.pop()
    return ""


def _choices(form: _Sums, gap: Any) -> Iterator[Choice]:
    """Yield ways to write the sums of a gap as an end and what is not negative."""
    ways: list[list[Choice]] = []
    fresh = (sympy.Symbol(f"\0t{k}", nonnegative=True) for k in itertools.count())
    names = {name for name, _ in form.entries} | {name for _, name in form.extremes}
    names |= set(form.pairs)
    for name in sorted(names):
        total, squares = form.plain(name, lambda e: e), form.plain(name, lambda e: e**2)
        if squares in gap.free_symbols:
            ways.append([{squares: total**2 / form.n + next(fresh)}])
            if form.is_positive(name):
                ways[-1].append({squares: total**2 / (1 + next(fresh))})
        if name in form.pairs:
            if not form.is_positive(name):
                continue
            ways.append([{form.pairs[name]: 2 * (form.n - 1) * total / (1 + next(fresh))}, {}])
        for kind, sign in (("max", 1), ("min", -1)):
            extreme = form.extremes.get((kind, name))
            if extreme is None:
                continue
            exponents = form.plain(name, sympy.exp)
            if exponents in gap.free_symbols and sign == 1:
                ways.append([
                    {exponents: sympy.exp(extreme) * (1 + next(fresh))},
                    {exponents: form.n * sympy.exp(extreme) / (1 + next(fresh))},
                ])  # fmt: skip
            if total in gap.free_symbols:
                ways.append([{total: form.n * (extreme - sign * next(fresh))}])
    for chosen in itertools.product(*ways):
        yield {key: value for one in chosen for key, value in one.items()}
