"""Answers that liken, rank or compare a thing, and do not say what it is."""

import pytest

from cards.formats.outline.faults.answer import fault_of


@pytest.mark.parametrize(
    "told",
    [
        "Like a tap that never closes",
        "Just another pump",
        "The heart of every mill",
        "A core part of the old town",
        "The method of choice for narrow valleys",
        "The most famous of the Dutch mills",
        "The leader in turbines since 1920",
        "Cheaper, lower losses",
        "Slower than the overshot wheel",
        "Easier to mend than a turbine",
        "More robust and quiet than a pump",
        "The first step of a mill's day",
        "Suitable for narrow valleys",
        "Highly sensitive to the height of the tailwater",
        "Such as those of the Weald",
        "E.g. a wheel of oak",
        "A wheel that turns if",
        "The wheel of a mill which",
        "The straight green lines",
    ],
)
@pytest.mark.parametrize("asked", ["What is a Breastwheel?", "What is meant by “Breastwheel”?"])
def test_what_likens_or_ranks_is_no_meaning(asked: str, told: str):
    assert fault_of(asked, told)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("What is a Breastwheel?", "A water wheel that is filled at the height of its axle"),
        ("What is a Headrace?", "The most upstream part of a canal, which feeds the wheel"),
        ("What is meant by “Leat”?", "Lower-lying ditch that leads water to a mill"),
        ("What is meant by “Flume”?", "Greater trough of wood in which water runs to a wheel"),
        ("What is the drawback of Flumes?", "Higher losses, lower life"),
        ("What is meant by “Gauge”?", "Measure of how high the water of a mill is"),
        ("What is a Contour?", "A line along the points of one height"),
        ("What is meant by “Shut”?", "Famous gate that closes a weir"),
        ("What does a pond give?", "More head than a leat"),
        ("What is meant by “Lade”?", "A part of a mill's works that leads water away"),
    ],
)
def test_what_says_what_a_thing_is_stays(asked: str, told: str):
    assert not fault_of(asked, told)


def test_what_once_became_of_a_thing_is_no_meaning():
    assert fault_of("What is meant by “Decline of Mills”?", "Lost 60% of the wheels by 1920")
    assert not fault_of(
        "What is meant by “Mill Acts”?", "Laws that let mills flood land since 1712"
    )
