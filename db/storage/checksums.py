"""Checksums of rows: a byte that flips on a disk is noticed, whatever it changes.

CRC-32 finds every single flipped bit, and every run of up to 32 spoilt ones, in half a microsecond.
It is no signature: who can write to a store can write checksums as well.
"""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any
from zlib import crc32

_COVERED = itemgetter(slice(7))


def of_event(
    id: bytes, at: int, offset: int, kind: str, card: str | None, target: bytes | None, payload: str
) -> int:
    """Return the checksum of a row of `events`, given its columns in their order."""
    said = f"{at} {offset} {kind}\0{card}\0{target!r}\0{payload}"
    return crc32(said.encode("utf-8", "surrogatepass"), crc32(id))


def of_events(rows: Iterable[Sequence[Any]]) -> list[int]:
    """Return `of_event` of many rows, with or without a checksum last, in half of the time.

    Raises TypeError for an id that is no bytes, UnicodeEncodeError for a text that is none.
    """
    return [
        crc32(f"{at} {offset} {kind}\0{card}\0{target!r}\0{payload}".encode(), crc32(id))
        for id, at, offset, kind, card, target, payload in map(_COVERED, rows)
    ]


def of_card(row: Sequence[Any]) -> int:
    """Return the checksum of a row of `cards`: all columns but `indexed` and `checksum`.

    Raises TypeError for a digest or a stamp that is no bytes.
    """
    key, id, section, file, line, kind, digest, body, tags, added, missing, stamp, named, note = row
    said = (
        f"{key} {section} {line} {added} {missing}\0{id}\0{note}\0{file}\0{kind}\0{tags}\0{named!r}"
        f"\0{body}"
    )
    return crc32(said.encode("utf-8", "surrogatepass"), crc32(stamp, crc32(digest)))


def of_row(values: Sequence[Any]) -> int:
    """Return the checksum of the values of any other row."""
    return crc32(repr(tuple(values)).encode("utf-8", "surrogatepass"))
