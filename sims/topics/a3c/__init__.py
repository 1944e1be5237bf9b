"""A3C: many workers, each with an environment of its own, and one network that all of them change.

Source: Mnih et al. 2016, "Asynchronous methods for deep reinforcement learning", sections 4 and 5.
"""

from sims.topics.a3c import claims, figures
from sims.topics.a3c.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "topic"]
