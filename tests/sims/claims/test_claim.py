"""Judging: a verdict stands only beside a refused mutant and a passing control."""

from dataclasses import replace
from typing import Any

import pytest

from sims.claims import exact as decide
from sims.claims.claim import Case, Claim, judge
from sims.claims.evidence import ACCEPTED, Evidence, EvidenceKind, Kind, Verdict
from sims.lazy import sympy
from sims.run import Run


def is_even(asserted: Any, run: Run) -> Evidence:
    """A number is what it is said to be; None stays undecided."""
    if asserted is None:
        return Evidence(Verdict.UNDECIDED, "no number")
    return decide.fact(asserted % 2 == 0, f"{asserted} is even")


def claim(**parts: Any) -> Claim:
    options: dict[str, Any] = {
        "id": "24.99",
        "topic": "gini",
        "says": "evenness",
        "kind": Kind.FORMULA,
        "by": EvidenceKind.ALL_CASES,
        "expected": Verdict.HOLDS,
        "rule": "division by two",
        "procedure": is_even,
        "asserted": Case(4, "4 is even"),
        "mutant": Case(3, "3 is even"),
        "control": Case(2, "2 is even"),
    }
    return Claim(**{**options, **parts})


def test_a_statement_that_holds() -> None:
    judgement = judge(claim(), Run())
    assert judgement.verdict is Verdict.HOLDS
    assert judgement.mutant_refused
    assert judgement.control_passed


@pytest.mark.parametrize(
    "void",
    [
        {"mutant": Case(6, "passes")},
        {"mutant": Case(None, "stays undecided")},
        {"control": Case(5, "fails")},
        {"control": Case(None, "stays undecided")},
    ],
)
def test_a_check_that_cannot_tell_is_void(void: dict[str, Case]) -> None:
    assert judge(claim(**void), Run()).verdict is Verdict.UNDECIDED


def test_undecided_is_never_rounded_up() -> None:
    assert judge(claim(asserted=Case(None, "?")), Run()).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("inside", "outside", "verdict"),
    [
        (4, 3, Verdict.CONDITIONAL),
        (4, 8, Verdict.HOLDS),
        (3, 5, Verdict.FAILS),
        (3, 4, Verdict.UNDECIDED),
        (4, None, Verdict.UNDECIDED),
        (None, 3, Verdict.UNDECIDED),
    ],
)
def test_a_condition_needs_both_runs(inside: Any, outside: Any, verdict: Verdict) -> None:
    conditional = claim(
        asserted=None, statement="{} is even", inside=Case(inside, ""), outside=Case(outside, "")
    )
    assert judge(conditional, Run()).verdict is verdict


def test_swapping_turns_plain_and_conditional_claims() -> None:
    conditional = claim(
        asserted=None, statement="{} is even", inside=Case(4, "4"), outside=Case(3, "3")
    )
    for one in (claim(), conditional):
        swapped = judge(one.swapped(), Run())
        assert swapped.cases["asserted"].verdict is Verdict.FAILS
        assert swapped.cases["mutant"].verdict in ACCEPTED
        assert swapped.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    "wrong",
    [
        {"mutant": None},
        {"control": None},
        {"asserted": None},
        {"inside": Case(1, "")},
        {"procedure": None},
    ],
)
def test_parts_that_do_not_fit_are_refused(wrong: dict[str, Any]) -> None:
    if wrong == {"inside": Case(1, "")}:
        wrong = {**wrong, "outside": Case(2, "")}
    with pytest.raises(ValueError, match=r"claim 24\.99"):
        claim(**wrong)


@pytest.mark.parametrize(
    ("inside", "outside", "fits"),
    [
        ((4, "even"), (3, "even"), True),
        ((4, "even"), (3, "odd"), False),
        ((4, "even"), (4, "even"), False),
        (4, 3, True),
    ],
)
def test_a_condition_moves_exactly_one_thing(inside: Any, outside: Any, fits: bool) -> None:
    """Another property beside another number would be another statement, not a condition."""
    parts = {"asserted": None, "statement": "{} is even"}
    cases = {"inside": Case(inside, "4"), "outside": Case(outside, "3")}
    if fits:
        assert claim(**parts, **cases).condition == "4; not 3"
        assert claim(**parts, **cases).told("outside") == "3 is even"
    else:
        with pytest.raises(ValueError, match="exactly one thing"):
            claim(**parts, **cases)
    with pytest.raises(ValueError, match="one gap"):
        claim(asserted=None, statement="even", inside=Case(4, "4"), outside=Case(3, "3"))


@pytest.mark.parametrize(
    ("by", "proved", "verdict", "word"),
    [
        (EvidenceKind.ALL_CASES, False, Verdict.HOLDS, "all cases"),
        (EvidenceKind.AGREES, False, Verdict.AGREES, "agrees"),
        (EvidenceKind.PROVED_FOR_SIZES, True, Verdict.AGREES, "proved for sizes"),
        (EvidenceKind.PROVED, True, Verdict.HOLDS, "proved"),
        (EvidenceKind.PROVED, False, Verdict.AGREES, "agrees"),
    ],
)
def test_what_was_only_tried_agrees(
    by: EvidenceKind, proved: bool, verdict: Verdict, word: str
) -> None:
    """Nothing is called proved that algebra did not prove."""

    def even(asserted: Any, run: Run) -> Evidence:
        return replace(is_even(asserted, run), proved=proved)

    judged = judge(claim(by=by, scope="two cases", procedure=even), Run())
    assert judged.verdict is verdict
    assert judged.to_dict()["evidence_kind"] == word
    refuted = judge(claim(by=by, scope="two cases", asserted=Case(5, "5"), procedure=even), Run())
    assert refuted.to_dict()["evidence_kind"] == "refuted"
    assert refuted.to_dict()["shown"] == "✗ 5 is even"


def test_a_judgement_has_the_words_of_the_contract() -> None:
    told = judge(claim(), Run(device="cpu")).to_dict()
    assert told["mutant"]["refused"] is True
    assert told["control"]["passed"] is True
    assert told["inside"] is None
    assert (told["verdict"], told["kind"], told["level"]) == ("HOLDS", "formula", "L1")
    undecided = replace(claim()).undecided().to_dict()
    assert undecided["verdict"] == "UNDECIDED"
    assert undecided["mutant"] is None


def test_is_zero_proves_refutes_and_admits() -> None:
    x, y = sympy.symbols("x y", positive=True)
    assert decide.is_zero((x + y) ** 2 - x**2 - 2 * x * y - y**2) is True
    assert decide.is_zero(sympy.log(x * y) - sympy.log(x) - sympy.log(y)) is True
    assert decide.is_zero(sympy.sin(x) ** 2 + sympy.cos(x) ** 2 - 1) is True
    assert decide.is_zero((x + y) ** 2 - x**2 - y**2) is False
    assert decide.is_zero(sympy.Matrix([x - x, x - y])) is False
    f = sympy.Function("f")
    assert decide.is_zero(f(x) - f(y)) is None
    assert decide.all_proved([True, None]) is None
    assert decide.all_proved([None, False]) is False


def test_every_takes_the_worst_part() -> None:
    holds, fails = decide.fact(True, "a"), decide.fact(False, "b")
    undecided = Evidence(Verdict.UNDECIDED, "c")
    assert decide.every([holds, undecided, fails]).verdict is Verdict.FAILS
    assert decide.every([holds, undecided]).verdict is Verdict.UNDECIDED
    assert decide.every([holds, holds]).verdict is Verdict.HOLDS
    assert decide.not_(fails).verdict is Verdict.HOLDS
    assert decide.not_(undecided).verdict is Verdict.UNDECIDED
    with pytest.raises(ValueError, match="case"):
        decide.enumeration(0, 0, "nothing")
