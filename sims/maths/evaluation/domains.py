"""What a domain of reals is: its ends, its items, and what lies inside."""

from fractions import Fraction
from functools import lru_cache
from typing import Any

from sims.maths.errors import MathsError
from sims.maths.evaluation.evaluator import value_of
from sims.maths.syntax.parser import parse_text
from sims.maths.syntax.tree import Collection, Interval, is_infinite


@lru_cache(maxsize=256)
def ends_of(domain: str) -> tuple[Fraction | None, Fraction | None, list[Fraction] | None]:
    """Return the ends of a domain of reals, None where it has none, or its items if it is finite.

    Raises MathsError for `in` something that is no interval or set of numbers.
    """
    if domain in ("positive", "nonnegative"):
        return Fraction(0), None, None
    if domain == "negative":
        return None, Fraction(0), None
    if domain == "probability":
        return Fraction(0), Fraction(1), None
    if not domain.startswith("in "):
        return None, None, None
    node = parse_text(domain[3:], {})
    if isinstance(node, Collection) and node.kind == "set" and node.items:
        return None, None, [_exact(value_of(item, {})) for item in node.items]
    ends = node.items if isinstance(node, Collection) and len(node.items) == 2 else ()
    if isinstance(node, Interval):
        ends = (node.low, node.high)
    if len(ends) != 2:
        raise MathsError(f"the domain '{domain}' is not an interval or a set")
    low, high = (None if is_infinite(end) else _exact(value_of(end, {})) for end in ends)
    return low, high, None


def inside(domain: str, value: Any) -> bool:
    """Return whether a real lies in a domain, ends of intervals left out."""
    low, high, items = ends_of(domain)
    if items is not None:
        return value in items
    if domain == "nonnegative":
        return bool(value >= 0)
    return (low is None or value > low) and (high is None or value < high)


@lru_cache(maxsize=256)
def ends_within(domain: str) -> tuple[Fraction, ...]:
    """Return the ends of a domain of reals that belong to it."""
    low, high, items = ends_of(domain)
    if items is not None:
        return ()
    if domain == "probability":
        return Fraction(0), Fraction(1)
    node = parse_text(domain[3:], {}) if domain.startswith("in ") else None
    if isinstance(node, Collection) and node.kind == "list":
        closed = (True, True)
    else:
        closed = (
            (node.closed_low, node.closed_high) if isinstance(node, Interval) else (False, False)
        )
    return tuple(
        end for end, is_in in zip((low, high), closed, strict=True) if is_in and end is not None
    )


def _exact(value: Any) -> Fraction:
    return Fraction(str(value))
