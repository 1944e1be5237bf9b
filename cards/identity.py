"""Which card of an edited note is which card of before, so that editing loses no progress.

An explicit id decides; then the same wording; then likeness: the nearest card left over, if it
is near enough and no other is nearly as near. In between a person has to say.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nlargest

from cards.card import Card, Kind

SURE = 0.8
"""Likeness from which two cards are taken for one without asking."""

DOUBTFUL = 0.6
"""Likeness from which a person is asked; below it the cards are different ones."""

MARGIN = 0.05
"""How far ahead of its rivals a pair must be to be sure."""

_ALL_PAIRS = 10_000
_RAREST, _NEAREST, _CANDIDATES = 6, 40, 8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A card of before, the card it may have become, and their likeness from 0 to 1."""

    old: Card
    new: Card
    likeness: float


@dataclass(frozen=True, slots=True)
class Matching:
    """What became of the cards of a note; every card is in exactly one of the five.

    ``kept`` have the id they had. ``relinked`` are (id of before, card now): the wording or the id
    changed, and it is surely the same card. ``doubtful`` pairs are to be asked.
    """

    kept: tuple[Card, ...] = ()
    relinked: tuple[tuple[str, Card], ...] = ()
    doubtful: tuple[Pair, ...] = ()
    added: tuple[Card, ...] = ()
    removed: tuple[Card, ...] = ()


def normalise(text: str) -> str:
    """Return text with composed letters and single spaces: what counts as the same wording."""
    if text.isascii():
        if "  " not in text and text.isprintable():
            return text.strip()
    else:
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def identify(kind: str, *texts: str) -> str:
    """Return the id of a card without one of its own: 16 hexadecimal digits of its wording.

    The chance of one collision among 100,000 cards is below 3e-10.
    """
    wording = "\x1f".join([kind, *[normalise(text) for text in texts]])
    return blake2b(wording.encode(), digest_size=8).hexdigest()


def match(old: Sequence[Card], new: Sequence[Card]) -> Matching:
    """Return which of the ``new`` cards of a note is which of the ``old``.

    Order does not matter, and no two cards ever become one. The time is near linear: only cards
    that neither id nor wording settles are compared, and those through an index of their words.
    """
    before = {card.id: card for card in old}
    kept = [card for card in new if card.id in before]
    same = {card.id for card in kept}
    gone = [card for card in old if card.id not in same]
    came = [card for card in new if card.id not in before]
    relinked: list[tuple[str, Card]] = []
    by_wording: dict[tuple[str, ...], list[Card]] = defaultdict(list)
    for card in reversed(gone):
        by_wording[_wording(card)].append(card)
    unknown: list[Card] = []
    for card in came:
        waiting = by_wording.get(_wording(card))
        if waiting:
            relinked.append((waiting.pop().id, card))
        else:
            unknown.append(card)
    linked = {id for id, _ in relinked}
    left = [card for card in gone if card.id not in linked]
    sure, doubtful = _nearest(left, unknown)
    settled_old = {pair.old.id for pair in sure + doubtful}
    settled_new = {pair.new.id for pair in sure + doubtful}
    return Matching(
        tuple(kept),
        tuple(relinked + [(pair.old.id, pair.new) for pair in sure]),
        tuple(doubtful),
        tuple(card for card in unknown if card.id not in settled_new),
        tuple(card for card in left if card.id not in settled_old),
    )


def likeness(old: Card, new: Card) -> float:
    """Return how alike two cards read, from 0 to 1.

    The question counts for 0.6 and the answer for 0.4. The same question with another answer is
    a corrected card (0.85) unless it is a cloze, whose sentence asks several. Cards of which one
    is a cloze or a reverse and the other is not, or that both have ids of their own, are 0.
    """
    if _class(old.kind) != _class(new.kind) or (_own_id(old) and _own_id(new)):
        return 0.0
    questions, answers = _alike(old.prompt, new.prompt), _alike(old.answer, new.answer)
    score = 0.6 * questions + 0.4 * answers
    if questions == 1.0 and old.kind is not Kind.CLOZE and len(old.prompt) >= 12:
        return max(score, 0.85)
    return score


def _alike(one: str, other: str) -> float:
    """Return the likeness of two texts, a little less when only the order of words differs."""
    from rapidfuzz import fuzz  # studying never compares cards, and should not wait for it

    one, other = normalise(one).casefold(), normalise(other).casefold()
    if one == other:
        return 1.0
    best: float = max(fuzz.ratio(one, other), 0.95 * fuzz.token_sort_ratio(one, other))
    return best / 100


def _class(kind: Kind) -> str:
    """Return what an edit does not turn into something else; a check may change the rest."""
    return kind.value if kind in (Kind.CLOZE, Kind.REVERSED) else Kind.BASIC.value


def _own_id(card: Card) -> bool:
    """Whether the note gives the card an id."""
    return card.check is not None and card.check.id is not None


def _wording(card: Card) -> tuple[str, ...]:
    """Return what two cards of the same wording share."""
    return _class(card.kind), normalise(card.prompt), normalise(card.answer)


def _nearest(old: Sequence[Card], new: Sequence[Card]) -> tuple[list[Pair], list[Pair]]:
    """Return sure and doubtful pairs, nearest first, each card in one pair at most."""
    scores: dict[tuple[int, int], float] = {}
    for i, j in _candidates(old, new):
        score = likeness(old[i], new[j])
        if score >= DOUBTFUL:
            scores[i, j] = score
    ranked = sorted(scores, key=lambda pair: (-scores[pair], pair))
    best_of_old: dict[int, int] = {}
    best_of_new: dict[int, int] = {}
    rivals_old: dict[int, list[int]] = defaultdict(list)
    rivals_new: dict[int, list[int]] = defaultdict(list)
    for i, j in ranked:
        best_of_old.setdefault(i, j)
        best_of_new.setdefault(j, i)
        rivals_new[j].append(i)
        rivals_old[i].append(j)
    sure: list[Pair] = []
    doubtful: list[Pair] = []
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for i, j in ranked:
        if i in taken_old or j in taken_new:
            continue
        taken_old.add(i)
        taken_new.add(j)
        score = scores[i, j]
        contested = any(
            k != i and best_of_old[k] == j and scores[k, j] > score - MARGIN for k in rivals_new[j]
        ) or any(
            k != j and best_of_new[k] == i and scores[i, k] > score - MARGIN for k in rivals_old[i]
        )
        pair = Pair(old[i], new[j], score)
        (sure if score >= SURE and not contested else doubtful).append(pair)
    return sure, doubtful


def _candidates(old: Sequence[Card], new: Sequence[Card]) -> Iterator[tuple[int, int]]:
    """Yield the pairs worth comparing: all of a few, else those that share their rarest words."""
    if len(old) * len(new) <= _ALL_PAIRS:
        yield from ((i, j) for i in range(len(old)) for j in range(len(new)))
        return
    places: dict[str, list[int]] = defaultdict(list)
    for i, card in enumerate(old):
        for word in _words(card):
            places[word].append(i)
    for j, card in enumerate(new):
        here = j * len(old) // len(new)
        shared = sorted((len(places[word]), word) for word in _words(card) if word in places)
        votes: defaultdict[int, float] = defaultdict(float)
        for count, word in shared[:_RAREST]:
            found = places[word]
            middle = bisect_left(found, here)
            for i in found[max(0, middle - _NEAREST // 2) : middle + _NEAREST // 2]:
                votes[i] += 1 / count
        for i in nlargest(_CANDIDATES, votes, key=votes.__getitem__):
            yield i, j


def _words(card: Card) -> set[str]:
    """Return the words of both sides, lower case."""
    return set(_WORD.findall(f"{card.prompt} {card.answer}".casefold()))
