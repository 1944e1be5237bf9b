"""Cross-domain recommendation: sparse ratings, cold users, and tastes carried between domains.

Ratings are inner products of latent factors with noise; a user's tastes in two domains are
correlated. Matrix factorisation by alternating least squares stands for the traditional model.
Sources: Koren, Bell & Volinsky 2009, "Matrix factorization techniques for recommender systems";
Man et al. 2017, "Cross-domain recommendation: an embedding and mapping approach" (EMCDR);
Schein et al. 2002, "Methods and metrics for cold-start recommendations".
"""

from sims.topics.cross_domain_recsys import claims, figures
from sims.topics.cross_domain_recsys.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "topic"]
