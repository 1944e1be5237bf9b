"""The deck that comes with the app: brought in when it is chosen, and again when it has changed."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.store import Store


def bring_in(store: "Store") -> int:
    """Import the bundled deck and return how many new cards it gave."""
    from cards.notes import bundled_notes

    return _take_in(store, bundled_notes())


def refresh(store: "Store") -> None:
    """Import those bundled notes again that were imported and are not as they were."""
    from cards.formats import fingerprint
    from cards.notes import bundled_notes

    known = set(store.notes_under(["/"]))
    here = [path for path in bundled_notes() if str(path) in known]
    changed = [path for path in here if store.unchanged(str(path), fingerprint(path) or "") is None]
    if changed:
        _take_in(store, changed)


def _take_in(store: "Store", paths: Sequence[Path]) -> int:
    from cards.formats import distinct, fingerprint, read

    digests = {str(path): fingerprint(path) or "" for path in paths}
    report = store.import_notes(distinct(read(path) for path in paths), digests=digests)
    return sum(file.new for file in report.files)
