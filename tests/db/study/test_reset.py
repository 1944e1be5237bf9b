"""A card is made new again: its reviews stay, its schedule does not, and that can be undone."""

from cards.scheduling.fsrs import DEFAULT_PARAMETERS


def standing(store, id):
    one = store.card(id)
    return one.state, one.due, one.stability, one.difficulty, one.interval


def test_a_card_made_new_is_new_until_that_is_taken_back(store, note, clock):
    store.import_notes([note(3)])
    ids = [one.card.id for one in store.cards()]
    for _ in range(3):
        for id in ids:
            store.answer(id, 3, seconds=1)
        clock.forward(days=20)
    before, other = standing(store, ids[0]), standing(store, ids[1])
    assert store.take_back(ids[0], store.reset(ids[0]))
    assert standing(store, ids[0]) == before
    event = store.reset(ids[0])
    assert standing(store, ids[0]) == ("new", None, None, None, 0)
    assert [one.card.id for one in store.cards("is:new")] == [ids[0]]
    assert store.rebuild()
    store.set_parameters([value * 1.01 for value in DEFAULT_PARAMETERS[:19]] + [0.1, 0.15])
    assert standing(store, ids[0])[2] is None
    assert standing(store, ids[1])[2] != other[2]
    assert store.rebuild()
    store.answer(ids[0], 3, seconds=1)  # studied again, and this stays when the reset goes
    assert store.rebuild()
    assert store.take_back(ids[0], event)
    assert not store.take_back(ids[0], event)
    assert store.rebuild()
    assert standing(store, ids[0])[2] > before[2]
    assert store.diagnose() == []


def test_a_due_date_that_is_taken_back_leaves_the_card_as_it_was(store, note, clock):
    store.import_notes([note(3)])
    new, learning, known = [one.card.id for one in store.cards()]
    store.answer(known, 4, seconds=1)
    store.answer(learning, 1, seconds=1)
    before = {id: standing(store, id) for id in (new, learning, known)}
    events = {id: store.set_due(id, 9) for id in before}
    assert all(standing(store, id) != before[id] for id in before)
    assert all(store.take_back(id, event) for id, event in events.items())
    assert {id: standing(store, id) for id in before} == before
    assert not store.take_back(new, events[new])
    assert not store.take_back(new, events[learning])
    assert store.rebuild()
    assert store.diagnose() == []
