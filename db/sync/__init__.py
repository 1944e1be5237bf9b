"""Two stores made one: their logs united, their cards the latest of both, all else folded anew.

Uniting sets of events and taking the later of two rows give the same result in any order and any
number of times, so that devices may meet as they like. Each batch is a transaction of its own: a
sync that is broken off leaves sound stores and is carried on by the next.
"""

from db.sync.exchange import sync
from db.sync.report import Moved, Progress, SyncReport

__all__ = ["Moved", "Progress", "SyncReport", "sync"]
