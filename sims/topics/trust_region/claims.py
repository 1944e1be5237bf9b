"""What the notes say of trust regions, decided by exact values, divergences and linear programs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sims.claims import (
    EXACT,
    Case,
    Evidence,
    Kind,
    Verdict,
    enumeration,
    every,
    fact,
    is_zero,
    proof,
    require,
)
from sims.lazy import sympy, torch
from sims.rl import dynamic_programming as dp
from sims.rl.finite_mdp import FiniteMDP
from sims.run import Run
from sims.topics.trust_region.model import (
    DELTA,
    GAMMA,
    advantages,
    constrained_problem,
    divergence,
    fisher,
    lagrangian_optimum,
    limit_at,
    mean_divergence,
    natural_gradient,
    optimum,
    performance,
    policy_gradient,
    problems,
    surrogate,
    topic,
    trust_region_step,
    visits,
)

if TYPE_CHECKING:
    from torch import Tensor

topic.documented(
    "13.1", "A kind of local policy search algorithm", "Schulman et al. 2015, section 1"
)
topic.documented(
    "13.2",
    "every new policy is somewhat closer to the earlier policy",
    "Schulman et al. 2015, section 3",
    Verdict.QUIZ,
    "close to the earlier policy, not closer than before",
)


# --- The update ----------------------------------------------------------------------------------


def _gradient(value: Callable[["Tensor"], "Tensor"], theta: "Tensor") -> "Tensor":
    """Return by autograd how each MDP's `value` of a policy changes with its preferences."""
    leaf = theta.clone().requires_grad_()
    return torch.autograd.grad(value(dp.softmax_policy(leaf)).sum(), leaf)[0]


def _check_step(mdps: FiniteMDP, theta: "Tensor") -> None:
    """Raise ArithmeticError unless a step has the direction and length that it should have.

    The gradient of J, and of the surrogate at the old policy, is the policy gradient; the natural
    gradient solves F d = g. A tiny step's divergence is quadratic, so it comes to the limit, or,
    where rounding up made one halving necessary, to a quarter of it.
    """
    old, plain = dp.softmax_policy(theta), policy_gradient(mdps, theta)
    natural = natural_gradient(mdps, theta).flatten(1)
    solved = fisher(old, visits(mdps, old)) @ natural.unsqueeze(-1)
    for slope in (
        _gradient(lambda policy: performance(mdps, policy), theta),
        _gradient(lambda policy: surrogate(mdps, old, policy), theta),
        solved.view_as(theta),
    ):
        require((slope - plain).abs() <= EXACT, says="a step does not follow the policy gradient")
    other = dp.softmax_policy(theta.flip(0))
    table = dp.action_values(mdps, dp.evaluate(mdps, old, GAMMA), GAMMA)
    gained = torch.einsum("nsa,nsb,nsb->n", dp.occupancy(mdps, old, GAMMA), other - old, table)
    require(
        (surrogate(mdps, old, other) - performance(mdps, old) - gained).abs() <= EXACT * 100,
        says="the surrogate does not weigh states by the old policy's visits",
    )
    tiny = 1e-8
    new = dp.softmax_policy(trust_region_step(mdps, theta, tiny))
    share = mean_divergence(mdps, old, new) / tiny
    require(
        ((share - 1).abs() < 0.01) | ((share - 0.25).abs() < 0.01),
        says="a trust-region step is not as long as its limit",
    )


@topic.simulated(
    "13.3",
    says="TRPO uses policy gradients but has a constraint on how the polices are updated",
    scope="800 updates",
    rule="8 updates in each of 100 seeded MDPs: along the asserted direction, as far as a mean KL "
    "divergence of 0.01, the surrogate rises by at least 95 % of what any policy within that limit "
    "gains, which Lagrange's conditions give; the step taken lies on that way, within the limit",
    source="Schulman et al. 2015, equations 12 to 14",
    assumptions=("5 states, 3 actions, gamma 0.9, softmax tables", "exact advantages, no sampling"),
    asserted=Case("natural", "its step is the policy gradient's best within the constraint"),
    mutant=Case("plain", "the plain gradient, kept within the constraint, does as well"),
    control=Case("optimum", "the way to the exact optimum does"),
    simulation="step",
    derivation="step",
)
def constrained_updates(asserted: str, run: Run) -> Evidence:
    """Follow TRPO, and hold the asserted direction against the exact constrained optimum."""
    mdps, theta = problems(run, 100)
    _check_step(mdps, theta)
    cases = wrong = 0
    for _ in range(8):
        old, best = dp.softmax_policy(theta), best_within(mdps, theta, DELTA)
        base = surrogate(mdps, old, old)
        direction = {
            "natural": natural_gradient(mdps, theta),
            "plain": policy_gradient(mdps, theta),
            "optimum": (best / old).log(),
        }[asserted]
        reached = dp.softmax_policy(theta + to_the_limit(mdps, theta, direction, DELTA))
        gained = surrogate(mdps, old, reached) - base
        known = torch.distributions.kl_divergence(
            *(torch.distributions.Categorical(probs=policy) for policy in (old, reached))
        )
        require(
            ((visits(mdps, old) * known).sum(-1) / DELTA - 1).abs() < 1e-6,
            says="the way does not end where KL(old || new) is at its limit",
        )
        after = trust_region_step(mdps, theta, DELTA)
        on_the_way = mean_divergence(mdps, old, dp.softmax_policy(after)) <= DELTA * (1 + 1e-9)
        good = gained >= 0.95 * (surrogate(mdps, old, best) - base)
        wrong += int((~(good & on_the_way)).sum())
        cases, theta = cases + len(theta), after
    return enumeration(cases, wrong, f"{asserted} direction: 95 % of the best gain within {DELTA}")


def to_the_limit(mdps: FiniteMDP, theta: "Tensor", way: "Tensor", delta: float) -> "Tensor":
    """Return each MDP's way, lengthened until the mean KL divergence is `delta`, by halving."""
    old = dp.softmax_policy(theta)
    low = torch.zeros(len(theta), dtype=theta.dtype, device=theta.device)
    high = 100 / way.flatten(1).norm(dim=1)
    for _ in range(60):
        middle = ((low + high) / 2).view(-1, 1, 1)
        far = mean_divergence(mdps, old, dp.softmax_policy(theta + middle * way)) > delta
        low = torch.where(far, low, middle.flatten())
        high = torch.where(far, middle.flatten(), high)
    return low.view(-1, 1, 1) * way


def best_within(mdps: FiniteMDP, theta: "Tensor", delta: float) -> "Tensor":
    """Return the policy of the largest surrogate within mean KL `delta`, shape (count, S, A).

    Lagrange's conditions for prices c of the constraint and m of each state's sum are new =
    c old / (m - A): m by halving for each c, then c.
    """
    old = dp.softmax_policy(theta)
    gains = advantages(mdps, old)
    top = gains.max(-1, keepdim=True).values
    log_low, log_high = torch.full_like(top[:, :1], -20.0), torch.full_like(top[:, :1], 20.0)
    new = old
    for _ in range(60):
        price = ((log_low + log_high) / 2).exp()
        low, high = top + price * 1e-12, top + price  # the sum is above 1, and at most 1
        for _ in range(60):
            middle = (low + high) / 2
            above = (price * old / (middle - gains)).sum(-1, keepdim=True) > 1
            low, high = torch.where(above, middle, low), torch.where(above, high, middle)
        new = price * old / ((low + high) / 2 - gains)
        new = new / new.sum(-1, keepdim=True)
        far = (mean_divergence(mdps, old, new) > delta).view(-1, 1, 1)
        log_low = torch.where(far, (log_low + log_high) / 2, log_low)
        log_high = torch.where(far, log_high, (log_low + log_high) / 2)
    return new


@topic.agrees(
    "13.4",
    says="Each new policy has to be close to the older one in terms of the KL-divergence",
    scope="400 seeded pairs of policies",
    expected=Verdict.AGREES,
    rule="the return is at least the surrogate less the asserted penalty (+ 1e-9), for 400 new "
    "policies near and far, in as many seeded MDPs; the penalty is 2 gamma e/(1 - gamma)^2 times "
    "the root of half the asserted divergence, e the new policy's largest mean advantage; "
    "and a fifth to four fifths of the policies earn less than the surrogate",
    source="Achiam et al. 2017, corollaries 1 and 3; Schulman et al. 2015, theorem 1",
    right="or what is promised (the surrogate) is not kept: the theory bounds it by the largest KL "
    "over states, TRPO keeps the mean over the states visited. A ball in the parameters is no "
    "substitute: it depends on how the policy is written down",
    asserted=Case("mean", "what the surrogate promises is kept up to the root of the mean KL"),
    mutant=Case("none", "it is kept however far the new policy is"),
    control=Case("largest", "up to the root of the largest KL over states"),
    simulation="step",
    derivation="bound",
)
def kept_promises(asserted: str, run: Run) -> Evidence:
    """Hold returns to surrogates of random new policies, at random distances."""
    mdps, theta = problems(run, 400)
    generator = run.generator("new policies")
    far = 3 * torch.rand(400, 1, 1, generator=generator, device=run.device, dtype=torch.float64)
    moves = torch.randn(theta.shape, generator=generator, device=run.device, dtype=torch.float64)
    old, new = dp.softmax_policy(theta), dp.softmax_policy(theta + far * moves)
    kl = {
        "mean": mean_divergence(mdps, old, new),
        "largest": divergence(old, new).amax(-1),
        "none": torch.zeros_like(mdps.P[:, 0, 0, 0]),
    }
    gains = (new * advantages(mdps, old)).sum(-1).abs().amax(-1)
    penalty = 2 * GAMMA * gains / (1 - GAMMA) ** 2 * (kl[asserted] / 2).sqrt()
    short = surrogate(mdps, old, new) - performance(mdps, new)
    broken = int((short > penalty + 1e-9).sum())
    overrated = float((short > 0).double().mean())
    written = far[:, :1] * moves[..., :1]  # more on all preferences of a state: the same policy
    other = divergence(old, dp.softmax_policy(theta + far * moves + written))
    same = bool(torch.allclose(other, divergence(old, new), rtol=1e-9, atol=1e-12))
    apart = bool(((far * moves + written).norm(dim=(1, 2)) != (far * moves).norm(dim=(1, 2))).all())
    return every(
        [
            enumeration(400, broken, "returns below the surrogate less the penalty"),
            fact(0.2 < overrated < 0.8, f"{overrated:.0%} earn less than the surrogate"),
            fact(same and apart, "the same policies, written otherwise, are as far apart in KL"),
        ]
    )


topic.documented(
    "13.5",
    "polices are nothing but probability distributions over the actions",
    "Sutton & Barto 2018, section 3.5",
    right="conditional ones: one distribution for each state, so KL is averaged over states",
)


@dataclass(frozen=True, eq=False)
class Policies:
    """Three random policies of 3 actions, shape (count, 3), and a small move of the first."""

    p: "Tensor"
    q: "Tensor"
    r: "Tensor"
    moved: "Tensor"
    quadratic: "Tensor"
    """Half the squared length of the move in the Fisher metric."""


@dataclass(frozen=True, eq=False)
class Property:
    """What a distance might obey: on drawn policies, and as an expression that must vanish."""

    holds: Callable[[Policies], "Tensor"]
    identity: Callable[[], Any]


def _two_actions() -> tuple[Any, Any, Any, Any]:
    """Return log odds x and y of two policies of two actions, and KL both ways."""
    x, y = sympy.symbols("x y", real=True)
    p, q = 1 / (1 + sympy.exp(-x)), 1 / (1 + sympy.exp(-y))

    def kl(a: Any, b: Any) -> Any:
        return a * sympy.log(a / b) + (1 - a) * sympy.log((1 - a) / (1 - b))

    return x, y, kl(p, q), kl(q, p)


def _curvature() -> Any:
    """Return how far the second derivatives at the old policy are from the Fisher information."""
    x, y, forward, backward = _two_actions()
    p = 1 / (1 + sympy.exp(-x))
    curved = [sympy.diff(kl, y, 2).subs(y, x) - p * (1 - p) for kl in (forward, backward)]
    return sympy.Matrix(curved).applyfunc(sympy.simplify)


def _asymmetry() -> Any:
    _, _, forward, backward = _two_actions()
    return forward - backward


def _symmetric(x: Policies) -> "Tensor":
    return (divergence(x.p, x.q) - divergence(x.q, x.p)).abs() < 1e-9


def _second_order(x: Policies) -> "Tensor":
    forward, backward = divergence(x.p, x.moved), divergence(x.moved, x.p)
    near = ((d / x.quadratic - 1).abs() < 0.01 for d in (forward, backward))
    first, second = near
    return first & second


def _nonnegative(x: Policies) -> "Tensor":
    return divergence(x.p, x.q) >= 0


SECOND_ORDER = Property(_second_order, _curvature)


@topic.agrees(
    "13.6",
    says="KL divergence is a natural way to measure the distance",
    scope="500 seeded triples of policies",
    expected=Verdict.CONDITIONAL,
    rule="the property holds for each of 500 seeded triples of policies, and the identity that it "
    "implies (if any) is symbolically zero for two actions; lengths are those of the change "
    "of the preferences",
    source="Amari 1998; KL((.9, .1) || (.5, .5)) = 0.368 and 0.511 the other way",
    right="locally: to second order it is half the squared Fisher length, the same both ways. It "
    "is no metric: neither symmetric nor subject to the triangle inequality",
    statement="KL measures a move as half its squared Fisher length, both ways, to 1 %, for {}",
    inside=Case((SECOND_ORDER, 0.001), "moves of length 0.001"),
    outside=Case((SECOND_ORDER, 1.0), "moves of length 1"),
    mutant=Case(
        (Property(_symmetric, _asymmetry), 0.001), "it is symmetric, as a distance must be"
    ),
    control=Case((Property(_nonnegative, lambda: sympy.Integer(0)), 0.001), "it is never negative"),
    simulation="divergence",
    derivation="fisher",
)
def kl_as_a_distance(asserted: tuple[Property, float], run: Run) -> Evidence:
    """Try a property of a distance on random policies."""
    claimed, length = asserted
    generator = run.generator("triples")
    theta = torch.randn((4, 500, 3), generator=generator, device=run.device, dtype=torch.float64)
    p, q, r, _ = torch.softmax(1.5 * theta, -1)
    move = length * theta[3] / theta[3].norm(dim=-1, keepdim=True)
    matrix = fisher(p.unsqueeze(1), torch.ones_like(p[:, :1]))
    quadratic = 0.5 * torch.einsum("na,nab,nb->n", move, matrix, move)
    drawn = Policies(p, q, r, torch.softmax(1.5 * theta[0] + move, -1), quadratic)
    broken = int((~claimed.holds(drawn)).sum())
    return every(
        [
            enumeration(500, broken, "property of the KL divergence"),
            proof([is_zero(claimed.identity())], "its identity for two actions is zero"),
        ]
    )


topic.documented(
    "13.7",
    "Constraint Policy Optimization (CPO)",
    "Achiam et al. 2017",
    Verdict.FAILS,
    "Constrained Policy Optimization",
)


# --- Costs ---------------------------------------------------------------------------------------

COST_PROBLEMS = 20


@lru_cache(maxsize=64)
def _programme(number: int, fraction: float, seed: int, device: str) -> tuple[float, float]:
    """Return a problem's limit and its best return within that limit, by the linear program."""
    mdp, costs = constrained_problem(Run(seed, device), number)
    limit = limit_at(mdp, costs, fraction)
    return limit, dp.occupancy_programme(mdp, GAMMA, [costs], [limit]).reward


@topic.agrees(
    "13.8",
    says="contraints on the cost function to keep an agent's action under a limit",
    scope="20 seeded problems",
    expected=Verdict.FAILS,
    rule="the asserted optimum equals the linear program's to 1e-6 in each of 20 seeded problems, "
    "whose limit lies half way from the least possible cost to the free optimum's",
    source="Altman 1999, chapter 3; Achiam et al. 2017, section 3",
    right="the expected discounted sum of costs is limited, not each action: the best policy may "
    "take a costly action with some probability",
    asserted=Case("each action", "only actions whose own cost is within the limit may be taken"),
    mutant=Case("ignored", "the limit changes nothing"),
    control=Case("expected sum", "the expected discounted cost is priced until it is in the limit"),
    simulation="constrained",
    derivation="mixture",
)
def limits_the_expected_sum(asserted: str, run: Run) -> Evidence:
    """Compute the optimum under the asserted reading beside the occupancy program's."""
    wrong = 0
    for number in range(COST_PROBLEMS):
        mdp, costs = constrained_problem(run, number)
        limit, exact = _programme(number, 0.5, run.seed, run.device)
        if asserted == "expected sum":
            found = lagrangian_optimum(mdp, costs, limit)
        elif asserted == "each action":
            cheapest = costs == costs.min(-1, keepdim=True).values
            allowed = (costs <= limit * (1 - GAMMA)) | cheapest
            limited = type(mdp)(mdp.P, mdp.R, mdp.terminal, mdp.start, allowed)
            found = optimum(limited)[0]
        else:
            found = optimum(mdp)[0]
        wrong += not abs(found - exact) <= 1e-6
    return enumeration(COST_PROBLEMS, wrong, f"optimum with the limit on: {asserted}")


@topic.agrees(
    "13.9",
    says="while maintaining optimal performance",
    kind=Kind.EXPERIMENT,
    scope="20 seeded problems",
    expected=Verdict.FAILS,
    rule="in each of 20 seeded problems the best return within the limit equals the best return "
    "without it, to 1e-6; limits are placed from the least possible cost (0) to that of the free "
    "optimum (1)",
    source="Altman 1999, chapter 3; Achiam et al. 2017, section 3",
    right="the best return within the limit: only a limit that does not bind, above the cost of "
    "the free optimum, costs nothing",
    mutant=Case(0.9, "a limit just below the free optimum's cost leaves the return optimal"),
    control=Case(1.1, "a limit above the free optimum's cost leaves the return optimal"),
    asserted=Case(0.5, "a limit half way down leaves the return optimal"),
    simulation="constrained",
    derivation="mixture",
)
def keeps_the_return(asserted: float, run: Run) -> Evidence:
    """Compare constrained and free optima."""
    parts, losses = [], []
    for number in range(COST_PROBLEMS):
        free = optimum(constrained_problem(run, number)[0])[0]
        losses.append((free - _programme(number, asserted, run.seed, run.device)[1]) / free)
        parts.append(abs(losses[-1] * free) > 1e-6)
    says = f"limit at {asserted}: mean loss {100 * sum(losses) / len(losses):.2f} %"
    return enumeration(COST_PROBLEMS, sum(parts), says)
