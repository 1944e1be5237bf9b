"""Claim and define fences: what is read, to which statement it belongs, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.formats import claim_fence
from cards.formats.native import read

NOTE = """# Softmax

Q: What does a square say?
A: That it is not negative.
```claim
claim: x^2 >= 0
```

- The square of a sum is
  the sum of squares.
  ```claim
  claim: sq(a + b) = sq(a) + sq(b)
  known: false
  ```

A paragraph of two
lines.

```claim
claim: x = x
clam: 3
```

```define
let: sq(x) = x^2
```
"""


def test_a_fence_belongs_to_the_statement_above_it():
    found = claim_fence.fences(NOTE)
    assert [(fence.line, fence.opened) for fence in found] == [(3, 5), (9, 11), (16, 19)]
    assert found[0].text == "What does a square say? A: That it is not negative."
    assert found[1].text == "The square of a sum is the sum of squares."
    assert found[1].statement.known == "false"
    assert found[1].statement.define == ("sq(x) = x^2",)
    assert found[2].error == "a claim has no `clam`: did you mean `claim`?"
    assert found[2].error_line == 21


def test_a_card_keeps_its_claim_and_a_bad_fence_spoils_nothing():
    note = read("n.md", NOTE)
    (card,) = note.cards
    assert card.check.statement["claim"] == "x^2 >= 0"
    assert not card.computed
    (problem,) = note.problems
    assert (problem.line, problem.severity) == (21, "error")


def test_a_check_and_a_claim_go_together():
    text = "Q: a\nA: b\n```claim\nclaim: x >= 0\n```\n```check\nanswer: 2*x\n```\n"
    note = read("n.md", text)
    (card,) = note.cards
    assert card.check.answer == "2*x"
    assert card.check.statement["claim"] == "x >= 0"
    assert not note.problems


def test_a_check_may_name_a_claim_of_its_note():
    text = (
        "Q: a\nA: b\n```check\nanswer: 2*x\nclaim: squares\n```\n\n"
        "- A square.\n```claim\nid: squares\nclaim: x^2 >= 0\n```\n"
    )
    (card,) = read("n.md", text).cards
    assert card.check.claim is None
    assert card.check.statement["claim"] == "x^2 >= 0"


@pytest.mark.parametrize(
    ("lines", "message", "line"),
    [
        (["x: 1"], "a claim has no `x`", 0),
        (["claim:"], "`claim` needs a value", 0),
        (["claim: a = b", "claim: c = d"], "given twice", 1),
        (["says: hello"], "needs a line `claim: …`", 0),
        (["claim: x = 1", "known: maybe"], "false or open", 1),
        (["claim: x = 1", "variables: {x}"], "{x: positive", 1),
        (["nothing here"], "one `name: value` a line", 0),
    ],
)
def test_what_is_wrong_is_said_at_its_line(lines, message, line):
    with pytest.raises(claim_fence.FenceError) as caught:
        claim_fence.parse(lines)
    assert message in caught.value.message
    assert caught.value.line == line


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_lines_are_read_or_refused_in_words(lines):
    text = "- A statement.\n```claim\n" + "\n".join(lines) + "\n```\n"
    for fence in claim_fence.fences(text):
        assert fence.statement is not None or fence.error
