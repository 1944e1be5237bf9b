"""What a comparison of two trees finds, and what it is made under."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from sims.maths.comparison.forms import KIND_WORDS
from sims.maths.comparison.result import Verdict
from sims.maths.evaluation.points import Shapes
from sims.maths.evaluation.prober import Prober
from sims.maths.evaluation.symbols import Symbols
from sims.maths.limits import Budget

PROVED, ALL_CASES, AGREES, REFUTED = "proved", "all cases", "agrees", "refuted"
ACCEPTED = ("equal", "equal-where-defined")


@dataclass(frozen=True)
class Finding:
    """What a comparison of two trees found, before it is put into words for a learner.

    `evidence` is how an accepted answer was seen to be right: `proved` (by algebra, or computed
    exactly), `all cases`, or `agrees` (at points).
    """

    verdict: Verdict
    outcome: str = ""
    witness: str = ""
    message: str = ""
    evidence: str = ""
    part: float | None = None  # the score, where it is neither full marks nor none
    unseen: bool = False  # whether a branch was not reached by any point

    @property
    def accepted(self) -> bool:
        """Return whether the two are equal."""
        return self.verdict in ACCEPTED


RIGHT = Finding("equal", "right")


@dataclass(frozen=True)
class Setting:
    """What a comparison is made under: declared names, the seed, the budget.

    `domain` is `common` where an answer need only agree where both are defined, `strict`
    where both must be defined at the same points; else it must be defined where the expected is.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    budget: Budget = field(default_factory=Budget)
    domain: str = ""

    def prober(
        self, symbols: Symbols, *, real: bool = True, shapes: tuple[Shapes, ...] = ()
    ) -> Prober:
        """Return a prober for some symbols."""
        return Prober(symbols, self.seed, self.budget, real=real, shapes=shapes)


def seed_of(*texts: str) -> int:
    """Return a seed fixed by the texts, so that the same answer gets the same verdict."""
    return int.from_bytes(hashlib.sha256("\0".join(texts).encode()).digest()[:8], "big")


def wrong_kind(given: str, wanted: str) -> Finding:
    """Return the finding for an answer of another kind than was asked for."""
    message = f"You gave {KIND_WORDS[given]}; {KIND_WORDS[wanted]} is asked for."
    return Finding("different", "wrong-kind", message=message)
