"""Another store may hold anything: a sync takes over what is sound, or says what is not."""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cards.card import Check, Kind, Misconception
from cards.note import Note
from cards.scheduling.fsrs import Rating
from cards.variants.draw import VariantError, draw
from db.log.events import new_id
from db.storage import opening
from db.storage.schema import CARDS, EVENTS, SECTIONS
from db.store import Store, StoreError

EXAMPLES = 2_000 if os.environ.get("STUDYTUI_SOAK") else 15
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=2)


def opened(path: Path, now: datetime = LATER) -> Store:
    return Store.open(path, clock=lambda: now, zone=UTC)


@pytest.fixture(scope="module")
def stores(card: Any) -> Iterator[Path]:
    """A folder with two stores that met once; the other has something of everything since."""
    check = Check(
        answer="a + 1",
        given={"a": "int 2..9"},
        variables={"a": "real"},
        misconceptions=(Misconception("a", "One is missing."),),
        tags=("sum",),
    )
    cards = [
        card(0),
        card(1, kind=Kind.NUMBER, check=check, tags=("sum",)),
        card(2, kind=Kind.CHOICE, answer="one", check=Check(choices=("one", "two"))),
    ]
    note, changed = Note("note.md", tuple(cards)), replace(cards[0], answer="Changed.")
    with TemporaryDirectory(dir=MEMORY) as name:
        folder = Path(name)
        with closing(opened(folder / "mine.db", NOW)) as mine:
            mine.import_notes([note])
            mine.answer("card-0", Rating.GOOD, seconds=2)
            mine.sync(folder / "other.db")
        with closing(opened(folder / "other.db", NOW + timedelta(days=1))) as other:
            more = card(3, id="old", prompt="What does the softmax function turn scores into?")
            other.import_notes([Note("note.md", (changed, *cards[1:], more))])
            more = replace(more, id="new", prompt=more.prompt.replace("scores", "its scores"))
            other.import_notes([Note("note.md", (changed, *cards[1:], more))])
            said = {"verdict": "different", "outcome": "wrong", "misconception": "One is missing."}
            variant = {"seed": 1, "values": {"a": "3"}}
            other.answer("card-1", Rating.AGAIN, seconds=2, grade=said, variant=variant, typed="a")
            other.answer("card-2", Rating.EASY, seconds=2, hinted=True)
            other.undo()
            other.suspend("card-2")
            other.unsuspend("card-2")
            other.bury("card-2")
            other.unbury("card-2")
            other.set_due("card-2", 3)
            other.tag("card-2", ["mine"])
            other.set_option("Deck", "new_per_day", 5)
            other.set_parameters(other.parameters())
            other.allow_more(new=2, deck="Deck")
            score = {"right": 1, "wrong": 0, "open": 0}
            questions = [{"card": "card-1", "right": True}]
            other.record_quiz({"id": "a", "seed": 1, "score": score, "questions": questions})
        with closing(opened(folder / "mine.db", NOW + timedelta(days=1))) as mine:
            mine.answer("card-1", Rating.HARD, seconds=2)
        yield folder


def works(path: Path) -> None:
    """Do everything with a store that a sync could have spoilt."""
    with closing(opened(path)) as store:
        for stored in store.cards():
            assert store.find(stored.card.prompt) is not None
            store.history(stored.card.id)
            store.last_variant(stored.card.id)
            with suppress(VariantError):
                draw(stored.card, 3)
        store.overview()
        json.dumps([store.statistics(), store.statistics("deck:deck"), store.quizzes()])
        store.find("tag:sum")
        queued = store.next_card()
        assert queued is not None
        store.answer(queued.card.id, Rating.GOOD, seconds=1)
        assert store.undo() is not None
        store.tag("card-0", ["tag"])
        assert store.rebuild()


def met(stores: Path, folder: Path, change: Any) -> str:
    """Let a copy of `mine` meet a changed copy of `other`; return what was said against it."""
    for name in ("mine.db", "other.db"):
        shutil.copyfile(stores / name, folder / name)
    with closing(sqlite3.connect(folder / "other.db", isolation_level=None)) as database:
        change(database)
        for table in ("events", "cards", "sections", "newer"):  # who changes them can seal them
            database.execute(f"UPDATE {table} SET checksum = NULL")
    said = ""
    with closing(opened(folder / "mine.db")) as mine:
        try:
            mine.sync(folder / "other.db")
        except StoreError as error:
            said = str(error)
    works(folder / "mine.db")
    return said


NESTED = '{"a":' + "[" * 900 + "1" + "]" * 900 + "}"


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE cards SET line = ? WHERE id = 'new'", ["!touch it"]),
        ("UPDATE cards SET file = ? WHERE id = 'new'", ["\x1b[31mred.md"]),
        ("UPDATE cards SET added = -1 WHERE id = 'card-1'", []),
        ("UPDATE cards SET added = ? WHERE id = 'card-1'", [10**18]),
        ("UPDATE cards SET stamp = 'abc' WHERE id = 'card-1'", []),
        ("UPDATE cards SET stamp = ? WHERE id = 'card-1'", [b"\xff" * 16]),
        ("UPDATE cards SET named = ? WHERE id = 'card-1'", [b"\1" * 15]),
        ("UPDATE cards SET named = ? WHERE id = 'card-1'", [b"\xff" * 16]),
        (
            "INSERT INTO newer SELECT key, ?, 0, digest, '[]', file, line, NULL FROM cards",
            [bytes(16)],
        ),
        ("INSERT INTO newer SELECT key, 5, 0, digest, body, file, line, NULL FROM cards", []),
        ("UPDATE events SET at = at + 400000000 WHERE kind = 'review'", []),
        (
            "UPDATE events SET payload = json_set(payload, '$.day', 2000000) WHERE kind = 'review'",
            [],
        ),
        ("UPDATE cards SET body = json_set(body, '$.prompt', 5) WHERE id = 'new'", []),
        ("UPDATE cards SET body = json_set(body, '$.answer', NULL) WHERE id = 'new'", []),
        ("UPDATE cards SET body = json_set(body, '$.tags', json('[5]')) WHERE id = 'new'", []),
        ("UPDATE cards SET body = json_set(body, '$.check', json(?)) WHERE id = 'new'", [NESTED]),
        ("UPDATE events SET id = ? WHERE kind = 'suspend'", [b"\xff" * 16]),
        ("UPDATE events SET \"offset\" = 'abc' WHERE kind = 'suspend'", []),
        ("UPDATE events SET at = 'abc' WHERE kind = 'suspend'", []),
        ("UPDATE events SET target = 'abc' WHERE kind = 'withdrawal'", []),
        ("UPDATE events SET card = NULL WHERE kind = 'review'", []),
        ("UPDATE events SET kind = 'later', payload = ? WHERE kind = 'suspend'", [NESTED]),
        ("UPDATE events SET payload = json_set(payload, '$.variant', 5) WHERE kind = 'review'", []),
        ("UPDATE events SET payload = json_remove(payload, '$.score') WHERE kind = 'quiz'", []),
        ("UPDATE events SET payload = json_remove(payload, '$.seed') WHERE kind = 'quiz'", []),
        (
            "UPDATE events SET payload = json_set(payload, '$.id', json('[]')) WHERE kind = 'quiz'",
            [],
        ),
        (
            "UPDATE events SET payload = json_set(payload, '$.questions', json('[{}]')) "
            "WHERE kind = 'quiz'",
            [],
        ),
        ("UPDATE events SET payload = json_set(payload, '$.new', 0.5) WHERE kind = 'more'", []),
        (
            "UPDATE events SET payload = json_set(payload, '$.values[0]', '0.2') "
            "WHERE kind = 'parameters'",
            [],
        ),
        # What is left of the name when it is cleaned.
        (
            "UPDATE events SET payload = json_set(payload, ?, 9) WHERE kind = 'review'",
            ["$.rating\u200e"],
        ),
    ],
)
def test_what_cannot_be_is_refused(
    stores: Path, tmp_path: Path, statement: str, values: list[Any]
) -> None:
    def change(database: sqlite3.Connection) -> None:
        assert database.execute(statement, values).rowcount > 0

    assert re.search("cannot be read|no proper id", met(stores, tmp_path, change))


def test_new_ids_follow_those_of_a_clock_that_is_ahead(stores: Path, tmp_path: Path) -> None:
    """What is taken over is not refused by the next device, with what was done since."""
    ahead = new_id(int((LATER + timedelta(days=36_524)).timestamp() * 1000), None)

    def change(database: sqlite3.Connection) -> None:
        database.execute("UPDATE events SET id = ? WHERE kind = 'suspend'", (ahead,))

    assert met(stores, tmp_path, change) == ""
    with closing(opened(tmp_path / "mine.db")) as mine:
        mine.answer("card-0", Rating.GOOD, seconds=1)
        assert mine.sync(tmp_path / "third.db").sent.reviews > 0


def test_a_card_that_says_nothing_of_tags_is_found(stores: Path, tmp_path: Path) -> None:
    def change(database: sqlite3.Connection) -> None:
        database.execute("UPDATE cards SET body = json_remove(body, '$.tags') WHERE id = 'new'")

    assert met(stores, tmp_path, change) == ""


def test_json_may_not_hide_what_it_says_by_short_escapes(stores: Path, tmp_path: Path) -> None:
    def change(database: sqlite3.Connection) -> None:
        said = "UPDATE cards SET body = replace(body, 'softmax function', ?) WHERE id = 'new'"
        database.execute(said, (r"soft\b\r\fmax",))

    assert met(stores, tmp_path, change) == ""
    with closing(opened(tmp_path / "mine.db")) as mine:
        assert "soft\n max" in mine.card("new").card.prompt


def test_rows_that_both_have_may_not_be_folded_there(stores: Path, tmp_path: Path) -> None:
    """They are not compared, so that it shows only when the other store is brought up to date."""

    def change(database: sqlite3.Connection) -> None:
        database.execute("UPDATE cards SET body = '[]' WHERE id = 'card-1'")
        database.execute("INSERT INTO meta VALUES ('unfolded', '1')")

    assert "other.db: The card at note.md:2 cannot be read." in met(stores, tmp_path, change)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "abc", "\x1b[2J", "3", "basic", "review", "card-1", "a  b\n"])
    | st.sampled_from([0, 1, -1, 0.5, 19_000, 2_899_999, 10**18]),
    lambda part: (
        st.lists(part, max_size=2) | st.dictionaries(st.text(max_size=2), part, max_size=2)
    ),
    max_leaves=3,
)
COLUMN = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(max_size=3),
    st.binary(max_size=17),
    st.sampled_from(["abc", "!touch it", "\x1b[2J", "a  b", "basic", "card-0", "invention"]),
    st.sampled_from([-1, 0, 1, 10**18, b"\xff" * 16, bytes(16)]),
)


def words(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the paths of all that is in JSON, itself included."""
    yield path
    if isinstance(data, dict | list):
        for name, part in data.items() if isinstance(data, dict) else enumerate(data):
            yield from words(part, (*path, name))


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return JSON with another value at a path; `...` takes it out."""
    if not path:
        return None if value is ... else value
    *way, last = path
    place = data
    for name in way:
        place = place[name]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return data


@pytest.mark.parametrize("name", ["seconds", "predicted"])
@pytest.mark.parametrize("value", ["null", "1e308", "1e15", "[]", '"3"'])
def test_a_measure_that_cannot_be_computed_with_is_said(
    stores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """A review that both stores have is not looked at by a sync, but folded in the other one."""
    monkeypatch.setattr(opening, "refuse_strange", lambda _: None)

    def change(database: sqlite3.Connection) -> None:
        (id, payload) = database.execute(
            "SELECT id, payload FROM events WHERE kind = 'review' ORDER BY id"
        ).fetchone()
        said = json.dumps(json.loads(payload) | {name: json.loads(value)})
        database.execute("UPDATE events SET payload = ? WHERE id = ?", (said, id))

    assert "cannot be read. `studytui doctor`" in met(stores, tmp_path, change)


def test_a_number_for_an_id_takes_no_memory(stores: Path, tmp_path: Path) -> None:
    """Python makes as many bytes of a number as it says."""

    def change(database: sqlite3.Connection) -> None:
        (first,) = database.execute("SELECT min(id) FROM events WHERE kind = 'review'").fetchone()
        database.execute("UPDATE events SET id = ? WHERE id = ?", (2**62, first))
        database.execute("INSERT INTO meta VALUES ('unfolded', '1')")

    assert "cannot be read" in met(stores, tmp_path, change)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_a_store_holds_ones_own_is_sound_after_a_sync(
    stores: Path, data: st.DataObject
) -> None:
    table = data.draw(st.sampled_from([EVENTS, CARDS, SECTIONS]))
    texts = {EVENTS.name: "payload", CARDS.name: "body"}
    names = [column.name for column in table.c if column.name != "key"]
    marked = data.draw(st.booleans())

    def change(database: sqlite3.Connection) -> None:
        if marked:
            database.execute("INSERT INTO meta VALUES ('unfolded', '1')")
        key = table.primary_key.columns[0].name
        keys = [key for (key,) in database.execute(f"SELECT {key} FROM {table.name} ORDER BY 1")]
        row = keys[data.draw(st.integers(0, len(keys) - 1))]
        if table.name in texts and data.draw(st.booleans()):
            column = texts[table.name]
            (text,) = database.execute(
                f"SELECT {column} FROM {table.name} WHERE {key} = ?", (row,)
            ).fetchone()
            said = json.loads(text)
            path = data.draw(st.sampled_from([*words(said)]))
            value: Any = json.dumps(put(said, path, data.draw(st.just(...) | JSON)))
            if data.draw(st.integers(0, 9)) == 0:
                value = value.replace("{", f'{{"nested":{NESTED},', 1)
        else:
            column, value = data.draw(st.sampled_from(names)), data.draw(COLUMN)
        try:
            database.execute(
                f'UPDATE {table.name} SET "{column}" = ? WHERE {key} = ?', (value, row)
            )
        except sqlite3.IntegrityError:
            assume(False)

    with TemporaryDirectory(dir=MEMORY) as folder, pytest.MonkeyPatch.context() as patch:
        # Rows are changed here, never what the store is made of, at which a child would look.
        patch.setattr(opening, "refuse_strange", lambda _: None)
        met(stores, Path(folder), change)
