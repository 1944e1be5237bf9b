"""Actor-critic: a policy that is improved by what a learned value function thinks of its actions.

Three learners: tables on random MDPs beside REINFORCE, a Gaussian actor on the linear-quadratic
regulator, and small networks that share a trunk or do not. All are judged by exact values. Sources:
Sutton & Barto 2018, sections 13.5 to 13.7; Konda & Tsitsiklis 2000; Mnih et al. 2016 (A3C, section
4); Schulman et al. 2016, "High-dimensional continuous control using generalized advantage
estimation", equation 16.
"""

from sims.topics.actor_critic import claims, derivations, figures
from sims.topics.actor_critic.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "derivations", "figures", "topic"]
