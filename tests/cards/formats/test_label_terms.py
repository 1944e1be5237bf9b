"""Which labels before an explanation are terms, and which headings name what they are terms of."""

import pytest

from cards.formats.outline import subjects, terms


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("Reminder", "A tide table is made for one harbour"),
        ("Topic", "The mentoring of new members of a crew"),
        ("Harbour MOC", "The start of all notes on harbours"),
        ("Highest tide", "Comes at the new moon when both bodies pull"),
        ("Water falls", "The berth is dry until the next flood"),
        ("Tides aren't fixed", "They shift by an hour each day"),
        ("Pilot uses local charts", "He knows where the sand has moved"),
        ("Winds and currents", "Charts of the open sea for each month"),
        ("Fishing rights", "The speaker stresses how old these treaties are"),
        ("Trawling", "Fishing is a trade of many coasts and towns"),
        ("Dredging", "Dredging is another cause of lost seagrass"),
        ("Slack water", "(the end of the ebb)"),
        ("Joshua Slocum", "The Long Voyage Alone Around Continents"),
        ("Old charts", "Ignored when the sounding contradicts them"),
        ("Essence", "Keeping a ship off the ground in every state of the tide"),
        ("Berths", "Revisit the plan of the harbour each spring"),
    ],
)
def test_a_label_that_names_nothing_to_define_is_no_term(label, told):
    assert terms.fault_of(label, told, named=True)


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("Slack water", "The time at which a tidal stream stands still"),
        ("Least privilege", "Giving programs only the rights that they need"),
        ("Spring tide", "Sun and moon pull along one line, so the range is large"),
        ("Rate of drift", "The speed at which a ship is carried by a stream"),
        ("Dredger", "A ship that clears sand from the bed of a harbour"),
    ],
)
def test_a_label_that_is_explained_is_a_term(label, told):
    assert not terms.fault_of(label, told, named=True)


@pytest.mark.parametrize(
    "heading",
    [
        "index",
        "Formal Definition",
        "Core Idea",
        "wk6",
        "According to Fishermen,",
        "Harbour Depth Is King",
        "The harbour office provides",
        "A strategy for deep harbours",
        "Various harbours of today",
        "Connections to other harbours",
        "Quick Reference Table",
        "Harbour comparison",
    ],
)
def test_a_heading_that_is_no_name_says_not_what_a_term_belongs_to(heading):
    assert not subjects.is_subject(heading)


@pytest.mark.parametrize(
    "heading", ["Tidal harbours", "Hash tables", "Hydrography", "A priori logic"]
)
def test_a_heading_that_is_a_name_says_what_a_term_belongs_to(heading):
    assert subjects.is_subject(heading)
