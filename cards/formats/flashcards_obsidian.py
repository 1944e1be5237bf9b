"""flashcards-obsidian: a paragraph ending in ``#card`` and the one after it, ``::`` lines, gaps.

``#card-reverse`` and ``:::`` ask both ways; lines with ``==gap==`` or ``{gap}`` outside formulas
are cloze cards, ``{2:gap}`` numbered. ``^`` and 13 digits is the note's number in Anki.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from cards.formats.foreign import Builder, Gap
from cards.formats.page import FLASHCARDS_OBSIDIAN, Page, settings_of
from cards.note import Note
from cards.text.spans import spans

_DECK = re.compile(r"^cards-deck: *(.+)$", re.MULTILINE)
_ID = re.compile(r"\s*\^(\d{13})\s*$")
_TAGS = re.compile(r"((?: *#[\w/-]+)*) *$")
_LEADING = re.compile(r"^ {0,3}#{0,6}[ \t]*(?:\d\.|[-+*]|#{1,6})?[ \t]*")
_GAP = re.compile(r"==(?P<marked>.+?)==|\{(?:(?P<number>\d):?)?(?P<curly>.+?)\}")


def recognises(page: Page) -> bool:
    """Whether a note names the deck of its cards, or one is tagged in a vault with the plugin."""
    if "cards-deck:" in page.text and _DECK.search(page.text):
        return True
    root = page.root(FLASHCARDS_OBSIDIAN)
    return root is not None and f"#{_tag(page)}" in page.text


def read(page: Page) -> Note:
    """Return the cards of a note."""
    return _Reader(page).read()


def _settings(page: Page) -> dict[str, object]:
    root = page.root(FLASHCARDS_OBSIDIAN)
    return settings_of(root / FLASHCARDS_OBSIDIAN) if root else {}


def _tag(page: Page) -> str:
    return str(_settings(page).get("flashcardsTag") or "card")


class _Reader:
    """Makes the cards of a note: paragraphs first, then single lines."""

    def __init__(self, page: Page) -> None:
        named = _DECK.search(page.text)
        self.builder = Builder(page, named[1].strip().replace("/", "::") if named else page.name)
        settings = _settings(page)
        tag = re.escape(_tag(page))
        self._tagged = re.compile(
            rf"#{tag}(?P<how>[-/](?:reverse|spaced))?(?P<tags>(?: *#[\w/-]+)*) *$"
        )
        self._one = str(settings.get("inlineSeparator") or "::")
        self._both = str(settings.get("inlineSeparatorReverse") or ":::")
        self._code, self._maths = _blocks(page.text)
        starts = [0]
        for line in page.lines:
            starts.append(starts[-1] + len(line) + 1)
        self._starts = starts
        lines = page.lines
        self._front = lines.index("---", 1) + 1 if "---" in lines[1:] and lines[0] == "---" else 0

    def read(self) -> Note:
        """Return the note."""
        lines = self.builder.page.lines
        used: set[int] = set()
        for first, last, line in self._paragraphs():
            used.update(range(first, last))
            self._paragraph(first, line)
        for number in range(self._front, len(lines)):
            if number not in used and lines[number].strip():
                self._line(number)
        self.builder.cards.sort(key=lambda card: card.line)
        return self.builder.note()

    def _paragraphs(self) -> Iterator[tuple[int, int, int]]:
        """Yield where a tagged paragraph begins, where its answer ends, and the tag's line."""
        lines = self.builder.page.lines
        first = self._front
        for number, line in enumerate(lines):
            if number < self._front or not line.strip():
                first = max(first, number + 1)
            elif self._tagged.search(line) and not self._in_code(number):
                end = number + 1
                while end < len(lines) and not lines[end].strip():
                    end += 1
                while end < len(lines) and lines[end].strip() and not _ID.fullmatch(lines[end]):
                    end += 1
                yield first, end, number
                first = end

    def _paragraph(self, first: int, at: int) -> None:
        lines = self.builder.page.lines
        found = self._tagged.search(lines[at])
        assert found is not None, "the line was found by its tag"
        question = "\n".join([*lines[first:at], lines[at][: found.start()]]).strip()
        question = re.sub(r"^#+ *", "", question)
        how = (found["how"] or "")[1:]
        if how == "spaced":
            says = "this card has no answer, only something to remember; write one under it"
            self.builder.problem(first, says, "warning")
            return
        end = at + 1
        while end < len(lines) and not lines[end].strip():
            end += 1
        answer = []
        while end < len(lines) and lines[end].strip() and not _ID.fullmatch(lines[end]):
            answer.append(lines[end])
            end += 1
        tags = [tag.replace("/", "::") for tag in found["tags"].replace("#", " ").split()]
        self.builder.basic(
            first, question, _ID.sub("", "\n".join(answer)), both=how == "reverse", tags=tags
        )

    def _line(self, number: int) -> None:
        """Make the card of a single line."""
        line = _ID.sub("", self.builder.page.lines[number])
        if self._in_code(number):
            return
        tags_of = _TAGS.search(line)
        tags = tags_of[1].replace("#", " ").split() if tags_of else []
        text = line[: tags_of.start()] if tags_of and tags else line
        text = _LEADING.sub("", text)
        mark = self._both if self._both in text else self._one
        front, found, back = text.partition(mark)
        if found and front.strip() and back.strip():
            if not front.lower().startswith(("cards-deck", "tags")):
                self.builder.basic(number, front, back, both=mark == self._both, tags=tags)
        elif gaps := list(self._gaps(text, self._starts[number] + line.find(text))):
            self.builder.cloze(number, text, gaps, tags=tags)

    def _gaps(self, text: str, offset: int) -> Iterator[Gap]:
        for found in _GAP.finditer(text):
            if found["curly"] and _inside(self._maths, offset + found.start()):
                continue
            answer = found["marked"] or found["curly"]
            yield Gap(found.start(), found.end(), answer, (int(found["number"] or 1),))

    def _in_code(self, number: int) -> bool:
        return _inside(self._code, self._starts[number])


def _blocks(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return where code of several lines, and where formulas are."""
    code, maths = [], []
    for start, end, span in spans(text):
        if span:
            maths.append((start, end))
        elif "\n" in text[start:end]:
            code.append((start, end))
    return code, maths


def _inside(places: list[tuple[int, int]], at: int) -> bool:
    found = bisect_right(places, (at, at + 1)) - 1
    return found >= 0 and places[found][0] <= at < places[found][1]
