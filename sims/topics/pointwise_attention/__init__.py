"""Pointwise attention: SiLU of each score in place of a softmax over the row.

The layer of HSTU is A = SiLU(Q K' + bias)/N, out = LayerNorm(A V) * U. Sources: Zhai et al. 2024,
"Actions speak louder than words: trillion-parameter sequential transducers for generative
recommendations" (the layer, its figures, and that softmax is robust to noise by construction);
Milakov & Gimelshein 2018, "Online normalizer calculation for softmax".
"""

from sims.topics.pointwise_attention import claims, experiments, figures
from sims.topics.pointwise_attention.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "experiments", "figures", "topic"]
