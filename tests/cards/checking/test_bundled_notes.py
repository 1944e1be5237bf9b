"""The bundled deck: a note a topic, whose cards lead to something to run, half of them checked."""

import pytest

from cards.card import Card, Kind
from cards.formats import read
from cards.notes import bundled_notes
from sims import registry

NOTES = {path.stem: path for path in bundled_notes()}


def test_every_topic_has_a_note() -> None:
    assert sorted(NOTES) == sorted(registry.available())


@pytest.mark.parametrize("slug", NOTES)
def test_a_note_asks_enough_and_leads_somewhere(slug: str) -> None:
    note, topic = read(NOTES[slug]), registry.load(slug)
    assert not note.problems
    assert len(note.cards) >= 8
    checked = [card for card in note.cards if decided(card)]
    assert len(checked) >= len(note.cards) / 2
    assert sum(bool(card.check and card.check.given) for card in checked) >= 3
    run = {**topic.simulations, **topic.derivations}
    for card in note.cards:
        assert card.check, f"{card.file}:{card.line}"
        assert not any(option[0] in "'\"" for option in card.check.choices or ()), card.line
        leads = {card.check.simulation, card.check.derivation} & set(run)
        assert leads or card.check.claim in topic.claims, (
            f"{card.file}:{card.line} leads to nothing of its topic"
        )


def decided(card: Card) -> bool:
    """Return whether computing decides a card's answer, rather than the learner."""
    return bool(card.derive or (card.check and card.check.decides))


@pytest.mark.parametrize("slug", NOTES)
def test_a_hint_is_short_and_keeps_the_answer_back(slug: str) -> None:
    for card in read(NOTES[slug]).cards:
        if card.check is None or card.check.hint is None:
            continue
        place, hint = f"{card.file}:{card.line}", card.check.hint.casefold()
        assert len(hint.split()) <= 14, place
        answer = card.check.answer
        if answer and (card.kind is Kind.CHOICE or not answer.isalnum()):
            assert f" {answer.casefold()} " not in f" {hint} ", place
