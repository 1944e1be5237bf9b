"""Pointwise and softmax attention against closed forms."""

import pytest
import torch

from sims.claims.evidence import Verdict
from sims.lazy import sympy
from sims.run import Run
from sims.topics.pointwise_attention import claims
from sims.topics.pointwise_attention.model import (
    faithfulness,
    intensity,
    pooled,
    streamed_softmax,
    weights,
)


def test_silu_has_its_published_minimum() -> None:
    x = torch.linspace(-3, 0, 300_001, dtype=torch.float64)
    values = weights("silu", x)
    assert float(values.min()) == pytest.approx(-0.27846, abs=1e-5)
    assert float(x[values.argmin()]) == pytest.approx(-1.27846, abs=1e-4)


@pytest.mark.parametrize("tile", [1, 4, 100])
def test_streaming_is_softmax_attention_for_any_tile(tile: int) -> None:
    generator = Run().generator()
    scores = 20 * torch.randn(3, 11, generator=generator, dtype=torch.float64)
    values = torch.randn(11, 2, generator=generator, dtype=torch.float64)
    streamed = streamed_softmax(scores, values, tile)
    assert torch.allclose(streamed, scores.softmax(-1) @ values, atol=1e-12)


def test_layer_norm_wipes_the_magnitude() -> None:
    values = torch.eye(4, dtype=torch.float64)
    scores = torch.tensor([3.0, 1.0, 0.5, 2.0], dtype=torch.float64)
    once = pooled("silu+norm", scores, values, 4)
    assert torch.allclose(once, pooled("silu+norm", scores, 7 * values, 4), atol=1e-9)


def test_copies_add_under_silu_and_saturate_under_softmax() -> None:
    grown = {
        method: float(
            (intensity(method, 16, 30, Run(), "a") / intensity(method, 1, 30, Run(), "a")).mean()
        )
        for method in ("silu", "softmax")
    }
    assert grown["silu"] > 12 > 5 > grown["softmax"]


def test_a_target_without_distractors_is_found_exactly() -> None:
    assert float(faithfulness("softmax", 0, 2, Run(), "b").min()) == pytest.approx(1.0)


def test_a_coupling_that_vanishes_at_one_point_is_no_independence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    half = sympy.Rational(1, 2)
    monkeypatch.setattr(
        claims, "symbolic_weights", lambda method, s: [s[0] * (s[1] - half), s[1] * (s[0] - half)]
    )
    assert claims.independence("sigmoid", Run()).verdict is Verdict.FAILS
