"""Wrong answers made of the right one: formulas a slip away, numbers near it, words turned round.

They tempt because each is what a common slip gives, and none can be told by its form. Whether they
are wrong is for the grader to say: nothing here is sure of it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import combinations

from cards.variants.generator import Generator
from sims.claims.mutants import variants
from sims.maths.syntax.tree import (
    Add,
    Call,
    Divide,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
    free_names,
    rewrite,
)

MOST_SLIPS = 12
"""Formulas that are made of one right answer."""

CONFUSED = {
    name: other
    for pair in ("sin cos", "log exp", "max min", "sum prod", "ceil floor", "E Var", "row column")
    for name, other in (pair.split(), pair.split()[::-1])
}
"""Functions taken for each other."""

OPPOSITES = {
    word: other
    for line in """
        higher lower | larger smaller | increases decreases | rises falls
        increase decrease | grows shrinks | faster slower | before after | above below | first last
        convex concave | maximum minimum | maximises minimises | maximizes minimizes | upper lower
        always never | biased unbiased | positive negative | left right | rows columns | row column
        input output | encoder decoder | precision recall | dense sparse | training test
        on-policy off-policy | forward backward | numerator denominator | constant linear
        linear quadratic | logarithmic exponential | sum product | mean median | stable unstable
        synchronous asynchronous | deterministic stochastic | local global
    """.replace("\n", "|").split("|")
    if line.strip()
    for word, other in (line.split(), line.split()[::-1])
}
"""A word and what is said in its place by who has it the wrong way round."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NUMBER = re.compile(
    r"(?<![\w.^_{\\])\d{1,3}(?:,\d{3})+(?![\w])|(?<![\w.^_{\\])\d+(?:\.\d+)?(?![\w^_])"
)


def formulas(right: Node, generator: Generator) -> list[Node]:
    """Return formulas a slip or two away from the right one, in its names, at most MOST_SLIPS.

    A slip is made of the right one or of a wrong one by turns, so that the right one is not the
    one that all others resemble.
    """
    names, size = free_names(right), _size(right)
    made = [right]
    for turn in range(2 * MOST_SLIPS):
        parent = made[0] if len(made) == 1 else made[generator.below(min(turn, len(made)))]
        slips = [
            one
            for one in _slips(parent)
            if one not in made
            and _is_neat(one)
            and free_names(one) == names
            and abs(_size(one) - size) <= max(2, size // 4)
        ]
        if slips:
            made.append(slips[generator.below(len(slips))])
        if len(made) > MOST_SLIPS:
            break
    return made[1:]


def _slips(node: Node) -> Iterator[Node]:
    """Yield what a slip makes of a formula: signs, factors, exponents, names and functions."""
    yield from variants(node)
    names = sorted(free_names(node))
    for at, first in enumerate(names):
        for second in names[at + 1 :]:
            yield _exchanged(node, {Name(first): Name(second), Name(second): Name(first)})
    for part in dict.fromkeys(node.walk()):
        if isinstance(part, Call) and part.function in CONFUSED:
            other = replace(part, function=CONFUSED[part.function])
            yield _exchanged(node, {part: other})
        elif isinstance(part, Number) and part.value.denominator == 1:
            for value in (part.value - 1, part.value + 1, 2 * part.value):
                if value > 0:
                    yield _exchanged(node, {part: Number(str(value))})
        elif isinstance(part, Name):
            yield _exchanged(node, {part: Power(part, Number("2"))})
    if not isinstance(node, Unary):
        yield Unary("-", node)


def _exchanged(node: Node, parts: dict[Node, Node]) -> Node:
    """Return a tree with some of its parts exchanged."""
    return rewrite(node, lambda part: parts.get(part, part))


def _is_neat(node: Node) -> bool:
    """Whether nobody would write it shorter: nothing over 1, times 1, to the 1, plus 0."""
    for part in node.walk():
        plain = {Divide: 1, Mul: 1, Power: 1, Add: 0}.get(type(part))
        children = part.children[1:] if isinstance(part, Divide | Power) else part.children
        if plain is not None and any(
            isinstance(child, Number) and child.value in (plain, 0) for child in children
        ):
            return False
    return True


def _size(node: Node) -> int:
    return sum(1 for _ in node.walk())


def among(right: str, pool: Sequence[str], count: int, generator: Generator) -> tuple[str, ...]:
    """Return `count` of a pool of wrong formulas, earlier ones where it makes no difference.

    Each is a slip away from the right one, so that it would be the one that most resembles all
    others: which place it has by that is drawn.
    """
    if len(pool) <= count:
        return tuple(pool)
    place = generator.below(count + 1)
    likeness = {
        frozenset(pair): SequenceMatcher(None, *pair).ratio()
        for pair in combinations((right, *pool), 2)
    }

    def off(chosen: tuple[str, ...]) -> int:
        """Return by how many places the right one is off."""
        every = (right, *chosen)
        alike = {
            one: sum(likeness[frozenset((one, other))] for other in every if other != one)
            for one in every
        }
        return abs(sum(alike[one] > alike[right] for one in chosen) - place)

    return min(combinations(pool, count), key=off)


def numbers(right: str, slips: Sequence[str], count: int, generator: Generator) -> list[str]:
    """Return `count` wrong numbers, or fewer, written as the right one is.

    `right` and `slips`, what slips in its formula give, are decimal numbers. Which place the
    right one has among them all is drawn, so that neither the middle nor an end gives it away.
    """
    value = Decimal(right)
    near = [Decimal(slip) for slip in slips]
    near = [slip for slip in near if value / 30 < slip < value * 30] if value > 0 else []
    generator.shuffle(near)
    ladder = _ladder(value, generator)
    pool = list(dict.fromkeys(_written(one, right) for one in [*near, *ladder]))
    pool = [one for one in pool if one != right and _fits(Decimal(one), value)]
    below = [one for one in pool if Decimal(one) < value]
    above = [one for one in pool if Decimal(one) > value]
    low = generator.below(count + 1)
    chosen = [*below[:low], *above[: count - low]]
    rest = [one for one in pool if one not in chosen]
    return [*chosen, *rest][:count]


def _ladder(value: Decimal, generator: Generator) -> list[Decimal]:
    """Return numbers around one, the nearer ones first, a step apart that is drawn."""
    if value == 0:
        return [Decimal(one) for one in ("1", "2", "-1", "0.5", "-2")]
    if value == value.to_integral_value() and abs(value) <= 12:
        return [value + by for by in (1, -1, 2, -2, 3, -3, 4)]
    step = Fraction(*((5, 4), (3, 2), (2, 1), (6, 5))[generator.below(4)])
    ratio = Decimal(step.numerator) / Decimal(step.denominator)
    steps = (1, -1, 2, -2, 3, -3)
    for top in (Decimal(1), Decimal(100)):
        if top / 2 < value < top:  # perhaps a share: what is missing to all of it may be off
            return [top - (top - value) * ratio**by for by in steps]
    return [value * ratio**by for by in steps]


def _written(value: Decimal, like: str) -> str:
    """Return a number with as many figures as another one, and as many decimals where it is whole.

    >>> _written(Decimal("18234"), "15000")
    '18000'
    """
    wanted = Decimal(like)
    figures = len(wanted.as_tuple().digits) if "." in like else len(like.lstrip("-").rstrip("0"))
    exponent = value.adjusted() - max(2, figures) + 1
    places = -wanted.as_tuple().exponent if "." in like else 0  # type: ignore[operator]
    if "." not in like and value == value.to_integral_value() and value.adjusted() < 6:
        return f"{value.to_integral_value():f}"
    rounded = value.quantize(Decimal(1).scaleb(max(exponent, -places - 1 if places else 0)))
    return f"{rounded.normalize() if '.' not in like else rounded:f}"


def _fits(one: Decimal, right: Decimal) -> bool:
    """Whether a wrong number could be right by its sign and its range."""
    if right > 0 and (one < 0 or (one == 0 and right != right.to_integral_value())):
        return False
    return not (0 < right < 1 and one >= 1) and not (1 < right <= 100 < one and right > 50)


def texts(right: str, count: int, generator: Generator) -> list[str]:
    """Return words with their one number put near, or one word turned into its opposite."""
    found = [match for match in _NUMBER.finditer(right) if "$" not in right]
    if len(found) == 1:
        number = found[0][0].replace(",", "")
        commas = "," in found[0][0]
        made = []
        for near in numbers(number, (), count, generator):
            shown = f"{Decimal(near):,f}" if commas else near
            made.append(right[: found[0].start()] + shown + right[found[0].end() :])
        return made
    turned = []
    for match in _WORD.finditer(right):
        if other := OPPOSITES.get(match[0].casefold()):
            shown = other.capitalize() if match[0][0].isupper() else other
            turned.append(right[: match.start()] + shown + right[match.end() :])
    return turned[:1]


def unlikeness(right: str, other: str) -> int:
    """Return how unlike two options look, 0 for alike: marks, numbers, formulas, length.

    What looks most unlike the others is either right or out of the question to who knows nothing.
    """
    apart = sum(
        (mark in right) != (mark in other) for mark in ("$", "\\(", "`", ";", "**", "(", ":")
    )
    apart += 2 * (bool(re.search(r"\d", right)) != bool(re.search(r"\d", other)))
    apart += right[:1].isupper() != other[:1].isupper()
    apart += right.rstrip().endswith(".") != other.rstrip().endswith(".")
    first, second = _WORD.match(right), _WORD.match(other)
    decides = {found[0].casefold() for found in (first, second) if found} & {"yes", "no"}
    apart += 6 * (
        len(decides) > 0 and not (first and second and _decides(first) and _decides(second))
    )
    if " " not in right:
        apart += (" " in other) + (right[-2:] != other[-2:])
    longer, shorter = max(len(right), len(other)), max(1, min(len(right), len(other)))
    return apart + min(4, int(2 * (longer / shorter - 1)))


def _decides(word: re.Match[str]) -> bool:
    return word[0].casefold() in ("yes", "no")
