"""Which card of an edited note is which earlier card, so that editing loses no progress.

An explicit id decides; then the same wording; then likeness: the nearest card left over, if it
is near enough and no other is nearly as near. In between a person has to say.
"""

import math
import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from hashlib import blake2b
from heapq import nlargest

from cards.card import HIDDEN, Card, Kind

SURE = 0.8
"""Likeness from which two cards are taken for one without asking."""

DOUBTFUL = 0.6
"""Likeness from which a person is asked; below it the cards are different ones."""

MARGIN = 0.05
"""How far ahead of its rivals a pair must be to be sure."""

_ALL_PAIRS = 2_000
_MATRIX = 4_000_000
"""Pairs up to which all are compared, letter by letter and at once."""
_RAREST, _NEAREST, _CANDIDATES = 8, 40, 8
_WORD = re.compile(r"\w+")
_SHORTEST_QUESTION, _SHORTEST_ANSWER = 4, 4
_LEAST, _FAR_AHEAD = 0.55, 0.2
"""Likeness below which nothing is compared, and the lead that makes a sure pair below `SURE`."""
MOST_OF_PATTERN = 20_000
"""Cards among which patterns are looked for."""
_TELLING, _SAMPLE = 0.42, 2_000
"""The share of its words, by weight, that a card must have kept; cards that weigh the words."""
_HALF = 0.5
"""The same share where both sides are reworded."""
_NUMBER = re.compile(r"\d+")
_SLIP, _SAME_TEXT = 0.75, 0.9
"""Likeness of two words of which one is a typo; of texts that may differ in a number."""
_SAME_ANSWER, _SAME_WORD = 0.5, 0.65
"""How alike questions must be whose answer is the same, and no other card's; the second where that
is the word of a cloze, or no word of the question stayed."""
_SAME_LIST = 0.4
"""The share of the words around gaps that must have stayed where the gaps are the same."""
_MOST_SHARED = 0.7
"""The share of two questions' common words that a third of their pattern has."""
_FEW = 30
"""Cards with a word that are looked at."""
_FORMULA = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]|\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
_LATEX = re.compile(r"\\([a-z]+)")
_MARKS = re.compile(r"[\s$.,;:!?*_`{}()\[\]\\\"'“”‘’–—-]+")
_SIGNS = {
    "left": "", "right": "", "quad": "", "qquad": "", "displaystyle": "", "mathrm": "", "text": "",
    "mathbf": "", "dfrac": "\\frac", "tfrac": "\\frac", "le": "≤", "leq": "≤", "ge": "≥",
    "geq": "≥", "ne": "≠", "neq": "≠", "cdot": "·", "times": "×", "to": "→", "rightarrow": "→",
    "infty": "∞", "in": "∈", "sum": "∑", "int": "∫", "partial": "∂", "alpha": "α", "beta": "β",
    "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "theta": "θ", "lambda": "λ",
    "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ",
    "omega": "ω",
}  # fmt: skip
"""Commands of LaTeX → the signs for them; nothing for those that only arrange."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An earlier card, the card it may have become, and their likeness from 0 to 1."""

    old: Card
    new: Card
    likeness: float


@dataclass(frozen=True, slots=True)
class Matching:
    """The cards of a note matched with its earlier ones; every card is in exactly one field.

    `kept` have their earlier id. `relinked` are (earlier id, card now): the wording or the id
    changed, and it is surely the same card. A person is asked about `doubtful` pairs.
    """

    kept: tuple[Card, ...] = ()
    relinked: tuple[tuple[str, Card], ...] = ()
    doubtful: tuple[Pair, ...] = ()
    added: tuple[Card, ...] = ()
    removed: tuple[Card, ...] = ()


def normalise(text: str) -> str:
    """Return text with composed letters and single spaces: equal texts are the same wording."""
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


class Deck:
    """The cards among which some are matched, with the weights of their words.

    A sample gives the weights: rare words weigh much. Questions that differ in a few words alone
    are of one pattern: with other words in their place it is another card.
    """

    def __init__(self, cards: Sequence[Card]) -> None:
        self._cards = cards[:: len(cards) // MOST_OF_PATTERN + 1]
        self._some: dict[str, list[tuple[Card, set[str]]]] = {}

    @cached_property
    def _counts(self) -> tuple[int, Counter[str]]:
        """The size of a sample, and how many of its cards have each word and part of a word."""
        sample = self._cards[:: len(self._cards) // _SAMPLE + 1]
        return len(sample), Counter(word for card in sample for word in _words(card))

    @cached_property
    def _places(self) -> dict[str, set[int]]:
        """The places of the cards whose question has each word."""
        places: dict[str, set[int]] = defaultdict(set)
        for place, card in enumerate(self._cards):
            for word in _question_words(card.prompt):
                places[word].add(place)
        return places

    @cached_property
    def _places_of_answer(self) -> dict[str, list[int]]:
        """The places of the cards with each answer."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, card in enumerate(self._cards):
            places[normalise(card.answer).casefold()].append(place)
        return places

    def shared(self, card: Card, other: Card) -> float:
        """Return the share, from 0 to 1, of two cards' words that both have, by weight.

        Words and parts of words that many cards have weigh little.
        """
        a, b = _words(card), _words(other)
        cards, counts = self._counts
        weight = {word: math.log((cards + 2) / (counts[word] + 1)) for word in a | b}
        most = max(sum(weight[word] for word in words) for words in (a, b))
        return sum(weight[word] for word in a & b) / most if most else 1.0

    def filled_anew(self, old: Card, new: Card) -> bool:
        """Whether two questions are one pattern, filled with other words: a third card has it too.

        With formulas left out, too. A typo in these words, beside an answer that is nearly the
        same, fills nothing anew.
        """
        before, now = old.prompt, new.prompt
        if self._filled(old, new, before, now):
            return True
        formulas = _FORMULA.search(before) and _FORMULA.search(now)
        return bool(formulas) and self._filled(
            old, new, _FORMULA.sub(" ", before), _FORMULA.sub(" ", now)
        )

    def _filled(self, old: Card, new: Card, question: str, other_question: str) -> bool:
        """Whether these questions of two cards, or what is left of them, are one pattern."""
        before, now = _question_words(question), _question_words(other_question)
        kept, gone, come = _compared(before, now)
        if not kept or not gone or not come:
            return False
        common = self._is_common(old, new)
        if self._is_slip(gone, come, old, new, common):
            return False
        much = 3 * len(gone.split()) > len(before)
        weak = common or much or _reworded(old.answer, new.answer)
        if weak and self._has_like(kept, gone, come, old, new):
            return True
        places = [self._places.get(word, set()) for word in set(kept)]
        longest = max(len(before), len(now)) + 1
        for place in set.intersection(*places):
            third = self._cards[place]
            if third.id in (old.id, new.id) or third.family in (old.family, new.family):
                continue
            whole = question == old.prompt
            words = _question_words(third.prompt if whole else _FORMULA.sub(" ", third.prompt))
            if len(words) <= longest and _left(words, kept) not in ("", gone, come):
                return True
        return False

    def has_list(self, old: Sequence[Card], new: Sequence[Card]) -> bool:
        """Whether a third sentence has the same gaps as two."""
        answers = {normalise(card.answer).casefold() for card in old}
        families = [
            {card.family for card in self._others(self._with_answer(answer), old[0], new[0])}
            for answer in sorted(answers)
        ]
        return bool(set.intersection(*families))

    def _with_answer(self, answer: str) -> Sequence[int]:
        return self._places_of_answer.get(answer, ())

    def _others(self, places: Iterable[int], old: Card, new: Card) -> Iterator[Card]:
        """Yield the cards of some places that are of other families than these two."""
        families = {old.family, new.family}
        return (self._cards[at] for at in places if self._cards[at].family not in families)

    def _is_common(self, old: Card, new: Card) -> bool:
        """Whether both have an answer that a third card has too: it says little then."""
        answer = normalise(old.answer).casefold()
        if answer != normalise(new.answer).casefold():
            return False
        return any(self._others(self._with_answer(answer), old, new))

    def _is_slip(self, gone: str, come: str, old: Card, new: Card, common: bool) -> bool:
        """Whether the words differ by a typo, and the answers are nearly the same.

        Beside an answer that many cards have, two words that other cards use are no typo.
        """
        if _alike(old.answer, new.answer) < _SLIP or not _is_slip(gone, come):
            return False
        words = (gone.split()[0], come.split()[0])
        return not common or not all(
            any(self._others(self._places.get(word, ()), old, new)) for word in words
        )

    def _has_like(self, kept: Sequence[str], gone: str, come: str, old: Card, new: Card) -> bool:
        """Whether a third card has most of the words `kept`, and not those gone or come."""
        shared = set(kept)
        least = math.ceil(_MOST_SHARED * len(shared))
        rarest = sorted(shared, key=lambda word: (len(self._places.get(word, ())), word))
        without = set(gone.split()), set(come.split())
        for word in rarest[: len(shared) - least + 1]:
            for other, words in self._some_with(word):
                if len(shared & words) < least or without[0] <= words or without[1] <= words:
                    continue
                if other.family not in (old.family, new.family):
                    return True
        return False

    def _some_with(self, word: str) -> list[tuple[Card, set[str]]]:
        """Return a few cards that ask with a word, and the words of each."""
        if word not in self._some:
            places = sorted(self._places.get(word, ()))[:: len(self._places[word]) // _FEW + 1]
            cards = [self._cards[place] for place in places]
            self._some[word] = [(card, set(_question_words(card.prompt))) for card in cards]
        return self._some[word]


def match(old: Sequence[Card], new: Sequence[Card], deck: Deck | None = None) -> Matching:
    """Match the `new` cards of a note with its `old` ones.

    The `deck` that they are in weighs their words, else the old cards. Order does not matter, and
    no two cards ever become one. The time is near linear: only cards that neither id nor wording
    settles are compared, and those through an index of their words.
    """
    before = {card.id: card for card in old}
    kept = [card for card in new if card.id in before]
    same = {card.id for card in kept}
    left = [card for card in old if card.id not in same]
    unknown = [card for card in new if card.id not in before]
    relinked: list[tuple[str, Card]] = []
    for alike in (_wording, _notation, _question):
        pairs = _same(left, unknown, alike, unique=alike is not _wording)
        relinked += [(before.id, now) for before, now in pairs]
        left, unknown = _without(left, unknown, pairs)
    deck = deck or Deck(old)
    pairs = _lists(left, unknown, deck)
    relinked += [(before.id, now) for before, now in pairs]
    left, unknown = _without(left, unknown, pairs)
    sure, doubtful = _nearest(left, unknown, deck)
    settled_old = {pair.old.id for pair in sure + doubtful}
    settled_new = {pair.new.id for pair in sure + doubtful}
    return Matching(
        tuple(kept),
        tuple(relinked + [(pair.old.id, pair.new) for pair in sure]),
        tuple(doubtful),
        tuple(card for card in unknown if card.id not in settled_new),
        tuple(card for card in left if card.id not in settled_old),
    )


def _same(
    old: Sequence[Card],
    new: Sequence[Card],
    alike: Callable[[Card], tuple[str, ...] | None],
    unique: bool,
) -> list[tuple[Card, Card]]:
    """Return pairs of cards with the same key by `alike`; if `unique`, of keys that are clear."""
    old_by_key: dict[tuple[str, ...], list[Card]] = defaultdict(list)
    for card in reversed(old):
        if (key := alike(card)) is not None:
            old_by_key[key].append(card)
    new_by_key: dict[tuple[str, ...], list[Card]] = defaultdict(list)
    for card in new:
        if (key := alike(card)) in old_by_key and key is not None:
            new_by_key[key].append(card)
    pairs = []
    for key, cards in new_by_key.items():
        if unique and (len(cards) > 1 or len(old_by_key[key]) > 1):
            continue
        pairs += [(old_by_key[key].pop(), card) for card in cards[: len(old_by_key[key])]]
    return [(a, b) for a, b in pairs if not (_own_id(a) and _own_id(b))]


def _lists(old: Sequence[Card], new: Sequence[Card], deck: Deck) -> list[tuple[Card, Card]]:
    """Pair the cards of cloze sentences whose gaps are the same, and enough of their words.

    One gap says little; a list of gaps that no other sentence has says which sentence it was. Two
    gaps do where the sentence is no pattern filled with other words.
    """
    lists, now = _by_gaps(old), _by_gaps(new)
    pairs: list[tuple[Card, Card]] = []
    for gaps, (before, *others) in lists.items():
        after, *rivals = now.get(gaps, [[]])
        if not after or others or rivals or deck.has_list(before, after):
            continue
        was, becomes = _around(before), _around(after)
        stayed = Counter(_question_words(was)) & Counter(_question_words(becomes))
        most = max(len(_question_words(was)), len(_question_words(becomes)))
        if stayed.total() < _SAME_LIST * most or _differ(was, becomes):
            continue
        if len(gaps) > 2 or (
            _alike(was, becomes) >= _SAME_WORD and not deck.filled_anew(before[0], after[0])
        ):
            pairs += zip(before, after, strict=True)
    return pairs


def _by_gaps(cards: Sequence[Card]) -> dict[tuple[str, ...], list[list[Card]]]:
    """Return the sentences with several gaps, each as its cards, by the words in the gaps."""
    families: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        if card.kind is Kind.CLOZE and not _own_id(card):
            families[card.family].append(card)
    sentences: dict[tuple[str, ...], list[list[Card]]] = defaultdict(list)
    for sentence in families.values():
        if len(sentence) > 1:
            sentence.sort(key=lambda card: (_plain(card.answer), card.prompt.find(HIDDEN)))
            sentences[tuple(_plain(card.answer) for card in sentence)].append(sentence)
    return sentences


def _around(cards: Sequence[Card]) -> str:
    """Return a cloze sentence without the words of its gaps."""
    text = cards[0].prompt.replace(HIDDEN, "", 1)
    for card in cards[1:]:
        text = text.replace(card.answer, "", 1)
    return text


def _without(
    old: Sequence[Card], new: Sequence[Card], pairs: Sequence[tuple[Card, Card]]
) -> tuple[list[Card], list[Card]]:
    """Return the old and the new cards that are in no pair."""
    paired_old, paired_new = {a.id for a, _ in pairs}, {b.id for _, b in pairs}
    return [c for c in old if c.id not in paired_old], [c for c in new if c.id not in paired_new]


def likeness(old: Card, new: Card) -> float:
    """Return how alike two cards read, from 0 to 1.

    The question counts for 0.6 and the answer for 0.4. The same question with another answer is
    a corrected card (0.85) unless it is a cloze, whose sentence asks several. Cards of which one
    is a cloze or a reverse and the other is not, or that both have ids of their own, are 0.
    """
    if _class(old.kind) != _class(new.kind) or (_own_id(old) and _own_id(new)):
        return 0.0
    questions, answers = _alike(old.prompt, new.prompt), _alike(old.answer, new.answer)
    # The sentence of a cloze says most; its answer is often a word that many have.
    share = 0.8 if old.kind is Kind.CLOZE else 0.6
    score = share * questions + (1 - share) * answers
    if questions == 1.0 and old.kind is not Kind.CLOZE and len(old.prompt) >= 12:
        return max(score, 0.85)
    return score


def _alike(one: str, other: str) -> float:
    """Return the likeness of two texts, a little below 1 when only the order of words differs."""
    from rapidfuzz import fuzz  # studying never compares cards, and should not wait for it

    one, other = normalise(one).casefold(), normalise(other).casefold()
    if one == other:
        return 1.0
    best: float = max(fuzz.ratio(one, other), 0.95 * fuzz.token_sort_ratio(one, other))
    return best / 100


def _class(kind: Kind) -> str:
    """Return cloze, reversed or basic: no edit turns one of these into another."""
    return kind.value if kind in (Kind.CLOZE, Kind.REVERSED) else Kind.BASIC.value


def _own_id(card: Card) -> bool:
    """Whether the note gives the card an id."""
    return card.check is not None and card.check.id is not None


def _wording(card: Card) -> tuple[str, ...]:
    """Return the key that two cards of the same wording share."""
    return _class(card.kind), normalise(card.prompt), normalise(card.answer)


def _notation(card: Card) -> tuple[str, ...]:
    """Return the key that two cards share which differ in notation alone."""
    return _class(card.kind), _plain(card.prompt), _plain(card.answer)


def _question(card: Card) -> tuple[str, ...] | None:
    """Return the key of a card's question: with another answer it was corrected.

    None for a short question, and for a cloze: its sentence may be filled with another fact.
    """
    question = _plain(card.prompt)
    if card.kind is Kind.CLOZE or len(question) < _SHORTEST_QUESTION:
        return None
    return _class(card.kind), question


def _answer(card: Card) -> tuple[str, ...] | None:
    """Return the key of a card's answer: with another question it was reworded; None if short."""
    answer = _plain(card.answer)
    return (_class(card.kind), answer) if len(answer) >= _SHORTEST_ANSWER else None


def _plain(text: str) -> str:
    """Return text without case, spaces and marks, its formulas in one notation of several."""
    text = _LATEX.sub(lambda match: _SIGNS.get(match[1], match[0]), normalise(text).casefold())
    return _MARKS.sub("", text)


def _question_words(question: str) -> list[str]:
    """Return the words of a question, in order."""
    return _WORD.findall(question.casefold())


def _left(words: Sequence[str], kept: Sequence[str]) -> str:
    """Return the words but those `kept`, which stand among them in this order, else nothing."""
    left = []
    at = 0
    for word in words:
        if at < len(kept) and word == kept[at]:
            at += 1
        else:
            left.append(word)
    return " ".join(left) if at == len(kept) else ""


def _words_stayed(old: Card, new: Card) -> bool:
    """Whether a question kept one of its words, or reads much as it did, or is one word."""
    before = _question_words(old.prompt)
    if len(before) < 2 or not set(before).isdisjoint(_question_words(new.prompt)):
        return True
    return _alike(old.prompt, new.prompt) >= _SAME_WORD


def _compared(before: Sequence[str], now: Sequence[str]) -> tuple[list[str], str, str]:
    """Return the words that two texts share in order, those that are gone, and those that came."""
    blocks = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    kept = [word for block in blocks for word in before[block.a : block.a + block.size]]
    return kept, _left(before, kept), _left(now, kept)


def _reworded(text: str, other: str) -> bool:
    """Whether two texts differ in more than typos."""
    if text == other:
        return False
    _, gone, come = _compared(_question_words(text), _question_words(other))
    return gone != come and not _is_slip(gone, come)


def _is_slip(gone: str, come: str) -> bool:
    """Whether words differ from others by a typo in each."""
    before, now = gone.split(), come.split()
    if not before or not now or _alike(gone, come) < _SLIP:
        return False
    if len(before) != len(now):
        return True
    return all(_alike(a, b) >= _SLIP for a, b in zip(before, now, strict=True))


def _nearest(old: Sequence[Card], new: Sequence[Card], deck: Deck) -> tuple[list[Pair], list[Pair]]:
    """Return sure and doubtful pairs, nearest first, each card in one pair at most.

    Sure are pairs that are near and uncontested; then those with an answer that no other card has;
    then those that are far ahead of all that are left.
    """
    scores: dict[tuple[int, int], float] = {}
    for i, j in _candidates(old, new):
        score = likeness(old[i], new[j])
        if score >= _LEAST:
            scores[i, j] = score
    sure = _settle(scores, old, new, SURE, MARGIN, deck)
    done = {pair.old.id for pair in sure} | {pair.new.id for pair in sure}
    left = [card for card in old if card.id not in done]
    unknown = [card for card in new if card.id not in done]
    rivals: dict[str, float] = defaultdict(float)
    for (i, j), score in scores.items():
        for one, other in ((old[i], new[j]), (new[j], old[i])):
            if _plain(one.answer) != _plain(other.answer):
                rivals[one.id] = max(rivals[one.id], score)
    for before, now in _same(left, unknown, _answer, unique=True):
        score = likeness(before, now)
        ahead = score - max(rivals[before.id], rivals[now.id])
        least = _SAME_WORD if before.kind is Kind.CLOZE else _SAME_ANSWER
        if ahead < MARGIN or _alike(before.prompt, now.prompt) < least:
            continue
        if _numbers_moved(before, now) or not _words_stayed(before, now):
            continue
        if deck.shared(before, now) >= _TELLING and not deck.filled_anew(before, now):
            sure.append(Pair(before, now, score))
            done |= {before.id, now.id}
    scores = {
        pair: score
        for pair, score in scores.items()
        if old[pair[0]].id not in done and new[pair[1]].id not in done
    }
    clear = {
        (i, j): score for (i, j), score in scores.items() if deck.shared(old[i], new[j]) >= _TELLING
    }
    far = _settle(clear, old, new, _LEAST, _FAR_AHEAD, deck)
    done = {pair.old.id for pair in far} | {pair.new.id for pair in far}
    scores = {
        (i, j): score
        for (i, j), score in scores.items()
        if old[i].id not in done and new[j].id not in done
    }
    return sure + far, _settle(scores, old, new, DOUBTFUL, None, deck)


def _settle(
    scores: dict[tuple[int, int], float],
    old: Sequence[Card],
    new: Sequence[Card],
    least: float,
    margin: float | None,
    deck: Deck,
) -> list[Pair]:
    """Take out of `scores` the pairs of at least a score, nearest first.

    With a `margin`, each must be so far ahead of its rivals, and no pattern of the deck that was
    filled anew.
    """
    ranked = sorted(scores, key=lambda pair: (-scores[pair], pair))
    of_old: dict[int, list[int]] = defaultdict(list)
    of_new: dict[int, list[int]] = defaultdict(list)
    for i, j in ranked:
        of_old[i].append(j)
        of_new[j].append(i)
    settled: list[Pair] = []
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for i, j in ranked:
        score = scores[i, j]
        if score < least or i in taken_old or j in taken_new:
            continue
        if margin is not None:
            limit = score - margin
            # Among near pairs, a rival that is nearer to another card is no rival.
            near = margin == MARGIN
            contested = any(
                k != i and scores[k, j] > limit and (not near or of_old[k][0] == j)
                for k in of_new[j]
            ) or any(
                k != j and scores[i, k] > limit and (not near or of_new[k][0] == i)
                for k in of_old[i]
            )
            if contested or _other_numbers(old[i], new[j]) or _other_gap(old[i], new[j]):
                continue
            if _numbers_moved(old[i], new[j]):
                continue
            if not near and not (_both_sides(old[i], new[j]) and _words_stayed(old[i], new[j])):
                continue
            if _both_reworded(old[i], new[j]) and (
                _least_alike(old[i], new[j]) < SURE or deck.shared(old[i], new[j]) < _HALF
            ):
                continue
            if deck.filled_anew(old[i], new[j]):
                continue
        taken_old.add(i)
        taken_new.add(j)
        settled.append(Pair(old[i], new[j], score))
    for i, j in ranked:
        if i in taken_old or j in taken_new:
            del scores[i, j]
    return settled


def _both_sides(old: Card, new: Card) -> bool:
    """Whether question and answer are both alike: in a pattern filled anew only one is."""
    return _least_alike(old, new) >= _LEAST


def _least_alike(old: Card, new: Card) -> float:
    """Return the likeness of the side that changed most."""
    return min(_alike(old.prompt, new.prompt), _alike(old.answer, new.answer))


def _both_reworded(old: Card, new: Card) -> bool:
    """Whether both sides differ in more than typos."""
    return _reworded(old.answer, new.answer) and _reworded(old.prompt, new.prompt)


def _other_numbers(old: Card, new: Card) -> bool:
    """Whether both sides differ, and in a number one of them: 3x against 5x, 1550 against 1590."""
    if _plain(old.prompt) == _plain(new.prompt) or _plain(old.answer) == _plain(new.answer):
        return False
    in_answer = _alike(old.answer, new.answer) < _SAME_TEXT and _differ(old.answer, new.answer)
    return in_answer or _differ(old.prompt, new.prompt)


def _differ(text: str, other: str) -> bool:
    """Whether two texts hold different numbers."""
    return sorted(_NUMBER.findall(text)) != sorted(_NUMBER.findall(other))


def _numbers_moved(old: Card, new: Card) -> bool:
    """Whether a question has the same numbers in another order: 51 * 48 beside 48 * 51."""
    before, now = _NUMBER.findall(old.prompt), _NUMBER.findall(new.prompt)
    return before != now and sorted(before) == sorted(now)


def _other_gap(old: Card, new: Card) -> bool:
    """Whether a sentence has another word in its gap, as two facts of one pattern have."""
    return (
        old.kind is Kind.CLOZE
        and _plain(old.prompt) == _plain(new.prompt)
        and _alike(old.answer, new.answer) < _SLIP
    )


def _candidates(old: Sequence[Card], new: Sequence[Card]) -> Iterator[tuple[int, int]]:
    """Yield the pairs worth comparing: all of a few, of more the nearest, else by rarest words."""
    if len(old) * len(new) <= _ALL_PAIRS:
        yield from ((i, j) for i in range(len(old)) for j in range(len(new)))
        return
    if len(old) * len(new) <= _MATRIX:
        yield from _nearest_letters(old, new)
        return
    places: dict[str, list[int]] = defaultdict(list)
    for i, card in enumerate(old):
        for word in _words(card):
            places[word].append(i)
    for j, card in enumerate(new):
        same_place = j * len(old) // len(new)
        shared = sorted((len(places[word]), word) for word in _words(card) if word in places)
        votes: defaultdict[int, float] = defaultdict(float)
        for count, word in shared[:_RAREST]:
            with_word = places[word]
            middle = bisect_left(with_word, same_place)
            for i in with_word[max(0, middle - _NEAREST // 2) : middle + _NEAREST // 2]:
                votes[i] += 1 / count
        for i in nlargest(_CANDIDATES, votes, key=votes.__getitem__):
            yield i, j


def _nearest_letters(old: Sequence[Card], new: Sequence[Card]) -> set[tuple[int, int]]:
    """Return for each card the few of the others that are nearest letter by letter."""
    import numpy as np
    from rapidfuzz import fuzz, process

    score = np.zeros((len(old), len(new)), dtype=np.float32)
    for share, side in ((0.6, "prompt"), (0.4, "answer")):
        texts = [[normalise(getattr(c, side)).casefold() for c in some] for some in (old, new)]
        score += share * process.cdist(*texts, scorer=fuzz.ratio, dtype=np.uint8)
    few = min(_CANDIDATES, len(old), len(new))
    of_old = np.argpartition(-score, few - 1, axis=1)[:, :few]
    of_new = np.argpartition(-score, few - 1, axis=0)[:few]
    pairs = {(i, j) for i, some in enumerate(of_old.tolist()) for j in some}
    return pairs | {(i, j) for some in of_new.tolist() for j, i in enumerate(some)}


def _words(card: Card) -> set[str]:
    """Return the words of both sides, lower case, and parts of them that a typo leaves alone."""
    words = set(_WORD.findall(f"{card.prompt} {card.answer}".casefold()))
    parts = {word[at : at + 4] for word in words for at in range(len(word) - 3)}
    return words | parts
