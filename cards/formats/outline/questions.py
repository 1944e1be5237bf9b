"""From the items of an outline to questions with one clear answer; what gives none is left out.

In order of preference: chains of arrows, labels, lists of parts, formulas, definitions, reasons,
what an abbreviation stands for, and gaps in what is left.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from cards.card import HIDDEN, Kind
from cards.formats.outline import (
    answers,
    commands,
    definitions,
    facts,
    formulas,
    gaps,
    labels,
    laws,
    literature,
    meanings,
    named,
    patterns,
    quantities,
    statements,
    subjects,
)
from cards.formats.outline.general import specific
from cards.formats.outline.nesting import (
    BRACKETED,
    CODED,
    LONGEST_NAME,
    Above,
    with_colons,
    with_own_words,
)
from cards.formats.outline.question import Question
from cards.formats.outline.sections import LONGEST_ITEM, Item, Section
from cards.formats.outline.wording import (
    EMPTY,
    LEANING,
    MASKED,
    MASKS,
    NUMBERS,
    Masked,
    acronyms,
    base_verb,
    bold_in,
    content_words,
    has_formula,
    initialled,
    is_plural,
    lower_first,
    sentences,
    upper_first,
)
from cards.note import FAILURES

_NUMBERING = re.compile(
    r"^(?:(?:ch(?:apter)?|lec(?:ture)?|lesson|unit|module|week|part|section|topic|"
    r"day)\.? ?\d+[\d.]*\W*|W\d+[A-Z]\d+\W+)?"
    r"(?:[\W_]|\d+(?![A-Za-z\d]))*(?:\d+[\d.):]+\s*)?(?:(?:[ivxIVX]+|[A-Za-z])[.)]\s+)?",
    re.IGNORECASE,
)
_SHEET = re.compile(
    r"(?:(?:mid-?term|final|photo|case|paper|exam|quiz)s? ?(?:\d|exam|review)|w\d+n\d)", re.I
)
"""How a heading begins that names a sheet of paper or a sitting, and no subject."""
_TO_LAST_WORD = re.compile(rf".*[\w{MASKS}’')\]+]")
_LONGEST_PROMPT = 420
_LONGEST_ANSWER = 260
_LONGEST_LEAD = 220
_OF_NOTHING = re.compile(
    r"(?:there are|we have|it has|these are|they are|consists of)? ?(?:\w+ )?(?:\w+ )?(?:types|"
    r"kinds|ways|cases|options|parts|steps|forms|approaches|categories|classes|questions|things|points)"
    r"\W*$",
    re.IGNORECASE,
)
"""What announces a list and says no more than how many of what sort stand in it."""
_SORTS_OF = re.compile(
    r"(?!.* and )(?:.* )?(?:types|kinds|sorts|forms|classes|categories|branches|schools|stages|"
    r"phases|levels|layers|steps|parts|components|principles|laws|rules|pillars|generations|theorems|elements|causes|"
    r"ways|methods|states|modes|operations|properties|functions|systems|organs|periods|eras|"
    r"dimensions|models|architectures)(?: (?:of|in|for|to) .*)?$",
    re.IGNORECASE,
)
"""A title that says of what sort its parts are."""
_LONGEST_END = 7
"""Words of a part of a chain of arrows."""
_MOST_PARTS = 12
_MANY = 60
"""Items of a section beyond which its heading does not say what each of them belongs to."""
_VERBS = frozenset(
    {"need", "require", "suffer", "lead", "cause", "consist", "depend", "use", "exist"}
)
_MOST = 4
_LEAST_IN_PROSE, _LEAST_IN_LONG, _LEAST_IN_BULLETS = 9.0, 8.0, 6.5
"""Least weight of a gap in a sentence of a paragraph, and in a long and a short one of a bullet."""
_LEAST_IN_BOLD = 5.0
_LONG_SENTENCE = 16
_NUMERAL = re.compile(r"(?:[IVX]+|[A-Z]|\d+)[.)] ")
_CONTENTS = re.compile(
    r"(?:draft |short )?(?:table of )?contents$|toc$|outline$|agenda$|sources\b|further reading|"
    r"references?$|resources$|bibliography|see also|links$|acknowledge?ments|exercises?$|homework|"
    r"quiz(?:zes)?\b|to-?do$|.*\b(?:practice|sample|mock) (?:questions?|problems?|tests?|exams?)|"
    r"(?:multiple[- ]choice|open[- ]ended|true.false|short[- ]answer)\b|answer (?:key|sheet)|"
    r"solutions?$|past papers|timetable|"
    r"schedule$|source (?:route|alignment|notes?)|how to study|what to learn|syllabus|"
    r"learning (?:objectives?|outcomes?|goals?)|connections?(?: and extensions?)?$|prerequisites?$|"
    r"(?:course|module|class|subject) (?:contents?|books?|info\w*|materials?|overview|description|"
    r"outline|structure|logistics|work|policies|staff)\b|(?:course )?textbooks?$|assessments?$|"
    r"(?:grading|marking)(?: (?:scheme|policy|system|breakdown))?$|logistics$|administration$|"
    r"(?:[\w-]+ ){0,2}(?:submissions?(?: deliverables?)?|deliverables?|deadlines?)$|office hours|"
    r"contacts?(?: (?:info\w*|details))?$|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)? \d",
    re.IGNORECASE,
)
"""Headings of what is not told but listed, or of how a course is run."""
_WORKED = re.compile(
    r".*\b(?:(?:worked )?examples?|solutions?|practice problems?|exercises?|self-check)\b[\W\d]*$|"
    r"[\W\d]*(?:examples?|exercises?|problems?|questions?|solutions?|papers?|stud(?:y|ies)|"
    r"experiments?) ?\d|discussion of\b|"
    r"[\W\d]*(?:results?|methodology|experiments?|evaluation|ablations?|discussion|related works?|"
    r"conclusions?|abstract|experimental (?:setup|results))[\W\d]*$|"
    r"[\W\d]*(?:(?:sketch of )?(?:the )?proofs?|derivations?|proof (?:of|sketch)\b.*)\W*$",
    re.IGNORECASE,
)
"""Headings of one case, one study or one proof: only what a word means is asked there."""
_PLACED = re.compile(r"^What is (?:meant by )?“| (?:caused by|used for)\?$")
"""Questions for a label, which say what it is a label in."""
_AMOUNT = re.compile(r"\W{0,3}\d[\d.,]*\W*(?:\w+\W*)?$")
"""An answer that is a number, with what it counts."""
_DEFINES = re.compile(r"What (?:is|are) |What does \S+ stand for\?$")
_PLANNED = re.compile(
    r".*\b(?:(?:study|revision|phase|learning|lesson|project|action|reading) plan|"
    r"exam (?:technique|tips?|strategy))\b|plans?$",
    re.IGNORECASE,
)
"""Headings, below a note's title, of what somebody means to do."""
_TRAILING = re.compile(r"[,;]?\s*\b(?:e\.g|i\.e|such as|including|for example|[Ww]here)[.,:\s]*$")
_LONGEST_CALL = 16
_OPEN_LIST = re.compile(
    r"\b(?:various|different|few|several|following|these|some|many|e\.g|for example|such as|like|"
    r"here|below)\b",
    re.IGNORECASE,
)
"""Words of a list's lead that leave open what else belongs to it."""
_MEANS = re.compile(
    r"([^,;:.]{3,60}?) of ([-−]?[\d.]+%?) means ([^,;:.]{5,90}),? (?:and|while|whereas|but) "
    r"(?:one of )?([-−]?[\d.]+%?) means ([^,;:.]{5,90})"
)
_LONGEST_ATTRIBUTE = 3
_ATTRIBUTE = re.compile(
    r"(?:variance|mean|expectation|expected value|pmf|pdf|cdf|mgf|entropy|median|mode|density|"
    r"support|"
    r"standard deviation|gradient|derivative|loss(?: function)?|update(?: rule)?|objective|"
    r"integral|"
    r"probability mass function|probability density function|moment generating function|inverse|"
    r"determinant|trace|rank|area|volume|surface area|circumference|perimeter|energy|momentum)$",
    re.IGNORECASE,
)
_DOING = re.compile(r"([^,;:()]{2,60}?) is (\w+ing \w.{12,220})$")
"""A term in bold that is told by what is done."""
_DEFINING = re.compile(
    r"What is the .+\? \\\(|"
    r"\b(?:defined|given|expressed|described|denoted|calculated|computed) (?:as|by)\b"
)
"""What makes a formula that of something by name."""
_BARE = re.compile(
    r"(?:When does|How is|How are|What is|What are) the ([\w-]+(?: [\w-]+)?)(?: occur| defined)?\?$"
)
_NAMED_SORTS = re.compile(
    r"(?:the )?(?:(?:main|key|common|basic|different|two|three|four|five|six|seven) )*"
    r"(types|kinds|forms|classes|categories|methods|stages|phases|levels|layers|components|laws|"
    r"principles|models) of (?:the )?(.{3,60})$",
    re.IGNORECASE,
)
"""A title that names the sorts of something."""
_PLURALS = re.compile(
    r"\b(?:types|kinds|ways|parts|components|categories|classes|factors|properties|steps|phases|"
    r"stages|reasons|methods|approaches|principles|assumptions|conditions|advantages|benefits|"
    r"disadvantages|drawbacks|limitations|layers|levels|elements|criteria|rules|laws|forms|modes|"
    r"variants|functions|operations|models|strategies|techniques|uses|applications|causes|effects|"
    r"symptoms|signs|features|characteristics|ingredients|challenges|issues|problems|ideas|things|"
    r"options|terms|metrics|measures|sources|branches|pillars|goals|roles|to)\b",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"\b(?:steps?|procedure|algorithm|process|workflow|pipeline|stages?|phases?|how to|recipe|"
    r"sequence|lifecycle|(?:\w+ )?cycle|protocol|construction|pathway|calculation|derivation)\b",
    re.IGNORECASE,
)
_FEWEST_STEPS, _MOST_STEPS, _LONGEST_STEP = 3, 8, 140
_OF_ONE_DAY = re.compile(r"\b(?:you|your|my|homework|repo(?:sitory)?|page \d)\b", re.IGNORECASE)
"""Words of steps that somebody is given to do."""
_ARROW = re.compile(r"\s*(?:=>|->|→|⇒|⟶)\s*")
_PATH = re.compile(r"`[\w-]+(?:/[\w.-]+)+`|`[\w-]+\.md`")
_POINTER = re.compile(
    r"(?:see|e\.?g\b|i\.e\b|ex:|refer|for more|think of|source|link|cf)\b|https?://", re.IGNORECASE
)
_OPENER = re.compile(
    r"(?:notice|note that|note|moreover|furthermore|additionally|in addition|alternatively|"
    r"equivalently|in other words|mechanically|thus|in general|generally|in fact|of course|overall|"
    r"in practice|importantly|interestingly|clearly|basically|remember|hence|therefore|however|"
    r"now|also|at a high level|for example|in short|essentially|as can be seen|in summary|"
    r"as mentioned(?: above| before| earlier)?)\s*[,:]\s*|(?:note|remember|recall|notice) that\s+",
    re.IGNORECASE,
)
_COUNT = re.compile(rf"\b({'|'.join(NUMBERS)})\b", re.IGNORECASE)
_COUNTED = re.compile(
    rf"(?:the |there are )?(?:main |key )?(?:{'|'.join(NUMBERS)})\b", re.IGNORECASE
)
_THERE_ARE = re.compile(r"^(?:there are )?(?:the )?", re.IGNORECASE)
_FIGURE = re.compile(r"\b([2-9]) (?!%|\d)[a-z]")
_UNNAMED = re.compile(
    r"(?:(?!According|Depending|During|Considering|Regarding)[A-Z]\w+ing|"
    r"(?:A|An) (?:kind|type|sort|form|class|way)) (?!.*\bis\b)"
)
_EQUATION = re.compile(rf"([\w ]{{3,50}}?) = ([^={MASKS}]{{3,80}})$")
_BOLD_STOP = re.compile(r"^\*\*([^*.]{2,50})\.\*\*\s+(?=\S)")
"""A term in bold that a full stop parts from what explains it."""
_COMPUTED = re.compile(r"\d[\d.,_]*\s*[/*+×·−-]\s*\d")
_OPERATOR = re.compile(r"[+*/^_√∑]|\w\(| [-−] |^[\d.]+ ?%?$")
_BOLD_SENTENCE = re.compile(r"\*\*([^*]{40,400})\*\*")
_FIT = re.compile(
    r"(?:(?:It |They )?(?:is|are) )?(best|good|suitable|ideal|responsible|useful|well suited|used) "
    r"for (?!more|further|example|instance|this|these|it\b|them\b)([^;:]{6,160}?)\.?$",
    re.IGNORECASE,
)
"""What says of a heading what it is good for."""
_DETERMINERS = frozenset(["the", "a", "an", "all", "any", "your", "its", "each", "every"])
_ANONYMOUS = re.compile(
    r"(?:[a-z]+ed\b|The [a-z]+ (?:is|are|was|were|has|had|can|[a-z]+(?:s|ed))\b|"
    r"(?:society|people|government|"
    r"population|process|workers|users|students|patients|children|all|most|many|some|both)\b)",
    re.IGNORECASE,
)
"""The beginning of a sentence about something that only its heading tells from others."""
_PAST = re.compile(
    r"(?:\w{3,}ed|became|began|built|made|took|led|was|were|had|known|found|left|won|wrote|held|gave|"
    r"went|came|sent|brought|fought|lost|met|ran|saw|set|born|kept|rose|fell|grew|spoke|died)$"
)
"""First words of what somebody or something did, said under its name."""
_NOUNS_AFTER = frozenset(["and", "or", "is", "are", "was", "can", "of"])
_PARTS = re.compile(
    rf"\b(?:{'|'.join(NUMBERS)}) (?:main |key |basic )?"
    r"(?:parts?|steps?|ideas?|kinds?|types?|issues?|components?|stages?|phases?|reasons?|ways?)\b",
    re.IGNORECASE,
)
_IN_LIBRARY = re.compile(r"([A-Za-z_]\w*(?:\.\w+)+) in (\w[\w ]*)$")


def subject_of(headings: Sequence[str], note: str = "") -> str:
    """Return what a section is about: its innermost heading that names something, else ``note``."""
    for heading in (*reversed(headings), note):
        if heading.lower() in labels.ATTRIBUTES and heading != headings[0]:
            continue
        if subject := _subject_in(heading):
            return subject
    return ""


@lru_cache(maxsize=1024)
def _subject_in(heading: str) -> str:
    """Return what a heading names, if anything: many sections stand under one."""
    masked = Masked(re.sub(r"\{#[^}]*\}|:\w+:", "", heading))
    bare = re.sub(r"\s*(?:\([^()]*\)|⟨[^⟨⟩]*⟩)", "", masked.text).strip() or masked.text
    bare = _NUMBERING.sub("", bare.rpartition(": ")[2]).strip(" !?:.*")
    bare = kept[0] if (kept := _TO_LAST_WORD.match(bare)) else ""
    first = bare.partition(" – ")[0].partition(" — ")[0].partition(" - ")[0]
    bare = first if subjects.is_subject(first) else bare
    return masked.whole(bare) if subjects.is_subject(bare) and not _SHEET.match(bare) else ""


def naming_of(headings: Sequence[str]) -> str:
    """Return what a formula under some headings is: "What is the variance of a coin?"."""
    subject = subject_of(headings)
    outer = next(
        (
            one
            for place in range(len(headings) - 1, 0, -1)
            if (one := subject_of(headings[:place])) and one != subject
        ),
        "",
    )
    if not outer or not subject or len(subject.split()) > _LONGEST_ATTRIBUTE:
        return subject
    if _ATTRIBUTE.match(subject):
        return f"What is the {subject.lower()} of {lower_first(outer)}"
    return f"{subject} ({outer})" if subjects.is_subject(outer) else subject


def _is_manner(head: str) -> bool:
    """Whether a heading says how, and leaves what to the one above it: "Process", "Steps"."""
    return subjects.is_generic(head) or bool(_STEPS.search(head))


def steps(section: Section, subject: str) -> Iterator[Question]:
    """Yield a card that asks for the order of numbered steps under a heading or a lead."""
    items, place = section.items, 0
    while place < len(items):
        end = place
        while (
            end < len(items) and items[end].marker == "1" and items[end].level == items[place].level
        ):
            end += 1
        run, lead = items[place:end], items[place - 1].text if place else section.headings[-1]
        place = max(end, place + 1)
        if not _FEWEST_STEPS <= len(run) <= _MOST_STEPS:
            continue
        said = f"{lead if lead.endswith(':') else ''} {section.headings[-1]}"
        texts = [Masked(item.text).whole(Masked(item.text).text) for item in run]
        short = all(8 <= len(text) <= _LONGEST_STEP for text in texts)
        short = short and not any(_OF_ONE_DAY.search(text) for text in texts)
        head = Masked(section.headings[-1]).text
        if content_words(subject) - content_words(head) and not _is_manner(head):
            continue  # steps of what the heading names, which is not what the section is about
        if specific(subject) and short and len(set(texts)) == len(texts) and _STEPS.search(said):
            answer = "\n".join(f"{n}. {text}" for n, text in enumerate(texts, 1))
            asks = f"Put the steps in order: {subject}"
            yield Question(asks, answer, Kind.ORDER, run[0].line, tuple(texts), sure=True)


def ask(section: Section, failed: list[tuple[int, Exception]]) -> Iterator[Question]:
    """Yield the questions of a section, in the order of the note.

    An item that a mistake of ours keeps from being read goes to ``failed``, with its 0-based line.
    """
    subject, naming = subject_of(section.headings, section.note), naming_of(section.headings)
    known = content_words(" ".join(section.headings).lower())
    for heading in section.headings:
        yield from _stands_for(heading, section.line)
    if any(_CONTENTS.match(Masked(heading).text.strip(" :.")) for heading in section.headings):
        return
    if any(_PLANNED.match(heading) for heading in section.headings[1:]):
        return
    yield from steps(section, subject)
    law = list(laws.stated(section, subject))
    yield from law
    whole_law = (f"What is {subject}?", f"What is the {subject}?")
    whole = subject_of(section.headings[:1], section.note)
    apart = not content_words(whole) & content_words(subject)
    section = replace(section, items=with_colons(section.items))
    yield from answers.under_heading(section, subject, whole if apart else "")
    worked = any(_WORKED.match(Masked(heading).text) for heading in section.headings)
    before, told, above = "", 0, Above()
    items = with_own_words(section.items, subject)
    far = len(items) > _MANY
    for number, item in enumerate(items):
        name, is_first = above.of(item, number)
        if len(item.text) > LONGEST_ITEM:
            continue
        if fault := literature.fault_of(item.text):
            yield Question(item.text, "", Kind.BASIC, item.line, fault=fault)
            continue
        if number >= told and (own := answers.beside(item)):
            yield own
            continue
        if number >= told and (asked := answers.below(items, number)):
            yield asked[0]
            told = number + 1 + asked[1]
            continue
        masked = Masked(_BOLD_STOP.sub(r"**\1:** ", item.text))
        if number >= told:
            under = name or section.headings[-1]
            heading = "" if far and (item.level or name) else subject
            about = above.subject() or heading
            outer = above.subject(1) or heading if name else ""
            bold = frozenset(one.strip(" :.") for one in bold_in(item.text))
            shown = any(masked.displayed(found) for found in MASKED.findall(masked.text))
            told_of, naming = naming, "" if shown else naming
            asker = _Asker(
                item, masked, under, about, told_of, known, before, outer, is_first, bold=bold
            )
            below = items[number + 1 : number + 2 + _MOST_PARTS]
            try:
                found = list(islice(asker.questions(below), _MOST))
            except FAILURES as error:
                failed.append((item.line, error))
                found = []
            kept = [one for one in found if _defines(one)] if worked else found
            kept = [one for one in kept if not (law and one.prompt in whole_law)]
            yield from (replace(question, under=under) for question in kept)
            told = number + 1 + asker.told
        before = masked.whole(masked.text)


def _defines(question: Question) -> bool:
    """Whether a question asks what a word means, and is told no number or formula."""
    number = _AMOUNT.match(question.answer) or "\\;?" in question.prompt
    return bool(_DEFINES.match(question.prompt)) and not number


def ask_parts(title: str, parts: Sequence[str], line: int) -> Iterator[Question]:
    """Yield the question which parts a title has, unless the title names them all."""
    said = content_words(title)
    if len(title.split()) < _FEWEST_STEPS and not specific(title):
        return  # "Potential issues", of which nobody knows what has them
    if not _PLURALS.search(re.sub(r"\bto\b", "", title)) or not all(
        subjects.is_subject(part) and not _NUMERAL.match(part) for part in parts
    ):
        return
    if not 2 <= len(set(parts)) == len(parts) <= _MOST_PARTS or all(
        content_words(part) <= said for part in parts
    ):
        return
    count = _COUNT.search(title)
    if (count and NUMBERS[count[1].lower()] != len(parts)) or not _are_sorts(title, parts):
        return
    word = next((word for word, n in NUMBERS.items() if n == len(parts)), str(len(parts)))
    answer = "\n".join(f"- {Masked(part).text.rstrip(':')}" for part in parts)
    sorts = _NAMED_SORTS.match(title)
    asks = (
        f"What are the {word} {sorts[1].lower()} of {sorts[2].strip(' :.')}?"
        if sorts
        else f"What are the {word} parts of “{title}”?"
    )
    doubt = "" if _SORTS_OF.match(title) else "nobody could tell which parts its note has"
    yield Question(asks, answer, Kind.BASIC, line, sure=True, doubt=doubt)


def _are_sorts(title: str, parts: Sequence[str]) -> bool:
    """Whether headings are of one sort: most say in a word of it what the title lists.

    "First law of …" and "Second law of …" differ by their number alone.
    """
    said = content_words(title)
    alike = sum(bool(content_words(part) & said) for part in parts)
    own = [" ".join(content_words(part) - said) for part in parts]
    if re.match(r"(?:the )?(?:stages|phases|levels|layers|components|parts) of ", title, re.I):
        return True
    return 3 * alike >= 2 * len(parts) and not all(subjects.is_generic(one) for one in own)


def _stands_for(text: str, line: int) -> Iterator[Question]:
    """Yield what the abbreviations of a text stand for."""
    for short, name in acronyms(text):
        if name.split()[0] in EMPTY:
            continue  # "and Commitment Therapy (ACT)"
        yield Question(f"What does {short} stand for?", name, Kind.BASIC, line)


@dataclass(slots=True)
class _Asker:
    """Asks about one item of a section.

    ``heading`` is what stands right above the item, ``subject`` what it is about, ``outer`` what
    the section is about where the item stands below another, ``naming`` what a formula there is
    of, ``known`` the content words of the section's headings, ``before`` the item before,
    ``is_first`` whether there is none below the heading; ``told`` counts the items below that an
    enumeration has told in full.
    """

    item: Item
    masked: Masked
    heading: str
    subject: str
    naming: str
    known: set[str]
    before: str
    outer: str = ""
    is_first: bool = False
    told: int = 0
    bold: frozenset[str] = frozenset()

    def questions(self, below: Sequence[Item]) -> Iterator[Question]:
        """Yield the questions of the item; ``below`` are the next items."""
        text = self.masked.text
        if len(self.item.text) < 8 or not text or _POINTER.match(text):
            return
        library = _IN_LIBRARY.match(text)
        if library:
            what = f"What is {self.subject} called in {library[2]}?"
            yield self._basic(what, f"`{library[1]}`")
        elif _ARROW.search(BRACKETED.sub("", text)) and not self._has_bold_label(text):
            yield from self._arrows(text)
        elif listed := list(self._parts(below)):
            if self.is_first and len(sentences(text)) > 1 and (opening := self._told_below(text)):
                yield opening
            yield from listed
        elif has_formula(text) and (calls := formulas.named(self.masked, self.subject)):
            yield Question(*calls, Kind.BASIC, self.item.line, sure=True, named=True)
        elif self.is_first and (
            opening := self._spelt_out(text) or self._told_below(text) or self._first_words(text)
        ):
            yield opening
            first, *rest = sentences(text)
            yield from self._prose(" ".join(rest), "", self.masked.whole(first))
        elif dated := facts.in_year(text, self.subject):
            yield replace(self._basic(*dated), sure=True)
        elif amount := self._amount(text.rstrip(". ")):
            yield amount
        elif (coded := CODED.match(text)) and not definitions.is_clause(coded[2]):
            yield self._coded(coded[1], coded[2])
        elif equation := _EQUATION.match(text):
            yield from self._equation(equation[1].strip(), equation[2].strip(" ."))
        elif has_formula(text) and (asked := list(formulas.questions(self.masked, self.naming))):
            for prompt, answer in asked:
                sure = bool(_DEFINING.search(prompt))
                lead = "" if self._names_all(prompt) else self.masked.whole(f"({self.subject}) ")
                yield Question(f"{lead}{prompt}", answer, Kind.BASIC, self.item.line, sure=sure)
        elif (fit := _FIT.match(text)) and self._is_named() and specific(self.subject):
            verb = "are" if is_plural(self.subject) else "is"
            yield self._basic(
                f"What {verb} {self.subject} {fit[1].lower()} for?", upper_first(fit[2])
            )
        else:
            yield from self._labelled_or_prose(text)
        yield from self._values(text)
        yield from _stands_for(text, self.item.line)

    def _has_bold_label(self, text: str) -> bool:
        """Whether an item begins with a label that the note sets in bold."""
        label = labels.split(text) if self.bold else None
        return bool(label and label[0] in self.bold)

    def _values(self, text: str) -> Iterator[Question]:
        """Yield what each value means, of "A score of 0 means …, and 1 means …"."""
        for sentence in sentences(text):
            found = _MEANS.match(sentence)
            if found:
                name = lower_first(found[1])
                for value, told in ((found[2], found[3]), (found[4], found[5])):
                    asked = self._basic(f"What does {name} of {value} mean?", upper_first(told))
                    yield replace(asked, sure=True)

    def _basic(self, prompt: str, answer: str) -> Question:
        """Return a question with the formulas put back."""
        whole = self.masked.whole
        answer = _TRAILING.sub("", answer.strip())  # what was to follow stands in items below
        return Question(whole(prompt), whole(answer), Kind.BASIC, self.item.line)

    def _arrows(self, text: str) -> Iterator[Question]:
        """Yield questions for "a => b" and for longer chains."""
        for clause in re.split(r";\s+", text):
            ends = _ARROW.split(clause)
            if len(ends) < 2 or not all(map(str.strip, ends)) or ends[0].endswith("<"):
                continue  # an arrow from or to nothing is drawn, not said
            if len(ends) > 2 and any(len(end.split()) > _LONGEST_END for end in ends):
                continue
            signs = _ARROW.findall(clause)
            if len(ends) == 2:
                if _PATH.search(self.masked.whole(ends[1])) and not BRACKETED.sub("", ends[1])[2:]:
                    continue
                first = ends[1].split(maxsplit=1)[0]
                does = first.islower() and base_verb(first) in labels.DEEDS
                if does and len(ends[0].split()) <= 3:
                    yield self._basic(f"What does the {ends[0]} do?", ends[1])
                elif len(ends[0].split()) <= LONGEST_NAME:
                    yield from self._term(ends[0], ends[1])
                continue
            inner = [n for n in range(1, len(ends)) if ends.count(ends[n]) == 1]
            marked = [n for n in inner if ends[n].startswith("[")]
            for n in marked[:3]:
                parts = [HIDDEN if n == other else end for other, end in enumerate(ends)]
                chain = "".join(part + sign for part, sign in zip(parts, [*signs, ""], strict=True))
                yield self._gap(f"{self._about(clause)}{chain}", ends[n].strip("[]"))

    def _gap(self, prompt: str, answer: str) -> Question:
        """Return a cloze with the formulas put back."""
        whole = self.masked.whole
        return Question(whole(prompt), whole(answer.strip(" .")), Kind.CLOZE, self.item.line)

    def _parts(self, below: Sequence[Item]) -> Iterator[Question]:
        """Yield a question for the parts that an item announces, in itself or in items below."""
        last = sentences(self.masked.text)[-1]
        count = _COUNT.search(last)
        inline = re.fullmatch(r"([^:]{8,120}): ([^:.]+(?:,| and | or )[^:.]+)\.?", last)
        if count and inline and _COUNTED.match(last):
            what = _THERE_ARE.sub("", lower_first(inline[1]))
            if not definitions.is_clause(inline[2]):
                asked = self._basic(f"{self._of_subject(last)}What are the {what}?", inline[2])
                yield replace(asked, sure=True)
            return
        if has_formula(last) or len(last.split()) < 4:
            return
        if not last.endswith(":") and not _PARTS.search(last):
            return
        if len(last.split()) > _LONGEST_CALL or not (count or _PLURALS.search(last)):
            return
        figure = _FIGURE.search(last)
        number = NUMBERS[count[1].lower()] if count else int(figure[1]) if figure else 0
        parts = _children(below, number)
        if not 2 <= len(parts) <= _MOST_PARTS or (number and len(parts) != number):
            return
        names = [_label_of(part.text) for part in parts]
        labelled = all(names)
        self.told = 0 if labelled else len(parts)
        said = [Masked(part.text) for part in parts]
        texts = names if labelled else [one.whole(one.text) for one in said]
        if not all(texts):
            return  # of pictures nothing is left
        answer = "\n".join(f"- {text}" for text in texts)  # with the parts' own formulas
        if _OPEN_LIST.search(last) or last.split()[0].lower() in labels.DEEDS:
            return
        if re.match(r"(?:\w+ed (?:an?|the)|to|we|i|need|try|rule|remember|note)\b", last, re.I):
            return
        if all(len(text or "") < len("two") for text in texts):
            return
        lead = f"{self._of_subject(last)}{upper_first(last.rstrip(': '))}"
        lead = self.masked.whole(lead)
        word = next((word for word, n in NUMBERS.items() if n == len(parts)), str(len(parts)))
        asks = f"… what? ({word} answers)" if lead.endswith(" to") else f": which {word}?"
        doubt = "it does not say of what these are" if _OF_NOTHING.match(last) else ""
        yield Question(f"{lead}{asks}", answer, Kind.BASIC, self.item.line, doubt=doubt)

    def _of_subject(self, lead: str) -> str:
        """Return the subject in brackets, before the lead of a list that does not name it."""
        said = content_words(lead) & content_words(self.subject)
        spelt = any(initialled(word, self.subject.split()) for word in lead.split())
        whole = re.search(r"\b(?:of|for) [a-z]+ing [a-z]{5,}", lead)
        known = said or spelt or whole or not specific(self.subject)
        return "" if known else f"({self.subject}) "

    def _names_all(self, prompt: str) -> bool:
        """Whether what leads up to a formula names its subject, or there is none to name."""
        lead = prompt.rpartition("\\(")[0]
        named = bool(self.naming) and lead.startswith((self.naming, "What "))
        whole = re.search(r" (?:of|for) |\$|\\\(", lead)
        return bool(named or whole) or not self._of_subject(lead)

    def _is_one(self) -> bool:
        """Whether the subject is one person, place or thing, which can have done something."""
        words = self.subject.split()
        named = all(word[0].isupper() or word in ("of", "the", "de", "von") for word in words)
        return named and 0 < len(words) <= _LONGEST_ATTRIBUTE + 1 and not is_plural(self.subject)

    def _first_words(self, text: str) -> Question | None:
        """Return "What is the subject?" for a first item that says so without naming it."""
        if ":" in text or not meanings.is_name(self.subject):
            return None
        if self.subject.split()[0].endswith("ing"):
            return None
        first = sentences(text)[0]
        named = self._is_named()
        short = (
            named
            and not definitions.is_clause(text)
            and _UNNAMED.match(text)
            and 5 < len(text.split()) <= 16
            and not has_formula(text)
        )
        tells = named and definitions.is_kind(first) and not meanings.has_verb_after_aside(first)
        if not short and not tells:
            return None
        verb = "are" if is_plural(self.subject) else "is"
        return self._basic(f"What {verb} {self.subject}?", upper_first(first if tells else text))

    def _is_named(self) -> bool:
        """Whether the heading names the subject and no more."""
        bare = BRACKETED.sub("", re.sub(r"⟨[^⟨⟩]*⟩", "", self.heading)).strip(" !?:.*")
        return bare.endswith(self.subject) or bare.startswith(f"{self.subject} ")

    def _told_below(self, text: str) -> Question | None:
        """Return "What is the subject?" for a first item that says what the subject is."""
        if not self.subject or not self._is_named() or labels.split(text):
            return None
        told = meanings.told_below(self.subject, text)
        if not told:
            return None
        prompt, answer = told
        if self.outer and prompt.startswith(("What is ", "What are ")):
            prompt = self._placed(f"What is meant by “{self.subject}”?", self.subject)
        return self._basic(prompt, answer)

    def _spelt_out(self, text: str) -> Question | None:
        """Return "What does A3C stand for?" for a first item that spells the heading's letters."""
        words = text.split()
        for short in re.findall(r"\b[A-Z][A-Z0-9]+\b", self.heading):
            if len(words) < 7 and initialled(short, words) == text:
                return self._basic(f"What does {short} stand for?", text)
        return None

    def _labelled_or_prose(self, text: str) -> Iterator[Question]:
        """Yield questions for labels, or for the sentences of an item without one."""
        clauses = re.split(r";\s+", text)
        split = [labels.split(clause) for clause in clauses]
        if len(clauses) < 2 or not all(split):
            clauses, split = [text], [labels.split(text)]
        for clause, label in zip(clauses, split, strict=True):
            if label is None:
                yield from self._prose(clause, "", self.before)
                continue
            name, explanation = labels.with_noun(label[0], self.heading), label[1]
            first, *rest = sentences(explanation) or [explanation]
            while rest and len(explanation) > _LONGEST_ANSWER >= len(first) + len(rest[0]):
                first = f"{first} {rest.pop(0)}"
            if initialled(name, first.rstrip(".").split()) == first.rstrip("."):
                yield Question(
                    f"What does {name} stand for?", first.rstrip("."), Kind.BASIC, self.item.line
                )
                continue
            prompt = labels.question(name, first, self.subject, self.before)
            if prompt and prompt.startswith("What is meant") and _is_list_of(name, first):
                place = "" if content_words(name) & content_words(self.subject) else self.subject
                name = lower_first(name).removeprefix("the ")
                prompt = f"What are the {name}{f' ({place})' if place else ''}?"
            elif prompt and _PLACED.search(prompt):
                prompt = self._placed(prompt, name)
            short = len(explanation) <= _LONGEST_ANSWER
            answer = labels.told_in(explanation if short else first) if prompt else ""
            if prompt and 12 <= len(answer) <= _LONGEST_ANSWER + 60:
                named = label[0] in self.bold
                named = named or (self.item.joined and len(content_words(answer)) > _FEWEST_STEPS)
                named = named or bool(labels.GLOSSARY.match(Masked(self.heading).text))
                yield replace(self._basic(prompt, upper_first(answer)), named=named)
                if not short:
                    yield from self._prose(
                        " ".join(rest), "", self.masked.whole(sentences(first)[-1])
                    )
            elif content_words(name) <= self.known or labels.is_about_it(name):
                yield from self._prose(explanation, "", "")
            else:
                yield from self._prose(explanation, name, "")

    def _coded(self, code: str, told: str) -> Question:
        """Return what something written as code does, or is."""
        used = re.match(r"(?:is |are )?used (to|for) ", told, re.IGNORECASE)
        if used:
            told = told[used.end() :] if used[1] == "for" else f"to {told[used.end() :]}"
            return self._basic(f"What is {code} used for?", upper_first(told))
        first = told.split(maxsplit=1)[0].lower()
        then = told[len(first) :].split(maxsplit=1)[:1]
        noun = first in labels.NOUNS and not (then and then[0].lower() in _DETERMINERS)
        if not noun and {first, base_verb(first)} & labels.DEEDS:
            asked = self._basic(f"What does {code} do?", upper_first(told))
            return replace(asked, sure=True, doubt=commands.doubt(self.masked.original(code)))
        term = self.masked.original(code).strip("`")
        return self._basic(self._placed(f"What is “{term}”?", term), upper_first(told))

    def _equation(self, left: str, right: str) -> Iterator[Question]:
        """Yield what the left side of an equation in words is: a formula, or another name."""
        if _COMPUTED.match(right):
            return  # "Conc = 0.0025 / 6000", of one exercise
        if _OPERATOR.search(right):
            yield self._basic(f"{upper_first(left)} = ?", f"`{right.strip('`')}`")
        elif specific(left) and len(right.split()) <= LONGEST_NAME and left[1:]:
            yield self._basic(f"What is another name for “{left}”?", upper_first(right))
        else:
            yield from self._term(left, right)

    def _term(self, name: str, told: str) -> Iterator[Question]:
        """Yield what a term means of which another name is told."""
        prompt = labels.question(name, told, self.subject, self.before)
        if prompt and prompt.startswith(("What is “", "What is meant by “")):
            yield self._basic(self._placed(prompt, name), upper_first(told))

    def _amount(self, sentence: str) -> Question | None:
        """Return what number a sentence tells, with what it is of."""
        found = quantities.told_in(sentence, self.masked)
        if not found:
            return None
        prompt, answer = found
        whole = re.search(r" (?:of|in|at|for|between) |^(?:How|In) ", prompt)
        lead = "" if whole else self._of_subject(prompt)
        return replace(self._basic(f"{lead}{prompt}", answer), sure=True)

    def _of_name(self, sentence: str) -> Question | None:
        """Return "What is X?" for a sentence about what is in bold, or about the heading.

        A word that other fields use as well is asked for with what it is a term of.
        """
        bare = _NUMBERING.sub("", Masked(self.heading).text).strip(" !?:.*")
        for name in (*named.marked_in(self.item.text), bare):
            if told := named.told_of(name, sentence):
                prompt, answer = told
                placed = prompt if specific(name) else self._placed(prompt, name)
                known = placed != prompt or specific(name) or len(content_words(name)) > 1
                return replace(self._basic(placed, answer), named=bool(known), sure=bool(known))
        return None

    def _said_where(self, prompt: str) -> str:
        """Return a question for "the worst case" and the like with what it is that of."""
        found = _BARE.match(prompt)
        if not found or not self.subject or content_words(found[1]) & self.known:
            return prompt
        return f"{prompt[:-1]} in {self.subject}?"

    def _placed(self, prompt: str, name: str) -> str:
        """Return a question for a term with what it is a term of, unless the term says it."""
        place = self.outer if self.outer and name == self.subject else self.subject
        if not place or content_words(name) & content_words(place) or subjects.is_generic(place):
            return prompt
        return f"{prompt[:-1]} in {place}?"

    def _about(self, said: str) -> str:
        """Return the heading in brackets, before what names nothing or no certain one."""
        anonymous = _ANONYMOUS.match(said)
        if not anonymous or not specific(self.subject) or content_words(said) & self.known:
            return ""
        return f"({self.subject}) "

    def _is_bold(self, sentence: str) -> bool:
        """Whether the writer has set a whole sentence in bold."""
        end = sentence.rstrip(". ").lower()
        bold = (Masked(found[1]).text.lower() for found in _BOLD_SENTENCE.finditer(self.item.text))
        return self.item.text[:2] == "**" and any(end in one for one in bold)

    def _whole(self, sentence: str, previous: str) -> str:
        """Return a sentence about "it" or "they" with what they stand for, where a line says so.

        ``previous`` is the sentence before, which is about the subject as well.
        """
        first, _, rest = sentence.partition(" ")
        if not self.subject or first.lower() not in ("it", "they"):
            return ""
        begins = content_words(" ".join(previous.split()[:LONGEST_NAME]))
        first_said = self.is_first and previous == self.before
        if not first_said and not begins & content_words(self.subject):
            return ""  # it speaks of what the sentence before is about
        if is_plural(self.subject) != (first.lower() == "they"):
            return ""
        return f"{upper_first(self.subject)} {rest}"

    def _prose(self, text: str, label: str, previous: str) -> Iterator[Question]:
        """Yield a question for each sentence that has one; ``previous`` is the one before."""
        for sentence in sentences(text):
            bare = _OPENER.sub("", sentence, count=1)
            bare = upper_first(bare) if bare != sentence else bare
            if not _POINTER.match(bare) and not bare.lower().startswith(
                ("e.g", "i.e", "eg ", "ex:")
            ):
                yield from self._sentence(bare, previous, label)
            previous = self.masked.whole(sentence)

    def _sentence(self, sentence: str, previous: str, label: str) -> Iterator[Question]:
        """Yield the best question of one sentence."""
        body = sentence.rstrip(". ")
        words = re.sub("[,:]|[’']s\\b", "", body.lower()).split()
        if not words:
            return
        if {"this", "these"} & set(words[1:3]):
            return  # "In this case", which the line before does not tell in a word
        leans = words[0] in LEANING or words[0] in ("this", "these")
        if whole := self._as_a_whole(body, leans, previous):
            yield whole
            return
        most = 2 if len(sentence) > 130 else 1
        lead = f"{label}: " if label else self._about(sentence)
        sentence = upper_first(sentence) if lead and not label else sentence
        if words[0] == "it" and previous == self.before:
            leans = False  # what the heading names
        if leans and len(previous) > _LONGEST_LEAD:
            return  # nobody could tell what "this" is
        verb = base_verb(words[0])
        deed = bool(verb) and (verb in labels.DEEDS or verb in _VERBS)
        deed = deed or bool(
            self._is_one()
            and _PAST.match(words[0])
            and (words[1:2] and words[1] not in _NOUNS_AFTER)
        )
        if deed and not leans and not label:
            if not self.subject:
                return  # nobody could tell what does it
            lead = f"{self.subject}: "
            sentence = sentence[0].lower() + sentence[1:]
        if leans and previous:
            lead, sentence = f"{upper_first(previous.rstrip(' .'))}. ", upper_first(sentence)
        long = len(sentence.split()) > _LONG_SENTENCE
        least = _LEAST_IN_LONG if long else _LEAST_IN_BULLETS
        least = least if self.item.marker else _LEAST_IN_PROSE
        least = _LEAST_IN_BOLD if self._is_bold(sentence) else least
        for prompt, answer in gaps.best(
            sentence, self.known, most, lead, least, bold_in(self.item.text)
        ):
            if len(lead) + len(self.masked.whole(prompt)) <= _LONGEST_PROMPT:
                yield self._gap(upper_first(lead + prompt), answer)

    def _as_a_whole(self, body: str, leans: bool, previous: str) -> Question | None:
        """Return what a sentence asks that hides none of its words, where it has such a shape."""
        if not leans:
            if amount := self._amount(body):
                return amount
            bold = next(iter(bold_in(self.item.text)), "")
            doing = _DOING.match(body)
            if bold and doing and doing[1] == bold:
                return self._basic(f"What is {lower_first(bold)}?", upper_first(doing[2]))
            marked = statements.in_bold(body, bold) if bold else None
            asked = statements.question(body) or marked
            told = self._of_name(body)
            if asked and not (told and told.named and asked[0] != told.prompt):
                question = self._basic(self._said_where(asked[0]), asked[1])
                return replace(question, sure=marked is not None)
            if told:
                return told
        if shaped := patterns.asked(self._whole(body, previous) or body, self.heading):
            pattern, prompt, answer = shaped
            return replace(self._basic(prompt, answer), sure=pattern.sure, named=True)
        return None


def _is_list_of(name: str, told: str) -> bool:
    """Whether a label in the plural is told by a list of names: "Output devices: screens, …"."""
    parts = re.split(r", (?:and |or )?| and ", told.rstrip("."))
    short = sum(len(part.split()) <= _LONGEST_ATTRIBUTE for part in parts)
    return is_plural(name) and len(parts) > 2 and short == len(parts) and "(" not in name


def _label_of(text: str) -> str | None:
    """Return the label of an item with its formulas as written, or None without one."""
    masked = Masked(text)
    label = labels.split(masked.text)
    return masked.whole(label[0]) if label else None


def _children(below: Sequence[Item], number: int) -> list[Item]:
    """Return the items that are parts of the one above: ``number`` of them, or all alike."""
    parts: list[Item] = []
    for item in below:
        if item.level > below[0].level:
            continue  # it says more of the part above it
        text = re.sub(r"\([^()]*\)", "", item.text)
        if len(parts) > _MOST_PARTS or (number and len(parts) == number):
            break
        if (item.marker, item.level) != (below[0].marker, below[0].level):
            break
        if item.text.endswith(":"):
            break
        if not number and (len(text) > 120 or re.search(r"\b(?:is|are)\b|[.:] (?=[A-Z])", text)):
            break
        parts.append(item)
    return parts
