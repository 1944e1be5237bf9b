"""A Mochi archive becomes notes: decks, templates, media, tags and what was remembered."""

import json
import stat
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from cards.formats.anki.archive import PackageError
from db.store import Store
from studytui.commands.packages import bring_in, is_package
from studytui.exporting import export

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = 86_400_000


def at(days):
    return int((NOW - timedelta(days=days)).timestamp() * 1000)


TEMPLATE = {
    "~:id": "~:tmpl",
    "~:content": "# << Word >>\n<<#Hint>>(<< Hint >>)<</Hint>>\n---\n"
    "<< Meaning >><<^Hint>> *bare*<</Hint>>",
    "~:fields": {
        "~:name": {"~:id": "~:name", "~:name": "Word", "~:pos": "a"},
        "~:f2": {"~:id": "~:f2", "~:name": "Meaning"},
        "~:f3": {"~:id": "~:f3", "~:name": "Hint"},
    },
}


def fields(word, meaning, hint=""):
    said = {"~:name": word, "~:f2": meaning, "~:f3": hint}
    return {id: {"~:id": id, "~:value": value} for id, value in said.items()}


CARDS = [
    {
        "~:id": "~:AbCd1234", "~:content": "What flows?\n---\nThe river ![bank](@media/a b.png)"
        .replace("a b", "a%20b"), "~:tags": {"~#set": ["water", "#land/sea"]},
        "~:created-at": {"~#dt": at(40)},
        "~:reviews": [
            {"~:date": f"~t{at(20)}", "~:remembered?": True},
            {"~:date": {"~#dt": at(18)}, "~:interval": 2.2, "~:remembered?": False},
            {"~:date": f"~t{at(15)}", "~:interval": 30, "~:remembered?": True},
        ],
    },
    {"~:id": "~:t1", "~:template-id": "~:tmpl", "~:fields": fields("Bach", "brook")},
    {
        "~:id": "~:t2", "~:content": "", "~:template-id": "~:tmpl",
        "~:fields": fields("See", "lake", "not the verb"), "~:review-reverse?": True,
        "~:reviews": [{"~:date": f"~t{at(3)}", "~:remembered?": True}],
        "~:reverse-reviews": [{"~:date": f"~t{at(2)}", "~:interval": 9, "~:remembered?": True}],
    },
    {"~:id": "~:gaps", "~:content": "A {{1::tide}} has an {{2::ebb}}.",
     "~:reviews": [{"~:date": f"~t{at(3)}", "~:remembered?": True}]},
    {"~:id": "~:old", "~:content": "Left?\n---\nYes", "~:archived?": True},
    {"~:id": "~:bin", "~:name": "thrown", "~:content": "x\n---\ny", "~:trashed?": {"~#dt": 1}},
    {"~:id": "~:empty", "~:content": " \n"},
]  # fmt: skip
DATA = {
    "~:version": 2,
    "~:decks": [
        {"~:id": "~:top", "~:name": "Nature", "~:cards": {"~#list": []}},
        {"~:id": "~:sub", "~:name": "Water", "~:parent-id": "~:top", "~:cards": {"~#list": CARDS}},
    ],
    "~:templates": {"~#list": [TEMPLATE]},
}
EDN = r"""
{:version 2
 :decks [{:id :top :name "Nature" :cards ()}
         {:id :sub :name "Water" :parent-id :top :cards (
           {:id :AbCd1234 :content "What flows?\n---\nThe river ![bank](@media/a%20b.png)"
            :tags #{"water" "#land/sea"}})}]}
"""


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "s.db", zone=UTC, clock=lambda: NOW)
    yield opened
    opened.close()


def archive(path, data=DATA, name="data.json", media=("a b.png",)):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, data if isinstance(data, str) else json.dumps(data))
        for one in media:
            file.writestr(one, b"PNG")
    return path


def brought(store, path, into):
    _, lost = bring_in(store, [path], into, False)
    return {one.card.id: one for one in store.each_card()}, lost


def test_decks_templates_tags_media_and_reviews_come(tmp_path, store):
    path = archive(tmp_path / "My decks.mochi")
    assert is_package(path)
    cards, lost = brought(store, path, tmp_path / "in")
    assert set(cards) == {"AbCd1234", "t1", "t2", "t2.reversed", "gaps.1", "gaps.2", "old"}
    first = cards["AbCd1234"]
    assert first.card.deck == "Nature::Water"
    assert (first.card.prompt, first.card.answer) == (
        "What flows?", "The river ![bank](media/a%20b.png)",
    )  # fmt: skip
    assert first.card.tags == ("water", "land/sea")
    assert (tmp_path / "in/media/a b.png").read_bytes() == b"PNG"
    assert (tmp_path / "in/Nature/Water.md").is_file()
    assert first.state == "review"
    assert first.due.date() == (NOW + timedelta(days=15)).date()
    assert first.stability > 1
    assert int(first.added.timestamp() * 1000) == at(40)
    assert (cards["t1"].card.prompt, cards["t1"].card.answer) == ("# Bach", "brook *bare*")
    assert cards["t2"].card.prompt == "# See\n(not the verb)"
    assert cards["t2.reversed"].card.answer == "# See\n(not the verb)"
    assert cards["t2"].due.date() == (NOW - timedelta(days=2)).date()
    assert cards["t2.reversed"].due.date() == (NOW + timedelta(days=7)).date()
    assert cards["gaps.1"].card.prompt == "A […] has an ebb."
    assert cards["gaps.1"].state == "new"
    assert cards["old"].state == "suspended"
    assert [line.split(":")[0] for line in lost] == [
        "the reviews of a card with several gaps",
        "a card in the trash",
        "a card without text, or one that could not be read",
    ]


def test_a_second_import_changes_nothing(tmp_path, store):
    path = archive(tmp_path / "a.mochi")
    before, _ = brought(store, path, tmp_path / "in")
    after, lost = brought(store, path, tmp_path / "again")
    assert after == before
    assert sum(line.startswith("a card that is among") for line in lost) == len(before)
    assert not list((tmp_path / "again").rglob("*.md"))


def test_edn_and_json_give_the_same(tmp_path, store):
    cards, lost = brought(store, archive(tmp_path / "a.mochi", EDN, "data.edn"), tmp_path / "in")
    assert lost == []
    assert [(c.card.id, c.card.deck, set(c.card.tags)) for c in cards.values()] == [
        ("AbCd1234", "Nature::Water", {"water", "land/sea"})
    ]


def test_what_came_from_mochi_goes_to_anki_and_back(tmp_path, store):
    cards, _ = brought(store, archive(tmp_path / "a.mochi"), tmp_path / "in")
    export(store, str(tmp_path / "a.apkg"), "")
    other = Store.open(tmp_path / "o.db", zone=UTC, clock=lambda: NOW)
    again, _ = brought(other, tmp_path / "a.apkg", tmp_path / "other")
    other.close()
    assert {id: (c.state, c.due) for id, c in again.items()} == {
        id: (c.state, c.due) for id, c in cards.items()
    }
    assert again["AbCd1234"].stability == pytest.approx(cards["AbCd1234"].stability)


def test_a_dry_run_writes_nothing(tmp_path, store):
    report, lost = bring_in(store, [archive(tmp_path / "a.mochi")], tmp_path / "in", True)
    assert sum(file.new for file in report.files) == 7
    assert len(lost) == 3
    assert not (tmp_path / "in").exists()
    assert not list(store.each_card())


def test_decks_in_a_circle_or_without_a_name_have_cards(tmp_path, store):
    one = {"~:id": "~:x", "~:content": "A?\n---\nB"}
    two = {"~:id": "~:y", "~:content": "C?\n---\nD", "~:deck-id": "~:nowhere"}
    decks = [
        {"~:id": "~:a", "~:name": "A", "~:parent-id": "~:b", "~:cards": [one]},
        {"~:id": "~:b", "~:name": "B::C", "~:parent-id": "~:a", "~:cards": []},
    ]
    path = archive(tmp_path / "Loose.mochi", {"~:decks": decks, "~:cards": [two]})
    cards, _ = brought(store, path, tmp_path / "in")
    assert cards["y"].card.deck == "Loose"
    assert cards["x"].card.deck.endswith("B:C::A")


def test_a_missing_template_or_medium_is_named(tmp_path, store):
    said = fields("Fluss", "river")
    one = {"~:id": "~:x", "~:content": "", "~:template-id": "~:gone", "~:fields": said}
    two = {"~:id": "~:y", "~:content": "See ![](@media/none.png)\n---\nB"}
    path = archive(
        tmp_path / "a.mochi", {"~:decks": [{"~:id": "~:d", "~:cards": [one, two]}]}, media=()
    )
    cards, lost = brought(store, path, tmp_path / "in")
    assert (cards["x"].card.prompt, cards["x"].card.answer) == ("Fluss", "river")
    assert len(lost) == 2
    assert not (tmp_path / "in/media").exists()


HOSTILE = {"~:decks": [{"~:id": "~:d", "~:name": "../../out\x1b[31m", "~:cards": [
    {"~:id": "~:x", "~:content": "\x1b]0;t\x07A\u202e?\n---\nB ![](@media/..%2f..%2fa.png)",
     "~:tags": ["\x1b[1m", "ok"]},
    {"~:id": "../y\x00", "~:content": "C?\n---\nD"},
    {"~:id": 7, "~:content": 8, "~:reviews": [{}, 3, {"~:date": -5}, {"~:date": 9e99}]},
    "no card", None,
    {"~:id": "~:z", "~:content": "E?\n---\nF", "~:reviews": [
        {"~:date": at(-900), "~:interval": 3}, {"~:date": at(4), "~:interval": 1e300},
        {"~:date": at(3), "~:interval": -4, "~:remembered?": None}]},
]}, [], 5]}  # fmt: skip


def test_hostile_data_is_made_harmless(tmp_path, store):
    path = archive(tmp_path / "a.mochi", HOSTILE, media=("../../a.png", "/etc/a.png"))
    cards, _ = brought(store, path, tmp_path / "deep/in")
    assert sorted(card.card.prompt for card in cards.values()) == ["8", "C?", "E?", "]0;tA?"]
    written = [
        path.relative_to(tmp_path) for path in (tmp_path / "deep").rglob("*") if path.is_file()
    ]
    assert all(path.parts[:2] == ("deep", "in") for path in written)
    assert not [one for one in tmp_path.iterdir() if one.name in ("out", "a.png")]
    assert "\x1b" not in "".join(
        f"{c.card.prompt}{c.card.deck}{c.card.tags}" for c in cards.values()
    )
    assert cards["z"].due.date() == (NOW - timedelta(days=2)).date()


def link(path):
    with zipfile.ZipFile(path, "w") as file:
        entry = zipfile.ZipInfo("data.json")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(entry, "/etc/passwd")
    return path


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda path: archive(path, "x" * 100), "cannot be read"),
        (lambda path: archive(path, "[]"), "holds no decks"),
        (lambda path: archive(path, "[" * 100_000), "cannot be read"),
        (lambda path: archive(path, "[" * 900 + "]" * 900), "cannot be read"),
        (lambda path: archive(path, '["^ ","~:decks",[]]'), "shorter form"),
        (lambda path: archive(path, "[" + "{}," * 1_100_000 + "{}]"), "1,000,000 parts"),
        (lambda path: archive(path, " " * (65 * 2**20)), "unpacks to over"),
        (lambda path: archive(path, "(" * 100_000, "data.edn"), "cannot be read"),
        (lambda path: archive(path, "{}", "other.json"), "neither data.json nor data.edn"),
        (link, "is a link"),
        (lambda path: path.write_text("PK") and path, "not a Mochi archive; export it from Mochi"),
    ],
)  # fmt: skip
def test_an_archive_that_cannot_be_read_is_refused_with_a_sentence(tmp_path, store, made, says):
    with pytest.raises(PackageError, match=says):
        bring_in(store, [made(tmp_path / "a.mochi")], tmp_path / "in", False)
    assert not (tmp_path / "in").exists()


@pytest.mark.parametrize(
    "part", ["<<", "<< a >>", "<<#a>>", "<</a>>", "<<#Word>><<^Word>>", "{{", "@media/"]
)
def test_a_template_of_one_sign_takes_no_time(tmp_path, store, part):
    shape = {**TEMPLATE, "~:content": part * (100_000 // len(part))}
    one = {"~:id": "~:x", "~:template-id": "~:tmpl", "~:fields": fields("w" * 50_000, "b")}
    data = {"~:decks": [{"~:id": "~:d", "~:cards": [one]}], "~:templates": [shape]}
    bring_in(store, [archive(tmp_path / "a.mochi", data)], tmp_path / "in", False)
