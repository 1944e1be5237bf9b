"""Asynchronous SGD and Hogwild: nobody waits, gradients are old, updates may be lost.

Sources: Niu, Recht, Ré & Wright 2011, "Hogwild!: a lock-free approach to parallelizing stochastic
gradient descent", sections 2 to 5 (its analysis assumes additions that are atomic in each
component; figures in section 5); Lian et al. 2018, "Asynchronous decentralized parallel SGD".
"""

from sims.topics.async_sgd_hogwild import claims, figures, hogwild
from sims.topics.async_sgd_hogwild.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "hogwild", "topic"]
