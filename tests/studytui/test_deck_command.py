import json

import pytest

from cards.formats.front_matter import read, with_deck
from studytui.cli import main


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
    }  # fmt: skip
    assert run("deck")[1] == "trees: 1 card, 1 new, 0 learning, 0 due\n"


def test_a_paused_deck_asks_nothing_until_it_is_resumed(run, note):
    assert run("deck", "pause", "trees")[1] == "trees is paused.\n"
    (deck,) = listed(run)
    assert (deck["new"], deck["paused"]) == (0, True)
    run("deck", "resume", "trees")
    assert (listed(run)[0]["new"], listed(run)[0]["paused"]) == (1, False)


def test_a_renamed_deck_has_its_name_in_the_note_and_keeps_it(run, note):
    assert "written into 1 note" in run("deck", "rename", "trees", "All: trees")[1]
    assert [deck["deck"] for deck in listed(run)] == ["All: trees"]
    run("import", note)
    assert [deck["deck"] for deck in listed(run)] == ["All: trees"]
    assert json.loads(run("cards", "--json")[1])["cards"][0]["state"] == "new"


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
