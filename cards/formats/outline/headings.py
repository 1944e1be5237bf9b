"""What headings name, which the questions below them are about."""

import re
from collections.abc import Sequence
from functools import lru_cache

from cards.formats.outline import labels, subjects
from cards.formats.outline.wording import MASKS, Masked, lower_first

NUMBERING = re.compile(
    r"^(?:(?:def|defn|thm|lem|prop|cor)\. +(?=[A-Z]))?"
    r"(?:(?:ch(?:apter)?|lec(?:ture)?|lesson|unit|module|week|part|section|topic|"
    r"pages?|day)\.? ?\d+[\d.–-]*\W*|W\d+[A-Z]\d+\W+|W\d+(?:\.\d+)? [-–—] |"
    r"(?!IEEE|ISO|RFC|DIN|SHA|UTF|FIPS)(?-i:[A-Z]{2,5}) ?\d{3,5}[A-Z]? ?[-–—:] )?"
    r"(?:[\W_]|\d+(?![A-Za-z\d]))*(?:\d+[\d.):]+\s*)?(?:(?:[ivxIVX]+|[A-Za-z])[.)]\s+)?",
    re.IGNORECASE,
)
_SORT_OF_SHEET = re.compile(
    r"(?:(?:^|,? )(?:(?:(?:lecture|study|revision|course|class|detailed|personal) )+notes|"
    r"(?:study|cheat|summary|formula) ?sheet|(?:key )?practice solutions))+$",
    re.IGNORECASE,
)
"""The end of a title that says what sort of sheet it heads: "Graphs Lecture Notes"."""
_SHEET = re.compile(
    r"(?:(?:mid-?term|final|photo|case|paper|exam|quiz)s? ?(?:\d|exam|review)|w\d+n\d)", re.I
)
"""How a heading begins that names a sheet of paper or a sitting, and no subject."""
_TO_LAST_WORD = re.compile(rf".*[\w{MASKS}’')\]+]")
_CONTENTS = re.compile(
    r"(?:draft |short )?(?:table of )?contents$|toc$|outline$|agenda$|sources\b|further reading|"
    r"references$|resources$|bibliography|see also|(?:[\w-]+ ){0,3}links$|"
    r"backlinks$|linked (?:notes|mentions)$|"
    r"related(?: (?:notes?|pages?|works?|reading|links?))?$|acknowledge?ments?|exercises?$|"
    r"homework|"
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
    r"(?:additional|extra|further|review|tutorial|sample|exam|example) (?:questions|problems)\W*$|"
    r"[\W\d]*(?:examples?|exercises?|problems?|questions?|solutions?|papers?|stud(?:y|ies)|"
    r"experiments?) ?\d|discussion of\b|"
    r"[\W\d]*(?:results?|methodology|experiments?|evaluation|ablations?|discussion|related works?|"
    r"conclusions?|abstract|experimental (?:setup|results))[\W\d]*$|"
    r"[\W\d]*(?:(?:sketch of )?(?:the )?proofs?|derivations?|proof (?:of|sketch)\b.*)\W*$",
    re.IGNORECASE,
)
"""Headings of one case, one study or one proof: only what a word means is asked there."""
_PLANNED = re.compile(
    r".*\b(?:(?:study|revision|phase|learning|lesson|project|action|reading) plan|"
    r"exam (?:technique|tips?|strategy))\b|plans?$",
    re.IGNORECASE,
)
"""Headings, below a note's title, of what somebody means to do."""
LONGEST_ATTRIBUTE = 3
_ATTRIBUTE = re.compile(
    r"(?:variance|mean|expectation|expected value|pmf|pdf|cdf|mgf|entropy|median|mode|density|"
    r"support|"
    r"standard deviation|gradient|derivative|loss(?: function)?|update(?: rule)?|objective|"
    r"integral|"
    r"probability mass function|probability density function|moment generating function|inverse|"
    r"determinant|trace|rank|area|volume|surface area|circumference|perimeter|energy|momentum)$",
    re.IGNORECASE,
)


def subject_of(headings: Sequence[str], note: str = "") -> str:
    """Return what a section is about: its innermost heading that names something, else `note`."""
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
    bare = NUMBERING.sub("", bare.rpartition(": ")[2]).strip(" !?:.*")
    bare = _SORT_OF_SHEET.sub("", bare)
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
    if not outer or not subject or len(subject.split()) > LONGEST_ATTRIBUTE:
        return subject
    if _ATTRIBUTE.match(subject):
        return f"What is the {subject.lower()} of {lower_first(outer)}"
    return f"{subject} ({outer})" if subjects.is_subject(outer) else subject


def ask_nothing(headings: Sequence[str]) -> bool:
    """Whether what stands under some headings is listed or planned, not told."""
    listed = any(_CONTENTS.match(Masked(heading).text.strip(" :.")) for heading in headings)
    return listed or any(_PLANNED.match(heading) for heading in headings[1:])


def are_worked(headings: Sequence[str]) -> bool:
    """Whether some headings are of one case, one study or one proof."""
    return any(_WORKED.match(Masked(heading).text) for heading in headings)
