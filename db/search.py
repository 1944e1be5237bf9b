"""The search line: words, and `deck:`, `topic:`, `tag:`, `kind:`, `is:`; a minus turns one round.

Quotes keep words together: `deck:"Deep learning" softmax -is:suspended`. Words are looked for in
prompt, answer and tags.
"""

import re
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, true

from db.schema import CARDS, LEARNING, REVIEW, SCHEDULE, SECTIONS

_TERM = re.compile(r'(-?)(?:(\w+):)?(?:"([^"]*)"|(\S+))')


class SearchError(ValueError):
    """A search that cannot be understood; the text says why and what there is."""


def condition(query: str, today: int) -> ColumnElement[bool]:
    """Return the condition on cards, schedule and sections that a search line stands for."""
    conditions = [
        not_(found) if minus else found
        for minus, found in (_term(match, today) for match in _TERM.finditer(query))
    ]
    return and_(true(), *conditions)


def _term(match: re.Match[str], today: int) -> tuple[bool, ColumnElement[bool]]:
    minus, field, quoted, plain = match.groups()
    value = quoted if quoted is not None else plain
    if field is None or field.lower() not in _FIELDS:
        return bool(minus), _word(value if field is None else f"{field}:{value}")
    return bool(minus), _FIELDS[field.lower()](value, today)


def _word(word: str) -> ColumnElement[bool]:
    return CARDS.c.body.icontains(word, autoescape=True)


def _deck(value: str, _today: int) -> ColumnElement[bool]:
    return func.lower(SECTIONS.c.deck) == value.lower()


def _topic(value: str, _today: int) -> ColumnElement[bool]:
    return SECTIONS.c.topic == value.lower()


def _tag(value: str, _today: int) -> ColumnElement[bool]:
    return or_(
        SCHEDULE.c.tags.icontains(f" {value} ", autoescape=True),
        func.json_extract(CARDS.c.body, "$.tags").icontains(f'"{value}"', autoescape=True),
    )


def _kind(value: str, _today: int) -> ColumnElement[bool]:
    return CARDS.c.kind == value.lower()


def _is(value: str, today: int) -> ColumnElement[bool]:
    cards = SCHEDULE.c
    states: dict[str, ColumnElement[bool]] = {
        "new": and_(cards.state == 0, CARDS.c.missing.is_(False)),
        "learning": cards.queue == LEARNING,
        "review": cards.queue == REVIEW,
        "due": and_(
            cards.queue.in_((REVIEW, LEARNING)), cards.due_day <= today, cards.buried_day < today
        ),
        "suspended": cards.suspended.is_(True),
        "buried": cards.buried_day == today,
        "missing": CARDS.c.missing.is_(True),
        "leech": cards.lapses >= 8,
    }
    if value.lower() not in states:
        raise SearchError(f"nothing is:{value}; there are {', '.join(f'is:{s}' for s in states)}")
    return states[value.lower()]


_FIELDS: dict[str, Any] = {
    "deck": _deck,
    "topic": _topic,
    "tag": _tag,
    "kind": _kind,
    "is": _is,
}
