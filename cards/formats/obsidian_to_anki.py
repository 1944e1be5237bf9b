"""Obsidian_to_Anki: blocks from `START` to `END`, `STARTI [type] … ENDI` within a line.

The first line of a block is its type in Anki, a field goes on until a line `Name:` begins the
next, `Tags:` and `ID:` stand last. What marks and types there are, the vault's settings say.
Its own regular expressions are not run, as a stranger wrote them; `not_run` says where there are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from cards.formats.anki import clozes
from cards.formats.foreign import Builder
from cards.formats.page import OBSIDIAN_TO_ANKI, Page, root_of, settings_of
from cards.note import Note
from cards.text.spans import code_spans, maths_spans

_TYPES = {
    "Basic": ("Front", "Back"),
    "Basic (and reversed card)": ("Front", "Back"),
    "Basic (optional reversed card)": ("Front", "Back", "Add Reverse"),
    "Basic (type in the answer)": ("Front", "Back"),
    "Cloze": ("Text", "Back Extra"),
}
"""The types that Anki has from the start, and their fields."""
_SYNTAX = {
    "Begin Note": "START",
    "End Note": "END",
    "Begin Inline Note": "STARTI",
    "End Inline Note": "ENDI",
    "Target Deck Line": "TARGET DECK",
    "File Tags Line": "FILE TAGS",
}
_ID = re.compile(r"(?:<!--)?ID: (\d{1,20})")
_TAGS = "Tags: "
_CURLY = re.compile(r"(?<!\{)\{(?:c?(\d{1,3})[:|])?(?!\{)((?:[^\n{}]|\n(?!\n))+)\}(?!\})")
_HIGHLIGHT = re.compile(r"==([^=\n]+)==")


@dataclass(frozen=True)
class _Settings:
    """What a vault says of its blocks."""

    said: Mapping[str, Any]

    @classmethod
    def of(cls, page: Page) -> "_Settings":
        if (root := page.root(OBSIDIAN_TO_ANKI)) is None:
            return cls({})
        path = root / OBSIDIAN_TO_ANKI
        return _settings(path, path.stat().st_mtime_ns)

    def _part(self, name: str) -> Mapping[str, Any]:
        settings = self.said.get("settings")
        part = settings.get(name) if isinstance(settings, dict) else None
        return part if isinstance(part, dict) else {}

    def mark(self, name: str) -> str:
        """Return how a vault writes one of the marks of `_SYNTAX`."""
        said = self._part("Syntax").get(name)
        return said if isinstance(said, str) and said.strip() else _SYNTAX[name]

    def default(self, name: str) -> Any:
        """Return a setting of those that a vault has for all notes, None where it has none."""
        return self._part("Defaults").get(name)

    @cached_property
    def types(self) -> Mapping[str, Sequence[str]]:
        """The fields of each type, those of Anki where a vault names none."""
        said = self.said.get("fields_dict")
        found = {
            str(name): tuple(map(str, fields))
            for name, fields in (said.items() if isinstance(said, dict) else ())
            if isinstance(fields, list) and fields
        }
        return found or _TYPES

    def fields(self, kind: str) -> Sequence[str] | None:
        """Return the fields of a type; of one that no settings tell, those of most types."""
        known = self.types.get(kind)
        return known or (None if self.said.get("fields_dict") else ("Front", "Back"))

    def deck(self, page: Page) -> str:
        """Return the deck of the notes of a folder, or of all."""
        root, folders = page.root(OBSIDIAN_TO_ANKI), self._part("FOLDER_DECKS")
        above = page.inside(root).split("/")[:-1] if root else []
        for end in range(len(above), 0, -1):
            if isinstance(deck := folders.get("/".join(above[:end])), str) and deck.strip():
                return deck
        said = self.default("Deck")
        return said if isinstance(said, str) and said.strip() else page.name


@lru_cache(maxsize=64)
def _settings(path: Path, _stamp: int) -> _Settings:
    return _Settings(settings_of(path))


def not_run(folders: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    """Yield the vaults that some folders lie in, and how many expressions of its own each has."""
    roots = {root_of(str(folder), OBSIDIAN_TO_ANKI) for folder in folders}
    for root in sorted(root for root in roots if root):
        path = root / OBSIDIAN_TO_ANKI
        said = _settings(path, path.stat().st_mtime_ns).said.get("settings")
        own = said.get("CUSTOM_REGEXPS") if isinstance(said, dict) else None
        every = own.values() if isinstance(own, dict) else ()
        if many := sum(isinstance(one, str) and bool(one.strip()) for one in every):
            yield root, many


def recognises(page: Page) -> bool:
    """Whether a note has a block, in a vault with the plugin or of a type that all of Anki have.

    Outside such a vault it also has a deck or a number that only the plugin writes.
    """
    settings = _Settings.of(page)
    if settings.mark("Begin Note") not in page.text:
        return False
    found = (lines[0] for _, lines in (*_blocks(page, settings), *_inline(page, settings)))
    if settings.said:
        return any(True for _ in found)
    is_told = _ID.search(page.text) or _line(page, _SYNTAX["Target Deck Line"])
    return bool(is_told) and any(kind in _TYPES for kind in found)


def read(page: Page) -> Note:
    """Return the cards of a note."""
    settings = _Settings.of(page)
    deck = _line(page, settings.mark("Target Deck Line")) or settings.deck(page)
    tags = _line(page, settings.mark("File Tags Line")).split()
    builder = Builder(page, deck, tuple(tag.lstrip("#") for tag in tags))
    for line, lines in [*_blocks(page, settings), *_inline(page, settings)]:
        _note(builder, settings, line, lines)
    builder.cards.sort(key=lambda card: card.line)
    return builder.note()


def _line(page: Page, mark: str) -> str:
    """Return what stands behind a mark at the start of a line, or on the line under it."""
    for number, line in enumerate(page.lines):
        if line.startswith(f"{mark}: "):
            return line[len(mark) + 2 :].strip()
        if line == mark and number + 1 < len(page.lines):
            return page.lines[number + 1].strip()
    return ""


def _blocks(page: Page, settings: _Settings) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line of each block, from 0, and its lines."""
    begin, end = settings.mark("Begin Note"), settings.mark("End Note")
    start: int | None = None
    for number, line in enumerate(page.lines):
        if start is None:
            start = number + 1 if line == begin else None
        elif line.startswith(end) and number > start:
            lines = "\n".join(page.lines[start:number]).strip().split("\n")
            yield start, lines
            start = None


def _inline(page: Page, settings: _Settings) -> Iterator[tuple[int, list[str]]]:
    """Yield the line of each note within a line, and its parts as the lines of a block."""
    begin, end = settings.mark("Begin Inline Note"), settings.mark("End Inline Note")
    for number, line in enumerate(page.lines):
        at = 0
        while (start := line.find(begin, at)) >= 0:
            stop = line.find(end, start + len(begin))
            if stop < 0:
                break
            at = stop + len(end)
            if parts := _parts(line[start + len(begin) : stop].strip(), settings):
                yield number, parts


def _parts(text: str, settings: _Settings) -> list[str]:
    """Return a note within a line as the lines of a block, empty where it names no type."""
    last: list[str] = []
    if found := _ID.search(text):
        text, last = text[: found.start()].strip(), [found[0]]
    before, mark, tags = text.partition(_TAGS)
    if mark:
        text, last = before.strip(), [f"{_TAGS}{tags}", *last]
    named = re.search(r"\[(.*?)\]", text)
    if not named:
        return []
    lines, words = [named[1]], list[str]()
    labels = {f"{field}:" for field in settings.fields(named[1]) or ()}
    for word in text[named.end() :].split(" "):
        if word in labels:
            lines.append(" ".join(words))
            words = []
        words.append(word)
    return [*lines, " ".join(words), *last]


def _note(builder: Builder, settings: _Settings, line: int, lines: list[str]) -> None:
    """Make the cards of a note of Anki's."""
    found = _ID.search(lines[-1])
    id = found[1] if found else None
    lines = lines[:-1] if found else lines
    tags: list[str] = []
    if lines and lines[-1].startswith(_TAGS):
        tags = [tag.lstrip("#") for tag in lines[-1][len(_TAGS) :].split()]
        lines = lines[:-1]
    kind = lines[0] if lines else ""
    names = settings.fields(kind)
    if names is None or not kind:
        says = f"“{kind[:40]}” is no type of note that the vault's settings have"
        builder.problem(line, f"{says}, so its own program leaves it out, too", "warning")
        return
    first, *others = _fields(names, lines[1:])
    if not first:
        builder.problem(line, "this note's first field is empty, so Anki takes none", "warning")
        return
    if "Cloze" in kind:
        _cloze(builder, settings, line, first, "\n\n".join(filter(None, others)), id, tags)
        return
    both = "reversed" in kind
    if "optional reversed" in kind:
        both, others = bool(others and others[-1]), others[:-1]
    back = "\n\n".join(filter(None, others))
    builder.basic(line, first, back, both=both, id=id, tags=tags)


def _fields(names: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Return the text of each field; a line that begins with the name of one goes on with it."""
    found: dict[str, list[str]] = {name: [] for name in names}
    current = names[0]
    for text in lines:
        begun = next((name for name in names if text.startswith(f"{name}:")), None)
        current = begun or current
        found[current].append(text[len(begun) + 1 :] if begun else text)
    return ["\n".join(found[name]).strip() for name in names]


def _cloze(
    builder: Builder,
    settings: _Settings,
    line: int,
    text: str,
    extra: str,
    id: str | None,
    tags: Sequence[str],
) -> None:
    """Make a card for each number of the gaps of a text."""
    if builder.refuses(line, text, 1):
        return
    if settings.default("CurlyCloze") is True:
        if settings.default("CurlyCloze - Highlights to Clozes") is True:
            text = _HIGHLIGHT.sub(r"{\1}", text)
        text = _numbered(text)
    tree = clozes.parse(text)
    numbers = clozes.numbers(tree)
    if builder.refuses(line, text, len(numbers)):
        return
    asked = [clozes.asked(tree, number) for number in numbers]
    whole = clozes.whole(tree)
    builder.clozes(line, whole, asked, id=id, numbers=numbers, tags=tags, extra=extra)


def _numbered(text: str) -> str:
    """Return a text with its `{words}` as Anki's clozes; formulas and code have none."""
    masked = text
    for start, end in [*((s.start, s.end) for s in maths_spans(text)), *code_spans(text)]:
        masked = f"{masked[:start]}{'.' * (end - start)}{masked[end:]}"
    parts, end, count = [], 0, 0
    for found in _CURLY.finditer(masked):
        count += not found[1]
        words = text[found.start(2) : found.end(2)]
        parts += [text[end : found.start()], f"{{{{c{found[1] or count}::{words}}}}}"]
        end = found.end()
    return "".join([*parts, text[end:]])
