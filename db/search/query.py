"""The search line: words and `deck:`, `topic:`, `tag:`, `kind:`, `is:`, `forgotten:`; minus is not.

Quotes keep words together: `deck:"Deep learning" softmax -is:suspended`. Words are looked for in
prompt, answer and tags, whatever their case and accents, and by their beginnings; so are signs.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    and_,
    case,
    cast,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from cards.text.clean import clean_line
from db.log import aliases, events
from db.log.settings import Settings
from db.projections import word_index as words
from db.projections.card_state import rests
from db.storage.schema import CARDS, EVENTS, LEARNING, OUT, REVIEW, SCHEDULE, SECTIONS
from db.study_clock import StudyClock

_DAY = 86_400_000
_NUMBER = re.compile(r"[0-9]{1,6}")
_TERM = re.compile(r'(-?)(?:(\w+):)?(?:"([^"]*)"|(\S+))')


class SearchError(ValueError):
    """A search that cannot be understood; the text says why and what there is."""


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a search line; `field` is empty for a word."""

    minus: bool
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Context:
    """What the meaning of a search line depends on besides its words.

    Alike for a whole day, until a setting changes that matters here.
    """

    today: int
    rollover_hour: int
    leech_lapses: int
    leech_lapses_of: tuple[tuple[str, int], ...]
    """Decks that have a number of their own."""
    dialect: str

    @classmethod
    def of(cls, moment: StudyClock, settings: Settings, dialect: str) -> Self:
        """Return the context of a moment with the settings then in force."""
        own = tuple(settings.own("leech_lapses").items())
        return cls(moment.today, moment.rollover_hour, settings.base.leech_lapses, own, dialect)


def parse(query: str) -> list[Term]:
    """Return the terms of a search line; a field that does not exist is part of a word."""
    terms = []
    for match in _TERM.finditer(clean_line(query)):
        minus, field, quoted, plain = match.groups()
        value = quoted if quoted is not None else plain
        name = (field or "").lower()
        if name not in _NAMES:
            name, value = "", value if field is None else f"{field}:{value}"
        terms.append(Term(bool(minus), name, value))
    return terms


def of_sections(query: str) -> ColumnElement[bool] | None:
    """Return the condition on sections that a search line stands for, None if it says more."""
    terms = parse(query)
    if not all(term.field in _PLACES for term in terms):
        return None
    found = [_PLACES[term.field](term.value) for term in terms]
    return and_(
        true(), *[not_(one) if term.minus else one for term, one in zip(terms, found, strict=True)]
    )


def needs_words(query: str) -> bool:
    """Whether a search line needs the index of words to be up to date."""
    return any(_is_indexed(term) or term.field == "tag" for term in parse(query))


def condition(query: str, context: Context) -> ColumnElement[bool]:
    """Return the condition on cards, schedule and sections that a search line stands for.

    Raises SearchError for a value that a field does not know.
    """
    terms = parse(query)
    # All words wanted are one question to the index, which is quicker than one for each.
    together = [term.value for term in terms if not term.minus and _is_indexed(term)]
    conditions = [words.found(together, context.dialect)] if together else []
    for term in terms:
        if term.minus or not _is_indexed(term):
            found = _condition(term, context)
            conditions.append(not_(found) if term.minus else found)
    return and_(true(), *conditions)


def _is_indexed(term: Term) -> bool:
    """Whether the index of words can find a term."""
    return not term.field and words.has_words(term.value)


def _condition(term: Term, context: Context) -> ColumnElement[bool]:
    if _is_indexed(term):
        return words.found([term.value], context.dialect)
    if term.field in _PLACES:
        # One look at each name, not one a card; and every card has a section, but saying so lets
        # SQLite begin with their index.
        here = select(SECTIONS.c.id).where(_PLACES[term.field](term.value)).correlate(None)
        return and_(SCHEDULE.c.section.is_not(None), SCHEDULE.c.section.in_(here))
    if term.field == "tag":
        return _tag(term.value, context.dialect)
    if term.field:
        return _FIELDS[term.field](term.value, context)
    return or_(*[part.contains(term.value, autoescape=True) for part in _texts(context.dialect)])


def _texts(dialect: str) -> tuple[ColumnElement[str], ...]:
    """Return what signs are looked for in, which the index of words leaves out."""
    body = CARDS.c.body
    if dialect == "sqlite":
        prompt, answer = (func.json_extract(body, f"$.{name}") for name in ("prompt", "answer"))
    else:
        whole = cast(body, JSON)
        prompt, answer = (func.json_extract_path_text(whole, name) for name in ("prompt", "answer"))
    return prompt, answer, CARDS.c.tags


def _deck(value: str) -> ColumnElement[bool]:
    """Return whether a deck has the name or is below it; both sides lowered by the database."""
    deck = SECTIONS.c.deck
    same = func.lower(deck) == func.lower(value)
    return or_(same, deck.istartswith(f"{value}::", autoescape=True))


def _topic(value: str) -> ColumnElement[bool]:
    return SECTIONS.c.topic == value.lower()


def _tag(value: str, dialect: str) -> ColumnElement[bool]:
    """Return whether a card has a tag, or one below it, from its note or of one's own.

    The index of words, which has both, says which cards may have it.
    """
    # SQLite minds no case in ASCII by itself; the lower() that knows other letters is Python.
    plain = dialect == "sqlite" and value.isascii()
    named = or_(
        *[
            (tags.contains if plain else tags.icontains)(f" {value}{end}", autoescape=True)
            for tags in (CARDS.c.tags, SCHEDULE.c.tags)
            for end in (" ", "::")
        ]
    )
    return and_(words.found([value], dialect), named) if words.has_words(value) else named


def _kind(value: str, _: Context) -> ColumnElement[bool]:
    return CARDS.c.kind == value.lower()


def _is(value: str, context: Context) -> ColumnElement[bool]:
    state = _STATES.get(value.lower())
    if state is None:
        raise SearchError(f"nothing is:{value}; there are {', '.join(f'is:{s}' for s in _STATES)}")
    return state(context)


def _new(_: Context) -> ColumnElement[bool]:
    """Cards never answered, suspended ones too; the index of days has them all."""
    return and_(SCHEDULE.c.day.is_(None), SCHEDULE.c.key.not_in(_MISSING))


def _due(context: Context) -> ColumnElement[bool]:
    """Cards due today; the index of the queue has all but who rests, and few rest."""
    cards, today = SCHEDULE.c, context.today
    resting = select(cards.key).where(_buried(context)).correlate(None)
    waiting = and_(cards.queue.in_((REVIEW, LEARNING)), cards.due_day <= today)
    return and_(waiting, cards.key.not_in(resting))


def _suspended(_: Context) -> ColumnElement[bool]:
    """Cards that are left out: only those that are missing need a look at whether they would be."""
    cards = SCHEDULE.c
    return and_(cards.queue == OUT, or_(cards.key.not_in(_MISSING), cards.suspended.is_(True)))


def _buried(context: Context) -> ColumnElement[bool]:
    buried = SCHEDULE.c.buried_day
    # A bound 0 would hide from SQLite that this is the condition of an index.
    return and_(buried > literal_column("0"), rests(buried, context.today))


def _leech(context: Context) -> ColumnElement[bool]:
    """Cards with as many lapses as their deck allows."""
    most: int | ColumnElement[int] = context.leech_lapses
    if context.leech_lapses_of:
        most = case(dict(context.leech_lapses_of), value=SECTIONS.c.deck, else_=most)
    return SCHEDULE.c.lapses >= most


def _forgotten(value: str, context: Context) -> ColumnElement[bool]:
    """Cards rated Again in the last study days, as the log has it."""
    if not _NUMBER.fullmatch(value):
        raise SearchError(f"forgotten:{value} needs a number of days, as in forgotten:7")
    first = max(1, context.today - int(value) + 1)
    start = _DAY * first + context.rollover_hour * 3_600_000
    return aliases.having(
        EVENTS.c.id >= events.first_id(start - _DAY),
        EVENTS.c.at + cast(EVENTS.c.offset, BigInteger) * 60_000 >= start,
        events.STANDS,
        EVENTS.c.kind == "review",
        EVENTS.c.payload.contains('"rating":1,'),
    )


_MISSING = select(CARDS.c.key).where(CARDS.c.missing).correlate(None)
_STATES: dict[str, Callable[[Context], ColumnElement[bool]]] = {
    "new": _new,
    "learning": lambda _: SCHEDULE.c.queue == LEARNING,
    "review": lambda _: SCHEDULE.c.queue == REVIEW,
    "due": _due,
    "suspended": _suspended,
    "buried": _buried,
    "missing": lambda _: SCHEDULE.c.key.in_(_MISSING),
    "leech": _leech,
}
_FIELDS: dict[str, Callable[[str, Context], ColumnElement[bool]]] = {
    "forgotten": _forgotten,
    "kind": _kind,
    "is": _is,
}
_PLACES = {"deck": _deck, "topic": _topic}
_NAMES = {*_FIELDS, *_PLACES, "tag"}
