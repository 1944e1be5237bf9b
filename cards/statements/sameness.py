"""Sameness: whether a sentence says what another one says, and nothing else.

Stricter than a link to a claim, since it tells a person that a note is wrong: no word more that
carries meaning, none less, no other negation, no hedge.
"""

import re
from functools import cache
from itertools import groupby

from cards.statements.agreement import agree
from cards.statements.meaning import Meaning, words_in
from cards.statements.tokens import NUMBER, concepts
from cards.statements.vocabulary import NUMBER_WORDS
from cards.statements.vocabulary import words as words_of

_HEDGES = re.compile(
    r"""
    \b(?:can|could|may|might|must|should|would|shall|will|need|ha[sd]\ to|have\ to|perhaps|maybe
      |possibly|probably|presumably|seemingly|seems?|seemed|appears?|appeared|apparently|likely
      |unlikely|sometimes|often|usually|typically|generally|normally|mostly|mainly|largely|rarely
      |seldom|tends?|tended|almost|nearly|roughly|about|around|hardly|barely|partly|partially
      |somewhat|fairly|relatively|kind|sort|more|less|most|least|much|many|few|little|own|same
      |if|when|whenever|where|wherever|unless|until|before|after|during|except|excepting|besides
      |apart|although|though|but|however|yet|while|whereas|despite|because|since|only|just|merely
      |also|too|even|still|once|twice|again|always|necessarily|completely|entirely|fully|quite
      |exactly|really|strictly|never|ever|was|were|been|be|being|had|did|got|gets?|become[sd]?
      |says?|said|saying|claim(?:s|ed)?|believe[sd]?|thinks?|thought|assum(?:e|es|ed|ing)
      |argue[sd]?|suppos(?:e|es|ed|ing|edly)|imagine|pretend|hypothe\w+|guess|allegedly|misleading\w*
      |called|named|so-called|whether|why|how|what|which|who|whose|true|false|right|wrong|correct
      |or|than|then|like|unlike|instead|rather|as|not|no|none|some|several|all|each|every|any|both
      |neither|nor|either|another|others?|certain|particular|cases?|in\ theory|in\ principle|prove
      |disprove|show|imply|implies|todo|check|unclear|historically|formerly|originally|initially
      |first|last|used\ to|longer|anymore|this|these|those|that|such|our|ours|we|us|you|your|i|my
      |here|there|his|her|try|tries|wants?|seeks?|aims?|without|above|below)\b
    |n['’]t\b | [^\w\s,.'’*-] | \s[-*]+\s | --
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What hedges a sentence, makes it conditional, compares it, or only mentions what it says.

Prepositions are not: what a thing is said of "under" or "with" is a word more of its key.
"""
_SAME = {"every": "each", "all": "each", "n’t": "not", "n't": "not", "got": "get", "gets": "get"}
_SAME |= {"never": "not", "no": "not"}
_UNIVERSAL = frozenset({"each", "any", "always"})
"""What says of all what is not so in general."""
_ASKS = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|can|could|has|have|should|will|would|must|may)\b",
    re.IGNORECASE,
)
_LONGEST = 400


def key(text: str) -> frozenset[str]:
    """Return the words of a text that those who say the same have in common."""
    return words_in(text) - _light()  # numbers are compared by themselves


def same(said: Meaning, its: Meaning) -> bool:
    """Whether a sentence says what another one says; both have the same `key`."""
    if said.formulas or its.formulas or len(said.text) > _LONGEST or _ASKS.match(said.text):
        return False
    if said.negations != its.negations or _numbers(said) != _numbers(its):
        return False
    if dict(said.signs) != dict(its.signs) or said.none != its.none:
        return False
    mine, theirs = _order(said), _order(its)
    if mine != theirs and (its.naming or not _moved(mine, theirs)):
        return False  # what a name stands for is said in one order
    hedged, before = hedges(said.text), hedges(its.text)
    universal = _UNIVERSAL if not said.negations else frozenset()  # what not all do some may do
    if hedged - universal != before - universal or before - hedged:
        return False
    return agree(said, its) and agree(its, said)


def _order(said: Meaning) -> list[str]:
    """Return the words of a sentence in their order, one that is said twice in a row once."""
    passing = _light() | words_of("universal")
    words = [word for word in said.order if word not in passing and not NUMBER.match(word)]
    return [word for word, _ in groupby(words)]


def _moved(words: list[str], others: list[str]) -> bool:
    """Whether words are others of which the first few have gone to the end."""
    if len(words) != len(others):
        return False
    return any(words[n:] + words[:n] == others for n in range(1, len(words)))


def _numbers(said: Meaning) -> frozenset[str]:
    return said.numbers | {"1"} if said.ones else said.numbers


def hedges(text: str) -> frozenset[str]:
    """Return the hedges of a text, those that mean the same as one."""
    found = [" ".join(hedge.lower().split()) for hedge in _HEDGES.findall(text)]
    return frozenset(_SAME.get(hedge, hedge) for hedge in found)


@cache
def _light() -> frozenset[str]:
    """Return the words for a way of doing things, which change nothing, and those for numbers."""
    return frozenset(concepts("algorithm method technique approach serve")) | NUMBER_WORDS.keys()
