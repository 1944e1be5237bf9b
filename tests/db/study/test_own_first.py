"""New cards of one's own notes come before those of the bundled deck."""

from cards.formats import read
from cards.notes import bundled_notes
from db.study.queue import Queue, Scope


def line(store, topics):
    with store._context.database.read() as connection:
        moment = store._context.moment()
        settings = store._context.cache.settings(connection, moment)
        from dataclasses import replace

        settings = replace(settings, base=replace(settings.base, new_per_day=30, topics=topics))
        queue = Queue(connection, Scope(), moment.today, settings)
        return [queue.sections[waiting.section] for waiting in queue._line.values()]


def test_own_cards_come_first_and_the_limit_holds(store, tmp_path):
    bundled = [read(path) for path in bundled_notes()[:2]]
    note = tmp_path / "mine.md"
    note.write_text("".join(f"Q: What is {n}?\nA: It is {n}.\n\n" for n in range(5)))
    store.import_notes([*bundled, read(note)])
    for topics in ("interleaved", "as they come"):
        found = line(store, topics)
        assert found[:5] == ["mine"] * 5
        assert "mine" not in found[5:]
        assert len(found) == min(30, 5 + len({c.family for n in bundled for c in n.cards}))
