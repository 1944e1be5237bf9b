"""Transposed convolution, the layer that is called deconvolution and is none.

Sources: Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning", chapter 4;
Odena, Dumoulin & Olah 2016, "Deconvolution and checkerboard artifacts", Distill.
Sizes are written k (kernel), s (stride), p (padding), d (dilation), op (output padding).
"""

from sims.topics.deconvolution import claims, figures
from sims.topics.deconvolution.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "topic"]
