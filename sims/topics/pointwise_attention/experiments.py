"""The claims of the notes on dilution and on many interests, decided by experiment."""

from typing import TYPE_CHECKING

from sims.claim import Case
from sims.evidence import Evidence, Kind, Level, Verdict
from sims.lazy import np
from sims.run import Run
from sims.statistics import experiment
from sims.topics.pointwise_attention.model import faithfulness, intensity, recovered, topic

if TYPE_CHECKING:
    from numpy.typing import NDArray


@topic.claim(
    "4.4",
    says="without signal dilution",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="copies: log growth of the projection on a repeated item, 1 to 16 copies; noise: cosine "
    "with a target among 1,000 distractors; the first method exceeds the second by 0.1; 50 paired "
    "seeds, two rounds",
    source="Zhai et al. 2024: softmax is robust to noise by construction",
    right="it keeps how often an item occurs, until the LayerNorm, and is diluted more by noise",
    assumptions=("target score 5, distractor scores N(0, 1), random directions of width 64",),
    inside=Case(("copies", "silu", "softmax"), "copies of an item count in full"),
    outside=Case(("noise", "silu", "softmax"), "a target stands out of noise at least as well"),
    mutant=Case(("copies", "silu+norm", "silu"), "after LayerNorm copies count in full as well"),
    control=Case(("noise", "softmax", "silu"), "softmax keeps the target better"),
)
def dilution(asserted: tuple[str, str, str], run: Run) -> Evidence:
    """Measure both methods on the same histories."""
    test, better, worse = asserted

    def measured(method: str, count: int, offset: int) -> "NDArray[np.float64]":
        stream = f"histories {offset}"
        if test == "noise":
            return faithfulness(method, 1000, count, run, stream).cpu().numpy()
        many = intensity(method, 16, count, run, stream)
        grown: NDArray[np.float64] = np.log(
            (many / intensity(method, 1, count, run, stream)).abs().cpu().numpy()
        )
        return grown

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        return measured(better, count, offset) - measured(worse, count, offset)

    return experiment(sample, margin=0.1, first=50, says=f"{test}: {better} less {worse}")


@topic.claim(
    "4.11",
    says="represent complex, multifaceted user interests",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="R^2 of a linear readout of four interests' item counts, first method less second, "
    "margin 0.1; 20 paired seeds of 300 users, two rounds",
    right="it keeps how strong each interest is; behind the LayerNorm only proportions are left, "
    "as with softmax",
    assumptions=("four interests with 0 to 10 items, width 16, every score near 1",),
    inside=Case(("silu", "softmax"), "pointwise sums tell the interests' strengths better"),
    outside=Case(("silu+norm", "softmax+norm"), "so they do behind the same LayerNorm"),
    mutant=Case(("softmax", "silu"), "softmax tells the interests' strengths better"),
    control=Case(("silu", "softmax+norm"), "better than softmax behind LayerNorm"),
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

    return experiment(sample, margin=0.1, says=f"R^2 of {better} less {worse}")
