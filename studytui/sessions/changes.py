"""What a person does to cards other than answering them, each until it is taken back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from studytui.one_line import prompt_on_one_line
from studytui.services import Services

if TYPE_CHECKING:
    from db.records import StoredCard

OPPOSITE = {"suspend": "unsuspend", "unsuspend": "suspend", "bury": "unbury", "unbury": "bury"}
"""What leaves a card out or takes it in, by its name in the store → what takes that back."""
LONGEST_TITLE = 60
"""Cells of a question in a sentence."""


class Changes:
    """Suspends, buries, tags and moves due dates; the newest change can be taken back."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.done: list[Callable[[], str]] = []
        """What takes back each thing that was done here and stands, in order."""

    def leave_out(self, id: str, change: str) -> None:
        """Leave a card out or take it in again, by one of ``OPPOSITE``."""
        store, opposite = self.services.store(), OPPOSITE[change]
        getattr(store, change)(id)

        def take_back() -> str:
            getattr(store, opposite)(id)
            again = "Asked again" if opposite.startswith("un") else "Left out again"
            return f"{again}: {self.title(id)}"

        self.done.append(take_back)

    def tag(self, stored: "StoredCard", tags: list[str]) -> None:
        """Give a card these tags of one's own, and take away those that are left out.

        Tags of the note stay. Raises ValueError for a tag that is not one word.
        """
        store, id = self.services.store(), stored.card.id
        own = set(stored.tags) - set(stored.card.tags)
        add = [tag for tag in tags if tag not in stored.tags]
        remove = sorted(own - set(tags))
        store.tag(id, add, remove)

        def take_back() -> str:
            store.tag(id, remove, add)
            return f"Tags as before: {self.title(id)}"

        self.done.append(take_back)

    def set_due(self, stored: "StoredCard", days: int) -> None:
        """Ask a card so many days from today. Raises ValueError for too many."""
        from datetime import datetime

        store, id, before = self.services.store(), stored.card.id, stored.due
        store.set_due(id, days)

        def take_back() -> str:
            ago = (before.astimezone() - datetime.now().astimezone()).days if before else 0
            store.set_due(id, max(0, ago))
            return f"Due as before: {self.title(id)}"

        self.done.append(take_back)

    def undo(self) -> str:
        """Take back what was done last here, and return that in words; empty if nothing was."""
        while self.done:
            says = self.done[-1]()
            self.done.pop()
            if says:  # else another program has taken it back
                return says
        return ""

    def title(self, card_id: str) -> str:
        """Return a card's question on a line."""
        from studytui.plots.canvas import fitted

        try:
            card = self.services.store().card(card_id).card
        except LookupError:
            return "a card that is not there any more"
        return fitted(prompt_on_one_line(card), LONGEST_TITLE)
