"""The figures of the topic against published values and closed forms."""

import pytest

from sims.run import Run
from sims.topics.policy_value_iteration import topic


def outputs(name: str, **settings: object) -> dict[str, float]:
    simulation = topic.simulations[f"policy-value-iteration.{name}"]
    frames = list(simulation.run(simulation.read(settings), Run()))
    return dict(frames[-1].outputs)


def test_frozen_lake_needs_the_counted_rounds_and_sweeps() -> None:
    found = outputs("race", size=4, gamma=0.99)
    assert found["v_start"] == pytest.approx(0.5420, abs=5e-5)
    assert found["policy_rounds"] == 7
    assert found["optimal_after"] == 45
    assert found["bound"] == 2735
    assert found["sweeps"] < found["bound"]


def test_gambler_reaches_the_values_of_bold_play() -> None:
    found = outputs("gambler", heads=0.25)
    assert [found["v25"], found["v50"], found["v75"]] == pytest.approx([0.0625, 0.25, 0.4375])


@pytest.mark.parametrize(("reward", "p", "gamma"), [(2.0, 0.5, 0.9), (1.0, 0.3, 0.8)])
def test_two_states_follow_their_closed_forms(reward: float, p: float, gamma: float) -> None:
    found = outputs("two-states", reward=reward, p=p, gamma=gamma, sweeps=2)
    sell = reward / (1 - gamma * (1 - p) - gamma**2 * p)
    assert found["sell_a"] == pytest.approx(sell)
    assert found["best_a"] == pytest.approx(max(sell, 1 / (1 - gamma)))
    first = max(1.0, reward)
    second = max(1 + gamma * first, reward + gamma * (1 - p) * first)
    assert found["v_a"] == pytest.approx(second)
    assert found["v_b"] == pytest.approx(gamma * first)
