"""Simulation of claims."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sims.claims.evidence import Evidence
    from sims.claims.language import Reading
    from sims.claims.laws import Law
    from sims.maths.limits import Budget


def simulated(reading: "Reading", laws: "list[Law]", why: str, budget: "Budget") -> "Evidence":
    """Return the evidence of a simulation."""
    from sims.claims.decide import undecided

    return undecided(f"there is no exact way here: {why}")
