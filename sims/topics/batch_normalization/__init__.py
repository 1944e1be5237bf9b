"""Batch normalization: each feature of a batch is shifted and scaled to mean 0 and variance 1.

Sources: Ioffe & Szegedy 2015, algorithm 1; Santurkar et al. 2018, "How does batch normalization
help optimization?", section 2 (networks with injected shift train about as well there, which speaks
against reduced internal covariate shift as the reason; the small networks here pay for the shift);
PyTorch documentation of torch.nn.BatchNorm1d.
"""

from sims.topics.batch_normalization import claims, figures, training
from sims.topics.batch_normalization.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "topic", "training"]
