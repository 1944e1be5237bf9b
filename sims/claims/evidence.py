"""What a verdict rests on: words for verdicts, kinds and levels, and the record of a decision."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What computing says of a claim. ``QUIZ`` is not decidable by machine."""

    HOLDS = "HOLDS"
    FAILS = "FAILS"
    CONDITIONAL = "CONDITIONAL"
    AGREES = "AGREES"
    """Not refuted at the points or cases that were tried, and not proved."""
    UNDECIDED = "UNDECIDED"
    QUIZ = "QUIZ"


class Kind(StrEnum):
    """How a claim can be checked."""

    FORMULA = "formula"
    NUMERIC = "numeric"
    EXPERIMENT = "experiment"
    STRUCTURAL = "structural"
    DEFINITIONAL = "definitional"


class EvidenceKind(StrEnum):
    """What a verdict rests on, in the one word that a person sees."""

    PROVED = "proved"
    """Algebra settled the general statement."""
    PROVED_FOR_SIZES = "proved for sizes"
    """Algebra settled the sizes that the scope names."""
    ALL_CASES = "all cases"
    """Every case of a finite object was looked at."""
    AGREES = "agrees"
    """Points or bounded cases agree; nothing is proved."""
    SIMULATED = "simulated"
    """An experiment's interval, in a model whose assumptions are stated."""
    RAN = "ran"
    """Real processes, ciphers or hardware, on this machine."""
    CITED = "cited"
    """A source says so; nothing was computed."""
    REFUTED = "refuted"
    """A counterexample, evaluated exactly or in intervals."""


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
class Mutant:
    """A statement a little unlike one that holds: ``refused``, or what is to be said of it."""

    says: str
    refused: bool
    reason: str = ""


@dataclass(frozen=True)
class Evidence:
    """One decision on one asserted value: of a bundled claim or of a claim in a note.

    ``statistic`` and ``interval`` are in the unit that ``says`` names; ``interval`` is None for
    decisions that are exact. ``seeds`` counts independent repetitions or points. ``kind`` and
    ``scope`` ("n = 2, 3, 4", "242 cases") say what the verdict rests on, ``decided_as`` what was
    decided, ``rule`` by which rule, ``condition`` under which condition alone it holds, ``right``
    what would be right. ``mutants`` are those made by machine.
    """

    verdict: Verdict
    says: str
    statistic: float | None = None
    interval: tuple[float, float] | None = None
    seeds: int = 0
    figures: dict[str, float] = field(default_factory=dict)
    kind: EvidenceKind | None = None
    scope: str = ""
    decided_as: str = ""
    rule: str = ""
    condition: str = ""
    counterexample: str = ""
    witness: str = ""
    right: str = ""
    conventions: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    mutants: tuple[Mutant, ...] = ()

    @property
    def shown(self) -> str:
        """The kind of evidence with its sign, as a person sees it; empty where there is none."""
        signs = {
            EvidenceKind.PROVED: "✓ proved",
            EvidenceKind.PROVED_FOR_SIZES: f"✓ proved for {self.scope or 'some sizes'}",
            EvidenceKind.ALL_CASES: f"✓ all {self.scope or 'cases'}",
            EvidenceKind.AGREES: f"≈ agrees at {self.scope or 'the points tried'}",
            EvidenceKind.SIMULATED: f"~ simulated{f', {self.scope}' if self.scope else ''}",
            EvidenceKind.RAN: "▸ ran here",
            EvidenceKind.CITED: "“ cited",
            EvidenceKind.REFUTED: f"✗ {self.counterexample or 'refuted'}",
        }
        return signs[self.kind] if self.kind else ""

    @property
    def power(self) -> float | None:
        """The share of the machine's mutants that was refused; None where none was made."""
        if not self.mutants:
            return None
        return sum(mutant.refused for mutant in self.mutants) / len(self.mutants)

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as JSON-able data."""
        return asdict(self) | {"shown": self.shown, "power": self.power}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Evidence":
        """Return the evidence that ``to_dict`` wrote."""
        values = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        values["verdict"] = Verdict(values["verdict"])
        if values.get("kind"):
            values["kind"] = EvidenceKind(values["kind"])
        if values.get("interval"):
            values["interval"] = tuple(values["interval"])
        for name in ("conventions", "definitions"):
            values[name] = tuple(values.get(name, ()))
        values["mutants"] = tuple(Mutant(**mutant) for mutant in values.get("mutants", ()))
        return cls(**values)
