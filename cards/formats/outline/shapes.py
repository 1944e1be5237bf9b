"""Questions for one item of a section, by the shape that it has."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from cards.card import HIDDEN, Kind
from cards.formats.outline import (
    commands,
    definitions,
    facts,
    formulas,
    labels,
    meanings,
    parts,
    prose,
)
from cards.formats.outline.context import Context
from cards.formats.outline.general import specific
from cards.formats.outline.headings import LONGEST_ATTRIBUTE
from cards.formats.outline.nesting import BRACKETED, CODED, LONGEST_NAME
from cards.formats.outline.question import Question
from cards.formats.outline.sections import Item
from cards.formats.outline.subjects import is_generic
from cards.formats.outline.wording import (
    DETERMINERS,
    EMPTY,
    MASKS,
    Masked,
    acronyms,
    base_verb,
    content_words,
    has_formula,
    initialled,
    is_plural,
    lower_first,
    sentences,
    upper_first,
)

_SHORTEST, _FEWEST_TOLD, _LONGEST_ANSWER = 8, 3, 260
_LONGEST_CODE = 60
_LONGEST_END = 7
"""Words of a part of a chain of arrows."""
_PLACED = re.compile(r"^What is (?:meant by )?“| (?:caused by|used for)\?$")
"""Questions for a label, which say what it is a label in."""
_MEANS = re.compile(
    r"([^,;:.]{3,60}?) of ([-−]?[\d.]+%?) means ([^,;:.]{5,90}),? (?:and|while|whereas|but) "
    r"(?:one of )?([-−]?[\d.]+%?) means ([^,;:.]{5,90})"
)
_DEFINING = re.compile(
    r"What is the .+\? \\\(|"
    r"\b(?:defined|given|expressed|described|denoted|calculated|computed) (?:as|by)\b"
)
"""What makes a formula that of something by name."""
_ARROW = re.compile(r"\s*(?:=>|->|→|⇒|⟶)\s*")
_PATH = re.compile(r"`[\w-]+(?:/[\w.-]+)+`|`[\w-]+\.md`")
_UNNAMED = re.compile(
    r"(?:(?!According|Depending|During|Considering|Regarding)[A-Z]\w+ing|"
    r"(?:A|An) (?:kind|type|sort|form|class|way)) (?!.*\bis\b)"
)
_EQUATION = re.compile(rf"([\w ]{{3,50}}?) = ([^={MASKS}]{{3,80}})$")
_COMPUTED = re.compile(r"\d[\d.,_]*\s*[/*+×·−-]\s*\d")
_OPERATOR = re.compile(r"[+*/^_√∑]|\w\(| [-−] |^[\d.]+ ?%?$")
_KIND = re.compile(r"(?:an?|the) ", re.IGNORECASE)
_FIT = re.compile(
    r"(?:(?:It |They )?(?:is|are) )?(best|good|suitable|ideal|responsible|useful|well suited|used) "
    r"for (?!more|further|example|instance|this|these|it\b|them\b)([^;:]{6,160}?)\.?$",
    re.IGNORECASE,
)
"""What says of a heading what it is good for."""
_IN_LIBRARY = re.compile(r"([A-Za-z_]\w*(?:\.\w+)+) in (\w[\w ]*)$")


def questions(context: Context, below: Sequence[Item]) -> tuple[Iterator[Question], int]:
    """Return the questions of an item, and how many of the items `below` they tell in full."""
    text = context.masked.text
    if len(context.item.text) < _SHORTEST or not text or prose.POINTER.match(text):
        return iter(()), 0
    if _IN_LIBRARY.match(text) or _has_arrows(context, text):
        asked, told = _of_signs(context, text), 0
    else:
        listed, told = parts.announced(context, below)
        asked = _listed(context, text, listed) if listed else _alone(context, text)
    return chain(asked, _values(context, text), stands_for(text, context.item.line)), told


def _has_arrows(context: Context, text: str) -> bool:
    """Whether an item is a chain of arrows, and not what a label in bold explains."""
    if not _ARROW.search(BRACKETED.sub("", text)):
        return False
    label = labels.split(text)
    return not label or label[0] not in context.bold


def _of_signs(context: Context, text: str) -> Iterator[Question]:
    """Yield what a name of a library is called there, or what arrows say."""
    if library := _IN_LIBRARY.match(text):
        asks = f"What is {context.subject} called in {library[2]}?"
        yield context.basic(asks, f"`{library[1]}`")
    else:
        yield from _arrows(context, text)


def _listed(context: Context, text: str, listed: Question) -> Iterator[Question]:
    """Yield what a first item says of the subject, before it announces parts, and these."""
    if context.is_first and len(sentences(text)) > 1 and (opening := _told_below(context, text)):
        yield opening
    yield listed


def _alone(context: Context, text: str) -> Iterator[Question]:
    """Yield the questions of an item that announces no parts: of the first shape that it has."""
    if has_formula(text) and (calls := formulas.named(context.masked, context.subject)):
        yield Question(*calls, Kind.BASIC, context.item.line, sure=True, named=True)
    elif context.is_first and (opening := _opening(context, text)):
        yield opening
        first, *rest = sentences(text)
        yield from prose.questions(context, " ".join(rest), "", context.masked.whole(first))
    elif dated := facts.in_year(text, context.subject):
        yield replace(context.basic(*dated), sure=True)
    elif number := prose.number_in(context, text.rstrip(". ")):
        yield number
    elif coded := _coded(context, text):
        yield coded
    elif equation := _EQUATION.match(text):
        yield from _equation(context, equation[1].strip(), equation[2].strip(" ."))
    elif has_formula(text) and (
        asked := list(formulas.questions(context.masked, context.naming, context.subject))
    ):
        for prompt, answer in asked:
            law = formulas.LAW.match(prompt)
            sure = bool(law or _DEFINING.search(prompt))
            placed = law or context.names_all(prompt)
            about = "" if placed else f"({context.subject}) "
            lead = context.masked.whole(about)
            yield Question(f"{lead}{prompt}", answer, Kind.BASIC, context.item.line, sure=sure)
    elif (fit := _FIT.match(text)) and context.is_named() and specific(context.subject):
        asks = f"What {context.verb} {context.subject} {fit[1].lower()} for?"
        yield context.basic(asks, upper_first(fit[2]))
    else:
        yield from _labelled_or_prose(context, text)


def _opening(context: Context, text: str) -> Question | None:
    """Return what a first item says of the subject."""
    return _spelt_out(context, text) or _told_below(context, text) or _first_words(context, text)


def _values(context: Context, text: str) -> Iterator[Question]:
    """Yield what each value means, of "A score of 0 means …, and 1 means …"."""
    for sentence in sentences(text):
        found = _MEANS.match(sentence)
        if found:
            name = lower_first(found[1])
            for value, told in ((found[2], found[3]), (found[4], found[5])):
                asked = context.basic(f"What does {name} of {value} mean?", upper_first(told))
                yield replace(asked, sure=True)


def _arrows(context: Context, text: str) -> Iterator[Question]:
    """Yield questions for "a => b" and for longer chains."""
    for clause in re.split(r";\s+", text):
        ends = _ARROW.split(clause)
        if len(ends) < 2 or not all(map(str.strip, ends)) or ends[0].endswith("<"):
            continue  # an arrow from or to nothing is drawn, not said
        if len(ends) > 2 and any(len(end.split()) > _LONGEST_END for end in ends):
            continue
        signs = _ARROW.findall(clause)
        if len(ends) == 2:
            if _PATH.search(context.masked.whole(ends[1])) and not BRACKETED.sub("", ends[1])[2:]:
                continue
            first = ends[1].split(maxsplit=1)[0]
            does = first.islower() and base_verb(first) in labels.DEEDS
            if does and len(ends[0].split()) <= 3:
                yield context.basic(f"What does the {ends[0]} do?", ends[1])
            elif len(ends[0].split()) <= LONGEST_NAME:
                yield from _term(context, ends[0], ends[1])
            continue
        inner = [n for n in range(1, len(ends)) if ends.count(ends[n]) == 1]
        marked = [n for n in inner if ends[n].startswith("[")]
        for n in marked[:3]:
            shown = [HIDDEN if n == other else end for other, end in enumerate(ends)]
            drawn = "".join(end + sign for end, sign in zip(shown, [*signs, ""], strict=True))
            yield context.gap(f"{context.about(clause)}{drawn}", ends[n].strip("[]"))


def _first_words(context: Context, text: str) -> Question | None:
    """Return "What is the subject?" for a first item that says so without naming it."""
    if ":" in text or not meanings.is_name(context.subject):
        return None
    if context.subject.split()[0].endswith("ing"):
        return None
    first = sentences(text)[0]
    named = context.is_named()
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
    asks = f"What {context.verb} {context.subject}?"
    return context.basic(_within(context, asks), upper_first(first if tells else text))


def _within(context: Context, asks: str) -> str:
    """Return a question for what the heading names, with its field where it is a general word."""
    if specific(context.subject) and not context.outer:
        return asks
    placed = context.placed(f"What is meant by “{context.subject}”?", context.subject)
    return placed if context.outer or placed.partition("”")[2] != "?" else asks


def _told_below(context: Context, text: str) -> Question | None:
    """Return "What is the subject?" for a first item that says what the subject is."""
    if not context.subject or not context.is_named() or labels.split(text):
        return None
    told = meanings.told_below(context.subject, text)
    if not told:
        return None
    prompt, answer = told
    if prompt.startswith(("What is ", "What are ")):
        prompt = _within(context, prompt)
    return context.basic(prompt, answer)


def _spelt_out(context: Context, text: str) -> Question | None:
    """Return "What does A3C stand for?" for a first item that spells the heading's letters."""
    words = text.split()
    for short in re.findall(r"\b[A-Z][A-Z0-9]+\b", context.heading):
        if len(words) < 7 and initialled(short, words) == text:
            return context.basic(f"What does {short} stand for?", text)
    return None


def _labelled_or_prose(context: Context, text: str) -> Iterator[Question]:
    """Yield questions for labels, or for the sentences of an item without one."""
    clauses = re.split(r";\s+", text)
    split = [labels.split(clause) for clause in clauses]
    if len(clauses) < 2 or not all(split):
        clauses, split = [text], [labels.split(text)]
    for clause, label in zip(clauses, split, strict=True):
        if label is None:
            yield from prose.questions(context, clause, "", context.before)
            continue
        name, explanation = labels.with_noun(label[0], context.heading), label[1]
        first, *rest = sentences(explanation) or [explanation]
        while rest and len(explanation) > _LONGEST_ANSWER >= len(first) + len(rest[0]):
            first = f"{first} {rest.pop(0)}"
        if initialled(name, first.rstrip(".").split()) == first.rstrip("."):
            yield Question(
                f"What does {name} stand for?", first.rstrip("."), Kind.BASIC, context.item.line
            )
            continue
        prompt = labels.question(name, first, context.subject, context.before)
        if prompt and prompt.startswith("What is meant") and _is_list_of(name, first):
            place = "" if content_words(name) & content_words(context.subject) else context.subject
            name = lower_first(name).removeprefix("the ")
            small = name.lower() if name.istitle() and is_generic(name) else name
            of = f" of {place}" if place and is_generic(name) else f" ({place})" if place else ""
            prompt = f"What are the {small}{of}?"
        elif prompt and _PLACED.search(prompt):
            prompt = context.placed(prompt, name)
        short = len(explanation) <= _LONGEST_ANSWER
        answer = labels.told_in(explanation if short else first) if prompt else ""
        least = len("Ada") if prompt and prompt.startswith(("Who ", "Where ")) else 12
        if prompt and least <= len(answer) <= _LONGEST_ANSWER + 60:
            named = label[0] in context.bold
            named = named or (context.item.joined and len(content_words(answer)) > _FEWEST_TOLD)
            named = named or bool(labels.GLOSSARY.match(Masked(context.heading).text))
            yield replace(context.basic(prompt, upper_first(answer)), named=named)
            if not short:
                yield from prose.questions(
                    context, " ".join(rest), "", context.masked.whole(sentences(first)[-1])
                )
        elif content_words(name) <= context.known or labels.is_about_it(name):
            yield from prose.questions(context, explanation, "", "")
        else:
            yield from prose.questions(context, explanation, name, "")


def _coded(context: Context, text: str) -> Question | None:
    """Return what something written as code does, or is; None where no text begins so.

    A letter of a formula is no name of what it does.
    """
    found = CODED.match(text) or CODED.match(sentences(text)[0].rstrip(". "))
    long = found and len(context.masked.original(found[1])) > _LONGEST_CODE
    if not found or long or definitions.is_clause(found[2]):
        return None
    code, told = found[1], found[2]
    if not context.masked.original(code).startswith("`") and meanings.is_deed(told):
        return None
    used = re.match(r"(?:is |are )?used (to|for) ", told, re.IGNORECASE)
    if used:
        told = told[used.end() :] if used[1] == "for" else f"to {told[used.end() :]}"
        return context.basic(f"What is {code} used for?", upper_first(told))
    first = told.split(maxsplit=1)[0].lower()
    then = told[len(first) :].split(maxsplit=1)[:1]
    noun = first in labels.NOUNS and not (then and then[0].lower() in DETERMINERS)
    deed = bool(base_verb(first)) and bool(then) and then[0].lower() in DETERMINERS
    if not noun and (deed or {first, base_verb(first)} & labels.DEEDS):
        asked = context.basic(f"What does {code} do?", upper_first(told))
        return replace(asked, doubt=commands.doubt(context.masked.original(code)))
    term = context.masked.original(code).strip("`")
    return context.basic(context.placed(f"What is “{term}”?", term), upper_first(told))


def _equation(context: Context, left: str, right: str) -> Iterator[Question]:
    """Yield what the left side of an equation in words is: a formula, or another name."""
    if _COMPUTED.match(right):
        return  # "Conc = 0.0025 / 6000", of one exercise
    if _OPERATOR.search(right):
        yield context.basic(f"{upper_first(left)} = ?", f"`{right.strip('`')}`")
    elif (
        specific(left)
        and len(right.split()) <= LONGEST_NAME
        and left[1:]
        and not _KIND.match(right)
    ):
        yield context.basic(f"What is another name for “{left}”?", upper_first(right))
    else:
        yield from _term(context, left, right)


def _term(context: Context, name: str, told: str) -> Iterator[Question]:
    """Yield what a term means of which another name is told."""
    prompt = labels.question(name, told, context.subject, context.before)
    if prompt and prompt.startswith(("What is “", "What is meant by “")):
        yield context.basic(context.placed(prompt, name), upper_first(told))


def _is_list_of(name: str, told: str) -> bool:
    """Whether a label in the plural is told by a list of names: "Output devices: screens, …"."""
    names = re.split(r", (?:and |or )?| and ", told.rstrip("."))
    short = all(len(one.split()) <= LONGEST_ATTRIBUTE for one in names)
    return is_plural(name) and len(names) > 2 and short and "(" not in name


def stands_for(text: str, line: int) -> Iterator[Question]:
    """Yield what the abbreviations of a text stand for."""
    for short, name in acronyms(text):
        if name.split()[0] in EMPTY:
            continue  # "and Commitment Therapy (ACT)"
        yield Question(f"What does {short} stand for?", name, Kind.BASIC, line)
