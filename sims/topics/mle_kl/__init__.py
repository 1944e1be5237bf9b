"""Maximum likelihood and Kullback-Leibler divergence: one fit, seen from two sides.

KL(p || q) = sum_k p_k log(p_k / q_k) = H(p, q) - H(p). The notes say that minimising it is the
same as maximum likelihood "in the limit"; for the forward divergence from the data's own
frequencies it is the same for every sample, and for the reverse one it is not. Sources: Kullback
and Leibler 1951, "On information and sufficiency", section 2; Bishop 2006, "Pattern recognition
and machine learning", sections 1.6 and 10.1; Arjovsky and Bottou 2017, "Towards principled methods
for training generative adversarial networks", section 2.
"""

from sims.topics.mle_kl import claims, derivations, figures
from sims.topics.mle_kl.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "derivations", "figures", "topic"]
