"""Sentences and labels that tell a number: how much, how many, in which year."""

import re

from cards.formats.outline.general import specific
from cards.formats.outline.labels import DEEDS
from cards.formats.outline.terms import ADVICE
from cards.formats.outline.wording import (
    LEANING,
    MASKS,
    PREPOSITIONS,
    Masked,
    balanced,
    base_verb,
    content_words,
    is_plural,
    lower_first,
    upper_first,
)
from cards.text.words import word_set

_DIGITS = r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_UNIT = (
    r"(?: ?%| ?°[CFK]?| ?(?:[kKMGTmµnp]?[A-Za-zΩ]{1,3}|[a-z]+s)(?:\^?-?[\d²³])?"
    r"(?:/[A-Za-z]{1,4}(?:\^?[\d²³])?)?)?"
)
_AMOUNT = (
    r"(?P<told>(?:(?:about|approximately|around|roughly) |~ ?)?"
    rf"(?:{_DIGITS}{_UNIT}|[{MASKS}]{_UNIT}))"
)
_IS = re.compile(rf"(?P<what>[^,;:=]{{6,80}}?) (?:is|was|equals|=) {_AMOUNT}$")
_LABEL = re.compile(rf"(?P<what>[^,;:=.]{{6,60}}?)(?:: | [-–—] ){_AMOUNT}$")
_HAS = re.compile(
    r"(?P<what>(?:An? |The )?[^,;:]{3,50}?) (?P<verb>has|have|contains?|consists? of) "
    rf"(?:about |exactly |around )?(?P<told>{_DIGITS}) (?P<of>[a-z][a-z -]{{3,40}}s)$"
)
_YEAR = r"(?P<told>1\d\d\d|20\d\d)"
_TIME = rf"(?:{_YEAR}|(?P<decade>(?:the )?(?:early |mid-?|late )?(?:1\d\d|20\d)0s))"
_PAST = (
    r"(?:first |formally |officially )?"
    r"(?:\w+ed|built|found|written|won|lost|made|held|born|overthrown)"
)
_REST = r"(?: (?:in|at|as|to|into|from|near|on|between|for|with) [^,;:]{3,70}?)?"
_WHAT = r"(?P<what>(?:[Tt]he )?[A-Z][^,;:]{3,70}?)"
_DONE = re.compile(rf"{_WHAT} (?P<verb>was|were) (?P<did>{_PAST}{_REST}) in {_TIME}$")
_LED_DONE = re.compile(rf"(?:In|By) {_TIME},? {_WHAT} (?P<verb>was|were) (?P<did>{_PAST}{_REST})$")
"""What was done, and in which year, said last or first."""
_BASES = {
    "took place": "take place", "began": "begin", "ended": "end", "occurred": "occur",
    "happened": "happen", "started": "start", "died": "die", "fell": "fall",
    "broke out": "break out", "became": "become", "won": "win", "lost": "lose", "left": "leave",
    "invaded": "invade", "annexed": "annex", "conquered": "conquer", "signed": "sign",
    "founded": "found", "invented": "invent", "discovered": "discover", "published": "publish",
    "introduced": "introduce", "proposed": "propose", "joined": "join", "passed": "pass",
    "ratified": "ratify", "adopted": "adopt", "abolished": "abolish", "declared": "declare",
    "surrendered": "surrender", "launched": "launch", "opened": "open", "moved": "move",
}  # fmt: skip
_DID = rf"(?P<did>{'|'.join(_BASES)})(?P<rest>(?: [^,;:]{{3,70}}?)?)"
_HAPPENED = re.compile(rf"{_WHAT} {_DID} in {_TIME}$")
_LED_HAPPENED = re.compile(rf"(?:In|By) {_TIME},? {_WHAT} {_DID}$")
"""What happened, or what somebody did, and in which year."""
_LEANS = re.compile(
    r"\b(?:this|these|those|it|its|their|his|her|them|such|our|my|your|another|other|here|above|"
    r"below|we|you|i|he|she|they|same|example|exercise|question|answer|step|figure|table|page|"
    r"chapter|section|sum|if|when|then|not|only|current|today|now|marks)\b",
    re.IGNORECASE,
)
"""Words of a number that only the note can show, or that is another number tomorrow."""
_POWER = re.compile(
    r"(?:\$|\\\()\s*-?\d+(?:\.\d+)?(?:\s*\\(?:times|cdot)\s*10\^(?:\{-?\d{1,3}\}|\d))?\s*(?:\\?%)?"
    r"\s*(?:\$|\\\))"
)
_KINDS = word_set(
    "number size length width height depth weight mass area volume density age distance radius "
    "diameter frequency wavelength amplitude period duration time speed velocity acceleration rate "
    "temperature point pressure potential voltage current resistance charge energy power force "
    "half-life efficiency ph quorum requirement value constant capacity limit maximum minimum "
    "percentage share proportion probability cost price level dose dosage concentration ratio "
    "factor count index threshold bandwidth latency resolution population gap term tenure strength "
    "angle order port zero momentum yield overhead complexity majority minority lifetime "
    "lifespan thickness propensity elasticity coefficient exponent precision number's output "
    "throughput absorption consumption intake salary tax entropy"
)
"""Nouns for what a number measures or counts."""
_AFTER = re.compile(
    r" (?:of|in|at|on|for|between|from|to|per|with|used|required|needed|within|under|over|by)\b|"
    r"\s*\("
)
_VERBAL = re.compile(
    r"\b(?:is|are|was|were|has|had|have|until|which|that|who|where|while|because)\b|n['’]t\b"
)
_TWO = 2


def told_in(text: str, masked: Masked) -> tuple[str, str] | None:
    """Return (prompt, answer) for a masked text without its full stop that tells a number."""
    if not any(char.isdigit() for char in text) and not re.search(f"[{MASKS}]", text[-16:]):
        return None
    return _in_year(text) or _how_many(text) or _how_much(text, masked)


def _in_year(text: str) -> tuple[str, str] | None:
    if found := _DONE.match(text) or _LED_DONE.match(text):
        asks = f"{found['verb']} {lower_first(found['what'])} {found['did']}"
    elif found := _HAPPENED.match(text) or _LED_HAPPENED.match(text):
        asks = f"did {lower_first(found['what'])} {_BASES[found['did']]}{found['rest']}"
    else:
        return None
    if not _is_known(found["what"], 1) or _LEANS.search(asks):
        return None
    if found["told"]:
        return f"In which year {asks}?", found["told"]
    return f"In which decade {asks}?", upper_first(found["decade"].removeprefix("the "))


def _how_many(text: str) -> tuple[str, str] | None:
    found = _HAS.match(text)
    if not found or not _is_known(found["what"], 1) or _LEANS.search(found["of"]):
        return None
    many = is_plural(found["what"])
    verb = "contain" if "contain" in found["verb"] else "have"
    does = "do" if many else "does"
    return f"How many {found['of']} {does} {lower_first(found['what'])} {verb}?", found["told"]


def _how_much(text: str, masked: Masked) -> tuple[str, str] | None:
    found = _IS.match(text) or _LABEL.match(text)
    if not found or not _is_known(found["what"]):
        return None
    head = _AFTER.split(found["what"], maxsplit=1)[0].lower().split()
    told = found["told"]
    if not head or head[-1] not in _KINDS or re.fullmatch(r"(?:1[0-9]|20)\d\d", told):
        return None
    formula = re.search(f"[{MASKS}]", told)
    if formula and not _POWER.fullmatch(masked.original(formula[0])):
        return None
    what = found["what"]
    of_whom = re.match(r"\S+(?:['’]s|s['’]) ", what)
    if not of_whom and not what.lower().startswith(("the ", "a ", "an ")):
        what = f"the {_lowered(what)}"
    return f"What is {lower_first(what)}?", told


def _lowered(what: str) -> str:
    """Return a label within a sentence: with a small letter unless it is a name."""
    first = what.split(maxsplit=1)[0]
    return what if first.isupper() or "’" in first or "'" in first else what[0].lower() + what[1:]


def _is_known(what: str, least: int = _TWO) -> bool:
    """Whether what a number is of is told in full, so that it is the same in every note."""
    words = what.lower().split()
    words = words[1:] if words[0] in ("the", "a", "an") else words
    if not words or _LEANS.search(what) or any(char.isdigit() for char in what[:1]):
        return False
    if words[0] in LEANING | PREPOSITIONS | DEEDS | ADVICE or base_verb(words[-1]) in DEEDS:
        return False
    return (
        balanced(what)
        and not _VERBAL.search(what)
        and bool(specific(re.sub(f"[{MASKS}]", "", what)))
        and len(content_words(what)) >= least
        and not re.search(f"[{MASKS}]", what)
    )
