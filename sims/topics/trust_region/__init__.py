"""Trust regions: follow the policy gradient only as far as the old policy's data can be trusted.

TRPO maximises the surrogate sum_s d_old(s) sum_a pi(a | s) A_old(s, a) while the mean KL divergence
from the old policy stays below delta. Everything here is exact: values and visits by linear solves
on random MDPs, constrained optima by the linear program over occupancy measures. Sources: Kakade &
Langford 2002; Schulman et al. 2015, "Trust region policy optimization"; Achiam et al. 2017,
"Constrained policy optimization"; Altman 1999, "Constrained Markov decision processes".
"""

from sims.topics.trust_region import claims, derivations, figures
from sims.topics.trust_region.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "derivations", "figures", "topic"]
