"""The objective of the notes: its gradient, its clipping, its ratio, and whose outputs it uses."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sims.claims import Case, Evidence, Kind, enumeration, every, experiment, identity, is_zero
from sims.lazy import scipy, sympy, torch
from sims.rl.environments.sums import Sums
from sims.run import Run
from sims.topics.grpo.claims import any_gradient
from sims.topics.grpo.model import (
    bandit_gradient,
    bandit_scores,
    bandits,
    centred,
    clipped_surrogate,
    expected_objective,
    mean_weights,
    mean_weights_symbolic,
    topic,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

PROBLEMS = 60


# --- Where the objective leads -----------------------------------------------------------------


def _of_pairs(task: Sums, old: "Tensor", theta: "Tensor", weight: Callable[[Any], Any]) -> "Tensor":
    """Return the objective as what right answers add less what wrong ones take away, (batch,).

    Only a group of one right and one wrong answer counts. Their advantages are 1 and -1, so ratios
    are held below 1 + epsilon for the one and above 1 - epsilon for the other.
    """
    on = task.every(str(theta.device))
    before = task.log_probabilities(old, on)
    ratio = (task.log_probabilities(theta, on) - before).exp()
    chance, right = before.sum(2).exp(), task.reward(on)
    by = chance * weight(on.lengths.double())
    gained = (ratio.clamp_max(1.2) * on.mask).sum(2) * by
    lost = (ratio.clamp_min(0.8) * on.mask).sum(2) * by
    wrong = 1 - right
    total: Tensor = (gained @ right) * (chance @ wrong) - (lost @ wrong) * (chance @ right)
    return total


LEARNERS, ROUNDS, RATE = 20, 150, 2.0
"""Policies that learn, steps that they take, and the size of these."""


@topic.simulated(
    "27.11",
    says="optimizes the policy model by maximizing the following objective",
    kind=Kind.FORMULA,
    rule="150 steps up the exact objective, KL term included, from 20 seeded policies, the old "
    "policy renewed at each step and the first one kept as reference: the chance of a right answer "
    "less 0.9, two rounds; all answers together have probability 1, and the objective elsewhere is "
    "the one-sided clip of right and of wrong answers, weighted by the chance of a partner of the "
    "other kind, and its KL term that of the policy from the reference, to 1e-10",
    source="Shao et al. 2024, equation 3, which the notes copy rightly; Liu et al. 2025, section 3",
    right="that is the objective, and maximising it teaches. It does not point along the gradient "
    "of the reward where outputs differ in length: 1/|o| gives each token of a short right answer "
    "more weight, and of a long wrong one less (Dr. GRPO removes that)",
    assumptions=(
        "the token task: answers of one to several tokens, rewards 0 and 1",
        "groups of 2, epsilon 0.2, the mean over all groups; not tested: sampled groups, networks",
    ),
    asserted=Case(0.04, "maximising it with beta = 0.04 teaches the task"),
    mutant=Case(5.0, "so it does however much the KL term weighs: with beta = 5"),
    control=Case(0.0, "so it does without the KL term"),
    simulation="training",
)
def maximised(asserted: float, run: Run) -> Evidence:
    """Climb the objective of the notes, and look at the chance of a right answer."""
    task = Sums(target=2)
    on = task.every(run.device)

    def right(theta: "Tensor") -> "Tensor":
        return task.log_probabilities(theta, on).sum(2).exp() @ task.reward(on)

    def learned(count: int, offset: int) -> "NDArray[np.float64]":
        generator = run.generator(f"policies {offset}")
        start = torch.randn((count, *task.shape), generator=generator, device=run.device).double()
        theta = start
        for _ in range(ROUNDS):
            leaf = theta.clone().requires_grad_()
            gained = expected_objective(task, theta, leaf, lambda n: 1 / n)
            kept = asserted * _divergence(task, leaf, start)
            (slope,) = torch.autograd.grad((gained - kept).sum(), leaf)
            theta = theta + RATE * slope
        gained_on: NDArray[np.float64] = right(theta).cpu().numpy() - 0.9
        return gained_on

    theta = torch.randn(
        (PROBLEMS, *task.shape), generator=run.generator("theta"), device=run.device
    ).double()
    elsewhere = theta.roll(1, 0)
    chances = [task.log_probabilities(x, on).sum(2).exp() for x in (theta, elsewhere)]
    apart = scipy.special.rel_entr(*(chance.cpu().numpy() for chance in chances)).sum(1)
    errors = [
        1 - chances[0].sum(1),
        _divergence(task, theta, elsewhere) - torch.from_numpy(apart).to(theta),
        expected_objective(task, theta, elsewhere, lambda n: 1 / n)
        - _of_pairs(task, theta, elsewhere, lambda n: 1 / n),
    ]
    off = int((~(torch.cat(errors).abs() <= 1e-10)).sum())
    says = f"chance of a right answer less 0.9, beta = {asserted:g}"
    return every(
        [
            experiment(learned, margin=0.0, first=LEARNERS, says=says),
            enumeration(3 * PROBLEMS, off, "objectives off the one-sided clip, or off KL"),
        ]
    )


def _divergence(task: Sums, theta: "Tensor", reference: "Tensor") -> "Tensor":
    """Return KL(policy || reference) over all answers, (batch,)."""
    on = task.every(str(theta.device))
    own, other = (task.log_probabilities(x, on).sum(2) for x in (theta, reference))
    total: Tensor = (own.exp() * (own - other)).sum(1)
    return total


# --- Clipping ----------------------------------------------------------------------------------

Value = Callable[[Any, Any, Any, Any, Any], Any]
"""A surrogate of ratio, advantage and epsilon, with two functions that compare values."""


def _sided(ratio: Any, advantage: Any, epsilon: Any, least: Any, most: Any) -> Any:
    if advantage > 0:
        return advantage * least(ratio, 1 + epsilon)
    return advantage * most(ratio, 1 - epsilon)


def _held(ratio: Any, advantage: Any, epsilon: Any, least: Any, most: Any) -> Any:
    return advantage * most(least(ratio, 1 + epsilon), 1 - epsilon)


def _capped(ratio: Any, advantage: Any, epsilon: Any, least: Any, most: Any) -> Any:
    return least(ratio * advantage, advantage + epsilon * abs(advantage))


def _symbolic_least(a: Any, b: Any) -> Any:
    return a if _nonnegative(b - a) else b


def _symbolic_most(a: Any, b: Any) -> Any:
    return b if _nonnegative(b - a) else a


def _nonnegative(difference: Any) -> bool:
    """Return the sign of an expression in positive symbols. Raises ValueError if it is open."""
    difference = sympy.factor(sympy.together(difference))
    if difference.is_nonnegative or difference.is_nonpositive:
        return bool(difference.is_nonnegative)
    raise ValueError(f"the sign of {difference} is open")


def _regions() -> list[tuple[Any, Any, Any]]:
    """Return ratio, advantage and epsilon below, inside and above the clip range, both signs."""
    size, h, d = sympy.symbols("a h d", positive=True)
    epsilon = 1 / (1 + h)
    low, high = 1 - epsilon, 1 + epsilon
    ratios = (low / (1 + d), low + 2 * epsilon / (1 + d), high + d)
    return [(ratio, sign * size, epsilon) for ratio in ratios for sign in (1, -1)]


@topic.proved(
    "27.12",
    says="min(r A, clip(r, 1 - epsilon, 1 + epsilon) A)",
    rule="the clipped term equals the asserted value: symbolically below, inside and above the "
    "clip range for either sign of A, and below 1e-10 at 600 seeded points",
    source="Schulman et al. 2017, equation 7",
    right="each bound works for one sign of the advantage only: for A > 0 the gradient stops above "
    "1 + epsilon, for A < 0 below 1 - epsilon. The ratio itself is not kept in the range: for "
    "A < 0 the term falls without bound as the ratio grows",
    asserted=Case(_sided, "A min(r, 1 + eps) for A > 0, and A max(r, 1 - eps) for A < 0"),
    mutant=Case(_held, "A times the ratio held between 1 - eps and 1 + eps"),
    control=Case(_capped, "r A, but at most A + eps |A|"),
    simulation="clip",
)
def one_sided_clip(asserted: Value, run: Run) -> Evidence:
    """Compare the clipped term with the asserted value, region by region and at points."""
    symbolic = (_symbolic_least, _symbolic_most)
    proofs = [
        is_zero(asserted(*at, *symbolic) - clipped_surrogate(*at, *symbolic)) for at in _regions()
    ]
    rng = run.rng("ratios")
    points = zip(
        rng.uniform(0, 3, 600).tolist(),
        rng.normal(size=600).tolist(),
        rng.uniform(0.05, 0.5, 600).tolist(),
        strict=True,
    )
    errors = [asserted(*at, min, max) - clipped_surrogate(*at, min, max) for at in points]
    return identity(proofs, errors, "the clipped term")


# --- The ratio, and whose outputs --------------------------------------------------------------


topic.fence(
    "27.13",
    "variables: {new: simplex(n), old: simplex(n), f: vector(n)}",
    says="r_(i,t) = pi_theta(o_(i,t) | q, o_(i,<t)) / pi_old(o_(i,t) | q, o_(i,<t))",
    rule="weighing the old policy's tokens by the asserted ratio gives the new policy's mean of "
    "any function f: sums over tokens in normal form, for every number of them",
    source="Schulman et al. 2017, section 3; Shao et al. 2024, equation 3; "
    "Zheng et al. 2025 (GSPO)",
    right="it corrects a token given its prefix. The prefixes are still the old policy's: only the "
    "product over all tokens corrects a whole output, so after many steps it is an approximation",
    asserted=Case(
        "sum(old_i*(new_i/old_i)*f_i, i) = sum(new_i*f_i, i)", "new over old probability"
    ),
    mutant=Case(
        "sum(old_i*new_i*f_i, i) = sum(new_i*f_i, i)", "the new probability alone, undivided"
    ),
    control=Case(
        "sum(old_i*exp(log(new_i) - log(old_i))*f_i, i) = sum(new_i*f_i, i)",
        "exp of the difference of the logs",
    ),
    simulation="clip",
    derivation="clip",
)


@topic.proved(
    "27.14",
    says="GRPO samples a group of outputs from the old policy",
    kind=Kind.STRUCTURAL,
    rule="the mean step at the new policy, before clipping, is (G - 1)/G times the gradient there: "
    "symbolically for any G and an output beside any number of others, again group by group for 2 "
    "outputs and G = 2, 3, and below 1e-10 in 60 seeded pairs of policies",
    source="Shao et al. 2024, section 4.1",
    right="the ratio makes it work: several steps can be taken on one group's outputs",
    assumptions=("outputs of one token, so that the ratio corrects the whole output",),
    asserted=Case(("old", "ratio"), "outputs of the old policy, weighted by the ratio"),
    mutant=Case(("old", "one"), "outputs of the old policy, the ratio taken as 1"),
    control=Case(("new", "one"), "outputs of the new policy, the ratio taken as 1"),
    simulation="bandit",
)
def samples_from_the_old_policy(asserted: tuple[str, str], run: Run) -> Evidence:
    """List all groups of the sampling policy, and take the step at the new one."""
    sampler, weight = asserted
    p, q = sympy.symbols("p q", positive=True)
    pay = sympy.symbols("r1 r2", real=True)
    new, old = (p, 1 - p), (q, 1 - q)
    drawn = old if sampler == "old" else new
    ratio = [a / b if weight == "ratio" else 1 for a, b in zip(new, old, strict=True)]
    proofs = _of_any_group(sampler, weight)
    for size in (2, 3):
        first, second = mean_weights_symbolic(drawn, pay, centred, size)
        step = first * ratio[0] * (1 - p) - second * ratio[1] * p
        wanted = sympy.Rational(size - 1, size) * p * (1 - p) * (pay[0] - pay[1])
        proofs.append(is_zero(sympy.cancel(step - wanted)))

    generator = run.generator("policies")
    policy, rewards = bandits(PROBLEMS, 3, generator)
    before, _ = bandits(PROBLEMS, 3, generator)
    errors = []
    for size in (2, 4):
        weights = mean_weights(before if sampler == "old" else policy, rewards, centred, size)
        if weight == "ratio":
            weights = weights * policy / before
        step = torch.einsum("bn,bnk->bk", weights, bandit_scores(policy))
        gap = step - (size - 1) / size * bandit_gradient(policy, rewards)
        errors += gap.abs().amax(-1).tolist()
    return identity(proofs, errors, "mean step at the new policy")


def _of_any_group(sampler: str, weight: str) -> list[bool | None]:
    """Return the proofs for any G, of an output beside any number of others.

    Its probability is p by the new policy and q by the old one; it pays r, and the others, weighed
    by either policy, m and n on average. Each of its advantages is (1 - 1/G) times its own reward
    less 1/G of the others', which are independent of it.
    """
    known, gradient, (p, pay, mean) = any_gradient()
    q, before, size = sympy.symbols("q n G", positive=True)
    chance, rest = (q, before) if sampler == "old" else (p, mean)
    own, others = (p / chance, (1 - p) / (1 - chance)) if weight == "ratio" else (1, 1)
    paid = mean if weight == "ratio" else rest  # the weighed mean of what the others pay
    average = chance * pay + (1 - chance) * rest
    score = chance * own * (1 - p) - (1 - chance) * others * p
    rewarded = chance * own * pay * (1 - p) - (1 - chance) * others * paid * p
    step = (1 - 1 / size) * rewarded - (size - 1) / size * average * score
    return [known, is_zero(step - (1 - 1 / size) * gradient)]
