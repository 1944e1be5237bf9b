"""Meta-learning: learn where to start, so that a few examples of a new task suffice.

The example is MAML on sinusoids: an initialisation is trained through a step of gradient descent.
Beside it stand a network trained on all tasks at once, the first-order variant, and the closed
form for a single parameter. The network here has tanh units, inputs halved and an inner rate of
0.05 (the paper: ReLU, 0.01), which learns in 400 meta-iterations what takes the paper's choice
thousands; so the errors that papers print for ReLU and tens of thousands of meta-iterations are
not compared with. Source: Finn, Abbeel & Levine 2017, "Model-agnostic meta-learning for fast
adaptation of deep networks", sections 2.2, 5.1 and 5.2 (first-order variant).
"""

from sims.topics.meta_learning import claims, figures
from sims.topics.meta_learning.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "topic"]
