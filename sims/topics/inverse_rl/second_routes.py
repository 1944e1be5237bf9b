"""Soft values, visits and scores again, by following chance and by definition."""

from sims.claims import agree, require
from sims.lazy import np, torch
from sims.rl.environments.windy_grid import windy_grid
from sims.run import Run
from sims.topics.inverse_rl.model import (
    GAMMA,
    METHODS,
    WALLS,
    cell_rewards,
    folded_reward,
    matching_steps,
    paying,
    planned,
    potentials,
    returns,
    scores,
    soft_policy,
    soft_values,
    state_visits,
    topic,
    transferred,
)


@topic.second_route
def soft(run: Run) -> None:
    """Check the soft optimum: its policy earns V, rewards and entropy counted, as no other does."""
    grid = windy_grid(cell_rewards(run, 1))
    table = cell_rewards(run, 1).unsqueeze(-1).expand(-1, -1, grid.actions)
    policy = soft_policy(grid, table)[0].numpy()
    P, r = grid.P[0].numpy(), table[0].numpy()
    earned = (policy * (r - np.log(policy))).sum(-1)
    moves = np.einsum("sa,sat->st", policy, P)
    value = np.linalg.solve(np.eye(len(P)) - GAMMA * moves, earned)
    agree(soft_values(grid, table)[0], value, says="soft values")
    for shift in run.rng("shifts").normal(size=(5, *policy.shape)):
        other = policy * np.exp(0.3 * shift)
        other /= other.sum(-1, keepdims=True)
        earns = (other * (r - np.log(other))).sum(-1)
        less = np.linalg.solve(np.eye(len(P)) - GAMMA * np.einsum("sa,sat->st", other, P), earns)
        require(bool((less <= value + 1e-9).all()), says="another policy is softer")


@topic.second_route
def worth(run: Run) -> None:
    """Follow 500 steps of chance for visits and returns; put a potential into the reward."""
    grid = windy_grid(cell_rewards(run, 1))
    table = cell_rewards(run, 1).unsqueeze(-1).expand(-1, -1, grid.actions)
    world = paying(grid, table)
    policy = soft_policy(grid, table)
    uniform = torch.full_like(policy, 1 / grid.actions)
    best = planned(grid, table)
    r, P, known = table[0].numpy(), grid.P[0].numpy(), []
    for way in (policy, uniform, best):
        pi, here = way[0].numpy(), grid.start.numpy()
        visits, total = np.zeros(len(here)), 0.0
        for t in range(500):
            visits = visits + GAMMA**t * here
            total += GAMMA**t * here @ (pi * r).sum(-1)
            here = here @ np.einsum("sa,sat->st", pi, P)
        agree(state_visits(grid, way)[0], visits, says="visits")
        agree(returns(world, way)[0], total, says="a return")
        known.append(total)
    agree(scores(world, policy)[0], (known[0] - known[1]) / (known[2] - known[1]), says="a score")
    potential = torch.randn(
        1, len(P), dtype=torch.float64, device=run.device, generator=run.generator("potential")
    )
    folded = folded_reward(grid, table, potential)[0].numpy()
    f = potential[0].numpy()
    ahead = np.array(
        [
            [sum(P[s, a, t] * f[t] for t in range(len(f))) for a in range(P.shape[1])]
            for s in range(len(f))
        ]
    )
    agree(folded, r + GAMMA * ahead - f[:, None], says="a shaped reward")


@topic.second_route
def shaping(run: Run) -> None:
    """Work the shaped values out through the shaped next values."""
    given = {"r": 1.0, "u": 2.0, "v": 5.0, "w": 3.0, "f": 2.0, "g": 4.0, "h": -1.0}
    found = topic.outputs("shaping", run, **given)
    agree(found["q"] - found["q_shaped"], 2.0, says="what shaping lowers Q by")
    agree(found["advantage_shaped"], found["advantage"], says="the advantage after shaping")
    agree(found["q"], 1 + 0.9 * 5, says="Q")


@topic.second_route
def features(run: Run) -> None:
    """Solve two equations in two unknowns by Cramer's rule."""
    p, q, gamma = 0.4, 0.2, 0.9
    found = topic.outputs("visits", run, p=p, q=q, gamma=gamma)
    stay_a, stay_b = 1 - gamma * (1 - p), 1 - gamma * (1 - q)
    whole = stay_a * stay_b - gamma**2 * p * q
    agree([found["a"], found["b"]], [stay_b / whole, gamma * p / whole], says="visits of A and B")


@topic.second_route
def pictured(run: Run) -> None:
    """Build the windy grid move by move; take ten steps, and score a wall's worlds, by hand."""
    rewards = cell_rewards(run, 1)
    grid = windy_grid(rewards, wind=0.2)
    around = np.pad(np.arange(25).reshape(5, 5), 1, mode="edge")
    ahead = [around[1:-1, :-2], around[2:, 1:-1], around[1:-1, 2:], around[:-2, 1:-1]]
    moves = np.zeros((25, 4, 25))
    for action in range(4):
        for way in range(4):
            chance = 0.2 / 4 + 0.8 * (way == action)
            moves[np.arange(25), action, ahead[way].ravel()] += chance
    agree(grid.P[0], moves, says="where steps on the windy grid lead")
    left = rewards[0].numpy()[:, None, None] + np.zeros_like(moves)
    agree(grid.R[0], left, says="that the cell which is left pays")
    found = topic.outputs("maxent", run, steps=10, rate=0.3, wind=0.2)
    agree(found["exact_error"], 0, says="the solved reward's error", tolerance=1e-6)
    policy = soft_policy(grid, rewards.unsqueeze(-1).expand(-1, -1, 4))
    steps = matching_steps(grid, state_visits(grid, policy), 0.3)
    learned, gap = [next(steps) for _ in range(11)][-1]
    known = np.corrcoef(learned[0].numpy(), rewards[0].numpy())[0, 1]
    agree(found["correlation"], known, says="the correlation after ten steps")
    agree(found["gap"], max(map(abs, gap[0].tolist())), says="the largest gap in visits")
    shown = topic.outputs("transfer", run, change="a wall", grids=2)
    cells, shapes = cell_rewards(run, 2), potentials(run, 2)
    world = windy_grid(cells, walls=WALLS)
    for method in METHODS:
        carried = transferred(method, cells, {"walls": WALLS}, shapes)
        worth = sum(scores(world, carried).tolist()) / 2
        agree(shown[method.replace(" ", "_")], worth, says=f"the score of the {method}")
    agree(shown["true_reward"], 1, says="planning with the true reward")
    agree(potentials(run, 400).std(), 5, says="the spread of potentials", tolerance=0.03)
