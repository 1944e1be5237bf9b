"""All statistics in one dictionary: what `studytui stats --json` prints and the screen draws."""

from typing import Any

from sqlalchemy import Connection, select

from db import events
from db.events import Kind
from db.moment import Moment
from db.schema import CARDS, MISCONCEPTIONS
from db.settings import Settings
from db.statistics.groups import by_kind, by_topic
from db.statistics.held import held, recall_today
from db.statistics.honesty import agreement, calibration
from db.statistics.read import Collection, read
from db.statistics.reviewed import reviewed

_MOST = 20
_HITS = (
    select(MISCONCEPTIONS.c.key, CARDS.c.id, MISCONCEPTIONS.c.says, MISCONCEPTIONS.c.times)
    .join(CARDS, CARDS.c.key == MISCONCEPTIONS.c.key)
    .where(MISCONCEPTIONS.c.times > 0)
    .order_by(MISCONCEPTIONS.c.times.desc(), CARDS.c.id)
)


def collect(
    connection: Connection, moment: Moment, settings: Settings, scope: str, days: int | None
) -> dict[str, Any]:
    """Return the statistics of a scope (a search line) over the last `days`, None for all.

    Raises SearchError for a scope that cannot be understood.
    """
    data = read(connection, moment, settings, scope, days)
    recall = recall_today(data.cards, moment.today, settings.parameters)
    return {
        **held(data.cards, recall, moment.today),
        **reviewed(data.reviews, moment.today),
        "calibration": calibration(data.reviews),
        "agreement": agreement(data.reviews),
        "misconceptions": _misconceptions(connection, data),
        "by_topic": by_topic(data, recall),
        "by_kind": by_kind(data, recall),
        "quizzes": _quizzes(connection),
    }


def _misconceptions(connection: Connection, data: Collection) -> list[dict[str, Any]]:
    keys = set(data.cards["key"].tolist()) if connection.execute(_HITS.limit(1)).first() else ()
    hits = [row for row in connection.execute(_HITS) if row.key in keys]
    return [{"card": row.id, "says": row.says, "times": row.times} for row in hits[:_MOST]]


def _quizzes(connection: Connection) -> list[dict[str, Any]]:
    """Return when each paper was sat and what it says of its score."""
    return [
        {"at": events.instant(event.at).isoformat(), "score": event.payload.get("score")}
        for event in events.of_kinds(connection, Kind.QUIZ)
    ]
