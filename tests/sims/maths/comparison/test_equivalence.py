"""Verdicts: the cases that are known to trip graders, each decided by computing."""

import pytest

from sims.maths import MathsError, compare, evaluate, parse

INDEXED = {"p": "simplex", "q": "simplex", "z": "vector", "x": "vector", "i": "index", "j": "index"}
RANDOM = {"X": "random"}
MATRICES = {"A": "matrix", "B": "matrix", "w": "vector", "x": "vector"}
LEARNING = {"V": "function", "s": "name"}

EQUAL = [
    ("2x", "x + x", {}),
    ("sqrt(x^2)", "|x|", {}),
    ("(a^b)^c", "a^(b*c)", {"a": "positive"}),
    ("atan(1/x)", "pi/2 - atan(x)", {"x": "positive"}),
    ("acos(x)", "pi/2 - asin(x)", {}),
    ("acosh(x)", "log(x + sqrt(x^2 - 1))", {}),
    ("max(x, 0)", "(x + |x|)/2", {}),
    ("piecewise((x, x > 5), (0, x <= 5))", "x*(x > 5)", {}),
    ("(x - a)^6000", "(a - x)^6000", {}),
    ("sin(pi*n)", "0", {"n": "integer"}),
    ("(77 + 20sqrt(13))^(1/6) - (77 - 20sqrt(13))^(1/6)", "1", {}),
    ("√2/2", "1/√2", {}),
    ("sigmoid(-x)", "1 - sigmoid(x)", {}),
    ("diff(sigmoid(x), x)", "sigmoid(x)*(1 - sigmoid(x))", {}),
    ("log_2(x)", "ln(x)/ln(2)", {}),
    ("binomial(n, 2)", "n(n - 1)/2", {}),
    ("sum(k, k, 1, n)", "n(n + 1)/2", {}),
    ("sum(x^k, k, 0, inf)", "1/(1 - x)", {"x": "in (0, 1)"}),
    ("int(exp(-x^2), x, -inf, inf)", "sqrt(pi)", {}),
    ("int(e^(-a*x), x, 0, inf)", "1/a", {"a": "positive"}),
    ("e^(i*t)", "cos(t) + i*sin(t)", {}),
    ("p_i*(δ_ij - p_j)", "delta(i,j)*p_i*(1-p_i) - (1-delta(i,j))*p_i*p_j", INDEXED),
    ("KL(p || q)", "sum(p_i*log(p_i), i) - sum(p_i*log(q_i), i)", INDEXED),
    ("H(p, q) - H(p)", "KL(p, q)", INDEXED),
    ("softmax(z)_i", "exp(z_i)/sum(exp(z_k), k)", INDEXED),
    ("diff(softmax(z)_i, z_j)", "softmax(z)_i*(delta(i,j) - softmax(z)_j)", INDEXED),
    ("diff(logsumexp(z), z_i)", "softmax(z)_i", INDEXED),
    ("sum(x_i, i, 1, n)/n", "mean(x)", {**INDEXED, "n": "integer"}),
    ("E[X^2] - E[X]^2", "E[(X - E[X])^2]", RANDOM),
    ("w^T x", "x^T w", MATRICES),
    ("2*A*(B*x)*n", "n*2*(A*B)*x", MATRICES),
    ("(A*B)^T", "B^T*A^T", MATRICES),
    ("θ + α(r + γ V(s') - V(s))", "theta + alpha*(r - V(s) + gamma*V(s'))", LEARNING),
    ("x = 2 or x = 3", "x^2 - 5x + 6 = 0", {}),
    ("|x| = |y|", "x = y or x = -y", {}),
    ("x > 1", "not x <= 1", {}),
    ("x^2 < 4", "-2 < x and x < 2", {}),
    ("2y = 4x", "y = 2x", {}),
    ("{1, 2}", "{2, 1, 1}", {}),
    ("(1, 2] union [2, 3)", "(1, 3)", {}),
    ("matrix([1, 0], [0, 1])", "matrix([1, 2], [3, 4])*inv(matrix([1, 2], [3, 4]))", {}),
    ("A implies B", "not A or B", {}),
    ("f(y) := y^2", "f(x) := x^2", {}),
    ("(x^2 - 1)/(x - 1)", "x + 1", {}),
    ("1/(1/x)", "x", {}),
]
WHERE_DEFINED = [("log(x^2)", "2 log x", {}), ("x^(1/3)", "root(x, 3)", {})]
DIFFERENT = [
    ("sqrt(x^2)", "x", {}, "at x = -1: 1 against -1"),
    ("atan(1/x)", "pi/2 - atan(x)", {}, "at x = -1"),
    ("relu(x)", "x", {}, "at x = -1: 0 against -1"),
    ("floor(x)", "x - 1/2", {}, "at x = 2: 2 against 1.5"),
    ("(a^b)^c", "a^(b*c)", {}, "at a = -1, b = 2, c = 1/2: 1 against -1"),
    ("1 + exp(-100)", "1", {}, ""),
    ("x + 1e-20", "x", {}, "at x = 2"),
    ("355/113", "pi", {}, "3.14159292"),
    ("sin(pi*n)", "0", {}, "at n = 1/2: 1 against 0"),
    ("erf(10)", "1", {}, "both are about 1.0, but 2.09e-45 apart"),
    ("p_i*(1 - p_j)", "p_i*(delta(i,j) - p_j)", INDEXED, "i = 1, j = 2"),
    ("sum_i p_i log(q_i/p_i)", "KL(p || q)", INDEXED, "p = ["),
    ("E[X^2]", "E[X]^2", RANDOM, "X = "),
    ("(A*B)^T", "A^T*B^T", MATRICES, "A = [["),
    ("B A", "A*B", MATRICES, "A = [["),
    (
        "matrix([0, 1], [0, 0])*matrix([1, 0], [0, 0])",
        "matrix([1, 0], [0, 0])*matrix([0, 1], [0, 0])",
        {},
        "[[0, 0], [0, 0]]",
    ),
    ("x = sqrt(a)", "x^2 = a", {}, "false against true"),
    ("a*x = a*y", "x = y", {}, "a = 0"),
    ("x^2 <= 9", "|x| < 3", {}, "at x = 3: true against false"),
    ("(1, 2]", "[1, 2]", {}, "does not contain 1"),
    ("x < 1e-9", "x <= 0", {}, "at x = 5"),
    ("x^2 < 2 + 1e-20", "x^2 < 2", {}, "true against false"),
    ("{1, 2}", "{1, 2, 3}", {}, ""),
    ("[1, 2]", "[2, 1]", {}, "1 against 2"),
    ("x", "X", {}, ""),
]


@pytest.mark.parametrize(("answer", "expected", "variables"), EQUAL)
def test_equal(answer, expected, variables):
    found = compare(answer, expected, variables)
    assert found.verdict == "equal", (found.witness, found.message)
    assert (found.outcome, found.score) == ("right", 1.0)


@pytest.mark.parametrize(("answer", "expected", "variables"), WHERE_DEFINED)
def test_equal_where_both_are_defined(answer, expected, variables):
    found = compare(answer, expected, variables)
    assert found.verdict == "equal-where-defined"
    assert "is not defined" in found.witness
    strict = compare(answer, expected, variables, options={"domain": "strict"})
    assert (strict.verdict, strict.outcome) == ("different", "wrong-domain")


@pytest.mark.parametrize(("answer", "expected", "variables", "witness"), DIFFERENT)
def test_different_with_a_point(answer, expected, variables, witness):
    found = compare(answer, expected, variables)
    assert found.verdict == "different"
    assert witness in found.witness


def test_another_kind_is_said_so():
    found = compare("2", "{1, 2}")
    assert (found.verdict, found.outcome) == ("different", "wrong-kind")
    assert found.message == "You gave an expression; a set {…} is asked for."


@pytest.mark.parametrize(
    ("answer", "outcome"), [("-2x", "wrong-sign"), ("4x", "wrong-factor"), ("x^2", "wrong")]
)
def test_the_kind_of_mistake_is_named(answer, outcome):
    assert compare(answer, "2x").outcome == outcome


def test_undecided_is_not_wrong():
    found = compare("int(sin(1/x), x, 0, 1)", "x")
    assert found.verdict == "undecided"
    assert found.message


def test_the_same_texts_get_the_same_verdict_and_witness():
    pair = ("p_i*(1 - p_j)", "p_i*(delta(i,j) - p_j)", INDEXED)
    first, again = compare(*pair), compare(*pair)
    assert (first.verdict, first.witness) == (again.verdict, again.witness)


def test_read_as_shows_what_was_understood():
    found = compare("2x(x+1)", "x")
    assert (found.read_as, found.read_as_tex) == ("2*x*(x + 1)", r"2 x \cdot \left(x + 1\right)")


def test_unknown_names_are_refused_by_name_and_position():
    found = compare("x + foo", "x", {"x": "real"})
    assert found.verdict == "invalid"
    assert "'foo'" in found.message
    assert "character 5" in found.message


@pytest.mark.parametrize(
    ("answer", "expected", "verdict"),
    [
        ("[0, 1]", "(0, 1)", "undecided"),
        ("(a, b)", "[a, b]", "undecided"),
        ("[2, 1]", "(2, 1)", "equal"),  # no interval
        ("[1/2, 1/2]", "(0.5, 0.5)", "equal"),
        ("[0, 1, 2]", "(0, 1, 2)", "equal"),
        ("[0, 2]", "(0, 1)", "different"),
    ],
)
def test_pairs_that_may_be_intervals_are_not_called_the_same(answer, expected, verdict):
    assert compare(answer, expected).verdict == verdict


def test_a_number_has_no_entries():
    found = compare("softmax(s)_1", "exp(s)")
    assert (found.verdict, found.message) == (
        "invalid", "'softmax(s)' is a number here, which has no entries."
    )  # fmt: skip


def test_names_of_the_expected_answer_are_known():
    assert compare("lr * grad", "grad*lr").verdict == "equal"


@pytest.mark.parametrize(
    ("text", "values", "value"),
    [
        ("softmax(z)_2", {"z": [0, 0]}, 0.5),
        ("sum(1/n!, n, 0, inf)", {}, 2.718281828459045),
        ("int(x^2, x, 0, 1)", {}, 1 / 3),
        ("diff(x^3, x, 2)", {"x": 2}, 12),
        ("floor(3*(1/3))", {}, 1),
        ("5%", {}, 0.05),
        ("root(-8, 3)", {}, -2),
        ("std([1, 3])", {}, 1),
        ("norm([3, 4])", {}, 5),
        ("det([1, 2; 3, 4])", {}, -2),
        ("|sqrt(-1)|", {}, 1),
        ("max_i z_i", {"z": [1, 7, 2]}, 7),
        ("n mod 3", {"n": 8}, 2),
    ],
)
def test_evaluates(text, values, value):
    node = parse(text, {"z": "vector"})
    assert float(evaluate(node, values)) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    "text", ["1/0", "log(0)", "9^9^9^9", "x", "[1, 2]_3", "sum(k, k, 1, 10^7)"]
)
def test_what_has_no_value_says_so(text):
    with pytest.raises(MathsError):
        evaluate(parse(text), {})
