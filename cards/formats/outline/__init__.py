"""Plain outlines become cards: sections to topics, items to questions, questions to cards."""

from collections import defaultdict

from cards.card import Card, Kind
from cards.formats.outline.questions import ask, ask_parts
from cards.formats.outline.sections import cut, is_outline
from cards.formats.outline.wording import content_words
from cards.formats.source import deck_of
from cards.formats.topics import topic_of
from cards.identity import identify
from cards.note import Note, Problem

__all__ = ["is_outline", "read"]


def read(path: str, text: str, deck: str | None = None) -> Note:
    """Return the cards of a plain outline; ``deck`` is the file's name unless given."""
    name = deck_of(path)
    sections, missing = cut(text.split("\n"))
    problems = [
        Problem(
            path, 1, "note", f"“{title}” is in the list of titles, but has no text; add its section"
        )
        for title in missing
    ]
    parts: dict[str, list[str]] = defaultdict(list)
    for section in sections:
        for stage in section.headings[1:2]:
            parts[section.headings[0]].append(stage)
    cards: dict[str, Card] = {}
    asked: set[str] = set()
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
        title, *stages = section.headings
        topic = topic_of([(1, title), *((3, stage) for stage in stages)], name)
        failed: list[tuple[int, Exception]] = []
        questions = [*ask_parts(title, parts.get(title, ()), section.line), *ask(section, failed)]
        problems += [Problem.unread(path, line + 1, error) for line, error in failed]
        for question in questions:
            if not question.prompt.strip() or not question.answer.strip():
                continue  # of a line with little but signs nothing is left
            id = identify(question.kind.value, question.prompt, question.answer)
            same = {f"{topic} {question.prompt}"}
            if question.kind is Kind.CLOZE:
                words = " ".join(sorted(content_words(question.answer)))
                same.add(f"{section.headings} {words}")
            if id in cards or same & asked:
                continue
            asked |= same
            cards[id] = Card(
                id,
                f"{identify('item', path, section.headings[-1])}.{question.line}",
                deck or name,
                topic,
                section.headings,
                question.kind,
                question.prompt,
                question.answer,
                path,
                question.line + 1,
            )
    return Note(path, tuple(cards.values()), tuple(problems))
