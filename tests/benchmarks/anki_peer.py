"""Anki's side of the comparison: `anki_peer.py PART FOLDER CARDS REVIEWS`, as `ours.py` is.

Anki's own backend, from the package `anki`, called as its desktop program does. It opens SQLite
in WAL mode with full synchronisation, so that an answer is one durable commit there too.
"""

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measuring import Seconds, copy_at_rest, say, say_peak, say_ready, timed

if TYPE_CHECKING:
    from anki.collection import Collection

FOLDER, CARDS, REVIEWS = Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
STORE, NOTES = FOLDER / "anki.anki2", FOLDER / "anki.txt"
PACKAGE = FOLDER / "anki.apkg"
ANSWERS, LOOKS, SEARCHES = 200, 5, 15


def opened(path: Path = STORE) -> "Collection":
    from anki.collection import Collection

    col = Collection(str(path))
    col.decks.select(col.decks.id("ML"))
    return col


def notes() -> Path:
    """Return the text file that Anki imports, written at the first call."""
    from collection import tag_of, texts

    if not NOTES.exists():
        with NOTES.open("w", encoding="utf-8") as file:
            file.write("#separator:tab\n#html:true\n#notetype:Basic\n#deck:ML\n#tags column:3\n")
            file.writelines(
                f"{question}\t{answer}\t{tag_of(topic)}\n"
                for topic, question, answer in texts(CARDS)
            )
    return NOTES


def import_note(col: "Collection") -> None:
    from anki.collection import ImportCsvRequest

    metadata = col.get_csv_metadata(str(notes()), None)
    col.import_csv(ImportCsvRequest(path=str(notes()), metadata=metadata))


def build() -> None:
    """Make the collection: notes by import, the log by SQL, memories by switching FSRS on.

    A package of all of it is what both programs import.
    """
    col = opened()
    import_note(col)
    ids = col.db.list("select id from cards order by id")
    write_log(col, ids)
    col.close()
    col = opened()
    set_parameters(col, None)
    export(col)
    col.close()


def export(col: "Collection") -> None:
    """Write the package, with all that was learnt, in the layout that every Anki reads."""
    from anki.collection import ExportAnkiPackageOptions

    options = ExportAnkiPackageOptions(
        with_scheduling=True, with_deck_configs=True, with_media=True, legacy=True
    )
    col.export_anki_package(out_path=str(PACKAGE), options=options, limit=None)


def write_log(col: "Collection", ids: list[int]) -> None:
    from collection import log, study_day

    today = study_day()
    history = log(CARDS, REVIEWS, today - 1)
    created = int(history.day[0]) - 1
    col.crt = created * 86_400
    col.close()
    columns = (history.at, history.card, history.rating, history.interval, history.before,
               history.milliseconds, history.stage, history.day)  # fmt: skip
    rows, cards = [], {}
    for at, card, rating, interval, before, spent, stage, day in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        reps, lapses = cards[card][2:4] if card in cards else (0, 0)
        lapses += stage == 1 and rating == 1
        due = day + max(1, interval) - created
        rows.append((at, ids[card], rating, interval or -600, before or -600, spent, stage))
        cards[card] = (due, max(1, interval), reps + 1, lapses, ids[card])
    connection = sqlite3.connect(STORE)
    with connection:
        connection.executemany("INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, 2500, ?, ?)", rows)
        connection.executemany(
            "UPDATE cards SET type = 2, queue = 2, due = ?, ivl = ?, factor = 2500, reps = ?, "
            "lapses = ? WHERE id = ?",
            cards.values(),
        )
    connection.close()


def set_parameters(col: "Collection", parameters: list[float] | None) -> None:
    """Put FSRS parameters in force, None for the default ones; Anki then replays the log."""
    from anki.deck_config_pb2 import UpdateDeckConfigsRequest

    from cards.scheduling.fsrs import DEFAULT_PARAMETERS

    deck = col.decks.id("ML")
    now = col.decks.get_deck_configs_for_update(deck)
    request = UpdateDeckConfigsRequest(
        target_deck_id=deck, fsrs=True, limits=now.current_deck.limits
    )
    preset = now.all_config[0].config
    preset.config.new_per_day = preset.config.reviews_per_day = 9999
    preset.config.fsrs_params_6[:] = parameters or DEFAULT_PARAMETERS
    request.configs.append(preset)
    col.decks.update_deck_configs(request)


def next_card(col: "Collection") -> tuple[Any, Any]:
    """Return the card to ask, its timer running, and what the buttons would do."""
    from anki.cards import Card

    queued = col.sched.get_queued_cards().cards[0]
    card = Card(col, backend_card=queued.card)
    card.start_timer()
    return card, queued.states


def answer(col: "Collection", card: Any, states: Any, button: int) -> None:
    """Answer with a button, 0 Again to 3 Easy."""
    col.sched.answer_card(col.sched.build_answer(card=card, states=states, rating=button))


def start() -> None:
    """Say when the first card is there, counted from the start of this process."""
    import_done = timed(lambda: __import__("anki.collection"))
    run: list[Seconds] = []
    waiting = 0

    def first_card() -> None:
        nonlocal waiting
        col = opened()
        col.sched.deck_due_tree()
        queue = col.sched.get_queued_cards()
        waiting = queue.new_count + queue.learning_count + queue.review_count
        assert queue.cards

    run.append(timed(first_card))
    say_ready("process start → first card")
    say("imports", [import_done])
    say("open → first card", run, waiting=waiting)
    say_peak("peak memory, studying")


def study() -> None:
    """Answer and fetch the next card, and then take back what Anki still can."""
    path = copied("study")
    col = opened(path)
    card, states = next_card(col)
    buttons = [2] * 9 + [0, 1, 3]
    both, undo = [], []

    def step(at: int) -> None:
        nonlocal card, states
        answer(col, card, states, buttons[at % len(buttons)])
        card, states = next_card(col)

    for at in range(ANSWERS):
        both.append(timed(lambda at=at: step(at)))
    say("answer + next card", both)
    for _ in range(ANSWERS // 40):
        for _ in range(20):
            answer(col, *next_card(col), 2)
        undo += [timed(lambda: (col.undo(), next_card(col))) for _ in range(20)]
    say("undo + next card", undo)
    say_peak("peak memory, studying for a while")
    col.close()
    path.unlink()


def statistics() -> None:
    """All graphs, each time after one new review; the first call of a process is cold."""
    path = copied("statistics")
    for name, scope, days in (
        ("statistics, everything", "", 0),
        ("statistics, one year", "", 365),
        ("statistics, one deck, one year", "deck:ML", 365),
    ):
        col = opened(path)
        runs = []
        for _ in range(1 + LOOKS):
            answer(col, *next_card(col), 2)
            runs.append(timed(lambda: col._backend.graphs(search=scope, days=days)))  # noqa: B023
        if not scope and not days:
            say(f"{name}, cold", runs[:1])
        say(name, runs[1:])
        col.close()
    say_peak("peak memory, statistics")
    path.unlink()


def search() -> None:
    """Searches of the browser, as keys, each after one new review that is then taken back."""
    path = copied("search")
    col = opened(path)

    def look(query: str) -> Seconds:
        answer(col, *next_card(col), 2)
        took = timed(lambda: col.find_cards(query))
        col.undo()
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
        hits = len(col.find_cards(query))
        say(name, [look(query) for _ in range(SEARCHES)], hits=hits)
    say_peak("peak memory, searching")
    col.close()
    path.unlink()


def replay() -> None:
    """Fold the log into every card's memory, with parameters a little other each time."""
    from cards.scheduling.fsrs import DEFAULT_PARAMETERS

    path = copied("replay")
    col = opened(path)
    runs = []
    for turn in range(3):
        parameters = list(DEFAULT_PARAMETERS)
        parameters[2] += 0.01 * (turn + 1)
        runs.append(timed(lambda: set_parameters(col, parameters)))  # noqa: B023
    say("replay of the log", runs)
    say_peak("peak memory, replay")
    col.close()
    path.unlink()


def import_() -> None:
    """Import the text file into an empty collection, and again unchanged."""
    notes()
    path = FOLDER / "anki-import.anki2"
    col = opened(path)
    for name in ("import of Markdown", "import again, unchanged"):
        say(name, [timed(lambda: import_note(col))])
    say_peak("peak memory, import")
    col.close()
    path.unlink()


def package() -> None:
    """Import the package, its review log too, into an empty collection."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    path = FOLDER / "anki-package.anki2"
    col = opened(path)
    request = ImportAnkiPackageRequest(
        package_path=str(PACKAGE),
        options=ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True),
    )
    run = timed(lambda: col.import_anki_package(request))
    say("import of a package", [run], hits=col.card_count())
    say_peak("peak memory, package")
    col.close()
    path.unlink()


def fit() -> None:
    """Fit the parameters to the log of the collection."""
    from cards.scheduling.fsrs import DEFAULT_PARAMETERS

    col = opened()

    def work() -> None:
        col._backend.compute_fsrs_params(
            search="deck:ML",
            current_params=list(DEFAULT_PARAMETERS),
            ignore_revlogs_before_ms=0,
            num_of_relearning_steps=1,
            health_check=False,
        )

    say("FSRS fit", [timed(work)])
    say_peak("peak memory, fit")


def copied(name: str) -> Path:
    """Return a copy of the collection to write to."""
    return copy_at_rest(STORE, FOLDER / f"anki-{name}.anki2")


PARTS = (build, start, study, statistics, search, replay, import_, package, fit)

if __name__ == "__main__":
    next(part for part in PARTS if part.__name__.rstrip("_") == sys.argv[1])()
