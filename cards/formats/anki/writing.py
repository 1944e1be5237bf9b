"""Cards as an Anki package of the first layout, which every Anki opens: schema 11, media, log.

A note of Anki's that was imported goes back as it was, with its guid, type and fields, or with
those fields anew that were edited here and that a template shows alone. Our own cards get types of
our own, with a field that is not shown and holds all that Anki has no word for.
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
"""Bytes of what is kept of a package beside its notes; of a larger file nothing is read."""

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
"""Ids of our types: the same for ever, or Anki would take notes for others."""
_LOCAL = re.compile(r'(<(?:img|a)\b[^>]*?\b(src|href)=")([^"]+)("[^>]*>)((?:[^<]*</a>)?)')
_ADDRESS = re.compile(r"((!?)\[[^\[\]\n]{0,500}\]\()(<[^<>\n]{1,500}>|[^\s()<>]{1,500})")
_REFERENCE = re.compile(
    r"""(\[sound:)([^\]\n]{1,500})\]|src=(?:"([^"]{1,500})"|'([^']{1,500})'|([^\s"'>]{1,500}))"""
)
"""How a field of Anki's names a sound or a picture."""
_TAGS = re.compile(r"<[^>]*>")
_SOUNDS = (
    ".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".aac", ".flac", ".3gp",
    ".mp4", ".m4v", ".webm", ".ogv", ".mov", ".mkv", ".avi", ".mpg", ".mpeg",
)  # fmt: skip
"""Endings of what Anki plays."""
_DEEPEST = 12
"""Folders above a note in which its media may lie, as an import of a package lays them."""
_LARGEST_MEDIUM = 256 * 2**20
_TYPES = {"learning": 1, "review": 2, "relearning": 3}


class Standing(NamedTuple):
    """Where a card stands; days as in `scheduling/day.py`, `due_at` in ms since 1970."""

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
    """A review to be written: its card's id, what was before it and what it did.

    A reset is one with the rating 0, before which was a `reset`. `offset` is minutes east of UTC
    where it was made, `day` the study day of a review.
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
    """Whose package it is: now, today, the first day and its instant, and what FSRS goes by."""

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
    """A note as it will be written."""

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
    standings: Mapping[str, Standing],
    answers: Iterable[Answer],
    person: Person,
) -> Losses:
    """Write a package to a path that is not there yet, and return what it cannot hold."""
    writer = _Writer(standings, person)
    with TemporaryDirectory(prefix="studytui-") as folder:
        database = Path(folder) / "collection.anki2"
        writer.write(database, list(map(apart, cards)), answers)
        with whole(path.open("xb"), path) as file:
            writer.archive(database, file)
    return writer.losses


class _Writer:
    """Turns cards into rows."""

    def __init__(self, standings: Mapping[str, Standing], person: Person) -> None:
        self.standings, self.person = standings, person
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
            id = self._id("note", note.id or self.standings[first.id].added)
            db.execute(
                "INSERT INTO notes VALUES (?,?,?,?,-1,?,?,?,?,0,'')", self._note_row(id, note)
            )
            for place, card in note.cards.items():
                added = self.standings[card.id].added
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
        """Return a number for a note, card or deck, as near to the one wanted as is free."""
        taken, free = self._taken.setdefault(of, ({}, set()))[::-1]
        wanted = max(1, wanted)
        number = free.get(wanted, wanted)
        while number in taken:
            number += 1
        taken.add(number)
        free[wanted] = number + 1
        return number

    def _notes(self, cards: Sequence[Card]) -> Iterator[_Note]:
        """Yield the notes, those of Anki's as they were."""
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
        return (*card.tags, *self.standings[card.id].tags)

    def _original(self, cards: list[Card]) -> _Note | None:
        """Return the note of Anki's that some cards are of, None when they are not."""
        ids = {id for card in cards if (id := _own_id(card))}
        if not ids:
            return None
        types, notes = self._kept(Path(cards[0].file).parent)
        said = next((notes[id] for id in (_block(one) for one in sorted(ids)) if id in notes), None)
        kind = types.get(said["type"]) if said else None
        if said is None or kind is None:
            return None
        by_id = {card.id: card for card in cards}
        places = {int(at): by_id[id] for at, (id, _) in said["cards"].items() if id in by_id}
        if len(places) < len(cards):
            return None
        self.types[kind["id"]] = model_of(kind)
        all_here = len(places) == len(said["cards"])
        text = (text for card in places.values() for text in (card.prompt, card.answer))
        fields, modified = list(said["fields"]), int(said["modified"])
        if all_here and identify("anki", *text) != said["digest"]:
            modified = self.person.now // 1000
            self._edit(fields, kind, places)
        for deck in places.values():
            self._media_of(deck, " ".join(fields))
        tags = dict.fromkeys([*said["tags"], *(t for c in cards for t in self._tags(c))])
        card_ids = {int(at): int(number) for at, (_, number) in said["cards"].items()}
        return _Note(
            said["guid"], kind["id"], fields, tuple(tags), places, said["id"], modified, card_ids
        )

    def _edit(self, fields: list[str], kind: Mapping[str, Any], cards: Mapping[int, Card]) -> None:
        """Bring fields up to what was edited here, where a template shows them alone."""
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
            asked, told = template.sole_field(front), template.sole_field(back)
            if asked in names and told in names:
                fields[names.index(asked)] = self._html(card, card.prompt)
                fields[names.index(told)] = self._html(card, card.answer)
                return
        card = next(iter(cards.values()))
        self.losses.add("an edit of a note whose template shows more than a field", card.prompt)

    def _kept(self, folder: Path) -> tuple[dict[int, Any], dict[str, Any]]:
        """Return the types and notes of Anki's that lie beside a note, or above it."""
        if folder in self._originals:
            return self._originals[folder]
        types: dict[int, Any] = {}
        notes: dict[str, Any] = {}
        place = next((one for one in (folder, *folder.parents) if (one / ORIGINALS).is_dir()), None)
        for file in sorted((place / ORIGINALS).glob("*.jsonl")) if place else ():
            _read_originals(file, types, notes)
        self._originals[folder] = types, notes
        return types, notes

    def _html(self, card: Card, markdown: str) -> str:
        """Return Markdown as HTML, with local pictures and sounds as media."""
        return _LOCAL.sub(lambda found: self._local(card, found), to_html(markdown))

    def _local(self, card: Card, found: re.Match[str]) -> str:
        name = unescape(unquote(found[3]))
        if "://" in name or name.startswith(("#", "mailto:")):
            return found[0]
        if found[2] == "href" and not (found[5] and name.lower().endswith(_SOUNDS)):
            return found[0]
        medium = self._medium(card, name)
        if medium is None:
            return found[0]
        if found[2] == "href":
            return f"[sound:{medium}]"
        return f"{found[1]}{medium}{found[4]}{found[5]}"

    def _moved(self, card: Card) -> Card:
        """Return a card whose pictures and sounds are named as an import of the package lays them.

        One that is not beside its note stays behind, and is named as lost.
        """

        def moved(found: re.Match[str]) -> str:
            name = unquote(found[3].strip("<>"))
            if "://" in name or not (found[2] or name.lower().endswith(_SOUNDS)):
                return found[0]
            medium = self._medium(card, name)
            if medium is None and not name.startswith("data:"):
                self.losses.add("a picture that is not beside its note", name)
            return f"{found[1]}{MEDIA}/{quote(medium)}" if medium else found[0]

        prompt, answer = (_ADDRESS.sub(moved, side) for side in (card.prompt, card.answer))
        return replace(card, prompt=prompt, answer=answer)

    def _medium(self, card: Card, name: str, called: str = "") -> str | None:
        """Return the name of a file beside a note as a medium; others are never given away.

        One that is `called` something in a field of Anki's has that name and no other.
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
        """Take the media along that fields of Anki's name."""
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
            "\x1f".join(one.replace("\x1f", " ") for one in note.fields), plain, digest,
        )  # fmt: skip

    def _card_row(
        self, id: int, note: int, place: int, card: Card, position: int
    ) -> tuple[Any, ...]:
        standing, person = self.standings[card.id], self.person
        kind = _TYPES.get(standing.state, 0)
        queue, due, interval, left = kind, position, 0, 0
        if kind == 2:
            due = standing.due_day - person.start
            interval = max(1, standing.due_day - (standing.day or standing.due_day))
        elif kind:
            steps = person.relearning_steps if kind == 3 else person.learning_steps
            left = max(1, len(steps) - (standing.step or 0))
            queue, due = 1, (standing.due_at or 0) // 1000
            if standing.due_at is None:
                queue, due = 3, standing.due_day - person.start
            interval = 1 if kind == 3 else 0
        if standing.suspended:
            queue = -1
        elif standing.buried_day >= person.today:
            queue = -3
        return (
            id, note, self._deck(card.deck), place, person.now // 1000, -1, kind, queue, due,
            interval, 2500 if kind > 1 else 0, standing.reps, standing.lapses, left, 0, 0, 0,
            self._data(standing),
        )  # fmt: skip

    def _data(self, standing: Standing) -> str:
        if standing.stability is None or standing.difficulty is None:
            return "{}"
        said = {
            "s": round(standing.stability, 4),
            "d": round(standing.difficulty, 3),
            "dr": self.person.retention,
            "decay": round(self.person.parameters[20], 4),
        }
        return json.dumps(said)

    def _deck(self, name: str) -> int:
        """Return the id of a deck; those above it get theirs first."""
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
        for one in answers:
            id = one.at
            while id in taken:
                id += 1
            taken.add(id)
            if one.day is not None:
                self._zones.add(id, one.offset, one.day)
            d = one.difficulty
            factor = 0 if d is None else round((d - 1) / 9 * 1000) + 100
            yield (
                id, numbers[one.card], one.rating, one.interval, one.last, factor,
                one.milliseconds, kinds.get(one.before, 1),
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
    """Return the id of the block that an id of one of its cards is made of."""
    return id.removesuffix(".reversed")


def _read_originals(file: Path, types: dict[int, Any], notes: dict[str, Any]) -> None:
    """Add what one file keeps of a package; a line that is damaged is left out."""
    try:
        lines = bytes_of(file, LARGEST_ORIGINALS).decode().splitlines()
        for kind in json.loads(lines[0])["types"]:
            types[int(kind["id"])] = kind
    except (OSError, ValueError, LookupError, TypeError):
        return
    for line in lines[1:]:
        try:
            said = json.loads(line)
            for _, (id, _number) in said["cards"].items():
                notes[_block(id)] = said
                notes[re.sub(r"\.\d+$", "", _block(id))] = said
        except (ValueError, LookupError, TypeError):
            continue


def _closed(found: re.Match[str]) -> str:
    """Return a cloze of Anki's; two closing braces in it would end it too early."""
    return f"{{{{c{found[1]}::{found[2].replace('}}', '} }')}}}}}"


def _type(
    name: str, fields: Sequence[str], templates: Sequence[tuple[str, str, str]], cloze: bool
) -> dict[str, Any]:
    return {
        "name": name, "type": int(cloze), "mod": 0, "usn": 0, "sortf": 0, "did": None, "css": _CSS,
        "latexPre": "", "latexPost": "", "latexsvg": False, "req": [], "tags": [], "vers": [],
        "flds": [
            {"name": one, "ord": at, "sticky": False, "rtl": False, "font": "Arial", "size": 20,
             "media": []}
            for at, one in enumerate(fields)
        ],
        "tmpls": [
            {"name": one, "ord": at, "qfmt": front, "afmt": back, "did": None, "bqfmt": "",
             "bafmt": ""}
            for at, (one, front, back) in enumerate(templates)
        ],
    }  # fmt: skip


def model_of(kind: Mapping[str, Any]) -> dict[str, Any]:
    """Return a type of Anki's, as `collection.NoteType` has it, the way schema 11 has it."""
    said = _type(kind["name"], kind["fields"], kind["templates"], bool(kind["cloze"]))
    return said | {"css": kind.get("css") or _CSS}


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
