"""What a model must satisfy before a claim may rest on it."""

import math

import numpy as np
import pytest
import torch

from sims.decide import require


@pytest.mark.parametrize("law", [True, np.array([1.0, 2.0]) <= 2, torch.zeros(2, 3) == 0])
def test_a_law_that_holds_everywhere_is_quiet(law: object) -> None:
    require(law, says="never said")


@pytest.mark.parametrize(
    "law",
    [
        False,
        np.array([1.0, 3.0]) <= 2,
        torch.tensor([[0.0, 1.0]]) == 0,
        math.nan <= 1,
        torch.tensor([0.0, math.nan]).abs() <= 1,
    ],
)
def test_a_law_that_fails_anywhere_or_is_no_number_is_an_error(law: object) -> None:
    with pytest.raises(ArithmeticError, match="the scales are wrong"):
        require(law, says="the scales are wrong")
