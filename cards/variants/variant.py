"""One draw of a card's parameters: what is asked, and what a review keeps of it.

Drawing takes the maths language (`cards.variants.draw`); a card that needs none of it comes
as it is written, at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cards.card import HIDDEN, Card, Kind


class VariantError(ValueError):
    """A card whose variants cannot be drawn; its text says why and what to do."""


@dataclass(frozen=True)
class Variant:
    """One draw: the values as shown, and the card's texts with the values put in.

    `expected` is the check's answer in the maths language with the values in place of the
    parameters, None when there is no such answer. `choices` are the options of a choice card,
    or the items of an order card, in the order to show them. `hint` is empty without one.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    prompt: str = ""
    answer: str = ""
    choices: tuple[str, ...] = ()
    seed: int = 0
    expected: str | None = None
    hint: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return what a review keeps: the seed and the values drawn."""
        return {"seed": self.seed, "values": dict(self.values)}


def plain(card: Card, seed: int = 0) -> Variant | None:
    """Return the one variant of a card that has no check, None for any other card."""
    if card.check is not None:
        return None
    return Variant(prompt=card.prompt, answer=card.answer, seed=seed)


def revealed(card: Card, variant: Variant, mark: str = "**") -> str:
    """Return in Markdown what is shown for an answer.

    For a cloze that is its sentence with the hidden words in place, between two `mark`; what was
    worked out of them stands below.
    """
    if card.kind is not Kind.CLOZE:
        return variant.answer
    words, gap, worked = variant.answer.partition("\n\n")  # brackets hide words of one line
    return variant.prompt.replace(HIDDEN, f"{mark}{words}{mark}", 1) + gap + worked
