"""A letter before a bracket, which nobody declared, may be a function: it is not guessed."""

import pytest

from sims.maths import compare, typed_text

SCORES = {"r": "real", "s": "real"}
COUNTS = {"n": "natural", "k": "natural"}
PROBABILITIES = {"p": "simplex", "i": "index", "j": "index"}


def verdict(typed, expected, variables):
    return compare(typed_text(typed, variables), expected, variables)


@pytest.mark.parametrize(
    ("typed", "expected", "variables"),
    [
        ("σ(r - s)", "sigmoid(r - s)", SCORES),
        (r"\sigma\left(r - s\right)", "1 - sigmoid(s - r)", SCORES),
        ("σ(z)_i", "softmax(z)_i", {"z": "vector", "i": "index"}),
        ("C(n, k)", "binomial(n, k)", COUNTS),
        ("p_i*I[i = j]", "p_i*delta(i, j)", PROBABILITIES),
        ("Γ(n + 1)", "gammafn(n + 1)", COUNTS),
    ],
)
def test_it_is_the_function_it_is_known_for_where_the_expected_answer_has_that(
    typed, expected, variables
):
    assert verdict(typed, expected, variables).verdict == "equal"


def test_two_arguments_are_no_factor():
    assert verdict("C(n, k)", "n!/(k!*(n - k)!)", COUNTS).right


@pytest.mark.parametrize(
    ("typed", "expected", "variables", "says"),
    [
        ("σ(r - s)", "1/(1 + exp(s - r))", SCORES, "write sigmoid(…) or softmax(…) or sigma*(…)"),
        (r"\sigma(r - s)", "1/(1 + exp(s - r))", SCORES, "write sigmoid(…)"),
        ("gamma(n + 1)", "n!", COUNTS, "write gammafn(…)"),
        ("f(n)", "n + 1", COUNTS, "write f*(…) for a product"),
    ],
)
def test_else_it_is_asked_again(typed, expected, variables, says):
    found = verdict(typed, expected, variables)
    assert (found.verdict, found.score) == ("invalid", 0.0)
    assert says in found.message


@pytest.mark.parametrize(
    ("typed", "expected", "variables"),
    [
        ("σ(r - s)", "sigma*r - sigma*s", SCORES),
        ("σ(r - s)", "sigma*r - sigma*s", {**SCORES, "sigma": "positive"}),
        ("sum(k(k - 1), k, 1, n)", "n(n + 1)(n - 1)/3", {"n": "natural"}),
        ("e(n + 1)", "e*n + e", COUNTS),
    ],
)
def test_a_known_letter_is_a_factor(typed, expected, variables):
    assert verdict(typed, expected, variables).verdict == "equal"


@pytest.mark.parametrize(
    "typed",
    [
        "p_i([i=j] - p_j)",
        "p_i[i=j] - p_i p_j",
        "p_i(1_{i=j} - p_j)",
        "p_i(𝟙[i=j] - p_j)",
        r"p_i(\mathbb{1}[i=j] - p_j)",
        r"p_i(\mathbb{1}\{i=j\} - p_j)",
    ],
)
def test_a_statement_in_brackets_is_the_number_one_or_zero(typed):
    assert verdict(typed, "p_i*(delta(i,j) - p_j)", PROBABILITIES).verdict == "equal"


def test_a_statement_in_brackets_alone_is_one_too():
    assert compare("[i = j]", "delta(i, j)", PROBABILITIES).right
    assert compare("heaviside(x)", "[x > 0]", {"x": "nonzero"}).right
    assert compare("[x = 1]", "[2x = 2]").right  # lists of equations
