"""Notes in their formats: our own, plain outlines, and those of other programs.

Each format is a module with two functions, `recognises` and `read` (`page.Reader`). A note is
read by the first of `FORMATS` that recognises its content, or by the one that is asked for.
"""

import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, cast

from cards.card import Card
from cards.formats.folders import SUFFIXES, is_taken_whole, notes_in
from cards.note import FAILURES, Note, Problem
from cards.packed import PackedNote, unpacked
from cards.text.clean import clean_line, clean_path

if TYPE_CHECKING:
    from cards.formats.page import Page, Reader

__all__ = [
    "FORMATS",
    "OURS",
    "SUFFIXES",
    "distinct",
    "each_distinct",
    "fingerprint",
    "is_native_file",
    "joined",
    "notes_in",
    "read",
]

FORMATS = {
    "hashcards": "hashcards",
    "obsidian-to-anki": "obsidian_to_anki",
    "ankiops": "ankiops",
    "ki": "ki",
    "apy": "apy",
    "mochi": "mochi",
    "obsidian": "obsidian",
    "flashcards-obsidian": "flashcards_obsidian",
    "logseq": "logseq",
    "anki-text": "anki.text",
    "org": "org",
    "json": "json_cards",
    "table": "tables",
    "repeater": "repeater",
}
"""Formats of other programs by the names that `--format` takes, the surest first; their modules."""

OURS = ("native", "outline")
_TABLES = ("anki-text", "table")
_OF_SUFFIX: dict[str, tuple[str, ...]] = {
    ".csv": _TABLES,
    ".tsv": _TABLES,
    ".json": ("json",),
    ".org": ("logseq", "org"),
    ".txt": ("anki-text", *(name for name in FORMATS if name != "anki-text")),
}
"""The formats of files whose names tell what they are not: a cell may hold any mark of a note."""
_LINES = 2**32
"""More than the lines of any note."""
_FORMAT = re.compile(r"---\n(?:[\w-]+:.*\n)*?format: *([\w-]+) *\n")


def read(
    path: Path,
    deck: str | None = None,
    format: str | None = None,
    everything: bool | None = None,
    columns: str | None = None,
) -> Note:
    """Return the cards of a note, and its problems.

    Never raises on bad input: a file that cannot be read is a note without cards and with an
    error. `deck` overrides the deck that the note names; `format` is one of `FORMATS` or `OURS`.
    With `everything`, which its folder may say too, an outline leaves out nothing that it proposes;
    with False, what it leaves out goes even where it was studied. `columns` are those of a table.
    """
    # Imported here, so that a screen that only needs the maths rules does not pay for the formats.
    from cards.formats.conflict import conflict_in
    from cards.formats.notebook import note_text
    from cards.formats.page import Page

    named = _name_of(path)
    if named != str(path):
        says = "the path of this file has control characters, or is not UTF-8 text; rename it"
        return Note(named, (), (Problem(named, 1, "error", says),))
    text = note_text(path)
    if isinstance(text, Problem):
        return Note(str(path), (), (text,))
    if begins := conflict_in(text):
        says = "git left a conflict here; resolve it: until then the cards of this note stay"
        return Note(str(path), (), (Problem(str(path), begins, "error", says),))
    page = Page.of(str(path), text, clean_line(deck) if deck else None, columns)
    whole = everything or is_taken_whole(path)
    named = format or format_of(page)
    try:
        note = read_as(named, page, whole)
        if named == "native" and not format and not (note.cards or note.problems):
            note = read_as("outline", page, whole)  # prose with a "Q:" in its code
        if note.left_out and everything is None:
            note = replace(note, again=partial(read, path, deck, format, True))
    except FAILURES as error:
        note = Note(str(path), (), (Problem.unread(str(path), 1, error),))
    if note.cards or note.problems:
        return joined(note, text)
    nothing = Problem(
        str(path), 1, "note", "there are no cards here; start a line with Q:, the next with A:"
    )
    return replace(note, problems=(nothing,))


def format_of(page: "Page") -> str:
    """Return the name of a page's format: of its front matter's `format:`, else by its content."""
    from cards.formats import native

    named = _FORMAT.match(page.text[:2000]) if page.text.startswith("---") else None
    if named and named[1] in (*FORMATS, *OURS):
        return named[1]
    for name in _OF_SUFFIX.get(Path(page.path).suffix.lower(), FORMATS):
        if _reader(name).recognises(page):
            return name
    return "native" if native.is_native(page.lines) else "outline"


def is_native_file(path: Path) -> bool:
    """Whether a file is a note of our own format."""
    from cards.formats.native import is_native
    from cards.formats.page import Page
    from cards.formats.source import text_of

    text = text_of(path)
    if isinstance(text, Problem):
        return False
    page = Page.of(str(path), text)
    return format_of(page) == "native" and is_native(page.lines)


def read_as(format: str, page: "Page", everything: bool = False) -> Note:
    """Return the note of a page in a format; raises one of FAILURES where it cannot be read."""
    if format in FORMATS:
        return _reader(format).read(page)
    if format == "outline":
        from cards.formats import outline

        return outline.read(page.path, page.text, page.deck, everything)
    from cards.formats import native

    return native.read(page.path, page.text, page.deck)


def _reader(format: str) -> "Reader":
    return cast("Reader", importlib.import_module(f"cards.formats.{FORMATS[format]}"))


def joined(note: Note, text: str = "") -> Note:
    """Return a note whose cards are joined to computed answers, claims and simulations.

    `text` is that of the note, for what stands around its cards.
    """
    from cards.answers.inferred import inferred
    from cards.statements.badges import badged
    from sims.registry import available

    topics = frozenset(available())
    cards: list[Card] = []
    problems = list(note.problems)
    for card in note.cards:
        try:
            linked = _of_topic(card, text) if card.topic in topics else card
            if (check := linked.check) is not None and (check.claim or check.evidence):
                linked = badged(linked)
            cards.append(inferred(linked))
        except FAILURES as error:
            cards.append(card)  # it can be studied all the same
            problems.append(
                replace(Problem.unread(note.path, card.line, error), severity="warning")
            )
    problems += [
        Problem(note.path, card.line, "note", f"{says} (claim {card.check.claim})")
        for card in cards
        if card.check and card.check.found and (says := _refuted(card))
    ]
    return replace(note, cards=tuple(cards), problems=tuple(problems))


def _of_topic(card: Card, text: str) -> Card:
    """Return a card with the simulation, derivation and claim that its topic has for it."""
    from cards.statements.joined import joined  # brings the topic, which most notes do not need

    return joined(card, text)


def _refuted(card: Card) -> str | None:
    """Return the sentence on a card whose claim is refuted or conditional, else None."""
    from cards.statements.verdicts import said_of

    return said_of(card)


def fingerprint(
    path: Path,
    deck: str | None = None,
    format: str | None = None,
    everything: bool | None = None,
    columns: str | None = None,
) -> str | None:
    """Return a digest of all that a note's cards depend on; None when it cannot be read.

    That is its bytes, the `deck` and `format` asked for, whether all that it proposes is
    taken, the settings of the vault or graph that it lies in, and the code that reads it.
    """
    from cards.formats.page import stamps
    from cards.formats.source import LARGEST

    try:
        if _name_of(path) != str(path) or not path.is_file() or path.stat().st_size > LARGEST:
            return None
        digest = blake2b(path.read_bytes(), digest_size=16)
    except OSError:
        return None
    whole = everything or is_taken_whole(path)
    options = (deck or "", format or "", "all" * whole, columns or "")
    about = (*options, *stamps(path), _reader_digest())
    digest.update("\0".join(("", *about)).encode(errors="replace"))
    return digest.hexdigest()


def _name_of(path: Path) -> str:
    """Return a path as it can be shown: bytes that are no text are replaced."""
    return clean_path(str(path).encode(errors="replace").decode())


@cache
def _reader_digest() -> str:
    """Return a digest of the sources that turn text into cards."""
    here = Path(__file__).parent
    statements = here.parent / "statements"
    sources = sorted(
        [
            *here.rglob("*.py"),
            *here.rglob("*.txt"),
            *here.parent.glob("*.py"),
            *statements.iterdir(),
        ]
    )
    sources = [source for source in sources if source.is_file()]
    return blake2b(b"".join(source.read_bytes() for source in sources)).hexdigest()


def distinct(notes: Iterable[Note]) -> list[Note]:
    """Return the notes without the cards of earlier notes, each of which becomes a warning."""
    return [unpacked(note) for note in each_distinct(notes)]


def each_distinct(notes: Iterable[Note | PackedNote]) -> Iterator[Note | PackedNote]:
    """Yield notes, packed or not, as `distinct` returns them, each when it is asked for."""
    first = _Places()
    for note in notes:
        places = first.of(note)
        if first.at.keys().isdisjoint(places):
            first.at.update(places)
            yield note
        else:
            alone = _without(unpacked(note), first)
            first.at.update(first.of(alone))
            yield alone


class _Places:
    """The places of the cards of earlier notes: a number each, for they may be very many."""

    def __init__(self) -> None:
        self.at: dict[str, int] = {}
        """The number of a card's file and line, by the id of the card."""
        self._files: list[str] = []
        self._numbers: dict[str, int] = {}

    def of(self, note: Note | PackedNote) -> dict[str, int]:
        """Return the places of the cards of a note."""
        if isinstance(note, PackedNote):
            file = self._file(note.path)
            return {row[0]: file + row[2] for row in note.rows}
        return {card.id: self._file(card.file) + card.line for card in note.cards}

    def in_words(self, id: str) -> str:
        """Return the file and line of a card."""
        number, line = divmod(self.at[id], _LINES)
        return f"{self._files[number]}:{line}"

    def _file(self, path: str) -> int:
        if path not in self._numbers:
            self._numbers[path] = len(self._files)
            self._files.append(path)
        return _LINES * self._numbers[path]


def _without(note: Note, first: _Places) -> Note:
    """Return a note without the cards that stand in an earlier note, each with a warning."""
    warnings = [
        Problem(
            note.path,
            card.line,
            "warning",
            f"this card is the same as {first.in_words(card.id)}; change or delete one",
        )
        for card in note.cards
        if card.id in first.at
    ]
    cards = tuple(card for card in note.cards if card.id not in first.at)
    return replace(note, cards=cards, problems=(*note.problems, *warnings))
