"""A note that two devices keep, each where it likes, edited here and there."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from pathlib import Path
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
def shared(pc: Any, mac: Any, old: Card, card: Any, place: Any, clock: Any) -> None:
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
    for store in (pc.store, mac.store):
        assert [stored.state for stored in store.cards()].count("missing") == 1
        assert store.card("new").reps == 1
        assert store.rebuild()


def test_a_card_reworded_elsewhere_lies_where_it_lay(
    pc: Any, mac: Any, old: Card, new: Card, card: Any, place: Any, clock: Any
) -> None:
    """So that the device that has it as it was, or otherwise again, finds it in its note."""
    pc.import_note(new, card(1), card(2))
    clock.forward(minutes=1)
    pc.store.sync(place("mac.db"))
    assert mac.place("new") == (MAC, 0)
    assert mac.store.unchanged(MAC, "d") is None  # it is to be read again
    again = replace(new, id="again", prompt=f"{new.prompt} Say it.")
    report = mac.import_note(again, card(1), card(2))
    assert (report.relinked, report.new, report.removed) == (1, 0, 0)
    assert mac.store.card("again").reps == 1


def test_a_card_edited_elsewhere_lies_where_it_lay(
    pc: Any, mac: Any, old: Card, card: Any, place: Any, clock: Any
) -> None:
    pc.import_note(card(3), card(1, answer="Edited."), old, card(2))
    clock.forward(minutes=1)
    pc.store.sync(place("mac.db"))
    assert mac.store.card("card-1").card.answer == "Edited."
    assert (mac.place("card-1"), mac.place("card-3")) == ((MAC, 1), (PC, 0))
    assert mac.store.unchanged(MAC, "d") is None


def test_a_note_that_comes_before_the_rest_of_a_broken_off_sync(
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
    """Or a line put in above would win over another device's edit of the text."""
    mac.import_note(old, card(1, answer="Edited."), card(2))
    clock.forward(minutes=1)
    report = pc.import_note(card(2), card(1), old)
    assert (report.unchanged, pc.place("card-2")) == (3, (PC, 0))
    report = pc.store.sync(place("mac.db"))
    assert (report.sent, report.conflicts) == (NOTHING, [])
    assert pc.store.card("card-1").card.answer == "Edited."
    assert (pc.place(old.id), mac.place(old.id)) == ((PC, 2), (MAC, 0))
    again = pc.store.sync(place("mac.db"))
    assert (again.sent, again.received) == (NOTHING, NOTHING)


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

    def meet() -> list[str]:
        clock.forward(minutes=1)
        one, place_of_other = (pc, there) if from_pc else (mac, "pc.db")
        conflicts: list[str] = one.store.sync(place(place_of_other)).conflicts
        assert pc.store.rebuild()
        assert mac.store.rebuild()
        return conflicts

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
    assert meet() == ["other"]
    assert asked() == [[("other", 3)]] * 2
    assert meet() == []
    stands = (new, other)[winner]
    for home in (pc, mac):
        assert home.import_note(stands).new == 0
        clock.forward(minutes=1)
    assert meet() == []
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
    assert third.store.sync(place("mac.db")).conflicts == ["c"]
    assert third.store.sync(place("pc.db")).conflicts == ["new"]
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
    assert pc.store.sync(place("mac.db")).conflicts == []
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


def test_a_conflict_is_told_once_by_the_id_that_the_card_has_in_the_end(
    old: Card, new: Card, tmp_path: Path, clock: Any, new_home: Any
) -> None:
    """Of two files of a folder the second one brings a later id of the card."""
    folder = tmp_path / "shared"
    folder.mkdir()
    edits = {
        tmp_path / "own.db": replace(old, tags=("own",)),
        folder / "a.db": replace(old, tags=("a",)),
        folder / "b.db": replace(new, tags=("b",)),
    }
    for place, edit in edits.items():
        with closing(Store.open(place, clock=clock, zone=UTC)) as store:
            for card in (old, edit):
                new_home(store, f"/{place.stem}.md").import_note(card)
                clock.forward(minutes=1)
    with closing(Store.open(tmp_path / "own.db", clock=clock, zone=UTC)) as store:
        assert store.sync(folder).conflicts == ["new"]
        assert store.card("new").card.tags == ("b",)
