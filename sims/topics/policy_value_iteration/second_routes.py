"""The pictures' small problems again, by hand and by the gambler's closed form."""

import math
from typing import Any

from sims.claims import agree
from sims.lazy import np
from sims.rl import dynamic_programming as dp
from sims.rl.environments.frozen_lake import MAPS, frozen_lake
from sims.rl.finite_mdp import tabulate
from sims.run import Run
from sims.topics.policy_value_iteration.model import topic


@topic.second_route
def two_states(run: Run) -> None:
    """Sweep two equations by hand; sell for ever, or wait for ever."""
    reward, p, gamma = 2.0, 0.5, 0.9
    found = topic.outputs("two-states", run, reward=reward, p=p, gamma=gamma, sweeps=3)
    a = b = 0.0
    for _ in range(3):
        a, b = max(1 + gamma * a, reward + gamma * (p * b + (1 - p) * a)), gamma * a
    agree([found["v_a"], found["v_b"]], [a, b], says="values after three sweeps")
    sell = reward / (1 - gamma * (1 - p) - gamma**2 * p)
    agree(found["sell_a"], sell, says="always selling")
    best = max(1 / (1 - gamma), sell)
    agree([found["best_a"], found["best_b"]], [best, gamma * best], says="the best values")


@topic.second_route
def gambler(run: Run) -> None:
    """Play boldly: from a half one stake decides, from a quarter it takes two wins."""
    h = 0.4
    found = topic.outputs("gambler", run, heads=h)
    known = [h * h, h, h + (1 - h) * h]
    agree([found["v25"], found["v50"], found["v75"]], known, says="chances of the gambler")


@topic.second_route
def settled(run: Run) -> None:
    """Let values fall, and rise, by geometric series, until nothing changes any more."""
    costly = tabulate(2, 1, lambda s, a: [(1.0, 1 - s, -1.0 if s else 3.0)], start=0)
    found = dp.value_iteration(costly, 0.5)
    agree(found.v, [(3 - 0.5) / 0.75, (-1 + 1.5) / 0.75], says="values that swing")
    paying = tabulate(1, 2, lambda s, a: [(1.0, 0, -1.0 - a)])
    agree(dp.value_iteration(paying, 0.9).v, [-10.0], says="values that only fall")


@topic.second_route
def calm_lake(run: Run) -> None:
    """Walk the ice that does not slip: six steps to the goal, of which the last is paid."""
    found = topic.outputs("race", run, size=4, gamma=0.5, slippery=0)
    agree(found["v_start"], 0.5**5, says="the start of the calm lake")
    # The start knows where to go once its neighbour, five steps from the goal, has its value.
    agree([found["sweeps"], found["optimal_after"]], [6, 5], says="sweeps, one for each step")
    agree(found["bound"], math.ceil(math.log(1e-12) / math.log(0.5)), says="the bound on sweeps")


def _rounds(moves: Any, paid: Any, ends: Any) -> int:
    """Return the policies that are evaluated, from always left to the last, at a discount of 0.9.

    An action changes only where another one is better by more than rounding.
    """
    every, policy, rounds = np.arange(len(paid)), np.zeros(len(paid), dtype=int), 0
    while True:
        rounds += 1
        onward = moves[every, policy] * ~ends
        v = np.linalg.solve(np.eye(len(paid)) - 0.9 * onward, paid[every, policy])
        q = paid + 0.9 * moves @ np.where(ends, 0.0, v)
        better = q.max(1) > q[every, policy] + 1e-9
        if not better.any():
            return rounds
        policy = np.where(better, (q >= q.max(1, keepdims=True) - 1e-9).argmax(1), policy)


@topic.second_route
def slippery_lake(run: Run) -> None:
    """Lay the cells out: a step slides to three of the neighbours, all but the one behind."""
    for size in (4, 8):
        cells = np.array([list(row) for row in MAPS[size]]).ravel()
        around = np.pad(np.arange(size**2).reshape(size, size), 1, mode="edge")
        left, down = around[1:-1, :-2].ravel(), around[2:, 1:-1].ravel()
        right, up = around[1:-1, 2:].ravel(), around[:-2, 1:-1].ravel()
        moves = np.zeros((size**2, 4, size**2))
        for action, behind in enumerate((right, up, left, down)):
            for ahead in (left, down, right, up):
                moves[np.arange(size**2), action, ahead] += (ahead is not behind) / 3
        ends = np.isin(cells, ("G", "H"))
        moves[ends] = np.eye(size**2)[ends, None]
        lake = frozen_lake(size, device=run.device)
        agree(lake.P.shape, moves.shape, says="cells and actions of the lake")
        agree(lake.P, moves, says="where the lake's steps lead")
        paid = np.where(ends[:, None], 0.0, moves @ (cells == "G"))
        agree(lake.expected_reward, paid, says="what the lake's steps pay")
        v = np.zeros(size**2)
        for _ in range(400):
            v = (paid + 0.9 * moves @ np.where(ends, 0.0, v)).max(1)
        found = topic.outputs("race", run, size=size, gamma=0.9, slippery=1)
        agree(found["v_start"], v[0], says="the start of the lake")
        error, sweeps = float(v.max()), 0
        while error > 1e-12:  # each sweep leaves nine tenths of the largest error
            error, sweeps = 0.9 * error, sweeps + 1
        agree(found["bound"], sweeps, says="the bound on the lake's sweeps")
        agree(found["policy_rounds"], _rounds(moves, paid, ends), says="rounds from always left")
