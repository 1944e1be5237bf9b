"""Search lines that people type: each finds cards or is explained."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards.note import Note
from db.search import SearchError
from db.store import Store

MakeNote = Callable[..., Note]
PIECES = (
    "deck: topic: tag: kind: is: is:due is:new is:buried forgotten: forgotten:7 forgotten:0 "
    "forgotten:99999999999 colour:red number card softmax é 日本 🙂 \" ' - : * ( ) ^ % _ \\ { } + "
    "AND OR NOT NEAR \x00 \ud800 ² ０"
)


@pytest.fixture
def stocked(store: Store, note: MakeNote) -> Store:
    store.import_notes([note(3)])
    return store


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(PIECES.split(" ")) | st.text(st.characters(), max_size=3),
            st.sampled_from(["", " "]),
        ).map("".join),
        max_size=6,
    ).map("".join)
)
def test_no_search_line_breaks_the_search(stocked: Store, query: str) -> None:
    with suppress(SearchError):
        assert set(stocked.find(query)) <= {"card-0", "card-1", "card-2"}


@pytest.mark.parametrize("days", ["", "soon", "-1", "²", "1000000", "9" * 5000])
def test_a_number_of_days_that_is_none_is_explained(stocked: Store, days: str) -> None:
    with pytest.raises(SearchError, match="needs a number of days"):
        stocked.find(f"forgotten:{days}-" if not days else f"forgotten:{days}")


def test_what_cannot_be_seen_is_not_searched_for(stocked: Store) -> None:
    assert stocked.find("num\x00ber\ud800 \u202e2") == ["card-2"]
