"""Formulas typed as numpy, torch, sympy, R, MATLAB, Maxima and Mathematica write them."""

import pytest

from cards.answers.case import grade_case

VECTORS = {"x": "vector", "y": "vector"}
SIMPLEX = {"p": "simplex"}
MATRICES = {"A": "matrix", "B": "matrix", "b": "vector"}
WHOLE = {"n": "natural", "k": "natural"}
SQUARES = "sum(x_i^2, i, 1, n)"


def graded(teacher, student, **row):
    return grade_case({"teacher": teacher, "student": student, **row})


@pytest.mark.parametrize(
    ("teacher", "student", "variables"),
    [
        ("norm(x, 1)", "np.linalg.norm(x, ord=1)", VECTORS),
        ("x/norm(x)", "x / x.norm(p=2)", VECTORS),
        ("softmax(x)", "F.softmax(x, dim=-1)", VECTORS),
        ("softmax(x)", "torch.softmax(x, 0)", VECTORS),
        ("log(softmax(x))", "F.log_softmax(x, dim=0)", VECTORS),
        ("log(sum(exp(x_i), i, 1, n))", "torch.logsumexp(x, dim=0)", VECTORS),
        ("sum((x_i - y_i)^2, i, 1, n)/n", "np.mean((x-y)**2, axis=0)", VECTORS),
        ("sum((x_i - y_i)^2, i, 1, n)/n", "((x-y)**2).mean()", VECTORS),
        (SQUARES, "sum(a**2 for a in x)", VECTORS),
        (SQUARES, "sum(x[k]**2 for k in range(len(x)))", VECTORS),
        (SQUARES, "Total[x^2]", VECTORS),
        ("sum(x_i*y_i, i, 1, n)", "sum(a*b for a, b in zip(x, y))", VECTORS),
        ("sum(x_i, i, 1, n)/n", "x.sum()/x.shape[0]", VECTORS),
        ("sum(x_i, i, 1, n)/n", "x.sum().item()/x.size(0)", VECTORS),
        ("x^T*y", "t(x) %*% y", VECTORS),
        ("A*B", "torch.mm(A, B)", MATRICES),
        ("A*B", "A %*% B", MATRICES),
        ("A^T*B", "A.t() @ B", MATRICES),
        ("A^T*B", "A.mT @ B", MATRICES),
        ("inv(A)*b", "np.linalg.solve(A, b)", MATRICES),
        ("inv(A)*b", r"A\b", MATRICES),
        ("inv(A^T*A)*A^T*b", r"(A'*A)\(A'*b)", MATRICES),
        ("inv(A)", "solve(A)", MATRICES),
        ("max(0, x)", "torch.clamp(x, min=0)", {}),
        ("max(0, x)", "x.clamp(min=0)", {}),
        ("clip(x, -1, 1)", "np.clip(x, a_min=-1, a_max=1)", {}),
        ("min(x, 1)", "x.clamp(max=1)", {}),
        ("piecewise(x, x > 0, 0)", "np.where(x > 0, x, 0)", {}),
        ("piecewise(x, x > 0, 0)", "ifelse(x > 0, x, 0)", {}),
        ("piecewise(x, x > 0, 0)", "Piecewise((x, x > 0), (0, True))", {}),
        ("piecewise(x, x > 0, 0)", "Piecewise[{{x, x > 0}, {0, True}}]", {}),
        ("log(1 + x)", "np.log1p(x)", {"x": "positive"}),
        ("sum(k^2, k, 1, n)", "sum(k**2 for k in range(1, n + 1))", WHOLE),
        ("n*(n - 1)/2", "sum(range(n))", WHOLE),
        ("sum(k^2, k, 1, n)", "Sum[k^2, {k, 1, n}]", WHOLE),
        ("sum(k^2, k, 1, n)", "Sum(k**2, (k, 1, n))", WHOLE),
        ("n!", "Product[k, {k, n}]", WHOLE),
        ("int(x^2, x, 0, 1)", "Integrate[x^2, {x, 0, 1}]", {}),
        ("3*x^2", "D[x^3, x]", {}),
        ("log(x)/log(2)", "Log[2, x]", {"x": "positive"}),
        ("exp(-x^2/2)/sqrt(2*pi)", "Exp[-x^2/2]/Sqrt[2 Pi]", {}),
        ("exp(x)", "E^x", {}),
        ("2*pi*r", "2*%pi*r", {}),
        ("floor(n/2)", "n %/% 2", WHOLE),
        ("mod(n, 3)", "n %% 3", WHOLE),
    ],
)
def test_what_programs_write_is_read(teacher, student, variables):
    line = graded(teacher, student, variables=variables)
    assert line["outcome"] == "right", line


@pytest.mark.parametrize(
    ("teacher", "student", "variables"),
    [
        ("sum(k, k, 1, n)", "sum(k for k in range(n))", WHOLE),
        ("sum(k, k, 1, n)", "sum(range(n))", WHOLE),
        (SQUARES, "sum(a for a in x)", VECTORS),
        (SQUARES, "sum(a*b for a, b in zip(x, y))", VECTORS),
        ("inv(A)*b", r"B\b", MATRICES),
        ("max(0, x)", "x.clamp(max=0)", {}),
        ("max(0, x)", "np.where(x > 1, x, 0)", {}),
        ("log(x)/log(2)", "log(2, x)", {"x": "positive"}),
        ("norm(x)", "np.linalg.norm(x, ord=1)", VECTORS),
        ("{1, 2}", "[1, 2]", {}),
        ("{1, 2}", "(1, 2)", {}),
    ],
)
def test_what_programs_write_wrongly_is_not_accepted(teacher, student, variables):
    assert graded(teacher, student, variables=variables)["verdict"] in ("different", "invalid")


def test_names_of_the_card_stay_names():
    assert graded("t*(x + 1)", "t(x+1)")["verdict"] == "equal"
    assert graded("E^2", "E^2")["verdict"] == "equal"
    assert graded("6*m*s", "2m 3s", variables={"m": "real", "s": "real"})["verdict"] == "equal"
    assert graded("P(X = 2)", "P(X=2)", variables={"X": "random"})["verdict"] == "equal"


@pytest.mark.parametrize("student", ["np.sum(A, axis=0)", "A.sum(dim=1)"])
def test_the_axis_of_a_matrix_is_asked_about(student):
    line = graded("sum(A_{i,j}, i, 1, n)", student, variables={"A": "matrix", "j": "index"})
    assert line["verdict"] == "invalid"
    assert "rows or columns" in line["message"]


@pytest.mark.parametrize(
    ("teacher", "student", "tolerance"),
    [
        ("1234567", "1.234.567", None), ("1234.5", "1.234,5", "1%"), ("0.25", ",25", "1%"),
        ("x^(1/4)", "∜x", None), ("alpha*x", "𝛼 𝑥", None), ("x^2", "“x^2”", None),
        ("x^n", "x to the n", None), ("exp(-x)", "e to the minus x", None),
        ("x^4", "x to the fourth power", None), ("90 s", "1:30 min", "1%"),
        ("90 s", "1m30s", "1%"), ("5400 s", "1h 30m", "1%"), ("24 GB", "24 Gigabyte", "1%"),
        ("24 GB", "24 GByte", "1%"), ("24 GB", "24 GBs", "1%"), ("2 h", "2 hrs", "1%"),
        ("312 TFLOPS", "312 teraflops", "1%"), ("312 TFLOP", "312 teraflops", "1%"),
        ("312 TFLOPS", "3.12e14 FLOP/s", "1%"), ("300 K", "26.85 degrees Celsius", "1%"),
        ("x = 1 or x = 2", "x ∈ {1, 2}", None),
    ],
)  # fmt: skip
def test_other_spellings_are_read(teacher, student, tolerance):
    line = graded(teacher, student, tolerance=tolerance, variables={"x": "positive"})
    assert line["outcome"] == "right", line


@pytest.mark.parametrize(
    ("teacher", "student", "tolerance"),
    [
        ("24 GB", "24 Gigabit", "1%"), ("90 s", "1:30 h", "1%"), ("90 s", "1h30m", "1%"),
        ("312 TFLOPS", "312 gigaflops", "1%"), ("x^4", "x to the third", None),
        ("1234567", "1.234.568", None), ("x = 1 or x = 2", "x ∈ {1, 3}", None),
    ],
)  # fmt: skip
def test_other_spellings_of_something_else_are_wrong(teacher, student, tolerance):
    line = graded(teacher, student, tolerance=tolerance, variables={"x": "positive"})
    assert line["verdict"] == "different", line


def test_units_that_are_misspelt_are_asked_about():
    for typed in ("12 miliseconds", "12 millisecondes"):
        line = graded("12 ms", typed, tolerance="1%")
        assert line["verdict"] == "invalid"
        assert line["message"].startswith(f"'{typed.split()[1]}' is no unit")


def test_powers_in_words_that_read_two_ways_are_asked():
    assert graded("exp(-x) + 1", "e to the minus x plus 1")["verdict"] == "invalid"


@pytest.mark.parametrize(
    ("teacher", "student", "variables"),
    [
        ("(a + b)/2", "avg of a and b", {}), ("a*b", "the product of a and b", {}),
        ("(a + b)/2", "mean(a, b)", {}), ("sqrt(a^2 + b^2)", "math.hypot(a, b)", {}),
        ("trace(A)", "sum(diag(A))", {"A": "matrix"}), ("mean(x)", "x̄", VECTORS),
        ("norm(x)^2", "sum(xi^2)", VECTORS), ("max(0, 1 - y*f)", "[1 - yf]_+", {}),
        ("max(0, 1 - y*f)", "(1 - y*f)^+", {}), ("ceil(n/2)", "-(-n//2)", WHOLE),
        ("piecewise(1, x > 0, 0)", "1 if x > 0, else 0", {}),
        ("piecewise(1, x > 0, 0)", "x > 0 ? 1 : 0", {}),
        ("piecewise(1, x > 0, 0)", "int(x > 0)", {}),
        ("piecewise(1, x > 0, 0)", "(x > 0).float()", {}),
        ("E[X^2] - E[X]^2", "⟨X²⟩ − ⟨X⟩²", {"X": "random"}), ("P(A | B)", "p(A|B)", {}),
        ("n*(n + 1)/2", "sum of k from 1 to n", WHOLE), ("0.001", "1‰", {}),
        ("2500", "2 thousand five hundred", {}), ("150", "one hundred and fifty", {}),
        ("3/4", "3 out of 4", {}), ("42", "**42**", {}), ("5 m^2", "5 square meters", {}),
        ("1200 token/s", "1.2k tokens/s", {}), ("(0, 1)", "0 < x < 1", {}),
        ("{1, 2, 3}", "1, 2, 3", {}), ("{1, 2}", "2, 1", {}), ("{1, 2, 3}", "[1, 2, 3]", {}),
        ("[1, 2; 3, 4]", "np.array([[1,2],[3,4]])", {}),
        ("[1, 2; 3, 4]", "{{1,2},{3,4}}", {}), ("x >= 0", "x=>0", {}),
        ("x = 2 or x = -2", "x=2 or -2", {}), ("sum(x_i, i, 1, n)", "Σ(i=1..n) x_i", VECTORS),
        ("sum(x_i, i, 1, n)", "x1+x2+...+xn", VECTORS), ("0.25", "one in four", {}),
        ("int(x^2, x, 0, 1)", "∫ x^2 dx from 0 to 1", {}), ("[0, 1]", "0 <= x <= 1", {}),
        ("p_i - y_i", "pi - yi", {**SIMPLEX, "y": "simplex", "i": "index"}),
        ("max_a Q(s, a)", "max over a of Q(s, a)", {}), ("x > 2 and x < 5", "x>2, x<5", {}),
        ("[1, 2; 3, 4]", "[1 2; 3 4]", {}), ("softmax(x)", "e^x/sum(e^x)", VECTORS),
        ("x = 3", "x := 3", {}), ("[0, 1]", "[0; 1]", {}), ("[0, 1)", "[0; 1)", {}),
    ],
)  # fmt: skip
def test_what_learners_write_is_read(teacher, student, variables):
    line = graded(teacher, student, variables=variables)
    assert line["outcome"] == "right", line


@pytest.mark.parametrize(
    ("teacher", "student", "says"),
    [
        ("O(n*log(n))", "n log n", "write O(…)"), ("Q(s, a)", "Q_π(s, a)", "no 'Q_{pi}'"),
        ("x/2", "x > 0 ? 1", "1 if x > 0 else 0"), ("P(A | B)", "A|B", "write P(A | B)"),
        ("n!", "n*(n-1)*...*1", "the dots"), ("exp(-x)", "exp -x", "exp(-x)"),
        ("x + 1", "x, 1", "without a comma"),
        ("argmax_a Q(s, a)", "np.argmax(Q(s, a))", "the letter"),
        ("x = 1 or x = 2", "1 and 2", "x = 1 or x = 2"),
        ("n", "sum(k for k in n)", "sum(body, k, 1, n)"),
        ("sum(x_i, i, 2, n)", "sum(x[k] for k in range(1, n))", "count from 0 or 1"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_asked(teacher, student, says):
    line = graded(teacher, student, variables={"O": "function", "Q": "function"})
    assert line["verdict"] == "invalid"
    assert says in line["message"]
