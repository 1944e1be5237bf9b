"""The estimator of the notes and its relatives: unbiased or not, noisy or not."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sims.claims import (
    Case,
    Evidence,
    Verdict,
    enumeration,
    every,
    experiment,
    identity,
    is_zero,
    require,
)
from sims.lazy import sympy, torch
from sims.run import Run
from sims.topics.policy_gradients.model import (
    HORIZON,
    STATES,
    Problems,
    Weight,
    estimators,
    problems,
    to_go,
    topic,
    total,
    two_step_bias,
)
from sims.topics.policy_gradients.textbook import reinforce

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

PROBLEMS = 60
EXACT = 1e-10
SMALL = ("3 states, 2 actions, 3 steps", "rewards uniform in [0, 1]", "random softmax policies")

topic.documented(
    "11.1",
    "see what actions led to higher rewards; increase their probability",
    "a summary of Williams 1992",
    Verdict.QUIZ,
)


# --- Is it the gradient? -----------------------------------------------------------------------


@topic.proved(
    "11.2",
    says="Take the gradient of log probability of trajectory",
    rule="symbolic zero for the steps so far, however many, and one more; below 1e-10 on every "
    "trajectory of 60 seeded MDPs against autograd through the log probability, transitions "
    "included",
    source="Sutton & Barto 2018, section 13.3; Williams 1992",
    right="the transition probabilities drop out, so only the policy's own scores remain",
    asserted=Case(lambda scores: sum(scores), "it is the sum of the scores of all actions"),
    mutant=Case(lambda scores: scores[-1], "it is the score of the last action"),
    control=Case(
        lambda scores: len(scores) * (sum(scores) / len(scores)), "it is T times the mean score"
    ),
    simulation="reinforce",
    derivation="bandit",
)
def gradient_of_log_probability(asserted: Callable[[Any], Any], run: Run) -> Evidence:
    """Differentiate log p(tau) and compare with a combination of the scores."""
    x, y = sympy.symbols("x y", real=True)
    d0, d1, d2 = sympy.symbols("d0:3", positive=True)
    # All steps so far have the policy's probability p(x); one more is taken against the odds.
    first, second = sympy.Function("p", positive=True)(x), 1 / (1 + sympy.exp(-y))
    whole = sympy.log(d0) + sympy.log(first) + sympy.log(d1) + sympy.log(1 - second) + sympy.log(d2)
    along_x, along_y = sympy.symbols("e_x e_y")
    gradient = along_x * sympy.diff(whole, x) + along_y * sympy.diff(whole, y)
    scores = [along_x * sympy.diff(sympy.log(first), x), -along_y * second]
    proved = is_zero(asserted(scores) - gradient)

    drawn = problems(run, PROBLEMS)
    direction = torch.randn(
        drawn.theta.shape, generator=run.generator("direction"), device=run.device
    ).double()

    def log_probability(preferences: "Tensor") -> "Tensor":
        return drawn.paths.log_probabilities(drawn.mdps, torch.softmax(preferences, -1))

    slope = torch.autograd.functional.jvp
    along = slope(log_probability, drawn.theta, direction)[1]  # type: ignore[no-untyped-call]
    combined = asserted(list(drawn.scores.unbind(2)))
    found = (combined * direction.flatten(1).unsqueeze(1)).sum(-1)
    return identity([proved], (found - along).abs().amax(-1).cpu(), "gradient of log p(tau)")


def _unbiased(weight: Weight, run: Run) -> Evidence:
    """Decide whether the estimator with these weights has the gradient of J as its mean."""
    drawn = problems(run, PROBLEMS)
    gap = drawn.mean(drawn.estimate(drawn.weighted(weight))) - drawn.gradient
    errors = gap.abs().amax(-1).cpu()
    return identity(
        [is_zero(two_step_bias(weight))], errors, "mean of the estimator against grad J"
    )


@topic.proved(
    "11.3",
    says="then weight it by the final reward",
    expected=Verdict.FAILS,
    rule="mean over all trajectories equal to grad J: symbolically for two steps, and below 1e-10 "
    "in 60 seeded MDPs",
    source="Sutton & Barto 2018, equation 13.8",
    right="weight it by the whole return (or the reward to go); the last step's reward will do "
    "only where all earlier rewards are 0",
    asserted=Case(lambda rewards, t: rewards[-1], "weighing by the last reward gives grad J"),
    mutant=Case(lambda rewards, t: rewards[0], "weighing by the first reward gives grad J"),
    control=Case(total, "weighing by the sum of the rewards gives grad J"),
    simulation="variance",
    derivation="theorem",
)
def weight_of_the_score(asserted: Weight, run: Run) -> Evidence:
    """Sum the weighted scores over all trajectories and compare with the gradient."""
    return _unbiased(asserted, run)


@topic.agrees(
    "11.4",
    says="Increase the probability of actions that lead to higher reward",
    scope="200 seeded bandits",
    expected=Verdict.CONDITIONAL,
    rule="in 200 seeded bandits (5 arms, positive rewards) the preference of an arm rises exactly "
    "if its reward is above the asserted level; every arm of every bandit is a case",
    source="Williams 1992, section 4; Sutton & Barto 2018, section 2.8",
    right="true of the expected step, for preferences. A single sample without a baseline raises "
    "whatever was tried, if rewards are positive; and with three or more arms even the expected "
    "step can lower the probability of the best arm for a while (see the simulation plateau)",
    statement="the preferences of exactly the arms above average rise in {}",
    inside=Case(("expected", "average"), "the expected step"),
    outside=Case(("sampled", "average"), "a step on a single sample"),
    mutant=Case(("expected", "zero"), "the expected step raises every arm with a positive reward"),
    control=Case(("with baseline", "average"), "with the average as baseline a sampled step does"),
    simulation="plateau",
    derivation="bandit",
)
def raises_better_actions(asserted: tuple[str, str], run: Run) -> Evidence:
    """Work out the change of each arm's preference, in expectation or when that arm is tried."""
    step, level = asserted
    generator = run.generator("bandits")
    rewards, theta = (
        torch.rand((200, 5), generator=generator, device=run.device).double() + 0.01
        for _ in range(2)
    )
    policy = torch.softmax(3 * theta, -1)
    average = (policy * rewards).sum(-1, keepdim=True)
    scores = torch.eye(5, dtype=policy.dtype, device=run.device) - policy.unsqueeze(1)
    tried = scores.diagonal(dim1=-2, dim2=-1)
    change = {
        "expected": ((policy * rewards).unsqueeze(-1) * scores).sum(1),
        "sampled": rewards * tried,
        "with baseline": (rewards - average) * tried,
    }[step]
    above = rewards > (average if level == "average" else torch.zeros_like(average))
    wrong = (change > 0) != above
    return enumeration(wrong.numel(), int(wrong.sum()), f"{step} step, level {level}")


@topic.proved(
    "11.5",
    says="grad J(theta) = sum_t r(tau) grad log pi(a_t | s_t)",
    expected=Verdict.FAILS,
    rule="equal to grad J to 1e-10 in each of 60 seeded MDPs, gradient by autograd",
    source="Williams 1992; Sutton & Barto 2018, section 13.3",
    right="the right side is an estimate from one trajectory: E over tau ~ pi is missing",
    asserted=Case("each", "the sum is grad J on every trajectory"),
    mutant=Case("plain mean", "the mean over trajectories, all counted alike, is grad J"),
    control=Case("expectation", "the mean over trajectories drawn from the policy is grad J"),
    simulation="variance",
    derivation="theorem",
)
def equals_the_gradient(asserted: str, run: Run) -> Evidence:
    """Compare the sum with the gradient one by one, on plain average, or in expectation."""
    drawn = problems(run, PROBLEMS)
    estimates = drawn.estimate(drawn.weighted(total))
    found = {
        "each": estimates,
        "plain mean": estimates.mean(1, keepdim=True),
        "expectation": drawn.mean(estimates).unsqueeze(1),
    }[asserted]
    wrong = ~((found - drawn.gradient.unsqueeze(1)).abs() <= EXACT).all((1, 2))
    return enumeration(PROBLEMS, int(wrong.sum()), f"{asserted} against grad J")


# --- How noisy is it? --------------------------------------------------------------------------


def _check_estimators(drawn: Problems, found: "dict[str, Tensor]") -> None:
    """Raise ArithmeticError unless the estimators, their variances and baselines are as defined.

    As the mean is grad J, the variance is the mean square less the square of that. What a best
    baseline leaves is uncorrelated with the score that it multiplies: the trajectory's score, or
    its part in one state. And the mean return is a sum over all trajectories. Rewards to go weigh
    as in the textbook.
    """
    scores = drawn.scores.sum(2)
    wrong = []
    for estimates in found.values():
        square = drawn.mean(estimates**2) - drawn.gradient**2
        wrong.append(drawn.variance(estimates) - square.sum(-1))
    left = drawn.mean(found["best constant baseline"] * scores)
    wrong.append(left.sum(-1))
    left = drawn.mean(found["best state baseline"] * scores)
    wrong.append(left.view(len(left), STATES, -1).sum(-1))
    taken = found["reward to go"] - found["mean return as baseline"]
    expected = drawn.mean(drawn.rewards.sum(-1, keepdim=True)).unsqueeze(1)
    wrong.append(taken - expected * scores)
    policy, paths = drawn.theta[0].tolist(), drawn.paths
    rewards = drawn.rewards[0].tolist()
    rows = zip(paths.states.tolist(), paths.actions.tolist(), rewards, strict=True)
    plain = [reinforce(policy, list(zip(*row, strict=False))) for row in rows]
    wrong.append(
        found["reward to go"][0].cpu() - torch.tensor(plain, dtype=torch.float64).flatten(1)
    )
    for gap in wrong:
        require(gap.abs() <= EXACT, says="an estimator or its variance is not as it is said to be")


@lru_cache(maxsize=8)
def _variances(count: int, offset: int, seed: int, device: str) -> "dict[str, Tensor]":
    """Return the exact total variance of each estimator in `count` MDPs, by name, (count,)."""
    drawn = problems(Run(seed, device), count, f"variance {offset}")
    estimates = estimators(drawn)
    _check_estimators(drawn, estimates)
    found = {name: drawn.variance(e).cpu() for name, e in estimates.items()}
    found["squared gradient"] = (drawn.gradient**2).sum(-1).cpu()
    return found


def _noisier(more: str, less: str, margin: float, run: Run) -> Evidence:
    """Decide whether the variance of `more` exceeds that of `less` by a factor e^margin."""

    def sample(count: int, offset: int) -> "NDArray[Any]":
        found = _variances(count, offset, run.seed, run.device)
        ratio: NDArray[Any] = (found[more] / found[less]).log().numpy()
        return ratio

    says = f"log of the variance of {more} over that of {less}"
    return experiment(sample, margin=margin, says=says, first=100)


@topic.simulated(
    "11.6",
    says="This suffers from high variance",
    rule="exact total variances in 100 seeded MDPs: mean log ratio above log 2 on a 97.5 % "
    "interval, twice at most",
    source="Greensmith, Bartlett & Baxter 2004, section 1",
    assumptions=SMALL,
    asserted=Case(
        ("full return", "best state baseline"),
        "the notes' estimator has more than twice the variance of the best one with a baseline",
    ),
    mutant=Case(("full return", "reward to go"), "reward to go alone halves the variance"),
    control=Case(
        ("full return", "squared gradient"),
        "its variance is more than twice the squared length of the gradient itself",
    ),
    simulation="variance",
)
def high_variance(asserted: tuple[str, str], run: Run) -> Evidence:
    """Compare two exact variances over seeded MDPs."""
    return _noisier(*asserted, 0.6931471805599453, run)


@topic.simulated(
    "11.7",
    says="a simplistic view; credit assignment problem is hard",
    rule="crediting an action with the asserted rewards leaves the mean at grad J (symbolically, "
    "and in 60 seeded MDPs), and its exact variance is lower than the full return's: mean log "
    "ratio above 0.1 in 100 MDPs",
    source="Sutton & Barto 2018, section 13.3",
    right="an action cannot be credited with rewards that came before it: leaving them out costs "
    "no bias and lowers the variance",
    assumptions=SMALL,
    asserted=Case(to_go, "credit each action with the rewards that follow it"),
    mutant=Case(lambda rewards, t: rewards[t], "credit it with the reward that comes next"),
    control=Case(
        lambda rewards, t: sum(rewards) - sum(rewards[:t]), "credit it with all but earlier rewards"
    ),
    simulation="variance",
)
def credit_assignment(asserted: Weight, run: Run) -> Evidence:
    """Check bias and variance of the asserted way to give credit."""

    def sample(count: int, offset: int) -> "NDArray[Any]":
        drawn = problems(run, count, f"variance {offset}")
        full, credited = (
            drawn.variance(drawn.estimate(drawn.weighted(weight))) for weight in (total, asserted)
        )
        ratio: NDArray[Any] = (full / credited).log().cpu().numpy()
        return ratio

    less = experiment(sample, margin=0.1, says="log ratio of the variances", first=100)
    return every([_unbiased(asserted, run), less])


@topic.proved(
    "11.8",
    says="Baseline: whether a reward is better or worse than what you expect to get",
    rule="E[b grad log pi] = 0: symbolically for one action of a softmax beside any number of "
    "others, and below 1e-10 over all trajectories of 60 seeded MDPs",
    source="Williams 1992, theorem 1; Sutton & Barto 2018, section 13.4",
    right="subtracting it leaves the gradient unbiased as long as it does not depend on the action",
    asserted=Case(lambda b: sum(b) / len(b), "a baseline that depends on the state only"),
    mutant=Case(lambda b: b, "a baseline that depends on the action too"),
    control=Case(lambda b: 1, "the constant baseline 1"),
    simulation="variance",
    derivation="baseline",
)
def baseline_is_unbiased(asserted: Callable[[Any], Any], run: Run) -> Evidence:
    """Take the expectation of baseline times score; b lists one number for each action."""
    x, rest = sympy.Symbol("x", real=True), sympy.Symbol("R", positive=True)
    policy = [sympy.exp(x) / (sympy.exp(x) + rest), rest / (sympy.exp(x) + rest)]
    b = asserted(sympy.symbols("b0:2"))  # that of the action, and the others' mean
    each = b if isinstance(b, tuple) else (b,) * 2
    mean = sum(p * own * sympy.diff(sympy.log(p), x) for p, own in zip(policy, each, strict=True))
    proved = is_zero(mean)

    drawn = problems(run, PROBLEMS)
    table = drawn.mdps.expected_reward
    chosen = asserted(list(table.unbind(-1)))
    if isinstance(chosen, list):
        baseline = table
    else:
        baseline = torch.zeros_like(table) + torch.as_tensor(chosen).unsqueeze(-1)
    weights_along = baseline[:, drawn.paths.states[:, :HORIZON], drawn.paths.actions]
    errors = drawn.mean(drawn.estimate(weights_along)).abs().amax(-1).cpu()
    return identity([proved], errors, "mean of baseline times score")


topic.documented(
    "11.9",
    "A simple baseline: constant moving average of rewards from all trajectories; Vanilla "
    "REINFORCE",
    "Williams 1992; Sutton & Barto 2018, sections 13.3 and 13.4",
    Verdict.FAILS,
    "a moving average is not constant, and plain REINFORCE has no baseline: this is "
    "REINFORCE with baseline",
)


@topic.simulated(
    "11.10",
    says="Reducing variance further using better baselines",
    rule="exact total variances in 100 seeded MDPs: mean log ratio above 0.1 (a tenth less) on a "
    "97.5 % interval, twice at most",
    source="Greensmith, Bartlett & Baxter 2004, section 4",
    right="state values are not the baseline of least variance, and in a single MDP they can do "
    "worse than a constant; over many they do better",
    assumptions=SMALL,
    asserted=Case(
        ("best constant baseline", "state values as baseline", 0.1),
        "state values as baseline leave less variance than the best constant",
    ),
    mutant=Case(
        ("state values as baseline", "best state baseline", 0.6931471805599453),
        "the best baseline of the state halves what state values leave",
    ),
    control=Case(
        ("reward to go", "best state baseline", 0.1),
        "the best baseline that depends on the state leaves less variance than none",
    ),
    simulation="variance",
    derivation="best-baseline",
)
def better_baselines(asserted: tuple[str, str, float], run: Run) -> Evidence:
    """Compare two exact variances over seeded MDPs."""
    return _noisier(*asserted, run)


topic.documented(
    "11.11",
    "better baselines -> Actor critic algorithm",
    "Sutton & Barto 2018, section 13.5",
    Verdict.CONDITIONAL,
    "only if the learned values are also bootstrapped from; as a mere baseline they make it "
    "REINFORCE with baseline",
)
