"""Whether an explanation says what something is, or only something about it."""

import re
from itertools import pairwise

from cards.formats.outline.general import specific
from cards.formats.outline.labels import DEEDS
from cards.formats.outline.wording import (
    PREPOSITIONS,
    base_verb,
    content_words,
    has_formula,
    sentences,
)
from cards.text.words import word_set

_BEGINS_CLAUSE = re.compile(
    r"[;:(),—–]|\b(?:that|which|who|whose|where|when|while|if|because|so|since|as|how|what|"
    r"such|than|whether)\b",
    re.IGNORECASE,
)
_AFTER_BRACKET = re.compile(r"\) (?:is|are|was|were|has|have|can|will)\b")
_SAYING_THAT = word_set(
    "indicate indicates posit posits declared declares argue argues argued implies implied claims "
    "claimed states stated suggested believe believes believed asserts asserted proves proved "
    "demonstrates demonstrated assume assumes assumed reveals revealed noted found knows thinks "
    "thought"
)
"""Verbs that a statement follows: "Realist politics posits that …"."""
_FINITE = word_set(
    "is are was were has have had can could may might will would should must does do did cannot "
    "isn't aren't doesn't don't can't won't isn’t aren’t doesn’t don’t can’t won’t allows appears "
    "becomes contains consists depends enables ensures exists gives happens helps improves "
    "includes increases influences involves leads makes means needs occurs prevents provides "
    "reduces refers remains represents requires serves shows suggests takes tends works says "
    "allowed required meant showed caused helped think know want need became began came went gave "
    "took made led said held"
)
_OBJECTS = word_set("the a an its their our your all each every to by with on in only")
_DETERMINERS = frozenset(["the", "a", "an", "its", "their", "his", "her", "our", "your"])
_REMARKING = word_set(
    "was were had can could may might should would must also often sometimes usually did "
    "began came went gave took made led said held increasingly"
)
_DONE = frozenset(["made", "led", "said", "held"])
"""Participles as well: "the number of changes made to a file"."""
_TAIL = re.compile(
    r"\b(?:of|that|which|who|whose|where|when|for|to|from|in|with|between|by|on|used|whereby|"
    r"such|against|over|under|at|into|without|[a-z]+(?:ed|ing))\b"
)
_PRAISE = re.compile(
    r"(?:(?:an?|the|one of the|some)\s+)?(?:very |really |quite |extremely |more |most )?"
    r"(?!(?:effective|natural|real|fundamental|critical|perfect) [a-z]+ "
    r"(?:of|between|that|which|at|with|in)\b)"
    r"(?!(?:(?:simple|common|popular|powerful|useful|efficient|easy|nice) )?"
    r"(?:way|(?:[a-z]+ )?(?:method|technique|tool|algorithm|measure|language|strategy|model)) "
    r"(?:of|to|for|that|which|used|where) )"
    r"(?:great|good|excellent|effective|powerful|ideal|amazing|wonderful|essential|fundamental|"
    r"(?:large|big|huge|small) (?:part|portion|share|amount|number)|"
    r"convenient|natural|price|interesting|intriguing|fascinating|topic|better|best|bad|nice|big|huge|common|popular|important|key|crucial|critical|"
    r"useful|perfect|necessary|vital|integral|significant|valuable|challenging|must|classic|real|hard|difficult|easy|simple|simpler|clear|pretty|lot|bit|"
    r"reason|little|few|fan|problem|issue|thing|example|point|result|consequence|matter|way)\b"
)
_COMPARED = re.compile(r"(?:(?:an?|the) )?(?:more|less|better|[a-z]{3,}er) [a-z-]+ ?[a-z-]*\W*$")
"""What compares with something that it does not name: "A more expressive representation"."""
_SAYING = re.compile(
    r"(?:law|laws|theorem|theory|principle|rule|hypothesis|lemma|axiom|paradox|postulate|"
    r"conjecture|fallacy|doctrine|inequality|corollary|dilemma|argument|objection|thesis)$"
)
_MODAL = re.compile(r"\b(?:may|maybe|can|must|should|will|shall|would|could)\b", re.IGNORECASE)
_FEWEST_WORDS = 5
_FEW = 3
"""Words that a definition without anything after its noun must have more than."""


_CONTACT = re.compile(r"(?<=[a-z]) (?=(?:we|you|one) [a-z])")
"""Where a clause about a noun begins without "that": "the flow we can send"."""


def _first(explanation: str) -> str:
    """Return the first sentence, where it begins like a noun with "that" before its clauses."""
    first = (sentences(explanation) or [explanation])[0]
    return _CONTACT.sub(" that ", first) if first.startswith(("The ", "A ", "An ")) else first


def is_clause(explanation: str) -> bool:
    """Whether a masked explanation is a sentence of its own, with a subject and a verb."""
    first = _first(explanation)
    head = _BEGINS_CLAUSE.split(first, maxsplit=1)[0].lower().split()
    if any(word.strip(".,") in _FINITE for word in head[1:]) or _AFTER_BRACKET.search(first):
        return True
    said = _BEGINS_CLAUSE.search(first)
    if head[1:] and head[-1] in _SAYING_THAT and said and said[0].lower() == "that":
        return True
    return any(
        ((base_verb(word) or "") in DEEDS and (after in _OBJECTS or after[:1].isdigit()))
        or ((base_verb(word) or word.endswith("ed")) and after in _DETERMINERS)
        for word, after in pairwise(head[1:])
    )


_OPENS = word_set(
    "that which who whom whose where when while if because as since so than what how whether "
    "whereby until unless although though before after"
)
"""Words that begin a clause with a verb of its own."""
_MAIN = word_set(
    "is are was were may must should shall will would can could cannot isn't aren't can't won't"
)
_PRONOUNS = frozenset(["it", "they", "he", "she", "you", "we", "one"])
"""Subjects of a clause that nothing opens: "to ensure it is used"."""
_WORD_OR_SIGN = re.compile(r"[\w’'-]+|[,;:()—–-]")


def has_main_verb(phrase: str) -> bool:
    """Whether a masked phrase that begins like a noun goes on to be a sentence.

    "A person who hires a contractor is not liable" has one verb more than its clauses need.
    """
    first = (sentences(phrase) or [phrase])[0].lower().replace("’", "'")
    words = _WORD_OR_SIGN.findall(first)
    needed, depth, opened = 0, 0, False
    for place, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth or place == 0:
            continue
        then = words[place + 1] if place + 1 < len(words) else ""
        if word in _OPENS or (word in ("each", "every") and then == "time"):
            after = words[place + 2] if place + 2 < len(words) else ""
            acts = word in ("that", "which", "who") and then not in _MAIN
            acts = acts and (base_verb(then) is not None or then.endswith("ed"))
            needed += not (acts and (after in _DETERMINERS or after in _OBJECTS))
            opened = True
        elif word in ("and", "or", "but", ","):
            needed += opened
        elif word in _MAIN and words[place - 1] not in _PRONOUNS:
            if not needed and words[place - 1] not in ("not", "—", "–"):
                return True
            needed = max(0, needed - 1)
        elif word in (";", ":", "—", "–"):
            return False
    return False


def is_remark(explanation: str) -> bool:
    """Whether a masked explanation tells what may happen or what once was, rather than what is."""
    first = _first(explanation)
    head = _BEGINS_CLAUSE.split(first, maxsplit=1)[0].lower().split()
    if head[:1] == ["no"]:
        return False  # "No player can gain by …" holds always
    return any(
        word.strip(".,") in _REMARKING and not (word in _DONE and then in PREPOSITIONS)
        for word, then in pairwise([*head[1:], ""])
    )


def is_praise(told: str) -> bool:
    """Whether a masked explanation says how good or how hard something is."""
    return bool(_PRAISE.match(told.lower()) or _COMPARED.match(told.lower()))


def says_what(complement: str) -> bool:
    """Whether what follows "X is" tells what X is: it names a kind and how X differs from it."""
    if _PRAISE.match(complement.lower()) or _COMPARED.match(complement.lower()):
        return False
    words = content_words(complement)
    if complement.lower().startswith("another ") and len(words) <= _FEWEST_WORDS:
        return False
    if has_formula(complement) or len(words) > _FEW:
        return bool(specific(complement)) or len(words) > _FEW
    return bool(_TAIL.search(complement)) and len(words) >= _FEW - 1 and bool(specific(complement))


def is_kind(phrase: str) -> bool:
    """Whether a phrase names a kind of thing and how it differs, without saying of what."""
    article = re.match(
        r"(?:An?|Any) |The (?=(?:[\w-]+ ){1,3}(?:of|that|which|where|in which|between)\b)",
        phrase,
        re.IGNORECASE,
    )
    if is_clause(phrase) or has_main_verb(phrase) or len(phrase.split()) < _FEWEST_WORDS:
        return False
    rest = phrase[article.end() :] if article else ""
    head = _TAIL.split(rest, maxsplit=1)[0].lower().split()
    acts = any(
        word.endswith("s") and not word.endswith(("ss", "us", "is", "'s")) for word in head[1:]
    )
    modal = _MODAL.search(phrase)
    if acts or (modal and not re.search(r"\b(?:that|which|who|where)\b", phrase[: modal.start()])):
        return False
    return bool(article) and says_what(phrase) and has_tail(rest)


def has_tail(phrase: str) -> bool:
    """Whether anything stands after the noun of a phrase, such as "of …" or "that …"."""
    return bool(_TAIL.search(phrase))


def is_saying(label: str) -> bool:
    """Whether a label names what can be said in a sentence: a law, a theorem, a principle."""
    return bool(_SAYING.search(label.lower()))
