"""Random collections go to Anki and come back in all layouts: what Anki holds is what we hold."""

import os
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cards.card import Card, Check, Kind
from cards.formats import read
from cards.formats.anki import history
from cards.formats.anki.package import Losses, Package, write_originals
from cards.formats.anki.review_log import ReviewLog
from cards.formats.native_text import files_of
from cards.formats.topics import topic_of
from cards.identity import identify
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db import exporting
from db.store import Store

anki = pytest.importorskip("anki.collection", reason="Anki, the yardstick, is not installed")

COUNT = 1000 if os.environ.get("STUDYTUI_SOAK") else 3
WORDS = [
    *("gradient", "entropy", "policy", "\\(x^2\\)", "$\\alpha$", "**bold**", "`code`", "tensor"),
    *("<b>", "&", "[link](a.md)", "π"),
]
START = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


def text(chance, words=4):
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, words)))


def notes_of(chance, folder):
    """Return notes of random cards, as they are read from files."""
    cards = []
    for number in range(chance.randint(3, 10)):
        cards += random_cards(chance, number)
    files, lost = files_of(list({card.id: card for card in cards}.values()))
    assert not lost
    return written(files, folder)


def random_cards(chance, number):
    deck = chance.choice(["A", "A::B", "Deep: learning"])
    headings = ((), ("Top",), ("Top", "Sub"))[chance.randrange(3)]
    own = f"own-{number}" if chance.random() < 0.4 else None
    tags = tuple(chance.sample(["x", "y::z", "w"], chance.randint(0, 2)))
    check = Check(id=own, tags=tags) if own or tags else None
    topic = topic_of(list(enumerate(headings, 1)), deck.rpartition("::")[2])

    def card(kind, id, family, prompt, answer, check=check):
        return Card(
            own or id, family, deck, topic, headings, kind, prompt, answer, "", 1, check, (), tags
        )

    front, back = f"{text(chance)} {number}", text(chance)
    shape = chance.randrange(4)
    if shape == 0:
        gaps = [f"gap{number} a", f"gap{number} b"]
        sentence = f"{text(chance)} {gaps[0]} and {gaps[1]}"
        prompts = [sentence.replace(gap, "[…]") for gap in gaps]
        made = [
            card(Kind.CLOZE, identify("cloze", *one), identify("cloze", sentence), *one)
            for one in zip(prompts, gaps, strict=True)
        ]
        return [replace(c, id=f"{own}.{n}") if own else c for n, c in enumerate(made, 1)]
    kind, other = Kind.BASIC, check
    if shape == 1:
        kind, back = Kind.CHOICE, "two"
        other = replace(check or Check(), choices=("one", "two"), answer="two")
    id = identify("basic", front, back)
    return [card(kind, id, id, front, back, other)]


def written(files, folder):
    for file in files:
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_text(file.text, encoding="utf-8")
    return [read(folder / file.path) for file in files]


def studied(store, clock, chance):
    """Study some days, and change a few cards otherwise."""
    for _ in range(chance.randint(0, 12)):
        clock.now += timedelta(
            hours=chance.choice([0, 1, 20, 26, 24 * 9]), seconds=chance.randint(1, 5000)
        )
        for _ in range(chance.randint(1, 6)):
            queued = store.next_card(ahead=30)
            if queued is None:
                break
            rating = Rating(chance.choices([1, 2, 3, 4], [2, 1, 5, 2])[0])
            store.answer(queued.card.id, rating, seconds=chance.randint(1, 90))
            clock.now += timedelta(seconds=chance.randint(2, 60))
    ids = [stored.card.id for stored in store.cards()]
    for id in chance.sample(ids, min(2, len(ids))):
        stored = store.card(id)
        if stored.state == "review" and chance.random() < 0.5:
            store.set_due(id, chance.randint(0, 40))
        if chance.random() < 0.4:
            store.suspend(id)
        elif chance.random() < 0.4:
            store.bury(id)


def held(store):
    """Return what a store holds, in a form that does not depend on files and rounding."""
    with store._context.reading() as (connection, _, current):
        found = list(exporting.cards(connection, range(1, 1000)))
        answers = list(exporting.answers(connection, {card.id for card, _ in found}, current))
    return {card.id: (*asked(card), *standing(s)) for card, s in found}, sorted(
        (a.card, a.at, a.rating, a.before, a.milliseconds) for a in answers
    )


def asked(card):
    said = card.to_dict()
    check = said.pop("check") or {}
    own = {name: value for name, value in check.items() if name not in ("line", "kind")}
    return {**said, "file": "", "line": 0}, own


def standing(s):
    due = s.due_day if s.due_at is None and s.day is not None else None
    memory = [value and round(value, 3) for value in (s.stability, s.difficulty)]
    rests = s.buried_day > 0 and not s.suspended
    return (
        s.state,
        s.suspended,
        rests,
        s.reps,
        s.lapses,
        due,
        s.due_at and s.due_at // 1000,
        *memory,
    )


def anki_held(collection):
    """Return what a collection of Anki's holds, by guid and template."""
    rows = collection.db.all(
        "select n.guid, c.ord, c.type, c.queue, c.due, c.reps, c.lapses, c.data, c.id "
        "from cards c join notes n on n.id = c.nid"
    )
    reviews = collection.db.all("select id, cid, ease, time from revlog")
    return rows, reviews


def bring_in(path, folder, store):
    package = Package(path)
    contents = package.contents(store.ids_of, Path("notes"))
    until = history.latest(store._context.moment().now)
    log = ReviewLog.read(package.reviews, [c.id for c in contents.cards.values()], until)
    history.left_out(contents, log)
    notes = written(contents.files, folder)
    write_originals(folder, "deck", contents)

    def past(local, hour, now):
        calendar = history.Calendar(local, hour, now)
        start = history.first_day(contents.created, contents.offset, calendar)
        return history.events(contents.cards, log, start, calendar)

    store.bring_in(notes, past, contents.options)
    package.close()
    return list(contents.losses.lines())


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(COUNT))
def test_a_random_collection_comes_through_anki(tmp_path, seed):
    chance = random.Random(seed)
    clock = Clock()
    store = Store.open(tmp_path / "a.db", clock=clock, zone=UTC)
    store.import_notes(notes_of(chance, tmp_path / "notes"))
    studied(store, clock, chance)
    package = tmp_path / "out.apkg"
    assert store.export_anki(package) == []
    collection = anki.Collection(str(tmp_path / "c.anki2"))
    options = anki.ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
    request = anki.ImportAnkiPackageRequest(package_path=str(package), options=options)
    collection.import_anki_package(request)
    cards, log = held(store)
    rows, reviews = anki_held(collection)
    assert len(rows) == len(cards)
    assert sorted((id, ease, time) for id, _, ease, time in reviews) == sorted(
        (at, rating, time) for _, at, rating, _, time in log
    )
    ours = sorted((one[5], one[6]) for one in cards.values())
    assert sorted((row[5], row[6]) for row in rows) == ours
    for legacy, name in ((True, "two.apkg"), (False, "three.apkg")):
        exported = tmp_path / name
        collection.export_anki_package(
            out_path=str(exported),
            options=anki.ExportAnkiPackageOptions(
                with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy
            ),
            limit=None,
        )
        _comes_back(exported, tmp_path / name.replace(".", "-"), clock, cards, log)
    collection.close()
    _comes_back(package, tmp_path / "one", clock, cards, log)
    store.close()


def _comes_back(path: Path, folder: Path, clock, cards, log):
    folder.mkdir()
    store = Store.open(folder / "b.db", clock=clock, zone=UTC)
    assert bring_in(path, folder / "notes", store) == []
    again, log_again = held(store)
    assert again == cards
    assert log_again == log
    assert store.rebuild()
    store.close()


def test_notes_of_anki_keep_guid_type_and_fields(tmp_path):
    clock = Clock()
    collection = anki.Collection(str(tmp_path / "c.anki2"))
    kinds = {
        "Basic": ["front <b>x</b>", "back"],
        "Basic (and reversed card)": ["Norway", "Oslo"],
        "Cloze": ["{{c1::a}} of {{c2::b::hint}}", "more"],
        "Basic (type in the answer)": ["2+2", "4"],
    }
    for kind, fields in kinds.items():
        note = collection.new_note(collection.models.by_name(kind))
        note.fields = fields
        collection.add_note(note, collection.decks.id("Deck"))
    before = collection.db.all("select guid, mid, flds, id from notes order by id")
    exported = tmp_path / "a.apkg"
    options = anki.ExportAnkiPackageOptions(with_scheduling=True, legacy=False)
    collection.export_anki_package(out_path=str(exported), options=options, limit=None)
    store = Store.open(tmp_path / "b.db", clock=clock, zone=UTC)
    bring_in(exported, tmp_path / "notes", store)
    note = tmp_path / "notes" / "Deck.md"
    edited = note.read_text().replace("A: back", "A: the **edited** back")
    note.write_text(edited)
    store.import_notes([read(note)])
    again = tmp_path / "again.apkg"
    assert store.export_anki(again) == []
    request = anki.ImportAnkiPackageRequest(
        package_path=str(again), options=anki.ImportAnkiPackageOptions()
    )
    log = collection.import_anki_package(request).log
    assert len(log.new) == 0
    after = collection.db.all("select guid, mid, flds, id from notes order by id")
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [new[2] for _, new in changed] == [
        "front <b>x</b>\x1fthe <strong>edited</strong> back"
    ] or not changed
    assert [row[:2] for row in before] == [row[:2] for row in after]
    collection.close()
    store.close()


def test_media_go_back_to_anki_under_the_names_that_its_fields_say(tmp_path):
    names = ["dot..png", "o'clock.png", "l" * 100 + ".mp3", "ü.png"]
    collection = anki.Collection(str(tmp_path / "c.anki2"))
    for number, name in enumerate(names):
        (Path(collection.media.dir()) / name).write_bytes(b"%d" % number)
        note = collection.new_note(collection.models.by_name("Basic"))
        sound = name.endswith("mp3")
        note.fields = [f"[sound:{name}]" if sound else f'<img src="{name}">', f"{number}"]
        collection.add_note(note, collection.decks.id("Deck"))
    exported = tmp_path / "a.apkg"
    options = anki.ExportAnkiPackageOptions(with_media=True, legacy=False)
    collection.export_anki_package(out_path=str(exported), options=options, limit=None)
    collection.close()
    store = Store.open(tmp_path / "b.db", clock=Clock(), zone=UTC)
    package = Package(exported)
    package.write_media(tmp_path / "notes" / "media", Losses(), [])
    package.close()
    bring_in(exported, tmp_path / "notes", store)
    again = tmp_path / "again.apkg"
    assert store.export_anki(again) == []
    store.close()
    other = anki.Collection(str(tmp_path / "d.anki2"))
    options = anki.ImportAnkiPackageOptions()
    other.import_anki_package(
        anki.ImportAnkiPackageRequest(package_path=str(again), options=options)
    )
    held = {path.name: path.read_text() for path in Path(other.media.dir()).iterdir()}
    assert held == {name: str(number) for number, name in enumerate(names)}
    other.close()


def test_a_picture_written_into_a_field_is_named_as_lost_and_goes_back_to_anki(tmp_path):
    picture = f'<img src="data:image/png;base64,{"A" * 30_000}"> which?'
    collection = anki.Collection(str(tmp_path / "c.anki2"))
    note = collection.new_note(collection.models.by_name("Basic"))
    note.fields = [picture, "this"]
    collection.add_note(note, collection.decks.id("Deck"))
    exported = tmp_path / "a.apkg"
    options = anki.ExportAnkiPackageOptions(legacy=True)
    collection.export_anki_package(out_path=str(exported), options=options, limit=None)
    collection.close()
    store = Store.open(tmp_path / "b.db", clock=Clock(), zone=UTC)
    (lost,) = bring_in(exported, tmp_path / "notes", store)
    assert "written into a field" in lost
    (card,) = read(tmp_path / "notes" / "Deck.md").cards
    assert card.prompt == "![](#) which?"
    assert store.export_anki(tmp_path / "again.apkg") == []
    store.close()
    package = Package(tmp_path / "again.apkg")
    assert [note.fields[0] for note in package.collection.notes()] == [picture]
    package.close()


def test_a_note_without_cards_is_no_trouble(tmp_path):
    store = Store.open(tmp_path / "a.db", clock=Clock(), zone=UTC)
    store.import_notes([Note("a.md")])
    assert store.export_anki(tmp_path / "empty.apkg") == []
    store.close()
