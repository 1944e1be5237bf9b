"""A note that two devices keep, each where it likes: what it says there is what is asked there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cards.card import Card
from cards.scheduling.fsrs import Rating
from db.projections import review_columns as columns
from db.store import Store
from db.sync import Moved

PC, MAC = "/home/pc/n.md", "/Users/mac/n.md"
NOTHING = Moved()


@pytest.fixture
def old(card: Callable[..., Card]) -> Card:
    return card(0, prompt="What does the softmax function turn scores into?")


@pytest.fixture
def new(old: Card) -> Card:
    return replace(old, id="new", prompt="What does the softmax function turn its scores into?")


@pytest.fixture(autouse=True)
def shared(
    made_as_ours: None, pc: Any, mac: Any, old: Card, card: Any, place: Any, clock: Any
) -> None:
    """Let both devices keep one note, in two places, and have studied it."""
    pc.import_note(old, card(1), card(2))
    pc.store.answer(old.id, Rating.EASY, seconds=1)
    clock.forward(minutes=1)
    mac.store.sync(place("pc.db"))
    assert mac.place(old.id) == (PC, 0)  # known only by the sync
    mac.import_note(old, card(1), card(2))
    clock.forward(minutes=1)
    mac.store.sync(place("pc.db"))


def test_an_edit_finds_its_card_after_another_device_imported_the_note_elsewhere(
    pc: Any, mac: Any, old: Card, new: Card, card: Any, place: Any
) -> None:
    assert (pc.place(old.id), mac.place(old.id)) == ((PC, 0), (MAC, 0))
    report = pc.import_note(new, card(1))
    assert (report.relinked, report.new, report.removed) == (1, 0, 1)
    assert pc.store.card("new").reps == 1
    pc.store.sync(place("mac.db"))
    for store, missing in ((pc.store, 1), (mac.store, 0)):
        assert [stored.state for stored in store.cards()].count("missing") == missing
        assert store.card("new").reps == 1
        assert store.rebuild()


def test_a_card_reworded_elsewhere_is_asked_here_as_the_note_here_has_it(
    pc: Any, mac: Any, old: Card, new: Card, card: Any, place: Any, clock: Any
) -> None:
    """With its new id, so that what is done with it there counts here."""
    pc.import_note(new, card(1), card(2))
    pc.store.answer("new", Rating.GOOD, seconds=1)
    clock.forward(minutes=1)
    pc.store.sync(place("mac.db"))
    stored = mac.store.card("new")
    assert (stored.card.prompt, stored.reps, mac.place("new")) == (old.prompt, 2, (MAC, 0))
    for _ in range(2):  # reading the note again is no edit
        report = mac.import_note(old, card(1), card(2))
        assert (report.unchanged, report.updated, report.new, report.removed) == (3, 0, 0, 0)
    pc.store.sync(place("mac.db"))
    assert pc.store.card("new").card.prompt == new.prompt
    # It is found in other words again, and once the note has caught up.
    again = replace(new, id="again", prompt=f"{new.prompt} Say it.")
    report = mac.import_note(again, card(1), card(2))
    assert (report.relinked, report.new, report.removed) == (1, 0, 0)
    assert mac.store.card("again").reps == 2
    pc.store.sync(place("mac.db"))
    assert (pc.store.card("again").card.prompt, pc.store.card("again").reps) == (new.prompt, 2)
    assert pc.import_note(again, card(1), card(2)).updated == 1
    assert pc.store.card("again").card.prompt == again.prompt


def test_an_edit_stays_in_its_note_and_the_reviews_go_everywhere(
    pc: Any, mac: Any, old: Card, card: Any, place: Any, clock: Any
) -> None:
    pc.import_note(card(3), card(1, answer="Edited."), old, card(2))
    mac.store.answer("card-1", Rating.GOOD, seconds=1)
    clock.forward(minutes=1)
    pc.store.sync(place("mac.db"))
    assert mac.store.card("card-1").card.answer == card(1).answer
    assert pc.store.card("card-1").card.answer == "Edited."
    assert [home.store.card("card-1").reps for home in (pc, mac)] == [1, 1]
    assert (mac.place("card-1"), mac.place("card-3")) == ((MAC, 1), (PC, 0))
    assert mac.store.unchanged(MAC, "d") is not None  # nothing in it needs another look


def test_a_card_that_no_note_here_has_is_asked_in_its_newest_wording(
    pc: Any, mac: Any, old: Card, card: Any, place: Any, clock: Any, open_store: Any
) -> None:
    """It comes by way of a device whose note has it otherwise."""
    third = open_store("third.db")
    third.sync(place("mac.db"))
    pc.import_note(old, card(1, answer="Edited.", tags=("maths",), deck="Other"), card(2))
    clock.forward(minutes=1)
    mac.store.sync(place("pc.db"))
    assert mac.store.card("card-1").card.deck == "Deck"
    third.sync(place("mac.db"))
    found = third.card("card-1").card
    assert (found.answer, found.tags, found.deck) == ("Edited.", ("maths",), "Other")
    assert list(third.find("tag:maths edited")) == ["card-1"]
    assert third.rebuild()
    # Edited here it is the newest, there too.
    clock.forward(minutes=1)
    mac.import_note(old, card(1, answer="Mine."), card(2))
    third.sync(place("mac.db"))
    assert third.card("card-1").card.answer == "Mine."
    assert pc.store.sync(place("mac.db")).received.cards == 0
    assert pc.store.card("card-1").card.answer == "Edited."


def test_a_card_taken_out_of_a_note_stays_where_a_note_has_it(
    pc: Any, mac: Any, old: Card, card: Any, place: Any, clock: Any, open_store: Any
) -> None:
    third = open_store("third.db")
    third.sync(place("mac.db"))
    assert pc.import_note(old, card(1)).removed == 1
    clock.forward(minutes=1)
    mac.store.sync(place("pc.db"))
    third.sync(place("mac.db"))
    states = [store.card("card-2").state for store in (pc.store, mac.store, third)]
    assert states == ["missing", "new", "missing"]
    assert mac.import_note(old, card(1), card(2)).unchanged == 3
    # Edited there it is back where no note has it.
    clock.forward(minutes=1)
    mac.import_note(old, card(1), card(2, answer="Edited."))
    for store in (pc.store, third):
        store.sync(place("mac.db"))
        assert store.card("card-2").card.answer == "Edited."
        assert store.card("card-2").state == "new"
        assert store.rebuild()


def test_a_note_at_the_same_path_that_lacks_a_card_still_loses_none(
    pc: Any, old: Card, card: Any, open_store: Any, place: Any, clock: Any, new_home: Any
) -> None:
    new = new_home(open_store("new.db"), PC)
    new.store.sync(place("pc.db"))
    for _ in range(2):
        assert new.import_note(old).removed == 0
    assert new.store.card("card-1").state == "new"
    # Once the note here has it, it may lose it.
    assert new.import_note(old, card(1)).unchanged == 2
    assert new.import_note(old).removed == 1


def test_a_note_that_is_read_first_in_other_words_is_recognised(
    pc: Any, old: Card, new: Card, card: Any, open_store: Any, place: Any, new_home: Any
) -> None:
    third = new_home(open_store("third.db"), PC)
    third.store.sync(place("pc.db"))
    report = third.import_note(new, card(1), card(2))
    assert (report.relinked, report.unchanged, report.new) == (1, 2, 0)
    assert third.store.card("new").reps == 1


def test_an_old_copy_of_a_note_brings_no_card(
    pc: Any, old: Card, new: Card, card: Any, open_store: Any, place: Any, clock: Any, new_home: Any
) -> None:
    pc.import_note(new, card(1), card(2))
    for name, first in (("third", "sync"), ("fourth", "import")):
        clock.forward(minutes=1)
        home = new_home(open_store(f"{name}.db"), f"/{name}/n.md")
        if first == "import":
            assert home.import_note(old).new == 1
        home.store.sync(place("pc.db"))
        assert home.import_note(old).new == 0
        home.store.sync(place("pc.db"))
        assert home.store.card("new").card.prompt == old.prompt
        assert pc.store.card("new").card.prompt == new.prompt
        assert len(home.store.cards()) == len(pc.store.cards()) == 3
        assert home.store.rebuild()


def test_the_old_wording_beside_the_new_one_is_a_card_of_its_own(
    pc: Any, mac: Any, old: Card, new: Card, card: Any, place: Any, clock: Any
) -> None:
    pc.import_note(new, card(1), card(2))
    pc.store.sync(place("mac.db"))
    clock.forward(minutes=1)
    report = mac.import_note(new, old, card(1), card(2))
    assert (report.new, report.unchanged, report.updated) == (1, 2, 1)
    mac.store.sync(place("pc.db"))
    for home in (pc, mac):
        assert (home.store.card("new").reps, home.store.card(old.id).reps) == (1, 0)
        assert home.store.rebuild()


def test_a_card_that_gets_an_id_which_another_gave_up_stays_itself(
    pc: Any, mac: Any, old: Card, new: Card, card: Any, place: Any, clock: Any
) -> None:
    second = card(4, id="second", prompt=f"{old.prompt} Say it.", answer="A distribution, surely.")
    for home in (pc, mac):
        home.import_note(old, second)
        clock.forward(minutes=1)
    pc.import_note(new, second)
    assert pc.import_note(new, replace(second, id=old.id, prompt=old.prompt)).relinked == 1
    for _ in range(2):
        pc.store.sync(place("mac.db"))
        for home, prompt in ((pc, new.prompt), (mac, old.prompt)):
            assert home.store.card("new").card.prompt == prompt
            assert (home.store.card("new").reps, home.store.card(old.id).reps) == (1, 0)
            assert home.store.card(old.id).card.answer == second.answer
            assert home.store.rebuild()
        assert mac.import_note(old, second).unchanged == 2
    caught_up = replace(second, id=old.id, prompt=old.prompt)
    assert mac.import_note(new, caught_up).updated == 2


def test_a_note_that_comes_before_the_texts_of_a_sync(
    pc: Any,
    old: Card,
    new: Card,
    card: Any,
    open_store: Any,
    place: Any,
    clock: Any,
    sync_the_log: Callable[[Store, Any], None],
    new_home: Any,
) -> None:
    """The log says already that the card has another id, and its old row lies elsewhere."""
    third = new_home(open_store("third.db"), "/home/third/n.md")
    third.store.sync(place("pc.db"))
    pc.import_note(new, card(1), card(2))
    clock.forward(minutes=1)
    sync_the_log(third.store, place("pc.db"))
    third.import_note(new, card(1), card(2))
    assert {stored.card.id for stored in third.store.cards()} == {"new", "card-1", "card-2"}
    assert third.store.card("new").reps == 1
    assert third.store.rebuild()


def test_cards_that_only_moved_are_no_news(
    pc: Any, mac: Any, old: Card, card: Any, place: Any, clock: Any
) -> None:
    clock.forward(minutes=1)
    report = pc.import_note(card(2), card(1), old)
    assert (report.unchanged, pc.place("card-2")) == (3, (PC, 0))
    report = pc.store.sync(place("mac.db"))
    assert (report.sent, report.received) == (NOTHING, NOTHING)
    assert (pc.place(old.id), mac.place(old.id)) == ((PC, 2), (MAC, 0))


@pytest.mark.parametrize("winner", [0, 1], ids=["the first stands", "the second stands"])
@pytest.mark.parametrize("from_pc", [True, False], ids=["synced here", "synced there"])
@pytest.mark.parametrize("synced", [True, False], ids=["", "two imports"])
def test_a_card_reworded_on_both_devices_stays_one(
    pc: Any,
    mac: Any,
    old: Card,
    new: Card,
    place: Any,
    clock: Any,
    open_store: Any,
    winner: int,
    from_pc: bool,
    synced: bool,
    new_home: Any,
) -> None:
    if not synced:
        mac = new_home(open_store("new.db"), MAC)
        mac.import_note(old)
    there = "mac.db" if synced else "new.db"
    other = replace(old, id="other", prompt=f"{old.prompt} Say it in a word.")

    def meet() -> None:
        clock.forward(minutes=1)
        one, place_of_other = (pc, there) if from_pc else (mac, "pc.db")
        one.store.sync(place(place_of_other))
        assert pc.store.rebuild()
        assert mac.store.rebuild()

    def asked() -> list[list[tuple[str, int]]]:
        return [
            [
                (stored.card.id, stored.reps)
                for stored in home.store.cards()
                if stored.card.id not in ("card-1", "card-2")
            ]
            for home in (pc, mac)
        ]

    assert pc.import_note(new).relinked == 1
    pc.store.answer("new", Rating.GOOD, seconds=1)
    clock.forward(minutes=1)
    assert mac.import_note(other).relinked == 1
    mac.store.answer("other", Rating.GOOD, seconds=1)
    for _ in range(2):
        meet()
        assert asked() == [[("other", 3)]] * 2
        prompts = [home.store.card("other").card.prompt for home in (pc, mac)]
        assert prompts == [new.prompt, other.prompt]
    stands = (new, other)[winner]
    for home in (pc, mac):
        assert home.import_note(stands).new == 0
        clock.forward(minutes=1)
    meet()
    assert asked() == [[(stands.id, 3)]] * 2


def test_a_third_wording_follows_from_two(
    pc: Any, mac: Any, old: Card, new: Card, open_store: Any, place: Any, clock: Any, new_home: Any
) -> None:
    """Three devices reword a card, one of them twice; in any order they come to one card."""
    third = new_home(open_store("third.db"), "/home/third/n.md")
    third.store.sync(place("pc.db"))
    third.import_note(old)
    wordings = [replace(old, id=word, prompt=f"{old.prompt} {word}") for word in ("a", "b", "c")]
    for home, card in zip((pc, mac, third, pc), (*wordings, new), strict=True):
        clock.forward(minutes=1)
        assert home.import_note(card).relinked == 1
        home.store.answer(card.id, Rating.GOOD, seconds=1)
    third.store.sync(place("mac.db"))
    third.store.sync(place("pc.db"))
    mac.store.sync(place("third.db"))
    for home in (pc, mac, third):
        assert [
            (stored.card.id, stored.reps)
            for stored in home.store.cards("-is:missing")
            if stored.card.id not in ("card-1", "card-2")
        ] == [("new", 5)]
        assert home.store.rebuild()


def test_a_re_link_of_an_earlier_version_says_nothing_of_others(
    pc: Any, mac: Any, old: Card, new: Card, place: Any, clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("db.log.relinks.payload", lambda _past, _id, to: {"to": to})
    pc.import_note(new)
    clock.forward(minutes=1)
    mac.import_note(replace(old, id="other", prompt=f"{old.prompt} Say it in a word."))
    pc.store.sync(place("mac.db"))
    for home in (pc, mac):
        assert {"new", "other"} < {stored.card.id for stored in home.store.cards()}
        assert home.store.rebuild()


@pytest.mark.parametrize("many", [columns.MANY, 2], ids=["", "packed"])
@pytest.mark.parametrize("back", [False, True], ids=["beside", "back"])
def test_an_old_wording_that_another_device_reviewed_comes_again(
    pc: Any,
    mac: Any,
    old: Card,
    new: Card,
    card: Any,
    place: Any,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
    many: int,
    back: bool,
) -> None:
    monkeypatch.setattr(columns, "MANY", many)
    pc.import_note(new, card(1), card(2))
    for id in (old.id, old.id, "card-1", "card-2"):
        clock.forward(minutes=1)
        mac.store.answer(id, Rating.GOOD, seconds=1, grade={"misconception": "Mixed up."})
    pc.store.sync(place("mac.db"))
    assert pc.store.card("new").reps == 3
    assert pc.store.statistics()["reviews"] == 5  # and packed
    clock.forward(minutes=1)
    # Nothing of it is lost, and nothing counts twice, whichever of the two has it.
    for _ in range(2):
        pc.import_note(*([old] if back else [old, new]), card(1), card(2))
        assert pc.store.card(old.id).reps == (3 if back else 2)
        assert pc.store.statistics()["reviews"] == 5
        assert pc.store.rebuild()
    pc.store.sync(place("mac.db"))
    for home in (pc, mac):
        assert home.store.card(old.id).reps == (3 if back else 2)
        assert home.store.undo() is not None
        assert home.store.statistics()["reviews"] == 4
        assert home.store.rebuild()
        mac.store.sync(place("pc.db"))
        home.store.answer("card-2", Rating.GOOD, seconds=1)
        clock.forward(minutes=1)
        pc.store.sync(place("mac.db"))
