"""Transposed convolution against its definition and published overlap counts."""

import pytest
import torch

from sims.run import Run
from sims.topics.deconvolution.model import (
    checkerboard,
    overlap,
    phase_weights,
    scatter,
    transposed,
    upsampled,
)


@pytest.mark.parametrize(
    ("k", "s", "counts"),
    [(3, 2, [1.0, 2.0, 2.0, 4.0]), (5, 2, [4.0, 6.0, 6.0, 9.0]), (4, 2, [4.0] * 4)],
    ids=str,
)
def test_overlap_counts_of_odena_et_al(k: int, s: int, counts: list[float]) -> None:
    assert sorted(overlap(k, s).flatten().tolist()) == counts


def test_the_layer_paints_as_the_one_dimensional_definition_says() -> None:
    painted = scatter([1, 10], [1, 2, 3], 2, 5)
    assert painted == [1, 2, 13, 20, 30]
    image = torch.tensor([[1.0, 10.0]]).double()[None, None]
    kernel = torch.zeros(3, 3).double()
    kernel[0] = torch.tensor([1.0, 2.0, 3.0])
    assert transposed(image, kernel, 2)[0, 0, 0].tolist() == painted


def test_balanced_phases_leave_no_checkerboard() -> None:
    balanced = phase_weights(Run(), 4, 2, True, 3, 0)
    random = phase_weights(Run(), 4, 2, False, 3, 0)
    assert float(checkerboard(upsampled("transposed", balanced, 2), 2).max()) < 1e-12
    assert float(checkerboard(upsampled("transposed", random, 2), 2).min()) > 1e-3
