"""Small facts of English that turn statements into questions.

Formulas and code are masked by single characters first, so that no rule about words looks inside
them, and put back as they were written.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path

from cards.text.spans import ADDRESS, spans
from cards.text.words import word_set

MASKS = "\ue000-\uf8ff"
"""The characters that stand for formulas and code, as a class of a pattern names them."""

MASKED = re.compile(f"[{MASKS}]")
_FIRST, _LAST = ord(MASKS[0]), ord(MASKS[-1])
_SENTENCE = re.compile(rf"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z{MASKS}])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|al|approx|Fig|Eq|No)|\b[A-Za-z])\.$")

LEADING_VERB = (
    r"(?:solve|choose|maximi[sz]e|minimi[sz]e|optimi[sz]e|predict|compute|satisfie|face|earn|pay|"
    r"receive|obey|follow|become|define|describe|yield|take|use|need|require|want)s"
)
"""Verbs that a formula may follow, and that are no plurals of nouns."""
PREPOSITIONS = word_set(
    "in on at by for from with to as of since if when while given after before during under "
    "without using unlike"
)
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
ARTICLES = ("a ", "an ", "the ", "one ", "any ", "another ", "each ")
LEANING = word_set(
    "this these those that it they he she its their such there here but however also hence thus "
    "so and or then which now otherwise leads causes"
)
"""First words of a sentence that lean on the one before."""
EMPTY = word_set(
    "a an the of to in on at by for from with and or but as is are was were be been being it its "
    "this that these those they them their there which who what when where while if then than so "
    "not no nor do does did has have had can could may might must will would should into over "
    "under up down out about between through during before after again more most some any each "
    "every all both few other such only own same too very just also how why one two way ways "
    "thing things kind sort lot lots many much use used using uses make makes made get gets"
)
"""Words that carry no meaning of their own."""
DETERMINERS = word_set("the a an all any your its each every")
"""Words that a noun follows."""

_VARIABLE = re.compile(r"[a-z](?:[²³^_(/₀-₉]| ?[=<>≤≥+*/−-] )")

# None looks past where the next of its kind may begin: that takes linear time.
_LINKS = re.compile(
    rf"!\[[^\[\]]*\]{ADDRESS}(?:\{{[^{{}}]*\}})?|!\[\[[^\[\]]*\]\]|\[\^[^\[\]]*\]|<!--(?:[^<]|<(?!!--))*?-->|"
    r"</?[A-Za-z][^<>]*>|(?P<attributes>\{[^{}]*\})"
)
"""Pictures, footnotes, comments and HTML: nothing is asked of them."""
_LINK = re.compile(
    r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]|\[([^\[\]]+)\](?:\([^()\s]*(?:\([^()]*\)[^()]*)*\)|"
    r"\[[^\[\]]*\])"
)
_EMPHASIS, _SHORT_EMPHASIS = (
    re.compile(
        rf"(\*{{1,3}}|(?<!\w)_{{1,3}}|==|~~)(?=[^\s*_])([^*\n]{most}?[^\s*_])\1(?![\w*])", re.DOTALL
    )
    for most in ("*", "{0,100}")
)
_NESTED = re.compile(r"(\*\*|(?<![\w_])_)(\*\*|_)(?!\1)([^*_\n]{1,120})\2\1")
"""Emphasis within emphasis: "**_Term:_**"."""
_MOST_STEPS = 300_000
"""Signs of emphasis times characters; where there are more, only what is short is emphasised."""


@cache
def word_list(name: str) -> frozenset[str]:
    """Return the words of a list beside this file, without its lines of comment."""
    text = Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8")
    lines = text.splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _bare(text: str) -> str:
    """Return a text whose formulas are masked without links, pictures, HTML and emphasis."""
    if not any(sign in text for sign in "[*_<=~{"):
        return text
    text = _NESTED.sub(r"\1\3\1", text) if "*_" in text or "_*" in text else text
    text = _LINK.sub(_named, _LINKS.sub(_left_out, text))
    steps = len(text) * sum(map(text.count, "*_=~"))
    emphasis = _EMPHASIS if steps < _MOST_STEPS else _SHORT_EMPHASIS
    return emphasis.sub(r"\2", emphasis.sub(r"\2", text))


_PATH = re.compile(r"(?:[\w.-]+/){2,}([\w.-]+)$|[\w.-]+/(\w+(?:-\w+)+)$")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){2,}$")


def _named(found: re.Match[str]) -> str:
    """Return what a link reads as: of a note's path its name, a slug in words."""
    if not found[1]:
        return found[2]
    path = _PATH.match(found[1])
    name = (path[1] or path[2]) if path else found[1]
    return name.replace("-", " ") if _SLUG.match(name) else name


def _left_out(found: re.Match[str]) -> str:
    """Return what is left of a match: braces that hold no attribute are the author's own."""
    return found[0] if found["attributes"] and '="' not in found[0] else " "


_BOLD = re.compile(
    r"\*\*([^*\n]{3,60})\*\*|(?<!\w)==(?=[^\s=])([^=\n]{3,60})(?<=\S)==(?!\w)|<mark\b[^<>]{0,80}>([^<>\n]{3,60})</mark>"
)
"""What a writer sets in bold, or marks with a pen."""


class Masked:
    """A text whose formulas and code spans are single characters; `whole` puts them back.

    Links are their words, and emphasis is gone; `alone` says which formulas have their own lines.
    """

    def __init__(self, text: str) -> None:
        self.originals: list[str] = []
        self.alone: list[bool] = []
        source = MASKED.sub("", text)
        parts: list[str] = []
        position = 0
        for start, end, _ in islice(spans(source), _LAST - _FIRST + 1):
            parts += [source[position:start], chr(_FIRST + len(self.originals))]
            self.originals.append(source[start:end])
            before, after = source[:start].rpartition("\n"), source[end:].partition("\n")
            self.alone.append(bool(before[1]) and not before[2].strip() and not after[0].strip())
            position = end
        parts.append(source[position:])
        self.text = " ".join(_bare(" ".join("".join(parts).split())).split())

    def whole(self, text: str) -> str:
        """Return a part of `text` with the formulas and code as written."""
        return MASKED.sub(lambda found: self.original(found[0]), text)

    def displayed(self, mask: str) -> bool:
        """Whether a mask stands for a formula with lines of its own."""
        return self.alone[ord(mask) - _FIRST] or self.original(mask).startswith(("$$", "\\["))

    def original(self, mask: str) -> str:
        """Return the formula or code that a mask stands for."""
        return self.originals[ord(mask) - _FIRST]


def in_words(number: int) -> str:
    """Return a number as a word, where it has a short one."""
    return next((word for word, n in NUMBERS.items() if n == number), str(number))


def bold_in(text: str) -> list[str]:
    """Return what is set in bold in a text, as it reads without marks."""
    if not any(sign in text for sign in ("**", "==", "<mark")):
        return []
    return [Masked("".join(found)).text.strip() for found in _BOLD.findall(text)]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text on one line; "e.g." and initials end none."""
    found: list[str] = []
    start = 0
    for gap in _SENTENCE.finditer(text):
        said = text[start : gap.start()]
        if _ABBREVIATION.search(said.rstrip('"”’)')) or said.count("(") > said.count(")"):
            continue
        found.append(text[start : gap.end()].strip())
        start = gap.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def content_words(text: str) -> set[str]:
    """Return the words that carry meaning, lower case and without a plural s."""
    words = re.findall(rf"[\w{MASKS}]+(?:[-’'][\w]+)*", text.lower())
    return {word.rstrip("s") for word in words if word not in EMPTY}


def balanced(text: str) -> bool:
    """Whether brackets and curly quotes come in pairs."""
    return all(text.count(a) == text.count(b) for a, b in ("()", "“”", "[]"))


_OWN_CLAUSE = re.compile(
    r",? (?:and|but|while|whereas) (?:an?|the) "
    r"(?:(?!(?:that|which|who|where|when|of|in|on|for|to|and|or|by|with|from)\b)[\w’'/-]+ ){1,3}?"
    r"(?:(?:is|are|was|were|can|will|has|have|may|must|should)\b|"
    r"[a-z]+s (?:it|them|the|an?|its|their|this|that|these|those|each|all|how|what|whether)\b)"
)
"""Where a clause with a subject of its own begins: "a word, and a decoder reads it"."""


def own_clause(told: str) -> str:
    """Return what is told of a subject, up to where a clause about another begins."""
    found = (
        None
        if re.match(r"(?:that|if|when|whether|how|the \w+er|the more|the less)\b", told, re.I)
        else _OWN_CLAUSE.search(told)
    )
    return told[: found.start()] if found and balanced(told[: found.start()]) else told


_SPLICED = re.compile(
    r"[,;] (?=(?:(?!(?:which|who|whose|that|where|when|while|if|because|as|and|or|but|so|then|such|"
    r"i|e|also|often|usually|typically|in|for|with|by|to|of|from|not|it|they|what)\b)"
    r"(?:the |an? )?(?:[a-z-]+ )?[a-z-]+ )?(?:is|are|was|were|has|have|can|will) )"
)
"""Where a second statement is joined to the first by a comma alone: "…, weight is a force"."""
_OPEN_CLAUSE = re.compile(
    r"\b(?:that|which|who|where|when|what|whose)(?:,| (?:[\w-]+ ){0,2}[\w-]+$)"
    r"|\b(?:where|when|what|whose|in which)(?: [\w-]+){1,3},"
)
_FEWEST_SAID = 5


def first_statement(told: str) -> str:
    """Return what is told of a subject, up to where a comma or a semicolon joins another verb."""
    for found in _SPLICED.finditer(told):
        said = told[: found.start()]
        if len(said.split()) < _FEWEST_SAID or _OPEN_CLAUSE.search(said) or not balanced(said):
            continue
        return said
    return told


def has_formula(text: str) -> bool:
    """Whether a masked text has a formula or code span."""
    return bool(MASKED.search(text))


_SINGULAR = frozenset(
    [
        "ascites",
        "bayes",
        "jenkins",
        "kerberos",
        "kubernetes",
        "overlayfs",
        "pandas",
        "postgres",
        "diabetes",
        "herpes",
        "rabies",
        "biceps",
        "pancreas",
        "lens",
        "series",
        "species",
        "atlas",
        "canvas",
        "means",
        "news",
        "chaos",
    ]
)
"""Words that end like a plural and are none."""


_PLURAL_ICS = frozenset(["characteristics", "topics", "metrics", "critics", "clinics", "comics"])
"""Plurals that end like the names of fields."""
_BRACKET_FIRST = re.compile(r"\A\([^()]*\) (?=\S)")


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase reads as a plural: by its last word before "of", "for" or a bracket."""
    bare = _BRACKET_FIRST.sub("", phrase)
    head = re.split(r"\s+(?:of|for|in|to|with|on)\s+|\s*\(", bare)[0].split()
    last = head[-1].lower() if head else ""
    ends = last.endswith("s") and not last.endswith(("ss", "us", "is", "ics", "ias"))
    ends = ends or last in _PLURAL_ICS
    return len(last) > 3 and ends and last not in _SINGULAR


def base_verb(verb: str) -> str | None:
    """Return the base of a verb in the third person ("goes" → "go"), or None for other words."""
    if verb in ("is", "has", "does", "was", "this", "its", "as", "us") or not verb.endswith("s"):
        return {"has": "have", "does": "do"}.get(verb)
    if verb.endswith(("ss", "us", "ics")):
        return None
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    if verb.endswith(("oes", "sses", "shes", "ches", "xes", "zzes")):
        return verb[:-2]
    return verb[:-1]


def is_owned(name: str) -> bool:
    """Whether a name has an article or an owner already: "the Hall effect", "Ohm's law"."""
    return re.match(r"(?:the|an?) |.*(?:['’]s|s['’]) ", name, re.IGNORECASE) is not None


def lower_first(text: str) -> str:
    """Return a phrase with a small first letter if its first word is never a name."""
    first = text.split(maxsplit=1)[0] if text else ""
    if first.lower() in EMPTY or first.lower() in NUMBERS or first.lower() in ("another", "main"):
        return first.lower() + text[len(first) :]
    return text


def upper_first(text: str) -> str:
    """Return a phrase with a capital first letter, unless that is a variable's: "n = 1", "a²"."""
    return text if _VARIABLE.match(text) else text[:1].upper() + text[1:]


def acronyms(text: str) -> list[tuple[str, str]]:
    """Return (acronym, what it stands for) for "Full Name (FN)" and "FN (Full Name)".

    Only where the letters are the initials of the words, so that no other bracket is taken.
    """
    found: list[tuple[str, str]] = []
    for bracket in re.finditer(r"\(([^()]{2,60})\)", text):
        inside, before = bracket[1].strip(), text[: bracket.start()].rstrip()
        if re.fullmatch(r"[A-Z][A-Za-z0-9]{1,7}", inside):
            words = re.findall(r"[\w’'-]+", before.split(". ")[-1])
            name = initialled(inside, words)
            if name:
                found.append((inside, name))
        else:
            short = re.search(r"([A-Z][A-Za-z0-9]{1,7})$", before)  # "FN (Full Name)"
            if short and initialled(short[1], inside.split()) == inside:
                found.append((short[1], inside))
    return found


def initialled(acronym: str, words: Sequence[str]) -> str | None:
    """Return the last words whose initials spell an acronym, A3C being AAAC, or None."""
    repeated = re.sub(r"([A-Z])([2-9])", lambda found: found[1] * int(found[2]), acronym)
    capitals = re.sub(r"[^A-Z]", "", repeated)
    if len(capitals) < 2 or re.fullmatch(r"[A-Z0-9]+s", acronym):
        return None
    for count in range(1, min(len(words), len(capitals)) + 1):
        tail = words[-count:]
        initials = "".join(part[:1] for word in tail for part in word.split("-")).upper()
        if initials == capitals:
            return " ".join(tail)
    return None
