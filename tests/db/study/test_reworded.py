"""Cards whose note is edited and imported while they are shown."""

from pathlib import Path

import pytest

from cards.formats import read
from cards.scheduling.fsrs import Rating
from db.store import Store

CARD = "Q: What is red?\nA: a colour\n"


@pytest.fixture
def reworded(store: Store, tmp_path: Path) -> str:
    """Return the id that a card had when it was shown; it is reworded twice since."""
    path = tmp_path / "note.md"
    path.write_text(CARD)
    store.import_notes([read(path)])
    shown = store.next_card()
    assert shown is not None
    for words in ("a warm colour", "a warm colour of blood"):
        path.write_text(CARD.replace("a colour", words))
        assert store.import_notes([read(path)]).files[0].relinked == 1
    return shown.stored.card.id


def test_a_rating_goes_to_the_card_that_was_shown(store: Store, reworded: str) -> None:
    review = store.answer(reworded, Rating.EASY, seconds=3)
    (card,) = store.cards()
    assert card.card.id == review.card_id != reworded
    assert (card.state, card.reps) == ("review", 1)
    assert store.undo(review.id) is not None
    assert store.cards()[0].state == "new"


def test_it_can_be_left_out(store: Store, reworded: str) -> None:
    store.suspend(reworded)
    assert store.cards()[0].state == "suspended"


def test_an_id_that_no_card_had_is_none(store: Store, reworded: str) -> None:
    with pytest.raises(LookupError, match="there is no card nothing"):
        store.answer("nothing", Rating.GOOD, seconds=1)
