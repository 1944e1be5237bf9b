"""Stores of hostile texts and random deeds leave as JSON, and come back with cards and log.

`STUDYTUI_SOAK=1` tries 300 stores.
"""

import json
import os
import random
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from cards.formats import read
from cards.formats.anki.archive import PackageError
from cards.scheduling.fsrs import Rating
from cards.text.clean import clean
from db.store import Store
from sims.errors import InputError
from studytui.commands.packages import bring_in
from studytui.exporting import export
from studytui.sessions.auditing import Decider

STORES = 300 if os.environ.get("STUDYTUI_SOAK") else 12
PIECES = (
    "word ", "two words", "é", "e\u0301", "日本", "👩\u200d🔬", "\u202eab", "\u00a0", "a | b", "::",
    ":::", "\n?\n", "{{c1::a}}", "==h==", "$x^2$", "$$", "\\(y\\)", "\t", '"', "'", "- ", "<b>",
    "\n---\n", "<!-- ", "\n<!-- ", "\n<!-- a --> b", "-->", "\n<!-- a\nb -->\n", "\n<!---->\n# h",
    "\n```\nQ: x\n```\n", "#tag", "&amp;", "\\", "[x](y)", "\n", "\n\n", "0",
    "=1+1", ";;", "\u2028", "%",
)  # fmt: skip


@pytest.fixture(autouse=True)
def decided_at_once(monkeypatch):
    """Claims are decided without a worker, so that each store has the same badges quickly."""
    monkeypatch.setattr(Decider, "decide", lambda *_: {"verdict": "HOLDS", "kind": "proved"})


def text(chance):
    """Return a hostile side of a card, with a word of its own."""
    parts = chance.choices(PIECES, k=chance.randint(1, 5))
    return clean(f"w{chance.randrange(10**9)} {''.join(parts)}").strip()


def note(chance):
    """Return a native note; what its texts make of it is as it may be."""
    kinds = {
        "basic": lambda: f"Q: {text(chance)}\nA: {text(chance)}\n",
        "cloze": lambda: f"C: {text(chance)} [{chance.randrange(10**6)}] and [gap].\n",
        "both": lambda: f"Q: {text(chance)}\nA: {text(chance)}\n```check\nkind: reversed\n```\n",
        "own": lambda: f"Q: {text(chance)}\nA: x\n```check\nid: i-{chance.randrange(10**6)}\n```\n",
    }
    blocks = [kinds[chance.choice(list(kinds))]() for _ in range(chance.randint(1, 8))]
    return f"---\ndeck: a::b {chance.randrange(9)}\ntags: [x, y::z]\n---\n" + "\n".join(blocks)


def deed(store, chance, id):
    """Do one random thing with a card."""
    match chance.randrange(9):
        case 0 | 1 | 2 | 3:
            store.answer(id, chance.choice(list(Rating)), seconds=chance.random() * 60)
        case 4:
            store.suspend(id)
        case 5:
            store.tag(id, add=["hard"])
        case 6:
            store.set_due(id, chance.randint(1, 40))
        case 7:
            store.bury(id)
        case _:
            store.undo()


def stands(store):
    """Return what a store says of its cards, wherever they stand in notes."""
    found = {}
    for one in store.each_card():
        said = {**one.card.to_dict(), "file": "", "line": 0}
        said["check"] = {**(said.get("check") or {}), "line": 0}
        schedule = {
            field.name: getattr(one, field.name) for field in fields(one) if field.name != "card"
        }
        found[one.card.id] = rounded([said, schedule, store.history(one.card.id)])
    return found


def rounded(value):
    """Return a value with nine digits of its numbers: the last depend on how many are folded."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return f"{value:.9g}" if isinstance(value, float) else value


def log_of(path):
    records = json.loads(path.read_text(encoding="utf-8"))["records"]
    return [one["event"] for one in records if "event" in one]


@pytest.mark.parametrize("seed", range(STORES))
def test_a_store_and_its_log_come_back(tmp_path, seed):
    chance = random.Random(seed)
    now = [datetime(2026, 3, 1, 12, tzinfo=UTC)]
    one, other = (
        Store.open(tmp_path / f"{name}.db", zone=UTC, clock=lambda: now[0]) for name in "ab"
    )
    paths = [tmp_path / f"n {number}.md" for number in range(chance.randint(1, 3))]
    for _ in range(3):
        for path in paths:
            path.write_text(note(chance), encoding="utf-8")
        one.import_notes([read(path) for path in paths])
        for id in [stored.card.id for stored in one.each_card()]:
            now[0] += timedelta(hours=chance.randint(1, 30))
            try:
                deed(one, chance, id)
            except (InputError, LookupError):
                continue
    export(one, str(tmp_path / "a.json"), "")
    _, lost = bring_in(other, [tmp_path / "a.json"], tmp_path / "notes", False)
    assert not lost
    assert stands(other) == stands(one)
    export(other, str(tmp_path / "b.json"), "")
    log, again = log_of(tmp_path / "a.json"), log_of(tmp_path / "b.json")
    assert [event for event in again if event in log] == log
    one.close()
    other.close()


def test_an_older_export_leaves_cards_that_are_there_alone(tmp_path):
    one = Store.open(tmp_path / "a.db", zone=UTC)
    path = tmp_path / "n.md"
    texts = ["Q: One?\nA: 1\n", "Q: One?\nA: 1\n\nQ: And what is two?\nA: 2\n"]
    for text_now in (*texts[::-1], texts[1]):
        path.write_text(text_now, encoding="utf-8")
        one.import_notes([read(path)])
        if text_now == texts[0]:
            export(one, str(tmp_path / "a.json"), "")
    before = stands(one)
    bring_in(one, [tmp_path / "a.json"], tmp_path / "notes", False)
    assert stands(one) == before
    assert {stored.state for stored in one.each_card()} == {"new"}
    one.close()


def test_an_export_of_a_newer_program_is_refused_with_a_sentence(tmp_path):
    one = Store.open(tmp_path / "a.db", zone=UTC)
    export(one, str(tmp_path / "a.json"), "")
    text_now = (tmp_path / "a.json").read_text(encoding="utf-8")
    (tmp_path / "a.json").write_text(text_now.replace('"version": 1', '"version": 2'))
    with pytest.raises(PackageError, match="newer StudyTUI"):
        bring_in(one, [tmp_path / "a.json"], tmp_path / "notes", False)
    one.close()
