"""Whether a learned reward transfers, is all one needs, and is the expert's own."""

from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from sims.claims import Case, Evidence, Kind, Verdict, enumeration, identity, is_zero, require
from sims.lazy import sympy, torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.garnet import random_mdps
from sims.rl.environments.windy_grid import windy_grid
from sims.rl.finite_mdp import FiniteMDP
from sims.run import Run
from sims.topics.inverse_rl.model import (
    AGENTS,
    GAMMA,
    SIDE,
    STATES,
    WALLS,
    WORLDS,
    cell_rewards,
    folded_reward,
    matching_steps,
    planned,
    potentials,
    returns,
    scores,
    soft_policy,
    state_reward,
    state_visits,
    topic,
    transferred,
)

if TYPE_CHECKING:
    from torch import Tensor

GRIDS = 20
ENOUGH = 0.99
BEST = 1 + 1e-9
ON_GRIDS = (
    "5x5 grids with wind 0.3, 5 paid in one corner and up to 1 elsewhere, discount 0.9",
    "a soft-optimal expert whose policy is known exactly",
)


@topic.simulated(
    "15.1",
    says="Learning the reward fucntion by observing expert behaviour",
    kind=Kind.DEFINITIONAL,
    rule="the learned rewards of the cells correlate with the true ones above 0.99 in each of 5 "
    "grids, where the solution for each state is the true reward less its mean to 1e-8",
    source="Ng & Russell 2000; Ziebart 2010",
    right="a reward of the state alone, from an expert known to be soft-optimal: see 15.8",
    assumptions=ON_GRIDS,
    asserted=Case("matching", "300 steps of matching the expert's visits find the reward"),
    mutant=Case("visits", "the expert's visits are the reward"),
    control=Case("solved", "solving for the reward of each state finds it"),
    simulation="maxent",
    derivation="gradient",
)
def observed_behaviour(asserted: str, run: Run) -> Evidence:
    """Learn from the expert's exact visits or policy."""
    rewards = cell_rewards(run, 5)
    grid = windy_grid(rewards)
    expert = soft_policy(grid, rewards.unsqueeze(-1).expand(grid.P.shape[:-1]))
    seen, solved = state_visits(grid, expert), state_reward(grid, expert)
    require(
        (solved - rewards + rewards.mean(1, keepdim=True)).abs() <= 1e-8,
        says="the reward that explains the expert is not the true one less its mean",
    )
    if asserted == "matching":
        learned = next(islice(matching_steps(grid, seen, 0.3), 300, None))[0]
    else:
        learned = seen if asserted == "visits" else solved
    alike = [
        float(torch.corrcoef(torch.stack(pair))[0, 1])
        for pair in zip(learned, rewards, strict=True)
    ]
    wrong = sum(not one > 0.99 for one in alike)  # a constant has no correlation: NaN
    return enumeration(5, wrong, f"least correlation {min(alike):.4f}; not above 0.99")


topic.documented(
    "15.2",
    "Imitation learning (behaviour cloning and IRL) tries to copy the teacher's actions",
    "Ng & Russell 2000; Abbeel & Ng 2004",
    Verdict.FAILS,
    "behaviour cloning does; inverse reinforcement learning infers a reward, as the notes "
    "say themselves: instead of simply copying",
)


# --- Transfer ----------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _check_grids(seed: int, device: str) -> None:
    """Raise ArithmeticError unless the grids are as drawn by hand and scores run from 0 to 1."""
    run = Run(seed, device)
    rewards = cell_rewards(run, GRIDS)
    calm, storm = windy_grid(rewards, wind=0.0), windy_grid(rewards, wind=1.0)
    grid, walled = windy_grid(rewards), windy_grid(rewards, walls=WALLS)
    middle = calm.P[0, STATES // 2].argmax(-1) - STATES // 2
    truth = rewards.unsqueeze(-1).expand(grid.P.shape[:-1])
    folded = folded_reward(grid, truth, potentials(run, GRIDS))
    laws = {
        "left, down, right and up": middle.tolist() == [-1, SIDE, 1, -SIDE],
        "a random walk as likely back as forth": torch.allclose(storm.P, storm.P.transpose(1, 3)),
        "wind in 3 of 10 steps": torch.allclose(grid.P, 0.7 * calm.P + 0.3 * storm.P),
        "steps of total probability 1": torch.allclose(walled.P.sum(-1), calm.P.new_ones(())),
        "starts of total probability 1": abs(float(walled.start.sum()) - 1) < 1e-12,
        "walls that are never entered": not float(walled.P[:, [0, 12, 24]][..., WALLS].sum()),
        "returns that add up visits times rewards": torch.allclose(
            returns(walled, dp.uniform_policy(walled).expand_as(truth)),
            (
                dp.occupancy(walled, dp.uniform_policy(walled).expand_as(truth), GAMMA)[..., None]
                * walled.P
                * walled.R
            ).sum((1, 2, 3)),
        ),
        "0 for playing at random": not scores(grid, dp.uniform_policy(grid).expand_as(truth)).any(),
        "a folded reward that explains the expert": torch.allclose(
            soft_policy(grid, folded), soft_policy(grid, truth), atol=1e-9
        ),
    }
    for name, law in laws.items():
        require(law, says=f"missing: {name}")


@lru_cache(maxsize=64)
def _scores(method: str, change: str, seed: int, device: str) -> "Tensor":
    """Return the scores of a method in 20 changed grids, by the name of the change."""
    run = Run(seed, device)
    rewards = cell_rewards(run, GRIDS)
    setting = {**AGENTS, **WORLDS}[change]
    policy = transferred(method, rewards, setting, potentials(run, GRIDS))
    return scores(windy_grid(rewards, **setting), policy).cpu()  # type: ignore[arg-type]


def _transfers(method: str, changes: list[str], run: Run) -> Evidence:
    """Count grids and changes after which a method scores below 0.99, or above the optimum."""
    _check_grids(run.seed, run.device)
    found = {change: _scores(method, change, run.seed, run.device) for change in changes}
    right = sum(int(((score >= ENOUGH) & (score <= BEST)).sum()) for score in found.values())
    means = ", ".join(f"{name} {float(score.mean()):.3f}" for name, score in found.items())
    cases = GRIDS * len(changes)
    return enumeration(cases, cases - right, f"{method}, mean scores: {means}; below 0.99")


@topic.simulated(
    "15.3",
    says="robust to changes in the environment's transition mechanics",
    rule="planning in the changed grid with what was learned in the old one scores at least 0.99 "
    "(0: at random, 1: optimum) after more wind, a wall and permuted actions, in each of 20 grids",
    source="Fu, Luo & Levine 2018, sections 5 and 6; Ziebart 2010",
    right="a reward that depends on the state only. One that explains the expert just as well but "
    "has the old dynamics folded into it misleads, and a cloned policy walks into the wall",
    assumptions=ON_GRIDS,
    mutant=Case(
        "folded reward",
        "so does any reward that explains the expert, one shaped by the old grid included",
    ),
    control=Case("true reward", "the true reward"),
    asserted=Case(
        "state reward",
        "planning in a changed grid with a learned reward of the state scores at least 0.99",
    ),
    simulation="transfer",
)
def survives_new_dynamics(asserted: str, run: Run) -> Evidence:
    """Learn in the old grids, plan in the new ones, and score by the true rewards."""
    return _transfers(asserted, list(WORLDS), run)


@topic.simulated(
    "15.4",
    says="transferable from one type of agent to another",
    expected=Verdict.CONDITIONAL,
    rule="planning for the other agent with what was learned from the expert scores at least 0.99 "
    "for permuted actions, one action less and an unsteady agent, in each of 20 grids",
    source="Fu, Luo & Levine 2018, section 6",
    right="a reward of the state alone transfers. One that also depends on the action says nothing "
    "to an agent whose actions mean something else",
    assumptions=ON_GRIDS,
    statement="planning for another agent with a learned reward of {} scores at least 0.99",
    inside=Case("state reward", "the state alone"),
    outside=Case("log policy", "state and action"),
    mutant=Case("cloned policy", "the cloned policy of the expert"),
    control=Case("true reward", "the true reward"),
    simulation="transfer",
)
def serves_other_agents(asserted: str, run: Run) -> Evidence:
    """Learn from one agent, plan for another, and score by the true rewards."""
    return _transfers(asserted, list(AGENTS), run)


@topic.agrees(
    "15.5",
    says="it encodes all that is needed to excel in the envirnment",
    kind=Kind.DEFINITIONAL,
    scope="20 draws of the rewards",
    expected=Verdict.FAILS,
    rule="a policy that is optimal in one of three grids is optimal (score 1 to 1e-9) in each of "
    "the others that share what is said to be enough, for 20 draws of the rewards",
    source="Sutton & Barto 2018, section 3.3; Ng & Russell 2000 on R = 0",
    right="the reward says what is good, not how to get it: the dynamics, or planning in the "
    "world, are needed too. With R = 0 on the other hand every policy is optimal",
    assumptions=("grids that differ in wind and in the meaning of the actions",),
    asserted=Case("reward", "the reward is enough"),
    mutant=Case("dynamics", "the dynamics are enough"),
    control=Case("both", "reward and dynamics together are enough"),
    simulation="transfer",
)
def enough_to_excel(asserted: str, run: Run) -> Evidence:
    """Bring an optimal policy into worlds that share the reward, the dynamics or both."""
    rewards = cell_rewards(run, GRIDS)
    others = cell_rewards(Run(run.seed + 1, run.device), GRIDS).roll(12, -1)
    home = windy_grid(rewards)
    policy = dp.policy_iteration(home, GAMMA).policy
    cases, right = 0, 0
    for change in ({"wind": 0.6}, {"order": (1, 2, 3, 0)}):
        world = windy_grid(
            others if asserted == "dynamics" else rewards,
            **(change if asserted == "reward" else {}),
        )
        found = scores(world, policy)
        cases, right = cases + GRIDS, right + int(((found >= 1 - 1e-9) & (found <= BEST)).sum())
    return enumeration(cases, cases - right, f"optimal elsewhere, sharing {asserted}")


topic.documented(
    "15.6",
    "a way to learn an abstraction or latent representation of the target",
    "an analogy",
    Verdict.QUIZ,
)
topic.documented(
    "15.7",
    "it is extremely difficult to manually specifiy a reward function to an agent",
    "Abbeel & Ng 2004, section 1",
    Verdict.QUIZ,
)


# --- Is it the expert's own? -------------------------------------------------------------------

WORLDS_DRAWN = 60


def _problems(run: Run, states: int = 6) -> "tuple[FiniteMDP, Tensor]":
    """Draw 60 MDPs with 3 actions, and potentials of their states, (60, S)."""
    generator = run.generator("mdps")
    mdps = random_mdps(WORLDS_DRAWN, states, 3, generator)
    shape = (WORLDS_DRAWN, states)
    drawn = torch.randn(shape, generator=generator, device=run.device, dtype=torch.float64)
    return mdps, 3 * drawn


def shaped(mdps: FiniteMDP, potential: "Tensor") -> FiniteMDP:
    """Return the MDPs with gamma potential(s') - potential(s) added to each reward."""
    extra = GAMMA * potential[:, None, None, :] - potential[:, :, None, None]
    return FiniteMDP(mdps.P, mdps.R + extra, mdps.terminal, mdps.start, mdps.allowed)


def scaled(mdps: FiniteMDP, potential: "Tensor") -> FiniteMDP:
    """Return the MDPs with rewards times 2, plus 3."""
    return FiniteMDP(mdps.P, 2 * mdps.R + 3, mdps.terminal, mdps.start, mdps.allowed)


def bonus(mdps: FiniteMDP, potential: "Tensor") -> FiniteMDP:
    """Return the MDPs with |potential(s)| added to the reward of the first action only."""
    first = torch.tensor([1.0, 0.0, 0.0]).to(mdps.R)
    extra = potential.abs()[:, :, None, None] * first.view(1, 1, 3, 1)
    return FiniteMDP(mdps.P, mdps.R + extra, mdps.terminal, mdps.start, mdps.allowed)


Change = Callable[[FiniteMDP, Any], FiniteMDP]


@topic.agrees(
    "15.8",
    says="the underlying reward function which the expert is trying to optimize",
    scope="60 seeded MDPs",
    expected=Verdict.FAILS,
    rule="in each of 60 seeded MDPs an expert with the asserted other reward behaves otherwise: "
    "its policy differs by more than 1e-9 somewhere, soft or greedy as stated",
    source="Ng & Russell 2000; Ng, Harada & Russell 1999, theorem 1",
    right="a reward, not the reward: behaviour fixes it at most up to shaping (and for a greedy "
    "expert up to scale and constants too), so many rewards explain the same expert",
    asserted=Case((shaped, "soft"), "a shaped reward would show in a soft-optimal expert"),
    mutant=Case((shaped, "greedy"), "shaping changes the greedy action"),
    control=Case((bonus, "soft"), "a bonus on one action shows in a soft-optimal expert"),
    simulation="shaping",
    derivation="shaping",
)
def behaviour_fixes_the_reward(asserted: tuple[Change, str], run: Run) -> Evidence:
    """Solve both problems and compare the policies."""
    change, expert = asserted
    mdps, potential = _problems(run)
    policies = [
        soft_policy(one, one.expected_reward)
        if expert == "soft"
        else planned(one, one.expected_reward)
        for one in (mdps, change(mdps, potential))
    ]
    same = (policies[0] - policies[1]).abs().amax((1, 2)) <= 1e-9
    return enumeration(WORLDS_DRAWN, int(same.sum()), f"{expert} expert, another reward")


@topic.agrees(
    "15.8.1",
    says="Scaling a reward and adding a constant leaves the expert as it is",
    scope="60 seeded MDPs",
    expected=Verdict.CONDITIONAL,
    rule="in each of 60 seeded MDPs the policy for twice the reward plus 3 is the same to 1e-9",
    source="Ng & Russell 2000; Ziebart 2010",
    right="a greedy expert, yes. A soft-optimal one is twice as sure of itself, so its scale shows",
    statement="twice the reward plus 3 leaves {} as it is",
    inside=Case((scaled, "greedy"), "a greedy expert"),
    outside=Case((scaled, "soft"), "a soft-optimal expert"),
    mutant=Case((bonus, "greedy"), "a greedy expert, after a bonus on one action"),
    control=Case((shaped, "soft"), "a soft-optimal expert, after shaping"),
    simulation="maxent",
)
def same_expert(asserted: tuple[Change, str], run: Run) -> Evidence:
    """Count problems in which the policy changes."""
    differ = behaviour_fixes_the_reward(asserted, run)
    changed = differ.seeds - int(differ.statistic or 0)
    return enumeration(differ.seeds, changed, differ.says.split(":")[0])


@topic.proved(
    "15.8.2",
    says="Shaping lowers every action value of a state by its potential: Q' = Q - potential(s)",
    rule="the asserted values solve the shaped Bellman equation, which has one solution: symbolic "
    "zero for one successor and the mean over all others; and below 1e-10 for the optimal "
    "values of 60 seeded MDPs with 6 states and 3 actions",
    source="Ng, Harada & Russell 1999, corollary 2",
    asserted=Case(lambda q, potential, gamma: q - potential, "Q' = Q - potential(s)"),
    mutant=Case(lambda q, potential, gamma: q, "Q' = Q: as policies stay, so do values"),
    control=Case(
        lambda q, potential, gamma: q + gamma * potential - (1 + gamma) * potential,
        "Q' = Q + gamma potential(s) - (1 + gamma) potential(s)",
    ),
    simulation="shaping",
    derivation="shaping",
)
def shaped_values(asserted: Callable[[Any, Any, Any], Any], run: Run) -> Evidence:
    """Solve for the values with and without shaping, by algebra and by policy iteration."""
    gamma, p = sympy.symbols("gamma p", positive=True)
    r, *values = sympy.symbols("r v1 v2", real=True)
    here, *potentials_after = sympy.symbols("f0:3", real=True)
    chances = (p, 1 - p)

    def backup(reward: Any, after: Any) -> Any:
        return reward + gamma * sum(c * v for c, v in zip(chances, after, strict=True))

    extra = backup(-here, potentials_after)
    moved = [asserted(v, f, gamma) for v, f in zip(values, potentials_after, strict=True)]
    proved = is_zero(asserted(backup(r, values), here, gamma) - backup(r + extra, moved))

    mdps, potential = _problems(run)
    tables = []
    for one in (mdps, shaped(mdps, potential)):
        v = dp.policy_iteration(one, GAMMA).v
        tables.append(dp.action_values(one, v, GAMMA))
    gap = tables[1] - asserted(tables[0], potential.unsqueeze(-1), GAMMA)
    return identity([proved], gap.abs().amax((1, 2)).cpu(), "values after shaping")
