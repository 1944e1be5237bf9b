"""A3C: many workers, each with an environment of its own, and one network that all of them change.

Source: Mnih et al. 2016, "Asynchronous methods for deep reinforcement learning", sections 4 and 5.
"""

from sims.topics.a3c import claims, figures, second_routes
from sims.topics.a3c.model import topic

__all__ = ["claims", "figures", "second_routes", "topic"]
