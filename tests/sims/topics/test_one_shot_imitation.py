"""The expert, the batched networks and the cloned mean, against what can be worked out."""

import pytest
import torch

from sims.rl.environments import reach
from sims.run import Run
from sims.topics.one_shot_imitation import topic
from sims.topics.one_shot_imitation.model import act, random_policy, seen, successes, training


def test_the_expert_arrives_in_as_many_steps_as_the_distance_takes() -> None:
    goal = torch.tensor([[0.6, 0.8], [3.0, 0.0], [0.0, 0.1]])
    path = reach.demonstration(torch.zeros(3, 2), goal)
    away = (path - goal[:, None]).norm(dim=-1)
    arrived = (away > 1e-5).sum(1)
    assert arrived.tolist() == [4, 12, 1]
    assert away[:, -1].tolist() == pytest.approx([0, 0, 0], abs=1e-5)
    assert float(path.diff(dim=1).norm(dim=-1).max()) <= reach.PACE + 1e-6


def test_goals_lie_in_their_ring() -> None:
    distance = reach.goals((1000,), Run().generator("goals"), (2.0, 3.0)).norm(dim=-1)
    assert 2 <= float(distance.min()) < 2.1
    assert 2.9 < float(distance.max()) <= 3


def test_batched_networks_are_networks_one_by_one() -> None:
    generator = torch.Generator().manual_seed(0)
    policy = random_policy(3, 5, generator)
    inputs = torch.randn(3, 7, 5, generator=generator)
    found = act(policy, inputs)
    for i in range(3):
        w1, b1, w2, b2, w3, b3 = (tensor[i] for tensor in policy)
        hidden = ((inputs[i] @ w1 + b1).relu() @ w2 + b2).relu()
        assert torch.allclose(found[i], hidden @ w3 + b3, atol=1e-5)


def test_the_policy_sees_start_and_end_of_the_demonstration_and_its_position() -> None:
    path = torch.arange(2.0 * (reach.STEPS + 1)).view(1, 1, -1, 2)
    given = seen(path, torch.tensor([[[-1.0, -2.0]]]))[0, 0].tolist()
    assert given[:2] == [0, 1]
    assert given[-4:] == [2.0 * reach.STEPS, 2.0 * reach.STEPS + 1, -1, -2]
    assert len(given) == 2 * 7 + 2


def test_training_teaches_to_follow_what_is_shown() -> None:
    updates = training(1, 140, 10, 300, Run().generator("training"))
    first = [tensor.detach().clone() for tensor in next(updates)]
    *_, last = updates
    before, after, misled = (
        float(successes(policy, Run().generator("test"), own=own))
        for policy, own in ((first, True), (last, True), (last, False))
    )
    assert after > before + 0.4
    assert after > misled + 0.4


def test_the_cloned_action_is_the_least_squares_one() -> None:
    simulation = topic.simulations["one-shot-imitation.average"]
    settings = {"a": 1.5, "b": -0.5, "p": 0.3}
    outputs = list(simulation.run(simulation.read(settings), Run()))[-1].outputs
    values = torch.tensor([1.5] * 3 + [-0.5] * 7).double()
    assert outputs["action"] == pytest.approx(float(values.mean()))
    assert outputs["error"] == pytest.approx(float(values.var(correction=0)))
