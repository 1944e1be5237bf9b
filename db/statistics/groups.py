"""The same few figures for every topic, and for every kind of card."""

from typing import Any

import numpy as np

from db.card_columns import KINDS, MISSING
from db.statistics.read import Array, Collection
from db.statistics.tally import YOUNG, share


def by_topic(data: Collection, stage: Array, recall: Array) -> list[dict[str, Any]]:
    """Return the topics that have cards, sorted by deck and title.

    `mastery` is the share of the topic's cards that would be recalled today.
    """
    size = max((section.id for section in data.sections), default=0) + 1
    cards, known = _cards(data.cards, data.cards["section"], recall, size)
    figures = _figures(data, data.section, stage, size)
    rows = [
        {
            "deck": section.deck,
            "topic": section.topic,
            "title": section.title,
            "cards": int(cards[section.id]),
            "mastery": float(known[section.id] / cards[section.id]),
            **figures[section.id],
        }
        for section in data.sections
        if cards[section.id]
    ]
    return sorted(rows, key=lambda row: (row["deck"], row["title"]))


def by_kind(data: Collection, stage: Array, recall: Array) -> list[dict[str, Any]]:
    """Return the kinds of cards that there are."""
    size = len(KINDS)
    cards, known = _cards(data.cards, data.cards["kind"], recall, size)
    figures = _figures(data, data.kind, stage, size)
    return [
        {
            "kind": kind,
            "cards": int(cards[at]),
            "mastery": float(known[at] / cards[at]),
            **figures[at],
        }
        for at, kind in enumerate(KINDS)
        if cards[at]
    ]


def _cards(cards: Array, group: Array, recall: Array, size: int) -> tuple[Array, Array]:
    """Return how many cards there are in each group, and how many would be recalled today."""
    here = cards["flags"] & MISSING == 0
    return (
        np.bincount(group[here], minlength=size),
        np.bincount(group[here], weights=recall[here], minlength=size),
    )


def _figures(data: Collection, group: Array, stage: Array, size: int) -> list[dict[str, Any]]:
    reviews = data.reviews
    due = (stage >= YOUNG).view(np.uint8) * np.uint8(2)
    recalled = (reviews["rating"] > 1).view(np.uint8)
    place = group.astype(np.int32) * 4 + (due + recalled)
    counts = np.bincount(place, minlength=4 * size).reshape(size, 2, 2)
    seconds = np.bincount(group, weights=reviews["tenths"], minlength=size) / 10
    rows = []
    for at in range(size):
        due_cards = share(int(counts[at, 1, 1]), int(counts[at, 1].sum()))
        rows.append(
            {
                "reviews": int(counts[at].sum()),
                "true_retention": due_cards["retention"],
                "seconds": round(float(seconds[at]), 1),
            }
        )
    return rows
