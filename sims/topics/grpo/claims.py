"""The group as a baseline: who plays which part, what the average does, what scaling does."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sims.claims import (
    EXACT,
    Case,
    Evidence,
    Kind,
    Verdict,
    enumeration,
    every,
    identity,
    is_zero,
    proof,
    require,
)
from sims.lazy import sympy, torch
from sims.run import Run
from sims.topics.grpo.model import (
    Advantage,
    bandit_gradient,
    bandit_scores,
    bandits,
    centred,
    expected_spread,
    k1,
    k2,
    k3,
    leave_one_out,
    mean_weights,
    mean_weights_symbolic,
    normalised,
    topic,
)

if TYPE_CHECKING:
    from torch import Tensor

PROBLEMS = 60

topic.documented(
    "27.1", "policy: the model being trained using RL", "Shao et al. 2024, section 4.1"
)
topic.documented(
    "27.2",
    "reward model: a model to score a response",
    "Shao et al. 2024, section 4.1; often a rule or a verifier instead of a model",
)
topic.documented(
    "27.3",
    "value / critic: a model to estimate if a response is better or worse than average",
    "Schulman et al. 2017, section 5: a learned state-value function V(s)",
    Verdict.FAILS,
    "the critic estimates the average itself, the expected return V(s); better or worse than "
    "that is the advantage, r - V",
)
topic.documented(
    "27.4",
    "reference model: the pre-trained model before we start doing RL on it",
    "Shao et al. 2024, section 4.1: usually the initial SFT model",
    Verdict.CONDITIONAL,
    "the policy before RL: usually fine-tuned on instructions, not only pre-trained",
)


# --- The baseline ------------------------------------------------------------------------------


Share = Callable[[Any, Any, Any], Any]
"""An output's advantage from its own reward, the sum of the others' rewards, and G."""
Mean = tuple[Advantage, Share, Callable[[Any], Any]]
"""An advantage, how it is made, and the factor by which its mean step is the gradient, for a G."""


def averaged(own: Any, others: Any, size: Any) -> Any:
    """Return a reward less the average of all."""
    return own - (own + others) / size


def averaged_without(own: Any, others: Any, size: Any) -> Any:
    """Return a reward less the average of the others."""
    return own - others / (size - 1)


def any_gradient() -> tuple[bool | None, Any, tuple[Any, Any, Any]]:
    """Prove that the mean of reward times score is the gradient of the mean reward.

    One output has probability p and reward r; any number of others pay m on average. Return the
    verdict of the proof, the gradient by the output's preference, and (p, r, m).
    """
    x, pay, mean = sympy.symbols("x r m", real=True)
    rest = sympy.Symbol("R", positive=True)
    p = sympy.exp(x) / (sympy.exp(x) + rest)
    worth = (sympy.exp(x) * pay + rest * mean) / (sympy.exp(x) + rest)
    gradient = p * pay * (1 - p) - (1 - p) * mean * p
    return is_zero(sympy.diff(worth, x) - gradient), gradient, (p, pay, mean)


@topic.proved(
    "27.6",
    says="The average reward of the group serves as a baseline",
    rule="mean step over all groups equal to the asserted factor times the gradient: symbolically "
    "for any G and any number of outputs, as the others' rewards are independent of an output's "
    "score; again group by group for 2 arms and G = 2, 3, 4, below 1e-10 in 60 seeded bandits of "
    "3 arms, G = 2, 4, 6, and "
    "for 2 arms and G = 16 and 64 by the binomial counts of the group; so is the mean of "
    "reward times score equal to the gradient; and, the baseline being an average, adding 1 "
    "to all rewards changes no advantage",
    source="Shao et al. 2024, section 4.1; Kool et al. 2019 for leaving one's own out",
    right="its own reward is part of the average, so the step is short by (G - 1)/G: the direction "
    "is right. Leaving one's own out makes it unbiased",
    asserted=Case(
        (centred, averaged, lambda size: 1 - 1 / sympy.sympify(size)),
        "with the group's average as baseline the mean step is (G - 1)/G times the gradient",
    ),
    mutant=Case(
        (centred, averaged, lambda size: sympy.Integer(1)),
        "with the group's average as baseline the mean step is the gradient",
    ),
    control=Case(
        (leave_one_out, averaged_without, lambda size: sympy.Integer(1)),
        "with the average of the others as baseline the mean step is the gradient",
    ),
    simulation="advantages",
    derivation="factor",
)
def group_average(asserted: Mean, run: Run) -> Evidence:
    """List every group and compare the mean step with the gradient of the expected reward."""
    advantage, share, factor = asserted
    p = sympy.Symbol("p", positive=True)
    pay = sympy.symbols("r1 r2", real=True)
    gradient = p * (1 - p) * (pay[0] - pay[1])
    proofs = _of_any_group(share, factor)
    for size in (2, 3, 4):
        own, *others = sympy.symbols(f"r:{size}", real=True)
        made = advantage([own, *others])[0]
        proofs.append(is_zero(made - share(own, sum(others), size)))
        first, second = mean_weights_symbolic((p, 1 - p), pay, advantage, size)
        step = first * (1 - p) - second * p
        proofs.append(is_zero(sympy.expand(step - factor(size) * gradient)))
    policy, rewards = bandits(PROBLEMS, 3, run.generator("bandits"))
    errors = []
    for size in (2, 4, 6):
        weights = mean_weights(policy, rewards, advantage, size)
        step = torch.einsum("bn,bnk->bk", weights, bandit_scores(policy))
        gap = step - float(factor(size)) * bandit_gradient(policy, rewards)
        errors += gap.abs().amax(-1).tolist()
    errors += [_of_counts(advantage, size, float(factor(size))) for size in (16, 64)]
    plain = torch.einsum("bn,bn,bnk->bk", policy, rewards, bandit_scores(policy))
    errors += (plain - bandit_gradient(policy, rewards)).abs().amax(-1).tolist()
    here, raised = (torch.stack(advantage((rewards + c).unbind(1))) for c in (0, 1))
    errors += (raised - here).abs().amax(0).tolist()
    return identity(proofs, errors, "mean step of the group")


def _of_any_group(share: Share, factor: Callable[[Any], Any]) -> list[bool | None]:
    """Return the proofs for a group of any size G: its own reward counts, the others' do not.

    The advantage is linear in the rewards. An output's own reward times its score has the gradient
    as its mean, another's reward times it the mean reward times the mean score, which is 0.
    """
    known, gradient, (p, _, mean) = any_gradient()
    own, others, size = sympy.symbols("r S G", positive=True)
    made = share(own, others, size)
    by_own, by_others = sympy.diff(made, own), sympy.diff(made, others)
    score = p * (1 - p) - (1 - p) * p
    step = by_own * gradient + by_others * (size - 1) * mean * score
    linear = made - by_own * own - by_others * others
    return [known, is_zero(linear), is_zero(step - factor(size) * gradient)]


def _of_counts(advantage: Advantage, size: int, factor: float) -> float:
    """Return how far large groups of two arms are from the asserted mean step.

    By the binomial number of outputs that are the first arm, of chance 0.3 and reward 1.7 over 0.4.
    """
    p, pay = 0.3, (1.7, 0.4)
    step = 0.0
    for count in range(size + 1):
        values = [float(v) for v in advantage([pay[0]] * count + [pay[1]] * (size - count))]
        scores = [1 - p] * count + [-p] * (size - count)
        chance = math.comb(size, count) * p**count * (1 - p) ** (size - count)
        step += chance * sum(v * s for v, s in zip(values, scores, strict=True)) / size
    return abs(step - factor * p * (1 - p) * (pay[0] - pay[1]))


@topic.proved(
    "27.7",
    says="better-than-average outputs are encouraged, discouraging worse-than-average outputs",
    kind=Kind.EXPERIMENT,
    rule="the preference of an output drawn c times moves by c (r - mean)/std, whatever the "
    "policy, the group and its size: symbolically; and for every group of 4 in 60 seeded bandits "
    "of 4 arms (half with rewards 0 and 1) that of each drawn output moves in the asserted "
    "direction, or not at all",
    source="Shao et al. 2024, section 4.1; Yu et al. 2025 (DAPO) on groups without a signal",
    right="at the old policy, before any clipping. A group whose rewards are all equal says "
    "nothing: with binary rewards that has probability p^G + (1 - p)^G",
    assumptions=("softmax preferences", "one step at the old policy, without the KL term"),
    asserted=Case(lambda r, mean: r - mean, "up exactly if its reward is above the group's mean"),
    mutant=Case(
        lambda r, mean: torch.where((r - mean).abs() < 1e-9, r, r - mean),
        "the same, and a group of right answers only is encouraged too",
    ),
    control=Case(
        lambda r, mean: r - (4 * mean - r) / 3, "up exactly if above the mean of the other three"
    ),
    simulation="advantages",
)
def above_average_is_encouraged(
    asserted: "Callable[[Tensor, Tensor], Tensor]", run: Run
) -> Evidence:
    """Add up advantage times score over each group and look at the sign for each drawn arm."""
    policy, rewards = bandits(PROBLEMS, 4, run.generator("bandits"))
    rewards[::2] = rewards[::2].round()
    groups = torch.cartesian_prod(*[torch.arange(4, device=run.device)] * 4)
    drawn = rewards[:, groups]
    values = torch.stack(normalised(list(drawn.unbind(-1))), -1)
    change = torch.einsum("bmg,bmgk->bmk", values, bandit_scores(policy)[:, groups])
    moved = change.gather(-1, groups.expand(PROBLEMS, -1, -1))
    wanted = asserted(drawn, drawn.mean(-1, keepdim=True))
    wrong = _direction(moved) != _direction(wanted)
    return every(
        [
            proof(_moves_by_its_advantage(), "c (r - mean)/std"),
            enumeration(wrong.numel(), int(wrong.sum()), "direction of each drawn output"),
        ]
    )


def _moves_by_its_advantage() -> list[bool | None]:
    """Return the proof that c copies of an output move its preference by c (r - mean)/std.

    Of G outputs c are this one, of probability p and reward r; the others' rewards add up to S.
    """
    copies, size, spread = sympy.symbols("c G s", positive=True)
    p, pay, others = sympy.symbols("p r S", real=True)
    mean = (copies * pay + others) / size
    own, rest = (pay - mean) / spread, (others - (size - copies) * mean) / spread
    moved = copies * own * (1 - p) - rest * p
    return [is_zero(moved - copies * (pay - mean) / spread), (copies / spread).is_positive]


def _direction(change: "Tensor") -> "Tensor":
    """Return -1, 0 or 1, with what rounding leaves counted as 0."""
    return torch.where(change.abs() < 1e-9, 0.0, change.sign())


# --- Dividing by the standard deviation --------------------------------------------------------


def _given_right_answers() -> bool | None:
    """Return the proof that k right answers of G step by std/(p(1 - p)) times the gradient of p.

    The mean score of a right answer is the gradient of p over p, of a wrong one minus that of p
    over 1 - p, for any number of either.
    """
    k, more = sympy.symbols("k m", positive=True)
    p = sympy.Symbol("p", positive=True)
    size = k + more
    spread = sympy.sqrt(k * more) / size
    right, wrong = (1 - k / size) / spread, -k / size / spread
    step = (k * right / p + more * wrong * (-1 / (1 - p))) / size
    return is_zero(step - spread / (p * (1 - p)))


def _root(k: int, size: int) -> Any:
    return sympy.sqrt(sympy.Rational(k * (size - k), size**2))


Scaled = tuple[Advantage, Callable[[Any, int, Any], Any]]
"""An advantage, and the asserted factor as a function of p = P(right), G and a square root."""


@topic.proved(
    "27.10",
    says="The advantage per input prompt is A_(i,t) = (r_i - mean(r)) / std(r)",
    rule="binary rewards: with k of G outputs right the mean step is std/(p(1 - p)) times the "
    "gradient, symbolically for any k, G and number of outputs; mean step over all groups equal "
    "to the asserted factor times the "
    "gradient, symbolically for 2 arms and G = 2, 3, 4, and below 1e-10 in 60 seeded bandits, "
    "G = 5; the advantages are those of either std to 1e-10 in 60 groups of graded rewards",
    source="Shao et al. 2024, section 4.1.2; Liu et al. 2025 on the bias of the division",
    right="one value for each output, the same for all its tokens. It re-weights questions by "
    "about 1/sqrt(p(1 - p)), so easy and hard ones count for more than under the plain gradient; "
    "it is undefined when all rewards are equal; sample and population std differ by "
    "sqrt((G - 1)/G)",
    assumptions=("rewards 0 and 1", "population std; a group of equal rewards gives no step"),
    asserted=Case(
        (normalised, lambda p, size, root: expected_spread(p, size, root) / (p * (1 - p))),
        "with (r - mean)/std the mean step is E[std]/(p(1 - p)) times the gradient",
    ),
    mutant=Case(
        (normalised, lambda p, size, root: 1 + 0 * p),
        "with (r - mean)/std the mean step is the gradient",
    ),
    control=Case(
        (centred, lambda p, size, root: (0 * p + size - 1) / size),
        "with r - mean it is (G - 1)/G times the gradient",
    ),
    simulation="advantages",
    derivation="binary",
)
def divided_by_deviation(asserted: Scaled, run: Run) -> Evidence:
    """List every group of right and wrong answers."""
    advantage, factor = asserted
    p = sympy.Symbol("p", positive=True)
    proofs = [_given_right_answers()]
    for size in (2, 3, 4):
        pay = (sympy.Integer(1), sympy.Integer(0))
        first, second = mean_weights_symbolic((p, 1 - p), pay, advantage, size)
        step = first * (1 - p) - second * p
        proofs.append(is_zero(sympy.expand(step - factor(p, size, _root) * p * (1 - p))))
    policy, _ = bandits(PROBLEMS, 4, run.generator("bandits"))
    rewards = torch.tensor([1.0, 0.0, 1.0, 0.0], device=run.device).double().expand_as(policy)
    weights = mean_weights(policy, rewards, advantage, 5)
    step = torch.einsum("bn,bnk->bk", weights, bandit_scores(policy))
    right = (policy * rewards).sum(-1, keepdim=True)
    scale = factor(right, 5, lambda k, size: math.sqrt(k * (size - k)) / size)
    gap = step - scale * bandit_gradient(policy, rewards)
    errors = [gap.abs().amax(-1)]
    graded = torch.rand(
        (PROBLEMS, 5), generator=run.generator("graded"), device=run.device
    ).double()
    for lost in (0, 1):
        spread = graded.std(1, correction=lost, keepdim=True)
        exact = (graded - graded.mean(1, keepdim=True)) / spread
        errors.append((torch.stack(normalised(graded.unbind(1), lost), 1) - exact).abs().amax(-1))
    return identity(proofs, torch.cat(errors).cpu(), "mean step, binary rewards")


@topic.agrees(
    "27.10.1",
    says="Dividing by the standard deviation keeps the direction of the gradient",
    scope="60 seeded bandits",
    expected=Verdict.CONDITIONAL,
    rule="cosine between the mean step over all groups of 2 and 3 and the gradient is 1 to 1e-10 "
    "in each of 60 seeded bandits of 3 arms",
    source="Liu et al. 2025, section 3.1",
    right="for one question with binary rewards; with graded rewards some outputs are pushed "
    "harder than the gradient would, and others less",
    statement="dividing by the standard deviation keeps the direction of the gradient where "
    "rewards are {}",
    inside=Case((normalised, True), "0 and 1"),
    outside=Case((normalised, False), "graded"),
    mutant=Case(
        (lambda r: normalised(r, 1), False), "it is kept with the sample std, rewards graded"
    ),
    control=Case((centred, False), "it is kept without the division, rewards graded"),
    simulation="advantages",
    derivation="factor",
)
def keeps_the_direction(asserted: tuple[Advantage, bool], run: Run) -> Evidence:
    """Compare directions by enumeration."""
    advantage, binary = asserted
    policy, rewards = bandits(PROBLEMS, 3, run.generator("bandits"))
    if binary:
        rewards = torch.tensor([1.0, 0.0, 1.0], device=run.device).double().expand_as(policy)
    gradient = bandit_gradient(policy, rewards)
    wrong = 0
    for size in (2, 3):
        weights = mean_weights(policy, rewards, advantage, size)
        step = torch.einsum("bn,bnk->bk", weights, bandit_scores(policy))
        wrong += int((~(torch.cosine_similarity(step, gradient) >= 1 - 1e-10)).sum())
    return enumeration(2 * PROBLEMS, wrong, "direction of the mean step")


# --- The KL term -------------------------------------------------------------------------------

topic.documented(
    "27.8",
    "Instead of adding KL penalty in the reward (which PPO does)",
    "Ouyang et al. 2022, section 3.5; Schulman et al. 2017, section 5",
    Verdict.CONDITIONAL,
    "PPO as used in RLHF adds it to the reward; PPO itself has no reference model",
)

Side = Callable[[Any, Any, Any, Any], Any]
"""A quantity of policy p and reference q (lists), with a logarithm and a way to differentiate."""


def expected(k: Callable[[Any, Any], Any]) -> Side:
    """Return the mean of an estimator over outputs of the policy."""
    return lambda p, q, log, slope: sum(a * k(b / a, log) for a, b in zip(p, q, strict=True))


def as_a_loss(k: Callable[[Any, Any], Any]) -> Side:
    """Return the mean gradient when the estimator is differentiated on sampled outputs."""

    def mean_slope(p: Any, q: Any, log: Any, slope: Any) -> Any:
        return sum(a * slope(k(b / a, log)) for a, b in zip(p, q, strict=True))

    return mean_slope


def divergence(p: Any, q: Any, log: Any, slope: Any) -> Any:
    """Return KL(p || q)."""
    return sum(a * log(a / b) for a, b in zip(p, q, strict=True))


def slope_of_divergence(p: Any, q: Any, log: Any, slope: Any) -> Any:
    """Return the gradient of KL(policy || reference)."""
    return slope(divergence(p, q, log, slope))


def slope_of_reverse(p: Any, q: Any, log: Any, slope: Any) -> Any:
    """Return the gradient of KL(reference || policy)."""
    return slope(divergence(q, p, log, slope))


def _equal(left: Side, right: Side, run: Run, says: str) -> Evidence:
    """Compare two sides: by algebra for two outputs, by autograd in 60 softmax policies of 4."""
    x = sympy.Symbol("x", real=True)
    h = sympy.Symbol("h", positive=True)
    p, q = 1 / (1 + sympy.exp(-x)), 1 / (1 + h)
    sides = [
        side((p, 1 - p), (q, 1 - q), sympy.log, lambda e: sympy.diff(e, x))
        for side in (left, right)
    ]
    proved = is_zero(sides[0] - sides[1])
    return identity([proved], _gap(left, right, run), says)


def _gap(left: Side, right: Side, run: Run) -> "Tensor":
    """Return the difference of two sides in 60 seeded softmax policies of 4 outputs."""
    drawn = torch.randn(
        (3, PROBLEMS, 4), generator=run.generator("policies"), device=run.device
    ).double()
    theta = drawn[0].requires_grad_()
    policy, reference = torch.softmax(theta, -1), torch.softmax(drawn[1], -1).detach()

    def along(value: "Tensor") -> "Tensor":
        gradient = torch.autograd.grad(value.sum(), theta, retain_graph=True)[0]
        return (gradient * drawn[2]).sum(-1)

    rows = (policy.unbind(-1), reference.unbind(-1), torch.log, along)
    gap: Tensor = left(*rows) - right(*rows)
    return gap.detach().cpu()


topic.fence(
    "27.9",
    "variables: {p: simplex(n), q: simplex(n)}",
    says="adding the KL divergence between the trained policy and the reference policy to the loss",
    rule="mean of the estimator over the outputs of the policy p, with q the reference: sums over "
    "outputs in normal form, for every number of them",
    source="Shao et al. 2024, equation 4; Schulman 2020",
    right="r - 1 - log r with r = reference/policy is an unbiased estimate, and never negative. "
    "As a value only: see 27.9.1 for its gradient",
    asserted=Case(
        "sum(p_i*(q_i/p_i - 1 - log(q_i/p_i)), i) = KL(p, q)",
        "the mean of r - 1 - log r is the KL divergence",
    ),
    mutant=Case(
        "sum(p_i*log(q_i/p_i)^2/2, i) = KL(p, q)", "the mean of (log r)^2 / 2 is the KL divergence"
    ),
    control=Case("sum(-p_i*log(q_i/p_i), i) = KL(p, q)", "the mean of -log r is the KL divergence"),
    simulation="estimators",
    derivation="k3-mean",
)


@topic.proved(
    "27.9.1",
    says="Differentiating r - 1 - log r in the loss follows KL(policy || reference)",
    expected=Verdict.FAILS,
    rule="mean gradient on sampled outputs equal to the asserted one: symbolically for 2 outputs, "
    "and below 1e-10 along random directions in 60 seeded softmax policies of 4; void unless "
    "there (log r)^2 / 2 follows KL(policy || reference)",
    source="Schulman 2020; Tang & Munos 2025, on KL gradients in RLHF",
    right="it follows KL(reference || policy), the other direction: outputs are drawn from the "
    "policy, and the loss is not differentiated through the drawing. -log r gives no gradient, "
    "(log r)^2 / 2 the wanted one",
    asserted=Case((as_a_loss(k3), slope_of_divergence), "it follows KL(policy || reference)"),
    mutant=Case(
        (as_a_loss(k1), slope_of_divergence), "-log r as a loss follows KL(policy || reference)"
    ),
    control=Case((as_a_loss(k3), slope_of_reverse), "it follows KL(reference || policy)"),
    simulation="estimators",
    derivation="k3-gradient",
)
def differentiates_the_estimator(asserted: tuple[Side, Side], run: Run) -> Evidence:
    """Take the exact mean of an estimator's gradient over the policy's outputs."""
    require(
        _gap(as_a_loss(k2), slope_of_divergence, run).abs() <= EXACT,
        says="(log r)^2 / 2 as a loss follows KL(policy || reference)",
    )
    return _equal(*asserted, run, "mean gradient of the estimator as a loss")


topic.documented(
    "27.15",
    "to scale or not, to use D_KL or not, to clip or not",
    "Liu et al. 2025 (Dr. GRPO) drops std and 1/|o|; Yu et al. 2025 (DAPO) drops the KL",
    Verdict.QUIZ,
)
topic.documented(
    "27.16",
    "Variants to GRPo exist like DAPO",
    "Yu et al. 2025: decoupled clip and dynamic sampling policy optimization",
)
