"""The deck that comes with the app: brought in when the store is empty."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.store import Store


def bring_in(store: "Store") -> int:
    """Import the bundled deck and return how many new cards it gave."""
    from cards.formats import distinct, read
    from cards.notes import bundled_notes

    report = store.import_notes(distinct(read(path) for path in bundled_notes()))
    return sum(file.new for file in report.files)
