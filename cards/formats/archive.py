"""A whole store as JSON: one object, its records a line each, so that it is read line by line.

Where another program laid it out anew, it is read at once.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from cards.card import Card
from cards.formats.anki.archive import PackageError
from cards.formats.anki.history import ForeignEvent
from cards.formats.anki.source import is_sound
from cards.text.clean import clean_data

VERSION = 1
HEAD = f'{{"format": "studytui", "version": {VERSION}, "records": [\n'
TAIL = "\n]}\n"
LARGEST_LINE = 2 * 2**20
LARGEST = 4 * 2**30
LARGEST_AT_ONCE = 64 * 2**20
_LAID_OUT = re.compile(rb'\{"format": "studytui", "version": (\d{1,9}), "records": \[\r?\n')
_OURS = re.compile(rb'(?:\xef\xbb\xbf)?\s{0,99}\{\s{0,99}"format"\s{0,99}:\s{0,99}"studytui"')
_END = 2**47
"""Milliseconds since 1970 that no card was added after."""


def line_of(record: dict[str, Any], first: bool) -> str:
    """Return a record as a line of the file."""
    return ("" if first else ",\n") + orjson.dumps(record).decode()


def is_archive(path: Path) -> bool:
    """Whether a file is a store that we wrote."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return _OURS.match(file.read(1024)) is not None
    except OSError:
        return False


class Reading:
    """The records of a file: cards, when each was `added` in ms since 1970, then `events`."""

    def __init__(self, path: Path) -> None:
        if path.stat().st_size > LARGEST:
            raise PackageError(f"{path} is over {LARGEST // 2**30} GiB; export it in parts")
        with path.open("rb") as file:
            head = _LAID_OUT.fullmatch(file.readline(LARGEST_LINE))
        self.path = path
        self.lines = head is not None
        self.at_once = [] if head else self._at_once()
        if head and int(head[1]) > VERSION:
            raise self._newer()
        self.cards: list[Card] = []
        self.missing: list[Card] = []
        self.added: dict[str, int] = {}
        for number, record in self._records():
            if "card" in record:
                card = self._card(number, record["card"])
                (self.missing if record.get("missing") is True else self.cards).append(card)
                at = record.get("added")
                if isinstance(at, int) and 0 < at < _END:
                    self.added[card.id] = at

    def _newer(self) -> PackageError:
        return PackageError(
            f"{self.path} is of a newer StudyTUI; update this one, or export it anew"
        )

    def _at_once(self) -> list[Any]:
        """Return the records of a file that another program laid out anew."""
        if self.path.stat().st_size > LARGEST_AT_ONCE:
            says = f"is not as it was exported, and over {LARGEST_AT_ONCE // 2**20} MiB"
            raise PackageError(f"{self.path} {says}; export the store again")
        try:
            said = orjson.loads(self.path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        except ValueError as error:
            raise PackageError(f"{self.path} is no JSON ({error}); export it again") from error
        version, records = said.get("version"), said.get("records")
        if not isinstance(version, int) or not isinstance(records, list):
            raise PackageError(f"{self.path} has no version or no records; export it again")
        if version > VERSION:
            raise self._newer()
        return records

    def _records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, record in self._lines() if self.lines else enumerate(self.at_once, 1):
            if not isinstance(record, dict):
                raise self._wrong(number, "is no record")
            yield number, record

    def _lines(self) -> Iterator[tuple[int, Any]]:
        """Yield the records of a file as it was exported, by their lines."""
        ended = False
        with self.path.open("rb") as file:
            file.readline(LARGEST_LINE)
            for number in range(2, 2**31):
                line = file.readline(LARGEST_LINE)
                if not line:
                    break
                if not (text := line.strip().rstrip(b",")):
                    continue
                if ended:
                    raise self._wrong(number, "stands after the end")
                if text == TAIL.strip().encode():
                    ended = True
                    continue
                try:
                    yield number, orjson.loads(text)
                except ValueError as error:
                    raise self._wrong(number, "is no JSON") from error
        if not ended:
            raise PackageError(f"{self.path} ends too early; copy it, or export the store, again")

    def _card(self, number: int, said: Any) -> Card:
        try:
            card = Card.from_dict(clean_data(said))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise self._wrong(number, "holds no card") from error
        if not is_sound(card):
            raise self._wrong(number, "holds no card")
        return replace(card, line=max(1, card.line) if isinstance(card.line, int) else 1)

    def events(self) -> Iterator[ForeignEvent]:
        """Yield the log in order."""
        for number, record in self._records():
            if "event" not in record:
                continue
            said = record["event"]
            try:
                target = bytes.fromhex(said["target"]) if said.get("target") else None
                past = ForeignEvent(
                    said["at"], said["offset"], said["kind"], said["card"], said["payload"],
                    bytes.fromhex(said["id"]), target,
                )  # fmt: skip
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                raise self._wrong(number, "holds no event") from error
            if not _is_sound(past):
                raise self._wrong(number, "holds no event")
            yield past

    def _wrong(self, number: int, says: str) -> PackageError:
        place = (
            f"{self.path}:{number}: this line" if self.lines else f"{self.path}: record {number}"
        )
        return PackageError(f"{place} {says}; export the store again")


def _is_sound(past: ForeignEvent) -> bool:
    return (
        isinstance(past.at, int)
        and isinstance(past.offset, int)
        and abs(past.offset) < 24 * 60  # minutes: no zone is a day from another
        and isinstance(past.kind, str)
        and isinstance(past.card, str | None)
        and isinstance(past.payload, dict)
        and len(past.id or b"") == 16
        and (past.target is None or len(past.target) == 16)
    )
