"""How likely a reader is to keep a card: what can be seen of it, weighed.

The rules of `worth` say what a card must not be. Of what they leave, a judge sees many small signs
at once; its weights were fitted to cards that a person had read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cards.card import HIDDEN, Kind
from cards.formats.outline.faults.answer import WHAT_IS
from cards.formats.outline.faults.term import A_KIND
from cards.formats.outline.general import specific
from cards.formats.outline.labels import DEEDS, NOUNS
from cards.formats.outline.proposal import Proposal
from cards.formats.outline.question import Question
from cards.formats.outline.subjects import is_generic
from cards.formats.outline.wording import EMPTY, base_verb, is_plural

__all__ = ["ARGUABLE", "WEIGHTS", "Manner", "Seen", "Surroundings", "doubt", "signs"]

WEIGHTS = {
    "it asks what letters stand for": 2.73,
    "it hides how something is called": 0.89,
    "its answer is told at length": 0.86,
    "its answer begins with a bare verb": 0.81,
    "its term is code": 0.78,
    "its note is about commands": 0.62,
    "its answer names a kind of thing": 0.54,
    "a sentence leads to its formula": 0.49,
    "it begins with a label": 0.47,
    "its answer begins with a verb": 0.44,
    "it says what may be": 0.39,
    "its answer says how the kind differs": 0.38,
    "its answer begins with how it is": 0.35,
    "it asks for a list": 0.35,
    "its term has words of its field": 0.34,
    "what it has is a thing": 0.31,
    "its form tells it": 1.0,
    "it says what something is": 0.25,
    "it has figures in it": 0.21,
    "it hides a plural": 0.19,
    "its term is in bold": 0.17,
    "it says of what it is a term": 0.16,
    "it hides a name": 0.15,
    "its line is a row of a table": 0.14,
    "it asks in words of its own": 0.14,
    "it has something in brackets": 0.12,
    "its answer trails off": 0.09,
    "its term is one word": 0.06,
    "its term begins with a verb": -0.04,
    "it speaks of something as known": -0.06,
    "it asks what something has, builds or causes": -0.07,
    "its answer has words of its field": -0.08,
    "its term is a plural": -0.13,
    "it hides the end of the sentence": -0.13,
    "it has a pronoun": -0.13,
    "others beside it ask alike": -0.14,
    "it begins with what is done": -0.16,
    "its term is told in few words": -0.25,
    "its line is far within": -0.26,
    "it asks for a formula": -0.26,
    "little in its section is worth a card": -0.27,
    "its answer begins with no word": -0.3,
    "it hides a part of a sentence": -0.3,
    "it asks how a thing of a table is beside others": -0.33,
    "its answer speaks to somebody": -0.34,
    "its line is a step": -0.37,
    "its name stands only above its answer": -0.4,
    "what stands above it is long": -0.42,
    "its note cites papers": -0.45,
    "it asks for a label": -0.45,
    "its field is no name": -0.48,
    "its answer lists names": -0.51,
    "its answer has code": -0.51,
    "it asks why": -0.15,
    "its term is long": -0.54,
    "it asks for a purpose or a value": -0.55,
    "a rule speaks against it": -1.2,
    "its answer points to what stands near": -0.61,
    "its term says nothing by itself": -0.65,
    "it asks what something is": -0.69,
    "it hides many words": -0.78,
    "its term has small words in it": -0.83,
    "its answer has figures in it": -0.7,
    "its answer is full of signs": -0.7,
    "its note speaks of days and versions": -0.99,
    "its note is full of paths": -1.04,
    "it asks for an example": -1.13,
    "its heading gathers what is left": -1.31,
    "little in its note is worth a card": -1.33,
}
"""By how much each sign raises, or lowers, the log-odds that a reader keeps a card.

A logistic regression fitted to 2,399 candidates of 27 folders that seven readers had marked, with
a penalty of 5 on the square by which a weight differs from a fit to 2,392 of 70 other folders. On
folders that such a fit had not seen, 84 % of what it lets through was kept, and 52 % of all that a
reader would keep was let through; the fit before it, 81 % and 52 %, and 75 and 84 % where folders
of plans and papers count as well. By hand: what a rule speaks against weighs more, since its
readers were milder than the others; figures and signs of an answer, and why something is so, weigh
less; and a form that tells what is asked so much that only a note that is none is left out.
"""

ARGUABLE = frozenset(
    {
        "“…” means nothing without the note",
        "“…” lists points, not terms",
        "“…” is no term",
        "what the head of the column says makes no question",
        "what is left of the sentence says too little",
        "much else could stand in the gap",
        "its answer points to something else",
        "its answer is too short to say what the term means",
        "its answer is a list of formulas",
        "its answer grades a thing beside others",
        "its answer does not say what the term means",
        "its answer begins like an instruction, not like a meaning",
        "it lists some of many",
        "it is no sentence",
        "the parts of its answer are too long",
        "its answer says something of the term, not what it is",
        "“…” could be anything",
        "its answer says how good it is, not what it does",
        "its answer says the term again",
        "its answer speaks of the term and does not say what it is",
    }
)
"""What rules say against cards of which readers keep about half; other faults are final."""

_START = 0.12
"""The sum with which a card begins; one that ends at or below zero is left out."""

_DOES, _FORMULA = "it asks what something does", "it asks for a formula"
_WHAT, _OWN = "it asks what something is", "it asks in words of its own"
_CELL = "it asks how a thing of a table is beside others"
_HAS = "it asks what something has, builds or causes"
_ASKED = (
    (re.compile(r"What does \S+ stand for\?$"), "it asks what letters stand for"),
    (re.compile(r"What (?:do|does) .*\bdo\?$"), _DOES),
    (re.compile(r"What (?:do|does) "), _HAS),
    (re.compile(r".*: why\?$|Why "), "it asks why"),
    (re.compile(r"What (?:is|are) .* called in "), _OWN),
    (re.compile(r"Give an example"), "it asks for an example"),
    (re.compile(r".*(?:= \?|\\;\?\\\))$", re.DOTALL), _FORMULA),
    (re.compile(r".*(?:which \w+\?|answers\)\??)$"), "it asks for a list"),
)
_TERM = re.compile(r"What (?:do|does|is|are) (?:an? |the )?(.+?)(?: do| used for)?\?$")
_PRONOUN = re.compile(r"\b(?:it|its|they|them|their|we|us|our|you|your|i|my)\b", re.IGNORECASE)
_SPOKEN = re.compile(r"\b(?:you|your|we|our|I|let's)\b|[?!]")
_ARTICLE = re.compile(r"(?:an?|the|one of the|any|someone|something|when) ", re.IGNORECASE)
_TAIL = re.compile(r"\b(?:that|which|who|where|of|for|used|between)\b")
_KNOWN = re.compile(r"What do(?:es)? (?!an? )[a-z]+ \w+")
_SIGNS = re.compile(r"[=<>|/\\_+&→#@*~]")
_NAMED = re.compile(
    r"(?:called|known as|termed|named|referred to as|stands? for) (?:an? |the )?[\"“‘']?$"
)
_COPULA = re.compile(r"\b(?:is|are|was|were)\b")
_MODAL = re.compile(r"\b(?:can|could|may|might|should|must|would|will)\b")
_LED = re.compile(r"[^:.]{2,40}: ")
_WORD = re.compile(r"[A-Za-z][\w'’-]*")
_ARTICLE_FIRST = re.compile(r"^(?:an?|the) ", re.IGNORECASE)
_SIGN = re.compile(r"[^a-z0-9 ]")
_BOLD = re.compile(r"(?:\*\*|__|==)(.+?)(?:\*\*|__|==)")
_MEANS = re.compile(r"“| stand for\?$|In what unit |In which year |When did ")
_FACT = re.compile(
    r"What (?:is|are) the (?:(?:si|typical|main|full|chemical|boiling|melting) )?"
    r"(?:units?|symbols?|formulas?|equations?|functions?|purposes?|goals?|roles?|locations?|"
    r"capitals?|charges?|names?|sources?|authors?|founders?|inventors?|causes?|treatments?|"
    r"enzymes?|hormones?|points?|uses?|use cases?|applications?|values?|registers?|"
    r"mass|density|years?|ranges?|opposites?|inverses?|derivatives?|"
    r"integrals?|domains?|degrees?|complexity|ports?|meanings?|definitions?) of ",
    re.IGNORECASE,
)
"""A column that holds one fact of each row, not how it compares with others."""
_FIGURE = re.compile(r"[~≈<>±]?\d")
_NAMES_IN = re.compile("“.*?”")
"""The names in what a rule says."""
_CODES = re.compile(r"`[^`\n]+`")
_PATHS = re.compile(r"`[^`\n]*[/.][^`\n]+`|\b\w+/\w+\.\w+")
_DATES = re.compile(r"\b20\d\d-\d\d|\bv\d|\bPhase \d|§|#\d+|\bT\d\b")
_CITES = re.compile(r"\bet al\b|\barXiv\b|\bdoi\b|\[\d{1,3}\]|\((?:19|20)\d\d\)", re.IGNORECASE)
_GATHERS = re.compile(
    r"[\W\d]*(?:(?:the|known|key|some|current|main|other|possible|proposed) )*"
    r"(?:(?:limitations?|edge cases?|notes|file layout|descriptions?|explanations?|problems?|gaps?|"
    r"decisions|settings|news|customi[sz]ation|configuration|critical analysis|critique|takeaways|"
    r"files|follow-ups?|roadmap)\W*$|limitations? |edge cases?\W|phase \d|next (?:steps?|research)|"
    r"(?:open|future) (?:questions?|problems?|issues?|follow|research|points|work|directions?))",
    re.IGNORECASE,
)
"""A heading that gathers what is left to say, and names nothing."""
_ODD_FIELD = re.compile(r"” in (?:[^?]*[:—–/&()+\d]|(?:The|What|How|Regular|Known|Open|Phase)\b)")
_NEAR = re.compile(r"\b(?:this|these|those|above|below|here)\b")
_OF_ROW = re.compile(r"What (?:is|are) the (?:purpose|value|cause|role|focus|type) of ")
_STEP = re.compile(r"\s*\d+[.)]")
_MARKED_CODE = re.compile(r"What (?:is|are) (?:meant by )?(?:an? |the )?“?[\ue000-\uf8ff]")
_HOW = re.compile(r"[A-Za-z]*(?:ive|ous|ful|able|ible|less|ic|al|ant|ent|only|based|used)\b")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|will|would|should|must|may|does|do|did)\b"
)
_LONG_TERM, _LONG_GAP, _FEW = 5, 4, 2
_AT_LENGTH, _FEW_WORDS = 20, 5


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a note proposes beside a card.

    Shares from 0 to 1 that the rules leave out, how many others of its section ask alike, and how
    the note is written.
    """

    left_out: float = 0.5
    left_out_near: float = 0.5
    alike: int = 0
    manner: "Manner | None" = None

    @classmethod
    def of(
        cls,
        note: tuple[int, int],
        near: tuple[int, int],
        alike: int,
        manner: "Manner | None" = None,
    ) -> "Surroundings":
        """Return them of (left out, let through) in a note and near it, few as half and half."""
        left, through = note
        left_near, through_near = near
        return cls(
            (left + 5) / (left + through + 10),
            (left_near + 3) / (left_near + through_near + 6),
            alike,
            manner,
        )


@dataclass(frozen=True, slots=True)
class Manner:
    """How much of a note is code, paths of files, days and versions, and citations, 0 to 1."""

    code: float
    paths: float
    dated: float
    cites: float

    @classmethod
    def of(cls, text: str) -> "Manner":
        """Return the manner in which a note is written."""
        length = len(text)
        code, paths = len(_CODES.findall(text)), len(_PATHS.findall(text))
        return cls(
            min(1.0, code / max(20.0, length / 60)),
            min(1.0, paths / max(10.0, length / 200)),
            min(1.0, len(_DATES.findall(text)) / max(10.0, length / 400)),
            min(1.0, len(_CITES.findall(text)) / max(4.0, length / 800)),
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """A proposed card, what stands around it, and the line that it is asked of, as written.

    `fault` is what the rules say against it; `settled` says that its form tells that it is kept.
    """

    card: Proposal
    around: Surroundings
    line: str = ""
    fault: str = ""
    settled: bool = False


def doubt(seen: Seen) -> str:
    """Return why few would keep a card: the sign that weighs most; empty for one to keep.

    What the rules say against it is one sign of many, unless it is always right. Of what its form
    tells, only how the note is written is looked at.
    """
    if seen.fault and (seen.settled or _NAMES_IN.sub("“…”", seen.fault) not in ARGUABLE):
        return seen.fault
    found = dict(_written(seen)) if seen.settled else signs(seen)
    weighed = {name: WEIGHTS[name] * value for name, value in found.items()}
    if _START + sum(weighed.values()) > 0:
        return ""
    if seen.fault:
        return seen.fault
    told = {name: weight for name, weight in weighed.items() if name != _WHAT} or weighed
    return f"readers keep few such cards: {min(told, key=lambda name: told[name])}"


def signs(seen: Seen) -> dict[str, float]:
    """Return what can be seen of a card, each sign as a sentence with its strength from 0 to 2."""
    found = dict(_signs(seen))
    return {name: value for name, value in found.items() if value}


def _signs(seen: Seen) -> Iterator[tuple[str, float]]:
    asked, told = seen.card.asked, seen.card.told
    cloze = seen.card.kind is Kind.CLOZE
    yield from _around(seen)
    yield from _written(seen)
    yield "it has a pronoun", min(2, len(_PRONOUN.findall(asked)))
    yield "it has figures in it", any(map(str.isdigit, asked))
    yield "its answer has figures in it", any(map(str.isdigit, told))
    yield "its answer is full of signs", min(1.0, len(_SIGNS.findall(told)) / 5)
    yield "its answer speaks to somebody", bool(_SPOKEN.search(told))
    yield "its answer trails off", "etc" in told or "..." in told or "…" in told
    if cloze:
        yield "its answer has code", seen.card.code
        yield from _gap(asked, told)
        return
    form = _form(seen)
    what = WHAT_IS.match(asked) if not form else None
    yield form or (_WHAT if what else _OWN), float(form != _DOES)
    yield "its answer has code", form != _FORMULA and seen.card.code
    if what:
        yield "its term is in bold", _is_bold(what[1] or what[2], seen.line)
    if what or form == _DOES:
        found = _TERM.match(asked)
        term = (what[1] or what[2]) if what else (found[1] if found else asked)
        yield from _term(term)
        yield from _meaning(term, told, bool(what and what[1]))
    if what:
        yield from _explained(what[2], asked, told, seen.line)
    yield "it has something in brackets", "(" in asked
    yield "what it has is a thing", form == _HAS and bool(_ARTICLE.match(told))
    yield "a sentence leads to its formula", form == _FORMULA and bool(_FINITE.search(asked))
    yield "it speaks of something as known", bool(_KNOWN.match(asked))
    yield "it says of what it is a term", "” in " in asked


def _form(seen: Seen) -> str:
    """Return in which form a card asks; empty for what something is, and for other words."""
    if is_cell(seen.card.under, seen.card.named, seen.card.prompt, seen.card.told):
        return _CELL
    return next((name for pattern, name in _ASKED if pattern.match(seen.card.prompt)), "")


def _around(seen: Seen) -> Iterator[tuple[str, float]]:
    """Yield what stands around a card in its note."""
    yield "little in its note is worth a card", 2 * seen.around.left_out - 1
    yield "little in its section is worth a card", 2 * seen.around.left_out_near - 1
    yield "others beside it ask alike", min(3, seen.around.alike) / 3
    yield "what stands above it is long", min(2.0, len(seen.card.under.split()) / 8)


def is_settled(question: Question) -> bool:
    """Whether the form alone of a question tells that it is kept."""
    asked = (question.under, question.named, question.prompt, question.answer)
    return question.sure and not is_cell(*asked)


def is_cell(under: str, named: bool, prompt: str, told: str) -> bool:
    """Whether a question asks how a thing of a table is: no number, meaning or other one fact."""
    if under != "Meaning" or not named or _MEANS.search(prompt):
        return False
    return not _FACT.search(prompt) and not _FIGURE.match(told)


def _written(seen: Seen) -> Iterator[tuple[str, float]]:
    """Yield how a card's note and its line are written."""
    card, line = seen.card, seen.line
    manner = seen.around.manner
    if manner:
        yield "its note is about commands", manner.code
        yield "its note is full of paths", manner.paths
        yield "its note speaks of days and versions", manner.dated
        yield "its note cites papers", manner.cites
    yield "its heading gathers what is left", bool(_GATHERS.match((card.headings or ("",))[-1]))
    yield "its field is no name", bool(_ODD_FIELD.search(card.prompt))
    yield "its answer points to what stands near", bool(_NEAR.search(card.told))
    yield "its line is far within", line.startswith(("    ", "\t"))
    yield "its line is a step", bool(_STEP.match(line))
    yield "its line is a row of a table", line.lstrip().startswith("|")
    yield "it asks for a purpose or a value", bool(_OF_ROW.search(card.prompt))
    yield "its term is code", "`" in card.prompt and bool(_MARKED_CODE.match(card.asked))
    yield "its answer begins with how it is", bool(_HOW.match(card.told))
    yield "its form tells it", seen.settled
    yield "a rule speaks against it", bool(seen.fault)


def _is_bold(term: str, line: str) -> bool:
    """Whether a term, without what it is a term of, stands in bold in its line."""
    name = _ARTICLE_FIRST.sub("", term.partition(" in ")[0].strip("“”")).lower()
    bold = [found[1].lower().strip(" :.") for found in _BOLD.finditer(line)]
    return any(name in one or (one and one in name) for one in bold)


def _stands_in(term: str, line: str) -> bool:
    """Whether a term stands in a line, whatever its letters' size and its marks."""
    bare, within = (_SIGN.sub("", text.lower()) for text in (_ARTICLE_FIRST.sub("", term), line))
    return bare in within


def _term(term: str) -> Iterator[tuple[str, float]]:
    """Yield what can be seen of a term that is asked for."""
    words = _WORD.findall(_ARTICLE_FIRST.sub("", term, count=1))
    low = [word.lower() for word in words]
    yield "its term is one word", len(words) == 1
    yield "its term is long", len(words) >= _LONG_TERM
    yield "its term has words of its field", bool(specific(term))
    yield "its term says nothing by itself", is_generic(term)
    yield "its term has small words in it", sum(word in EMPTY for word in low) / max(1, len(low))
    yield "its term is a plural", bool(words) and is_plural(term)
    yield "its term begins with a verb", len(words) > 1 and low[0] in DEEDS


def _meaning(term: str, told: str, quoted: bool) -> Iterator[tuple[str, float]]:
    """Yield what can be seen of an answer that tells what a term means."""
    first = told.partition(" ")[0].lower()
    named = bool(_ARTICLE.match(told) or A_KIND.fullmatch(told))
    yield "its answer names a kind of thing", named
    yield "its answer says how the kind differs", bool(_TAIL.search(told))
    yield "its answer begins with a verb", bool(base_verb(first)) and not named
    yield "its answer begins with a bare verb", first in DEEDS and first not in NOUNS
    yield "its answer begins with no word", not told.removeprefix("- ")[:1].isalpha()
    yield (
        "its answer lists names",
        told.count(",") >= _FEW and len(told.split()) < 4 * told.count(","),
    )
    yield "its answer has words of its field", bool(specific(told))
    yield "it asks for a label", quoted


def _explained(name: str | None, asked: str, told: str, line: str) -> Iterator[tuple[str, float]]:
    """Yield how a term is explained, `name` where it is not quoted."""
    long = len(told.split())
    yield "its answer is told at length", min(1.0, long / _AT_LENGTH)
    yield "its term is told in few words", "meant by" in asked and long <= _FEW_WORDS
    if name:
        above = not _ARTICLE.match(told) and not _stands_in(name, line)
        yield "its name stands only above its answer", above


def _gap(asked: str, told: str) -> Iterator[tuple[str, float]]:
    """Yield what can be seen of a sentence with a gap."""
    before, _, after = asked.partition(HIDDEN)
    words = [word.lower() for word in _WORD.findall(told)]
    opening = (_WORD.findall(asked[:40]) or [""])[0].lower()
    yield "it hides a part of a sentence", 1.0
    yield "it hides how something is called", bool(_NAMED.search(before))
    yield "it says what something is", bool(_COPULA.search(asked))
    yield "it says what may be", bool(_MODAL.search(asked))
    yield "it begins with a label", bool(_LED.match(asked))
    yield "it begins with what is done", opening.endswith("ing")
    yield "it hides the end of the sentence", not after.strip(" .")
    yield "it hides many words", len(words) >= _LONG_GAP
    yield "it hides a name", told[:1].isupper()
    yield "it hides a plural", is_plural(told)
