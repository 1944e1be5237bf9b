"""Lipschitz continuity: |f(x) - f(y)| <= K |x - y|, a bound on how fast a function can move.

Sources: Rademacher 1919 (differentiable almost everywhere); Picard-Lindelöf (unique solutions);
Virmaux & Scaman 2018, "Lipschitz regularity of deep neural networks", sections 2 and 3 (the
product of spectral norms bounds a network's constant, loosely).
"""

from sims.topics.lipschitz import claims, figures
from sims.topics.lipschitz.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "topic"]
