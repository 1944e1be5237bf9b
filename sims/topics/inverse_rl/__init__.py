"""Inverse reinforcement learning: find a reward that makes the expert's behaviour a good one.

The expert is soft-optimal on a 5x5 grid with wind, and what it does is known exactly, without
sampling. A reward that depends on the state only survives a change of the world; one that hides
the old dynamics, and a cloned policy, do not; and no behaviour fixes the reward. Sources: Ng &
Russell 2000; Abbeel & Ng 2004; Ziebart 2010 (maximum causal entropy); Ng, Harada & Russell 1999
(shaping); Fu, Luo & Levine 2018 (rewards that transfer).
"""

from sims.topics.inverse_rl import claims, derivations, figures
from sims.topics.inverse_rl.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "derivations", "figures", "topic"]
