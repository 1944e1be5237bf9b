from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.scheduling import order
from cards.scheduling.order import in_turns, interleaved, spread

items = st.lists(st.tuples(st.integers(0, 4), st.integers()), max_size=60)


@given(items)
def test_interleaving_keeps_every_item(cards: list[tuple[int, int]]) -> None:
    assert Counter(interleaved(cards, lambda card: card[0])) == Counter(cards)


@given(items)
def test_a_topic_follows_itself_only_where_no_other_is_near(cards: list[tuple[int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "REACH", len(cards) or 1)
        result = interleaved(cards, lambda card: card[0])
    for at, (one, two) in enumerate(pairwise(result)):
        if one[0] == two[0]:
            assert all(card[0] == one[0] for card in result[at + 1 :])


def test_the_order_within_a_topic_stays() -> None:
    cards = [("a", 1), ("a", 2), ("b", 1), ("a", 3), ("b", 2)]
    result = interleaved(cards, lambda card: card[0])
    assert result == [("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3)]


@given(st.lists(st.integers(0, 99), max_size=40), st.lists(st.integers(100, 199), max_size=40))
def test_spreading_is_even_and_keeps_both_orders(many: list[int], few: list[int]) -> None:
    result = spread(many, few)
    assert [item for item in result if item < 100] == many
    assert [item for item in result if item >= 100] == few
    for place in range(len(result)):
        seen = sum(item >= 100 for item in result[: place + 1])
        assert abs(seen - (place + 1) * len(few) / len(result)) <= 1


def test_groups_take_turns_and_those_that_had_more_wait() -> None:
    groups = [(2, "abc"), (0, "ABCD"), (1, ""), (1, "12")]
    line = in_turns((had, iter(items)) for had, items in groups)
    assert "".join(line) == "AB1aC2bDc"


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), max_size=6))
def test_a_line_of_turns_goes_on_where_it_was(groups: list[tuple[int, int]]) -> None:
    def line(had: list[int], left: list[range]) -> list[tuple[int, int]]:
        items = [iter([(place, at) for at in numbers]) for place, numbers in enumerate(left)]
        return list(in_turns(zip(had, items, strict=True)))

    had, left = [had for had, _ in groups], [range(size) for _, size in groups]
    whole = line(had, left)
    for done, (place, _) in enumerate(whole, 1):
        had[place] += 1
        left[place] = left[place][1:]
        assert line(had, left) == whole[done:]
