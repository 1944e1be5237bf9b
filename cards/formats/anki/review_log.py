"""Anki's review log in columns: which reviews count, and what each says, a million at once.

What FSRS does not count is left out, as Anki leaves it out: previews in filtered decks, and all
before a card was reset.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cards.formats.anki.log_rows import LogRows

Array = npt.NDArray[Any]

_FILTERED, _RESET = 3, 4
_COLUMNS = {
    "at": np.int64,
    "card": np.int64,
    "ease": np.int64,
    "interval": np.int64,
    "factor": np.int64,
    "spent": np.int64,
    "kind": np.int64,
}
REASONS = (
    "",
    "a review that is dated in the future, or never",
    "a review with a grade that there is none of",
    "a review in a filtered deck that did not count",
    "a review from before its card was reset",
)
"""Why a review does not count, by the numbers of `ReviewLog.reason`."""


@dataclass
class ReviewLog:
    """The reviews of some cards of Anki's in order of time; every array of a review is (reviews,).

    `card` counts from 0 in the order of `cards`, Anki's ids in order. `at` is ms since 1970,
    `ease` 1 to 4 of an answer, `interval` days, or seconds where it is negative, `spent` ms,
    `learning` whether it was a learning step; `reason` is a number of `REASONS`.
    """

    cards: Array
    at: Array
    card: Array
    ease: Array
    interval: Array
    spent: Array
    learning: Array
    reason: Array
    final: Array
    """When each card was answered last in a way that counts, (cards,), -1 for never."""
    reset: Array
    """When each card was reset last, (cards,), 0 for never."""

    @classmethod
    def read(cls, rows: LogRows, cards: Iterable[int], latest: int) -> "ReviewLog":
        """Read the reviews of some cards of a log; none counts after `latest` (ms)."""
        known = np.array(sorted(set(cards)), dtype=np.int64)
        final, reset = np.full(len(known), -1), np.zeros(len(known), dtype=np.int64)
        parts: list[dict[str, Array]] = []
        for block in rows.blocks():
            column = dict(zip(_COLUMNS, block.T, strict=True))
            place = np.searchsorted(known, column["card"])
            place[place == len(known)] = 0
            here = known[place] == column["card"] if len(known) else np.zeros(len(block), bool)
            column = {name: values[here] for name, values in column.items()}
            parts.append(_part(column, place[here], latest, final, reset))
        joined = {
            name: np.concatenate([part.pop(name) for part in parts])
            for name in (list(parts[0]) if parts else ())
        }
        if not joined:
            joined = _part({name: np.empty(0, np.int64) for name in _COLUMNS}, known[:0], 0,
                           final, reset)  # fmt: skip
        log = cls(known, **joined, final=final, reset=reset)
        early = (log.reason == 0) & (log.ease > 0) & (log.at < reset[log.card])
        log.reason[early] = 4
        return log

    def counted(self) -> Array:
        """Return the places of the reviews that count."""
        return np.flatnonzero((self.ease > 0) & (self.reason == 0))

    def uncounted(self) -> Iterator[tuple[int, str]]:
        """Yield Anki's card and the reason of each review that does not count, in order."""
        places = np.flatnonzero(self.reason)
        cards = self.cards[self.card[places]].tolist()
        for card, reason in zip(cards, self.reason[places].tolist(), strict=True):
            yield card, REASONS[reason]


def _part(
    column: Mapping[str, Array], card: Array, latest: int, final: Array, reset: Array
) -> dict[str, Array]:
    """Return rows as the columns of a `ReviewLog`, and put into `final` and `reset` what they say.

    Which are from before a reset is known only when all are read.
    """
    at, ease = column["at"], column["ease"]
    filtered = (column["kind"] == _FILTERED) & (column["factor"] == 0)
    dated, graded = (at > 0) & (at <= latest), (ease >= 0) & (ease <= 4)
    reason = np.select([~dated, ~graded, (ease != 0) & filtered], [1, 2, 3], 0).astype(np.uint8)
    answers = (reason == 0) & (ease > 0)
    np.maximum.at(final, card[answers], at[answers])
    resets = (column["kind"] == _RESET) & (column["factor"] == 0)
    np.maximum.at(reset, card[resets], at[resets])
    return {
        "at": at,
        "card": card.astype(np.int32),
        "ease": np.where(graded, ease, 0).astype(np.uint8),
        "interval": np.clip(column["interval"], -366 * 86_400, 36_500).astype(np.int32),
        "spent": np.clip(column["spent"], 0, 600_000).astype(np.int32),
        "learning": column["kind"] == 0,
        "reason": reason,
    }
