"""Q-learning: learn the optimal action values from samples, whoever chose the actions.

The notes' update is Q(s, a) <- Q(s, a) + alpha (r + gamma max_a' Q(s', a') - Q(s, a)), with an
epsilon-greedy choice of actions. Exact values come from linear solves of the same tables that the
samples are drawn from. Sources: Watkins & Dayan 1992, "Q-learning"; Sutton & Barto 2018, sections
2.3, 6.5 and 6.7 (maximisation bias, Example 6.7); van Hasselt 2010, "Double Q-learning".
"""

from sims.topics.q_learning import claims, derivations, figures
from sims.topics.q_learning.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "derivations", "figures", "topic"]
