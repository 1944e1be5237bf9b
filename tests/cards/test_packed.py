"""Cards as rows: what is written of one is what it says, without where it stands."""

from hashlib import blake2b

import orjson
import pytest

from cards.card import Card, Check, Kind
from cards.packed import written

CARD = Card(
    "i", "f", "Deck", "topic", ("One", "Two"), Kind.CLOZE, "Of […]?", "it", "a.md", 7, None, ("x",),
    ("tag",),
)  # fmt: skip
CHECKS = [None, Check(answer="2", line=9), Check(choices=("a", "b"), given={"x": "1"})]


@pytest.mark.parametrize("check", CHECKS)
def test_a_card_is_written_as_it_says_but_for_its_place(check):
    card = CARD.with_check(check)
    body, digest = written(card)
    said = card.to_dict()
    assert Card.from_dict({**orjson.loads(body), "file": card.file, "line": card.line}) == card
    del said["file"], said["line"]
    line = said["check"].pop("line", None) if said["check"] else None
    assert digest == blake2b(orjson.dumps(said), digest_size=16).digest()
    if line is None:
        assert body == orjson.dumps(said).decode()
