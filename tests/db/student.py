"""Run in a child process by test_crash: studies without end, and tells of each review it saved.

The globals `location`, `start` (seconds since 1970) and `tell` (a connection) are put in.
"""

from datetime import UTC, datetime, timedelta

from cards.scheduling.fsrs import Rating
from db.store import Store

location, start, tell = (globals()[name] for name in ("location", "start", "tell"))
now = datetime.fromtimestamp(start, UTC)
store = Store.open(location, clock=lambda: now)
number = 0
while True:
    queued = store.next_card()
    if queued is None:
        now += timedelta(days=1)
        continue
    now += timedelta(seconds=20)
    number += 1
    review = store.answer(queued.card.id, Rating(number * 7 % 4 + 1), seconds=4)
    tell.send_bytes(bytes.fromhex(review.id))
    if number % 5 == 0:
        undone = store.undo()
        assert undone is not None
        tell.send_bytes(b"undone" + bytes.fromhex(undone.id))
