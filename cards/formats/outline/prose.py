"""Questions for the sentences of an item."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from cards.formats.outline import gaps, labels, named, patterns, quantities, statements
from cards.formats.outline.context import Context
from cards.formats.outline.general import specific
from cards.formats.outline.headings import NUMBERING
from cards.formats.outline.question import Question
from cards.formats.outline.wording import (
    LEANING,
    Masked,
    base_verb,
    bold_in,
    content_words,
    lower_first,
    sentences,
    upper_first,
)

_LONGEST_PROMPT = 420
_LONGEST_LEAD = 220
_QUOTES = re.compile(r"^(?:The (?:term|word|phrase|expression) )?[“\"]([\w’' -]{2,40})[”\"](?= )")
"""A name in quotes with which a sentence begins."""
_VERBS = frozenset(
    {"need", "require", "suffer", "lead", "cause", "consist", "depend", "use", "exist"}
)
_LEAST_IN_PROSE, _LEAST_IN_LONG, _LEAST_IN_BULLETS = 9.0, 8.0, 6.5
"""Least weight of a gap in a sentence of a paragraph, and in a long and a short one of a bullet."""
_LEAST_IN_BOLD = 5.0
_LONG_SENTENCE = 16
_DOING = re.compile(r"([^,;:()]{2,60}?) is (\w+ing \w.{12,220})$")
"""A term in bold that is told by what is done."""
POINTER = re.compile(
    r"(?:see|e\.?g\b|i\.e\b|ex:|refer|for more|think of|source|link|cf)\b|https?://", re.IGNORECASE
)
_OPENER = re.compile(
    r"(?:notice|note that|note|moreover|furthermore|additionally|in addition|alternatively|"
    r"equivalently|in other words|mechanically|thus|in general|generally|in fact|of course|overall|"
    r"in practice|importantly|interestingly|clearly|basically|remember|hence|therefore|however|"
    r"now|also|at a high level|for example|in short|essentially|as can be seen|in summary|"
    r"as mentioned(?: above| before| earlier)?|in (?:plain|simple|simpler|other) (?:words|terms)|"
    r"simply put|put simply|generally speaking|formally|informally|intuitively|conversely)"
    r"\s*[,:]\s*|(?:note|remember|recall|notice) that\s+",
    re.IGNORECASE,
)
_BOLD_SENTENCE = re.compile(r"\*\*([^*]{40,400})\*\*")
_PAST = re.compile(
    r"(?:\w{3,}ed|became|began|built|made|took|led|was|were|had|known|found|left|won|wrote|held|gave|"
    r"went|came|sent|brought|fought|lost|met|ran|saw|set|born|kept|rose|fell|grew|spoke|died)$"
)
"""First words of what somebody or something did, said under its name."""
_OPENS_SMALL = frozenset(["a", "an", "the", "any", "in", "when", "if"])
"""Words that a sentence begins with, which some writers write small."""
_NOUNS_AFTER = frozenset(["and", "or", "is", "are", "was", "can", "of"])


def questions(context: Context, text: str, label: str, previous: str) -> Iterator[Question]:
    """Yield a question for each sentence that has one; `previous` is the one before."""
    for sentence in sentences(text):
        bare = _OPENER.sub("", sentence, count=1)
        bare = upper_first(bare) if bare != sentence else bare
        if not POINTER.match(bare) and not bare.lower().startswith(("e.g", "i.e", "eg ", "ex:")):
            yield from _sentence(context, bare, previous, label)
        previous = context.masked.whole(sentence)


def _sentence(context: Context, sentence: str, previous: str, label: str) -> Iterator[Question]:
    """Yield the best question of one sentence."""
    body = context.with_owner(sentence.rstrip(". "))
    words = re.sub("[,:]|[’']s\\b", "", body.lower()).split()
    if not words:
        return
    body = upper_first(body) if words[0] in _OPENS_SMALL else body
    if {"this", "these"} & set(words[1:3]):
        return  # "In this case", which the line before does not tell in a word
    leans = words[0] in LEANING or words[0] in ("this", "these")
    if whole := _as_a_whole(context, body, leans, previous):
        yield whole
        return
    most = 2 if len(sentence) > 130 else 1
    lead = f"{label}: " if label else context.about(sentence)
    sentence = upper_first(sentence) if lead and not label else sentence
    if words[0] == "it" and previous == context.before:
        leans = False  # what the heading names
    if leans and len(previous) > _LONGEST_LEAD:
        return  # nobody could tell what "this" is
    verb = base_verb(words[0])
    deed = bool(verb) and (verb in labels.DEEDS or verb in _VERBS)
    deed = deed or bool(
        context.is_one() and _PAST.match(words[0]) and (words[1:2] and words[1] not in _NOUNS_AFTER)
    )
    if deed and not leans and not label:
        if not context.subject:
            return  # nobody could tell what does it
        lead = f"{context.subject}: "
        sentence = sentence[0].lower() + sentence[1:]
    if leans and previous:
        lead, sentence = f"{upper_first(previous.rstrip(' .'))}. ", upper_first(sentence)
    long = len(sentence.split()) > _LONG_SENTENCE
    least = _LEAST_IN_LONG if long else _LEAST_IN_BULLETS
    least = least if context.item.marker else _LEAST_IN_PROSE
    least = _LEAST_IN_BOLD if _is_bold(context, sentence) else least
    for prompt, answer in gaps.best(
        sentence, context.known, most, lead, least, bold_in(context.item.text)
    ):
        if len(lead) + len(context.masked.whole(prompt)) <= _LONGEST_PROMPT:
            yield context.gap(upper_first(lead + prompt), answer)


def _as_a_whole(context: Context, body: str, leans: bool, previous: str) -> Question | None:
    """Return what a sentence asks that hides none of its words, where it has such a shape."""
    if not leans:
        if number := number_in(context, body):
            return number
        bold = next(iter(bold_in(context.item.text)), "")
        doing = _DOING.match(body)
        if bold and doing and doing[1] == bold:
            return context.basic(f"What is {lower_first(bold)}?", upper_first(doing[2]))
        marked = statements.in_bold(body, bold) if bold else None
        asked = statements.question(body) or marked
        told = _of_name(context, body, named.told_of)
        if asked and not (told and told.named and asked[0] != told.prompt):
            return context.basic(context.said_where(asked[0]), asked[1])
        if told:
            return told
        if (general := statements.of_general(body)) and context.is_placed(general[2]):
            return context.basic(context.placed(general[0], general[2]), general[1])
    if foremost := patterns.foremost(body, context.subject):
        return context.basic(*foremost)
    if shaped := patterns.asked(context.with_subject(body, previous) or body, context.heading):
        pattern, prompt, answer = shaped
        return replace(context.basic(prompt, answer), sure=pattern.sure, named=pattern.names)
    if leans:
        return None
    if told := _of_name(context, body, named.deed_of):
        return told
    asked = statements.circumstance(body)
    return context.basic(context.said_where(asked[0]), asked[1]) if asked else None


def number_in(context: Context, sentence: str) -> Question | None:
    """Return what number a sentence tells, with what it is of."""
    found = quantities.told_in(sentence, context.masked)
    if not found:
        return None
    prompt, answer = found
    whole = re.search(r" (?:of|in|at|for|between) |^(?:How|In) ", prompt)
    lead = "" if whole else context.of_subject(prompt)
    return replace(context.basic(f"{lead}{prompt}", answer), sure=True)


def _of_name(
    context: Context, sentence: str, told_of: Callable[[str, str], tuple[str, str] | None]
) -> Question | None:
    """Return what a sentence tells of what is in bold, or of what the heading names.

    A word that other fields use as well is asked for with what it is a term of.
    """
    bare = NUMBERING.sub("", Masked(context.heading).text).strip(" !?:.*")
    lead = named.LEAD.match(sentence)
    field = lead["field"] if lead and specific(lead["field"]) else ""
    sentence = _QUOTES.sub(r"\1", sentence[lead.end() :] if lead else sentence)
    for name in (*named.marked_in(context.item.text), bare):
        if told := told_of(name, sentence):
            prompt, answer = told
            placed = prompt if specific(name) else context.placed(prompt, name)
            placed = f"{prompt[:-1]} in {field}?" if field else placed
            known = placed != prompt or specific(name) or len(content_words(name)) > 1
            return replace(context.basic(placed, answer), named=bool(known))
    return None


def _is_bold(context: Context, sentence: str) -> bool:
    """Whether the writer has set a whole sentence in bold."""
    end = sentence.rstrip(". ").lower()
    bold = (Masked(found[1]).text.lower() for found in _BOLD_SENTENCE.finditer(context.item.text))
    return context.item.text[:2] == "**" and any(end in one for one in bold)
