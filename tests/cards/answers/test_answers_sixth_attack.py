"""What a sixth attack found: branches hidden on an equation, words that narrow, entropies.

Of its 266 wrong answers 1 was accepted, and 1 of 50 texts ticked, when they were first tried.
A conditional information typed for a joint one, and the chain rules called wrong, came after them.
"""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.answers.case import grade_case
from cards.answers.key_points import said

SOAK = 100 if os.environ.get("STUDYTUI_SOAK") else 1
"""How many times as many examples are tried where that is asked for."""


def graded(teacher, student, **row):
    return grade_case({"teacher": teacher, "student": student, **row})


EQUAL = ["delta(i, j)", "piecewise(1, i = j, 0)", "piecewise(0, i != j, 1)"]
THERE = [
    "piecewise(1, i < {}, 0)", "piecewise(1, i + j < {}, 2)", "(1 + max(0, j - {}))",
    "min(1, {}/(1 + i^2))", "(1 + floor(i*j/{}))", "piecewise(1, i != {}, 0)",
]  # fmt: skip


@settings(max_examples=4 * SOAK)
@given(
    st.sampled_from(EQUAL), st.sampled_from(THERE), st.integers(7, 4000),
    st.sampled_from(["index", "natural", "integer"]), st.sampled_from(["", "3*k*", "x_i*"]),
)  # fmt: skip
def test_what_is_hidden_where_letters_are_equal_is_not_accepted(equal, there, at, domain, before):
    variables = {"i": domain, "j": domain, "x": "vector"}
    if before == "x_i*":
        variables |= {"i": "index", "j": "index"}
    typed = f"{before}{equal}*{there.format(at)}"
    line = graded(before + equal, typed, variables=variables)
    assert line["verdict"] in ("different", "undecided"), line


@pytest.mark.parametrize(
    ("teacher", "typed"),
    [
        ("piecewise(1, x = y, 0)", "0"), ("piecewise(1, x = y, 2)", "piecewise(3, x = y, 2)"),
        ("piecewise(1, x = y, 0)", "piecewise(1, x = y and x < 40, 0)"),
        ("piecewise(y, x = 2*y, 0)", "piecewise(min(y, 99), x = 2*y, 0)"),
        ("delta(i,j)*delta(k,m)", "delta(i,j)*delta(k,m)*piecewise(1, i + k < 100, 0)"),
        ("delta(i,j) + delta(i,2*j)", "delta(i,j) + delta(i,2*j)*piecewise(1, j < 100, 0)"),
    ],
)  # fmt: skip
def test_an_equation_between_letters_is_no_single_point(teacher, typed):
    domains = dict.fromkeys("ijkm", "natural") if "delta" in teacher else {}
    assert graded(teacher, typed, variables=domains)["verdict"] == "different"


INDICES = {"i": "index", "j": "index", "k": "index", "x": "vector", "p": "simplex"}


@pytest.mark.parametrize(
    ("teacher", "typed", "variables"),
    [
        ("p_i*(delta(i,j) - p_j)", "p_i δ_ij - p_i p_j", INDICES),
        ("p_i*(delta(i,j) - p_j)", "piecewise(p_i*(1 - p_i), i = j, -p_i*p_j)", INDICES),
        ("(1 - delta(i,j))*x_i", "piecewise(x_i, i != j, 0)", INDICES),
        ("delta(i,j)*delta(j,k)", "delta(i,j)*delta(i,k)", INDICES),
        ("delta(i,j)*x_i", "delta(i,j)*x_j", INDICES),
        ("piecewise(x - y, x > y, 0, x = y, y - x)", "abs(x - y)", {}),
        ("piecewise(0, x = y, abs(x - y))", "abs(x - y)", {}),
        ("piecewise(1, x = y, max(x, y))", "piecewise(max(x, y), x != y, 1)", {}),
        ("piecewise(1, m = n^2, 0)", "delta(m, n^2)", {"m": "integer", "n": "integer"}),
    ],
)  # fmt: skip
def test_what_is_equal_on_equations_too_is_right(teacher, typed, variables):
    assert graded(teacher, typed, variables=variables)["outcome"] == "right"


@pytest.mark.parametrize("at", [9, 12, 13, 20, 200])
def test_what_is_hidden_in_large_matrices_is_not_accepted(at):
    variables = {"A": "matrix", "i": "index", "j": "index"}
    for condition in (f"i < {at}", f"i + j < {at}"):
        typed = f"piecewise(A_{{i,j}}, {condition}, 0)"
        line = graded("A_{i,j}", typed, variables=variables)
        assert line["verdict"] in ("different", "undecided"), line


WHOLE = {"x": "natural", "y": "natural", "z": "natural"}


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [("x + y = z", "different"), ("x^2 + y^2 = z^2", "undecided"), ("x*y = z", "different")],
)
def test_an_equation_that_is_seldom_met_shows_nothing_of_what_else_is_asked(asked, verdict):
    typed = f"piecewise(1, {asked} and z < 700, 0)"
    line = graded(f"piecewise(1, {asked}, 0)", typed, variables=WHOLE)
    assert line["verdict"] == verdict, line


@pytest.mark.parametrize(
    ("point", "typed"),
    [
        ("supervised learning", "self-supervised learning"), ("supervised learning",
         "semi-supervised learning"), ("convex functions", "locally convex functions"),
        ("random numbers", "pseudo-random numbers"),
    ],
)  # fmt: skip
def test_a_word_that_narrows_another_is_not_left_over(point, typed):
    assert said(point, point)
    assert said(typed, typed)
    assert not said(point, typed)


@pytest.mark.parametrize(
    ("teacher", "typed"),
    [
        ("I(X;Y|Z)", "I(X,Y;Z)"), ("I(X;Y|Z)", "I(X,Y|Z)"), ("I(X;Y|Z)", "I(X;Y)"),
        ("p(x;y|z)", "p(x,y|z)"), ("f(x;y|z)", "f(x,y;z)"), ("g(x;y|z)", "g(x,y|z)"),
        ("I(X;Y,Z)", "I(X;Y) + I(X;Z)"), ("H(X,Y,Z)", "H(X) + H(Y|X) + H(Z|X)"),
        ("I(X;Y)", "I(X|Y)"), ("H(X|Y)", "H(X;Y)"), ("E[X;Y]", "E[X|Y]"), ("H(X,Y)", "H(X;Y)"),
        ("H(X^2)", "H(X)"), ("H(X|Y)", "H(X) - H(Y)"), ("H(X,Y)", "H(X) + H(Y)"),
        ("Var(X + Y)", "Var(X) + Var(Y)"), ("E[X/Y]", "E[X]/E[Y]"),
    ],
)  # fmt: skip
def test_information_is_refused_where_it_differs(teacher, typed):
    line = graded(teacher, typed, variables={"g": "function"} if "g(" in teacher else {})
    assert line["verdict"] in ("different", "undecided", "invalid"), line


@pytest.mark.parametrize(
    ("teacher", "typed"),
    [
        ("H(X) - H(X|Y)", "H(X) + H(Y) - H(X,Y)"), ("H(X) - H(X|Y)", "I(X;Y)"),
        ("I(X;Y|Z)", "H(X|Z) - H(X|Y,Z)"), ("I(X;Y,Z)", "I(X;Y) + I(X;Z|Y)"),
        ("H(X,Y,Z)", "H(X) + H(Y|X) + H(Z|X,Y)"), ("E[X^2] - E[X]^2", "Var(X)"),
        ("E[X*Y] - E[X]*E[Y]", "Cov(X,Y)"), ("Var(X/N)", "Var(X)/N^2"),
        ("I(X;Y|Z)", "I(X; Y | Z)"), ("p(x;y|z)", "p(x; y | z)"),
        ("E[X;Y]", "E[X; Y]"), ("E[R | S=s]", "E[R|S = s]"),
    ],
)  # fmt: skip
def test_capitals_that_nobody_declared_are_random_in_moments_and_entropies(teacher, typed):
    assert graded(teacher, typed)["outcome"] == "right"
    declared = {name: "random" for name in "XYZ" if name in teacher}
    assert graded(teacher, typed, variables=declared)["outcome"] == "right"


@pytest.mark.parametrize(
    ("teacher", "typed", "verdict"),
    [
        ("x = 3", "3", "equal"), ("x = 3", "4", "different"), ("x = 3", "2, 3", "invalid"),
        ("x = 1 or x = 2", "x = 2, 1", "equal"), ("x = 1 or x = 2", "x=1,2", "equal"),
        ("x = 1 or x = 2", "{1, 2}", "equal"), ("x = 1 or x = 2", "1 or 2", "equal"),
        ("x = 2 or x = -2", "±2", "equal"), ("x = 1 or x = 2", "1, 2, 3", "different"),
        ("x = 2.5 or x = 1", "x = 2,5 or x = 1", "equal"), ("x = 1 or x = 2", "1", "invalid"),
        ("x = 1/2 or x = 3", "x = 0,5 or x = 3", "equal"), ("x = 1 or x = 2", "1, 2", "invalid"),
        ("x = 1 or x = 2", "x = 1 and x = 2", "different"), ("y = 2x", "2x", "invalid"),
        ("x = 1 or x = 2", "1 and 2", "invalid"), ("x = 1 or x = 2", "x = 1 and 2", "equal"),
        ("x = 1 and y = 2", "{1, 2}", "invalid"), ("x = 1 or y = 2", "1 or 2", "invalid"),
    ],
)  # fmt: skip
def test_solutions_without_their_name_answer_where_one_reading_is_possible(teacher, typed, verdict):
    assert graded(teacher, typed)["verdict"] == verdict
