"""What a sentence tells about a name that its note marks as one: in bold, or as a heading.

Such a name need not be a rare word: "**Demand** is the quantity that people are willing to buy"
says what the note takes demand to be.
"""

import re
from collections.abc import Iterator

from cards.formats.outline.definitions import is_praise
from cards.formats.outline.wording import Masked, content_words, is_plural, lower_first, upper_first

_MARKS = re.compile(
    r"(?<![*_=\w])(\*\*|__|==|\*|_)(?=[^\s*_=])([^*_=\n]{2,60}?)(?<=[^\s*_=])\1(?![*_=\w])"
)
_TELLS = re.compile(
    r"(?: \([^()]*\))?,? (?:(?:can be )?(?:defined as|described as)|"
    r"(is|are)(?: (?:simply|just|basically|essentially|usually|often|typically))?|"
    r"means?|refers? to|denotes?) (?P<told>.{12,})$"
)
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
_NOUN = (
    r"(?:command|function|operator|algorithm|method|theorem|law|model|effect|rule|protocol|principle|"
    r"test|process|statement|keyword|operation|theory|technique)"
)
"""A noun that says what a name is of: "The **find** command"."""
_FEWEST, _LONGEST, _LONGEST_NAME = 2, 260, 6


def marked_in(text: str) -> Iterator[str]:
    """Yield what a text sets in bold or italics, as it reads without marks."""
    for found in _MARKS.finditer(text):
        yield Masked(found[2]).text.strip(" :.")


def told_of(name: str, sentence: str) -> tuple[str, str] | None:
    """Return "What is X?" and what a masked sentence without its full stop says X is, or None."""
    if not 0 < len(name.split()) <= _LONGEST_NAME:
        return None
    bare = re.sub(r"^(?:an?|the) ", "", name, flags=re.IGNORECASE)
    stem = bare[:-1] if is_plural(bare) else bare
    if stem.lower() not in sentence[: len(stem) + len("The ")].lower():
        return None  # before a pattern is made of the name, which costs more
    begins = re.match(
        rf"(An? |The )?({re.escape(stem)}s?(?: {_NOUN})?)(?=[ ,(])", sentence, re.IGNORECASE
    )
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
