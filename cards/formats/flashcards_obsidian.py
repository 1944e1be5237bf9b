"""flashcards-obsidian: a paragraph ending in `#card` and the one after it, `::` lines, gaps.

`#card-reverse` and `:::` ask both ways; lines with `==gap==` or `{gap}` outside formulas
are cloze cards, `{2:gap}` numbered. `^` and 13 digits is the note's number in Anki.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from cards.formats.build import LONGEST
from cards.formats.foreign import Builder, Gap
from cards.formats.page import FLASHCARDS_OBSIDIAN, Page, settings_of
from cards.note import Note
from cards.text.clean import clean_line

_DECK = re.compile(r"^cards-deck: *(.+)$", re.MULTILINE)
_ID = re.compile(r"(?<!\s)\s*\^(\d{13})\s*$")
_TAG = r"#(?:[^\W\d]|[-/])+"
_TAGS = re.compile(rf"{_TAG}(?: *{_TAG})*")
_LAST_TAGS = re.compile(rf"{_TAG}(?: *{_TAG})*(?=\s*$)")
"""Where numbers in Anki stand in the line of their card, only tags at its end are its tags."""
_LEADING = re.compile(r" {0,3}#{0,6}[ \t]*(?:\d\.|[-+*]|#{1,6})?[ \t]*")
_GAP = re.compile(r"==(?P<marked>.+?)==|\{(?:(?P<number>\d):?)?(?P<curly>.+?)\}")
_OPENS, _CLOSES = ("==", "{"), ("==", "}")


def recognises(page: Page) -> bool:
    """Whether a note names the deck of its cards, or one is tagged in a vault with the plugin."""
    if "cards-deck:" in page.text and _DECK.search(page.text):
        return True
    root = page.root(FLASHCARDS_OBSIDIAN)
    return root is not None and f"#{_tag(page)}".lower() in page.text.lower()


def read(page: Page) -> Note:
    """Return the cards of a note."""
    return _Reader(page).read()


def _settings(page: Page) -> dict[str, object]:
    root = page.root(FLASHCARDS_OBSIDIAN)
    return settings_of(root / FLASHCARDS_OBSIDIAN) if root else {}


def _tag(page: Page) -> str:
    return str(_settings(page).get("flashcardsTag") or "card")


def _deck(page: Page, settings: dict[str, object]) -> str:
    """Return the deck that a note names, else that of its folder or of the vault's settings."""
    if named := _DECK.search(page.text):
        return clean_line(named[1].strip(" \"'").replace("/", "::")) or page.name
    root = page.root(FLASHCARDS_OBSIDIAN)
    folders = page.inside(root).split("/")[:-1] if root else []
    if folders and settings.get("folderBasedDeck", not settings) is True:
        return "::".join(folders)
    deck = settings.get("deck")
    return (clean_line(deck) if isinstance(deck, str) else "") or page.name


class _Reader:
    """Makes the cards of a note: the plugin looks for each kind of them in the whole note anew."""

    def __init__(self, page: Page) -> None:
        settings = _settings(page)
        self.builder = Builder(page, _deck(page, settings))
        tag = re.escape(_tag(page))
        self._tagged = re.compile(
            rf"#{tag}(?P<both>[-/]reverse)?(?P<tags>(?: *#[\w/-]+)*) *$", re.I
        )
        self._spaced = re.compile(rf"#{tag}[-/]spaced(?P<tags>(?: *{_TAG})*)", re.I)
        one = str(settings.get("inlineSeparator") or "::")
        both = str(settings.get("inlineSeparatorReverse") or ":::")
        self._both = both
        self._ends_lines = settings.get("inlineID") is True
        self._marks = sorted((one, both), key=len, reverse=True)
        self._code, self._maths = _code(page.text), _maths(page.text)
        starts = [0]
        for line in page.lines:
            starts.append(starts[-1] + len(line) + 1)
        self._starts = starts
        lines = page.lines
        self._front = lines.index("---", 1) + 1 if "---" in lines[1:] and lines[0] == "---" else 0

    def read(self) -> Note:
        """Return the note."""
        self._paragraphs()
        self._remembered()
        for number, line in enumerate(self.builder.page.lines):
            if line.strip() and not self._in_code(number, number + 1):
                self._inline(number, line)
                self._gapped(number, line)
        self.builder.cards.sort(key=lambda card: card.line)
        return self.builder.note()

    def _paragraphs(self) -> None:
        """Make the cards of tagged paragraphs: each takes the paragraph after it as its answer."""
        lines = self.builder.page.lines
        number = first = self._front
        while number < len(lines):
            line = lines[number]
            first = first if line else number + 1  # spaces part no paragraphs there
            found = self._tagged.search(line)
            before = "\n".join([*lines[first:number], line[: found.start()]]) if found else ""
            if found and before.strip():
                number = first = self._answered(first, number, before, found)
            else:
                number += 1

    def _remembered(self) -> None:
        """Make the cards of what is to be remembered, and has no answer."""
        first, begun = self._front, 0
        for number, line in enumerate(self.builder.page.lines):
            if not line:
                first, begun = number + 1, 0
            for found in self._spaced.finditer(line):
                above = self.builder.page.lines[first:number]
                if above:
                    above[0] = above[0][begun:]
                before = "\n".join([*above, line[0 if above else begun : found.start()]])
                if before.strip() and not self._in_code(first, number + 1):
                    self.builder.basic(first, _title(before), "", tags=_names(found["tags"]))
                first, begun = number, found.end()

    def _answered(self, first: int, at: int, before: str, found: re.Match[str]) -> int:
        """Make the card of a tagged paragraph, and return the line after its answer."""
        lines = self.builder.page.lines
        end = at + 1
        while end < len(lines) and not lines[end]:
            end += 1
        answer = []
        while end < len(lines) and lines[end]:
            here, identified, _ = lines[end].partition("^")
            is_id = bool(identified) and bool(_ID.search(lines[end]))
            answer.append(here if is_id else lines[end])
            end += 1
            if is_id:
                break
        if not self._in_code(first, end):
            self.builder.basic(
                first,
                _title(before),
                "\n".join(answer),
                both=bool(found["both"]),
                tags=_names(found["tags"]),
            )
        return end

    def _in_code(self, first: int, end: int) -> bool:
        """Whether one piece of code holds all lines from `first` up to `end`."""
        return _is_within(self._code, self._starts[first], self._starts[end] - 1)

    def _inline(self, number: int, line: str) -> None:
        """Make the cards of a line with separators; tags end one, and another may follow."""
        at = 0
        line = _ID.sub("", line).rstrip()
        marks = [mark for mark in self._marks if mark in line]
        while marks and (found := _separator(line, at + 1, marks)):
            start, mark = found
            front = line[at:start]
            if start + len(mark) == len(line):
                mark = self._marks[-1] if line.startswith(self._marks[-1], start) else mark
            after = start + len(mark) + line.startswith(" ", start + len(mark))
            if after >= len(line):
                return
            tags = (_LAST_TAGS if self._ends_lines else _TAGS).search(line, after + 1)
            back = line[after : tags.start() if tags else len(line)]
            lead = _LEADING.match(front)
            front = front[lead.end() if lead and lead.end() < len(front) else 0 :]
            own = front.lower().startswith(("cards-deck", "tags"))
            if front.strip() and back.strip() and not own and not self._hidden(number, at, line):
                names = _names(tags[0]) if tags else []
                self.builder.basic(number, front, back, both=mark == self._both, tags=names)
            at = tags.end() if tags else len(line)

    def _gapped(self, number: int, line: str) -> None:
        """Make the cards of a line with gaps; tags behind one end the text, and more may follow."""
        at = 0
        line = _ID.sub("", line).rstrip()
        last = [line.rfind(mark) for mark in _CLOSES]
        while found := next(_gaps(line, at, last), None):
            tags = _TAGS.search(line, found.end())
            end = tags.start() if tags else len(line)
            lead = _LEADING.match(line, at)
            start = min(lead.end() if lead else at, found.start())
            if end - start > LONGEST:
                self.builder.problem(number, f"this text is longer than {LONGEST:,} characters")
                return
            text = line[start:end]
            offset = self._starts[number] + at  # the plugin's own: it forgets what it skipped
            gaps = [
                Gap(
                    one.start(),
                    one.end(),
                    one["marked"] or one["curly"],
                    (int(one["number"] or 1),),
                )
                for one in _gaps(text, 0, [text.rfind(mark) for mark in _CLOSES])
                if one["marked"]
                or not _is_within(self._maths, offset + one.start(), offset + one.end())
            ]
            if gaps and not self._hidden(number, start, line):
                self.builder.cloze(number, text, gaps, tags=_names(tags[0]) if tags else [])
            at = tags.end() if tags else len(line)

    def _hidden(self, number: int, start: int, line: str) -> bool:
        """Whether a formula holds a line from a place in it on."""
        at = self._starts[number]
        return _is_within(self._maths, at + start, at + len(line))


def _separator(line: str, start: int, marks: list[str]) -> tuple[int, str] | None:
    """Return where the first separator stands from a place on; the longest of those there."""
    found = []
    for mark in [*marks]:
        at = line.find(mark, start)
        if at < 0:
            marks.remove(mark)  # looked for once: a long line may have many of the other
        else:
            found.append((at, -len(mark), mark))
    at, _, mark = min(found, default=(-1, 0, ""))
    return (at, mark) if at >= 0 else None


def _names(tags: str) -> list[str]:
    return [tag.replace("/", "::") for tag in tags.replace("#", " ").split()]


def _title(text: str) -> str:
    return re.sub(r"^#+ *", "", text.strip())


def _gaps(line: str, at: int, last: list[int]) -> Iterator[re.Match[str]]:
    """Yield the gaps from a place on, none that opens after the `last` places that close one."""
    while True:
        places = [
            place
            for mark, end in zip(_OPENS, last, strict=True)
            if at < end and 0 <= (place := line.find(mark, at, end)) < end
        ]
        if not places:
            return
        at = min(places)
        if found := _GAP.match(line, at):
            yield found
        at = found.end() if found else at + 1


def _code(text: str) -> list[tuple[int, int]]:
    """Return where code is: from three backticks to three that end a line."""
    found: list[tuple[int, int]] = []
    start = text.find("```")
    ends = [end.end() for end in re.finditer(r"```(?=\n|\Z)", text)]
    while start >= 0:
        at = bisect_right(ends, start + 5)
        if at == len(ends):
            break
        found.append((start, ends[at]))
        start = text.find("```", ends[at])
    return found


def _maths(text: str) -> list[tuple[int, int]]:
    """Return where formulas are, from a dollar or two to the next; the outer one of two."""
    pairs = [at.start() for at in re.finditer(r"\$\$", text)]
    found = [(one, other + 2) for one, other in zip(pairs[::2], pairs[1::2], strict=False)]
    found += [inline.span() for inline in re.finditer(r"\$[^$\n]*\$", text)]
    outer: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda place: (place[0], -place[1])):
        if not outer or end > outer[-1][1]:
            outer.append((start, end))
    return outer


def _is_within(places: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of some places, none of which holds another, holds all from start to end."""
    found = bisect_right(places, start, key=lambda place: place[0]) - 1
    return found >= 0 and places[found][1] >= end
