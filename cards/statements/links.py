"""Links from sentences of notes to the claims of their topic that they make, or come near.

A claim is meant only where quantity, direction and negation agree; else it is related. Claims come
from the topic's module, which is imported without torch or sympy.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import fsum, log

from rapidfuzz import fuzz

from cards.statements import vocabulary
from cards.statements.agreement import difference, turned
from cards.statements.formulas import GREEK_NAMES, Formula, bare, formula, names_in, names_of
from cards.statements.meaning import (
    Meaning,
    Things,
    numbers_in,
    read,
    things_in,
    unordered,
    words_in,
)
from cards.statements.tokens import concepts, things
from cards.statements.vocabulary import sentences
from sims import registry

SURE = 0.62
"""Likeness from which a sentence that agrees is the claim."""

UNREPLACED = 0.64
"""Likeness from which it may have other words in place of some of the claim's."""

EXCHANGED = 0.7
"""Likeness from which one word for another counts as meant the same."""

AHEAD = 0.05
"""How far ahead of other claims it must be."""

NEAR = 0.4
"""Likeness from which a claim is related."""

_CLAUSE = re.compile(r"[;:.] +")
_NAMED = re.compile(r"(?:An?|The|Each|Every) ([A-Z][a-z]+)\b")
_DIGITS = 9
_SHARED = 0.5
"""Less than what words weigh of a wording that make a sentence as near to it as its claim is."""
_SLACK = 1e-6
"""What sums of weights in another order may differ by."""
_MOST_RELATED = 3
_COVERED = 0.3
"""How much it counts that a sentence says all of a claim, whatever else it says."""
_CONTRADICTED = 0.05
"""How much less alike a wording may be that the sentence contradicts, for it to count."""
_TITLE = 0.2
"""What a word of the topic's title weighs: it tells its claims little apart."""
_COMMON = 0.1
"""Share of a topic's wordings that a word is in which tells them little apart."""
REPLACED = "replaced"
_UNSURE = (REPLACED, "formulas", "orders", "agents", "places", "added")
"""Differences that may be no more than another way to say it."""
_LITERAL = 0.2
"""How much nearer a wording is that has the same words in the same order."""
_RESEMBLING = 60.0
"""Likeness, of 100, of two formulas of which one may be meant to be the other."""
_MOST = 0.8
"""Share of a claim's wordings that a word is in which it is hardly said without."""
_LOST = 0.5
"""What words that are replaced weigh together, of a word that no claim has."""
_UNKNOWN = 0.4
"""What a word that no claim has weighs, of the rarest word that one has."""


@dataclass(frozen=True)
class Link:
    """The claim that a sentence is, if any, and the ids of those that are near it."""

    claim: str | None = None
    likeness: float = 0.0
    related: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Text:
    """One wording of a claim; a decoy is a wording of what the claim is not."""

    claim: str
    meaning: Meaning
    decoy: bool = False


@dataclass(frozen=True)
class _Index:
    """The wordings of a topic's claims, and what each word weighs."""

    texts: tuple[_Text, ...]
    weights: dict[str, float]
    unknown: float
    places: dict[str, list[int]]
    sizes: list[float]
    telling: dict[str, list[int]]
    """The wordings of which each word is one of those without all of which none is reached."""
    ordered: frozenset[frozenset[str]]
    """Of each wording the words whose order is looked at."""
    common: frozenset[str]
    title: frozenset[str]
    known: dict[str, frozenset[str]]
    forms: dict[str, tuple[Formula, ...]]
    names: frozenset[frozenset[str]]
    core: dict[str, frozenset[str]]
    beside: dict[str, frozenset[str]]
    things: dict[str, dict[int, set[str]]]

    def weight(self, word: str) -> float:
        """Return how much a word tells."""
        return self.weights.get(word, self.unknown)

    def reaches(self, words: frozenset[str], mine: float = 0.0, least: float = SURE) -> bool:
        """Whether some of these words can be as near to a wording as one that is a claim is.

        All of them can where they weigh `mine`.
        """
        rare = words & self.telling.keys()
        for place in {place for word in rare for place in self.telling[word]}:
            size, shared = self.sizes[place], words & self.texts[place].meaning.words
            if sum([self.weights[word] for word in shared]) < _SHARED * size:
                continue
            weight = sum([self.weights[word] for word in sorted(shared)])
            if _likeness(weight, max(weight, mine), size) >= least:
                return True
        return False

    def resembles(self, words: frozenset[str]) -> bool:
        """Whether a sentence that has these words, and no others, can be a claim.

        It can be less alike than others where its words come in the order of a wording.
        """
        if not self.reaches(words):
            return False
        mine = fsum([self.weight(word) for word in words])
        return words - unordered() in self.ordered or self.reaches(words, mine, SURE - _SLACK)

    def names_all(self, names: frozenset[str]) -> bool:
        """Whether some formula of a claim has no names and figures but these."""
        return any(own <= names for own in self.names)

    def difference(self, said: Meaning, text: _Text, likeness: float) -> str | None:
        """Return how a sentence differs from a wording: by a check's name, or "replaced"."""
        mine, its = said.words - text.meaning.words, text.meaning.words - said.words
        if not text.decoy and _too_little(said.words & text.meaning.words, its):
            return REPLACED
        if not text.decoy and self.replaces(mine, its, text.claim):
            return REPLACED
        foreign = mine - self.known[text.claim]
        subject = frozenset(said.order[:1]) & foreign - _general()
        if not text.decoy and self.of_another(said, text.claim):
            return "contrasts"
        if said.adverse & text.meaning.words and said.adverse & foreign - _general():
            return REPLACED  # it takes something back
        if not text.decoy and _proper(said.text) & foreign - _general():
            return REPLACED  # "A Theil index" is none of Gini's
        if (subject and its - _general()) or (said.names & foreign and not text.decoy):
            return REPLACED  # it speaks of something else
        if _replaced(mine, its, self.common, likeness):
            return REPLACED
        return difference(said, text.meaning)

    def of_another(self, said: Meaning, claim: str) -> bool:
        """Whether a sentence names a thing in place of one that some wording of a claim names."""
        return any(
            its and not set(mine) & its and not set(mine) & self.title
            for group, mine in said.things.items()
            if (its := self.things[claim].get(group))
        )

    def replaces(self, mine: frozenset[str], its: frozenset[str], claim: str) -> bool:
        """Whether words that a wording lacks may stand in place of those that it has.

        They may where no wording of the claim has them, and where another of the topic has both.
        """
        foreign = mine - self.known[claim]
        if foreign and not self.core[claim].isdisjoint(its):
            return True
        lost = fsum(self.weight(word) for word in its - _general())
        if foreign - _general() and lost >= _LOST * self.unknown:
            return True
        return any(not its.isdisjoint(self.beside.get(word, ())) for word in mine)

    def alike(self, said: Meaning) -> Iterator[tuple[_Text, float]]:
        """Yield the wordings near a sentence, and how much of its concepts each shares: to 1."""
        shared: dict[int, float] = {}
        for word in sorted(said.words):  # in one order, or the last digit would be chance
            weight = self.weight(word)
            for place in self.places.get(word, ()):
                shared[place] = shared.get(place, 0.0) + weight
        mine = fsum(self.weight(word) for word in said.words)
        for place, weight in sorted(shared.items()):
            its = self.sizes[place]
            likeness = round(_likeness(weight, mine, its), _DIGITS)
            if likeness >= NEAR:
                yield self.texts[place], likeness


@lru_cache(maxsize=8192)
def may_link(slug: str, text: str) -> bool:
    """Whether a text can be a claim of a topic: most cannot, and need not be read as a whole."""
    index = _index(slug)
    if index is None:
        return False
    _, formulas = bare(text)
    if not formulas:
        return index.resembles(words_in(text))
    # A formula with figures beside it is no claim (`_Found.by_formula`).
    if not index.names_all(names_in(text)) or numbers_in(text):
        return False
    return _states(slug, formulas[0])


def may_hold(slug: str, text: str) -> bool:
    """Whether some part of a text can be a claim of a topic, by its words and its letters."""
    index = _index(slug)
    if index is None:
        return False
    formulas = bare(text)[1]
    if any(_states(slug, one) for one in formulas):
        return True
    # Where the text is cut in a formula, what is left of that may count as words.
    return index.reaches(words_in(text).union(*map(names_of, formulas)))


@lru_cache(maxsize=8192)
def _states(slug: str, written: str) -> bool:
    """Whether a formula stands in a wording of a topic's claim."""
    index, own = _index(slug), names_of(written) | {"log"}  # which it may write as "ln"
    if index is None or not index.names_all(own):
        return False
    return any(formula(written).is_as(form) for forms in index.forms.values() for form in forms)


def link(slug: str, sentence: str, within: str = "") -> Link:
    """Return the claim of a bundled topic that a sentence is, and what is near it.

    Of a part of a sentence, `within` is the whole: it names what the part is about.
    """
    about = things_in(within) if within and within != sentence else ()
    return _linked(slug, sentence, about)


@lru_cache(maxsize=8192)
def _linked(slug: str, sentence: str, about: Things) -> Link:
    index = _index(slug)
    if index is None:
        return Link()
    said = read(sentence)
    if not said.words and not said.formulas:
        return Link()
    found = _Found(index, _about(said, dict(about)))
    return found.by_formula() if said.formulas else found.by_words()


class _Found:
    """How near a sentence is to each claim of a topic, and how near to what the claim is not."""

    def __init__(self, index: _Index, said: Meaning) -> None:
        self.index, self.said = index, said
        self.near: dict[str, float] = {}
        self.same: dict[str, float] = {}
        self.against: dict[str, float] = {}
        for text, likeness in index.alike(said):
            differs = index.difference(said, text, likeness)
            if differs is None and said.order == text.meaning.order:
                likeness += _LITERAL
            if not text.decoy:
                _raise(self.near, text.claim, likeness)
            if differs is None:
                _raise(self.against if text.decoy else self.same, text.claim, likeness)
            elif not text.decoy and differs not in _UNSURE:
                _raise(self.against, text.claim, likeness - _CONTRADICTED)
        self.ranked = sorted(self.near, key=lambda id: -self.near[id])

    def by_words(self) -> Link:
        """Return the claim that is nearest, agrees, and is clearly nearer than any other."""
        same = self.same
        related = tuple(self.ranked[:_MOST_RELATED])
        meant = [id for id in same if same[id] >= SURE and same[id] > self.against.get(id, 0.0)]
        best = max(meant, key=lambda id: same[id], default=None)
        if best is None:
            return Link(None, max(self.near.values(), default=0.0), related)
        others = tuple(id for id in related if id != best)
        rivals = [same[id] - AHEAD for id in meant if id != best]
        rivals += [self.near[id] - 2 * AHEAD for id in others[:1]]
        if same[best] < max(rivals, default=0.0) + 2 * AHEAD:
            return Link(None, same[best], related)
        return Link(best, same[best], others)

    def by_formula(self) -> Link:
        """Return the claim whose formula it is, where its words are about it and deny nothing."""
        said, index = self.said, self.index
        meant = [
            text.claim
            for text in index.texts
            if text.meaning.formulas
            and not text.decoy
            and all(any(f.is_as(form) for form in text.meaning.formulas) for f in said.formulas)
            and said.negations == text.meaning.negations
            and turned(said, text.meaning) is None
        ]
        alike = [id for id, own in index.forms.items() if _resemble(said, own)]
        related = tuple(dict.fromkeys([*meant, *self.ranked, *alike]))[:_MOST_RELATED]
        best = max(meant, key=lambda id: self.near.get(id, 0.0), default=None)
        if best is None or said.numbers or said.only or self.against.get(best, 0.0) >= SURE:
            return Link(None, max(self.near.values(), default=0.0), related)
        foreign = said.words - index.known[best] - _general() - GREEK_NAMES
        foreign = frozenset(word for word in foreign if len(word) > 1)
        if foreign & frozenset(said.order[:1]) or len(foreign) > len(said.words - foreign):
            return Link(None, 1.0, related)
        return Link(best, 1.0, tuple(id for id in related if id != best))


def _likeness(shared: float, mine: float, its: float) -> float:
    """Return how alike a sentence and a wording are, by what their words and the shared weigh."""
    return (1 - _COVERED) * 2 * shared / (mine + its) + _COVERED * shared / its


def _raise(best: dict[str, float], claim: str, likeness: float) -> None:
    """Keep the greatest likeness of each claim."""
    best[claim] = max(best.get(claim, 0.0), likeness)


def _resemble(said: Meaning, forms: tuple[Formula, ...]) -> bool:
    """Whether a formula of a sentence is much like one of a claim."""
    return any(
        fuzz.ratio(mine.right, form.right) >= _RESEMBLING
        for mine in said.formulas
        for form in forms
    )


def stands(slug: str, claim: str, text: str) -> bool:
    """Whether a text that a part of a sentence was taken from still says a claim.

    Only what turns a statement round counts, not what else the text says.
    """
    index = _index(slug)
    if index is None:
        return False
    said = read(text)
    near = [(likeness, text) for text, likeness in index.alike(said) if text.claim == claim]
    if not near:
        return True
    _, nearest = max(near, key=lambda one: one[0])
    return not nearest.decoy and turned(said, nearest.meaning) is None


def speaks_of(slug: str, claim: str, text: str) -> bool:
    """Whether a text has words that tell a claim from the others of its topic."""
    index = _index(slug)
    if index is None:
        return False
    telling = index.known[claim] - index.title - _general()
    return not telling.isdisjoint(words_in(text))


@lru_cache(maxsize=8192)
def _proper(text: str) -> frozenset[str]:
    """Return the words of a name that a text begins with, behind an article."""
    found = _NAMED.match(text)
    return frozenset(concepts(found[1])) if found else frozenset()


def _too_little(shared: frozenset[str], its: frozenset[str]) -> bool:
    """Whether a sentence has no more than half of a wording's words, or only letters of it."""
    words = [word for word in shared if len(word) > 1]
    return len(words) <= len(its) or not words


def _replaced(
    mine: frozenset[str], its: frozenset[str], common: frozenset[str], likeness: float
) -> bool:
    """Whether a sentence has other words in place of a claim's: one for one, or many.

    A thing of the field that the topic seldom speaks of, "mean", is another than the claim's.
    """
    if not mine or not its:
        return False
    if mine <= things() - common:
        return True  # another thing of the field than the claim speaks of
    return likeness < UNREPLACED or (len(mine) == 1 and len(its) == 1 and likeness < EXCHANGED)


def _about(said: Meaning, things: Mapping[int, tuple[str, ...]]) -> Meaning:
    """Return what a text says, about things that another one names where it names none itself."""
    return replace(said, things=dict(things) | dict(said.things)) if things else said


@cache
def _index(slug: str) -> _Index | None:
    """Return the wordings of a topic's claims; None for a slug that names no topic."""
    try:
        topic = registry.load(slug)
    except LookupError:
        return None
    texts: list[_Text] = []
    for claim in topic.in_order():
        restated = [read(text) for text in sentences("restated").get(claim.id, ())]
        own = _about(read(claim.says), restated[0].things if restated else {})
        texts += [_Text(claim.id, said) for said in [own, *restated]]
        if claim.mutant is not None:
            texts.append(_Text(claim.id, read(claim.mutant.says), decoy=True))
        texts += [
            _Text(claim.id, read(text), decoy=True)
            for text in [*_CLAUSE.split(claim.right), *sentences("turned").get(claim.id, ())]
            if text
        ]
    places = _places(text.meaning.words for text in texts)
    weights = {word: log(1 + len(texts) / len(where)) for word, where in places.items()}
    title = read(topic.title).words
    weights |= dict.fromkeys(title, _TITLE)
    unknown = _UNKNOWN * log(1 + len(texts))
    sizes = [fsum(weights[word] for word in text.meaning.words) for text in texts]
    telling = _places(
        _telling(text.meaning.words, weights, size) for text, size in zip(texts, sizes, strict=True)
    )
    common = frozenset(w for w, where in places.items() if len(where) >= _COMMON * len(texts))
    forms: dict[str, tuple[Formula, ...]] = {}
    known: dict[str, frozenset[str]] = {}
    beside: dict[str, frozenset[str]] = {}
    named: dict[str, dict[int, set[str]]] = {}
    for text in texts:
        if not text.decoy:
            words = text.meaning.words
            for group, things in text.meaning.things.items():
                named.setdefault(text.claim, {}).setdefault(group, set()).update(things)
            forms[text.claim] = (*forms.get(text.claim, ()), *text.meaning.formulas)
            known[text.claim] = known.get(text.claim, title) | words
            for word in words - common:
                if not word.startswith("@"):
                    beside[word] = beside.get(word, frozenset()) | (words - common - {word})
    return _Index(
        tuple(texts),
        weights,
        unknown,
        places,
        sizes,
        telling,
        frozenset(text.meaning.words - unordered() for text in texts),
        common,
        title,
        known,
        forms,
        frozenset(form.names() for own in forms.values() for form in own),
        _core(texts, title),
        beside,
        {claim: named.get(claim, {}) for claim in known},
    )


def _places(texts: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """Return the places of the texts that have each word."""
    places: dict[str, list[int]] = {}
    for place, words in enumerate(texts):
        for word in words:
            places.setdefault(word, []).append(place)
    return places


def _telling(words: frozenset[str], weights: dict[str, float], size: float) -> Iterator[str]:
    """Yield words of a wording, those that weigh most first, until the rest cannot reach it."""
    rest = size
    for word in sorted(words, key=lambda word: (-weights[word], word)):
        if rest <= 0 or _likeness(rest, rest, size) < SURE - _SLACK:
            return
        yield word
        rest -= weights[word]


def _core(texts: list[_Text], title: frozenset[str]) -> dict[str, frozenset[str]]:
    """Return for each claim the words that most of its wordings have."""
    said: dict[str, list[frozenset[str]]] = {}
    for text in texts:
        if not text.decoy and text.meaning.words:
            said.setdefault(text.claim, []).append(text.meaning.words - title)
    counts = {id: Counter(word for words in own for word in words) for id, own in said.items()}
    return {
        id: frozenset(word for word, n in counts[id].items() if n >= _MOST * len(own))
        for id, own in said.items()
    }


@cache
def _general() -> frozenset[str]:
    """Return the words of any subject, as `read` has them."""
    return frozenset(concepts(" ".join(sorted(vocabulary.words("general")))))
