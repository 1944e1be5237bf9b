"""The pictures' figures again: known maxima, one update after another."""

import math

from sims.claims import agree
from sims.run import Run
from sims.topics.q_learning.model import largest_of_normals, topic


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
