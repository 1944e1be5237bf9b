"""Routing, capacity and loads against cases that can be counted by hand."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from sims.run import Run
from sims.topics.mixture_of_experts.balance import lazy_router, shares_of
from sims.topics.mixture_of_experts.loads import (
    balance,
    drop_rate,
    imbalance,
    load_moments,
    local_share,
    mixed_warps,
    pack,
    padded,
    place,
    preferences,
    room,
    serve,
    skewed_loads,
)
from sims.topics.mixture_of_experts.model import (
    active_parameters,
    critical_hidden,
    distinct_experts,
    draw,
    forward,
    forward_all,
    layer,
    network_bytes,
    route,
    total_parameters,
)
from sims.topics.mixture_of_experts.training import EXPERTS, Plan, train


def test_the_sizes_of_a_layer_of_eight() -> None:
    assert total_parameters(512, 2048, 8) == 8 * 2_097_152 + 4096
    assert active_parameters(512, 2048, 8, 2) == 2 * 2_097_152 + 4096


def test_gates_are_a_softmax_over_the_chosen() -> None:
    gates, chosen = route(torch.tensor([[0.0, 3.0, 1.0, 2.0]]), 2)
    assert chosen.tolist() == [[1, 3]]
    expected = [1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))]
    assert gates[0].tolist() == pytest.approx(expected, abs=1e-6)


def test_sparse_and_dense_evaluation_agree() -> None:
    generator = torch.Generator().manual_seed(0)
    made = draw(layer(4, 6, 5), generator)
    x = torch.randn(20, 4, generator=generator, dtype=torch.float64)
    assert torch.allclose(forward(made, x, 3), forward_all(made, x, 3), atol=1e-12)


def test_overflow_goes_to_the_next_choice_in_the_order_of_the_tokens() -> None:
    choices = torch.tensor([[[0, 1], [0, 1], [0, 1], [1, 0]]])
    assert place(choices[..., :1], 2, 2).tolist() == [[0, 0, -1, 0]]
    assert place(choices, 2, 2).tolist() == [[0, 0, 1, 0]]
    assert place(choices, 2, 1).tolist() == [[0, -1, -1, 0]]


def test_drop_rates_of_the_binomial() -> None:
    # Two tokens, two experts, room for one: both meet with chance 1/2 and one of two is dropped.
    assert drop_rate(2, 2, 1.0) == pytest.approx(0.25)
    assert drop_rate(1024, 64, 1.0) == pytest.approx(0.0984, abs=5e-5)
    assert drop_rate(1024, 64, 1.25) == pytest.approx(0.0224, abs=5e-5)
    assert drop_rate(4096, 64, 1.0) == pytest.approx(0.0494, abs=5e-5)
    assert room(1024, 64, 1.25) == 20


def test_drawn_preferences_are_permutations() -> None:
    drawn = preferences(3, 50, 6, 6, Run(), "x")
    assert (drawn.sort(-1).values == torch.arange(6)).all()


def test_a_queue_of_one_expert_by_hand() -> None:
    arrived = np.array([[[4], [0], [1]]])
    dropped, latency = serve(arrived, 2, 1)
    assert dropped[0] == pytest.approx(1 / 5)
    assert latency[0] == pytest.approx((1 + 1 / 4) * 2 / (5 / 3))


def test_packing_puts_opposites_together() -> None:
    loads = np.array([[[4, 0], [4, 0], [0, 4], [0, 4]]])
    assert imbalance(pack(loads, 2, "arrival")).tolist() == [[2.0, 2.0]]
    assert imbalance(pack(loads, 2, "packed")).tolist() == [[1.0, 1.0]]


def test_moments_of_the_binomial() -> None:
    mean, deviation = load_moments(64, 0.25, 4)
    assert mean == pytest.approx(64)
    assert deviation**2 == pytest.approx(48)


def test_loads_keep_every_token_and_fall() -> None:
    loads = skewed_loads(1000, 7, 1.0)
    assert sum(loads) == 1000
    assert loads == sorted(loads, reverse=True)
    tokens, chosen = torch.tensor([[1.0], [2.0], [3.0], [4.0]]), torch.tensor([1, 0, 1, 1])
    rows, (expert, place) = padded(tokens, chosen, torch.tensor([[[10.0]], [[1.0]]]))
    assert rows[..., 0].tolist() == [[20, 0, 0], [1, 3, 4]]
    assert rows[expert, place, 0].tolist() == [1, 20, 3, 4]


def test_warps() -> None:
    chosen = np.tile([[0, 1]], 48)
    assert mixed_warps(chosen).tolist() == [3]
    assert mixed_warps(np.sort(chosen)).tolist() == [1]


def test_sorting_leaves_few_mixed_warps_only_where_each_expert_fills_many() -> None:
    rng = np.random.default_rng(0)
    tight, roomy = (np.sort(rng.integers(64, size=(20, tokens))) for tokens in (2048, 16_384))
    assert (mixed_warps(tight) > 2048 // 32 / 2).all()
    assert (mixed_warps(roomy) < 64).all()
    assert (mixed_warps(roomy) < 16_384 // 32 / 4).all()


def test_costs() -> None:
    assert distinct_experts(8, 2, 1) == pytest.approx(2)
    assert network_bytes(4096, 2, 8) == 2 * 2 * 4096 * 2 * 7 / 8
    assert critical_hidden(2, 1.0, 8.0) == pytest.approx(4.0)
    assert local_share(16, 4, 0.0) == pytest.approx(1 / 4)


def test_losses_of_routers() -> None:
    even = [Fraction(1, 4)] * 4
    assert balance(even, even) == 1
    shares, means = shares_of(lazy_router(4, 2, Fraction(0)))
    assert shares == [Fraction(1, 2), Fraction(1, 2), 0, 0]
    assert balance(shares, means) == Fraction(2, 3)


def test_training_tells_loads_and_error() -> None:
    states = list(train(Plan(steps=10), 0, 2, Run(), every=5))
    assert [state.step for state in states] == [5, 10]
    assert states[-1].shares.shape == (2, EXPERTS)
    assert np.allclose(states[-1].shares.sum(-1), 1)
    assert (states[-1].error > 0).all()
