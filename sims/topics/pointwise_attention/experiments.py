"""The claims of the notes on dilution and on many interests, decided by experiment."""

from functools import cache
from typing import TYPE_CHECKING

from sims.claims import (
    Case,
    Evidence,
    Verdict,
    check_counts,
    enumeration,
    every,
    experiment,
    fact,
    require,
)
from sims.lazy import torch
from sims.run import Run
from sims.topics.pointwise_attention.model import (
    MOST,
    expected_faithfulness,
    expected_intensity,
    faithfulness,
    histories,
    intensity,
    recovered,
    topic,
    weights,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COPIES, DISTRACTORS = 16, 1000


@topic.simulated(
    "4.4",
    says="without signal dilution",
    expected=Verdict.FAILS,
    rule="copies: log growth of the projection on a repeated item, 1 to 16 copies; noise: cosine "
    "with a target among 1,000 distractors; the first method exceeds the second by 0.1; 50 paired "
    "seeds, two rounds; both agree with their expectations",
    source="Zhai et al. 2024: softmax is robust to noise by construction",
    right="it is diluted more by noise than softmax; what it keeps, until the LayerNorm, is how "
    "often an item occurs",
    assumptions=("target score 5, distractor scores N(0, 1), random directions of width 64",),
    mutant=Case(
        ("copies", "silu+norm", "silu"), "after LayerNorm copies of an item count in full as well"
    ),
    control=Case(("noise", "softmax", "silu"), "softmax keeps the target better"),
    asserted=Case(
        ("noise", "silu", "softmax"), "a target stands out of noise better than under softmax"
    ),
    simulation="noise",
    derivation="copies",
)
def dilution(asserted: tuple[str, str, str], run: Run) -> Evidence:
    """Measure both methods on the same histories."""
    test, better, worse = asserted

    def measured(method: str, count: int, offset: int) -> "NDArray[np.float64]":
        stream = f"histories {offset}"
        if test == "noise":
            kept = faithfulness(method, DISTRACTORS, count, run, stream)
        else:
            many = intensity(method, COPIES, count, run, stream)
            kept = (many / intensity(method, 1, count, run, stream)).abs().log()
        one_a_seed: NDArray[np.float64] = kept.reshape(count).cpu().numpy()
        return one_a_seed

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        return measured(better, count, offset) - measured(worse, count, offset)

    decided = experiment(sample, margin=0.1, first=50, says=f"{test}: {better} less {worse}")
    return every([decided, _expected(run)])


@cache
def _expected(run: Run) -> Evidence:
    """Check both simulations against their expectations: 3 % of one, 0.03 of the other's cosine."""
    off = []
    for method in ("softmax", "silu"):
        for copies in (1, COPIES):
            seen = float(intensity(method, copies, 400, run, "expected").mean())
            off.append(seen / expected_intensity(method, copies) - 1)
        for distractors in (30, DISTRACTORS):
            seen = float(faithfulness(method, distractors, 200, run, "expected").mean())
            off.append(seen - expected_faithfulness(method, distractors))
    wrong = sum(not abs(deviation) <= 0.03 for deviation in off)
    return enumeration(len(off), wrong, "simulations off their expectation")


def _check_histories(run: Run) -> None:
    """Raise ArithmeticError unless users have 1 to 10 items of each interest and only these weigh.

    The number of items is uniform; an absent one must not count under either kind of weights.
    """
    counts, scores, _ = histories(10, run, "whole")
    drawn = torch.bincount(counts.long().flatten())[1:]
    check_counts(drawn, torch.full((MOST,), 1 / MOST, device=run.device), "items of an interest")
    for method in ("softmax", "silu"):
        weighty = weights(method, scores).abs() > 1e-6
        require(
            torch.equal(weighty.reshape(*counts.shape, MOST).double().sum(3), counts),
            says=f"void run: {method} does not weigh just the items of a user",
        )


@topic.simulated(
    "4.11",
    says="represent complex, multifaceted user interests",
    rule="share of the variance of four interests' item counts that a linear readout explains on "
    "new users, first method less second, margin 0.1; 20 paired seeds of 300 users, two rounds; "
    "only items that a user has weigh, and pointwise sums explain more than 0.9",
    right="it keeps how strong each interest is; behind the LayerNorm only proportions are left, "
    "as with softmax",
    assumptions=("four interests with 1 to 10 items, width 16, every score near 1",),
    mutant=Case(("silu+norm", "softmax+norm"), "so it does behind HSTU's LayerNorm"),
    control=Case(("silu", "softmax+norm"), "better than from softmax behind LayerNorm"),
    asserted=Case(
        ("silu", "softmax"),
        "a readout tells the strengths of four interests better from pointwise sums than from "
        "softmax's",
    ),
    simulation="copies",
)
def interests(asserted: tuple[str, str], run: Run) -> Evidence:
    """Fit the readout on the same users for both methods."""
    better, worse = asserted

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        high, low = (
            recovered(method, count, run, f"users {offset}").cpu().numpy()
            for method in (better, worse)
        )
        gap: NDArray[np.float64] = high - low
        return gap

    _check_histories(run)
    # Ten users say nothing of ten others, however well a readout of 17 numbers fits the first ten.
    few = float(recovered("silu", 10, run, "few", users=20).mean())
    require(few < 0.9, says="the readout is scored on the users that it is fitted on")
    decided = experiment(sample, margin=0.1, says=f"explained by {better} less {worse}")
    # A weighted sum is linear in the counts: only the noise keeps the readout from all of them.
    whole = float(recovered("silu", 10, run, "whole").mean())
    return every([decided, fact(0.9 < whole < 1, f"pointwise sums explain {whole:.3f}")])
