"""The record of a review says of a payload just what the table of payloads says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.log import payloads
from db.log.events import Kind
from db.log.reviews import decode
from db.storage.schema import LAST_DAY

WHOLE = {"day": 20_000, "rating": 3, "state": "review", "due": 20_010}
MORE = {
    "step": 1,
    "due_at": 5,
    "seconds": 2.5,
    "predicted": 0.5,
    "suggested": 2,
    "grade": "equal",
    "outcome": "right",
    "misconception": "One is missing.",
    "typed": "x",
    "hinted": True,
}
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 5),
    st.sampled_from([999, 1000, LAST_DAY - 1, LAST_DAY, LAST_DAY * 86_400_000 - 1, 10**6, 10**18]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "review", "learning", "relearning", "new", "3"]),
    st.sampled_from([[], {}, [1]]),
)


def accepted(said: Any) -> bool:
    try:
        decode(json.dumps(said))
    except ValueError:
        return False
    return True


@given(
    changed=st.dictionaries(st.sampled_from([*WHOLE, *MORE, "parameters"]), VALUES, max_size=2),
    gone=st.sets(st.sampled_from([*WHOLE, *MORE]), max_size=2),
)
def test_the_record_and_the_table_agree(changed: dict[str, Any], gone: set[str]) -> None:
    said = {name: value for name, value in (WHOLE | MORE).items() if name not in gone} | changed
    assert accepted(said) == payloads.fits(Kind.REVIEW, said)


@pytest.mark.parametrize("said", [[], 3, None, "review"])
def test_what_is_no_record_is_none(said: Any) -> None:
    assert not accepted(said)
