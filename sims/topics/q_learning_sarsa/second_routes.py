"""The cliff's exact values again: moves written out, values swept until they rest."""

from typing import TYPE_CHECKING

from sims.claims import agree, require
from sims.lazy import np, torch
from sims.rl.environments.cliff import cliff_walking
from sims.rl.temporal_difference import learn, sarsa
from sims.run import Run
from sims.topics.q_learning_sarsa.figures import greedy_path
from sims.topics.q_learning_sarsa.model import topic

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEIGHT, WIDTH = 4, 6
START, GOAL = (HEIGHT - 1, 0), (HEIGHT - 1, WIDTH - 1)


def _moved(row: int, column: int, move: tuple[int, int]) -> tuple[tuple[int, int], float]:
    """Return where a move leads, and what it pays."""
    row = min(max(row + move[0], 0), HEIGHT - 1)
    column = min(max(column + move[1], 0), WIDTH - 1)
    fallen = row == HEIGHT - 1 and 0 < column < WIDTH - 1
    return (START, -100.0) if fallen else ((row, column), -1.0)


def _swept(
    epsilon: float, choose: "dict[tuple[int, int], list[int]] | None"
) -> "NDArray[np.float64]":
    """Return values, (HEIGHT, WIDTH), of taking the best move, or one of those to choose from.

    With probability epsilon any of the four is taken instead.
    """
    v = np.zeros((HEIGHT, WIDTH))
    for _ in range(4000):
        before = v.copy()
        for cell in np.ndindex(HEIGHT, WIDTH):
            if cell == GOAL:
                continue
            worth = _worth(v, cell)
            kept = max(worth) if choose is None else np.mean([worth[a] for a in choose[cell]])
            v[cell] = (1 - epsilon) * kept + epsilon * np.mean(worth)
        if np.abs(v - before).max() < 1e-12:
            break
    return v


def _worth(v: "NDArray[np.float64]", cell: tuple[int, int]) -> list[float]:
    """Return the values of the four moves from a cell."""
    moves = ((-1, 0), (0, 1), (1, 0), (0, -1))
    return [paid + float(v[after]) for after, paid in (_moved(*cell, move) for move in moves)]


@topic.second_route
def walkers(run: Run) -> None:
    """Sweep the walker on the edge, and the best one that explores, on a cliff of six columns."""
    best = _swept(0.0, None)
    edge = {}
    for cell in np.ndindex(HEIGHT, WIDTH):
        worth = _worth(best, cell)
        edge[cell] = [a for a, value in enumerate(worth) if value >= max(worth) - 1e-9]
    for epsilon in (0.05, 0.2):
        found = topic.outputs("exact", run, epsilon=epsilon, width=WIDTH)
        agree(found["edge"], _swept(epsilon, edge)[START], says="the walker on the edge")
        agree(found["best"], _swept(epsilon, None)[START], says="the best one that explores")


@topic.second_route
def last_fifth(run: Run) -> None:
    """Add up the returns of the last ten of fifty episodes, learner by learner."""
    found = topic.outputs("cliff", run, width=4, episodes=50, seeds=5)
    walk = cliff_walking(width=4, device=run.device)
    *_, last = learn(walk, sarsa, seeds=5, episodes=50, generator=run.generator("cliff"))
    means = [sum(returns[40:]) / 10 for returns in last.returns.tolist()]
    agree(found["sarsa"], np.mean(means), says="what SARSA earns at the end")
    error = np.std(means, ddof=1) / 5**0.5
    agree(found["sarsa_standard_error"], error, says="its standard error")
    agree(found["exact_best"], topic.outputs("exact", run, width=4)["best"], says="the best walker")


@topic.second_route
def drawn_paths(run: Run) -> None:
    """Let two of three learners go up, right and down again; the third stays where it starts."""
    arrows = [["→"] * (WIDTH - 1) + ["↓"]] * (HEIGHT - 1) + [["↑"] * WIDTH]
    q = torch.zeros(3, HEIGHT * WIDTH, 4, dtype=torch.float64, device=run.device)
    for row, line in enumerate(arrows):
        for column, arrow in enumerate(line):
            q[:2, row * WIDTH + column, "↑→↓←".index(arrow)] = 2.0
    q[2, :, 3] = 1.0  # left, into the wall
    drawn = greedy_path(cliff_walking(width=WIDTH, device=run.device), WIDTH, q, run)
    known = np.zeros((HEIGHT, WIDTH))
    known[HEIGHT - 2], known[HEIGHT - 1, 0] = 2 / 3, 1
    agree(drawn.values, known, says="the share of greedy paths through each cell")
    require(drawn.marks == arrows, says="the arrows of the majority")
