"""The claims on imitation and reinforcement, decided for tabular policies."""

from typing import TYPE_CHECKING

from sims.claims import Case, Evidence, Verdict, every, experiment, fact, require
from sims.lazy import np, scipy
from sims.run import Run
from sims.topics.training_stages.model import topic

if TYPE_CHECKING:
    from numpy.typing import NDArray


WRONG, DEMONSTRATIONS, ANSWERED = 3, 400, 2000
"""Wrong answers beside the right one, demonstrations to a learner, answers of the learner."""


@topic.simulated(
    "2.15",
    says="SFT can only imitate the demonstrations it's shown",
    expected=Verdict.CONDITIONAL,
    rule="success of the fitted policy less that of its demonstrator (0.6) stays below 5 points, "
    "and is 0 within 3 where it samples; 20 seeds of 400 demonstrations, 2,000 answers each, two "
    "rounds",
    right="sampled at temperature 1; its most likely answer can beat its demonstrator",
    assumptions=("one right answer among four, wrong ones equally likely",),
    statement="a policy fitted to demonstrations does no better than its demonstrator when it "
    "answers "
    "with {}",
    inside=Case(("sampled", 0.05), "a draw at temperature 1"),
    outside=Case(("greedy", 0.05), "its most likely answer"),
    mutant=Case(("greedy", 0.2), "with its most likely answer it gains less than 20 points"),
    control=Case(("wrong answers only", 0.05), "shown wrong answers only, it does no better"),
    simulation="reinforce",
)
def imitation(asserted: tuple[str, float], run: Run) -> Evidence:
    """Fit answer frequencies by maximum likelihood, and answer from them."""
    decoding, gain = asserted
    q = 0.0 if decoding == "wrong answers only" else 0.6
    gains: list[float] = []

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        for seed in range(offset, offset + count):
            rng = run.rng(f"demonstrations {seed}")
            shown = rng.multinomial(DEMONSTRATIONS, [q, *np.full(WRONG, (1 - q) / WRONG)])
            sampled = rng.binomial(ANSWERED, shown[0] / DEMONSTRATIONS) / ANSWERED
            gains.append((shown.argmax() == 0 if decoding == "greedy" else sampled) - q)
        return gain - np.array(gains[offset:])

    decided = experiment(sample, margin=0.0, says=f"{gain:g} less the gain, {decoding}")
    if decoding == "greedy":
        return decided
    mean = float(np.mean(gains))
    return every([decided, fact(abs(mean) < 0.03, f"mean gain {mean:+.3f}: it is as good")])


RANKED, SHOWN = 50, 5000


def rank_correlation(demonstrators: str, run: Run, stream: str) -> float:
    """Return Spearman's correlation of fitted p and reward over 50 answers, shown 5,000 times."""
    rng = run.rng(stream)
    reward, taste = rng.normal(size=(2, RANKED))
    pull = {"indifferent": taste, "better than random": taste + reward, "perfect": reward}
    frequency = rng.multinomial(SHOWN, scipy.special.softmax(pull[demonstrators]))
    return float(scipy.stats.spearmanr(frequency, reward).statistic)


@topic.simulated(
    "2.16",
    says="It doesn't know what makes a response better than another",
    expected=Verdict.CONDITIONAL,
    rule="Spearman correlation of log p and reward lies below 0.15; 20 seeds, two rounds",
    right="it ranks by how often a response was shown; where demonstrators are better than random "
    "that says something of quality",
    assumptions=("50 answers, 5,000 demonstrations, frequencies by taste and reward",),
    statement="the likelihood of a response says nothing of its reward where demonstrators {}",
    inside=Case(("indifferent", 0.15), "do not look at the reward"),
    outside=Case(("better than random", 0.15), "are better than random"),
    mutant=Case(
        ("perfect", 0.5),
        "it ranks no better than 0.5 even where demonstrators follow the reward alone",
    ),
    control=Case(("better than random", 0.99), "its ranking is not that of the rewards"),
    simulation="reinforce",
)
def ranking(asserted: tuple[str, float], run: Run) -> Evidence:
    """Fit frequencies and compare their order with the rewards'."""
    demonstrators, most = asserted

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        return np.array(
            [
                most - rank_correlation(demonstrators, run, f"answers {offset + i}")
                for i in range(count)
            ]
        )

    return experiment(sample, margin=0.0, says=f"{most:g} less the correlation, {demonstrators}")


def reinforced(start: float, steps: int = 400, rate: float = 1.0) -> float:
    """Return the success after exact policy-gradient ascent on an exact verifier's reward.

    The policy answers right with probability `start` at first; from 0 there is no way up.
    """
    logit = scipy.special.logit(start)
    for _ in range(steps):
        p = scipy.special.expit(logit)
        logit += rate * p * (1 - p)
    return float(scipy.special.expit(logit))


def climbed(start: float, end: float) -> float:
    """Return the time that gradient flow takes between two chances of success, exactly.

    With x the logit, dx/dt = p (1 - p) = 1/(e^x + 2 + e^-x), so t = e^x + 2x - e^-x.
    """
    x = scipy.special.logit(np.array([start, end]))
    return float(np.diff(2 * np.sinh(x) + 2 * x)[0])


@topic.simulated(
    "2.30",
    says="can exceed average human performance because the signal is objective",
    rule="success after 400 exact gradient steps from the asserted start exceeds 95 %, over "
    "learning rates of 0.5, 1 and 2; small steps follow the gradient flow's closed form to 1 %",
    right="if the right answer has some probability to begin with",
    assumptions=("a two-outcome softmax policy, the exact gradient, an exact verifier",),
    asserted=Case(0.3, "from a demonstrator's 30 % it gets above 95 %"),
    mutant=Case(0.0, "from no support at all it gets above 95 %"),
    control=Case(0.96, "from 96 % it stays above 95 %"),
    simulation="reinforce",
)
def verifiable_rewards(asserted: float, run: Run) -> Evidence:
    """Climb the expected reward."""
    ends = [reinforced(asserted, rate=rate) for rate in (0.5, 1.0, 2.0)]
    reached = fact(min(ends) > 0.95, f"from {asserted:.0%} to {min(ends):.1%}", min(ends))
    time = climbed(0.3, reinforced(0.3, steps=4000, rate=0.01))
    return every([reached, fact(abs(time / 40 - 1) < 0.01, f"40 units of time: {time:.2f}")])


RESPONSES, RIGHT, SHARED = 10, 5, 0.9
Training = tuple[str, float]
"""(way, learning rate)."""


def forgetting(
    training: Training, seeds: int, run: Run, stream: str, steps: int = 4000
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Return (rise of an old task's loss, KL(base || new) on a new task), shape (seeds,) each.

    Each task has ten answers. The base policy gives the old one's right answer nine times of ten,
    which may be right or wrong in the new task, where five are right. A change of the logits
    on the new task moves those on the old one by the share that the tasks have in common.
    Fine-tuning raises the likelihood of one right answer that a teacher picked; on-policy
    reinforcement rewards any right one; both stop at 90 % success. Raises ArithmeticError if a
    policy has not learnt the task after `steps` steps.
    """
    way, rate = training
    rng = run.rng(stream)
    base, old = rng.normal(size=(2, seeds, RESPONSES))
    known = np.eye(RESPONSES, dtype=bool)[rng.integers(RESPONSES, size=seeds)]
    old[known] = np.log(9 * np.exp(old).sum(1, where=~known))
    before = _losses(old, known)
    require(np.abs(before + np.log(0.9)) < 1e-9, says="the old task is not known to 90 %")
    right = np.arange(RESPONSES) < RIGHT
    taught = np.eye(RESPONSES)[rng.integers(RIGHT, size=seeds)]
    moved = np.zeros_like(base)
    for _ in range(steps):
        p = scipy.special.softmax(base + moved, axis=1)
        success = p[:, right].sum(1, keepdims=True)
        if (success >= 0.9).all():
            divergence: NDArray[np.float64] = scipy.special.rel_entr(
                scipy.special.softmax(base, axis=1), p
            ).sum(1)
            return _losses(old + SHARED * moved, known) - before, divergence
        slope = p * (right - success) if way == "reinforcement" else taught - p
        moved = np.where(success >= 0.9, moved, moved + rate * slope)
    raise ArithmeticError(f"{way} does not learn the task in {steps} steps")


def _losses(logits: "NDArray[np.float64]", answers: "NDArray[np.bool_]") -> "NDArray[np.float64]":
    """Return minus the log probability of each row's answer, (seeds,)."""
    losses: NDArray[np.float64] = -scipy.special.log_softmax(logits, axis=1)[answers]
    return losses
