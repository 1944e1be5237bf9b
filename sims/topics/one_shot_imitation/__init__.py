"""One-shot imitation: many tasks in training, one demonstration of a new one at test time.

A policy sees its position and a whole demonstration of the task; it is trained to act as in a
second demonstration of the same task. Here the tasks are goals in the plane (the paper: stacking
blocks, 140 training tasks of 1000 trajectories each, 43 test tasks).
Source: Duan et al. 2017, "One-shot imitation learning", sections 3 to 5.
"""

from sims.topics.one_shot_imitation import claims, figures
from sims.topics.one_shot_imitation.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "topic"]
