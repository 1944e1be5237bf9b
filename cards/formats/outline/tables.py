"""Tables with a head, one card for each cell that says something of its row or its column.

A glossary asks what its terms mean; another table asks what a row has in a column, or, where the
first column names what is compared, what a column has in a row.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from cards.card import Kind
from cards.formats.blocks import below_headings
from cards.formats.outline import terms
from cards.formats.outline.definitions import is_praise
from cards.formats.outline.general import specific
from cards.formats.outline.headings import subject_of
from cards.formats.outline.labels import DEEDS, NOUNS
from cards.formats.outline.question import Question
from cards.formats.outline.sections import Section
from cards.formats.outline.subjects import is_field, is_generic, is_subject
from cards.formats.outline.wording import (
    EMPTY,
    PREPOSITIONS,
    Masked,
    base_verb,
    content_words,
    has_formula,
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
_GRADE = re.compile(
    r"(?:(?:very|fairly|quite|relatively|mostly|usually|often|only|extremely) )?"
    r"(?:low|high|medium|moderate|fast|slow|quick|easy|hard|difficult|good|bad|poor|best|worst|fair|"
    r"excellent|yes|no|none|n/?a|automatic|manual|universal|limited|full|partial|strong|weak|"
    r"simple|complex|small|large|big|many|few|long|short|variable|varies|unlimited|required|"
    r"optional|supported|rare|common|always|never|sometimes|cheap|expensive|free|paid|better|"
    r"average|normal|minimal|significant|flexible|rigid|stable|built-in)"
    r"(?:[-/ ](?:to[- ])?(?:low|high|medium|moderate|term|good|large|slow|fast|hard))*"
    r"(?: \([^()]*\))?\W*$"
    r"|(?:(?:much|slightly|often|usually) )?(?:more|less|higher|lower|better|worse|faster|slower|"
    r"larger|smaller|poor)\b",
    re.IGNORECASE,
)
"""A cell that grades a thing beside others, and tells nothing of it alone."""
_SUPERLATIVE = re.compile(
    r"(?:the )?(?:\w{3,}(?:est|[^aeiouy]er|ier)|(?:most|least) \w+)(?: \([^()]*\))?\W*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r" (?:is|are|was|were|can|must|should|has|have|will) ")
_LANGUAGE = re.compile(
    r"(?:the )?(?P<name>english|spanish|french|german|italian|portuguese|dutch|swedish|norwegian|"
    r"danish|finnish|polish|czech|slovak|hungarian|romanian|russian|ukrainian|greek|latin|turkish|arabic|"
    r"hebrew|persian|hindi|urdu|bengali|tamil|chinese|mandarin|cantonese|japanese|korean|thai|"
    r"vietnamese|indonesian|malay|swahili|irish|welsh|catalan|basque|esperanto|sanskrit|icelandic)"
    r"(?: (?:words?|terms?|phrases?|translations?|meanings?))?$",
    re.IGNORECASE,
)
"""The head of a column of words of one language."""
_MONEY = re.compile(
    r"(?:total )?(?:costs?|prices?|fees?|salary|amount|balance|stock)$", re.IGNORECASE
)
_FIELD_TYPE = re.compile(
    r"(?:var)?char\b|int(?:eger)?\b|bigint|bool(?:ean)?$|str(?:ing)?\b|number$|float$|double$|"
    r"date(?:time)?$|timestamp|text$|uuid|serial|enum|object$|array$|list$|dict$|any$",
    re.IGNORECASE,
)
"""What a cell says of a field of somebody's table, or of an argument of a function."""
_QUALITATIVE = re.compile(
    r"[A-Z]?[a-z-]{2,}(?:al|ive|ous|ic|ian|ary|able|ible|[^e]ed|ized|ised)$"
    r"|(?:large|small|medium|low|high|fast|slow|old|new|early|late|good|bad|first|second|third)$",
    re.IGNORECASE,
)
"""The head of a column that is an adjective, of a noun that another line has."""
_YEAR, _SPAN = re.compile(r"\d{3,4}(?: (?:BCE?|CE|AD))?$"), re.compile(r"\d{3,4} ?[-–] ?\d{3,4}$")
_DONE = re.compile(
    r"(?:founded|established|released|invented|discovered|published|built|introduced)$", re.I
)
_LIVED = re.compile(r"(?:years?|dates?|lived|life ?span|life ?time)$", re.IGNORECASE)
_BREAK = re.compile(r"[;,. ]*(?:<br ?/?>\s*)+", re.IGNORECASE)
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
_FEWEST_TOLD = 3
_MOST_COLUMNS, _MOST_ROWS = 5, 24
_WORD = re.compile(r"[^\W\d_]{2}")
_WORDS = re.compile(r"[^\W_][,)]? \(?[^\W_]")


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
            said = content_words(" ".join(headings))
            versus = not head[0] and all(content_words(name) <= said for name in head[1:])
            head = ["Feature", *head[1:]] if versus else head  # "IPv4 vs IPv6"
            for question in _asked(head, body, subject_of(headings)):
                yield section, question


def _column(head: Sequence[str], named: re.Pattern[str]) -> int | None:
    """Return the number of the first column whose head is named so, None where there is none."""
    return next((n for n, name in enumerate(head) if named.match(name)), None)


def _body(lines: Sequence[str], first: int, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table below its head, each with its line."""
    for row in range(first, len(lines)):
        cells = _cells(lines[row])
        if not cells or any(cells[columns:]):
            return
        yield row, (cells + [""] * columns)[:columns]


def _asked(
    head: Sequence[str], body: Sequence[tuple[int, list[str]]], subject: str
) -> Iterator[Question]:
    """Yield what a table asks: what a row has in each column, or each column in a row."""
    if _PROS.match(head[0]):
        return  # two lists side by side: a row has nothing in common
    spoken = [n for n, name in enumerate(head) if _LANGUAGE.match(name)]
    if len(spoken) > 1 and spoken[0] == 0:
        yield from _words(head[spoken[1]], spoken[1], body)
        return
    compared = len(head) > len(("by", "what")) and _COMPARED.match(head[0])
    if _SYMBOL.match(head[0]) or (body and all(_is_letter(cells[0]) for _, cells in body)):
        yield from _units(head, body, subject)
        return
    if any(_FIELD_TYPE.match(cell.strip("`")) for _, cells in body for cell in cells[1:]):
        return  # the fields of one table, or the arguments of one function
    pairs = len(head) == len(("by", "what")) and _COMPARED.match(head[0])
    if pairs and not _MEANING.match(head[1]):
        yield from _own(body, subject)
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
            counted = _COUNT.match(head[n]) or _MONEY.match(head[n])
            if column[told] > 1 or (counted and told.strip(" $£€₹%")[:1].isdigit()):
                continue
            means = not compared and bool(_MEANING.match(head[n]))
            if means:
                prompt = _means(cells[0], head[n], subject)
            elif compared:
                prompt = _of(cells[0], head[n], told, subject, bool(head[0]))
            else:
                prompt = _of(head[n], cells[0], told, subject)
            if prompt:
                doubt = _doubt(
                    head[n] if compared else cells[0], told, prompt, means, bool(compared)
                )
                yield Question(
                    prompt,
                    told,
                    Kind.BASIC,
                    line,
                    under="Meaning",
                    sure=True,
                    named=True,
                    doubt=doubt,
                )


def _words(language: str, column: int, body: Sequence[tuple[int, list[str]]]) -> Iterator[Question]:
    """Yield what the words of the first column are in another language."""
    found = _LANGUAGE.match(language)
    for line, cells in body:
        if found and cells[0] and cells[column]:
            prompt = f"What is “{cells[0]}” in {found['name'].capitalize()}?"
            yield Question(
                prompt, cells[column], Kind.BASIC, line, under="Meaning", sure=True, named=True
            )


def _own(body: Sequence[tuple[int, list[str]]], subject: str) -> Iterator[Question]:
    """Yield what the one thing that a table is about has: "What is the boiling point of water?"."""
    if not subject or not specific(subject):
        return
    for line, (what, told) in body:
        if _QUALITY.match(what) and len("ab") <= len(told) <= _LONGEST and not is_praise(told):
            prompt = f"What {'are' if is_plural(what) else 'is'} the {_small(what)} of {subject}?"
            doubt = _doubt(subject, told, prompt, False, True)
            yield Question(
                prompt, told, Kind.BASIC, line, under="Meaning", sure=True, named=True, doubt=doubt
            )


def _doubt(whose: str, told: str, prompt: str, means: bool, compared: bool) -> str:
    """Return why few would keep a card of a cell: it grades, or what it is of has no name."""
    if _GRADE.match(told) or _SUPERLATIVE.match(told):
        return "its answer grades a thing beside others"
    if _STANDS.match(Masked(prompt).text):
        return "what the head of the column says makes no question"
    if content_words(told) == content_words(whose):
        return "the question gives its answer away"
    if _MEASURED.match(told):
        return "its answer is a figure of one study"
    if _PLANNED.match(whose):
        return "it names what only the note can show"
    if " the value of " in prompt and not re.search(r"[\d$`]", told):
        return "what the head of the column says makes no question"
    if _CLAUSE.search(whose):
        return "what it asks for is a sentence, not a term"
    bare = len(told.split()) < _FEWEST_TOLD and not has_formula(Masked(told).text)
    if means and bare and (whose[:1] != "`" or not _WORD.search(told)):
        return "its answer is too short to say what the term means"
    if means and whose[:1] != "`" and not (_WORDS.search(told) or has_formula(Masked(told).text)):
        return "its answer is too short to say what the term means"
    if means and whose[:1] not in "`$" and (fault := terms.fault_of(whose, told, True)):
        return fault
    if not re.search(r"[\w$`]", whose[:1]):
        return f"“{whose}” is no term"
    if not means and _QUALITATIVE.match(whose) and (compared or not specific(whose)):
        return f"“{whose}” is an adjective without its noun"
    if compared and (_NO_COLUMN.match(whose) or _MEANING.match(whose)):
        return f"“{whose}” names no thing that is compared"
    return ""


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
    return "" if not is_field(subject) or content_words(subject) & known else subject


def _means(term: str, head: str, subject: str) -> str:
    """Return the question what a term means, or what its letters stand for."""
    if _SPELT.match(head):
        return f"What does {term} stand for?"
    place = _place(subject, term)
    return f"What is “{term}”{f' in {place}' if place else ''}?"


def _of(what: str, whose: str, told: str, subject: str, compared: bool = False) -> str:
    """Return the question what something has: "What is the capital of France?"."""
    verb = "are" if is_plural(what) else "is"
    if _LIVED.match(what) and _SPAN.match(told):
        return f"When did {whose} live?"
    if _DONE.match(what) and _YEAR.match(told):
        asked = f"In which year was {whose} {what.lower()}?"
    elif re.match(r"(?:year|date)s?$", what, re.IGNORECASE) and _YEAR.match(told):
        asked = f"In which year: {whose}?"
    elif used := re.match(r"used? (by|for|in|to|as|when)\b", what, re.IGNORECASE):
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
    return f"({place}) {asked}" if place else asked


_MEASURED = re.compile(r"[\d.,]+ ?%? ?(?:\*+|±|\(±)")
"""A figure with its spread, or one marked as significant."""
_PLANNED = re.compile(
    r"(?:week|day|sprint|milestone|month|phase|session|lesson|lecture|q)s? ?#?\d", re.IGNORECASE
)
"""A row of a plan, which says when."""
_NUMBERED = re.compile(r"^\d{1,2}[.)] +(?=[^\W\d])")
"""The number of a row before its name: "1. Product"."""
_STANDS = re.compile(r"(?!In which )(?:\([^()]*\) )?[^:]+: [^:]+\?$")
"""A question of a name and the head of a column with nothing between them but a colon."""
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
    return bool(_QUALITY.match(head)) or not (
        _ASKS.match(" ".join(words)) or words[-1] in PREPOSITIONS or deed
    )


def _small(name: str) -> str:
    """Return the head of a column as it stands in a sentence: small, but for letters and names."""
    words = name.split()
    plain = [word.lower() if re.fullmatch(r"[A-Z][a-z'’/-]+", word) else word for word in words]
    return " ".join(plain[:1] + [w if w.lower() not in EMPTY else w.lower() for w in plain[1:]])


def _cells(line: str) -> list[str]:
    """Return the cells of a row as they read; none for a line that is no row."""
    if "|" not in line:
        return []
    parts = _CELL.split(line.strip().strip("|"))
    said = [Masked(_BREAK.sub("; ", cell.strip()) if "<" in cell else cell) for cell in parts]
    cells = [masked.whole(masked.text).strip(" ;") for masked in said]
    first = _NUMBERED.sub("", cells[0].partition("; ")[0].rstrip(": "))
    return [first, *cells[1:]]
