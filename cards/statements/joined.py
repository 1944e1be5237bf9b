"""Cards of a person's own joined to what can be computed: claim, simulation, derivation.

A card that names nothing in a check fence gets the claim that its statement is, and the simulation
and derivation of its topic that are nearest in words. Topic modules are imported, never torch.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from math import fsum
from typing import Any, NamedTuple

from cards.answers.inferred import uninferred
from cards.card import HIDDEN, Card, Check, Kind
from cards.statements.badges import SAID
from cards.statements.denials import asserted
from cards.statements.formulas import GAP, bare
from cards.statements.links import Link, link, may_hold, may_link, speaks_of, stands
from cards.statements.meaning import words_in
from cards.statements.refutations import Around, Refuted, is_meant, refuted_in
from cards.statements.tokens import concepts
from cards.statements.verdicts import CLAIM, TOPIC, contrary, verdict_of
from cards.statements.vocabulary import words as words_of
from sims import registry
from sims.claims.evidence import Verdict

_ASKED = re.compile(
    r"(?:(?:What|Which|Why|How|When|Where)\b(?: (?:is|are|does|do|can|was|were)\b)?"
    r"(?: meant by)?|Give an example of this:)\s*",
    re.IGNORECASE,
)
_GAP = re.compile(r"\\;\?")
_DELIMITERS = re.compile(r"\\[()\[\]]|\$")
_PART = re.compile(r"(?<=[.!?])\s+|;\s+|\s+[—–]\s+|\n-?\s*|\s*:\s+|\s*[()]\s*|,\s+")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n|(?<=[a-z]):\s+")
_WHOLE = re.compile(r"\Z")
_COMMA = re.compile(r"[;,]\s+")
_TAKEN_BACK = re.compile(r"\s*(?:but|yet|except|though|although)\b", re.IGNORECASE)
_LITERALLY = 1.0
"""Likeness from which a part is a claim word for word."""
_MEANT = re.compile(r"^(What is meant by “[^”]*”) in .*\?\s*$")
"""A question about a word under a heading."""
_LEADING = re.compile(
    r"(?:for|with|in|on|at|under|given|if|when|by|after|before|unlike|like|compared)"
    r"(?: +\S+){1,3}$",
    re.IGNORECASE,
)
"""Words that lead up to a statement."""
_MAIN = 0.7
"""How much more of a word alone must tell for another simulation than the topic's main one."""
_SHORTEST = 2
"""Words that carry meaning in a part of a sentence that can be a claim by itself."""


class Found(NamedTuple):
    """A claim in a text, the part of the text that is it, and how alike they are."""

    claim: str
    part: str
    likeness: float


def joined(card: Card, note: str = "") -> Card:
    """Return a card with the claim, simulation and derivation that belong to it.

    A card that names one itself, or that stands under no topic of the catalogue, is left as it is.
    `note` is the text that it stands in, which may take back what it says.
    """
    check = card.check
    own = check and (check.simulation or check.derivation or check.claim)
    if own or card.derive or not registry.opens(card.topic):
        return card
    text = statement_of(card)
    claim = claim_of(card, text)
    refuted = refuted_of(card, text, note, claim)
    claim = refuted.claim if refuted else claim
    named = registry.claim(claim) if claim else None
    about = f"{text} {named.says} {named.right}" if named else text
    simulation, derivation = nearest(card.topic, about)
    if not (claim or simulation or derivation):
        return card
    if named is not None:
        simulation = named.simulation or simulation
        derivation = named.derivation or derivation
    found: dict[str, Any] = {"claim": claim, "simulation": simulation, "derivation": derivation}
    found["found"] = CLAIM if claim else TOPIC
    if refuted:
        found["refuted"] = refuted.decided_as
    card = card.with_check(Check.from_dict(found) if check is None else replace(check, **found))
    tag = _tag(card.check)
    return replace(card, tags=(*card.tags, tag)) if tag else card


def apart(card: Card) -> Card:
    """Return a card as its note has it, without what `joined` added."""
    card = uninferred(card)
    check = card.check
    if check is not None and check.evidence:
        check = replace(check, evidence=None)
        card = replace(card, check=check)
    if check is None or not check.found:
        return card
    tag = _tag(check)
    tags = card.tags[:-1] if tag and card.tags[-1:] == (tag,) else card.tags
    own = replace(check, claim=None, simulation=None, derivation=None, found=None, refuted=None)
    return replace(card, check=None if own == Check() else own, tags=tags)


def statement_of(card: Card) -> str:
    """Return what a card says, as one text: its question without the asking, and its answer."""
    if card.kind is Kind.CLOZE:
        said = re.split(r"(?<=[.!?])\s+", card.prompt)
        asked = next((one for one in said if HIDDEN in one), card.prompt)
        return asked.replace(HIDDEN, card.answer)
    if _GAP.search(card.prompt):
        answer = _DELIMITERS.sub("", card.answer)
        return _GAP.sub(lambda _: answer, card.prompt)
    return told(card.prompt, card.answer)


def told(question: str, answer: str) -> str:
    """Return what a question and its answer say together: the question without its asking."""
    asked = _ASKED.sub("", _MEANT.sub(r"\1?", question), count=1)
    return f"{asked.rstrip('? ')} {answer}"


def claim_of(card: Card, text: str) -> str | None:
    """Return the claim that a card teaches: of those in its text, the one that its answer is in.

    Of several that its answer is in, one that fails comes first.
    """
    claims = claims_in(card.topic, text)
    if not claims:
        return None
    asked = words_in(card.answer)
    found = [(len(asked & words_in(one.part)), one) for one in claims]
    within = [one for one in found if one[0] or not asked]
    if not within:
        return None

    def weight(one: tuple[int, Found]) -> tuple[bool, int, float]:
        return (
            _fails(one[1].claim) and 2 * one[0] >= len(asked) and card.kind is not Kind.CLOZE,
            *one[:1],
            one[1].likeness,
        )

    return max(within, key=weight)[1].claim


def refuted_of(card: Card, text: str, note: str, claim: str | None) -> Refuted | None:
    """Return what a card says that a claim refutes, in a sentence that its answer is in.

    None where the card teaches a claim that fails itself, or chooses among statements.
    """
    refuted = refuted_in(card.topic, text)
    if not refuted or card.kind in (Kind.CHOICE, Kind.ORDER) or (claim and _fails(claim)):
        return None
    asked = words_in(card.answer)
    for found in refuted:
        within = not asked.isdisjoint(words_in(found.part)) or not asked
        if not within or not text.strip().startswith(found.part):
            continue  # its question is another sentence, which may ask for what is wrong
        around = Around(card.file, card.headings, note.split("\n"), card.line)
        return found if counts(card.topic, text, found, around) else None
    return None


def counts(slug: str, text: str, found: Refuted, around: Around) -> bool:
    """Whether what a claim refutes of a text is told: it is meant as it stands there.

    Not where the claim fails itself, or where the text holds it as well.
    """
    if contrary(found.claim) is None or found.claim in beside(slug, text, found):
        return False
    return is_meant(slug, found, around)


def beside(slug: str, text: str, found: Refuted) -> list[str]:
    """Return the claims that a text holds outside the part of it that a claim refutes."""
    return [one.claim for one in claims_in(slug, text) if one.part not in found.part]


@lru_cache(maxsize=4096)
def claims_in(slug: str, text: str) -> tuple[Found, ...]:
    """Return the claims of a topic that a text holds: as a whole, or in a part of a sentence."""
    found: dict[str, Found] = {}
    if "\n" not in text and not may_hold(slug, text):
        return ()
    text = asserted(text)
    for part in _parts(text):
        if not may_link(slug, part):
            continue
        linked = link(slug, part, within=text)
        if linked.claim and _stands(slug, linked, part, text):
            best = found.get(linked.claim)
            if best is None or best.likeness < linked.likeness:
                found[linked.claim] = Found(linked.claim, part, linked.likeness)
    return tuple(found.values())


def _fails(claim: str) -> bool:
    return registry.claim(claim).expected is Verdict.FAILS


def _stands(slug: str, found: Link, part: str, text: str) -> bool:
    """Whether what stands around a part, and is about its claim, does not turn it round.

    Where the part is the claim word for word, only a denial does.
    """
    place, claim = text.find(part), found.claim
    if claim is None or part == text.strip(" .,;:-") or place < 0:
        return claim is not None
    about = [
        piece
        for piece in _PART.split(f"{text[:place]}\n{text[place + len(part) :]}")
        if speaks_of(slug, claim, piece) and link(slug, piece, within=text).claim in (None, claim)
    ]
    if any(_TAKEN_BACK.match(piece) for piece in about):
        return False
    if found.likeness >= _LITERALLY:
        return not any(words_of("denials") & set(concepts(piece)) for piece in about)
    return not about or stands(slug, claim, ", ".join([part, *about]))


def _parts(text: str) -> Iterator[str]:
    """Yield a text, its sentences, and the parts of them that may be statements.

    What leads up to a formula is one only where it is a sentence without it.
    """
    seen = set()
    plain, formulas = bare(text)
    wholes = [part for part in plain.split(f" {GAP} ") if _is_whole(part)] if formulas else [text]
    splits = (_WHOLE, _COMMA, _PART)
    finer = [part for whole in wholes for split in splits for part in split.split(whole)]
    finer = [
        part for part in finer if not _LEADING.match(part.strip(" .,;:-"))
    ]  # it says of what, or when
    for part in (text, *_SENTENCE.split(text), *finer):
        said = part.strip(" .,;:-")
        if said not in seen and (bare(said)[1] or len(words_in(said)) >= _SHORTEST):
            seen.add(said)
            yield said


@lru_cache(maxsize=4096)
def _is_whole(part: str) -> bool:
    """Whether words before or after a formula may be a sentence by themselves."""
    words = words_in(part)
    return len(words) > _SHORTEST and (concepts(part.rstrip(" :.")) or [""])[-1] in words


def nearest(slug: str, text: str) -> tuple[str | None, str | None]:
    """Return the simulation and the derivation of a topic whose description is nearest in words."""
    said = words_in(text)
    simulations, derivations = _descriptions(slug)
    return simulations.nearest(said), derivations.nearest(said)


class _Descriptions:
    """What each word tells of some things that are described, the first of them the main one.

    A word tells the less the more of the descriptions have it, twice as much in the name itself.
    """

    def __init__(self, described: dict[str, str]) -> None:
        own = {name: _described(text) for name, text in described.items()}
        common = Counter(word for words in own.values() for word in words)
        self._main = next(iter(described), None)
        self._order = {name: place for place, name in enumerate(described)}
        self._telling: dict[str, list[tuple[str, float]]] = {}
        for name, words in own.items():
            named = _described(name.rpartition(".")[2])
            for word in words:
                weight = (1 + (word in named)) / common[word]
                self._telling.setdefault(word, []).append((name, weight))

    def nearest(self, said: frozenset[str]) -> str | None:
        """Return the name whose description shares the words that tell most; else the main one."""
        if self._main is None:
            return None
        shared: dict[str, list[float]] = {self._main: []}
        for word in said & self._telling.keys():
            for name, weight in self._telling[word]:
                shared.setdefault(name, []).append(weight)
        tells = {name: fsum(weights) for name, weights in shared.items()}
        tells[self._main] += _MAIN
        return max(tells, key=lambda name: (tells[name], -self._order[name]))


@cache
def _descriptions(slug: str) -> tuple[_Descriptions, _Descriptions]:
    """Return the descriptions of a topic's simulations, and of its derivations, by name."""
    topic = registry.load(slug)
    simulations = {
        name: " ".join([name, one.says, *(str(c["says"]) for c in one.controls())])
        for name, one in topic.simulations.items()
    }
    derivations = {name: f"{name} {one.says}" for name, one in topic.derivations.items()}
    return _Descriptions(simulations), _Descriptions(derivations)


def _described(text: str) -> frozenset[str]:
    return words_in(text.replace(".", " "))


def _tag(check: Check | None) -> str | None:
    """Return the tag of a card with a claim, None where what it says simply holds."""
    verdict = verdict_of(check)
    return SAID.get(verdict) if verdict else None
