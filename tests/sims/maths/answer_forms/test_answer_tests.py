"""The named answer tests: calculus, forms, systems, renaming, words; and proofs of steps."""

import pytest

from sims.maths import compare, follows
from sims.maths.judge import TESTS

X = {"var": "x"}
CASES = [
    ("Int", "x^3/3 + c", "x^3/3", X, "right"),
    ("Int", "x^3/3", "x^3/3", X, "missing-constant"),
    ("Int", "2x + c", "x^3/3", X, "differentiated"),
    ("Int", "log(k*x)", "log(x) + c", X, "right"),
    ("Int", "x^3/3*c", "x^3/3", X, "wrong"),
    ("Int", "x^3/3", "x^3/3", {**X, "constant_optional": True}, "right"),
    ("Antidiff", "atan((x - 2)/(x - 1))", "atan(2x - 3)", X, "right"),
    ("Diff", "3x^2", "3x^2", X, "right"),
    ("Diff", "x^4/4 + 1", "3x^2", X, "integrated"),
    ("Diff", "y = x", "x", X, "wrong-kind"),
    ("EqualComAss", "(x + 5)x", "x(5 + x)", {}, "right"),
    ("EqualComAss", "x*x", "x^2", {}, "wrong-form"),
    ("Expanded", "x^2 - 1", "0", {}, "right"),
    ("Expanded", "(x - 1)(x + 1)", "0", {}, "wrong-form"),
    ("FacForm", "2x(x - 3)", "2x^2 - 6x", X, "right"),
    ("FacForm", "2(x^2 - 3x)", "2x^2 - 6x", X, "wrong-form"),
    ("FacForm", "(y - 4)y(3y + 6)", "3(y - 4)y(y + 2)", {"var": "y"}, "wrong-form"),
    ("FacForm", "(sin(x) + 1)(sin(x) - 1)", "sin(x)^2 - 1", {"var": "sin(x)"}, "right"),
    ("PartFrac", "1/(n + 1) + 1/(1 - n)", "1/(n + 1) - 1/(n - 1)", {"var": "n"}, "right"),
    ("PartFrac", "1/(n(n - 1))", "1/(n(n - 1))", {"var": "n"}, "wrong-form"),
    ("SingleFrac", "a c/(a + 2b)", "c/(1 + 2b/a)", {}, "right"),
    ("SingleFrac", "c/(1 + 2b/a)", "c/(1 + 2b/a)", {}, "wrong-form"),
    ("LowestTerms", "1/2", "0", {}, "right"),
    ("LowestTerms", "2/4", "0", {}, "wrong-form"),
    ("LowestTerms", "1/(1 - sqrt(2))", "0", {}, "wrong-form"),
    ("CompSquare", "(x - 1)^2 + 1", "x^2 - 2x + 2", X, "right"),
    ("CompSquare", "x^2 - 2x + 2", "(x - 1)^2 + 1", X, "wrong-form"),
    ("Simplified", "2x", "2x", {}, "right"),
    ("Simplified", "x + x + 0", "2x", {}, "wrong-form"),
    ("SysEquiv", "[x = 1, y = 2]", "[x + y = 3, x - y = -1]", {}, "right"),
    ("SysEquiv", "[x = 1]", "[(x - 1)(x + 1) = 0]", {}, "missing-solutions"),
    ("SysEquiv", "[x^2 = 1]", "[x = 1]", {}, "too-many-solutions"),
    ("SysEquiv", "[a = 1]", "[x = 1]", {}, "other-variables"),
    ("NumRelative", "{1, 2.01}", "{2, 1}", {"rel_tol": 0.01}, "right"),
]  # fmt: skip


@pytest.mark.parametrize(("test", "answer", "expected", "options", "outcome"), CASES)
def test_outcomes(test, answer, expected, options, outcome):
    found = compare(answer, expected, test=test, options=options)
    assert found.outcome == outcome, (found.verdict, found.message)
    assert found.right == (outcome == "right")


def test_every_kind_is_listed_and_an_unknown_one_refused():
    assert {"AlgEquiv", "Int", "FacForm", "Units"} <= TESTS.keys()
    assert "not known" in compare("1", "1", test="Nothing").message


FORMS = {
    "expanded": (
        ["x^2 + 2x + 1", "x^2 + 2x + 1"], ["x/2 + 1/2", "0.5x + 0.5"], ["4x^2", "(2x)^2"],
        ["sqrt(x + 1) + 2", "(x + 1)^(1/2) + 2"], ["1/(x + 1) + 1", "1 + 1/(x + 1)"],
        ["x^2/2 + 1", "1/2*x^2 + 1"], ["20000x + 1", "2*10^4*x + 1"], ["x*x + 1", "1 + x*x"],
        ["x*y + x^2*y", "yx + x^2 y"], ["3 + sqrt(12)", "sqrt(12) + 3"], ["x^n*x", "x*x^n"],
        ["-a*b - c", "-(b*a) - c"], ["a/x + b/x", "b/x + a/x"],
    ),
    "lowest terms": (
        ["1/(2x)", "1/(2x)"], ["1/(2x)", "1/2*1/x"], ["(1 + sqrt(5))/2", "(1 + sqrt(5))/2"],
        ["sqrt(2)/2", "sqrt(2)/2"], ["2e-4", "2*10^(-4)"], ["(3 + i)/2", "(3 + i)/2"],
        ["log(4)/2", "log(4)/2"], ["sqrt(x)/x", "sqrt(x)/x"], ["e^x/x", "e^x/x"],
        ["-2/3", "-(2/3)"], ["-2/3", "(-2)/3"], ["5/2", "2 1/2"], ["2", "2"], ["1/2", "0.5"],
    ),
    "simplified": (
        ["2x", "x*2"], ["x*x", "x*x"], ["x^2 + 2x + 1", "(x + 1)^2"], ["2/3*x", "2x/3"],
        ["1 + sqrt(2)", "sqrt(2) + 1"], ["x^(n + 1)", "x*x^n"], ["sqrt(2)/2", "1/sqrt(2)"],
    ),
    "factored": (
        ["x^2 + 2x + 1", "(x + 1)^(1 + 1)"], ["y^2 - 1", "(y - 1)(y + 1)"], ["4x^2", "(2x)^2"],
    ),
    "completed square": (
        ["y^2 + 2y", "(y + 1)^2 - 1"], ["x^2 + 2x", "(x + 1)^(1 + 1) - 1"],
    ),
    "partial fractions": (
        ["1/(x(x + 1))", "1/x - 1/(x + 1)"], ["1/(n(n + 1))", "1/n - 1/(n + 1)"],
        ["1/(x^2 - 1)", "1/2*(1/(x - 1) - 1/(x + 1))"],
    ),
    "single fraction": (["1/sqrt(x)", "1/x^(1/2)"], ["x/2", "0.5x"]),
    "decimal": (["1/4", "25%"], ["-1/4", "-0.25"], ["1/4", "+.25"]),
    "fraction": (["-1/4", "(-1)/4"], ["-1/4", "1/(-4)"], ["-1/4", "-1/4"], ["3", "3"]),
    "scientific": (["-250", "-2.5*10^2"], ["2.5", "2.50e0"], ["25", "2.5*10"], ["0", "0"]),
}  # fmt: skip
OTHER_FORMS = {
    "expanded": (
        ["x^2 + 2x + 1", "(x + 1)^(1 + 1)"], ["x^2 + x", "x*(x + 1)^1"],
        ["x^2 + x", "x/(1/(x + 1))"], ["x^2 + x", "x/(x + 1)^(-1)"],
        ["x^2 + 2x + 1", "(x + 1)^(4/2)"], ["x^2 + 2x + 1", "(x + 1)^sqrt(4)"],
        ["x^2 + 1", "x*x + 1"], ["2x^2", "x*2x"], ["x^2 + 2x + 1", "x^2 + x + x + 1"],
        ["6x*y", "2x*3y"], ["x^3", "x*x^2"], ["a^2*b", "a*b*a"], ["x^2 + 3", "x^2 + 1 + 2"],
        ["2x", "x + x"], ["x*y", "2*x*y - y*x"],
    ),
    "lowest terms": (
        ["1/(2x)", "2/(4x)"], ["1/2", "2*(1/4)"], ["x", "x^2/x"], ["x + 1", "(x^2 - 1)/(x - 1)"],
        ["(x + 1)/2", "(2x + 2)/4"], ["2", "2^3/4"], ["(1 + sqrt(2))/2", "(2 + 2sqrt(2))/4"],
        ["pi/2", "2pi/4"], ["sqrt(2)/(2x)", "1/(x*sqrt(2))"], ["sqrt(2)/2", "2^(-1/2)"],
        ["sin(x)/2", "2sin(x)/4"], ["2sqrt(3)/3", "4sqrt(3)/6"],
        ["2/3", "(1/3)*2"], ["2/3", "2*1/3"],
        ["2/3", "1/3 + 1/3"], ["2/3", "1 - 1/3"], ["2/3", "(1 + 1)/3"], ["2/3", "2/1/3"],
        ["4/9", "(2/3)^2"], ["1/3", "3^(-1)"], ["2/3", "1/1.5"], ["2/3", "-(-2)/(1*3)"],
    ),
    "simplified": (
        ["2x", "x + x"], ["x^2", "x*x"], ["1/2", "2/4"], ["2x + y", "x + x + y"],
        ["x^2*y", "x*y*x"], ["x^2 + 2x + 1", "(x + 1)*(x + 1)"], ["2sqrt(2)", "sqrt(2) + sqrt(2)"],
    ),
    "factored": (["y^2 - 1", "y^2 - 1"], ["6x^2 + 6", "2*(3x^2 + 3)"]),
    "completed square": (["y^2 + 2y", "y^2 + 2y"], ["x^2 - 2x + 2", "(x - 1)(x - 1) + 1"]),
    "partial fractions": (["1/(n(n + 1))", "1/(n(n + 1))"], ["x + 1/x", "(x^2 + 1)/x"]),
    "single fraction": (["1/x", "x^(1 - 2)"], ["1/x", "x^(-1)"]),
    "decimal": (["1/4", "(1/4*100)%"], ["-1/4", "-(-(-0.25))"], ["1/4", "1/4"]),
    "fraction": (["1/4", "25%"], ["1/4", "(1/2)/2"], ["1/4", "4^(-1)"]),
    "scientific": (["250", "02.5e2"], ["2.5", "250%*10^0"], ["2500", "2.5e2*10"]),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_in_the_form_asked_for_has_all_marks(form):
    found = [compare(answer, wanted, options={"form": form}) for wanted, answer in FORMS[form]]
    assert [(each.verdict, each.score) for each in found] == [("equal", 1.0)] * len(found)


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_an_answer_in_another_form_has_half_at_most(form):
    cases = OTHER_FORMS[form]
    found = [compare(answer, wanted, options={"form": form}) for wanted, answer in cases]
    assert [(each.outcome, each.score) for each in found] == [("wrong-form", 0.5)] * len(found)


def test_products_of_matrices_have_no_like_factors():
    matrices = {"A": "matrix", "B": "matrix"}
    found = compare("A*B*A + B", "B + A*B*A", matrices, options={"form": "expanded"})
    assert found.outcome == "right"


def test_partial_fractions_in_one_of_several_letters_are_undecided():
    found = compare("1/(a*b)", "1/(a*b)", options={"form": "partial fractions"})
    assert found.verdict == "undecided"


@pytest.mark.parametrize(
    ("test", "options"),
    [("NumSigFigs", {"sigfigs": "x"}), ("NumDecPlaces", {}), ("Int", {"var": "1/0"})],
)
def test_bad_options_are_refused(test, options):
    assert compare("1", "1", test=test, options=options).verdict == "invalid"


INDEXED = {"p": "simplex", "q": "simplex", "z": "vector", "i": "index", "j": "index"}
STEPS = [
    ("x^2 - 1", "=", "(x - 1)(x + 1)", {}, True),
    ("2x = 4", "=", "x = 2", {}, True),
    ("x^2 = 4", "solves", "x = 2", {}, True),
    ("x^2 = 4", "solves", "x = 3", {}, False),
    ("x^2", "<=", "x^2 + y^2", {}, True),
    ("x^2", "<=", "x", {}, False),
    ("sqrt(x^2)", "=", "x", {}, False),
    ("x", "=", "x + 1", {}, False),
    ("x", "=", "foo", {}, False),
    ("sum(k, k, 1, n)", "=", "n(n + 1)/2", {"n": "natural"}, True),
    ("KL(p, q)", "=", "H(p, q) - H(p)", INDEXED, True),
    ("sum(p_i, i)", "=", "1", INDEXED, True),
    ("diff(logsumexp(z), z_i)", "=", "softmax(z)_i", INDEXED, True),
    ("p_i*(1 - p_j)", "=", "p_i*(delta(i,j) - p_j)", INDEXED, False),
]


@pytest.mark.parametrize(("before", "relation", "after", "variables", "proved"), STEPS)
def test_steps_are_proved_or_refuted(before, relation, after, variables, proved):
    found, says = follows(before, after, relation, variables)
    assert found is proved, says
    assert says


def test_a_refuted_step_shows_a_point():
    assert follows("sqrt(x^2)", "x", "=")[1] == "a point refutes it: at x = -1: 1 against -1"


def test_a_step_that_swaps_matrices_is_refuted():
    proved, says = follows("A*B", "B*A", "=", {"A": "matrix", "B": "matrix"})
    assert not proved
    assert says.startswith("a point refutes it: at A = [[")


def test_points_alone_are_no_proof():
    found, says = follows("x > 1", "2x > 2", "=")
    assert (found, says.startswith("the points agree, but")) == (False, True)
