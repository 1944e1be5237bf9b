"""What a question leans on that it does not show: lines above it, pictures, somebody, today."""

import re
from collections.abc import Iterable

from cards.card import HIDDEN, Kind
from cards.formats.outline.labels import DEEDS, NOUNS
from cards.formats.outline.wording import base_verb

_SOMEBODY = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.IGNORECASE)

POINTING = re.compile(r"\b(?:this|these|those|such (?:in|an?))\b", re.IGNORECASE)

_TODAY = re.compile(r"\b(?:today|yesterday|tomorrow|tonight|last night|this week)\b", re.IGNORECASE)

_QUOTING = re.compile(r"“.*?”|^Give an example of this: ")

_LOST = re.compile(
    r"\b(?:above|below|following|aforementioned|former|latter|here|herein|our|ours|i'm|i've|my|"
    r"mine|"
    r"let's)\b|^(?:\w+ ){0,3}(?:this|these|those)\b|^(?:we|you|your|i|he|she|let us)\b",
    re.IGNORECASE,
)

_ITS = re.compile(r"\b(?:its|their|them|it|they|itself|themselves|each|every)\b", re.IGNORECASE)

_CONJUNCTION = re.compile(r"^\w+ (?:is|are|do|does|can) (?:and|but|so|then|which|that|not|also)\b")

_SUBJECTLESS = re.compile(
    r"(?!(?:Based|Compared|Related|Used) )"
    r"(?:[A-Z][a-z]+ed|Built|Made|Led|Born|Known|Found|Took|Became|"
    r"Believes?|Wrote|Won|Has|Had|Was|Were|Is|Are|Can|Could|Must|"
    r"May|Should|Cannot) "
    r"(?:at|in|by|to|from|on|as|into|the|an?|his|her|its|their|through|over|around|that|be)\b(?!.*\?$)"
    r"|Believes? [^,:]+: which \w+\?$"
)
"""The beginning of a sentence that says what was done and not by whom."""

_STUDIED = re.compile(
    r"(?:\([^()]*\) )?(?:(?:The |Their )?(?:participants?|subjects|experimenters?|researchers?|"
    r"authors?|monkeys?|patients?|volunteers|respondents)|"
    r"The (?:paper|article|book|chapter|video|lecture|talk|course|speaker|blog|post|essay))\b",
    re.IGNORECASE,
)

_OTHERS = re.compile(
    r"(?:\([^()]*\) )?(?:What|Who|Which|How|When|Where) (?:do|does|is|are|can|should) (?:the )?"
    r"(?:other|others|further|additional|remaining|rest)\b",
    re.IGNORECASE,
)
"""A question for what is left after those that stand above it."""
_CITED = re.compile(r"\bet al\b|\[(?:19|20)\d\d\\?\]")
"""How a paper is cited."""
_PRONOUN_END = re.compile(r"\b(?:that|this|it|them) (?:in|at|by|on) \[|\b(?:this|that|it)[.,]( |$)")

_THIS_DOES = re.compile(r"(?:^|, )this (?:will|can|is|has|may|means|would|was)\b", re.IGNORECASE)
"""A pronoun that stands for what the line before says."""

_MODAL_FIRST = re.compile(
    r"(?:Should|Can|Could|May|Might|Must|Need|Needs|Will|Would|Has|Have|Had|Does|Do) (?!\W)"
)

_SUBJECT_PRONOUN = re.compile(
    r"^(?:it|they|them|its|their|that|such|there|you|your|also|then|so|thus|hence|however|but|"
    r"and|or|"
    r"because|which|who|where|while|if so|otherwise|instead|similarly|likewise|both|neither|either|"
    r"another|other|others|one|in particular|in other words|for example|for "
    r"instance|e\.g|i\.e|note|remember|recall|suppose|assume|consider|given|see|say|now|here|"
    r"not|to)\b",
    re.IGNORECASE,
)

PICTURE = re.compile(
    r"\b(?:red|blue|green|orange|yellow|black|gr[ae]y|purple|dashed|dotted|solid|shaded)\b.*\b(?:lines?|"
    r"curves?|dots?|points?|arrows?|areas?|regions?|bars?|box(?:es)?|circles?)\b|"
    r"\b(?:left|right|top|bottom|upper|lower) (?:panel|figure|plot|image|picture|row|column)\b",
    re.IGNORECASE,
)
"""What is seen in a picture."""

_INSTANCE = re.compile(
    r"\W*(?:\d[\d.]* )?(?:an? )?(?:proof|(?:worked )?example|worked examples|exercises?|"
    r"homework|assignment)\b",
    re.IGNORECASE,
)
"""The heading of what holds of one example, or within one proof."""


def within_instance(asked: str, headings: Iterable[str]) -> str:
    """Return why what is asked holds in an example or a proof alone, or nothing."""
    if asked.endswith("stand for?") or re.match(r"What is an? \w", asked):
        return ""
    found = next((one for one in headings if _INSTANCE.match(one)), "")
    return f"it belongs to “{found}”" if found else ""


def fault_of(asked: str, kind: Kind) -> str:
    """Return what a question leans on that it does not show, or nothing."""
    return _incomplete(asked, kind) or _pointing(asked, kind)


def _incomplete(asked: str, kind: Kind) -> str:
    """Return what a question lacks: its subject, a picture, the study, the rest of a sentence."""
    if asked[:1] in ".,;:)!?%&":
        return "it is a piece of a sentence"
    if re.match(r"\(?(?:[ivx]+|\d+)\) |.*(?<!\w)\((?:\d|[ivx]+)\)(?!\w)", asked):
        return "it names what only the note can show"
    if PICTURE.search(asked):
        return "it speaks of a picture that it does not show"
    if kind is Kind.CLOZE and re.match(rf"{re.escape(HIDDEN)} [A-Z]", asked):
        return "it is no sentence"
    if _SUBJECTLESS.match(re.sub(r"^\([^()]*\) ", "", asked)) or (
        kind is Kind.CLOZE and _MODAL_FIRST.match(asked)
    ):
        return "its subject is in a line above it"
    if kind is Kind.CLOZE and ("?" in asked or re.search(r"\b(?:[Ww]e|[Yy]ou|I)\b(?!\W*$)", asked)):
        return "it tells what somebody asks or does, and no fact"
    first = asked.partition(" ")[0]
    if kind is Kind.CLOZE and base_verb(first.lower()) in DEEDS and first.lower() not in NOUNS:
        return "its subject is in a line above it"
    if _OTHERS.match(asked):
        return "it asks for what others are, besides those that the note has told"
    if _CITED.search(asked):
        return "it tells of a study, not of what one learns"
    if _STUDIED.match(asked):
        return "it tells of a study without saying which"
    return ""


def _pointing(asked: str, kind: Kind) -> str:
    """Return what a question points to, such as a day or a line above it, or nothing."""
    if kind is Kind.CLOZE and (_PRONOUN_END.search(asked) or _THIS_DOES.search(asked)):
        return "it points to something that it does not show"
    if re.search(r"(?<![\w$\\(])[A-Z]['’]s\b", asked):
        return "it is an example"
    if today := _TODAY.search(asked):
        return f"“{today[0]}” in it is another day by now"
    if somebody := _SOMEBODY.search(asked):
        return f"“{somebody[0]}” in it points to somebody that it does not name"
    if kind is not Kind.CLOZE and (pointing := POINTING.search(_QUOTING.sub("", asked))):
        return f"“{pointing[0]}” in it points to something that it does not show"
    asked = re.split(r"(?<=[.!?]) ", asked)[0] if kind is Kind.CLOZE else asked
    lost = _LOST.search(asked)
    if kind is not Kind.CLOZE:
        lost = lost or _ITS.search(asked) or _CONJUNCTION.search(asked)
    if lost:
        return f"“{lost[0]}” in it points to something that it does not show"
    if _SUBJECT_PRONOUN.match(asked) and kind is Kind.CLOZE and HIDDEN not in asked[:8]:
        return "its subject is in a line above it"
    if kind is not Kind.CLOZE and re.match(
        r"(?!How does one )\S+ (?:\S+ )?(?:it|they|you|there|one)\b", asked
    ):
        return "its subject is in a line above it"
    return ""
