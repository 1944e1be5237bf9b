"""Plain outlines: titles without marks, bullets, formulas; cut into sections and items.

What an outline says is found in its shape alone. A list of titles at the top, where there is one,
tells which lines are headings, and which section has lost its own: bullets that follow a
"References" line belong to the title that the list has at this place and the text has not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cards.formats.blocks import heading, under
from cards.formats.outline import titles
from cards.formats.outline.definitions import is_clause
from cards.formats.outline.wording import EMPTY, Masked
from cards.text.maths import at
from sims.catalogue import plain
from sims.maths import DELIMITERS

LONGEST_ITEM = 4_000
"""Characters of an item beyond which nothing is asked of it."""

_BULLET = re.compile(r"( *)(?:([-*+•–])|(\d{1,3})[.)])(?:[ \t]+(.*))?$")
_FENCE = re.compile(r" *(?:`{3}|~{3})")
_TASK = re.compile(r"\[[ xX]\](?: |$)|(?:TODO|DONE|LATER|DOING|WAITING|CANCELED) ")
_MARKED = re.compile(r"(?:(?:#{1,6}|>) +|#{2,6})(?=[^\s#])")
"""The signs of a heading or a quotation within a bullet, as outliners write them."""
_BLOCK_ID = re.compile(r" \^(?=[a-z-]*\d)[a-z0-9-]{4,12}$")
"""By what name other notes call a line, as Obsidian writes it: "^6c2d76"."""
_PROPERTY = re.compile(r"[\w.-]+:: ?(?:\S+$|\[|true|false|$)")
"""A property of a block, as outliners write it: "collapsed:: true"."""
_ASIDE = re.compile(r">|<[A-Za-z/!]|\[[^\[\]]+\]:|\| .* \|$|\|[-:| ]+\|$|([-*_])(?: ?\1){2,}$")
"""Quotes, HTML, footnotes and addresses, rows of tables, rules."""
_CALLOUT = re.compile(r"(?P<indent> *)> ?\[!(?P<kind>[\w -]+)\][+-]? *(?P<title>.*)$")
_APART = re.compile(
    r"(?:examples?|todo|question|quote|cite|faq|help|bug|fail\w*|error|proof|multi|blank|hint|solution|"
    r"exercise|answer|link|video|resources?)\b",
    re.IGNORECASE,
)
"""Kinds of callouts that state nothing."""
_QUOTED = re.compile(r" *> ?(.*)$")
_STATES = re.compile(
    r"\*\*[^*]{2,50}(?:\*\*:?|:\*\*) |"
    r"(?:(?:An?|The) )?[\w’'-]+(?: [\w’'-]+){0,5} "
    r"(?:is|are|means?|refers? to|denotes?|states that) "
)
"""How quoted lines begin that say what something is."""
_SPOKEN = re.compile(
    r"[“”\"]|\b(?:I|me|my|you|your)\b|"
    r"(?:^|\s)[-–—~]{1,2} ?\[?[A-Z][\w.]+(?: [A-Z][\w.]+){0,3}[^.]{0,40}$"
)
"""Somebody's words: in quotes, of himself, or with his name at the end."""
_OPENING = re.compile(r"\\[(\[]|\$\$")
_LABELLED = re.compile(
    r"\W?\*\*[^*:]{2,50}(?:[:.]\*\*|\*\*:|\*\* [-–—]) |`[^`]{1,40}`(?: [-–—]|:) |"
    r"(?:\[[^\[\]]+\]\([^()\s]*\)|[\w’'-]+(?: (?:/ )?[\w’'-]+){0,4})(?: \([^()]*\))?: (?=\S)"
)
"""A line that begins with a term before a colon."""
_FORMULA = re.compile(r"\$[^$]+\$\.?")
"""A formula that has its line to itself."""
_SHORT_LINE = 55
"""Characters that a line which is broken to a width has more of."""
_WIDE_LINE = 130
"""Characters that a line which is broken to a width has no more of."""
_TELLS_OF = re.compile(r"(?:an?|the) (?:[\w-]+ ){1,4}(?:is|are) ")
"""How a line in small letters begins that tells of a thing."""
_MOST_JOINED = 40
_MOST_TITLES = 500
_MOST_HEADS = 50
_LONGEST = 10_000


@dataclass(slots=True)
class Item:
    """A bullet or a paragraph with the lines that continue it; `line` is 0-based.

    `marker` is the bullet's sign ("1" for numbers), empty for a paragraph, `level` its
    indentation in spaces; `joined` says that it is a name and the item below that explains it.
    """

    text: str
    line: int
    marker: str = "-"
    level: int = 0
    joined: bool = False


@dataclass(slots=True)
class Section:
    """Headings, outermost first, with their items; `guessed` when the text has no such line.

    `note` is what the whole note is about where its first heading does not say so.
    """

    headings: tuple[str, ...]
    line: int
    items: list[Item] = field(default_factory=list)
    guessed: bool = False
    note: str = ""


@dataclass(slots=True)
class _Line:
    """A line of the note, or several joined by a formula: its kind, text and place."""

    kind: str  # "bullet", "plain", "heading", "blank", "trailer", "task", "aside"
    text: str
    line: int
    marker: str = ""
    level: int = 0


def is_outline(lines: Sequence[str]) -> bool:
    """Whether at least two lines, and a fifth of those with text, are bullets."""
    filled = [line for line in lines if line.strip()]
    bullets = sum(1 for line in filled if _BULLET.match(line))
    return bullets >= 2 and 5 * bullets >= len(filled)


def cut(
    lines: Sequence[str], title: str = "", opening: str = ""
) -> tuple[list[Section], list[str]]:
    """Return the sections of an outline in order, and the listed titles that have none.

    `title` is what the note is called: what stands under no heading is about that. Without one,
    it stands under `opening` all the same, and is about nothing that could be named.
    """
    read = _classified(_opened(lines) if any(line.lstrip()[:1] == ">" for line in lines) else lines)
    first = next((n for n, line in enumerate(read) if line.kind == "bullet"), len(read))
    top = [line for line in read[:first] if line.kind != "blank"]
    count = 0
    if all(line.kind == "plain" for line in top):
        count = titles.listed([line.text for line in top])
        count = count if count <= _MOST_TITLES else 0
    names = [line.text.strip() for line in top[:count]]
    after = top[count].line if count else 0
    cutter = _Cutter(names, any(line.kind == "heading" for line in read))
    if (title or opening) and not names:
        cutter.begin(title or opening)
    body = [line for line in read if line.line >= after]
    for number, line in enumerate(body):
        cutter.take(line, body[number - 1] if number else None, body[number + 1 : number + 3])
    found = cutter.placed()
    firsts = sum(line.kind == "heading" and line.level == 1 for line in read)
    if title and firsts != 1:
        for section in found:
            section.note = title
    missing = [name for number, name in enumerate(names) if number not in cutter.used]
    return found, missing


def _classified(lines: Sequence[str]) -> list[_Line]:
    """Return the lines with what they are; formulas over several lines joined, code left out."""
    read: list[_Line] = []
    number, fenced = 0, False
    while number < len(lines):
        start, text = number, _untabbed(lines[number])
        number += 1
        if _FENCE.match(text):
            fenced = not fenced
            continue
        if fenced:
            continue
        opened = 0
        last = min(len(lines), start + _MOST_JOINED)
        while number < last and (opened := _open_formula(text, opened)) >= 0:
            if not lines[number].strip():
                break
            text += "\n" + lines[number].strip()
            number += 1
        read.append(_line(text, start))
    return read


def _opened(lines: Sequence[str]) -> list[str]:
    """Return lines with each callout as an item, and what it says below that.

    A callout is how Obsidian sets off a theorem or a note: "> [!tip] Title", then quoted lines. Its
    title is in bold; an example, a task or a question of the writer stays a quotation. So do the
    words of somebody; what is quoted only to set a statement off is read as text.
    """
    opened: list[str] = []
    indent: str | None = None
    stated = False
    for number, line in enumerate(lines):
        quoted = _QUOTED.match(line) if line.lstrip()[:1] == ">" else None
        begins = quoted and not (number and lines[number - 1].lstrip()[:1] == ">")
        found = _CALLOUT.match(line) if quoted else None
        if begins:
            above = next((one for one in reversed(lines[:number]) if one.strip()), "")
            stated = _is_stated(lines, number, bool(heading(above)))
        stated = stated and bool(quoted)
        if found and not _APART.match(found["kind"]):
            title = found["title"].strip().strip("*_: ")
            indent = found["indent"] + ("  " if title else "")
            opened.append(f"{found['indent']}- **{title}**:" if title else "")
        elif quoted and (indent is not None or stated):
            opened.append(f"{indent or ''}{quoted[1]}")
        else:
            indent = None
            opened.append(line)
    return opened


def _is_stated(lines: Sequence[str], number: int, headed: bool) -> bool:
    """Whether quoted lines from `number` on state something, and are nobody's words.

    Right below a heading, as `headed` says, they may say what it names in a phrase alone.
    """
    run = []
    for line in lines[number:]:
        if line.lstrip()[:1] != ">":
            break
        run.append(line.lstrip("> "))
    said = " ".join(run)
    phrase = headed and said[:1].isupper() and not is_clause(Masked(said).text)
    return (phrase or bool(_STATES.match(said))) and not _SPOKEN.search(said)


def _untabbed(line: str) -> str:
    """Return a line indented by spaces: a tab goes to the next fourth column."""
    inner = line.lstrip(" \t")
    return line[: len(line) - len(inner)].expandtabs(4) + inner


def _line(text: str, number: int) -> _Line:
    """Return what a line is."""
    if not text.strip():
        return _Line("blank", "", number)
    text = _BLOCK_ID.sub("", text.rstrip()) if "^" in text else text
    first, *rest = text.split("\n")
    if bullet := _BULLET.match(first):
        content = "\n".join([bullet[4] or "", *rest]).strip()
        content = _MARKED.sub("", content, count=1) if content[:1] in ("#", ">") else content
        kind = "task" if _TASK.match(content) else "bullet"
        kind = "aside" if _PROPERTY.match(content) else kind
        return _Line(kind, content, number, bullet[2] or "1", len(bullet[1]))
    if titled := heading(first):
        kind = "heading" if titled[1] else "blank"
        return _Line(kind, titled[1], number, level=titled[0])
    inner = text.strip()
    if _PROPERTY.match(inner):
        return _Line("blank", "", number)
    kind = "trailer" if titles.is_trailer(text) else "aside" if _ASIDE.match(inner) else "plain"
    return _Line(kind, inner, number, level=len(text) - len(text.lstrip()))


def _open_formula(text: str, position: int) -> int:
    """Return where a formula opens after `position` that does not close, -1 for none."""
    if len(text) > _LONGEST:
        return -1
    while opening := _OPENING.search(text, position):
        span = at(text, opening.start())
        if span:
            position = span.end
        elif DELIMITERS[opening[0]] in text[opening.end() :]:
            position = opening.end()
        else:
            return opening.start()
    return -1


class _Cutter:
    """Takes the lines of an outline and puts its items under headings."""

    def __init__(self, names: Sequence[str], marked: bool) -> None:
        self.names = names
        self.marked = marked
        self.above: list[tuple[int, str]] = []
        self.used: dict[int, int] = {}
        self.sections: list[Section] = []
        self.orphans: list[tuple[int, Section]] = []
        self.title = ""
        self.ended = False
        self.after_empty = False
        self.left_out = False

    def begin(self, title: str) -> None:
        """Start a section that no line of the note is the heading of."""
        self.title = title
        self.sections.append(Section((title,), 0))

    def take(self, line: _Line, before: _Line | None, after: Sequence[_Line]) -> None:
        """Take one line, with the line before it and the two after it."""
        if line.kind == "blank":
            return
        if line.kind == "trailer":
            self.ended = True
        elif line.kind == "bullet":
            self._bullet(line)
        elif line.kind in ("task", "aside"):
            self.left_out = True
        elif line.kind == "heading":
            self._mark(line)
        elif (place := self._listed(line)) is not None:
            self.used[place] = len(self.sections)
            self._head(line, False)
        elif self._is_heading(line, before, after):
            self._head(line, self._is_below(before))
        elif not self.ended and self.sections:
            self._text(line, before)

    def _text(self, line: _Line, before: _Line | None) -> None:
        """Go on with the item above, or with what is left out; apart from them, begin one.

        A formula goes on with its item all the same: outlines give it lines of its own.
        """
        items = self.sections[-1].items
        blank = before is not None and before.kind == "blank"
        apart = blank and not (line.level and items and items[-1].marker)
        if self.left_out and not apart:
            return
        if items and before and before.kind in ("plain", "bullet") and not apart:
            apart = _is_own(before, line)
        near = before is not None and before.kind in ("plain", "bullet")
        if items and near and _LABELLED.match(line.text):
            apart = apart or bool(_LABELLED.match(items[-1].text))  # terms, a line each
        if items and (not apart or (_OPENING.match(line.text) and not self.left_out)):
            if len(items[-1].text) <= LONGEST_ITEM:
                items[-1].text = f"{items[-1].text}\n{line.text}".strip()
        else:
            items.append(Item(line.text, line.line, "", line.level))
        self.after_empty = self.left_out = False

    def _listed(self, line: _Line) -> int | None:
        """Return which listed title, not met before, a line is."""
        if not titles.looks_like_title(line.text):
            return None
        free = [number for number in range(len(self.names)) if number not in self.used]
        found = titles.best(line.text, [self.names[number] for number in free])
        return None if found is None else free[found]

    def _is_heading(self, line: _Line, before: _Line | None, after: Sequence[_Line]) -> bool:
        """Whether a line that no list names is a heading: title-like, with bullets under it."""
        follows = [other for other in after if other.kind != "blank"]
        if self.marked:
            return False  # a note that marks its headings has no others
        if not titles.looks_like_title(line.text) or not follows:
            return False
        if follows[0].kind not in ("bullet", "task") and not (
            before is None or before.kind == "blank"
        ):
            return False
        return before is None or before.kind != "bullet" or not before.text.endswith((":", ","))

    def _is_below(self, before: _Line | None) -> bool:
        """Whether a heading that no list names stands under the title before it."""
        if self.names:
            return bool(self.title) and not self.ended
        return before is not None and before.kind in ("plain", "heading")

    def _mark(self, line: _Line) -> None:
        """Start a section under a marked heading, and under those that it stands below."""
        text = " ".join(line.text.split())
        self.above = under(self.above, line.level, text)
        self.title = self.above[0][1]
        self.sections.append(Section(tuple(title for _, title in self.above), line.line))
        self.ended = self.after_empty = self.left_out = False

    def _head(self, line: _Line, below: bool) -> None:
        """Start a section."""
        text = " ".join(line.text.split())
        if not below:
            self.title = text
        headings = (self.title, text) if below and self.title else (text,)
        self.sections.append(Section(headings, line.line))
        self.ended = self.after_empty = self.left_out = False

    def _bullet(self, line: _Line) -> None:
        """Add an item, or go under a stage that an empty bullet announces."""
        self.left_out = False
        if self.ended or not self.sections:
            orphan = Section((), line.line, guessed=True)
            self.orphans.append((len(self.sections), orphan))
            self.sections.append(orphan)
            self.title, self.ended = "", False
        if not line.text:
            self.after_empty = True
            if self.sections[-1].items or self.title:
                self.sections[-1].items.append(Item("", line.line, line.marker, line.level))
            return
        if self.after_empty and self.title and _is_stage(line.text):
            self._head(line, True)
            return
        self.after_empty = False
        item = Item(line.text, line.line, line.marker, line.level)
        items = self.sections[-1].items
        if items and not items[-1].text:
            items.pop()
        items.append(item)

    def placed(self) -> list[Section]:
        """Return the sections with orphans under the listed titles that are missing there."""
        by_section = {section: name for name, section in self.used.items()}
        for position, orphan in self.orphans:
            earlier = [name for number, name in by_section.items() if number < position]
            later = [name for number, name in by_section.items() if number > position]
            start = max(earlier, default=-1) + 1
            stop = min((n for n in later if n >= start), default=len(self.names))
            missing = [n for n in range(start, stop) if n not in self.used]
            if missing:
                self.used[missing[0]] = position
                by_section[position] = missing[0]
                orphan.headings = (self.names[missing[0]],)
        for section in self.sections:
            section.items = [item for item in section.items if item.text]
        named = [section for section in self.sections if section.headings]
        return [part for section in named for part in _split(section)]


def _split(section: Section) -> list[Section]:
    """Return a section cut at items that are titles of its parts: short and of one pattern.

    "Synchronous SGD (central)" and "Synchronous SGD (decentral)" share two words, and other items
    follow them.
    """
    short = [n for n, item in enumerate(section.items) if _is_stage(item.text)]
    if not 2 <= len(short) <= _MOST_HEADS:
        return [section]
    words = {n: set(plain(section.items[n].text).split()) - EMPTY for n in short}
    heads = [n for n in short if any(len(words[n] & words[m]) >= 2 for m in short if m != n)]
    if len(heads) < 2 or any(m - n == 1 for n, m in pairwise(heads)):
        return [section]
    above = section.items[: heads[0]]
    parts = [Section(section.headings, section.line, above, section.guessed, section.note)]
    for start, stop in pairwise([*heads, len(section.items)]):
        head = section.items[start]
        items = section.items[start + 1 : stop]
        headings = (*section.headings, head.text)
        parts.append(Section(headings, head.line, items, note=section.note))
    return parts


def _is_own(before: _Line, line: _Line) -> bool:
    """Whether a line does not go on with the one above, which no stop ends.

    The one above is short, or one of them is longer than a line that is broken to a width.
    """
    if before.text.endswith(".") and _FORMULA.fullmatch(line.text):
        return True
    if before.text.endswith("\\") or _OPENING.search(line.text):
        return False
    ends, short = before.text[-1:] not in ",;:.!?", len(before.text) < _SHORT_LINE
    if ends and _TELLS_OF.match(line.text) and _TELLS_OF.match(before.text):
        return True
    if before.kind == "plain" and short:
        return ends and (line.level > before.level or line.text[:1].isupper())
    wide = max(len(before.text), len(line.text)) > _WIDE_LINE
    open_ended = before.text.endswith(("-", "–", "—", "$$", "\\]", " and", " or"))
    return ends and (short or wide) and line.text[:1].isupper() and not open_ended


def _is_stage(text: str) -> bool:
    """Whether the bullet after an empty one is the heading of a stage."""
    return titles.looks_like_title(text) and ": " not in text and " is " not in text
