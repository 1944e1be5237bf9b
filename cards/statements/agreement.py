"""Whether two sentences that are about the same say the same of it.

Each check names one way in which they may differ: a number, a direction, a negation, who does it.
"""

import re
from collections.abc import Callable
from itertools import combinations, pairwise

from cards.statements.meaning import Meaning
from cards.statements.tokens import NUMBER, SHORTEST, concept, groups, poles
from cards.statements.vocabulary import words as words_of

_EXTREMES = frozenset({"maximum", "minimum"})
_ENDS = 3
_GRADED = frozenset({"size", "speed", "cost", "good", "quantity", "easy"})
"""Opposites that have degrees."""
_GREAT_OR_SMALL = frozenset({"high", "large", "big", "long", "low", "small", "short", "thin"})
_KIND = re.compile(
    r"\bis (?:just |only )?(?:an?|the) (?:\w+ )?"
    r"(variant|kind|type|special case|case|part|subset|generali[sz]ation|form|version) of\b"
)
"""A relation that does not hold the other way round."""
_PASSING = {"order": frozenset({1}), "frequency": frozenset({0})}
"""Poles that one sentence may have and the other not: after, often."""
_TURNING = ("non", "un", "in", "im", "ir", "il", "dis", "sub", "mis", "anti")
"""Prefixes that turn a word into its opposite."""
_SHARED = frozenset({"network", "learn", "method", "time", "quick", "algorithm", "convolution"})
"""Words that both sides of a comparison may have."""


def agree(one: Meaning, other: Meaning) -> bool:
    """Whether two sentences that are about the same say the same of it."""
    return difference(one, other) is None


def difference(one: Meaning, other: Meaning) -> str | None:
    """Return the name of the first check that finds them to differ; None where they agree."""
    return next((name for name, differs in _CHECKS.items() if differs(one, other)), None)


def turned(one: Meaning, other: Meaning) -> str | None:
    """Return the first check that finds one text to deny or turn round what the other one says."""
    return next((name for name in _TURNS if _CHECKS[name](one, other)), None)


def _formulas(one: Meaning, other: Meaning) -> bool:
    if bool(one.formulas) != bool(other.formulas):
        return True
    return not all(any(mine.is_as(its) for its in other.formulas) for mine in one.formulas)


def _limits(one: Meaning, other: Meaning) -> bool:
    """Whether one says "only" or another extreme, and the other does not."""
    if one.only > other.only + other.just or other.only > one.only + one.just:
        return True
    if one.equates and not other.equates and _GRADED & set(other.signs):
        return True  # "as slow as" is not "slower than"
    return bool((one.words ^ other.words) & _EXTREMES)


def _own(one: Meaning, other: Meaning) -> bool:
    """Whether one speaks of something true, and the other of something of its own."""
    return "true" in one.words ^ other.words and _is_own(one) != _is_own(other)


def _names(one: Meaning, other: Meaning) -> bool:
    if not other.naming:
        return False
    return not (_within(one.named, other.named) or _within(other.named, one.named))


def _within(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether some words are among others, in their order."""
    rest = iter(others)
    return all(word in rest for word in some)


def _numbers(one: Meaning, other: Meaning) -> bool:
    mine, its = one.numbers, other.numbers
    return bool(mine - its - _one(other) or its - mine - _one(one))


def _quantities(one: Meaning, other: Meaning) -> bool:
    if (one.universal and other.partial) or (other.universal and one.partial):
        return True
    if any(
        one.amounts[thing] != other.amounts[thing] for thing in one.amounts.keys() & other.amounts
    ):
        return True  # there is one of a thing here, and there are many there
    # "all" against a sentence that chooses
    return one.universal and not other.universal and bool(one.words & words_of("choosing"))


def _prefixes(one: Meaning, other: Meaning) -> bool:
    return _prefixed(one.words, other.words) or _prefixed(other.words, one.words)


def _places(one: Meaning, other: Meaning) -> bool:
    """Whether words around a "than" or an "instead" have changed sides."""
    if _traded(one.beside, other.beside) or _traded(one.instead, other.instead):
        return True
    if other.instead[1] and not one.instead[1]:
        here, there = other.instead[0] - other.instead[1], other.instead[1] - other.instead[0]
        return bool(here & one.words - _SHARED and there & one.words - _SHARED)
    done = not other.negations or (one.instead[0] & other.denied[1]) - _SHARED
    return bool(one.instead[1] and not other.instead[1] and done)


def _contrasts(one: Meaning, other: Meaning) -> bool:
    """Whether each names a contrasted thing that the other does not, or begins with another."""
    for group in set(one.things) & set(other.things):
        mine, its = one.things[group], other.things[group]
        if set(mine) - set(its) and set(its) - set(mine):
            return True
        led = (its[0] in mine) == (mine[0] in its) or bool(one.than or other.than)
        if not led:
            return True  # "the actor scores", of the critic, which scores what the actor does
    return False


def _directions(one: Meaning, other: Meaning) -> bool:
    """Whether negations, opposites and comparisons together turn one sentence round."""
    if abs(one.negations - other.negations) > 1:
        return True
    turns = one.negations != other.negations
    for group in set(one.things) & set(other.things):
        if _turned(one.things[group], other.things[group], one.than, other.than):
            turns = not turns
    flipped = set()
    for name in set(one.signs) & set(other.signs):
        mine, its = one.signs[name], other.signs[name]
        if len(mine) != len(its):
            return True
        if len(mine) == 1:
            flipped.add(mine != its)
        elif one.ways.get(name, 0) * other.ways.get(name, 0) < 0:
            return True  # "from low to high" and "from high to low"
    if len(flipped) == 2 or turns != (flipped == {True}):
        return True
    if one.negations != other.negations and flipped == {True} and _beside_negation(one, other):
        return True
    # the negation may be of another clause than the opposite
    several = max(len(one.clauses), len(other.clauses)) > 1
    if one.negations != other.negations and several and flipped == {True}:
        return True
    compared = one.beside[1] & other.words - _SHARED
    return bool(compared and not other.beside[1] and True not in flipped)


def _beside_negation(one: Meaning, other: Meaning) -> bool:
    """Whether a negation does not govern the opposite that would make up for it.

    "In asynchronous SGD workers do not wait" says nothing of synchronous SGD.
    """
    said = one if one.negations > other.negations else other
    flipped = [n for n in set(one.signs) & set(other.signs) if one.signs[n] != other.signs[n]]
    before, after = said.denied
    governed = {poles()[word][0] for word in after if word in poles()}
    ahead = {poles()[word][0] for word in before if word in poles()}
    return any(name in ahead and name not in governed for name in flipped)


def _degrees(one: Meaning, other: Meaning) -> bool:
    """Whether one says that a thing is great or small, and the other that it is or gets more so."""
    mine, its = _sizes(one), _sizes(other)
    return bool(mine and its) and (mine <= _GREAT_OR_SMALL) != (its <= _GREAT_OR_SMALL)


def _sizes(said: Meaning) -> set[str]:
    return {word for word in said.order if poles().get(word, ("",))[0] == "size"}


def _added(one: Meaning, other: Meaning) -> bool:
    """Whether one names a direction that the other does not."""
    extra = (
        set(one.signs)
        - set(other.signs)
        - {n for n in one.signs if one.signs[n] == _PASSING.get(n)}
    )
    return any(n not in words_of("incidental") or one.signs[n] != {0} for n in extra)


def _objects(one: Meaning, other: Meaning) -> bool:
    """Whether the object of a preposition has changed places with another word."""
    for word in set(one.objects) & set(other.objects):
        mine, rest = one.objects[word]
        its, its_rest = other.objects[word]
        if (mine - its) & its_rest and (its - mine) & rest:
            return True
    return False


def _exceptions(one: Meaning, other: Meaning) -> bool:
    """Whether one excepts something that the other affirms."""
    mine, its = one.excepted, other.excepted
    if one.none and not other.none and other.negations and len(other.clauses) > 1:
        return True  # one denies all, the other a part
    if one.negations and other.negations:
        shared = one.denials.keys() & other.denials
        if len(shared) > 1 and any(one.denials[thing] != other.denials[thing] for thing in shared):
            return True  # they deny something of two different things
    return bool(mine & other.words - its or its & one.words - mine)


def _kinds(one: Meaning, other: Meaning) -> bool:
    return not _kinds_agree(one.text.lower(), other.text.lower())


def _agents(one: Meaning, other: Meaning) -> bool:
    """Whether the agent of an act in one sentence suffers it in the other."""
    return any(
        one.agents[act] != other.agents[act]
        and {one.agents[act], other.agents[act]} <= one.words & other.words
        for act in set(one.agents) & set(other.agents)
    )


def _orders(one: Meaning, other: Meaning) -> bool:
    """Whether two words have changed places."""
    if _alike(one) and _alike(other):
        return False
    if _modified(one.order, other.order):
        return True
    return _transposed(one.order, other.order) and not _rearranged(one, other)


def _alike(said: Meaning) -> bool:
    """Whether a sentence says that two things are the same, or not: they may be exchanged."""
    return "likeness" in said.signs and not said.than


def _pairs(one: Meaning, other: Meaning) -> bool:
    return _crossed(one.pairs, other.pairs)


def _is_own(said: Meaning) -> bool:
    """Whether a sentence speaks of something's own, or of itself."""
    return bool(re.search(r"\b(?:own|itself|self)\b", said.text.lower()))


def _single(pairs: frozenset[tuple[str, str]]) -> set[str]:
    """Return the pairs of opposites of which one pole alone is named."""
    marks = {mark for pair in pairs for mark in pair if mark.startswith("@")}
    names = [mark[:-1] for mark in marks]
    return {name for name in names if names.count(name) == 1}


def _exchanged(one: Meaning, other: Meaning) -> bool:
    """Whether words have changed sides of a word such as "minus"."""
    for relation in set(one.sides) & set(other.sides):
        left, right = one.sides[relation]
        its_left, its_right = other.sides[relation]
        if left & its_right - right - its_left and right & its_left - left - its_right:
            return True
    return False


def _renumbered(one: Meaning, other: Meaning) -> bool:
    """Whether a word has one number in one sentence and another in the other."""
    return any(
        one.counted[word] != other.counted[word] for word in set(one.counted) & set(other.counted)
    )


def _one(meaning: Meaning) -> set[str]:
    """Return the number that the word "one" may be."""
    return {"1"} if meaning.ones else set()


def _turned(
    mine: tuple[str, ...], its: tuple[str, ...], than: frozenset[str], against: frozenset[str]
) -> bool:
    """Whether the subject and the standard of a comparison have changed places.

    "MACs are faster" and "signatures are slower than MACs" are turned round.
    """
    if not than and not against:
        return False
    subject = [thing for thing in mine if thing not in than][:1]
    its_subject = [thing for thing in its if thing not in against][:1]
    if subject and its_subject:
        return subject != its_subject
    return bool(than and against) and not than & against


def _group(mark: str) -> str | int:
    """Return the group of a mark: of contrasted things, or of a pair of opposites."""
    if mark.startswith("@"):
        return mark[:-1]
    return "number" if NUMBER.match(mark) else groups()[mark]


def _crossed(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    """Whether a thing has one partner in one sentence and another in the other.

    Opposites count only where a sentence names both poles.
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


def _kinds_agree(one: str, other: str) -> bool:
    """Whether "is a kind of" has the same two sides in both texts, if the first has it."""
    mine, its = _KIND.search(one), _KIND.search(other)
    if mine is None:
        return True
    if its is None:
        return False
    ends = [set(text.split()) for text in (one[: mine.start()], one[mine.end() :])]
    others = [set(text.split()) for text in (other[: its.start()], other[its.end() :])]
    return not (ends[0] & others[1] or ends[1] & others[0])


def _assigned(one: Meaning, other: Meaning) -> bool:
    """Whether two contrasted things have exchanged what is said of them."""
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
    clauses = [words for words in said.clauses if thing in words and rival not in words]
    return frozenset().union(*clauses) - {thing}


def _modified(mine: tuple[str, ...], its: tuple[str, ...]) -> bool:
    """Whether two words have exchanged the words that stand before them."""
    pairs, others = set(pairwise(mine)), set(pairwise(its))
    return any(
        (second[0], first[1]) in others and (first[0], second[1]) in others
        for first, second in combinations(pairs, 2)
        if len({*first, *second}) == len(first) + len(second) and first not in others
    )


def _rearranged(one: Meaning, other: Meaning) -> bool:
    """Whether the clauses are those of the other sentence in another order."""
    shared = frozenset(one.order) & frozenset(other.order)
    own = [clause & shared for clause in one.clauses if clause & shared]
    several = len(own) > 1 and not any(shared <= its for its in other.clauses)
    return several and all(any(said <= its for its in other.clauses) for said in own)


def _transposed(mine: tuple[str, ...], its: tuple[str, ...]) -> bool:
    """Whether two things that both sentences name have changed places, and all others have not.

    Words that stand side by side in both are one thing. The first and the last may have changed
    places whatever stands between.
    """
    first = {word: place for place, word in reversed([*enumerate(its)])}
    places = [first[word] for word in dict.fromkeys(mine) if word in first]
    ranks = {place: rank for rank, place in enumerate(sorted(places))}
    things = [
        ranks[place]
        for before, place in zip([None, *places], places, strict=False)
        if before is None or ranks[place] != ranks[before] + 1
    ]
    ordered = sorted(things)
    if len(things) > _ENDS and (things[0], things[-1]) == (ordered[-1], ordered[0]):
        return True
    moved = [n for n, (one, other) in enumerate(zip(things, ordered, strict=True)) if one != other]
    return len(moved) == 2 and moved[1] - moved[0] > 1


def _prefixed(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a word has a prefix that turns one of the others round: "nonlinear"."""
    return any(
        len(bare) >= SHORTEST and (bare in others or concept([bare], 0)[0] in others)
        for word in words - others
        for prefix in _TURNING
        if (bare := word.removeprefix(prefix)) != word
    )


def _traded(
    one: tuple[frozenset[str], frozenset[str]], other: tuple[frozenset[str], frozenset[str]]
) -> bool:
    """Whether a word of one side in one sentence is on the other side in the other."""
    if not one[1] or not other[1]:
        return False
    return bool((one[0] & other[1]) - _SHARED or (one[1] & other[0]) - _SHARED)


_CHECKS: dict[str, Callable[[Meaning, Meaning], bool]] = {
    "formulas": _formulas,
    "limits": _limits,
    "own": _own,
    "names": _names,
    "numbers": _numbers,
    "quantities": _quantities,
    "prefixes": _prefixes,
    "places": _places,
    "contrasts": _contrasts,
    "directions": _directions,
    "degrees": _degrees,
    "added": _added,
    "objects": _objects,
    "exceptions": _exceptions,
    "kinds": _kinds,
    "assigned": _assigned,
    "agents": _agents,
    "orders": _orders,
    "pairs": _pairs,
    "sides": _exchanged,
    "counted": _renumbered,
}
"""The checks by name, the cheapest first."""

_TURNS = (
    "limits", "quantities", "prefixes", "places", "contrasts", "directions", "objects",
    "exceptions", "kinds", "assigned", "agents", "orders", "pairs", "sides", "counted",
)  # fmt: skip
"""The checks that find a statement turned round, rather than a different one."""
