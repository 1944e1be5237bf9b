"""Two devices edit one card, each in its own note: each part is as it was edited last."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from cards.card import Card, Check, Kind
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.storage.schema import CARDS

PC, MAC = "/home/pc/n.md", "/Users/mac/n.md"
QUESTION = "What does the softmax function turn scores into?"
BETTER = "What does the softmax function turn its scores into?"


@pytest.fixture
def old(card: Callable[..., Card]) -> Card:
    """A card whose id follows from its wording, as the next ones of these tests."""
    return card(0, id="old", prompt=QUESTION, answer="Into probabilites.")


@pytest.fixture
def asked(old: Card) -> Card:
    return replace(old, id="asked", prompt=BETTER)


@pytest.fixture
def corrected(old: Card) -> Card:
    return replace(old, id="corrected", answer="Into probabilities.")


@pytest.fixture
def meet(pc: Any, mac: Any, place: Any, clock: Any) -> Callable[[], list[str]]:
    """Return a function that syncs both devices and says of which conflicts it told."""

    def meet() -> list[str]:
        clock.forward(minutes=1)
        conflicts: list[str] = pc.store.sync(place("mac.db")).conflicts
        clock.forward(minutes=1)
        assert pc.store.rebuild()
        assert mac.store.rebuild()
        assert pc.texts() == mac.texts()
        return conflicts

    return meet


@pytest.fixture(autouse=True)
def shared(pc: Any, mac: Any, old: Card, meet: Any) -> None:
    """Let both devices have the note, and have studied its card."""
    pc.import_note(old)
    pc.store.answer("old", Rating.GOOD, seconds=1)
    mac.import_note(old)
    meet()


def test_a_question_and_an_answer_that_were_edited_apart_come_together(
    pc: Any, mac: Any, asked: Card, corrected: Card, clock: Any, meet: Any
) -> None:
    assert pc.import_note(asked).relinked == 1
    clock.forward(minutes=1)
    assert mac.import_note(corrected).relinked == 1
    assert meet() == ["corrected"]  # a person may look at what became of it
    assert pc.texts() == [("corrected", BETTER, "Into probabilities.", 1)]
    assert meet() == []


def test_of_one_part_the_later_edit_stands(
    pc: Any, mac: Any, asked: Card, corrected: Card, clock: Any, meet: Any
) -> None:
    mac.import_note(replace(corrected, prompt=f"{QUESTION} Say it.", id="both"))
    clock.forward(minutes=1)
    pc.import_note(asked)
    assert meet() == ["asked"]
    assert pc.texts() == [("asked", BETTER, "Into probabilities.", 1)]


def test_reading_a_note_again_is_no_edit(
    pc: Any, mac: Any, old: Card, asked: Card, corrected: Card, meet: Any
) -> None:
    pc.import_note(corrected)
    meet()
    for _ in range(2):
        report = mac.import_note(old)  # another card of it was edited, say
        assert (report.unchanged, report.new, report.removed) == (1, 0, 0)
        (problem,) = report.problems
        assert (problem.line, problem.severity) == (0, "warning")
        assert "edited on another device" in problem.message
        assert meet() == []
        assert mac.texts() == [("corrected", QUESTION, "Into probabilities.", 1)]
    # What is edited there now is edited, and the rest is still no edit.
    assert mac.import_note(asked).relinked == 1
    meet()
    assert pc.texts() == [("asked", BETTER, "Into probabilities.", 1)]
    # The note has caught up; from here on it is compared with the row again.
    both = replace(asked, answer="Into probabilities.", id="both")
    assert mac.import_note(both).relinked == 1
    pc.import_note(both)
    meet()
    assert mac.import_note(both).problems == ()
    assert mac.import_note(replace(both, tags=("maths",))).updated == 1
    assert pc.import_note(both).unchanged == 1
    meet()
    assert pc.store.card("both").tags == ("maths",)


def test_a_note_that_caught_up_may_go_back(
    pc: Any, mac: Any, old: Card, corrected: Card, meet: Any
) -> None:
    pc.import_note(corrected)
    meet()
    assert mac.import_note(corrected).unchanged == 1
    assert mac.import_note(old).relinked == 1
    meet()
    assert pc.texts() == [("old", QUESTION, "Into probabilites.", 1)]


def test_an_old_copy_of_a_note_brings_no_card_and_undoes_no_edit(
    pc: Any,
    old: Card,
    asked: Card,
    corrected: Card,
    open_store: Any,
    place: Any,
    clock: Any,
    new_home: Any,
) -> None:
    pc.import_note(replace(corrected, id="both", prompt=BETTER))
    new, other = (new_home(open_store(f"{name}.db"), f"/{name}/n.md") for name in ("new", "other"))
    for home, first in ((new, "sync"), (other, "import")):
        clock.forward(minutes=1)
        if first == "import":
            assert home.import_note(old).new == 1
        home.store.sync(place("pc.db"))
        report = home.import_note(old)
        assert (report.unchanged, report.new) == (1, 0)
        home.store.sync(place("pc.db"))
        for store in (home.store, pc.store):
            assert [one.card.id for one in store.cards()] == ["both"]
            assert store.rebuild()
        assert home.texts() == pc.texts() == [("both", BETTER, "Into probabilities.", 1)]


def test_the_old_wording_beside_the_new_one_is_a_card_of_its_own(
    pc: Any, mac: Any, old: Card, asked: Card, meet: Any
) -> None:
    pc.import_note(asked)
    meet()
    report = mac.import_note(asked, old)
    assert (report.unchanged, report.new) == (1, 1)
    meet()
    assert {text[0] for text in pc.texts()} == {"old", "asked"}
    assert pc.store.card("asked").reps == 1


def test_a_card_that_was_taken_out_here_and_edited_there(
    pc: Any, mac: Any, old: Card, card: Any, meet: Any
) -> None:
    pc.import_note(card(1))
    mac.import_note(replace(old, tags=("maths",)))
    meet()
    assert [text[0] for text in pc.texts()] == ["card-1"]
    assert pc.import_note(old, card(1)).updated == 1
    meet()
    assert mac.store.card("old").tags == ("maths",)


def test_what_two_devices_read_alike_need_not_be_read_or_indexed_again(
    pc: Any, mac: Any, old: Card, card: Any, place: Any, clock: Any
) -> None:
    for home in (pc, mac):
        clock.forward(minutes=1)
        cards = (replace(old, file=home.path, line=0), card(1, file=home.path, line=1))
        note = Note(home.path, cards)
        home.store.import_notes([note], digests={home.path: "digest"})
    pc.store.cards("number")
    assert pc.store.sync(place("mac.db")).received.cards == 1
    assert pc.store.unchanged(PC, "digest") is not None
    with pc.store._gate.read() as connection:
        unindexed = select(CARDS.c.id).where(CARDS.c.indexed.is_(False))
        assert connection.execute(unindexed).all() == []


def test_a_first_reading_after_a_sync_is_no_edit(
    pc: Any, old: Card, open_store: Any, place: Any, new_home: Any
) -> None:
    pc.import_note(replace(old, tags=("maths",)))
    new = new_home(open_store("new.db"), "/new/n.md")
    new.store.sync(place("pc.db"))
    report = new.import_note(old)
    assert (report.unchanged, len(report.problems)) == (1, 1)
    new.store.sync(place("pc.db"))
    assert pc.store.card("old").tags == new.store.card("old").tags == ("maths",)


@pytest.mark.parametrize("first", ["sync", "import"])
def test_a_note_at_the_same_path_that_lacks_a_card_still_loses_none(
    pc: Any,
    old: Card,
    card: Any,
    open_store: Any,
    place: Any,
    clock: Any,
    first: str,
    new_home: Any,
) -> None:
    new = new_home(open_store("new.db"), PC)
    if first == "import":
        new.import_note(old)
    clock.forward(minutes=1)
    pc.import_note(old, card(1))
    new.store.sync(place("pc.db"))
    for _ in range(2):
        assert new.import_note(old).removed == 0
    new.store.sync(place("pc.db"))
    assert [text[0] for text in pc.texts()] == ["card-1", "old"]
    # Once the note here has it, it may lose it.
    assert new.import_note(old, card(1)).unchanged == 2
    assert new.import_note(old).removed == 1


def test_a_card_taken_out_elsewhere_comes_back_by_an_edit_only(
    pc: Any, mac: Any, old: Card, card: Any, meet: Any
) -> None:
    pc.import_note(card(1))
    meet()
    for _ in range(2):
        report = mac.import_note(old)
        assert (report.unchanged, report.updated) == (1, 0)
        (problem,) = report.problems
        assert "taken out" in problem.message
        meet()
        assert [text[0] for text in pc.texts()] == ["card-1"]
    assert mac.import_note(replace(old, tags=("maths",))).updated == 1
    meet()
    assert [text[0] for text in pc.texts()] == ["card-1", "old"]


def test_a_card_taken_out_of_both_notes_may_be_put_back(
    pc: Any, mac: Any, old: Card, card: Any, meet: Any
) -> None:
    pc.import_note(card(1))
    meet()
    mac.import_note(card(1))
    assert mac.import_note(old, card(1)).updated == 1
    meet()
    assert [text[0] for text in pc.texts()] == ["card-1", "old"]


def test_a_card_put_back_elsewhere_is_not_lost_by_a_note_without_it(
    pc: Any, mac: Any, old: Card, card: Any, meet: Any
) -> None:
    mac.import_note(card(1))
    meet()
    pc.import_note(card(1))
    pc.import_note(old, card(1))
    meet()
    for _ in range(2):
        assert mac.import_note(card(1)).removed == 0
        meet()
        assert [text[0] for text in pc.texts()] == ["card-1", "old"]


@pytest.mark.parametrize("rest", [[], [1]], ids=["note-gone", "note-there"])
@pytest.mark.parametrize("part", ["tags", "prompt"])
def test_a_card_put_back_as_it_was_is_as_it_was_edited_meanwhile(
    pc: Any, mac: Any, old: Card, asked: Card, card: Any, meet: Any, part: str, rest: list[int]
) -> None:
    others = [card(number) for number in rest]
    mac.import_note(*others)
    pc.import_note(*others, asked if part == "prompt" else replace(old, tags=("maths",)))
    meet()
    assert "old" not in [text[0] for text in pc.texts()]
    assert mac.import_note(*others, old).updated == 1
    meet()
    (found,) = pc.store.cards('-is:missing "softmax function"')
    assert found.reps == 1
    assert (found.card.tags, found.card.prompt) == (
        ((), BETTER) if part == "prompt" else (("maths",), QUESTION)
    )


def test_a_card_that_gets_an_id_which_another_gave_up_stays_itself(
    pc: Any, mac: Any, old: Card, asked: Card, card: Any, meet: Any
) -> None:
    second = card(2, id="second", prompt=f"{QUESTION} Say it.", answer="A distribution, surely.")
    for home in (pc, mac):
        home.import_note(old, second)
    meet()
    pc.import_note(asked, second)
    assert pc.import_note(asked, replace(second, id="old", prompt=QUESTION)).relinked == 1
    texts = [
        ("asked", BETTER, "Into probabilites.", 1),
        ("old", QUESTION, "A distribution, surely.", 0),
    ]
    meet()
    assert pc.texts() == texts
    assert mac.import_note(old, second).unchanged == 2
    meet()
    assert pc.texts() == texts


def test_it_does_so_where_the_log_came_without_the_cards(
    pc: Any, mac: Any, old: Card, asked: Card, card: Any, meet: Any, place: Any, sync_the_log: Any
) -> None:
    second = card(2, id="second", prompt=f"{QUESTION} Say it.", answer="A distribution, surely.")
    for home in (pc, mac):
        home.import_note(old, second)
    meet()
    pc.import_note(asked, second)
    pc.import_note(asked, replace(second, id="old", prompt=QUESTION))
    for _ in range(2):  # the log is folded, and after more of it has come again
        pc.store.tag("asked", ["maths"])
        sync_the_log(mac.store, place("pc.db"))
        assert mac.store.rebuild()
        assert [text[::2] for text in mac.texts()] == [
            ("asked", old.answer),
            ("old", second.answer),
        ]
    meet()


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": Kind.CLOZE},
        {"check": Check(answer="a + 1", given={"a": "2..5"})},
    ],
    ids=["cloze", "drawn"],
)
def test_what_means_nothing_by_halves_stands_whole(
    pc: Any, mac: Any, old: Card, clock: Any, meet: Any, fields: dict[str, Any]
) -> None:
    whole = replace(old, id="whole", **fields)
    for home in (pc, mac):
        home.import_note(whole)
    meet()
    pc.import_note(replace(whole, id="asked", prompt=BETTER))
    clock.forward(minutes=1)
    mac.import_note(replace(whole, id="corrected", answer="Into probabilities."))
    meet()
    assert [text[1:3] for text in pc.texts()] == [(QUESTION, "Into probabilities.")]


DRAWN = Check(answer="a + 1", given={"a": "2..5"})


def test_an_edit_that_did_not_know_of_the_whole_changes_no_half_of_it(
    pc: Any, mac: Any, old: Card, asked: Card, clock: Any, meet: Any
) -> None:
    drawn = replace(old, id="drawn", prompt="What is {a} + 1?", answer="", check=DRAWN)
    own = [replace(card, check=Check(id="own"), id="own") for card in (old, asked)]
    before, after = own
    for home in (pc, mac):
        home.import_note(before)
    meet()
    whole = replace(drawn, id="own", check=replace(DRAWN, id="own"))
    assert pc.import_note(whole).updated == 1
    clock.forward(minutes=1)
    assert mac.import_note(after).updated == 1
    assert meet() == ["own"]
    assert [text[1:3] for text in mac.texts()] == [("What is {a} + 1?", "")]
    # Once that has come here, what is edited here counts, and whole as well.
    again = replace(after, prompt=f"{BETTER} Say it.")
    assert mac.import_note(again).updated == 1
    meet()
    assert [text[1:3] for text in pc.texts()] == [(f"{BETTER} Say it.", old.answer)]
