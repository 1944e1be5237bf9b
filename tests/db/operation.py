"""A program that does one thing with a store, run by tests that kill it; no test itself.

Run as a script it does what it reads, a line of what to do and a folder each, in a fork of itself:
it tells the fork's number and, at its end, its exit code. A fork that is asked for with an
exclamation mark stops before it begins, so that it can be traced. Else the program is given
`asked`, what, the folder and perhaps where the two stores are, and `tell`, the end of a pipe on
which it says that it begins. A StoreError ends it with the code 3.
"""

import os
import signal
import sys
import traceback
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


def serve(what: str, folder: Path) -> None:
    """Do it in a fork, which ends with the code 1 and says why when anything is raised."""
    if number := os.fork():
        if what.startswith("!"):
            os.waitpid(number, os.WUNTRACED)
        print(number, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), flush=True)
        return
    code = 1
    try:
        if what.startswith("!"):
            os.kill(os.getpid(), signal.SIGSTOP)
        perform(what.removeprefix("!"), folder, folder / "store.db", folder / "other.db")
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    for line in sys.stdin:
        asked, _, named = line.strip().partition(" ")
        if asked == "warm":  # what a first time loads is there for all forks
            perform(named.split()[0], *map(Path, named.split()[1:]))
            print("warm", flush=True)
        else:
            serve(asked, Path(named))
else:
    asked, tell = (globals()[name] for name in ("asked", "tell"))
    tell.send_bytes(b"begins")
    what, folder, *places = asked
    try:
        perform(what, Path(folder), *(places or [f"{folder}/store.db", f"{folder}/other.db"]))
    except StoreError as error:
        print(error, file=sys.stderr)
        sys.exit(3)
