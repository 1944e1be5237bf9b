"""What happened when, and who did it: facts that a year or a name answers."""

import re

from cards.formats.outline.general import specific
from cards.formats.outline.labels import DEEDS
from cards.formats.outline.subjects import is_field
from cards.formats.outline.terms import ADVICE
from cards.formats.outline.wording import (
    LEANING,
    PREPOSITIONS,
    balanced,
    base_verb,
    content_words,
    is_plural,
    lower_first,
)

_YEAR = re.compile(
    r"(?:In |By |c\. ?|ca\. ?|Circa )?((?:1\d|20)\d\d|\d{1,4} (?:BCE?|CE|AD))(?:s)?"
    r"(?::|\s+[-–—]+)\s+(.{12,200})$"
)
_MADE = re.compile(
    r"((?:[\w’'.-]+,? ){1,7}?)"
    r"(introduced|invented|discovered|founded|wrote|developed|proposed|coined|published|designed|"
    r"created|formulated|pioneered|composed|painted|established|defeated|conquered|devised|"
    r"demonstrated|proved|built|first described|first proposed|first observed) (.{8,200})$"
)
_TOO_MUCH = re.compile(
    r",? (?:and|but|not (?:just|only)|which|who|while|where|because|after|before|when|"
    r"that (?:he|she|they))\b|"
    r",? (?:in|by|on|around|during) (?:the )?(?:early |late |mid-?)?\d{2,4}s?\b|[;:(]|, "
)
_LEANS = re.compile(
    r"\b(?:this|these|those|it|its|their|his|her|him|them|such|our|my|your|another|other|new|more|"
    r"many|several|some|various|certain)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"\b(?:we|i|you|they|he|she|it|who|which|that|this|was|were|has|had|have|been|be|is|are|not|"
    r"to|and|or|of|in|by|as|if|when|researchers|scientists|authors|people|students|team)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"(?:\w+ed|built|made|won|took|began|became|wrote|found|led|was|were|had|has|\w+ing) ",
    re.IGNORECASE,
)
"""How a text begins that says what was done, and not by whom."""
_ACTS = re.compile(
    r"\b(?:\w+ed|\w+s|was|were|is|are|made|began|won|led|took|wrote|found) (?!,)\w+ "
)
_PASSIVE = re.compile(
    r"(?P<what>(?:[\w’'()&-]+ ){0,7}?[\w’'()&-]+) (?P<be>was|were) "
    r"(?P<done>(?:first |formally |officially )?(?:[a-z]+ed|built|made|won|found|held|written|"
    r"begun|sunk|taken|given|cut|led|sent|born)\b[^?]*)$"
)
"""What was done to something, and to what: "The Bank of Sweden was founded"."""
_UNDERGONE = re.compile(
    r"(?:Built|Founded|Created|Released|Introduced|Published|Invented|Discovered|Established|"
    r"Developed|Launched|Opened|Closed|Signed|Banned|Adopted|Standardi[sz]ed|Renamed|Acquired|"
    r"Designed|Written|Abolished|Destroyed|Rebuilt|First \w+ed) "
    r"(?:by|in|as|at|for|with|from|to|on)\b"
)
"""How a text begins that says what was done to its subject: "Built as a remote terminal"."""
_HEADLINE = re.compile(r"[A-Z]{2,}s ")
"""How a headline begins that leaves out who did it: "OKs the plan"."""
_FEWEST, _LONGEST = 3, 22


def in_year(text: str, subject: str = "") -> tuple[str, str] | None:
    """Return (prompt, answer) for "1492: Jews were forced to leave Spain", or None.

    `subject` is what stands above it, which is told of where the text itself names nothing.
    """
    found = _YEAR.match(text)
    if not found or not balanced(found[2]) or len(content_words(found[2])) < _FEWEST:
        return None
    told = found[2].rstrip(". ")
    first = told.split(maxsplit=1)[0]
    if first.lower() in LEANING or _LEANS.search(told) or not specific(told):
        return None
    if ". " in told or ": " in told:
        return None
    if told.count(",") > 1 and not _ACTS.search(told):
        return None  # a list of things
    if not first[0].isalpha() or len(told.split()) > _LONGEST:
        return None
    named = re.search(r" (?:[A-Z][a-z]+|[A-Z]{2,})", told) or re.match(
        r"(?:[A-Z][\w’'-]+ ){1,3}(?:\w+ed|was|were|is|\w+s) ", told
    )
    deed = _DONE.match(told) or _HEADLINE.match(told) or base_verb(first.lower()) in DEEDS
    if named and not deed and (first.lower() != "only" or _ACTS.search(told)):
        return _when(told) or f"In which year: {lower_first(told)}?", found[1]
    one = subject[:1].isupper() and is_field(subject) and not is_plural(subject)
    if not one or len(subject.split()) > _FEWEST + 1 or not deed:
        return None  # nobody could tell what it is that happened
    if _UNDERGONE.match(told):
        return f"In which year was {subject} {told[0].lower()}{told[1:]}?", found[1]
    return f"In which year ({subject}): {lower_first(told)}?", found[1]


def _when(told: str) -> str:
    """Return "In which year was X founded?" for "X was founded", or nothing."""
    passive = _PASSIVE.match(told)
    if not passive or re.search(r"\b(?:which|that|who|and|but)\b", passive["what"]):
        return ""
    return f"In which year {passive['be']} {lower_first(passive['what'])} {passive['done']}?"


def who(sentence: str) -> tuple[str, str] | None:
    """Return "Who introduced …?" and the name, of a masked sentence without its full stop."""
    found = _MADE.match(sentence)
    if not found:
        return None
    name, verb, rest = found[1].strip(" ,"), found[2], found[3]
    end = _TOO_MUCH.search(rest)
    made = rest[: end.start()] if end else rest
    capitals = re.findall(r"(?:^|\s)[A-Z][\w’'.-]*", name)
    named = name[:1].isupper() and len(capitals) >= min(2, len(name.split()))
    if name.split()[-1].endswith("ly") or re.match(r"The [a-z]|An? ", name):
        return None  # "Poorly designed code", "The full agent demonstrated"
    if not named or _NO_NAME.search(name) or name.split()[0].lower() in LEANING:
        return None
    if name.split()[0].lower() in DEEDS | ADVICE | {"read"} or made.split()[0] in PREPOSITIONS:
        return None
    if _LEANS.search(made) or len(content_words(made)) < 2 or not balanced(made):
        return None
    if not specific(name) or not specific(made) or content_words(name) & content_words(made):
        return None
    return f"Who {verb} {made.rstrip(' .')}?", name
