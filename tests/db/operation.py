"""A program that does one thing with a store, run by tests that kill it; no test itself.

Run as a script it takes what to do and the folder as arguments; else it is given `asked`, the two,
and `tell`, the end of a pipe on which it says that it begins.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from cards.formats import read
from db.storage import backup
from db.store import Store

NOW = datetime(2026, 11, 3, tzinfo=UTC)


def perform(what: str, folder: Path) -> None:
    """Do it with the stores in a folder."""
    path = folder / "store.db"
    if what == "restore":
        backup.restore(folder / "copy.db", path, NOW)
        return
    store = Store.open(path, clock=lambda: NOW, zone=UTC)
    if what == "backup":
        store.backup()
    elif what == "sync":
        store.sync(folder / "other.db")
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
    store.close()


if __name__ == "__main__":
    perform(sys.argv[1], Path(sys.argv[2]))
else:
    asked, tell = (globals()[name] for name in ("asked", "tell"))
    tell.send_bytes(b"begins")
    perform(asked[0], Path(asked[1]))
