"""What a fourth attack found: choices by a law, and lengths of vectors that no sample has.

Of its 246 wrong answers, of 29 topics, 2 were accepted when they were first tried.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.answers.case import grade_case


def graded(teacher, student, **row):
    return grade_case({"teacher": teacher, "student": student, **row})


@pytest.mark.parametrize("law", ["p", "P"])
def test_the_most_probable_is_chosen_by_the_whole_posterior(law):
    likelihood, prior = (f"argmax_θ {law}{rest}" for rest in ("(D | θ)", "(θ)"))
    posterior = f"argmax_θ {law}(θ | D)"
    whole = f"argmax_θ {law}(D | θ) {law}(θ)"
    assert graded(whole, likelihood)["verdict"] == "different"
    assert graded(whole, prior)["verdict"] == "different"
    assert graded(posterior, likelihood)["verdict"] == "different"
    assert graded(posterior, whole)["verdict"] == "equal"
    assert graded(whole, f"argmax_θ {law}(D, θ)")["verdict"] == "equal"


def test_a_choice_that_depends_on_nothing_is_undecided():
    assert graded("argmax_a Q(s)", "argmax_a V(s)")["verdict"] != "equal"


@settings(max_examples=15)
@given(st.integers(25, 5000), st.sampled_from(["max(0, n - {})", "(n > {})", "floor(n/{})"]))
def test_what_opens_at_long_vectors_alone_is_not_accepted(length, extra):
    typed = f"sum(x_i, i, 1, n) + {extra.format(length)}"
    line = graded("sum(x_i, i, 1, n)", typed, variables={"x": "vector"})
    assert line["verdict"] in ("undecided", "different"), line
