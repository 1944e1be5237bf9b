"""Figures of books, papers and configurations, and exact values of their examples, reproduced.

Each test names its source. Figures that come out of training are held in the tests of their topic.
"""

import math

import numpy as np
import pytest
import torch

from sims import asynchrony
from sims.rl import dynamic_programming as dp
from sims.rl.environments import sinusoid
from sims.rl.environments.frozen_lake import frozen_lake
from sims.rl.environments.gambler import gambler
from sims.rl.environments.gridworld import corners, teleports
from sims.rl.environments.short_corridor import short_corridor
from sims.topics.async_sgd_hogwild.model import overlap
from sims.topics.distributed_dl.model import ring_time, server_time, tree_time
from sims.topics.exposure_bias import off_distribution_steps
from sims.topics.gini import lorenz
from sims.topics.mcts.model import ucb1_bound
from sims.topics.mixture_of_experts.balance import lazy_losses
from sims.topics.mixture_of_experts.loads import drop_rate
from sims.topics.small_language_models.model import MODELS


def test_gridworlds_of_sutton_and_barto() -> None:
    """Figure 4.1 and Examples 3.5 and 3.8 of the second edition."""
    grid = corners()
    v = dp.evaluate(grid, dp.uniform_policy(grid), 1.0).view(4, 4)
    assert v[0].tolist() == pytest.approx([0, -14, -20, -22])
    assert v[1].tolist() == pytest.approx([-14, -18, -20, -20])
    jumps = teleports()
    first = dp.evaluate(jumps, dp.uniform_policy(jumps), 0.9)[:5]
    assert first.tolist() == pytest.approx([3.3, 8.8, 4.4, 5.3, 1.5], abs=0.05)
    best = dp.value_iteration(jumps, 0.9).v[:5]
    assert best.tolist() == pytest.approx([22.0, 24.4, 22.0, 19.4, 17.5], abs=0.05)


def test_gamblers_problem_of_sutton_and_barto() -> None:
    """Example 4.3: bold play is worth p², p and p + (1 - p) p at 25, 50 and 75."""
    v = dp.value_iteration(gambler(0.4), 1.0).v
    assert v[[25, 50, 75]].tolist() == pytest.approx([0.16, 0.40, 0.64])


def test_short_corridor_of_sutton_and_barto() -> None:
    """Example 13.1: the best P(right) is 2 - sqrt 2; epsilon-greedy policies earn -44 and -82."""
    corridor = short_corridor()

    def value(right: float) -> float:
        policy = torch.tensor([1 - right, right], dtype=torch.float64).expand(4, 2)
        return float(dp.evaluate(corridor, policy, 1.0)[0])

    assert value(2 - math.sqrt(2)) == pytest.approx(-(6 + 4 * math.sqrt(2)))
    assert value(0.95) == pytest.approx(-44, abs=0.5)
    assert value(0.05) == pytest.approx(-82, abs=0.5)


@pytest.mark.parametrize(
    ("size", "discounted", "endless", "hundred", "rounds", "sweeps"),
    [(4, 0.5420, 14 / 17, 0.7442, 7, 704), (8, 0.4146, 1.0, None, 11, 809)],
)
def test_frozen_lake(
    size: int, discounted: float, endless: float, hundred: float | None, rounds: int, sweeps: int
) -> None:
    """Gymnasium's maps: values of the start; sweeps from 0, and rounds from always left."""
    lake = frozen_lake(size)
    solved = dp.value_iteration(lake, 0.99)
    assert float(solved.v[0]) == pytest.approx(discounted, abs=5e-5)
    assert solved.rounds == sweeps
    left = torch.eye(4, dtype=torch.float64)[0].expand(size**2, 4)
    assert [policy.rounds for policy in dp.policy_rounds(lake, 0.99, left)][-1] == rounds
    steps = dp.finite_horizon(lake, 200)
    assert float(steps[200][0]) == pytest.approx(0.8167 if size == 4 else 0.9132, abs=5e-5)
    assert float(dp.value_iteration(lake, 1.0).v[0]) == pytest.approx(endless, abs=1e-6)
    if hundred:
        assert float(steps[100][0]) == pytest.approx(hundred, abs=5e-5)


def test_ucb1_bound() -> None:
    """Auer, Cesa-Bianchi & Fischer 2002, theorem 1, for five arms, a gap of 0.4, 2,000 plays."""
    assert ucb1_bound([0.4] * 4, 2000) == pytest.approx(615, abs=0.5)


def test_error_of_answering_zero_to_sinusoids() -> None:
    """The tasks of Finn, Abbeel & Levine 2017, section 5.1."""
    assert sinusoid.zero_error((0.1, 5.0), (0.0, math.pi)) == pytest.approx(4.25, abs=0.005)


def test_all_reduce_times() -> None:
    """Patarasuk & Yuan 2009: 1 GB over 8 ranks at 100 GB/s; a tree wins for short messages."""
    assert ring_time(8, 1e9, 0, 1e11) == pytest.approx(0.0175)
    assert server_time(8, 1e9, 0, 1e11) == pytest.approx(0.16)
    assert tree_time(64, 1e6, 5e-6, 1e11) < ring_time(64, 1e6, 5e-6, 1e11)
    assert tree_time(64, 1e7, 5e-6, 1e11) > ring_time(64, 1e7, 5e-6, 1e11)


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("other", [0.5, 1.0, 2.0])
def test_ring_beats_server_whatever_the_hardware(factor: float, other: float) -> None:
    latency, bandwidth = 5e-6 * factor, 1e11 * other
    assert ring_time(8, 1e9, latency, bandwidth) < server_time(8, 1e9, latency, bandwidth)


@pytest.mark.parametrize(
    ("delay", "limit"), [(0, 2), (1, 1), (2, 0.618), (3, 0.445), (5, 0.285), (10, 0.149)]
)
def test_delayed_gradients(delay: int, limit: float) -> None:
    for step, stable in ((0.995 * limit, True), (1.005 * limit, False)):
        largest = float(np.abs(asynchrony.delayed_roots(step, delay)).max())
        assert (largest < 1) is stable


@pytest.mark.parametrize(
    ("error", "recovery", "length", "cost"),
    [
        (0.001, 0.0, 10, 0.0548),
        (0.001, 0.0, 100, 4.89),
        (0.001, 0.0, 1000, 368),
        (0.001, 0.5, 10, 0.018),
        (0.001, 0.5, 100, 0.198),
        (0.001, 0.5, 1000, 1.99),
    ],
)
def test_compounding_errors(error: float, recovery: float, length: int, cost: float) -> None:
    """The chain behind the bound of Ross & Bagnell 2010, T² epsilon."""
    found = off_distribution_steps(error, recovery, length)
    assert found == pytest.approx(cost, rel=0.11 if length == 10 else 0.01)
    assert found <= length**2 * error


def test_gini_of_known_distributions() -> None:
    """Quantiles of the uniform, exponential, Pareto (a = 3) and lognormal distributions."""
    u = (torch.arange(100_000, dtype=torch.float64) + 0.5) / 100_000
    incomes = torch.stack([u, -(-u).log1p(), (1 - u) ** (-1 / 3), torch.special.ndtri(u).exp()])
    curves = lorenz(incomes)
    found = 1 - (curves[:, 1:] + curves[:, :-1]).mean(-1)
    assert found.tolist() == pytest.approx([1 / 3, 1 / 2, 1 / 5, math.erf(1 / 2)], abs=1e-3)


@pytest.mark.parametrize(
    ("tokens", "factor", "dropped"),
    [
        (1024, 1.0, 9.84),
        (1024, 1.25, 2.24),
        (1024, 1.5, 0.30),
        (4096, 1.0, 4.94),
        (4096, 1.25, 0.13),
        (4096, 1.5, 0.0),
    ],
)
def test_dropped_tokens(tokens: int, factor: float, dropped: float) -> None:
    assert 100 * drop_rate(tokens, 64, factor) == pytest.approx(dropped, abs=0.005)


@pytest.mark.parametrize(("experts", "loss"), [(4, 0.667), (8, 0.400), (16, 0.222), (64, 0.061)])
def test_a_loss_below_the_even_routers(experts: int, loss: float) -> None:
    """Fedus et al. 2022 call the even router the minimum; half the experts idle do better."""
    losses, _ = lazy_losses(experts)
    assert float(losses[experts // 2]) == pytest.approx(loss, abs=5e-4)


def test_embedding_shares() -> None:
    """Gemma 3 270M: Google 2025, 170 + 100 million; the Qwen models from their configurations."""
    gemma = MODELS["Gemma 3 270M"]
    assert gemma.embedding / 1e6 == pytest.approx(167.77, abs=0.01)
    assert gemma.blocks / 1e6 == pytest.approx(100.27, abs=0.01)
    for name, share in (("Gemma 3 270M", 62.6), ("Qwen2.5 0.5B", 27.6), ("Qwen3 0.6B", 26.1)):
        assert 100 * MODELS[name].embedding_share == pytest.approx(share, abs=0.5)


def test_overlap_of_sparse_updates() -> None:
    assert overlap(1000, 10) == pytest.approx(0.096, abs=5e-4)
    assert overlap(1000, 100) > 0.9999
