"""What a name means, told by the text right below it: under a heading, or a bullet's parent.

Such a text tells what the name means where it is a sentence about the name ("Dissociation refers
to …"), a phrase that names a kind of thing ("Fear of being alone."), what the thing does ("Guides
the respondent to …"), or, below the name of a law or an effect, any statement.
"""

import re

from cards.formats.outline.definitions import has_main_verb, is_clause, says_what
from cards.formats.outline.general import specific
from cards.formats.outline.labels import AFTER_NOUN, DEEDS
from cards.formats.outline.persons import PERSON
from cards.formats.outline.wording import (
    DETERMINERS,
    LEADING_VERB,
    LEANING,
    MASKS,
    PREPOSITIONS,
    base_verb,
    content_words,
    has_formula,
    is_owned,
    is_plural,
    lower_first,
    sentences,
    upper_first,
)
from cards.text.words import word_set

_LONGEST = 280
_LONGEST_NAME = 6
_FEWEST = 4
_DEFINES = re.compile(
    r"(?:is|are|means?|refers? to|describes?|involves?|denotes?|(?:occurs?|happens?|arises?) when|"
    r"tells?(?: us)? (?:what|how|whether|which)|measures?|consists? of|represents?|states?|says|"
    r"seeks? to|attempts? to|aims? to|deals? with|(?:is|are) used|can be (?:defined|described)|"
    r"studies|examines?)\b"
)
_COPULA = re.compile(r"(?:is|are) (?=(?:an?|the|any|one of)\b)|(?:means?|refers? to|denotes?) ")
_ITSELF = re.compile(r"^(?:Is|Are) (?=(?:an?|the|any|one of) )|^(?:Refers to|Means) ")
"""How a text begins that leaves out the name above it: "Is a strategy that …"."""
_SUBJECT = re.compile(
    r"(?:(?:The|An?|It|This|These|They) )?((?:[\w’'-]+ ){0,6}?)(?:\([^()]*\),? )?$"
)
_NO_NOUN = (
    LEANING
    | PREPOSITIONS
    | word_set(
        "not no also only usually often very more most less least all some many both each every "
        "several never always here there yes ok good great nice similar different same like "
        "unlike likely easy hard useful due able based related about around because although "
        "though however and or but so too just what which who how why when where if then can "
        "could may might must should will would do does did has have had is are was were be been "
        "being let see note using used example examples e.g first second third next finally other "
        "another its their his her our my your this these those it they he she we you i such one "
        "two three four five six seven eight nine ten short known part equal want wants need "
        "made built composed located formed said "
        "needs see get keep make take know think say via into within through among across against "
        "still yet even almost nearly actually once unique"
    )
)
"""First words of what is no noun phrase."""
_READING = word_set(
    "paper papers book books article articles video videos course courses lecture lectures chapter "
    "notes note blog post link links slides tutorial talk figure image picture list table "
    "summary overview introduction discussion comparison author authors source sources reference "
    "references review page pages website exercise exercises question questions answer todo term "
    "degree lack overlap evidence need focus relationship similarity word phrase way ways thing "
    "things idea reason reasons step steps part parts"
)
"""Nouns that tell what one reads, or nothing, where a meaning should stand."""
_ADJECTIVE = re.compile(r"\w{2,}(?:able|ible|ive|ous|ful|less|ary|ent|ant|lar|ial|ic|ly|ed)$")
_HEAD_ENDS = re.compile(
    r"[,;:(—–]|\b(?:of|that|which|who|whose|where|when|for|to|from|in|with|between|by|on|at|into|"
    r"without|within|whereby|against|over|under|towards?|about|during|as)\b|(?<=\s)\w+ing\b"
)
_ASIDE_THEN_VERB = re.compile(
    r", [^,]+, \w+(?:ed|s) (?:the|an?|to|by|in|we|that)\b|, [^,]+, (?:is|are|was|were|has|can)\b"
)
"""A sentence with its verb after an aside: "Leader of the party, X, rejected the …"."""
EFFECT = re.compile(
    r"(?:effect|bias|error|illusion|syndrome|phenomenon|heuristic|law|theorem|principle|paradox|"
    r"rule|hypothesis|fallacy|lemma|axiom|inequality)$",
    re.IGNORECASE,
)
_ASPECT = re.compile(
    r"(?:(?:a|the) )?(?:brief|short|quick|history|roles?|types?|kinds?|structure|importance|"
    r"purpose|"
    r"properties|definitions?|future|need|uses?|origins?|rise|fall|causes?|effects?|impact|examples?|"
    r"summary|overview|background|components?|parts|elements|functions? of|process of)\b",
    re.IGNORECASE,
)
"""How a heading begins that names a side of something, not a thing."""
_ACT = re.compile(
    r"^(?:[\w’'-]+ ){0,4}[\w’'-]+s (?:refer|mean|have|include|consist|involve|allow|occur|depend|"
    r"exist|"
    r"become|need|require|represent|use|provide|make|take|get|give|help|tend|come|go|work|form|"
    r"contain|focus|want|do|vary|differ|share|act|show|play)\b"
)
"""A subject in the plural with its verb: "Money markets refer"."""
_ASIDE_FIRST = re.compile(
    r"(?:recall|indeed|remember|note|notice|whats|therefore|thus|hence|again|finally|first(?:ly)?|"
    r"second(?:ly)?|in this|now)\b|\w+ing\b[^,]*, (?:it|we|they|you|one|there) ",
    re.IGNORECASE,
)
"""How a text begins that goes on with an argument."""
_POINTER = re.compile(
    r"\b(?:this|these|above|below|following|see|section|chapter|paper)\b", re.IGNORECASE
)
_LEADS_ON = re.compile(rf":$|\b{LEADING_VERB}: [{MASKS}]$")
"""The end of what leads on to a list, or to the formula that something solves."""
_TO_FINITE = re.compile(r"[a-z]+s$")
_HAVING = re.compile(
    r"(?:containing|consisting|comprising|involving|surrounding|connecting|covering|lining|linking|"
    r"separating|describing|measuring|having|causing|producing|carrying|reducing|joining|"
    r"supporting|attaching|holding|exercising|affecting|relating) (?!is|are)\w"
)
"""Participles that tell how a thing differs: "Space containing synovial fluid"."""
_STILL = frozenset(["still", "also", "often", "usually", "only", "never", "always", "sometimes"])
_OBJECTS = word_set("the a an its their his her how what whether that to one people users all any")


def told_below(name: str, text: str) -> tuple[str, str] | None:
    """Return (prompt, answer) for a name and the masked text below it, None where it tells less.

    The prompt has the name after "What is", "What are" or "What does"; it is masked as well.
    """
    first = _ITSELF.sub("", (sentences(text) or [""])[0].rstrip())
    if not is_name(name) and not (EFFECT.search(name) and len(name.split()) <= _LONGEST_NAME):
        return None
    name = lower_first(name) if name.startswith(("The ", "A ", "An ")) else name
    if (
        len(first) > _LONGEST
        or _LEADS_ON.search(first)
        or "?" in first
        or _ASIDE_FIRST.match(first)
    ):
        return None
    if who := _person(name, first):
        return who, upper_first(first)
    verb = "are" if is_plural(name) else "is"
    if about := _about(name, first):
        return f"What {verb} {name}?", upper_first(about)
    if is_kind_of(first, is_plural(name)):
        return f"What {verb} {name}?", upper_first(first)
    words = first.split()
    if is_deed(first) and not is_plural(name):
        return f"What does {lower_first(name)} do?", upper_first(first)
    leans = words[:1] and words[0].lower().strip(",") in LEANING - {"they", "one"}
    said = len(content_words(first)) > _FEWEST + 1 and not re.search(_POINTER, first)
    supposes = re.match(r"(?:Let|Suppose|Given|Assume|Consider)\b", first)
    if supposes and not re.search(r"\bthen\b", first, re.IGNORECASE):
        return None  # what a theorem supposes, and not what it says
    if EFFECT.search(name) and said and not leans and words[0] != "Example":
        return f"What is {'' if is_owned(name) else 'the '}{name}?", upper_first(first)
    return None


def has_verb_after_aside(told: str) -> bool:
    """Whether a masked text is a sentence whose verb stands after an aside between commas."""
    return bool(_ASIDE_THEN_VERB.search(told))


def _person(name: str, told: str) -> str:
    """Return "Who is …?" for the name of a person, as what is told of it shows; else nothing."""
    words = name.split()
    named = 2 <= len(words) <= 4 and all(w[:1].isupper() or w in ("de", "von", "of") for w in words)
    ends = _HEAD_ENDS.search(told)
    head = told[: ends.start()].split() if ends else []
    begins = head[0].lower() if head else ""
    if (
        not named
        or not head
        or begins.endswith("ed")
        or begins in _NO_NOUN | {"found", "below", "above", "here"}
    ):
        return ""
    return f"Who was {name}?" if PERSON.fullmatch(head[-1]) else ""


def is_deed(told: str) -> bool:
    """Whether a masked text says what something does, beginning with the verb: "Guides the …"."""
    first, _, rest = told.partition(" ")
    base = base_verb(first.lower()) if _TO_FINITE.match(first.lower()) else None
    then = rest.split(maxsplit=1)[:1]
    return (
        bool(base and then)
        and then[0].lower() not in AFTER_NOUN
        and not re.match(r"to (?:an?|the|its|their) ", rest if base not in DEEDS else "")
        and (base in DEEDS or then[0].lower() in _OBJECTS)
        and len(content_words(rest)) >= _FEWEST // 2
    )


def is_kind_of(told: str, many: bool = False) -> bool:
    """Whether a masked text is a noun phrase that names a kind of thing and how it differs.

    `many` things are of a kind whose name is a plural.
    """
    words = told.split()
    if len(words) < _FEWEST or is_clause(told) or not says_what(told) or _ACT.search(told):
        return False
    if has_main_verb(told) or words[1].lower() in _STILL:
        return False
    first = words[0].lower().strip(",.")
    if re.match(
        r"(?:an?|the|another) (?:further|second|third|next|related|similar|different)\b",
        told,
        re.IGNORECASE,
    ):
        return False  # than what stands before it
    if re.match(r"(?:an?|the|any|one of)$", first):
        return _has_kind(told.partition(" ")[2], many)
    if first in _NO_NOUN or (_ADJECTIVE.fullmatch(first) and not _noun_after(words)):
        return False
    if re.match(r"(?:further|second|third|new|next|related|similar|different|additional)$", first):
        return False
    gerund = first.endswith("ing")
    if not gerund and words[1].lower() in (
        "the",
        "a",
        "an",
        "all",
        "any",
        "your",
        "its",
        "each",
        "every",
    ):
        return False  # what is done, not what is: "All-reduce the gradients"
    joined = words[1] in ("and", "or") and is_plural(first)
    ends = joined or _HEAD_ENDS.match(words[1]) or words[1].endswith(("ing", "ed"))
    if base_verb(first) and (not ends or words[1] == "to"):
        return False  # "Uploads one video", "Extends to about 100 pc"
    if _ASIDE_THEN_VERB.search(told):
        return False
    if words[1].endswith("ed") and first.endswith("s") and words[2].lower() not in PREPOSITIONS:
        return False  # "Subjects detected gratings"
    named = words[1].lower() in ("in", "by", "of", "that", "which", "where", "for")
    if not first[:1].isalpha() or (first in DEEDS and not named):
        return False
    return _has_kind(told, many)


def _has_kind(phrase: str, many: bool) -> bool:
    """Whether a phrase has a noun, of the right number, before what tells how it differs."""
    ends = next(
        (one for one in _HEAD_ENDS.finditer(phrase) if not one[0].endswith("ing")), None
    ) or _HEAD_ENDS.search(phrase)
    if not ends or not phrase[: ends.start()].strip():
        return False
    head = phrase[: ends.start()].lower().split()
    gerund = bool(head) and head[0].endswith("ing")
    if (
        ends[0].endswith("ing")
        and not _HAVING.match(phrase, ends.start())
        and (len(head) > 1 or not is_plural(head[-1]))
    ):
        return False  # "Weight tying networks", but "Problems recognising emotions"
    if has_formula(phrase[: ends.start()]):
        return False
    if any(is_plural(word) for word in head[:-1]) or any(w.endswith("ly") for w in head[1:]):
        return False  # a subject and its verb: "Modal editors mostly rest"
    if not head or head[-1] in _READING or (many and not (is_plural(head[-1]) or gerund)):
        return False
    return bool(specific(phrase)) or len(content_words(phrase)) >= _FEWEST


def _noun_after(words: list[str]) -> bool:
    """Whether a noun seems to follow the adjective that a phrase begins with."""
    then = words[1].lower() if len(words) > 1 else ""
    if then in ("when", "that", "which", "who", "whose", "where"):
        return True  # "An incident when …": what looks like an adjective is none
    if then in ("a", "an", "the"):
        return False
    return then.isalpha() and then not in _NO_NOUN and not _ADJECTIVE.fullmatch(then)


def _about(name: str, first: str) -> str:
    """Return what a sentence about a name says of its meaning: all of it, or what follows "is"."""
    found = _DEFINES.search(first)
    subject = _SUBJECT.match(first[: found.start()]) if found else None
    if not found or not subject:
        return ""
    said = content_words(subject[1])
    short = "".join(word[0] for word in re.findall(r"\w+", name)).lower()
    pronoun = re.match(r"(?:It|This|These|They) $", first[: found.start()])
    if not pronoun and not (said and (said <= content_words(name) or said == {short.rstrip("s")})):
        return ""
    copula = _COPULA.match(first[found.start() :])
    if copula:
        if specific(subject[1]) and not pronoun:
            return ""  # the sentence asks that better itself
        if not pronoun and not said & (content_words(name.split()[-1]) or said):
            return ""  # "Event is …", below "Windows event log"
        if is_plural(name) != first[found.start() :].startswith("are"):
            return ""
        told = first[found.start() + copula.end() :]
        return told if says_what(told) else ""
    if pronoun or re.match(r"(?:is|are)\b(?! used)", found[0]):
        return ""
    return first


def is_name(name: str) -> bool:
    """Whether a name could be a term: short, no sentence, nothing joined."""
    words = name.split()
    gerund = re.match(r"(\w+?)ing (?=(\w+))", name.lower())
    if (
        gerund
        and {gerund[1], f"{gerund[1]}e"} & DEEDS
        and (len(words) > 2 or gerund[2] in DETERMINERS)
    ):
        return False  # "Generating final predictions"
    if name[:1].islower() and words[:1] and words[0] in DEEDS and len(words) > 1:
        return False
    if any((base_verb(word) or "") in DEEDS for word in name.lower().split()[1:-1]):
        return False
    if _ASPECT.match(name) or re.match(r"an? ", name, re.IGNORECASE):
        return False
    return 0 < len(words) <= _LONGEST_NAME and not re.search(
        r"[?!:;=/,]|\b(?:part|chapter|section|lecture) ?(?:\d|[IVX]+\b)|"
        r"\b(?:vs?|versus|and|or|&|is|are)\b|^(?:the|an?) .* of the\b",
        name,
        re.IGNORECASE,
    )
