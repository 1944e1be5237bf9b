"""Softmax: scores into weights, p_i = exp(s_i / T) / sum_j exp(s_j / T).

The notes call it the unique weighting of maximum entropy for a given expected score, with a clean
gradient. Sources: Jaynes 1957, "Information theory and statistical mechanics", section 2 (maximum
entropy); Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs"
(name and gradient); Martins and Astudillo 2016, "From softmax to sparsemax", section 2; Gao and
Pavel 2017, "On the properties of the softmax function" (the gradient of log-sum-exp); Nair 2025,
"Softmax is 1/2-Lipschitz", arXiv 2510.23012.
"""

from sims.topics.softmax import claims, derivations, entropy, figures
from sims.topics.softmax.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "derivations", "entropy", "figures", "topic"]
