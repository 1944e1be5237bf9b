"""stats, due, backup, restore, doctor and optimize, from the command line."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cards.card import Card, Kind
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.store import Store
from studytui import cli

CONTRACT = {"cards", "due_today", "reviews", "reviews_today", "streak", "true_retention"}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command: exit code, standard output and error."""

    def run_(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        captured = capsys.readouterr()
        code = ended.value.code
        return code if isinstance(code, int) else 0, captured.out, captured.err

    return run_


@pytest.fixture
def studied(home: Path, now: Callable[[], datetime]) -> None:
    """Three cards, two of them studied."""
    start = now() - timedelta(days=3)
    store = Store.open(home / "studytui.db", clock=lambda: start)
    cards = tuple(
        Card(f"c{n}", f"f{n}", "D", "gini", (), Kind.BASIC, f"What is {n}?", "It.", "n.md", n)
        for n in range(3)
    )
    store.import_notes([Note("n.md", cards)])
    store.answer("c0", Rating.AGAIN, seconds=3)
    store.answer("c1", Rating.EASY, seconds=3)
    store.close()


@pytest.mark.usefixtures("studied")
def test_stats(run: Run) -> None:
    code, out, _ = run("stats", "--json")
    found = json.loads(out)
    assert code == 0
    assert found.keys() >= CONTRACT | {"forecast", "by_topic"}
    assert (found["cards"], found["reviews"], found["reviews_today"]) == (3, 2, 0)
    code, out, _ = run("stats")
    assert code == 0
    assert "3 cards: 1 new, 1 learning, 1 in review" in out
    assert "Gini coefficient" in out
    code, out, err = run("stats", "is:nonsense")
    assert (code, out) == (2, "")
    assert "there are is:new" in err


@pytest.mark.usefixtures("studied")
def test_a_search_that_finds_no_card_says_so(run: Run) -> None:
    assert run("cards", "zzz") == (0, "", "No card was found.\n")
    assert run("cards", "What", "is", "2")[1].count("\n") == 1


@pytest.mark.usefixtures("studied")
def test_due_is_one_line(run: Run) -> None:
    assert run("due") == (0, "0 due, 1 learning, 1 new\n", "")
    code, out, _ = run("due", "--json")
    assert json.loads(out) == {"new": 1, "learning": 1, "due": 0}
    assert code == 0


def test_nothing_due(run: Run) -> None:
    assert run("due") == (0, "nothing due\n", "")


@pytest.mark.usefixtures("studied")
def test_due_is_kept_until_something_changes(run: Run, home: Path) -> None:
    run("due")
    asked = [sys.executable, "-X", "importtime", "-m", "studytui.cli", "due"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert done.stdout == "0 due, 1 learning, 1 new\n"
    assert not {"sqlalchemy", "typer", "cards"} & set(done.stderr.split())
    store = Store.open(home / "studytui.db")
    store.suspend("c2")
    store.close()
    assert run("due")[1] == "0 due, 1 learning, 0 new\n"
    (home / "due.txt").write_text("spoilt")
    assert run("due")[1] == "0 due, 1 learning, 0 new\n"


def test_due_knows_its_options(run: Run) -> None:
    assert "only --json" in run("due", "--jsn")[2]


@pytest.mark.usefixtures("studied")
def test_a_copy_as_json(run: Run, home: Path) -> None:
    code, out, _ = run("backup", "--json")
    assert code == 0
    assert Path(json.loads(out)["path"]).parent == home / "backups"


@pytest.mark.usefixtures("studied")
def test_a_copy_out_and_back(run: Run, home: Path) -> None:
    code, out, _ = run("backup")
    copy = Path(out.strip())
    assert code == 0
    assert copy.parent == home / "backups"
    Store.open(home / "studytui.db").suspend("c2")
    code, out, err = run("restore", str(copy))
    assert (code, out.strip()) == (0, str(home / "studytui.db"))
    assert "The store that was there is now" in err
    store = Store.open(home / "studytui.db")
    assert store.card("c2").state == "new"
    store.close()


@pytest.mark.clock("12:00 UTC")
@pytest.mark.usefixtures("studied")
def test_copies_are_listed_newest_first(run: Run, home: Path) -> None:
    code, out, _ = run("restore")
    assert code == 0
    assert out == f"There are no copies in {home / 'backups'} yet. `studytui backup` makes one.\n"
    copy = Path(run("backup")[1].strip())
    older = copy.with_name("studytui-20250102-030405-before-import.db")
    for path in (older, copy.with_name("other-20250102-030405.db")):
        path.write_bytes(copy.read_bytes())
        os.utime(path, (0, 0))
    rows = run("restore")[1].splitlines()[1:]
    assert [row.split()[-1] for row in rows] == [str(copy), str(older)]
    assert rows[1].startswith("2025-01-02")


@pytest.mark.usefixtures("studied")
def test_copies_and_what_was_restored_as_json(run: Run, home: Path) -> None:
    assert json.loads(run("restore", "--json")[1]) == {"copies": []}
    copy = json.loads(run("backup", "--json")[1])["path"]
    (found,) = json.loads(run("restore", "--json")[1])["copies"]
    assert (found["path"], found["bytes"]) == (copy, Path(copy).stat().st_size)
    at = datetime.fromisoformat(found["at"])
    assert f"{at.astimezone(UTC):%Y%m%d-%H%M%S}" in copy
    code, out, err = run("restore", copy, "--json")
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert said["path"] == str(home / "studytui.db")
    assert Path(said["aside"]).is_file()
    (home / "studytui.db").unlink()
    assert json.loads(run("restore", copy, "--json")[1])["aside"] is None


@pytest.mark.usefixtures("studied")
def test_a_damaged_store_is_told_of_until_the_person_has_chosen(run: Run, home: Path) -> None:
    (home / "studytui.db").write_bytes(b"This is not a database. " * 1000)
    for _ in range(2):
        code, out, err = run("due")
        assert (code, out) == (2, "")
        assert "is damaged" in err
    assert run("doctor")[0] == 1
    code, _, err = run("restore", "copy.db", "--anew")
    assert (code, "not both" in err) == (2, True)
    assert run("restore", "--anew") == (0, f"{home / 'studytui.db'}\n", "")
    assert run("due") == (0, "nothing due\n", "")


@pytest.mark.usefixtures("studied")
def test_what_is_no_copy_is_not_restored(run: Run, home: Path) -> None:
    (home / "note.md").write_text("# Not a store\n" * 100)
    code, _, err = run("restore", str(home / "note.md"))
    assert code == 2
    assert "Nothing was changed" in err
    assert run("doctor")[0] == 0


@pytest.mark.usefixtures("studied")
def test_doctor(run: Run, home: Path) -> None:
    code, out, _ = run("doctor", "--rebuild", "--json")
    assert code == 0
    assert json.loads(out) == {"sound": True, "problems": [], "cards": 3, "equal": True}
    store = Store.open(home / "studytui.db")
    with store._context.database.write() as connection:
        connection.exec_driver_sql("UPDATE schedule SET reps = 7")
    store.close()
    code, out, _ = run("doctor", "--rebuild")
    assert code == 1
    assert "it differed" in out
    assert run("doctor", "--rebuild")[0] == 0


@pytest.mark.usefixtures("studied")
def test_a_review_of_a_day_to_come_is_told_of_until_it_is_taken_back(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, now: Callable[[], datetime]
) -> None:
    then = now() + timedelta(days=400)
    store = Store.open(home / "studytui.db", clock=lambda: then)
    store.answer("c2", Rating.GOOD, seconds=3)
    store.close()
    says = f"A review is dated {then.astimezone():%Y-%m-%d}, which is yet to come"
    monkeypatch.setattr("sys.stdin", io.StringIO(":u\n:q\n"))
    assert says in run("doctor")[2]
    assert says in run("study", "--plain")[2]
    assert run("doctor")[2] == ""


@pytest.mark.usefixtures("studied")
@pytest.mark.parametrize("table", ["events", "cards", "schedule", "schedule_queue", "meta"])
def test_doctor_tells_of_damage_wherever_it_is(
    run: Run, home: Path, spoil: Any, table: str
) -> None:
    spoil(home / "studytui.db", table)
    code, out, _ = run("doctor", "--json")
    found = json.loads(out)
    assert (code, found["sound"]) == (1, False)
    assert found["problems"]
    code, out, _ = run("doctor")
    assert code == 1
    assert "studytui restore" in out


@pytest.mark.usefixtures("studied")
def test_a_copy_that_cannot_be_made_is_no_fault_of_the_study_before_it(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "backups").write_text("a file in the place of the folder")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n3\n:q\n"))
    code, out, err = run("study", "--plain")
    assert code == 0
    assert "1 card reviewed." in out
    assert err.startswith("Every review is saved, but the store could not be copied today. ")
    assert "backups" in err


@pytest.mark.timeless
@pytest.mark.usefixtures("studied")
def test_optimize_says_when_there_is_too_little(run: Run) -> None:
    code, out, err = run("optimize")
    assert (code, out) == (2, "")
    assert "it takes 64" in err


@pytest.mark.usefixtures("studied")
def test_optimize_keeps_what_is_better(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fit itself, and its child, are tested elsewhere."""
    from studytui.services import Services

    store = Store.open(home / "studytui.db")
    before = store.parameters()
    quality = {"log_loss": 0.4, "rmse": 0.1, "auc": None, "reviews": 20}
    fit: dict[str, Any] = {
        "parameters": [0.3, *before[1:]],
        "before": quality,
        "after": quality | {"log_loss": 0.3},
        "trained_on": 80,
        "better": True,
        "device": "cuda",
    }

    class Child:
        def warm(self, *modules: str) -> None:
            assert "torch" in modules

        def call(self, task: str, arguments: dict[str, Any], **_: Any) -> dict[str, Any]:
            assert Path(arguments["log"]).exists()
            assert arguments["parameters"] == list(store.parameters())
            devices.append(arguments["device"])
            return fit

    devices: list[str] = []

    monkeypatch.setattr(Services, "simulations", lambda self: Child())
    code, out, _ = run("optimize", "--dry-run")
    assert code == 0
    assert "Fitted to 80 reviews on cuda, compared on the latest 20:" in out
    assert "log loss" in out
    assert "Better, but not kept." in out
    assert store.parameters() == before
    code, out, _ = run("optimize", "--json")
    assert json.loads(out)["kept"] is True
    assert json.loads(out)["device"] == "cuda"
    assert store.parameters() == (0.3, *before[1:])
    fit["better"] = False
    fit["parameters"][0] = 0.5
    _, out, _ = run("optimize")
    assert "Not better: nothing was changed." in out
    assert store.parameters()[0] == 0.3
    store.close()
    (home / "config.toml").write_text('device = "cuda"\n')
    monkeypatch.setattr("studytui.commands.optimize.check_device", lambda device: None)
    run("optimize")
    run("optimize", "--device", "xpu")
    assert devices == ["", "", "", "cuda", "xpu"]


@pytest.mark.timeless
@pytest.mark.usefixtures("studied")
def test_optimize_refuses_a_device_that_is_not_there(run: Run) -> None:
    code, out, err = run("optimize", "--device", "nowhere")
    assert (code, out) == (2, "")
    assert "torch cannot use the device nowhere" in err


@pytest.mark.usefixtures("studied")
def test_the_workload_is_two_plots_and_a_table(run: Run) -> None:
    code, out, _ = run("optimize", "--workload")
    assert code == 0
    plots, table = out.split("\n\n")
    assert "minutes a day" in plots
    assert "cards known after 365 days" in plots
    lines = table.splitlines()
    assert lines[0].startswith("retention")
    assert len(lines) == 31
    assert lines[-1].split()[0] == "99%"


@pytest.mark.usefixtures("studied")
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("card", "c0", "--suspend", "--due", "5", "--tag", "two words"), "a tag is one word"),
        (("study", "--plain", "--more-new", "5", "--exam", "soon"), "'soon' is no date"),
        (("study", "--plain", "--more-new", "5", "--exam", ""), "'' is no date"),
    ],
)
def test_a_command_that_is_wrong_in_one_part_changes_nothing(
    run: Run, home: Path, wrong: tuple[str, ...], says: str
) -> None:
    def log() -> list[str]:
        store = Store.open(home / "studytui.db")
        with store._context.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT kind FROM events ORDER BY id").scalars()
            return list(rows)

    before = log()
    code, _, error = run(*wrong)
    assert code == 2
    assert says in error
    assert log() == before


@pytest.mark.usefixtures("studied")
def test_stats_takes_several_words(run: Run) -> None:
    code, out, _ = run("stats", "deck:D", "is:new", "--json")
    assert (code, json.loads(out)["cards"]) == (0, 1)


@pytest.mark.usefixtures("studied")
@pytest.mark.parametrize("verb", ["backup", "sync"])
def test_a_mistyped_folder_is_not_made(run: Run, tmp_path: Path, verb: str) -> None:
    target = tmp_path / "nonexistent" / "x" / "copy.db"
    code, _, says = run(verb, str(target))
    assert code == 2
    assert f"there is no folder {target.parent}; make it first, or mend the path" in says
    assert not (tmp_path / "nonexistent").exists()


def test_options_that_exclude_each_other_are_refused(run: Run) -> None:
    code, _, says = run("study", "--plain", "--ahead", "3", "--forgotten", "3")
    assert code == 2
    assert "--ahead studies what comes due, --forgotten and --exam practise: give one" in says
    code, _, says = run("grade", "--cases", "cases.jsonl", "--expected", "x", "--test", "Diff")
    assert code == 2
    assert "the lines of --cases say all: leave out --expected, --test" in says


@pytest.mark.parametrize("verb", [["cards"], ["import", "note.md"], ["due"], ["doctor"], ["stats"]])
def test_no_store_is_begun_where_a_path_is_mistyped(
    run: Run, home: Path, tmp_path: Path, verb: list[str]
) -> None:
    (tmp_path / "note.md").write_text("Q: x\nA: y\n", encoding="utf-8")
    verb = [str(tmp_path / one) if one.endswith(".md") else one for one in verb]
    for place in (tmp_path / "nope" / "x.db", tmp_path / "x.db"):
        code, _, err = run("--store", str(place), *verb)
        assert code in (1, 2)
        said = f"There is no store at {place}. Mend the path, or begin an empty store there with"
        assert said in err
        assert not place.exists()
        assert not place.parent.exists() or place.parent == tmp_path


def test_a_store_elsewhere_is_begun_by_an_explicit_wish(run: Run, tmp_path: Path) -> None:
    place = str(tmp_path / "x.db")
    assert run("--store", place, "restore", "--anew")[0] == 0
    assert run("--store", place, "doctor")[0] == 0


def test_the_doctor_takes_from_others_what_they_could_read(
    run: Run, home: Path, studied: None, tmp_path: Path
) -> None:
    run("backup")
    notes = home / "my notes"
    notes.mkdir(mode=0o755)
    for path in (home, home / "studytui.db", home / "backups", *(home / "backups").iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    code, out, err = run("doctor")
    assert (code, out) == (0, "The store is sound: 3 cards.\n")
    assert "files or folders could be read by others; now only you can." in err
    assert home.stat().st_mode & 0o777 == 0o700
    for path in (home / "studytui.db", *(home / "backups").iterdir()):
        assert path.stat().st_mode & 0o777 == 0o600
    assert notes.stat().st_mode & 0o777 == 0o755  # it is a person's
    assert "others" not in run("doctor")[2]
