"""Plain outlines become cards: sections to topics, items to questions, questions to cards."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cards.card import Card, Check, Kind
from cards.formats import front_matter
from cards.formats.front_matter import FrontMatter
from cards.formats.outline import commands, parts
from cards.formats.outline.adjectives import without_article
from cards.formats.outline.articles import with_article
from cards.formats.outline.asked import own_questions
from cards.formats.outline.deeds import with_verb
from cards.formats.outline.fields import option_fault, with_field
from cards.formats.outline.general import specific
from cards.formats.outline.headings import NUMBERING
from cards.formats.outline.judge import Manner, Seen, Surroundings, doubt, is_settled
from cards.formats.outline.language import (
    NOT_ENGLISH,
    has_known_articles,
    is_english,
    neutral,
    uncertain,
    unsaid,
)
from cards.formats.outline.persons import of_person
from cards.formats.outline.proposal import Proposal
from cards.formats.outline.question import Question
from cards.formats.outline.questions import ask
from cards.formats.outline.sections import Section, cut, is_outline
from cards.formats.outline.subjects import is_made_up, is_subject
from cards.formats.outline.tables import rows
from cards.formats.outline.wording import content_words
from cards.formats.outline.worth import own_fault, why_not
from cards.formats.source import deck_of
from cards.formats.topics import topic_of
from cards.formats.yaml_text import YamlError
from cards.identity import identify
from cards.note import LeftOut, Note, Problem

__all__ = ["is_outline", "read"]

_NUMBERING = re.compile(
    r"^[\d\W_]+|[\W_]*(?:notes?|summary|cheat ?sheet)(?:\W*\d+)?$", re.IGNORECASE
)
_DRAWING = re.compile(r"\ufeff?---\s(?:[^\n]*\n){0,12}?excalidraw-plugin:")
"""The front matter of a drawing that Obsidian keeps in a note."""


def read(path: str, text: str, deck: str | None = None, everything: bool = False) -> Note:
    """Return the cards of a plain outline or of prose.

    `deck` overrides the front matter's; without either the deck is named after the file.

    What is not worth a card is left out with the reason, unless `everything` is asked for.
    """
    if _DRAWING.match(text):
        return Note(path, (), (), left_out=(LeftOut(1, deck_of(path), "it is a drawing"),))
    front = _front_matter(text)
    name = front.title or deck_of(path)
    lines = without_front_matter(text.split("\n"))
    marked = any(line.startswith("#") for line in lines)
    title = _title_of(name, "\n".join(lines))
    own, lines = own_questions(lines, title or name)
    sections, missing = cut(lines, title, name if marked else "")
    if not any(section.items for section in sections):
        sections, missing = cut(lines, "", name)  # a note of sentences alone, with no title
    problems = [
        Problem(
            path, 1, "note", f"“{title}” is in the list of titles, but has no text; add its section"
        )
        for title in missing
    ]
    maker = _Maker(path, deck or front.deck or deck_of(path), name, everything, lines)
    maker.foreign = not is_english(text)
    maker.articled = maker.foreign and has_known_articles(text)
    stages: dict[str, list[str]] = defaultdict(list)
    for section in sections:
        for stage in section.headings[1:2]:
            stages[section.headings[0]].append(stage)
    for section in sections:
        if section.guessed:
            problems.append(
                Problem(
                    path,
                    section.line + 1,
                    "note",
                    f"these lines have no heading; they are put under “{section.headings[-1]}” of "
                    "the list of titles, whose heading is missing; add it above this line",
                )
            )
        first = section.headings[0]
        failed: list[tuple[int, Exception]] = []
        for question in parts.of_title(first, stages.get(first, ()), section.line):
            maker.take(question, section)
        for question in ask(section, failed):
            maker.take(question, section)
        problems += [Problem.unread(path, line + 1, error) for line, error in failed]
    for section, question in (*own, *rows(lines), *commands.asked(lines)):
        maker.take(question, section)
    maker.finish()
    cards = sorted(maker.cards.values(), key=lambda card: card.line)
    return Note(path, tuple(cards), tuple(problems), left_out=tuple(maker.left_out))


@dataclass(frozen=True, slots=True)
class _Taken:
    """A question of a section, its prompt as asked, and what the rules say against it."""

    question: Question
    section: Section
    card: Proposal
    reason: str

    @property
    def opening(self) -> str:
        """The first words of the prompt, by which those that ask alike are known."""
        return " ".join(self.card.prompt.split(" ", 3)[:3])


class _Maker:
    """Makes cards of questions: each once, and only those worth keeping."""

    def __init__(
        self, path: str, deck: str, name: str, everything: bool, lines: Sequence[str]
    ) -> None:
        self.path, self.deck, self.name, self.everything = path, deck, name, everything
        self.foreign, self.articled, self.lines = False, False, lines
        self.cards: dict[str, Card] = {}
        self.left_out: list[LeftOut] = []
        self._asked: set[str] = set()
        self._taken: list[_Taken] = []

    def take(self, question: Question, section: Section) -> None:
        """Take a question, and what the rules say of it, until all of the note are known."""
        if question.fault:
            self._leave(question, question.fault)
            return
        if not question.prompt.strip() or not question.answer.strip():
            return  # of a line with little but signs nothing is left
        prompt = question.prompt
        if self.foreign and not question.own:
            prompt = neutral(prompt)
        headings, under, named = section.headings, question.under, question.named
        card = Proposal.of(prompt, question.answer, question.kind, headings, under, named)
        reason = self._fault(question, card) or question.doubt
        self._taken.append(_Taken(question, section, card, reason))

    def _fault(self, question: Question, card: Proposal) -> str:
        """Return what the rules say against a card."""
        if question.own:  # what a question with options leaves unsaid, they show
            return own_fault(card) if card.kind is Kind.BASIC else ""
        if not card.prompt:
            return NOT_ENGLISH
        unsure = ""
        if self.articled:
            unsure = uncertain(card.prompt, card.answer, card.named)
        elif self.foreign:
            unsure = unsaid(card.prompt, self.lines[question.line])
        return unsure or why_not(card)

    def finish(self) -> None:
        """Make cards of what was taken, or say why not."""
        note, near = Counter[bool](), Counter[tuple[tuple[str, ...], bool]]()
        alike = Counter[tuple[tuple[str, ...], str]]()
        for one in self._taken:
            note[bool(one.reason)] += 1
            near[one.section.headings, bool(one.reason)] += 1
            alike[one.section.headings, one.opening] += not one.reason
        manner = Manner.of("\n".join(self.lines))
        for one in self._taken:
            reason, headings = one.reason, one.section.headings
            if not (self.foreign or self.everything or one.question.own or one.question.doubt):
                left, kept = bool(reason), not reason  # of the card itself
                around = Surroundings.of(
                    (note[True] - left, note[False] - kept),
                    (near[headings, True] - left, near[headings, False] - kept),
                    alike[headings, one.opening] - kept,
                    manner,
                )
                settled = is_settled(one.question)
                line = self.lines[one.question.line]
                reason = doubt(Seen(one.card, around, line, reason, settled))
            self._make(one, reason)

    def _make(self, one: "_Taken", reason: str) -> None:
        """Make a card of a question unless there is a reason not to."""
        question, section = one.question, one.section
        prompt, answer = one.card.prompt, one.card.answer
        if question.kind is Kind.BASIC and not (question.own or self.foreign):
            prompt = parts.in_a_question(without_article(prompt))
            prompt = of_person(prompt, answer, self.lines)
            prompt, answer = with_verb(prompt, answer)
            prompt = with_field(with_article(prompt), section.headings, section.note)
            reason = reason or option_fault(prompt)
        if reason and (not self.everything or not prompt):
            self._leave(question, reason)
            return
        title, *stages = section.headings
        topic = topic_of([(1, title), *((3, stage) for stage in stages)], self.name)
        id = identify(question.kind.value, prompt, answer)
        same = {prompt if prompt.endswith(" stand for?") else f"{topic} {prompt}"}
        if question.kind is Kind.CLOZE:
            same.add(f"{section.headings} {' '.join(sorted(content_words(answer)))}")
        if id in self.cards or same & self._asked:
            self._leave(question, "another card asks the same")
            return
        self._asked |= same
        line = question.line + 1
        family = f"{identify('item', self.path, section.headings[-1])}.{question.line}"
        check = Check(order=question.order, line=line) if question.order else None
        if question.choices:
            check = Check(answer=answer, choices=question.choices, line=line)
        headings = section.headings
        self.cards[id] = Card(
            id, family, self.deck, topic, headings, question.kind, prompt, answer, self.path, line,
            check,
        )  # fmt: skip

    def _leave(self, question: Question, reason: str) -> None:
        self.left_out.append(LeftOut(question.line + 1, question.prompt, reason))


def _title_of(name: str, text: str) -> str:
    """Return what a note is about, as its name says it; empty where that says nothing.

    A name in one word is taken apart at its capitals, unless the text writes it so: "LangChain".
    """
    bare = _NUMBERING.sub("", name)
    if is_made_up(bare):
        return ""
    joined = r"_+" if " " in name else r"[_-]+"
    if " " not in name and bare not in text:
        joined += r"|(?<=[a-z])(?=[A-Z])"
    words = NUMBERING.sub("", re.sub(joined, " ", bare).strip()).lstrip(" -–—")
    return words if is_subject(words) and specific(words) else ""


def _front_matter(text: str) -> FrontMatter:
    """Return the front matter of a note; nothing of one that cannot be read."""
    try:
        return front_matter.read(text.split("\n"))
    except YamlError:
        return FrontMatter()


def without_front_matter(lines: list[str]) -> list[str]:
    """Return the lines of a note with those of its front matter blank."""
    try:
        first = front_matter.read(lines).lines
    except YamlError:
        first = next((n + 1 for n, one in enumerate(lines) if n and one.rstrip() == "---"), 0)
    return [""] * first + lines[first:]
