"""What is said of one card, of an array and of columns of a query is the same."""

from datetime import UTC, datetime
from random import Random
from typing import Any

import numpy as np
from sqlalchemy import insert, select

from db.projections import due
from db.projections.card_state import CardState
from db.storage.schema import CARDS, LEARNING, NEW, OUT, REVIEW, SCHEDULE, SECTIONS
from db.store import Store

TODAY, LATEST = 20_000, 20_003
NOON = datetime(2024, 10, 4, 12, tzinfo=UTC)
SOON = due.soon(NOON, 20)


def states(count: int) -> list[CardState]:
    dice = Random(5)

    def near(*others: Any) -> Any:
        return dice.choice([TODAY - 2, TODAY, TODAY + 1, TODAY + 6, *others])

    return [
        CardState(
            key=key,
            section=1,
            family=key,
            queue=dice.choice([NEW, LEARNING, REVIEW, OUT]),
            day=near(None),
            due_day=near(0),
            due_at=dice.choice([None, SOON, SOON + 1, SOON - 10**6]),
            buried_day=near(0, 0, 0),
        )
        for key in range(1, count + 1)
    ]


def test_one_card_an_array_and_a_query_agree(store: Store) -> None:
    cards = states(400)
    with store._context.database.write() as connection:
        connection.execute(insert(SECTIONS), {"id": 1, "deck": "D", "topic": "t", "title": "T"})
        row = {"file": "n.md", "line": 1, "kind": "basic", "digest": b"", "body": "", "tags": ""}
        row |= {"section": 1, "added": 0, "stamp": bytes(16), "missing": False, "indexed": True}
        connection.execute(insert(CARDS), [row | {"key": c.key, "id": str(c.key)} for c in cards])
        connection.execute(insert(SCHEDULE), [c.as_row() | {"dirty": False} for c in cards])

    def found(condition: Any) -> set[int]:
        values = {"today": TODAY, "soon": SOON, "latest": LATEST}
        with store._context.database.read() as connection:
            rows = connection.execute(select(SCHEDULE.c.key).where(condition), values)
            return set(rows.scalars())

    def such(wanted: Any) -> set[int]:
        return {card.key for card in cards if wanted(card)}

    c = SCHEDULE.c
    assert found(due.buried(TODAY)) == such(lambda o: due.is_buried(o.buried_day, TODAY))
    wanted = such(lambda o: due.is_due(o.queue, o.due_day, o.buried_day, TODAY))
    assert found(due.due(TODAY)) == wanted
    assert found(due.is_due(c.queue, c.due_day, c.buried_day, TODAY)) == wanted
    columns = [
        np.array([getattr(o, name) for o in cards]) for name in ("queue", "due_day", "buried_day")
    ]
    array = due.is_due(*columns, TODAY)
    assert {card.key for card, here in zip(cards, array, strict=True) if here} == wanted
    for until in (TODAY, TODAY + 3):
        asked = due.is_asked(c.due_day, c.day, c.buried_day, TODAY, until)
        assert found(asked) == such(
            lambda o, until=until: due.is_asked(
                o.due_day, TODAY if o.day is None else o.day, o.buried_day, TODAY, until
            )
        )
    assert found(due.STEP_DUE) == such(
        lambda o: due.step_at(o.due_day, o.due_at, TODAY, LATEST) <= SOON
    )
    first = due.FIRST_DAY <= TODAY
    assert found(first) == such(lambda o: max(o.due_day, o.buried_day + 1) <= TODAY)
