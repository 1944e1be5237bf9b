"""The plan for an exam: it helps, fits into the days that are left, and asks the shakiest last."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.scheduling.exam import TARGET, Memory, plan
from cards.scheduling.fsrs import retrievability

MEMORIES = st.lists(
    st.tuples(st.floats(0.1, 2000), st.floats(1, 10), st.integers(0, 60), st.integers(0, 90)),
    min_size=1,
    max_size=5,
)
TODAY = 100


@settings(max_examples=25)
@given(MEMORIES, st.integers(0, 5), st.integers(0, 40))
def test_a_plan_helps_and_fits_into_the_days(found, new, days) -> None:
    memories = [
        Memory(f"c{n}", s, d, TODAY - ago, TODAY - ago + wait)
        for n, (s, d, ago, wait) in enumerate(found)
    ]
    memories += [Memory(f"n{n}") for n in range(new)]
    rows = plan(memories, TODAY, TODAY + days)
    assert {row.id for row in rows} == {one.id for one in memories}
    assert all(0 <= row.without <= row.planned <= 1 for row in rows)
    assert [row.without for row in rows] == sorted(row.without for row in rows)
    extras = [row.extra for row in rows if row.extra is not None]
    assert all(TODAY <= extra < TODAY + max(1, days) for extra in extras)
    assert max(Counter(extras).values(), default=0) <= -(-len(memories) // max(1, days))
    assert all(row.without < TARGET for row in rows if row.extra is not None)


def test_what_is_not_due_before_is_recalled_as_fsrs_says() -> None:
    (row,) = plan([Memory("a", 10.0, 5.0, TODAY, TODAY + 50)], TODAY, TODAY + 20, target=0.0)
    assert row.without == pytest.approx(retrievability(10.0, 20))
    assert row.extra is None


def test_what_comes_due_is_followed_with_both_its_ends() -> None:
    due = plan([Memory("a", 10.0, 5.0, TODAY - 10, TODAY)], TODAY, TODAY + 20)[0].without
    late = plan([Memory("a", 10.0, 5.0, TODAY - 10, TODAY + 40)], TODAY, TODAY + 20)[0].without
    assert late < due < 1


def test_what_is_forgotten_fastest_is_asked_last_and_new_cards_first() -> None:
    memories = [Memory(f"{s}", float(s), 5.0, TODAY - 1, TODAY + 99) for s in (1, 5, 9)]
    rows = plan([*memories, Memory("new")], TODAY, TODAY + 4)
    days = {row.id: row.extra for row in rows}
    assert days["new"] < days["9"] < days["5"] < days["1"]
