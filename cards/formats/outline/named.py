"""What a sentence tells about a name that its note marks as one: in bold, or as a heading.

Such a name need not be a rare word: "**Demand** is the quantity that people are willing to buy"
says what the note takes demand to be.
"""

import re
from collections.abc import Iterator

from cards.formats.outline.definitions import is_praise
from cards.formats.outline.labels import DEEDS, NOUNS
from cards.formats.outline.wording import (
    Masked,
    base_verb,
    content_words,
    is_plural,
    lower_first,
    upper_first,
)
from cards.text.words import word_set

_MARKS = re.compile(
    r"(?<![*_=\w])(\*\*|__|==|\*|_)(?=[^\s*_=])([^*_=\n]{2,60}?)(?<=[^\s*_=])\1(?![*_=\w])"
)
_TELLS = re.compile(
    r"(?: \([^()]*\))?,? (?:(?:can be )?(?:defined as|described as)|"
    r"(is|are)(?: (?:simply|just|basically|essentially|usually|often|typically))?|"
    r"means?|refers? to|denotes?) (?P<told>.{12,})$"
)
_USED = re.compile(
    r"(?: \([^()]*\))? (?P<be>is|are) (?:(?:often|usually|commonly|mainly|mostly|typically) )?"
    r"used (?P<to>to|for) (?P<told>.{12,})$"
)
_ACTS = re.compile(r"(?: \([^()]*\))? (?P<told>(?P<verb>[a-z]{2,}s) (?P<then>[\w-]+) .{12,})$")
"""What a name of one thing does, with the verb."""
_ACT = re.compile(r"(?: \([^()]*\))? (?P<told>(?P<verb>[a-z]{3,}) (?P<then>[\w-]+) .{12,})$")
LEAD = re.compile(
    r"(?:In|Within|For) (?:the (?:context|field|area|study|world|domain|case) of )?"
    r"(?!this|these|that|those|other|some|many|most|all|any|each|every|fact|order|general|practice)"
    r"(?P<field>(?:the )?[A-Za-z][\w-]*(?: [\w-]+){0,2}), "
    r"(?:(?:particularly|especially|specifically|more specifically|in particular)[ ,]"
    r"[^,;:]{3,50}, )?"
)
"""How a sentence begins that says of what field its subject is."""
_NO_KIND = re.compile(
    r"(?:not|no|very|also|always|never|only|more|most|less|so|too|likely|available|able|based|"
    r"about|in|on|at|by|for|from|to|what|why|how|because|due|used|known|called|given|that|this|"
    r"these|those|it|they|one of the (?:most|best)|similar|different|equal|part|important|there|"
    r"further|built|made|set|written|done|found|run|held|kept|"
    r"[a-z]+ed(?! [a-z-]+s (?:in which|with|whose)\b)|"
    r"[a-z]+(?:ly|ing|ous|ible|able|ful|less|ary|ent|ant))\b"
    r"(?! [a-z-]+ (?:of|that|which|where)\b)",
    re.IGNORECASE,
)
"""What follows "is" and tells how something is, or where, rather than what."""
_QUOTED = re.compile(r"(?:The (?:term|word|phrase|expression) )?[“\"]([\w’' -]{2,40})[”\"] ")
"""A text that begins with a name in quotes."""
_NOUN = (
    r"(?:command|function|operator|algorithm|method|theorem|law|model|effect|rule|protocol|principle|"
    r"test|process|statement|keyword|operation|theory|technique)"
)
"""A noun that says what a name is of: "The **find** command"."""
_NO_DEEDS = word_set(
    "is was has does means refers denotes seems appears becomes remains exists happens occurs "
    "depends requires needs lacks looks sounds feels works comes goes gets takes costs says "
    "suffers starts begins ends grows falls rises plays helps"
)
"""Verbs that tell how a thing is, or how it fares, and no deed of it."""
_FINITE = word_set(
    "can could should would will may might must is are was were has have had do does did carry "
    "also often that which of and or"
)
"""Words after the subject of a sentence."""
_OBJECTS = word_set("the a an its their one two all any each every how what whether that to from")
_LEANS = re.compile(r"\b(?:this|these|those|that one|here|above|below|we|you|your|our)\b", re.I)
_FEWEST, _LONGEST, _LONGEST_NAME = 2, 260, 6


def marked_in(text: str) -> Iterator[str]:
    """Yield what a text sets in bold, in italics or in quotes, as it reads without marks."""
    for found in _MARKS.finditer(text):
        yield Masked(found[2]).text.strip(" :.")
    if quoted := _QUOTED.match(text):
        yield quoted[1]


def told_of(name: str, sentence: str) -> tuple[str, str] | None:
    """Return "What is X?" and what a masked sentence without its full stop says X is, or None."""
    begins = _begins(name, sentence)
    tells = _TELLS.match(sentence, begins.end()) if begins else None
    if not begins or not tells:
        return None
    told, term = tells["told"], begins[2]
    if len(told) > _LONGEST or is_praise(told) or _NO_KIND.match(told):
        return None
    if len(content_words(told) - content_words(term)) < _FEWEST:
        return None
    article = (begins[1] or "").lower()
    verb = "are" if tells[1] == "are" or is_plural(term) else "is"
    return f"What {verb} {article}{lower_first(term)}?", upper_first(told)


def deed_of(name: str, sentence: str) -> tuple[str, str] | None:
    """Return what a sentence tells that a name is used for, or does, with its question, or None."""
    begins = _begins(name, sentence)
    if not begins:
        return None
    term, article = lower_first(begins[2]), (begins[1] or "").lower()
    if used := _USED.match(sentence, begins.end()):
        told = used["told"] if used["to"] == "for" else f"to {used['told']}"
        return f"What {used['be']} {article}{term} used for?", upper_first(told)
    if is_plural(term):
        return _deed_of_many(article + term, sentence, begins.end())
    acts = _ACTS.match(sentence, begins.end())
    if not acts or len(acts["told"]) > _LONGEST:
        return None
    verb, then = base_verb(acts["verb"]), acts["then"]
    if not verb or acts["verb"] in NOUNS | _NO_DEEDS or _LEANS.search(acts["told"]):
        return None
    if then in _FINITE or then in DEEDS or not (verb in DEEDS or then in _OBJECTS):
        return None  # of a plural that looks like a verb: "Relay cells carry …"
    return f"What does {article}{term} do?", upper_first(acts["told"])


def _deed_of_many(term: str, sentence: str, end: int) -> tuple[str, str] | None:
    """Return what things that end at a place of a sentence do: "Constraints limit the uses …"."""
    acts = _ACT.match(sentence, end)
    if not acts or len(acts["told"]) > _LONGEST or _LEANS.search(acts["told"]):
        return None
    known = acts["verb"] in DEEDS and acts["then"] in _OBJECTS
    return (f"What do {term} do?", upper_first(acts["told"])) if known else None


def _begins(name: str, sentence: str) -> re.Match[str] | None:
    """Return how a sentence begins with a name: its article, and the name as it stands there."""
    if not 0 < len(name.split()) <= _LONGEST_NAME:
        return None
    bare = re.sub(r"^(?:an?|the) ", "", name, flags=re.IGNORECASE)
    stem = bare[:-1] if is_plural(bare) else bare
    if stem.lower() not in sentence[: len(stem) + len("The ")].lower():
        return None  # before a pattern is made of the name, which costs more
    return re.match(
        rf"(An? |The )?({re.escape(stem)}s?(?: {_NOUN})?)(?=[ ,(])", sentence, re.IGNORECASE
    )
