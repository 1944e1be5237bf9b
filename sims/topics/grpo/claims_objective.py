"""The objective of the notes: its gradient, its clipping, its ratio, and whose outputs it uses."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sims.claims import Case, Evidence, EvidenceKind, Kind, Verdict, identity, is_zero
from sims.lazy import sympy, torch
from sims.rl.environments.sums import Sums
from sims.run import Run
from sims.topics.grpo.model import (
    bandit_gradient,
    bandit_scores,
    bandits,
    centred,
    clipped_surrogate,
    expected_objective,
    mean_weights,
    mean_weights_symbolic,
    normalised,
    topic,
)

if TYPE_CHECKING:
    from torch import Tensor

PROBLEMS = 60


# --- Where the objective leads -----------------------------------------------------------------


Objective = tuple[bool, Callable[[Any], Any]]
"""Whether outputs have one length, and the weight of each token of an output of n."""


def _cross(one_length: bool, weight: Callable[[Any], Any]) -> Any:
    """Return the cross product of both gradients for three answers: stop, or go on and choose.

    The policy goes on with probability p and then chooses with probability q; the first two of
    the answers are right. Zero means parallel.
    """
    p, q = sympy.symbols("p q", positive=True)
    chance = (1 - p, p * q, p * (1 - q))
    rewards = tuple(map(sympy.Integer, (1, 1, 0)))
    scores = ((-p, 0), (1 - p, 1 - q), (1 - p, -q))
    lengths = (2, 2, 2) if one_length else (1, 2, 2)
    weights = mean_weights_symbolic(chance, rewards, normalised, 2)
    step, gradient = (
        [sum(w * score[i] for w, score in zip(by, scores, strict=True)) for i in (0, 1)]
        for by in (
            [w * weight(sympy.Integer(n)) for w, n in zip(weights, lengths, strict=True)],
            [c * r for c, r in zip(chance, rewards, strict=True)],
        )
    )
    return step[0] * gradient[1] - step[1] * gradient[0]


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


@topic.claim(
    "27.11",
    says="optimizes the policy model by maximizing the following objective",
    kind=Kind.FORMULA,
    by=EvidenceKind.PROVED_FOR_SIZES,
    scope="3 answers",
    expected=Verdict.CONDITIONAL,
    rule="at the old policy the objective, averaged over all groups, has a gradient that points "
    "along that of the expected reward: parallel symbolically for 3 answers, and cosine 1 to 1e-10 "
    "by autograd in 60 seeded policies of the token task; all answers together have probability "
    "1, and elsewhere the objective is the one-sided clip of right and of wrong answers, weighted "
    "by the chance of a partner of the other kind, both to 1e-10",
    source="Shao et al. 2024, equation 3, which the notes copy rightly; Liu et al. 2025, section 3",
    right="that is the objective, and it is maximised. It follows the expected reward only if all "
    "outputs are equally long: 1/|o| gives each token of a short right answer more weight, and of "
    "a long wrong one less. Equal weight for every token (Dr. GRPO) removes that",
    assumptions=("one question, rewards 0 and 1", "groups of 2, epsilon 0.2, no KL term"),
    statement="{}",
    inside=Case((True, lambda n: 1 / n), "maximised, outputs of one length"),
    outside=Case((False, lambda n: 1 / n), "maximised, outputs of several lengths"),
    mutant=Case((True, lambda n: -1 / n), "minimised, outputs of one length"),
    control=Case(
        (False, lambda n: 1 + 0 * n),
        "every token counts alike, outputs of several lengths",
    ),
)
def follows_the_reward(asserted: Objective, run: Run) -> Evidence:
    """Differentiate the exact objective and the exact expected reward."""
    one_length, weight = asserted
    task = Sums(target=4, fixed=True) if one_length else Sums(target=2)
    theta = torch.randn(
        (PROBLEMS, *task.shape), generator=run.generator("theta"), device=run.device
    ).double()
    leaf = theta.clone().requires_grad_()
    total = expected_objective(task, theta, leaf, weight).sum()
    step = torch.autograd.grad(total, leaf)[0].flatten(1)
    on = task.every(run.device)
    reward = (task.log_probabilities(leaf, on).sum(-1).exp() * task.reward(on)).sum()
    gradient = torch.autograd.grad(reward, leaf)[0].flatten(1)
    elsewhere = theta.roll(1, 0)
    errors = [
        1 - torch.cosine_similarity(step, gradient),
        1 - task.log_probabilities(theta, on).sum(2).exp().sum(1),
        expected_objective(task, theta, elsewhere, weight)
        - _of_pairs(task, theta, elsewhere, weight),
    ]
    return identity(
        [is_zero(_cross(one_length, weight))],
        torch.cat(errors).cpu(),
        "1 - cosine with the gradient, total probability, value elsewhere",
    )


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


@topic.claim(
    "27.12",
    says="min(r A, clip(r, 1 - epsilon, 1 + epsilon) A)",
    kind=Kind.FORMULA,
    by=EvidenceKind.PROVED,
    expected=Verdict.HOLDS,
    rule="the clipped term equals the asserted value: symbolically below, inside and above the "
    "clip range for either sign of A, and below 1e-10 at 600 seeded points",
    source="Schulman et al. 2017, equation 7",
    right="each bound works for one sign of the advantage only: for A > 0 the gradient stops above "
    "1 + epsilon, for A < 0 below 1 - epsilon. The ratio itself is not kept in the range: for "
    "A < 0 the term falls without bound as the ratio grows",
    asserted=Case(_sided, "A min(r, 1 + eps) for A > 0, and A max(r, 1 - eps) for A < 0"),
    mutant=Case(_held, "A times the ratio held between 1 - eps and 1 + eps"),
    control=Case(_capped, "r A, but at most A + eps |A|"),
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


@topic.claim(
    "27.13",
    says="r_(i,t) = pi_theta(o_(i,t) | q, o_(i,<t)) / pi_old(o_(i,t) | q, o_(i,<t))",
    kind=Kind.FORMULA,
    by=EvidenceKind.PROVED_FOR_SIZES,
    scope="3 tokens",
    expected=Verdict.AGREES,
    rule="weighing the old policy's tokens by the asserted ratio gives the new policy's mean of "
    "any function, and at the old policy its slope is that of log pi: symbolically for 3 tokens, "
    "and below 1e-10 at 60 seeded pairs of policies",
    source="Schulman et al. 2017, section 3; Shao et al. 2024, equation 3; "
    "Zheng et al. 2025 (GSPO)",
    right="it corrects a token given its prefix. The prefixes are still the old policy's: only the "
    "product over all tokens corrects a whole output, so after many steps it is an approximation",
    asserted=Case(lambda new, old, log, exp: new / old, "new over old probability"),
    mutant=Case(lambda new, old, log, exp: old / new, "old over new probability"),
    control=Case(
        lambda new, old, log, exp: exp(log(new) - log(old)), "exp of the difference of the logs"
    ),
)
def token_ratio(asserted: Callable[[Any, Any, Any, Any], Any], run: Run) -> Evidence:
    """Take means over the tokens of the old policy."""
    x = sympy.symbols("x1:4", real=True)
    weights = [sympy.exp(v) for v in x]
    new = [w / sum(weights) for w in weights]
    old, f = sympy.symbols("b1:4", positive=True), sympy.symbols("f1:4", real=True)
    pairs = list(zip(new, old, f, strict=True))
    ratios = [asserted(a, b, sympy.log, sympy.exp) for a, b, _ in pairs]
    weighted = sum(b * r * g for r, (_, b, g) in zip(ratios, pairs, strict=True))
    proofs = [is_zero(sympy.simplify(weighted - sum(a * g for a, _, g in pairs)))]
    slope = sympy.diff(asserted(new[0], old[0], sympy.log, sympy.exp), x[0]).subs(old[0], new[0])
    proofs.append(is_zero(sympy.simplify(slope - sympy.diff(sympy.log(new[0]), x[0]))))

    generator = run.generator("policies")
    policy, values = bandits(PROBLEMS, 4, generator)
    before, _ = bandits(PROBLEMS, 4, generator)
    ratio = asserted(policy, before, torch.log, torch.exp)
    gap = (before * ratio * values).sum(-1) - (policy * values).sum(-1)
    return identity(proofs, gap.cpu(), "mean over the old policy's tokens")


@topic.claim(
    "27.14",
    says="GRPO samples a group of outputs from the old policy",
    kind=Kind.STRUCTURAL,
    by=EvidenceKind.PROVED_FOR_SIZES,
    scope="2 outputs, G = 2, 3",
    expected=Verdict.AGREES,
    rule="the mean step at the new policy, before clipping, is (G - 1)/G times the gradient there: "
    "symbolically for 2 outputs and G = 2, 3, and below 1e-10 in 60 seeded pairs of policies",
    source="Shao et al. 2024, section 4.1",
    right="the ratio makes it work: several steps can be taken on one group's outputs",
    assumptions=("outputs of one token, so that the ratio corrects the whole output",),
    asserted=Case(("old", "ratio"), "outputs of the old policy, weighted by the ratio"),
    mutant=Case(("old", "one"), "outputs of the old policy, the ratio taken as 1"),
    control=Case(("new", "one"), "outputs of the new policy, the ratio taken as 1"),
)
def samples_from_the_old_policy(asserted: tuple[str, str], run: Run) -> Evidence:
    """List all groups of the sampling policy, and take the step at the new one."""
    sampler, weight = asserted
    p, q = sympy.symbols("p q", positive=True)
    pay = sympy.symbols("r1 r2", real=True)
    new, old = (p, 1 - p), (q, 1 - q)
    drawn = old if sampler == "old" else new
    ratio = [a / b if weight == "ratio" else 1 for a, b in zip(new, old, strict=True)]
    proofs = []
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
