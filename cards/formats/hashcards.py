r"""hashcards: `Q:`, `A:` and `C:` at the start of a line; TOML front matter.

A line is told by its first two characters alone, code or not; a line of three dashes ends a card.
Each `[…]` of a `C:` card is a card, formulas included; images and `\[` are none, and other
brackets are not shown.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cards.formats.blocks import FENCES
from cards.formats.foreign import Builder, Gap
from cards.formats.page import Page, hashcards_root
from cards.note import Note
from cards.text.clean import clean_line

_MARKERS = ("Q:", "A:", "C:")
_OURS = tuple(f"```{name}" for name in FENCES)
"""What a line begins with in notes that hashcards would not read as they are meant."""
_BRACKET = re.compile(r"\\(?P<escaped>[\[\]])|(?P<image>!\[)|\[|\]")


def recognises(page: Page) -> bool:
    """Whether the front matter is TOML, or hashcards keeps its reviews in the folder.

    Other front matter is no TOML; without any, only the file of reviews tells whose deck it is, or
    a `.gitignore` that names it.
    """
    if page.lines[0].strip() == "---":
        return _front(page.lines)[1] is not None
    if not any(line.startswith(("Q:", "C:")) for line in page.lines):
        return False
    folder = str(Path(page.path).absolute().parent)
    return bool(hashcards_root(folder)) and not any(line.startswith(_OURS) for line in page.lines)


def read(page: Page) -> Note:
    """Return the cards of a deck."""
    first, name = _front(page.lines)
    reader = _Reader(Builder(page, clean_line(name or "") or page.name, once=True))
    for number in range(first, len(page.lines)):
        reader.take(number, page.lines[number])
    reader.finish()
    return reader.builder.note()


def _front(lines: Sequence[str]) -> tuple[int, str | None]:
    """Return how many lines TOML front matter takes, and the deck's name, empty for none there.

    None stands for no front matter, or one that says nothing.
    """
    if not lines or lines[0].strip() != "---":
        return 0, None
    for number in range(1, len(lines)):
        if lines[number].strip() != "---":
            continue
        try:
            said = tomllib.loads("\n".join(lines[1:number]))
        except (tomllib.TOMLDecodeError, RecursionError):
            return 0, None
        name = said.get("name", "")
        return number + 1, name if said and isinstance(name, str) else None
    return 0, None


@dataclass(slots=True)
class _Reader:
    """Takes the lines of a deck one by one."""

    builder: Builder
    line: int = 0
    sides: dict[str, list[str]] = field(default_factory=dict)
    """Lines by marker of the card that is being read."""
    last: str = ""
    told: bool = False

    def take(self, number: int, text: str) -> None:
        """Take a 0-based line."""
        marker = text[:2]
        if marker in _MARKERS:
            self._marker(number, marker, text[2:].strip())
        elif text.strip() == "---":
            self.finish()
        elif self.last:
            self.sides[self.last].append(text)
        elif text.strip() and not self.told:
            self.told = True
            says = "text between cards is no card, and left out; start it with Q: or C:"
            self.builder.problem(number, says, "note")

    def _marker(self, number: int, marker: str, rest: str) -> None:
        if marker == "A:" and self.last == "Q:":
            self.sides["A:"], self.last = [rest], "A:"
            return
        if marker == "A:":
            says = "this answer has no question; write a line Q: above it"
            self.builder.problem(number, says)
        self.finish()
        if marker != "A:":
            self.line, self.last, self.sides = number, marker, {marker: [rest]}

    def finish(self) -> None:
        """Make the card that was read, if there is one."""
        sides = {marker: "\n".join(lines).strip() for marker, lines in self.sides.items()}
        last, self.last, self.sides = self.last, "", {}
        if last == "Q:":
            self.builder.problem(self.line, "this question has no answer; write A: under it")
        elif last == "A:":
            self.builder.basic(self.line, sides["Q:"], sides["A:"], blank=True)
        elif last == "C:":
            text, gaps = gaps_of(sides["C:"])
            if gaps:
                self.builder.cloze(self.line, text, gaps)
            else:
                says = "this C: card hides nothing; put [brackets] round the words to ask for"
                self.builder.problem(self.line, says)


def gaps_of(text: str) -> tuple[str, list[Gap]]:
    r"""Return a text as it is shown, and a gap for each pair of brackets; of nested the innermost.

    Brackets are shown only in images, and behind a backslash, which is not.
    """
    parts: list[str] = []
    gaps: list[Gap] = []
    length = end = 0
    start: int | None = None
    in_image = False
    for found in _BRACKET.finditer(text):
        kept, end = text[end : found.start()], found.end()
        mark = found["escaped"] or found["image"] or ""
        if found["image"]:
            in_image = True
        elif found[0] == "]" and in_image:
            mark, in_image = "]", False
        elif found[0] == "[" and in_image:
            mark = "["
        parts += [kept, mark]
        length += len(kept)
        if found[0] == "[" and not mark:
            start = length
        elif found[0] == "]" and not mark and start is not None:
            gaps.append(Gap(start, length, "", (len(gaps),)))
            start = None
        length += len(mark)
    shown = "".join([*parts, text[end:]])
    return shown, [gap._replace(answer=shown[gap.start : gap.end]) for gap in gaps]
