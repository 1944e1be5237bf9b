"""The open quiz paper, kept in a file, so that it can be left and survives a kill."""

import json
import math
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sims import private
from studytui import config

if TYPE_CHECKING:
    from cards.quiz import Paper


@dataclass(frozen=True)
class OpenPaper:
    """A paper with the answers so far; `left` are the seconds left, None for no limit."""

    paper: "Paper"
    typed: list[str]
    sure: dict[int, bool] = field(default_factory=dict)
    place: int = 0
    left: float | None = None
    confidence: bool = False

    def says(self) -> str:
        """Return in words how far it is."""
        done = sum(map(bool, self.typed))
        return (
            f"A paper of seed {self.paper.seed} was left with {done} of {len(self.typed)} answered"
        )


def place() -> Path:
    """Return where the paper is kept."""
    return config.home() / "papers" / "being-sat.json"


def remember(sat: OpenPaper) -> None:
    """Keep a paper as it stands, whole or not at all. Raises OSError."""
    data = {
        "paper": sat.paper.to_dict(),
        "typed": sat.typed,
        "sure": {str(place): sure for place, sure in sat.sure.items()},
        "place": sat.place,
        "left": sat.left,
        "confidence": sat.confidence,
    }
    private.write_whole(place(), json.dumps(data))


def remembered() -> OpenPaper | None:
    """Return the paper that was left, None if there is none that can be read."""
    try:
        return _read(json.loads(place().read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # what is no paper of ours is none


def _read(data: dict[str, Any]) -> OpenPaper | None:
    """Return the paper that was sat; None where the parts of it do not fit together."""
    from cards.quiz import Paper

    paper = Paper.from_dict(data["paper"])
    typed = [str(text) for text in data["typed"]]
    sure = {int(place): bool(sure) for place, sure in data["sure"].items()}
    at, left = int(data["place"]), data["left"]
    if len(typed) != len(paper.questions) or not 0 <= at < len(typed):
        return None
    if left is not None and not (math.isfinite(left) and left > 0):
        return None
    return OpenPaper(paper, typed, sure, at, left, bool(data["confidence"]))


def forget() -> None:
    """Forget the paper: it was handed in, or is not wanted."""
    with suppress(OSError):
        place().unlink(missing_ok=True)
