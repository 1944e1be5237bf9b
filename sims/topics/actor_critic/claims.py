"""What the notes say of actor-critic methods, held against exact values."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from sims.claims import (
    EXACT,
    Case,
    Evidence,
    Kind,
    Verdict,
    check_mean,
    enumeration,
    every,
    experiment,
    identity,
    is_zero,
    require,
)
from sims.lazy import np, scipy, sympy, torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.garnet import random_mdps
from sims.rl.environments.lqr import LQR
from sims.rl.finite_mdp import FiniteMDP
from sims.rl.watched import watched
from sims.run import Run
from sims.topics.actor_critic import textbook
from sims.topics.actor_critic.model import (
    CRITIC_STEP,
    GAMMA,
    LONG,
    NEVER,
    ONE_STEP,
    Actor,
    Setting,
    arrived,
    best_step_size,
    checks_needed,
    curves,
    draw_mdps,
    learning_curves,
    repeated,
    topic,
)
from sims.topics.actor_critic.networks import (
    ARCHITECTURES,
    CELLS,
    COPIES,
    ENTROPY,
    Path,
    best_value,
    corridor,
    objective,
    trained_values,
)
from sims.topics.actor_critic.networks import GAMMA as CORRIDOR_GAMMA
from sims.topics.actor_critic.regulator import (
    ACTIONS,
    EPISODES,
    SPREAD,
    excess_cost,
    five_action_controller,
    gaussian_actor_critic,
    linear_controller,
    rollout_cost,
    tabulated,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


@cache
def _check_regulator(run: Run) -> None:
    """Raise ArithmeticError unless the regulator, its controllers and the critic agree.

    P solves the Riccati equation and is the exact cost of K, where that is least; rollouts come
    within 5 % of the exact cost; of five actions the best is the nearest to -K x; and the actor
    ends within 2 % of K, its critic within 3 % of the exact value of its policy.
    """
    for lqr in (LQR(), LQR(0.9, 0.7, 2.0, 0.3, 0.4, 0.8)):
        p, k = lqr.riccati(), lqr.best_gain()
        discounted = lqr.gamma * lqr.a * p
        fixed = lqr.q + lqr.a * discounted
        fixed -= (lqr.b * discounted) ** 2 / (lqr.r + lqr.gamma * lqr.b**2 * p)
        slope = lqr.cost(k + 1e-4) - lqr.cost(k - 1e-4)
        quadratic = lqr.cost(k) - lqr.cost(k, start=0.0)
        gains = torch.full((50,), k, dtype=torch.float64, device=run.device)
        rolled = float(rollout_cost(lqr, linear_controller(gains), 50, run).mean())
        require(
            all(abs(gap) <= EXACT * 100 for gap in (fixed - p, quadratic - p, slope)),
            says="the Riccati equation is not solved",
        )
        require(abs(rolled / lqr.cost(k) - 1) <= 0.05, says="rollouts do not cost what they should")
        x = torch.linspace(-2.0, 2.0, 40, device=run.device, dtype=torch.float64)[None]
        require(
            torch.equal(five_action_controller(lqr)(x), (-k * x).round().clamp(-2, 2)),
            says="not the best of five actions",
        )
    *_, learned = gaussian_actor_critic(LQR(), 20, EPISODES, run)
    gain, w0, w1 = (float(values.mean()) for values in learned)
    constant = LQR().cost(gain, SPREAD, start=0.0)
    curvature = LQR().cost(gain, SPREAD) - constant
    require(abs(gain / LQR().best_gain() - 1) <= 0.02, says="the actor does not find the best gain")
    require(
        abs(w0 / constant + 1) <= 0.03 and abs(w1 / curvature + 1) <= 0.03,
        says="the critic does not find the value of the policy",
    )


@cache
def _check_table(run: Run) -> None:
    """Compare the sampled table with the exact means over 1000 quantiles of each bin's states.

    Rewards must be within 6 standard errors, shares of the next bin within 0.02. Raises
    ArithmeticError where one is not.
    """
    lqr, normal = LQR(), scipy.stats.norm
    table, actions = tabulated(lqr, 50, run), np.array(ACTIONS)
    edges = np.array((-np.inf, -1.2, -0.4, 0.4, 1.2, np.inf))
    rewards, bins = [], []
    for low, high in pairwise(normal.cdf(edges / 1.5)):
        x = 1.5 * normal.ppf(np.linspace(low, high, 2001)[1::2, None])
        rewards.append(-(lqr.q * x**2 + lqr.r * actions**2).mean(0))
        beyond = normal.sf((edges[1:-1, None, None] - lqr.a * x - lqr.b * actions) / lqr.noise)
        bins.append(beyond.sum(0).mean(0))
    number = torch.arange(5.0, dtype=torch.float64, device=run.device)
    check_mean(table.expected_reward, number.new_tensor(np.array(rewards)), "table of rewards")
    off = (table.P @ number).mean(0) - number.new_tensor(np.array(bins))
    require(off.abs() <= 0.02, says="actions do not lead where the table says")


@topic.simulated(
    "12.1",
    says="Works well when there is an infinite input and output space",
    rule="discounted cost over 60 steps within 5 % of the Riccati controller's on the same noise: "
    "0.05 less the excess above 0 on a 97.5 % interval, 20 seeds, twice at most; and, so that each "
    "is a fair try, a tenth at most of the exact excess of doing nothing",
    source="Bertsekas 2017, section 3.1 (Riccati); Sutton & Barto 2018, section 13.7 (Gaussian)",
    right="through function approximation: an actor with a density over actions and a critic that "
    "generalises. A table over bins, or a maximum over a few actions, stays behind",
    assumptions=("a = 1, b = 0.5, q = 1, r = 0.5, noise 0.2, gamma = 0.9", "starts from N(0, 1)"),
    mutant=Case("table", "so does a table over five bins and five actions"),
    control=Case("riccati", "the Riccati controller comes within 5 % of itself"),
    asserted=Case(
        "gaussian actor",
        "a Gaussian actor with a quadratic critic comes within 5 % of the best controller",
    ),
    simulation="regulator",
)
def continuous_spaces(asserted: str, run: Run) -> Evidence:
    """Judge a controller by rollouts beside the best linear one."""
    _check_regulator(run)
    _check_table(run)
    nothing = LQR().cost(0.0) / LQR().cost(LQR().best_gain()) - 1

    def below(bound: float) -> Evidence:
        def sample(count: int, offset: int) -> "NDArray[Any]":
            return np.asarray(bound - excess_cost(asserted, count, offset, run.seed, run.device))

        return experiment(
            sample, margin=0.0, says=f"{bound:.3g} less the excess cost of the {asserted}"
        )

    return every([below(0.05), below(nothing / 10)])


def _expected_update(mdps: FiniteMDP, policy: "Tensor", horizon: int, exact: bool) -> "Tensor":
    """Return the policy gradient summed over the steps of an episode, without gamma^t, (S, A).

    Actions are worth their rewards up to the horizon, or, with an `exact` critic, for ever.
    """
    ahead = [dp.evaluate(mdps, policy, GAMMA)] * horizon
    if not exact:
        ahead = [torch.zeros_like(ahead[0])]
        for _ in range(horizon - 1):
            ahead.append(dp.expectation_backup(mdps, policy, ahead[-1], GAMMA))
    here, moves = mdps.start, dp.under(mdps, policy)[0]
    total = torch.zeros_like(policy)
    for after in reversed(ahead):
        q = dp.action_values(mdps, after, GAMMA)
        total += here.unsqueeze(-1) * policy * (q - (policy * q).sum(-1, keepdim=True))
        here = here @ moves
    return total


def _check_textbook(mdp: FiniteMDP, theta: "Tensor", setting: Setting, run: Run) -> None:
    """Raise ArithmeticError unless five episodes of both methods change what the textbook's do."""
    alone = FiniteMDP(mdp.P[0], mdp.R[0], mdp.terminal, mdp.start, mdp.allowed)
    worth = dp.evaluate(alone, dp.softmax_policy(theta), GAMMA) @ alone.start
    for method in ("reinforce", "actor-critic"):
        seen = watched(mdp)
        actor = Actor(method, seen, theta.new_tensor([0.4]), setting)
        actor.theta = theta.unsqueeze(0).clone()
        require((actor.value() - worth).abs() <= 1e-9, says="a policy is not worth its start")
        plain, v = theta.tolist(), [0.0] * mdp.states
        generator = run.generator("watched episodes")
        for _ in range(5):
            seen.lived.clear()
            actor.episode(generator)
            path = [(s, a, r, after) for s, a, r, after, _ in seen.lived]
            if method == "reinforce":
                textbook.reinforce(plain, path, 0.4, GAMMA)
            else:
                textbook.actor_critic(plain, v, path, 0.4, CRITIC_STEP, GAMMA)
        gaps = (actor.theta[0] - theta.new_tensor(plain), actor.v[0] - theta.new_tensor(v))
        for gap in gaps:
            require(gap.abs() <= 1e-9, says=f"{method} does not learn as the textbook's")


@cache
def _check_learning(run: Run) -> None:
    """Raise ArithmeticError unless updates are, on average, the policy gradient they estimate.

    Small steps from one policy, 20,000 episodes, within 5 standard errors. And in one-step episodes
    actor-critic has to be REINFORCE with a baseline, to the last digit.
    """
    setting, copies, alpha = Setting(states=3, horizon=3), 20_000, 1e-6
    mdp = draw_mdps(setting, 1, run.generator("one problem"))
    theta = torch.randn(3, 4, generator=run.generator("one policy"), device=run.device).double()
    alone = FiniteMDP(mdp.P[0], mdp.R[0], mdp.terminal, mdp.start, mdp.allowed)
    rates = torch.full((copies,), alpha, dtype=torch.float64, device=run.device)
    for method in ("reinforce", "exact critic"):
        actor = Actor(method, repeated(mdp, copies), rates, setting)
        actor.theta = theta.repeat(copies, 1, 1)
        actor.episode(run.generator("one episode"))
        found = (actor.theta - theta) / alpha
        expected = _expected_update(alone, dp.softmax_policy(theta), 3, method == "exact critic")
        error = (found.mean(0) - expected) / (found.std(0) / copies**0.5)
        require(error.abs() <= 5, says=f"the updates of {method} are not the policy gradient")
    _check_textbook(mdp, theta, setting, run)
    mdps = draw_mdps(ONE_STEP, 8, run.generator("problems"))
    same = [
        learning_curves(method, mdps, rates[:8] * 4e5, ONE_STEP, run.generator("same"))
        for method in ("baseline", "actor-critic")
    ]
    require(torch.equal(*same), says="one-step actor-critic is not REINFORCE with a baseline")


@topic.simulated(
    "12.2",
    says="Requires much less training time than policy gradient methods",
    expected=Verdict.CONDITIONAL,
    rule="environment steps until the exact value has gone half way from the uniform policy to the "
    "optimum, each method at its best of 7 step sizes (by the same measure on 60 other MDPs): mean "
    "log ratio above log 2 on a 97.5 % interval, 80 MDPs, twice at most. Whoever never gets there "
    "counts against the claim: the slower as just past the end, the faster as 10 times as late",
    source="own protocol; methods from Sutton & Barto 2018, sections 13.3 to 13.5",
    right="true against REINFORCE without a baseline, over many steps, on average: each gets stuck "
    "on some problems, REINFORCE on far more. Much of the gain is the learned baseline, and in "
    "one-step episodes actor-critic is REINFORCE with that baseline",
    assumptions=(
        "tables, 4 actions, gamma 0.9; 10 states, 2 successors and episodes of 30 steps",
        "episodes of one step start in the only state",
    ),
    statement="REINFORCE without a baseline takes more than twice the steps of actor-critic in {}",
    inside=Case(("reinforce", "actor-critic", LONG), "episodes of 30 steps"),
    outside=Case(("reinforce", "actor-critic", ONE_STEP), "episodes of one step"),
    mutant=Case(
        ("baseline", "actor-critic", ONE_STEP),
        "so does REINFORCE with a learned baseline in episodes of one step",
    ),
    control=Case(
        ("reinforce", "exact critic", LONG), "REINFORCE takes twice as long as with an exact critic"
    ),
    simulation="race",
)
def training_time(asserted: tuple[str, str, Setting], run: Run) -> Evidence:
    """Compare the steps that two methods need on the same MDPs."""
    slower, faster, setting = asserted
    _check_learning(run)
    stuck = dict.fromkeys(NEVER, 0)

    def logs(method: str, role: str, count: int, offset: int) -> "NDArray[Any]":
        size = best_step_size(method, role, setting, run.seed, run.device)
        curve = curves(method, size, setting, count, offset, run.seed, run.device)
        stuck[role] += int((~arrived(curve).any(1)).sum())
        return np.asarray(checks_needed(curve, NEVER[role]).log().cpu())

    def sample(count: int, offset: int) -> "NDArray[Any]":
        late = logs(slower, "slower", count, offset)
        return np.asarray(late - logs(faster, "faster", count, offset))

    says = f"log of the steps {slower} needs over those of {faster}"
    found = experiment(sample, margin=math.log(2), says=says, first=80)
    never = f"never half way: {stuck['slower']} and {stuck['faster']} of {found.seeds}"
    return replace(found, says=f"{found.says}; {never}")


topic.documented(
    "12.3",
    "Actor => takes in the environment states and determines the best action to take",
    "Sutton & Barto 2018, section 13.1",
    Verdict.CONDITIONAL,
    "a deterministic actor does; a stochastic one gives a distribution to draw from",
)
topic.documented(
    "12.4",
    "Critic => takes in the environment and the action from the actor and returns a score",
    "Mnih et al. 2016, section 4; Konda & Tsitsiklis 2000",
    Verdict.CONDITIONAL,
    "a critic of Q does; in A2C, A3C and PPO it is V(s), sees no action, and the score is "
    "the advantage",
)


def _check_objective(run: Run) -> None:
    """Raise ArithmeticError unless the loss's slopes are those of the textbook, step by step.

    The critic moves to the return that it sees, the actor along advantage times score, and neither
    through the other: Sutton & Barto 2018, section 13.5, with the mean over copies.
    """
    generator = run.generator("slopes")
    seeds, cells = 2, CELLS + 1
    theta, values = (
        torch.randn(shape, generator=generator, device=run.device, dtype=torch.float64)
        for shape in ((seeds, cells, 2), (seeds, cells))
    )
    leaves = [theta.requires_grad_(), values.requires_grad_()]
    log_policy = theta.log_softmax(2)
    path: Path = []
    for end in (False, False, True):
        state = torch.randint(cells, (seeds, COPIES), generator=generator, device=run.device)
        action = torch.randint(2, state.shape, generator=generator, device=run.device)
        reward = torch.rand(state.shape, generator=generator, device=run.device).double()
        path.append((state, action, reward, torch.full_like(state, end, dtype=torch.bool)))
    start = torch.zeros(seeds, COPIES, dtype=torch.float64, device=run.device)
    loss = objective(log_policy, values, path, start)
    of_actor, of_critic = torch.autograd.grad(loss, leaves)
    policy = log_policy.detach().exp()
    entropy = (policy * policy.log()).sum(-1, keepdim=True)
    known = [ENTROPY * policy * (policy.log() - entropy), torch.zeros_like(values)]
    for seed, copy in product(range(seeds), range(COPIES)):
        credit = 0.0
        for state, action, reward, _ in reversed(path):
            at, taken = int(state[seed, copy]), int(action[seed, copy])
            credit = float(reward[seed, copy]) + CORRIDOR_GAMMA * credit
            gain = (credit - float(values.detach()[seed, at])) / COPIES
            score = -policy[seed, at]
            score[taken] += 1
            known[0][seed, at] -= gain * score
            known[1][seed, at] -= gain
    for found, slope in zip((of_actor, of_critic), known, strict=True):
        require((found - slope).abs() <= EXACT, says="the loss has other slopes than its methods'")


@topic.simulated(
    "12.5",
    says="Both the actor (policy) and critic (Q function) are different neural networks",
    kind=Kind.DEFINITIONAL,
    expected=Verdict.FAILS,
    rule="an architecture works if at least 9 of 10 seeds come within 10 % of the corridor's "
    "optimum, and the median error of their critics is below a tenth of the price of a step; "
    "exactly the asserted ones of the three must work",
    source="Mnih et al. 2016, section 4: all but the output layers are shared",
    right="they often share a trunk, may be tables or linear, and the critic is often V",
    assumptions=(
        "6 cells, -1 a step, gamma 0.95",
        "16 hidden units, Adam, 150 updates, entropy bonus 0.1",
    ),
    asserted=Case(("separate",), "actor-critic works only with two different networks"),
    mutant=Case(("shared trunk",), "actor-critic works only with a shared trunk"),
    control=Case(tuple(ARCHITECTURES), "it works with two networks, a shared trunk, and tables"),
    simulation="race",
    derivation="shared-layer",
)
def architectures(asserted: tuple[str, ...], run: Run) -> Evidence:
    """Train each architecture and compare those that work with those said to."""
    # A walk that stays where it meets the closed end leaves n cells after n (n + 1) steps.
    mdp = corridor(run.device)
    random = float(mdp.start @ dp.evaluate(mdp, dp.uniform_policy(mdp), 1.0))
    best = float(mdp.start @ dp.value_iteration(mdp, CORRIDOR_GAMMA).v)
    require(
        abs(random + CELLS * (CELLS + 1)) <= EXACT and abs(best - best_value()) <= EXACT,
        says="the corridor is not what it should be",
    )
    _check_objective(run)
    wrong = 0
    for name in ARCHITECTURES:
        exact, critic = trained_values(name, 10, run.seed, run.device)
        reached = int((exact[:, 0] >= 1.1 * best_value()).sum())
        works = reached >= 9 and float((critic - exact).abs().median()) < 0.1
        wrong += works != (name in asserted)
    return enumeration(len(ARCHITECTURES), wrong, f"works with exactly: {', '.join(asserted)}")


def _nothing(values: Any) -> Any:
    """Return no error at all: the critic is exact."""
    return 0 * values


def _something(values: Any) -> Any:
    """Return an error that is different in each state."""
    return values**2 / 7 - values / 3


@topic.proved(
    "12.6",
    says="(implied) the critic's temporal-difference error scores the action",
    rule="E[delta | s, a] - A(s, a) equals the asserted bias: symbolically for one successor and "
    "the mean over all others, and below 1e-10 for every s and a of 60 seeded 3-state MDPs",
    source="Sutton & Barto 2018, section 13.5; Schulman et al. 2016, section 2",
    right="true when V is the policy's own; an error e of V adds gamma E[e(s')] - e(s)",
    asserted=Case((_nothing, lambda g, here, after: 0), "with the exact V there is no bias"),
    mutant=Case((_something, lambda g, here, after: 0), "with any V there is no bias"),
    control=Case(
        (_something, lambda g, here, after: g * after - here), "an error e adds gamma E[e'] - e"
    ),
    simulation="advantages",
    derivation="td-error",
)
def td_error_is_the_advantage(
    asserted: tuple[Callable[[Any], Any], Callable[[Any, Any, Any], Any]], run: Run
) -> Evidence:
    """Take the expected TD error with a critic that errs as asserted, less the advantage."""
    error, bias = asserted
    v = sympy.symbols("v0:3", real=True)
    gamma, p, r = sympy.symbols("gamma p r", positive=True)
    e = [error(value) for value in v]
    advantage = r + gamma * (p * v[1] + (1 - p) * v[2]) - v[0]
    critic = [value + off for value, off in zip(v, e, strict=True)]
    expected = r + gamma * (p * critic[1] + (1 - p) * critic[2]) - critic[0]
    stated = bias(gamma, e[0], p * e[1] + (1 - p) * e[2])
    proved = is_zero(expected - advantage - stated)

    mdps = random_mdps(60, 3, 2, run.generator("advantage"))
    theta = torch.randn(
        (60, 3, 2), generator=run.generator("policy"), device=run.device, dtype=torch.float64
    )
    values = dp.evaluate(mdps, dp.softmax_policy(theta), GAMMA)
    off = error(values)
    exact = dp.action_values(mdps, values, GAMMA) - values.unsqueeze(-1)
    found = dp.action_values(mdps, values + off, GAMMA) - (values + off).unsqueeze(-1)
    ahead = (mdps.P @ off[:, None, :, None]).squeeze(-1)
    gap = found - exact - bias(GAMMA, off.unsqueeze(-1), ahead)
    return identity([proved], gap.flatten(1).abs().amax(-1).cpu(), "E[delta] - A less the bias")
