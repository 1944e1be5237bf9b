"""Computed answers: equivalence, tolerance, outputs, misconceptions, and the rating to offer."""

import json

import pytest

from cards.answers.grade import Grade, Output, grade, grade_task, suggest
from cards.answers.result import right
from cards.scheduling.fsrs import Rating
from cards.variants.draw import draw, fill


@pytest.fixture(scope="session")
def jacobian(make_card):
    return make_card(
        kind="symbol",
        answer="p_i*(delta(i,j) - p_j)",
        variables={"p": "simplex", "i": "index", "j": "index"},
        misconceptions=(("p_i*(1 - p_j)", "That is right only for i = j."),),
    )


@pytest.fixture(scope="session")
def weight(make_card):
    return make_card(
        kind="number",
        given={"a": "[1, 2]", "b": "0.5"},
        answer="exp(a)/(exp(a) + exp(b))",
        tolerance="1%",
        misconceptions=(("a/(a + b)", "Softmax weighs exponentials, not the scores."),),
    )


def test_equivalent_expressions_are_right(jacobian):
    for typed in ("p_i*(delta(i,j) - p_j)", "delta(i,j)*p_i - p_i*p_j"):
        graded = grade(jacobian, draw(jacobian), typed)
        assert (graded.verdict, graded.outcome, graded.score) == ("equal", "right", 1.0)
        assert graded.read_as


def test_a_wrong_expression_comes_with_a_counterexample(jacobian):
    graded = grade(jacobian, draw(jacobian), "p_i*(delta(i,j) + p_j)")
    assert (graded.verdict, graded.score, graded.misconception) == ("different", 0.0, None)
    assert graded.witness


def test_a_misconception_answers_for_itself(jacobian):
    graded = grade(jacobian, draw(jacobian), "p_i - p_i*p_j")
    assert (graded.verdict, graded.outcome) == ("different", "misconception")
    assert graded.message == "That is right only for i = j."
    assert graded.misconception == "p_i*(1 - p_j)"


@pytest.mark.parametrize("typed", ["r_0 + g*r_1 - V_0", "r0 + g r1 - V0", "r₀ + g r₁ - V0"])
def test_a_number_below_may_be_written_either_way(make_card, typed):
    card = make_card(kind="symbol", answer="r0 + g*r1 - V0")
    assert grade(card, draw(card), typed).outcome == "right"


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        (r"p_i(\delta_{ij} - p_j)", "right"),
        (r"$p_i \cdot (\delta_{ij} - p_j)$", "right"),
        (r"$$p_i (\delta_{ij} - p_j)$$", "right"),
        (r" \(p_i (\delta_{ij} - p_j)\) ", "right"),
        (r"\[p_i (\delta_{ij} - p_j)\]", "right"),
        ("$p_i - p_j", "invalid"),
        (r"p_i(1 - p_j) \cdot 1", "misconception"),
        (r"\frac{p_i}", "unreadable"),
        ("$", "invalid"),
    ],
)
def test_latex_is_read_too(jacobian, typed, outcome):
    graded = grade(jacobian, draw(jacobian), typed)
    assert graded.outcome == outcome
    assert graded.message or graded.right


def test_a_number_may_be_typed_as_latex(weight):
    assert grade(weight, fill(weight, {"a": "1.5", "b": "0.5"}), r"\frac{e}{e + 1}").right


def test_what_cannot_be_read_costs_nothing(jacobian):
    graded = grade(jacobian, draw(jacobian), "p_i*(")
    assert graded.verdict == "invalid"
    assert graded.message
    assert suggest(graded, 3.0) is None


def test_numbers_within_tolerance_are_right_and_the_interval_is_said(weight):
    variant = fill(weight, {"a": "2", "b": "0.5"})
    for typed in ("0.8176", "0.82", "81.8%", "exp(1.5)/(1 + exp(1.5))", "8.18e-1"):
        assert grade(weight, variant, typed).right, typed
    graded = grade(weight, variant, "0.83")
    assert graded.verdict == "different"
    assert "0.8" in graded.accepted


def test_a_misconception_is_tested_at_the_drawn_values(weight):
    graded = grade(weight, fill(weight, {"a": "2", "b": "0.5"}), "0.8")
    assert graded.outcome == "misconception"
    assert graded.misconception == "a/(a + b)"


@pytest.fixture(scope="session")
def simulated(make_card):
    return make_card(kind="number", simulation="gini.lorenz", output="gini")


def test_a_simulated_output_is_the_answer(simulated):
    output = Output(0.5, standard_error=0.01)
    variant = draw(simulated)
    assert grade(simulated, variant, "0.529", output=output).right
    assert grade(simulated, variant, "0.531", output=output).verdict == "different"


@pytest.mark.parametrize("output", [None, Output(None, says="The run was cancelled")])
def test_a_run_that_gave_nothing_leaves_it_to_the_learner(simulated, output):
    graded = grade(simulated, draw(simulated), "0.5", output=output)
    assert (graded.verdict, graded.outcome) == ("undecided", "no-output")
    assert graded.message.endswith("so you grade.")
    assert suggest(graded, 1.0) is None


@pytest.mark.parametrize(
    ("tolerance", "error", "nearest", "farthest"),
    [
        ("2 standard errors", 0.01, "1.019", "1.021"),
        ("1.5 se", 0.02, "1.029", "1.031"),
        (None, 0.01, "1.029", "1.031"),
        (None, 0.0, "1.009", "1.011"),
        ("0.05", 0.01, "1.049", "1.051"),
    ],
)
def test_tolerance_of_an_output(make_card, tolerance, error, nearest, farthest):
    card = make_card(kind="number", simulation="a.b", output="c", tolerance=tolerance)
    output = Output(1.0, error)
    assert grade(card, draw(card), nearest, output=output).right
    assert grade(card, draw(card), farthest, output=output).verdict == "different"


@pytest.mark.parametrize(
    ("check", "output", "says"),
    [
        ({"simulation": "a.b", "output": "c"}, Output(1.0), "a.b gives no standard error c_stand"),
        ({"answer": "1"}, None, "is for the output of a simulation"),
    ],
)
def test_standard_errors_that_are_not_there_are_not_made_up(make_card, check, output, says):
    card = make_card(kind="number", tolerance="5 standard errors", **check)
    graded = grade(card, draw(card), "1", output=output)
    assert (graded.verdict, suggest(graded, 1.0)) == ("undecided", None)
    assert says in graded.message


def test_the_standard_error_of_an_output_goes_by_its_name():
    outputs = {"c": 1.0, "c_standard_error": 0.1, "d": 2.0}
    assert Output.of("a.b", "c", outputs) == Output(1.0, 0.1)
    assert Output.of("a.b", "d", outputs) == Output(2.0)
    missing = Output(None, says="a.b has no output e; it has c, c_standard_error, d")
    assert Output.of("a.b", "e", outputs) == missing


def test_units_are_told_apart(make_card):
    for check in ({"answer": "3 GB"}, {"answer": "n*GB", "given": {"n": "3"}, "tolerance": "1%"}):
        card = make_card("?", kind="number", **check)
        variant = draw(card)
        assert grade(card, variant, "3 GB").right
        assert grade(card, variant, "3000 MB").right
        assert grade(card, variant, "3").outcome == "missing-unit"
        assert grade(card, variant, "3 MB").outcome == "wrong-unit"
        assert grade(card, variant, "3 s").outcome == "wrong-dimension"
        assert grade(card, variant, "4 GB").verdict == "different"
    assert variant.answer == "$3$ GB"


def test_a_cloze_with_an_answer_is_computed(make_card):
    card = make_card("It is […].", "$p - y$", kind="cloze", answer="p - y")
    assert grade(card, draw(card), "-y + p").right
    assert grade(card, draw(card), "y - p").verdict == "different"


def test_a_formula_without_a_check_is_recognised_but_never_failed(make_card):
    card = make_card("What is it?", "$\\frac{a + b}{2}$")
    assert grade(card, draw(card), "a/2 + b/2").right
    assert grade(card, draw(card), "a/2 - b/2").verdict == "undecided"


@pytest.mark.parametrize(
    "typed", [r"\frac{a}{2} + \frac b2", r"$\frac{b + a}{2}$", r"\(a/2 + b/2\)"]
)
def test_a_formula_without_a_check_takes_latex_however_it_is_delimited(make_card, typed):
    card = make_card("What is it?", "$\\frac{a + b}{2}$")
    assert grade(card, draw(card), typed).right
    assert grade(card, draw(card), r"\frac{a + b}").outcome == "unreadable"


def test_a_number_without_a_check_is_compared_as_a_number(make_card):
    card = make_card("It has […] layers.", "12", kind="cloze")
    assert grade(card, draw(card), "12.0").right
    assert grade(card, draw(card), r"\frac{24}{2}").right
    assert grade(card, draw(card), "13").verdict == "different"


def test_the_worker_grades_the_same(weight):
    variant = draw(weight, 5)
    arguments = {"card": weight.to_dict(), "variant": variant.to_dict(), "typed": "0.8"}
    message = json.loads(json.dumps(arguments))
    result = json.loads(json.dumps(grade_task(message, lambda sent: None)))
    here = grade(weight, variant, "0.8").to_dict()
    assert result.pop("seconds") >= 0
    here.pop("seconds")
    assert result == json.loads(json.dumps(here))


def test_the_worker_takes_an_output(simulated):
    output = {"value": 0.5, "standard_error": 0.01, "says": ""}
    arguments = {"card": simulated.to_dict(), "variant": {}, "typed": "0.5", "output": output}
    assert Grade.from_dict(grade_task(arguments, lambda sent: None)).right


@pytest.mark.parametrize(
    ("graded", "seconds", "hinted", "rating"),
    [
        (Grade("different", "wrong"), 1.0, False, Rating.AGAIN),
        (Grade("different", "partly-right", 0.8), 1.0, False, Rating.AGAIN),
        (right("x"), 20.0, False, Rating.GOOD),
        (right("x"), 3.0, False, Rating.EASY),
        (right("x"), 3.0, True, Rating.HARD),
        (right("x", "", "typo"), 3.0, False, Rating.GOOD),
        (Grade("equal-where-defined", "right", 1.0), 20.0, False, Rating.GOOD),
        (Grade("undecided"), 1.0, False, None),
        (Grade("invalid"), 1.0, False, None),
    ],
)
def test_suggested_rating(graded, seconds, hinted, rating):
    assert suggest(graded, seconds, hinted) is rating


@pytest.mark.parametrize("typed", ["a;" * 1999, "(" * 4000, "\\(" * 2000, "9" * 4000, "`$" * 2000])
def test_whatever_is_typed_is_answered_at_once(make_card, calls, typed):
    cards = [
        make_card("?", "some words"),
        make_card("?", "softmax", kind="cloze"),
        make_card(kind="order", order=("a", "b", "c")),
        make_card(kind="choice", answer="a", choices=("b", "c")),
        make_card(kind="symbol", answer="x^2"),
        make_card(kind="number", answer="3", tolerance="1%"),
    ]
    for card in cards:
        graded, made = calls(lambda card=card: grade(card, draw(card), typed))
        assert not graded.right
        assert made < 1_000_000
        assert grade(card, draw(card), typed * 2).message.startswith("This is longer than 4,000")


def test_the_mark_follows_the_rule_and_a_guess_is_never_easy():
    good = Grade("equal", "right", 1.0)
    assert suggest(good, 3.0) is Rating.EASY
    assert suggest(good, 3.0, guessable=True) is Rating.GOOD
    assert suggest(good, 3.0, rule="right") is Rating.GOOD
    assert suggest(good, 3.0, rule="never") is None
    assert suggest(Grade("different"), 3.0, rule="never") is None
