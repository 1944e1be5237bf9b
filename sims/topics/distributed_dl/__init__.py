"""Distributed deep learning: who sends which gradients where, and who waits for whom.

Sources: Li et al. 2014, "Scaling distributed machine learning with the parameter server";
Patarasuk & Yuan 2009, "Bandwidth optimal all-reduce algorithms for clusters of workstations";
Chen et al. 2016, "Revisiting distributed synchronous SGD".
"""

from sims.topics.distributed_dl import claims, figures, second_routes
from sims.topics.distributed_dl.model import topic

__all__ = ["claims", "figures", "second_routes", "topic"]
