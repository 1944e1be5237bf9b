"""The bound along a step, trust-region learning curves, two divergences, a constrained mixture."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.curves import mean_curve
from sims.lazy import torch
from sims.rl import dynamic_programming as dp
from sims.rl.finite_mdp import tabulate
from sims.run import Run
from sims.simulation import Frame, Grid, Series, parameter
from sims.topics.trust_region.model import (
    GAMMA,
    advantages,
    divergence,
    mean_divergence,
    natural_gradient,
    penalty,
    performance,
    policy_gradient,
    problems,
    surrogate,
    topic,
    trust_region_step,
)

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class StepSize:
    """One random MDP; far along the step the surrogate promises what the return does not keep."""

    furthest: float = parameter(3.0, 0.1, 20.0, "longest step along the natural gradient")
    delta: float = parameter(0.01, 0.001, 0.5, "limit on the mean KL divergence")


@topic.simulation(
    "step",
    StepSize,
    units={"nats": "divergence", "a nat": "penalty"},
    says="Return, surrogate and lower bound along one step",
)
def step_size(parameters: StepSize, run: Run) -> Iterator[Frame]:
    """Draw the true return beside the surrogate and the lower bound, against the step's length."""
    mdps, theta = problems(run, 1)
    old = dp.softmax_policy(theta)
    direction = natural_gradient(mdps, theta)
    direction = direction / direction.abs().max()
    largest = float(advantages(mdps, old).abs().max())
    lengths = [parameters.furthest * i / 40 for i in range(41)]
    rows = []
    for length in lengths:
        new = dp.softmax_policy(theta + length * direction)
        rows.append(
            (
                float(performance(mdps, new)),
                float(surrogate(mdps, old, new)),
                float(mean_divergence(mdps, old, new)),
                float(divergence(old, new).max()),
            )
        )
    start = rows[0][0]
    # The bound soon falls far below anything that the other curves reach.
    bound = [max(start - 1, row[1] - penalty(largest, GAMMA) * row[3]) for row in rows]
    inside = [i for i, row in enumerate(rows) if row[2] <= parameters.delta][-1]
    after = dp.softmax_policy(trust_region_step(mdps, theta, parameters.delta))
    yield Frame(
        series=(
            Series("return", lengths, [row[0] for row in rows]),
            Series("surrogate", lengths, [row[1] for row in rows]),
            Series("lower bound (cut off 1 below the start)", lengths, bound),
            Series("edge of the trust region", [lengths[inside]], [rows[inside][0]], "scatter"),
        ),
        outputs={
            "return_before": start,
            "return_after": float(performance(mdps, after)),
            "divergence": float(mean_divergence(mdps, old, after)),
            "penalty": float(penalty(largest, GAMMA)),
        },
        says=f"a step within KL {parameters.delta:g} lifts the return from {start:.3f} "
        f"to {float(performance(mdps, after)):.3f}",
        x_label="length of the step",
        y_label="return",
    )


@dataclass(frozen=True)
class Learning:
    """100 random MDPs. A larger delta is faster until the surrogate misleads."""

    delta: float = parameter(0.01, 0.001, 0.5, "limit on the mean KL divergence")
    fixed: float = parameter(1.0, 0.001, 5.0, "size of the plain gradient step")
    updates: int = parameter(30, 5, 100, "updates")
    copies: int = parameter(100, 4, 500, "random MDPs")


@topic.simulation(
    "updates",
    Learning,
    units={
        "of the way to the optimum": "trust_region plain",
        "nats": "largest_kl largest_kl_plain",
    },
    says="Trust-region updates beside plain gradient steps",
)
def updates(parameters: Learning, run: Run) -> Iterator[Frame]:
    """Follow the exact return from the first policy (0) to the optimum (1), and the KL."""
    mdps, theta = problems(run, parameters.copies)
    best = (mdps.start * dp.policy_iteration(mdps, GAMMA).v).sum(-1)
    first = performance(mdps, dp.softmax_policy(theta))
    reached: dict[str, Tensor] = {"trust region": theta, "plain gradient": theta}
    curves: dict[str, list[Tensor]] = {name: [torch.zeros_like(first)] for name in reached}
    falls = 0
    moved: dict[str, list[float]] = {name: [] for name in reached}
    for update in range(1, parameters.updates + 1):
        for name, preferences in reached.items():
            if name == "trust region":
                after = trust_region_step(mdps, preferences, parameters.delta)
            else:
                after = preferences + parameters.fixed * policy_gradient(mdps, preferences)
            old, new = dp.softmax_policy(preferences), dp.softmax_policy(after)
            moved[name].append(float(mean_divergence(mdps, old, new).max()))
            value = (performance(mdps, new) - first) / (best - first)
            if name == "trust region":
                falls += int((value < curves[name][-1] - 1e-9).sum())
            curves[name].append(value)
            reached[name] = after
        if update % 3 and update != parameters.updates:
            continue
        x = [float(i) for i in range(update + 1)]
        yield Frame(
            progress=update / parameters.updates,
            series=tuple(mean_curve(name, x, torch.stack(c, -1)) for name, c in curves.items()),
            outputs={
                "trust_region": float(curves["trust region"][-1].mean()),
                "plain": float(curves["plain gradient"][-1].mean()),
                "largest_kl": max(moved["trust region"]),
                "largest_kl_plain": max(moved["plain gradient"]),
                "falls": float(falls),
            },
            says=f"{update} updates: {100 * float(curves['trust region'][-1].mean()):.0f} % of the "
            f"way; largest KL of a plain step {max(moved['plain gradient']):.3f}",
            x_label="updates",
            y_label="0: first policy, 1: optimum",
        )


@dataclass(frozen=True)
class TwoPolicies:
    """Two policies over two actions, in nats, and the constant of the improvement bound."""

    p: float = parameter(0.9, 0.01, 0.99, "old policy's probability of the first action", step=0.01)
    q: float = parameter(0.5, 0.01, 0.99, "new policy's probability of the first action", step=0.01)
    largest: float = parameter(1.0, 0.0, 100.0, "largest advantage")
    gamma: float = parameter(0.9, 0.0, 0.99, "discount", step=0.01)


@topic.simulation(
    "divergence",
    TwoPolicies,
    units={"nats": "kl reverse", "a nat": "penalty"},
    says="KL divergence of two policies, both ways",
)
def two_policies(parameters: TwoPolicies, run: Run) -> Iterator[Frame]:
    """Draw KL(old || new) and KL(new || old) over the new probability."""
    p, q = parameters.p, parameters.q

    def kl(a: float, b: float) -> float:
        return a * math.log(a / b) + (1 - a) * math.log((1 - a) / (1 - b))

    x = [i / 50 for i in range(1, 50)]
    yield Frame(
        series=(
            Series("KL(old || new)", x, [kl(p, b) for b in x]),
            Series("KL(new || old)", x, [kl(b, p) for b in x]),
            Series("half the Fisher length", x, [(b - p) ** 2 / (2 * p * (1 - p)) for b in x]),
            Series("chosen", [q, q], [kl(p, q), kl(q, p)], style="scatter"),
        ),
        outputs={
            "kl": kl(p, q),
            "reverse": kl(q, p),
            "total_variation": abs(p - q),
            "penalty": float(penalty(parameters.largest, parameters.gamma)),
        },
        says=f"KL(old || new) = {kl(p, q):.4f}, the other way {kl(q, p):.4f}",
        x_label="new probability",
        y_label="nats",
    )


@dataclass(frozen=True)
class Limit:
    """One state: a safe action without cost and a costly one with a higher reward."""

    reward: float = parameter(1.0, 0.1, 10.0, "reward of the costly action (the safe one pays 0)")
    cost: float = parameter(1.0, 0.1, 10.0, "cost of the costly action")
    limit: float = parameter(5.0, 0.0, 100.0, "limit on the expected discounted cost")
    gamma: float = parameter(0.9, 0.1, 0.99, "discount", step=0.01)


@topic.simulation("constrained", Limit, says="The best policy under a limit on expected cost")
def constrained(parameters: Limit, run: Run) -> Iterator[Frame]:
    """Solve the linear program over occupancy measures for a range of limits."""
    gamma = parameters.gamma
    mdp = tabulate(1, 2, lambda s, a: [(1.0, 0, parameters.reward * a)], device=run.device)
    costs = torch.tensor([[0.0, parameters.cost]], dtype=torch.float64, device=run.device)
    most = parameters.cost / (1 - gamma)
    limits = [most * 1.2 * i / 20 for i in range(21)]
    solved = [dp.occupancy_programme(mdp, gamma, [costs], [limit]) for limit in limits]
    chosen = dp.occupancy_programme(mdp, gamma, [costs], [parameters.limit])
    p = float(chosen.policy[0, 1])
    yield Frame(
        series=(
            Series("return", limits, [s.reward for s in solved]),
            Series("chosen", [parameters.limit], [chosen.reward], style="scatter"),
        ),
        grids=(Grid(f"expected cost, limits 0 to {limits[-1]:g}", [[s.costs[0] for s in solved]]),),
        outputs={"p": p, "return": chosen.reward, "cost": chosen.costs[0]},
        says=f"the costly action is taken with probability {p:.3f}: return {chosen.reward:.3f}, "
        f"cost {chosen.costs[0]:.3f}",
        x_label="limit on the expected cost",
        y_label="discounted return",
    )
