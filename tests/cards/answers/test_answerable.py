"""What a fence says is read at import: LaTeX too, and what cannot be read is told there."""

import pytest

from cards.answers.grade import grade
from cards.checking.check import check_card
from cards.formats import native
from cards.variants.draw import VariantError, draw


def note_of(check, prompt="Q: What is it?\nA: This."):
    return native.read("deck.md", f"# Title\n\n{prompt}\n```check\n{check}\n```\n")


def graded(check, typed, prompt="Q: What is it?\nA: This."):
    note = note_of(check, prompt)
    assert note.problems == ()
    (card,) = note.cards
    assert check_card(card).problems == ()
    return grade(card, draw(card), typed)


@pytest.mark.parametrize(
    "answer", [r"\frac{1}{2}x", r"$\frac{1}{2}x$", r"\(\frac{1}{2}x\)", "$$ x/2 $$"]
)
def test_the_answer_may_be_latex_with_or_without_delimiters(answer):
    assert graded(f"answer: {answer}", "x/2").right
    assert graded(f"answer: {answer}", "2*x").verdict == "different"


def test_misconceptions_and_answers_with_parameters_may_be_latex():
    wrong = "misconceptions:\n  - {answer: '$\\frac{x}{3}$', says: A third.}"
    assert graded(f"answer: \\frac{{x}}{{2}}\n{wrong}", "x/3").message == "A third."
    check = "answer: \\frac{a}{T}\ngiven: {a: [3], T: [4]}\ntolerance: 1%"
    assert graded(check, "0.75", "Q: {a} over {T}?").right


def test_a_card_that_leaves_its_answer_to_latex_shows_it_as_a_formula():
    (card,) = note_of(r"answer: $\frac{1}{2}x$", "Q: What is it?").cards
    assert draw(card).answer == r"$\frac{1}{2} x$"


@pytest.mark.parametrize(
    ("check", "says"),
    [
        ("answer: (((", "the answer ((( cannot be read: the '('"),
        (r"answer: \foo", r"\foo is not read here"),
        ("answer: 1/0", "division by zero"),
        ("answer: 2*x\nvariables: {x: postive}", "the domain 'postive' of 'x' is not known"),
        ("answer: 2*x\ntolerance: small", "the tolerance 'small' is not understood"),
        ("answer: (a\ngiven: {a: 1..3}", "the '(' at 1 is never closed"),
    ],
)
@pytest.mark.parametrize("prompt", ["Q: What is it?\nA: This.", "C: It is [this]."])
def test_what_could_never_be_answered_is_an_error_at_import(check, says, prompt):
    note = note_of(check, prompt)
    assert note.cards == ()
    (problem,) = note.problems
    assert (problem.line, problem.severity) == (3, "error")
    assert says in problem.message


def test_options_and_orders_are_words():
    choice = graded("answer: (((\nchoices: [))), $$]", "(((")
    assert choice.right
    assert note_of("order: [(((, $$]\ntolerance: none").problems == ()


def test_a_card_stored_before_with_an_unreadable_answer_is_not_drawn(make_card):
    card = make_card("?", kind="symbol", answer="x + (")
    with pytest.raises(VariantError, match="answer: "):
        draw(card)
