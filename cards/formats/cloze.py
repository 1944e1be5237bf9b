r"""Clozes: the `[words]` of a sentence that are hidden one at a time.

Brackets inside maths, code, links, images, footnotes and `[[wiki links]]` are never clozes;
`\[` that opens no formula is a bracket meant as such. `[text][label]` and `[label]` are links
where the note has a line `[label]: address`.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from cards.card import HIDDEN
from cards.text.spans import ADDRESS, spans

_STOP = re.compile(r"[\[\]]|\\.|\n *\n", re.DOTALL)
_LINK_END = re.compile(ADDRESS + r"|\[[^\[\]\n]*\]")
_BULLET_OF_TASK = re.compile(r"^ *[-*+] *(?=\[[xX]\](?![(\[]))", re.MULTILINE)
_DEFINITION = re.compile(
    r"^ {0,3}\[([^\[\]\n]{1,200})\]:[ \t]*"
    r"(?:<[^<>\n]*>|(?:[a-z][a-z+.-]*:|\.{0,2}/|#)\S+|\S+\.[a-z]\w{1,4})"  # what looks an address
    r"(?:[ \t]+[\"'(][^\n]*)?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Cloze:
    """One hidden part of a sentence: `parts[place]`; every other part stands in brackets."""

    parts: Sequence[str]
    place: int

    @property
    def prompt(self) -> str:
        """The sentence with a gap."""
        return "".join([*self.parts[: self.place], HIDDEN, *self.parts[self.place + 1 :]])

    @property
    def answer(self) -> str:
        """What belongs in the gap."""
        return self.parts[self.place].strip()


def link_labels(note: str) -> frozenset[str]:
    """Return the labels that a note gives addresses to, in lines `[label]: address`."""
    if "]:" not in note:
        return frozenset()  # the common case, and cheap
    return frozenset(_label(found[1]) for found in _DEFINITION.finditer(note))


def _label(text: str) -> str:
    """Return a label as it is compared: case and spaces do not count."""
    return " ".join(text.casefold().split())


def sentence(text: str, labels: Set[str] = frozenset()) -> tuple[str, list[Cloze]]:
    """Return the whole sentence without its cloze brackets, and one cloze for each of them.

    `labels` are those of `link_labels`.
    """
    gaps = _gaps(text, labels)
    parts: list[str] = []
    end = 0
    for start, stop in gaps:
        parts += [text[end:start], text[start + 1 : stop - 1]]
        end = stop
    parts.append(text[end:])
    return "".join(parts), [Cloze(parts, place) for place in range(1, len(parts), 2)]


def _gaps(text: str, labels: Set[str]) -> list[tuple[int, int]]:
    """Return start and end of each cloze bracket, brackets included, in order."""
    gaps: list[tuple[int, int]] = []
    ticked = {bullet.end() for bullet in _BULLET_OF_TASK.finditer(text)}
    end = 0
    for start, stop in sorted(_pairs(text)):
        if start < end:
            continue  # inside the brackets or the address before
        link = stop if start in ticked else _link_end(text, start, stop, labels)
        end = link or stop
        if not link:
            gaps.append((start, stop))
    return gaps


def _pairs(text: str) -> list[tuple[int, int]]:
    """Return start and end of all brackets that close in the paragraph they open in."""
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    position = 0
    for start, end, _ in (*spans(text), (len(text), len(text), None)):
        for stop in _STOP.finditer(text, position, start):
            if stop[0] == "[":
                opened.append(stop.start())
            elif stop[0] == "]":
                if opened:
                    pairs.append((opened.pop(), stop.end()))
            elif stop[0][0] == "\n":
                opened.clear()
        position = end
    return pairs


def _link_end(text: str, start: int, end: int, labels: Set[str]) -> int:
    """Return where the link or footnote in `text[start:end]` ends, 0 for none."""
    inside = text[start + 1 : end - 1]
    link = _LINK_END.match(text, end)
    if not inside.strip() or inside.startswith(("^", "[")):
        return link.end() if link else end
    image = text.startswith("!", start - 1) and start > 0
    if link and (image or text[end] == "(" or _label(link[0][1:-1] or inside) in labels):
        return link.end()
    return end if _label(inside) in labels else 0
