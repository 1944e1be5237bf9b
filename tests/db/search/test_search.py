"""Search lines that people type: each finds cards or is explained."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards.card import Check
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.search.query import SearchError
from db.store import Store

MakeNote = Callable[..., Note]
PIECES = (
    "deck: topic: tag: kind: is: is:due is:new is:buried forgotten: forgotten:7 forgotten:0 "
    "forgotten:99999999999 colour:red number card softmax é 日本 🙂 \" ' - : * ( ) ^ % _ \\ { } + "
    "prop: prop:s>1 prop:r<.9 rated:7:1 added:1 sim:* has:claim or and (( )) -( "
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


@pytest.mark.parametrize("part", ["word ", "-word ", "-deck:none or ", "rated:7 ", "-(a) "])
def test_a_line_of_as_many_words_as_there_may_be_is_searched_for(stocked: Store, part: str) -> None:
    stocked.find((part * 200).removesuffix("or "))


def test_what_cannot_be_seen_is_not_searched_for(stocked: Store) -> None:
    assert list(stocked.find("num\x00ber\ud800 \u202e2")) == ["card-2"]


SIGNS = ["{", "}", "[", "]", ",", ":", '"', "-", "\\", "%", "_", "'", "/", "$.", "🙂", "+="]


@pytest.mark.parametrize("part", ["prompt", "answer", "tags"])
def test_signs_are_found_where_a_person_can_read_them(
    store: Store, note: MakeNote, card: Any, part: str
) -> None:
    plain = {"prompt": "What is it", "answer": "A number", "tags": ("maths",)}
    texts = [(f"x{sign}y",) if part == "tags" else f"x {sign}\ty" for sign in SIGNS]
    cards = [card(number, **plain | {part: text}) for number, text in enumerate(texts)]
    store.import_notes([note([*cards, card(len(SIGNS), **plain)])])
    for number, sign in enumerate(SIGNS):
        wanted = sign if sign == '"' else f'"{sign}"'
        assert list(store.find(wanted)) == [f"card-{number}"]
        assert f"card-{number}" not in store.find(f"-{wanted}")


@pytest.mark.parametrize("deck", ["Übungen", "übungen", "ÜBUNGEN"])
def test_letters_beyond_ascii_are_found_whatever_their_case(
    store: Store, note: MakeNote, card: Any, deck: str
) -> None:
    decks = ("Übungen", "Übungen::Élan_1", "Übungen 2", "Ubungen")
    cards = [card(number, deck=name, tags=(name[:6],)) for number, name in enumerate(decks)]
    store.import_notes([note(cards)])
    assert list(store.find(f"deck:{deck}")) == ["card-0", "card-1"]
    assert list(store.find(f"-deck:{deck}")) == ["card-2", "card-3"]
    assert list(store.find(f"deck:{deck}::éLAN_1")) == ["card-1"]
    assert list(store.find(f"deck:{deck}::éLAN__")) == []
    assert list(store.find(f"tag:{deck[:6]}")) == ["card-0", "card-1", "card-2"]
    assert store.statistics(f"deck:{deck}")["cards"] == 2
    assert store.statistics(f"deck:{deck} -is:due")["cards"] == 2


TAGS = (
    "ml",
    "ML::Softmax",
    "ml::softmax::jacobian",
    "mlops",
    "soft-max",
    "c++",
    "++",
    "x_y",
    "Zoë",
)


@pytest.mark.parametrize(
    "wanted", [*TAGS, "ml::", "softmax", "c", "+", "x%y", "zoe", "ZOË", "soft"]
)
def test_a_tag_finds_itself_and_those_below_it(
    store: Store, note: MakeNote, card: Any, wanted: str
) -> None:
    first = card(0, tags=TAGS[:1], prompt="What does the softmax function turn scores into?")
    others = [card(number, tags=(tag,)) for number, tag in enumerate(TAGS[1:], 1)]
    store.import_notes([note([first, *others])])
    store.find("number")  # the index is there: what is tagged from here on has to find its way in
    own = {"card-0": TAGS[5:7], "card-1": ("Zoë", "mlops"), "card-8": ("ml::softmax",)}
    for id, tags in own.items():
        store.tag(id, tags)
    reworded = replace(
        first, id="reworded", prompt="What does the softmax function turn its scores into?"
    )
    store.import_notes([note([reworded, *others])])
    store.tag("card-1", remove=["mlops"])

    def named(tag: str) -> bool:
        tag, name = tag.lower(), wanted.lower()
        return tag == name or tag.startswith(f"{name}::")

    expected = [
        one.card.id for one in store.cards() if any(map(named, (*one.card.tags, *one.tags)))
    ]
    assert sorted(store.find(f"tag:{wanted}")) == sorted(expected)
    rest = {one.card.id for one in store.cards()} - set(expected)
    assert set(store.find(f"-tag:{wanted}")) == rest
    assert store.statistics(f"tag:{wanted}")["cards"] == len(expected)


def test_a_leech_is_what_its_deck_calls_one(
    open_store: Any, note: MakeNote, card: Any, clock: Any
) -> None:
    store = open_store(leech_lapses=2)
    store.import_notes([note([card(0), card(1, deck="Lenient"), card(2, deck="Strict")])])
    store.set_option("Lenient", "leech_lapses", 3)
    store.set_option("Strict", "leech_lapses", 1)
    found = []
    for _ in range(3):
        for id in ("card-0", "card-1", "card-2"):
            store.answer(id, Rating.EASY, seconds=1)
        clock.forward(days=40)
        for id in ("card-0", "card-1", "card-2"):
            store.answer(id, Rating.AGAIN, seconds=1)
        found.append(list(store.find("is:leech")))
        leeches = [stored.card.id for stored in store.cards() if stored.leech]
        assert sorted(leeches) == found[-1]
        assert store.statistics("is:leech")["cards"] == len(leeches)
        clock.forward(days=1)
    assert found == [["card-2"], ["card-0", "card-2"], ["card-0", "card-1", "card-2"]]
    assert list(store.find("-is:leech")) == []
    store.set_option("Lenient", "leech_lapses", 9)
    assert list(store.find("is:leech")) == ["card-0", "card-2"]
    assert list(store.find("-is:leech")) == ["card-1"]


@pytest.mark.parametrize(("hour", "found"), [(0, ["card-0"]), (4, []), (23, ["card-0"])])
def test_what_was_forgotten_today_begins_when_the_day_does(
    open_store: Any, note: MakeNote, clock: Any, hour: int, found: list[str]
) -> None:
    store = open_store(rollover_hour=hour)
    store.import_notes([note(2)])
    clock.now = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)  # half past one in Berlin
    store.answer("card-0", Rating.AGAIN, seconds=1)
    clock.forward(hours=11)
    assert list(store.find("forgotten:1")) == found
    assert store.statistics()["reviews_today"] == len(found)
    assert list(store.find("forgotten:2")) == ["card-0"]


def test_what_was_forgotten_is_found_under_its_new_wording(
    store: Store, note: MakeNote, card: Any
) -> None:
    first = card(0, prompt="What does the softmax function turn scores into?")
    reworded = replace(
        first, id="reworded", prompt="What does the softmax function turn its scores into?"
    )
    store.import_notes([note([first])])
    store.answer(first.id, Rating.AGAIN, seconds=1)
    store.import_notes([note([reworded])])
    assert list(store.find("forgotten:1")) == ["reworded"]
    # The id that was given up begins anew: each of both cards has its own past.
    other = card(0, file="other.md", prompt="Something else entirely.")
    store.import_notes([note([other], path="other.md")])
    assert list(store.find("forgotten:1")) == ["reworded"]
    assert list(store.find("-forgotten:1")) == [first.id]
    store.answer(first.id, Rating.AGAIN, seconds=1)
    assert list(store.find("forgotten:1")) == ["reworded", first.id]
    assert list(store.find("forgotten:1 forgotten:2 -forgotten:0")) == ["reworded", first.id]
    assert store.statistics("forgotten:1")["cards"] == 2
    store.undo()
    store.undo()
    assert list(store.find("forgotten:1")) == []


def test_a_tag_of_ones_own_is_found_as_a_word(
    store: Store, open_store: Any, note: MakeNote, card: Any
) -> None:
    cards = [card(0, tags=("maths",)), card(1, prompt="Where is the river Rhine?")]
    store.import_notes([note(cards)])
    assert list(store.find("difficult")) == []
    store.tag("card-0", ["Difficult::façade"])
    assert [list(store.find(word)) for word in ("diff", "facade", "difficult maths")] == [
        ["card-0"]
    ] * 3
    assert list(store.find("-difficult")) == ["card-1"]
    store.answer("card-0", Rating.GOOD, seconds=1)
    store.undo()
    assert list(store.find("difficult")) == ["card-0"]
    other = open_store("other.db")
    other.import_notes([note(cards)])
    other.find("river")
    other.sync(store._context.database.engine.url.render_as_string(hide_password=False))
    assert list(other.find("difficult")) == ["card-0"]
    reworded = replace(cards[0], id="other", prompt="What is the number naught, in a word?")
    store.import_notes([note([reworded, cards[1]])], decide=lambda _: True)
    assert list(store.find("difficult")) == ["other"]
    store.tag("other", remove=["Difficult::façade"])
    assert list(store.find("difficult")) == []
    assert list(store.find("maths")) == ["other"]


def test_a_rebuild_gives_the_index_of_words_the_tags_of_the_log(
    store: Store, note: MakeNote
) -> None:
    store.import_notes([note(2)])
    store.tag("card-0", ["difficult"])
    with store._context.database.write() as connection:
        connection.exec_driver_sql("UPDATE schedule SET tags = ' easy ' WHERE tags <> ''")
    assert list(store.find("easy")) == ["card-0"]
    assert not store.rebuild()
    assert list(store.find("easy")) == []
    assert list(store.find("difficult")) == ["card-0"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", "012"),
        ("0 or 1", "01"),
        ("number (0 or 2)", "02"),
        ("-(0 or 2)", "1"),
        ("-0 and -1", "2"),
        ("0 OR topic:softmax", "0"),
        ("(0", "0"),
        ("0)", "0"),
        ("or 0", "0"),
        ("0 or", "0"),
        ("(topic:gini or (0 -1)) number", "01"),
        ('"or"', ""),
        ("id:card-1", "1"),
        ("file:NOTE", "012"),
        ("added:1", "012"),
        ("rated:1", "0"),
        ("rated:1:3", "0"),
        ("rated:1:1", ""),
        ("prop:reps=1", "0"),
        ("prop:reps>=0", "012"),
        ("-prop:s>0", "12"),
        ("prop:s>0 prop:d<=10", "0"),
        ("prop:r>99%", "0"),
        ("prop:r<.99", ""),
        ("prop:ivl>=0 prop:due>=0", "0"),
        ("sim:* or derive:*", "2"),
        ("sim:gini.*", "2"),
        ("sim:", "2"),
        ("(proved:) -is:missing", "2"),
        ("proved:24.*", "2"),
        ("proved:25.*", ""),
        ("-proved:", "01"),
        ("refuted: or agrees:", ""),
        ("sim:gini", ""),
        ("has:simulation", "2"),
        ("-has:simulation", "01"),
    ],
)
def test_fields_and_what_joins_them(
    store: Store, note: MakeNote, card: Any, line: str, found: str
) -> None:
    check = Check(answer="2", simulation="gini.lorenz", claim="24.3", evidence="proved")
    store.import_notes([note([card(0), card(1), card(2, check=check)])])
    store.answer("card-0", Rating.GOOD, seconds=1)
    assert list(store.find(line)) == [f"card-{number}" for number in found]
    assert [stored.card.id for stored in store.cards(line)] == list(store.find(line))


def test_recall_that_has_fallen_is_found(store: Store, note: MakeNote, clock: Any) -> None:
    store.import_notes([note(2)])
    store.answer("card-0", Rating.EASY, seconds=1)
    stability = store.card("card-0").stability
    clock.forward(days=round(stability))
    assert list(store.find("prop:r<.92")) == list(store.find("prop:r>88%")) == ["card-0"]
    assert not list(store.find("prop:r<.88"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("colour:red", "there is no field colour:, only deck:"),
        ("is:lost", "nothing is:lost"),
        ("prop:x>1", "stability, days"),
        ("prop:s", "compared, as in prop:s>10"),
        ("rated:7:5", "as in rated:7:1"),
        ("added:soon", "as in added:7"),
        ("has:wings", "has:simulation"),
        ("(" * 30 + "a", "more than 20 brackets"),
        ("word " * 201, "200 words at most"),
    ],
)
def test_what_cannot_be_understood_is_explained(stocked: Store, line: str, says: str) -> None:
    with pytest.raises(SearchError) as raised:
        stocked.find(line)
    assert says in str(raised.value)
