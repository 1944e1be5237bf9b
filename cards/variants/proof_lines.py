"""The lines of a proof to be put in order, as they are shown: those of a `derive` fence."""

from collections.abc import Iterable

from cards.card import Card, Check, Kind
from sims.maths import MathsError, parse, to_tex

PROOF = "proof"
"""The kind that the check of a card says which was made of a derivation."""

RELATIONS = {"<=": r"\le", ">=": r"\ge", "=": "=", "solves": r"\Rightarrow"}


def is_proof(card: Card) -> bool:
    """Whether a card asks for the lines of a proof."""
    if card.kind is not Kind.ORDER or card.check is None:
        return False
    return card.check.kind == PROOF or bool(card.derive and not card.check.order)


def given_line(card: Card) -> str:
    """Return the first line of a `derive` fence as it is shown."""
    return as_shown(*_read(card, card.derive[0]), first=True)


def lines_of(card: Card) -> tuple[str, ...]:
    """Return the lines to be put in order, as they are shown, in the order of the proof."""
    check = card.check or Check()
    if check.order:
        return check.order
    return fence_lines(card)


def fence_lines(card: Card) -> tuple[str, ...]:
    """Return the lines of a `derive` fence after the given one, as they are shown."""
    return tuple(as_shown(*_read(card, line)) for line in card.derive[1:])


def relation_of(line: str) -> tuple[str, str]:
    """Return the relation that a line starts with, and the rest."""
    text = line.strip()
    for written in ("<=", ">=", "="):
        if text.startswith(written) and not text.startswith(("=>", "<=>", "==")):
            return written, text[len(written) :].strip()
    return "=", text


def turned_step(lines: Iterable[str]) -> tuple[int, str] | None:
    """Return the place, from 0, of the first step against the way of its chain, and what is wrong.

    From a <= b and b >= c follows nothing about a and c.
    """
    way = ""
    for place, line in enumerate(lines):
        relation, _ = relation_of(line)
        if place and relation in ("<=", ">="):
            if way and relation != way:
                return place, f"a chain goes one way: after {way} there is no {relation}"
            way = relation
    return None


def _read(card: Card, line: str) -> tuple[str, str]:
    """Return the relation that a line of a fence starts with, and its LaTeX or its source."""
    relation, text = relation_of(line)
    try:
        return relation, to_tex(parse(text, card.check.variables if card.check else {}))
    except MathsError:
        return relation, rf"\text{{{text}}}"


def as_shown(relation: str, tex: str, *, first: bool = False) -> str:
    """Return a line as it is shown: its formula after its relation, but for the first line."""
    return f"${tex}$" if first else f"${RELATIONS[relation]} {tex}$"
