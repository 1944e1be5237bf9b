"""A question: a card with its variant drawn, from its asking to its rating."""

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cards.answers.result import Grade, Output
from studytui.words import key

if TYPE_CHECKING:
    from cards.card import Card
    from cards.scheduling.fsrs import Rating
    from cards.variants.draw import Variant
    from db.records import Queued
    from db.store import Store
    from studytui.typeset.sheet import Sheet


@dataclass(eq=False)
class Question:
    """A card that is asked now: its variant, the answer typed, its grade."""

    queued: "Queued"
    variant: "Variant"
    asked: float = field(default_factory=time.monotonic)
    typed: str = ""
    grade: Grade | None = None
    suggestion: "Rating | None" = None
    """The rating to mark, None where nothing was graded."""
    seconds: float = 0.0
    hinted: bool = False
    output: Output | None = None
    sheet: "Sheet | None" = None
    """The prompt as it is laid out, once that is done."""
    settled: bool = False
    """Whether its refuted statement has been corrected or muted since it is asked."""
    computing: threading.Lock = field(default_factory=threading.Lock)
    """Held while the output is computed, so that a second caller waits for it."""

    @property
    def card(self) -> "Card":
        """The card that is asked."""
        return self.queued.card

    @cached_property
    def place(self) -> tuple[str, ...]:
        """The deck and the headings above the card, without those that say its answer."""
        answer = _bare(self.card.answer)
        headings = self.card.headings
        return self.card.deck, *(
            one for one in headings if not answer.strip() or answer not in _bare(one)
        )

    @cached_property
    def media(self) -> tuple[list[Path], list[Path]]:
        """Files of the question, and those of the whole card."""
        from studytui.media import media_of

        return media_of(self.card, answered=False), media_of(self.card)

    def prepare(self) -> None:
        """Lay out the prompt and find the media files now, so that showing them takes no time."""
        from studytui.typeset.markdown import render

        self.sheet = self.sheet or render(self.variant.prompt)
        _ = self.media

    @property
    def refuted(self) -> str:
        """A sentence on a refuted or conditional statement; empty where it is muted."""
        from cards.statements.verdicts import said_of
        from studytui.sessions.correcting import MUTED

        verdict = said_of(self.card) if MUTED not in self.queued.stored.tags else None
        return f"{verdict}. {key('study.simulate', 'v')} shows why." if verdict else ""

    def reveal(self) -> None:
        """Stop the clock: the answer is about to be shown."""
        self.seconds = time.monotonic() - self.asked


def _bare(text: str) -> str:
    """Return the words of a text in small letters, each between spaces."""
    return " ".join(["", *re.findall(r"[^\W_]+", text.lower()), ""])


@dataclass(frozen=True)
class Ready:
    """The card that is likely to be asked next, drawn and laid out in advance."""

    card: "Card"
    seed: int
    variant: "Variant"
    sheet: "Sheet"


def next_of(
    store: "Store",
    deck: str | None = None,
    topic: str | None = None,
    ahead: int = 0,
    ready: Ready | None = None,
) -> Question | None:
    """Return the next card of a scope to ask, None when nothing is due.

    The card that is `ready` is used if the store chooses it, unchanged.
    """
    queued = store.next_card(deck=deck, topic=topic, ahead=ahead)
    if queued is None:
        return None
    if ready and (ready.seed, ready.card) == (queued.variant_seed, queued.card):
        return Question(queued, ready.variant, sheet=ready.sheet)
    return question_of(queued, _last(store, queued.card))


def ready_after(
    store: "Store", card_id: str, deck: str | None = None, topic: str | None = None, ahead: int = 0
) -> Ready | None:
    """Return the card that is likely to follow, drawn and laid out, its code in colours."""
    from studytui.typeset.code import colour
    from studytui.typeset.markdown import render

    following = store.following(card_id, deck=deck, topic=topic, ahead=ahead)
    if following is None:
        return None
    card, seed = following
    variant = variant_of(card, seed, _last(store, card))
    sheet = render(variant.prompt)
    if sheet.uncoloured:
        colour(sheet.uncoloured)
        sheet = render(variant.prompt)
    return Ready(card, seed, variant, sheet)


def _last(store: "Store", card: "Card") -> dict[str, str]:
    """Return the values of a card's parameters at its last review, if it has any."""
    return store.last_variant(card.id) if card.check and card.check.given else {}


def question_of(queued: "Queued", last: Mapping[str, str]) -> Question:
    """Return the card with its parameters drawn, other than the `last` values."""
    return Question(queued, variant_of(queued.card, queued.variant_seed, last))


def variant_of(card: "Card", seed: int, last: Mapping[str, str]) -> "Variant":
    """Return a variant of a card, other than the `last` one; as written where none is drawn."""
    from cards.variants.variant import Variant, VariantError, plain

    if variant := plain(card, seed):
        return variant
    from cards.variants.draw import draw

    try:
        return draw(card, seed, last)
    except VariantError as error:
        return Variant(prompt=card.prompt, answer=f"{card.answer}\n\n{error}")
