r"""Clozes: the ``[words]`` of a sentence that are hidden one at a time.

Brackets inside maths, code, links, images, footnotes and ``[[wiki links]]`` are never clozes;
``\[`` that opens no formula is a bracket meant as such.
"""

import re
from dataclasses import dataclass

from cards.card import HIDDEN
from cards.formats.maths_rules import at

_STOP = re.compile(r"[\\$`\[\]]|\n[ ]*\n")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_LINK_END = re.compile(r"\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\[\]\n]*\]")


@dataclass(frozen=True, slots=True)
class Cloze:
    """One hidden part: the sentence with a gap, and what belongs in it."""

    prompt: str
    answer: str


def sentence(text: str) -> tuple[str, list[Cloze]]:
    """Return the whole sentence without its cloze brackets, and one cloze for each of them."""
    gaps = _gaps(text)
    parts: list[str] = []
    end = 0
    for start, stop in gaps:
        parts += [text[end:start], text[start + 1 : stop - 1]]
        end = stop
    parts.append(text[end:])
    clozes = [
        Cloze("".join([*parts[:number], HIDDEN, *parts[number + 1 :]]), parts[number].strip())
        for number in range(1, len(parts), 2)
    ]
    return "".join(parts), clozes


def _gaps(text: str) -> list[tuple[int, int]]:
    """Return start and end of each cloze bracket, brackets included, in order."""
    gaps: list[tuple[int, int]] = []
    end = 0
    for start, stop in sorted(_pairs(text)):
        if start < end:
            continue  # inside the brackets or the address before
        link = _LINK_END.match(text, stop)
        if text.startswith("!", start - 1) and start and link:
            end = link.end()
        elif _is_link(text, start, stop):
            end = link.end() if link else stop
        else:
            gaps.append((start, stop))
            end = stop
    return gaps


def _pairs(text: str) -> list[tuple[int, int]]:
    """Return start and end of all brackets that close in the paragraph they open in."""
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    position = 0
    while stop := _STOP.search(text, position):
        position = stop.start()
        char = text[position]
        if char == "[":
            opened.append(position)
        elif char == "]":
            if opened:
                pairs.append((opened.pop(), position + 1))
        elif char == "\n":
            opened.clear()
        else:
            position = _skipped(text, position)
            continue
        position = stop.end()
    return pairs


def _skipped(text: str, position: int) -> int:
    """Return the place after the maths, code span or escaped character at ``position``."""
    if text[position] == "`":
        code = _CODE.match(text, position)
        if code:
            return code.end()
        while text.startswith("`", position):
            position += 1
        return position
    span = at(text, position)
    if span:
        return span.end
    return position + (2 if text[position] == "\\" else 1)


def _is_link(text: str, start: int, end: int) -> bool:
    """Whether the brackets at ``text[start:end]`` are a link, a footnote or a box to tick."""
    inside = text[start + 1 : end - 1]
    if not inside.strip() or inside.startswith(("^", "[")):
        return True
    before = text[text.rfind("\n", 0, start) + 1 : start].strip()
    if inside in ("x", "X") and before in ("-", "*", "+"):
        return True
    return bool(_LINK_END.match(text, end)) and not text.startswith("[", end)
