"""The same few figures for every topic, and for every kind of card."""

from typing import Any

import numpy as np

from db.projections.card_columns import KINDS, MISSING
from db.statistics.data import Collection
from db.statistics.tally import Array, share


def by_topic(data: Collection, recall: Array) -> list[dict[str, Any]]:
    """Return the topics that have cards, sorted by deck and title.

    `mastery` is the share of the topic's cards that would be recalled today.
    """
    table = data.reviews
    cards, known = _cards(data.cards, "section", recall, len(table.groups))
    counts, seconds = table.groups.sum(axis=1), table.group_seconds.sum(axis=1)
    rows = [
        {
            "deck": section.deck,
            "topic": section.topic,
            "title": section.title,
            "cards": int(cards[section.id]),
            "mastery": float(known[section.id] / cards[section.id]),
            **_figures(counts[section.id], seconds[section.id]),
        }
        for section in data.sections
        if cards[section.id]
    ]
    return sorted(rows, key=lambda row: (row["deck"], row["title"]))


def by_kind(data: Collection, recall: Array) -> list[dict[str, Any]]:
    """Return the kinds of cards that there are."""
    table = data.reviews
    cards, known = _cards(data.cards, "kind", recall, len(KINDS))
    counts, seconds = table.groups.sum(axis=0), table.group_seconds.sum(axis=0)
    return [
        {
            "kind": kind,
            "cards": int(cards[at]),
            "mastery": float(known[at] / cards[at]),
            **_figures(counts[at], seconds[at]),
        }
        for at, kind in enumerate(KINDS)
        if cards[at]
    ]


def _cards(cards: Array, by: str, recall: Array, size: int) -> tuple[Array, Array]:
    """Return how many cards there are in each group, and how many would be recalled today."""
    here = cards["flags"] & MISSING == 0
    group = cards[by][here]
    return (
        np.bincount(group, minlength=size),
        np.bincount(group, weights=recall[here], minlength=size),
    )


def _figures(counts: Array, seconds: float) -> dict[str, Any]:
    """Return the figures of a group from its counts (2 due, 2 recalled)."""
    due_cards = share(int(counts[1, 1]), int(counts[1].sum()))
    return {
        "reviews": int(counts.sum()),
        "true_retention": due_cards["retention"],
        "seconds": round(float(seconds), 1),
    }
