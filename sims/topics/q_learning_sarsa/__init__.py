"""Q-learning v SARSA: what each learns, and what each earns while it learns.

SARSA's target is the value of the action it will really take, so it learns the value of its own
behaviour; Q-learning's is the best value, whatever it takes. On the cliff the best path runs along
the edge, and a learner that explores falls off it: so Q-learning earns less while it explores.
Sources: Sutton and Barto 2018, "Reinforcement learning", sections 6.4 to 6.6 and example 6.6;
Watkins and Dayan 1992; Singh et al. 2000, "Convergence results for single-step on-policy
reinforcement-learning algorithms".
"""

from sims.topics.q_learning_sarsa import claims, derivations, figures
from sims.topics.q_learning_sarsa.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "derivations", "figures", "topic"]
