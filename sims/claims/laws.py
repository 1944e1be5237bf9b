"""Laws of random variables."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sims.claims.domains import Domain
    from sims.claims.language import Reading


def parameter_domains(reading: "Reading") -> "dict[str, Domain]":
    """Return the domains that laws give to their parameters."""
    return {}
