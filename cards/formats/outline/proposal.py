"""A card that a note proposes, before the rules and the judge have looked at it."""

from dataclasses import dataclass

from cards.card import Kind
from cards.formats.outline.wording import Masked


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed card, as written and with its formulas masked.

    `under` is the heading or the item right above what it asks of; `named` says whether the
    note marks what is asked for as a name, `code` whether code stands in the answer.
    """

    prompt: str
    answer: str
    kind: Kind
    headings: tuple[str, ...]
    under: str
    named: bool
    asked: str
    told: str
    code: bool

    @classmethod
    def of(
        cls,
        prompt: str,
        answer: str,
        kind: Kind,
        headings: tuple[str, ...],
        under: str = "",
        named: bool = False,
    ) -> "Proposal":
        """Return the proposal of a card as written."""
        told = Masked(answer)
        code = any(one.startswith("`") for one in told.originals)
        asked = Masked(prompt).text
        return cls(prompt, answer, kind, headings, under, named, asked, told.text, code)
