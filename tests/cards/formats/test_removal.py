"""A card's lines are taken out of a note, or over to another one, and nothing else changes."""

from pathlib import Path

import pytest

from cards.formats import read
from cards.formats.addition import AdditionError
from cards.formats.removal import cut, pasted

NOTE = """---
deck: D
---
Some prose first.

# One

Q: First?
A: Answer one.

   goes on
```check
answer: 2*x
variables: {x: real}
```

C: A [cloze] with [two] gaps.

Q: Second?
A:
```python
Q: not a card
# nor a heading
```

## Two

- prose

Q: Third?
A: Three.
"""


def cards(path: Path) -> list[str]:
    return [card.id for card in read(path).cards]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("at", range(5))
def test_a_card_leaves_and_comes_back_as_it_was(tmp_path: Path, at: int, ends: str) -> None:
    path, target = tmp_path / "a.md", tmp_path / "b.md"
    path.write_bytes(NOTE.replace("\n", ends).encode())
    card = read(path).cards[at]
    before = cards(path)
    taken = cut(path, card)
    assert card.id in taken.ids
    path.write_bytes(taken.after.encode())
    assert cards(path) == [id for id in before if id not in taken.ids]
    assert not read(path).problems
    for kept in ("Some prose first.", "# One", "## Two", "- prose"):
        assert kept in taken.after
    new, text = pasted(target, taken, "D")
    assert new is None
    target.write_bytes(text.encode())
    assert set(cards(target)) == taken.ids
    assert {one.deck for one in read(target).cards} == {"D"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("o.md", "# T\n\n- Gradient descent is a method that follows the slope downhill.\n"
         "- Momentum is a method that keeps a running mean of gradients.\n"),
        ("c.csv", "front,back\na,b\n"),
    ],
)  # fmt: skip
def test_a_line_of_another_kind_of_note_goes_alone_or_not_at_all(
    tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    for card in read(path).cards:
        try:
            taken = cut(path, card)
        except AdditionError:
            continue
        path.write_text(taken.after)
        left = cards(path)
        path.write_text(text)
        assert left == [id for id in cards(path) if id not in taken.ids]


def test_what_cannot_be_moved_is_said(tmp_path: Path) -> None:
    path, open_fence = tmp_path / "a.md", tmp_path / "b.md"
    path.write_text(NOTE)
    card = read(path).cards[0]
    taken = cut(path, card)
    open_fence.write_text("Q: a?\nA: b\n```\nopen\n")
    with pytest.raises(AdditionError, match="would not be the same"):
        pasted(open_fence, taken, "D")
    path.write_text("Q: other?\nA: one\n")
    with pytest.raises(AdditionError, match="has changed since"):
        cut(path, card)
