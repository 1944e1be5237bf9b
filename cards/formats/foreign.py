"""Building cards of other programs' notes: from a question and its answer, or a text with gaps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from cards.card import HIDDEN, Card, Check, Kind
from cards.formats.blocks import under
from cards.formats.build import LONGEST, MOST_CLOZES
from cards.formats.page import Page
from cards.formats.topics import topic_of
from cards.identity import identify
from cards.note import Note, Problem, Progress, Severity

_MOST_PROBLEMS = 1_000
_LONGEST_ID = 70
_MOST_ALIKE = 20
"""Most cards of a note that are alike: more were not written by a person."""
EMPTY = "*(empty)*"
"""The text of an empty side, which other programs ask all the same."""


class Gap(NamedTuple):
    """A part of a text, `text[start:end]`, that may be hidden; `answer` is shown in its place.

    Each of its `groups` is a card that asks it: gaps of one group are hidden together.
    """

    start: int
    end: int
    answer: str
    groups: tuple[int, ...]
    hint: str = ""


@dataclass(slots=True)
class Builder:
    """Builds the cards of one note; `headings` are (level, title), outermost first."""

    page: Page
    deck: str
    tags: tuple[str, ...] = ()
    headings: list[tuple[int, str]] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    """How many cards of each id came."""
    often: dict[tuple[str, str, str | None], str] = field(default_factory=dict)
    """Why no further card is made of these texts: the note has it often enough."""
    once: bool = False
    """Whether the other program takes cards that are alike for one card."""

    def heading(self, level: int, title: str) -> None:
        """Go under a heading."""
        self.headings = under(self.headings, level, title)

    def basic(
        self,
        line: int,
        front: str,
        back: str,
        *,
        both: bool = False,
        extra: str = "",
        id: str | None = None,
        deck: str | None = None,
        tags: Iterable[str] = (),
        check: Check | None = None,
        kind: Kind = Kind.BASIC,
        blank: bool = False,
    ) -> list[Card]:
        """Make the card of a question and its answer at a 0-based line, and its reverse on `both`.

        `extra` is shown with each answer; `id` is the note's own id for the card. With neither
        question nor answer it is a card only if `blank`. Returns the cards.
        """
        front, back = front.strip(), back.strip()
        given = (front, back, id)
        if says := self.often.get(given, ""):
            self.problem(line, says, "warning")
            return []
        if not (front or back or blank):
            self.problem(line, "this card has neither a question nor an answer", "warning")
            return []
        if not front or not back:
            what = "answer" if front else "question" if back else "question and no answer"
            self.problem(
                line, f"this card has no {what}; it is kept, as its own program keeps it", "warning"
            )
            front, back = front or EMPTY, back or EMPTY
        reverse_front, reverse_back = back, front
        if extra:
            back, reverse_back = f"{back}\n\n{extra}", f"{front}\n\n{extra}"
        if len(front) > LONGEST or len(back) > LONGEST:
            self.problem(line, f"a side of this card is longer than {LONGEST:,} characters")
            return []
        family = identify("basic", front, back)
        if self.times.get(id or family, 1) >= _MOST_ALIKE:
            self.often[given] = says = "this card is here very often; delete it"
            self.problem(line, says, "warning")
            return []
        own = replace(check or Check(line=line + 1), id=id) if id else check
        made = [self._card(line, id or family, family, kind, front, back, deck, tags, own)]
        if both:
            back_id = f"{id}.reversed" if id else identify("reversed", front, back)
            other = Check(id=id, line=line + 1) if id else None
            sides = reverse_front, reverse_back
            made.append(self._card(line, back_id, family, Kind.REVERSED, *sides, deck, tags, other))
        return self._keep(made, line, given)

    def cloze(
        self,
        line: int,
        text: str,
        gaps: Sequence[Gap],
        *,
        id: str | None = None,
        deck: str | None = None,
        tags: Iterable[str] = (),
        extra: str = "",
    ) -> list[Card]:
        """Make one card for each group of gaps of a text at a 0-based line; returns them.

        Gaps that overlap are taken from the left; `extra` is shown with each answer.
        """
        gaps = apart(gaps)
        groups = sorted({group for gap in gaps for group in gap.groups})
        if self.refuses(line, text, len(groups)):
            return []
        sides = []
        for group in groups:
            hidden = (gap.answer.strip() for gap in gaps if group in gap.groups)
            answer = "; ".join(dict.fromkeys(filter(None, hidden)))
            sides.append((hide(text, gaps, group), answer))
        whole = hide(text, gaps, None)
        return self.clozes(line, whole, sides, id=id, deck=deck, tags=tags, extra=extra)

    def refuses(self, line: int, text: str, cards: int) -> bool:
        """Whether a text hides nothing, or too much: a problem at its 0-based line then."""
        if cards and cards <= MOST_CLOZES and len(text) <= LONGEST:
            return False
        if cards:
            self.problem(
                line,
                f"this text is longer than {LONGEST:,} characters or has over {MOST_CLOZES} gaps; "
                "split it",
            )
        else:
            self.problem(line, "this text hides nothing", "warning")
        return True

    def clozes(
        self,
        line: int,
        whole: str,
        sides: Sequence[tuple[str, str]],
        *,
        id: str | None = None,
        numbers: Sequence[int] = (),
        deck: str | None = None,
        tags: Iterable[str] = (),
        extra: str = "",
    ) -> list[Card]:
        """Make the cloze cards of a `whole` text, given the prompt and answer of each.

        Where the note has an `id` and several cards, their ids end in `numbers`, or 1, 2, 3 …
        """
        given = (whole, extra, id)
        if says := self.often.get(given, ""):
            self.problem(line, says, "warning")
            return []
        family = identify("cloze", whole)
        made = []
        numbers = numbers or range(1, len(sides) + 1)
        for number, (prompt, answer) in zip(numbers, sides, strict=True):
            prompt = prompt.strip()
            if not answer.strip():
                says = "this gap hides nothing; it is kept, as its own program keeps it"
                self.problem(line, says, "warning")
                answer = EMPTY
            back = f"{answer}\n\n{extra}" if extra else answer
            own = identify("cloze", prompt, back)
            check = None
            if id:
                own = id if len(sides) == 1 else f"{id}.{number}"
                check = Check(id=id, line=line + 1)
            made.append(self._card(line, own, family, Kind.CLOZE, prompt, back, deck, tags, check))
        return self._keep(made, line, given)

    def schedule(self, card: Card, progress: Progress | None) -> None:
        """Give a card the schedule that its note has for it."""
        if progress is not None:
            self.progress.append(replace(progress, card=card.id))

    def suspend(self, line: int, cards: Iterable[Card], reason: str) -> None:
        """Suspend cards, as they are in the other program, with a remark on the reason."""
        suspended = [Progress(card.id, 0, 0, is_suspended=True) for card in cards]
        self.progress += suspended
        if suspended:
            self.problem(line, reason, "note")

    def problem(self, line: int, message: str, severity: Severity = "error") -> None:
        """Report what is wrong at a 0-based line."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(self.page.path, line + 1, severity, message))

    def note(self) -> Note:
        """Return the note with all its cards, problems and schedules."""
        return Note(self.page.path, tuple(self.cards), tuple(self.problems), tuple(self.progress))

    def _card(
        self,
        line: int,
        id: str,
        family: str,
        kind: Kind,
        prompt: str,
        answer: str,
        deck: str | None,
        tags: Iterable[str],
        check: Check | None,
    ) -> Card:
        deck = self.page.deck or deck or self.deck
        headings = tuple(title for _, title in self.headings)
        topic = topic_of(self.headings, deck.rpartition("::")[2])
        tags = tuple(dict.fromkeys([*self.tags, *tags]))
        return Card(
            id, family, deck, topic, headings, kind, prompt, answer,
            self.page.path, line + 1, check, (), tags,
        )  # fmt: skip

    def _keep(self, made: list[Card], line: int, given: tuple[str, str, str | None]) -> list[Card]:
        """Add cards; one that is there already gets an id of its own, or is left out on `once`."""
        kept: list[Card] = []
        says = ""
        for card in made:
            if card.id not in self.seen:
                self.seen[card.id] = line
                kept.append(card)
                continue
            first = self.seen[card.id] + 1
            says = f"this card is the same as the one on line {first}; change or delete one"
            self.problem(line, says, "warning")
            if not self.once and self.times.get(card.id, 1) < _MOST_ALIKE:
                kept.append(self._again(card, line))
        if not kept:
            self.often[given] = says
        self.cards += kept
        return kept

    def _again(self, card: Card, line: int) -> Card:
        """Return a copy of a card with the first free number after its id."""
        number = self.times.get(card.id, 1) + 1
        while (id := f"{card.id[:_LONGEST_ID]}:{number}") in self.seen:
            number += 1
        self.times[card.id] = number
        self.seen[id] = line
        family = f"{card.family[:_LONGEST_ID]}:{number}"
        check = replace(card.check, id=id) if card.check else Check(id=id)
        return replace(card, id=id, family=family, check=check)


def apart(gaps: Iterable[Gap]) -> list[Gap]:
    """Return gaps from left to right, without those that begin inside another one."""
    kept: list[Gap] = []
    for gap in sorted(gaps):
        if not kept or gap.start >= kept[-1].end:
            kept.append(gap)
    return kept


def hide(text: str, gaps: Iterable[Gap], group: int | None) -> str:
    """Return a text with the gaps of one group hidden and the answers of the others shown."""
    parts, end = [], 0
    for gap in gaps:
        shown = gap.answer
        if group in gap.groups:
            shown = f"{HIDDEN} ({gap.hint})" if gap.hint else HIDDEN
        parts += [text[end : gap.start], shown]
        end = gap.end
    return "".join([*parts, text[end:]])
