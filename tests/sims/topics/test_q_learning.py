"""The learner and the two-state example against published figures and closed forms."""

import math

import pytest
import torch

from sims.rl.environments.frozen_lake import frozen_lake
from sims.run import Run
from sims.topics.q_learning import topic
from sims.topics.q_learning.model import (
    Learner,
    biased_choice,
    draw,
    epsilon_greedy,
    interact,
    largest_of_normals,
)


def outputs(name: str, **settings: object) -> dict[str, float]:
    simulation = topic.simulations[f"q-learning.{name}"]
    frames = list(simulation.run(simulation.read(settings), Run()))
    return dict(frames[-1].outputs)


def test_one_update_by_hand() -> None:
    assert outputs("update", q=1, alpha=0.5, gamma=0.9, reward=1, left=2, right=4)[
        "q"
    ] == pytest.approx(1 + 0.5 * (1 + 0.9 * 4 - 1))
    assert outputs("update", q=1, alpha=0.5, reward=1, right=4, terminal=1)["q"] == 1.0


def test_the_learner_updates_one_pair_of_each_copy() -> None:
    learner = Learner(frozen_lake(4), 2, gamma=0.5, decay=1.0, initial=2.0)
    state, action = torch.tensor([3, 14]), torch.tensor([1, 2])
    after, end = torch.tensor([2, 15]), torch.tensor([False, True])
    learner.update(state, action, torch.tensor([0.5, 1.0]).double(), after, end)
    assert learner.q[0, 3, 1] == 0.5 + 0.5 * 2.0
    assert learner.q[1, 14, 2] == 1.0
    assert int((learner.q != 2.0).sum()) == 2
    learner.update(state, action, torch.tensor([0.0, 0.0]).double(), after, end)
    assert learner.q[0, 3, 1] == pytest.approx((1.5 + 1.0) / 2)


def test_deterministic_lake_is_learned_exactly() -> None:
    mdp = frozen_lake(4, slippery=False)
    learner = Learner(mdp, 20, gamma=0.9, decay=0.0)
    for transition in interact(mdp, learner, 4000, 1.0, Run()):
        learner.update(*transition)
    assert learner.q[:, 0].amax(-1).tolist() == pytest.approx([0.9**5] * 20)


def test_epsilon_greedy_breaks_ties_evenly_and_explores_every_action() -> None:
    generator = torch.Generator().manual_seed(1)
    q = torch.tensor([[1.0, 1.0, 0.0, 0.0]]).double().expand(40_000, 4)
    share = draw(epsilon_greedy(q, 0.2), generator).bincount(minlength=4) / 40_000
    assert share.tolist() == pytest.approx([0.45, 0.45, 0.05, 0.05], abs=0.01)


@pytest.mark.parametrize(("count", "expected"), [(1, 0.0), (2, 1 / math.sqrt(math.pi))])
def test_largest_of_normals_is_the_closed_form(count: int, expected: float) -> None:
    assert largest_of_normals(count) == pytest.approx(expected, abs=1e-9)
    assert largest_of_normals(count, 3.0, 2.0) == pytest.approx(3 + 2 * expected, abs=1e-9)


def test_largest_of_three_normals() -> None:
    assert largest_of_normals(3) == pytest.approx(1.5 / math.sqrt(math.pi), abs=1e-9)


@pytest.mark.parametrize(("double", "peak", "last"), [(False, 94.0, 11.9), (True, 50.1, 7.0)])
def test_example_6_7_gives_the_known_curves(double: bool, peak: float, last: float) -> None:
    generator = torch.Generator().manual_seed(2)
    lefts = biased_choice(2_500, 300, generator, double=double).double()
    share = 100 * lefts.mean(0)
    assert float(share.max()) == pytest.approx(peak, abs=2.5)
    assert float(share[280:].mean()) == pytest.approx(last, abs=1.5)
