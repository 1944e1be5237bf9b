r"""Logseq's file graphs: blocks with `#card`, their children as the answer, `{{cloze …}}`.

A block is a bullet with the lines indented under it. A card with clozes hides all of them at once,
as Logseq does; `\\` in a cloze parts the words from their hint.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cards.formats.build import LONGEST
from cards.formats.foreign import Builder, Gap
from cards.formats.page import LOGSEQ, Page
from cards.note import Note, Progress
from cards.scheduling.day import EPOCH_ORDINAL
from cards.scheduling.ease import difficulty_of
from cards.text.spans import code_spans, maths_spans

_BULLET = re.compile(r"([ ]*)- ?(.*)$")
_HEADING = re.compile(r"(#{1,6}) (.*)$")
"""Outside of bullets a heading begins a block, with all bullets below it."""
_PROPERTY = re.compile(r"\s*([A-Za-z][\w./-]*):: ?(.*)$")
_CARD = re.compile(
    r"(?<![^ \t\n_,.;:!?'\"\[{<*~=^`$@#])#card(?=[,;.:!?'\"#]*(?:[ \t\n]|$)|!)"
    r"|#\[\[card\]\](?=[ \t\n,:!?'\"#]|[.;](?:[ \t\n]|$)|$)|(?<![\[\\])\[\[card\]\]",
    re.IGNORECASE,
)
"""A tag begins after a space or some marks, and ends before one or at marks before one."""
_CLOSE = re.compile(r"(?<=[)}\]])#card(?=[,;.:!?'\"#]*(?:[ \t\n]|$))", re.IGNORECASE)
"""A tag right after a link, a macro or another tag."""
_OTHER = re.compile(
    r"\{\{.{0,2000}?\}\}|<!--.{0,2000}?-->|<(?P<tag>\w+)[^<>\n]{0,200}>.{0,2000}?</(?P=tag)>"
    r"|@@\w+:.{0,2000}?@@|\\begin\{(?P<name>\w+)\*?\}.{0,2000}?\\end\{(?P=name)"
    r"|^#\+BEGIN_(?P<block>SRC|EXAMPLE|EXPORT).{0,9000}?^#\+END_(?P=block)"
    r"|^:LOGBOOK:.{0,2000}?^:END:|\[[^\[\]\n]{0,200}\]\([^()\n]{0,500}\)"
    r"|#\[\[(?!card\]\])[^\[\]\n]{1,200}\]\]",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
"""What Logseq reads no tag in, beside code and formulas."""
_CLOZE = re.compile(r"\{\{ *cloze +(.+?)\}\}", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"(?:^|(?<=\s))#(?!card\b)(?:\[\[([^\]]+)\]\]|([\w/-]+))", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """A bullet: its 0-based line, depth in spaces, text, properties and children."""

    line: int
    depth: int
    lines: list[str]
    properties: dict[str, str] = field(default_factory=dict)
    children: list["Block"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text without properties."""
        return "\n".join(self.lines).strip()


def recognises(page: Page) -> bool:
    """Whether the note lies in a graph, or has a bullet that is a card."""
    if page.root(LOGSEQ) is not None:
        return True
    if "#card" not in page.text and "[[card]]" not in page.text:
        return False
    if "card-next-schedule::" in page.text:
        return True
    return any(
        _is_card(block) and (block.children or _has_cloze(block.text))
        for block in _all(blocks(page.lines))
    )


def read(page: Page) -> Note:
    """Return the cards of a page with their schedules; none of Logseq's own backups."""
    root = page.root(LOGSEQ)
    if root is not None and page.inside(root).startswith("logseq/"):
        return Note(page.path)
    builder = Builder(page, page.name)
    for block in _all(blocks(page.lines)):
        if not _is_card(block):
            continue
        tags = [one or other for one, other in _TAG.findall(block.text)]
        tags += [t.strip("# []") for t in block.properties.get("tags", "").split(",") if t.strip()]
        tags = [tag.replace(" ", "-") for tag in tags if tag.lower() != "card"]
        text = _untagged(block.text)
        answer = "\n".join(_not_too_long(_shown(block.children)))
        if gaps := [_gap(found) for found in _CLOZE.finditer(text, 0, text.rfind("}}") + 2)]:
            made = builder.cloze(block.line, text, gaps, tags=tags, extra=answer)
        else:
            made = builder.basic(block.line, text, answer, tags=tags, blank=True)
        for card in made:
            builder.schedule(card, _progress(block.properties))
    return builder.note()


def blocks(lines: Sequence[str]) -> list[Block]:
    """Return the outermost blocks of a page."""
    top: list[Block] = []
    open_: list[Block] = []
    fenced = False
    for number, line in enumerate(lines):
        bullet = None if fenced else _BULLET.match(line) or _HEADING.match(line)
        fenced ^= (bullet[2] if bullet else line).lstrip().startswith("```")
        if bullet:
            depth = len(bullet[1]) if line.lstrip(" ")[0] == "-" else len(bullet[1]) - 7
            block = Block(number, depth, [])
            while open_ and open_[-1].depth >= block.depth:
                open_.pop()
            (open_[-1].children if open_ else top).append(block)
            open_.append(block)
            line = bullet[2]
        elif not open_:
            continue
        else:
            line = line[min(len(line) - len(line.lstrip()), max(0, open_[-1].depth + 2)) :]
        named = None if fenced else _PROPERTY.match(line)
        if named:
            open_[-1].properties[named[1].lower()] = named[2].strip()
        else:
            open_[-1].lines.append(line)
    return top


def _all(found: Sequence[Block]) -> Iterator[Block]:
    """Yield blocks and all below them, in order of lines."""
    stack = list(reversed(found))
    while stack:
        block = stack.pop()
        yield block
        stack.extend(reversed(block.children))


def _is_card(block: Block) -> bool:
    """Whether a block or a property of it refers to the page of cards."""
    said = block.properties
    if any(tag.strip(" #[]").lower() == "card" for tag in said.get("tags", "").split(",")):
        return True
    if any(_CARD.search(value) for value in said.values()):
        return True
    text = block.text
    if not (_CARD.search(text) or _CLOSE.search(text)):
        return False
    return bool(_CARD.search(_prose(text)))


def _prose(text: str) -> str:
    """Return a text with a tick for what no tag is read in."""
    spans = [*code_spans(text), *((span.start, span.end) for span in maths_spans(text))]
    parts, end = [], 0
    for start, stop in sorted(spans):
        if start >= end:
            parts += [text[end:start], "`"]
            end = stop
    return _OTHER.sub("`", "".join([*parts, text[end:]]))


def _untagged(text: str) -> str:
    """Return a text without the tag of a card."""
    return _CLOSE.sub("", _CARD.sub("", text)).strip()


def _has_cloze(text: str) -> bool:
    return bool(_CLOZE.search(text, 0, text.rfind("}}") + 2))  # linear where none closes


def _gap(found: re.Match[str]) -> Gap:
    answer, _, hint = found[1].partition("\\\\")
    return Gap(found.start(), found.end(), answer.strip(), (0,), hint.strip())


def _shown(children: Sequence[Block]) -> Iterator[str]:
    """Yield blocks as bullets; a single one without children as its text alone."""
    if len(children) == 1 and not children[0].children:
        yield _told(children[0].text)
        return
    first = children[0].depth if children else 0
    for block in _all(children):
        head, *rest = _told(block.text).split("\n")
        indent = " " * (block.depth - first)
        yield f"{indent}- {head}"
        yield from (f"{indent}  {line}" for line in rest)


def _told(text: str) -> str:
    """Return a block of an answer without its tag, and with what its clozes hide."""
    end = text.rfind("}}") + 2  # linear where none closes
    shown = _CLOZE.sub(lambda found: _gap(found).answer, text[:end]) + text[end:]
    return _untagged(shown)


def _not_too_long(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines up to the first with which they are longer than a side may be."""
    length = 0
    for line in lines:
        yield line
        length += len(line) + 1
        if length > LONGEST + 1:
            return


def _progress(said: dict[str, str]) -> Progress | None:
    """Return what the properties of a card say of its schedule."""
    try:
        due = _day(said["card-next-schedule"])
        days = max(1, round(float(said["card-last-interval"])))
        if float(said.get("card-repeats", "1")) < 1 or days > 36_500:
            return None
        ease = float(said.get("card-ease-factor", "2.5"))
        seen = _day(said["card-last-reviewed"]) if "card-last-reviewed" in said else due - days
    except (KeyError, ValueError, OverflowError):
        return None
    return Progress("", due, days, seen, float(days), difficulty_of(ease))


def _day(text: str) -> int:
    return datetime.fromisoformat(text.strip()).date().toordinal() - EPOCH_ORDINAL
