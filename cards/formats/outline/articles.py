"""The article of the thing that a question asks for: "What is a modem?", not "What is Modem?"."""

import re
from functools import cache

from cards.formats.outline.wording import word_list
from cards.text.words import word_set

_NAME = r"(?P<term>[A-Za-z][\w-]*(?: [A-Za-z][\w-]*){0,4}?(?: \([A-Z][\w-]{0,9}\))?)"
_FIELD = r"(?: in [^?]{1,80})?\?)$"
_IS = re.compile(
    r"(?P<lead>(?:\([^()]{1,80}\) )?(?:What|Where|How) is )"
    rf"{_NAME}(?P<rest>(?: (?:used|good|responsible|known) for| located| found| called|"
    rf" measured in| caused by| based on| made of| composed of| characteri[sz]ed by)?{_FIELD}"
)
_DOES = re.compile(
    r"(?P<lead>(?:\([^()]{1,80}\) )?(?:What|Where|When|How) does )"
    rf"{_NAME}(?P<rest> [a-z]+(?: (?:of|on|to|for|from|with))?{_FIELD}"
)
_CAN = re.compile(rf"(?P<lead>What can ){_NAME}(?P<rest> be [a-z]+ [^?]{{1,40}}\?)$")
"""Questions for one thing, up to its verb or its field."""
_DETERMINED = word_set(
    "a an the this that these those its their his her our your my any each every some no one two "
    "three four five all both another other such what which who meant most more less many few it "
    "there being"
)
"""First words after which no article stands, or of what is no name."""
_JOINED = word_set("of and or in on at by for from to with as is are than vs versus the a an")
"""Words that no compound of nouns has."""
_SOUNDS_LIKE_YOU = re.compile(
    r"eu|one\b|once\b|u(?:nary|ni(?!n|mp|mag)|s[aeiu]|til|bi|ra|te)", re.IGNORECASE
)
_SPELT = re.compile(r"(?![B-DF-HJ-NP-TV-Z][AEIOU])[A-Z][A-Z\d]+$|[a-z][A-Z]")
_SILENT = re.compile(r"(?:hour|honest|heir|honou?r)", re.IGNORECASE)
_AN_LETTERS = "AEFHILMNORSX"
"""Letters whose names begin with a vowel, as the first of an abbreviation is read."""


def with_article(prompt: str) -> str:
    """Return a question with the article that its noun needs, where it is known to need one."""
    found = _IS.match(prompt) or _DOES.match(prompt) or _CAN.match(prompt)
    if not found:
        return prompt
    words = re.sub(r" \([^()]*\)$", "", found["term"]).split()
    low = [word.lower() for word in words]
    if low[0] in _DETERMINED or any(word in _JOINED for word in low) or low[-1] not in _listed():
        return prompt
    name = found["term"]
    if len(words) == 1 and name.istitle():
        name = name.lower()
    alone = len(words) > 1 and _listed()[low[-1]]
    return f"{found['lead']}{'the' if alone else _article(name)} {name}{found['rest']}"


def _article(name: str) -> str:
    """Return "a" or "an", as the name after it sounds."""
    first = re.split(r"[ -]", name, maxsplit=1)[0]
    if _SPELT.match(first):
        return "an" if first[0].upper() in _AN_LETTERS else "a"
    vowel = first[0].lower() in "aeiou" and not _SOUNDS_LIKE_YOU.match(first)
    return "an" if vowel or _SILENT.match(first) else "a"


@cache
def _listed() -> dict[str, bool]:
    """Return the nouns of `countable.txt`, and whether a compound of each names one alone."""
    return {word.rstrip("+"): word.endswith("+") for word in word_list("countable")}
