"""All statistics in one dictionary: what `studytui stats --json` prints and the screen draws."""

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from cards.scheduling.day import day_date
from db.log.settings import Settings
from db.statistics.calibration import agreement, calibration
from db.statistics.collection import card_figures, recall_today
from db.statistics.data import Collection, read
from db.statistics.groups import by_kind, by_topic
from db.statistics.quizzes import confidence, quizzes
from db.statistics.reviews import review_figures
from db.statistics.streaks import skipped
from db.storage.schema import CARDS, MISCONCEPTIONS
from db.study_clock import StudyClock

_MOST = 20
_times = func.sum(MISCONCEPTIONS.c.times).label("times")
_HITS = (
    select(MISCONCEPTIONS.c.key, CARDS.c.id, MISCONCEPTIONS.c.says, _times)
    .join(CARDS, CARDS.c.key == MISCONCEPTIONS.c.key)
    .where(MISCONCEPTIONS.c.day >= bindparam("since"))
    .group_by(MISCONCEPTIONS.c.key, CARDS.c.id, MISCONCEPTIONS.c.says)
    .having(_times > 0)
    .order_by(_times.desc(), CARDS.c.id)
)


def collect(
    connection: Connection, moment: StudyClock, settings: Settings, scope: str, days: int | None
) -> dict[str, Any]:
    """Return the statistics of a scope (a search line) over the last `days`, None for all.

    Raises SearchError for a scope that cannot be understood.
    """
    data = read(connection, moment, settings, scope, days)
    some = data.holds if scope.strip() else None
    recall = recall_today(data.cards, moment.today, settings.parameters)
    return {
        "study_day": day_date(moment.today).isoformat(),
        "range_days": days,
        **card_figures(data.cards, data.added, recall, moment.today, days),
        **review_figures(data.reviews, moment.today, skipped(connection, moment)),
        "calibration": calibration(data.reviews),
        "agreement": agreement(data.reviews),
        "misconceptions": _misconceptions(connection, data),
        "by_topic": by_topic(data, recall),
        "by_kind": by_kind(data, recall),
        "quizzes": quizzes(connection, some, data.reviews.since, moment.rollover_hour),
        "confidence": confidence(connection, some, data.reviews.since, moment.rollover_hour),
    }


def _misconceptions(connection: Connection, data: Collection) -> list[dict[str, Any]]:
    found = connection.execute(_HITS, {"since": data.reviews.since})
    hits = [row for row in found if data.holds[row.key]]
    return [{"card": row.id, "says": row.says, "times": row.times} for row in hits[:_MOST]]
