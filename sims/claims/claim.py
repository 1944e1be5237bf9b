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

from sims.claims.evidence import ACCEPTED, LEVELS, Evidence, EvidenceKind, Kind, Verdict
from sims.claims.statement import Statement, read_fence
from sims.run import Run

Procedure = Callable[[Any, Run], Evidence]


@dataclass(frozen=True)
class Case:
    """One value of a procedure's asserted argument, and what it says in words."""

    value: Any
    says: str


@dataclass(frozen=True)
class Claim:
    """One statement of the notes. `id` and `expected` are those of the claims list.

    A computed claim has either `asserted` (plain), or `statement` with `inside` and
    `outside` (conditional): one sentence with a gap, `{}`, that both cases fill, so that it is
    the same statement on both sides. A documented claim has no procedure.
    """

    id: str
    topic: str
    says: str
    """The sentence of the note."""
    kind: Kind
    by: EvidenceKind
    """What its truth would rest on; where it is refuted, the counterexample counts instead."""
    expected: Verdict
    rule: str = ""
    source: str = ""
    right: str = ""
    """What would be right, for a statement that does not simply hold."""
    assumptions: tuple[str, ...] = ()
    """What is assumed, and what the sentence's author would say is not tested."""
    scope: str = ""
    """The sizes, points or cases that were tried, where they are not all there are."""
    fence: str = ""
    """For a claim in the language of notes: the lines of its fence but for `claim`, which the
    value of each case is."""
    simulation: str = ""
    """The simulation that shows it, by its full name."""
    derivation: str = ""
    """The derivation that proves it, or the part of it that can be proved."""
    procedure: Procedure | None = None
    asserted: Case | None = None
    statement: str = ""
    inside: Case | None = None
    outside: Case | None = None
    mutant: Case | None = None
    control: Case | None = None

    def __post_init__(self) -> None:
        """Refuse a claim whose parts do not fit together."""
        if self.by is EvidenceKind.REFUTED:
            raise ValueError(f"claim {self.id}: name what its truth would rest on")
        if self.by is EvidenceKind.PROVED_FOR_SIZES and not self.scope:
            raise ValueError(f"claim {self.id}: name the sizes it is proved for")
        if self.procedure is None:
            if self.by is not EvidenceKind.CITED:
                raise ValueError(f"claim {self.id}: without a procedure it can only be cited")
            return
        if self.mutant is None or self.control is None:
            raise ValueError(f"claim {self.id}: a procedure needs a mutant and a control")
        if (self.asserted is None) == (self.inside is None or self.outside is None):
            raise ValueError(f"claim {self.id}: give asserted, or both inside and outside")
        if self.inside and self.outside:
            if self.statement.count("{}") != 1:
                raise ValueError(f"claim {self.id}: a condition fills one gap of its statement")
            if len(moved(self.inside.value, self.outside.value)) != 1:
                raise ValueError(f"claim {self.id}: a condition moves exactly one thing")
        if (self.inside is not None) != (self.statement != ""):
            raise ValueError(f"claim {self.id}: only a condition has a statement with a gap")

    @property
    def decided_as(self) -> str:
        """What was decided in the sentence's place; "" where nothing was."""
        if self.asserted:
            return self.asserted.says
        return " ".join(self.statement.replace("{}", "…").split())

    @property
    def written(self) -> Statement | None:
        """The fence that this claim could stand as in a note; None for one that is a program."""
        if not self.fence or self.asserted is None:
            return None
        statement = read_fence(f"{self.fence}\nclaim: {self.asserted.value}")
        return replace(statement, says=self.says)

    @property
    def condition(self) -> str:
        """Where a conditional statement holds and where it does not, from what was moved."""
        if not (self.inside and self.outside):
            return ""
        return f"{self.inside.says}; not {self.outside.says}"

    def told(self, name: str) -> str:
        """Return one case in words; those of a condition fill the gap of the statement."""
        case: Case = getattr(self, name)
        filled = name in ("inside", "outside")
        return self.statement.replace("{}", case.says) if filled else case.says

    def swapped(self) -> "Claim":
        """Return the claim with statement (of a CONDITIONAL, its inside) and mutant exchanged."""
        if self.asserted is None:
            assert self.inside is not None
            return replace(
                self,
                asserted=self.mutant,
                mutant=self.inside,
                inside=None,
                outside=None,
                statement="",
            )
        return replace(self, asserted=self.mutant, mutant=self.asserted)

    def undecided(self) -> "Judgement":
        """Return the judgement of a claim that could not be run to its end."""
        return Judgement(self, Verdict.UNDECIDED, None, {}, 0.0, "")


def moved(inside: Any, outside: Any) -> list[int]:
    """Return the places at which two asserted values differ; [0] for two that have no places."""
    if not (isinstance(inside, tuple) and isinstance(outside, tuple)):
        return [0] if inside != outside else []
    if len(inside) != len(outside):
        return [0]
    return [at for at, (a, b) in enumerate(zip(inside, outside, strict=True)) if a != b]


@dataclass(frozen=True)
class Judgement:
    """The outcome of running a claim. `cases` holds the evidence of each case that was run."""

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
    def control_passed(self) -> bool:
        """Whether the known truth was accepted."""
        return "control" in self.cases and self.cases["control"].verdict in ACCEPTED

    @property
    def evidence_kind(self) -> EvidenceKind | None:
        """What the verdict rests on; None where nothing was decided."""
        by = self.claim.by
        if self.verdict in (Verdict.UNDECIDED, Verdict.QUIZ):
            return None
        if by is EvidenceKind.PROVED and self.evidence and not self.evidence.proved:
            by = EvidenceKind.AGREES
        measured = (EvidenceKind.SIMULATED, EvidenceKind.RAN, EvidenceKind.CITED)
        refuted = self.verdict is Verdict.FAILS and by not in measured
        return EvidenceKind.REFUTED if refuted else by

    def to_dict(self) -> dict[str, Any]:
        """Return the judgement as JSON-able data, in the words of the command line's contract."""
        claim = self.claim
        return {
            "id": claim.id,
            "topic": claim.topic,
            "says": claim.says,
            "decided_as": claim.decided_as,
            "kind": claim.kind.value,
            "level": LEVELS[claim.by],
            "expected": claim.expected.value,
            "verdict": self.verdict.value,
            "condition": claim.condition if self.verdict is Verdict.CONDITIONAL else "",
            "statistic": self.evidence.statistic if self.evidence else None,
            "ci": self.evidence.interval if self.evidence else None,
            "seeds": self.evidence.seeds if self.evidence else 0,
            "effect_size": self._effect_size(),
            "evidence": self.evidence.says if self.evidence else "",
            "evidence_kind": self.evidence_kind.value if self.evidence_kind else None,
            "shown": self._shown(),
            "counterexample": self._counterexample(),
            "mutant": self._case("mutant", refused=self.mutant_refused),
            "control": self._case("control", passed=self.control_passed),
            "inside": self._case("inside"),
            "outside": self._case("outside"),
            "right": claim.right,
            "rule": claim.rule,
            "source": claim.source,
            "assumptions": list(claim.assumptions),
            "simulation": claim.simulation or None,
            "derivation": claim.derivation or None,
            "seconds": round(self.seconds, 3),
            "device": self.device,
        }

    def _shown(self) -> str:
        """Return the kind of evidence with its sign and scope, as a person sees it."""
        evidence = self.evidence or Evidence(self.verdict, "")
        scope = self.claim.scope
        if self.evidence_kind is EvidenceKind.ALL_CASES and not scope:
            scope = f"{evidence.seeds} cases" if evidence.seeds > 1 else "that it names"
        elif self.evidence_kind is EvidenceKind.SIMULATED and evidence.interval:
            low, high = evidence.interval
            scope = f"95 % {low:.4g} to {high:.4g}"
        counterexample = self._counterexample()
        kind = self.evidence_kind
        return replace(evidence, kind=kind, scope=scope, counterexample=counterexample).shown

    def _counterexample(self) -> str:
        """Return where the statement fails, or fails outside its condition; empty where nowhere."""
        deciding = self.cases.get("outside") or self.evidence
        if deciding is None or deciding.verdict is not Verdict.FAILS:
            return ""
        return deciding.counterexample or deciding.says

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
            "says": self.claim.told(name),
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
    if inside in ACCEPTED and outside is Verdict.FAILS:
        return Verdict.CONDITIONAL
    return inside if inside is outside else Verdict.UNDECIDED


def _bounded(claim: Claim, evidence: Evidence) -> Evidence:
    """Return the evidence with AGREES for HOLDS where only points or sizes were tried."""
    tried = claim.by in (EvidenceKind.PROVED_FOR_SIZES, EvidenceKind.AGREES)
    tried = tried or (claim.by is EvidenceKind.PROVED and not evidence.proved)
    if tried and evidence.verdict is Verdict.HOLDS:
        return replace(evidence, verdict=Verdict.AGREES)
    return evidence


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
            cases[name] = _bounded(claim, claim.procedure(case.value, run))
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
