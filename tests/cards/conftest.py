"""Cards made by hand, so that grading and drawing are tested without a parser."""

from collections.abc import Callable
from typing import Any

import pytest

from cards.card import Card, Check, Kind, Misconception

MakeCard = Callable[..., Card]


@pytest.fixture(scope="session")
def make_card() -> MakeCard:
    """Return a function from a prompt, the answer seen and the fields of a check to a card."""
    return card_of


def card_of(
    prompt: str = "What is it?",
    seen: str = "",
    kind: str = "basic",
    derive: tuple[str, ...] = (),
    id: str = "softmax-1",
    topic: str = "softmax",
    misconceptions: tuple[tuple[str, str], ...] = (),
    **check: Any,
) -> Card:
    if misconceptions:
        check["misconceptions"] = tuple(Misconception(*one) for one in misconceptions)
    return Card(
        id=id,
        family=id,
        deck="test",
        topic=topic,
        headings=("Softmax",),
        kind=Kind(kind),
        prompt=prompt,
        answer=seen,
        file="notes.md",
        line=7,
        check=Check(line=9, **check) if check else None,
        derive=derive,
    )
