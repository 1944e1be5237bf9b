"""An Anki package as notes of ours: one file a deck, media beside them, what was learnt, losses.

What a note shows is what its templates show, as Markdown. Guids become ids. A type whose back shows
more than a field is read as it looks; the original fields stay in a file beside the notes, so that
an export gives Anki its own notes again.
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BufferedRandom, FileIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any
from unicodedata import normalize

import orjson

from cards.card import Card, Check, Kind
from cards.formats.anki import clozes, template
from cards.formats.anki.archive import Archive, PackageError
from cards.formats.anki.collection import AnkiCard, AnkiNote, Collection, NoteType
from cards.formats.anki.guids import id_of
from cards.formats.anki.html import to_markdown
from cards.formats.anki.log_rows import LogRows
from cards.formats.anki.source import KEPT, Source, source_of
from cards.formats.build import LONGEST
from cards.formats.native_text import NotesFile, file_name, files_of
from cards.formats.new_file import whole
from cards.formats.topics import topic_of
from cards.identity import identify
from cards.text.clean import clean, clean_line

MEDIA = "media"
ORIGINALS = ".anki"
"""The folder beside the notes with what Anki needs to know its notes again."""
_MOST_LOSSES = 200


@dataclass
class Losses:
    """What cannot be kept, item by item; after many of a kind their number alone."""

    items: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    are_all: bool = True
    """Whether the items are all that there are."""

    def add(self, kind: str, item: str = "") -> None:
        """Note one thing; a kind that names no item is listed once."""
        self.counts[kind] += 1
        if not item and self.counts[kind] > 1:
            return
        if len(self.items) < _MOST_LOSSES:
            self.items.append(f"{kind}: {clean_line(item)[:120]}" if item else kind)
        else:
            self.are_all = False

    def lines(self) -> Iterator[str]:
        """Yield the items, and the sum of each kind where not all are listed."""
        yield from self.items
        if not self.are_all:
            yield from (f"{count:,} in all: {kind}" for kind, count in self.counts.items())


@dataclass
class Contents:
    """What a package gives: notes, the cards of Anki by our ids, options of decks, losses."""

    files: list[NotesFile]
    cards: dict[str, AnkiCard]
    losses: Losses
    options: dict[str, dict[str, Any]]
    created: int
    offset: int | None
    originals: IO[bytes]
    """What Anki needs to know each note again, a line of JSON each; closed with the package."""
    types: list[dict[str, Any]]


class Package:
    """An opened package, unpacked into a folder that goes with it. Raises PackageError."""

    def __init__(self, path: Path) -> None:
        self._folder = TemporaryDirectory(prefix="studytui-")
        self.folder = Path(self._folder.name)
        """Where it is unpacked, and what is made of it can lie."""
        try:
            self.archive = Archive(path)
            database = self.archive.unpack_collection(self.folder)
            self.collection = Collection(database)
            self.originals = BufferedRandom(FileIO(self.folder / "originals.jsonl", "w+"))
            self.reviews = LogRows(database, self.collection)
        except BaseException:
            self._folder.cleanup()
            raise
        self.name = path.stem

    def close(self) -> None:
        """Delete what was unpacked."""
        self.originals.close()
        self.reviews.close()
        self.collection.close()
        self._folder.cleanup()

    def contents(self, known: Callable[[Sequence[str]], Set[str]], into: Path) -> Contents:
        """Return the notes and what goes with them, without the cards whose ids are `known`.

        The notes are read as if they lay in the folder `into`.
        """
        return self.read(known).contents(into)

    def read(self, known: Callable[[Sequence[str]], Set[str]]) -> "Reading":
        """Read the notes into cards, without those whose ids are `known`."""
        return Reading(self, known)

    def write_media(self, folder: Path, losses: Losses, written: list[Path]) -> None:
        """Write the media into a folder under harmless names, and add the files to `written`."""
        write_media(self.archive, folder, losses, written)


def write_media(archive: Archive, folder: Path, losses: Losses, written: list[Path]) -> None:
    """Write the media of an archive into a folder, and add the files to `written`."""
    total, most = 0, archive.largest_media
    for key, name in archive.media():
        target = folder / medium_name(name)
        if target.exists():
            losses.add("two media have the same name, and the first was kept", name)
            continue
        folder.mkdir(parents=True, exist_ok=True)
        written.append(target)
        total += archive.write_medium(key, target)
        if total > most:
            says = f"its media unpack to over {most // 2**20:,} MiB together"
            raise PackageError(f"{archive.path}: {says}; nothing was changed")


def medium_name(name: str) -> str:
    """Return a harmless name for a medium: the last part of a path, its suffix kept.

    Accents are composed, as Anki wants them.
    """
    last = PurePosixPath(normalize("NFC", clean_line(name)).replace("\\", "/")).name
    stem, dot, suffix = last.rpartition(".")
    if dot and stem.strip(".") and 0 < len(suffix) <= 8:
        return f"{file_name(stem)}.{file_name(suffix)}"
    return file_name(last)


class Reading:
    """The notes of a collection as cards, and these as files.

    `cards` has Anki's by our ids; when the files are made, only those that they can hold.
    """

    def __init__(self, package: Package, known: Callable[[Sequence[str]], Set[str]]) -> None:
        self.collection = package.collection
        self.losses = Losses()
        self.cards: dict[str, AnkiCard] = {}
        self.ours: list[Card] = []
        self.originals = package.originals
        self.originals.seek(0)
        self.originals.truncate()
        self.line = 0
        self.topics: dict[str, tuple[str, tuple[str]]] = {}
        self.tags: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.decks = {id: _deck(name) for id, name in self.collection.decks.items()}
        self.scripted = {
            shape
            for kind in self.collection.types.values()
            for shape in kind.templates
            if "<script" in f"{shape.front}{shape.back}".lower()
        }
        self._read()
        self.here = known(list(self.cards))
        for card in [card for card in self.ours if card.id in self.here]:
            self.losses.add("a card that is among your notes already, left as it is", card.prompt)
            del self.cards[card.id]

    def _read(self) -> None:
        """Make cards of all notes."""
        collection = self.collection
        by_note = self._cards_by_note()
        for note in collection.notes():
            cards = by_note.pop(note.id, [])
            kind = collection.types.get(note.type)
            if kind is None:
                self.losses.add("a note of a type that the package does not have", note.fields[0])
            elif not cards:
                self.losses.add("a note without cards", note.fields[0])
            else:
                self._note(note, kind, cards)
        for cards in by_note.values():
            self.losses.add(f"{len(cards)} cards without their note")

    def contents(self, into: Path) -> Contents:
        """Return all of it, once, with files as if they lay in the folder `into`."""
        collection = self.collection
        ours = [card for card in self.ours if card.id not in self.here]
        files, lost = files_of(ours, into=into)
        for card in lost:
            self.losses.add("a card that cannot be written as Markdown", card.prompt)
            self.cards.pop(card.id, None)
        used = {card.deck for card in self.ours}
        self.ours.clear()  # the files have them
        decks = collection.decks
        presets = {decks[id]: said for id, said in collection.presets.items() if id in decks}
        types = [
            {"id": kind.id, "name": kind.name, "cloze": kind.is_cloze, "fields": kind.fields}
            | {"templates": kind.templates, "css": str(kind.raw.get("css") or "")}
            for kind in collection.types.values()
        ]
        return Contents(
            files,
            self.cards,
            self.losses,
            {_deck(deck): said for deck, said in presets.items() if _deck(deck) in used},
            collection.created,
            collection.offset,
            self.originals,
            types,
        )

    def _cards_by_note(self) -> dict[int, list[AnkiCard]]:
        cards: dict[int, list[AnkiCard]] = {}
        for card in self.collection.cards():
            cards.setdefault(card.note, []).append(card)
        return cards

    def _note(self, note: AnkiNote, kind: NoteType, cards: list[AnkiCard]) -> None:
        """Make our cards of a note, and keep which card of Anki's each is."""
        names = (*kind.fields, *(f"Field {n}" for n in range(len(kind.fields), len(note.fields))))
        fields = dict(zip(names, note.fields, strict=False))
        if (own := source_of(fields)) and self._own(note, own, cards):
            return
        at = len(self.ours)
        made = self._cloze(note, kind, fields, cards) if kind.is_cloze else None
        if made is None:
            made = self._sides(note, kind, fields, cards)
        for card, anki in made:
            if card.id in self.cards:
                self.losses.add("a second note with the same guid", card.prompt)
                continue
            self.cards[card.id] = anki
            self.ours.append(card)
        ids = {anki.ord: (card.id, anki.id) for card, anki in made}
        digest = identify("anki", *(text for c in self.ours[at:] for text in (c.prompt, c.answer)))
        original = {
            "guid": note.guid,
            "id": note.id,
            "type": note.type,
            "modified": note.modified,
        } | {"fields": note.fields, "tags": note.tags, "cards": ids, "digest": digest}
        text = orjson.dumps(original, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE)
        self.originals.write(text)  # to the disk: together they are as large as the package

    def _own(self, note: AnkiNote, own: Source, cards: list[AnkiCard]) -> bool:
        """Take cards that we exported as we had them, unless they were edited in Anki."""
        by_place = {card.ord: card for card in cards}
        found = [(card, by_place.get(place)) for place, card in own.cards.items()]
        for card, anki in found:
            if anki is not None and card.id not in self.cards:
                deck = self.decks.get(anki.original_deck or anki.deck, card.deck)
                self.ours.append(replace(card, deck=deck))
                self.cards[card.id] = anki
        return True

    def _place(
        self, note: AnkiNote, anki: AnkiCard, fields: Mapping[str, str]
    ) -> tuple[str, str, tuple[str], tuple[str, ...]]:
        """Return deck, topic, headings and tags of a card."""
        deck = self.decks.get(anki.original_deck or anki.deck, "Default")
        if deck not in self.topics:
            last = deck.rpartition("::")[2]
            self.topics[deck] = topic_of([(1, last)], last), (last,)
        if note.tags not in self.tags:
            found = (tag for t in note.tags if (tag := clean_line(t)))
            self.tags[note.tags] = tuple(dict.fromkeys(found))
        if anki.flags & 7:
            self.losses.add("a flag", next(iter(fields.values()), ""))
        return deck, *self.topics[deck], self.tags[note.tags]

    def _cloze(
        self, note: AnkiNote, kind: NoteType, fields: Mapping[str, str], cards: list[AnkiCard]
    ) -> list[tuple[Card, AnkiCard]] | None:
        """Return the cards of a cloze note, None when its template asks otherwise."""
        shape = kind.templates[0] if kind.templates else None
        name = template.cloze_field(shape.front, fields) if shape else None
        if shape is None or name is None:
            return None
        tree = clozes.parse(to_markdown(fields[name], self._medium))
        numbers = clozes.numbers(tree)
        _, rest = template.sides(shape.front, shape.back, {**fields, name: ""})
        extra = to_markdown(rest, self._medium)
        id = id_of(note.guid)
        made = []
        for anki in cards:
            number = anki.ord + 1
            if number not in numbers:
                self.losses.add("a card whose cloze is gone", fields[name])
                continue
            prompt, answer = clozes.asked(tree, number)
            answer = f"{answer}\n\n{extra}".strip() if extra else answer
            own = id if len(numbers) == 1 else f"{id}.{number}"
            made += self._card(note, anki, fields, own, id, Kind.CLOZE, prompt, answer)
        return made

    def _sides(
        self, note: AnkiNote, kind: NoteType, fields: Mapping[str, str], cards: list[AnkiCard]
    ) -> list[tuple[Card, AnkiCard]]:
        """Return the cards of a note as its templates show them."""
        id = id_of(note.guid)
        said = {
            "Tags": " ".join(note.tags), "Type": kind.name, "Deck": "", "Subdeck": "", "Card": "",
            "CardFlag": "", **fields,
        }  # fmt: skip
        shown = []
        for anki in cards:
            if not 0 <= anki.ord < len(kind.templates):
                self.losses.add("a card whose template is gone", note.fields[0])
                continue
            shape = kind.templates[anki.ord]
            if shape in self.scripted:
                self.losses.add(f"the script of the template {kind.name}, {shape.name}")
            question, answer = template.sides(shape.front, shape.back, said)
            asks = question if "type:" not in shape.front else template.filled(shape.front, fields)
            if not template.has_content(asks):
                self.losses.add("a card without a question", note.fields[0])
                continue
            front, back = (to_markdown(one, self._medium) for one in (question, answer))
            shown.append((anki, front or "*(empty)*", back or "*(empty)*"))
        if len(shown) == 2 and shown[0][1:] == shown[1][:0:-1]:
            (anki, front, back), (other, *_) = shown
            first = self._card(note, anki, fields, id, id, Kind.BASIC, front, back)
            own = f"{id}.reversed"
            return first + self._card(note, other, fields, own, id, Kind.REVERSED, back, front)
        made = []
        for anki, front, back in shown:
            own = id if anki.ord == 0 else f"{id}.{anki.ord + 1}"
            made += self._card(note, anki, fields, own, own, Kind.BASIC, front, back)
        return made

    def _card(
        self,
        note: AnkiNote,
        anki: AnkiCard,
        fields: Mapping[str, str],
        id: str,
        block: str,
        kind: Kind,
        prompt: str,
        answer: str,
    ) -> list[tuple[Card, AnkiCard]]:
        """Return a card of the block of that id; its family is known when its file is read."""
        prompt, answer = prompt.strip(), answer.strip()
        if not prompt or not answer:
            self.losses.add("a card without a question or an answer", note.fields[0])
            return []
        if len(prompt) > LONGEST or len(answer) > LONGEST:
            self.losses.add(f"a card longer than {LONGEST:,} characters", prompt)
            return []
        deck, topic, headings, tags = self._place(note, anki, fields)
        self.line += 1
        check = Check(id=block, tags=tags)
        place = deck, topic, headings
        card = Card(id, block, *place, kind, prompt, answer, "", self.line, check, (), tags)
        return [(card, anki)]

    def _medium(self, name: str) -> str:
        if "://" in name:
            return name
        if name.lower().startswith("data:"):
            self.losses.add("a picture that is written into a field, and goes back to Anki alone")
            return "#"
        return f"{MEDIA}/{medium_name(name)}"


def _deck(name: str) -> str:
    """Return the name of a deck as we have it."""
    parts = [clean_line(part) for part in clean(name).split("::")]
    return "::".join(part for part in parts if part) or "Default"


def write_originals(folder: Path, name: str, contents: Contents) -> list[Path]:
    """Write what Anki needs to know its notes again, a note a line after the types."""
    if not contents.originals.tell():
        return []
    contents.originals.seek(0)
    kept = folder / ORIGINALS
    kept.mkdir(parents=True, exist_ok=True)
    stem, number = file_name(name), 1
    while (path := kept / f"{stem}{'' if number == 1 else f' {number}'}.jsonl").exists():
        number += 1
    try:
        with whole(path.open("xb"), path) as file:
            file.write(json.dumps({"types": contents.types}, ensure_ascii=False).encode() + b"\n")
            shutil.copyfileobj(contents.originals, file)
    except BaseException:
        with suppress(OSError):  # those of other packages stay
            kept.rmdir()
        raise
    return [path]


__all__ = ["KEPT", "MEDIA", "ORIGINALS", "Contents", "Losses", "Package", "medium_name"]
