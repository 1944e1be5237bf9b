"""What is read in one way, what is asked, and what is computed: events, limits, factorials."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.answers.case import grade_case


def graded(teacher, student, **row):
    return grade_case({"teacher": teacher, "student": student, **row})


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("1/2x", ("x/2", "1/(2*x)")), ("y = 1/2x", ("x/2", "1/(2*x)")),
        ("1/2πx", ("pi*x/2", "1/(2*pi*x)")), ("x/2y", ("x*y/2", "x/(2*y)")),
        ("1/2x^2", ("x^2/2", "1/(2*x^2)")), ("1/ab", ("b/a", "1/(a*b)")),
        ("(x + 1)/2x", ("(x + 1)*x/2", "(x + 1)/(2*x)")),
    ],
)  # fmt: skip
def test_a_fraction_that_reads_two_ways_is_asked_where_one_way_is_right(typed, ways):
    for expected in ways:
        line = graded(expected, typed)
        assert (line["verdict"], line["outcome"]) == ("invalid", "two-readings"), line
        assert "two ways" in line["message"]
    neither = graded(f"{ways[0]} + 17", typed)
    assert neither["verdict"] == "different"


@pytest.mark.parametrize("typed", ["1/2 x", "(1/2)x", r"\frac{1}{2}x", "1/2(x)", "½x", "x/2"])
def test_a_fraction_that_reads_one_way_is_not_asked(typed):
    assert graded("x/2", typed)["verdict"] == "equal"


def test_a_card_that_is_written_so_itself_decides():
    assert graded("1/2x", "1/2x")["verdict"] == "equal"


events = st.recursive(
    st.sampled_from("ABC"),
    lambda inner: st.tuples(st.sampled_from(["and", "or", "not"]), inner, inner),
    max_leaves=4,
)
CASES = tuple(itertools.product((True, False), repeat=3))


def said(event):
    if isinstance(event, str):
        return event
    sign, left, right = event
    return f"(not {said(left)})" if sign == "not" else f"({said(left)} {sign} {said(right)})"


def happens(event, case):
    if isinstance(event, str):
        return case["ABC".index(event)]
    sign, left, right = event
    if sign == "not":
        return not happens(left, case)
    ours, theirs = happens(left, case), happens(right, case)
    return (ours and theirs) if sign == "and" else (ours or theirs)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(left=events, right=events)
def test_probabilities_of_events_are_equal_as_the_events_are(left, right):
    line = graded(f"P({said(left)})", f"P({said(right)})")
    if len({happens(left, case) for case in CASES}) > 1:
        alike = all(happens(left, case) == happens(right, case) for case in CASES)
        assert (line["verdict"] == "equal") == alike, line


@settings(max_examples=12, derandomize=True, deadline=None)
@given(left=events, right=events)
def test_the_sum_rule_holds_of_any_two_events(left, right):
    one, other = said(left), said(right)
    line = graded(f"P({one} or {other})", f"P({one}) + P({other}) - P({one} and {other})")
    assert line["verdict"] in ("equal", "equal-where-defined"), line
    both = all((happens(left, c) and happens(right, c)) == (c[0] and c[1]) for c in CASES)
    wrong = graded("P(A or B)", f"P(A) + P(B) - P({one} and {other})")
    assert (wrong["verdict"] == "equal") == both, wrong


@pytest.mark.parametrize(
    ("teacher", "student", "verdict"),
    [
        ("p(z|x)", "p(x|z)*p(z)/sum_z p(x|z)*p(z)", "equal"),
        ("p(x)", "sum_z p(x|z)*p(z)", "equal"),
        ("p(x,y,z)", "p(x)*p(y|x)*p(z|x,y)", "equal"),
        ("p(x,y,z)", "p(x)*p(y|x)*p(z|y)", "different"),
        ("sum_x p(x|y)", "1", "equal"),
        ("sum_y p(x|y)", "1", "different"),
        ("P(A|B)", "P(A and B)/P(B)", "equal"),
        ("P(A|B)", "P(A)", "different"),
    ],
)
def test_laws_of_conditional_probability_are_computed(teacher, student, verdict):
    line = graded(teacher, student, variables={"p": "function"})
    assert line["verdict"] == verdict, line


@pytest.mark.parametrize(
    ("teacher", "student", "verdict"),
    [
        ("1", "lim(sin(x)/x, x, 0)", "equal"),
        ("e^a", "lim((1 + a/n)^n, n, inf)", "equal"),
        ("cos(x)", "lim((sin(x + h) - sin(x))/h, h, 0)", "equal"),
        ("0", "lim((-1)^n/n, n, inf)", "equal"),
        ("1", "lim((-1)^n, n, inf)", "undecided"),
        ("1", "lim(abs(x)/x, x, 0)", "undecided"),
        ("0", "lim(1/log(n), n, inf)", "undecided"),
        ("0", "lim(10^-30 + x, x, 0)", "different"),
        ("1", "lim(1 + 10^-40 + 1/n, n, inf)", "different"),
        ("lim(f(x), x, a)", "f(a)", "undecided"),
    ],
)
def test_limits_are_computed_where_they_settle(teacher, student, verdict):
    assert graded(teacher, student, variables={"f": "function"})["verdict"] == verdict


@pytest.mark.parametrize(
    ("teacher", "student"),
    [
        ("binomial(n, k)", "n!/(k!(n-k)!)"), ("n*(n-1)*(n-2)", "n!/(n-3)!"),
        ("n!", "gamma(n+1)"), ("binomial(n, 2)", "n(n-1)/2"), ("(n+1)*n", "(n+1)!/(n-1)!"),
        ("beta(a, b)", "gamma(a)gamma(b)/gamma(a+b)"),
    ],
)  # fmt: skip
def test_a_number_over_the_factorial_of_a_negative_is_nothing(teacher, student):
    assert graded(teacher, student)["verdict"] == "equal"


@pytest.mark.parametrize(
    ("teacher", "student", "right"),
    [
        ("30 min", "half an hour", True), ("90 min", "1 h 30 min", True),
        ("90 min", "1 h 3 min", False), ("30 sec", "0.5 min", True), ("30 min", "30 s", False),
        ("2 h", "1 h 59 min 60 s", True),
    ],
)  # fmt: skip
def test_spans_of_time_are_answers(teacher, student, right):
    assert (graded(teacher, student)["verdict"] == "equal") == right


@pytest.mark.parametrize(
    "typed", ["one over x plus 1", "square root of x plus 1", "half of x plus 1"]
)
def test_words_that_read_two_ways_are_asked(typed):
    line = graded("x", typed)
    assert line["verdict"] == "invalid"
    assert "two ways" in line["message"]
