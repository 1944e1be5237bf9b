"""What a model must satisfy before a claim may rest on it, and the verdicts of algebra."""

import math

import numpy as np
import pytest
import torch

from sims.claims.evidence import Verdict
from sims.claims.exact import identity, is_zero, proof, require
from sims.lazy import sympy

HOLDS, FAILS, UNDECIDED = Verdict.HOLDS, Verdict.FAILS, Verdict.UNDECIDED


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


ALGEBRA = [
    ([True], HOLDS),
    ([True, True], HOLDS),
    ([None], UNDECIDED),
    ([True, None], UNDECIDED),
    ([None, True], UNDECIDED),
    ([False], FAILS),
    ([True, False], FAILS),
    ([None, False], FAILS),
    ([False, None], FAILS),
]
"""Parts of a proof, and their verdict where no point refutes them."""


@pytest.mark.parametrize(("parts", "verdict"), ALGEBRA)
def test_what_algebra_cannot_tell_is_undecided_unless_another_part_is_refuted(
    parts: list[bool | None], verdict: Verdict
) -> None:
    assert proof(parts, "").verdict is verdict
    assert proof(iter(parts), "").verdict is verdict
    assert identity(parts, [1e-12] * 50, "").verdict is verdict


@pytest.mark.parametrize(("parts", "verdict"), ALGEBRA)
def test_points_refute_but_never_prove(parts: list[bool | None], verdict: Verdict) -> None:
    for wrong in (1e-3, math.nan):
        assert identity(parts, [1e-12] * 49 + [wrong], "").verdict is FAILS
    near = identity(parts, [1e-8] * 50, "").verdict
    assert near is (FAILS if verdict is FAILS else UNDECIDED)


def test_a_verdict_needs_a_part_and_fifty_points() -> None:
    for nothing in (lambda: proof([], ""), lambda: identity([], [0.0] * 50, "")):
        with pytest.raises(ValueError, match="at least one part"):
            nothing()
    with pytest.raises(ValueError, match="50"):
        identity([True], [0.0] * 49, "")


def test_an_open_sum_leaves_an_identity_undecided() -> None:
    n = sympy.Symbol("n", integer=True, positive=True)
    open_sum = sympy.Function("f")(n)
    assert is_zero(open_sum) is None
    assert identity([is_zero(n - n), is_zero(open_sum)], [0.0] * 50, "").verdict is UNDECIDED
