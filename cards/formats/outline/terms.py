"""Whether a label before an explanation is a term that the explanation tells the meaning of."""

import re
from itertools import pairwise

from cards.formats.outline.definitions import has_tail, is_clause, is_praise, is_remark, is_saying
from cards.formats.outline.general import specific
from cards.formats.outline.labels import DEEDS, NOUNS
from cards.formats.outline.wording import (
    EMPTY,
    PREPOSITIONS,
    base_verb,
    content_words,
    has_formula,
    is_plural,
)
from cards.text.words import word_set

_FEWEST_WORDS = 3
ADVICE = word_set(
    "obtain locate interpret extract register identify implement create add ensure choose "
    "define describe explain compute calculate determine apply select evaluate initialize "
    "initialise update avoid reduce improve increase decrease remove install configure write "
    "verify understand learn develop provide consider include handle enable disable allow "
    "prevent convert connect restart repeat make take give keep find try fix use using check "
    "set start stop get go put"
)
"""Verbs that begin an instruction."""
_LONGEST_OF_VERB = 4
_AFTER_NOUN = word_set("of in for that between by from on which to and or with where at")
"""Words after a noun that could be a verb: "change in"."""
_HAPPENING = word_set("operate occur happen appear go come begin end begin rely depend lead")
_QUANTIFIERS = word_set(
    "some most many all few several various other others another any each every both no two three "
    "four five six seven eight nine ten more less fewer less-than another such unless only same"
)
_LOOSE_ENDS = (PREPOSITIONS - {"in", "on", "up"}) | {
    "of", "the", "a", "an", "and", "or", "can", "cannot", "can't", "will", "is", "are", "not",
    "may", "must", "should", "include", "includes", "including", "that", "which", "via", "vs",
    "also", "to", "outward", "it",
}  # fmt: skip
_DETERMINERS = word_set(
    "the a an all your our their its any each every it them this that these those with to by "
    "for of in on from into up out as more less new whether how what if only"
)
IMPERATIVES = word_set(
    "analyze analyse compute determine ensure avoid understand identify consider implement "
    "describe explain discuss evaluate calculate choose write speedup prove solve remember "
    "compare provide improve maintain develop include handle make take give keep get recognize "
    "recognise seek stay revisit embrace ask listen respect acknowledge setup re-evaluate rethink"
)
"""Verbs that begin no name."""
_ADJECTIVE = ("al", "ive", "ous", "ic", "ful", "less", "able", "ible", "ary", "ed", "er than", "ly")
KIND = re.compile(r"(?:An?|The|One of the|Any|Those|Someone|Something|When) ", re.IGNORECASE)
_VAGUE_HEADS = word_set(
    "aspect aspects consideration considerations responsibility responsibilities impact "
    "impacts importance implication implications reason reasons detail details overview summary "
    "usage outcome outcomes conclusion point points tip tips requirement requirements concept "
    "concepts insight insights takeaway takeaways significance relevance note notes idea ideas "
    "question questions answer answers issue issues benefit benefits side way ways thing things "
    "instructions integration setting context status legacy contribution contributions evidence "
    "strength strengths weakness weaknesses focus reality background success failure exam mcq "
    "tradeoff tradeoffs trade-off trade-offs scenario scenarios nuance caveat observation verdict "
    "result results trick tricks practice practices critique critiques criticism tension caution "
    "interpretation interpretations difference differences purposes statements objective "
    "objectives solution solutions drawback drawbacks pitfall pitfalls parameters arguments"
)
"""Last words of labels that mean nothing without the note."""

_NO_LABEL = word_set(
    "definition essence important note notes reminder url link links topic topics bookmark danger "
    "warning caution info logic nationality director directors author authors speaker speakers "
    "journalist moderator category categories keyword keywords disclaimer mnemonic trivia hint "
    "source sources question answer critique opinion rating status todo tags tag date aside "
    "fun-fact namely alternatively remember remark figure defined e-mail "
    "telephone office instructor lecturer textbook room mistake misconception correction gotcha "
    "caveat takeaway recommendation justification reasoning explanation quote analogy high low "
    "medium moderate critical severe none required optional"
)
"""Labels of a remark, or of what a note is filed under."""
_SUPERLATIVE = re.compile(
    r"(?:high|low|larg|small|fast|slow|old|new|long|short|b|strong|weak|great|hard|easi|earli|lat|"
    r"simpl|cheap)est ",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"\w[\w ]* (?:falls|rises|drops|grows|fails|increases|decreases|goes (?:up|down))$"
)
_OF_SOURCE = re.compile(
    r"(?:the |this )?(?:speaker|author|lecturer|professor|narrator|paper|article|book|text|chapter|"
    r"video|talk|episode|lecture)s? [a-z]+(?:s|ed)\b(?! (?:by|from|of))",
    re.IGNORECASE,
)
"""An answer that tells what a source does."""
_ASIDE = re.compile(
    r"(?:is |are |was |were )?(?:believed|thought|supposed|born|discovered|built|founded|"
    r"invented|published|written|released|excavated|dated|introduced|established) "
    r"(?:to|in|by|at|on|from|around|circa|between)\b|"
    r"(?:every|no)(?:thing|one|body) |lasts? |[a-z]{4,}ed (?:when|if|once|unless|because)\b|"
    r"\([^()]*\)\.?$|(?:also )?(?:referred to|known|called|denoted)\b|"
    r"[^.]{0,80}\b(?:is|are) (?:another|one of the (?:main|major|key|most)|also|an example)\b",
    re.IGNORECASE,
)
"""An answer that is a note in brackets, another name, or one point of several."""
_DEFINES = re.compile(r"(?!The |A |An )([A-Z][\w’'-]*(?: [\w’'-]+){0,3}?) (?:is|are) (?:an?|the) ")
"""An answer that is a sentence of its own about what it names first."""
_TELLING = word_set(
    "tells says gives becomes includes contains takes makes goes allows provides requires depends "
    "happens helps wants believes thinks argues claims shows said told became went came gave took "
    "discovered conquered invented believed argued wanted tried helped caused brought fought wrote "
    "founded defeated moved died"
)
"""Verbs that no name has in it."""
_PLAIN_VERBS = word_set(
    "reject accept require need produce reduce provide become depend tend have are do can prefer "
    "differ matter remain contain include consist give take make get lead learn share"
)
"""Verbs after a plural that are no nouns: "Responders reject low offers"."""
_ADVERBS = word_set(
    "usually often mostly mainly sometimes potentially also always typically generally"
)
_PAST = word_set(
    "built made born led known found held given written taken seen done gone drawn split"
)


def fault_of(term: str, told: str, named: bool = False) -> str:
    """Return why a label that an explanation follows is no term, or not explained, or nothing.

    What is told of a term that the note marks as one need be no noun phrase.
    """
    words = [re.sub(r"[^\w’'-]", "", word) for word in term.lower().split()]
    words = [word for word in words if word]
    if not words:
        return "what it asks for has no name"
    return (
        _no_term(term, words)
        or _of_another_kind(term, words, told, named)
        or _unsaid(term, words, told, named)
    )


def _no_term(term: str, words: list[str]) -> str:
    """Return why a label is no term, by its own words, or nothing."""
    if not (term[0].isalnum() or has_formula(term[0])) or re.search(r"\w\(|[%<>={}|]", term):
        return f"“{term}” is no term"
    if re.search(r"\bpages? \d|\bpp?\. ?\d", term):
        return "it names something to read"
    if words[0] in _QUANTIFIERS or words[-1] in _LOOSE_ENDS or "but" in words[1:]:
        return f"“{term}” is no term"
    verb = words[0] in ADVICE or words[0] in DEEDS or words[0] in IMPERATIVES
    bid = words[0] in IMPERATIVES or len(words) > _LONGEST_OF_VERB or words[1:2] == ["and"]
    bid = bid or (len(words) > 1 and words[-1].endswith("ly"))
    if len(words) > 1 and verb and (bid or words[1] in _DETERMINERS):
        return f"“{term}” is something to do, not a term"
    if any(
        (base_verb(word) or "") in DEEDS | _HAPPENING and after in _DETERMINERS
        for word, after in pairwise(words[1:])
    ):
        return "what it asks for is a sentence, not a term"
    if any(word.endswith("ed") and then in _DETERMINERS for word, then in pairwise(words)):
        return "what it asks for is a sentence, not a term"
    if _tells(term, words) or "uses" in words[1:-1] or _MOVES.match(term.lower()):
        return "what it asks for is a sentence, not a term"
    if len(words) > 2 and is_plural(words[0]) and words[1] in _PLAIN_VERBS:
        return "what it asks for is a sentence, not a term"
    if any(word.endswith(("n't", "n’t")) for word in words):
        return "what it asks for is a sentence, not a term"
    if len(words) > 1 and _SUPERLATIVE.match(term):
        return f"“{term}” is no term"
    if (len(words) == 1 and words[0] in _NO_LABEL) or words[-1] == "moc":
        return f"“{term}” labels a remark, and is no term"
    return ""


def _of_another_kind(term: str, words: list[str], told: str, named: bool) -> str:
    """Return why what follows a label makes it an adjective, an example or a title, or nothing."""
    if not re.search(r"[^\W\d_]{2}", told) and not has_formula(told):
        return "its answer does not say what the term means"
    adjective = len(words[0]) > _LONGEST_OF_VERB and words[0].endswith(_ADJECTIVE)
    if len(words) == 1 and adjective and not KIND.match(told):
        return f"“{term}” is an adjective without its noun"
    seldom = KIND.match(told) and not re.search(r"\b(?:was|were|had|can|could|may|might)\b", told)
    unsaid = (is_remark(told) and not seldom) or (is_clause(told) and not specific(term))
    if unsaid and not named and not is_saying(term):
        return "its answer says something of the term, not what it is"
    if words[-1] in ("example", "examples"):
        return "it is an example"
    if re.search(r"\((?:1\d|20)\d\d[a-z]?\)$", term):
        return "it names something to read"
    said = [word for word in re.findall(r"[^\W\d_][\w’'-]*", told) if word.lower() not in EMPTY]
    titled = said and all(word[0].isupper() for word in said) and len(said) > 2
    if re.match(r"(?:The|An?) [A-Z]", told) and titled and not re.search(r"\d", told):
        return "its answer is a title"
    if KIND.match(told):
        return ""
    if not term.isupper() and said and all(word[0].isupper() for word in said) and len(said) > 1:
        return "its answer is a title"
    return ""


def _unsaid(term: str, words: list[str], told: str, named: bool) -> str:
    """Return why an answer does not say what a term means, or nothing."""
    if _OF_SOURCE.match(told):
        return "its answer tells of a source, not what the term means"
    if _ASIDE.match(told):
        return "its answer says something of the term, not what it is"
    other = _DEFINES.match(told)
    if other and not content_words(other[1]) & content_words(term):
        return "its answer says what something else is"
    if (
        len(words) > 2
        and any(word in EMPTY and word != "of" for word in words[1:-1])
        and not KIND.match(told)
    ):
        return f"“{term}” is no term"
    if is_praise(told):
        return "its answer says how good it is, not what it is"
    if len(words) >= _LONGEST_OF_VERB and term[0].islower() and base_verb(words[0]):
        return "what it asks for is a sentence, not a term"
    kind = KIND.match(told) or has_tail(told)
    if len(words) == 1 and term.islower() and term in DEEDS and not kind:
        return f"“{term}” is something to do, not a term"
    if "?" in told or told.startswith(("(e.g", "e.g", "i.e")):
        return "its answer does not say what the term means"
    first, _, then = told.lower().partition(" ")
    deed = first not in NOUNS and base_verb(first) in DEEDS and then.split()[:1] != ["of"]
    if deed and not named:
        return "its answer says something of the term, not what it is"
    bids = first != "using" and (first in DEEDS or first in ADVICE or first in IMPERATIVES)
    if bids and then.partition(" ")[0] not in _AFTER_NOUN:
        return "its answer begins like an instruction, not like a meaning"
    bare = len(content_words(told)) < _FEWEST_WORDS and not has_tail(told)
    spelt = term.isupper() or any(char.isdigit() or char == "=" for char in told)
    if bare and not spelt and not has_formula(told) and not KIND.match(told):
        return "its answer is too short to say what the term means"
    if words[-1] in _VAGUE_HEADS and not KIND.match(told):
        return f"“{term}” means nothing without the note"
    return ""


def _tells(term: str, words: list[str]) -> bool:
    """Whether a label is what somebody or something did or does: "discovered Troy", "Ba tells"."""
    if len(words) < 2:
        return False
    if any(word in _TELLING for word in words) or words[0] in _ADVERBS:
        return True
    past = words[0].endswith("ed") or words[0] in _PAST
    if past and words[1] in PREPOSITIONS | {"around", "into", "between", "over", "through"}:
        return True
    if past and term[0].islower() and term.split()[1][:1].isupper():
        return True
    return words[0].endswith("ly") and (words[1] in DEEDS or words[1] in _PAST)
