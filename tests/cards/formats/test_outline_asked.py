"""Questions that a note asks and answers itself, in the ways in which people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.card import Kind
from cards.formats import read
from cards.formats.outline import read as outline
from cards.formats.outline.asked import own_questions

PAGE_FAULT = "A trap raised when a process touches a page that is not in memory."
FORMS = {
    "heading": f"### 1. What is a page fault?\n\n{PAGE_FAULT}",
    "labels in bold": f"**Question:** What is a page fault?\n**Answer:** {PAGE_FAULT}",
    "numbered labels": f"Q1. What is a page fault?\nAns: {PAGE_FAULT}",
    "a bold question": f"**Q: What is a page fault?**\n\nA: {PAGE_FAULT}",
    "folded": "<details>\n<summary>What is a page fault?</summary><br>\n\n"
    f"{PAGE_FAULT}\n\n</details>",
    "folded answer": "#### What is a page fault?\n<details><summary>Show answer</summary>\n"
    f"{PAGE_FAULT}</details>",
    "front and back": f"**Front:** What is a page fault?\n**Back:** {PAGE_FAULT}",
    "a table": "| # | Question | Answer |\n|---|---|---|\n"
    f"| 1 | What is a page fault? | {PAGE_FAULT} |",
    "callout": f"> [!question]- What is a page fault?\n> {PAGE_FAULT}",
    "callout with its question below": f"> [!faq]\n> What is a page fault?\n> {PAGE_FAULT}",
}
CHOICES = {
    "boxes": "#### Q. Which of them is volatile?\n\n* [ ] SSD\n* [x] RAM\n* [ ] Tape",
    "an open sentence": "#### Q. Which of them is volatile:\n\n- [ ] SSD\n- [x] RAM\n- [ ] Tape",
    "letters": "**Q2: Which of them is volatile?**\nA) SSD\nB) RAM\nC) Tape\n\n**Answer: B**",
    "a mark": "1. Which of them is volatile?\nA) SSD\nB) RAM *[CORRECT]\nC) Tape",
    "bold": "## Which of them is volatile?\n- A. SSD\n- **B. RAM**\n- C. Tape",
    "folded": "Which of them is volatile?\n\n- A) SSD\n- B) RAM\n- C) Tape\n\n"
    "<details><summary>Reveal answer</summary>\n\n**Answer: B)**\n\n</details>",
}


def of(*parts):
    return outline("os.md", "\n\n".join(("# Operating systems", *parts)) + "\n")


@pytest.mark.parametrize("form", FORMS)
def test_a_question_is_asked_as_it_was_written(form):
    note = of(FORMS[form], "## Next\n\nSome other words.")
    asked = [card for card in note.cards if card.prompt == "What is a page fault?"]
    assert [(card.kind, card.answer) for card in asked] == [(Kind.BASIC, PAGE_FAULT)]
    assert asked[0].headings[0] == "Operating systems"


@pytest.mark.parametrize("form", CHOICES)
def test_options_make_a_choice_where_the_note_says_which_is_right(form):
    (card,) = of(CHOICES[form]).cards
    assert (card.kind, card.prompt[:-1], card.answer) == (
        Kind.CHOICE, "Which of them is volatile", "RAM",
    )  # fmt: skip
    assert set(card.check.choices) == {"SSD", "Tape"}


@pytest.mark.parametrize(
    "text",
    [
        "Which of them is volatile?\n- A) SSD\n- B) RAM",  # which is right is not said
        "- [ ] What is left to do?\n- [x] Buy milk\n- [ ] Buy bread",  # things to do
    ],
)
def test_lists_that_say_no_answer_make_no_choice(text):
    assert not [card for card in of(text).cards if card.kind is Kind.CHOICE]


@pytest.mark.parametrize(
    ("prompt", "kept"),
    [
        ("How do you calculate the median of ten numbers?", True),
        ("What does it mean for two events to be independent?", True),
        ("Why is it important to decompose a time series?", True),
        ("What is its capital?", False),
        ("Why does this matter?", False),
    ],
)
def test_a_question_that_leans_on_the_note_is_left_out_with_the_reason(prompt, kept):
    note = of(f"Q1. {prompt}\nAns: Some words that answer it.")
    assert [card.prompt for card in note.cards] == ([prompt] if kept else [])
    assert bool(note.left_out) is not kept


def test_an_answer_to_a_question_in_bold_does_not_make_a_note_native(tmp_path):
    path = tmp_path / "os.md"
    path.write_text(f"# Operating systems\n\n{FORMS['a bold question']}\n")
    note = read(path)
    assert [card.prompt for card in note.cards] == ["What is a page fault?"]
    assert not [problem for problem in note.problems if problem.severity == "error"]


_LINE = st.sampled_from(
    ["<details>", "</details>", "<summary>What is a page?</summary>", "> [!question] Why?", "> a",
     "Q1. What is it?", "Ans: $x$", "- [x] a", "- [ ] b", "A) c", "B) d", "**Answer: B**", "```",
     "# What is a page?", "## Why?", "", "text", "<summary>", "$$", "x < b > y"]
)  # fmt: skip


@given(st.lists(_LINE, max_size=14))
def test_no_line_is_made_up_and_none_is_moved(lines):
    found, left = own_questions(lines, "it")
    assert len(left) == len(lines)
    assert all(now in (line, "") for line, now in zip(lines, left, strict=True))
    taken = [question.line for _, question in found]
    assert taken == sorted(set(taken))
    outline("n.md", "\n".join(lines))


def test_a_question_that_gives_no_card_is_not_the_topic_of_the_next():
    note = outline("systems.md", "\n\n".join(("#### Q. Why?", "Because.", CHOICES["boxes"])) + "\n")
    (card,) = [card for card in note.cards if card.kind is Kind.CHOICE]
    assert (card.topic, card.headings) == ("systems", ("systems",))


LONG = "\n\n".join(f"The pager writes page {n} of the process to the disk." for n in range(9))


@pytest.mark.parametrize(
    "below",
    [
        LONG,  # a section
        "\n".join(f"- page {n} of a process" for n in range(7)),
    ],
)
def test_a_whole_section_is_no_answer_to_its_heading(below):
    heading = "### Why does a page fault trap into the kernel?\n\n"
    assert not [card for card in of(heading + below).cards if card.prompt.startswith("Why does a")]


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("- `2` tells the kernel the number of pages", "What does `2` do?"),
        ("- `lib/pager.py` writes pages to the disk", "What does `lib/pager.py` do?"),
    ],
)
def test_code_that_only_the_note_knows_is_not_asked(line, prompt):
    known = "- `fsync()` writes what is cached of a file to the disk"
    prompts = [card.prompt for card in of("## Calls\n\n" + known + "\n" + line).cards]
    assert "What does `fsync()` do?" in prompts
    assert prompt not in prompts


def test_a_command_is_not_asked_by_what_speaks_to_the_reader():
    fence = "\n\n```bash\nsudo nc -l 80\n```\n"
    kept, left = "To listen on a port of the machine:", "To listen on a low port, you must be root:"
    assert any("Which command" in card.prompt for card in of(kept + fence).cards)
    assert not any("Which command" in card.prompt for card in of(left + fence).cards)


@pytest.mark.parametrize("text", ["~~~\n```\n{}\n~~~\n", "```\n```sh\n{}\n```\n"])
def test_what_stands_in_a_fence_with_ticks_in_it_is_not_asked(text):
    asked = "Q: Which tree keeps its keys in order?\nA: A search tree"
    found, _ = own_questions(text.format(asked).split("\n"), "Trees")
    assert not found
