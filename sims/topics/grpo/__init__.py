"""Group relative policy optimization: the average of a group of answers replaces the critic.

For a question, G answers are drawn from the old policy; each is compared with the group's average
reward, and a clipped objective is maximised. On bandits and on a small token task every group can
be listed, so that the mean of each estimator is exact. Sources: Shao et al. 2024, "DeepSeekMath",
section 4; Schulman et al. 2017, "Proximal policy optimization algorithms"; Kool et al. 2019, "Buy
4 REINFORCE samples, get a baseline for free"; Liu et al. 2025, "Understanding R1-Zero-like
training" (Dr. GRPO); Schulman 2020, "Approximating KL divergence".
"""

from sims.topics.grpo import claims, costs, derivations, figures, objective
from sims.topics.grpo.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "costs", "derivations", "figures", "objective", "topic"]
