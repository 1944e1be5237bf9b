"""Long lines: where reading one took the square of its length, these would take minutes."""

import pytest

from cards.formats import native, outline

LONG = 200_000


@pytest.mark.parametrize("line", ["# a" + " " * LONG + "b", "# a" + " #" * LONG + "b"])
def test_a_long_heading_is_read(line):
    (card,) = native.read("note.md", f"{line}\nQ: a\nA: b").cards
    assert card.headings == (line[2:],)
    (card,) = outline.read("note.md", f"{line}\n- Cost: a lot of memory for the tables").cards
    assert card.headings == (" ".join(line[2:].split()),)
