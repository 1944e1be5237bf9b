"""Chains and decision processes."""

from sims.claims.statement import ClaimError


def object_of(kind: str, body: str, place: tuple[str, int]) -> object:
    """Return the chain or process that a definition writes. Raises ClaimError."""
    raise ClaimError(f"a {kind} is not read yet", place)
