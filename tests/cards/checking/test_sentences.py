"""Sentences under bundled topics get the verdicts of the claims that they are."""

import pytest

from cards.checking.audit import audit_note
from sims import registry


def rows(text):
    return {row.line: row for row in audit_note("n.md", text, lambda _: {}).rows}


def test_a_sentence_that_is_a_claim_has_its_verdict_and_what_would_be_right():
    found = rows("# Gini coefficient\n\n- A Gini of 1 means that one person holds everything.\n")
    row = found[3]
    assert (row.kind, row.claim, row.verdict, row.evidence_kind) == (
        "sentence", "24.4", "FAILS", "refuted",
    )  # fmt: skip
    assert "1 - 1/n" in row.right
    assert row.wrong


@pytest.mark.parametrize(
    "said",
    [
        "- A Gini of 1 does not mean that one person holds everything.",
        "- A Gini of 1 - 1/n means that one person holds everything.",
        "- A Gini of 0 means that one person holds everything.",
    ],
)
def test_a_sentence_that_says_something_else_is_related_and_not_checked(said):
    row = rows(f"# Gini coefficient\n\n{said}\n")[3]
    assert (row.claim, row.verdict) == (None, "not checked")
    assert "24.4" in row.related


def test_under_another_heading_nothing_is_linked():
    found = rows(
        "Gini coefficient\n- Perfect equality gives a Gini coefficient of 0.\n\n"
        "Poverty\n- Perfect equality gives a Gini coefficient of 0.\n"
    )
    assert (found[2].claim, found[2].verdict) == ("24.3", registry.claim("24.3").expected)
    assert (found[5].claim, found[5].related) == (None, ())


@pytest.mark.parametrize(
    ("line", "claim", "verdict"),
    [
        ("C: A Gini of [1] means that one person holds [everything].", "24.4", "FAILS"),
        ("C: A Gini coefficient of [0] means perfect equality.", "24.3", "HOLDS"),
        ("C: A Gini of [0] means that one person holds everything.", None, "not checked"),
    ],
)
def test_a_cloze_says_what_its_gaps_hide(line: str, claim: str | None, verdict: str):
    row = rows(f"# Gini coefficient\n\n{line}\n")[3]
    assert (row.text, row.claim, row.verdict) == (line, claim, verdict)


def test_a_cloze_is_refuted_as_its_card_is():
    row = rows("# Softmax\n\nC: Softmax weights do not [sum to 1].\n")[3]
    assert (row.claim, row.verdict) == ("5.1", "FAILS")
