"""Learning curves on random MDPs, the gain of a regulator, and advantages of one trajectory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.curves import mean_curve
from sims.lazy import torch
from sims.rl.environments.lqr import LQR
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.actor_critic.model import METHODS, Setting, draw_mdps, learning_curves, topic
from sims.topics.actor_critic.regulator import gaussian_actor_critic

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Race:
    """Random MDPs with 4 actions, discount 0.9. Longer episodes hurt plain REINFORCE most."""

    states: int = parameter(10, 2, 30, "states of each MDP")
    horizon: int = parameter(30, 5, 60, "steps of an episode", step=5)
    episodes: int = parameter(60, 10, 400, "episodes")
    reinforce_step: float = parameter(0.05, 0.005, 1.0, "step size of REINFORCE")
    critic_step: float = parameter(0.2, 0.005, 2.0, "step size of the methods with a critic")
    copies: int = parameter(40, 4, 400, "MDPs, one for each copy")


@topic.simulation(
    "race",
    Race,
    units={"of the way to the optimum": "reinforce baseline actor_critic exact_critic"},
    says="REINFORCE and actor-critic on the same random MDPs",
)
def race(parameters: Race, run: Run) -> Iterator[Frame]:
    """Draw how far each method has come, by exact values, over environment steps."""
    horizon = parameters.horizon
    setting = Setting(parameters.states, horizon, horizon * parameters.episodes, horizon)
    mdps = draw_mdps(setting, parameters.copies, run.generator("problems"))
    x = [float(horizon * episode) for episode in range(1, parameters.episodes + 1)]
    series: list[Series] = []
    outputs: dict[str, float] = {}
    for number, method in enumerate(METHODS, 1):
        step = parameters.reinforce_step if method == "reinforce" else parameters.critic_step
        alpha = torch.full((parameters.copies,), step, dtype=torch.float64, device=run.device)
        curve = learning_curves(method, mdps, alpha, setting, run.generator(method))
        series.append(mean_curve(method, x, curve))
        outputs[method.replace(" ", "_").replace("-", "_")] = float(curve[:, -1].mean())
        yield Frame(
            progress=number / len(METHODS),
            series=tuple(series),
            outputs=outputs,
            says=f"{method} goes {100 * float(curve[:, -1].mean()):.0f} % of the way",
            x_label="environment steps",
            y_label="0: uniform policy, 1: optimum",
        )


@dataclass(frozen=True)
class Regulator:
    """x' = a x + b u + noise, cost x² + r u². A cheap control (small r) has a large gain."""

    a: float = parameter(1.0, 0.5, 1.1, "how the state carries over", step=0.05)
    b: float = parameter(0.5, 0.2, 1.0, "strength of the control", step=0.05)
    r: float = parameter(0.5, 0.1, 2.0, "price of control", step=0.1)
    actor_step: float = parameter(0.02, 0.001, 0.05, "step size of the actor")
    episodes: int = parameter(150, 10, 500, "episodes of 10 steps")
    seeds: int = parameter(20, 2, 200, "independent learners")


@topic.simulation("regulator", Regulator, says="A Gaussian actor learns to steady a system")
def regulator(parameters: Regulator, run: Run) -> Iterator[Frame]:
    """Follow the learned gains against the one of the Riccati equation."""
    lqr = LQR(a=parameters.a, b=parameters.b, r=parameters.r)
    best = lqr.best_gain()
    every = max(1, parameters.episodes // 15)
    gains: list[Tensor] = []
    x: list[float] = []
    learners = gaussian_actor_critic(
        lqr, parameters.seeds, parameters.episodes, run, parameters.actor_step
    )
    for episode, (gain, _, _) in enumerate(learners, 1):
        if episode % every and episode != parameters.episodes:
            continue
        x.append(float(episode))
        gains.append(gain)
        mean = float(gain.mean())
        yield Frame(
            progress=episode / parameters.episodes,
            series=(
                mean_curve("learned gain", x, torch.stack(gains, -1)),
                Series("best gain", [0.0, float(parameters.episodes)], [best, best]),
            ),
            outputs={
                "gain": mean,
                "best_gain": best,
                "best_cost": lqr.cost(best),
                "cost": min(1e6, lqr.cost(mean)),
            },
            says=f"after {episode} episodes the gain is {mean:.3f}, the best is {best:.3f}",
            x_label="episodes",
            y_label="gain K of u = -K x",
        )


@dataclass(frozen=True)
class Trajectory:
    """Four steps, the last of which ends the episode, and the critic's values on the way."""

    r0: float = parameter(1.0, -10.0, 10.0, "reward of step 0")
    r1: float = parameter(0.0, -10.0, 10.0, "reward of step 1")
    r2: float = parameter(2.0, -10.0, 10.0, "reward of step 2")
    r3: float = parameter(1.0, -10.0, 10.0, "reward of step 3")
    v0: float = parameter(1.0, -10.0, 10.0, "V(s0)")
    v1: float = parameter(2.0, -10.0, 10.0, "V(s1)")
    v2: float = parameter(1.0, -10.0, 10.0, "V(s2)")
    v3: float = parameter(0.5, -10.0, 10.0, "V(s3)")
    gamma: float = parameter(0.9, 0.0, 1.0, "discount")
    lam: float = parameter(0.5, 0.0, 1.0, "lambda of generalized advantage estimation")


@topic.simulation("advantages", Trajectory, says="TD errors and advantages of four steps")
def advantages(parameters: Trajectory, run: Run) -> Iterator[Frame]:
    """Work out A_t = sum_l (gamma lambda)^l delta_{t+l}, backwards from the end."""
    p = parameters
    rewards = (p.r0, p.r1, p.r2, p.r3)
    values = (p.v0, p.v1, p.v2, p.v3, 0.0)
    deltas = [rewards[t] + p.gamma * values[t + 1] - values[t] for t in range(4)]
    estimates = [0.0] * 5
    for t in reversed(range(4)):
        estimates[t] = deltas[t] + p.gamma * p.lam * estimates[t + 1]
    x = [0.0, 1.0, 2.0, 3.0]
    outputs = {f"delta_{t}": deltas[t] for t in range(4)}
    outputs |= {f"advantage_{t}": estimates[t] for t in range(4)}
    yield Frame(
        series=(
            Series("TD error", x, deltas, style="scatter"),
            Series("advantage", x, estimates[:4]),
        ),
        outputs=outputs,
        says=f"delta_0 = {deltas[0]:.4g}, A_0 = {estimates[0]:.4g}",
        x_label="step",
        y_label="advantage",
    )
