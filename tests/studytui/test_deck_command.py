import json

import pytest

from cards.formats import read as read_note
from cards.formats.front_matter import read, with_deck
from studytui.cli import main
from studytui.sessions.decks import listed as listed_decks
from studytui.sessions.decks import pause, remove, rename


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command on an empty store: exit code, standard output, standard error."""
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("studytui.commands.import_._interactive", lambda: False)

    def command(*arguments):
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def note(run, tmp_path):
    path = tmp_path / "trees.md"
    path.write_text("# Trees\n\nQ: What is a tree?\nA: A graph without cycles\n")
    run("import", path)
    return path


def listed(run):
    return json.loads(run("deck", "list", "--json")[1])["decks"]


def test_decks_are_listed(run, note):
    (deck,) = listed(run)
    assert deck == {
        "deck": "trees", "cards": 1, "new": 1, "learning": 0, "due": 0, "paused": False,
        "evidence": {"not checked": 1},
    }  # fmt: skip
    assert run("deck")[1] == "trees: 1 card, 1 new, 0 learning, 0 due\n"


def test_a_paused_deck_asks_nothing_until_it_is_resumed(run, note):
    assert run("deck", "pause", "trees")[1] == "trees is paused.\n"
    (deck,) = listed(run)
    assert (deck["new"], deck["paused"]) == (0, True)
    run("deck", "resume", "trees")
    assert (listed(run)[0]["new"], listed(run)[0]["paused"]) == (1, False)


def test_a_deck_that_is_resumed_has_its_own_limits_as_before(run, note):
    run("options", "trees", "new_per_day=7")
    run("deck", "pause", "trees")
    run("deck", "resume", "trees")
    assert json.loads(run("options", "trees", "--json")[1])["new_per_day"] == 7


def test_a_deck_takes_those_below_it_and_its_options_along(run, tmp_path):
    texts = {}
    for name, deck in (("a", "Maths"), ("b", "Maths::Sums")):
        path = tmp_path / f"{name}.md"
        texts[path] = f"---\ndeck: {deck}\n---\nQ: What is {name}?\nA: A letter {name}\n"
        path.write_text(texts[path])
    run("import", *texts)
    run("options", "Maths::Sums", "new_per_day=7")
    run("deck", "move", "Maths", "School")
    assert [one["deck"] for one in listed(run)] == ["School::Maths", "School::Maths::Sums"]
    assert json.loads(run("options", "School::Maths::Sums", "--json")[1])["new_per_day"] == 7
    run("deck", "pause", "School")
    assert [one["paused"] for one in listed(run)] == [True, True]
    code, _, err = run("deck", "resume", "School::Maths")
    assert (code, "School, which is paused" in err) == (2, True)


def test_what_was_done_to_a_deck_can_be_taken_back(services, deck):
    store, text = services.store(), deck.read_text()
    for do in (lambda: rename(store, "Small", "Tall"), lambda: remove(store, "Small")):
        done = do()
        assert "Small" not in [one.name for one in listed_decks(store)]
        done.take_back()
        assert [(one.name, one.cards, one.new) for one in listed_decks(store)] == [("Small", 3, 3)]
        assert deck.read_text() == text
    pause(store, "Small").take_back()
    assert not listed_decks(store)[0].paused


def test_a_muted_card_is_not_counted_as_refuted(empty, tmp_path):
    path = tmp_path / "gini.md"
    says = "a gini coefficient of 0 means perfect equality, and 1 means perfect concentration"
    path.write_text(f"# Gini coefficient\n\n- {says} in a single individual.\n")
    store = empty.store()
    store.import_notes([read_note(path)])
    (refuted,) = store.cards("refuted:")
    assert listed_decks(store)[0].evidence == {"proved": 1, "refuted": 1}
    store.tag(refuted.card.id, ["muted"])
    assert listed_decks(store)[0].evidence == {"proved": 1, "muted": 1}


@pytest.mark.parametrize("text", ["#+TITLE: T\n* What is a tree?  :drill:\nA graph.\n"])
def test_a_note_that_cannot_name_its_deck_is_left_as_it_is(empty, tmp_path, text):
    path = tmp_path / "trees.org"
    path.write_text(text)
    empty.store().import_notes([read_note(path)])
    (before,) = listed_decks(empty.store())
    assert "could not be written" in rename(empty.store(), before.name, "Woods").says
    assert path.read_text() == text
    assert [one.name for one in listed_decks(empty.store())] == ["Woods"]


def test_a_renamed_deck_has_its_name_in_the_note_and_keeps_it(run, note):
    assert "written into 1 note" in run("deck", "rename", "trees", "All: trees")[1]
    assert [deck["deck"] for deck in listed(run)] == ["All: trees"]
    run("import", note)
    assert [deck["deck"] for deck in listed(run)] == ["All: trees"]
    assert json.loads(run("cards", "--json")[1])["cards"][0]["state"] == "new"


def test_a_note_that_nobody_may_write_is_left_as_it_is(run, note):
    before = note.read_text()
    note.chmod(0o444)
    code, out, _ = run("deck", "rename", "trees", "Woods")
    assert (code, note.read_text()) == (0, before)
    assert "1 note could not be written" in out
    assert [one["deck"] for one in listed(run)] == ["Woods"]


def test_a_removed_deck_comes_back_with_its_notes(run, note):
    assert "1 card of trees left out" in run("deck", "remove", "trees")[1]
    assert [card["state"] for card in json.loads(run("cards", "--json")[1])["cards"]] == ["missing"]
    run("import", note)
    assert [card["state"] for card in json.loads(run("cards", "--json")[1])["cards"]] == ["new"]


@pytest.mark.parametrize("arguments", [("pause",), ("rename", "trees"), ("pause", "none")])
def test_what_cannot_be_done_is_said(run, note, arguments):
    code, _, err = run("deck", *arguments)
    assert (code, bool(err)) == (2, True)


@pytest.mark.parametrize(
    "text", ["", "# T\n", "---\ntags: [a]\n---\nx", "---\ndeck: old\n---\nx", "---\nx"]
)
@pytest.mark.parametrize("deck", ["New", "It's: [new]", "a # b"])
def test_a_deck_is_written_into_front_matter(text, deck):
    said = with_deck(text, deck)
    assert read(said.split("\n")).deck == deck
    assert said.endswith(text.rpartition("---\n")[2])


@pytest.mark.parametrize("text", ["# T\n", "---\ntags: [a]\n---\nx\n", "---\ndeck: old\n---\nx\n"])
def test_a_deck_is_written_with_the_line_ends_of_its_note(text):
    said = with_deck(text.replace("\n", "\r\n"), "New")
    assert said == with_deck(text, "New").replace("\n", "\r\n")
