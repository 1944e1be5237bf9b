"""A clause: what its verb says something of, and the question that turns the two round."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cards.formats.outline.general import specific
from cards.formats.outline.labels import ACTS, DEEDS
from cards.formats.outline.wording import (
    DETERMINERS,
    LEANING,
    PREPOSITIONS,
    base_verb,
    is_plural,
    lower_first,
    word_list,
)
from cards.text.words import word_set

PART = re.compile(
    r"\b(?:which|that|who|where|when|if|can|will|is|are|has|have|unless|there|because|whether)\b"
)
"""Words of what is a clause of its own, or holds one."""
DISCOURSE = word_set(
    "ok okay so now well here what whatever whoever but yes no one another thing basically "
    "also unless whether if when where all some most many any each every as in such to for"
)
"""First words of what is no name."""
_LOOSE = re.compile(r"(?:\b(?:and|or|also|only|not|always|never|then|just|still|to)|\w{3}ly)$")
"""The end of what is no subject of a verb."""
_JOINS = re.compile(r"(?:Later|However|Thus|Therefore|Then|Hence|Here|Also|But|And|So),? ")
_LEAD = re.compile(
    r"((?:In|For|At|Under|During|Without|With|On|Among|Within|Unlike) [^,;:]{2,50}), (?=[^,]+$)"
)
"""Where, or of what, a clause holds: "For metals, …"."""
_SHORTENED = ((r"\b[Cc]an(?:['’]t|not)\b", "can not"), (r"\bwon['’]t\b", "will not"),
              (r"\b(\w+)n['’]t\b", r"\1 not"))  # fmt: skip
_AUXILIARIES = word_set("is are was were can could may might must will would should do does did")
_HAVE = {"has": "does", "have": "do", "had": "did"}
_ENDS = word_set("that which who when if while where because since whose what how why")
"""Words before a verb that is not the clause's own."""
_ADVERB = re.compile(r"(?:\w{3,}ly|often|also|always|never|still|usually|not|only|even)$")
_ASIDE = re.compile(r" (?:also|then|thus|therefore|hence)\b")
"""Words that join a clause to the one before it."""
_TO_READER = re.compile(r"(?:you|we|i|your|our|my|alice|bob|eve)\b", re.IGNORECASE)
_SECOND = re.compile(rf"( and )({'|'.join(f'{one}s' for one in sorted(DEEDS))})\b")
"""A second verb of the same subject."""
_GERUND = re.compile(r"[A-Z][a-z]+ing [a-z]")
_MANY = re.compile(r"\b(?:automata|bacteria|criteria|data|people|men|women|children|mice|feet)$")
"""Plurals without an s."""
_NO_VERB = re.compile(r".*(?:s|ed|ing|ly|tion|ness|ity|ment|\W)$")
_VERBS = (
    DEEDS
    | word_list("verbs")
    | word_set(
        "act come crash end expire explode go lead overflow result scale seem sink start stop"
    )
)
"""Verbs that stand for themselves, whatever follows."""


def is_subject(term: str) -> bool:
    """Whether what stands before a verb names something by itself, and is one name."""
    words = term.lower().split()
    return (
        bool(specific(term))
        and words[0] not in PREPOSITIONS | LEANING | DISCOURSE
        and not PART.search(term.lower())
        and not _LOOSE.search(term.lower())
        and not any((base_verb(word) or "") in DEEDS for word in words[1:-1])
        and not re.search(r"\w+ing (?:an?|the|its?|their)\b", term.lower())
    )


def asked(word: str, clause: str) -> str:
    """Return the question "How" or "Why" of a masked clause; empty where no verb of its own shows.

    "Silicon has a high melting point" asks "Why does Silicon have a high melting point?".
    """
    clause = _JOINS.sub("", clause, count=1)
    lead = _LEAD.match(clause)
    turned = _turned(clause[lead.end() :] if lead else clause)
    if not turned:
        return ""
    return f"{lead[1]}, {word.lower()} {turned}?" if lead else f"{word} {turned}?".lstrip()


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A clause: its auxiliary, its subject, the adverbs before its verb, and the rest."""

    does: str
    name: str
    adverbs: Sequence[str]
    rest: Sequence[str]


def _turned(clause: str) -> str:
    """Return a clause with its verb before its subject: "does X have Y"; empty without one."""
    found = _parsed(clause)
    if not found:
        return ""
    turned = _ASIDE.sub("", " ".join([found.name, *found.adverbs, *found.rest]))
    if found.does == "does":
        turned = _SECOND.sub(lambda one: f"{one[1]}{base_verb(one[2])}", turned)
    vague = found.name.startswith("the ") and not specific(found.name)
    return f"{found.does} {turned}" if specific(turned) and not vague else ""


def _parsed(clause: str) -> _Parsed | None:
    """Return the parts of a clause; None where no verb of its own shows."""
    for written, whole in _SHORTENED if re.search("['’]|cannot", clause) else ():
        clause = re.sub(written, whole, clause)
    words = clause.split()
    for place in range(1, len(words)):
        if words[place].lower() in _ENDS or _TO_READER.match(words[place - 1]):
            return None
        subject, adverbs = _parted(words[:place])
        if _ADVERB.match(subject[-1]):
            continue  # "Rarely crash …", of which no subject is left
        found = _verb(words, place, " ".join(subject))
        if not found:
            continue
        name = lower_first(" ".join(subject))
        name = name[0].lower() + name[1:] if _GERUND.match(name) else name
        if subject[0].lower() in LEANING | DISCOURSE - {"all", "some", "most", "many"}:
            return None
        return _Parsed(found[0], name, adverbs, found[1])
    return None


def _parted(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the words before a verb without the adverbs at their end, and these."""
    end = len(words)
    while end > 1 and _ADVERB.match(words[end - 1]):
        end -= 1
    return words[:end], words[end:]


def _past(words: Sequence[str]) -> str:
    """Return the first word that is no adverb."""
    return next((word for word in words if not _ADVERB.match(word)), "")


def _verb(words: Sequence[str], place: int, subject: str) -> tuple[str, Sequence[str]] | None:
    """Return the auxiliary of the verb at a place and what follows the subject then, or None."""
    word, after = words[place].lower(), words[place + 1 :]
    last = subject.split()[-1].lower()
    if last in DETERMINERS | PREPOSITIONS:
        return None
    if word in _AUXILIARIES or word in _HAVE:
        if not after:
            return None
        if word in _AUXILIARIES:
            return word, after
        done = re.match(r"(?:not|been|\w+ed|shown|made|led|become)$", _past(after))
        return (word, after) if done else (_HAVE[word], ["have", *after])
    many = is_plural(subject) or " and " in subject or bool(_MANY.search(subject))
    base = base_verb(word) if not many else word
    if not base or not base.isalpha() or (many and _NO_VERB.match(word)):
        return None
    then = after[0].lower() if after else ""
    if not many and then in _VERBS:
        return None  # "Sybil attacks insert …"
    if then in _AUXILIARIES or then in _HAVE:
        return None  # "the estimates do …", whose verb comes next
    objects = then in DETERMINERS or then.endswith("ly")
    plain = base in _VERBS or f"{base}s" in ACTS
    if not plain and (not objects or base in PREPOSITIONS | DETERMINERS or word != words[place]):
        return None
    return ("do" if many else "does"), [base, *after]
