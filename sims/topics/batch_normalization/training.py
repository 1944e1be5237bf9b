"""The claims of the notes on training: covariate shift, learning rates, learning time."""

from dataclasses import replace
from typing import TYPE_CHECKING

from sims.claims import Case, Evidence, Kind, Verdict, enumeration, every, experiment, fact
from sims.lazy import np, torch
from sims.run import Run
from sims.topics.batch_normalization.model import (
    BATCH,
    RATES,
    WIDTH,
    Trained,
    networks,
    shifted,
    topic,
    trained,
    trained_alone,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS = 150
TARGETS = {"classes": 0.9, "regression": 0.5}
TARGET = TARGETS["classes"]
NETWORK = (
    "ReLU networks of width 24, He initialisation, full-batch SGD, 150 steps",
    "four classes of a random teacher, 96 samples; the target is 90 % of them",
    "rates 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 3, 10 and 100",
)

Comparison = tuple[str, str, float, int]
"""(one kind of network, another, factor, depth)."""
Rates = tuple[str, str, float, tuple[tuple[int, str], ...]]
"""(one kind of network, another, factor, (depth, task) each)."""


def _checked(run: Run) -> Evidence:
    """Check the training one network at a time, what is read off it, and the injected shift."""
    apart = [
        trained(kind, 2, 0, 2, 20, run.seed, run.device).accuracy[which]
        - trained_alone(kind, which, 20, run)
        for kind in ("none", "bn")
        for which in ((0, 1), (1, 3))
    ]
    second = networks(2, 2, run.generator()).weights[1].detach()
    curves = torch.tensor([[[0.2, 0.95, 1.0], [0.1, 0.2, 0.3]], [[0.0, 0.9, 0.2], [0.1, 0.2, 0.3]]])
    read = Trained((0.5, 1.0), curves)
    zeros, ones = (shifted(torch.full((200, 1, 50, 4), x), run.generator("h")) for x in (0.0, 1.0))
    moved, scaled = zeros.mean(-2), (ones - zeros).mean(-2)
    return every(
        [
            enumeration(
                len(apart),
                sum(float(gap.abs().max()) > 2.5 / BATCH for gap in apart),
                "networks trained otherwise than by torch's own layers",
            ),
            fact(abs(float(second.var()) * WIDTH / 2 - 1) < 0.3, "He initialisation"),
            fact(
                read.steps_to(0.9).tolist() == [[2.0, 6.0], [2.0, 6.0]]
                and read.largest_rate(0.9).tolist() == [0.5, 0.25],
                "steps and rates are read off known curves",
            ),
            fact(
                moved.shape == (200, 1, 4)  # one shift for each network, not for each pair of them
                and bool((zeros - moved[:, :, None]).abs().max() < 0.25)
                and 0.4 < float(moved.max()) < 0.6
                and abs(float(moved.mean())) < 0.05
                and 1.2 < float(scaled.max()) < 1.3
                and 0.95 < float(scaled.min()) < 1.05,
                "shifts and scales of features lie where they should",
            ),
        ]
    )


def _steps(kind: str, depth: int, first: int, count: int, run: Run) -> "NDArray[np.float64]":
    """Return each seed's steps to the target at its best rate, shape (count,)."""
    result = trained(kind, depth, first, count, STEPS, run.seed, run.device)
    best: NDArray[np.float64] = result.steps_to(TARGET).min(-1).values.cpu().numpy()
    return best


def _slower(asserted: Comparison, run: Run) -> Evidence:
    """Decide whether one kind needs more than a factor times the steps of the other."""
    one, other, factor, depth = asserted

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        slow, fast = (_steps(kind, depth, offset, count, run) for kind in (one, other))
        gaps: NDArray[np.float64] = np.log(slow / fast) - np.log(factor)
        return gaps

    says = f"log of steps {one} / {other}, less log {factor:g}"
    return every([experiment(sample, margin=0.0, first=10, says=says), _checked(run)])


topic.documented(
    "7.4",
    "provides some consistency between layers by reducing internal covariate shift",
    "contested: Ioffe & Szegedy 2015 say so, Santurkar et al. 2018, section 2.1, train as "
    "well with injected shift; the small networks of the simulation 'training' lie between the two",
    Verdict.QUIZ,
    kind=Kind.EXPERIMENT,
)

topic.simulated(
    "7.6",
    says="reduces the learning time",
    expected=Verdict.CONDITIONAL,
    rule="steps to the target, each kind at its best rate; log ratio of 10 paired seeds against "
    "log 1.5, two rounds; four networks train as torch's own layers do",
    source="Ioffe & Szegedy 2015, section 4.2; abstract: 14 times fewer steps for Inception",
    right="in deep networks, counted in steps (each step costs more); a single hidden layer "
    "gains nothing",
    assumptions=NETWORK,
    statement="normalization saves more than a third of the steps in networks with {}",
    inside=Case(("none", "bn", 1.5, 8), "8 hidden layers"),
    outside=Case(("none", "bn", 1.5, 1), "1 hidden layer"),
    mutant=Case(
        ("none", "bn", 14.0, 8),
        "14 times fewer steps with 8 hidden layers, as published for Inception",
    ),
    control=Case(("none", "bn", 1.0, 8), "with 8 hidden layers it needs fewer steps"),
    simulation="training",
)(_slower)


# The condition is the loss, not the depth: scaling the weights before a normalization changes
# nothing, and the loss of a classifier has a bounded slope, so hardly any rate is too high. The
# slope of a squared error is not bounded.
@topic.simulated(
    "7.5",
    says="allows a higher learning rate to be used",
    expected=Verdict.CONDITIONAL,
    rule="largest rate that ends at the target (not: that stays finite); log ratio of 10 paired "
    "seeds against the log of the asserted factor, two rounds; the largest rate tried stands for "
    "that or more, so a decision that would need it to be no more is open; four networks train as "
    "torch's own layers do",
    source="Ioffe & Szegedy 2015, section 3.3",
    right="in classifiers, deep or shallow; in a shallow regression the output layer, which "
    "nothing normalizes, limits the rate with and without it",
    assumptions=(*NETWORK, "the regression's target is half of the variance explained"),
    statement="normalized networks stand more than 3 times as high a rate in a {}",
    inside=Case(("bn", "none", 3.0, ((1, "classes"),)), "classifier with 1 hidden layer"),
    outside=Case(("bn", "none", 3.0, ((1, "regression"),)), "regression with 1 hidden layer"),
    mutant=Case(
        ("bn", "none", 2.0, ((1, "regression"),)),
        "at least twice as high a rate in a regression with 1 hidden layer, too",
    ),
    control=Case(("bn", "none", 1.0, ((8, "classes"),)), "with 8 hidden layers, a higher rate"),
    simulation="training",
)
def learning_rate(asserted: Rates, run: Run) -> Evidence:
    """Find the largest useful rate of each network."""
    one, other, factor, settings = asserted
    parts = [_higher(one, other, factor, depth, task, run) for depth, task in settings]
    return every([*parts, _checked(run)])


def _higher(one: str, other: str, factor: float, depth: int, task: str, run: Run) -> Evidence:
    """Decide whether one kind stands more than a factor times the rate of the other."""
    seen: dict[str, list[NDArray[np.float64]]] = {one: [], other: []}

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        for kind in (one, other):
            result = trained(kind, depth, offset, count, STEPS, run.seed, run.device, task)
            seen[kind].append(result.largest_rate(TARGETS[task]).numpy())
        gaps: NDArray[np.float64] = np.log(seen[one][-1] / seen[other][-1]) - np.log(factor)
        return gaps

    says = f"log of rates {one} / {other}, {depth} layers, {task}, less log {factor:g}"
    decided = experiment(sample, margin=0.0, first=10, says=says)
    least = {Verdict.HOLDS: other, Verdict.FAILS: one}.get(decided.verdict)
    if least and np.concatenate(seen[least]).max() >= RATES[-1]:
        return replace(decided, verdict=Verdict.UNDECIDED, says=f"{decided.says}, rates cut off")
    return decided
