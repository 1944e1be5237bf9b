"""Imports of notes in which git left a conflict."""

from pathlib import Path

from cards.formats import read
from db.store import Store

CARD = "Q: What is red?\nA: a colour\n"
WARM = CARD.replace("a colour", "a warm colour")
BOTH = f"<<<<<<< HEAD\n{CARD}=======\n{WARM}>>>>>>> other\n"


def test_the_cards_of_a_note_in_conflict_stay_until_it_is_resolved(
    tmp_path: Path, store: Store
) -> None:
    path = tmp_path / "note.md"
    path.write_text(CARD)
    store.import_notes([read(path)])
    before = store.cards()
    path.write_text(BOTH)
    note = read(path)
    assert not note.whole
    assert note.problems[0].line == 1
    assert "git left a conflict" in note.problems[0].message
    store.import_notes([note])
    assert store.cards() == before
    path.write_text(WARM)
    report = store.import_notes([read(path)])
    assert (report.files[0].relinked, len(store.cards())) == (1, 1)
