"""Claims: what is asserted, how it is decided, and the evidence.

A topic imports from here; the modules are for those who read how a decision is made.
"""

from sims.claims.claim import Case, Claim, judge
from sims.claims.evidence import Evidence, EvidenceKind, Kind, Verdict
from sims.claims.exact import (
    EXACT,
    POINTS,
    agree,
    all_proved,
    enumeration,
    every,
    fact,
    figure,
    identity,
    is_zero,
    not_,
    proof,
    require,
)
from sims.claims.experiment import experiment, mean_interval
from sims.claims.samplers import check_counts, check_mean, check_sampler

__all__ = [
    "EXACT",
    "POINTS",
    "Case",
    "Claim",
    "Evidence",
    "EvidenceKind",
    "Kind",
    "Verdict",
    "agree",
    "all_proved",
    "check_counts",
    "check_mean",
    "check_sampler",
    "enumeration",
    "every",
    "experiment",
    "fact",
    "figure",
    "identity",
    "is_zero",
    "judge",
    "mean_interval",
    "not_",
    "proof",
    "require",
]
