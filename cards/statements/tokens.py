"""The words of a sentence as concepts: forms of one word, and words that mean the same, are one."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cards.statements import vocabulary
from cards.statements.formulas import normalized
from cards.statements.vocabulary import words as words_of

NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?$")
BREAK = frozenset(";:.,⋯") | {"while", "whereas", "but", "and", "otherwise", "else", "however"}
"""What ends a clause."""
SHORTEST = 4
"""Letters that a stem keeps."""

_TOKEN = re.compile(
    r"[^\W\d_]\d[^\W\d_](?![^\W_])|[^\W\d_]+(?:[’'][^\W\d_]+)?|\d+(?:[.,]\d+)*%?|[;:.,()⋯]|[^\W]"
)
_COMPOUND = re.compile(r"\b(on|off|non|model|zero|e|un)-(?=[a-z])")
_UNMARKED = re.compile(r"\b(do|does|did|is|are|was|were|has|have|would|should|could)nt\b")
_INTENSIFIED = re.compile(
    r"\b(?:far|much|even|vastly|considerably|significantly|substantially|markedly|slightly)"
    r" (?=(?:less|more|fewer|further|better|worse|larger|smaller|higher|lower|bigger|greater|faster"
    r"|slower|quicker|cheaper|longer|shorter)\b)"
)
_INTENSIFIERS = ("far ", "much ", "even ", "ly ")
"""With what the words end that make a comparison stronger."""
_ONCE = re.compile(r"\bonce (?=(?:the|an?|it|its|they|their|this|all|you|we|one|there)\b)")
"""Where it says when, not how often."""
_PERCENT = re.compile(r"(?<=\d) ?(?:per ?cent)\b")
_IDIOMS = ((" as well as ", " and "), (" a few ", " some "), (" no more ", " no "))
_KEEP_FROM = re.compile(r"\bkeeps?\b(.{3,40}?)\bfrom (?=\w+ing\b)")
_SUFFIXES = (
    "izations", "ization", "isation", "ations", "ation", "ments", "ment", "ingly", "ings", "ing",
    "edly", "ness", "ities", "ity", "ies", "ers", "ed", "es", "er", "ly", "al", "s",
)  # fmt: skip
_BRITISH = re.compile(
    r"\b(?!\w*wise|superv|exerc|preci|promis|surpris|advis|revis|compris|conci|prais|rais|nois|devis)"
    r"(\w{3,})is(e[sd]?|ing|ations?)\b"
)
"""Words that are spelt with an s as well as with a z."""
_DOUBLED = frozenset("bgmnprt")
_LONG = 6
_MOST_WORDS = 1 << 15
"""Words of which it is kept what they mean."""
_NOTHING: frozenset[str] = frozenset()
_NOT = frozenset({"not", "never", "no", "hardly", "cannot"})
_FAR = 3


def concepts(text: str) -> list[str]:
    """Return the words, numbers and stops of a text; phrases that are one concept as one."""
    respelt = _respelt(normalized(text).lower())
    words = [*chain.from_iterable(map(_in_word, respelt.split()))]
    found = [word.concept for word in words]
    second: set[int] = set()  # places of words that are part of a phrase before them
    for place in [place for place, word in enumerate(words[:-1]) if word.seconds]:
        if words[place + 1].spelt in words[place].seconds and place not in second:
            found[place], length = concept([one.spelt for one in words], place)
            second.update(range(place + 1, place + length))
    if second:
        found = [word for place, word in enumerate(found) if place not in second]
    return found if _NOT.isdisjoint(found) else list(_resolved(found))


def _respelt(text: str) -> str:
    """Return a text with one way of writing what may be written in several words.

    Each is looked for only where letters of it are: most sentences have none.
    """
    if "keep" in text:
        text = _KEEP_FROM.sub(r"prevent \1", text)
    if "'" in text:
        text = text.replace("can't", "cannot").replace("won't", "will not").replace("n't", " not")
    if "-" in text:
        text = _COMPOUND.sub(r"\1", text).replace("-", " ")
    text = text.replace("–", " ")
    if [word for word in _INTENSIFIERS if word in text]:
        text = _INTENSIFIED.sub("", text)
    if "cent" in text:
        text = _PERCENT.sub("%", text)
    if "once" in text:
        text = _ONCE.sub("when ", text)
    return _plainly(text)


class _Word(NamedTuple):
    """A word: its spelling, its concept when it stands by itself, and second words of phrases."""

    spelt: str
    concept: str
    seconds: frozenset[str]


@lru_cache(maxsize=_MOST_WORDS // 2)
def _in_word(text: str) -> tuple[_Word, ...]:
    """Return the words, numbers and stops of a text without spaces, in one spelling."""
    if "nt" in text:
        text = _UNMARKED.sub(r"\1 not", text)
    if "is" in text:
        text = _BRITISH.sub(r"\1iz\2", text)
    return tuple([_word(word) for word in _TOKEN.findall(text)])


@lru_cache(maxsize=_MOST_WORDS)
def _word(written: str) -> _Word:
    """Return what a word is, without the ending of a genitive."""
    word = spelt(written.removesuffix("'s").strip("'"))
    return _Word(word, concept([word], 0)[0], _second_words().get(word, _NOTHING))


@cache
def _second_words() -> dict[str, frozenset[str]]:
    """Return the second words of phrases by their first ones."""
    return {
        first: frozenset(words[1] for words, _ in phrases if len(words) > 1)
        for first, phrases in _phrases().items()
    }


def _plainly(text: str) -> str:
    """Return a text with plain words for idioms of which a word alone would mislead."""
    text = f" {text}"
    for idiom, plain in _IDIOMS:
        if idiom != " no more " or " no more than " not in text:
            text = text.replace(idiom, plain)
    return text


def _resolved(found: list[str]) -> Iterator[str]:
    """Yield words, one of a pair of opposites that "not" stands before as the other one."""
    place = 0
    while place < len(found):
        word = found[place]
        if word in _NOT:
            after = place + 1
            while (
                after < len(found) and after - place < _FAR and found[after] in words_of("passed")
            ):
                after += 1
            if after < len(found) and found[after] in poles() and poles()[found[after]][1] >= 0:
                yield _opposite(found[after])
                place = after + 1
                continue
        yield word
        place += 1


@cache
def _opposite(word: str) -> str:
    """Return the first word of the other pole."""
    pair = poles()[word]
    return next(w for w, (name, pole) in poles().items() if name == pair[0] and pole != pair[1])


@cache
def spelt(word: str) -> str:
    """Return a long word that is one slip away from a known one as that one."""
    if len(word) < _LONG or word in _known() or word in _plain() or not word.isalpha():
        return word
    near = process.extractOne(word, _as_long(len(word)), scorer=OSA.distance, score_cutoff=1)
    return near[0] if near and near[0][0] == word[0] else word


@cache
def _as_long(length: int) -> list[str]:
    """Return the known words of a length, or of a letter more or less, in one order.

    Of two that are one slip away the first is meant.
    """
    return sorted(word for word in _known() if abs(len(word) - length) < 2)


@cache
def _known() -> frozenset[str]:
    """Return the long words of the vocabulary, in all their forms there."""
    words = {word for phrases in _phrases().values() for phrase, _ in phrases for word in phrase}
    return frozenset(word for word in {*words, *poles()} if len(word) >= _LONG - 1)


def concept(raw: list[str], place: int) -> tuple[str, int]:
    """Return the concept that begins at a place, and how many words name it."""
    for words, name in _phrases().get(raw[place], ()):
        if raw[place : place + len(words)] == words:
            return name, len(words)
    word = raw[place]
    if word in vocabulary.NUMBER_WORDS:
        return word, 1
    if NUMBER.match(word) or len(word) == 1:
        return word, 1
    known = _phrases().get(stem(word), ())
    single = next((name for words, name in known if len(words) == 1), None)
    return single or (word if word in _plain() else stem(word)), 1


@cache
def _phrases() -> dict[str, list[tuple[list[str], str]]]:
    """Return, for each first word, the phrases that name a concept, longest first."""
    table: dict[str, list[tuple[list[str], str]]] = {}
    for line in vocabulary.lines("synonyms"):
        name, _, others = line.partition(":")
        key = name.replace(" ", "")
        for phrase in [name, *others.split(",")]:
            words = phrase.replace("-", " ").split()
            if words:
                table.setdefault(words[0], []).append((words, key))
    single = [phrase for phrases in table.values() for phrase in phrases if len(phrase[0]) == 1]
    for words, key in single:
        table.setdefault(stem(words[0]), []).append((words, key))
    for phrases in table.values():
        phrases.sort(key=lambda phrase: -len(phrase[0]))
    return table


@cache
def _plain() -> frozenset[str]:
    """Return the words that are never cut to a stem."""
    listed = [word for group in vocabulary.lines("contrasts") for word in group.split()]
    small = [word for line in vocabulary.lines("words") for word in line.split()[1:]]
    return frozenset([*poles(), *listed, *small, *vocabulary.NUMBER_WORDS, *BREAK])


@cache
def stem(word: str) -> str:
    """Return a word without its ending, so that forms of one word are one."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST:
            return _bare(word[: -len(suffix)])
    return _bare(word) if len(word) > SHORTEST else word


def _bare(word: str) -> str:
    """Return a stem without what its ending changed: "polic(y)", "stop(p)", "larg(e)"."""
    if len(word) > SHORTEST and word[-1] == word[-2] and word[-1] in _DOUBLED:
        word = word[:-1]
    return word.rstrip("e").removesuffix("y") if len(word) > SHORTEST else word.rstrip("e")


@cache
def poles() -> dict[str, tuple[str, int]]:
    """Return each word that names a pole, the pair of opposites, and which pole it is."""
    table: dict[str, tuple[str, int]] = {}
    for line in vocabulary.lines("opposites"):
        name, _, both = line.partition(":")
        for pole, words in enumerate(both.split("|")):
            for word in words.split():
                table.setdefault(word, (name, pole))
    return table


@cache
def groups() -> dict[str, int]:
    """Return each contrasted thing and the number of its group."""
    lines = vocabulary.lines("contrasts")
    return {word: number for number, line in enumerate(lines) for word in line.split()}


@cache
def things() -> frozenset[str]:
    """Return all contrasted things: those which a claim is about, one rather than another."""
    return frozenset(groups())
