"""A card that is added: only what reads back as it was meant is written."""

from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.card import Kind
from cards.formats import addition as additions
from cards.formats import native, read
from cards.formats.addition import Addition, AdditionError, appended, with_claim

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


def test_a_first_card_begins_a_note_in_its_deck(tmp_path: Path) -> None:
    path = tmp_path / "new" / "mine.md"
    (card,) = appended(path, Addition("What is $x$?", "It is 3.", "answer: 3"), "Maths")
    assert (card.deck, card.kind, card.computed) == ("Maths", Kind.NUMBER, True)
    assert [again.id for again in read(path).cards] == [card.id]


def test_a_card_is_put_at_the_end_and_changes_no_other(tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    path.write_text("# Softmax\n\nQ: One?\nA: 1", encoding="utf-8")
    before = read(path).cards
    gaps = appended(path, Addition("Softmax [sums] to [one]."))
    assert [card.kind for card in gaps] == [Kind.CLOZE, Kind.CLOZE]
    assert {card.topic for card in gaps} == {"softmax"}
    assert [card.id for card in read(path).cards] == [card.id for card in (*before, *gaps)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["A: 1", "A: 1\n", "A: 1\n\n"])
def test_what_stands_in_a_note_stays_byte_for_byte(tmp_path: Path, end: str, last: str) -> None:
    path = tmp_path / "mine.md"
    old = f"\ufeffQ: One\u200f?\n```make\nall:\n\techo\n```\n{last}".replace("\n", end).encode()
    path.write_bytes(old)
    appended(path, Addition("Two?", "2"))
    joint = "\n" if last.endswith("\n") else "\n\n"
    assert path.read_bytes() == old + f"{joint}Q: Two?\nA: 2\n".replace("\n", end).encode()


def test_a_link_that_leads_nowhere_is_no_note(tmp_path: Path) -> None:
    for name, target in (("new.md", "gone.md"), ("round.md", "round.md")):
        (tmp_path / name).symlink_to(target)
        with pytest.raises(AdditionError, match="leads to no file"):
            appended(tmp_path / name, Addition("Two?", "2"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.md", "round.md"]


@pytest.mark.parametrize(
    ("addition", "says"),
    [
        (Addition(" "), "write a question"),
        (Addition("What?"), "write an answer"),
        (Addition("What?", "That.", "answr: 3"), "answr"),
    ],
)
def test_what_cannot_be_read_is_not_written(tmp_path: Path, addition: Addition, says: str) -> None:
    path = tmp_path / "mine.md"
    with pytest.raises(AdditionError, match=says):
        appended(path, addition)
    assert not path.exists()


def test_an_open_fence_takes_no_card(tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    path.write_text("Q: One?\nA: 1\n\n```python\nx = 1\n", encoding="utf-8")
    with pytest.raises(AdditionError, match="still open"):
        appended(path, Addition("Two?", "2"))
    assert path.read_text(encoding="utf-8").endswith("x = 1\n")


def test_an_outline_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "outline.txt"
    path.write_text("Softmax\n- a weighting scheme\n", encoding="utf-8")
    with pytest.raises(AdditionError, match="outline"):
        appended(path, Addition("Two?", "2"))


@given(st.builds(Addition, TEXT, TEXT, TEXT))
def test_whatever_is_typed_gives_cards_or_a_sentence(addition: Addition) -> None:
    with suppress(AdditionError):
        assert addition.cards() == native.read("card.md", addition.block()).cards


def test_a_notebook_is_left_to_jupyter(tmp_path: Path) -> None:
    path = tmp_path / "mine.ipynb"
    path.write_text('{"cells": [], "nbformat": 4}', encoding="utf-8")
    with pytest.raises(AdditionError, match="Jupyter"):
        appended(path, Addition("What?", "That."))
    with pytest.raises(AdditionError, match="Jupyter"):
        with_claim(path, 1, "claim: x >= 0")
    assert path.read_text(encoding="utf-8") == '{"cells": [], "nbformat": 4}'


@pytest.mark.parametrize("there", [True, False])
def test_cards_that_are_added_at_once_are_all_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    path = tmp_path / "n.md"
    if there:
        path.write_text("Q: one?\nA: 1\n")
    write = additions.write_note
    others: list[Thread] = []

    def write_late(path: Path, text: str) -> None:
        if not others:
            second = Thread(target=appended, args=(path, Addition("three?", "3")))
            others.append(second)
            second.start()
            second.join(0.2)  # it waits, or has written what is about to be lost
        write(path, text)

    monkeypatch.setattr(additions, "write_note", write_late)
    appended(path, Addition("two?", "2"))
    others[0].join()
    assert [card.prompt for card in read(path).cards][-2:] == ["two?", "three?"]
