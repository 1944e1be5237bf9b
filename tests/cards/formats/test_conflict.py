"""Notes in which git left a conflict."""

import pytest

from cards.formats.conflict import conflict_in

CARD = "Q: What is red?\nA: a colour\n"
LEFT = "<<<<<<< HEAD\n{0}=======\n{1}>>>>>>> other\n"
BOTH = LEFT.format(CARD, CARD.replace("a colour", "a warm colour"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"# T\n\n{BOTH}", 3),
        (f"{CARD}```check\n" + LEFT.format("hint: a\n", "hint: b\n") + "```\n", 4),
        (BOTH.replace("=======", "||||||| base\nQ: old?\n======="), 1),
        (f"```\n{BOTH}```\n{CARD}", None),
        (f"```text\n{BOTH}```\n{BOTH}", 10),
        (f"{CARD}<<<<<<< is a mark of git\n", None),
        (f"    {BOTH}", None),
        (CARD, None),
    ],
)
def test_a_conflict_is_found_but_in_code(text: str, line: int | None) -> None:
    assert conflict_in(text) == line


@pytest.mark.parametrize("sign", ["<<<<<<< a\n", "=======\n", "```\n<<<<<<< \n", ">>>>>>> b\n"])
def test_many_marks_are_read_quickly(sign: str) -> None:
    conflict_in(sign * 20_000)
