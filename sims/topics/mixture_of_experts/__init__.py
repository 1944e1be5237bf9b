"""Mixture of experts: a router sends each token to k of E feed-forward networks.

Sources: Shazeer et al. 2017, "Outrageously large neural networks: the sparsely-gated
mixture-of-experts layer"; Lepikhin et al. 2021, "GShard"; Fedus et al. 2022, "Switch
transformers"; Zoph et al. 2022, "ST-MoE"; Zhou et al. 2022, "Mixture-of-experts with expert choice
routing"; Gale et al. 2023, "MegaBlocks".
"""

from sims.topics.mixture_of_experts import balance, capacity, claims, figures, systems
from sims.topics.mixture_of_experts.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["balance", "capacity", "claims", "figures", "systems", "topic"]
