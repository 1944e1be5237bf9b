"""Numbered symbols may be written with the underscore or without, where that is asked for."""

import pytest

from sims.maths import compare

EITHER = {"subscripts": "either"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("r_0 + g*r_1 + g^2*V_2 - V_0", "r0 + g*r1 + g^2*V2 - V0"),
        ("r0 + g r1", "r_0 + g*r_1"),
        ("r0 + r_1", "r_0 + r1"),
        ("r_0 * r0", "r0 * r_0"),
    ],
)
def test_either_spelling_is_right(answer: str, expected: str) -> None:
    assert compare(answer, expected, options=EITHER).right


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("r_1", "r0"),
        ("r_0 + r0", "r0 + r0*r_0"),  # both are there: they are two symbols
        ("r_0 + r0", "r_0 * r0"),
        ("x_i", "xi"),
    ],
)
def test_other_symbols_stay_other(answer: str, expected: str) -> None:
    assert not compare(answer, expected, options=EITHER).right


def test_unasked_they_are_two_names() -> None:
    assert compare("x1", "x_1").verdict == "different"


def test_an_entry_of_a_vector_stays_one() -> None:
    variables = {"p": "simplex"}
    assert compare("p_1 + p_2", "p_2 + p_1", variables, options=EITHER).right
    assert not compare("p1 + p_2", "p_2 + p_3", variables, options=EITHER).right
