"""Deck CI finds what is wrong, and only that; a check counts only if it can turn."""

import pytest

from cards.answers.chain import chain_task, check_chain
from cards.answers.grade import grade
from cards.card import Check
from cards.checking.backing import output_of
from cards.checking.check import Report, check_card, unreadable
from cards.checking.rounding import as_asked
from cards.note import Note, Problem
from cards.variants.draw import draw

WEIGHT = {
    "given": {"a": "0.5..2 step 0.5", "b": "0.1..2 step 0.3"},
    "require": "a > b",
    "answer": "exp(a)/(exp(a) + exp(b))",
    "tolerance": "1%",
}


def messages(card):
    return [problem.message for problem in check_card(card).problems]


def test_a_sound_card_has_no_problems(make_card):
    report = check_card(make_card("{a} and {b}?", kind="number", **WEIGHT))
    assert report.problems == ()
    assert (report.cards, report.variants) == (1, 17)


@pytest.mark.parametrize(
    ("kind", "check", "says"),
    [
        ("number", {**WEIGHT, "tolerance": "50%"}, "but for ×1.1, is equal"),
        ("number", {**WEIGHT, "answer": "1/(a - 0.5)"}, "no number: it is not a finite"),
        ("number", {**WEIGHT, "answer": "a*x"}, "no number: x has no value"),
        ("number", {"answer": "1/3"}, "give a tolerance, such as 1%"),
        ("number", {**WEIGHT, "require": "a > 99"}, "no values of given satisfy require"),
        ("symbol", {"answer": "x + ("}, "answer: the '(' at 5 is never closed"),
        (
            "number",
            {**WEIGHT, "misconceptions": (("1/(1 + exp(b - a))", "No."),)},
            "the misconception 1/(1 + exp(b - a)) is right here",
        ),
        ("choice", {"answer": "2*x", "choices": ("x + x", "x^2")}, "say the same"),
        ("choice", {"answer": "the mean", "choices": ("a mode", "A mode.")}, "say the same"),
        (
            "choice",
            {"answer": "2", "choices": tuple(map(str, range(3_000)))},
            "3000 options are too many to choose from",
        ),
        ("number", {"answer": "1", "simulation": "gini.nothing"}, "no simulation called"),
        (
            "number",
            {"answer": "1", "derivation": "nothing.at-all"},
            "no derivation called nothing.at-all",
        ),
        ("number", {"answer": "1", "claim": "24.999"}, "no claim called 24.999"),
        ("number", {"output": "gini"}, "needs the simulation that gives it"),
    ],
)
def test_what_is_wrong_is_named(make_card, kind, check, says):
    found = messages(make_card("{a}?", kind=kind, **check))
    assert any(says in message for message in found), found


def test_a_tolerance_in_standard_errors_needs_an_output_that_has_one(make_card):
    card = {"kind": "number", "simulation": "gini.lorenz", "tolerance": "5 standard errors"}
    assert messages(make_card("?", output="gini", **card)) == []
    (says,) = messages(make_card("?", output="theory", **card))
    assert says.startswith("gini.lorenz gives no standard error theory_standard_error")
    (says,) = messages(make_card("?", answer="1", **card))
    assert says == "the tolerance 5 standard errors is for the output of a simulation"


def test_a_tolerance_that_cannot_be_read_leaves_the_grade_to_the_learner(make_card):
    card = make_card("?", kind="number", answer="1", tolerance="some")
    assert messages(card) == ["the tolerance 'some' is not understood"]
    graded = grade(card, draw(card), "1")
    assert (graded.verdict, graded.message) == (
        "undecided",
        "the tolerance 'some' is not understood, so you grade.",
    )


@pytest.mark.parametrize(
    "answer", ["3.14159", "pi", "1/3", "a/2", "3.14159 GB", "9.9996", "0", "-a"]
)
@pytest.mark.parametrize(
    "tolerance", ["2 places", "8 decimal places", "3 figures", "at least 3 figures"]
)
def test_answers_are_tried_as_the_tolerance_asks_for_them(make_card, answer, tolerance):
    check = {"answer": answer, "tolerance": tolerance, "given": {"a": "1..9"}}
    assert messages(make_card("{a}?", kind="number", **check)) == []


@pytest.mark.parametrize(
    ("check", "says"),
    [
        ({"answer": "12", "tolerance": "1 figure"}, "but for ×1.1, is equal"),
        (
            {"answer": "pi", "tolerance": "2 places", "misconceptions": (("22/7", "No."),)},
            "the misconception 22/7 is right here",
        ),
    ],
)
def test_wrong_answers_are_tried_as_the_tolerance_asks_for_them(make_card, check, says):
    (found,) = messages(make_card("?", kind="number", **check))
    assert says in found


@pytest.mark.parametrize(
    ("answer", "tolerance", "written"),
    [
        ("1/8", "2 places", "0.13"),
        ("-1/8", "2 dp", "-0.13"),
        ("1/8", "1 decimal place", "0.1"),
        ("1/8", "1 significant figure", "0.1"),
        ("12345", "2 places", "12345.00"),
        ("9.9996", "3 figures", "10.0"),
        ("12345", "at least 3 figures", "12300"),
        ("2", "3 sf", "2.00"),
        ("0", "2 figures", "0.00"),
        ("1/3 GB", "2 figures", "0.33 GB"),
        ("x/3", "2 figures", "x/3"),
        ("1/3", "1%", "1/3"),
        ("10^1000", "2 places", "10^1000"),
    ],
)
def test_rounding_to_what_a_tolerance_asks_for(answer, tolerance, written):
    assert as_asked(answer, Check(tolerance=tolerance)) == written


def test_a_fault_is_told_once_with_its_first_variant(make_card):
    card = make_card("{a}?", kind="number", **{**WEIGHT, "tolerance": "50%"})
    problem = next(p for p in check_card(card).problems if "×1.1" in p.message)
    assert (problem.file, problem.line, problem.card, problem.seed) == ("notes.md", 9, card.id, 0)
    assert "with a = 0.5, b = 0.1, and 16 more: " in problem.message


def test_a_parameter_that_is_not_given_is_named(make_card):
    card = make_card(r"$\var{a} + \var{n}$?", kind="number", given={"n": "1..3"}, answer="n")
    assert messages(card) == [
        r"\var{a} is no parameter of this card; add a to `given` in its check"
    ]


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (r"$\gamma \hat{x} + \beta$", "The card has no 'xhat'"),
        (r"$\gamma x + \beta$", "The card has no 'x'"),
        (r"$\gamma \circledast h$", r"\circledast is not read here"),
        (r"$y = \gamma h + \beta$", None),
        (r"$\gamma h + \beta$, a line", None),
    ],
)
def test_the_answer_shown_is_right_when_it_is_typed(make_card, seen, says):
    variables = {"gamma": "real", "h": "real", "beta": "real"}
    card = make_card(seen=seen, kind="symbol", answer="gamma*h + beta", variables=variables)
    found = messages(card)
    assert found == [] if says is None else any(says in message for message in found), found


def test_the_answer_shown_must_be_the_answer_computed(make_card):
    sound = make_card("?", "$\\frac{1}{2}(a + b)$", kind="symbol", answer="(a + b)/2")
    wrong = make_card("?", "$y = \\frac{1}{2}(a - b)$", kind="symbol", answer="(a + b)/2")
    assert messages(sound) == []
    assert any("answer shown differs" in message for message in messages(wrong))


def test_units_are_perturbed_too(make_card):
    card = make_card("?", kind="number", answer="3 GB", tolerance="1%")
    assert messages(card) == []


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (("(a + b)^2", "a^2 + 2*a*b + b^2", "= a*(a + 2*b) + b^2"), None),
        (("(a + b)^2", "a^2 + b^2"), "step 2 of the derivation, a^2 + b^2: fails"),
        (("a + (", "a"), "step 1 of the derivation, a + (: invalid"),
        (("a^2", "<= a"), "step 2 of the derivation, a: fails, a point refutes it: at a ="),
    ],
)
def test_derive_fences_are_proved_step_by_step(make_card, steps, says):
    found = messages(make_card("?", "words", derive=steps))
    assert found == [] if says is None else any(says in message for message in found)


def test_a_learners_chain_shows_the_point_where_it_fails():
    steps = check_chain(["(x + 1)^2", "x^2 + 2*x + 1", "= x^2 + 1", "x^2 + 1"], {})
    assert [step.verdict for step in steps] == ["stated", "proved", "fails", "proved"]
    assert "x" in steps[2].witness


def test_the_worker_sends_each_step_of_a_chain():
    sent = []
    result = chain_task({"lines": ["2*x", "x + x", "3*x"]}, sent.append)
    assert [message["step"] for message in sent] == result["steps"]
    assert [step["proved"] for step in result["steps"]] == [True, True, False]
    assert result["steps"][2]["witness"]


def test_a_line_may_name_its_relation():
    steps = check_chain(["x^2 + y^2", ">= 2*x*y", "= 2*y*x"], {})
    assert [step.relation for step in steps] == ["=", ">=", "="]
    assert steps[1].verdict in ("proved", "undecided")
    assert steps[2].verdict == "proved"
    refuted = check_chain(["x^2 + y^2", "<= 2*x*y"])[1]
    assert (refuted.verdict, refuted.witness[:6]) == ("fails", "at x =")


def test_after_an_unreadable_line_the_next_is_stated():
    assert [s.verdict for s in check_chain(["x", "x +", "2*x"])] == ["stated", "invalid", "stated"]


def test_errors_of_reading_count():
    problems = [Problem("notes.md", 3, "error", "bad"), Problem("notes.md", 4, "warning", "odd")]
    report = Report(problems=unreadable(Note("notes.md", (), tuple(problems))))
    assert [str(problem) for problem in report.problems] == ["notes.md:3: bad"]
    assert Report.from_dict(report.to_dict()) == report


def test_an_output_is_run_with_the_values_it_has_parameters_for(make_card):
    card = make_card("?", kind="number", simulation="gini.lorenz", output="theory")
    assert output_of(card, {"alpha": "2.0", "other": "1"}).value == pytest.approx(1 / 3)
    missing = make_card("?", kind="number", simulation="gini.lorenz", output="nothing")
    assert "has no output nothing" in output_of(missing, {}).says


def test_a_chain_that_turns_round_shows_nothing_from_there():
    lines = ["x^2", "<= x^2 + 1", "= 1 + x^2", ">= x^2 - 1", "= x^2 - 1 + 0"]
    steps = chain_task({"lines": lines}, lambda _: None)["steps"]
    assert [step["proved"] for step in steps] == [True, True, True, False, True]
    assert steps[3]["says"].startswith("a chain goes one way")


def test_a_chain_that_goes_one_way_or_starts_with_a_sign_is_right():
    for lines in (["x", "<= x + 1", "= 1 + x", "<= x + 2"], ["<= x", ">= x - 1", ">= x - 2"]):
        steps = chain_task({"lines": lines}, lambda _: None)["steps"]
        assert all(step["proved"] for step in steps)
