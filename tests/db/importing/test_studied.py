from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cards.card import Card
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.records import FileReport
from db.store import Store

MakeNote = Callable[..., Note]


@pytest.fixture
def chosen(note: MakeNote, card: Any) -> Callable[..., Note]:
    """Make a note of four cards that is read to only some of them."""

    def read(*numbers: int, whole: tuple[Card, ...] = (), line: int = 0) -> Note:
        every = whole or tuple(card(n, line=n + line + 1) for n in range(4))
        cards = [one for n, one in enumerate(every) if n in numbers]
        return replace(note(cards), again=lambda: replace(note(list(every))))

    return read


def take(store: Store, *notes: Note, **how: Any) -> FileReport:
    return store.import_notes(notes, **how).files[0]


def test_a_studied_card_stays_that_its_note_leaves_out_today(
    store: Store, chosen: Callable[..., Note]
) -> None:
    take(store, chosen(0, 1, 2, 3))
    store.answer("card-1", Rating.EASY, seconds=1)
    store.suspend("card-2")
    before = store.card("card-1")
    report = take(store, chosen(0, line=7))
    assert (report.removed, report.unchanged) == (1, 3)
    assert store.card("card-3").state == "missing"
    assert store.card("card-1").card.line == 9
    after = store.card("card-1")
    assert replace(after, card=before.card) == before
    assert take(store, chosen(0, line=7)).removed == 0


def test_one_whose_line_is_gone_goes(store: Store, chosen: Callable[..., Note], card: Any) -> None:
    take(store, chosen(0, 1))
    store.answer("card-1", Rating.EASY, seconds=1)
    assert take(store, chosen(0, whole=(card(0), card(3)))).removed == 1
    assert store.card("card-1").state == "missing"


def test_one_that_a_person_wants_to_go_goes(store: Store, chosen: Callable[..., Note]) -> None:
    take(store, chosen(0, 1))
    store.answer("card-1", Rating.EASY, seconds=1)
    assert take(store, replace(chosen(0), again=None)).removed == 1
    assert take(store, chosen(0)).removed == 0
    assert store.card("card-1").state == "missing"


def test_one_that_is_in_another_note_moves_there(
    store: Store, chosen: Callable[..., Note], note: MakeNote, card: Any
) -> None:
    take(store, chosen(0, 1))
    store.answer("card-1", Rating.EASY, seconds=1)
    other = note([card(1, file="other.md")], path="other.md")
    assert sum(one.removed for one in store.import_notes([chosen(0), other]).files) == 0
    assert store.card("card-1").card.file == "other.md"
    assert len(store.cards()) == 2


def test_one_that_is_worded_anew_and_left_out_keeps_its_progress(
    store: Store, chosen: Callable[..., Note], card: Any
) -> None:
    old = card(1, prompt="What does the step size of gradient descent scale?")
    new = replace(old, id="new", prompt="What does a step size of gradient descent scale?")
    take(store, chosen(0, 1, whole=(card(0), old)))
    store.answer("card-1", Rating.EASY, seconds=1)
    report = take(store, chosen(0, whole=(card(0), new)))
    assert (report.removed, report.relinked) == (0, 1)
    assert store.card("new").reps == 1


def test_a_dry_run_says_the_same(store: Store, chosen: Callable[..., Note]) -> None:
    take(store, chosen(0, 1, 2))
    store.answer("card-1", Rating.EASY, seconds=1)
    assert take(store, chosen(0), dry_run=True).removed == 1


def test_a_note_without_studied_cards_is_read_once(
    store: Store, chosen: Callable[..., Note]
) -> None:
    def again() -> Note:
        raise AssertionError("it need not be read again")

    take(store, chosen(0, 1))
    store.answer("card-0", Rating.EASY, seconds=1)
    assert take(store, replace(chosen(0), again=again)).removed == 1
