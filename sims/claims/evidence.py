"""What a verdict rests on: words for verdicts, kinds and levels, and the record of a decision."""

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What computing says of a claim. ``QUIZ`` is not decidable by machine."""

    HOLDS = "HOLDS"
    FAILS = "FAILS"
    CONDITIONAL = "CONDITIONAL"
    UNDECIDED = "UNDECIDED"
    QUIZ = "QUIZ"


class Kind(StrEnum):
    """How a claim can be checked."""

    FORMULA = "formula"
    NUMERIC = "numeric"
    EXPERIMENT = "experiment"
    STRUCTURAL = "structural"
    DEFINITIONAL = "definitional"


class Level(StrEnum):
    """What a verdict was decided on, strongest for its subject first."""

    IDENTITY = "L1"
    """An algebraic identity, or full enumeration of a finite object."""
    SIMULATOR = "L2"
    """A simulator, or an experiment in a model, with its assumptions stated."""
    PROCESSES = "L3"
    """Real processes, libraries or ciphers on this machine."""
    HARDWARE = "L4"
    """The real hardware the claim is about."""
    DOCUMENTED = "documented"
    """A citation: nothing was computed."""


LEVEL_WORDS = {
    Level.IDENTITY: "an identity, or all cases counted",
    Level.SIMULATOR: "an experiment in a model",
    Level.PROCESSES: "real processes on this machine",
    Level.HARDWARE: "the real hardware",
    Level.DOCUMENTED: "a citation; nothing was computed",
}
"""What each level means, for the learner."""


@dataclass(frozen=True)
class Evidence:
    """One decision on one asserted value.

    ``statistic`` and ``interval`` are in the unit that ``says`` names; ``interval`` is None for
    decisions that are exact. ``seeds`` counts independent repetitions or points.
    """

    verdict: Verdict
    says: str
    statistic: float | None = None
    interval: tuple[float, float] | None = None
    seeds: int = 0
    figures: dict[str, float] = field(default_factory=dict)
