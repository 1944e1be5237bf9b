"""Anki's collection, schema 11 or 18, read row by row: note types, decks, notes, cards, reviews.

Source: the tables as Anki writes them; times in seconds since 1970, ids in milliseconds.
"""

import json
import sqlite3
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from cards.formats.anki import protobuf
from cards.formats.anki.archive import PackageError
from cards.formats.anki.zones import KEY

MOST_REVIEWS = 5_000_000
MOST_NOTES = 1_000_000
MOST_CARDS = 1_000_000
LARGEST_VALUE = 16 * 2**20
_MOST_STEPS, _STEPS = 3_000, 1_000_000
"""Instructions of SQLite that reading takes at most, in millions: a minute; a million at once."""
_MOST_FIELDS, _MOST_TAGS = 500, 500
"""Fields and tags of a note; what is beyond them is left out."""


def _whole(*names: str) -> str:
    """Return columns as SQL that gives whole numbers of 64 bits, whatever they hold."""
    return ", ".join(f"CAST(coalesce({name}, 0) AS INTEGER)" for name in names)


def _text(*names: str) -> str:
    """Return columns as SQL that gives text, whatever they hold."""
    return ", ".join(f"CAST(coalesce({name}, '') AS TEXT)" for name in names)


_REVIEW = _whole("id", "cid", "ease", "ivl", "factor", "time", "type")
_CARD = _whole(
    "id", "nid", "did", "ord", "mod", "type", "queue", "due", "ivl", "factor", "reps", "lapses",
    "odue", "odid", "flags",
)  # fmt: skip
_TABLES = {"col", "notes", "cards", "revlog"}
_SCHEMA_18 = {"notetypes", "fields", "templates", "decks", "deck_config"}


class Template(NamedTuple):
    """How a card of a note type is asked: the HTML of its two sides."""

    name: str
    front: str
    back: str


@dataclass(frozen=True)
class NoteType:
    """A type of notes."""

    id: int
    name: str
    is_cloze: bool
    fields: tuple[str, ...]
    templates: tuple[Template, ...]
    raw: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """All of it as schema 11 has it, to be exported again."""


class AnkiNote(NamedTuple):
    """A note: its fields as HTML."""

    id: int
    guid: str
    type: int
    modified: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]


class AnkiCard(NamedTuple):
    """A card and where it stands."""

    id: int
    note: int
    deck: int
    ord: int
    modified: int
    type: int
    queue: int
    due: int
    interval: int
    factor: int
    reps: int
    lapses: int
    original_due: int
    original_deck: int
    flags: int
    data: str


Review = tuple[int, int, int, int, int, int, int]
"""A row of the review log: id, card, ease, interval, factor, time and type."""


class Collection:
    """An opened collection. Raises PackageError for one that is damaged or no collection."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        self._db.create_collation("unicase", _unicase)
        self._db.text_factory = lambda data: data.decode(errors="replace")
        self._db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
        self._db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self._steps = 0
        self._db.set_progress_handler(self._step, _STEPS)
        with _readable():
            self._db.execute("PRAGMA trusted_schema = OFF")
            tables = self._tables()
        lacking = _TABLES - tables
        if lacking:
            raise PackageError(f"the collection has no table {', '.join(sorted(lacking))}")
        is_18 = tables >= _SCHEMA_18
        with _readable():
            self.created, self._settings = self._col()
            self.types = self._types_18() if is_18 else self._types_11()
            self.decks, self.presets = self._decks_18() if is_18 else self._decks_11()
        for table, most in (("notes", MOST_NOTES), ("cards", MOST_CARDS), ("revlog", MOST_REVIEWS)):
            if self._holds_over(table, most):
                raise PackageError(f"the collection has over {most:,} rows in {table}")

    def __enter__(self) -> Self:
        """Return the collection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _tables(self) -> set[str]:
        """Return the tables whose rows are stored as they are: none that SQL or a module makes."""
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
        names = {str(name) for (name,) in self._db.execute(query)} & (_TABLES | _SCHEMA_18)
        hidden = "SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden > 0"
        return {name for name in names if self._db.execute(hidden, (name,)).fetchone() == (0,)}

    def _step(self) -> bool:
        """Whether reading took too long: pages may name one another without end."""
        self._steps += 1
        return self._steps > _MOST_STEPS

    def _holds_over(self, table: str, most: int) -> bool:
        """Whether one of the four tables has more rows, of which no more than these are looked at.

        Its own count would follow pages that name one another without end.
        """
        assert table in _TABLES, "a table of ours"
        with _readable():
            query = f"SELECT 1 FROM {table} LIMIT 1 OFFSET ?"  # noqa: S608
            return self._db.execute(query, (most,)).fetchone() is not None

    def notes(self) -> Iterator[AnkiNote]:
        """Yield the notes in order of their ids."""
        values = f"{_whole('id', 'mid', 'mod')}, {_text('guid', 'tags', 'flds')}"
        query = f"SELECT {values} FROM notes ORDER BY id LIMIT {MOST_NOTES}"  # noqa: S608
        for id, kind, modified, guid, tags, fields in self._rows(query):
            yield AnkiNote(
                id, guid, kind, modified, tuple(tags.split(None, _MOST_TAGS)[:_MOST_TAGS]),
                tuple(fields.split("\x1f", _MOST_FIELDS)[:_MOST_FIELDS]),
            )  # fmt: skip

    def cards(self) -> Iterator[AnkiCard]:
        """Yield the cards in order of their notes and templates."""
        values = f"{_CARD}, {_text('data')}"
        query = f"SELECT {values} FROM cards ORDER BY nid, ord LIMIT {MOST_CARDS}"  # noqa: S608
        return map(AnkiCard._make, self._rows(query))

    def reviews(self, many: int) -> Iterator[list[Review]]:
        """Yield the review log in order of time, so many reviews at once."""
        with _readable():
            query = f"SELECT {_REVIEW} FROM revlog ORDER BY id LIMIT {MOST_REVIEWS}"  # noqa: S608
            rows = self._db.execute(query)
            while found := rows.fetchmany(many):
                yield found

    def _rows(self, query: str) -> Iterator[Any]:
        with _readable():
            yield from self._db.execute(query)

    def _col(self) -> tuple[int, dict[str, Any]]:
        row = self._db.execute("SELECT crt, conf FROM col LIMIT 1").fetchone()
        if row is None:
            raise PackageError("the collection is empty")
        return _int(row[0]), _object(row[1])

    def _types_11(self) -> dict[int, NoteType]:
        (models,) = self._db.execute("SELECT models FROM col LIMIT 1").fetchone()
        types = {}
        for key, model in _object(models).items():
            if not isinstance(model, dict):
                continue
            templates = tuple(
                Template(*(str(one.get(name) or "") for name in ("name", "qfmt", "afmt")))
                for one in _list(model.get("tmpls"))
            )
            fields = tuple(str(one.get("name") or "") for one in _list(model.get("flds")))
            id, name = _int(key), str(model.get("name") or "")
            types[id] = NoteType(id, name, model.get("type") == 1, fields, templates, model)
        return types

    def _types_18(self) -> dict[int, NoteType]:
        fields: dict[int, list[str]] = {}
        for id, name in self._db.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
            fields.setdefault(_int(id), []).append(str(name))
        templates: dict[int, list[Template]] = {}
        query = "SELECT ntid, name, config FROM templates ORDER BY ntid, ord"
        for id, name, config in self._db.execute(query):
            said = protobuf.decode(_bytes(config))
            template = Template(str(name), protobuf.text(said, 1), protobuf.text(said, 2))
            templates.setdefault(_int(id), []).append(template)
        types = {}
        for key, name, config in self._db.execute("SELECT id, name, config FROM notetypes"):
            id, said = _int(key), protobuf.decode(_bytes(config))
            types[id] = NoteType(
                id,
                str(name),
                protobuf.whole(said, 1) == 1,
                tuple(fields.get(id, ())),
                tuple(templates.get(id, ())),
                {"css": protobuf.text(said, 3)},
            )
        return types

    def _decks_11(self) -> tuple[dict[int, str], dict[int, dict[str, Any]]]:
        decks, dconf = self._db.execute("SELECT decks, dconf FROM col LIMIT 1").fetchone()
        names: dict[int, str] = {}
        presets: dict[int, dict[str, Any]] = {}
        configs = _object(dconf)
        for key, deck in _object(decks).items():
            if isinstance(deck, dict):
                names[_int(key)] = str(deck.get("name") or "Default")
                config = configs.get(str(deck.get("conf")))
                if isinstance(config, dict) and not deck.get("dyn"):
                    presets[_int(key)] = _options_11(config)
        return names, presets

    def _decks_18(self) -> tuple[dict[int, str], dict[int, dict[str, Any]]]:
        configs = {
            _int(id): _options_18(protobuf.decode(_bytes(config)))
            for id, config in self._db.execute("SELECT id, config FROM deck_config")
        }
        names: dict[int, str] = {}
        presets: dict[int, dict[str, Any]] = {}
        for key, name, kind in self._db.execute("SELECT id, name, kind FROM decks"):
            id = _int(key)
            names[id] = str(name).replace("\x1f", "::") or "Default"
            normal = protobuf.octets(protobuf.decode(_bytes(kind)), 1)
            config = configs.get(protobuf.whole(protobuf.decode(normal), 1))
            if normal and config:
                presets[id] = config
        return names, presets

    @property
    def offset(self) -> int | None:
        """Minutes west of UTC where the collection was made, if it says so."""
        value = self._settings.get("creationOffset")
        return value if isinstance(value, int) and abs(value) <= 1440 else None

    @property
    def zones(self) -> object:
        """Return the zones of the log, if it says them: of ours it does."""
        return self._settings.get(KEY)


def _options_11(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a preset that decks have here too, by their names here."""
    new, review, lapse = (_dict(config.get(name)) for name in ("new", "rev", "lapse"))
    return {
        "learning_steps": new.get("delays"),
        "relearning_steps": lapse.get("delays"),
        "new_per_day": new.get("perDay"),
        "reviews_per_day": review.get("perDay"),
        "maximum_interval": review.get("maxIvl"),
        "leech_lapses": lapse.get("leechFails"),
        "desired_retention": config.get("desiredRetention"),
    }


def _options_18(config: protobuf.Message) -> dict[str, Any]:
    retention = config.get(37, [b""])[-1]
    return {
        "learning_steps": protobuf.floats(config, 1),
        "relearning_steps": protobuf.floats(config, 2),
        "new_per_day": protobuf.whole(config, 9),
        "reviews_per_day": protobuf.whole(config, 10),
        "maximum_interval": protobuf.whole(config, 16),
        "leech_lapses": protobuf.whole(config, 22),
        "desired_retention": (
            struct.unpack("<f", retention)[0]
            if isinstance(retention, bytes) and len(retention) == 4
            else None
        ),
    }


def _unicase(one: str, other: str) -> int:
    """Compare names as Anki's collation does: without case."""
    a, b = one.casefold(), other.casefold()
    return (a > b) - (a < b)


@contextmanager
def _readable() -> Iterator[None]:
    """Turn the errors of a damaged or strange database into a sentence."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError, protobuf.ProtobufError, struct.error) as error:
        raise PackageError(
            f"the collection is damaged ({error}); export it from Anki again"
        ) from error


def _int(value: object) -> int:
    if isinstance(value, int):
        return value
    try:
        return int(float(str(value)))
    except (ValueError, OverflowError):
        return 0


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _object(text: object) -> dict[str, Any]:
    """Return a JSON object without halves of characters, which no file can hold."""
    try:
        said = json.loads(str(text) or "{}")
        if "\\ud" in str(text).lower():
            said = json.loads(json.dumps(said, ensure_ascii=False).encode(errors="replace"))
        return _dict(said)
    except (ValueError, RecursionError):
        return {}


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
