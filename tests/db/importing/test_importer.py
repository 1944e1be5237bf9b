from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cards.note import Note, Problem
from cards.scheduling.fsrs import Rating
from db.records import FileReport
from db.search.query import SearchError
from db.store import Store

MakeNote = Callable[..., Note]


def take(store: Store, *notes: Note, **how: Any) -> list[FileReport]:
    return list(store.import_notes(notes, **how).files)


def test_new_then_unchanged(store: Store, note: MakeNote) -> None:
    (report,) = take(store, note(5))
    assert (report.new, report.unchanged) == (5, 0)
    (report,) = take(store, note(5))
    assert (report.new, report.unchanged, report.updated) == (0, 5, 0)


def test_a_dry_run_changes_nothing(store: Store, note: MakeNote) -> None:
    (report,) = take(store, note(5), dry_run=True)
    assert report.new == 5
    assert store.cards() == []


def test_lines_that_shift_are_no_change(store: Store, note: MakeNote, card: Any) -> None:
    take(store, note(3))
    shifted = note([card(n, line=n + 100) for n in range(3)])
    (report,) = take(store, shifted)
    assert (report.unchanged, report.updated) == (3, 0)
    assert store.card("card-1").card.line == 101


def test_a_changed_answer_keeps_the_schedule(store: Store, note: MakeNote, card: Any) -> None:
    take(store, note(3))
    store.answer("card-1", Rating.EASY, seconds=1)
    before = store.card("card-1")
    (report,) = take(store, note([card(0), card(1, answer="Another."), card(2)]))
    assert (report.updated, report.unchanged) == (1, 2)
    after = store.card("card-1")
    assert after.card.answer == "Another."
    assert replace(after, card=before.card) == before


def test_a_card_gone_from_its_note_waits_for_its_return(store: Store, note: MakeNote) -> None:
    take(store, note(3))
    store.answer("card-2", Rating.EASY, seconds=1)
    before = store.card("card-2")
    (report,) = take(store, note(2))
    assert report.removed == 1
    assert store.card("card-2").state == "missing"
    (report,) = take(store, note(3))
    assert report.updated == 1
    assert store.card("card-2") == before
    assert store.rebuild()


def test_a_note_that_was_not_read_whole_loses_no_card(store: Store, note: MakeNote) -> None:
    take(store, note(3))
    problem = Problem("note.md", 2, "error", "An unclosed fence.")
    (report,) = take(store, note(1, problems=(problem,)))
    assert report.removed == 0
    assert report.to_dict()["problems"] == [
        {"line": 2, "severity": "error", "message": "An unclosed fence."}
    ]
    assert store.card("card-2").state == "new"


def test_rewording_keeps_progress_under_the_new_id(
    store: Store, note: MakeNote, card: Any, clock: Any
) -> None:
    first = card(0, prompt="What does the softmax function turn scores into?")
    take(store, note([first, card(1)]))
    store.answer(first.id, Rating.EASY, seconds=1)
    before = store.card(first.id)
    second = replace(
        first, id="reworded", prompt="What does the softmax function turn its scores into?"
    )
    (report,) = take(store, note([second, card(1)]))
    assert report.relinks == ((first.id, "reworded"),)
    after = store.card("reworded")
    assert (after.reps, after.due, after.stability) == (1, before.due, before.stability)
    assert store.rebuild()
    # and back again, with reviews under each of the ids
    clock.forward(days=10)
    store.answer("reworded", Rating.GOOD, seconds=1)
    take(store, note([first, card(1)]))
    clock.forward(days=10)
    store.answer(first.id, Rating.GOOD, seconds=1)
    assert store.card(first.id).reps == 3
    assert store.rebuild()
    for _ in range(3):
        store.undo()
    assert store.card(first.id).reps == 0
    assert store.rebuild()


def test_what_is_taken_back_is_named_as_the_card_is_now(
    store: Store, note: MakeNote, card: Any
) -> None:
    old = card(0, prompt="What does the softmax function turn scores into?")
    new = replace(old, id="new", prompt="What does the softmax function turn its scores into?")
    take(store, note([old]))
    store.answer(old.id, Rating.GOOD, seconds=1)
    take(store, note([new]))
    undone = store.undo()
    assert undone is not None
    assert undone.card_id == "new"


def test_an_id_given_up_may_begin_anew(store: Store, note: MakeNote, card: Any) -> None:
    first = card(0, prompt="What does the softmax function turn scores into?")
    take(store, note([first]))
    store.answer(first.id, Rating.EASY, seconds=1)
    second = replace(
        first, id="reworded", prompt="What does the softmax function turn its scores into?"
    )
    take(store, note([second]))
    other = card(0, file="other.md", prompt="Something else entirely.")
    take(store, note([other], path="other.md"))
    assert store.card(first.id).reps == 0
    assert store.card("reworded").reps == 1
    store.answer(first.id, Rating.GOOD, seconds=1)
    assert (store.card(first.id).reps, store.card("reworded").reps) == (1, 1)
    assert store.rebuild()
    assert (store.card(first.id).reps, store.card("reworded").reps) == (1, 1)


def test_a_doubtful_pair_is_asked(store: Store, note: MakeNote, card: Any) -> None:
    old = card(0, prompt="Why does softmax need a temperature at all, and what does it do?")
    new = card(
        9,
        line=1,
        topic="softmax",
        answer="It is a matter of taste.",
        prompt="Why does softmax need a temperature, and how does one choose it?",
    )
    take(store, note([old]))
    store.answer(old.id, Rating.EASY, seconds=1)
    (report,) = take(store, note([new]), dry_run=True)
    assert [(pair.old.id, pair.new.id) for pair in report.doubtful] == [(old.id, new.id)]
    assert (report.new, report.removed) == (1, 1)
    (report,) = take(store, note([new]), decide=lambda pair: pair.new.id == new.id)
    assert (report.relinked, report.new, report.removed) == (1, 0, 0)
    assert store.card(new.id).reps == 1


def test_a_card_that_moves_to_another_file_or_deck_keeps_progress(
    store: Store, note: MakeNote
) -> None:
    take(store, note(3))
    store.answer("card-2", Rating.EASY, seconds=1)
    before = store.card("card-2")
    moved = replace(before.card, file="new.md", deck="Other", topic="gini")
    reports = take(store, note(2), note([moved], path="new.md"))
    assert [(report.removed, report.updated) for report in reports] == [(0, 0), (0, 1)]
    after = store.card("card-2")
    assert replace(after, card=before.card) == before
    assert after.card == moved
    by_topic = {row["deck"]: row["reviews"] for row in store.statistics()["by_topic"]}
    assert by_topic == {"Deck": 0, "Other": 1}
    assert store.rebuild()


def test_titles_come_from_the_catalogue_or_the_heading(store: Store, note: MakeNote) -> None:
    take(store, note(3))
    assert {row.topic: row.title for row in store.overview()} == {
        "softmax": "Softmax",
        "gini": "Gini coefficient",
        "my-topic": "My topic",
    }


def test_words_are_found_as_the_notes_say_now(store: Store, note: MakeNote, card: Any) -> None:
    take(
        store, note([card(0, prompt=r"Where is \(\frac{\partial L}{\partial z}\) used?"), card(1)])
    )
    assert list(store.find("frac")) == ["card-0"]
    assert list(store.find("FRAC partial")) == ["card-0"]
    assert list(store.find("naïve")) == []
    take(store, note([card(0, answer="By the naive rule."), card(1)]))
    assert list(store.find("frac")) == []
    assert list(store.find("naïve ru")) == ["card-0"]
    assert list(store.find('"naive rule"')) == ["card-0"]
    assert list(store.find('"rule naive"')) == []
    assert list(store.find("-naive")) == ["card-1"]
    assert list(store.find("")) == ["card-0", "card-1"]


def test_cards_that_came_and_changed_between_two_searches_are_found(
    store: Store, note: MakeNote, card: Any
) -> None:
    take(store, note([card(0), card(1)]))
    assert list(store.find("newly")) == []
    take(store, note([card(0, answer="Newly put."), card(1), card(2, answer="Newly come.")]))
    take(store, note([card(0), card(1), card(2), card(3, answer="Newly come.")]))
    assert list(store.find("newly")) == ["card-3"]
    assert list(store.find("number 2")) == ["card-2"]
    changed = card(1, answer="Newly put.")
    take(store, note([card(0), changed, card(2), card(3), card(4, answer="Newly come.")]))
    assert list(store.find("newly")) == ["card-1", "card-4"]


def test_a_search_that_cannot_be_understood_is_explained(
    store: Store, note: MakeNote, card: Any
) -> None:
    with pytest.raises(SearchError, match="there are is:new"):
        store.find("is:nonsense")
    line = 'a"b (c) "OR" NEAR * ^ : "colour:red"'
    other = line.replace("red", "blue")
    take(store, note([card(0, prompt=line), card(1, prompt=other), card(2, prompt="a red c")]))
    assert list(store.find(line)) == ["card-0"]
    assert list(store.find(other)) == ["card-1"]


def test_a_file_that_did_not_change_is_known(store: Store, note: MakeNote, card: Any) -> None:
    store.import_notes([note(3)], digests={"note.md": "abc"})
    assert store.unchanged("note.md", "other") is None
    report = store.unchanged("note.md", "abc")
    assert report is not None
    assert (report.unchanged, report.new) == (3, 0)
    # A card that another note takes over must be looked for again in the first.
    take(store, note([card(1, file="b.md")], path="b.md"))
    assert store.unchanged("note.md", "abc") is None
    problem = Problem("note.md", 2, "warning", "Odd.")
    store.import_notes([note(3, problems=(problem,))], digests={"note.md": "abc"})
    assert store.unchanged("note.md", "abc") is None  # its problems are to be told again


def test_a_file_that_was_edited_to_and_fro_is_read_again(store: Store, note: MakeNote) -> None:
    store.import_notes([note(3)], digests={"note.md": "abc"})
    store.import_notes([note(2)])
    assert store.unchanged("note.md", "abc") is None


def test_search(store: Store, note: MakeNote, card: Any) -> None:
    special = card(7, prompt="How does 100% compare with 50_%?", tags=("hard",), deck="Other deck")
    take(store, note([*(card(n) for n in range(6)), special]))
    store.answer("card-1", Rating.EASY, seconds=1)
    store.tag("card-2", ["mine"])

    def found(query: str) -> set[str]:
        return {stored.card.id for stored in store.cards(query)}

    assert len(found("")) == 7
    assert found("number -is:new") == {"card-1"}
    assert found("100%") == {"card-7"}
    assert found('deck:"Other deck"') == {"card-7"}
    assert found("tag:hard") == {"card-7"}
    assert found("tag:mine") == {"card-2"}
    assert found("topic:gini") == {"card-1", "card-4", "card-7"}
    assert found('"number 3"') == {"card-3"}
    assert found("is:new topic:gini") == {"card-4", "card-7"}


def test_the_notes_under_a_folder_are_those_imported_here(
    open_store: Any, place: Any, note: MakeNote, card: Any
) -> None:
    store, other = open_store("mine.db"), open_store("other.db")
    paths = ("/n/a.md", "/n/deep/b.md", "/n2/c.md", "/n", "d.md")
    notes = [note([card(n, file=path)], path=path) for n, path in enumerate(paths)]
    store.import_notes(notes, digests=dict.fromkeys(paths, "digest"))
    assert store.notes_under(["/n"]) == ["/n/a.md", "/n/deep/b.md"]
    assert store.notes_under(["/n2", "/n/deep"]) == ["/n/deep/b.md", "/n2/c.md"]
    assert store.notes_under(["/"]) == ["/n", "/n/a.md", "/n/deep/b.md", "/n2/c.md"]
    other.sync(place("mine.db"))
    assert len(other.cards()) == len(paths)
    assert not other.notes_under(["/n"])  # its notes may not have come to this device yet
    (report,) = take(store, Note("/n/a.md"))
    assert report.removed == 1
    assert store.notes_under(["/n"]) == ["/n/deep/b.md"]
    assert store.rebuild()
