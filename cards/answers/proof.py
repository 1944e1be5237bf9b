"""Putting the lines of a proof in order: every order counts in which each line follows.

A card of kind `order` with a `derive` fence is one; so is what a quiz makes of a derivation.
The first line is given. Another may stand where it follows from the line before it, by the prover,
and the whole way is no longer than the one that was written: from line to line no more words and
signs change. Else any two lines of a chain of equalities could stand side by side.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from cards.answers.result import Grade, invalid, right
from cards.answers.wrong import formulas
from cards.card import Card, Check, Kind
from cards.variants.generator import Generator
from cards.variants.proof_lines import (
    PROOF,
    as_shown,
    fence_lines,
    given_line,
    lines_of,
    relation_of,
)
from sims import registry
from sims.derivation import Derivation, Step
from sims.maths import MathsError, compare, follows, parse, to_tex, to_text

FEWEST = 3
"""Lines, the given one included, below which there is nothing to put in order."""

DISTRACTORS = 2
ASKS = "Put the lines in order, each following from the one before it. Not all of them belong."
_TOKEN = re.compile(r"[^\W_]+|\S")

Follows = Callable[[int, int], tuple[bool, str]]
"""Whether the line of one place follows from that of another, 0 being the given one, and why."""


def grade_proof(card: Card, shown: Sequence[str], typed: str) -> Grade:
    """Grade an order of lines: their numbers or letters as shown. Needs algebra (sympy)."""
    picked = _places(typed, len(shown))
    if picked is None:
        return invalid("Give the numbers of the lines in your order, each once, such as 2 1.")
    wanted = lines_of(card)
    given = [shown[place] for place in picked]
    read_as = " ".join(str(place + 1) for place in picked)
    if tuple(given) == tuple(wanted):
        return right(read_as)
    prover = _prover(card)
    before, way = 0, 0
    for number, line in enumerate(given, 1):
        if line not in wanted:
            return _wrong(read_as, number, len(wanted), "does not belong", line)
        place = wanted.index(line) + 1
        proved, why = prover.follows(before, place)
        if not proved:
            return _wrong(read_as, number, len(wanted), f"does not follow: {why}", line)
        way += prover.size(before, place)
        before = place
    if len(given) < len(wanted) or given[-1] != wanted[-1]:
        says = f"Each line follows, but {len(wanted)} lines lead to the end of the proof."
        return Grade(
            "different", "unfinished", len(given) / (len(wanted) + 1), read_as, message=says
        )
    if way > sum(prover.size(n, n + 1) for n in range(len(wanted))):
        number = next(
            n for n, pair in enumerate(zip(given, wanted, strict=True)) if len({*pair}) > 1
        )
        says = "follows, but not in one step: the proof goes a longer way round"
        return _wrong(read_as, number + 1, len(wanted), says, given[number])
    return right(read_as, "Another order than the one written, and each line follows.")


def _wrong(read_as: str, number: int, count: int, says: str, line: str) -> Grade:
    """Return the grade of an order whose first wrong line is that one."""
    message = f"The first wrong line is your line {number}, {line}: it {says}."
    score = (number - 1) / max(number, count)
    return Grade("different", "wrong-order", score, read_as, message=message)


def _places(typed: str, count: int) -> list[int] | None:
    """Return the places, from 0, that numbers or letters name, None unless each is named once."""
    parts = [part.rstrip(".)").casefold() for part in re.split(r"[\s,;]+", typed.strip()) if part]
    if len(parts) == 1 and parts[0].isdecimal() and int(parts[0]) > count:
        parts = list(parts[0])
    places = []
    for part in parts:
        if part.isascii() and part.isdecimal() and len(part) < 4:
            places.append(int(part) - 1)
        elif len(part) == 1 and part.isascii() and part.isalpha():
            places.append(ord(part) - ord("a"))
        else:
            return None
    fine = places and len(set(places)) == len(places) and all(0 <= p < count for p in places)
    return places if fine else None


@dataclass(frozen=True)
class _Prover:
    """What follows from what, and how much changes between two lines."""

    follows: Follows
    texts: tuple[str, ...]

    def size(self, before: int, after: int) -> int:
        """Return how many words and signs change from one line to another."""
        first, second = (_TOKEN.findall(self.texts[at]) for at in (before, after))
        return Levenshtein.distance(first, second)


def _prover(card: Card) -> _Prover:
    check = card.check or Check()
    if not card.derive and check.derivation:
        derivation = registry.derivation(check.derivation)
        steps = derivation.steps()
        texts = tuple(step.text() for step in steps)
        return _Prover(lambda a, b: _proved(derivation, steps[a], steps[b]), texts)
    lines = [relation_of(line) for line in card.derive]

    def chained(a: int, b: int) -> tuple[bool, str]:
        relation, text = lines[b]
        return follows(lines[a][1], text, relation, check.variables)

    return _Prover(chained, tuple(text for _, text in lines))


def _proved(derivation: Derivation, before: Step, step: Step) -> tuple[bool, str]:
    *_, last = derivation.prove([before, step])
    return last.proved, last.says


def posed(card: Card, generator: Generator) -> Card | None:
    """Return a proof to put in order made of a card's fence, else of its derivation, or None.

    A fence with a step that does not follow gives none. The proof has lines that do not belong,
    each of which was seen not to follow. Needs algebra.
    """
    check = card.check or Check()
    if card.derive:
        lines, start = fence_lines(card), given_line(card)
        wrong = _slips_of_fence(card, generator)
    elif check.derivation:
        derivation = registry.derivation(check.derivation)
        steps = derivation.steps()
        start = as_shown("=", steps[0].tex(), first=True)
        lines = tuple(as_shown(step.relation, step.tex()) for step in steps[1:])
        wrong = _slips_of_steps(derivation, steps, generator)
    else:
        return None
    if len(lines) + 1 < FEWEST or len(set(lines)) < len(lines):
        return None
    if card.derive and not _holds(card):
        return None
    distractors = list(dict.fromkeys(line for line in wrong if line not in (start, *lines)))
    numbered = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    says = card.prompt if card.derive else registry.derivation(check.derivation or "").says
    return replace(
        card,
        kind=Kind.ORDER,
        prompt=f"{says}\n\n{ASKS} The proof starts from {start}.",
        answer=numbered,
        check=Check(
            variables=check.variables,
            kind=PROOF,
            order=lines,
            choices=tuple(distractors[:DISTRACTORS]),
            simulation=check.simulation,
            derivation=check.derivation,
            claim=check.claim,
        ),
    )


def _holds(card: Card) -> bool:
    """Whether each line of a fence follows from the one before it."""
    prover = _prover(card)
    return all(prover.follows(at, at + 1)[0] for at in range(len(card.derive) - 1))


def _slips_of_fence(card: Card, generator: Generator) -> Iterator[str]:
    """Yield lines a slip away from those of a fence that are not equal to any of it."""
    variables = card.check.variables if card.check else {}
    for line in card.derive[1:]:
        relation, text = relation_of(line)
        try:
            slips = formulas(parse(text, variables), generator)
        except MathsError:
            continue
        for slip in slips[:3]:
            if compare(to_text(slip), text, variables).verdict == "different":
                yield as_shown(relation, to_tex(slip))
                break


def _slips_of_steps(
    derivation: Derivation, steps: Sequence[Step], generator: Generator
) -> Iterator[str]:
    """Yield lines a slip away from those of a derivation that do not follow from the one before."""
    from sims.lazy import sympy

    for before, step in pairwise(steps):
        if isinstance(step.value, str | sympy.Equality | sympy.MatrixBase):
            continue
        symbols = sorted(step.value.free_symbols - step.value.atoms(sympy.Indexed), key=str)
        if not symbols:
            continue
        symbol = symbols[generator.below(len(symbols))]
        with sympy.evaluate(False):
            slip = Step(
                step.value.subs(symbol, 2 * symbol), step.because, step.relation, step.slack
            )
        try:
            proved, _ = _proved(derivation, before, slip)
        except (TypeError, ValueError, ArithmeticError, AttributeError):
            continue  # what cannot be put in is no line to be shown
        if not proved:
            yield as_shown(step.relation, slip.tex())
