"""All statistics in one dictionary: what `studytui stats --json` prints and the screen draws."""

from typing import Any

from sqlalchemy import Connection

from cards.scheduling.day import day_date
from db.moment import Moment
from db.settings import Settings
from db.statistics.groups import by_kind, by_topic
from db.statistics.held import held, recall_today
from db.statistics.honesty import agreement, calibration
from db.statistics.logged import misconceptions, quizzes
from db.statistics.read import read
from db.statistics.reviewed import reviewed


def collect(
    connection: Connection, moment: Moment, settings: Settings, scope: str, days: int | None
) -> dict[str, Any]:
    """Return the statistics of a scope (a search line) over the last `days`, None for all.

    Raises SearchError for a scope that cannot be understood.
    """
    data = read(connection, scope, moment, days)
    holds, since = data.holds, data.reviews.since
    recall = recall_today(data.cards, moment.today, settings.parameters)
    return {
        "study_day": day_date(moment.today).isoformat(),
        "range_days": days,
        **held(data.cards, data.added, recall, moment.today, days),
        **reviewed(data.reviews, moment.today),
        "calibration": calibration(data.reviews),
        "agreement": agreement(data.reviews),
        "misconceptions": misconceptions(connection, holds, since),
        "by_topic": by_topic(data, recall),
        "by_kind": by_kind(data, recall),
        "quizzes": quizzes(
            connection, holds if scope.strip() else None, since, moment.rollover_hour
        ),
    }
