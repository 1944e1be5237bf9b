"""Units of claims: those of the maths language, a year of 365.2425 days."""

from fractions import Fraction
from typing import TYPE_CHECKING

from sims.maths.comparison.units import Unit, table

if TYPE_CHECKING:
    pass


YEAR = Fraction("31556952")


OTHERS = {"years": "year", "weeks": "week", "yr": "year", "secs": "s", "mins": "minute"}


def unit_of(name: str) -> Unit | None:
    """Return the unit that a name is, a year of 365.2425 days."""
    name = OTHERS.get(name, name)
    unit = table().get(name)
    return Unit(YEAR, unit.dimensions) if unit is not None and name == "year" else unit
