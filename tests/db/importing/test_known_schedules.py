"""Schedules that notes of other programs bring: a memory without a log, folded like one."""

import pytest

from cards.note import Progress
from cards.scheduling.fsrs import DEFAULT_PARAMETERS, Rating


@pytest.fixture
def known(store, note):
    """A store with two cards, of which the note knows the schedule of one."""
    written = note(2)
    today = 20_759  # 2026-11-02
    progress = Progress("card-0", today + 5, 51, today - 46, 51.0, 6.0)
    written = type(written)(written.path, written.cards, (), (progress,))
    store.import_notes([written])
    return store, written


def test_a_new_card_has_the_schedule_that_its_note_brings(known):
    store, written = known
    stored = store.card("card-0")
    assert (stored.state, stored.interval, stored.stability, stored.difficulty) == (
        "review", 51, 51.0, 6.0,
    )  # fmt: skip
    assert store.card("card-1").state == "new"
    assert store.rebuild()
    store.import_notes([written])
    assert store.card("card-0").interval == 51


def test_reviews_go_on_from_there_and_new_parameters_leave_it(known, clock, alike):
    store, _ = known
    clock.forward(days=5)
    review = store.answer("card-0", Rating.GOOD, seconds=2)
    assert review.interval.days > 51
    after = store.card("card-0")
    assert store.rebuild()
    parameters = [*DEFAULT_PARAMETERS]
    parameters[8] += 0.2
    store.set_parameters(parameters)
    other = store.card("card-0")
    assert other.stability > after.stability
    assert store.rebuild()
    store.set_parameters(DEFAULT_PARAMETERS)
    assert alike(store.card("card-0").stability, after.stability)
    store.undo()
    assert store.card("card-0").stability == 51.0


def test_a_schedule_out_of_range_is_left_out(store, note):
    written = note(1)
    progress = Progress("card-0", 10**9, 51, 1, 51.0, 60.0)
    store.import_notes([type(written)(written.path, written.cards, (), (progress,))])
    assert store.card("card-0").state == "new"


def test_a_card_that_its_note_suspends_comes_suspended_once(store, note):
    written = note(2)
    known = (Progress("card-0", 0, 0, is_suspended=True),)
    written = type(written)(written.path, written.cards, (), known)
    store.import_notes([written])
    assert [one.card.id for one in store.cards("is:suspended")] == ["card-0"]
    store.unsuspend("card-0")
    store.import_notes([written])
    assert store.cards("is:suspended") == []
    assert store.rebuild()
