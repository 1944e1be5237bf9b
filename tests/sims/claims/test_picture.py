"""The live picture of a claim: what is drawn, and what a person may change."""

import pytest

from sims.claims.picture import picture_task
from sims.claims.statement import Statement, pairs


def drawn(claim, variables="", settings=None, **fields):
    sent = []
    statement = Statement(claim=claim, variables=pairs(variables), **fields).to_dict()
    arguments = {"statement": statement, "settings": settings or {}, "seed": 1}
    return picture_task(arguments, sent.append), sent


def test_both_sides_and_the_gap_of_an_inequality_are_drawn():
    result, sent = drawn("exp(x) >= 1 + x")
    assert [series["name"] for series in result["frame"]["series"]] == ["exp(x)", "1 + x", "gap"]
    assert max(result["frame"]["series"][2]["y"]) <= 0
    assert sent[0]["controls"][0]["name"] == "x"
    assert len(sent) > 3


def test_the_running_mean_of_a_random_claim_has_a_band():
    result, _ = drawn("E[X^2] = m^2 + v", draw=("X ~ Normal(m, v)",), settings={"m": 1.0, "v": 4.0})
    mean, right = result["frame"]["series"]
    assert right["y"][-1] == pytest.approx(5.0)
    assert mean["low"][-1] < 5.0 < mean["high"][-1]


@pytest.mark.parametrize(
    ("claim", "let", "label"),
    [
        ("x[t] = 2^t", ("x[0] = 1", "x[t+1] = 2*x[t]"), "t"),
        ("steps(C, a, b) = 2", ("C = chain{a: {b: 1/2, a: 1/2}}",), "steps"),
        ("optimal(M, 1/2) = [2]", ("M = mdp{s: {stay: [(1, s, 1)]}}",), "sweeps"),
        ("lim((1 + 1/n)^n, n, inf) = e", (), "n"),
    ],
)
def test_sequences_chains_processes_and_limits_are_drawn(claim, let, label):
    result, _ = drawn(claim, "t: natural" if label == "t" else "", let=let)
    assert result["frame"]["x_label"] == label
    assert result["frame"]["series"][0]["x"]


def test_matrices_are_drawn_at_the_points_that_are_tried():
    result, _ = drawn("trace(A*B) = trace(B*A)", "A: matrix(2, 2), B: matrix(2, 2)")
    left, right = result["frame"]["series"]
    assert left["y"] == right["y"]
    assert left["style"] == "scatter"


def test_what_has_no_picture_says_so():
    result, _ = drawn("foo(x) = 1")
    assert "foo" in result["error"]


def test_what_is_said_of_every_law_has_no_picture():
    result, _ = drawn("Var(mean(X)) = v/n", draw=("X ~ iid(any(mean m, variance v), n)",))
    assert "no single one to draw from" in result["error"]
