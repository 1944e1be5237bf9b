"""An Anki package opened with care: what is in it, unpacked within limits, by whatever layout.

`meta` says the layout: without it a package holds `collection.anki2` (or `.anki21`, as older
versions wrote it); 2 is `collection.anki21`, 3 is `collection.anki21b`, compressed, as is all else
in it. The `collection.anki2` beside these two is a note that says "please update", never a deck.
Nothing is ever written under a name that a package gives.
"""

import json
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

from cards.formats.anki import protobuf
from cards.formats.native_text import file_name

_MEBIBYTE = 2**20
MOST_ENTRIES = 100_000
LARGEST_DIRECTORY = 32 * _MEBIBYTE
LARGEST_COLLECTION = 4096 * _MEBIBYTE
LARGEST_MEDIUM = 512 * _MEBIBYTE
LARGEST_MEDIA = 8192 * _MEBIBYTE
LARGEST_LIST = 16 * _MEBIBYTE
RATIO = 250
"""How many times larger than in the package something may be, once it is over `FREE`."""
FREE = 64 * _MEBIBYTE
_PIECE = 2**18
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How Anki packs; another method may ask for gigabytes before it gives a byte."""


class PackageError(ValueError):
    """Why a package is not read, in one sentence."""


class Archive:
    """An opened package."""

    what, program = "an Anki package", "Anki"

    def __init__(self, path: Path) -> None:
        self.path = path
        is_none = f"{path} is not {self.what}; export it from {self.program} again"
        _check_directory(path, is_none)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise PackageError(is_none) from error
        self._names = {info.filename: info for info in self._zip.infolist()}
        self.version = self._version()

    def __enter__(self) -> Self:
        """Return the package."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._zip.close()

    @property
    def names(self) -> list[str]:
        """The names of the entries, as the package gives them."""
        return list(self._names)

    def _version(self) -> int:
        """Return the layout: 1, 2 or 3."""
        if "meta" not in self._names:
            return 2 if "collection.anki21" in self._names else 1
        try:
            version = protobuf.whole(protobuf.decode(self.all_of("meta", _MEBIBYTE)), 1)
        except protobuf.ProtobufError as error:
            raise PackageError(f"{self.path}: its `meta` cannot be read") from error
        if version == 0:
            return 2 if "collection.anki21" in self._names else 1
        if version > 3:
            raise PackageError(
                f"{self.path} has layout {version}, which is newer than this program; export it "
                "from Anki with “Support older Anki versions”"
            )
        return version

    def unpack_collection(self, folder: Path) -> Path:
        """Write the database into a folder, and return where it is."""
        name = {1: "collection.anki2", 2: "collection.anki21", 3: "collection.anki21b"}[
            self.version
        ]
        if name not in self._names:
            raise PackageError(f"{self.path} holds no {name}; export the deck from Anki again")
        target = folder / "collection.db"
        with target.open("wb") as file:
            self._copy(name, file, LARGEST_COLLECTION)
        return target

    def media(self) -> Iterator[tuple[str, str]]:
        """Yield the entries of media, and a harmless name for each, as the package has it."""
        if "media" not in self._names:
            return
        data = self.all_of("media", LARGEST_LIST)
        try:
            listed = _listed(data) if self.version == 3 else _mapped(data or b"{}")
            entries = [(key, name) for key, name in listed if key in self._names]
        except ValueError as error:
            raise PackageError(f"{self.path}: its list of media cannot be read") from error
        yield from entries

    @property
    def largest_media(self) -> int:
        """Return how many bytes all media may have together."""
        return min(LARGEST_MEDIA, max(FREE, RATIO * self.path.stat().st_size))

    def write_medium(self, key: str, target: Path) -> int:
        """Write one entry of media to a path that is not there yet; return its size."""
        with target.open("xb") as file:
            return self._copy(key, file, LARGEST_MEDIUM)

    def all_of(self, name: str, limit: int) -> bytes:
        """Return one entry whole."""
        with tempfile.SpooledTemporaryFile(limit + 1) as file:
            self._copy(name, file, limit)
            file.seek(0)
            return file.read()

    def _copy(self, name: str, target: IO[bytes], limit: int) -> int:
        """Unpack an entry into a file within its limits; return its size."""
        info = self._names[name]
        mode = info.external_attr >> 16
        if stat.S_ISLNK(mode):
            raise PackageError(f"{self.path}: {file_name(name)} in it is a link, and not followed")
        if info.compress_type not in _METHODS:
            raise PackageError(
                f"{self.path}: {file_name(name)} in it is packed in a way that {self.program} "
                "does not use; export the deck again"
            )
        allowed = min(limit, max(FREE, RATIO * info.compress_size))
        size = 0
        try:
            with self._zip.open(info) as source:
                compressed = self.version == 3 if name != "meta" else False
                for piece in _pieces(source, compressed):
                    size += len(piece)
                    if size > allowed:
                        raise PackageError(
                            f"{self.path}: {file_name(name)} in it unpacks to over "
                            f"{allowed // _MEBIBYTE} MiB, which no deck needs; it was not read"
                        )
                    target.write(piece)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise PackageError(
                f"{self.path}: {file_name(name)} in it is damaged; export the deck again"
            ) from error
        return size


def _listed(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the entries and names of a list of media of the third layout."""
    found = protobuf.decode(data).get(1, [])
    for number, entry in enumerate(found[:MOST_ENTRIES]):
        if isinstance(entry, bytes):
            said = protobuf.decode(entry)
            yield str(protobuf.whole(said, 255, number)), protobuf.text(said, 1)


def _mapped(data: bytes) -> Iterable[tuple[str, str]]:
    """Return the entries and names of a list of media of the first two layouts."""
    try:
        if b"\\ud" in data.lower():  # halves of characters, which no file's name can have
            said = json.loads(data)
            data = json.dumps(said, ensure_ascii=False).encode(errors="replace")
        return msgspec.json.decode(data, type=dict[str, str]).items()
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _pieces(source: IO[bytes], compressed: bool) -> Iterator[bytes]:
    """Yield the bytes of an entry, decompressed where the layout says so."""
    if not compressed:
        while piece := source.read(_PIECE):
            yield piece
        return
    import zstandard

    try:
        reader = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(
            source, read_across_frames=True
        )
        while piece := reader.read(_PIECE):
            yield piece
    except zstandard.ZstdError as error:
        raise zipfile.BadZipFile(str(error)) from error


def _check_directory(path: Path, is_none: str) -> None:
    """Refuse a file whose list of entries would not fit into memory, before that is read.

    Source: PKWARE, APPNOTE.TXT §4.3.14–16, the end of the central directory.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise PackageError(f"{path} is no ordinary file")
        with path.open("rb") as file:
            file.seek(max(0, size - 66_000))
            tail = file.read()
    except OSError as error:
        raise PackageError(f"{path} cannot be opened ({error.strerror})") from error
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        raise PackageError(is_none)
    _, _, _, _, entries, directory, _, _ = struct.unpack("<4s4H2LH", tail[at : at + 22])
    wide = at - 20 - 56
    if wide >= 0 and tail[at - 20 : at - 16] == b"PK\6\7" and tail[wide : wide + 4] == b"PK\6\6":
        entries, directory = struct.unpack("<QQ", tail[wide + 32 : wide + 48])
    if entries > MOST_ENTRIES:
        raise PackageError(
            f"{path} lists {entries:,} files; at most {MOST_ENTRIES:,} are read, so export the "
            "deck in parts"
        )
    if directory > LARGEST_DIRECTORY:
        raise PackageError(
            f"{path} has a list of files of {directory // _MEBIBYTE:,} MiB, over "
            f"{LARGEST_DIRECTORY // _MEBIBYTE} MiB; export the deck again, in parts"
        )
