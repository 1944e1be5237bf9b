"""Cards as an Anki package of the first layout, which every Anki opens: schema 11, media, log.

A note of Anki's that was imported goes back as it was, with its guid, type and fields. A field that
was edited here is written anew where a template shows it alone. Our own cards get types of our own,
with a hidden field for all that Anki has no field for.
"""

import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b, sha1
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, NamedTuple
from unicodedata import normalize
from urllib.parse import quote, unquote

from cards.card import HIDDEN, Card, Kind
from cards.formats.anki import template
from cards.formats.anki.guids import guid_of
from cards.formats.anki.html import to_html
from cards.formats.anki.package import MEDIA, ORIGINALS, Losses, medium_name
from cards.formats.anki.source import KEPT, source_field
from cards.formats.anki.zones import KEY, MOST, Zones
from cards.formats.native_text import sentence_of
from cards.formats.new_file import whole
from cards.formats.source import bytes_of
from cards.identity import identify
from cards.statements.joined import apart
from cards.text.clean import clean_line

LARGEST_ORIGINALS = 1 << 30
"""Most bytes of a file of Anki's own notes, kept beside ours; a larger one is not read."""

_SCHEMA = """
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL,
  scm integer NOT NULL, ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL,
  ls integer NOT NULL, conf text NOT NULL, models text NOT NULL, decks text NOT NULL,
  dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL,
  mod integer NOT NULL, usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL,
  sfld integer NOT NULL, csum integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL,
  ord integer NOT NULL, mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL,
  queue integer NOT NULL, due integer NOT NULL, ivl integer NOT NULL, factor integer NOT NULL,
  reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL, odue integer NOT NULL,
  odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL,
  ease integer NOT NULL, ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL,
  time integer NOT NULL, type integer NOT NULL);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
"""
_CSS = ".card { font-family: arial; font-size: 20px; line-height: 1.5; text-align: center; }"
_ANSWER = "{{FrontSide}}\n\n<hr id=answer>\n\n"
_BASIC, _BOTH, _CLOZE = 1_764_547_200_001, 1_764_547_200_002, 1_764_547_200_003
"""Ids of our note types; they must never change, or Anki would take notes for others."""
_LOCAL = re.compile(r'(<(?:img|a)\b[^>]*?\b(src|href)=")([^"]+)("[^>]*>)((?:[^<]*</a>)?)')
_ADDRESS = re.compile(r"((!?)\[[^\[\]\n]{0,500}\]\()(<[^<>\n]{1,500}>|[^\s()<>]{1,500})")
_REFERENCE = re.compile(
    r"""(\[sound:)([^\]\n]{1,500})\]|src=(?:"([^"]{1,500})"|'([^']{1,500})'|([^\s"'>]{1,500}))"""
)
"""A sound or a picture in a field of Anki's."""
_TAGS = re.compile(r"<[^>]*>")
_SOUNDS = (
    ".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".aac", ".flac", ".3gp",
    ".mp4", ".m4v", ".webm", ".ogv", ".mov", ".mkv", ".avi", ".mpg", ".mpeg",
)  # fmt: skip
"""Endings of files that Anki plays."""
_DEEPEST = 12
"""Folders above a note in which its media may lie, as an import of a package lays them."""
_LARGEST_MEDIUM = 256 * 2**20
_TYPES = {"learning": 1, "review": 2, "relearning": 3}


class Schedule(NamedTuple):
    """A card's schedule; days as in `scheduling/day.py`, `due_at` in ms since 1970."""

    state: str
    due_day: int
    due_at: int | None
    day: int | None
    step: int | None
    stability: float | None
    difficulty: float | None
    reps: int
    lapses: int
    suspended: bool
    buried_day: int
    tags: tuple[str, ...]
    added: int


class Answer(NamedTuple):
    """A review to be written, with the card's state before it and the intervals around it.

    A reset has the rating 0 and is `before` itself. `offset` is minutes east of UTC where it was
    made, `day` the study day of a review.
    """

    card: str
    at: int
    rating: int
    before: str
    interval: int
    last: int
    difficulty: float | None
    milliseconds: int
    offset: int
    day: int | None


@dataclass(frozen=True)
class Person:
    """The person of a package: now, today, the first day and its instant, options of FSRS."""

    now: int
    today: int
    start: int
    created: int
    west: int
    rollover: int
    retention: float
    parameters: tuple[float, ...]
    learning_steps: tuple[float, ...]
    relearning_steps: tuple[float, ...]
    new_per_day: int
    reviews_per_day: int
    maximum_interval: int


@dataclass
class _Note:
    """A note to be written."""

    guid: str
    type: int
    fields: list[str]
    tags: Sequence[str]
    cards: dict[int, Card]
    id: int = 0
    modified: int = 0
    card_ids: Mapping[int, int] = field(default_factory=dict)


def write(
    path: Path,
    cards: Sequence[Card],
    schedules: Mapping[str, Schedule],
    answers: Iterable[Answer],
    person: Person,
) -> Losses:
    """Write a package to a path that is not there yet, and return what it cannot hold."""
    writer = _Writer(schedules, person)
    with TemporaryDirectory(prefix="studytui-") as folder:
        database = Path(folder) / "collection.anki2"
        writer.write(database, list(map(apart, cards)), answers)
        with whole(path.open("xb"), path) as file:
            writer.archive(database, file)
    return writer.losses


class _Writer:
    """Turns cards into rows."""

    def __init__(self, schedules: Mapping[str, Schedule], person: Person) -> None:
        self.schedules, self.person = schedules, person
        self.losses = Losses()
        self.media: dict[str, Path] = {}
        self.types: dict[int, dict[str, Any]] = {}
        self.decks: dict[str, int] = {}
        self._taken: dict[str, tuple[dict[int, int], set[int]]] = {}
        self._originals: dict[Path, tuple[dict[int, Any], dict[str, Any]]] = {}
        self._zones = Zones(person.rollover)

    def write(self, database: Path, cards: Sequence[Card], answers: Iterable[Answer]) -> None:
        """Write the collection."""
        db = sqlite3.connect(database)
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        numbers: dict[str, int] = {}
        position = 0
        for note in self._notes(cards):
            first = next(iter(note.cards.values()))
            id = self._id("note", note.id or self.schedules[first.id].added)
            db.execute(
                "INSERT INTO notes VALUES (?,?,?,?,-1,?,?,?,?,0,'')", self._note_row(id, note)
            )
            for place, card in note.cards.items():
                added = self.schedules[card.id].added
                number = self._id("card", note.card_ids.get(place) or added)
                numbers[card.id] = number
                position += 1
                db.execute(
                    f"INSERT INTO cards VALUES ({','.join('?' * 18)})",  # noqa: S608
                    self._card_row(number, id, place, card, position),
                )
        rows = self._review_rows(answers, numbers)
        db.executemany("INSERT INTO revlog VALUES (?,?,-1,?,?,?,?,?,?)", rows)
        db.execute("INSERT INTO col VALUES (1,?,?,?,11,0,-1,0,?,?,?,?,'{}')", self._col())
        db.commit()
        db.close()

    def archive(self, database: Path, file: IO[bytes]) -> None:
        """Write the collection and its media into an archive."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            archive.write(database, "collection.anki2")
            for number, medium in enumerate(self.media.values()):
                archive.write(medium, str(number))
            archive.writestr("media", json.dumps(dict(enumerate(self.media))))

    def _id(self, of: str, wanted: int) -> int:
        """Return the first free id of a note, card or deck from the one wanted on."""
        free, taken = self._taken.setdefault(of, ({}, set()))
        wanted = max(1, wanted)
        number = free.get(wanted, wanted)
        while number in taken:
            number += 1
        taken.add(number)
        free[wanted] = number + 1
        return number

    def _notes(self, cards: Sequence[Card]) -> Iterator[_Note]:
        """Yield the notes, those that came from Anki as they were."""
        groups: dict[str, list[Card]] = {}
        for card in cards:
            key = f"{card.file}\0{_own_id(card) or card.family}"
            groups.setdefault(key, []).append(card)
        for members in groups.values():
            original = self._original(members)
            if original is not None:
                yield original
                continue
            yield from self._own(members)

    def _own(self, cards: list[Card]) -> Iterator[_Note]:
        """Yield notes of our types for the cards of one block."""
        first, *others = cards
        own = _own_id(first)
        if first.kind == Kind.CLOZE and sentence_of(cards):
            yield self._cloze(cards, own or first.family)
            return
        if [(o.kind, o.prompt, o.answer) for o in others] == [
            (Kind.REVERSED, first.answer, first.prompt)
        ]:
            yield self._sided(_BOTH, {0: first, 1: others[0]}, own or first.id)
            return
        for card in cards:
            yield self._sided(_BASIC, {0: card}, card.id)

    def _sided(self, type: int, cards: dict[int, Card], id: str) -> _Note:  # noqa: A002
        card = cards[0]
        front, back = self._html(card, card.prompt), self._html(card, card.answer)
        check = card.check
        if check and check.choices:
            front += "<ul>" + "".join(f"<li>{to_html(c)}</li>" for c in check.choices) + "</ul>"
        if check and check.given:
            self.losses.add("numbers that are drawn anew each time", card.prompt)
        return self._with_source(type, [front, back], cards, id)

    def _cloze(self, cards: list[Card], id: str) -> _Note:
        marked, end, rest = [], 0, cards[0].prompt.replace(HIDDEN, cards[0].answer, 1)
        for number, card in enumerate(cards, 1):
            start = len(card.prompt.partition(HIDDEN)[0])
            marked += [rest[end:start], f"\ue010{number}\ue011{card.answer}\ue012"]
            end = start + len(card.answer)
        html = self._html(cards[0], "".join([*marked, rest[end:]]))
        html = re.sub("\ue010(\\d+)\ue011(.*?)\ue012", _closed, html, flags=re.DOTALL)
        return self._with_source(_CLOZE, [html, ""], dict(enumerate(cards)), id)

    def _with_source(self, type: int, shown: list[str], cards: dict[int, Card], id: str) -> _Note:  # noqa: A002
        self.types[type] = _OURS[type]
        tags = dict.fromkeys(tag for card in cards.values() for tag in self._tags(card))
        fields = [*shown, source_field({at: self._moved(c) for at, c in cards.items()}, shown)]
        return _Note(guid_of(id), type, fields, tuple(tags), cards)

    def _tags(self, card: Card) -> tuple[str, ...]:
        return (*card.tags, *self.schedules[card.id].tags)

    def _original(self, cards: list[Card]) -> _Note | None:
        """Return the note of Anki's that some cards came from, None where they did not."""
        ids = {id for card in cards if (id := _own_id(card))}
        if not ids:
            return None
        types, notes = self._originals_beside(Path(cards[0].file).parent)
        original = next((notes[id] for id in map(_block, sorted(ids)) if id in notes), None)
        kind = types.get(original["type"]) if original else None
        if original is None or kind is None:
            return None
        by_id = {card.id: card for card in cards}
        places = {int(at): by_id[id] for at, (id, _) in original["cards"].items() if id in by_id}
        if len(places) < len(cards):
            return None
        self.types[kind["id"]] = model_of(kind)
        all_here = len(places) == len(original["cards"])
        text = (text for card in places.values() for text in (card.prompt, card.answer))
        fields, modified = list(original["fields"]), int(original["modified"])
        if all_here and identify("anki", *text) != original["digest"]:
            modified = self.person.now // 1000
            self._edit(fields, kind, places)
        for card in places.values():
            self._media_of(card, " ".join(fields))
        tags = dict.fromkeys([*original["tags"], *(t for c in cards for t in self._tags(c))])
        card_ids = {int(at): int(number) for at, (_, number) in original["cards"].items()}
        return _Note(
            original["guid"], kind["id"], fields, tuple(tags), places, original["id"], modified,
            card_ids,
        )  # fmt: skip

    def _edit(self, fields: list[str], kind: Mapping[str, Any], cards: Mapping[int, Card]) -> None:
        """Write what was edited here into the fields that a template shows alone."""
        names = list(kind["fields"])
        if kind["cloze"]:
            ordered = [cards[place] for place in sorted(cards)]
            name = template.cloze_field(kind["templates"][0][1], dict.fromkeys(names, ""))
            if name and sentence_of(ordered):
                fields[names.index(name)] = self._cloze(ordered, "").fields[0]
                return
        else:
            place, card = min(cards.items())
            _, front, back = kind["templates"][place]
            question, answer = template.sole_field(front), template.sole_field(back)
            if question in names and answer in names:
                fields[names.index(question)] = self._html(card, card.prompt)
                fields[names.index(answer)] = self._html(card, card.answer)
                return
        card = next(iter(cards.values()))
        self.losses.add("an edit of a note whose template shows more than a field", card.prompt)

    def _originals_beside(self, folder: Path) -> tuple[dict[int, Any], dict[str, Any]]:
        """Return the types and notes of Anki's that are kept in a folder, or above it."""
        if folder in self._originals:
            return self._originals[folder]
        types: dict[int, Any] = {}
        notes: dict[str, Any] = {}
        folders = (parent / ORIGINALS for parent in (folder, *folder.parents))
        place = next((originals for originals in folders if originals.is_dir()), None)
        for file in sorted(place.glob("*.jsonl")) if place else ():
            _read_originals(file, types, notes)
        self._originals[folder] = types, notes
        return types, notes

    def _html(self, card: Card, markdown: str) -> str:
        """Return Markdown as HTML, with local pictures and sounds as media."""
        return _LOCAL.sub(lambda match: self._local(card, match), to_html(markdown))

    def _local(self, card: Card, match: re.Match[str]) -> str:
        name = unescape(unquote(match[3]))
        if "://" in name or name.startswith(("#", "mailto:")):
            return match[0]
        if match[2] == "href" and not (match[5] and name.lower().endswith(_SOUNDS)):
            return match[0]
        medium = self._medium(card, name)
        if medium is None:
            return match[0]
        if match[2] == "href":
            return f"[sound:{medium}]"
        return f"{match[1]}{medium}{match[4]}{match[5]}"

    def _moved(self, card: Card) -> Card:
        """Return a card with the paths that its media will have after an import of the package.

        A medium that is not beside its note stays behind, and is named as lost.
        """

        def moved(match: re.Match[str]) -> str:
            name = unquote(match[3].strip("<>"))
            if "://" in name or not (match[2] or name.lower().endswith(_SOUNDS)):
                return match[0]
            medium = self._medium(card, name)
            if medium is None and not name.startswith("data:"):
                self.losses.add("a picture that is not beside its note", name)
            return f"{match[1]}{MEDIA}/{quote(medium)}" if medium else match[0]

        prompt, answer = (_ADDRESS.sub(moved, side) for side in (card.prompt, card.answer))
        return replace(card, prompt=prompt, answer=answer)

    def _medium(self, card: Card, name: str, called: str = "") -> str | None:
        """Add a file beside a note to the media, and return its name; no other file is given away.

        A file that a field of Anki's has `called` something keeps that name.
        """
        folder = Path(card.file).parent.resolve()
        for base in (folder, *folder.parents[:_DEEPEST]):
            path = (base / name).resolve()
            if not path.is_relative_to(base):
                return None
            if path.is_file():
                break
            if (base / ORIGINALS).is_dir():
                return None
        else:
            return None
        short = called or medium_name(path.name)
        if path.stat().st_size > _LARGEST_MEDIUM:
            self.losses.add("a medium over 256 MiB", name)
            return None
        if self.media.setdefault(short, path) != path:
            if called:
                self.losses.add("two media have the same name, and the first was kept", called)
                return None
            digest = blake2b(str(path).encode(errors="replace"), digest_size=4).hexdigest()
            short = medium_name(f"{digest}-{short}")
            self.media[short] = path
        return short

    def _media_of(self, card: Card, html: str) -> None:
        """Add the media that fields of Anki's name."""
        for sound, *names in _REFERENCE.findall(html):
            name = "".join(names)
            if "://" in name:
                continue
            name = normalize("NFC", unescape(name) if sound else unquote(unescape(name)))
            if name == clean_line(name) and not set(name) & set("/\\"):
                self._medium(card, f"{MEDIA}/{medium_name(name)}", name)

    def _note_row(self, id: int, note: _Note) -> tuple[Any, ...]:
        plain = unescape(_TAGS.sub("", note.fields[0])).strip()
        digest = int(
            sha1(plain.encode(errors="replace"), usedforsecurity=False).hexdigest()[:8], 16
        )
        tags = [tag.replace(" ", "_") for tag in note.tags]
        modified = note.modified or self.person.now // 1000
        return (
            id, note.guid, note.type, modified, f" {' '.join(tags)} " if tags else "",
            "\x1f".join(text.replace("\x1f", " ") for text in note.fields), plain, digest,
        )  # fmt: skip

    def _card_row(
        self, id: int, note: int, place: int, card: Card, position: int
    ) -> tuple[Any, ...]:
        schedule, person = self.schedules[card.id], self.person
        kind = _TYPES.get(schedule.state, 0)
        queue, due, interval, left = kind, position, 0, 0
        if kind == 2:
            due = schedule.due_day - person.start
            interval = max(1, schedule.due_day - (schedule.day or schedule.due_day))
        elif kind:
            steps = person.relearning_steps if kind == 3 else person.learning_steps
            left = max(1, len(steps) - (schedule.step or 0))
            queue, due = 1, (schedule.due_at or 0) // 1000
            if schedule.due_at is None:
                queue, due = 3, schedule.due_day - person.start
            interval = 1 if kind == 3 else 0
        if schedule.suspended:
            queue = -1
        elif schedule.buried_day >= person.today:
            queue = -3
        return (
            id, note, self._deck(card.deck), place, person.now // 1000, -1, kind, queue, due,
            interval, 2500 if kind > 1 else 0, schedule.reps, schedule.lapses, left, 0, 0, 0,
            self._data(schedule),
        )  # fmt: skip

    def _data(self, schedule: Schedule) -> str:
        if schedule.stability is None or schedule.difficulty is None:
            return "{}"
        memory = {
            "s": round(schedule.stability, 4),
            "d": round(schedule.difficulty, 3),
            "dr": self.person.retention,
            "decay": round(self.person.parameters[20], 4),
        }
        return json.dumps(memory)

    def _deck(self, name: str) -> int:
        """Return the id of a deck; the decks above it get their ids first."""
        if name not in self.decks:
            above = name.rpartition("::")[0]
            if above:
                self._deck(above)
            digest = blake2b(name.encode(), digest_size=5).digest()
            self.decks[name] = self._id("deck", 1_000_000_000_000 + int.from_bytes(digest) % 10**12)
        return self.decks[name]

    def _review_rows(
        self, answers: Iterable[Answer], numbers: Mapping[str, int]
    ) -> Iterator[tuple[int, ...]]:
        taken: set[int] = set()
        kinds = {"new": 0, "learning": 0, "review": 1, "relearning": 2, "reset": 4}
        for answer in answers:
            id = answer.at
            while id in taken:
                id += 1
            taken.add(id)
            if answer.day is not None:
                self._zones.add(id, answer.offset, answer.day)
            d = answer.difficulty
            factor = 0 if d is None else round((d - 1) / 9 * 1000) + 100
            yield (
                id, numbers[answer.card], answer.rating, answer.interval, answer.last, factor,
                answer.milliseconds, kinds.get(answer.before, 1),
            )  # fmt: skip

    def _col(self) -> tuple[Any, ...]:
        person = self.person
        conf = {
            "schedVer": 2, "sched2021": True, "creationOffset": person.west, "nextPos": 1,
            "rollover": person.rollover, "fsrs": True, "curDeck": 1, "activeDecks": [1],
            "newSpread": 0, "collapseTime": 1200, "timeLim": 0, "estTimes": True,
            "dueCounts": True, "curModel": next(iter(self.types), _BASIC), "addToCur": True,
            "sortType": "noteFld", "sortBackwards": False, "dayLearnFirst": False,
        }  # fmt: skip
        if len(self._zones.every) <= MOST:
            conf[KEY] = self._zones.every
        else:
            self.losses.add("the zones in which reviews were made, which changed too often")
        decks = {"1": _deck_row(1, "Default", person)}
        decks |= {str(id): _deck_row(id, name, person) for name, id in self.decks.items()}
        models = {str(id): {**model, "id": id} for id, model in self.types.items()}
        return (
            person.created, person.now, person.now, json.dumps(conf), json.dumps(models),
            json.dumps(decks), json.dumps({"1": _preset(person)}),
        )  # fmt: skip


def _own_id(card: Card) -> str | None:
    """Return the id that the note gives the block of a card; a reverse has no fence of its own."""
    if card.check and card.check.id:
        return _block(card.check.id)
    return _block(card.id) if card.id.endswith(".reversed") else None


def _block(id: str) -> str:
    """Return the id of a block, given the id of one of its cards."""
    return id.removesuffix(".reversed")


def _read_originals(file: Path, types: dict[int, Any], notes: dict[str, Any]) -> None:
    """Add the types and notes that a file keeps of a package; damaged lines are left out."""
    try:
        lines = bytes_of(file, LARGEST_ORIGINALS).decode().splitlines()
        for kind in json.loads(lines[0])["types"]:
            types[int(kind["id"])] = kind
    except (OSError, ValueError, LookupError, TypeError):
        return
    for line in lines[1:]:
        try:
            note = json.loads(line)
            for _, (id, _number) in note["cards"].items():
                notes[_block(id)] = note
                notes[re.sub(r"\.\d+$", "", _block(id))] = note
        except (ValueError, LookupError, TypeError):
            continue


def _closed(match: re.Match[str]) -> str:
    """Return a cloze of Anki's; two closing braces in its text would end it too early."""
    return f"{{{{c{match[1]}::{match[2].replace('}}', '} }')}}}}}"


def _type(
    name: str, fields: Sequence[str], templates: Sequence[tuple[str, str, str]], cloze: bool
) -> dict[str, Any]:
    return {
        "name": name, "type": int(cloze), "mod": 0, "usn": 0, "sortf": 0, "did": None, "css": _CSS,
        "latexPre": "", "latexPost": "", "latexsvg": False, "req": [], "tags": [], "vers": [],
        "flds": [
            {"name": field, "ord": at, "sticky": False, "rtl": False, "font": "Arial", "size": 20,
             "media": []}
            for at, field in enumerate(fields)
        ],
        "tmpls": [
            {"name": template, "ord": at, "qfmt": front, "afmt": back, "did": None, "bqfmt": "",
             "bafmt": ""}
            for at, (template, front, back) in enumerate(templates)
        ],
    }  # fmt: skip


def model_of(kind: Mapping[str, Any]) -> dict[str, Any]:
    """Return a note type, as `collection.NoteType` has it, as schema 11 writes it."""
    model = _type(kind["name"], kind["fields"], kind["templates"], bool(kind["cloze"]))
    return model | {"css": kind.get("css") or _CSS}


_SIDES = ("Card 1", "{{Front}}", f"{_ANSWER}{{{{Back}}}}")
_OTHER = ("Card 2", "{{Back}}", f"{_ANSWER}{{{{Front}}}}")
_OURS = {
    _BASIC: _type("StudyTUI Basic", ("Front", "Back", KEPT), (_SIDES,), False),
    _BOTH: _type("StudyTUI Reversed", ("Front", "Back", KEPT), (_SIDES, _OTHER), False),
    _CLOZE: _type(
        "StudyTUI Cloze",
        ("Text", "Extra", KEPT),
        (("Cloze", "{{cloze:Text}}", "{{cloze:Text}}<br>{{Extra}}"),),
        True,
    ),
}


def _deck_row(id: int, name: str, person: Person) -> dict[str, Any]:
    return {
        "id": id, "name": name, "mod": person.now // 1000, "usn": -1, "desc": "", "dyn": 0,
        "conf": 1, "collapsed": False, "browserCollapsed": False, "extendNew": 0, "extendRev": 0,
        "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0], "timeToday": [0, 0],
    }  # fmt: skip


def _preset(person: Person) -> dict[str, Any]:
    return {
        "id": 1, "mod": 0, "name": "Default", "usn": 0, "maxTaken": 60, "autoplay": True,
        "timer": 0, "replayq": True, "dyn": False, "desiredRetention": person.retention,
        "fsrsParams6": list(person.parameters),
        "new": {
            "bury": True, "delays": list(person.learning_steps), "initialFactor": 2500,
            "ints": [1, 4, 0], "order": 1, "perDay": min(person.new_per_day, 9999),
        },
        "rev": {
            "bury": True, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": person.maximum_interval,
            "perDay": min(person.reviews_per_day, 9999), "hardFactor": 1.2,
        },
        "lapse": {
            "delays": list(person.relearning_steps), "leechAction": 1, "leechFails": 8,
            "minInt": 1, "mult": 0.0,
        },
    }  # fmt: skip
