"""What a verdict rests on: words for verdicts and evidence, and the record of a decision.

A verdict and its evidence are two things. `HOLDS` by algebra and `HOLDS` by an experiment in a
model are shown with different words, and what only a source says is never shown as decided.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What computing says of a claim."""

    HOLDS = "HOLDS"
    FAILS = "FAILS"
    CONDITIONAL = "CONDITIONAL"
    """The same statement, true on one side of a condition and false on the other."""
    AGREES = "AGREES"
    """Not refuted at the points or cases that were tried, and not proved."""
    UNDECIDED = "UNDECIDED"
    QUIZ = "QUIZ"
    """Not for a machine to decide: an opinion, advice, or contested and empirical."""


ACCEPTED = (Verdict.HOLDS, Verdict.AGREES)
"""The verdicts of a statement that was not refuted."""


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


SIGNS = {
    EvidenceKind.PROVED: "✓",
    EvidenceKind.PROVED_FOR_SIZES: "✓",
    EvidenceKind.ALL_CASES: "✓",
    EvidenceKind.AGREES: "≈",
    EvidenceKind.SIMULATED: "~",
    EvidenceKind.RAN: "▸",
    EvidenceKind.CITED: "“",
    EvidenceKind.REFUTED: "✗",
}
"""The sign that stands for each kind of evidence wherever it is shown."""

LEVELS = {
    EvidenceKind.PROVED: "L1",
    EvidenceKind.PROVED_FOR_SIZES: "L1",
    EvidenceKind.ALL_CASES: "L1",
    EvidenceKind.AGREES: "L1",
    EvidenceKind.SIMULATED: "L2",
    EvidenceKind.RAN: "L3",
    EvidenceKind.CITED: "documented",
}
"""The level in `verify --json` of a claim whose truth would rest on this kind of evidence."""


@dataclass(frozen=True)
class Mutant:
    """A statement a little unlike one that holds: `refused`, or what is to be said of it."""

    says: str
    refused: bool
    reason: str = ""


@dataclass(frozen=True)
class Evidence:
    """One decision on one asserted value: of a bundled claim or of a claim in a note.

    `statistic` and `interval` are in the unit that `says` names; `interval` is None for
    decisions that are exact. `seeds` counts independent repetitions or points. `kind` and
    `scope` ("n = 2, 3, 4", "242 cases") say what the verdict rests on, `decided_as` what was
    decided, `rule` by which rule, `condition` under which condition alone it holds, `right`
    what would be right. `proved` says that algebra settled it. `mutants` are made by machine.
    """

    verdict: Verdict
    says: str
    statistic: float | None = None
    interval: tuple[float, float] | None = None
    seeds: int = 0
    figures: dict[str, float] = field(default_factory=dict)
    proved: bool = False
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
        if not self.kind:
            return ""
        words = {
            EvidenceKind.PROVED: "proved",
            EvidenceKind.PROVED_FOR_SIZES: f"proved for {self.scope or 'some sizes'}",
            EvidenceKind.ALL_CASES: f"all {self.scope or 'cases'}",
            EvidenceKind.AGREES: f"agrees at {self.scope or 'the points tried'}",
            EvidenceKind.SIMULATED: f"simulated{f', {self.scope}' if self.scope else ''}",
            EvidenceKind.RAN: "ran here",
            EvidenceKind.CITED: "cited",
            EvidenceKind.REFUTED: self.counterexample or "refuted",
        }
        return f"{SIGNS[self.kind]} {words[self.kind]}"

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
        """Return the evidence that `to_dict` wrote."""
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


LOST = "a stretch where one side alone is defined"
"""The rule by which an equation fails where one of its sides has no value."""


def undecided(reason: str) -> Evidence:
    """Return the evidence of a claim that nothing settles, with the reason."""
    return Evidence(Verdict.UNDECIDED, reason)
