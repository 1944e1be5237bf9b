"""Tables of two columns that explain terms, as a glossary does: one card a row."""

import re
from collections.abc import Iterator, Sequence

from cards.card import Kind
from cards.formats.blocks import heading
from cards.formats.outline.question import Question
from cards.formats.outline.questions import subject_of
from cards.formats.outline.sections import Section
from cards.formats.outline.subjects import is_generic
from cards.formats.outline.wording import Masked, content_words

_RULE = re.compile(r" {0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$")
_CELL = re.compile(r"(?<!\\)\|")
_TERM = re.compile(
    r"(?:terms?|name|words?|concepts?|symbols?|notation|acronyms?|abbreviations?|keywords?|"
    r"expression|phrase|variable|parameter|command|operator|law|element|unit|quantity)s?$",
    re.IGNORECASE,
)
_MEANING = re.compile(
    r"(?:definitions?|meanings?|descriptions?|explanations?|stands for|what it (?:is|means|does)|"
    r"translation|purpose|full form|expansion)$",
    re.IGNORECASE,
)


def glossaries(lines: Sequence[str]) -> Iterator[tuple[Section, Question]]:
    """Yield a question for each row of a table whose columns are a term and what it means."""
    titles: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        if titled := heading(line):
            titles = [one for one in titles if one[0] < titled[0]] + [titled]
        elif number and _RULE.match(line) and _explains(lines[number - 1]):
            headings = tuple(title for _, title in titles if title) or ("Glossary",)
            section = Section(headings, number)
            for row in range(number + 1, len(lines)):
                cells = _cells(lines[row])
                if len(cells) != 2:
                    break
                if all(cells):
                    yield section, _question(cells[0], cells[1], subject_of(headings), row)


def _question(term: str, meaning: str, subject: str, line: int) -> Question:
    """Return the question what a term means."""
    known = not subject or is_generic(subject) or content_words(subject) & content_words(term)
    place = "" if known else f" in {subject}"
    masked = Masked(meaning)
    return Question(
        f"What is “{Masked(term).whole(Masked(term).text)}”{place}?",
        masked.whole(masked.text),
        Kind.BASIC,
        line,
        under="Meaning",
        sure=True,
    )


def _explains(line: str) -> bool:
    """Whether a table's first row names a term and what it means."""
    cells = [Masked(cell).text.strip() for cell in _cells(line)]
    return len(cells) == 2 and bool(_TERM.match(cells[0]) and _MEANING.match(cells[1]))


def _cells(line: str) -> list[str]:
    """Return the cells of a row; none for a line that is no row."""
    if "|" not in line:
        return []
    return [cell.strip() for cell in _CELL.split(line.strip().strip("|"))]
