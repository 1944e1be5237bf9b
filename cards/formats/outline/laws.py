"""What a theorem or a law says: all that stands below its name, or beside it, before its proof."""

import re
from collections.abc import Iterator, Sequence

from cards.card import Kind
from cards.formats.outline.general import specific
from cards.formats.outline.question import Question
from cards.formats.outline.sections import Item, Section
from cards.formats.outline.wording import Masked, content_words, has_formula, is_owned, is_plural

_KINDS = r"theorem|lemma|law|principle|inequality|criterion|corollary|duality|postulate|axiom|rule"
_NAME = re.compile(rf"(?P<rest>.*?)\b(?:{_KINDS})(?P<of>(?: (?:of|for|on) .+)?)$", re.IGNORECASE)
"""A name that says what kind of statement it is of: "Weak duality", "Law of large numbers"."""
_BESIDE = re.compile(
    rf"(?P<kind>{_KINDS}|proposition|definition)\b(?: \d[\d.]*)? \((?P<name>[^()]{{3,50}})\)[.:]? "
    r"(?P<told>.+)$",
    re.IGNORECASE,
)
"""A statement with its kind, its number and its name before it: "Theorem 2.1 (Bolzano). …"."""
_ENDS = re.compile(
    r"\W*(?:proof|pf|example|remark|derivation|note|intuition|see|corollary|lemma)\b", re.IGNORECASE
)
_STATES = re.compile(
    r"\b(?:then|there (?:is|are|exists?)|for (?:all|any|every|each|some)|if|iff|satisf\w+|holds?|"
    r"whenever|must|cannot|always|never|equals?|impl(?:y|ies)|converges?|is|are|has|have)\b"
)
_PERSONAL = re.compile(r"\b(?:I|you|your|my|this|these|above|below|video|lecture)\b")
_NUMBERED = frozenset({"main", "first", "second", "third", "key", "important", "technical", "next"})
_MOST, _LONGEST, _SHORTEST = 5, 420, 30


def stated(section: Section, subject: str) -> Iterator[Question]:
    """Yield what a theorem says that the heading of a section names, or a line of it."""
    for item in section.items:
        yield from beside(item)
    head = Masked(section.headings[-1]).text.strip(" :.*")
    found = _NAME.match(head)
    if not found or is_plural(head) or not subject or not subject.endswith(head.split()[-1]):
        return
    if not _names(found["rest"], found["of"]):
        return  # "Theorem 3", which has no name
    if told := _told(section.items):
        asks = f"What does {articled(subject)} say?"
        line = section.items[0].line
        yield Question(asks, told, Kind.BASIC, line, sure=True, named=True)


def _names(rest: str, of: str) -> bool:
    """Whether what stands around "theorem" makes a name of it: "Weak …", "… of the mean"."""
    words = content_words(re.sub(r"\d", "", rest)) - _NUMBERED
    return bool(specific(rest)) or bool(words) or bool(content_words(of))


def articled(name: str) -> str:
    """Return the name of a law or an effect with its article: "the Hall effect", "Ohm's law"."""
    return re.sub(r"^The ", "the ", name) if is_owned(name) else f"the {name}"


def beside(item: Item) -> Iterator[Question]:
    """Yield what a line says that begins with the kind and the name of its statement."""
    masked = Masked(item.text)
    found = _BESIDE.match(masked.text)
    if not found or re.match(r"\d|[a-z]\)|i+\)", found["name"]):
        return
    name, kind, told = found["name"], found["kind"].lower(), masked.whole(found["told"])
    if kind == "definition":
        asks = f"How is “{masked.whole(name)}” defined?"
    else:
        named = name if kind in name.lower() else f"{name} {kind}"
        asks = f"What does {articled(masked.whole(named))} say?"
    if _SHORTEST <= len(told) <= _LONGEST and not _PERSONAL.search(found["told"]):
        yield Question(asks, told, Kind.BASIC, item.line, sure=True, named=True)


def _told(items: Sequence[Item]) -> str:
    """Return the statement that items make up before a proof; empty where they are no statement."""
    parts: list[str] = []
    said = ""
    for item in items:
        masked = Masked(item.text)
        if _ENDS.match(masked.text):
            break
        if masked.text.endswith("?") or len(parts) == _MOST:
            return ""
        said += f" {masked.text}"
        mark = "- " if item.marker and parts else ""
        parts.append(f"{mark}{masked.whole(masked.text)}")
    text = "\n".join(parts)
    supposes = re.match(r"\W*(?:Let|Suppose|Given|Assume|Consider)\b", said)
    if supposes and len(parts) == 1 and not re.search(r"\b[Tt]hen\b|\bholds?\b|[.:] ", said):
        return ""  # what it supposes, and no more
    states = bool(_STATES.search(said)) and has_formula(said) and not _PERSONAL.search(said)
    return text if states and _SHORTEST <= len(text) <= _LONGEST else ""
