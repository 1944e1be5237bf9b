"""Obsidian's Spaced Repetition: separators, clozes, tags and schedules as the vault's settings say.

A note has cards where it has a flashcard tag, or lies in a folder when folders are decks. Without
the vault's settings, the tag of a note with schedules is taken for one. Cards are found paragraph
by paragraph, as the plugin finds them, with what surprises its users: an HTML comment hides the
line after it too, and one over several lines hides the rest of the note.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cards.card import Card
from cards.formats.cloze_patterns import Pattern, clozes_of
from cards.formats.foreign import Builder
from cards.formats.native import is_native
from cards.formats.page import OBSIDIAN_SR, Page, settings_of
from cards.formats.yaml_text import YamlError, load
from cards.note import Note, Progress
from cards.scheduling.day import EPOCH_ORDINAL
from cards.scheduling.ease import difficulty_of
from cards.text.spans import code_spans

_SCHEDULE = "<!--SR:"
_CALLOUT = "> [!sr|card-metadata]"
_CLOZES = (
    ("convertHighlightsToClozes", "==[123;;]answer[;;hint]=="),
    ("convertBoldTextToClozes", "**[123;;]answer[;;hint]**"),
    ("convertCurlyBracketsToClozes", "{{[123;;]answer[;;hint]}}"),
)
_TAG = re.compile(r"(?:^|(?<=\s))#([^\s#!-,.:;<-@\[-^`{-~\u2000-\u206f\u2e00-\u2e7f]+)")
_OWN_TAG = re.compile(r"\s*(#[^\s#]+)\s*")
_BLOCK_ID = re.compile(r" \^[a-zA-Z0-9-]+$")
_DAY_FIRST = re.compile(r"\d\d-\d\d-\d{4}")
_COMMENT = re.compile(r"<!--SR:(.+?)-->")
_NEVER = date(2000, 1, 1)
"""The date that stands for a card that was not seen yet."""


@dataclass(frozen=True)
class Settings:
    """The plugin's settings in a vault; defaults as the plugin has them."""

    tags: tuple[str, ...] = ("#flashcards",)
    ignored_tags: tuple[str, ...] = ()
    ignored_folders: tuple[str, ...] = ("**/*.excalidraw.md",)
    folders_are_decks: bool = False
    inline: str = "::"
    inline_both: str = ":::"
    block: str = "?"
    block_both: str = "??"
    end: str = ""
    clozes: tuple[str, ...] = (_CLOZES[0][1],)

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Settings":
        """Return the settings of a vault's file; values of a wrong type are left out."""
        settings = data.get("settings", data)
        if not isinstance(settings, dict):
            return cls()
        values: dict[str, Any] = {}
        for name, key in (
            ("inline", "singleLineCardSeparator"),
            ("inline_both", "singleLineReversedCardSeparator"),
            ("block", "multilineCardSeparator"),
            ("block_both", "multilineReversedCardSeparator"),
            ("end", "multilineCardEndMarker"),
        ):
            if isinstance(settings.get(key), str):
                values[name] = settings[key]
        for name, key in (
            ("tags", "flashcardTags"),
            ("ignored_tags", "flashcardTagsToIgnore"),
            ("ignored_folders", "noteFoldersToIgnore"),
            ("clozes", "clozePatterns"),
        ):
            if isinstance(value := settings.get(key), list):
                values[name] = tuple(item for item in value if isinstance(item, str) and item)
        if "clozes" not in values and settings:
            values["clozes"] = tuple(pattern for key, pattern in _CLOZES if settings.get(key))
        values["folders_are_decks"] = settings.get("convertFoldersToDecks") is True
        return cls(**values)

    @cached_property
    def patterns(self) -> list[Pattern]:
        """The patterns of a cloze."""
        return [pattern for text in self.clozes if (pattern := Pattern.of(text))]

    def decks(self, tag: str) -> bool:
        """Whether a tag is a flashcard tag, or below one."""
        return _is_below(tag, self.tags)


def _is_below(tag: str, tags: Sequence[str]) -> bool:
    return any(tag == one or tag.startswith(f"{one}/") for one in tags)


class Question(NamedTuple):
    """Lines of a note that make cards: their kind, text, first and last 0-based line."""

    kind: str
    text: str
    first: int
    last: int


@lru_cache(maxsize=64)
def _settings(path: Path, _stamp: int) -> Settings:
    return Settings.of(settings_of(path))


def _vault(page: Page) -> tuple[Path | None, Settings]:
    """Return the vault of a note and its settings."""
    root = page.root(OBSIDIAN_SR)
    if root is None:
        return None, Settings()
    path = root / OBSIDIAN_SR
    return root, _settings(path, path.stat().st_mtime_ns)


def recognises(page: Page) -> bool:
    """Whether a note has a schedule or a flashcard tag, or lies in a vault with the plugin.

    Notes with markers of our own in such a vault are ours. Outside of one they are ours where they
    have more markers than questions that the plugin would ask.
    """
    root, settings = _vault(page)
    if _SCHEDULE in page.text:
        return root is not None or not _has_more_of_ours(page, settings)
    is_tagged = any(tag.lstrip("#") in page.text for tag in settings.tags) and any(
        settings.decks(tag) for _, tag in _tags(page)[0]
    )
    if root is None:
        return is_tagged and not _has_more_of_ours(page, settings)
    if is_tagged or settings.folders_are_decks:
        return is_tagged or not is_native(page.lines)
    return not is_native(page.lines) and not _is_of_another(page)


def _is_of_another(page: Page) -> bool:
    """Whether a note that the plugin leaves out is one of another program on the same folder."""
    from cards.formats import flashcards_obsidian, logseq  # which take schedules from here

    return flashcards_obsidian.recognises(page) or logseq.recognises(page)


def _has_more_of_ours(page: Page, settings: Settings) -> bool:
    """Whether a note has more cards with markers of our own than questions of the plugin."""
    ours = sum(line.startswith(("Q:", "C:")) for line in page.lines)
    if not ours or not is_native(page.lines):
        return False
    return ours > sum(1 for _ in questions(page.lines, settings))


def read(page: Page) -> Note:
    """Return the cards of a note with their schedules; none where no tag asks for them."""
    root, settings = _vault(page)
    folder: tuple[str, ...] = ()
    if root is not None:
        inside = page.inside(root)
        folder = tuple(inside.split("/")[:-1])
        if any(_matches(inside, pattern) for pattern in settings.ignored_folders):
            return Note(page.path)
    tags, front = _tags(page)
    ours = [(line, tag) for line, tag in tags if settings.decks(tag)]
    if not ours and root is None and _SCHEDULE in page.text:
        ours = tags[:1] or [(-1, settings.tags[0])]
    if settings.folders_are_decks:
        if not folder:
            return Note(page.path)
    elif not ours:
        return Note(page.path)
    if any(_is_below(tag, settings.ignored_tags) for _, tag in tags):
        return Note(page.path)
    if root is not None or _SCHEDULE not in page.text:
        above = [tag for tag in _deck_tags(page.lines[:front]) if settings.decks(tag)]
        ours = [*((-1, tag) for tag in above), *(one for one in ours if one[0] >= 0)]
    reader = _Reader(Builder(page, page.name), settings, folder, ours, front)
    reader.read()
    return reader.builder.note()


def _matches(path: str, pattern: str) -> bool:
    """Whether a path begins with a pattern, or matches it: `*` in one folder, `**` over any."""
    parts = path.split("/")
    reached = {0}
    for one in pattern.split("/"):
        if one == "**":
            reached = set(range(min(reached, default=len(parts) + 1), len(parts) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(parts) and fnmatchcase(parts[at], one)}
    return path.startswith(pattern) or len(parts) in reached


def _tags(page: Page) -> tuple[list[tuple[int, str]], int]:
    """Return each tag with its line, -1 in the front matter, and the lines of the front matter."""
    end = 0
    found: list[tuple[int, str]] = []
    if page.lines[0] == "---" and "---" in page.lines[1:]:
        end = page.lines.index("---", 1) + 1
        found += [(-1, f"#{tag}") for tag in _front_tags(page.lines[:end])]
    if "#" not in page.text:
        return found, end
    text = "\n".join([*[""] * end, *page.lines[end:]])
    for start, stop in reversed(list(code_spans(text))):
        blank = "".join(c if c == "\n" else "`" for c in text[start:stop])
        text = text[:start] + blank + text[stop:]
    for number, line in enumerate(text.split("\n")):
        if "#" in line:
            tags = (tag for tag in _TAG.findall(line) if not tag.isdecimal())
            found += [(number, f"#{tag}") for tag in tags]
    return found, end


def _front_matter(lines: Sequence[str]) -> dict[Any, Any]:
    try:
        said = load("\n".join(lines[1:-1]))
    except YamlError:
        return {}
    return said if isinstance(said, dict) else {}


def _deck_tags(lines: Sequence[str]) -> Iterator[str]:
    """Yield the tags of YAML front matter as the plugin splits them for decks: at commas alone.

    It reads `tags` only, and strips no spaces. Whether a note has cards at all depends on
    Obsidian's own list of tags, as `_front_tags` has it.
    """
    value = _front_matter(lines).get("tags")
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield from (f"#{tag.removeprefix('#')}" for tag in one.split(",") if tag)


def _front_tags(lines: Sequence[str]) -> Iterator[str]:
    """Yield the tags of YAML front matter, by whatever case and number of the key `tags`."""
    for key, value in _front_matter(lines).items():
        if not isinstance(key, str) or key.lower() not in ("tags", "tag"):
            continue
        tags = value.replace(",", " ").split() if isinstance(value, str) else value
        for tag in tags if isinstance(tags, list) else ():
            if isinstance(tag, str) and tag.strip():
                yield tag.strip().lstrip("#")


@dataclass(slots=True)
class _Reader:
    """Builds the cards of the questions of a note."""

    builder: Builder
    settings: Settings
    folder: tuple[str, ...]
    tags: list[tuple[int, str]]
    front: int
    decks: list[tuple[int, list[str]]] = field(default_factory=list)
    """The tags of the questions below each line."""
    without: list[int] = field(default_factory=list)
    """The lines of questions without a deck."""

    def read(self) -> None:
        """Make all cards."""
        lines = [*[""] * self.front, *self.builder.page.lines[self.front :]]
        found = list(questions(lines, self.settings))
        taken = {line for q in found for line in range(q.first, q.last + 1)}
        by_line: dict[int, list[str]] = {}
        for line, tag in self.tags:
            if line not in taken:
                by_line.setdefault(line, []).append(tag)
        self.decks = sorted(by_line.items())
        headings = _headings(lines)
        for question in found:
            self.builder.headings = headings[question.first]
            self._cards(question)
        if self.without:
            self.builder.problem(
                self.without[0],
                f"{len(self.without)} of this note's questions have no deck, so its own program "
                "leaves them out; write tags as a list under `tags`, or with commas and no spaces",
                "warning",
            )

    def _cards(self, question: Question) -> None:
        """Make the cards of one question, and keep their schedules in order."""
        text, schedule = _without_schedule(question.text)
        own = _OWN_TAG.match(text)
        text = text[own.end() :] if own else text
        decks = self._decks(question.first, own[1] if own else "")
        if decks is None:
            self.without.append(question.first)
            return
        deck, *others = [tag.lstrip("#").strip("/").replace("/", "::") for tag in decks]
        made = self._made(question, _BLOCK_ID.sub("", text.rstrip()), deck, others)
        for card, known in zip(made, schedule, strict=False):
            self.builder.schedule(card, known)

    def _made(self, question: Question, text: str, deck: str, tags: list[str]) -> list[Card]:
        builder, settings = self.builder, self.settings
        line = question.first
        if question.kind == "cloze":
            if builder.refuses(line, text, 1):
                return []
            whole, asked = clozes_of(text, settings.patterns)
            if builder.refuses(line, whole, len(asked)):
                return []
            return builder.clozes(line, whole, asked, deck=deck, tags=tags)
        both = question.kind.endswith("both")
        if question.kind.startswith("inline"):
            front, _, back = text.partition(settings.inline_both if both else settings.inline)
        else:
            lines = text.split("\n")
            mark = settings.block_both if both else settings.block
            at = [one.strip() for one in lines].index(mark)
            front, back = "\n".join(lines[:at]), "\n".join(lines[at + 1 :])
        return builder.basic(line, front, back, both=both, deck=deck, tags=tags, blank=True)

    def _decks(self, line: int, own: str) -> list[str] | None:
        """Return the tags of the decks of a question: its own, or the last ones above it."""
        if self.settings.folders_are_decks:
            return ["/".join(self.folder)]
        if own:
            return [own]
        above = [tags for at, tags in self.decks if at < line]
        return above[-1] if above else [self.tags[0][1]] if self.tags else None


def questions(lines: Sequence[str], settings: Settings) -> Iterator[Question]:
    """Yield the questions of a note whose front matter was blanked."""
    cutter = _Cutter(lines, settings)
    while cutter.at < len(lines):
        yield from cutter.line()
    if cutter.kind and cutter.text:
        yield Question(cutter.kind, "\n".join(cutter.text).rstrip(), cutter.first, len(lines) - 1)


class _Cutter:
    """Goes through the lines of a note, paragraph by paragraph."""

    def __init__(self, lines: Sequence[str], settings: Settings) -> None:
        self.lines, self.settings = lines, settings
        self.at = self.first = 0
        self.text: list[str] = []
        self.kind = ""
        # The longer one first, for the shorter may be a part of it.
        self.inline = sorted(
            ((settings.inline, "inline"), (settings.inline_both, "inline both")),
            key=lambda mark: -len(mark[0]),
        )

    def line(self) -> Iterator[Question]:
        """Take the next line, or several; yield the question that ends with it."""
        line, settings = self.lines[self.at], self.settings
        stripped = line.strip()
        if line.startswith("<!--") and not line.startswith(_SCHEDULE):
            # The plugin looks for the end in the comment's first line only, and then skips one.
            self.at = self.at + 2 if "-->" in line else len(self.lines)
            return
        if (not stripped and not (settings.end and self.kind)) or (
            settings.end and stripped == settings.end
        ):
            if self.kind:
                yield Question(self.kind, "\n".join(self.text).rstrip(), self.first, self.at - 1)
            self.kind, self.text = "", []
            self.at += 1
            self.first = self.at
            return
        self.text.append(line.rstrip())
        inline = next((kind for mark, kind in self.inline if _has(line, mark)), "")
        if inline:
            yield self._inline(inline)
        elif stripped == settings.block and settings.block:
            self.kind = "block" if self._has_front() else self.kind
        elif stripped == settings.block_both and settings.block_both:
            self.kind = "block both" if self._has_front() else self.kind
        elif line.startswith(("```", "~~~")):
            self._code(line)
        elif not self.kind and any(pattern.found(line) for pattern in settings.patterns):
            self.kind = "cloze"
        self.at += 1

    def _has_front(self) -> bool:
        return len(self.text) > 2 or len("\n".join(self.text)) > 1

    def _inline(self, kind: str) -> Question:
        """Return the card of this line, with the schedule under it; what was above is no card."""
        first = self.at
        text = [self.lines[first]]
        following = self.lines[first + 1] if first + 1 < len(self.lines) else ""
        if following.startswith(_SCHEDULE):
            text.append(following)
        elif following.startswith(_CALLOUT):
            for line in self.lines[first + 1 :]:
                text.append(line)
                if _SCHEDULE in line:
                    break
        self.at = first + len(text) - 1
        self.kind, self.text, self.first = "", [], self.at + 1
        return Question(kind, "\n".join(text), first, self.at)

    def _code(self, line: str) -> None:
        """Take a fence with its code."""
        ticks = line[: len(line) - len(line.lstrip(line[0]))]
        while self.at + 1 < len(self.lines) and not self.lines[self.at + 1].startswith(ticks):
            self.at += 1
            self.text.append(self.lines[self.at])
        self.text.append(ticks)
        self.at += 1


def _has(line: str, mark: str) -> bool:
    """Whether a line has a separator whose first place is not inside a code span."""
    at = line.find(mark) if mark else -1
    if at < 0:
        return False
    before, after = line.count("`", 0, at), line.count("`", at + len(mark))
    return not (before % 2 and after % 2)


def _headings(lines: Sequence[str]) -> list[list[tuple[int, str]]]:
    """Return the headings above each line."""
    from cards.formats.blocks import heading, under

    above: list[tuple[int, str]] = []
    result = []
    for line in lines:
        found = heading(line) if line.startswith("#") else None
        if found:
            above = under(above, *found)
        result.append(above)
    return result


def _without_schedule(text: str) -> tuple[str, list[Progress | None]]:
    """Return a question without its schedule, and what that says of each of its cards."""
    found = _COMMENT.search(text)
    if found is None:
        return text, []
    parts = [part.strip() for part in found[1].split("!")]
    schedule = [_progress(part) for part in parts if part]
    lines = _COMMENT.sub("", text).split("\n")
    kept = [line for line in lines if not line.startswith(_CALLOUT)]
    empty = ("", ">") if len(kept) < len(lines) else ("",)
    while kept and kept[-1].strip() in empty:
        kept.pop()
    return "\n".join(kept), schedule


def _progress(entry: str) -> Progress | None:
    """Return what one entry says: of FSRS, or due date, interval and ease in percent of SM-2."""
    fields = entry.split(",")
    try:
        if fields[0] == "fsrs":
            _, due, interval, stability, difficulty, state, *rest = fields
            last = _day(rest[3]) if len(rest) > 3 else None
            if state.strip() == "0":
                return None
            days = round(float(interval))
            s, d = float(stability), float(difficulty)
            if not (0 < s < 1e6 and 0 < d <= 10 and 0 <= days < 1e5):
                return None
            return Progress("", _day(due), days, last, s, min(10.0, max(1.0, d)))
        if date.fromisoformat(fields[0].strip()) == _NEVER:
            return None
        due_day, days, ease = _day(fields[0]), int(fields[1]), int(fields[2])
    except (ValueError, IndexError):
        return None
    days = max(1, min(days, 36_500))
    return Progress("", due_day, days, due_day - days, float(days), difficulty_of(ease / 100))


def _day(text: str) -> int:
    """Return the day of an ISO date or instant. Raises ValueError."""
    text = text.strip()
    if _DAY_FIRST.fullmatch(text):
        text = "-".join(reversed(text.split("-")))
    when = date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text).date()
    return when.toordinal() - EPOCH_ORDINAL
