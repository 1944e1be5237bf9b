"""The meaning of a sentence as its words show it: concepts, negation, directions, contrasts.

Two sentences are compared in two steps. Likeness is how many concepts they share, whatever their
direction; agreement is whether negation, directions, quantities and contrasts are the same. A
sentence that is alike and does not agree is about the same thing and says something else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, pairwise

from cards.statements import vocabulary
from cards.statements.formulas import Formula, bare, parted
from cards.statements.tokens import BREAK, NUMBER, concepts, groups, poles, spelt
from cards.statements.vocabulary import words as words_of

_BESIDE = frozenset({"than", "compar"})
_INSTEAD = frozenset({"instead", "rather"})
_AFTER_THAN = 4
_NAME = re.compile(r"\b[A-Za-z]*[A-Z][A-Za-z]*[A-Z][A-Za-z]*\d*\b|\b[A-Z]\d[A-Z]\b")
_STANDS_FOR = re.compile(r"^\W*[A-Z][\w-]*\s*=\s*[A-Za-z][a-z]+\b|\([A-Z]\w*[A-Z0-9]\)\W*$")
"""An abbreviation set equal to words, or in brackets after them."""
_EQUATES = re.compile(r"\bas (?!(?:well|soon|long|far) as\b)\w+ (?:\w+ )?as\b", re.IGNORECASE)
_ADVERSE = frozenset({"but", "yet", "though", "although", "except"})
_DETERMINERS = frozenset({"the", "a", "an", "you", "we", "one", "it", "they", "each", "every"})
_MANY = frozenset(
    {"all", "every", "each", "many", "several", "multiple", "numerous", "few", "various"}
)
_ONE = frozenset({"one", "once", "1"})
_AUXILIARIES = frozenset({"is", "are", "was", "were", "be", "been", "being", "gets", "get"})
_STOPS = frozenset(";:.,⋯")
_BEFORE_BY = 3
_SEVERAL = 2
_HEAD = 3
_OBJECT = 2
_SOURCE = "from"
_SOURCES = frozenset({"from", "by", "via", "through"})
"""Prepositions that all name a source."""


@dataclass(frozen=True)
class Meaning:
    """The meaning of a sentence. `words` are its concepts; the rest is what it says of them.

    `signs` holds the poles that are named of each pair of opposites, and `ways` which comes first
    where both are; `pairs` the things that stand together in a clause; `than` the things that
    others are compared to. `beside` has the words before and after "than", `instead` those before
    and after "instead of".
    """

    text: str
    words: frozenset[str]
    negations: int
    signs: Mapping[str, frozenset[int]]
    numbers: frozenset[str]
    ones: bool
    formulas: tuple[Formula, ...]
    universal: bool
    partial: bool
    only: bool
    just: bool
    ways: Mapping[str, int]
    things: Mapping[int, tuple[str, ...]]
    sides: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    objects: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    excepted: frozenset[str]
    counted: Mapping[str, str]
    named: tuple[str, ...]
    naming: bool
    agents: Mapping[str, str]
    pairs: frozenset[tuple[str, str]]
    than: frozenset[str]
    beside: tuple[frozenset[str], frozenset[str]]
    instead: tuple[frozenset[str], frozenset[str]]
    denied: tuple[frozenset[str], frozenset[str]]
    clauses: tuple[frozenset[str], ...]
    order: tuple[str, ...]
    names: frozenset[str]
    adverse: frozenset[str]
    amounts: Mapping[str, bool]
    denials: Mapping[str, bool]
    none: bool
    equates: bool


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    """Return the concepts of a sentence outside its formulas."""
    return tuple(concepts(bare(text)[0]))


@lru_cache(maxsize=8192)
def words_in(text: str) -> frozenset[str]:
    """Return the `words` of a sentence's meaning, without reading the rest."""
    return _telling(_tokens(text))


def numbers_in(text: str) -> frozenset[str]:
    """Return the `numbers` of a sentence's meaning, without reading the rest."""
    return frozenset(_numbers(_tokens(text)))


Things = tuple[tuple[int, tuple[str, ...]], ...]
"""The contrasted things of each group, in the order in which a text names them."""


@lru_cache(maxsize=8192)
def things_in(text: str) -> Things:
    """Return the `things` of a sentence's meaning, without reading the rest."""
    clauses = _clauses([*_tokens(text)])
    return tuple(_things(word for clause in clauses for word in clause).items())


def _telling(tokens: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_telling_word, tokens)) - {""}


@lru_cache(maxsize=1 << 15)
def _telling_word(word: str) -> str:
    """Return the concept of a word that tells what a sentence is about, else nothing."""
    if word in poles():
        return f"@{poles()[word][0]}"
    silent = word in ";:.,⋯()" or word in words_of("negations") or NUMBER.match(word)
    general = any(word in words_of(name) for name in ("empty", "universal", "partial"))
    return "" if silent or general else word


@lru_cache(maxsize=8192)
def read(text: str) -> Meaning:
    """Return the meaning of a sentence."""
    plain, formulas = parted(text)
    tokens = [*_tokens(text)]
    clauses = list(_clauses(tokens))
    signs: dict[str, set[int]] = {}
    pairs: set[tuple[str, str]] = set()
    for clause in clauses:
        marks = [mark for word in clause for mark in _marks(word)]
        pairs.update((one, other) for one, other in combinations(sorted(set(marks)), 2))
        for word in clause:
            if word in poles():
                name, pole = poles()[word]
                signs.setdefault(name, set()).add(pole)
    flat = [word for clause in clauses for word in clause]
    return Meaning(
        text,
        _telling(tokens),
        _negations(flat),
        {name: frozenset(both) for name, both in signs.items()},
        frozenset(_numbers(tokens)),
        "one" in tokens,
        formulas,
        _universal(tokens),
        bool(words_of("partial") & set(tokens)),
        _only(tokens),
        bool({"just", "simply"} & set(tokens)),
        _ways(clauses),
        _things(flat),
        _sides(tokens),
        _objects(tokens),
        _denied(tokens),
        _counted(clauses),
        _named(text),
        "name" in flat or bool(_STANDS_FOR.search(text)),
        _agents(tokens),
        frozenset(pairs),
        frozenset(_compared(flat)),
        _apart(tokens, _BESIDE),
        _apart(tokens, _INSTEAD),
        _apart(tokens, words_of("negations") - _INSTEAD),
        tuple(_content(clause) for clause in clauses),
        _order(tokens),
        frozenset(concept for name in _NAME.findall(plain) for concept in concepts(name)),
        _adverse(tokens),
        _amounts(tokens),
        _denials(tokens),
        bool({"neither", "nor"} & set(tokens)),
        bool(_EQUATES.search(plain)),
    )


def _marks(word: str) -> Iterator[str]:
    """Yield the marks of a word: itself as a contrasted thing, its pole, its number."""
    if word in groups():
        yield word
    if word in poles():
        name, pole = poles()[word]
        yield f"@{name}{pole}"
    if NUMBER.match(word):
        yield word


def _clauses(tokens: list[str]) -> Iterator[list[str]]:
    """Yield the clauses of a sentence; a contrasting word begins one, unless it comes last.

    The words before the first colon are the subject of the clause after it.
    """
    clause: list[str] = []
    headed = False
    for place, word in enumerate(tokens):
        ends = word == "otherwise" and tokens[place + 1 : place + 2] in ([], ["."])
        if word == ":" and not headed and 0 < len(clause) <= _HEAD:
            headed = True
        elif word in BREAK and not ends:
            if clause:
                yield clause
            clause = [] if word in ";:.,⋯" or word in words_of("empty") else [word]
        elif word not in "()":
            clause.append(word)
    if clause:
        yield clause


def _adverse(tokens: list[str]) -> frozenset[str]:
    """Return the words after a "but" or its like, up to a stop."""
    place = next((n for n, word in enumerate(tokens) if word in _ADVERSE), None)
    if place is None:
        return frozenset()
    stop = next((n for n in range(place, len(tokens)) if tokens[n] in ";:.,⋯"), len(tokens))
    return _content(tokens[place + 1 : stop])


def _amounts(tokens: list[str]) -> dict[str, bool]:
    """Return whether there are many of a thing, or one, by the word before it."""
    amounts: dict[str, bool] = {}
    for word, thing in pairwise(tokens):
        many = word in _MANY or poles().get(word) == ("count", 0)
        if (many or word in _ONE) and _is_content(thing):
            amounts[thing] = many
    return amounts


def _denials(tokens: list[str]) -> dict[str, bool]:
    """Return, by contrasted thing, whether a clause with no other denies something of it."""
    denials: dict[str, bool] = {}
    clause: list[str] = []
    for word in [*tokens, "."]:
        if word not in ";.,⋯" and word not in ("but", "while", "whereas", "and"):
            clause.append(word)
            continue
        things = {thing for thing in clause if thing in groups()}
        denied = not words_of("negations").isdisjoint(clause)
        denials |= dict.fromkeys(things if len(things) == 1 else (), denied)
        clause = []
    return denials


def _order(tokens: list[str]) -> tuple[str, ...]:
    """Return the words in the order of the active: the words after a "by" come first."""
    for place, word in enumerate(tokens):
        nearest = [n for n in range(max(0, place - _BEFORE_BY), place) if tokens[n] in _AUXILIARIES]
        if word == "by" and nearest:
            start = next((n + 1 for n in range(place - 1, -1, -1) if tokens[n] in BREAK), 0)
            end = next((n for n in range(place, len(tokens)) if tokens[n] in BREAK), len(tokens))
            done = tokens[nearest[0] : place]
            turned = [*tokens[place + 1 : end], *done, *tokens[start : nearest[0]]]
            tokens = [*tokens[:start], *turned, *tokens[end:]]
            break
    return tuple([word for word in tokens if word != "name" and _is_content(word)])


@cache
def unordered() -> frozenset[str]:
    """Return the words, as `words_in` has them, that the order of a sentence leaves out."""
    return frozenset(map(_telling_word, [*words_of("empty"), *BREAK, "name"]))


def _negations(tokens: Iterable[str]) -> int:
    """Count the negations of a sentence; "instead" counts where there is no other."""
    words = words_of("negations")
    negations = [word for word in tokens if word in words and word != "nor"]
    strong = [word for word in negations if word not in ("instead", "rather", "unlike")]
    return len(strong) if strong else min(1, len(negations))


def _numbers(tokens: Iterable[str]) -> Iterator[str]:
    """Yield the numbers of a sentence, in figures."""
    for word in tokens:
        if word in vocabulary.NUMBER_WORDS:
            yield vocabulary.NUMBER_WORDS[word]
        elif NUMBER.match(word):
            yield word.replace(",", "").rstrip("%")


def _universal(tokens: list[str]) -> bool:
    """Whether a sentence is about all; "almost all" is not."""
    return any(
        word in words_of("universal")
        and (place == 0 or tokens[place - 1] not in words_of("softened"))
        for place, word in enumerate(tokens)
    )


def _only(tokens: list[str]) -> bool:
    """Whether a sentence says "only"; before an article it means "small"."""
    return any(
        word == "only" and tokens[place + 1 : place + 2] not in (["a"], ["an"])
        for place, word in enumerate(tokens)
    )


def _things(tokens: Iterable[str]) -> dict[int, tuple[str, ...]]:
    """Return the contrasted things of each group, in the order in which they are named."""
    found: dict[int, list[str]] = {}
    for word in tokens:
        if word in groups() and word not in found.setdefault(groups()[word], []):
            found[groups()[word]].append(word)
    return {group: tuple(things) for group, things in found.items()}


def _sides(tokens: list[str]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return the words before and after each word whose two sides cannot be exchanged."""
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for place, word in enumerate(tokens):
        relation = "over" if word == "to" and "ratio" in tokens[:place] else word
        if relation in words_of("relations") and (relation != "send" or "by" not in tokens[place:]):
            found[relation] = (_content(tokens[:place]), _content(tokens[place + 1 :]))
    return found


def _objects(tokens: list[str]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return the objects of each preposition, and all other words of the sentence."""
    after: dict[str, list[str]] = {}
    for place, word in enumerate(tokens):
        if word in words_of("prepositions"):
            follows: list[str] = []
            for before, after_it in pairwise(tokens[place:]):
                if follows and after_it in _DETERMINERS and not place and before != "of":
                    break  # "With batch norm the rate …": another thing begins
                if after_it == "of" and follows:
                    continue  # "from the behaviour of an expert"
                ends = after_it in BREAK or after_it in words_of("prepositions")
                if ends or len(follows) == _OBJECT:
                    break
                follows += [after_it] if _is_content(after_it) else []
            if not follows and word == "skip":  # "pairs it skips"
                start = next((n + 1 for n in range(place - 1, -1, -1) if tokens[n] in BREAK), 0)
                follows = list(_content(tokens[start:place]))
            role = _SOURCE if word in _SOURCES else word
            after.setdefault(role, []).extend(follows)
    named = _content(tokens)
    return {word: (frozenset(objects), named - set(objects)) for word, objects in after.items()}


def _denied(tokens: list[str]) -> frozenset[str]:
    """Return the words of an exception: the y of "x, but not y"."""
    denied: set[str] = set()
    for place, word in enumerate(tokens):
        if word != "not" or place < 2 or tokens[place - 1] not in ("but", "and", ","):
            continue
        stop = next((n for n in range(place, len(tokens)) if tokens[n] in ";:.,⋯"), len(tokens))
        denied |= _content(tokens[place + 1 : stop])
    return frozenset(denied)


def _agents(tokens: list[str]) -> dict[str, str]:
    """Return the agent of each act that has one: the word after "by", else before the verb."""
    agents: dict[str, str] = {}
    for place, word in enumerate(tokens):
        if word not in words_of("acts") or tokens[place - 1 : place] in (["from"], ["by"]):
            continue
        after = tokens[place + 1 :]
        nearest = after[after.index("by") + 1 :] if "by" in after[:3] else tokens[:place][::-1]
        agent = next(filter(_is_content, nearest), None)
        if agent is not None:
            agents[word] = agent
    return agents


def _content(tokens: Iterable[str]) -> frozenset[str]:
    return frozenset(tokens) - words_of("empty") - BREAK


def _is_content(word: str) -> bool:
    return word not in words_of("empty") and word not in BREAK


def _counted(clauses: list[list[str]]) -> dict[str, str]:
    """Return the number that each word stands with, where a sentence has several."""
    numbers = [list(_numbers(clause)) for clause in clauses]
    if sum(map(bool, numbers)) < _SEVERAL:
        return {}
    words = [_content(clause) for clause in clauses]
    once = {w for own in words for w in own if sum(w in other for other in words) == 1}
    return {
        word: " ".join(figures)
        for own, figures in zip(words, numbers, strict=True)
        for word in own & once
        if figures and word not in vocabulary.NUMBER_WORDS and not NUMBER.match(word)
    }


def _named(text: str) -> tuple[str, ...]:
    """Return the words of a sentence as they are written: sentences about a name compare them."""
    words = map(spelt, re.findall(r"[a-z]+\d*", text.lower()))
    return tuple(w for w in words if w not in words_of("empty") and w not in words_of("naming"))


def _ways(clauses: Iterable[list[str]]) -> dict[str, int]:
    """Return, for opposites in one clause, whether the first pole comes first: 1, else -1."""
    found: dict[str, int] = {}
    for clause in clauses:
        named: dict[str, list[int]] = {}
        for name, pole in (poles()[word] for word in clause if word in poles()):
            named.setdefault(name, []).append(pole)
        found |= {
            name: 1 if way[0] < way[-1] else -1 for name, way in named.items() if way[0] != way[-1]
        }
    return found


def _apart(tokens: list[str], marks: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words outside and inside the part that a mark begins and a stop ends."""
    place = next((n for n, word in enumerate(tokens) if word in marks), None)
    if place is None or sum(word in marks & _BESIDE for word in tokens) > 1:
        return frozenset(), frozenset()
    compared = tokens[place] in _BESIDE
    if compared and NUMBER.match("".join(tokens[place + 1 : place + 2])):
        return frozenset(), frozenset()  # "more than 95 %"
    ends = _STOPS | _AUXILIARIES | {"and", "or"} if compared else _STOPS
    stop = next((n for n in range(place + 1, len(tokens)) if tokens[n] in ends), len(tokens))
    after = _content(tokens[place + 1 : stop]) - marks
    return _content([*tokens[:place], *tokens[stop:]]) - marks - after, after


def _compared(tokens: list[str]) -> Iterator[str]:
    """Yield the things that others are compared to: those after "than" and "unlike"."""
    for place, word in enumerate(tokens):
        if word in words_of("compared"):
            after = tokens[place + 1 : place + 1 + _AFTER_THAN]
            yield from [one for one in after if one in groups()][:1]
