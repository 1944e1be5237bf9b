"""The pictures' figures again: known maxima, one update after another."""

import math

from sims.claims import agree, check_mean
from sims.lazy import torch
from sims.rl.environments import bandit
from sims.run import Run
from sims.topics.q_learning.model import largest_of_normals, play, topic


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
def averages(run: Run) -> None:
    """Keep each arm's average by small steps of 1/n, and choose from the same draws."""
    values = torch.randn(4, 3, dtype=torch.float64, generator=run.generator("values"))
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
