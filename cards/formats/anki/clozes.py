"""Anki's clozes: `{{c1::words::hint}}`, nested or not; equal numbers are hidden together."""

import re
from dataclasses import dataclass, field

from cards.card import HIDDEN

_MARK = re.compile(r"\{\{c(\d{1,3}(?:,\d{1,3})*)::|\}\}")
_DEEPEST = 20


@dataclass(slots=True)
class Cloze:
    """A cloze: its numbers, none for the text as a whole, and its parts in order."""

    numbers: tuple[int, ...] = ()
    parts: "list[str | Cloze]" = field(default_factory=list)

    def add(self, text: str) -> None:
        """Add a piece of text."""
        if text:
            self.parts.append(text)

    def split(self) -> "tuple[list[str | Cloze], str]":
        """Return what is hidden, and the hint after the last `::` if it has one."""
        last = self.parts[-1] if self.parts else ""
        if not isinstance(last, str) or "::" not in last:
            return self.parts, ""
        shown, _, hint = last.partition("::")
        return [*self.parts[:-1], shown], hint


def parse(text: str) -> Cloze:
    """Return the tree of a text; marks that do not close are text."""
    top = Cloze()
    opened: list[tuple[Cloze, str]] = [(top, "")]
    end = 0
    for mark in _MARK.finditer(text):
        if mark[0] == "}}" and len(opened) == 1:
            continue
        opened[-1][0].add(text[end : mark.start()])
        end = mark.end()
        if mark[1] and len(opened) <= _DEEPEST:
            numbers = tuple(int(number) for number in mark[1].split(","))
            opened.append((Cloze(numbers), mark[0]))
        elif mark[1]:
            opened[-1][0].add(mark[0])
        else:
            closed, _ = opened.pop()
            opened[-1][0].parts.append(closed)
    opened[-1][0].add(text[end:])
    while len(opened) > 1:
        unclosed, start = opened.pop()
        opened[-1][0].add(start)
        opened[-1][0].parts += unclosed.parts
    return top


def numbers(tree: Cloze) -> list[int]:
    """Return the numbers of the cards that a text makes, in order."""
    found = set(tree.numbers)
    for part in tree.parts:
        if isinstance(part, Cloze):
            found.update(numbers(part))
    return sorted(number for number in found if number)


def asked(tree: Cloze, number: int) -> tuple[str, str]:
    """Return the text as the card of a number asks it, and what is hidden there."""
    answers: list[str] = []
    prompt = _shown(tree.parts, number, answers)
    return prompt, "; ".join(dict.fromkeys(answer for answer in answers if answer))


def whole(tree: Cloze) -> str:
    """Return the text with nothing hidden."""
    return _shown(tree.parts, 0, [])


def _shown(parts: "list[str | Cloze]", number: int, answers: list[str]) -> str:
    shown = []
    for part in parts:
        if isinstance(part, str):
            shown.append(part)
            continue
        inside, hint = part.split()
        if number and number in part.numbers:
            answers.append(_shown(inside, 0, []).strip())
            shown.append(f"{HIDDEN} ({hint.strip()})" if hint.strip() else HIDDEN)
        else:
            shown.append(_shown(inside, number, answers))
    return "".join(shown)
