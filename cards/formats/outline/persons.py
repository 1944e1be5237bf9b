"""Persons of whom a note tells: "Who is X?", not "What is X?"."""

import re
from collections.abc import Iterable

PERSON = re.compile(
    r"(?:\w{3,}(?:ologist|osopher|ician|matist|cist|mist|ist|ian|eader|eformer|riter|uthor|oet|"
    r"inter|omat|essor|inventor|explorer)|(?:dict|sen|transl|legisl|educ|navig|liber)ator|orator|"
    r"king|queen|emperor|empress|pope|saint|monk|priest|"
    r"general|president|chancellor|minister|woman|man|lawyer|student|pupil|follower|disciple|"
    r"supporter|thinker|\w*analyst|virtuoso|founder|scholar|composer|sculptor|theologian|nobleman|"
    r"soldier|commander|judge|engineer|architect|figure)",
    re.IGNORECASE,
)
"""Nouns for what a person is."""
_PERSON = re.compile(
    rf"{PERSON.pattern}|[a-z]*(?:wo)?m[ae]n|boy|girl|prince|princess|duke|knight|nun|bishop|god|"
    r"goddess|titan|hero|heroine|actor|actress|singer|musician|slave|servant|sailor|captain|spy",
    re.IGNORECASE,
)
"""The same, with those that a story has."""
_SOMEBODY = re.compile(
    r"(?:An?|The|One of the) (?:[\w-]+ ){0,3}?(?P<noun>[a-z]+)"
    r"(?=,| (?:of|from|on|in|at|for|to|by|and|whose)\b|\.?$)"
)
"""The noun of what a person is said to be: "A follower of Descartes"."""
_NAME = re.compile(r"What (?:is|are) (?P<name>[A-Z][a-zé-ü’'-]+(?: [A-Z][a-zé-ü’'.-]+){0,2})\?$")
_ROLE = re.compile(r".*(?:er|or|ist|ian|ee|man|men|woman|ant|ent|ing|ness|ity|ism|tion)s?$")
"""Names of what people do, and of what nobody is."""


def of_person(prompt: str, answer: str, text: Iterable[str]) -> str:
    """Return "Who is X?" for a name of which a person is told, as no line of a text denies.

    A word that stands in small letters somewhere is no name.
    """
    found, told = _NAME.match(prompt), _SOMEBODY.match(answer)
    if not found or not told or not _PERSON.fullmatch(told["noun"]):
        return prompt
    name = found["name"]
    if " " not in name and (_ROLE.match(name) or any(name.lower() in line for line in text)):
        return prompt
    return f"Who is {name}?"
