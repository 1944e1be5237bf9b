"""Polynomials in draws, by the powers of each; their moments give expectations."""

from collections.abc import Mapping, Sequence

from sims.claims.arithmetic import ONE, product, total
from sims.maths.syntax.tree import Node

MOST_TERMS = 400


class NotExact(ArithmeticError):  # noqa: N818 - it says what is known
    """An expectation that has no exact route here; its text says why."""


Atom = tuple[str, str, int]
"""A draw's name, then `""` for itself, `"3"` for its third entry or `"sum"`, and a power."""


Monomial = tuple[tuple[Atom, int], ...]
"""Atoms with exponents; the power of an atom is that of each entry in a sum of powers."""


def raised_power(powers: Mapping[str, int], entry: str, by: int) -> dict[str, int]:
    """Return powers of entries with one of them raised."""
    return {**powers, entry: powers.get(entry, 0) + by}


def added(parts: Sequence[Mapping[Monomial, Node]]) -> dict[Monomial, Node]:
    """Return the sum of polynomials."""
    terms: dict[Monomial, list[Node]] = {}
    for part in parts:
        for monomial, scale in part.items():
            terms.setdefault(monomial, []).append(scale)
    return {monomial: total(scales) for monomial, scales in terms.items()}


def scaled(part: Mapping[Monomial, Node], by: Node) -> dict[Monomial, Node]:
    """Return a polynomial times a factor without draws."""
    return {monomial: product(by, scale) for monomial, scale in part.items()}


def multiplied(parts: Sequence[Mapping[Monomial, Node]]) -> dict[Monomial, Node]:
    """Return the product of polynomials."""
    result: dict[Monomial, Node] = {(): ONE}
    for part in parts:
        terms: dict[Monomial, list[Node]] = {}
        for one, a in result.items():
            for other, b in part.items():
                powers = dict(one)
                for atom, count in other:
                    powers[atom] = powers.get(atom, 0) + count
                terms.setdefault(tuple(sorted(powers.items())), []).append(product(a, b))
        result = {monomial: total(scales) for monomial, scales in terms.items()}
        if len(result) > MOST_TERMS:
            raise NotExact("this polynomial is too large")
    return result


def partitions(items: list[int]) -> list[list[list[int]]]:
    """Return every way to part a list into blocks."""
    if not items:
        return [[]]
    first, *rest = items
    found = []
    for blocks in partitions(rest):
        found.append([[first], *blocks])
        found += [[*blocks[:k], [first, *blocks[k]], *blocks[k + 1 :]] for k in range(len(blocks))]
    return found
