"""Queries that list cards: one, many, the next to ask, and the overview of the home screen."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, case, func, select

from cards.card import Card
from cards.decks import is_below
from cards.scheduling import fsrs
from cards.scheduling.fsrs import State
from db.card_table.rows import read_card
from db.log.events import instant
from db.log.settings import Settings
from db.projections import due
from db.projections.card_state import CardState
from db.projections.schedule import CardSchedule
from db.records import Counts, DeckRow, Queued, StoredCard
from db.search import query
from db.storage.schema import CARDS, LEARNING, NEW, REVIEW, SCHEDULE, SECTIONS
from db.storage.statements import Compiled
from db.study import answering
from db.study.daily_limits import left_today
from db.study.queue import BUNDLED, BUNDLED_END, Queue, Scope, sections_of
from db.study_clock import StudyClock
from sims.errors import UnknownNameError

if TYPE_CHECKING:
    from cards.quiz import Brief


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card with its schedule, as `_CARD` selects it."""

    id: str
    body: str
    file: str
    line: int
    added: int
    missing: bool
    deck: str
    state: CardState

    @classmethod
    def of(cls, row: Sequence[Any]) -> "CardRow":
        """Return the record of a row of `_CARD`."""
        id, body, file, line, added, missing, deck, *state = row
        return cls(id, body, file, line, added, missing, deck, CardState(*state))


_CARD = (
    select(
        CARDS.c.id,
        CARDS.c.body,
        CARDS.c.file,
        CARDS.c.line,
        CARDS.c.added,
        CARDS.c.missing,
        SECTIONS.c.deck,
        *[SCHEDULE.c[name] for name in CardState.__slots__],
    )
    .join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key)
    .join(SECTIONS, SECTIONS.c.id == CARDS.c.section)
)
_DUE_COUNTS = (
    select(SCHEDULE.c.section, SCHEDULE.c.queue, func.count())
    .where(due.NEW_OR_DUE)
    .group_by(SCHEDULE.c.section, SCHEDULE.c.queue)
)
_STEPS_DUE = (
    select(SCHEDULE.c.section, func.count())
    .where(SCHEDULE.c.queue == LEARNING, due.STEP_DUE, SCHEDULE.c.buried_day < due.TODAY)
    .group_by(SCHEDULE.c.section)
)
_TOTALS = select(SCHEDULE.c.section, func.count()).group_by(SCHEDULE.c.section)
_MISSING = select(CARDS.c.section, func.count()).where(CARDS.c.missing).group_by(CARDS.c.section)
_BUNDLED = (
    select(CARDS.c.section, func.count())
    .where(CARDS.c.file > BUNDLED, CARDS.c.file < BUNDLED_END)
    .group_by(CARDS.c.section)
)
NOT_CHECKED = "not checked"
"""The badge of a card that has none."""
_STATES = {0: "new"} | {state.value: state.name.lower() for state in State}
ROWS = 500
"""Rows that are held at a time where cards are read one by one."""

_BRIEFS = Compiled(
    select(CARDS.c.key, CARDS.c.id, CARDS.c.kind, SCHEDULE.c.family, CARDS.c.section)
    .join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key)
    .where(~CARDS.c.missing)
)
_BURIED = (
    select(SCHEDULE.c.section, SCHEDULE.c.queue, func.count())
    .where(due.NEW_OR_DUE, due.buried(due.TODAY))
    .group_by(SCHEDULE.c.section, SCHEDULE.c.queue)
)
_WITH_SIBLINGS = select(SCHEDULE.c.family).group_by(SCHEDULE.c.family).having(func.count() > 1)
_HELD_BACK = (
    select(
        SCHEDULE.c.section,
        SCHEDULE.c.queue,
        func.count()
        - func.count(case((~due.held_back(SCHEDULE.c, due.TODAY), SCHEDULE.c.family)).distinct()),
    )
    .where(due.NEW_OR_DUE, SCHEDULE.c.buried_day < due.TODAY, SCHEDULE.c.family.in_(_WITH_SIBLINGS))
    .group_by(SCHEDULE.c.section, SCHEDULE.c.queue)
)
"""Cards that a sibling holds back today, as `due.held_back` says."""
_BY_ID = _CARD.where(CARDS.c.id == bindparam("card"))
_BY_KEY = Compiled(_CARD.where(CARDS.c.key == bindparam("card")))


def one(connection: Connection, card_id: str, moment: StudyClock, settings: Settings) -> StoredCard:
    """Return a card; raises LookupError with a sentence when there is none of that id."""
    row = connection.execute(_BY_ID, {"card": card_id}).first()
    if row is None:
        raise UnknownNameError(f"there is no card {card_id}")
    return _stored(CardRow.of(row), moment, settings)


def find(
    connection: Connection,
    line: str,
    moment: StudyClock,
    settings: Settings,
    scope: Scope = Scope(),  # noqa: B008 - it is frozen
) -> list[StoredCard]:
    """Return the cards of a scope that a search line finds, in the order of decks, files, lines."""
    return list(each(connection, line, moment, settings, scope))


def each(
    connection: Connection,
    line: str,
    moment: StudyClock,
    settings: Settings,
    scope: Scope = Scope(),  # noqa: B008 - it is frozen
) -> Iterator[StoredCard]:
    """Yield the cards that `find` returns, holding a part of the rows at a time."""
    wanted = query.condition(line, query.Context.of(moment, settings, connection.dialect.name))
    if scope != Scope():
        wanted &= CARDS.c.section.in_(list(sections_of(connection, scope)))
    cards = _CARD.where(wanted).order_by(SECTIONS.c.deck, CARDS.c.file, CARDS.c.line, CARDS.c.key)
    for row in connection.execute(cards, execution_options={"yield_per": ROWS}):
        yield _stored(CardRow.of(row), moment, settings)


def briefs(connection: Connection) -> "list[Brief]":
    """Return all cards that are in their notes, without their texts, in the order of their ids."""
    from cards.quiz import Brief

    places = {row.id: (row.deck, row.topic) for row in connection.execute(select(SECTIONS))}
    rows = _BRIEFS.all(connection)
    rows.sort(key=itemgetter(1))  # the database would look up each row by the index of ids
    return [Brief._make((*row[:4], *places[row[4]])) for row in rows]


def by_keys(
    connection: Connection, keys: Sequence[int], moment: StudyClock, settings: Settings
) -> dict[int, StoredCard]:
    """Return the cards of some keys; those that are gone are left out."""
    rows = [CardRow.of(row) for row in connection.execute(_CARD.where(CARDS.c.key.in_(keys)))]
    return {row.state.key: _stored(row, moment, settings) for row in rows}


def weakest(
    connection: Connection,
    line: str,
    days: int,
    moment: StudyClock,
    settings: Settings,
    scope: Scope,
) -> list[StoredCard]:
    """Return the cards of a search that were studied, least likely to be recalled first."""
    studied = [card for card in find(connection, line, moment, settings, scope) if card.stability]
    parameters = settings.parameters

    def recall(stored: StoredCard) -> float:
        assert stored.stability is not None
        assert stored.last is not None
        elapsed = moment.today + days - stored.last
        return fsrs.retrievability(stored.stability, elapsed, parameters)

    return sorted(studied, key=recall)


def next_card(
    connection: Connection, queue: Queue, moment: StudyClock, loads: answering.Loads
) -> tuple[Queued, answering.Previews] | None:
    """Return the card to ask: a learning step that is due, the queue's front, or a step soon due.

    With it comes the memory that each button would give it.
    """
    settings = queue.settings
    learning = queue.learning(moment.now)
    row: CardRow | None = None
    if learning.waiting and not queue.returned and learning.at <= 1000 * moment.now.timestamp():
        row = _read(connection, learning.key)
    while row is None and (front := queue.front()) is not None:
        row = _read(connection, front.key)
        if not queue.still(front, row.state):
            queue.drop(front.token)
            row = None
    if row is None and learning.waiting:
        row = _read(connection, learning.key)
    if row is None:
        return None
    stored = _stored(row, moment, settings)
    card = CardSchedule(row.id, row.deck, bool(row.missing), row.state)
    previews = answering.previews(card, moment, settings, loads)
    waits = {rating: fsrs.wait(memory, moment.now) for rating, memory in previews.items()}
    seed = answering.variant_seed(row.id, card.state)
    return Queued(stored, seed, waits, queue.counts(learning.waiting)), previews


def following(connection: Connection, queue: Queue, id: str) -> tuple[Card, int] | None:
    """Return the card after one in the queue, and the seed of its variant; None at the end."""
    for waiting in queue.first(2):
        row = _read(connection, waiting.key)
        if row.id != id:
            seed = answering.variant_seed(row.id, row.state)
            return read_card(row.body, row.file, row.line), seed
    return None


def overview(connection: Connection, moment: StudyClock, settings: Settings) -> list[DeckRow]:
    """Return the sections with what is due in them today, sorted by deck and title."""
    today = {"today": moment.today}
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for section, queue, count in connection.execute(_DUE_COUNTS, today):
        counts[section][queue] = count
    at = due.soon(moment.now, settings.base.learn_ahead)
    until = {"soon": at, "latest": settings.last_step_day(moment.today)}
    for section, count in connection.execute(_STEPS_DUE, today | until):
        counts[section][LEARNING] = count
    totals: Counter[int] = Counter()
    for counted, sign in ((_TOTALS, 1), (_MISSING, -1)):
        for section, count in connection.execute(counted):
            totals[section] += sign * count
    for less in (_BURIED, _HELD_BACK) if settings.base.bury_siblings else (_BURIED,):
        for section, queue, count in connection.execute(less, today):
            counts[section][queue] -= count
    limits = left_today(connection, moment.today, settings)
    bundled: Counter[int] = Counter()
    for section, count in connection.execute(_BUNDLED):
        bundled[section] = count
    rows = []
    for section in sorted(
        connection.execute(select(SECTIONS)), key=lambda row: (row.deck, row.title)
    ):
        due_here, total = counts[section.id], totals[section.id]
        left = Counts(new=limits.new.left(section.deck), due=limits.due.left(section.deck))
        new, review = min(due_here[NEW], left.new), min(due_here[REVIEW], left.due)
        learning = due_here[LEARNING]
        paused = settings.is_paused(section.deck)
        if paused:
            new, learning, review, left = 0, 0, 0, Counts()
        if total:
            names = section.deck, section.topic, section.title
            all_bundled = bundled[section.id] >= total
            rows.append(DeckRow(*names, new, learning, review, total, left, paused, all_bundled))
    return rows


def evidence(connection: Connection, muted: str) -> dict[tuple[str, str], Counter[str]]:
    """Count the cards of each section, by deck and topic, by their badge.

    Cards that the person tagged `muted` are counted as that.
    """
    badge = func.coalesce(query.checked("evidence", connection.dialect.name), NOT_CHECKED)
    is_muted = SCHEDULE.c.tags.contains(f" {muted} ", autoescape=True)
    word = case((is_muted, muted), else_=badge).label("word")
    counts = (
        select(SECTIONS.c.deck, SECTIONS.c.topic, word, func.count())
        .join(CARDS, CARDS.c.section == SECTIONS.c.id)
        .join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key)
        .where(~CARDS.c.missing)
        .group_by(SECTIONS.c.deck, SECTIONS.c.topic, word)
    )
    badges: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for deck, topic, badge_word, count in connection.execute(counts):
        badges[deck, topic][badge_word] += count
    return badges


def files_of(connection: Connection, deck: str) -> dict[str, set[str]]:
    """Return the notes with cards of a deck or of those below it, each with all its decks."""
    decks = select(CARDS.c.file, SECTIONS.c.deck).join(SECTIONS, SECTIONS.c.id == CARDS.c.section)
    decks_of: dict[str, set[str]] = defaultdict(set)
    for file, name in connection.execute(decks.where(~CARDS.c.missing).distinct()):
        decks_of[file].add(name)
    return {
        file: names
        for file, names in decks_of.items()
        if any(name == deck or is_below(name, deck) for name in names)
    }


def decks_in(connection: Connection, file: str) -> set[str]:
    """Return the decks of a note's cards."""
    decks = select(SECTIONS.c.deck).join(CARDS, CARDS.c.section == SECTIONS.c.id)
    here = decks.where(CARDS.c.file == file, ~CARDS.c.missing).distinct()
    return set(connection.execute(here).scalars())


def _read(connection: Connection, key: int | None) -> CardRow:
    return CardRow.of(_BY_KEY.one(connection, card=key))


def _stored(row: CardRow, moment: StudyClock, settings: Settings) -> StoredCard:
    state = row.state
    card = read_card(row.body, row.file, row.line)
    options = settings.options(row.deck)
    recall = None
    if state.stability is not None and state.day is not None:
        elapsed = moment.today - state.day
        recall = fsrs.retrievability(state.stability, elapsed, settings.parameters)
    return StoredCard(
        card=card,
        state=_state(state, bool(row.missing), moment.today),
        due=_due(state, moment),
        stability=state.stability,
        difficulty=state.difficulty,
        interval=state.interval,
        reps=state.reps,
        lapses=state.lapses,
        suspended=bool(state.suspended),
        leech=options.is_leech(state.lapses),
        retrievability=recall,
        last=state.day,
        tags=tuple(sorted({*card.tags, *state.tags.split()})),
        added=instant(row.added),
    )


def _state(state: CardState, missing: bool, today: int) -> str:
    if missing:
        return "missing"
    if state.suspended:
        return "suspended"
    if due.is_buried(state.buried_day, today):
        return "buried"
    return _STATES[state.state]


def _due(state: CardState, moment: StudyClock) -> datetime | None:
    if state.due_at is not None:
        return instant(state.due_at)
    return moment.start_of(state.due_day) if state.due_day else None
