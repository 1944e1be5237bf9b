"""Units of claims: those of the maths language, a year of 365.2425 days."""

import re
from collections.abc import Collection
from fractions import Fraction

from sims.maths.comparison.units import Unit, table

YEAR = Fraction("31556952")
OTHERS = {"years": "year", "weeks": "week", "yr": "year", "secs": "s", "mins": "minute"}
_DIVISOR = re.compile(
    r"/\s*(?P<number>\d[\d.]*(?:[eE][+-]?\d+)?)\s+(?P<unit>[A-Za-zμΩ]+)(?P<power>\^-?\d+)?(?![\w(])"
)


def divided(text: str, declared: Collection[str]) -> str:
    """Return `3 GB / 2 s` as `3 GB / (2 s)`: a number and its unit are one quantity."""

    def put(found: re.Match[str]) -> str:
        unit = found["unit"]
        if unit in declared or unit_of(unit) is None:
            return found[0]
        return f"/({found['number']} {unit}{found['power'] or ''})"

    return _DIVISOR.sub(put, text)


def unit_of(name: str) -> Unit | None:
    """Return the unit that a name is, a year of 365.2425 days."""
    name = OTHERS.get(name, name)
    unit = table().get(name)
    return Unit(YEAR, unit.dimensions) if unit is not None and name == "year" else unit
