"""A program that does one thing with a store, run by tests that kill it; no test itself.

Run as a script it takes what to do and the folder as arguments; else it is given `asked`, the two
and perhaps where the two stores are, and `tell`, the end of a pipe on which it says that it begins.
A StoreError ends it with the code 3.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from cards.formats import read
from cards.scheduling.fsrs import Rating
from db.storage import backup
from db.store import Store, StoreError

NOW = datetime(2026, 11, 3, tzinfo=UTC)


def perform(what: str, folder: Path, path: str | Path, other: str | Path) -> None:
    """Do it with a store, the other one of a sync, and the files of a folder."""
    if what == "restore":
        backup.restore(folder / "copy.db", Path(path), NOW)
        return
    store = Store.open(path, clock=lambda: NOW, zone=UTC)
    if what == "backup":
        store.backup()
    elif what == "sync":
        store.sync(other)
    elif what == "folder":
        store.sync(folder / "shared")
    elif what == "begin":
        store.sync(folder / "begun.db")
    elif what == "import":
        store.import_notes([read(folder / "edited.md")])
    elif what == "optimise":
        store.set_parameters([value * 1.01 for value in store.parameters()])
    elif what == "rebuild":
        store.rebuild()
    elif what == "answer":
        for card in store.cards():
            review = store.answer(card.card.id, Rating.GOOD, seconds=1)
            tell.send_bytes(bytes.fromhex(review.id))
    store.close()


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    perform(sys.argv[1], folder, folder / "store.db", folder / "other.db")
else:
    asked, tell = (globals()[name] for name in ("asked", "tell"))
    tell.send_bytes(b"begins")
    what, folder, *places = asked
    try:
        perform(what, Path(folder), *(places or [f"{folder}/store.db", f"{folder}/other.db"]))
    except StoreError as error:
        print(error, file=sys.stderr)
        sys.exit(3)
