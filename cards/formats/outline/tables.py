"""Tables with a head, one card for each cell that says something of its row or its column.

A glossary asks what its terms mean; another table asks what a row has in a column, or, where the
first column names what is compared, what a column has in a row.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from cards.card import Kind
from cards.formats.blocks import below_headings
from cards.formats.outline.definitions import is_praise
from cards.formats.outline.general import specific
from cards.formats.outline.labels import DEEDS, NOUNS
from cards.formats.outline.question import Question
from cards.formats.outline.questions import subject_of
from cards.formats.outline.sections import Section
from cards.formats.outline.subjects import is_generic, is_subject
from cards.formats.outline.wording import (
    EMPTY,
    PREPOSITIONS,
    Masked,
    base_verb,
    content_words,
    is_plural,
    lower_first,
)

_RULE = re.compile(r" {0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$")
_CELL = re.compile(r"(?<!\\)\|")
_MEANING = re.compile(
    r"(?:definitions?|meanings?|descriptions?|explanations?|what it (?:is|means)|translation|"
    r"stands for|full form|expansion|what (?:it )?does)$",
    re.IGNORECASE,
)
"""The head of a column that tells what the first one means."""
_SPELT = re.compile(r"(?:stands for|full form|expansion|full name)$", re.IGNORECASE)
_COMPARED = re.compile(
    r"(?:features?|aspects?|propert(?:y|ies)|criteri(?:on|a)|characteristics?|attributes?|"
    r"comparison|factors?|basis|point|quality|)$",
    re.IGNORECASE,
)
"""The head of a first column that names what the other columns are compared by."""
_PROS = re.compile(
    r"(?:advantages?|pros?|benefits?|strengths?|positives?|for|disadvantages?|cons?)$",
    re.IGNORECASE,
)
"""The head of a first column of points, beside which others stand."""
_NO_COLUMN = re.compile(
    r"(?:examples?|notes?|comments?|remarks?|links?|sources?|references?|image|picture|diagram|"
    r"answers?|results?|status|done|date|time|day|week|(?:mon|tues|wednes|thurs|fri|satur|sun)day|page|chapter|no\.?|#|id|code|syntax|output|"
    r"input|usage|(?:other )?details?|professor|teacher|topic|course|class|total|sum|step|steps|"
    r"question|score|mark|marks|points|who|deadline|\d.*)$",
    re.IGNORECASE,
)
"""The head of a column that tells nothing to know by heart."""
_SYMBOL = re.compile(r"(?:symbols?|letters?|variables?|notation)$", re.IGNORECASE)
_QUANTITY = re.compile(r"(?:quantity|name|meaning|description|what)$", re.IGNORECASE)
_UNIT = re.compile(r"(?:si )?units?$", re.IGNORECASE)
"""The heads of a table that says what the letters of a formula stand for."""
_QUALITY = re.compile(
    r"(?:(?:time|space|worst|average|best|main|key|typical|common|default|si|chemical|normal|"
    r"mathematical|running|total) )*"
    r"(?:units?|formulas?|equations?|capitals?|symbols?|functions?|purposes?|complexity|causes?|"
    r"treatments?|doses?|dosage|ports?|protocols?|authors?|founders?|inventors?|year|registers?|"
    r"commands?|shortcut|values?|ranges?|speed|cost|price|size|length|width|weight|height|location|"
    r"position|structures?|products?|currency|language|charge|mass|density|temperature|pressure|"
    r"(?:boiling|melting|freezing) point|colou?rs?|frequency|origin|habitat|half-life|symptoms?|"
    r"signs?|side effects?|indications?|contraindications?|advantages?|disadvantages?|benefits?|"
    r"drawbacks?|limitations?|pros|cons|strengths?|weakness(?:es)?|use ?cases?|uses?|applications?|"
    r"features?|characteristics?|propert(?:y|ies)|goals?|objectives?|aims?|focus|roles?|effects?|"
    r"mechanisms?|mechanism of action|moa|targets?|enzymes?|hormones?|glands?|organs?|deficiency|"
    r"sources?|precursors?|substrates?|inverse|derivative|integral|mean|variance|median|domain|"
    r"abbreviation|acronym|full name|operators?|layers?|case|memory|stability|precision|capacity|"
    r"voltage|resistance|data type|return type|equivalent|opposite|antonyms?|synonyms?|plural|"
    r"past tense|participle|responsib(?:le|ility|ilities)|requirements?|duration|lifespan|onset|"
    r"storage|output gap|tax rate|discoverer|discovery|activation|condition|principles?)$",
    re.IGNORECASE,
)
"""The head of a column that names a quality, which one thing has."""
_PRIVATE = re.compile(
    r"(?:the )?(?:creds?|credentials|loot|users?|passwords?|logins?|hosts?|open ports|nmap.*|"
    r"scores|grades|marks|data(?:set)?|results|timetable|calendar|budget|contacts?)$",
    re.IGNORECASE,
)
"""A heading of what is noted down, not learnt."""
_TOTAL = re.compile(r"(?:grand )?(?:totals?|sum|average|all|other|others|overall)$", re.IGNORECASE)
"""A row that sums up the others."""
_COUNT = re.compile(
    r"(?:relative |cumulative )?(?:frequency|freq\.?|counts?|percent(?:age)?|observed|expected|n)$",
    re.IGNORECASE,
)
"""The head of a column of data."""
_QUESTION = re.compile(r"(?:questions?|front|prompt|q)$", re.IGNORECASE)
_ANSWER = re.compile(r"(?:answers?|back|a)$", re.IGNORECASE)
"""The heads of columns of questions that somebody wrote, and of their answers."""
_LONGEST, _LONGEST_HEAD, _LONGEST_ROW, _LONGEST_LETTER = 160, 4, 6, 14
_MOST_COLUMNS, _MOST_ROWS = 5, 24
_WORD = re.compile(r"[^\W\d_]{2}")


def rows(lines: Sequence[str]) -> Iterator[tuple[Section, Question]]:
    """Yield the questions of the tables of a note."""
    for number, line, titles in below_headings(lines):
        if number and "-" in line and "|" in line and _RULE.match(line):
            head = _cells(lines[number - 1])
            if not 2 <= len(head) <= _MOST_COLUMNS:
                continue
            headings = titles or ("Glossary",)
            body = [row for row in _body(lines, number + 1, len(head)) if any(row[1])]
            section = Section(headings, number)
            if any(_PRIVATE.match(title) for title in headings):
                continue
            asks, tells = _column(head, _QUESTION), _column(head, _ANSWER)
            if asks is not None and tells is not None:
                for row, cells in body:
                    prompt, told = cells[asks], cells[tells]
                    if prompt and told:
                        yield section, Question(prompt, told, Kind.BASIC, row, sure=True, own=True)
                continue
            if len(body) > _MOST_ROWS and not _MEANING.match(head[1]):
                continue  # data, not facts
            if len(body) == 1 and not _MEANING.match(head[1]):
                continue  # what one thing is, often the note
            for question in _asked(head, body, subject_of(headings)):
                yield section, question


def _column(head: Sequence[str], named: re.Pattern[str]) -> int | None:
    """Return the number of the first column whose head is named so, None where there is none."""
    return next((n for n, name in enumerate(head) if named.match(name)), None)


def _body(lines: Sequence[str], first: int, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table below its head, each with its line."""
    for row in range(first, len(lines)):
        cells = _cells(lines[row])
        if len(cells) != columns:
            return
        yield row, cells


def _asked(
    head: Sequence[str], body: Sequence[tuple[int, list[str]]], subject: str
) -> Iterator[Question]:
    """Yield what a table asks: what a row has in each column, or each column in a row."""
    if _PROS.match(head[0]):
        return  # two lists side by side: a row has nothing in common
    compared = len(head) > len(("by", "what")) and _COMPARED.match(head[0])
    if _SYMBOL.match(head[0]) or (body and all(_is_letter(cells[0]) for _, cells in body)):
        yield from _units(head, body, subject)
        return
    first = Counter(cells[0] for _, cells in body)
    columns = [n for n in range(1, len(head)) if _is_head(head[n], bool(compared))]
    for line, cells in body:
        if not cells[0] or first[cells[0]] > 1 or not _is_name(cells[0]):
            continue
        if _TOTAL.match(cells[0]):
            continue
        for n in columns:
            column = Counter(other[n] for _, other in body)
            told = cells[n]
            if len(told) < len("ab") or len(told) > _LONGEST or is_praise(told):
                continue
            if column[told] > 1 or (_COUNT.match(head[n]) and told.strip(" %")[:1].isdigit()):
                continue
            if compared:
                prompt = _of(cells[0], head[n], subject, bool(head[0]))
            elif _MEANING.match(head[n]):
                prompt = _means(cells[0], head[n], subject)
            else:
                prompt = _of(head[n], cells[0], subject)
            if prompt:
                yield Question(
                    prompt, told, Kind.BASIC, line, under="Meaning", sure=True, named=True
                )


def _is_letter(cell: str) -> bool:
    """Whether a cell is one letter of a formula, which means nothing without it."""
    return len(cell) <= _LONGEST_LETTER and cell[:1] == cell[-1:] == "$"


def _units(
    head: Sequence[str], body: Sequence[tuple[int, list[str]]], subject: str
) -> Iterator[Question]:
    """Yield in what units quantities are told, of a table of the letters of a formula."""
    names, units = _column(head, _QUANTITY), _column(head, _UNIT)
    if names is None or units is None:
        return
    for line, cells in body:
        name, unit = cells[names].rstrip("."), cells[units].rstrip(".")
        known = is_subject(name) and not is_generic(name) and len(name.split()) < _LONGEST_HEAD
        if known and unit and len(unit) < _LONGEST_LETTER + len(unit.split()[0]):
            asks = f"In what unit is {lower_first(name)} measured?"
            yield Question(asks, unit, Kind.BASIC, line, under="Meaning", sure=True, named=True)


def _is_head(head: str, compared: bool) -> bool:
    """Whether the head of a column names what its cells tell."""
    words = head.split()
    return 0 < len(words) <= _LONGEST_HEAD and (compared or not _NO_COLUMN.match(head))


def _is_name(cell: str) -> bool:
    """Whether the first cell of a row names something."""
    short = len(cell.split()) <= _LONGEST_ROW and not cell.endswith((".", ",", ":"))
    return short and bool(_WORD.search(cell) or "$" in cell or cell[:1] == "`")


def _place(subject: str, *said: str) -> str:
    """Return where a question belongs, in brackets, unless its words say it."""
    known = content_words(" ".join(said))
    return "" if not subject or is_generic(subject) or content_words(subject) & known else subject


def _means(term: str, head: str, subject: str) -> str:
    """Return the question what a term means, or what its letters stand for."""
    if _SPELT.match(head):
        return f"What does {term} stand for?"
    place = _place(subject, term)
    return f"What is “{term}”{f' in {place}' if place else ''}?"


def _of(what: str, whose: str, subject: str, compared: bool = False) -> str:
    """Return the question what something has: "What is the capital of France?"."""
    verb = "are" if is_plural(what) else "is"
    if used := re.match(r"used? (by|for|in|to|as|when)\b", what, re.IGNORECASE):
        asked = f"What is {whose} used {used[1].lower()}?"
    elif not _is_noun(what):
        asked = f"{whose}: {lower_first(what).rstrip('?')}?"
    else:
        asked = f"What {verb} the {_small(what)} of {whose}?"
    place = _place(subject, what, whose)
    if not (place or subject or specific(whose) or specific(what)):
        return ""  # "the time of the worst case", of nobody knows what
    quality = _QUALITY.match(re.sub(r"\s*\([^()]*\)", "", what).strip())
    if " the " in asked and not quality and not compared:
        return ""  # "the cat of the document", of two columns that only stand side by side
    return f"({place}) {asked}" if place and not (specific(whose) and specific(what)) else asked


_ASKS = re.compile(
    r"(?:how|what|where|when|why|who|is|has|can(?:not|['’]t)?|does|must|should|may|will|uses?)\b"
    r"|.*\b(?:can(?:not)?|used|(?!speed|breed)\w{3,}[^e]ed)$"
    r"|(?:remove|insert|delete|search|access|add|find|get|set|update|push|pop|read|write)$",
    re.IGNORECASE,
)


def _is_noun(head: str) -> bool:
    """Whether the head of a column names a quality, as "capital" does, not "Filters on"."""
    words = re.sub(r"\(.*?\)", "", head).lower().split() or [head]
    deed = base_verb(words[0]) in DEEDS and words[0] not in NOUNS
    return not (_ASKS.match(" ".join(words)) or words[-1] in PREPOSITIONS or deed)


def _small(name: str) -> str:
    """Return the head of a column as it stands in a sentence: small, but for letters and names."""
    words = name.split()
    plain = [word.lower() if re.fullmatch(r"[A-Z][a-z'’/-]+", word) else word for word in words]
    return " ".join(plain[:1] + [w if w.lower() not in EMPTY else w.lower() for w in plain[1:]])


def _cells(line: str) -> list[str]:
    """Return the cells of a row as they read; none for a line that is no row."""
    if "|" not in line:
        return []
    said = [Masked(cell) for cell in _CELL.split(line.strip().strip("|"))]
    return [masked.whole(masked.text).strip() for masked in said]
