"""A `.mochi` archive as notes of ours: decks, templates filled in, media, tags and reviews.

Such a file is a zip with `data.json`, in Transit's notation, or `data.edn`, and media beside it.
Mochi logs whether a card was remembered and the interval then; memories are folded from that.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import orjson

from cards.card import Card
from cards.formats import edn, mochi, transit
from cards.formats.anki.archive import Archive, PackageError
from cards.formats.anki.guids import id_of
from cards.formats.anki.history import Calendar, ForeignEvent, latest
from cards.formats.anki.package import MEDIA, Losses, medium_name
from cards.formats.build import LONGEST
from cards.formats.foreign import Builder
from cards.formats.page import Page
from cards.scheduling.fsrs import Rating
from cards.text.clean import clean, clean_line

LARGEST_DATA = 64 * 2**20
MOST_PARTS = 1_000_000
"""Lists and maps of the data: what they take in memory is many times their text."""
_DEEPEST = 12
"""Decks in one another."""
_MOST_FIELDS, _MOST_TAGS = 500, 500
_FIELD = re.compile(r"<<\s{0,9}([#^/]?)\s{0,9}([^<>\n]{1,200})>>")
"""A field of a template, or a part that is shown with (`#`) or without (`^`) what is in one."""
_MEDIUM = re.compile(r"@media/([^\s()<>\"'\[\]]{1,300})")
_TAG = re.compile(r"[\w/-]+")
_LONGEST_INTERVAL = 36_500
_GRADES = {"again": 1, "fail": 1, "hard": 2, "good": 3, "easy": 4}


class MochiArchive(Archive):
    """An opened archive; its media are those that `wanted` names."""

    what, program = "a Mochi archive", "Mochi"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.wanted: Set[str] = set()

    def _version(self) -> int:
        return 1

    def media(self) -> Iterator[tuple[str, str]]:
        """Yield the entries of media that are wanted, each under its last name."""
        seen = set()
        for key in self.names:
            name = medium_name(key)
            if name in self.wanted and name not in seen and not key.endswith("/"):
                seen.add(name)
                yield key, name

    def data(self) -> dict[str, Any]:
        """Return what the archive holds, as plain data."""
        name = next((one for one in ("data.json", "data.edn") if one in self.names), None)
        if name is None:
            says = "holds neither data.json nor data.edn"
            raise PackageError(f"{self.path} {says}; export the deck from Mochi again")
        text = self.all_of(name, LARGEST_DATA).removeprefix(b"\xef\xbb\xbf")
        if text.count(b"{") + text.count(b"[") + text.count(b"(") > MOST_PARTS:
            says = f"{name} in it has over {MOST_PARTS:,} parts; export its decks one by one"
            raise PackageError(f"{self.path}: {says}")
        try:
            said = _json(text) if name == "data.json" else edn.loads(text.decode(errors="replace"))
        except (ValueError, RecursionError) as error:
            says = f"{name} in it cannot be read ({error}); export the deck again"
            raise PackageError(f"{self.path}: {says}") from error
        if not isinstance(said, dict):
            raise PackageError(f"{self.path}: {name} in it holds no decks; export the deck again")
        return said


class Reading:
    """The cards of an archive, without those whose ids are `known`, and what is lost.

    `added` says when a card was made, in ms since 1970.
    """

    def __init__(self, archive: MochiArchive, known: Callable[[Sequence[str]], Set[str]]) -> None:
        self.losses = Losses()
        self.added: dict[str, int] = {}
        self._archive = archive
        self._logs: dict[str, list[dict[str, Any]]] = {}
        self._suspended: set[str] = set()
        self._here = {medium_name(name) for name in archive.names if not name.endswith("/")}
        self._builder = Builder(Page.of(str(archive.path), ""), clean_line(archive.path.stem))
        data = archive.data()
        decks = {_name(one.get("id")): one for one in _maps(data.get("decks"))}
        templates = {_name(one.get("id")): one for one in _maps(data.get("templates"))}
        loose = list(_maps(data.get("cards")))
        for id, deck in decks.items():
            self._deck(decks, id, _maps(deck.get("cards")), templates)
        for one in loose:  # they name their deck themselves
            self._deck(decks, _name(one.get("deck-id")), [one], templates)
        for problem in self._builder.problems:
            self.losses.add(problem.message)
        made = self._builder.cards
        here = known([card.id for card in made])
        for card in made:
            if card.id in here:
                says = "a card that is among your notes already, left as it is"
                self.losses.add(says, card.prompt)
        self.cards = [card for card in made if card.id not in here]

    def leave_out(self, lost: Sequence[Card]) -> None:
        """Let go of cards that no note can hold."""
        gone = {card.id for card in lost}
        for card in lost:
            self.losses.add("a card that cannot be written as Markdown", card.prompt)
        self.cards = [card for card in self.cards if card.id not in gone]

    def events(
        self, local: Callable[[datetime], datetime], rollover: int, now: datetime
    ) -> Iterator[ForeignEvent]:
        """Yield the reviews of the cards in order of time, then what is suspended."""
        calendar = Calendar(local, rollover, now)
        found = [
            (at, id, review)
            for id in (card.id for card in self.cards)
            for review in self._logs.get(id, ())
            if 0 < (at := _instant(review.get("date"))) <= latest(now)
        ]
        for at, id, review in sorted(found, key=lambda one: one[:2]):
            day = calendar.day(at)
            payload = {"day": day, "rating": _rating(review), "state": "review"}
            payload["due"] = day + _interval(review)
            yield ForeignEvent(at, calendar.offset(at), "review", id, payload)
        last = int(now.timestamp() * 1000)
        for card in self.cards:
            if card.id in self._suspended:
                yield ForeignEvent(last, calendar.offset(last), "suspend", card.id, {})

    def _deck(
        self,
        decks: Mapping[str, Mapping[str, Any]],
        id: str,
        cards: "Sequence[Mapping[str, Any]] | Iterator[Mapping[str, Any]]",
        templates: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Make the cards of a deck."""
        name, above = [], id
        is_gone = is_archived = False
        for _ in range(_DEEPEST):
            if (deck := decks.get(above)) is None:
                break
            name.append(clean_line(_name(deck.get("name"))).replace("::", ":"))
            is_gone = is_gone or bool(deck.get("trashed?"))
            is_archived = is_archived or deck.get("archived?") is True
            above = _name(deck.get("parent-id"))
        parts = [part for part in reversed(name) if part] or [self._builder.deck]
        for card in cards:
            title = clean_line(_name(card.get("name")))
            if is_gone or card.get("trashed?"):
                self.losses.add("a card in the trash", title)
            else:
                archived = is_archived or card.get("archived?") is True
                self._card(card, parts, templates, archived)

    def _card(
        self,
        card: Mapping[str, Any],
        deck: Sequence[str],
        templates: Mapping[str, Mapping[str, Any]],
        archived: bool,
    ) -> None:
        """Make a card, or those of its gaps."""
        builder = self._builder
        builder.headings = [(1, deck[-1])]
        text = self._media(clean(self._text(card, templates)))
        id = id_of(own) if (own := _name(card.get("id"))) else None
        tags = [*_texts(card.get("tags")), *_texts(card.get("manual-tags"))][:_MOST_TAGS]
        found = (tag for said in tags for tag in _TAG.findall(clean_line(said).lstrip("#")))
        both = card.get("review-reverse?") is True
        line, lines = len(builder.cards), text.split("\n")
        page, builder.deck = builder.deck, "::".join(deck)
        made = mochi.card(builder, line, lines, id, list(dict.fromkeys(found)), both)
        builder.deck = page
        if not made:
            self.losses.add("a card without text, or one that could not be read", _title(card))
            return
        self._logged(card, made)
        at = _instant(card.get("created-at"))
        for one in made:
            if at > 0:
                self.added[one.id] = at
            if archived:
                self._suspended.add(one.id)

    def _logged(self, card: Mapping[str, Any], made: Sequence[Card]) -> None:
        """Keep the reviews of a card; of several gaps it is not said which was asked."""
        logs = [list(_maps(card.get(name))) for name in ("reviews", "reverse-reviews")]
        reversed_too = len(made) == 2 and made[1].id.endswith(".reversed")
        if len(made) > 1 and not reversed_too:
            if logs[0]:
                self.losses.add("the reviews of a card with several gaps", made[0].prompt)
            return
        for one, log in zip(made, logs, strict=False):
            self._logs[one.id] = log

    def _text(self, card: Mapping[str, Any], templates: Mapping[str, Mapping[str, Any]]) -> str:
        """Return what a card says: its template filled in, or what it holds itself."""
        fields = _fields(card.get("fields"))
        template = templates.get(_name(card.get("template-id")))
        content = _name(card.get("content"))
        if template is not None and fields:
            named = _fields(template.get("fields"), "name")
            shape = _name(template.get("content"))
            return _filled(shape, {named.get(id, id).strip(): said for id, said in fields.items()})
        if content.strip() or not fields:
            return content
        if card.get("template-id"):
            self.losses.add("the template of a card, whose fields stand one below another")
        return "\n---\n".join(said for said in fields.values() if said.strip())

    def _media(self, text: str) -> str:
        """Return a text whose media lie beside the note."""

        def beside(found: re.Match[str]) -> str:
            name = medium_name(unquote(found[1]))
            if name not in self._here:
                self.losses.add("a medium that is not in the archive", name)
                return found[0]
            self._archive.wanted |= {name}
            return f"{MEDIA}/{quote(name)}"

        return _MEDIUM.sub(beside, text)


def _json(text: bytes) -> Any:
    if b"\\ud" in text.lower():  # halves of characters, which no note can have
        return transit.plain(json.loads(text))
    return transit.plain(orjson.loads(text))


def _filled(shape: str, fields: Mapping[str, str]) -> str:
    """Return a template with the texts of its fields; parts for other cases are left out."""
    parts: list[str] = []
    at = length = 0
    hidden: list[str] = []
    """Open parts that are not shown, the innermost last, below any that are."""
    for found in _FIELD.finditer(shape):
        sign, name = found[1], found[2].strip()
        if not hidden:
            parts.append(shape[at : found.start()])
        at = found.end()
        said = fields.get(name, "")
        if sign == "/":
            if hidden and hidden[-1] == name:
                hidden.pop()
        elif sign and (hidden or bool(said.strip()) == (sign == "^")):
            hidden.append(name)
        elif not sign and not hidden:
            parts.append(said)
            length += len(said)
        if length > 4 * LONGEST:  # longer than any card
            break
    return "".join([*parts, "" if hidden else shape[at:]])


def _fields(said: object, what: str = "value") -> dict[str, str]:
    """Return the texts of some fields by their ids."""
    maps = said if isinstance(said, dict) else {}
    every = list(maps.items())[:_MOST_FIELDS]
    return {str(id): _name(one.get(what)) for id, one in every if isinstance(one, dict)}


def _maps(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _name(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _title(card: Mapping[str, Any]) -> str:
    return clean_line(_name(card.get("name")) or _name(card.get("content")))


def _instant(value: object) -> int:
    """Return milliseconds since 1970, 0 for what is none."""
    if isinstance(value, str):
        value = edn.instant(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return 0
    return value if 0 < value < 2**47 else 0


def _rating(review: Mapping[str, Any]) -> int:
    said = review.get("rating")
    if isinstance(said, str) and said.lower() in _GRADES:
        return _GRADES[said.lower()]
    return int(Rating.GOOD if review.get("remembered?") is not False else Rating.AGAIN)


def _interval(review: Mapping[str, Any]) -> int:
    """Return the days until a card is due after a review: a first one names none."""
    said = review.get("interval")
    if not isinstance(said, int | float) or isinstance(said, bool) or not 0 < said < 2**31:
        return 1
    return min(max(1, round(said)), _LONGEST_INTERVAL)


__all__ = ["MochiArchive", "Reading"]
