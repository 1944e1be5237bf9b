"""What a package loses: listed item by item, each kind that names no item once."""

from cards.formats.anki.package import Losses


def test_a_loss_that_names_no_item_is_listed_once():
    losses = Losses()
    for card in range(300):
        losses.add("the script of the template Seas, Card 1")
        losses.add("a flag", f"Which sea is number {card}?") if card < 2 else None
    assert list(losses.lines()) == [
        "the script of the template Seas, Card 1",
        "a flag: Which sea is number 0?",
        "a flag: Which sea is number 1?",
    ]


def test_of_many_losses_the_sums_are_told():
    losses = Losses()
    for card in range(300):
        losses.add("a flag", f"Which sea is number {card}?")
    *listed, last = losses.lines()
    assert len(listed) == 200
    assert last == "300 in all: a flag"
