"""Where a note lies is a matter of each device: its cards are looked for there, whoever synced."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cards.card import Card
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.records import FileReport
from db.store import Store
from db.sync import Moved

PC, MAC = "/home/pc/n.md", "/Users/mac/n.md"
NOTHING = Moved()


class Home:
    """A store, and the note as this device has it."""

    def __init__(self, store: Store, path: str) -> None:
        self.store, self.path = store, path

    def take_in(self, *cards: Card) -> FileReport:
        placed = tuple(replace(card, file=self.path, line=at) for at, card in enumerate(cards))
        report = self.store.import_notes([Note(self.path, placed)], digests={self.path: "d"})
        return report.files[0]

    def place(self, id: str) -> tuple[str, int]:
        card = self.store.card(id).card
        return card.file, card.line


@pytest.fixture
def pc(open_store: Any) -> Home:
    return Home(open_store("pc.db"), PC)


@pytest.fixture
def mac(open_store: Any) -> Home:
    return Home(open_store("mac.db"), MAC)


@pytest.fixture
def old(card: Callable[..., Card]) -> Card:
    return card(0, prompt="What does the softmax function turn scores into?")


@pytest.fixture
def new(old: Card) -> Card:
    return replace(old, id="new", prompt="What does the softmax function turn its scores into?")


@pytest.fixture(autouse=True)
def shared(pc: Home, mac: Home, old: Card, card: Any, place: Any, clock: Any) -> None:
    """Let both devices keep one note, in two places, and have studied it."""
    pc.take_in(old, card(1), card(2))
    pc.store.answer(old.id, Rating.EASY, seconds=1)
    clock.forward(minutes=1)
    mac.store.sync(place("pc.db"))
    assert mac.place(old.id) == (PC, 0)  # known only by the sync
    mac.take_in(old, card(1), card(2))
    clock.forward(minutes=1)
    mac.store.sync(place("pc.db"))


def test_an_edit_finds_its_card_after_another_device_imported_the_note_elsewhere(
    pc: Home, mac: Home, old: Card, new: Card, card: Any, place: Any
) -> None:
    assert (pc.place(old.id), mac.place(old.id)) == ((PC, 0), (MAC, 0))
    report = pc.take_in(new, card(1))
    assert (report.relinked, report.new, report.removed) == (1, 0, 1)
    assert pc.store.card("new").reps == 1
    pc.store.sync(place("mac.db"))
    for store in (pc.store, mac.store):
        assert [stored.state for stored in store.cards()].count("missing") == 1
        assert store.card("new").reps == 1
        assert store.rebuild()


def test_a_card_reworded_elsewhere_lies_where_it_lay(
    pc: Home, mac: Home, old: Card, new: Card, card: Any, place: Any, clock: Any
) -> None:
    """So that the device that has it as it was, or otherwise again, finds it in its note."""
    pc.take_in(new, card(1), card(2))
    clock.forward(minutes=1)
    pc.store.sync(place("mac.db"))
    assert mac.place("new") == (MAC, 0)
    assert mac.store.unchanged(MAC, "d") is None  # it is to be read again
    again = replace(new, id="again", prompt=f"{new.prompt} Say it.")
    report = mac.take_in(again, card(1), card(2))
    assert (report.relinked, report.new, report.removed) == (1, 0, 0)
    assert mac.store.card("again").reps == 1


def test_a_card_edited_elsewhere_lies_where_it_lay(
    pc: Home, mac: Home, old: Card, card: Any, place: Any, clock: Any
) -> None:
    pc.take_in(card(3), card(1, answer="Edited."), old, card(2))
    clock.forward(minutes=1)
    pc.store.sync(place("mac.db"))
    assert mac.store.card("card-1").card.answer == "Edited."
    assert (mac.place("card-1"), mac.place("card-3")) == ((MAC, 1), (PC, 0))
    assert mac.store.unchanged(MAC, "d") is None


def test_a_note_that_comes_before_the_rest_of_a_broken_off_sync(
    pc: Home,
    old: Card,
    new: Card,
    card: Any,
    open_store: Any,
    place: Any,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The log says already that the card has another id, and its old row lies elsewhere."""
    third = Home(open_store("third.db"), "/home/third/n.md")
    third.store.sync(place("pc.db"))
    pc.take_in(new, card(1), card(2))
    clock.forward(minutes=1)

    def broken_off(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("db.sync.rows.exchange", broken_off)
        with pytest.raises(KeyboardInterrupt):
            third.store.sync(place("pc.db"))
    third.take_in(new, card(1), card(2))
    assert {stored.card.id for stored in third.store.cards()} == {"new", "card-1", "card-2"}
    assert third.store.card("new").reps == 1
    assert third.store.rebuild()


def test_cards_that_only_moved_are_no_news(
    pc: Home, mac: Home, old: Card, card: Any, place: Any, clock: Any
) -> None:
    """Or a line put in above would win over another device's edit of the text."""
    mac.take_in(old, card(1, answer="Edited."), card(2))
    clock.forward(minutes=1)
    report = pc.take_in(card(2), card(1), old)
    assert (report.unchanged, pc.place("card-2")) == (3, (PC, 0))
    report = pc.store.sync(place("mac.db"))
    assert (report.sent, report.conflicts) == (NOTHING, [])
    assert pc.store.card("card-1").card.answer == "Edited."
    assert (pc.place(old.id), mac.place(old.id)) == ((PC, 2), (MAC, 0))
    again = pc.store.sync(place("mac.db"))
    assert (again.sent, again.received) == (NOTHING, NOTHING)
