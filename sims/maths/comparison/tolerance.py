"""The tolerance of a number as it is written: what it says, and the rule it stands for."""

import re
from dataclasses import dataclass
from fractions import Fraction

from sims.maths.comparison.numbers import Rule, absolute, figures, relative
from sims.maths.errors import MathsError

_TOLERANCE = re.compile(
    r"(at least )?((?:[0-9]{1,60}(?:\.[0-9]{1,60})?|\.[0-9]{1,60})(?:e[+-]?[0-9]{1,3})?) ?"
    r"(?:(?P<relative>%|percent)|(?P<places>(?:decimal )?places?|decimals?|dp)"
    r"|(?P<figures>(?:significant )?figures?|sf)|(?P<errors>standard errors?|se|sigma))?"
)
_MOST_DIGITS = 50


@dataclass(frozen=True)
class Tolerance:
    """How far off a number may be, or how it must be written.

    `kind` is absolute, relative, places, figures or errors; `size` a distance, a share or a
    count. `at_least` lets more figures be given.
    """

    kind: str
    size: Fraction
    at_least: bool = False


def read_tolerance(text: str) -> Tolerance:
    """Return what a card's tolerance says. Raises MathsError for anything but these.

    `0.01` or `+-0.01`, `1%`, `2 places`, `3 figures`, `at least 3 figures`,
    `2 standard errors`.
    """
    found = _TOLERANCE.fullmatch(text.strip().lower().replace("±", "").replace("+-", "").strip())
    if found is None:
        raise MathsError(f"the tolerance '{text}' is not understood")
    kind = next((name for name, unit in found.groupdict().items() if unit), "absolute")
    size, at_least = Fraction(found[2]), found[1] is not None
    if kind in ("places", "figures"):
        if size.denominator != 1 or not (kind == "figures") <= size <= _MOST_DIGITS:
            raise MathsError(f"the tolerance '{text}' needs a whole number, at most {_MOST_DIGITS}")
    elif at_least:
        raise MathsError(f"the tolerance '{text}' says at least, which is for places and figures")
    return Tolerance(kind, size / 100 if kind == "relative" else size, at_least)


def of_tolerance(text: str, standard_error: Fraction | None = None) -> Rule:
    """Return the rule that a card's tolerance names. Raises MathsError like `read_tolerance`."""
    said = read_tolerance(text)
    if said.kind == "places":
        return absolute(Fraction(1, 2) / 10 ** int(said.size))
    if said.kind == "figures":
        return figures(int(said.size), at_least=said.at_least)
    if said.kind == "relative":
        return relative(said.size)
    if said.kind == "absolute":
        return absolute(said.size)
    if standard_error is None:
        raise MathsError("a tolerance in standard errors needs a simulation")
    return absolute(said.size * standard_error)
