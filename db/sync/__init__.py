"""Two stores made one: a union of their logs, the newest text of each card, the rest recomputed.

A union of logs and the later of two rows are the same in any order and any number of times, so that
devices may meet as they like. What one store takes over is one transaction: a sync that is broken
off leaves both sound, and the next one does the rest.
"""

from db.sync.exchange import sync
from db.sync.report import Moved, Progress, SyncReport

__all__ = ["Moved", "Progress", "SyncReport", "sync"]
