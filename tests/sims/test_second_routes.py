"""Second routes: nothing of a topic is decided while two routes to its figures differ."""

import pytest

from sims.claims import Case, Evidence, EvidenceKind, Kind, Verdict, agree, fact, judge
from sims.run import Run
from sims.topic import Topic


def test_numbers_by_two_routes_agree_or_are_an_error() -> None:
    agree([1.0, 2.0], (1, 2 + 1e-12), says="two numbers")
    agree(0.5, 0.52, says="a sample", tolerance=0.05)
    for found, known in ((1.0, 1.1), (float("nan"), 1.0), ([1.0, 2.0], [2.0, 1.0])):
        with pytest.raises(ArithmeticError, match=r"two numbers: .* by one route, .* by the other"):
            agree(found, known, says="two numbers")


def test_a_claim_is_decided_only_while_the_routes_agree() -> None:
    topic, right, asked = Topic("demo"), [True], []

    @topic.second_route
    def lengths(run: Run) -> None:
        asked.append(run.seed)
        agree(3, 3 if right[0] else 4, says="a length")

    @topic.claim(
        "demo.1",
        says="4 is even",
        kind=Kind.FORMULA,
        by=EvidenceKind.ALL_CASES,
        expected=Verdict.HOLDS,
        rule="no remainder",
        asserted=Case(4, "4"),
        mutant=Case(3, "3"),
        control=Case(2, "2"),
    )
    def even(asserted: int, run: Run) -> Evidence:
        return fact(asserted % 2 == 0, f"{asserted} is even")

    assert judge(topic.claims["demo.1"], Run(seed=1)).verdict is Verdict.HOLDS
    assert asked == [1], "once for all cases of all claims"
    right[0] = False
    with pytest.raises(ArithmeticError, match="a length"):
        judge(topic.claims["demo.1"], Run(seed=2))
