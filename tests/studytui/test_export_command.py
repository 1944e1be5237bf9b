"""`studytui export` and `import --into`: what goes out comes back, a failure leaves nothing."""

import csv
import json
import sqlite3
import zipfile
from contextlib import closing
from urllib.parse import unquote

import pytest

from cards.formats import read
from cards.formats.anki.package import Package
from cards.formats.native_text import files_of
from cards.scheduling.fsrs import Rating
from db.store import StoreError
from studytui import config
from studytui.cli import main
from studytui.services import Services
from studytui.sessions.auditing import Decider

NOTE = """---
deck: Small
tags: [one]
---
# Softmax

Q: What do the weights sum to?
A: One.

Q: Which way?
A: Both :: ways
```check
kind: reversed
id: own-1
```

C: A [gap] and [another].

Q: Half of one?
A: $\\frac12$
```check
answer: 1/2
variables:
  x: real
misconceptions:
  - {answer: "2", says: "That is the double: it's twice."}
hint: Divide.
```

Q: Lines
with # marks
A: ```python
Q: code
```

Q: How many bits are a byte?
A: 8

C: The slope of a line is [$m$], its height at 0 [$b$].

Q: A formula
A: $x^2$
```claim
claim: x^2 >= 0
variables: {x: real}
```
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command on the store of a home: exit code, standard output, standard error."""

    def command(*arguments, home="home"):
        monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / home))
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture(autouse=True)
def decided_at_once(monkeypatch):
    """Claims are decided without a worker, so that each store has the same badges quickly."""
    monkeypatch.setattr(Decider, "decide", lambda *_: {"verdict": "HOLDS", "kind": "proved"})


@pytest.fixture
def filled(run, tmp_path):
    """A store with a note, of which one card was studied."""
    note = tmp_path / "small.md"
    note.write_text(NOTE)
    run("import", note)
    with Services(config.load()) as services:
        services.store().answer(cards(run)[0]["id"], Rating.EASY, seconds=3)
    return run


def cards(run, home="home"):
    _, out, _ = run("cards", "--json", home=home)
    found = json.loads(out)["cards"]
    return sorted(({**card, "file": "", "line": 0} for card in found), key=lambda card: card["id"])


def test_a_store_comes_back_from_json_as_it_was(filled, tmp_path):
    code, out, _ = filled("export", tmp_path / "all.json")
    assert code == 0
    assert str(tmp_path / "all.json") in out
    code, out, err = filled(
        "import", tmp_path / "all.json", "--into", tmp_path / "notes", home="other"
    )
    assert (code, err) == (0, "")
    assert cards(filled, "other") == cards(filled)
    filled("export", tmp_path / "again.json", home="other")
    log, again = (
        [one["event"] for one in json.loads(path.read_text())["records"] if "event" in one]
        for path in (tmp_path / "all.json", tmp_path / "again.json")
    )
    assert [event for event in again if event in log] == log
    assert {event["kind"] for event in again if event not in log} <= {"import"}


def test_a_table_and_native_notes_hold_all_cards(filled, tmp_path):
    filled("export", tmp_path / "cards.csv")
    with (tmp_path / "cards.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["question"] for row in rows} == {card["prompt"] for card in cards(filled)}
    filled("export", tmp_path / "notes")
    (note,) = (tmp_path / "notes").rglob("*.md")
    again = {(card.id, card.prompt, card.answer) for card in read(note).cards}
    assert again == {(card["id"], card["prompt"], card["answer"]) for card in cards(filled)}
    code, _, err = filled("export", tmp_path / "notes")
    assert code == 2
    assert "there already" in err


def test_a_table_holds_no_formula_that_a_spreadsheet_runs(filled, tmp_path):
    note = tmp_path / "formulas.md"
    formulas = ["=cmd|' /C calc'!A1", "+1+1", "-2+3+cmd|' /C calc'!D2", "@SUM(1)"]
    note.write_text("".join(f"Q: {text}\nA: -7.5\n\n" for text in formulas))
    filled("import", note)
    filled("export", tmp_path / "cards.csv")
    with (tmp_path / "cards.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["answer"] == "-7.5"]
    assert sorted(row["question"] for row in rows) == sorted(f"'{text}" for text in formulas)


@pytest.mark.parametrize("program", ["obsidian", "hashcards"])
def test_notes_for_others_are_read_as_the_same_cards(filled, tmp_path, program):
    code, _, err = filled("export", tmp_path / "notes", f"--{program}")
    (path,) = (tmp_path / "notes").rglob("*.md")
    note = read(path)
    lost = err.count("not kept")
    assert len(note.cards) + lost == len(cards(filled))
    assert code == (1 if lost else 0)
    assert {card.answer for card in note.cards} >= {"One.", "gap", "another"}


def test_nothing_is_written_through_a_link(filled, tmp_path):
    for name in ("new.json", "new.csv", "new.apkg", "new.md", "notes"):
        (tmp_path / name).symlink_to("elsewhere")
        code, _, err = filled("export", tmp_path / name)
        assert (code, "is a link" in err) == (2, True)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["a\0b.csv", "a\nb.json", "\udcff.md", "\x1b[2J.apkg"])
def test_a_path_that_is_no_text_is_refused(filled, tmp_path, name):
    before = set(tmp_path.iterdir())
    code, _, err = filled("export", f"{tmp_path}/{name}")
    assert (code, "control characters" in err) == (2, True)
    assert set(tmp_path.iterdir()) == before


def test_a_search_is_exported_alone(filled, tmp_path):
    filled("export", tmp_path / "some.json", "weights")
    records = json.loads((tmp_path / "some.json").read_text())["records"]
    assert [one["card"]["answer"] for one in records if "card" in one] == ["One."]


def test_an_apkg_comes_back_into_another_store(filled, tmp_path):
    filled("export", tmp_path / "all.apkg")
    code, _, err = filled(
        "import", tmp_path / "all.apkg", "--into", tmp_path / "notes", home="other"
    )
    assert (code, err) == (0, "")
    ours, theirs = cards(filled), cards(filled, "other")
    assert theirs == ours


def test_cards_that_no_note_can_hold_leave_nothing_in_the_log(filled, tmp_path, monkeypatch):
    monkeypatch.setattr("db.importing.log_beside.MANY", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    filled("export", tmp_path / "all.apkg")
    studied = cards(filled)[0]["id"]

    def losing(made, **named):
        files, lost = files_of([card for card in made if card.id != studied], **named)
        return files, [*lost, *(card for card in made if card.id == studied)]

    monkeypatch.setattr("cards.formats.anki.package.files_of", losing)
    arguments = "import", tmp_path / "all.apkg", "--into", tmp_path / "notes"
    code, _, err = filled(*arguments, home="other")
    assert code == 0
    assert "cannot be written as Markdown" in err
    assert len(cards(filled, "other")) == len(cards(filled)) - 1
    with closing(sqlite3.connect(tmp_path / "other" / "studytui.db")) as db:
        assert db.execute("SELECT count(*) FROM events WHERE card IS NOT NULL").fetchone() == (0,)


def test_a_package_needs_a_folder_and_never_writes_over_a_note(filled, tmp_path):
    filled("export", tmp_path / "all.apkg")
    code, _, err = filled("import", tmp_path / "all.apkg", home="other")
    assert code == 2
    assert "--into" in err
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "Small.md").write_text("mine")
    code, _, err = filled(
        "import", tmp_path / "all.apkg", "--into", tmp_path / "notes", home="other"
    )
    assert code == 2
    assert "there already" in err
    assert (tmp_path / "notes" / "Small.md").read_text() == "mine"
    assert [path.name for path in (tmp_path / "notes").rglob("*")] == ["Small.md"]
    assert cards(filled, "other") == []


def test_a_failed_import_of_a_package_changes_nothing(filled, tmp_path, monkeypatch):
    filled("export", tmp_path / "all.apkg")

    def broken(*_args):
        raise StoreError("no")

    monkeypatch.setattr("db.importing.history.append", broken)
    code, _, _ = filled("import", tmp_path / "all.apkg", "--into", tmp_path / "notes", home="other")
    assert code == 2
    assert not (tmp_path / "notes").exists()
    assert cards(filled, "other") == []


def test_a_dry_run_writes_nothing(filled, tmp_path):
    filled("export", tmp_path / "all.apkg")
    code, out, _ = filled(
        "import", tmp_path / "all.apkg", "--into", tmp_path / "n", "--dry-run", home="other"
    )
    assert code == 0
    assert "nothing was changed" in out
    assert not (tmp_path / "n").exists()


def test_a_damaged_json_changes_nothing(filled, tmp_path):
    path = tmp_path / "all.json"
    filled("export", path)
    lines = path.read_text().splitlines()
    lines[3] = lines[3].replace('"prompt"', '"promt"')
    path.write_text("\n".join(lines))
    code, _, err = filled("import", path, "--into", tmp_path / "n", home="other")
    assert code == 2
    assert f"{path}:4" in err
    assert not (tmp_path / "n").exists()


def test_a_store_that_another_program_laid_out_anew_comes_back_too(filled, tmp_path):
    filled("export", tmp_path / "all.json")
    said = json.loads((tmp_path / "all.json").read_text())
    layouts = {
        "compact": json.dumps(said, separators=(",", ":")),
        "indented": "\ufeff" + json.dumps(said, indent=2, sort_keys=True),
        "windows": (tmp_path / "all.json").read_text().replace("\n", "\r\n"),
    }
    for name, text in layouts.items():
        path = tmp_path / f"{name}.json"
        path.write_text(text, newline="")
        code, _, err = filled("import", path, "--into", tmp_path / name, home=name)
        assert (code, err) == (0, "")
        assert cards(filled, name) == cards(filled)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda said: said.pop("records"), "no version or no records"),
        (lambda said: said.update(records={}), "no version or no records"),
        (lambda said: said.update(version="1"), "no version or no records"),
        (lambda said: said.update(version=10**15), "newer"),
        (lambda said: said["records"].insert(0, 5), "record 1 is no record"),
        (lambda said: said["records"][0]["card"].pop("prompt"), "record 1 holds no card"),
        (lambda said: said["records"][-1]["event"].pop("kind"), "holds no event"),
    ],
)
def test_a_store_laid_out_anew_that_is_damaged_changes_nothing(filled, tmp_path, change, says):
    filled("export", tmp_path / "all.json")
    said = json.loads((tmp_path / "all.json").read_text())
    change(said)
    path = tmp_path / "anew.json"
    path.write_text(json.dumps(said))
    code, _, err = filled("import", path, "--into", tmp_path / "n", home="other")
    assert code == 2
    assert says in err
    assert not (tmp_path / "n").exists()


def test_a_store_that_ends_too_early_changes_nothing(filled, tmp_path):
    path = tmp_path / "all.json"
    filled("export", path)
    whole = path.read_text()
    for text, says in (
        ("".join(whole.splitlines(keepends=True)[:-2]), "ends too early"),
        (whole + "{}\n", "stands after the end"),
    ):
        path.write_text(text)
        code, _, err = filled("import", path, "--into", tmp_path / "n", home="other")
        assert code == 2
        assert says in err
        assert not (tmp_path / "n").exists()


def tampered(path, target, change):
    """Change the collection of a package."""
    with zipfile.ZipFile(path) as archive:
        data = archive.read("collection.anki2")
    database = target.with_suffix(".db")
    database.write_bytes(data)
    db = sqlite3.connect(database)
    change(db)
    db.commit()
    db.close()
    with zipfile.ZipFile(target, "w") as archive:
        archive.write(database, "collection.anki2")
        archive.writestr("media", "{}")


def test_hostile_fields_and_names_become_harmless_text(filled, tmp_path):
    filled("export", tmp_path / "all.apkg", "weights")

    def change(db):
        decks = json.loads(db.execute("SELECT decks FROM col").fetchone()[0])
        for deck in decks.values():
            deck["name"] = "../../etc::\x1b[31mpasswd\u202e::" + deck["name"]
        db.execute("UPDATE col SET decks = ?", (json.dumps(decks),))
        hostile = (
            "<script>x</script>\x1b]0;t\x07a\u202eb <img src='../../x.png' onerror=1>\x1fok\x1f"
        )
        db.execute(
            "UPDATE notes SET flds = ?, guid = '../../../g', tags = ' a\u202eb '", (hostile,)
        )

    target = tmp_path / "bad.apkg"
    tampered(tmp_path / "all.apkg", target, change)
    code, _, _ = filled("import", target, "--into", tmp_path / "deep" / "notes", home="other")
    assert code == 0
    (card,) = cards(filled, "other")
    assert card["prompt"] == "\\]0;tab ![](media/x.png)"
    assert card["deck"].startswith("../../etc::[31mpasswd::")
    inside = tmp_path / "deep" / "notes"
    assert len(list(inside.rglob("*.md"))) == 1
    assert all(
        path.is_relative_to(inside) for path in (tmp_path / "deep").rglob("*") if path != inside
    )


def test_reviews_of_the_future_and_of_resets_are_named(filled, tmp_path):
    filled("export", tmp_path / "all.apkg", "weights")

    def change(db):
        (card,) = db.execute("SELECT id FROM cards").fetchone()
        rows = [
            (2**45, card, 3, 5, 0, 1), (1_700_000_000_000, card, 3, 5, 500, 1),
            (1_700_000_100_000, card, 0, 0, 0, 4), (1_700_000_200_000, card, 3, 0, 0, 3),
        ]  # fmt: skip
        db.executemany("INSERT INTO revlog VALUES (?,?,-1,?,?,0,?,1000,?)", rows)

    target = tmp_path / "log.apkg"
    tampered(tmp_path / "all.apkg", target, change)
    code, _, _ = filled("import", target, "--into", tmp_path / "n", home="other")
    assert code == 0
    _, out, _ = filled("stats", "--json", home="other")
    assert json.loads(out)["reviews"] == 0
    package = Package(target)
    package.close()


def test_pictures_go_along_under_names_that_come_back_and_others_are_named_as_lost(run, tmp_path):
    names = ["a b.png", "é.png", "e\u0301.png", "CON.png", "x(1).png", "l" * 150 + ".png"]
    for folder in ("one", "two"):
        (tmp_path / folder / "img").mkdir(parents=True)
        lines = [f"Q: {folder} gone ![p](img/none.png) ![q](../../x.png)\nA: [note](n.md)\n"]
        for number, name in enumerate(names):
            (tmp_path / folder / "img" / name).write_bytes(f"{folder} {number}".encode())
            lines.append(f"Q: {folder} {number} ![p](<img/{name}>)\nA: a\n")
        (tmp_path / folder / "n.md").write_text("\n".join(lines), encoding="utf-8")
    run("import", tmp_path / "one", tmp_path / "two")
    code, _, err = run("export", tmp_path / "all.apkg")
    assert (code, err.count("a picture that is not beside its note")) == (1, 4)
    with zipfile.ZipFile(tmp_path / "all.apkg") as package:
        assert len(set(json.loads(package.read("media")).values())) == 12
    run("import", tmp_path / "all.apkg", "--into", tmp_path / "in", home="other")
    found = cards(run, "other")
    assert len(found) == 14
    for card in found:
        asked, _, address = card["prompt"].partition(" ![p](")
        if "gone" not in asked:
            path = tmp_path / "in" / unquote(address.partition(")")[0])
            assert path.read_bytes().decode() == asked
