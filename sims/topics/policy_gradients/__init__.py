"""Policy gradients: raise the probability of what was rewarded, by the gradient of its logarithm.

The notes write grad J = sum_t r(tau) grad log pi(a_t | s_t). Here that estimator, and every better
one, is summed over all 648 trajectories of small MDPs, so that bias and variance are exact.
Sources: Williams 1992 (REINFORCE); Sutton et al. 2000 (policy gradient theorem); Greensmith,
Bartlett & Baxter 2004 (baselines); Sutton & Barto 2018, chapter 13.
"""

from sims.topics.policy_gradients import claims, derivations, figures
from sims.topics.policy_gradients.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "derivations", "figures", "topic"]
