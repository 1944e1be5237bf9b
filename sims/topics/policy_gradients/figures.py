"""The short corridor exactly and by REINFORCE, the noise of estimators, and a plateau."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.curves import median_curve
from sims.lazy import torch
from sims.rl.environments.short_corridor import LEFT, RIGHT, short_corridor
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.policy_gradients.model import estimators, problems, topic

if TYPE_CHECKING:
    from torch import Tensor


def corridor_value(p: float, slip: float = 0.0) -> float:
    """Return J of going right with probability `p`, each move reversed with `slip`."""
    right = slip + p * (1 - 2 * slip)
    if not 0 < right < 1:
        return -math.inf
    return (2 * right - 4) / (right * (1 - right))


def corridor_optimum(slip: float = 0.0) -> float:
    """Return the best probability of going right, for `slip` below one half."""
    return min(1.0, (2 - math.sqrt(2) - slip) / (1 - 2 * slip))


@dataclass(frozen=True)
class Corridor:
    """Three cells that look alike; in the middle one left and right are exchanged."""

    p: float = parameter(0.5, 0.01, 0.99, "probability of choosing right", step=0.01)
    slip: float = parameter(0.0, 0.0, 0.4, "probability that a move is reversed", step=0.05)


@topic.simulation(
    "corridor",
    Corridor,
    units={"an episode": "value best_value"},
    says="The value of the short corridor, exactly",
)
def corridor(parameters: Corridor, run: Run) -> Iterator[Frame]:
    """Draw J over the probability of going right."""
    x = [i / 100 for i in range(4, 97)]
    best = corridor_optimum(parameters.slip)
    value = corridor_value(parameters.p, parameters.slip)
    top = corridor_value(best, parameters.slip)
    yield Frame(
        series=(
            Series("J", x, [max(-80.0, corridor_value(p, parameters.slip)) for p in x]),
            Series("chosen", [parameters.p], [max(-80.0, value)], style="scatter"),
            Series("best", [best], [top], style="scatter"),
        ),
        outputs={"value": value, "best_p": best, "best_value": top},
        says=f"J = {value:.3f}; best at p = {best:.4f} with J = {top:.3f}",
        x_label="probability of choosing right",
        y_label="expected return",
    )


def reinforce_episode(
    theta: "Tensor", baseline: "Tensor", run_generator: "torch.Generator", cap: int = 400
) -> tuple["Tensor", "Tensor"]:
    """Play one episode in each copy; return the REINFORCE step for theta and the return.

    `theta`, shape (seeds,), is the log odds of going right. The sum of (G_t - b) score_t needs no
    list of rewards: with -1 a step, G_t counts the steps from t, so each step adds the scores
    so far.
    """
    mdp = short_corridor(device=str(theta.device))
    p = torch.sigmoid(theta)
    cell = torch.zeros(theta.shape, dtype=torch.long, device=theta.device)
    alive = torch.ones_like(theta)
    scores, weighted, returns = (torch.zeros_like(theta) for _ in range(3))
    for _ in range(cap):
        uniform = torch.rand(
            p.shape, generator=run_generator, device=theta.device, dtype=theta.dtype
        )
        right = uniform < p
        scores = scores + alive * (right.to(p.dtype) - p)
        weighted = weighted - alive * scores
        returns = returns - alive
        cell, _, end = mdp.step(cell, torch.where(right, RIGHT, LEFT), run_generator)
        alive = alive * ~end
        if not alive.any():
            break
    return weighted - baseline * scores, returns


@dataclass(frozen=True)
class Reinforce:
    """REINFORCE on the short corridor. A larger step makes the copies spread: try 0.01."""

    alpha: float = parameter(0.004, 0.0001, 0.02, "step size")
    start: float = parameter(0.2, 0.05, 0.9, "probability of going right at first", step=0.05)
    episodes: int = parameter(150, 20, 1000, "episodes")
    seeds: int = parameter(100, 4, 1000, "independent copies")


@topic.simulation(
    "reinforce",
    Reinforce,
    units={"an episode": "plain with_baseline best_value"},
    says="REINFORCE with and without a baseline",
)
def reinforce(parameters: Reinforce, run: Run) -> Iterator[Frame]:
    """Follow the exact value of the policies that two versions of REINFORCE have reached."""
    shape = (parameters.seeds,)
    odds = math.log(parameters.start / (1 - parameters.start))
    theta = {
        name: torch.full(shape, odds, dtype=torch.float64, device=run.device)
        for name in ("no baseline", "average return as baseline")
    }
    average = torch.zeros(shape, dtype=torch.float64, device=run.device)
    generators = {name: run.generator("episodes") for name in theta}
    reached: dict[str, list[Tensor]] = {name: [] for name in theta}
    every = max(1, parameters.episodes // 15)
    x: list[float] = []
    for episode in range(1, parameters.episodes + 1):
        for name in theta:
            baseline = average if name != "no baseline" else torch.zeros_like(average)
            step, returns = reinforce_episode(theta[name], baseline, generators[name])
            if name != "no baseline":
                average = average + (returns - average) / episode
            theta[name] = (theta[name] + parameters.alpha * step).clamp(-4, 4)
        if episode % every and episode != parameters.episodes:
            continue
        x.append(float(episode))
        for name, preference in theta.items():
            p = torch.sigmoid(preference)
            reached[name].append((2 * p - 4) / (p * (1 - p)))
        yield Frame(
            progress=episode / parameters.episodes,
            series=(
                *(
                    median_curve(name, x, torch.stack(values, -1))
                    for name, values in reached.items()
                ),
                Series("best possible", [x[0], x[-1]], [corridor_value(corridor_optimum())] * 2),
            ),
            outputs={
                "plain": float(reached["no baseline"][-1].median()),
                "with_baseline": float(reached["average return as baseline"][-1].median()),
                "p_plain": float(torch.sigmoid(theta["no baseline"]).median()),
                "best_value": corridor_value(corridor_optimum()),
            },
            says=f"after {episode} episodes the median policy is worth "
            f"{float(reached['no baseline'][-1].median()):.2f} without a baseline",
            x_label="episodes",
            y_label="exact value of the policy",
        )


@dataclass(frozen=True)
class Noise:
    """Exact variances over all 648 trajectories of random MDPs."""

    problems: int = parameter(100, 2, 400, "random MDPs (3 states, 2 actions, 3 steps)")


@topic.simulation(
    "variance",
    Noise,
    units={
        "times the squared gradient": "full_return reward_to_go mean_return_as_baseline "
        "best_constant_baseline state_values_as_baseline best_state_baseline"
    },
    says="The exact variance of six gradient estimators",
)
def variance(parameters: Noise, run: Run) -> Iterator[Frame]:
    """Draw the variance of each estimator over the squared gradient: median over problems."""
    drawn = problems(run, parameters.problems)
    squared = (drawn.gradient**2).sum(-1)
    ratios = {name: drawn.variance(e) / squared for name, e in estimators(drawn).items()}
    typical = {name: float(ratio.median()) for name, ratio in ratios.items()}
    yield Frame(
        series=tuple(
            Series(
                name,
                [float(i)],
                [typical[name]],
                "bar",
                [float(ratio.quantile(0.25))],
                [float(ratio.quantile(0.75))],
                "middle half of the problems",
            )
            for i, (name, ratio) in enumerate(ratios.items(), 1)
        ),
        outputs={name.replace(" ", "_"): value for name, value in typical.items()},
        says=f"variance over squared gradient: {typical['full return']:.0f} with the full return, "
        f"{typical['state values as baseline']:.1f} with state values as baseline",
        x_label="estimator",
        y_label="variance / squared gradient (median)",
    )


@dataclass(frozen=True)
class Plateau:
    """Three arms. Start on the second best: the best arm first loses probability."""

    r1: float = parameter(1.0, 0.0, 2.0, "reward of arm 1")
    r2: float = parameter(0.9, 0.0, 2.0, "reward of arm 2")
    r3: float = parameter(0.0, 0.0, 2.0, "reward of arm 3")
    p1: float = parameter(0.1, 0.01, 0.9, "first probability of arm 1", step=0.01)
    p2: float = parameter(0.5, 0.01, 0.9, "first probability of arm 2; arm 3 has the rest")
    rate: float = parameter(1.0, 0.01, 2.0, "step size of the exact gradient")
    steps: int = parameter(800, 10, 3000, "steps")


@topic.simulation("plateau", Plateau, says="The exact gradient of a softmax bandit, step by step")
def plateau(parameters: Plateau, run: Run) -> Iterator[Frame]:
    """Follow the probabilities under the expected step, which raises preferences, not chances."""
    third = max(0.01, 1 - parameters.p1 - parameters.p2)
    first = torch.tensor([parameters.p1, parameters.p2, third], dtype=torch.float64)
    rewards = torch.tensor([parameters.r1, parameters.r2, parameters.r3], dtype=torch.float64)
    theta = (first / first.sum()).log()
    path, gradients = [], []
    for _ in range(parameters.steps + 1):
        pi = torch.softmax(theta, -1)
        gradients.append(pi * (rewards - (pi * rewards).sum()))
        path.append(pi)
        theta = theta + parameters.rate * gradients[-1]
    table = torch.stack(path)
    kept = table[:: max(1, parameters.steps // 100)]
    x = [float(i * max(1, parameters.steps // 100)) for i in range(len(kept))]
    best = table[:, int(rewards.argmax())]
    yield Frame(
        series=tuple(Series(f"arm {a + 1}", x, kept[:, a].tolist()) for a in range(3)),
        outputs={
            "gradient_1": float(gradients[0][0]),
            "gradient_2": float(gradients[0][1]),
            "gradient_3": float(gradients[0][2]),
            "lowest_best": float(best.min()),
            "final_best": float(best[-1]),
        },
        says=f"the best arm goes from {float(best[0]):.3f} down to {float(best.min()):.3f} "
        f"and ends at {float(best[-1]):.3f}",
        x_label="steps",
        y_label="probability",
    )
