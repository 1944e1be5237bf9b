"""A store as JSON that a person edited: what is no card or event is said by its line."""

import copy
import json
from pathlib import Path

import pytest

from cards.card import Card, Check, Kind, Misconception
from cards.formats.anki.archive import PackageError
from cards.formats.archive import HEAD, TAIL, Reading, line_of

CHECK = Check(
    answer="x",
    variables={"x": "real"},
    given={"n": "3"},
    choices=("a", "b"),
    order=("c",),
    misconceptions=(Misconception("y", "no"),),
    statement={"claim": "x = x"},
    tags=("t",),
    line=3,
    settings={"n": "3"},
)
CARD = Card("a", "a", "D", "d", ("H",), Kind.BASIC, "Q", "A", "n.md", 1, CHECK)
EVENT = {
    "at": 1, "offset": 60, "kind": "review", "card": "a", "payload": {}, "id": "00" * 16,
    "target": None,
}  # fmt: skip


def read(path: Path, card: object, event: object) -> list[Card]:
    records = [{"card": card}, {"event": event}]
    lines = [line_of(record, not number) for number, record in enumerate(records)]
    path.write_text(HEAD + "".join(lines) + TAIL)
    reading = Reading(path)
    list(reading.events())
    return reading.cards


def places(said: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Return the way to each value inside some JSON."""
    inner = list(said.items()) if isinstance(said, dict) else []
    inner += list(enumerate(said)) if isinstance(said, list) else []
    return [path] * bool(path) + [way for key, one in inner for way in places(one, (*path, key))]


def changed(said: dict[str, object], way: tuple[object, ...], value: object) -> dict[str, object]:
    said = copy.deepcopy(said)
    inner: object = said
    for key in way[:-1]:
        inner = inner[key]  # type: ignore[index]
    inner[way[-1]] = value  # type: ignore[index]
    return said


def test_a_card_comes_back_with_all_of_its_check(tmp_path):
    assert read(tmp_path / "a.json", CARD.to_dict(), EVENT) == [CARD]


@pytest.mark.parametrize("value", [7, 2.5, True, None, "x", [], [7], [["x"]], {}, {"x": 7}])
def test_what_is_read_has_texts_where_there_should_be_some(tmp_path, value):
    said = CARD.to_dict()
    free = ("check", "statement")  # its own reader looks at it
    for way in places(said):
        if way[:2] == free and len(way) > 2:
            continue
        try:
            cards = read(tmp_path / "a.json", changed(said, way, value), EVENT)
        except PackageError as error:
            assert ":2: this line holds no card" in str(error)  # noqa: PT017
            continue
        for card in cards:
            hash(card)
            again = json.loads(json.dumps(card.to_dict()))
            assert Card.from_dict(again).to_dict() == again
            check = card.check or Check()
            texts = [check.answer, check.hint, check.unit, check.claim, check.form]
            assert all(isinstance(text, str | None) for text in texts), way
            lists = (*check.choices, *check.order, *check.tags, *check.variables.values())
            assert all(isinstance(text, str) for text in lists), way


@pytest.mark.parametrize("offset", [24 * 60, -24 * 60, 2**15, "60", None, 1.5])
def test_an_event_in_no_zone_is_refused(tmp_path, offset):
    with pytest.raises(PackageError, match=r":3: this line holds no event"):
        read(tmp_path / "a.json", CARD.to_dict(), EVENT | {"offset": offset})
