"""Badges of cards with a claim fence of their own: what a decision gives, and who decides."""

import pytest

from cards.formats import read
from cards.statements.badges import decided, word_of
from cards.statements.verdicts import evidence_kind

NOTE = """# Sums

Q: What is the square of a sum?
A: a^2 + 2ab + b^2
```claim
claim: (a + b)^2 = a^2 + 2*a*b + b^2
```

Q: Is it a^2 + b^2?
A: No
```claim
claim: (a + b)^2 = a^2 + b^2
known: false
```

Q: What has no claim?
A: This
"""
DECIDED = {
    "(a + b)^2 = a^2 + 2*a*b + b^2": {"verdict": "HOLDS", "kind": "proved"},
    "(a + b)^2 = a^2 + b^2": {"verdict": "FAILS", "kind": "refuted"},
}


@pytest.mark.parametrize(
    ("evidence", "known", "word"),
    [
        ({"verdict": "HOLDS", "kind": "all cases"}, None, "all cases"),
        ({"verdict": "AGREES", "kind": "agrees"}, None, "agrees"),
        ({"verdict": "FAILS", "kind": "refuted"}, None, "refuted"),
        ({"verdict": "FAILS", "kind": "refuted"}, "false", "corrects"),
        ({"verdict": "CONDITIONAL", "kind": "proved"}, None, "conditional"),
        ({"verdict": "UNDECIDED"}, None, None),
        ({"verdict": "HOLDS", "kind": "a guess"}, None, None),
        ({"error": "x is not known"}, None, None),
        ({}, None, None),
    ],
)
def test_a_decision_on_a_fence_has_a_word(evidence, known, word):
    assert word_of(evidence, known) == word


def test_cards_of_claim_fences_have_the_badge_of_what_was_decided(tmp_path):
    path = tmp_path / "sums.md"
    path.write_text(NOTE)
    note = read(path)
    assert [card.check and card.check.evidence for card in note.cards] == [None, None, None]
    (told,) = decided([note], lambda said: DECIDED[said["claim"]])
    assert [card.check and card.check.evidence for card in told.cards] == [
        "proved", "corrects", None,
    ]  # fmt: skip
    assert evidence_kind(told.cards[0].check) == "proved"
    assert decided([note], lambda _: None) == [note]


def test_a_fence_that_fails_is_told_at_the_line_of_its_card(tmp_path):
    path = tmp_path / "sums.md"
    path.write_text(NOTE)
    found = {"verdict": "FAILS", "kind": "refuted", "shown": "✗ at a = 1", "right": "a^2"}
    (told,) = decided([read(path)], lambda _: found)
    first = told.problems[0]
    assert (first.line, first.severity) == (told.cards[0].line, "note")
    assert first.message == "The claim of this card fails: ✗ at a = 1. Right is: a^2"
    only = {"verdict": "CONDITIONAL", "condition": "a > 0"}
    (told,) = decided([read(path)], lambda _: only)
    assert told.problems[0].message == "The claim of this card holds on a condition: a > 0"
