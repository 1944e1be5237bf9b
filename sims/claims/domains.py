"""What the variables of a claim range over, and the values of each that are tried first.

A size is an expression: `vector(n)`, `matrix(m, 2)`. Values are exact: Fractions, truth values,
and matrices of Fractions; a vector is a column.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mpmath.libmp import to_rational

from sims.claims.statement import ClaimError, split
from sims.maths.errors import MathsError
from sims.maths.evaluation.evaluator import context
from sims.maths.syntax.names import Names
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tree import Collection, Interval, Name, Node, Number, free_names

SCALARS = (
    "real", "positive", "nonnegative", "negative", "nonzero", "integer", "natural", "size",
    "probability", "complex", "boolean", "prime", "index", "odd", "even",
)  # fmt: skip
VECTORS = ("vector", "simplex", "unit", "positive vector")
MATRICES = ("matrix", "symmetric", "psd", "orthogonal", "stochastic", "invertible", "diagonal")
FUNCTIONS = ("function", "increasing function", "convex function", "concave function", "name")
SYNONYMS = {
    "number": "real", "reals": "real", "int": "integer", "whole": "integer", "count": "natural",
    "positive integer": "size", "natural number": "natural", "bool": "boolean",
    "distribution": "simplex", "unit vector": "unit", "symmetric matrix": "symmetric",
    "stochastic matrix": "stochastic", "orthogonal matrix": "orthogonal",
    "prime number": "prime", "real number": "real", "positive real": "positive",
    "nonnegative integer": "natural", "positive integers": "size", "non-negative": "nonnegative",
    "psd matrix": "psd", "probability vector": "simplex", "invertible matrix": "invertible",
    "diagonal matrix": "diagonal", "square matrix": "matrix", "non-zero": "nonzero",
    "strictly positive": "positive", "pd": "positive definite", "dimension": "size",
}  # fmt: skip
LARGEST = 1_000_000
"""Cases of a finite domain that are counted up at most."""
LARGEST_SIZE = 12


@dataclass(frozen=True)
class Domain:
    """A set of values: its kind, the sizes of arrays, the ends of an interval, or the items."""

    kind: str
    sizes: tuple[Node, ...] = ()
    low: Node | None = None
    high: Node | None = None
    closed: tuple[bool, bool] = (True, True)
    items: tuple[Node, ...] = ()
    unit: str = ""
    written: str = field(default="", compare=False)

    @property
    def is_array(self) -> bool:
        """Whether its values are vectors or matrices."""
        return self.kind in VECTORS or self.kind in MATRICES or self.kind == "positive definite"

    @property
    def is_function(self) -> bool:
        """Whether its values are functions."""
        return self.kind in FUNCTIONS

    @property
    def is_integer(self) -> bool:
        """Whether its values are whole numbers."""
        return self.kind in (
            "integer", "natural", "size", "prime", "index", "residue", "integers", "odd", "even",
        )  # fmt: skip

    @property
    def syntax(self) -> str:
        """The word for it that the maths language knows."""
        if self.is_function:
            return "function" if self.kind != "name" else "name"
        if self.kind in ("index",):
            return "index"
        if self.kind in VECTORS:
            return "vector"
        if self.is_array:
            return "matrix"
        return "real"

    @property
    def words(self) -> str:
        """The domain as it was written."""
        return self.written or self.kind


def size_names(domains: Mapping[str, Domain]) -> set[str]:
    """Return the names that stand in sizes."""
    return {
        name
        for domain in domains.values()
        if domain.is_array
        for size in domain.sizes
        for name in free_names(size)
    }


def primes(limit: int) -> list[int]:
    """Return the primes up to a limit."""
    sieve = bytearray([1]) * (limit + 1)
    found = []
    for number in range(2, limit + 1):
        if sieve[number]:
            found.append(number)
            sieve[number * number :: number] = bytes(len(range(number * number, limit + 1, number)))
    return found


@dataclass(frozen=True)
class Ends:
    """The ends of an interval or the items of a finite set, as numbers."""

    low: Fraction | None = None
    high: Fraction | None = None
    closed: tuple[bool, bool] = (True, True)
    items: tuple[Any, ...] = ()
    whole: bool = False

    def all(self) -> Iterator[Any]:
        """Yield every value of a finite domain, from the low end up."""
        if self.items:
            yield from self.items
            return
        assert self.low is not None
        assert self.high is not None
        for number in range(int(self.low), int(self.high) + 1):
            yield Fraction(number)

    def count(self) -> int:
        """Return how many values there are."""
        if self.items:
            return len(self.items)
        assert self.low is not None
        assert self.high is not None
        return max(0, int(self.high) - int(self.low) + 1)


_GRAIN = 10**30
"""One over the distance at which the end of an interval that is no fraction is kept inside."""


def fraction_inside(value: Any, inward: int) -> Fraction:
    """Return an end as a Fraction; an irrational one moves a little up (`inward` 1) or down (-1).

    Raises MathsError for what is no number.
    """
    if isinstance(value, Fraction):
        return value
    if hasattr(value, "_mpf_"):
        number = context(40)
        near = Fraction(*map(int, to_rational(value._mpf_))).limit_denominator(10**6)
        if abs(value - number.mpf(near.numerator) / near.denominator) < number.mpf(10) ** -35:
            return near
        shifted = value * _GRAIN
        whole = number.ceil(shifted) + 1 if inward > 0 else number.floor(shifted) - 1
        return Fraction(int(whole), _GRAIN)
    raise MathsError("the end of an interval is a number")


def number(value: int) -> Node:
    """Return a small whole number as a tree."""
    return Number(str(value))


_IN = re.compile(r"(?P<kind>integer|integers|real|int)?\s*(?:in|∈)\s*(?P<set>[\[({].*[\])}])$")


def domain(words: str, name: str) -> Domain:
    """Return the domain that some words say. Raises ClaimError."""
    text = " ".join(words.split()).removeprefix("a ").removeprefix("an ")
    place = ("variables", 0)
    plain = SYNONYMS.get(text, text)
    if plain in SCALARS or plain in FUNCTIONS:
        return Domain(plain, written=text)
    try:
        if found := _IN.match(text):
            return _ranged(found["kind"] or "", found["set"], text)
        if found := re.fullmatch(r"(?P<kind>[A-Za-z -]+?)\s*\((?P<sizes>.+)\)", text):
            kind = SYNONYMS.get(found["kind"].strip(), found["kind"].strip())
            if kind == "quantity":
                return Domain("quantity", unit=found["sizes"].strip(), written=text)
            sizes = tuple(parse_named(part, Names()) for part in split(found["sizes"], ","))
            return _sized(kind, sizes, text)
        arrays = (*VECTORS, *MATRICES, "positive definite")
        if plain in arrays:
            return _sized(plain, (Name("n"),), text)
    except MathsError as error:
        raise ClaimError(
            f"the domain of {name}, {text}, cannot be read: {error.message}", place
        ) from None
    raise ClaimError(_unknown_domain(text, name), place)


def _unknown_domain(text: str, name: str) -> str:
    from difflib import get_close_matches

    every = (*SCALARS, *VECTORS, *MATRICES,
             *FUNCTIONS, *SYNONYMS)  # fmt: skip
    close = get_close_matches(text.partition("(")[0].strip(), every, 1)
    hint = (
        f"did you mean {close[0]}?"
        if close
        else (
            "it can be real, positive, integer, probability, in (0, 1), vector(n), matrix(m, n), …"
        )
    )
    return f"the domain {text[:40]!r} of {name} is not known; {hint}"


def _sized(kind: str, sizes: tuple[Node, ...], text: str) -> Domain:
    if kind == "residue":
        return Domain("residue", sizes, written=text)
    if kind in VECTORS:
        if len(sizes) != 1:
            raise MathsError(f"{kind} has one size, such as {kind}(n)")
        return Domain(kind, sizes, written=text)
    if kind in MATRICES or kind == "positive definite":
        if len(sizes) == 1:
            sizes = (sizes[0], sizes[0])
        if len(sizes) != 2 or (kind not in ("matrix", "stochastic") and sizes[0] != sizes[1]):
            raise MathsError(f"{kind} is written {kind}(n)")
        return Domain(kind, sizes, written=text)
    raise MathsError(f"{kind!r} is not a kind of vector or matrix")


def _ranged(kind: str, text: str, written: str) -> Domain:
    node = parse_named(text, Names())
    whole = kind.startswith("int")
    if isinstance(node, Collection) and node.kind == "set":
        if not node.items:
            raise MathsError("the set is empty")
        return Domain("set", items=node.items, written=written)
    if isinstance(node, Interval):
        low, high, closed = node.low, node.high, (node.closed_low, node.closed_high)
    elif isinstance(node, Collection) and len(node.items) == 2 and node.kind in ("list", "tuple"):
        (low, high), is_closed = node.items, node.kind == "list"
        closed = (is_closed, is_closed)
    else:
        raise MathsError("a domain is an interval such as (0, 1) or [1, 6], or a set {1, 2, 3}")
    return Domain("integers" if whole else "interval", (), low, high, closed, written=written)
