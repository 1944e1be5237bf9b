import contextlib
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.storage import backup, opening, schema
from db.store import Store, StoreError

MakeNote = Callable[..., Note]


def test_a_copy_is_whole_while_the_store_is_in_use(
    store: Store, open_store: Any, note: MakeNote
) -> None:
    store.import_notes([note(20)])
    store.answer("card-3", Rating.EASY, seconds=1)
    copy = store.backup()
    store.answer("card-4", Rating.EASY, seconds=1)
    with closing(open_store(str(copy))) as other:
        assert other.card("card-3") == store.card("card-3")
        assert other.card("card-4").reps == 0
        assert other.rebuild()


def test_a_store_whose_folder_is_gone_is_not_copied(open_store: Any, tmp_path: Path) -> None:
    store = open_store("away/store.db")
    store.close()  # so that the copy opens the file anew
    shutil.rmtree(tmp_path / "away")
    with pytest.raises(StoreError, match=r"store\.db cannot be opened\. Check that its folder"):
        store.backup(tmp_path / "copy.db")


def test_a_copy_takes_the_name_of_no_log_of_its_store(open_store: Any, tmp_path: Path) -> None:
    store = open_store("store.db")
    for end in ("-journal", "-wal", "-shm"):
        with pytest.raises(StoreError, match=r"log of the store|exists already"):
            store.backup(tmp_path / f"store.db{end}")
    assert not (tmp_path / "store.db-journal").exists()  # SQLite would delete it


def test_a_copy_goes_where_it_is_told_but_over_nothing(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "mine" / "copy.db"
    assert store.backup(target) == target
    with pytest.raises(StoreError, match="exists already"):
        store.backup(target)
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be written"):
        store.backup(tmp_path / "file" / "copy.db")
    with pytest.raises(StoreError, match=r"^/proc/x\.db cannot be opened"):
        store.backup(Path("/proc/x.db"))
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("name", ["C# notes", "why?", "100%41"])
def test_a_folder_may_have_any_name(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any, name: str
) -> None:
    folder = tmp_path / name
    store = open_store(f"{name}/store.db")
    store.import_notes([note(3)])
    copy = store.backup()
    store.close()
    assert backup.newest_good(folder / "store.db") == copy
    assert backup.restore(copy, folder / "store.db", clock()) is not None
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_programs_that_copy_at_once_have_a_copy_each(
    open_store: Any, note: MakeNote, tmp_path: Path
) -> None:
    stores = [open_store() for _ in range(2)]
    stores[0].import_notes([note(3)])
    path = tmp_path / "store.db"
    together = threading.Barrier(8)

    def copy(number: int) -> Path:
        together.wait()
        return stores[number % 2].backup()

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(copy, range(8)))
    assert set(made) == set(backup.copies(path))
    assert len(set(made)) == 8
    assert [backup.problem_of(one) for one in made] == [""] * 8
    assert not list(tmp_path.rglob("*.part"))


def test_restoring_keeps_the_store_that_was_there(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    copy = store.backup()
    store.answer("card-0", Rating.EASY, seconds=1)
    store.close()
    aside = backup.restore(copy, tmp_path / "store.db", clock())
    assert aside is not None
    assert open_store().card("card-0").reps == 0
    assert open_store(aside.name).card("card-0").reps == 1


def test_what_a_killed_program_saved_is_put_back(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    copy = store.backup()
    for number in range(3):
        store.answer(f"card-{number}", Rating.EASY, seconds=1)
    killed = tmp_path / "killed.db"  # what is on the disk while the log is not folded in yet
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{tmp_path / 'store.db'}{suffix}", f"{killed}{suffix}")
    store.close()
    aside = backup.restore(copy, killed, clock())
    assert aside is not None
    assert open_store("killed.db").statistics()["reviews"] == 0
    assert backup.restore(aside, tmp_path / "again.db", clock()) is None
    assert open_store("again.db").statistics()["reviews"] == 3


def test_a_log_that_outlived_its_store_is_not_read_into_the_copy(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    copy = store.backup()
    store.answer("card-0", Rating.EASY, seconds=1)
    shutil.copyfile(tmp_path / "store.db-wal", tmp_path / "other.db-wal")
    backup.restore(copy, tmp_path / "other.db", clock())
    other = open_store("other.db")
    assert other.diagnose() == []
    assert other.card("card-0").reps == 0


def test_what_is_moved_aside_in_one_second_is_kept_apart(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    copy = store.backup()
    store.close()
    asides = []
    for number in range(3):
        store = open_store()
        store.answer(f"card-{number}", Rating.EASY, seconds=1)
        store.close()
        asides.append(backup.restore(copy, tmp_path / "store.db", clock()))
    for number, aside in enumerate(asides):
        assert aside is not None
        assert open_store(aside.name).card(f"card-{number}").reps == 1


def test_a_program_that_has_the_store_open_writes_no_more_when_it_is_replaced(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    copy = store.backup()
    store.answer("card-0", Rating.EASY, seconds=1)
    aside = backup.restore(copy, tmp_path / "store.db", clock())
    assert aside is not None
    for _ in range(2):
        with pytest.raises(StoreError, match=r"was replaced while it was open"):
            store.answer("card-1", Rating.EASY, seconds=1)
    store.close()
    again = open_store()
    assert again.statistics()["reviews"] == 0
    again.answer("card-2", Rating.EASY, seconds=1)
    assert open_store(aside.name).statistics()["reviews"] == 1


def test_a_store_is_not_replaced_in_the_middle_of_a_write(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    copy = store.backup()
    monkeypatch.setattr(backup, "BUSY_SECONDS", 0)
    with (
        store._context.database.write(),
        pytest.raises(StoreError, match="Another program has kept"),
    ):
        backup.restore(copy, tmp_path / "store.db", clock())
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"store.db", "store.db-wal", "store.db-shm", "backups"}
    store.answer("card-1", Rating.EASY, seconds=1)


@pytest.mark.parametrize("content", [b"", b"rubbish" * 1000, None])
def test_a_copy_that_is_not_sound_is_not_restored(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any, content: bytes | None
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    store.close()
    bad = tmp_path / "bad.db"
    if content is not None:
        bad.write_bytes(content)
    with pytest.raises(StoreError, match="Nothing was changed"):
        backup.restore(bad, tmp_path / "store.db", clock())
    assert len(open_store().cards()) == 3


def test_a_store_is_copied_once_a_day_by_itself(
    store: Store, note: MakeNote, clock: Any, tmp_path: Path
) -> None:
    path = tmp_path / "store.db"
    store.import_notes([note(3)])
    assert not (tmp_path / "backups").exists()  # there was nothing to lose yet
    store.tend()
    store.tend()
    assert len(backup.copies(path)) == 1
    clock.forward(days=1)
    store.import_notes([note(3)])
    assert len(backup.copies(path)) == 2
    for _ in range(60):
        clock.forward(days=1)
        store.tend()
    kept = backup.copies(path)
    assert backup.DAYS <= len(kept) <= backup.DAYS + backup.WEEKS + backup.MONTHS
    newest = backup.newest_good(path)
    assert newest is not None
    assert kept[newest] == clock()


def test_an_import_is_preceded_by_a_copy(
    store: Store, note: MakeNote, clock: Any, tmp_path: Path
) -> None:
    path = tmp_path / "store.db"
    store.import_notes([note(3)])
    store.import_notes([note(4)], dry_run=True)
    assert not (tmp_path / "backups").exists()
    first = clock()
    store.import_notes([note(4)])
    clock.forward(minutes=20)
    store.import_notes([note(5)])  # a copy of the last half-hour will do
    assert list(backup.copies(path).values()) == [first]
    clock.forward(minutes=20)
    store.import_notes([note(6)])
    newest, older = backup.copies(path)
    assert backup.copies(path)[newest] == clock()
    assert backup.copies(path)[older] == first
    with closing(sqlite3.connect(newest)) as copy:
        assert copy.execute("SELECT count(*) FROM cards").fetchone() == (5,)


def test_a_copy_that_a_person_asked_for_stays(
    store: Store, note: MakeNote, clock: Any, tmp_path: Path
) -> None:
    store.import_notes([note(3)])
    asked = []
    for _ in range(3):
        asked.append(store.backup())
        clock.forward(seconds=1)
    for _ in range(60):
        clock.forward(days=1)
        store.tend()
    assert set(asked) <= set(backup.copies(tmp_path / "store.db"))


def test_a_clock_that_was_set_back_does_not_stop_the_copies(
    store: Store, note: MakeNote, clock: Any, tmp_path: Path
) -> None:
    store.import_notes([note(3)])
    store.tend()
    clock.forward(days=-300)
    for _ in range(3):
        store.tend()
    stamps = backup.copies(tmp_path / "store.db").values()
    assert sorted(stamps) == [clock(), clock() + timedelta(days=300)]


OTHERS = (
    "mine.db",
    "a-b-20260101-120000.db",
    "a-20260101-120000-20260102-130000.db",  # of a store that is named as a copy of this one
    "a-20260101-120000.sqlite",
    "a-20260101-120000.db.part",
    "a-20260199-120000.db",
    "b-a-20260101-120000.db",
)


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in OTHERS:
        (folder / name).write_bytes(b"x")
    for day in range(28):
        reason = ("daily", "before-import")[day % 2]
        (folder / f"a-202601{day + 1:02}-120000-{reason}.db").write_bytes(b"x")
    assert len(backup.copies(tmp_path / "a.db")) == 28
    backup.thin_out(tmp_path / "a.db")
    assert 0 < len(backup.copies(tmp_path / "a.db")) < 28
    assert all((folder / name).exists() for name in OTHERS)


@pytest.mark.parametrize("name", ["b.db", "store-b.db", "store.sqlite", "store"])
def test_stores_of_one_folder_keep_their_copies_apart(
    open_store: Any, note: MakeNote, clock: Any, tmp_path: Path, name: str
) -> None:
    one, other = open_store("store.db"), open_store(name)
    for store in (one, other):
        store.import_notes([note(3)])
        store.tend()
    mine = list(backup.copies(tmp_path / "store.db"))
    assert len(mine) == 1
    clock.forward(hours=1)
    before = backup.copies(tmp_path / name)
    newest = other.backup()
    assert list(backup.copies(tmp_path / name)) == [newest, *before]
    assert list(backup.copies(tmp_path / "store.db")) == mine
    assert backup.newest_good(tmp_path / "store.db") == mine[0]


def test_the_newest_good_copy_is_offered(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    good, bad = folder / "a-20260101-120000.db", folder / "a-20260102-120000.db"
    store.backup(good)
    bad.write_bytes(b"broken")
    assert backup.newest_good(tmp_path / "a.db") == good


def test_what_is_no_store_of_ours_is_not_put_in_its_place(
    open_store: Any, tmp_path: Path, clock: Any
) -> None:
    open_store().close()
    before = (tmp_path / "store.db").read_bytes()
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE events (id)")
    later = tmp_path / "later.db"
    open_store("later.db").close()
    with closing(sqlite3.connect(later)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    for path, says in ((other, "it holds the table events"), (later, "update StudyTUI first")):
        with pytest.raises(StoreError, match=f"cannot be restored: .*{says}"):
            backup.restore(path, tmp_path / "store.db", clock())
    assert (tmp_path / "store.db").read_bytes() == before


def test_a_copy_that_cannot_be_put_back_for_want_of_space_leaves_all_as_it_was(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any
) -> None:
    store = open_store()
    store.import_notes([note(300)])
    copy = store.backup()
    store.close()
    before = (tmp_path / "store.db").read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(StoreError, match=r"disk (is|may be) full"):
            backup.restore(copy, tmp_path / "store.db", clock())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / "store.db").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"store.db", "backups"}


def test_a_copy_for_which_there_is_no_space_is_what_is_not_saved(
    store: Store, note: MakeNote, tmp_path: Path
) -> None:
    store.import_notes([note(300)])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(StoreError, match=r"The copy cannot be written to .*: the disk is full"):
            store.tend()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "backups").iterdir()) == []
    store.tend()
    assert len(backup.copies(tmp_path / "store.db")) == 1


stamps = st.lists(
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)), max_size=80
)


@given(stamps)
def test_the_newest_of_each_of_the_last_days_weeks_and_months_stay(made: list[datetime]) -> None:
    kept = backup.kept(made)
    assert kept <= set(made)
    lately = {stamp for stamp in made if max(made) - stamp < timedelta(days=1)}
    assert lately <= kept
    assert len(kept - lately) <= backup.DAYS + backup.WEEKS + backup.MONTHS
    if made:
        assert max(made) in kept
    # Thinning again, and thinning as copies come in, keeps the same.
    assert backup.kept(kept) == kept


def test_a_year_of_daily_copies_thins_to_days_weeks_and_months() -> None:
    start = datetime(2025, 1, 1, 12, tzinfo=UTC)
    kept: set[datetime] = set()
    for day in range(365):
        kept = backup.kept({*kept, start + timedelta(days=day)})
    ages = sorted((start + timedelta(days=364) - stamp).days for stamp in kept)
    assert ages[:7] == list(range(7))
    assert len([age for age in ages if age < 28]) >= 9
    assert max(ages) > 300


@pytest.mark.parametrize("logs", [False, True])
@pytest.mark.parametrize("step", range(8))
def test_a_restore_that_is_killed_leaves_the_old_store_or_the_new_one(
    open_store: Any,
    note: MakeNote,
    tmp_path: Path,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
    logs: bool,
) -> None:
    """Stop right before each change of a name, as a kill would; the soak test kills for real."""
    store = open_store()
    store.import_notes([note(3)])
    copy = store.backup()
    store.answer("card-0", Rating.EASY, seconds=1)
    path = tmp_path / "killed.db"
    for suffix in ("", "-wal") if logs else ("",):
        if not logs:
            store.close()
        shutil.copyfile(f"{tmp_path / 'store.db'}{suffix}", f"{path}{suffix}")
    if logs:
        monkeypatch.setattr(backup, "_fold_log", lambda _store: None)
    left = step

    def counted(work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            nonlocal left
            if not left:
                raise KeyboardInterrupt
            left -= 1
            return work(*arguments, **options)

        return run

    with monkeypatch.context() as patch:
        for name in ("rename", "replace", "hardlink_to", "unlink"):
            patch.setattr(Path, name, counted(getattr(Path, name)))
        with contextlib.suppress(KeyboardInterrupt):
            backup.restore(copy, path, clock())
    again = open_store("killed.db")
    reps = again.card("card-0").reps
    assert again.diagnose() == []
    kept = [one for one in tmp_path.glob("killed.db.before-restore-*") if one.suffix != ".db-wal"]
    asides = [one for one in kept if not one.name.endswith(("-wal", "-shm"))]
    assert reps == 1 or [open_store(one.name).card("card-0").reps for one in asides] == [1]
    assert not list(tmp_path.glob("killed.db.restoring-*"))


def test_nothing_is_saved_into_a_store_that_is_deleted(
    open_store: Any, note: MakeNote, tmp_path: Path
) -> None:
    """Or into a log that is: the file would not have it, and nobody would know."""
    for name, says in (("store.db", "is not there any more"), ("store.db-wal", "was deleted")):
        store = open_store()
        store.import_notes([note(3)])
        store.answer("card-0", Rating.GOOD, seconds=1)
        (tmp_path / name).unlink()
        for _ in range(2):
            with pytest.raises(StoreError, match=says):
                store.answer("card-1", Rating.GOOD, seconds=1)
        store.close()
        for left in tmp_path.glob("store.db*"):
            left.unlink()


def test_a_store_that_was_moved_while_it_was_open_is_whole_where_it_is(
    open_store: Any, note: MakeNote, tmp_path: Path
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    store.answer("card-0", Rating.GOOD, seconds=1)
    shutil.rmtree(tmp_path / "backups", ignore_errors=True)
    (tmp_path / "store.db").rename(tmp_path / "moved.db")
    with pytest.raises(StoreError, match="it was moved or deleted"):
        store.answer("card-1", Rating.GOOD, seconds=1)
    store.close()
    with pytest.raises(StoreError, match=r"No empty store was begun\. If .* move it back\."):
        open_store()
    assert open_store("moved.db").card("card-0").reps == 1
    (tmp_path / "moved.db").rename(tmp_path / "store.db")
    assert open_store().card("card-0").reps == 1
    assert open_store().diagnose() == []


@pytest.mark.parametrize(
    "name",
    [
        "store.db.before-restore-20261102-090000",
        "store.db.damaged-20261102-090000.2",
        "store.db.4711-0123abcd.part",
        "backups/store-20261102-090000.db",
        "store.db-wal",
    ],
)
def test_no_empty_store_is_begun_beside_what_may_be_the_store(
    open_store: Any, note: MakeNote, tmp_path: Path, name: str
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    store.close()
    shutil.rmtree(tmp_path / "backups", ignore_errors=True)
    beside = tmp_path / name
    beside.parent.mkdir(exist_ok=True)
    (tmp_path / "store.db").rename(beside)
    was = beside.read_bytes()
    for _ in range(2):
        with pytest.raises(StoreError, match="restore --anew") as caught:
            open_store()
        assert str(beside) in str(caught.value)
        assert not (tmp_path / "store.db").exists()
    if "damaged" not in name and name != "store.db-wal":
        assert f"studytui restore {beside}" in str(caught.value)
    aside = opening.begin_anew(tmp_path / "store.db")
    assert open_store().cards() == []
    kept = beside if aside is None else aside
    assert name.endswith(".part") or kept.read_bytes() == was  # of a copy that was never whole
    assert name != "store.db-wal" or re.fullmatch(r"store\.db\.alone-[0-9-]+-wal", kept.name)


@pytest.mark.parametrize("size", [0, 1])
def test_a_store_that_was_cut_to_nothing_is_neither_begun_nor_put_back(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any, size: int
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    copy = store.backup()
    store.close()
    path = tmp_path / "store.db"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(StoreError, match="is empty") as caught:
        open_store()
    assert f"studytui restore {copy}" in str(caught.value)
    empty = tmp_path / "empty.db"
    empty.touch()
    with pytest.raises(StoreError, match=r"it is empty\. Nothing was changed"):
        backup.restore(empty, path, clock())
    opening.begin_anew(path)
    assert open_store().cards() == []


REBUILT = {
    "page_size = 512": True,
    "page_size = 65536": True,
    "encoding = 'UTF-16'": True,
    "user_version = 0": False,
}


@pytest.mark.parametrize("pragma", REBUILT)
def test_a_store_without_its_marks_says_how_to_mark_it(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any, pragma: str
) -> None:
    """A dump says nothing of the header."""
    store = open_store()
    store.import_notes([note(3)])
    store.answer("card-0", 3, seconds=1)
    store.close()
    made = tmp_path / "made.db"
    with closing(sqlite3.connect(tmp_path / "store.db")) as whole:
        dump = "\n".join(whole.iterdump()) if REBUILT[pragma] else ""
    if not dump:
        shutil.copy(tmp_path / "store.db", made)
    with closing(sqlite3.connect(made, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA {pragma}")
        connection.executescript(dump)
    with pytest.raises(StoreError, match="rebuilt from a dump") as caught:
        open_store("made.db")
    assert f"--store {made} restore {made}" in str(caught.value)
    aside = backup.restore(made, made, clock())
    assert aside is not None
    again = open_store("made.db")
    assert again.card("card-0").reps == 1
    assert again.diagnose() == []


def test_what_a_kill_left_of_a_copy_is_cleared_and_stops_no_other(
    open_store: Any, note: MakeNote, tmp_path: Path, clock: Any
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    store.close()
    folder = tmp_path / "backups"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    ended = subprocess.Popen(["true"])
    ended.wait()
    empty = folder / f"store-{clock().astimezone(UTC):%Y%m%d-%H%M%S}-daily.db"
    left = [empty, folder / f"store-x.db.{ended.pid}-0123abcd.part"]
    left += [folder / "store-x.db.89abcdef.part", tmp_path / f"store.db.{ended.pid}-0123abcd.part"]
    now = folder / f"store-x.db.{os.getpid()}-0123abcd.part"
    for path in [*left, now]:
        path.touch()
        os.utime(path, (1, 1))
    store = open_store()
    assert not any(path.exists() for path in left)
    assert now.exists()  # its program still runs
    empty.touch()
    assert backup.copies(tmp_path / "store.db") == {}
    store.tend()
    assert len(backup.copies(tmp_path / "store.db")) == 1


def test_only_its_owner_can_read_a_store_its_copies_and_their_folder(
    open_store: Any, note: MakeNote, tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        store = open_store("new/store.db")
        store.import_notes([note(3)])
        copy = store.backup()
        mine = store.backup(tmp_path / "mine.db")
    finally:
        os.umask(before)
    rights = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "new").rglob("*")}
    assert {path.name for path, mode in rights.items() if mode == 0o700} == {"backups"}
    assert all(mode in (0o600, 0o700) for mode in rights.values()), rights
    assert copy in rights
    assert mine.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_work_folders_of_killed_programs_are_cleared(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    left, kept = tmp_path / f"studytui-{ended.pid}-abc", tmp_path / f"studytui-{os.getpid()}-abc"
    others = [tmp_path / "studytui-x-y", tmp_path / f"studytui-{ended.pid}-link"]
    for folder in (left, kept, others[0]):
        folder.mkdir()
        (folder / "0.db").touch()
    others[1].symlink_to(kept)
    store.tend()
    assert not left.exists()
    assert all(folder.exists() for folder in (kept, *others))
