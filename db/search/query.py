"""The search line, in Anki's words: terms side by side, `or`, brackets, and minus for not.

A term is a word or `field:value`; quotes keep words together: `deck:"Deep learning" (softmax or
gini) -is:suspended prop:s>10`. Words are looked for in prompt, answer and tags, in any case, with
or without accents, and by their beginnings; so are signs. `FIELDS` says which fields there are.
"""

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    and_,
    case,
    cast,
    false,
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
from db.projections import due, word_index
from db.storage.schema import CARDS, EVENTS, LEARNING, OUT, REVIEW, SCHEDULE, SECTIONS
from db.study_clock import StudyClock
from sims.errors import InputError, meant

_DAY = 86_400_000
_NUMBER = re.compile(r"[0-9]{1,6}")
_PROPERTY = re.compile(
    r"(\w+)(<=|>=|!=|=|<|>)(-?(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}))(%?)", re.ASCII
)
_FIELD = re.compile(r"(\w+):(?=\S)")
_BARE = re.compile(
    r"(sim|derive|claim|proved|agrees|simulated|cited|refuted|conditional):(?=[\s)]|$)", re.I
)
"""Fields that may stand without a value: with any."""
_WORD = re.compile(r"[^\s()]+")
_DEPTH = 20
"""How many brackets may be open at once."""
_TERMS = 200
"""How many words and fields a line may have: SQLite takes no expression deeper than 1,000."""


class SearchError(InputError):
    """A search that cannot be understood; the text says why and what there is."""


@dataclass(frozen=True, slots=True)
class Term:
    """One field and its value; `field` is empty for a word."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """A part that must not hold."""

    part: "Query"


@dataclass(frozen=True, slots=True)
class All:
    """Parts that must all hold; without parts it finds every card."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Parts of which at least one must hold."""

    parts: tuple["Query", ...]


Query = Term | Not | All | Some


@dataclass(frozen=True, slots=True)
class Context:
    """What a search line is evaluated with: the day, settings, and the database's dialect.

    It stays the same for a whole day, until one of its settings changes.
    """

    today: int
    rollover_hour: int
    leech_lapses: int
    leech_lapses_of: tuple[tuple[str, int], ...]
    """Decks that have a number of their own."""
    decay: float
    """The exponent of the forgetting curve, w20 of the parameters in force."""
    dialect: str

    @classmethod
    def of(cls, moment: StudyClock, settings: Settings, dialect: str) -> Self:
        """Return the context of a moment with the settings then in force."""
        own = tuple(settings.own("leech_lapses").items())
        base, hour = settings.base, moment.rollover_hour
        return cls(moment.today, hour, base.leech_lapses, own, settings.parameters[20], dialect)


class _Parser:
    """Reads a search line: `or` binds weakest, then terms side by side, then minus."""

    def __init__(self, line: str) -> None:
        self.line, self.at, self.depth, self.terms = line, 0, 0, 0

    def query(self) -> Query:
        """Return the query of the whole line; a closing bracket too many is left out."""
        parts = [self.some()]
        while self.at < len(self.line):
            self.at += 1
            parts.append(self.some())
        return _joined(All, parts)

    def some(self) -> Query:
        """Return parts with `or` between them."""
        parts = [self.all()]
        while self._word("or"):
            parts.append(self.all())
        return _joined(Some, [part for part in parts if part != All(())] or parts)

    def all(self) -> Query:
        """Return parts side by side, up to an `or`, a closing bracket, or the end."""
        parts: list[Query] = []
        while not self._ends():
            if not self._word("and"):
                parts.append(self.factor())
        return _joined(All, parts)

    def factor(self) -> Query:
        """Return a term or a line in brackets, negated by a minus before it."""
        if minus := self.line[self.at] == "-" and self._is_before_something():
            self.at += 1
        part = self._bracket() if self.line[self.at] == "(" else self._term()
        return Not(part) if minus else part

    def _bracket(self) -> Query:
        self.at, self.depth = self.at + 1, self.depth + 1
        if self.depth > _DEPTH:
            raise SearchError(f"there are more than {_DEPTH} brackets within each other")
        part = self.some()
        self._skip()
        self.at, self.depth = min(self.at + 1, len(self.line)), self.depth - 1
        return part

    def _term(self) -> Query:
        """Return the term here; a closing bracket of those around it ends it."""
        self.terms += 1
        if self.terms > _TERMS:
            raise SearchError(f"a search has {_TERMS} words at most")
        if bare := _BARE.match(self.line, self.at):
            self.at = bare.end()
            return Term(bare[1].lower(), "*")
        field = _FIELD.match(self.line, self.at)
        name = field[1].lower() if field else ""
        start = self.at = field.end() if field else self.at
        if (closing := self._closing(start)) > 0:
            self.at = closing + 1
            value = self.line[start + 1 : closing].replace('""', '"')
        else:
            self.at = self._end_of_word(start)
            value = self.line[start : self.at]
        if field and name not in FIELDS:
            fields = ", ".join(f"{field}:" for field in FIELDS)
            raise SearchError(
                f"there is no field {field[1]}:{meant(field[1], FIELDS)}, only {fields}; "
                f'to look for it as words write "{field[1]}:{value}"'
            )
        return Term(name, value)

    def _closing(self, start: int) -> int:
        """Return where the quotation that opens here closes, else -1; `""` stands for a quote."""
        at = self.line.find('"', start + 1) if self.line.startswith('"', start) else -1
        while at > start + 1 and self.line.startswith('""', at):
            at = self.line.find('"', at + 2)
        return at

    def _end_of_word(self, at: int) -> int:
        opened = 0
        while at < len(self.line) and not self.line[at].isspace():
            opened += (self.line[at] == "(") - (self.line[at] == ")")
            if opened < 0 and self.depth:
                break
            at += 1
        return at

    def _is_before_something(self) -> bool:
        after = self.line[self.at + 1 : self.at + 2]
        return bool(after) and not after.isspace()

    def _skip(self) -> None:
        while self.at < len(self.line) and self.line[self.at].isspace():
            self.at += 1

    def _ends(self) -> bool:
        self._skip()
        if self.at == len(self.line) or (self.depth and self.line[self.at] == ")"):
            return True
        return self._sees("or")

    def _sees(self, word: str) -> bool:
        match = _WORD.match(self.line, self.at)
        return match is not None and match[0].lower() == word

    def _word(self, word: str) -> bool:
        """Skip `or` or `and`, if it stands here; return whether it did."""
        self._skip()
        if sees := self._sees(word):
            self.at += len(word)
        return sees


def _joined(kind: type[All] | type[Some], parts: Sequence[Query]) -> Query:
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


def parse(line: str) -> Query:
    """Return the query of a search line.

    Raises SearchError for a field that does not exist, and lists those that do.
    """
    return _Parser(clean_line(line)).query()


def terms(query: Query) -> Iterator[Term]:
    """Yield every term of a search, those after a minus too."""
    if isinstance(query, Term):
        yield query
    else:
        for part in (query.part,) if isinstance(query, Not) else query.parts:
            yield from terms(part)


def _built(query: Query, of: Callable[[Term], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the condition of a search, where `of` gives that of each term."""
    if isinstance(query, Term):
        return of(query)
    if isinstance(query, Not):
        return not_(_built(query.part, of))
    parts = [_built(part, of) for part in query.parts]
    return or_(false(), *parts) if isinstance(query, Some) else and_(true(), *parts)


def of_sections(line: str) -> ColumnElement[bool] | None:
    """Return a search line of decks and topics alone as a condition on sections, else None."""
    query = parse(line)
    if not all(term.field in _PLACES for term in terms(query)):
        return None
    return _built(query, lambda term: _PLACES[term.field](term.value))


@lru_cache(maxsize=64)
def needs_words(line: str) -> bool:
    """Whether a search line needs the index of words to be up to date."""
    return any(_is_indexed(term) or term.field == "tag" for term in terms(parse(line)))


def condition(line: str, context: Context) -> ColumnElement[bool]:
    """Return a search line as a condition on cards, schedule and sections.

    Raises SearchError for a field that does not exist, or a value that a field does not know.
    """
    query = parse(line)
    parts = query.parts if isinstance(query, All) else (query,)
    # One look at the index for all words is quicker than one for each.
    words = [part.value for part in parts if isinstance(part, Term) and _is_indexed(part)]
    rest = tuple(part for part in parts if not (isinstance(part, Term) and _is_indexed(part)))
    has_words = [word_index.found(words, context.dialect)] if words else []
    return and_(*has_words, _built(All(rest), lambda term: _condition(term, context)))


def _is_indexed(term: Term) -> bool:
    """Whether the index of words can find a term."""
    return not term.field and word_index.has_words(term.value)


def _condition(term: Term, context: Context) -> ColumnElement[bool]:
    if _is_indexed(term):
        return word_index.found([term.value], context.dialect)
    if term.field in _PLACES:
        # One look at each name, not one a card; and every card has a section, but saying so lets
        # SQLite begin with their index.
        here = select(SECTIONS.c.id).where(_PLACES[term.field](term.value)).correlate(None)
        return and_(SCHEDULE.c.section.is_not(None), SCHEDULE.c.section.in_(here))
    if term.field == "tag":
        return _tag(term.value, context.dialect)
    if term.field:
        return _VALUES[term.field](term.value, context)
    return or_(*[part.contains(term.value, autoescape=True) for part in _texts(context.dialect)])


def _texts(dialect: str) -> tuple[ColumnElement[str], ...]:
    """Return the texts in which signs are looked for: the index of words has no signs."""
    return text_of("prompt", dialect), text_of("answer", dialect), CARDS.c.tags


def text_of(name: str, dialect: str) -> ColumnElement[str]:
    """Return a text of a card, such as its `prompt`."""
    if dialect == "sqlite":
        return func.json_extract(CARDS.c.body, f"$.{name}")
    return func.json_extract_path_text(cast(CARDS.c.body, JSON), name)


def _deck(value: str) -> ColumnElement[bool]:
    """Return whether a deck has the name or is below it, in any case."""
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
    return and_(word_index.found([value], dialect), named) if word_index.has_words(value) else named


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


def _suspended(_: Context) -> ColumnElement[bool]:
    """Suspended cards; missing ones are in the same queue, where the column decides."""
    cards = SCHEDULE.c
    return and_(cards.queue == OUT, or_(cards.key.not_in(_MISSING), cards.suspended.is_(True)))


def _leech(context: Context) -> ColumnElement[bool]:
    """Cards that `Options.is_leech` calls leeches, by the options of their decks."""
    most: int | ColumnElement[int] = context.leech_lapses
    if context.leech_lapses_of:
        most = case(dict(context.leech_lapses_of), value=SECTIONS.c.deck, else_=most)
    return SCHEDULE.c.lapses >= most


def _forgotten(value: str, context: Context) -> ColumnElement[bool]:
    """Cards rated Again in the last study days, as the log has it."""
    if not _NUMBER.fullmatch(value):
        raise SearchError(f"forgotten:{value} needs a number of days, as in forgotten:7")
    return _reviewed(int(value), context, 1)


def _rated(value: str, context: Context) -> ColumnElement[bool]:
    """Cards answered in the last study days, with any rating or with the one after a colon."""
    days, colon, rating = value.partition(":")
    if not _NUMBER.fullmatch(days) or (colon and rating not in ("1", "2", "3", "4")):
        raise SearchError(f"rated:{value} needs days, and a rating if wanted, as in rated:7:1")
    return _reviewed(int(days), context, int(rating) if colon else None)


def _reviewed(days: int, context: Context, rating: int | None) -> ColumnElement[bool]:
    """Cards with a review in the last study days."""
    start = _start_of(context.today - days + 1, context)
    rated = [] if rating is None else [EVENTS.c.payload.contains(f'"rating":{rating},')]
    return aliases.having(
        EVENTS.c.id >= events.first_id(start - _DAY),
        EVENTS.c.at + cast(EVENTS.c.offset, BigInteger) * 60_000 >= start,
        events.STANDS,
        EVENTS.c.kind == "review",
        *rated,
    )


def _start_of(day: int, context: Context) -> int:
    """Return when a study day begins, in ms since 1970 by the wall clock."""
    return _DAY * max(1, day) + context.rollover_hour * 3_600_000


def _added(value: str, context: Context) -> ColumnElement[bool]:
    """Cards that came in on the last study days."""
    if not _NUMBER.fullmatch(value):
        raise SearchError(f"added:{value} needs a number of days, as in added:7")
    # No zone is kept with a card, so half a day more makes sure that none is hidden.
    return CARDS.c.added >= _start_of(context.today - int(value) + 1, context) - _DAY // 2


def _property(value: str, context: Context) -> ColumnElement[bool]:
    """Cards by a number of their memory or their schedule."""
    match = _PROPERTY.fullmatch(value)
    name = match[1].lower() if match else ""
    if match is None or name not in _PROPERTIES:
        names = ", ".join(f"{name} ({help})" for name, (help, _) in _PROPERTIES.items())
        raise SearchError(f"prop:{value} needs one of {names}, compared, as in prop:s>10")
    number = float(match[3]) / (100 if match[4] else 1)
    compare = _COMPARE[match[2]]
    if name == "r":
        studied = SCHEDULE.c.stability.is_not(None)
        return and_(studied, func.coalesce(_recall(compare, number, context), false()))
    column = _PROPERTIES[name][1](context)
    return and_(column.is_not(None), func.coalesce(compare(column, number), false()))


def _recall(
    compare: Callable[[Any, Any], ColumnElement[bool]], recall: float, context: Context
) -> ColumnElement[bool]:
    """Compare retrievability with a number, through the days in which it falls to that."""
    decay = context.decay
    factor = 0.9 ** (-1 / decay) - 1
    if not 0 < recall <= 1:
        return compare(literal_column("0.5"), 0 if recall <= 0 else 1)
    most = (recall ** (-1 / decay) - 1) / factor
    elapsed = context.today - SCHEDULE.c.day
    return compare(SCHEDULE.c.stability * most, elapsed)


def _has(value: str, context: Context) -> ColumnElement[bool]:
    """Cards whose check names something."""
    if value.lower() not in _BACKING:
        parts = ", ".join(f"has:{part}" for part in _BACKING)
        raise SearchError(f"nothing has:{value}; there are {parts}")
    return checked(value.lower(), context.dialect).is_not(None)


def _backed(name: str) -> Callable[[str, Context], ColumnElement[bool]]:
    """Return the field for a part of the card's check; a star in its value matches anything."""

    def field(value: str, context: Context) -> ColumnElement[bool]:
        part = func.lower(checked(name, context.dialect))
        pattern = value.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
        return func.coalesce(part.like(pattern.replace("*", "%"), escape="!"), false())

    return field


def checked(name: str, dialect: str) -> ColumnElement[str]:
    """Return a part of a card's check, NULL where there is none."""
    if dialect == "sqlite":
        return func.json_extract(CARDS.c.body, f"$.check.{name}")
    return func.json_extract_path_text(cast(CARDS.c.body, JSON), "check", name)


def _file(value: str, _: Context) -> ColumnElement[bool]:
    return CARDS.c.file.icontains(value, autoescape=True)


def _id(value: str, _: Context) -> ColumnElement[bool]:
    """Cards by the beginning of their id."""
    return CARDS.c.id.startswith(value, autoescape=True)


def _evidence(*words: str) -> Callable[[str, Context], ColumnElement[bool]]:
    """Return the field for cards with one of some badges; its value is a claim's id, or a star."""

    def field(value: str, context: Context) -> ColumnElement[bool]:
        badge = checked("evidence", context.dialect)
        return and_(badge.in_(words), _backed("claim")(value, context))

    return field


_MISSING = select(CARDS.c.key).where(CARDS.c.missing).correlate(None)
_STATES: dict[str, Callable[[Context], ColumnElement[bool]]] = {
    "new": _new,
    "learning": lambda _: SCHEDULE.c.queue == LEARNING,
    "review": lambda _: SCHEDULE.c.queue == REVIEW,
    "due": lambda context: due.due(context.today),
    "suspended": _suspended,
    "buried": lambda context: due.buried(context.today),
    "missing": lambda _: SCHEDULE.c.key.in_(_MISSING),
    "leech": _leech,
}
_COMPARE: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
_PROPERTIES: dict[str, tuple[str, Callable[[Context], ColumnElement[Any]]]] = {
    "s": ("stability, days", lambda _: SCHEDULE.c.stability),
    "d": ("difficulty, 1 to 10", lambda _: SCHEDULE.c.difficulty),
    "r": ("chance of recall, 0 to 1", lambda _: SCHEDULE.c.stability),
    "ivl": ("interval, days", lambda _: SCHEDULE.c.due_day - SCHEDULE.c.day),
    "due": ("days from today", lambda context: SCHEDULE.c.due_day - context.today),
    "reps": ("reviews", lambda _: SCHEDULE.c.reps),
    "lapses": ("lapses", lambda _: SCHEDULE.c.lapses),
}
_BACKING = ("answer", "simulation", "derivation", "claim", "hint")
_VALUES: dict[str, Callable[[str, Context], ColumnElement[bool]]] = {
    "kind": _kind,
    "is": _is,
    "prop": _property,
    "rated": _rated,
    "forgotten": _forgotten,
    "added": _added,
    "has": _has,
    "sim": _backed("simulation"),
    "derive": _backed("derivation"),
    "claim": _backed("claim"),
    "proved": _evidence("proved", "proved for sizes", "all cases"),
    "agrees": _evidence("agrees"),
    "simulated": _evidence("simulated", "ran"),
    "cited": _evidence("cited"),
    "refuted": _evidence("refuted"),
    "conditional": _evidence("conditional"),
    "file": _file,
    "id": _id,
}
_PLACES = {"deck": _deck, "topic": _topic}
FIELDS = (*_PLACES, "tag", *_VALUES)
"""The fields of a search line."""
