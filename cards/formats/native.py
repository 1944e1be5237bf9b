"""Native notes: Markdown with `Q:`, `A:`, `C:`, and fences for check, derive and claim.

A card starts at a marker at column 0 outside code and ends at the next marker, a heading, a rule
or after its fences. Everything else in the note is left alone.
"""

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cards.card import Card, Check, Kind
from cards.formats import check_fence, claim_fence, front_matter
from cards.formats.blocks import Piece, What, pieces, under
from cards.formats.build import LONGEST, CardError, Place, build
from cards.formats.cloze import link_labels
from cards.formats.source import deck_of
from cards.formats.topics import topic_of
from cards.formats.yaml_text import YamlError
from cards.identity import identify
from cards.note import FAILURES, Note, Problem, Severity
from cards.text.clean import clean_line
from cards.variants.proof_lines import turned_step
from cards.variants.substitute import says_unknown, unknown_parameters

_MOST_STEPS = 200
_TARGET = re.compile(r"^TARGET DECK(?:: *|\n)(\S.*)$", re.MULTILINE)
"""The deck that a note names for Obsidian_to_Anki, whose cards are written as ours are."""
_PART = re.compile(r"(.+)\.\d+")
_MOST_PROBLEMS = 1_000


def is_native(lines: Sequence[str]) -> bool:
    """Whether some line starts with a card's marker; `A:` below an unmarked question is none."""
    return any(
        line[0] != "A" or not _asked_above(lines, number)
        for number, line in enumerate(lines)
        if line[1:2] == ":" and line[0] in "QAC"
    )


def _asked_above(lines: Sequence[str], number: int) -> bool:
    """Whether an unmarked question stands right above a line: "**Q: … ?**"."""
    above = next(
        (line for line in reversed(lines[max(0, number - 3) : number]) if line.strip()), ""
    )
    return above.rstrip(" *_").endswith("?")


def read(path: str, text: str, deck: str | None = None) -> Note:
    """Return the cards of a native note, and what is wrong in it.

    `deck` overrides the front matter's; without either the deck is named after the file.
    """
    lines = text.split("\n")
    try:
        front = front_matter.read(lines)
    except YamlError as error:
        return Note(path, (), (Problem(path, error.line + 1, "error", error.message),))
    name = deck_of(path)
    target = _TARGET.search(text) if "TARGET DECK" in text else None
    named = deck or front.deck or (clean_line(target[1]) if target else "")
    reader = _Reader(path, named or name, front.topic or name, front.tags, link_labels(text))
    reader.problems += [Problem(path, line + 1, "warning", says) for line, says in front.problems]
    if front.topic:
        reader.topic = topic_of([(1, front.topic)], name)
        reader.fixed_topic = True
    found = list(pieces(lines, front.lines)) if "claim" in text else pieces(lines, front.lines)
    reader.define = _definitions(found) if isinstance(found, list) else []
    reader.claims = _claims(found, reader.define) if isinstance(found, list) else {}
    for piece in found:
        reader.take(piece)
    reader.finish()
    return Note(path, tuple(_siblings(reader.cards)), tuple(reader.problems))


def _siblings(cards: Sequence[Card]) -> Iterator[Card]:
    """Yield cards; those with numbers after one id are siblings: `x`, `x.2`, `x.3`.

    So are clozes `x.1`, `x.2` that are written one by one, where brackets could not say them.
    """
    families: dict[str, str] = {}
    for card in cards:
        id = card.check.id if card.check else None
        if id is not None and id == card.id and (part := _PART.fullmatch(id)):
            family = families.get(part[1])
            if family is None and card.kind is Kind.CLOZE:
                family = identify("cloze", part[1])
            card = card if family is None else replace(card, family=family)
        if id is not None:
            families.setdefault(id, card.family)
        yield card


@dataclass(slots=True)
class Draft:
    """A card as it is being read."""

    letter: str
    line: int
    prompt: list[str]
    answer: list[str] | None = None
    check: Check | None = None
    derive: tuple[str, ...] = ()
    closed: bool = False
    spoiled: bool = False


@dataclass(slots=True)
class _Reader:
    """Takes the pieces of a note one by one and makes its cards."""

    path: str
    deck: str
    name: str
    tags: tuple[str, ...]
    labels: frozenset[str]
    cards: list[Card] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    topic: str = ""
    fixed_topic: bool = False
    draft: Draft | None = None
    place: Place | None = None
    seen: dict[str, int] = field(default_factory=dict)
    define: list[str] = field(default_factory=list)
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)

    def take(self, piece: Piece) -> None:
        """Take one piece of the note."""
        what = piece.what
        if what is What.TEXT:
            draft = self.draft
            if draft and not draft.closed:
                (draft.prompt if draft.answer is None else draft.answer).append(piece.text)
            elif draft and piece.text.strip():
                self.finish()  # a fence below this prose does not belong to the card
        elif what is What.PAIR:
            self.finish()
            self._pair(piece)
        elif what is What.MARKER:
            self._marker(piece)
        elif what is What.HEADING:
            self.finish()
            self._heading(int(piece.name), piece.text)
        elif what is What.FENCE:
            self._fence(piece)
        elif what is What.RULE:
            self.finish()
        else:
            self.draft = None
            self._problem(piece.line, "this fence is never closed; add a line of ``` under it")

    def finish(self) -> None:
        """End the card being read, if there is one."""
        draft, self.draft = self.draft, None
        if draft is None or draft.spoiled:
            return
        try:
            made = build(draft, self.place or self._here())
        except CardError as error:
            self._problem(draft.line, str(error))
            return
        except FAILURES as error:
            self.problems.append(Problem.unread(self.path, draft.line + 1, error))
            return
        for name in _unknown_parameters(made):
            self._problem(draft.line, says_unknown(name), "warning")
        for card in made:
            first = self.seen.setdefault(card.id, draft.line)
            if first != draft.line:
                self._problem(
                    draft.line,
                    f"this card is the same as the one on line {first + 1}; change or delete one",
                    "error" if draft.check and draft.check.id else "warning",
                )
                return
        self.cards += made

    def _pair(self, piece: Piece) -> None:
        """Make the card of a question and an answer of one line each, without a draft."""
        prompt, answer = piece.text.strip(), piece.name.strip()
        family = identify("basic", prompt, answer)
        check = check_fence.named(piece.body, piece.line + 3) if piece.body else None
        id = (check.id if check else None) or family
        plain = prompt and answer and len(prompt) + len(answer) <= LONGEST and id not in self.seen
        if not plain or (piece.body and check is None):
            self.draft = Draft("Q", piece.line, [piece.text], [piece.name])
            if piece.body:
                self._fence(Piece(What.FENCE, piece.line + 2, "", "check", piece.body))
            self.finish()
            return
        self.seen[id] = piece.line
        at = self.place or self._here()
        tags = at.tags + check.tags if check else at.tags
        place = at.deck, at.topic, at.headings
        where = at.path, piece.line + 1
        self.cards.append(
            Card(id, family, *place, Kind.BASIC, prompt, answer, *where, check, (), tags)
        )

    def _here(self) -> Place:
        """Return the place of cards under the headings read so far."""
        titles = tuple(title for _, title in self.headings)
        topic = self.topic or topic_of(self.headings, self.name)
        self.place = Place(self.path, self.deck, topic, titles, self.tags, self.labels)
        return self.place

    def _marker(self, piece: Piece) -> None:
        """Start a card, or its answer."""
        draft = self.draft
        if piece.name != "A":
            self.finish()
            self.draft = Draft(piece.name, piece.line, [piece.text])
        elif draft is None or draft.closed:
            self._problem(piece.line, "this answer has no question; write a line Q: above it")
            self.finish()
        elif draft.letter == "C":
            draft.spoiled = True
            self._problem(
                piece.line, "a C: card has its answers in brackets; start it with Q: to use A:"
            )
        elif draft.answer is not None:
            self._problem(
                piece.line,
                f"this answer has no question, for line {draft.line + 1} has its answer already; "
                "write a line Q: above it, or delete A:",
            )
            self.finish()
        else:
            draft.answer = [piece.text]

    def _heading(self, level: int, title: str) -> None:
        """Go under a heading."""
        self.headings = under(self.headings, level, title)
        self.place = None
        if not self.fixed_topic:
            self.topic = ""

    def _fence(self, piece: Piece) -> None:
        """Give a fence to the card above it; claims and definitions need no card."""
        draft = self.draft
        if piece.name in ("claim", "define"):
            self._claim(piece, draft)
            return
        if draft is None:
            self._problem(
                piece.line, f"this {piece.name} fence follows no card; put it under its answer"
            )
            return
        draft.closed = True
        claimed = draft.check.statement if draft.check else None
        alone = draft.check is not None and draft.check == _only(draft.check)
        checked = draft.check if not (claimed and alone) else None
        if checked if piece.name == "check" else draft.derive:
            draft.spoiled = True
            self._problem(piece.line, f"this card has two {piece.name} fences; keep one")
        elif piece.name == "check":
            try:
                check = check_fence.parse(piece.body, piece.line + 1)
                if claimed:
                    check = replace(check, statement=claimed)
                draft.check = self._named(check)
                for number, message in check_fence.swallowed(piece.body):
                    self._problem(piece.line + 1 + number, message, "warning")
            except check_fence.CheckError as error:
                draft.spoiled = True
                self._problem(piece.line + 1 + error.line, error.message)
        else:
            written = {n: step for n, line in enumerate(piece.body) if (step := line.strip())}
            steps = tuple(written.values())
            if turned := turned_step(steps):
                self._problem(piece.line + 1 + list(written)[turned[0]], turned[1])
            if not 2 <= len(steps) <= _MOST_STEPS:
                draft.spoiled = True
                self._problem(
                    piece.line, f"a derive fence has 2 to {_MOST_STEPS} steps, one a line"
                )
            draft.derive = steps

    def _named(self, check: Check) -> Check:
        """Return a check whose claim is a fence of this note with that fence in it."""
        named = self.claims.get(check.claim or "")
        return check if named is None else replace(check, claim=None, statement=named)

    def _claim(self, piece: Piece, draft: Draft | None) -> None:
        """Take a claim or define fence; a problem in it spoils no card."""
        try:
            if piece.name == "define":
                claim_fence.definitions(piece.body)
                return
            statement = claim_fence.parse(piece.body, self.define)
        except claim_fence.FenceError as error:
            self._problem(piece.line + 1 + error.line, error.message)
            return
        finally:
            if draft is not None:
                draft.closed = True
        if draft is None:
            return
        if draft.check is not None and draft.check.statement is not None:
            self._problem(
                piece.line, "this card has two claim fences; the first is its claim", "warning"
            )
            return
        check = draft.check or Check(line=piece.line + 1)
        draft.check = replace(check, statement=statement.to_dict())

    def _problem(self, line: int, message: str, severity: Severity = "error") -> None:
        """Report what is wrong at a 0-based line."""
        if len(self.problems) == _MOST_PROBLEMS:
            message = "there are more problems below; mend these first"
        elif len(self.problems) > _MOST_PROBLEMS:
            return
        self.problems.append(Problem(self.path, line + 1, severity, message))


def _definitions(found: Sequence[Piece]) -> list[str]:
    """Return the lines of a note's define fences that can be read."""
    define: list[str] = []
    for piece in found:
        if piece.what is What.FENCE and piece.name == "define":
            with contextlib.suppress(claim_fence.FenceError):
                define += claim_fence.definitions(piece.body)
    return define


def _claims(found: Sequence[Piece], define: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the claim fences of a note that have a name, by their names."""
    claims: dict[str, dict[str, Any]] = {}
    for piece in found:
        if piece.what is What.FENCE and piece.name == "claim":
            with contextlib.suppress(claim_fence.FenceError):
                statement = claim_fence.parse(piece.body, define)
                if statement.id:
                    claims[statement.id] = statement.to_dict()
    return claims


def _only(check: Check) -> Check:
    """Return a check with the claim of another one alone."""
    return Check(line=check.line, statement=check.statement)


def _unknown_parameters(made: Sequence[Card]) -> list[str]:
    """Return the parameters in the texts of one block that its check does not give."""
    text = "\n".join(side for card in made for side in (card.prompt, card.answer))
    check = made[0].check
    return unknown_parameters(text, check.given if check else ())
