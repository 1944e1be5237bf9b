"""What stands under headings of points, lines that do not go on, links to notes, fields."""

import pytest


@pytest.mark.parametrize(
    "heading",
    [
        "Rationale",
        "Validity Concerns",
        "Integration Possibilities",
        "Potential improvements",
        "Effective Mechanisms",
        "Exam Key Points",
        "Relevance to Hydrology",
    ],
)
def test_a_label_under_a_heading_of_points_is_no_term(asked, heading: str):
    line = "- **Silt budget**: Freezing the weir keeps some 30 % of the silt above the mill."
    assert not asked(f"# Watermills\n\n## {heading}\n\n{line}\n")


@pytest.mark.parametrize(
    "heading",
    [
        "Treatment of old weirs involves",
        "Leats have several possible faults",
        "Five stages, one step per stage",
        "Anatomy of a sluice",
        "Full document",
        "Transcript",
    ],
)
def test_a_heading_that_says_what_is_done_is_no_field(asked, heading: str):
    line = "- **Header pond**: A pond that holds the water of a mill until it is needed."
    prompts = asked(f"# Watermills\n\n## {heading}\n\n{line}\n", everything=True)
    assert "What is “Header pond” in Watermills?" in prompts


def test_a_line_that_does_not_go_on_is_a_statement_of_its_own(asked):
    text = (
        "# Mills\n\n- **Leat**: a channel that leads the water of a river to a mill\n"
        "  Millstones of quartz last for some forty years in a mill that runs by day and by night "
        "and needs no dressing, says an old miller of the place\n"
    )
    assert list(asked(text).values()) == ["A channel that leads the water of a river to a mill"]


def test_lines_in_small_letters_tell_of_a_thing_each(asked):
    text = (
        "# Mills\n\na leat is a channel that leads water to a mill\n"
        "the tail race is a channel that leads water off\n"
    )
    assert asked(text)["What is a leat?"] == "A channel that leads water to a mill"


def test_somebody_s_friend_is_no_card(asked):
    assert not asked("# Mills\n\nTom, a friend of mine, is the miller of this place.\n")


def test_a_line_broken_to_a_width_goes_on(asked):
    text = (
        "# Mills\n\n- **Leat**: a channel that leads the water of a river from the weir of\n"
        "  Hexham to the wheel of a mill\n"
    )
    assert any(answer.endswith("wheel of a mill") for answer in asked(text).values())


def test_the_path_of_a_note_reads_as_its_name(asked):
    text = "# Mills\n\nA leat is a [[concepts/water-supply-channel]] that ends at a wheel.\n"
    assert asked(text)["What is a leat?"] == "A water supply channel that ends at a wheel"
    text = "# Mills\n\nA leat is a [[client/server]] channel that ends at a wheel.\n"
    assert asked(text)["What is a leat?"] == "A client/server channel that ends at a wheel"


@pytest.mark.parametrize(
    "line",
    [
        "## Related\n\n- **Tail race**: A channel that leads the water away from a mill.",
        "## Theories\n\n- [[theories/silt-and-water]] — The upstream drive that a weir exploits.",
    ],
)
def test_what_points_to_other_notes_asks_nothing(asked, line: str):
    assert not asked(f"# Watermills\n\n{line}\n", everything=True)


def test_a_word_of_many_fields_is_asked_with_its_field(asked):
    text = "# Version control\n\n- **Revision**: A version of a file that is kept for good.\n"
    assert any("in version control" in prompt.lower() for prompt in asked(text))


@pytest.mark.parametrize(
    "line",
    [
        "- **Millers reject wet grain**: Paying less for a sack because its water adds weight.",
        "- **Clean thoroughly**: Dressing of the stones and sweeping of the floor of the mill",
        "- **leat-width**: the width of the leat",
    ],
)
def test_a_sentence_or_an_order_is_no_term(asked, line: str):
    assert not asked(f"# Watermills\n\n{line}\n")


@pytest.mark.parametrize(
    "text",
    [
        "| Field | Value |\n|---|---|\n| Account | millhouse |\n| Connected by | J. Smeaton |",
        "| Phase | Goal |\n|---|---|\n| Week 1-2 | Build a first weir |\n| Week 3 | Dig a leat |",
        "**Q: Does the paper describe how the weirs were measured?**\n\n**A:** [Yes]",
    ],
)
def test_what_only_its_note_needs_is_not_asked(asked, text: str):
    assert not asked(f"# Watermills\n\n{text}\n")


def test_the_label_of_an_answer_is_no_part_of_it(asked):
    text = "# Watermills\n\n**Q**: What turns a millstone?\n**A**: A shaft below the floor.\n"
    assert asked(text)["What turns a millstone?"] == "A shaft below the floor."


def test_characteristics_are_many(asked):
    text = "| Wheel | Characteristics |\n|---|---|\n| Noria | lifts water |\n| Tub | lies flat |"
    prompts = asked(f"# Watermills\n\n{text}\n", everything=True)
    assert all(prompt.find("are the characteristics") >= 0 for prompt in prompts)
    assert prompts
