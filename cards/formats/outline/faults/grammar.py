"""What makes a question no English: a sentence of the note went into it with its own verb."""

import re

from cards.formats.outline.labels import DEEDS, NOUNS
from cards.formats.outline.wording import base_verb
from cards.text.words import word_set

_ASKS = re.compile(r"(?:What|Why|When|Where|How|Who) (?:is|are|was|were|do|does|did) (.+)\?$")

_QUOTED = re.compile(r"“[^“”]*”|‘[^‘’]*’|\([^()]*\)")

_DOUBLED = re.compile(
    r"\b(?:[Tt]he|an?) (?:and|or|of|to|is|are|there|in|for|with|that|it|they|an?|the)\b"
    r"(?!-| (?:loop|gate|statement|operator|keyword|clause|condition|expression|block|"
    r"function)s?\b)"
)
"""An article before a word that needs none: "the and three types"."""

_LOOSE_END = re.compile(
    r"\b(?:there|it|they|he|she|and|the|an?)\?$|\bmay consist of\?$"
    r"|\AWhy (?:is|are) [^?]*? that(?: in [^?]+)?\?\Z|\AWhat [^“]*? (?:->|→|⇒|=>) "
)

_ADVERB = re.compile(
    r"(?:Sometimes|Usually|Often|Typically|Generally|Normally|Currently|Also) [a-z]"
)
"""An adverb that opened the sentence, and not a name: "Sometimes tuples"."""
_CONJUNCTIONS = word_set(
    "because when if since while although none and but so or then equivalently let whereas unless"
)

_FORMS = word_set("forms has becomes equals yields gives implies satisfies induces denotes lies")
"""Verbs of what a formula does."""

_DETERMINERS = word_set("the a an to their its your how what whether")

_OBJECTS = word_set(
    "the a an all your our their its any each every it them this that these those us you up there "
    "how whether what"
)
"""What follows a verb, and seldom a noun that looks like one."""

_PLACES = frozenset(["in", "into", "by", "on", "as", "from", "with", "to", "at", "under"])

_NO_NOUNS = word_set(
    "fall refer mean consist lead occur happen depend rely take hold receive provide require "
    "contain allow represent become belong seek exist"
)
"""Verbs whose form with an s is no plural, unlike that of "returns to scale"."""

_VERBS = DEEDS | _NO_NOUNS

_RELATIVE = frozenset(["that", "which", "who", "whose", "what", "whatever", "it"])


_IDIOM = re.compile(
    r"by\?\s(?:default|definition|design|hand|convention|virtue|far|then)\b|"
    r"on\?\s(?:an? (?:\S+ ){1,3}basis|average|demand|top|time|purpose)\b|"
    r"in\?\s(?:order|general|turn|practice|fact|advance|case|parallel|addition|place|total)\b|"
    r"for\?\s(?:example|instance|now|sure)\b|at\?\s(?:least|most|all|once|first|last)\b",
    re.IGNORECASE,
)
"""A question's last word with an answer's first that are one phrase: "enabled by? Default"."""


_FORMULA_OF = re.compile(
    r"What (?:is|are) (?:the )?(?P<name>.+?)(?: \([^()]*\))?\? [\ue000-\uf8ff]$", re.DOTALL
)
_NO_QUANTITY = re.compile(
    r"(?:(?!family|assembly|supply|anomaly|reply|early|only|monopoly)[a-z]+ly|back|remember|recall|"
    r"denote|expect|exponentiate|rearrange|substitute|differentiate|integrate|multiply|subtract|"
    r"simplify|rewrite|impose|assume|suppose|iterate|observe|notice|very|important|good|usual|"
    r"useful|nice|last|next|other|same|our|some|any|again)(?: |$)|"
    r"(?:draw|take|set|apply|solve|find|get|use|plug|divide|add|compute|calculate|define|consider|"
    r"write|choose|put|give|show|prove|check|expand) (?:the|an?|both|all|in|into|out|that|each)\b|"
    r"(?:parameters|units|forces|probabilities|values|terms|variables|constants|equations|"
    r"formulas|steps)$",
    re.IGNORECASE,
)
"""What stands before a formula and names nothing: "remember the …", "formally", "units"."""


def fault_of(asked: str, told: str) -> str:
    """Return why a masked question is no sentence of English, or nothing."""
    spelt = asked.endswith(" stand for?")
    if not spelt and _IDIOM.match(f"{asked.rpartition(' ')[2]} {told}"):
        return "its answer is a piece of a phrase"
    formula = _FORMULA_OF.match(asked)
    if formula and (_NO_QUANTITY.match(formula["name"]) or _states(formula["name"])):
        return _NO_ENGLISH
    if _DOUBLED.search(asked) or _LOOSE_END.search(asked):
        return _NO_ENGLISH
    asks = _ASKS.match(asked)
    if asks and _ADVERB.match(asks[1]):
        return _NO_ENGLISH
    words = _QUOTED.sub(" “” ", asks[1]).split() if asks else []
    return _NO_ENGLISH if words and (_opens_clause(words) or _acts(words)) else ""


_NO_ENGLISH = "its question is a piece of a sentence, not English"


def _opens_clause(words: list[str]) -> bool:
    """Whether a subject begins with a conjunction, or with a verb: "Regularizes the model"."""
    first, then = words[0].lower().rstrip(",:;"), words[1].lower() if words[1:] else ""
    if first == "more" and then in _DETERMINERS:
        return True  # "What's more, the group is …"
    if first in _CONJUNCTIONS and not words[0][1:].isupper():
        return True
    verb = base_verb(first) if words[0][0].isupper() and first not in NOUNS else None
    return bool(verb) and (then in _DETERMINERS - {"to"} or _is_verb(first, then))


def _states(name: str) -> bool:
    """Whether what a formula is said to be has a verb: "the training minimizes the loss"."""
    inner = name.lower().split()[1:-1]
    return any(word not in NOUNS and base_verb(word) in DEEDS for word in inner)


def _acts(words: list[str]) -> bool:
    """Whether a subject has a verb of its own: "sumThree takes in a number and"."""
    said = [word.lower().strip(",:;") for word in words]
    return any(
        before not in _RELATIVE and _is_verb(word, then)
        for before, word, then in zip(said, said[1:], said[2:], strict=False)
    )


def _is_verb(word: str, then: str) -> bool:
    """Whether a word that ends in s is a verb, as the word after it shows."""
    verb = base_verb(word) if word not in NOUNS else None
    if word in _FORMS and then in ("a", "an", "the", "in"):
        return True
    return (verb in _VERBS and then in _OBJECTS) or (verb in _NO_NOUNS and then in _PLACES)
