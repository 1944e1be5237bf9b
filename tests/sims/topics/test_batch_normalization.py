"""Batch normalization against PyTorch's layer and by hand."""

import pytest
import torch

from sims.claims.evidence import Verdict
from sims.run import Run
from sims.topics.batch_normalization import training
from sims.topics.batch_normalization.model import (
    RATES,
    Trained,
    moments,
    networks,
    normalized,
    shifted,
    trained,
)


def test_normalized_is_the_librarys_batch_norm() -> None:
    x = torch.randn(7, 3, generator=Run().generator(), dtype=torch.float64) * 3 + 1
    library = torch.nn.functional.batch_norm(x, None, None, training=True)
    assert torch.allclose(normalized(x), library, atol=1e-12)


def test_moments_by_hand() -> None:
    assert moments([1, 3]) == (2, 1)


def test_steps_and_rates_count_networks_that_never_arrive() -> None:
    accuracy = torch.tensor([[[0.2, 0.95, 1.0], [0.1, 0.2, 0.3]]])
    run = Trained((0.1, 1.0), accuracy)
    assert run.steps_to(0.9).tolist() == [[2.0, 6.0]]
    assert run.largest_rate(0.9).tolist() == [pytest.approx(0.1)]


def test_injected_shift_moves_the_batch() -> None:
    still = torch.zeros(1, 1, 64, 5)
    moved = shifted(still, Run().generator())
    assert float(moved.mean(-2).abs().max()) > 0.05


def test_training_is_reproducible_and_learns() -> None:
    trained.cache_clear()
    first = trained("bn", 2, 0, 2, 30, 3, "cpu").accuracy
    trained.cache_clear()
    assert torch.equal(first, trained("bn", 2, 0, 2, 30, 3, "cpu").accuracy)
    assert float(first[:, -2, -1].mean()) > float(first[:, -2, 0].mean()) + 0.2


def test_a_regression_learns_the_scores_whose_largest_is_the_label() -> None:
    start = networks(2, 2, Run().generator())
    assert torch.equal(start.scores.var(-2, correction=0).round(decimals=4), torch.ones(2, 1, 4))
    explained = trained("none", 2, 0, 2, 60, 3, "cpu", "regression").accuracy[:, RATES.index(0.03)]
    assert float(explained.max()) <= 1
    assert float(explained[:, -1].min()) > float(explained[:, 0].max())


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [("bn", "none", Verdict.HOLDS), ("none", "bn", Verdict.FAILS), ("bn", "bn", Verdict.UNDECIDED)],
)
def test_a_rate_at_the_end_of_the_grid_is_only_a_lower_bound(
    monkeypatch: pytest.MonkeyPatch, one: str, other: str, verdict: Verdict
) -> None:
    def fake(kind: str, *_: object) -> Trained:
        works = [rate <= {"bn": RATES[-1], "none": 0.1}[kind] for rate in RATES]
        return Trained(RATES, torch.tensor(works).double().expand(10, -1)[..., None])

    monkeypatch.setattr(training, "trained", fake)
    factor = 1.0 if one != other else 0.5  # a ratio of 1 or more or less, of two lower bounds
    assert training._higher(one, other, factor, 1, "classes", Run()).verdict is verdict
