"""The payload of a review, decoded and checked at once: a million of them in half a second.

The fields and their bounds are those of `db/log/payloads.py`; a test holds the two equal.
"""

from math import nan
from typing import Annotated, Literal

import orjson
from msgspec import Meta, MsgspecError, Struct
from msgspec.json import Decoder

from db.storage.schema import LAST_DAY, LAST_STEP
from sims.errors import InputError

_Day = Annotated[int, Meta(ge=0, lt=LAST_DAY)]
_Instant = Annotated[int, Meta(ge=0, lt=LAST_DAY * 86_400_000)]


class Review(Struct, gc=False):
    """What the log says of a review: what was decided then, and what the statistics need."""

    day: _Day
    rating: Literal[1, 2, 3, 4]
    state: Literal["learning", "review", "relearning"]
    due: _Day
    step: Annotated[int, Meta(ge=0, le=LAST_STEP)] = -1
    due_at: _Instant = -1
    seconds: Annotated[float, Meta(ge=0, le=1e6)] = 0.0
    predicted: Annotated[float, Meta(ge=0, le=1)] = nan
    suggested: Annotated[int, Meta(ge=0, le=4)] = 0
    grade: str = ""
    outcome: str = ""
    misconception: str = ""
    typed: str = ""
    hinted: bool = False


_MOST = 1e9
"""What is measured of an answer is less: the milliseconds of a million answers fit into 64 bits."""
_DECODE = Decoder(Review).decode


def decode(payload: str) -> Review:
    """Return the review of a payload; raises InputError for one that could not be folded.

    The values that were drawn for its question are not looked at.
    """
    try:
        return _DECODE(payload)
    except MsgspecError as error:
        raise InputError(str(error)) from error


def recall(payload: str) -> Review:
    """Return the review of a payload that is in the log.

    Nothing gets into the log that does not fit, so that bounds are not what this is about. Raises
    ValueError for no JSON, InputError for seconds or a prediction that cannot be computed with.
    """
    try:
        return _DECODE(payload)
    except MsgspecError:
        fields = orjson.loads(payload)
        said = {name: fields[name] for name in Review.__struct_fields__ if name in fields}
        review = Review(**said)
        measured = review.seconds, review.predicted
        if any(type(value) not in (int, float) or abs(value) > _MOST for value in measured):
            raise InputError("nothing that can be measured of an answer") from None
        return review
