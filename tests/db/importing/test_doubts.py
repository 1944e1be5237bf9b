"""Pairs of cards that may be one: they wait, lose nothing, and become one or two when told."""

from dataclasses import replace

import pytest

from cards.scheduling.fsrs import Rating
from sims.errors import InputError


@pytest.fixture
def pair(store, note, card, clock):
    """Return an old card that was studied and the new one that it may be, both in the store."""
    old = card(0, prompt="Why does softmax need a temperature at all, and what does it do?")
    new = card(
        9, line=1, topic="softmax", answer="It is a matter of taste.",
        prompt="Why does softmax need a temperature, and how does one choose it?",
    )  # fmt: skip
    store.import_notes([note([old, card(1)])])
    store.answer(old.id, Rating.EASY, seconds=1)
    clock.forward(days=1)
    (report,) = store.import_notes([note([new, card(1)])]).files
    assert [(one.old.id, one.new.id) for one in report.doubtful] == [(old.id, new.id)]
    return old, new


def test_a_pair_waits_and_loses_nothing(store, note, card, clock, pair):
    old, new = pair
    before = store.card(old.id)
    for _ in range(2):
        assert [(one.old.id, one.new.id) for one in store.doubts()] == [(old.id, new.id)]
        store.import_notes([note([new, card(1)])])
        clock.forward(days=3)
    after = store.card(old.id)
    assert (after.reps, after.stability, after.due) == (1, before.stability, before.due)


@pytest.mark.parametrize("studied", [False, True])
def test_a_pair_that_is_one_has_one_past(store, note, card, clock, pair, studied):
    old, new = pair
    due = store.card(old.id).due
    if studied:
        store.answer(new.id, Rating.GOOD, seconds=1)
    store.join(old.id, new.id)
    now = store.card(new.id)
    assert now.reps == 1 + studied
    assert studied or now.due == due
    assert now.card.prompt == new.prompt
    assert store.rebuild()
    assert store.doubts() == []
    assert store.lasting_ids()[new.id] == old.id
    with pytest.raises(LookupError):
        store.card(old.id)
    (report,) = store.import_notes([note([new, card(1)])]).files
    assert (report.unchanged, report.new) == (2, 0)


def test_a_pair_that_is_two_is_not_asked_again(store, pair):
    old, new = pair
    store.part(old.id, new.id)
    assert store.doubts() == []
    assert store.card(old.id).reps == 1
    assert store.card(new.id).reps == 0


def test_only_a_card_that_is_gone_can_be_another(store, card, pair):
    old, new = pair
    for one, other in ((new.id, card(1).id), (old.id, old.id)):
        with pytest.raises(InputError):
            store.join(one, other)
    with pytest.raises(LookupError):
        store.part(old.id, "nothing")


def test_a_lasting_id_outlasts_rewordings_and_is_no_other_cards(store, note, card):
    first = card(0)
    ids = [first.id, "reworded", "again"]
    store.import_notes([note([first])])
    for id in ids[1:]:
        now = replace(first, id=id, prompt=f"What is the number 0 {id}?")
        (report,) = store.import_notes([note([now])]).files
        assert report.relinked == 1
    assert store.lasting_ids()["again"] == first.id
    store.import_notes([note([now, first])])  # the first wording comes back, as another card
    lasting = store.lasting_ids()
    assert lasting["again"] == first.id
    other = lasting[first.id]
    assert other.startswith(f"{first.id}.")
    moved = replace(first, id="moved", prompt="What is the number 0?!")
    store.import_notes([note([now, moved])])
    assert store.lasting_ids()["moved"] == other
