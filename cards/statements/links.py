"""From a sentence of a note to the claim of its topic that it is, and to claims that are near.

A claim is meant only where quantity, direction and negation agree; else it is related. Claims come
from the topic's module, which is imported without torch or sympy.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import log

from cards.statements import vocabulary
from cards.statements.meaning import Meaning, agree, read, things
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
_MOST_RELATED = 3
_COVERED = 0.3
"""How much it counts that a sentence says all of a claim, whatever else it says."""
_CONTRADICTED = 0.15
"""How much less alike a wording may be that the sentence contradicts, for it to count."""
_TITLE = 0.2
"""What a word of the topic's title weighs: it tells its claims little apart."""
_COMMON = 0.1
"""Share of a topic's wordings that a word is in which tells them little apart."""
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

    def weight(self, word: str) -> float:
        """Return how much a word tells."""
        return self.weights.get(word, self.unknown)

    def is_common(self, places: list[int]) -> bool:
        """Whether a word at some places is one that much of the topic is about."""
        return len(places) >= _COMMON * len(self.texts)

    def reaches(self, words: frozenset[str]) -> bool:
        """Whether some of these words can be as near to a wording as one that is a claim is."""
        shared: dict[int, float] = {}
        for word in words:
            for place in self.places.get(word, ()):
                shared[place] = shared.get(place, 0.0) + self.weight(word)
        return any(
            (1 - _COVERED) * 2 * weight / (weight + its) + _COVERED * weight / its >= SURE
            for place, weight in shared.items()
            if (its := self.sizes[place])
        )

    def alike(self, said: Meaning) -> Iterator[tuple[_Text, float]]:
        """Yield the wordings near a sentence, and how much of its concepts each shares: to 1."""
        shared: dict[int, float] = {}
        for word in said.words:
            weight = self.weight(word)
            for place in self.places.get(word, ()):
                shared[place] = shared.get(place, 0.0) + weight
        mine = sum(self.weight(word) for word in said.words)
        for place, weight in shared.items():
            its = self.sizes[place]
            even = (1 - _COVERED) * 2 * weight / (mine + its)
            likeness = even + _COVERED * weight / its
            if likeness >= NEAR:
                yield self.texts[place], likeness


def may_link(slug: str, words: frozenset[str]) -> bool:
    """Whether a part of a text of some words can be a claim of a topic: most cards' cannot."""
    index = _index(slug)
    return index is not None and index.reaches(words)


def link(slug: str, sentence: str, within: str = "") -> Link:
    """Return the claim of a bundled topic that a sentence is, and what is near it.

    Of a part of a sentence, ``within`` is the whole: it names what the part is about.
    """
    index = _index(slug)
    if index is None or not (said := read(sentence)).words:
        return Link()
    if within and within != sentence:
        said = _of(said, [read(within)])
    common = frozenset(word for word, where in index.places.items() if index.is_common(where))
    agreeing: dict[str, float] = {}
    alike: dict[str, float] = {}
    refused: dict[str, float] = {}
    for text, likeness in index.alike(said):
        other = text.meaning.words
        replaced = _replaced(said.words - other, other - said.words, common, likeness)
        agrees = not replaced and agree(said, text.meaning)
        if not agrees and not text.decoy and likeness >= SURE:
            refused[text.claim] = max(refused.get(text.claim, 0.0), likeness)
        if agrees or not text.decoy:
            alike[text.claim] = max(alike.get(text.claim, 0.0), likeness)
        if agrees and not text.decoy and likeness >= SURE:
            agreeing[text.claim] = max(agreeing.get(text.claim, 0.0), likeness)
    if not alike:
        return Link()
    ranked = sorted(alike, key=lambda id: -alike[id])
    near = tuple(ranked[:_MOST_RELATED])
    for id, likeness in refused.items():
        if id in agreeing and agreeing[id] < likeness + _CONTRADICTED:
            del agreeing[id]  # another wording of the claim says something else
    best = sorted(agreeing, key=lambda id: -agreeing[id])[:2]
    if not best or agreeing[best[0]] < alike[ranked[0]] - AHEAD:
        return Link(None, alike[ranked[0]], near)
    if len(best) == 2 and agreeing[best[0]] - agreeing[best[1]] < AHEAD:
        return Link(None, agreeing[best[0]], near)
    return Link(best[0], agreeing[best[0]], tuple(id for id in near if id != best[0]))


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


def _of(said: Meaning, restated: list[Meaning]) -> Meaning:
    """Return what a claim's own words say, about the things that it names when it stands alone."""
    things = {group: names for other in restated[:1] for group, names in other.things.items()}
    return replace(said, things=things | dict(said.things))


@cache
def _restated() -> dict[str, list[str]]:
    """Return the sentences of ``restated.txt`` by the id of their claim."""
    found: dict[str, list[str]] = {}
    for line in vocabulary.lines("restated"):
        id, _, sentence = line.partition(" | ")
        found.setdefault(id, []).append(sentence)
    return found


@cache
def _index(slug: str) -> _Index | None:
    """Return the wordings of a topic's claims; None for a slug that names no topic."""
    try:
        topic = registry.load(slug)
    except LookupError:
        return None
    texts: list[_Text] = []
    for claim in topic.in_order():
        restated = [read(text) for text in _restated().get(claim.id, ())]
        texts += [_Text(claim.id, said) for said in [_of(read(claim.says), restated), *restated]]
        if claim.mutant is not None:
            texts.append(_Text(claim.id, read(claim.mutant.says), decoy=True))
        texts += [
            _Text(claim.id, read(text), decoy=True) for text in _CLAUSE.split(claim.right) if text
        ]
    places: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        for word in text.meaning.words:
            places.setdefault(word, []).append(place)
    weights = {word: log(1 + len(texts) / len(where)) for word, where in places.items()}
    weights |= dict.fromkeys(read(topic.title).words, _TITLE)
    unknown = _UNKNOWN * log(1 + len(texts))
    sizes = [sum(weights[word] for word in text.meaning.words) for text in texts]
    return _Index(tuple(texts), weights, unknown, places, sizes)
