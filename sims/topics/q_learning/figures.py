"""Learning on FrozenLake, maximisation bias, exploration on the testbed, and one update."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.curves import mean_curve
from sims.lazy import torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments import bandit
from sims.rl.environments.frozen_lake import MAPS, frozen_lake
from sims.rl.environments.gridworld import ARROWS
from sims.run import Run
from sims.simulation import Frame, Grid, Series, parameter
from sims.topics.q_learning.model import (
    Learner,
    biased_choice,
    interact,
    largest_of_normals,
    play,
    topic,
)

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Lake:
    """FrozenLake 4x4. Without slipping the values spread backwards from the goal."""

    epsilon: float = parameter(0.3, 0.01, 1.0, "probability of a random action", step=0.01)
    decay: float = parameter(0.6, 0.5, 1.0, "the n-th update of a pair has step size n^-decay")
    gamma: float = parameter(0.95, 0.5, 0.99, "discount", step=0.01)
    slippery: bool = parameter(True, says="whether the ice slips")
    steps: int = parameter(10_000, 500, 40_000, "transitions each copy sees")
    seeds: int = parameter(100, 2, 1000, "independent copies")


@topic.simulation("lake", Lake, says="Q-learning on FrozenLake, against the exact optimum")
def lake(parameters: Lake, run: Run) -> Iterator[Frame]:
    """Follow the exact value of the greedy policy and the error of Q while learning."""
    gamma = parameters.gamma
    mdp = frozen_lake(4, slippery=parameters.slippery, device=run.device)
    best = dp.policy_iteration(mdp, gamma).v
    optimum = float((mdp.start * best).sum())
    exact = dp.action_values(mdp, best, gamma)
    learner = Learner(mdp, parameters.seeds, gamma, parameters.decay)
    cells = "".join(MAPS[4])
    x: list[float] = []
    worth: list[Tensor] = []
    every = max(1, parameters.steps // 20)
    experience = interact(mdp, learner, parameters.steps, parameters.epsilon, run)
    for step, transition in enumerate(experience, 1):
        learner.update(*transition)
        if step % every and step != parameters.steps:
            continue
        policy = dp.greedy(mdp, learner.q)
        x.append(float(step))
        worth.append((mdp.start * dp.evaluate(mdp, policy, gamma)).sum(-1))
        mean = learner.q.mean(0)
        marks = [
            c if c in "GH" else ARROWS[int(a)] for c, a in zip(cells, mean.argmax(-1), strict=True)
        ]
        rows = range(0, 16, 4)
        error = (learner.q - exact).abs()[:, ~mdp.terminal].flatten(1).amax(-1)
        yield Frame(
            progress=step / parameters.steps,
            series=(
                mean_curve("value of the greedy policy", x, torch.stack(worth, -1)),
                Series("optimum", [0.0, float(parameters.steps)], [optimum, optimum]),
            ),
            grids=(
                Grid(
                    "largest Q, mean over copies",
                    mean.amax(-1).view(4, 4).tolist(),
                    [marks[i : i + 4] for i in rows],
                ),
            ),
            outputs={
                "value": float(worth[-1].mean()),
                "optimum": optimum,
                "error": float(error.mean()),
            },
            says=f"after {step} steps the greedy policy is worth {float(worth[-1].mean()):.3f}, "
            f"optimum {optimum:.3f}",
            x_label="transitions",
            y_label="exact value from the start",
        )


@dataclass(frozen=True)
class Bias:
    """Example 6.7 of Sutton & Barto. More actions in B make the best-looking one look better."""

    arms: int = parameter(10, 1, 50, "actions in B, each losing 0.1 on average")
    episodes: int = parameter(300, 20, 1000, "episodes of each run")
    runs: int = parameter(1000, 20, 10_000, "independent runs")


@topic.simulation(
    "bias",
    Bias,
    units={"% of runs": "peak_single last_single peak_double last_double"},
    says="Maximisation bias: Q-learning beside double Q-learning",
)
def bias(parameters: Bias, run: Run) -> Iterator[Frame]:
    """Draw the share of runs that go left, the action that loses, episode by episode."""
    x = [float(e) for e in range(1, parameters.episodes + 1)]
    series: list[Series] = [Series("optimal, 5 %", [x[0], x[-1]], [5.0, 5.0])]
    outputs: dict[str, float] = {}
    for number, (name, double) in enumerate((("single", False), ("double", True)), 1):
        lefts = biased_choice(
            parameters.runs,
            parameters.episodes,
            run.generator(name),
            double=double,
            arms=parameters.arms,
        )
        share = 100 * lefts.double()
        series.append(mean_curve(f"{name} estimate", x, share))
        outputs[f"peak_{name}"] = float(share.mean(0).max())
        outputs[f"last_{name}"] = float(share[:, -20:].mean())
        yield Frame(
            progress=number / 2,
            series=tuple(series),
            outputs=outputs,
            says=f"{name} estimate: up to {outputs[f'peak_{name}']:.1f} % of the runs go left",
            x_label="episode",
            y_label="% of runs that start left",
        )


@dataclass(frozen=True)
class Maximum:
    """The largest of several estimates of the same value."""

    arms: int = parameter(10, 1, 100, "equally good actions")
    mean: float = parameter(0.0, -5.0, 5.0, "true value of each")
    spread: float = parameter(1.0, 0.0, 5.0, "standard deviation of each estimate")


@topic.simulation("maximum", Maximum, says="What the best-looking of equal actions seems worth")
def maximum(parameters: Maximum, run: Run) -> Iterator[Frame]:
    """Draw the expected maximum over the number of actions, by quadrature."""
    counts = sorted({1, 2, 3, 5, 8, 12, 20, 35, 60, 100, parameters.arms})
    expected = [largest_of_normals(m, parameters.mean, parameters.spread) for m in counts]
    value = expected[counts.index(parameters.arms)]
    yield Frame(
        series=(
            Series("expected largest estimate", [float(m) for m in counts], expected),
            Series("true value", [1.0, float(counts[-1])], [parameters.mean] * 2),
        ),
        outputs={"expected": value, "bias": value - parameters.mean},
        says=f"the largest of {parameters.arms} estimates is {value:.4f} on average, "
        f"each is worth {parameters.mean:g}",
        x_label="actions",
        y_label="expected maximum",
    )


@dataclass(frozen=True)
class Pulls:
    """The 10-armed testbed; 0, 0.01 and the chosen epsilon are compared."""

    epsilon: float = parameter(0.1, 0.0, 1.0, "probability of a random action", step=0.01)
    steps: int = parameter(1000, 100, 5000, "pulls in each run")
    runs: int = parameter(1000, 20, 5000, "independent testbeds")


@topic.simulation(
    "exploration",
    Pulls,
    units={"a pull": "reward best_possible"},
    says="Reward of epsilon-greedy on the 10-armed testbed",
)
def exploration(parameters: Pulls, run: Run) -> Iterator[Frame]:
    """Draw the mean reward over time for several values of epsilon on the same testbeds."""
    values = bandit.testbed(parameters.runs, 10, run.generator("arms"))
    chosen = sorted({0.0, 0.01, parameters.epsilon})
    pieces = 50
    length = parameters.steps // pieces
    x = [float((i + 0.5) * length) for i in range(pieces)]
    series: list[Series] = []
    reward = 0.0
    for number, epsilon in enumerate(chosen, 1):
        rewards, _ = play(values, epsilon, parameters.steps, run.generator("play"))
        smooth = rewards[:, : pieces * length].view(parameters.runs, pieces, length).mean(-1)
        series.append(mean_curve(f"epsilon = {epsilon:g}", x, smooth))
        if epsilon == parameters.epsilon:
            reward = float(rewards.mean())
        yield Frame(
            progress=number / len(chosen),
            series=tuple(series),
            outputs={
                "reward": reward,
                "best_possible": float(values.amax(-1).mean()),
                "greedy_probability": 1 - parameters.epsilon + parameters.epsilon / 10,
            },
            says=f"epsilon = {epsilon:g} earns {float(rewards.mean()):.3f} a pull",
            x_label="pull",
            y_label="mean reward",
        )


@dataclass(frozen=True)
class OneUpdate:
    """One transition, worked out."""

    q: float = parameter(1.0, -100.0, 100.0, "Q(s, a) before")
    alpha: float = parameter(0.5, 0.0, 1.0, "step size")
    gamma: float = parameter(0.9, 0.0, 1.0, "discount")
    reward: float = parameter(1.0, -100.0, 100.0, "reward")
    left: float = parameter(2.0, -100.0, 100.0, "Q(s', left)")
    right: float = parameter(4.0, -100.0, 100.0, "Q(s', right)")
    terminal: int = parameter(0, choices=(0, 1), says="1 if s' is terminal")


@topic.simulation("update", OneUpdate, says="One update of Q-learning, repeated on one transition")
def update(parameters: OneUpdate, run: Run) -> Iterator[Frame]:
    """Repeat the same update twenty times; the first result is the output."""
    following = 0.0 if parameters.terminal else max(parameters.left, parameters.right)
    target = parameters.reward + parameters.gamma * following
    values = [parameters.q]
    for _ in range(20):
        values.append(values[-1] + parameters.alpha * (target - values[-1]))
    x = [float(k) for k in range(21)]
    yield Frame(
        series=(Series("Q(s, a)", x, values), Series("target", [0.0, 20.0], [target, target])),
        outputs={"q": values[1], "target": target},
        says=f"target {target:.4g}: Q goes from {parameters.q:.4g} to {values[1]:.4g}",
        x_label="updates",
        y_label="Q(s, a)",
    )
