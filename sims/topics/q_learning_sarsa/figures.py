"""What the cliff looks like: learning curves, greedy paths, exact values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.curves import mean_curve
from sims.lazy import np, torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.cliff import ARROWS, cliff_walking
from sims.rl.finite_mdp import FiniteMDP
from sims.rl.temporal_difference import expected_sarsa, learn, q_learning, sarsa
from sims.run import Run
from sims.simulation import Frame, Grid, Series, parameter
from sims.topics.q_learning_sarsa.model import best_exploring, edge_walk, start_value, topic

if TYPE_CHECKING:
    from torch import Tensor


METHODS = {"SARSA": sarsa, "Q-learning": q_learning, "Expected SARSA": expected_sarsa}


@dataclass(frozen=True)
class Cliff:
    """Cliff walking as in example 6.6."""

    epsilon: float = parameter(0.1, 0.0, 0.5, "share of random actions")
    alpha: float = parameter(0.5, 0.05, 1.0, "step size")
    width: int = parameter(12, 4, 20, "columns of the grid")
    episodes: int = parameter(300, 50, 1000, "episodes of each learner")
    seeds: int = parameter(30, 5, 500, "learners of each method")


def greedy_path(cliff: FiniteMDP, columns: int, q: "Tensor", run: Run) -> Grid:
    """Return how often each cell is on a greedy path (over seeds), with arrows of the majority."""
    generator = run.generator("greedy")
    state = cliff.reset(q.shape[:1], generator)
    seeds = torch.arange(len(q), device=q.device)
    visits = torch.zeros(q.shape[:2], device=q.device)
    going = torch.ones_like(seeds, dtype=torch.bool)
    for _ in range(2 * cliff.states):
        visits[seeds, state] += going
        state, _, done = cliff.step(state, q[seeds, state].argmax(-1), generator)
        going &= ~done
    share = (visits > 0).double().mean(0).reshape(-1, columns)
    arrows = q.mean(0).argmax(-1).reshape(-1, columns).tolist()
    return Grid(
        "share of greedy paths through each cell",
        share.tolist(),
        [[ARROWS[action] for action in row] for row in arrows],
    )


def curve(name: str, returns: "Tensor", episodes: int, block: int) -> Series:
    """Return the mean return in blocks of episodes with 95 % intervals over seeds."""
    usable = episodes // block * block
    blocks = returns[:, :usable].reshape(len(returns), -1, block).mean(-1).cpu()
    return mean_curve(name, [block * (i + 0.5) for i in range(blocks.shape[1])], blocks)


@topic.simulation(
    "cliff",
    Cliff,
    units={"an episode": "exact_edge exact_best sarsa q_learning expected_sarsa"},
    says="Learning curves of three methods on the cliff",
)
def cliff(parameters: Cliff, run: Run) -> Iterator[Frame]:
    """Let the methods learn one after the other; draw returns so far and the last one's paths."""
    walk = cliff_walking(width=parameters.width, device=run.device)
    block = max(5, parameters.episodes // 30)
    curves: dict[str, Series] = {}
    outputs = {
        "exact_edge": start_value(walk, edge_walk(walk, parameters.epsilon)),
        "exact_best": start_value(walk, best_exploring(walk, parameters.epsilon)),
    }
    for number, (name, target) in enumerate(METHODS.items()):
        for learning in learn(
            walk,
            target,
            seeds=parameters.seeds,
            episodes=parameters.episodes,
            generator=run.generator("cliff"),
            alpha=parameters.alpha,
            epsilon=parameters.epsilon,
            every=500,
        ):
            done = int(learning.episode.min())
            if done >= block:
                curves[name] = curve(name, learning.returns, done, block)
            yield Frame(
                progress=(number + done / parameters.episodes) / len(METHODS),
                series=tuple(curves.values()),
                grids=(greedy_path(walk, parameters.width, learning.q, run),),
                outputs=outputs,
                says=f"{name}: {done} of {parameters.episodes} episodes",
                x_label="episode",
                y_label="return of an episode",
            )
        late = learning.returns[:, -max(1, parameters.episodes // 5) :].mean(-1)
        outputs[target.__name__] = float(late.mean())
        outputs[f"{target.__name__}_standard_error"] = float(late.std()) / parameters.seeds**0.5
    gap = outputs["sarsa"] - outputs["q_learning"]
    yield Frame(
        series=tuple(curves.values()),
        grids=(greedy_path(walk, parameters.width, learning.q, run),),
        outputs=outputs,
        says=f"over the last fifth SARSA earns {gap:.1f} more than Q-learning",
        x_label="episode",
        y_label="return of an episode",
    )


@dataclass(frozen=True)
class Exact:
    """A cliff and how much its walkers explore."""

    epsilon: float = parameter(0.1, 0.0, 0.5, "share of random actions")
    width: int = parameter(12, 4, 20, "columns of the grid")


@topic.simulation(
    "exact",
    Exact,
    units={"an episode": "edge best"},
    says="Exact values of the edge path and the best exploring path",
)
def exact(parameters: Exact, run: Run) -> Iterator[Frame]:
    """Solve both at every epsilon up to the asked one; show the values of the edge walker."""
    walk = cliff_walking(width=parameters.width, device=run.device)
    x = np.linspace(0, max(parameters.epsilon, 0.01), 21)
    edge = [start_value(walk, edge_walk(walk, e)) for e in x]
    best = [start_value(walk, best_exploring(walk, e)) for e in x]
    policy = edge_walk(walk, parameters.epsilon)
    values = dp.evaluate(walk, policy, 1.0).reshape(-1, parameters.width)
    outputs = {
        "edge": start_value(walk, policy),
        "best": start_value(walk, best_exploring(walk, parameters.epsilon)),
    }
    yield Frame(
        series=(
            Series("epsilon-greedy in Q* (along the edge)", x.tolist(), edge),
            Series("best policy that explores", x.tolist(), best),
        ),
        grids=(Grid("value of each cell to the edge walker", values.tolist()),),
        outputs=outputs,
        says=f"edge {outputs['edge']:.2f}, best exploring {outputs['best']:.2f}",
        x_label="epsilon",
        y_label="exact value of the start",
    )
