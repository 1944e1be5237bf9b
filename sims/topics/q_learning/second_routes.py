"""The pictures' figures again: known maxima, one update after another."""

import math

from sims.claims import agree, check_mean, require
from sims.lazy import np, scipy, torch
from sims.rl.environments import bandit
from sims.rl.environments.garnet import random_mdps
from sims.rl.environments.gridworld import moved
from sims.run import Run
from sims.topics.q_learning.model import Learner, biased_choice, largest_of_normals, play, topic


@topic.second_route
def maxima(run: Run) -> None:
    """Take the means of the largest of two and of three normals from tables."""
    for count, known in ((1, 0.0), (2, 1 / math.sqrt(math.pi)), (3, 1.5 / math.sqrt(math.pi))):
        agree(largest_of_normals(count, 1.0, 2.0), 1 + 2 * known, says="a largest of normals")


@topic.second_route
def update(run: Run) -> None:
    """Go half of the way to the reward and nine tenths of the better of two values, by hand."""
    found = topic.outputs(
        "update", run, q=1.0, alpha=0.5, gamma=0.9, reward=1.0, left=2.0, right=4.0, terminal=0
    )
    agree([found["target"], found["q"]], [1 + 3.6, (1 + 4.6) / 2], says="an update")
    ended = topic.outputs("update", run, reward=1.0, terminal=1)
    agree(ended["target"], 1.0, says="the target of an end")


@topic.second_route
def learner(run: Run) -> None:
    """Update by hand what the learner updates: steps of n^-0.75, and nothing after an end."""
    mdps, generator = random_mdps(8, 10, 2, run.generator("rule"), branching=3), run.generator("q")
    seeds = len(mdps.P)
    learner = Learner(mdps, seeds, 0.7, decay=0.75)
    learner.q += torch.randn(
        learner.q.shape, generator=generator, device=run.device, dtype=torch.float64
    )
    every = torch.arange(seeds, device=run.device)
    state, after, action, end = every % 10, (every + 3) % 10, every % 2, every % 4 < 2
    expected = learner.q.clone()
    for visit in (1, 2, 3):
        reward = bandit.pull(expected[every, state], action, generator)
        best = (expected[every, after] * ~end.unsqueeze(-1)).amax(-1)
        before = expected[every, state, action]
        expected[every, state, action] += visit**-0.75 * (reward + 0.7 * best - before)
        learner.update(state, action, reward, after, end)
    agree(learner.q, expected, says="three updates of the learner")


@topic.second_route
def averages(run: Run) -> None:
    """Keep each arm's average by small steps of 1/n, and choose from the same draws."""
    values = torch.randn(
        4, 3, dtype=torch.float64, device=run.device, generator=run.generator("values")
    )
    rewards, arms = play(values, 0.3, 60, run.generator("play"))
    generator, every = run.generator("play"), range(4)
    q, n = [[0.0] * 3 for _ in every], [[0] * 3 for _ in every]
    for t in range(60):
        best = [[x == max(row) for x in row] for row in q]
        chances = [[0.7 * b / sum(row) + 0.1 for b in row] for row in best]
        arm = torch.multinomial(torch.tensor(chances, dtype=torch.float64), 1, generator=generator)
        agree(arms[:, t], arm[:, 0], says="the arm that is pulled")
        bandit.pull(values, arm[:, 0], generator)  # to draw what was drawn
        for k, a, r in zip(every, arm[:, 0].tolist(), rewards[:, t].tolist(), strict=True):
            n[k][a] += 1
            q[k][a] += (r - q[k][a]) / n[k][a]
    middle = rewards - values.gather(1, arms)
    check_mean(middle.flatten(), torch.tensor(0.0), "rewards less their means")


def greedy(sums: list[float]) -> list[float]:
    """Return the probabilities of actions that are greedy nine times of ten; ties share."""
    best = [value == max(sums) for value in sums]
    return [0.9 * b / sum(best) + 0.1 / len(sums) for b in best]


@topic.second_route
def one_estimate_or_two(run: Run) -> None:
    """Play Example 6.7 as the textbook has it (sections 6.5 and 6.7), from the same draws."""
    for tables in (1, 2):
        lefts = biased_choice(20, 100, run.generator("example"), double=tables == 2, arms=3)
        generator = run.generator("example")
        q = [[{"A": [0.0, 0.0], "B": [0.0] * 3} for _ in range(tables)] for _ in range(20)]
        for episode in range(100):
            chosen = {}
            for state in "AB":
                sums = [[sum(v) for v in zip(*(t[state] for t in one), strict=True)] for one in q]
                chances = torch.tensor([greedy(row) for row in sums], dtype=torch.float64)
                drawn = torch.multinomial(chances, 1, generator=generator)
                chosen[state] = drawn[:, 0].tolist()
            worth = torch.full((20, 3), -0.1, dtype=torch.float64)
            paid = bandit.pull(worth, torch.tensor(chosen["B"]), generator).tolist()
            coins = torch.randint(
                tables, (20,), generator=generator, device=generator.device
            ).tolist()
            for copy, (one, coin) in enumerate(zip(q, coins, strict=True)):
                left, mine, other = chosen["A"][copy] == 0, one[coin], one[tables - 1 - coin]
                require(bool(lefts[copy, episode]) == left, says="another episode goes left")
                best = mine["B"].index(max(mine["B"]))
                target = other["B"][best] if left else 0.0
                side, arm = chosen["A"][copy], chosen["B"][copy]
                mine["A"][side] += 0.1 * (target - mine["A"][side])
                if left:
                    mine["B"][arm] += 0.1 * (paid[copy] - mine["B"][arm])


@topic.second_route
def shown(run: Run) -> None:
    """Integrate the largest of ten normals by its distribution; sweep the lake's values."""
    z = np.linspace(-10, 10, 20_001)
    largest = float((z * np.gradient(scipy.special.ndtr(z) ** 10, z)).sum() * (z[1] - z[0]))
    found = topic.outputs("maximum", run)
    agree([found["expected"], found["bias"]], [largest] * 2, says="the largest", tolerance=1e-5)
    pulls = topic.outputs("exploration", run, epsilon=0.2, steps=100, runs=20)
    arms = bandit.testbed(20, 10, run.generator("arms"))
    rewards, _ = play(arms, 0.2, 100, run.generator("play"))
    agree(pulls["reward"], sum(map(sum, rewards.tolist())) / 2000, says="the mean reward")
    agree(pulls["greedy_probability"], 0.8 + 0.2 / 10, says="the chance of the greedy arm")
    best = bandit.testbed(20, 10, run.generator("arms")).tolist()
    agree(pulls["best_possible"], sum(map(max, best)) / 20, says="the best possible reward")
    lake = topic.outputs("lake", run, gamma=0.9, slippery=0, epsilon=1.0, steps=4000, seeds=4)
    agree(lake["optimum"], 0.9**5, says="six steps to the goal, of which the last is paid")
    agree(lake["value"], 0.9**5, says="what a learner of the calm lake is worth")


@topic.second_route
def neighbours(run: Run) -> None:
    """Lay a grid out with its edge doubled: the neighbours of a cell are left, down, right, up."""
    around = np.pad(np.arange(15).reshape(3, 5), 1, mode="edge")
    known = [around[1:-1, :-2], around[2:, 1:-1], around[1:-1, 2:], around[:-2, 1:-1]]
    found = [[moved(cell, action, 3, 5) for cell in range(15)] for action in range(4)]
    agree(found, [part.ravel() for part in known], says="where moves lead")


@topic.second_route
def leftward(run: Run) -> None:
    """Count, episode by episode, the runs that start left."""
    found = topic.outputs("bias", run, arms=4, episodes=40, runs=20)
    for name in ("single", "double"):
        lefts = biased_choice(20, 40, run.generator(name), double=name == "double", arms=4)
        shares = [5.0 * sum(column) for column in zip(*lefts.tolist(), strict=True)]
        agree(found[f"peak_{name}"], max(shares), says="the most runs that go left")
        agree(found[f"last_{name}"], sum(shares[20:]) / 20, says="the last episodes that do")
