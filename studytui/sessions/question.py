"""A card as it is asked: what is drawn for it, and what becomes of it until it is rated."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cards.answers.result import Grade, Output
from studytui.words import key

if TYPE_CHECKING:
    from cards.card import Card
    from cards.variants.draw import Variant
    from db.records import Queued
    from db.store import Store


@dataclass(eq=False)
class Question:
    """A card as it is asked now, and what has become of it so far."""

    queued: "Queued"
    variant: "Variant"
    asked: float = field(default_factory=time.monotonic)
    typed: str = ""
    grade: Grade | None = None
    seconds: float = 0.0
    hinted: bool = False
    output: Output | None = None
    computing: threading.Lock = field(default_factory=threading.Lock)
    """Held while the output is computed, so that who asks meanwhile waits for it."""

    @property
    def card(self) -> "Card":
        """The card that is asked."""
        return self.queued.card

    @property
    def refuted(self) -> str:
        """What to say of a statement that does not simply hold; empty where it is muted."""
        from cards.statements.verdicts import said_of
        from studytui.sessions.correcting import MUTED

        says = said_of(self.card) if MUTED not in self.queued.stored.tags else None
        return f"{says}. {key('study.simulate', 'v')} shows why." if says else ""

    def reveal(self) -> None:
        """Stop the clock: the answer is about to be shown."""
        self.seconds = time.monotonic() - self.asked


def next_of(
    store: "Store", deck: str | None = None, topic: str | None = None, ahead: int = 0
) -> Question | None:
    """Return the next card of a scope to ask, None when nothing is due."""
    queued = store.next_card(deck=deck, topic=topic, ahead=ahead)
    if queued is None:
        return None
    check = queued.card.check
    return question_of(queued, store.last_variant(queued.card.id) if check and check.given else {})


def question_of(queued: "Queued", last: Mapping[str, str]) -> Question:
    """Return the card with its parameters drawn, other than the ``last`` values.

    One that cannot be drawn is asked as written.
    """
    from cards.variants.variant import Variant, VariantError, plain

    card, seed = queued.card, queued.variant_seed
    if variant := plain(card, seed):
        return Question(queued, variant)
    from cards.variants.draw import draw

    try:
        return Question(queued, draw(card, seed, last))
    except VariantError as error:
        variant = Variant(prompt=card.prompt, answer=f"{card.answer}\n\n{error}")
        return Question(queued, variant)
