"""The examples of docs/cards.md are cards, and sound ones."""

import re
from pathlib import Path

import pytest

from cards.checking.check import check_card
from cards.formats import read
from cards.formats.check_fence import KEYS

PAGE = Path(__file__).parents[2] / "docs" / "cards.md"
TEXT = PAGE.read_text()
EXAMPLES = re.findall(r"^````markdown\n(.*?)^````$", TEXT, re.MULTILINE | re.DOTALL)
COUNTS = [1, 2, 3, 1, 1, 1, 1, 3, 1, 1, 1]


def test_every_example_is_known():
    assert len(EXAMPLES) == len(COUNTS)


@pytest.mark.parametrize(("example", "count"), [*zip(EXAMPLES, COUNTS, strict=True)])
def test_examples_are_sound_cards(tmp_path, example, count):
    path = tmp_path / "notes.md"
    path.write_text(example)
    note = read(path)
    problems = [*note.problems, *(p for card in note.cards for p in check_card(card).problems)]
    assert [str(problem) for problem in problems] == []
    assert len(note.cards) == count


def test_every_field_of_a_check_is_explained():
    explained = set(re.findall(r"`(\w+)`", TEXT.split("| field |")[1].split("\n\n")[0]))
    assert set(KEYS) <= explained
