"""Why what a gap hides is no answer that one could know."""

import re
from collections.abc import Sequence

from cards.card import HIDDEN
from cards.formats.outline.general import specific
from cards.formats.outline.labels import DEEDS
from cards.formats.outline.subjects import ORDER
from cards.formats.outline.wording import EMPTY, PREPOSITIONS, base_verb, content_words, has_formula
from cards.text.words import word_set

_SHORTEST_HIDDEN = 8
_PIECE = "what it hides is a piece of a phrase"
_OPENING = PREPOSITIONS | word_set("into onto within between over through and or either both")
_CLAUSE_WORDS = word_set("what which who that must can will is are was were")

LEAST_LEFT = 2
_BE = word_set(
    "is are was were be been has have had can could may might must will would shall should does "
    "do did isn’t aren’t doesn’t don’t can’t won’t isn't aren't doesn't don't can't won't "
    "become becomes means stands mean need needs exist exists lead leads require requires "
    "suffer suffers"
)

_NAMING = re.compile(
    r"(?:called|known as|termed|named|referred to as|stands? for) (?:an? |the |its )?"
    rf"[\"“‘]?{re.escape(HIDDEN)}"
)
"""Before what is hidden because it is a name."""

_CONTRAST = re.compile(
    rf"\b(?:instead of|rather than|as opposed to|unlike|without|with|have|has|than|"
    r"through|via|using|use|uses) "
    rf"(?:an? |the )?{re.escape(HIDDEN)}"
)
"""Before what is hidden although much else could stand there."""

_HELPED = re.compile(
    rf"\b(?:helps?|allows?|lets?|enables?) {re.escape(HIDDEN)} "
    r"(?:to )?[a-z]+\b(?! (?:of|in|with)\b)"
)
"""Before and after whoever something is good for."""

FEW_WORDS_HIDDEN = 3

_LONGEST_CLOZE, _LONGEST_CONTRAST = 40, 16
_FILLER = word_set(
    "techniques technique data model models value values way ways thing things stuff case cases "
    "use process processes system systems method methods approach approaches problem problems "
    "point points part parts part-time number numbers amount amounts lot lots set sets group "
    "groups type types kind kinds area areas result results example examples order form forms "
    "level levels expected either different same new other several various many more most less "
    "least certain specific particular important good better best bad large small high low "
    "first second third next last following possible available common general simple easy hard "
    "difficult useful great real true false right wrong whole full long short current previous "
    "given people person user users time times day days year years work place one two three it "
    "them they we you i end start top bottom side information tasks task steps step input "
    "output inputs outputs features feature function functions reasons reason need needs "
    "ability purpose purposes manner context situation situations change changes"
)

_VERB = re.compile(
    r"(?:is|are|was|were|be|been|has|have|had|do|does|did|can|could|will|would|should|may|might|"
    r"must|get|gets|make|makes|let|lets)$"
)
_STRESSED = re.compile(
    r"\b(?:is|are) (?:also |very |equally )?(?:crucial|important|essential|vital|common)\b"
)
"""What says how much something matters, and not what it is."""


def fault_of(asked: str, told: str) -> str:
    """Return why what a cloze hides is no answer, or nothing."""
    words = told.lower().strip(" .,;:").split()
    if not words or len(words) > 7:
        return "what it hides is too much to know word for word"
    bare = [re.sub(r"\W", "", word) for word in words]
    meaning = [word for word in bare if word not in EMPTY and word not in _FILLER and word]
    if not meaning:
        return f"“{told}” could be anything"
    if _STRESSED.search(asked):
        return "it says how much something matters, and many things do"
    if {"above", "below", "following", "this", "these"} & set(bare):
        return "what it hides points to something else"
    if bare[0] in _OPENING or bare[-1] in PREPOSITIONS:
        return _PIECE
    return _guessed(asked, told) or _told(asked, bare) or _torn(asked, told, bare)


def _told(asked: str, bare: Sequence[str]) -> str:
    """Return why the rest of the sentence tells what is hidden, or nothing."""
    after = asked.partition(HIDDEN)[2].lstrip()
    if re.match(r"(?:like|such as|including|e\.g|namely)\b", after):
        return "what it hides is told by the examples after it"
    if re.search(rf'["“‘]{re.escape(HIDDEN)}["”’]', asked) and "e.g" in asked:
        return "what it hides is one example of many"
    if bare[-1].endswith("ly") or bare[-1] in ("needs", "does", "itself", "themselves"):
        return _PIECE
    if len(bare) == 1 and bare[0] in re.sub(r"\W", " ", asked.lower().replace(HIDDEN, " ")):
        return "the sentence gives its answer away"
    if _CLAUSE_WORDS & set(bare) or (len(bare) > 1 and bare[-1].endswith("ed")):
        return _PIECE
    return ""


def _torn(asked: str, told: str, bare: Sequence[str]) -> str:
    """Return why what is hidden, or what is left, is a piece of a sentence, or nothing."""
    if set(bare) <= {"alice", "bob", "eve"} or asked.startswith("Example"):
        return "it is an example"
    short = len(bare) == 1 and len(bare[0]) < _SHORTEST_HIDDEN and told.islower()
    if short and not any(c.isdigit() for c in told) and not _NAMING.search(asked):
        return f"“{told}” could be anything"
    if bare[-1] in ("the", "a", "an", "and", "or", "not") or _VERB.match(bare[-1]):
        return _PIECE
    if asked.rstrip().endswith(":") or told.rstrip().endswith(":"):
        return "the sentence goes on below"
    if bare[-1].endswith("ing") and (len(bare) == 1 or bare[-2].endswith("s")):
        return _PIECE
    if re.match(
        r"(?:Usually|Often|Also|Typically|Not|Very|Mostly|Only|Mainly|Used|Useful)\b", asked
    ):
        return "it does not say what it is about"
    if ORDER.match(asked):
        return "it is an instruction, not a fact"
    if not _has_verb(asked):
        return "it is no sentence"
    rest = content_words(asked.replace(HIDDEN, " "))
    if len(rest) < LEAST_LEFT:
        return "what is left of the sentence says too little"
    return ""


def _guessed(asked: str, told: str) -> str:
    """Return why nobody could tell what is hidden from what is left, or nothing."""
    sentence = next((one for one in re.split(r"(?<=[.!?]) ", asked) if HIDDEN in one), asked)
    names = bool(_NAMING.search(sentence))
    if re.match(r"\w+ly \w+ed\b", sentence):
        return "its subject is in a line above it"
    if names and len(content_words(_NAMING.sub("", sentence))) < LEAST_LEFT:
        return "what is left of the sentence says too little"
    digits = any(c.isdigit() for c in told)
    chain = bool(set("→⇒⟶") & set(asked)) or "->" in asked or "=>" in asked
    one = len(re.findall(r"\w+", told)) == 1 and not chain
    if not names and not digits and (not specific(told) or one):
        return f"“{told}” could be anything"
    if not names and base_verb(told.split()[0].lower()) in DEEDS:
        return _PIECE
    if sentence.rstrip().endswith("?"):
        return "it is a question, and has no answer beside it"
    if _HELPED.search(sentence):
        return f"“{told}” could be anything"
    first = sentence[:1]
    if not first.isalnum() and first not in "[(“‘\"'" and not has_formula(first):
        return "it is a piece of a sentence"
    if len(sentence.split()) > _LONGEST_CLOZE:
        return "the sentence is too long"
    if not specific(sentence.replace(HIDDEN, " ")):
        return "what is left of the sentence says too little"
    if _CONTRAST.search(sentence) and (
        len(told.split()) > FEW_WORDS_HIDDEN
        or not specific(told)
        or len(sentence.split()) > _LONGEST_CONTRAST
    ):
        return "much else could stand in the gap"
    return ""


def _has_verb(asked: str) -> bool:
    """Whether a text has a verb, or an arrow in place of one."""
    words = re.findall(r"[^\W\d_]+(?:[’'][a-z]+)?", asked.lower())
    if set("→⇒⟶=>") & set(asked) or any(word in _BE for word in words):
        return True
    return any(
        word in DEEDS or (base_verb(word) or "") in DEEDS or word.endswith("ed") for word in words
    )
