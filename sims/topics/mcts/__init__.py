"""Monte Carlo tree search: random playouts that steer a tree towards the moves worth looking at.

Each iteration selects a path by the tree policy (UCB1 at every node), adds a node, plays on at
random and backs the outcome up. Here hundreds of trees grow beside each other on tic-tac-toe,
whose values are known by enumeration. Sources: Browne et al. 2012, "A survey of Monte Carlo tree
search methods"; Kocsis & Szepesvari 2006 (UCT); Auer, Cesa-Bianchi & Fischer 2002 (UCB1).
"""

from sims.topics.mcts import backpropagation, claims, derivations, figures
from sims.topics.mcts.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["backpropagation", "claims", "derivations", "figures", "topic"]
