"""Learning a reward from visits, what transfers, shaping in numbers, feature expectations."""

from collections.abc import Iterator
from dataclasses import dataclass

from sims.curves import sampled
from sims.lazy import torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.windy_grid import windy_grid
from sims.rl.finite_mdp import tabulate
from sims.run import Run
from sims.simulation import Frame, Grid, Series, parameter
from sims.topics.inverse_rl.model import (
    AGENTS,
    GAMMA,
    METHODS,
    SIDE,
    WORLDS,
    cell_rewards,
    matching_steps,
    potentials,
    scores,
    soft_policy,
    state_reward,
    state_visits,
    topic,
    transferred,
)


@dataclass(frozen=True)
class Matching:
    """A soft-optimal expert on the 5x5 grid, known by its exact visits."""

    rate: float = parameter(0.3, 0.01, 0.5, "step size")
    steps: int = parameter(300, 10, 2000, "gradient steps")
    wind: float = parameter(0.3, 0.0, 0.9, "probability that a step goes astray", step=0.05)


@topic.simulation("maxent", Matching, says="MaxEnt IRL recovers the reward from the visits")
def maxent(parameters: Matching, run: Run) -> Iterator[Frame]:
    """Follow the gradient and show the true and the learned reward of each cell."""
    rewards = cell_rewards(run, 1)
    grid = windy_grid(rewards, wind=parameters.wind)
    expert = soft_policy(grid, rewards.unsqueeze(-1).expand(grid.P.shape[:-1]))
    seen = state_visits(grid, expert)
    solved = state_reward(grid, expert)
    every = max(1, parameters.steps // 12)
    x: list[float] = []
    alike: list[float] = []
    for step, (learned, gap) in enumerate(matching_steps(grid, seen, parameters.rate)):
        if step % every and step != parameters.steps:
            continue
        both = torch.stack([learned[0], rewards[0]])
        spread = float(learned.std())
        x.append(float(step))
        largest = float(gap.abs().max())
        alike.append(float(torch.corrcoef(both)[0, 1]) if spread > 0 else 0.0)
        yield Frame(
            progress=step / parameters.steps,
            series=(Series("correlation with the true reward", list(x), list(alike)),),
            grids=(
                Grid("true reward", (rewards - rewards.mean()).view(SIDE, SIDE).tolist()),
                Grid("learned reward", learned.view(SIDE, SIDE).tolist()),
            ),
            outputs={
                "correlation": alike[-1],
                "gap": largest,
                "exact_error": float((solved - rewards + rewards.mean()).abs().max()),
            },
            says=f"step {step}: correlation {alike[-1]:.4f}, gap in visits {largest:.2g}",
            x_label="gradient steps",
            y_label="correlation",
        )
        if step == parameters.steps:
            return


@dataclass(frozen=True)
class Transfer:
    """What each way of learning is worth after a change; 0 is at random, 1 the optimum."""

    change: str = parameter(
        "a wall", says="what changes", choices=tuple(dict.fromkeys([*WORLDS, *AGENTS]))
    )
    grids: int = parameter(20, 2, 100, "grids")


@topic.simulation(
    "transfer",
    Transfer,
    units={
        "of the way to the optimum": "true_reward state_reward folded_reward "
        "log_policy cloned_policy"
    },
    says="What learned rewards and a cloned policy are worth",
)
def transfer(parameters: Transfer, run: Run) -> Iterator[Frame]:
    """Evaluate each method's policy in the changed grids, one method a frame."""
    rewards, shapes = cell_rewards(run, parameters.grids), potentials(run, parameters.grids)
    setting = {**AGENTS, **WORLDS}[parameters.change]
    world = windy_grid(rewards, **setting)  # type: ignore[arg-type]
    means: list[float] = []
    each: list[torch.Tensor] = []
    for number, method in enumerate(METHODS, start=1):
        found = scores(world, transferred(method, rewards, setting, shapes))
        means.append(float(found.mean()))
        each.append(found)
        x = [float(i) for i in range(1, number + 1)]
        yield Frame(
            progress=number / len(METHODS),
            series=(sampled("mean score", x, each, "bar"),),
            outputs={
                name.replace(" ", "_"): mean for name, mean in zip(METHODS, means, strict=False)
            },
            says="; ".join(f"{n}: {m:.3f}" for n, m in zip(METHODS, means, strict=False)),
            x_label="1 true reward, 2 state reward, 3 folded, 4 log policy, 5 cloned policy",
            y_label="0: random walk, 1: optimum",
        )


@dataclass(frozen=True)
class Shaping:
    """One state and two actions, each to a next state; next values are without shaping."""

    r: float = parameter(1.0, -10.0, 10.0, "reward of the first action", step=0.5)
    u: float = parameter(2.0, -10.0, 10.0, "reward of the second action", step=0.5)
    v: float = parameter(5.0, -20.0, 20.0, "value after the first action", step=0.5)
    w: float = parameter(3.0, -20.0, 20.0, "value after the second action", step=0.5)
    f: float = parameter(2.0, -10.0, 10.0, "potential of the state", step=0.5)
    g: float = parameter(4.0, -10.0, 10.0, "potential after the first action", step=0.5)
    h: float = parameter(-1.0, -10.0, 10.0, "potential after the second action", step=0.5)


@topic.simulation("shaping", Shaping, says="Action values with and without shaping, discount 0.9")
def shaping(parameters: Shaping, run: Run) -> Iterator[Frame]:
    """Draw both action values before and after."""
    p = parameters
    plain = [p.r + GAMMA * p.v, p.u + GAMMA * p.w]
    extra = [GAMMA * p.g - p.f, GAMMA * p.h - p.f]
    after = [p.r + extra[0] + GAMMA * (p.v - p.g), p.u + extra[1] + GAMMA * (p.w - p.h)]
    yield Frame(
        series=(
            Series("Q", [1.0, 2.0], plain, style="bar"),
            Series("Q shaped", [1.0, 2.0], after, style="scatter"),
        ),
        outputs={
            "shaped_reward": p.r + extra[0],
            "q": plain[0],
            "q_shaped": after[0],
            "advantage": plain[0] - plain[1],
            "advantage_shaped": after[0] - after[1],
        },
        says=f"Q {plain[0]:.3g} and {plain[1]:.3g}; shaped {after[0]:.3g} and {after[1]:.3g}",
        x_label="action",
        y_label="value",
    )


@dataclass(frozen=True)
class TwoStates:
    """The policy starts in A, goes from A to B with probability p, and from B to A with q."""

    p: float = parameter(0.4, 0.0, 1.0, "probability of going from A to B", step=0.05)
    q: float = parameter(0.2, 0.0, 1.0, "probability of going from B to A", step=0.05)
    gamma: float = parameter(0.9, 0.0, 0.99, "discount", step=0.01)


@topic.simulation(
    "visits",
    TwoStates,
    units={"discounted visits": "a b"},
    says="Feature expectations of a policy with two states",
)
def visits(parameters: TwoStates, run: Run) -> Iterator[Frame]:
    """Solve for the discounted visits, and draw how they build up over time."""
    chance = (parameters.p, parameters.q)
    mdp = tabulate(
        2, 1, lambda s, a: [(1 - chance[s], s, 0.0), (chance[s], 1 - s, 0.0)], device=run.device
    )
    policy = torch.ones(2, 1, dtype=torch.float64, device=run.device)
    exact = dp.occupancy(mdp, policy, parameters.gamma).sum(-1)
    now, total = mdp.start.clone(), torch.zeros_like(mdp.start)
    rows = []
    for step in range(40):
        total = total + parameters.gamma**step * now
        rows.append(total.tolist())
        now = now @ mdp.P[:, 0]
    x = [float(step) for step in range(40)]
    yield Frame(
        series=(Series("A", x, [row[0] for row in rows]), Series("B", x, [row[1] for row in rows])),
        outputs={"a": float(exact[0]), "b": float(exact[1])},
        says=f"discounted visits: A {float(exact[0]):.3f}, B {float(exact[1]):.3f}",
        x_label="steps counted",
        y_label="discounted visits",
    )
