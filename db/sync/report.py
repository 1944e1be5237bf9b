"""What a sync did, and how it tells of its progress."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Progress = Callable[[float, str], None]
"""Called with the share that is done, 0 to 1, and what is being done."""


@dataclass(slots=True)
class Moved:
    """What went one way: reviews, other events, and cards that were new or have a newer text."""

    reviews: int = 0
    changes: int = 0
    cards: int = 0

    def add(self, more: "Moved") -> None:
        """Count what went later."""
        self.reviews += more.reviews
        self.changes += more.changes
        self.cards += more.cards

    def to_dict(self) -> dict[str, int]:
        """Return the counts as JSON-able data."""
        return {"reviews": self.reviews, "changes": self.changes, "cards": self.cards}


@dataclass(slots=True)
class SyncReport:
    """What a sync did.

    `skipped` says, a sentence each, which files of a folder were left out.
    """

    received: Moved = field(default_factory=Moved)
    sent: Moved = field(default_factory=Moved)
    skipped: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return what `studytui sync --json` prints."""
        return {
            "received": self.received.to_dict(),
            "sent": self.sent.to_dict(),
            "skipped": self.skipped,
        }
