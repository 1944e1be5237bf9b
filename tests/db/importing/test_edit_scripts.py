"""Random edits of notes, several at once: cards keep their schedule, and none takes another's."""

import os
import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cards.card import Card, Kind
from cards.identity import identify
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.store import Store

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
SCRIPTS, CARDS = (2_000, 500) if SOAK else (4, 120)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]


def vocabulary(chance):
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(600)]


def phrase(chance, words, least, most):
    return " ".join(chance.choices(words, k=chance.randint(least, most)))


def card(kind, prompt, answer, path):
    id = identify(kind.value, prompt, answer)
    return Card(id, id, "Deck", "topic", (), kind, prompt, answer, path, 1)


def new_card(chance, words, path):
    if chance.random() < 0.25:
        text = phrase(chance, words, 6, 14).split()
        gap = chance.randrange(len(text))
        answer, text[gap] = text[gap], "[…]"
        return card(Kind.CLOZE, " ".join(text), answer, path)
    opening = chance.choice(["What is", "Why does", "How do", "When is", "Define"])
    prompt = f"{opening} {phrase(chance, words, 3, 9)}?"
    return card(Kind.BASIC, prompt, phrase(chance, words, 1, 8), path)


def slip(chance, text):
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(["", chance.choice(LETTERS), text[at] * 2]) + text[at + 1 :]


def reworded(chance, words, text):
    parts = text.split()
    for at in chance.sample(range(len(parts)), len(parts) // 3):
        if parts[at] != "[…]":
            parts[at] = chance.choice(words)
    return " ".join(parts)


def edited(chance, words, one):
    prompt, answer = one.prompt, one.answer
    how = chance.randrange(4)
    if how == 0:
        before, gap, after = prompt.partition("[…]")
        prompt = slip(chance, before) + gap + after if before else prompt + gap + after
    elif how == 1:
        answer = slip(chance, answer)
    else:
        prompt = reworded(chance, words, prompt)
        answer = reworded(chance, words, answer) if how == 3 else answer
    if not prompt.strip() or not answer.strip():
        return one
    return card(one.kind, prompt, answer, one.file)


def script(chance, words, files):
    """Edit files, {path: cards}, in several ways; return them, and what became of each card."""
    origin = {one.id: one.id for some in files.values() for one in some}
    files = {path: list(some) for path, some in files.items()}
    share = chance.choice([0.02, 0.1, 0.3])
    for path, some in files.items():
        for at, one in enumerate(some):
            if chance.random() < share:
                some[at] = edited(chance, words, one)
                if some[at].id != one.id:
                    origin[some[at].id] = origin.pop(one.id)
        kept = [one for one in some if chance.random() > 0.02]
        kept += [new_card(chance, words, path) for _ in range(chance.choice([0, 0, 1, 3]))]
        if chance.random() < 0.5:
            chance.shuffle(kept)
        files[path] = kept
    for path in sorted(files):
        how = chance.randrange(4)
        if how == 0:
            files[f"renamed-{path}"] = files.pop(path)
        elif how == 1:
            half = len(files[path]) // 2
            files[f"split-{path}"] = files[path][half:]
            files[path] = files[path][:half]
        elif how == 2:
            other = chance.choice(sorted(files))
            moved = [one for one in files[path] if chance.random() < 0.2]
            files[path] = [one for one in files[path] if one not in moved]
            files[other] = files[other] + moved
    placed = {
        path: [replace(one, file=path, line=line) for line, one in enumerate(some, 1)]
        for path, some in files.items()
    }
    return placed, origin


def taken_in(store, files, gone=()):
    notes = [Note(path, tuple(some)) for path, some in sorted(files.items())]
    return store.import_notes([*notes, *(Note(path) for path in gone)])


@pytest.mark.soak
def test_cards_keep_their_schedule_through_edits(tmp_path):
    chance = random.Random(2_000)
    survived = kept = doubtful = stolen = 0
    for number in range(SCRIPTS):
        words = vocabulary(chance)
        path = tmp_path / f"{number}.db"
        store = Store.open(path, clock=lambda: datetime(2026, 1, 5, 9, tzinfo=UTC), zone=UTC)
        files = {f"{name}.md": [] for name in "abcde"}
        for count in range(CARDS):
            name = f"{'abcde'[count % 5]}.md"
            files[name].append(new_card(chance, words, name))
        taken_in(store, files)
        names = {}
        for tag, stored in enumerate(store.cards()):
            store.tag(stored.card.id, add=[f"n{tag}"])
            names[stored.card.id] = f"n{tag}"
        after, origin = script(chance, words, files)
        report = taken_in(store, after, [one for one in files if one not in after])
        asked = {doubt.new.id for file in report.files for doubt in file.doubtful}
        now = {stored.card.id: stored.tags for stored in store.cards("-is:missing")}
        for id in {one.id for some in after.values() for one in some}:
            before = origin.get(id)
            tags = now[id]
            if before is not None:
                survived += 1
                kept += tags == (names[before],)
                doubtful += id in asked
            stolen += bool(tags) and (before is None or tags != (names[before],))
        store.close()
        path.unlink()
    assert kept >= 0.99 * survived
    assert doubtful <= 0.02 * survived
    assert stolen == 0


def test_a_file_renamed_and_edited_keeps_progress(tmp_path):
    chance = random.Random(7)
    words = vocabulary(chance)
    store = Store.open(tmp_path / "s.db", clock=lambda: datetime(2026, 1, 5, 9, tzinfo=UTC))
    old = [new_card(chance, words, "old.md") for _ in range(30)]
    taken_in(store, {"old.md": old})
    for one in old:
        store.answer(one.id, Rating.GOOD, seconds=1)
    now = [card(one.kind, f"{one.prompt} indeed", one.answer, "new.md") for one in old]
    report = taken_in(store, {"new.md": now}, ["old.md"])
    assert [(file.path, file.relinked, file.new, file.removed) for file in report.files] == [
        ("new.md", 30, 0, 0),
        ("old.md", 0, 0, 0),
    ]
    assert all(stored.reps == 1 for stored in store.cards("-is:missing"))
    assert store.rebuild()
    store.close()
