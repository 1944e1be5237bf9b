"""What a sentence says, as far as words tell: concepts, negation, directions, numbers, contrasts.

Two sentences are compared in two steps. Likeness is how many concepts they share, whatever their
direction; agreement is whether negation, directions, quantities and contrasts are the same. A
sentence that is alike and does not agree is about the same thing and says something else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, pairwise

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from cards.statements import vocabulary
from cards.statements.vocabulary import words as words_of

_LATEX = re.compile(r"\\(?:mathrm|mathbf|text|hat|bar|mathcal|mathbb|operatorname|left|right)\b\*?")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_TOKEN = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?|\d+(?:[.,]\d+)*%?|[;:.,()]|[^\W]")
_SIGNS = {
    "gets": "=", "leftarrow": "=", "<-": "=", "leq": "≤", "le": "≤", "<=": "≤", "geq": "≥",
    "ge": "≥", ">=": "≥", "cdot": "*", "times": "*", "mid": "|", "||": "|", "approx": "≈",
    "frac": "/",
}  # fmt: skip
_SYMBOL = re.compile(
    r"<-|<=|>=|\|\||[-+*/^=<>|≤≥≈−]|\\(?:gets|leftarrow|leq?|geq?|cdot|times|mid|approx|frac)(?![a-z])"
    r"|(?<![^\W_])(?:[A-Za-z]|\d+(?:\.\d+)?)(?![^\W_])"
)
"""The letters, numbers and signs of formulas, wherever they stand."""
_HYPHENED = re.compile(
    r"(?<=[^\W\d_])[-/](?=[^\W\d_]{2})|(?<=[^\W\d_]{2})[-/](?=[^\W\d_])|\ba\b|\bA\b|\bI\b"
)
_ALIKE = 80.0
"""Likeness, of 100, of two formulas that are one."""
_EXTREMES = frozenset({"maximum", "minimum"})
_COMPOUND = re.compile(r"\b(on|off|non|model|zero|e|un)-(?=[a-z])")
_BREAK = frozenset(";:.,") | {"while", "whereas", "but", "and", "otherwise", "else", "however"}
_BESIDE = frozenset({"than", "compar"})
_INSTEAD = frozenset({"instead", "rather"})
_UNMARKED = re.compile(r"\b(do|does|did|is|are|was|were|has|have|would|should|could)nt\b")
_KIND = re.compile(
    r"\bis (?:just |only )?(?:an?|the) (?:\w+ )?"
    r"(variant|kind|type|special case|case|part|subset|generali[sz]ation|form|version) of\b"
)
"""A relation that does not hold the other way round."""
_TURNING = ("non", "un", "in", "im", "ir", "il", "dis", "sub", "mis", "anti")
"""Prefixes that turn a word into its opposite."""
_SHARED = frozenset({"network", "learn", "method", "time", "quick", "algorithm", "convolution"})
"""Words that both sides of a comparison may have."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?$")
_AFTER_THAN = 4
_SUFFIXES = (
    "izations", "ization", "isation", "ations", "ation", "ments", "ment", "ingly", "ings", "ing",
    "edly", "ness", "ities", "ity", "ies", "ers", "ed", "es", "er", "ly", "al", "s",
)  # fmt: skip
_SEVERAL = 2
_KEEP_FROM = re.compile(r"\bkeeps?\b(.{3,40}?)\bfrom (?=\w+ing\b)")
_SHORTEST = 4
_LONG = 7


@dataclass(frozen=True)
class Meaning:
    """One sentence. ``words`` are its concepts; the rest is what it says of them.

    ``signs`` holds, for each pair of opposites, the poles that are named, and ``ways`` which comes
    first where both do; ``pairs`` which things stand together in a clause; ``than`` the things
    that others are compared to; ``beside`` and ``instead`` the words of what is compared and of
    what it is compared to, and of what is done and of what it is done in place of.
    """

    text: str
    words: frozenset[str]
    negations: int
    signs: Mapping[str, frozenset[int]]
    numbers: frozenset[str]
    ones: bool
    symbols: str
    universal: bool
    partial: bool
    only: bool
    just: bool
    ways: Mapping[str, int]
    things: Mapping[int, tuple[str, ...]]
    sides: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    counted: Mapping[str, str]
    named: frozenset[str] | None
    agents: Mapping[str, str]
    pairs: frozenset[tuple[str, str]]
    than: frozenset[str]
    beside: tuple[frozenset[str], frozenset[str]]
    instead: tuple[frozenset[str], frozenset[str]]
    denied: tuple[frozenset[str], frozenset[str]]
    clauses: tuple[frozenset[str], ...]
    order: tuple[str, ...]


@lru_cache(maxsize=8192)
def words_in(text: str) -> frozenset[str]:
    """Return the words of a sentence that tell what it is about, as `read` does, and no more."""
    return _telling(_clauses(_tokens(text)))


def _telling(clauses: Iterable[list[str]]) -> frozenset[str]:
    words: set[str] = set()
    for clause in clauses:
        for word in clause:
            if word in _poles():
                words.add(f"@{_poles()[word][0]}")
            elif word not in words_of("negations") and not _NUMBER.match(word):
                words.add(word)
    return frozenset(words - words_of("empty") - words_of("universal") - words_of("partial"))


@lru_cache(maxsize=8192)
def read(text: str) -> Meaning:
    """Return what a sentence says."""
    tokens = _tokens(text)
    clauses = list(_clauses(tokens))
    signs: dict[str, set[int]] = {}
    pairs: set[tuple[str, str]] = set()
    for clause in clauses:
        marks = [mark for word in clause for mark in _marks(word)]
        pairs.update((one, other) for one, other in combinations(sorted(set(marks)), 2))
        for word in clause:
            if word in _poles():
                name, pole = _poles()[word]
                signs.setdefault(name, set()).add(pole)
    flat = [word for clause in clauses for word in clause]
    return Meaning(
        text,
        _telling(clauses),
        _negations(flat),
        {name: frozenset(poles) for name, poles in signs.items()},
        frozenset(_numbers(tokens)),
        "one" in tokens,
        _symbols(text),
        _universal(tokens),
        bool(words_of("partial") & set(tokens)),
        _only(tokens),
        bool({"just", "simply"} & set(tokens)),
        _ways(clauses),
        _things(flat),
        _sides(tokens),
        _counted(clauses),
        _named(text) if "name" in flat else None,
        _agents(tokens),
        frozenset(pairs),
        frozenset(_compared(flat)),
        _apart(tokens, _BESIDE),
        _apart(tokens, _INSTEAD),
        _apart(tokens, words_of("negations") - _INSTEAD),
        tuple(_content(clause) for clause in clauses),
        tuple(word for word in flat if word in _content([word])),
    )


def agree(one: Meaning, other: Meaning) -> bool:
    """Whether two sentences that are about the same say the same of it."""
    if bool(one.symbols) != bool(other.symbols) or one.only > other.only + other.just:
        return False
    if one.symbols and fuzz.ratio(one.symbols, other.symbols) < _ALIKE:
        return False
    if (one.words ^ other.words) & _EXTREMES:
        return False
    if "true" in one.words ^ other.words and _is_own(one) != _is_own(other):
        return False  # what is given, and what was made itself
    if other.only > one.only + one.just:
        return False
    if (
        one.named is not None
        and other.named is not None
        and not (one.named <= other.named or other.named <= one.named)
    ):
        return False
    if not one.symbols and (
        one.numbers - other.numbers - _one(other) or other.numbers - one.numbers - _one(one)
    ):
        return False
    if (one.universal and other.partial) or (other.universal and one.partial):
        return False
    if one.universal and not other.universal and one.words & words_of("choosing"):
        return False  # "all" of what the other chooses among
    if _prefixed(one.words, other.words) or _prefixed(other.words, one.words):
        return False
    if _traded(one.beside, other.beside) or _traded(one.instead, other.instead):
        return False
    done = not other.negations or (one.instead[0] & other.denied[1]) - _SHARED
    if one.instead[1] and not other.instead[1] and done:
        return False  # what is not done there is done in the other
    if abs(one.negations - other.negations) > 1:
        return False
    turns = one.negations != other.negations
    for group in set(one.things) & set(other.things):
        mine, its = one.things[group], other.things[group]
        if set(mine) - set(its) and set(its) - set(mine):
            return False
        if _turned(mine, its, one.than, other.than):
            turns = not turns
    flipped = set()
    for name in set(one.signs) & set(other.signs):
        mine_poles, its_poles = one.signs[name], other.signs[name]
        if len(mine_poles) != len(its_poles):
            return False
        if len(mine_poles) == 1:
            flipped.add(mine_poles != its_poles)
        elif one.ways.get(name, 0) * other.ways.get(name, 0) < 0:
            return False  # "from low to high" and "from high to low"
    if len(flipped) == 2 or turns != (flipped == {True}):
        return False
    if (
        one.negations != other.negations
        and max(len(one.clauses), len(other.clauses)) > 1
        and flipped == {True}
    ):
        return False  # the negation may be of another clause than the opposite
    compared = one.beside[1] & other.words - _SHARED
    if compared and not other.beside[1] and True not in flipped:
        return False  # what it is compared to is what the other speaks of
    extra = set(one.signs) - set(other.signs)
    if any(n not in words_of("incidental") or one.signs[n] != {0} for n in extra):
        return False  # a direction that the other does not name
    if not _kinds_agree(one.text.lower(), other.text.lower()):
        return False
    if _assigned(one, other) or _modified(one.order, other.order):
        return False
    if any(
        one.agents[act] != other.agents[act]
        and {one.agents[act], other.agents[act]} <= one.words & other.words
        for act in set(one.agents) & set(other.agents)
    ):
        return False  # who does it is whom it is done to there
    return not (
        _crossed(one.pairs, other.pairs) or _exchanged(one, other) or _renumbered(one, other)
    )


def _is_own(said: Meaning) -> bool:
    """Whether a sentence speaks of what somebody or something has made itself."""
    return bool(re.search(r"\b(?:own|itself|self)\b", said.text.lower()))


def _single(pairs: frozenset[tuple[str, str]]) -> set[str]:
    """Return the pairs of opposites of which one pole alone is named."""
    marks = {mark for pair in pairs for mark in pair if mark.startswith("@")}
    names = [mark[:-1] for mark in marks]
    return {name for name in names if names.count(name) == 1}


def _exchanged(one: Meaning, other: Meaning) -> bool:
    """Whether what stands on one side of a word such as "minus" stands on the other there."""
    for relation in set(one.sides) & set(other.sides):
        left, right = one.sides[relation]
        its_left, its_right = other.sides[relation]
        if left & its_right - right - its_left and right & its_left - left - its_right:
            return True
    return False


def _renumbered(one: Meaning, other: Meaning) -> bool:
    """Whether a word that stands with a number in one sentence has another number there."""
    return any(
        one.counted[word] != other.counted[word] for word in set(one.counted) & set(other.counted)
    )


def _one(meaning: Meaning) -> set[str]:
    """Return the number that the word "one" may be."""
    return {"1"} if meaning.ones else set()


def _turned(
    mine: tuple[str, ...], its: tuple[str, ...], than: frozenset[str], against: frozenset[str]
) -> bool:
    """Whether what one sentence compares is what the other compares it to.

    "MACs are faster" and "signatures are slower than MACs" are turned round.
    """
    if not than and not against:
        return False
    subject = [thing for thing in mine if thing not in than][:1]
    its_subject = [thing for thing in its if thing not in against][:1]
    if subject and its_subject:
        return subject != its_subject
    return bool(than and against) and not than & against


def _crossed(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    """Whether a thing that one sentence puts with its partner stands with another there.

    Of opposites only those of which a sentence names both poles are looked at.
    """
    single = _single(one) | _single(other)
    for first, second in one:
        group, partner = _group(first), _group(second)
        if group == partner or (first, second) in other or {group, partner} & single:
            continue
        rivals = [
            pair
            for pair in other
            if (pair[0] == first and _group(pair[1]) == partner)
            or (pair[1] == second and _group(pair[0]) == group)
        ]
        if rivals and not any(pair in one for pair in rivals):
            return True
    return False


def _symbols(text: str) -> str:
    """Return the letters, numbers and signs of a text's formulas; empty where it has none."""
    plain = _HYPHENED.sub(" ", _LATEX.sub("", text))
    found = [_SIGNS.get(symbol.strip("\\"), symbol) for symbol in _SYMBOL.findall(plain)]
    signs = sum(not symbol[0].isalnum() for symbol in found)
    return " ".join(found) if signs and len(found) - signs > 1 else ""


def _tokens(text: str) -> list[str]:
    """Return the words, numbers and stops of a text; phrases that are one concept as one."""
    text = _COMMAND.sub(r" \1 ", _LATEX.sub(" ", text)).lower().replace("’", "'")
    text = _KEEP_FROM.sub(r"prevent \1", text)
    text = text.replace("can't", "cannot").replace("won't", "will not").replace("n't", " not")
    text = _UNMARKED.sub(r"\1 not", text)
    text = _UNMARKED.sub(r"\1 not", text)
    text = _COMPOUND.sub(r"\1", text).replace("-", " ").replace("–", " ")
    raw = [_spelt(word.removesuffix("'s").strip("'")) for word in _TOKEN.findall(text)]
    found: list[str] = []
    place = 0
    while place < len(raw):
        phrase, length = _phrase(raw, place)
        found.append(phrase)
        place += length
    return found


@cache
def _spelt(word: str) -> str:
    """Return a long word that is one slip away from a known one as that one."""
    if len(word) < _LONG or word in _known() or not word.isalpha():
        return word
    near = process.extractOne(word, _known(), scorer=OSA.distance, score_cutoff=1, processor=None)
    return near[0] if near and near[0][0] == word[0] and abs(len(near[0]) - len(word)) < 2 else word


@cache
def _known() -> frozenset[str]:
    """Return the long words of the vocabulary, in all their forms there."""
    words = {word for phrases in _phrases().values() for phrase, _ in phrases for word in phrase}
    return frozenset(word for word in {*words, *_poles()} if len(word) >= _LONG - 1)


def _phrase(raw: list[str], place: int) -> tuple[str, int]:
    """Return the concept that begins at a place, and how many words name it."""
    for words, name in _phrases().get(raw[place], ()):
        if raw[place : place + len(words)] == words:
            return name, len(words)
    word = raw[place]
    if _NUMBER.match(word) or len(word) == 1:
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
    poles = list(_poles())
    listed = [word for group in vocabulary.lines("contrasts") for word in group.split()]
    small = [word for line in vocabulary.lines("words") for word in line.split()[1:]]
    return frozenset([*poles, *listed, *small, *vocabulary.NUMBER_WORDS, *_BREAK])


@cache
def stem(word: str) -> str:
    """Return a word without its ending, so that forms of one word are one."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            return word[: -len(suffix)].rstrip("e")
    return word.rstrip("e") if len(word) > _SHORTEST else word


@cache
def _poles() -> dict[str, tuple[str, int]]:
    """Return each word that names a pole, the pair of opposites, and which pole it is."""
    table: dict[str, tuple[str, int]] = {}
    for line in vocabulary.lines("opposites"):
        name, _, poles = line.partition(":")
        for pole, words in enumerate(poles.split("|")):
            for word in words.split():
                table.setdefault(word, (name, pole))
    return table


@cache
def _groups() -> dict[str, int]:
    """Return each contrasted thing and the number of its group."""
    lines = vocabulary.lines("contrasts")
    return {word: number for number, line in enumerate(lines) for word in line.split()}


@cache
def things() -> frozenset[str]:
    """Return all contrasted things: those which a claim is about, one rather than another."""
    return frozenset(_groups())


def _group(mark: str) -> str | int:
    """Return the group of a mark: of contrasted things, or of a pair of opposites."""
    if mark.startswith("@"):
        return mark[:-1]
    return "number" if _NUMBER.match(mark) else _groups()[mark]


def _marks(word: str) -> Iterator[str]:
    """Yield what a word can be confused with: a contrasted thing, a pole, a number."""
    if word in _groups():
        yield word
    if word in _poles():
        name, pole = _poles()[word]
        yield f"@{name}{pole}"
    if _NUMBER.match(word):
        yield word


def _clauses(tokens: Iterable[str]) -> Iterator[list[str]]:
    """Yield the clauses of a sentence; a word that contrasts begins one."""
    clause: list[str] = []
    for word in tokens:
        if word in _BREAK:
            if clause:
                yield clause
            clause = [] if word in ";:.," or word in words_of("empty") else [word]
        elif word not in "()":
            clause.append(word)
    if clause:
        yield clause


def _negations(tokens: Iterable[str]) -> int:
    """Return how often a sentence negates; "instead" counts where nothing else does."""
    words = words_of("negations")
    found = [word for word in tokens if word in words and word != "nor"]
    strong = [word for word in found if word not in ("instead", "rather", "unlike")]
    return len(strong) if strong else min(1, len(found))


def _numbers(tokens: list[str]) -> Iterator[str]:
    """Yield the numbers of a sentence, in figures."""
    for word in tokens:
        if word in vocabulary.NUMBER_WORDS:
            yield vocabulary.NUMBER_WORDS[word]
        elif _NUMBER.match(word):
            yield word.replace(",", "").rstrip("%")


def _universal(tokens: list[str]) -> bool:
    """Whether a sentence is about all; "almost all" is not."""
    return any(
        word in words_of("universal")
        and (place == 0 or tokens[place - 1] not in words_of("softened"))
        for place, word in enumerate(tokens)
    )


def _only(tokens: list[str]) -> bool:
    """Whether a sentence says "only"; before an article it is a way of saying "small"."""
    return any(
        word == "only" and tokens[place + 1 : place + 2] not in (["a"], ["an"])
        for place, word in enumerate(tokens)
    )


def _things(tokens: Iterable[str]) -> dict[int, tuple[str, ...]]:
    """Return the contrasted things of each group, in the order in which they are named."""
    found: dict[int, list[str]] = {}
    for word in tokens:
        if word in _groups() and word not in found.setdefault(_groups()[word], []):
            found[_groups()[word]].append(word)
    return {group: tuple(things) for group, things in found.items()}


def _sides(tokens: list[str]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return what stands before and after each word that is not the same both ways."""
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for place, word in enumerate(tokens):
        relation = "over" if word == "to" and "ratio" in tokens[:place] else word
        if relation in words_of("relations") and (relation != "send" or "by" not in tokens[place:]):
            found[relation] = (_content(tokens[:place]), _content(tokens[place + 1 :]))
    return found


def _agents(tokens: list[str]) -> dict[str, str]:
    """Return who does what, for what cannot be done both ways: after "by", else before the verb."""
    found: dict[str, str] = {}
    for place, word in enumerate(tokens):
        if word not in words_of("acts"):
            continue
        after = tokens[place + 1 :]
        if "by" in after[:3]:
            who = [one for one in after[after.index("by") + 1 :] if one in _content([one])]
        else:
            who = [one for one in reversed(tokens[:place]) if one in _content([one])]
        found |= dict.fromkeys([word], who[0]) if who else {}
    return found


def _content(tokens: Iterable[str]) -> frozenset[str]:
    return frozenset(t for t in tokens if t not in words_of("empty") and t not in _BREAK)


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
        if figures and word not in vocabulary.NUMBER_WORDS and not _NUMBER.match(word)
    }


def _named(text: str) -> frozenset[str]:
    """Return the words of a sentence about a name, as they are written."""
    return (
        frozenset(re.findall(r"[a-z]+\d*", text.lower())) - words_of("empty") - words_of("naming")
    )


def _ways(clauses: Iterable[list[str]]) -> dict[str, int]:
    """Return for opposites of which both poles stand in one clause which comes first: 1 or -1."""
    found: dict[str, int] = {}
    for clause in clauses:
        poles: dict[str, list[int]] = {}
        for name, pole in (_poles()[word] for word in clause if word in _poles()):
            poles.setdefault(name, []).append(pole)
        found |= {
            name: 1 if way[0] < way[-1] else -1 for name, way in poles.items() if way[0] != way[-1]
        }
    return found


def _apart(tokens: list[str], marks: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words before a mark and after the next stop, and those between: none without."""
    place = next((n for n, word in enumerate(tokens) if word in marks), None)
    if place is None:
        return frozenset(), frozenset()
    stop = next((n for n in range(place, len(tokens)) if tokens[n] in ";:.,"), len(tokens))
    after = _content(tokens[place + 1 : stop]) - marks
    return _content([*tokens[:place], *tokens[stop:]]) - marks - after, after


def _kinds_agree(one: str, other: str) -> bool:
    """Whether one text makes nothing a kind of another thing but what the other one does."""
    mine, its = _KIND.search(one), _KIND.search(other)
    if mine is None:
        return True
    if its is None:
        return False
    ends = [set(text.split()) for text in (one[: mine.start()], one[mine.end() :])]
    others = [set(text.split()) for text in (other[: its.start()], other[its.end() :])]
    return not (ends[0] & others[1] or ends[1] & others[0])


def _assigned(one: Meaning, other: Meaning) -> bool:
    """Whether what is said of one of two contrasted things is said of the other one there."""
    for group in set(one.things) & set(other.things):
        for first, second in combinations(set(one.things[group]) & set(other.things[group]), 2):
            mine = [_beside(first, second, one), _beside(second, first, one)]
            its = [_beside(first, second, other), _beside(second, first, other)]
            straight = len(mine[0] & its[0]) + len(mine[1] & its[1])
            if len(mine[0] & its[1]) + len(mine[1] & its[0]) > straight:
                return True
    return False


def _beside(thing: str, rival: str, said: Meaning) -> frozenset[str]:
    """Return the words of the clauses that name a thing and not its rival."""
    found = [words for words in said.clauses if thing in words and rival not in words]
    return frozenset().union(*found) - {thing}


def _modified(mine: tuple[str, ...], its: tuple[str, ...]) -> bool:
    """Whether two words have exchanged the words that stand before them."""
    pairs, others = set(pairwise(mine)), set(pairwise(its))
    return any(
        (second[0], first[1]) in others and (first[0], second[1]) in others
        for first, second in combinations(pairs, 2)
        if len({*first, *second}) == len(first) + len(second) and first not in others
    )


def _prefixed(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a word has a prefix that turns one of the others round: "nonlinear"."""
    return any(
        len(bare) >= _SHORTEST and (bare in others or _phrase([bare], 0)[0] in others)
        for word in words - others
        for prefix in _TURNING
        if (bare := word.removeprefix(prefix)) != word
    )


def _traded(
    one: tuple[frozenset[str], frozenset[str]], other: tuple[frozenset[str], frozenset[str]]
) -> bool:
    """Whether what stands on one side in one sentence stands on the other side in the other."""
    if not one[1] or not other[1]:
        return False
    return bool((one[0] & other[1]) - _SHARED or (one[1] & other[0]) - _SHARED)


def _compared(tokens: list[str]) -> Iterator[str]:
    """Yield the things that others are compared to: those after "than" and "unlike"."""
    for place, word in enumerate(tokens):
        if word in words_of("compared"):
            after = tokens[place + 1 : place + 1 + _AFTER_THAN]
            yield from [one for one in after if one in _groups()][:1]
