"""What a sync did, and how it tells of its progress."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Progress = Callable[[float, str], None]
"""Called with the share that is done, 0 to 1, and what is being done."""


@dataclass(slots=True)
class Moved:
    """What went one way: reviews, other events, and cards that were new or later."""

    reviews: int = 0
    changes: int = 0
    cards: int = 0

    def to_dict(self) -> dict[str, int]:
        """Return the counts as JSON-able data."""
        return {"reviews": self.reviews, "changes": self.changes, "cards": self.cards}


@dataclass(slots=True)
class SyncReport:
    """What a sync did.

    `conflicts` are the ids of cards that were edited on both sides without either knowing; each
    part of them is as it was edited last. `skipped` says, a sentence each, which files of a folder
    were left out.
    """

    received: Moved = field(default_factory=Moved)
    sent: Moved = field(default_factory=Moved)
    conflicts: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return what `studytui sync --json` prints."""
        return {
            "received": self.received.to_dict(),
            "sent": self.sent.to_dict(),
            "conflicts": sorted(self.conflicts),
            "skipped": self.skipped,
        }
