"""sync, from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cards.card import Card, Kind
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.store import Store
from studytui import cli

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command: exit code, standard output and error."""
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))

    def run_(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        captured = capsys.readouterr()
        code = ended.value.code
        return code if isinstance(code, int) else 0, captured.out, captured.err

    return run_


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A store with two cards, one of them studied and suspended."""
    path = tmp_path / "other.db"
    store = Store.open(path)
    cards = tuple(
        Card(f"c{n}", f"f{n}", "D", "gini", (), Kind.BASIC, f"What is {n}?", "It.", "n.md", n)
        for n in range(2)
    )
    store.import_notes([Note("n.md", cards)])
    store.answer("c0", Rating.GOOD, seconds=3)
    store.suspend("c0")
    store.close()
    return path


def test_what_was_done_is_said(run: Run, other: Path) -> None:
    said = "Received 1 review, 2 other changes, 2 cards.\nSent nothing.\n"
    assert run("sync", str(other)) == (0, said, "")
    assert run("sync", str(other)) == (0, "Received nothing.\nSent nothing.\n", "")


def test_json(run: Run, other: Path) -> None:
    code, out, err = run("sync", str(other), "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "received": {"reviews": 1, "changes": 2, "cards": 2},
        "sent": {"reviews": 0, "changes": 0, "cards": 0},
        "skipped": [],
    }


def test_a_new_file_is_begun(run: Run, other: Path, tmp_path: Path) -> None:
    run("sync", str(other))
    (tmp_path / "stick").mkdir()
    code, out, _ = run("sync", str(tmp_path / "stick" / "new.db"))
    assert code == 0
    assert out == "Received nothing.\nSent 1 review, 2 other changes, 2 cards.\n"


def test_a_file_of_a_folder_that_cannot_be_read(run: Run, other: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    other.rename(shared / "other.db")
    (shared / "holiday.db").write_bytes(b"no store" * 200)
    code, out, err = run("sync", str(shared))
    assert code == 1
    assert out.startswith("Received 1 review, 2 other changes, 2 cards.\n")
    assert "Left out: " in err
    assert "holiday.db is not a store; it was left as it is." in err


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("", "name another store"),
        ("nowhere", "nowhere does not exist. To begin a store there"),
        (
            "postgresql://nobody@127.0.0.1:1/none",
            "postgresql+psycopg://nobody@127.0.0.1:1/none: The database cannot be reached",
        ),
    ],
)
def test_bad_input_is_one_sentence(run: Run, location: str, sentence: str) -> None:
    code, out, err = run("sync", location)
    assert (code, out) == (2, "")
    assert err.startswith(f"studytui: {sentence}")
    assert "Traceback" not in err
