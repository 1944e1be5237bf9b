"""Distributed deep learning: who sends which gradients where, and who waits for whom.

Sources: Li et al. 2014, "Scaling distributed machine learning with the parameter server";
Patarasuk & Yuan 2009, "Bandwidth optimal all-reduce algorithms for clusters of workstations";
Chen et al. 2016, "Revisiting distributed synchronous SGD".
"""

from sims.topics.distributed_dl import claims, figures
from sims.topics.distributed_dl.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "topic"]
