"""Claims: statements that computing decides, each judged beside a mutant and a positive control.

A claim has one decision procedure whose first argument is what is asserted. The notes' statement,
the mutant and the control are three values of it, so a procedure that cannot tell them apart is
void: its verdict is UNDECIDED, whatever it says of the statement alone.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sims.claims.evidence import Evidence, Kind, Level, Verdict
from sims.run import Run

Procedure = Callable[[Any, Run], Evidence]


@dataclass(frozen=True)
class Case:
    """One value of a procedure's asserted argument, and what it says in words."""

    value: Any
    says: str


@dataclass(frozen=True)
class Claim:
    """One statement of the notes. ``id`` and ``expected`` are those of the claims list.

    A computed claim has either ``asserted`` (plain) or ``inside`` and ``outside`` (conditional:
    it must hold inside its condition and fail outside). A documented claim has no procedure.
    """

    id: str
    topic: str
    says: str
    kind: Kind
    level: Level
    expected: Verdict
    rule: str = ""
    source: str = ""
    right: str = ""
    """What would be right, for a statement that does not simply hold."""
    assumptions: tuple[str, ...] = ()
    procedure: Procedure | None = None
    asserted: Case | None = None
    inside: Case | None = None
    outside: Case | None = None
    mutant: Case | None = None
    control: Case | None = None

    def __post_init__(self) -> None:
        """Refuse a claim whose parts do not fit together."""
        if self.procedure is None:
            if self.level is not Level.DOCUMENTED:
                raise ValueError(f"claim {self.id}: without a procedure it can only be documented")
            return
        if self.mutant is None or self.control is None:
            raise ValueError(f"claim {self.id}: a procedure needs a mutant and a control")
        if (self.asserted is None) == (self.inside is None or self.outside is None):
            raise ValueError(f"claim {self.id}: give asserted, or both inside and outside")

    def swapped(self) -> "Claim":
        """Return the claim with statement (of a CONDITIONAL, its inside) and mutant exchanged."""
        if self.asserted is None:
            return replace(self, inside=self.mutant, mutant=self.inside)
        return replace(self, asserted=self.mutant, mutant=self.asserted)

    def undecided(self) -> "Judgement":
        """Return the judgement of a claim that could not be run to its end."""
        return Judgement(self, Verdict.UNDECIDED, None, {}, 0.0, "")


@dataclass(frozen=True)
class Judgement:
    """The outcome of running a claim. ``cases`` holds the evidence of each case that was run."""

    claim: Claim
    verdict: Verdict
    evidence: Evidence | None
    cases: dict[str, Evidence]
    seconds: float
    device: str

    @property
    def mutant_refused(self) -> bool:
        """Whether the mutant was shown false. UNDECIDED is not a refusal."""
        return "mutant" in self.cases and self.cases["mutant"].verdict is Verdict.FAILS

    @property
    def mutant_passed(self) -> bool:
        """Whether the mutant was accepted, which voids the check."""
        return "mutant" in self.cases and self.cases["mutant"].verdict is Verdict.HOLDS

    @property
    def control_passed(self) -> bool:
        """Whether the known truth was accepted."""
        return "control" in self.cases and self.cases["control"].verdict is Verdict.HOLDS

    def to_dict(self) -> dict[str, Any]:
        """Return the judgement as JSON-able data, in the words of the command line's contract."""
        claim = self.claim
        return {
            "id": claim.id,
            "topic": claim.topic,
            "says": claim.says,
            "kind": claim.kind.value,
            "level": claim.level.value,
            "expected": claim.expected.value,
            "verdict": self.verdict.value,
            "statistic": self.evidence.statistic if self.evidence else None,
            "ci": self.evidence.interval if self.evidence else None,
            "seeds": self.evidence.seeds if self.evidence else 0,
            "effect_size": self._effect_size(),
            "evidence": self.evidence.says if self.evidence else "",
            "mutant": self._case("mutant", refused=self.mutant_refused),
            "control": self._case("control", passed=self.control_passed),
            "inside": self._case("inside"),
            "outside": self._case("outside"),
            "right": claim.right,
            "rule": claim.rule,
            "source": claim.source,
            "assumptions": list(claim.assumptions),
            "seconds": round(self.seconds, 3),
            "device": self.device,
        }

    def _effect_size(self) -> float | None:
        """Return Cohen's d of an experiment's paired differences, None without a spread."""
        size = self.evidence.figures.get("effect_size") if self.evidence else None
        return size if size is not None and math.isfinite(size) else None

    def _case(self, name: str, **outcome: bool) -> dict[str, Any] | None:
        """Return one case's words, verdict and evidence, or None if it was not run."""
        if name not in self.cases:
            return None
        evidence = self.cases[name]
        return {
            "says": getattr(self.claim, name).says,
            **outcome,
            "verdict": evidence.verdict.value,
            "statistic": evidence.statistic,
            "ci": evidence.interval,
            "evidence": evidence.says,
        }


def _combined(cases: dict[str, Evidence]) -> Verdict:
    """Return the verdict of the statement alone, before mutant and control are looked at."""
    if "asserted" in cases:
        return cases["asserted"].verdict
    inside, outside = cases["inside"].verdict, cases["outside"].verdict
    if (inside, outside) == (Verdict.HOLDS, Verdict.FAILS):
        return Verdict.CONDITIONAL
    return inside if inside is outside else Verdict.UNDECIDED


def judge(claim: Claim, run: Run) -> Judgement:
    """Run a claim, its mutant and its control through the one procedure.

    Every case gets the same run, so the same seeds. The verdict is the statement's own only if
    the mutant was refused and the control passed; otherwise the check is void: UNDECIDED.
    """
    started = time.perf_counter()
    cases: dict[str, Evidence] = {}
    if claim.procedure is None:
        return Judgement(claim, claim.expected, None, cases, 0.0, run.device)
    for name in ("asserted", "inside", "outside", "mutant", "control"):
        case: Case | None = getattr(claim, name)
        if case is not None:
            cases[name] = claim.procedure(case.value, run)
    verdict = _combined(cases)
    judgement = Judgement(
        claim,
        verdict,
        cases.get("asserted") or cases.get("inside"),
        cases,
        time.perf_counter() - started,
        run.device,
    )
    if not (judgement.mutant_refused and judgement.control_passed):
        return replace(judgement, verdict=Verdict.UNDECIDED)
    return judgement
