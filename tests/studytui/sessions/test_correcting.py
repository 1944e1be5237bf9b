"""A refuted statement of a note can be corrected into a new card, or muted."""

import pytest

from cards.formats import read
from db.store import Store
from studytui.sessions.correcting import MUTED, accept, corrections_of, mute

NOTE = "# Gini coefficient\n\nQ: What does a Gini of 1 mean?\nA: One person has all of it\n"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))
    note = tmp_path / "gini.md"
    note.write_text(NOTE)
    store = Store.open(tmp_path / "cards.db")
    store.import_notes([read(note)])
    yield store
    store.close()


def test_a_correction_becomes_a_card_once_and_mutes_the_statement(store):
    (stored,) = store.cards()
    assert accept(store, stored.card).startswith("A card of the correction")
    cards = {one.card.id: one for one in store.cards()}
    assert MUTED in cards[stored.card.id].tags
    (new,) = [one.card for id, one in cards.items() if id != stored.card.id]
    assert "1 - 1/n" in new.answer
    assert (new.deck, new.check.claim, new.check.found) == ("gini", "24.4", None)
    assert corrections_of("gini").read_text().startswith("---\ndeck: gini\n---\n")
    accept(store, stored.card)
    assert len(store.cards()) == 2


def test_a_muted_statement_is_said_no_more(store):
    (stored,) = store.cards()
    assert "muted" in mute(store, stored.card)
    assert MUTED in store.cards()[0].tags


def test_the_correction_of_what_a_claim_refutes_is_that_claim(store, tmp_path):
    note = tmp_path / "macs.md"
    note.write_text("# MACs v digital signatures\n\nQ: What is HMAC based on?\nA: A block cipher\n")
    store.import_notes([read(note)])
    (stored,) = store.cards("refuted: deck:macs")
    accept(store, stored.card)
    (new,) = [one.card for one in store.cards("deck:macs") if one.card.id != stored.card.id]
    assert "“HMAC is based on a block cipher” is not right" in new.prompt
    assert new.answer == "HMAC is a message authentication code built from a hash function"
    assert (new.check.claim, new.check.refuted) == ("20.3", None)
    assert not store.cards("refuted: deck:macs -tag:muted")
