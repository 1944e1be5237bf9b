"""Notation of the field: what docs/maths.md says is read so, and what learners type is right."""

import re
from pathlib import Path

import pytest

from sims.maths import compare, parse, to_text, typed_text

PAGE = Path(__file__).parents[4] / "docs" / "maths.md"
ROW = re.compile(r"^\| (`.+`) \| `(.+)` \|$", re.M)
DECLARED = {
    "A": "matrix", "X": "matrix", "x": "vector", "y": "vector", "w": "vector",
}  # fmt: skip
VECTORS_AND_MATRICES = "## Vectors and matrices"
ASK = {"subscripts": "either", "equations": "either", "names": "ask", "algebra": False}


def examples():
    """Yield each example of the page: what is typed, what it is read as, and the names."""
    for section in PAGE.read_text(encoding="utf-8").split("\n## "):
        names = DECLARED if section.startswith(VECTORS_AND_MATRICES[3:]) else {}
        for typed, read in ROW.findall(section):
            text = ", ".join(re.findall("`([^`]+)`", typed)).replace(r"\|", "|")
            yield text, read.replace(r"\|", "|"), names


@pytest.mark.parametrize(("typed", "read", "names"), list(examples()))
def test_the_page_says_how_it_is_read(typed, read, names):
    assert to_text(parse(typed, names)) == read
    assert parse(read, names) == parse(typed, names)


def test_the_page_has_examples():
    assert len(list(examples())) > 60


SIMPLEX = {"p": "simplex", "q": "simplex", "y": "simplex"}
ENTRY = {"p": "simplex", "y": "simplex", "i": "index", "j": "index"}
ARRAYS = {"X": "matrix", "w": "vector", "y": "vector"}
VALUES = {"V": "function", "Q": "function"}
RIGHT = [
    ("-Σ_i y_i ln(p_i)", "-sum(y_i*log(p_i), i)", SIMPLEX),
    ("-sum(y[i]*log(p[i]))", "-sum(y_i*log(p_i), i)", SIMPLEX),
    ("-y·log p", "-sum(y_i*log(p_i), i)", SIMPLEX),
    ("D_{KL}(p || q)", "sum(p_i*log(p_i/q_i), i)", SIMPLEX),
    ("1/n ∑ x_i", "mean(x)", {"x": "vector"}),
    ("X.T @ (X @ w - y)", "X^T*(X*w - y)", ARRAYS),
    ("X'(Xw - y)", "X^T*(X*w - y)", ARRAYS),
    ("||x||_2^2", "x^T*x", {"x": "vector"}),
    ("|A|", "det(A)", {"A": "matrix"}),
    ("E(X²) − E(X)²", "E[X^2] - E[X]^2", {"X": "random"}),
    ("P(A ∩ B)", "P(A, B)", {"P": "function"}),
    ("V(s) ← V(s) + α(r + γV(s') − V(s))", "V(s) + alpha*(r + gamma*V(s') - V(s))", VALUES),
    ("V[s] + α*(r + γ*V[s'] - V[s])", "V(s) + alpha*(r + gamma*V(s') - V(s))", VALUES),
    ("arg max_a Q(s,a)", "argmax_a Q(s, a)", VALUES),
    ("π*(a|s)", "pi^*(a | s)", {}),
    ("σ1²/σ2²", "sigma_1^2/sigma_2^2", {}),
    ("x·I(x>0)", "max(0, x)", {}),
    ("3+-2x", "3 - 2x", {}),
    ("nC2", "n*(n - 1)/2", {"n": "natural"}),
    ("σ(x)", "1/(1 + exp(-x))", {}),
    ("∂L/∂z_i = p_i - y_i", "p_i - y_i", ENTRY),
    ("p_i([i==j] - p_j)", "p_i*(delta(i, j) - p_j)", ENTRY),
    ("d/dx(x^3)", "3*x^2", {}),
    ("-½ log|Σ|", "-log(det(Sigma))/2", {"Sigma": "matrix"}),
    ("(1-λ)∑_{n=1}^∞ λ^{n-1}", "1", {"lambda": "in (0, 1)"}),
    ("g^{ab} mod p", "mod(g^(a*b), p)", dict.fromkeys("gabp", "natural")),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "expected", "variables"), RIGHT)
def test_right_answers_as_learners_type_them(typed, expected, variables):
    assert compare(typed_text(typed, variables), expected, variables, options=ASK).right


NUMBERS = [
    ("1,000,000", "1000000"), ("1 000 000", "1000000"), ("2,5", "2.5"), ("2 1/2", "2.5"),
    ("3x10^-4", "0.0003"), ("25 percent", "25%"), ("25 per cent", "0.25"), ("80 GBps", "80 GB/s"),
    ("24 gigabytes", "24 GB"), ("24 gb", "24 GB"), ("1.5 milliseconds", "1.5 ms"),
    ("5 min", "300 s"), ("1 million", "1e6"), ("twelve", "12"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "expected"), NUMBERS)
def test_numbers_and_units_as_they_are_spoken(typed, expected):
    assert compare(typed, expected, tolerance="0", options=ASK).right


ASKED = [
    ("sqrt 2x", "sqrt(2*x)", "write sqrt(2*x) or sqrt(2)*x"),
    ("√2x", "sqrt(2)*x", "write sqrt(2*x) or sqrt(2)*x"),
    ("2^nk", "2^(n*k)", "write 2^(n*k) or 2^n*k"),
    ("e^2x", "exp(2*x)", "write e^(2*x) or e^2*x"),
    ("x +- 1", "x - 1", "write ± for plus or minus"),
    ("tan^-1(x)", "atan(x)", "write atan(x) or 1/tan(x)"),
    ("θ0", "theta", "The card has no 'theta0'; did you mean theta?"),
    ("X + 1", "x", "did you mean x?"),
    ("z + 1", "x + y", "write your answer with x and y"),
    ("16 kb", "16 kB", "write kB"),
    ("∑ a_ij b_jk", "sum(a_i, i)", "write sum_i or sum_j or sum_k"),
]


@pytest.mark.parametrize(("typed", "expected", "says"), ASKED)
def test_doubtful_notation_is_asked_again(typed, expected, says):
    tolerance = "0" if expected[0].isdigit() and "B" in expected else None
    found = compare(typed, expected, tolerance=tolerance, options=ASK)
    assert (found.verdict, found.score) == ("invalid", 0.0)
    assert says in found.message


WRONG = [
    ("P(A|B)", "P(A, B)", {"P": "function"}), ("E[X|Y]", "E[X, Y]", {"E": "function"}),
    ("V_π(s)", "V(s)", {"V": "function"}), ("V^*(s)", "V(s)", {"V": "function"}),
    ("argmin_a Q(s,a)", "argmax_a Q(s,a)", VALUES), ("I(X;Y|Z)", "I(X;Y,Z)", {}),
    ("(∑ x_i)^2", "∑ x_i²", {"x": "vector"}), ("||x||_1", "||x||_2", {"x": "vector"}),
    ("x ± 1", "x + 1", {}), ("n//2", "n/2", {"n": "natural"}), ("f: A→B", "f: B→A", {}),
    ("n | m", "m | n", {}), ("x ← y", "y ← x", {}), ("∇f", "f", {}), ("dy/dx", "dx/dy", {}),
    ("x_1+…+x_n", "x_1+…+x_m", {}), ("σ(x)", "sigma + x", {}), ("∀x: x>0", "∃x: x>0", {}),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "expected", "variables"), WRONG)
def test_nothing_typed_is_dropped(typed, expected, variables):
    assert not compare(typed, expected, variables, options=ASK).right


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"n_{\text{in}} + n_\text{out}", 'n_"in" + n_"out"'),
        (r"f + \lambda \|\Delta \theta\|_1", "f + lambda*norm(Delta*theta, 1)"),
        (r"KL(p \| q)", "KL(p || q)"),
    ],
)
def test_latex_of_notes_is_read(tex, plain):
    assert parse(typed_text(tex), {}) == parse(plain, {})
