"""StudyTUI's side of the comparison: `ours.py PART FOLDER CARDS REVIEWS`, one JSON line a figure.

Each part runs in a process of its own. `build` makes the store that the others use; those that
write work on a copy, or take back what they did.
"""

import io
import json
import os
import shutil
import sqlite3
import sys
from contextlib import closing, redirect_stdout
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measuring import Seconds, copy_at_rest, say, say_peak, say_ready, timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.store import Store

FOLDER, CARDS, REVIEWS = Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
STORE, NOTES = FOLDER / "store.db", FOLDER / "notes"
DAY = 86_400_000
ANSWERS, LOOKS, SEARCHES = 200, 5, 15


def opened(path: Path = STORE) -> "Store":
    from cards.scheduling.options import Options
    from db.store import Store

    options = Options(new_per_day=9999, reviews_per_day=9999)
    return Store.open(path, zone=UTC, options=options)


def notes() -> list[Path]:
    """Return the notes of the collection, one a topic, written at the first call."""
    from collection import tag_of, texts

    if not NOTES.exists():
        NOTES.mkdir(parents=True)
        parts: dict[str, list[str]] = {}
        for topic, question, answer in texts(CARDS):
            parts.setdefault(topic, []).append(f"Q: {question}\nA: {answer}\n")
        for at, (topic, cards) in enumerate(parts.items()):
            text = (
                f"---\ndeck: ML\ntags: {tag_of(topic)}\n---\n# {topic.capitalize()}\n\n"
                + "\n".join(cards)
            )
            (NOTES / f"{at:02} {topic}.md").write_text(text, encoding="utf-8")
    return sorted(NOTES.iterdir())


def build() -> None:
    """Make the store: cards by import, the log in bulk, and all the rest by a rebuild."""
    from cards.formats import read

    store = opened()
    store.import_notes([read(path) for path in notes()])
    write_log(store, list(store.find("")))
    say("rebuild everything from the log", [timed(store.rebuild)])
    store.backup()  # today's copy is there, as it is on every day but for its first minute
    store.close()


def write_log(store: "Store", ids: list[str]) -> None:
    from collection import log, study_day

    from cards.scheduling.fsrs import DEFAULT_PARAMETERS, State
    from db.log import digests
    from db.log.events import add_rows, new_id
    from db.log.settings import name_of

    history = log(CARDS, REVIEWS, study_day() - 1)
    states = (State.LEARNING, State.REVIEW, State.RELEARNING)
    names = [state.name.lower() for state in states]
    parameters, last, rows = name_of(DEFAULT_PARAMETERS), None, []
    columns = (history.card, history.at, history.day, history.rating, history.stage_after,
               history.interval, history.milliseconds, history.predicted,
               history.number)  # fmt: skip
    for card, at, day, rating, stage, interval, spent, predicted, number in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        payload = {"day": day, "rating": rating, "state": names[stage], "due": day + interval,
                   "parameters": parameters, "seconds": spent / 1000}  # fmt: skip
        if stage != 1:
            payload |= {"step": min(number, 1) * (stage == 0), "due_at": at + 600_000}
        if predicted == predicted:
            payload["predicted"] = round(predicted, 4)
        last = new_id(at, last)
        text = json.dumps(payload, separators=(",", ":"))
        rows.append((last, at, 0, "review", ids[card], None, text))
    with store._context.database.write() as connection:
        add_rows(connection, rows)
        digests.forget(connection, [row[0] for row in rows])


def start() -> None:
    """Say when the first card is there, counted from the start of this process."""
    import_done = timed(lambda: __import__("db.store"))
    run: list[Seconds] = []
    store: Store
    card = None

    def first_card() -> None:
        nonlocal store, card
        store = opened()
        store.overview()
        card = store.next_card()

    run.append(timed(first_card))
    assert card is not None
    say_ready("process start → first card")
    say("imports", [import_done])
    say("open → first card", run, waiting=card.remaining.total)
    say_peak("peak memory, studying")


def study() -> None:
    """Answer and fetch the next card, and then take it all back."""
    from cards.scheduling.fsrs import Rating

    path = copied("study")
    store = opened(path)
    queued = store.next_card()
    ratings = [Rating.GOOD] * 9 + [Rating.AGAIN, Rating.HARD, Rating.EASY]
    both: list[Seconds] = []

    def step(at: int) -> None:
        nonlocal queued
        assert queued is not None
        store.answer(queued.card.id, ratings[at % len(ratings)], seconds=5.0)
        queued = store.next_card()

    for at in range(ANSWERS):
        both.append(timed(lambda at=at: step(at)))
    say("answer + next card", both)
    undo = [timed(lambda: (store.undo(), store.next_card())) for _ in range(ANSWERS // 2)]
    say("undo + next card", undo)
    say_peak("peak memory, studying for a while")
    store.close()
    path.unlink()


def statistics() -> None:
    """All statistics, each time after one new review; the first call of a process is cold."""
    from cards.scheduling.fsrs import Rating

    path = copied("statistics")
    for name, scope, days in (
        ("statistics, everything", "", None),
        ("statistics, one year", "", 365),
        ("statistics, one deck, one year", "deck:ML", 365),
    ):
        warm: list[Seconds] = []
        store = opened(path)
        for _ in range(1 + LOOKS):
            queued = store.next_card()
            assert queued is not None
            store.answer(queued.card.id, Rating.GOOD, seconds=5.0)
            warm.append(timed(lambda: store.statistics(scope, days)))  # noqa: B023
        if not scope and not days:
            say(f"{name}, cold", warm[:1])  # the process had no numpy yet
        say(name, warm[1:])
        store.close()
    say_peak("peak memory, statistics")
    path.unlink()


def search() -> None:
    """Searches of the browser, as keys, each after one new review that is then taken back.

    The index of words is made before, and that is timed.
    """
    from cards.scheduling.fsrs import Rating

    store = opened()
    say("index all words, once", [timed(lambda: store.find("nothing"))])
    store.close()
    path = copied("search")
    store = opened(path)

    def look(work: "Callable[[], Any]") -> Seconds:
        queued = store.next_card()
        assert queued is not None
        store.answer(queued.card.id, Rating.GOOD, seconds=5.0)
        took = timed(work)
        store.undo()
        return took

    for name, query in (
        ("search, a common word", "softmax"),
        ("search, a rare word", str(CARDS - 9)),
        ("search, two words", "softmax derivative"),
        ("search, a phrase", '"layer norm"'),
        ("search, a tag", "tag:ml::softmax"),
        ("search, a deck", "deck:ML"),
        ("search, is:new", "is:new"),
        ("search, is:due", "is:due"),
        ("search, is:suspended", "is:suspended"),
        ("search, everything", ""),
    ):
        hits = len(store.find(query))
        say(name, [look(lambda: store.find(query)) for _ in range(SEARCHES)], hits=hits)  # noqa: B023
    # What Anki has no like of: topics, and ids beside the keys.
    say("search, a topic", [look(lambda: store.find("topic:softmax")) for _ in range(SEARCHES)])
    for name, query in (("is:due", "is:due"), ("everything", "")):
        runs = [look(lambda: list(store.find(query))) for _ in range(LOOKS)]  # noqa: B023
        say(f"search, {name}, ids in hand", runs)
    # A line is put into SQL when it is met for the first time.
    lines = ["is:Due", "is:dUe", "is:duE", "IS:due", "iS:due"]
    say("search, is:due, a new line", [look(lambda: store.find(line)) for line in lines])  # noqa: B023
    looks = [timed(lambda: store.cards("softmax")) for _ in range(LOOKS)]
    say("the same word, whole cards", looks)
    say_peak("peak memory, searching")
    store.close()
    path.unlink()


def replay() -> None:
    """Fold the log into every card's memory, with parameters a little other each time."""
    path = copied("replay")
    store = opened(path)
    runs = []
    for turn in range(3):
        parameters = list(store.parameters())
        parameters[2] += 0.01 * (turn + 1)
        runs.append(timed(lambda: store.set_parameters(parameters)))  # noqa: B023
    say("replay of the log", runs)
    say_peak("peak memory, replay")
    store.close()
    path.unlink()


def import_() -> None:
    """Import all notes into an empty store by the command, and again unchanged."""
    import cards.formats.native  # noqa: F401  (importing modules is not what is timed)
    import db.store  # noqa: F401
    from studytui.commands.import_ import import_ as command

    notes()
    home = FOLDER / "import"
    shutil.rmtree(home, ignore_errors=True)
    os.environ["STUDYTUI_HOME"] = str(home)
    for name in ("import of Markdown", "import again, unchanged"):
        with redirect_stdout(io.StringIO()) as said:
            run = timed(lambda: command([str(NOTES)]))
        assert f"{CARDS} cards" in said.getvalue()
        say(name, [run])
    say_peak("peak memory, import")
    shutil.rmtree(home)


def package() -> None:
    """Import the package that Anki wrote, its review log too, by the command."""
    import db.store  # noqa: F401  (importing modules is not what is timed)
    from studytui.commands.import_ import import_ as command

    home, into = FOLDER / "package", FOLDER / "package-notes"
    for left in (home, into):
        shutil.rmtree(left, ignore_errors=True)
    os.environ["STUDYTUI_HOME"] = str(home)
    with redirect_stdout(io.StringIO()) as said:
        run = timed(lambda: command([str(FOLDER / "anki.apkg")], into=into))
    hits = int(said.getvalue().split()[-5].replace(",", ""))
    say("import of a package", [run], hits=hits)
    say_peak("peak memory, package")
    for left in (home, into):
        shutil.rmtree(left)


def fit() -> None:
    """Fit the parameters to the log of the store in the app's child, whose start is not counted."""
    from psutil import Process

    from sims.worker.parent import Worker

    store, child = opened(), Worker()
    child.warm("torch", "cards.scheduling.optimizer.fit")
    child.call("sims.tasks:device", {"device": "cpu"}, seconds=120)
    process = Process(child.pid)
    path = FOLDER / "log.npz"
    arguments = {"log": str(path), "parameters": list(store.parameters()), "device": "cpu"}
    found: dict = {}

    def work() -> None:
        store.write_log(path)
        found.update(child.call("cards.scheduling.optimizer.fit:fit_task", arguments, seconds=600))

    before = process.cpu_times()
    wall, cpu = timed(work)
    after = process.cpu_times()
    cpu += after.user + after.system - before.user - before.system
    say("FSRS fit", [(wall, cpu)], log_loss=found["after"]["log_loss"])
    say_peak("peak memory, fit", process.pid)
    say_peak("peak memory, the log for the fit")
    child.close()


def sync() -> None:
    """Hand the whole store to a new device, look again, and then hand on one review."""
    from cards.scheduling.fsrs import Rating

    path, other = copied("here"), FOLDER / "there.db"
    beside = FOLDER / "beside.db"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(beside)) as copy:
        say("SQLite's own copy of the store", [timed(lambda: source.backup(copy))])
    store = opened(path)
    store.tend()  # today's copy is there, as it is on every day but for its first minute
    say("sync to a new device", [timed(lambda: store.sync(other))])
    say("sync again, nothing new", [timed(lambda: store.sync(other)) for _ in range(LOOKS)])
    runs = []
    for _ in range(LOOKS):
        queued = store.next_card()
        assert queued is not None
        store.answer(queued.card.id, Rating.GOOD, seconds=5.0)
        runs.append(timed(lambda: store.sync(other)))
    say("sync after one review", runs)
    say_peak("peak memory, sync")
    store.close()
    there = opened(other)
    assert len(there.find("")) == CARDS
    there.close()
    for left in (path, other, beside):
        left.unlink()


def copied(name: str) -> Path:
    """Return a copy of the store to write to, whose statistics are packed as after a rebuild."""
    return copy_at_rest(STORE, FOLDER / f"{name}.db")


PARTS = (build, start, study, statistics, search, replay, import_, package, fit, sync)

if __name__ == "__main__":
    next(part for part in PARTS if part.__name__.rstrip("_") == sys.argv[1])()
