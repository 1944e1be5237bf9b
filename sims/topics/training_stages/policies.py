"""The claims on imitation and reinforcement, decided for tabular policies."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sims.claim import Case
from sims.decide import enumeration, every, statement
from sims.evidence import Evidence, Kind, Level, Verdict
from sims.lazy import np, scipy
from sims.run import Run
from sims.statistics import experiment
from sims.topics.training_stages.model import best_length, topic

if TYPE_CHECKING:
    from numpy.typing import NDArray


WRONG, DEMONSTRATIONS, ANSWERED = 3, 400, 2000
"""Wrong answers beside the right one, demonstrations to a learner, answers of the learner."""


@topic.claim(
    "2.15",
    says="SFT can only imitate the demonstrations it's shown",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="success of the fitted policy less that of its demonstrator (0.6) stays below 5 points, "
    "and is 0 within 3 where it samples; 20 seeds of 400 demonstrations, 2,000 answers each, two "
    "rounds",
    right="sampled at temperature 1; its most likely answer can beat its demonstrator",
    assumptions=("one right answer among four, wrong ones equally likely",),
    inside=Case(("sampled", 0.05), "sampled at temperature 1 it does no better"),
    outside=Case(("greedy", 0.05), "nor does its most likely answer"),
    mutant=Case(("greedy", 0.2), "its most likely answer gains less than 20 points"),
    control=Case(("wrong answers only", 0.05), "shown wrong answers only, it does no better"),
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
    return every([decided, statement(abs(mean) < 0.03, f"mean gain {mean:+.3f}: it is as good")])


RANKED, SHOWN = 50, 5000


def rank_correlation(demonstrators: str, run: Run, stream: str) -> float:
    """Return Spearman's correlation of fitted p and reward over 50 answers, shown 5,000 times."""
    rng = run.rng(stream)
    reward, taste = rng.normal(size=(2, RANKED))
    pull = {"indifferent": taste, "better than random": taste + reward, "perfect": reward}
    frequency = rng.multinomial(SHOWN, scipy.special.softmax(pull[demonstrators]))
    return float(scipy.stats.spearmanr(frequency, reward).statistic)


@topic.claim(
    "2.16",
    says="It doesn't know what makes a response better than another",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="Spearman correlation of log p and reward lies below 0.15; 20 seeds, two rounds",
    right="it ranks by how often a response was shown; where demonstrators are better than random "
    "that says something of quality",
    assumptions=("50 answers, 5,000 demonstrations, frequencies by taste and reward",),
    inside=Case(("indifferent", 0.15), "where demonstrators do not look at the reward"),
    outside=Case(("better than random", 0.15), "where they are better than random"),
    mutant=Case(("perfect", 0.5), "where they follow the reward alone"),
    control=Case(("better than random", 0.99), "its ranking is not that of the rewards"),
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


@topic.claim(
    "2.28",
    says="Spend more tokens on harder problems",
    kind=Kind.EXPERIMENT,
    level=Level.IDENTITY,
    expected=Verdict.CONDITIONAL,
    rule="the number of attempts that maximises success less cost does not fall from any "
    "difficulty to the next harder one in the asserted range of chances",
    right="up to a point: what is too hard is not worth a single attempt",
    assumptions=("independent attempts, success 1 - (1 - chance)^k, a cost of 0.01 each",),
    inside=Case((0.1, 0.95), "for chances of 10 to 95 % an attempt"),
    outside=Case((0.001, 0.95), "for chances down to 0.1 % an attempt"),
    mutant=Case((0.005, 0.03), "for chances of 0.5 to 3 % an attempt"),
    control=Case((0.3, 0.9), "for chances of 30 to 90 % an attempt"),
)
def effort(asserted: tuple[float, float], run: Run) -> Evidence:
    """Find the best number of attempts on a grid of difficulties, by listing all of them."""
    chances = np.geomspace(*asserted[::-1], 40)
    best = [best_length(float(p), 0.01) for p in chances]
    falls = sum(later < earlier for earlier, later in pairwise(best))
    return enumeration(len(best) - 1, falls, f"harder problems given less; attempts {best[::8]}")


def reinforced(start: float, steps: int = 400, rate: float = 1.0) -> float:
    """Return the success after exact policy-gradient ascent on an exact verifier's reward.

    The policy answers right with probability ``start`` at first; from 0 there is no way up.
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


@topic.claim(
    "2.30",
    says="can exceed average human performance because the signal is objective",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.HOLDS,
    rule="success after 400 exact gradient steps from the asserted start exceeds 95 %, over "
    "learning rates of 0.5, 1 and 2; small steps follow the gradient flow's closed form to 1 %",
    right="if the right answer has some probability to begin with",
    assumptions=("a two-outcome softmax policy, the exact gradient, an exact verifier",),
    asserted=Case(0.3, "from a demonstrator's 30 % it gets above 95 %"),
    mutant=Case(0.0, "from no support at all it gets above 95 %"),
    control=Case(0.96, "from 96 % it stays above 95 %"),
)
def verifiable_rewards(asserted: float, run: Run) -> Evidence:
    """Climb the expected reward."""
    ends = [reinforced(asserted, rate=rate) for rate in (0.5, 1.0, 2.0)]
    reached = statement(min(ends) > 0.95, f"from {asserted:.0%} to {min(ends):.1%}", min(ends))
    time = climbed(0.3, reinforced(0.3, steps=4000, rate=0.01))
    return every([reached, statement(abs(time / 40 - 1) < 0.01, f"40 units of time: {time:.2f}")])


RESPONSES, RIGHT, RATE = 10, 5, 0.1


def forgetting(
    way: str, seeds: int, run: Run, stream: str, steps: int = 4000
) -> "NDArray[np.float64]":
    """Return KL(base || new) at 90 % success on a new task, shape (seeds,).

    The base policy knows ten answers, five of them right. Fine-tuning raises the likelihood of
    one right answer that a teacher picked; on-policy reinforcement rewards any right one. Raises
    ArithmeticError if a policy has not learnt the task after ``steps`` steps.
    """
    rng = run.rng(stream)
    base_logits = rng.normal(size=(seeds, RESPONSES))
    right = np.arange(RESPONSES) < RIGHT
    taught = np.eye(RESPONSES)[rng.integers(RIGHT, size=seeds)]
    logits = base_logits
    for _ in range(steps):
        p = scipy.special.softmax(logits, axis=1)
        success = p[:, right].sum(1, keepdims=True)
        if (success >= 0.9).all():
            base = scipy.special.softmax(base_logits, axis=1)
            divergence: NDArray[np.float64] = scipy.special.rel_entr(base, p).sum(1)
            return divergence
        slope = p * (right - success) if way == "reinforcement" else taught - p
        logits = np.where(success >= 0.9, logits, logits + RATE * slope)
    raise ArithmeticError(f"{way} does not learn the task in {steps} steps")


@topic.claim(
    "2.33",
    says="RL is unstable and easily destroys capabilities",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="log of KL(base || new), second way over first, beyond log 1.5 at equal success on the "
    "new task; 20 paired seeds, two rounds",
    right="contested: at equal success on-policy learning moves less than fine-tuning to another's "
    "answer; a large step or a long run can still destroy",
    source="Shenfeld et al. 2025",
    assumptions=("a tabular policy, five right answers of ten, exact gradients, 90 % success",),
    inside=Case(("base", "reinforcement"), "reinforcement changes the policy at all"),
    outside=Case(("fine-tuning", "reinforcement"), "it forgets more than fine-tuning does"),
    mutant=Case(("reinforcement", "base"), "it changes less than nothing was changed"),
    control=Case(("reinforcement", "fine-tuning"), "fine-tuning forgets more than it"),
)
def razor(asserted: tuple[str, str], run: Run) -> Evidence:
    """Train both ways until they do equally well; ``base`` stands for a KL of 0.01."""
    less, more = asserted

    def moved(way: str, count: int, offset: int) -> Any:
        return np.full(count, 0.01) if way == "base" else forgetting(way, count, run, f"{offset}")

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        gap: NDArray[np.float64] = np.log(
            moved(more, count, offset) / moved(less, count, offset)
        ) - np.log(1.5)
        return gap

    return experiment(sample, margin=0.0, says=f"log KL {more} / {less}, less log 1.5")
