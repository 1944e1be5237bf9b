"""Variants: one card asked with other numbers each time, all on one schedule.

A seed picks the same values of a card's parameters for ever. The values drawn are kept with each
review, and `fill` rebuilds the variant from them.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from cards.card import Card, Kind
from cards.variants.choices import options_of, right_options
from cards.variants.expression import holds, number, read, shown, unknown
from cards.variants.generator import Generator, seed_of
from cards.variants.given import Given, GivenError, read_given
from cards.variants.substitute import in_text
from cards.variants.variant import Variant, VariantError
from sims.maths import MathsError, from_tex, to_text
from sims.maths.limits import Budget
from sims.maths.syntax.tree import Node

__all__ = [
    "Variant",
    "VariantError",
    "combinations",
    "draw",
    "fill",
    "problem_of",
    "put_in",
    "representative",
]

ENUMERATED = 200
"""Up to so many combinations are all listed, checked and drawn from; beyond it, seeds are."""

SEEDS = 50
"""How many seeds import and `studytui check` try when there are more combinations."""

DRAWS = 100
"""How often one seed may draw again until `require` holds."""

DRAW_SECONDS = 0.4
DRAW_VISITS = 2_000_000
DERIVED_FIGURES = 12
"""Significant figures that a derived value is shown with; computing uses its exact form."""

Values = dict[str, str]


def draw(card: Card, seed: int = 0, previous: Mapping[str, str] | None = None) -> Variant:
    """Return the variant of `card` that `seed` picks, other than the `previous` values.

    A card without parameters has one variant. Raises VariantError when `given` cannot be read or
    no draw satisfies `require`; `problem_of` finds that out at import.
    """
    given = _given(card)
    return fill(card, _drawn(card, given, seed, _chosen(given, previous), _budget()), seed)


def _drawn(
    card: Card, given: Given, seed: int, before: Mapping[str, str], budget: Budget
) -> Mapping[str, str]:
    """Return the values that a seed picks, other than those drawn before."""
    if not given.names:
        return {}
    generator = Generator(seed_of(card.id, seed))
    if given.combinations <= ENUMERATED:
        allowed = combinations(card)
        pool = [chosen for chosen in allowed if chosen != before] or allowed
        return pool[generator.below(len(pool))]
    for _ in range(DRAWS):
        chosen = {n: v[generator.below(len(v))] for n, v in given.choices.items()}
        if chosen != before and _allowed(card, given, chosen, budget):
            return chosen
    if seed >= SEEDS:
        # Import tried the first seeds, so a seed without luck at review still finds a variant.
        return _drawn(card, given, seed % SEEDS, before, budget)
    raise VariantError(f"{DRAWS} draws of given did not {_wanted(card)}")


@lru_cache(maxsize=256)
def combinations(card: Card) -> tuple[Mapping[str, str], ...]:
    """Return the drawn values of every variant, for a card with at most 200 combinations.

    Raises VariantError when `given` or `require` cannot be read, or nothing satisfies it.
    """
    given = _given(card)
    if given.combinations > ENUMERATED:
        raise VariantError(f"{given.combinations} combinations are too many to list")
    allowed = tuple(_listed(card, given))
    if not allowed:
        raise VariantError(f"no values of given {_wanted(card)}")
    return allowed


def _listed(card: Card, given: Given) -> Iterator[Values]:
    """Yield every combination that satisfies `require`."""
    every, budget = map(given.combination, range(given.combinations)), _budget()
    return (chosen for chosen in every if _allowed(card, given, chosen, budget))


def representative(card: Card) -> Iterator[Variant]:
    """Yield the variants that stand for all: every one if they can be listed, else 50 seeds'.

    Raises VariantError like `draw`.
    """
    given = _given(card)
    if given.combinations <= ENUMERATED:
        for place, chosen in enumerate(combinations(card)):
            yield fill(card, chosen, place)
    else:
        for seed in range(SEEDS):
            yield draw(card, seed)


def problem_of(card: Card) -> str | None:
    """Return why the card could fail to be drawn at a review, or None. For import: quick.

    One variant is filled in; `studytui check` tries them all.
    """
    try:
        given = _given(card)
        if not given.names:
            return None
        if given.combinations > ENUMERATED:
            budget = _budget()
            drawn = [_drawn(card, given, seed, {}, budget) for seed in range(SEEDS)]
            fill(card, drawn[0])
        else:
            fill(card, next(_listed(card, given), {}) or combinations(card)[0])
    except VariantError as error:
        return str(error)
    return None


def fill(card: Card, values: Mapping[str, str], seed: int = 0) -> Variant:
    """Return the variant with these values: those that a review kept, or a combination.

    Values of names that the card no longer has are ignored. Raises VariantError when a parameter
    has no value, or an expression of the card cannot be read.
    """
    given = _given(card)
    chosen = _chosen(given, values)
    if missing := [name for name in given.choices if name not in chosen]:
        raise VariantError(f"there is no value for {', '.join(missing)}")
    names = _names(card, given, chosen)
    seen = {**chosen, **{name: _seen(name, names[name]) for name in given.derived}}
    expected, answer = _answers(card, names, in_text(card.answer, seen))
    if card.kind is Kind.CHOICE and _unwritten(card):
        answer = "; ".join(right_options(card, seen))
    prompt = in_text(card.prompt, seen) + _start(card)
    hint = in_text((card.check and card.check.hint) or "", seen)
    return Variant(seen, prompt, answer, options_of(card, seen, seed), seed, expected, hint)


def _start(card: Card) -> str:
    """Return where a proof that is to be put in order starts, where the card does not say so."""
    if (
        card.kind is not Kind.ORDER
        or not card.derive
        or (card.check and card.check.kind == "proof")
    ):
        return ""
    from cards.variants.proof_lines import given_line, is_proof

    return f"\n\nThe proof starts from {given_line(card)}." if is_proof(card) else ""


def put_in(card: Card, values: Mapping[str, str], expression: str) -> str:
    """Return an expression of the card's maths with the values of a variant in it.

    Raises VariantError when it cannot be read; without parameters only LaTeX is, and turned.
    """
    given = _given(card)
    if card.check is None:
        return expression
    try:
        if not given.names:
            return from_tex(expression, card.check.variables)
        names = _names(card, given, _chosen(given, values))
        return to_text(read(expression, card.check.variables, names))
    except MathsError as error:
        raise VariantError(f"{expression}: {error.message}") from error


def _given(card: Card) -> Given:
    """Return the parameters of a card."""
    try:
        return read_given(card.check.given if card.check else {})
    except GivenError as error:
        raise VariantError(str(error)) from error


def _require(card: Card) -> str:
    """Return the condition on the values, empty when there is none."""
    return (card.check.require if card.check else None) or ""


def _wanted(card: Card) -> str:
    """Return in words what a draw must do."""
    return f"satisfy require: {_require(card)}" if _require(card) else "give every one a value"


def _chosen(given: Given, values: Mapping[str, str] | None) -> Values:
    """Return only the values that were drawn, not those derived from them."""
    return {name: values[name] for name in given.choices if name in values} if values else {}


def _names(card: Card, given: Given, chosen: Mapping[str, str]) -> dict[str, Node]:
    """Return each parameter as an expression; a value that is a word has none."""
    variables = card.check.variables if card.check else {}
    names: dict[str, Node] = {}
    for name, text in chosen.items():
        try:
            names[name] = read(text, variables)
        except MathsError:
            continue
    for name, text in given.derived.items():
        try:
            names[name] = read(text, variables, names)
        except MathsError as error:
            raise VariantError(f"given {name}: {error.message}") from error
    return names


def _seen(name: str, node: Node) -> str:
    """Return a derived value as it is shown."""
    seen = number(node, DERIVED_FIGURES)
    if seen is None:
        raise VariantError(f"given {name}: {to_text(node)} has no value")
    return seen


def _budget() -> Budget:
    """Return what all evaluations of one draw may cost together: a deck is a stranger's text."""
    return Budget(DRAW_SECONDS, visits=DRAW_VISITS)


def _allowed(card: Card, given: Given, chosen: Mapping[str, str], budget: Budget) -> bool:
    """Whether the chosen values satisfy `require` and every derived one has a value."""
    require = _require(card)
    if not require and not given.derived:
        return True
    names = _names(card, given, chosen)
    for name in given.derived:
        if missing := unknown(names[name]):
            raise VariantError(f"given {name}: {', '.join(missing)} is not given above it")
        if number(names[name], DERIVED_FIGURES, budget) is None:
            return False
    if not require:
        return True
    try:
        relation = read(require, {}, names)
        if missing := unknown(relation):
            raise VariantError(f"require: {', '.join(missing)} has no value in given")
        return holds(relation, budget)
    except MathsError as error:
        raise VariantError(f"require: {error.message}") from error


def _unwritten(card: Card) -> bool:
    """Whether the card has no A:, so that its answer is what the check says, as code."""
    return card.check is not None and card.answer.strip("` ") in ("", card.check.answer)


def _answers(card: Card, names: Mapping[str, Node], written: str) -> tuple[str | None, str]:
    """Return the expected expression, if the card has one, and the answer to show."""
    check = card.check
    if check is None or check.answer is None or card.kind in (Kind.CHOICE, Kind.ORDER):
        return None, written
    missing = _unwritten(card)  # then the worked value says more than the expression
    try:
        node = read(check.answer, check.variables, names)
        expected = to_text(node) if names else from_tex(check.answer, check.variables)
    except MathsError as error:
        raise VariantError(f"answer: {error.message}") from error
    if missing or names:
        return expected, shown(
            node, check.variables
        ) if missing else f"{written}\n\n{shown(node, check.variables)}"
    return expected, written
