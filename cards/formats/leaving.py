"""Cards as notes for hashcards and for Obsidian's Spaced Repetition, and as rows of a table.

What was written is read again by the reader of that format; a card that does not come back is
named as lost, and left out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from cards.card import HIDDEN, Card, Kind
from cards.formats import hashcards, obsidian
from cards.formats.anki.writing import Schedule
from cards.formats.cloze_patterns import clozes_of
from cards.formats.foreign import hide
from cards.formats.native_text import NotesFile, path_of, sentence_of
from cards.formats.page import Page
from cards.note import Note
from cards.scheduling.day import day_date
from cards.statements.joined import apart

COLUMNS = (
    "id", "deck", "topic", "kind", "question", "answer", "tags", "state", "due", "interval",
    "stability", "difficulty", "reviews", "lapses",
)  # fmt: skip
_RUN = ("=", "+", "-", "@", "\t", "\r", "'=", "'+", "'-", "'@")
"""What a cell of a table does not begin with: a spreadsheet runs it, or `tables` takes it away."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_BAD_TAG = re.compile(r"[^\w/-]+")
_BLOCK_ID = re.compile(r" \^([a-zA-Z0-9-]+)$")
_MARK = re.compile(r"^[^\S\n]*\?\??[^\S\n]*$", re.MULTILINE)
_LEADING_TAG = re.compile(r"\s*#[^\s#]")
_FENCE = re.compile(r"`{3,}|~{3,}")
_STATES = {"new": 0, "learning": 1, "review": 2, "relearning": 3}
Write = Callable[[list[Card], Mapping[str, Schedule]], str]


def row(card: Card, schedule: Schedule) -> list[str]:
    """Return a card as the values of `COLUMNS`."""
    known = schedule.day is not None
    tags = " ".join((*card.tags, *schedule.tags))
    return [
        *map(_inert, (card.id, card.deck, card.topic)),
        card.kind.value,
        *map(_inert, (card.prompt, card.answer, tags)),
        "suspended" if schedule.suspended else schedule.state,
        day_date(schedule.due_day).isoformat() if known else "",
        str(schedule.due_day - (schedule.day or 0)) if known else "",
        "" if schedule.stability is None else f"{schedule.stability:.4f}",
        "" if schedule.difficulty is None else f"{schedule.difficulty:.3f}",
        str(schedule.reps),
        str(schedule.lapses),
    ]


def _inert(text: str) -> str:
    """Return a text with an apostrophe before what a spreadsheet would run as a formula.

    Source: OWASP, "CSV Injection". A number stays as it is.
    """
    return f"'{text}" if text.startswith(_RUN) and not _NUMBER.fullmatch(text) else text


def hashcards_files(
    cards: Sequence[Card], schedules: Mapping[str, Schedule]
) -> tuple[list[NotesFile], list[Card]]:
    """Return decks for hashcards, and the cards that none can hold."""

    def front(deck: str) -> str:
        name = deck.replace("\\", "\\\\").replace('"', '\\"')
        return f'---\nname = "{name}"\n---\n\n'

    return _files(cards, schedules, front, _hashcard, hashcards.read, once=True)


def obsidian_files(
    cards: Sequence[Card], schedules: Mapping[str, Schedule]
) -> tuple[list[NotesFile], list[Card]]:
    """Return notes for Obsidian's Spaced Repetition, and the cards that none can hold."""

    def front(deck: str) -> str:
        parts = [_BAD_TAG.sub("-", part).strip("-") or "deck" for part in deck.split("::")]
        if parts[0] != "flashcards":  # a deck that came from such a vault has it
            parts.insert(0, "flashcards")
        return f"---\ntags: [{'/'.join(parts)}]\n---\n\n"

    return _files(cards, schedules, front, _obsidian_card, obsidian.read)


def _files(
    cards: Sequence[Card],
    schedules: Mapping[str, Schedule],
    front: Callable[[str], str],
    write: Write,
    read: Callable[[Page], Note],
    once: bool = False,
) -> tuple[list[NotesFile], list[Card]]:
    """Return a note a deck, with the blocks that read as the cards that they are of.

    `once` says that the program takes cards that are alike for one, whatever their decks.
    """
    decks: dict[str, dict[str, list[Card]]] = {}
    for card in map(apart, cards):
        decks.setdefault(card.deck, {}).setdefault(card.family, []).append(card)
    files: list[NotesFile] = []
    lost: list[Card] = []
    names: set[str] = set()
    there: set[str] = set()
    for deck, families in decks.items():
        blocks: list[str] = []
        kept: list[Card] = []
        for family in families.values():
            for group in _groups(family):
                text = write(group, schedules)
                made = {card.id for card in read(Page.of("/none/n.md", front(deck) + text)).cards}
                if len(made) == len(group) and not (once and made & there):
                    blocks.append(text)
                    kept += group
                    there |= made
                else:
                    lost += group
        path = path_of(deck, "", names)
        files.append(NotesFile(path, deck, front(deck) + "\n".join(blocks), kept))
    return files, lost


def _groups(family: list[Card]) -> Iterator[list[Card]]:
    """Yield what is written as one: a sentence, a card and its reverse, or a card."""
    if family[0].kind == Kind.CLOZE and sentence_of(family):
        yield family
        return
    first, *others = family
    back = [(other.kind, other.prompt, other.answer) for other in others]
    if back == [(Kind.REVERSED, first.answer, first.prompt)]:
        yield family
        return
    yield from ([card] for card in family)


def _hashcard(cards: list[Card], _standings: Mapping[str, Schedule]) -> str:
    """Return a block; hashcards knows no code, so that its lines count as any others do."""
    whole = sentence_of(cards) if cards[0].kind == Kind.CLOZE else None
    if whole:
        text = _plain_lines(whole)
        shown, gaps = hashcards.gaps_of(text.strip())
        read = [(hide(shown, gaps, gap.groups[0]), gap.answer) for gap in gaps]
        if read == [
            (_plain_lines(card.prompt).strip(), _plain_lines(card.answer)) for card in cards
        ]:
            return f"C: {text}\n\n---\n"  # else it has brackets that would not be shown
    return "".join(
        f"Q: {_plain_lines(card.prompt)}\nA: {_plain_lines(card.answer)}\n\n---\n" for card in cards
    )


def _plain_lines(text: str) -> str:
    return "\n".join(map(_plain_line, text.split("\n")))


def _plain_line(line: str) -> str:
    if line.startswith(("Q:", "A:", "C:")):
        return f" {line}"
    return "- - -" if line.strip() == "---" else line


def _obsidian_card(cards: list[Card], schedules: Mapping[str, Schedule]) -> str:
    """Return a block; what reads as a schedule or a block's id in it is written otherwise."""
    if cards[0].kind == Kind.CLOZE and sentence_of(cards):
        text = _obsidian_text(_marked(cards))
        said = [(_obsidian_text(card.prompt), _obsidian_text(card.answer)) for card in cards]
        if clozes_of(text, obsidian.Settings().patterns)[1] == said:
            return f"{text}\n{_schedule([schedules[card.id] for card in cards])}"
    if len(cards) == 2 and cards[1].kind == Kind.REVERSED:
        return _obsidian_sides(cards[0], "??", [schedules[card.id] for card in cards])
    return "\n".join(_obsidian_sides(card, "?", [schedules[card.id]]) for card in cards)


def _marked(cards: Sequence[Card]) -> str:
    """Return the sentence of some clozes with marks around what they hide."""
    gaps = [(len(card.prompt.partition(HIDDEN)[0]), card.answer) for card in cards]
    whole = cards[0].prompt.replace(HIDDEN, cards[0].answer, 1)
    for start, answer in reversed(gaps):
        whole = f"{whole[:start]}=={answer}=={whole[start + len(answer) :]}"
    return whole


def _obsidian_sides(card: Card, mark: str, schedules: Sequence[Schedule]) -> str:
    front, back = _obsidian_text(card.prompt), _obsidian_text(card.answer)
    front = _MARK.sub(r"\\\g<0>", front)  # in code as well: the first such line parts the sides
    return f"{front}\n{mark}\n{back}\n{_schedule(schedules)}"


def _obsidian_line(line: str) -> str:
    if not line.strip():
        return "<br>"
    line = line.replace("::", ":&#58;")
    if line.strip() in ("?", "??"):
        return f"\\{line.strip()}"
    if _LEADING_TAG.match(line):
        return line.replace("#", "\\#", 1)
    return f" {line}" if line.startswith("<!--") else line


def _obsidian_text(text: str) -> str:
    """Return a side in which the plugin sees no separator, blank line, schedule or open code."""
    lines, ticks = [], ""
    for line in text.replace("<!--SR:", "<!-- SR:").split("\n"):
        if ticks:
            ended = line.rstrip() == ticks
            lines.append(f" {line}" if line.startswith(ticks) and not ended else line)
            ticks = "" if ended else ticks
        elif opened := _FENCE.match(line):
            ticks = opened[0]
            lines.append(line.replace("::", ":&#58;"))
        else:
            lines.append(_obsidian_line(line))
    return _BLOCK_ID.sub(r" \\^\1", "\n".join([*lines, ticks] if ticks else lines))


def _schedule(schedules: Iterable[Schedule]) -> str:
    """Return the comment with the schedules of the cards of a block, empty when all are new."""
    entries = []
    for card in schedules:
        if card.stability is None or card.difficulty is None or card.day is None:
            entries.append("!2000-01-01,1,250")
            continue
        due, last = (day_date(day).isoformat() for day in (card.due_day, card.day))
        entries.append(
            f"!fsrs,{due}T00:00:00.000Z,{card.due_day - card.day},{card.stability:.4f},"
            f"{card.difficulty:.4f},{_STATES[card.state]},{card.reps},{card.lapses},0,"
            f"{last}T00:00:00.000Z"
        )
    new = all(entry == "!2000-01-01,1,250" for entry in entries)
    return "" if new else f"<!--SR:{''.join(entries)}-->\n"
