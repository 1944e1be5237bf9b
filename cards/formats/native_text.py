"""Cards written as native notes, so that reading them gives the same cards again.

A block is what makes the cards of one family: a question, a question both ways, a sentence with
gaps. What a block cannot say is said card by card with an `id`; every file is read again, and
what came back otherwise is written that way, or named as lost.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any
from unicodedata import normalize

from cards.answers.kind import kind_of
from cards.card import HIDDEN, Card, Check, Kind
from cards.formats import native
from cards.formats.blocks import guarded
from cards.formats.check_fence import TEXTS
from cards.formats.cloze import sentence
from cards.formats.topics import topic_of
from cards.note import Note
from cards.statements.joined import apart
from cards.text.clean import clean, clean_line
from cards.variants import settings

_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$) *(?:\..*)?$", re.IGNORECASE)
"""What Windows takes for a device, whatever its ending."""
_LONGEST_NAME = 80
_DEEPEST = 12
"""Folders in one another; the rest of a deck's name is one file's."""
_SAYS = attrgetter(
    *(
        field.name
        for field in fields(Check)
        if field.name not in ("id", "kind", "tags", "line", "statement")
    )
)
_SAYS_NOTHING: tuple[object, list[str]] = (_SAYS(Check()), [])
_WORD = re.compile(r"\w(?:[\w.:-]*\w)?")
_TAG = re.compile(r"[^\s#,'][^\s,']*")
_LEVELS = ((1, 2, 3, 4, 5, 6), (1, 3, 4, 5, 6, 6), (3, 4, 5, 6, 6, 6))


@dataclass
class NotesFile:
    """A note to be written: its path below a folder, with slashes, its text and cards in order.

    `read` is what reading it gives.
    """

    path: str
    deck: str
    text: str = ""
    cards: list[Card] = field(default_factory=list)
    read: Note | None = None


def files_of(
    cards: Sequence[Card], topics: bool = True, into: Path | None = None
) -> tuple[list[NotesFile], list[Card]]:
    """Return notes that hold some cards, one a deck, and the cards that no note can hold.

    Where headings do not lead to a card's topic, its note names that, if `topics` are to be kept.
    The notes are read as if they lay below the folder `into`.
    """
    groups: dict[tuple[str, str], list[Card]] = {}
    for card in map(apart, cards):
        fixed = card.topic if topics and _levels(card) is None else ""
        groups.setdefault((card.deck, fixed), []).append(card)
    names: set[str] = set()
    files, lost = [], []
    for (deck, topic), members in groups.items():
        file = NotesFile(path_of(deck, topic, names), deck)
        place = str(into / file.path) if into is not None else file.path
        lost += _write(file, place, topic, members)
        if file.cards:
            files.append(file)
    return files, lost


def path_of(deck: str, topic: str, taken: set[str]) -> str:
    """Return a path for the note of a deck that no other one has, on whatever file system.

    On some systems neither case nor how an accent is written tells names apart.
    """
    *above, last = (file_name(part) for part in deck.split("::", _DEEPEST))
    # A folder never has the name of a note.
    parts = [re.sub(r"(?i)\.md$", "-md", part) for part in above]
    stem = "/".join([*parts, last]) + (f" ({file_name(topic)})" if topic else "")
    path, number = f"{stem}.md", 1
    while (key := normalize("NFKD", path).casefold()) in taken:
        number += 1
        path = f"{stem} {number}.md"
    taken.add(key)
    return path


def file_name(text: str) -> str:
    """Return a text as the name of a file on any system: visible, not hidden, not long."""
    name = _NAME.sub("-", clean_line(text)).strip(". ")
    name = f"_{name}" if _DEVICE.match(name) else name
    while len(name.encode()) > _LONGEST_NAME:
        name = name[:-1].strip(". ")
    return name or "notes"


def _write(file: NotesFile, place: str, topic: str, cards: Sequence[Card]) -> list[Card]:
    """Write the cards of a note into it, and return those that it cannot hold."""
    # No heading ends another one without a title, so cards without any come first.
    blocks = [_Block(family) for family in _families(cards)]
    blocks.sort(key=lambda block: bool(block.cards[0].headings))
    for last in (False, True):
        file.text = clean(_text(file.deck, topic, blocks))
        note = native.read(place, file.text)
        read = {card.id: card for card in note.cards}
        wrong = [b for b in blocks if not all(same(card, read.get(card.id)) for card in b.cards)]
        if not wrong:
            break
        if last:
            lost = [card for b in wrong for card in b.cards if not same(card, read.get(card.id))]
            gone = {card.id for card in lost}
            kept = [card for card in cards if card.id not in gone]
            if kept:
                return lost + _write(file, place, topic, kept)
            return lost
        for block in wrong:
            block.apart = True
    file.cards, file.read = list(note.cards), note
    return []


def same(card: Card, other: Card | None) -> bool:
    """Whether two cards ask the same: wherever they lie, and whether or not their id is written."""
    if other is None or (card.prompt, card.answer) != (other.prompt, other.answer):
        return False
    # A reverse that stands apart from its question is a question of its own, under its id.
    kinds = {card.kind, Kind.BASIC if card.kind == Kind.REVERSED else card.kind}
    if other.kind not in kinds or card.tags != other.tags or card.derive != other.derive:
        return False
    return _plain(card.check) == _plain(other.check)


def _plain(check: Check | None) -> object:
    """Return what a check says, wherever it stands, and the lines of its claim."""
    if check is None:
        return _SAYS_NOTHING
    claim = claim_lines(check.statement) if check.statement else []
    return _SAYS(check), claim


def _families(cards: Sequence[Card]) -> Iterator[list[Card]]:
    """Yield the cards family by family, in order of each one's first."""
    families: dict[str, list[Card]] = {}
    for card in cards:
        families.setdefault(card.family, []).append(card)
    yield from families.values()


@dataclass(slots=True)
class _Block:
    cards: list[Card]
    apart: bool = False

    def text(self, above: int = 0) -> str:
        """Return the block as native text, without the first tags, which the note has."""
        first, *others = self.cards
        if not self.apart:
            whole = sentence_of(self.cards) if first.kind == Kind.CLOZE else None
            if whole:
                return _lines("C", whole, None, first, _own_id(first), above=above)
            back = [(other.kind, other.prompt, other.answer) for other in others]
            if back == [(Kind.REVERSED, first.answer, first.prompt)]:
                return _lines(
                    "Q", first.prompt, first.answer, first, _own_id(first), "reversed", above
                )
            if not others and first.kind not in (Kind.CLOZE, Kind.REVERSED):
                return _lines("Q", first.prompt, first.answer, first, _own_id(first), above=above)
        return "\n".join(
            _lines("Q", card.prompt, card.answer, card, card.id, _kind(card), above)
            for card in self.cards
        )


def _kind(card: Card) -> str | None:
    """Return what has to be said of a card's kind in its own fence."""
    if card.kind == Kind.REVERSED:
        return None
    check = replace(card.check, kind=None) if card.check else None
    return None if kind_of(check) == card.kind else card.kind.value


def _own_id(card: Card) -> str | None:
    return card.check.id if card.check else None


def sentence_of(cards: Sequence[Card]) -> str | None:
    """Return the sentence with brackets that makes some clozes in this order, None for none."""
    gaps: list[tuple[int, str]] = []
    wholes = set()
    for card in cards:
        before, gap, after = card.prompt.partition(HIDDEN)
        if not gap or HIDDEN in after or not card.answer:
            return None
        wholes.add(before + card.answer + after)
        gaps.append((len(before), card.answer))
    if len(wholes) != 1 or gaps != sorted(gaps):
        return None
    parts, end = [], 0
    (whole,) = wholes
    for start, answer in gaps:
        if start < end:
            return None
        parts += [whole[end:start], f"[{answer}]"]
        end = start + len(answer)
    text = "".join([*parts, whole[end:]])
    found = [(gap.prompt, gap.answer) for gap in sentence(text)[1]]
    return text if found == [(card.prompt, card.answer) for card in cards] else None


def _lines(
    letter: str,
    prompt: str,
    answer: str | None,
    card: Card,
    id: str | None,
    kind: str | None = None,
    above: int = 0,
) -> str:
    """Return a card as native text, with a fence where there is something to say in it."""
    own = card.check.kind if card.check and card.kind not in (Kind.REVERSED, Kind.CLOZE) else None
    kind = kind or (own if own != Kind.REVERSED else None)
    tags = card.tags[above:]
    if card.check is None or (_SAYS(card.check) == _SAYS_NOTHING[0] and not card.check.statement):
        if kind is None and id and not card.derive:
            back = "" if answer is None else f"A: {guarded(answer)}\n"
            fence = f"id: {_plain_or_quoted(id)}\n{_tags(tags)}"
            return f"{letter}: {guarded(prompt)}\n{back}```check\n{fence}```\n"
        check = Check(id=id, tags=tags, kind=kind)
    else:
        check = replace(card.check, id=id, tags=tags, kind=kind)
    parts = [f"{letter}: {guarded(prompt)}"]
    if answer is not None:
        parts.append(f"A: {guarded(answer)}")
    if fence := fence_of(check):
        parts.append(f"```check\n{fence}\n```")
    if check.statement:
        parts.append("```claim\n" + "\n".join(claim_lines(check.statement)) + "\n```")
    if card.derive:
        parts.append("```derive\n" + "\n".join(card.derive) + "\n```")
    return "\n".join(parts) + "\n"


def fence_of(check: Check) -> str:
    """Return the lines of a check fence; empty when it says nothing."""
    lines: list[str] = []
    for name in ("answer", "require"):
        if value := getattr(check, name):
            lines.append(f"{name}: {value}")
    for name in ("variables", "given"):
        if mapping := getattr(check, name):
            lines += [f"{name}:", *(f"  {_quoted(k)}: {_quoted(v)}" for k, v in mapping.items())]
    for name in ("choices", "order"):
        if items := getattr(check, name):
            lines += [f"{name}:", *(f"  - {item}" for item in items)]
    if check.misconceptions:
        lines.append("misconceptions:")
        for wrong in check.misconceptions:
            lines += [f"  - answer: {wrong.answer}", *_lines_of("    says", wrong.says)]
    for name in TEXTS:
        if name not in ("answer", "require") and (value := getattr(check, name)):
            said = settings.together(value, check.settings) if name == "simulation" else value
            lines += _lines_of(name, said)
    if check.tags:
        lines.append(_tags(check.tags)[:-1])
    return "\n".join(lines)


@lru_cache(maxsize=1024)
def _tags(tags: tuple[str, ...]) -> str:
    """Return the lines of tags in a check fence."""
    return "\n".join(["tags:", *(f"  - {_quoted(tag)}" for tag in tags), ""]) if tags else ""


def claim_lines(said: Mapping[str, Any]) -> list[str]:
    """Return the lines of a claim fence, with the note's definitions among its own."""
    lines = [f"claim: {said['claim']}"]
    if variables := said.get("variables"):
        pairs = ", ".join(f"{name}: {domain}" for name, domain in variables.items())
        lines.append(f"variables: {{{pairs}}}")
    if exists := said.get("exists"):
        lines.append(f"exists: {', '.join(exists)}")
    lines += [f"let: {one}" for name in ("define", "let") for one in said.get(name, ())]
    lines += [f"draw: {one}" for one in said.get("draw", ())]
    lines += [f"if: {one}" for one in said.get("condition", ())]
    lines += [
        f"{name}: {said[name]}"
        for name in ("says", "within", "upto", "known", "id")
        if said.get(name)
    ]
    return lines


def _plain_or_quoted(text: str) -> str:
    return text if _WORD.fullmatch(text) else _quoted(text)


def _lines_of(name: str, text: str) -> list[str]:
    """Return a value of a fence, over several lines if it has them."""
    if "\n" not in text:
        return [f"{name}: {_plain_or_quoted(text)}"]
    indent = " " * (len(name) - len(name.lstrip()) + 2)
    return [f"{name}: |-", *(f"{indent}{line}" for line in text.split("\n"))]


def _quoted(text: str) -> str:
    return "'" + " ".join(text.split("\n")).replace("'", "''") + "'"


def _levels(card: Card) -> Sequence[int] | None:
    """Return levels for the headings of a card that lead to its topic, None when none do."""
    return _leading(card.deck, card.headings, card.topic)


@lru_cache(maxsize=4096)
def _leading(deck: str, headings: tuple[str, ...], topic: str) -> Sequence[int] | None:
    fallback = file_name(deck.rpartition("::")[2])
    for levels in _LEVELS:
        if topic_of(list(zip(levels, headings, strict=False)), fallback) == topic:
            return levels
    return None


def _text(deck: str, topic: str, blocks: Sequence[_Block]) -> str:
    """Return the text of a note."""
    front = {"deck": deck} | ({"topic": topic} if topic else {})
    said = "".join(f"{name}: {_quoted(value)}\n" for name, value in front.items())
    common = _common([card.tags for block in blocks for card in block.cards])
    if common:
        said += f"tags: [{', '.join(map(_quoted, common))}]\n"
    parts = [f"---\n{said}format: native\n---\n"]
    above: tuple[tuple[int, str], ...] = ()
    for block in blocks:
        card = block.cards[0]
        levels = _levels(card) or _LEVELS[0]
        headings = tuple(zip(levels, card.headings, strict=False))
        if headings != above:
            kept = 0
            while kept < min(len(above), len(headings)) and above[kept] == headings[kept]:
                kept += 1
            if kept == len(headings) < len(above):
                kept = max(0, len(headings) - 1)
            parts += [f"{'#' * level} {title}\n" for level, title in headings[kept:]]
            above = headings
        parts.append(block.text(len(common)))
    return "\n".join(parts)


def _common(tags: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the tags with which those of all cards begin, if a note can have them."""
    common = min(tags, key=len, default=())
    while any(own[: len(common)] != common for own in tags):
        common = common[:-1]
    return common if all(_TAG.fullmatch(tag) for tag in common) else ()
