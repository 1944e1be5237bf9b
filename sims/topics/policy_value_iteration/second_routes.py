"""The pictures' small problems again, by hand and by the gambler's closed form."""

from sims.claims import agree
from sims.run import Run
from sims.topics.policy_value_iteration.model import topic


@topic.second_route
def two_states(run: Run) -> None:
    """Sweep two equations by hand; sell for ever, or wait for ever."""
    reward, p, gamma = 2.0, 0.5, 0.9
    found = topic.outputs("two-states", run, reward=reward, p=p, gamma=gamma, sweeps=3)
    a = b = 0.0
    for _ in range(3):
        a, b = max(1 + gamma * a, reward + gamma * (p * b + (1 - p) * a)), gamma * a
    agree([found["v_a"], found["v_b"]], [a, b], says="values after three sweeps")
    sell = reward / (1 - gamma * (1 - p) - gamma**2 * p)
    agree(found["sell_a"], sell, says="always selling")
    best = max(1 / (1 - gamma), sell)
    agree([found["best_a"], found["best_b"]], [best, gamma * best], says="the best values")


@topic.second_route
def gambler(run: Run) -> None:
    """Play boldly: from a half one stake decides, from a quarter it takes two wins."""
    h = 0.4
    found = topic.outputs("gambler", run, heads=h)
    known = [h * h, h, h + (1 - h) * h]
    agree([found["v25"], found["v50"], found["v75"]], known, says="chances of the gambler")
