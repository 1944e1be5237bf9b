"""Policy iteration v value iteration: two ways to solve a known finite MDP.

Both end at the optimal values v*. Policy iteration evaluates each policy fully and stops when the
policy no longer changes; value iteration fuses one sweep of evaluation with the improvement (the
max) and reads a policy off once, at the end. Here every statement is held against a second route:
linear solves, or the best of all deterministic policies by enumeration.
Sources: Sutton & Barto 2018, sections 4.1 to 4.4; Puterman 1994, sections 6.2 to 6.4.
"""

from sims.topics.policy_value_iteration import claims, derivations, figures
from sims.topics.policy_value_iteration.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "derivations", "figures", "topic"]
