"""What stands between the bullets of an outline: paragraphs, and what is left out."""

import pytest

from cards.formats import outline
from cards.formats.outline.sections import cut

LOGIT = ("Logits", "- **Logit**: a score before softmax.")


@pytest.mark.parametrize(
    "below",
    [
        ("", "| a | b |", "|---|---|", "| x | y |"),
        ("| a | b |", "|---|---|", "| x | y |"),
        ("", "> Somebody said this,", "and that."),
        ("", "[^1]: See the book", "of 1990."),
        ("", "[p]: https://example.org"),
        ("", "<div>", "hello", "</div>"),
        ("", "---"),
        ("- [ ] Buy: milk and bread today", "  and eggs", "", "  and cheese"),
        ("- [x] Done: the dishes of a week",),
    ],
)
def test_tables_quotes_notes_and_tasks_are_no_part_of_a_bullet(below):
    text = "\n".join([*LOGIT, *below, "", "- **Bias**: a constant that is added."])
    assert [(card.prompt, card.answer) for card in outline.read("o.md", text).cards] == [
        ("What is “Logit”?", "A score before softmax."),
        ("What is “Bias” in Logits?", "A constant that is added."),
    ]


def test_a_paragraph_below_a_bullet_stands_for_itself():
    found, _ = cut([*LOGIT, "", "One paragraph,", "going on.", "", "Another."])
    assert [item.text for item in found[0].items[1:]] == ["One paragraph,\ngoing on.", "Another."]
    found, _ = cut([*LOGIT, "", "  It goes on.", "", r"\[x = y\]", "", "- Next"])
    assert [item.text for item in found[0].items] == [
        "**Logit**: a score before softmax.\nIt goes on.\n\\[x = y\\]",
        "Next",
    ]


def test_a_heading_above_tasks_is_a_heading():
    found, _ = cut([*LOGIT, "", "To do", "- [ ] Buy milk", "- **Bias**: a constant"])
    assert [section.headings for section in found] == [("Logits",), ("To do",)]


@pytest.mark.parametrize(
    ("below", "told"),
    [
        (("", "> The process of loading a kernel into memory"), 1),
        (("> The process of loading a kernel", "> into memory", "", "It is old."), 1),
        (("> Whoever starts anew has lost nothing.",), 0),
        (("> The process of loading me into memory",), 0),
        (("> The joy of starting anew — Ada Example",), 0),
        (("Some text.", "> The process of loading a kernel into memory"), 0),
    ],
)
def test_a_phrase_quoted_right_below_a_heading_says_what_it_names(below, told):
    note = outline.read("o.md", "\n".join(["# Systems", "", "## Bootstrap Loading", *below]))
    asked = [card.prompt for card in note.cards]
    assert asked == ["What is Bootstrap Loading?"] * told
