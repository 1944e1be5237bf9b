"""Both methods on FrozenLake, the gambler by sweep, a problem for the hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log
from typing import TYPE_CHECKING

from sims.lazy import torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.frozen_lake import MAPS, frozen_lake
from sims.rl.environments.gambler import gambler
from sims.rl.environments.gridworld import ARROWS
from sims.rl.finite_mdp import FiniteMDP, tabulate
from sims.run import Run
from sims.simulation import Frame, Grid, Series, parameter

if TYPE_CHECKING:
    from torch import Tensor


from sims.topics.policy_value_iteration.model import EXACT, topic, worst_gap


@dataclass(frozen=True)
class Lake:
    """FrozenLake. With gamma near 1 value iteration needs many sweeps: try 0.9, then 0.99."""

    size: int = parameter(4, choices=(4, 8), says="side of the map")
    gamma: float = parameter(0.95, 0.5, 0.99, "discount", step=0.01)
    slippery: bool = parameter(True, says="whether the ice slips")


def lake_grid(mdp: FiniteMDP, v: "Tensor", policy: "Tensor", size: int, name: str) -> Grid:
    """Return values as a grid, marked with the policy's arrows and the map's holes and goal."""
    cells = "".join(MAPS[size])
    arrows = [ARROWS[a] for a in policy.argmax(-1).tolist()]
    marks = [c if c in "GH" else arrow for c, arrow in zip(cells, arrows, strict=True)]
    rows = range(0, size * size, size)
    return Grid(name, v.view(size, size).tolist(), [marks[i : i + size] for i in rows])


@topic.simulation(
    "race",
    Lake,
    units={"sweeps": "sweeps bound optimal_after", "rounds": "policy_rounds"},
    says="Sweeps of value iteration against rounds of policy iteration",
)
def race(parameters: Lake, run: Run) -> Iterator[Frame]:
    """Follow the error of both methods on FrozenLake until value iteration reaches 1e-12."""
    gamma = parameters.gamma
    mdp = frozen_lake(parameters.size, slippery=parameters.slippery, device=run.device)
    always_left = torch.eye(mdp.actions, dtype=torch.float64, device=run.device)[:1]
    rounds = list(dp.policy_rounds(mdp, gamma, always_left.expand(mdp.states, -1)))
    best = rounds[-1].v
    by_rounds = [float(worst_gap(r.v, best)) for r in rounds]
    bound = ceil(log(1e-12 / float(best.abs().max())) / log(gamma))
    errors: list[float] = []
    optimal_after = -1
    for sweep, v in enumerate(dp.value_sweeps(mdp, gamma)):
        errors.append(float(worst_gap(v, best)))
        policy = dp.greedy(mdp, dp.action_values(mdp, v, gamma))
        if optimal_after < 0 and float(worst_gap(dp.evaluate(mdp, policy, gamma), best)) < EXACT:
            optimal_after = sweep
        done = errors[-1] < 1e-12
        if not done and sweep % 20:
            continue
        shown = [log(max(e, 1e-16), 10) for e in errors]
        yield Frame(
            progress=1.0 if done else min(0.99, sweep / bound),
            series=(
                Series("value iteration, by sweep", [float(i) for i in range(len(shown))], shown),
                Series(
                    "policy iteration, by round",
                    [float(i) for i in range(len(rounds))],
                    [log(max(e, 1e-16), 10) for e in by_rounds],
                    style="scatter",
                ),
            ),
            grids=(lake_grid(mdp, v, policy, parameters.size, f"values after {sweep} sweeps"),),
            outputs={
                "v_start": float((mdp.start * v).sum()),
                "sweeps": float(sweep),
                "bound": float(bound),
                "optimal_after": float(optimal_after),
                "policy_rounds": float(len(rounds)),
            },
            says=f"{sweep} sweeps: error {errors[-1]:.1e}; {len(rounds)} policy rounds solve it",
            x_label="sweeps or rounds",
            y_label="log10 of the largest error",
        )
        if done:
            return


@dataclass(frozen=True)
class Gamble:
    """The gambler's problem with a goal of 100."""

    heads: float = parameter(0.4, 0.05, 0.49, "probability of winning a stake", step=0.01)


@topic.simulation(
    "gambler",
    Gamble,
    units={"sweeps": "sweeps"},
    says="Value iteration on the gambler's problem, by sweep",
)
def gamble(parameters: Gamble, run: Run) -> Iterator[Frame]:
    """Draw the probability of reaching 100 from every capital, sweep by sweep."""
    mdp = gambler(parameters.heads, device=run.device)
    curves: list[Series] = []
    previous: Tensor | None = None
    for sweep, v in enumerate(dp.value_sweeps(mdp, 1.0)):
        done = previous is not None and float((v - previous).abs().max()) < 1e-12
        shown = v.clone()
        shown[-1] = 1.0
        if done or sweep in (1, 2, 3, 4, 8, 16):
            curves.append(Series(f"sweep {sweep}", [float(c) for c in range(101)], shown.tolist()))
            yield Frame(
                progress=1.0 if done else sweep / 40,
                series=tuple(curves),
                outputs={
                    "v25": float(v[25]),
                    "v50": float(v[50]),
                    "v75": float(v[75]),
                    "sweeps": float(sweep),
                },
                says=f"sweep {sweep}: V(25) = {float(v[25]):.4f}, V(50) = {float(v[50]):.4f}",
                x_label="capital",
                y_label="probability of reaching 100",
            )
        if done:
            return
        previous = v


@dataclass(frozen=True)
class TwoStates:
    """In A, waiting pays 1; selling pays `reward` and leads to B with probability `p`."""

    reward: float = parameter(2.0, 0.0, 20.0, "reward of selling in A", step=0.5)
    p: float = parameter(0.5, 0.0, 1.0, "probability that selling leads to B", step=0.05)
    gamma: float = parameter(0.9, 0.1, 0.99, "discount", step=0.01)
    sweeps: int = parameter(2, 1, 50, "sweeps of value iteration")


@topic.simulation("two-states", TwoStates, says="A problem small enough to solve by hand")
def two_states(parameters: TwoStates, run: Run) -> Iterator[Frame]:
    """Sweep from zero, beside the exact values of always selling and of the best policy."""
    reward, p, gamma = parameters.reward, parameters.p, parameters.gamma

    def outcomes(state: int, action: int) -> Iterator[tuple[float, int, float]]:
        if state == 1:
            yield 1.0, 0, 0.0
        elif action == 0:
            yield 1.0, 0, 1.0
        else:
            yield p, 1, reward
            yield 1 - p, 0, reward

    mdp = tabulate(2, 2, outcomes, device=run.device)
    sell = dp.evaluate(mdp, torch.tensor([[0.0, 1.0]] * 2).to(mdp.P), gamma)
    best = dp.policy_iteration(mdp, gamma).v
    sweeps = dp.value_sweeps(mdp, gamma)
    history = torch.stack([next(sweeps) for _ in range(parameters.sweeps + 1)])
    x = [float(k) for k in range(len(history))]
    yield Frame(
        series=(
            Series("v(A)", x, history[:, 0].tolist()),
            Series("v(B)", x, history[:, 1].tolist()),
            Series("v*(A)", [0.0, x[-1]], [float(best[0])] * 2),
        ),
        outputs={
            "v_a": float(history[-1, 0]),
            "v_b": float(history[-1, 1]),
            "sell_a": float(sell[0]),
            "best_a": float(best[0]),
            "best_b": float(best[1]),
        },
        says=f"after {parameters.sweeps} sweeps v(A) = {float(history[-1, 0]):.4f}, "
        f"optimum {float(best[0]):.4f}; always selling is worth {float(sell[0]):.4f}",
        x_label="sweeps",
        y_label="value",
    )
