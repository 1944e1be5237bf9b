"""A native note cut into lines that mean something: headings, markers, fences, rules and text.

Markers and headings count only outside code. A line is looked at by its first character, so that
plain text costs next to nothing.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

_HEADING = re.compile(r" {0,3}(#{1,6})(?: |$)")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,}) *(.*)$")
_OPENED = re.compile(r".: *(`{3,}|~{3,})[\w{}.+#-]* *$")
"""A marker with a fence on its own line, as in "A: ```python"."""

_RULE = re.compile(r" {0,3}-{3,} *$")
_UNDERLINE = re.compile(r"=+ *$")
_UNTITLED = re.compile(r" {4}| {0,3}(?:>|[-*+](?: |$))| *$")
"""Code, quotes, bullets and blank lines: a line of = under them makes no title of them."""
_SPECIAL = frozenset("#`~- <QAC")
PLAIN = "<!---->"
"""What a line begins with that means nothing but its text, which follows; Markdown hides it."""
_LONGEST_COMMENT = 1_000
_CHECK = "```check"
_LONGEST_CHECK = 12
"""Lines of a check fence that is taken with its card at once."""
FENCES = ("check", "derive", "claim", "define")


class What(Enum):
    """What a piece of a note is."""

    TEXT = auto()
    HEADING = auto()
    MARKER = auto()
    PAIR = auto()
    FENCE = auto()
    RULE = auto()
    UNCLOSED = auto()


class Piece(NamedTuple):
    """One piece: its 0-based line, its text, and what is particular to it.

    `name` is a heading's level, a marker's letter or a fence's language; `body` holds the
    lines of a `check`, `derive`, `claim` or `define` fence. Lines of other fences are
    pieces of text. A PAIR is the commonest card whole: a question (`text`) and an answer
    (`name`) of one line each, and the lines of the check fence under them, if there is one.
    """

    what: What
    line: int
    text: str
    name: str = ""
    body: Sequence[str] = ()


def pieces(lines: Sequence[str], first: int = 0) -> Iterator[Piece]:
    """Yield the pieces of a note from line `first` on.

    A fence that never closes ends the note with an UNCLOSED piece.
    """
    number, total = first, len(lines)
    text, marker = What.TEXT, What.MARKER
    endless: set[str] = set()
    while number < total:
        line = lines[number]
        special = line[:1] in _SPECIAL
        if special and line[1:2] == ":" and line[0] in "QAC":
            if line[0] == "Q" and (pair_end := _pair_end(lines, number)):
                body = lines[number + 3 : pair_end - 1]
                yield Piece(
                    What.PAIR, number, _plain(line[2:]), _plain(lines[number + 1][2:]), body
                )
                number = pair_end
            else:
                yield Piece(marker, number, _plain(line[2:]), line[0])
                last = _opened_end(lines, number, endless)
                while number < last:
                    number += 1
                    yield Piece(text, number, lines[number])
        elif special and line.startswith(PLAIN):
            yield Piece(text, number, line[len(PLAIN) :])
        elif (
            special and line.lstrip(" ").startswith("<!--") and (end := _comment_end(lines, number))
        ):
            number = end
        elif special and (fence := _FENCE.match(line)):
            end = _fence_end(lines, number, fence[1])
            if end is None:
                yield Piece(What.UNCLOSED, number, line)
                return
            yield from _fenced(lines, number, end, fence[2])
            number = end
        elif special and (titled := heading(line)):
            yield Piece(What.HEADING, number, titled[1], str(titled[0]))
        elif special and _RULE.match(line):
            yield Piece(What.RULE, number, line)
        elif (
            number + 1 < total and _UNDERLINE.match(lines[number + 1]) and not _UNTITLED.match(line)
        ):
            yield Piece(What.HEADING, number, line.strip(), "1")
            number += 1
        else:
            yield Piece(text, number, line)
        number += 1


def _plain(side: str) -> str:
    """Return what stands beside a marker, without the sign that it means nothing else."""
    return side.replace(PLAIN, "", 1) if side.lstrip(" ").startswith(PLAIN) else side


def guarded(text: str) -> str:
    """Return a side of a card in which no line means something, so that `pieces` reads it as it is.

    Code that ends in it stays as it is; before any other such line stands `PLAIN`.
    """
    if "\n" not in text and text[:1] not in _SPECIAL:
        return text
    lines = text.split("\n")
    endless: set[str] = set()
    number = 0
    while number < len(lines):
        line = lines[number]
        fence = _OPENED.match(f"Q:{line}") if number == 0 else _FENCE.match(line)
        name = fence[2].split(maxsplit=1)[:1] if fence and number else []
        end = None
        if fence and fence[1] not in endless and not (name and name[0] in FENCES):
            end = _fence_end(lines, number, fence[1])
            if end is None:
                endless.add(fence[1])
        if end is not None:
            number = end
        elif fence or line.startswith(PLAIN) or (number and _means(line)):
            lines[number] = PLAIN + line
        number += 1
    return "\n".join(lines)


def _means(line: str) -> bool:
    """Whether a line would mean something in a note, or the line above it a title."""
    return (
        (line[1:2] == ":" and line[0] in "QAC")
        or line.lstrip(" ").startswith("<!--")
        or bool(_HEADING.match(line) or _RULE.match(line) or _UNDERLINE.match(line))
    )


def heading(line: str) -> tuple[int, str] | None:
    """Return the level and the title of a heading, without the `#` that may close it, or None."""
    opening = _HEADING.match(line)
    if opening is None:
        return None
    title = line[opening.end() :].strip()
    bare = title.rstrip("#")
    return len(opening[1]), title if bare and bare[-1] != " " else bare.strip()


def under(above: Sequence[tuple[int, str]], level: int, title: str) -> list[tuple[int, str]]:
    """Return the headings that are open under one, itself included where it has a title."""
    return [*(one for one in above if one[0] < level), *([(level, title)] if title else ())]


def below_headings(lines: Sequence[str]) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Yield each line that is no heading, its number, and the titles above it, outermost first."""
    open_: list[tuple[int, str]] = []
    titles: tuple[str, ...] = ()
    for number, line in enumerate(lines):
        if found := heading(line):
            open_ = under(open_, *found)
            titles = tuple(title for _, title in open_)
        else:
            yield number, line, titles


def _pair_end(lines: Sequence[str], start: int) -> int:
    """Return the blank line that ends a question and answer of one line each, or 0.

    Under these there may be a check fence as we write it.
    """
    end = start + 2
    if end + 1 >= len(lines) or lines[start + 1][:2] != "A:":
        return 0
    if lines[end] == _CHECK:
        for number in range(end + 1, min(end + _LONGEST_CHECK, len(lines) - 1)):
            if lines[number].lstrip(" ")[:3] == "```":
                end = number + 1 if lines[number] == "```" else end
                break
    if lines[end] or end + 1 >= len(lines) or lines[end + 1][:2] not in ("Q:", "C:"):
        return 0
    return 0 if _OPENED.match(lines[start]) or _OPENED.match(lines[start + 1]) else end


def _fenced(lines: Sequence[str], start: int, end: int, info: str) -> Iterator[Piece]:
    """Yield a fence of ours as one piece, any other fence as text."""
    name = info.split(maxsplit=1)[0] if info.strip() else ""
    if name in FENCES:
        yield Piece(What.FENCE, start, lines[start], name, lines[start + 1 : end])
    else:
        for number in range(start, end + 1):
            yield Piece(What.TEXT, number, lines[number])


def _fence_end(lines: Sequence[str], start: int, ticks: str) -> int | None:
    """Return the line of the ticks that close a fence, or None."""
    closing = re.compile(rf" {{0,3}}{re.escape(ticks[0])}{{{len(ticks)},}} *$")
    first = (" ", ticks[0])
    for number in range(start + 1, len(lines)):
        if lines[number].startswith(first) and closing.match(lines[number]):
            return number
    return None


def _opened_end(lines: Sequence[str], start: int, endless: set[str]) -> int:
    """Return the line that ends the fence opened on a marker's line, `start` without one.

    `endless` keeps the ticks that close nothing further down, so that they are looked for once.
    """
    opened = _OPENED.match(lines[start])
    if opened is None or opened[1] in endless:
        return start
    end = _fence_end(lines, start, opened[1])
    if end is None:
        endless.add(opened[1])
        return start
    return end


def _comment_end(lines: Sequence[str], start: int) -> int | None:
    """Return the line that ends an HTML comment with nothing after it, or None."""
    for number in range(start, min(len(lines), start + _LONGEST_COMMENT)):
        if "-->" in lines[number]:
            return number if lines[number].rstrip().endswith("-->") else None
    return None
