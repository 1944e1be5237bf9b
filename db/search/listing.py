"""Reading cards out: one, many, the next to ask, and the overview of the home screen."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, bindparam, case, func, or_, select

from cards.scheduling import fsrs
from cards.scheduling.fsrs import State
from db.card_table.rows import read_card
from db.log.events import instant
from db.log.settings import Settings
from db.projections.card_state import CardState, rests
from db.records import Counts, DeckRow, Queued, StoredCard
from db.search import query as search
from db.storage.schema import CARDS, LEARNING, NEW, REVIEW, SCHEDULE, SECTIONS
from db.storage.statements import Quick
from db.study import answering as study
from db.study.answering import CardSchedule
from db.study.daily_limits import left_today
from db.study.learning_steps import soon
from db.study.queue import Queue, Scope, held_back, sections_of
from db.study_clock import StudyClock
from sims.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card with its schedule, as the queries below read it."""

    id: str
    body: str
    file: str
    line: int
    added: int
    missing: bool
    deck: str
    standing: CardState

    @classmethod
    def of(cls, row: Sequence[Any]) -> "CardRow":
        """Return the record of a row of `_CARD`."""
        id, body, file, line, added, missing, deck, *standing = row
        return cls(id, body, file, line, added, missing, deck, CardState(*standing))


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
_TODAY = bindparam("today", type_=Integer)
_DUE = SCHEDULE.c.queue.in_((NEW, REVIEW)) & (SCHEDULE.c.due_day <= _TODAY)
_DUE_COUNTS = (
    select(SCHEDULE.c.section, SCHEDULE.c.queue, func.count())
    .where(_DUE)
    .group_by(SCHEDULE.c.section, SCHEDULE.c.queue)
)
_STEPS_DUE = (
    select(SCHEDULE.c.section, func.count())
    .where(
        SCHEDULE.c.queue == LEARNING,
        # As `db/study/learning_steps.py` has it: a step of minutes at its time, one of days on its
        # day, and one of a wrong clock now.
        or_(
            SCHEDULE.c.due_at <= bindparam("soon", type_=BigInteger),
            SCHEDULE.c.due_at.is_not(None)
            & (SCHEDULE.c.due_day > bindparam("latest", None, Integer)),
            SCHEDULE.c.due_at.is_(None) & (SCHEDULE.c.due_day <= _TODAY),
        ),
        ~rests(SCHEDULE.c.buried_day, _TODAY),
    )
    .group_by(SCHEDULE.c.section)
)
_TOTALS = select(SCHEDULE.c.section, func.count()).group_by(SCHEDULE.c.section)
_MISSING = select(CARDS.c.section, func.count()).where(CARDS.c.missing).group_by(CARDS.c.section)
_BURIED = (
    select(SCHEDULE.c.section, SCHEDULE.c.queue, func.count())
    .where(_DUE, SCHEDULE.c.buried_day > 0, rests(SCHEDULE.c.buried_day, _TODAY))
    .group_by(SCHEDULE.c.section, SCHEDULE.c.queue)
)
_WITH_SIBLINGS = select(SCHEDULE.c.family).group_by(SCHEDULE.c.family).having(func.count() > 1)
_HELD_BACK = (
    select(
        SCHEDULE.c.section,
        SCHEDULE.c.queue,
        func.count()
        - func.count(case((~held_back(SCHEDULE.c, _TODAY), SCHEDULE.c.family)).distinct()),
    )
    .where(_DUE, ~rests(SCHEDULE.c.buried_day, _TODAY), SCHEDULE.c.family.in_(_WITH_SIBLINGS))
    .group_by(SCHEDULE.c.section, SCHEDULE.c.queue)
)
"""Cards that another one of their family leaves out today, as `db/study/queue.py` says."""
_BY_ID = _CARD.where(CARDS.c.id == bindparam("card"))
_BY_KEY = Quick(_CARD.where(CARDS.c.key == bindparam("card")))


def one(connection: Connection, card_id: str, moment: StudyClock, settings: Settings) -> StoredCard:
    """Return a card; raises LookupError with a sentence when there is none of that id."""
    row = connection.execute(_BY_ID, {"card": card_id}).first()
    if row is None:
        raise UnknownNameError(f"there is no card {card_id}")
    return _stored(CardRow.of(row), moment, settings)


def find(
    connection: Connection,
    query: str,
    moment: StudyClock,
    settings: Settings,
    scope: Scope = Scope(),  # noqa: B008 - it is frozen
) -> list[StoredCard]:
    """Return the cards of a scope that a search line finds, in the order of decks, files, lines."""
    wanted = search.condition(query, search.Context.of(moment, settings, connection.dialect.name))
    if scope != Scope():
        wanted &= CARDS.c.section.in_(list(sections_of(connection, scope)))
    found = _CARD.where(wanted).order_by(SECTIONS.c.deck, CARDS.c.file, CARDS.c.line, CARDS.c.key)
    return [_stored(CardRow.of(row), moment, settings) for row in connection.execute(found)]


def by_keys(
    connection: Connection, keys: Sequence[int], moment: StudyClock, settings: Settings
) -> dict[int, StoredCard]:
    """Return the cards of some keys; those that are gone are left out."""
    found = [CardRow.of(row) for row in connection.execute(_CARD.where(CARDS.c.key.in_(keys)))]
    return {row.standing.key: _stored(row, moment, settings) for row in found}


def weakest(
    connection: Connection,
    query: str,
    days: int,
    moment: StudyClock,
    settings: Settings,
    scope: Scope,
) -> list[StoredCard]:
    """Return the cards of a search that were studied, least likely to be recalled first."""
    found = [card for card in find(connection, query, moment, settings, scope) if card.stability]
    parameters = settings.parameters

    def recall(stored: StoredCard) -> float:
        assert stored.stability is not None
        assert stored.last is not None
        elapsed = moment.today + days - stored.last
        return fsrs.retrievability(stored.stability, elapsed, parameters)

    return sorted(found, key=recall)


def next_card(
    connection: Connection, queue: Queue, moment: StudyClock, loads: study.Loads
) -> tuple[Queued, study.Previews] | None:
    """Return the card to ask: a learning step that is due, the line's front, or a step soon due.

    Beside it stands what each button would make of its memory.
    """
    settings = queue.settings
    learning = queue.learning(moment.now)
    row: CardRow | None = None
    if learning.waiting and not queue.returned and learning.at <= 1000 * moment.now.timestamp():
        row = _read(connection, learning.key)
    while row is None and (front := queue.front()) is not None:
        row = _read(connection, front.key)
        if not queue.still(front, row.standing):
            queue.drop(front.token)
            row = None
    if row is None and learning.waiting:
        row = _read(connection, learning.key)
    if row is None:
        return None
    stored = _stored(row, moment, settings)
    held = CardSchedule(row.id, row.deck, bool(row.missing), row.standing)
    previews = study.previews(held, moment, settings, loads)
    waits = {rating: fsrs.wait(memory, moment.now) for rating, memory in previews.items()}
    seed = study.variant_seed(row.id, held.standing)
    return Queued(stored, seed, waits, queue.counts(learning.waiting)), previews


def overview(connection: Connection, moment: StudyClock, settings: Settings) -> list[DeckRow]:
    """Return the sections with what is due in them today, sorted by deck and title."""
    today = {"today": moment.today}
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for section, queue, count in connection.execute(_DUE_COUNTS, today):
        counts[section][queue] = count
    at = soon(moment.now, settings.base.learn_ahead)
    until = {"soon": at, "latest": settings.last_step_day(moment.today)}
    for section, count in connection.execute(_STEPS_DUE, today | until):
        counts[section][LEARNING] = count
    totals: Counter[int] = Counter()
    for query, sign in ((_TOTALS, 1), (_MISSING, -1)):
        for section, count in connection.execute(query):
            totals[section] += sign * count
    for query in (_BURIED, _HELD_BACK) if settings.base.bury_siblings else (_BURIED,):
        for section, queue, count in connection.execute(query, today):
            counts[section][queue] -= count
    limits = left_today(connection, moment.today, settings)
    rows = []
    for section in sorted(
        connection.execute(select(SECTIONS)), key=lambda row: (row.deck, row.title)
    ):
        found, total = counts[section.id], totals[section.id]
        left = Counts(new=limits.new.left(section.deck), due=limits.due.left(section.deck))
        new, due = min(found[NEW], left.new), min(found[REVIEW], left.due)
        if total:
            names = section.deck, section.topic, section.title
            rows.append(DeckRow(*names, new, found[LEARNING], due, total, left))
    return rows


def _read(connection: Connection, key: int | None) -> CardRow:
    return CardRow.of(_BY_KEY.one(connection, card=key))


def _stored(row: CardRow, moment: StudyClock, settings: Settings) -> StoredCard:
    standing = row.standing
    card = read_card(row.body, row.file, row.line)
    options = settings.options(row.deck)
    recall = None
    if standing.stability is not None and standing.day is not None:
        elapsed = moment.today - standing.day
        recall = fsrs.retrievability(standing.stability, elapsed, settings.parameters)
    return StoredCard(
        card=card,
        state=_state(standing, bool(row.missing), moment.today),
        due=_due(standing, moment),
        stability=standing.stability,
        difficulty=standing.difficulty,
        interval=standing.interval,
        reps=standing.reps,
        lapses=standing.lapses,
        suspended=bool(standing.suspended),
        leech=standing.lapses >= options.leech_lapses,
        retrievability=recall,
        last=standing.day,
        tags=tuple(sorted({*card.tags, *standing.tags.split()})),
        added=instant(row.added),
    )


def _state(standing: CardState, missing: bool, today: int) -> str:
    if missing:
        return "missing"
    if standing.suspended:
        return "suspended"
    if rests(standing.buried_day, today):
        return "buried"
    return State(standing.state).name.lower() if standing.state else "new"


def _due(standing: CardState, moment: StudyClock) -> datetime | None:
    if standing.due_at is not None:
        return instant(standing.due_at)
    return moment.start_of(standing.due_day) if standing.due_day else None
