"""From the items of an outline to questions with one clear answer; what gives none is left out.

In order of preference: chains of arrows, labels, lists of parts, formulas, definitions, reasons,
what an abbreviation stands for, and gaps in what is left.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from cards.card import Kind
from cards.formats.outline import answers, laws, literature, parts, shapes
from cards.formats.outline.context import Context
from cards.formats.outline.definitions import has_main_verb, is_clause
from cards.formats.outline.headings import are_worked, ask_nothing, naming_of, subject_of
from cards.formats.outline.nesting import Above, with_colons, with_own_words
from cards.formats.outline.question import Question
from cards.formats.outline.sections import LONGEST_ITEM, Item, Section
from cards.formats.outline.wording import MASKED, Masked, content_words
from cards.note import FAILURES

_MANY = 60
"""Items of a section beyond which its heading does not say what each of them belongs to."""
_MOST = 4
_AMOUNT = re.compile(r"\W{0,3}\d[\d.,]*\W*(?:\w+\W*)?$")
"""An answer that is a number, with what it counts."""
_DEFINES = re.compile(r"What (?:is|are) |What does \S+ stand for\?$")
_BOLD_STOP = re.compile(r"^\*\*([^*.]{2,50})\.\*\*\s+(?=\S)")
"""A term in bold that a full stop parts from what explains it."""
_KIND_FIRST = re.compile(
    r"^([*_]{0,3})(?:def(?:n|inition)?|th(?:m|eorem)|lem(?:ma)?|prop(?:osition)?|cor(?:ollary)?|"
    r"fact|remark|rmk|observation|obs)(?: ?\d{1,3}(?:\.\d{1,3}){0,2})?[.:]?\1[.:]?\s+"
    r"(?=(?:[*_]{0,3})[A-Z$])",
    re.IGNORECASE,
)
"""What kind of statement follows, with its number: "**Def. 2.1.** A tree is …"."""
_SUPPOSES = re.compile(r"(?:If|Let|For|Suppose|Every|Any|All|Assume|Given|In|When|There)\b")
"""How a statement begins that supposes something first."""


def ask(section: Section, failed: list[tuple[int, Exception]]) -> Iterator[Question]:
    """Yield the questions of a section, in the order of the note.

    An item that a mistake of ours keeps from being read goes to `failed`, with its 0-based line.
    """
    for heading in section.headings:
        yield from shapes.stands_for(heading, section.line)
    if ask_nothing(section.headings):
        return
    subject = subject_of(section.headings, section.note)
    yield from parts.steps(section, subject)
    law = list(laws.stated(section, subject))
    yield from law
    whole = subject_of(section.headings[:1], section.note)
    apart = not content_words(whole) & content_words(subject)
    section = replace(section, items=with_colons(section.items))
    yield from answers.under_heading(section, subject, whole if apart else "")
    asked = (f"What is {subject}?", f"What is the {subject}?") if law else ()
    yield from _of_items(section, subject, asked, failed)


def _of_items(
    section: Section, subject: str, asked: Collection[str], failed: list[tuple[int, Exception]]
) -> Iterator[Question]:
    """Yield the questions of the items of a section, without those that are asked already."""
    worked, naming = are_worked(section.headings), naming_of(section.headings)
    field = subject_of(section.headings[:1], section.note)
    known = content_words(" ".join(section.headings).lower())
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
        if number >= told and (answered := answers.below(items, number)):
            yield answered[0]
            told = number + 1 + answered[1]
            continue
        if (stated := _stated(item.text)) != item.text:
            item = replace(item, text=stated)
        masked = Masked(_BOLD_STOP.sub(r"**\1:** ", item.text))
        if number >= told:
            under = name or section.headings[-1]
            heading = "" if far and (item.level or name) else subject
            about = above.subject() or heading
            outer = above.subject(1) or heading if name else ""
            context = Context(
                item, masked, under, about, outer, naming, known, before, is_first, field
            )
            if any(masked.displayed(found) for found in MASKED.findall(masked.text)):
                naming = ""  # of the first formula with lines of its own
            found, below = _found(
                context, items[number + 1 : number + 2 + parts.MOST_PARTS], failed
            )
            for question in found:
                if question.prompt not in asked and (_defines(question) or not worked):
                    yield replace(question, under=under)
            told = number + 1 + below
        before = masked.whole(masked.text)


def _stated(text: str) -> str:
    """Return a statement without the name of its kind, which parts that from it by a sign."""
    kind = _KIND_FIRST.match(text)
    if not kind or kind[0].rstrip()[-1:] not in ".:*_":
        return text
    said = Masked(text[kind.end() :]).text
    whole = _SUPPOSES.match(said) or is_clause(said) or has_main_verb(said)
    return text[kind.end() :] if whole else text  # "Lemma: The form of a word in a dictionary"


def _found(
    context: Context, below: Sequence[Item], failed: list[tuple[int, Exception]]
) -> tuple[list[Question], int]:
    """Return the first questions of an item, and how many of those `below` they tell in full."""
    told = 0
    try:
        questions, told = shapes.questions(context, below)
        return list(islice(questions, _MOST)), told
    except FAILURES as error:
        failed.append((context.item.line, error))
        return [], told


def _defines(question: Question) -> bool:
    """Whether a question asks what a word means, and is told no number or formula."""
    number = _AMOUNT.match(question.answer) or "\\;?" in question.prompt
    number = number or question.answer[:1] in "$\\"
    return bool(_DEFINES.match(question.prompt)) and not number
