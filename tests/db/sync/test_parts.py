"""Whatever devices edit and exchange, each part of a card is as it was edited last."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cards.card import Card, Kind
from cards.identity import identify
from cards.note import Note
from db.store import Store
from db.sync import parts
from db.sync.parts import Edits, Version

EXAMPLES = 1_000 if os.environ.get("STUDYTUI_SOAK") else 60
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
QUESTION = "What does the softmax function turn scores into?"
CHANGES: dict[str, Callable[[Card, int], Card]] = {
    "place": lambda card, n: replace(card, deck=f"Deck {n}"),
    "prompt": lambda card, n: replace(card, prompt=f"{QUESTION} In {n} words."),
    "answer": lambda card, n: replace(card, answer=f"Into probabilities, {n} of them."),
    "tags": lambda card, n: replace(card, tags=(f"t{n}",)),
    "family": lambda card, n: replace(card, family=f"family-{n}"),
}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 2), st.sampled_from(sorted(CHANGES))),
        st.tuples(st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.integers(0, 2), st.just("read")),
    ),
    max_size=14,
)


def named(card: Card, own: bool) -> Card:
    """Return a card with an id of its own, or with that of its wording."""
    return card if own else replace(card, id=identify("basic", card.prompt, card.answer))


def read(store: Store, at: int, card: Card) -> None:
    """Read the note of a device, which has one card."""
    path = f"/{at}/n.md"
    store.import_notes([Note(path, (replace(card, file=path),))])


@settings(max_examples=EXAMPLES, deadline=None)
@given(own=st.booleans(), steps=STEPS)
def test_each_part_is_as_it_was_edited_last(
    card: Callable[..., Card], own: bool, steps: list[Any]
) -> None:
    """The edits are compared with a plain list of them; meetings and readings change nothing."""
    now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    wanted = card(0, id="card", prompt=QUESTION, answer="Into probabilities.")
    first = named(wanted, own)
    with TemporaryDirectory(dir=MEMORY) as folder:
        places = [Path(folder, f"{n}.db") for n in range(3)]
        stores = [Store.open(place, clock=lambda: now, zone=UTC) for place in places]
        notes = [first] * 3
        for at, store in enumerate(stores):
            read(store, at, first)
        for number, (at, what) in enumerate(steps):
            now += timedelta(minutes=1)
            if isinstance(what, int):
                if at != what:
                    stores[at].sync(places[what])
                continue
            if what != "read":
                notes[at] = named(CHANGES[what](notes[at], number), own)
                wanted = CHANGES[what](wanted, number)
            read(stores[at], at, notes[at])
        for one, other in ((0, 1), (1, 2), (1, 0), (2, 0)):
            stores[one].sync(places[other])
        ids = set()
        for store in stores:
            (stored,) = store.cards()
            assert parts.alike(replace(stored.card, id="card"), wanted)
            assert store.rebuild()
            ids.add(stored.card.id)
            store.close()
        assert len(ids) == 1


IDS = st.integers(0, 3).map(lambda n: bytes([n]) * 16)
VERSIONS = st.builds(
    lambda number, read, edits, missing: Version(
        Card("id", *number[:3], (), Kind.BASIC, *number[3:], "n.md", 1), missing, read, edits
    ),
    st.lists(st.sampled_from("ab"), min_size=5, max_size=5),
    IDS,
    st.builds(Edits, *[IDS] * len(Edits._fields)),
    st.booleans(),
)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_uniting_is_idempotent_commutative_and_associative(
    one: Version, other: Version, third: Version
) -> None:
    assert parts.united(one, one).same_as(one)
    assert parts.united(one, other).same_as(parts.united(other, one))
    left = parts.united(parts.united(one, other), third)
    assert left.same_as(parts.united(one, parts.united(other, third)))
