import json
import os
from pathlib import Path

import pytest

from cards.scheduling.fsrs import Rating
from db.store import Store
from studytui.cli import main
from studytui.config import load
from studytui.editing import reread
from studytui.services import Services

NOTE = "# Softmax\n\nQ: What do the weights of a softmax sum to?\nA: One.\n\nC: A [gap] here.\n"


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
def note(tmp_path):
    path = tmp_path / "note.md"
    path.write_text(NOTE)
    return path


def report(run, *arguments):
    _, out, _ = run("import", "--json", *arguments)
    return json.loads(out)["files"]


def test_import_reports_and_cards_list_what_was_read(run, note):
    (file,) = report(run, note)
    assert file == {
        "path": str(note),
        "new": 2,
        "updated": 0,
        "relinked": 0,
        "unchanged": 0,
        "removed": 0,
        "problems": [],
    }
    code, out, err = run("cards", "--json")
    cards = json.loads(out)["cards"]
    assert (code, err) == (0, "")
    assert cards[0] | {"id": ""} == {
        "id": "",
        "deck": "note",
        "topic": "softmax",
        "kind": "basic",
        "prompt": "What do the weights of a softmax sum to?",
        "answer": "One.",
        "file": str(note),
        "line": 3,
        "check": False,
        "card": cards[0]["id"],
        "simulation": "softmax.temperature",
        "derivation": "softmax.gradient",
        "claim": "5.1",
        "backing": "claim",
        "evidence_kind": "proved",
        "refuted": None,
        "state": "new",
        "due": None,
    }
    assert "note.md:6: new, cloze, softmax: A […] here." in run("cards")[1]


def test_a_second_import_changes_nothing_and_an_edit_keeps_the_card(run, note):
    report(run, note)
    assert report(run, note)[0]["unchanged"] == 2
    note.write_text(NOTE.replace("What do the weights", "To what do the weights"))
    file = report(run, note)[0]
    assert (file["relinked"], file["new"], file["removed"]) == (1, 0, 0)


def test_a_doubtful_edit_is_listed_and_counts_as_new(run, note):
    note.write_text("Q: What is the capital of Norway, by the sea?\nA: Oslo\n")
    report(run, note)
    note.write_text("Q: What is the capital of Finland, by the sea?\nA: Helsinki\n")
    code, out, err = run("import", note)
    assert code == 0
    assert "1 new, 1 gone" in out
    assert "may be a card that was there before" in err


def test_a_dry_run_changes_nothing(run, note):
    assert report(run, "--dry-run", note)[0]["new"] == 2
    assert json.loads(run("cards", "--json")[1])["cards"] == []


def test_folders_are_read_through_and_hidden_files_left_out(run, tmp_path):
    for name in ("a.md", "deep/er/b.txt", "deep/.hidden/c.md", ".d.md", "e.rst"):
        path = tmp_path / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Q: Which file is {name}?\nA: {name}\n")
    files = report(run, "--deck", "All", tmp_path / "notes")
    assert [file["path"][-5:] for file in files] == ["/a.md", "b.txt"]
    cards = json.loads(run("cards", "--json")[1])["cards"]
    assert {card["deck"] for card in cards} == {"All"}


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"Q: What do the weights of a softmax sum to?\nA: \x00", 2),
        (b"Q: caf\xe9\nA: b", 1),
        (b"---\ndeck: [\n---\nQ: a\nA: b", 3),
        (NOTE.encode() + b"```\nunclosed", 7),
        (b"A: no question\n", 1),
    ],
)
def test_bad_input_says_where_and_leaves_all_cards_as_they_were(run, note, data, line):
    report(run, note)
    before = run("cards", "--json")[1]
    note.write_bytes(data)
    code, out, err = run("import", "--json", note)
    assert code == 1
    file = json.loads(out)["files"][0]
    assert (file["new"], file["removed"]) == (0, 0)
    assert [problem["line"] for problem in file["problems"]] == [line]
    assert f"note.md:{line}: error: " in err
    assert run("cards", "--json")[1] == before


def test_a_wrong_path_is_refused_and_nothing_is_imported(run, note, tmp_path):
    code, out, err = run("import", "--json", note, tmp_path / "none.md")
    assert code == 2
    assert json.loads(out)["files"][0]["problems"][0]["severity"] == "error"
    assert "no such file" in err
    assert json.loads(run("cards", "--json")[1])["cards"] == []
    (tmp_path / "empty").mkdir()
    assert run("import", tmp_path / "empty")[0] == 2
    assert run("import")[0] == 2


def test_lesser_problems_leave_exit_code_0(run, note):
    note.write_text(NOTE + "\nQ: What do the weights of a softmax sum to?\nA: One.\n")
    code, _, err = run("import", note)
    assert code == 0
    assert "note.md:8: warning: " in err


def test_the_same_card_in_two_notes_stays_where_it_was(run, note, tmp_path):
    copy = tmp_path / "other.md"
    copy.write_text(NOTE)
    for _ in range(2):
        files = report(run, note, copy)
    assert [file["unchanged"] for file in files] == [2, 0]
    assert [file["updated"] for file in files] == [0, 0]


def test_a_doubtful_edit_is_asked_about_on_a_terminal(run, note, monkeypatch):
    note.write_text("Q: What is the capital of Norway, by the sea?\nA: Oslo\n")
    report(run, note)
    note.write_text("Q: What is the capital of Finland, by the sea?\nA: Helsinki\n")
    asked = []
    monkeypatch.setattr("studytui.commands.import_._interactive", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda text, **_: asked.append(text) or True)
    assert "1 edited" in run("import", note)[1]
    assert len(asked) == 1


def test_notes_that_did_not_change_are_not_read_again(run, note, monkeypatch):
    report(run, note)

    def refuse(*_):
        raise AssertionError("the note was read again")

    with monkeypatch.context() as patch:
        patch.setattr("cards.formats.read", refuse)
        (file,) = report(run, note)
    assert (file["unchanged"], file["new"]) == (2, 0)
    (file,) = report(run, note, "--deck", "Other")
    assert file["updated"] == 2
    note.write_text(NOTE + "\nQ: Is this new?\nA: Yes.\n")
    (file,) = report(run, note)
    assert (file["new"], file["updated"]) == (1, 2)


def test_a_card_in_two_notes_is_told_at_every_import(run, note, tmp_path):
    other = tmp_path / "other.md"
    other.write_text(NOTE)
    for _ in range(2):
        first, second = report(run, note, other)
        assert (first["problems"], len(second["problems"])) == ([], 2)


def test_a_file_whose_name_is_no_text_is_a_problem(run, tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    try:
        (folder / os.fsdecode(b"\xff.md")).write_text(NOTE)
    except OSError:
        pytest.skip("this file system keeps names as text")
    code, out, err = run("import", folder)
    assert (code, "0 cards" in out) == (1, True)
    assert "rename it" in err


def test_a_path_that_a_terminal_would_obey_is_shown_without_that(run, tmp_path):
    folder = tmp_path / "a\x1b[31mred"
    folder.mkdir()
    (folder / "note.md").write_text(NOTE)
    for path in (folder, folder / "none.md", folder / "note.md"):
        for command in ("import", "check"):
            code, out, err = run(command, path)
            assert code != 0
            assert "\x1b" not in out + err


def test_an_empty_path_is_not_the_folder_one_is_in(run, note, monkeypatch):
    monkeypatch.chdir(note.parent)
    code, out, err = run("import", "")
    assert (code, out) == (2, "")
    assert "an empty path names no note" in err


@pytest.mark.parametrize("command", ["import", "check"])
def test_a_home_folder_that_there_is_not_is_said(run, command):
    code, out, err = run(command, "~no-such-person/note.md")
    assert (code, out) == (2, "")
    assert "no-such-person has no home folder here; write the path out" in err


@pytest.mark.parametrize("command", ["import", "check"])
def test_a_link_that_leads_round_in_a_circle_is_said(run, tmp_path, command):
    circle = tmp_path / "circle.md"
    circle.symlink_to(circle)
    code, out, err = run(command, circle)
    assert code == 1
    assert "cannot be opened" in out + err


def test_a_folder_behind_a_link_is_watched(run, note, tmp_path, monkeypatch):
    folder, link = tmp_path / "notes", tmp_path / "link"
    folder.mkdir()
    link.symlink_to(folder)
    note = note.rename(folder / "note.md")

    def saved(*watched, **_options):
        assert watched == (folder,)
        note.write_text(NOTE.replace("One.", "1."))
        yield {(1, str(note))}

    monkeypatch.setattr("watchfiles.watch", saved)
    code, out, _ = run("import", link, "--watch")
    assert code == 0
    assert "edited, keeps its progress" in out


@pytest.fixture
def folder(tmp_path):
    """A folder with two notes, a card in each, and a README without any."""
    folder = tmp_path / "notes"
    (folder / "deep").mkdir(parents=True)
    (folder / "README.md").write_text("Nothing to learn here.\n")
    for path, word in ((folder / "a.md", "apples"), (folder / "deep" / "b.md", "boats")):
        path.write_text(f"Q: What colour do {word} have?\nA: That of {word}.\n")
    return folder


def states(run):
    cards = json.loads(run("cards", "--json")[1])["cards"]
    return {Path(card["file"]).name: card["state"] for card in cards}


def test_the_cards_of_a_note_that_was_deleted_wait_for_its_return(run, folder):
    report(run, folder)
    note = folder / "deep" / "b.md"
    text = note.read_text()
    note.unlink()
    assert f"{note}: 1 gone" in run("import", "--dry-run", folder)[1]
    assert states(run) == {"a.md": "new", "b.md": "new"}
    code, out, err = run("import", folder)
    assert (code, err) == (0, "")
    assert out == f"{note}: 1 gone\n1 card in 1 note\n"
    assert states(run) == {"a.md": "new", "b.md": "missing"}
    assert run("import", folder)[1] == "1 card in 1 note\n"
    note.write_text(text)
    assert [file["updated"] for file in report(run, folder)] == [0, 1]
    assert states(run) == {"a.md": "new", "b.md": "new"}


def test_a_note_with_a_faulty_card_is_missed_like_any_other(run, folder):
    note = folder / "deep" / "b.md"
    note.write_text(2 * note.read_text())
    assert "b.md:3: warning: " in run("import", folder)[2]
    note.unlink()
    assert run("import", folder)[1] == f"{note}: 1 gone\n1 card in 1 note\n"
    assert states(run) == {"a.md": "new", "b.md": "missing"}


def test_a_note_that_was_read_again_in_the_app_is_missed_too(run, folder, tmp_path):
    note = folder / "deep" / "b.md"
    report(run, folder)
    note.write_text(note.read_text().replace("boats have", "boats ever have"))
    store = Store.open(tmp_path / "home" / "studytui.db")
    reread(store, str(note), "")
    store.close()
    note.unlink()
    assert "b.md: 1 gone" in run("import", folder)[1]


def test_a_note_that_moved_within_its_folder_keeps_its_cards(run, folder):
    report(run, folder)
    (folder / "deep" / "b.md").rename(folder / "c.md")
    files = {Path(file["path"]).name: file for file in report(run, folder)}
    assert (files["c.md"]["new"], files["b.md"]["removed"]) == (0, 0)
    assert states(run) == {"a.md": "new", "c.md": "new"}


def test_notes_elsewhere_are_left_alone(run, folder, note):
    report(run, folder, note)
    note.unlink()
    beside = folder.with_name("notes-2")
    beside.mkdir()
    (beside / "c.md").write_text("Q: Is this beside it?\nA: Yes.\n")
    report(run, beside)
    (beside / "c.md").unlink()
    assert [file["removed"] for file in report(run, folder)] == [0, 0]
    assert set(states(run).values()) == {"new"}


def test_notes_in_a_folder_that_cannot_be_read_are_left_alone(run, folder, monkeypatch):
    report(run, folder)
    locked = folder / "deep"
    look, walk = os.lstat, os.walk

    def refuse(path, **how):
        if locked in Path(path).parents:
            raise PermissionError(13, "Permission denied")
        return look(path, **how)

    monkeypatch.setattr("os.lstat", refuse)
    monkeypatch.setattr("os.walk", lambda top: (at for at in walk(top) if at[0] != str(locked)))
    assert [file["removed"] for file in report(run, folder)] == [0]
    assert set(states(run).values()) == {"new"}


def test_a_folder_that_is_empty_now_loses_no_card(run, folder):
    report(run, folder)
    for path in folder.rglob("*.md"):
        path.unlink()
    assert run("import", folder)[0] == 2
    assert set(states(run).values()) == {"new"}


def test_a_note_that_is_deleted_is_noticed_by_watching(run, folder, monkeypatch):
    other = folder / "c.md"
    other.write_text((folder / "a.md").read_text())  # the same card, which counts as a.md's
    report(run, folder)

    def deleted(*_watched, **_options):
        for path in (folder / "deep" / "b.md", folder / "a.md"):
            path.unlink()
            yield {(3, str(path))}

    monkeypatch.setattr("watchfiles.watch", deleted)
    assert "b.md: 1 gone" in run("import", folder, "--watch")[1]
    assert states(run) == {"c.md": "new", "b.md": "missing"}


def test_all_that_a_note_proposes_is_taken_at_later_imports_too(run, tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    note, plain = folder / "trees [1].md", folder / "plain.md"
    text = "# Trees\n\n- Basic idea: a list of words\n"
    note.write_text(f"{text}- Tree depth: the length of the longest way down\n")
    plain.write_text("# Trees\n\n- Tree height: the length of the longest way up\n")

    def cards():
        files = report(run, folder)
        return {Path(file["path"]).name: file["new"] + file["unchanged"] for file in files}

    assert cards() == {note.name: 1, "plain.md": 1}
    run("import", "--all", "--dry-run", folder)
    assert not (folder / ".studytuiall").exists()
    run("import", "--all", folder)
    assert (folder / ".studytuiall").read_text() == "trees [[]1].md\n"
    assert cards() == {note.name: 2, "plain.md": 1}
    note.write_text(note.read_text() + "- Tree root: a node that has no parent\n")
    assert cards() == {note.name: 3, "plain.md": 1}
    run("import", "--no-all", folder)
    assert not (folder / ".studytuiall").exists()
    assert cards() == {note.name: 2, "plain.md": 1}


def test_a_studied_card_stays_when_its_line_is_judged_otherwise(run, tmp_path, monkeypatch):
    note = tmp_path / "trees.md"
    note.write_text(
        "# Trees\n\n- Tree depth: the length of the longest way down\n"
        "- Tree root: the node that has no parent\n"
    )
    run("import", note)
    id = json.loads(run("cards", "--json")[1])["cards"][0]["id"]
    with Services(load()) as services:
        services.store().answer(id, Rating.GOOD, seconds=1)
    monkeypatch.setattr("cards.formats.outline.doubt", lambda seen: "it is not worth a card")
    monkeypatch.setattr("cards.formats.outline.is_settled", lambda question: False)
    note.write_text(note.read_text() + "\n")
    (file,) = report(run, note)
    assert (file["unchanged"], file["removed"]) == (1, 1)
    assert report(run, note)[0]["unchanged"] == 1
    (file,) = report(run, "--no-all", note)
    assert (file["unchanged"], file["removed"]) == (0, 1)
    assert report(run, note)[0]["removed"] == 0


def test_watching_is_ended_by_ctrl_c_in_plain_words(run, note, monkeypatch):
    def interrupted(*_watched, **options):
        assert options.get("raise_interrupt", True)
        yield set()
        raise KeyboardInterrupt

    monkeypatch.setattr("watchfiles.watch", interrupted)
    code, _, error = run("import", note, "--watch")
    assert code == 0
    assert error.endswith("Watching; Ctrl+C ends.\nWatching ended.\n")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"CUSTOM_REGEXPS": {"Basic": "^Q (.+)", "Cloze": "", "Mine": "(a+)+$"}}, "2 regular expr"),
        ({"CUSTOM_REGEXPS": {"Basic": "", "Cloze": " "}}, ""),
        ({"CUSTOM_REGEXPS": ["x"]}, ""),
        ([], ""),
    ],
)
def test_a_vault_with_expressions_of_its_own_is_told_that_they_are_not_run(
    run, tmp_path, said, says
):
    folder = tmp_path / "vault"
    plugin = folder / ".obsidian/plugins/obsidian-to-anki-plugin/data.json"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(json.dumps({"settings": said}))
    (folder / "deep").mkdir()
    for name in ("a.md", "deep/b.md"):
        (folder / name).write_text(f"Q: What is {name}?\nA: A note\n")
    code, _, err = run("import", folder)
    assert code == 0
    assert err.count("not run") == bool(says)
    assert says in err
