"""The store: all access to the database. One use case is one transaction; use a thread."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection

from cards.note import Note
from cards.packed import PackedNote
from cards.scheduling.fsrs import Rating
from cards.scheduling.options import DEFAULT, LONGEST_INTERVAL, Options
from cards.text.clean import clean_line
from db import maintenance
from db.card_table import note_files, rows
from db.context import Context
from db.log import events, papers, settings
from db.log.events import Kind
from db.projections import schedule
from db.records import (
    ClockAhead,
    Coming,
    Counts,
    Damage,
    DeckRow,
    EventDamage,
    FileReport,
    ImportReport,
    Queued,
    Review,
    StoredCard,
)
from db.search import browser, card_ids, listing
from db.search.card_ids import Found
from db.storage.database import StoreCorrupt, StoreError, StoreNewer
from db.study import answering, next_due, undo
from db.study.queue import Queue, Scope, sections_of
from db.study_clock import StudyClock
from sims import private
from sims.errors import InputError

if TYPE_CHECKING:
    from cards.card import Card
    from cards.formats.anki.writing import Schedule
    from cards.identity import Pair
    from cards.quiz import Brief
    from db.importing.log_beside import EventSource
    from db.log.events import Part
    from db.sync import Progress, SyncReport

__all__ = ["Store", "StoreCorrupt", "StoreError", "StoreNewer"]


class Store:
    """Cards, the log of what was done with them, and what follows from it.

    Every method raises StoreError, with a sentence for the person, when the database cannot do
    its part; nothing is half done then. Methods that name a card raise LookupError when there is
    none of that id.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @classmethod
    def open(
        cls,
        location: str | Path,
        *,
        clock: Callable[[], datetime] | None = None,
        zone: tzinfo | None = None,
        options: Options = DEFAULT,
        begin: bool = True,
    ) -> Self:
        """Open the store at a path or URL, as `Context.open` does, which has the errors."""
        return cls(Context.open(location, clock=clock, zone=zone, options=options, begin=begin))

    @classmethod
    def open_as_it_is(cls, location: str | Path, options: Options = DEFAULT) -> Self:
        """Open a store for reading, as `Context.open_as_it_is` does, which has the errors."""
        return cls(Context.open_as_it_is(location, options))

    def close(self) -> None:
        """Close the database."""
        self._context.close()

    # Notes: what they bring, and where their cards came from

    def import_notes(
        self,
        notes: Sequence[Note],
        *,
        dry_run: bool = False,
        decide: "Callable[[Pair], bool | None] | None" = None,
        digests: Mapping[str, str] | None = None,
    ) -> ImportReport:
        """Import notes, one transaction each, and return what that changed.

        `decide` is asked whether a doubtful pair is one card; without it the new one is new. Where
        it says None, both stay as they are, and the note is among those of `waiting`.
        `digests`, by path, are kept for `unchanged`, unless something about the note needs a look.
        """
        from db.importing import importer

        if not dry_run and notes:
            self._copy("before-import", maintenance.BEFORE_IMPORT)
        return importer.import_all(
            self._context.reading if dry_run else self._context.writing,
            notes,
            dry_run=dry_run,
            decide=decide,
            digests=digests or {},
        )

    def import_first(
        self, notes: Iterable[Note | PackedNote], digests: Mapping[str, str] | None = None
    ) -> ImportReport:
        """Import notes into a store without cards, as they come, in one transaction.

        `digests` are as in `import_notes`.
        """
        from db.importing import importer

        self._copy("before-import", maintenance.BEFORE_IMPORT)
        with self._context.database.without_write_ahead():
            return importer.import_first(self._context.writing, notes, digests=digests or {})

    def doubts(self) -> "list[Pair]":
        """Return the pairs of a missing card and a new one that may be one card, closest first."""
        from db.importing import doubts

        with self._context.database.read() as connection:
            return doubts.waiting(connection)

    def join(self, old: str, new: str) -> None:
        """Give a new card the history of an old one that is missing from its notes.

        Raises LookupError, and InputError where the old card is not missing, or the new one is.
        """
        from db.importing import doubts
        from db.rebuild import fold_log

        with self._context.writing() as (connection, moment, settings):
            doubts.join(connection, old, new, moment)
            fold_log(connection, settings)
            self._context.cache.forget(connection, moment)

    def part(self, old: str, new: str) -> None:
        """Record that a missing card and a new one are two cards; raises what `join` raises."""
        from db.importing import doubts

        with self._context.writing() as (connection, moment, _):
            doubts.part(connection, old, new, moment)

    def lasting_ids(self) -> dict[str, str]:
        """Return the first id of each card whose id changed: no rewording changes that one."""
        from db.log import relinks

        with self._context.database.read() as connection:
            return relinks.lasting(relinks.every(connection))

    @contextmanager
    def log_beside(
        self, folder: Path, source: "EventSource", reviews: int
    ) -> "Iterator[EventSource]":
        """Write another program's events in a second process; yield the source for `bring_in`.

        It leaves files in the folder. With few `reviews`, or where there can be no second process,
        it yields the `source` itself.
        """
        from db.importing.log_beside import LogBeside, pays

        with self._context.database.read() as connection:
            alone = connection.dialect.name != "sqlite" or events.know_cards(connection)
        if alone or not pays(reviews):
            yield source
            return
        with closing(LogBeside(folder, source, self._context.moment())) as beside:
            yield beside

    def bring_in(
        self,
        notes: Iterable[Note],
        source: "EventSource",
        options: Mapping[str, Mapping[str, Any]],
        gone: Sequence[str] = (),
        added: Mapping[str, int] | None = None,
    ) -> ImportReport:
        """Import notes and their cards' history in another program, in one transaction.

        `source` gives the history, `options` those of each deck. `gone` are the paths of notes
        whose cards were missing there; `added` says when cards came, in ms since 1970.
        """
        from db.card_table import writer
        from db.importing import history, importer, log_beside
        from db.rebuild import fold_log

        self._copy("before-import", maintenance.BEFORE_IMPORT)
        with self._context.writing() as (connection, moment, current):
            use = connection, moment, current
            decks: dict[str, None] = {}
            report = importer.import_within(use, _noting_decks(notes, decks))
            importer.import_within(use, [Note(path) for path in gone])
            if added:
                writer.date(connection, added, moment.now)
            for payload, _ in history.chosen(options, list(decks), current):
                if payload is not None:
                    events.append(connection, Kind.SETTINGS, moment.now, payload=payload)
            is_longer, arriving = log_beside.append(connection, source, moment)
            if is_longer:
                current = settings.load(connection, self._context.options, moment.today)
                fold_log(connection, current, arriving)
            self._context.cache.forget(connection, moment)
        return report

    # Exporting

    def export_anki(self, path: Path, query: str = "") -> list[str]:
        """Write the cards of a search, with their reviews, to a new Anki package.

        Returns what a package cannot hold. Raises FileExistsError where there is a file already.
        """
        from db import exporting

        query = _without_missing(query)
        with self._context.searching(query) as (connection, moment, settings):
            keys = sorted(card_ids.keys(connection, query, moment, settings))
            losses = exporting.anki_package(connection, keys, path, moment, settings)
        return list(losses.lines())

    def export_cards(self, query: str = "") -> "list[tuple[Card, Schedule]]":
        """Return the cards of a search, without missing ones, each with its schedule."""
        from db import exporting

        query = _without_missing(query)
        with self._context.searching(query) as (connection, moment, settings):
            keys = sorted(card_ids.keys(connection, query, moment, settings))
            return list(exporting.cards(connection, keys))

    def export_store(self, query: str = "") -> Iterator[dict[str, Any]]:
        """Yield the cards of a search, or the whole store with its log, as JSON-able records."""
        from db import exporting

        with self._context.searching(query) as (connection, moment, settings):
            keys = sorted(card_ids.keys(connection, query, moment, settings))
            yield from exporting.whole_store(connection, keys if query.strip() else None)

    # Which notes and ids there are

    def ids_of(self, ids: Sequence[str]) -> set[str]:
        """Return those of `ids` that cards of this store have now."""
        with self._context.database.read() as connection:
            return {id for id, known in rows.by_id(connection, ids).items() if not known.missing}

    def unchanged(self, path: str, digest: str) -> FileReport | None:
        """Return the report of a note that has not changed since its import, else None.

        `digest` stands for the note's bytes and for how they would be read; with the digest that
        `import_notes` was given last, the note need not be read again.
        """
        with self._context.database.read() as connection:
            cards = note_files.unchanged(connection, path, digest)
        return None if cards is None else FileReport(path, unchanged=cards)

    def notes_under(self, folders: Sequence[str]) -> list[str]:
        """Return the paths of the imported notes under some folders.

        One that is not there any more is to be imported as a note without cards. What a sync
        brought is left out: its notes may not have come to this device yet.
        """
        starts = tuple(f"{folder.rstrip(os.sep)}{os.sep}" for folder in folders)
        with self._context.database.read() as connection:
            return [
                path for path in sorted(note_files.every(connection)) if path.startswith(starts)
            ]

    def has_cards(self) -> bool:
        """Whether the store has any card, those missing from their notes included."""
        with self._context.database.read() as connection:
            return not rows.empty(connection)

    def waiting(self) -> list[str]:
        """Return the notes with edited cards that a person has yet to call the same or new."""
        with self._context.database.read() as connection:
            return note_files.waiting(connection)

    def notes_of(self, ids: Sequence[str]) -> set[str]:
        """Return the imported notes that some cards were in."""
        with self._context.database.read() as connection:
            files = {known.file for known in rows.by_id(connection, ids).values()}
            return note_files.among(connection, files)

    # Finding cards

    def cards(self, query: str = "") -> list[StoredCard]:
        """Return the cards that a search line finds, in the order of their notes.

        Raises SearchError for a line that cannot be understood; `search/query.py` has the words.
        """
        with self._context.searching(query) as (connection, moment, settings):
            return listing.find(connection, query, moment, settings)

    def each_card(self, query: str = "") -> Iterator[StoredCard]:
        """Yield the cards that `cards` returns, all as they were when the first was read."""
        with self._context.searching(query) as (connection, moment, settings):
            yield from listing.each(connection, query, moment, settings)

    def chosen_cards(self, choose: "Callable[[Sequence[Brief]], Iterable[int]]") -> "list[Card]":
        """Return the cards whose keys `choose` picks from the briefs of all in their notes."""
        with self._context.database.read() as connection:
            return list(rows.cards(connection, list(choose(listing.briefs(connection)))))

    def find(self, query: str) -> Found:
        """Return the ids of the cards that a search line finds, in the order they were added.

        How many they are is known at once; the ids are read when they are asked for.
        """
        with self._context.searching(query) as (connection, moment, settings):
            return Found(card_ids.keys(connection, query, moment, settings), self._context.database)

    def browse(self, query: str, column: str = "deck", *, descending: bool = False) -> list[int]:
        """Return the keys of the cards that a search line finds, sorted by a column.

        Cards that are missing from their notes are left out unless `is:missing` asks for them.

        Raises SearchError for a line that cannot be understood; `browser.COLUMNS` has the columns.
        """
        with self._context.searching(query) as (connection, moment, settings):
            line = query if "is:missing" in query.lower() else _without_missing(query)
            return browser.order(connection, line, column, moment, settings, descending=descending)

    def browsed(self, keys: Sequence[int]) -> dict[int, StoredCard]:
        """Return the cards of some keys; those that are gone are left out."""
        with self._context.reading() as (connection, moment, settings):
            return listing.by_keys(connection, keys, moment, settings)

    def card(self, card_id: str) -> StoredCard:
        """Return one card."""
        with self._context.reading() as (connection, moment, settings):
            return listing.one(connection, card_id, moment, settings)

    def today(self) -> int:
        """Return the study day that it is."""
        with self._context.reading() as (_, moment, _settings):
            return moment.today

    def overview(self) -> list[DeckRow]:
        """Return every topic of every deck with what is due today, sorted by deck and title."""
        with self._context.reading() as (connection, moment, settings):
            return listing.overview(connection, moment, settings)

    def evidence(self, muted: str = "muted") -> dict[tuple[str, str], Mapping[str, int]]:
        """Count the cards of each deck and topic by their badge, or as "not checked".

        Cards that the person tagged `muted` are counted as that.
        """
        with self._context.database.read() as connection:
            return dict(listing.evidence(connection, muted))

    def files_of(self, deck: str) -> dict[str, set[str]]:
        """Return the notes with cards of a deck or of one below it, each with all its decks."""
        with self._context.database.read() as connection:
            return listing.files_of(connection, deck)

    def decks_in(self, path: str) -> set[str]:
        """Return the decks that the cards of a note are in."""
        with self._context.database.read() as connection:
            return listing.decks_in(connection, path)

    # Studying

    @contextmanager
    def _queue(self, scope: Scope) -> Iterator[tuple[Connection, Queue, StudyClock]]:
        """Yield a connection that reads, today's queue of a scope, and the moment."""
        moment = self._context.moment()
        with self._context.cache.lock, self._context.database.read() as connection:
            yield connection, self._context.cache.queue(connection, scope, moment), moment

    def next_card(
        self, *, deck: str | None = None, topic: str | None = None, ahead: int = 0
    ) -> Queued | None:
        """Return the card to ask now, the same until it is answered; None when all is done.

        With `ahead`, cards due within so many days are asked too, beyond the daily limit of them.
        """
        with self._queue(Scope(deck, topic, ahead)) as (connection, queue, moment):
            cache = self._context.cache
            next_card = listing.next_card(connection, queue, moment, cache.loads(connection))
            if next_card is None:
                return None
            queued, previews = next_card
            cache.show(queued.card.id, moment.today, cache.tip, previews)
            return queued

    def following(
        self, card_id: str, *, deck: str | None = None, topic: str | None = None, ahead: int = 0
    ) -> "tuple[Card, int] | None":
        """Return the card that is likely to follow, with the seed of its variant, or None.

        It is for preparing: `next_card` decides, and may return another one.
        """
        with self._queue(Scope(deck, topic, ahead)) as (connection, queue, _):
            return listing.following(connection, queue, card_id)

    def remaining(self, *, deck: str | None = None, topic: str | None = None) -> Counts:
        """Return what is left to study today, of everything or of a deck and those below it."""
        with self._queue(Scope(deck, topic)) as (_, queue, moment):
            return queue.counts(queue.learning(moment.now).waiting)

    def coming(self, *, deck: str | None = None, topic: str | None = None) -> Coming | None:
        """Return when the next cards come, and how many they are; None when none ever will."""
        with self._queue(Scope(deck, topic)) as (connection, queue, moment):
            return next_due.coming(connection, queue, moment)

    def allow_more(
        self, *, new: int = 0, due: int = 0, deck: str | None = None, topic: str | None = None
    ) -> None:
        """Raise today's limits by so many cards; numbers below 0 lower them.

        That holds for a deck, or for the decks with a topic; with neither, for every limit. A deck
        that has only decks below it means each of these.
        """
        payload: dict[str, Any] = {"day": self._context.moment().today, "new": new, "due": due}
        if deck is not None or topic is not None:
            with self._context.database.read() as connection:
                sections = sections_of(connection, Scope(deck, topic))
            decks = set(sections.values())
            payload["decks"] = [deck] if deck in decks else sorted(decks)
        self._context.append(Kind.MORE, payload)

    def weakest(
        self, query: str = "", days: int = 0, *, deck: str | None = None, topic: str | None = None
    ) -> list[StoredCard]:
        """Return the studied cards of a search, least likely to be recalled in `days` first.

        It is for cramming before an exam: who goes through the cards without `answer` leaves the
        schedule as it is.
        """
        with self._context.searching(query) as (connection, moment, settings):
            return listing.weakest(connection, query, days, moment, settings, Scope(deck, topic))

    def answer(
        self,
        card_id: str,
        rating: Rating,
        *,
        seconds: float,
        grade: Mapping[str, Any] | None = None,
        typed: str = "",
        variant: Mapping[str, Any] | None = None,
        hinted: bool = False,
    ) -> Review:
        """Log a review, durably before this returns, and schedule the card anew.

        `grade` may hold verdict, outcome, misconception and suggested (a Rating); `variant` the
        values drawn.
        """
        answered = answering.payload_of(seconds, grade, typed, variant, hinted)
        with self._context.writing() as (connection, moment, settings):
            card = schedule.of_id(connection, card_id)
            loads = self._context.cache.loads(connection)
            shown = self._context.cache.shown(card.id, moment.today, Rating(rating))
            tip = self._context.cache.tip
            review, before, after = answering.answer(
                connection, card, Rating(rating), moment, settings, loads, answered, tip, shown
            )
            self._context.cache.answered(bytes.fromhex(review.id), before, after)
        return review

    def undo(self, review: str | None = None) -> Review | None:
        """Take back the review of that id, else the newest one of a card that is here.

        It may be one of an earlier run, or of another device. Returns None when there is none, or
        when it was taken back before.
        """
        id = None if review is None else bytes.fromhex(review)
        with self._context.writing() as (connection, moment, settings):
            standing = undo.review_that_stands(connection, id)
            if standing is None:
                return None
            event, key = standing
            reviewed, card = undo.take_back(connection, event, key, moment, settings)
            tip = events.last_id(connection)
            options = settings.options(card.deck)
            withdrawn = answering.review_of(event, reviewed, moment, options, card.state)
            self._context.cache.taken_back(tip, reviewed.state, card.state)
        return withdrawn

    # Changing a card

    def suspend(self, card_id: str) -> None:
        """Leave a card out until it is unsuspended."""
        self._context.change(card_id, Kind.SUSPEND)

    def unsuspend(self, card_id: str) -> None:
        """Take a suspended card in again."""
        self._context.change(card_id, Kind.UNSUSPEND)

    def bury(self, card_id: str) -> None:
        """Leave a card out until tomorrow."""
        self._context.change(card_id, Kind.BURY, {"day": self._context.moment().today})

    def unbury(self, card_id: str) -> None:
        """Take a buried card in again."""
        self._context.change(card_id, Kind.UNBURY)

    def set_due(self, card_id: str, days: int) -> str:
        """Ask a card `days` from today, 0 to 36500, whatever its interval says.

        Return the event's id, for `take_back`.
        """
        if not 0 <= days <= LONGEST_INTERVAL:
            raise InputError(f"a card can be due in 0 to {LONGEST_INTERVAL} days, not in {days}")
        day = self._context.moment().today + days
        return self._context.change(card_id, Kind.SET_DUE, {"day": day})

    def reset(self, card_id: str) -> str:
        """Make a card new again, its reviews kept; return the event's id, for `take_back`."""
        return self._context.change(card_id, Kind.RESET)

    def take_back(self, card_id: str, event: str) -> bool:
        """Take back a due date that was set, or a reset; return whether it still stood."""
        with self._context.writing() as (connection, moment, settings):
            back = undo.take_back_change(
                connection, card_id, bytes.fromhex(event), moment, settings
            )
            self._context.cache.forget(connection, moment)
        return back

    def tag(self, card_id: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Add and remove tags of one's own; those written in the note are not touched.

        Raises InputError for a tag to add that is not one word.
        """
        for name in add:
            if name.split() != [clean_line(name)]:
                raise InputError(f"a tag is one word, such as maths::algebra, not {name!r}")
        removed = [clean_line(name) for name in remove]
        self._context.change(card_id, Kind.TAG, {"add": list(add), "remove": removed})

    # Settings, quizzes

    def options(self, deck: str) -> Options:
        """Return the scheduling options of a deck."""
        with self._context.reading() as (_, _, settings):
            return settings.options(deck)

    def own_options(self, deck: str) -> dict[str, Any]:
        """Return the options in which a deck differs from the rest, by name."""
        with self._context.reading() as (_, _, settings):
            return dict(settings.decks.get(deck, {}))

    def set_option(self, deck: str, name: str, value: object) -> None:
        """Let a deck differ in one option; None lets it follow the rest again.

        Raises InputError for an unknown option or a value out of range.
        """
        payload = settings.payload(deck, name, value)
        self._context.append(Kind.SETTINGS, payload)

    def parameters(self) -> tuple[float, ...]:
        """Return the FSRS parameters in force."""
        with self._context.reading() as (_, _, settings):
            return settings.parameters

    def set_parameters(self, values: Sequence[float]) -> None:
        """Put FSRS parameters in force and compute every card's memory anew from the log.

        Due dates stay as they are. Raises InputError for parameters out of FSRS-6's bounds.
        """
        from db.projections.memories import recompute

        payload = settings.parameters_payload(values)
        with self._context.writing() as (connection, moment, _):
            events.append(connection, Kind.PARAMETERS, moment.now, payload=payload)
            recompute(connection, payload["values"])

    def write_log(self, path: Path) -> None:
        """Write all reviews that stand to an .npz file, by day and then in the order of the log.

        The arrays, (reviews,) each: card, day, rating (1–4), state before and seconds.
        """
        from db.projections.memories import write_log

        with self._context.database.read() as connection:
            write_log(connection, path)

    def record_quiz(self, paper: Mapping[str, Any]) -> None:
        """Keep a quiz paper with its answers, as JSON: `cards.quiz.Result.to_dict`, and an `id`.

        Raises InputError for one without its seed or score.
        """
        self._context.append(Kind.QUIZ, dict(paper))

    def quizzes(self) -> list[dict[str, Any]]:
        """Return the quiz papers, oldest first, each with `at`, an ISO instant in its zone.

        A paper that was marked again is there once, as it was marked last.
        """
        with self._context.database.read() as connection:
            return [
                {"at": events.local(event).isoformat(), **event.payload}
                for event in papers.sat(connection)
            ]

    # Looking back

    def statistics(self, scope: str = "", days: int | None = None) -> dict[str, Any]:
        """Return what `studytui stats --json` prints, for a search and the last `days`."""
        from db import statistics

        self._context.compact()
        with self._context.searching(scope) as (connection, moment, settings):
            return statistics.collect(connection, moment, settings, scope, days)

    def history(self, card_id: str) -> dict[str, Any]:
        """Return a card's reviews and its forgetting curve; see `db/statistics/card_history.py`."""
        from db.statistics.card_history import one_card

        with self._context.reading() as (connection, moment, settings):
            return one_card(connection, schedule.of_id(connection, card_id), moment, settings)

    def last_variant(self, card_id: str) -> dict[str, str]:
        """Return the values of a card's parameters at its last review, empty when it had none."""
        from db.statistics.card_history import last_variant

        with self._context.database.read() as connection:
            return last_variant(connection, schedule.of_id(connection, card_id))

    # Looking after the store

    def rebuild(self, keep: Sequence[EventDamage] = ()) -> bool:
        """Fold the log into the derived tables again; return whether they were equal before.

        The events in `keep` are damaged, and count as they are now.
        """
        from db import diagnosis
        from db.rebuild import rebuild

        with self._context.writing() as (connection, moment, settings):
            diagnosis.keep_events(connection, keep)
            equal = rebuild(connection, settings)
            self._context.cache.forget(connection, moment)
        return equal

    def diagnose(self, progress: "Progress | None" = None, *, derived: bool = True) -> list[Damage]:
        """Return what is wrong with the store; empty when it is sound.

        A damaged card is brought anew by the next import of its note. `progress` is called with the
        share done and what is being done. With `derived` the log is folded too, and compared with
        the derived tables.
        """
        from db import diagnosis

        def agrees(connection: Connection, log: "Iterable[Part]") -> bool:
            from db.rebuild import agrees

            current = settings.load(connection, self._context.options, self._context.moment().today)
            return agrees(connection, current, log)

        progress = progress or (lambda _share, _says: None)
        return diagnosis.diagnose(self._context.database, agrees if derived else None, progress)

    def untouched(self) -> bool:
        """Whether nothing was ever done with this store, an import included."""
        with self._context.database.read() as connection:
            return events.last_id(connection) is None

    def clock_ahead(self) -> ClockAhead | None:
        """Return the newest review dated in days to come, if any: a wrong clock spoils a card."""
        with self._context.database.read() as connection:
            return maintenance.ahead_of(connection, self._context.moment().now)

    def backup(self, target: Path | None = None) -> Path:
        """Write a checked copy, beside the store unless `target` says where; return its path.

        It stays until a person deletes it. Old automatic copies go, as `db/storage/backup.py` says.
        Works while the store is in use.
        """
        return maintenance.back_up(self._context.database.engine, self._context.clock(), target)

    def sync(self, location: str | Path, progress: "Progress | None" = None) -> "SyncReport":
        """Exchange everything with the store, or the folder of stores, at a path or URL.

        `progress` is called with the share done and what is being done. Raises StoreError when
        the other store cannot be used; this one is sound then.
        """
        from db.sync import sync

        self.tend()
        try:
            return sync(
                self._context.database,
                str(location),
                self._context.options,
                self._context.clock,
                progress,
            )
        finally:
            with self._context.cache.lock, self._context.database.read() as connection:
                self._context.cache.forget(connection, self._context.moment())

    def tend(self) -> None:
        """Make the day's copy and pack what statistics read; quick when that was done already."""
        private.clear_work_folders()
        self._copy("daily", maintenance.EVERY)
        self._context.compact()

    def _copy(self, reason: str, age: timedelta) -> None:
        """Copy a store that is not empty, when its newest copy is of that age."""
        with self._context.database.read() as connection:
            empty = events.last_id(connection) is None
        if not empty:
            maintenance.back_up_if_old(
                self._context.database.engine, self._context.clock(), reason, age
            )


def _noting_decks(notes: Iterable[Note], decks: dict[str, None]) -> Iterator[Note]:
    """Yield notes, and add the decks of their cards to `decks`."""
    for note in notes:
        decks.update(dict.fromkeys(card.deck for card in note.cards))
        yield note


def _without_missing(query: str) -> str:
    """Return a search line that leaves out the cards missing from their notes."""
    return f"({query}) -is:missing" if query.strip() else "-is:missing"
