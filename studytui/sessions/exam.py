"""An exam plan: kept in a file beside the data, so that the log has nothing but reviews."""

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from cards.scheduling.fsrs import Rating
from sims import private
from sims.simulation import Frame, Series
from studytui import config
from studytui.one_line import prompt_on_one_line
from studytui.services import Services
from studytui.sessions.line import LineSession
from studytui.sessions.practice import days_until
from studytui.sessions.question import Question
from studytui.words import counted, short

if TYPE_CHECKING:
    from cards.scheduling.exam import Outlook
    from db.records import Review, StoredCard


@dataclass(frozen=True)
class Exam:
    """The day of an exam, as 2026-12-31, and the search for its cards; empty for all of them."""

    day: str
    scope: str = ""


@dataclass(frozen=True)
class Prospect:
    """What an exam looks like today: its cards, the least likely to be recalled first."""

    exam: Exam
    today: int
    days: int
    cards: dict[str, "StoredCard"]
    outlooks: "list[Outlook]"

    @property
    def due_today(self) -> list[str]:
        """The ids of the cards that the plan asks today, the least likely to be recalled first."""
        return [one.id for one in self.outlooks if one.extra == self.today]

    def mean(self, *, planned: bool) -> float:
        """Return the mean expected recall on the day."""
        values = [one.planned if planned else one.without for one in self.outlooks]
        return sum(values) / len(values) if values else 0.0

    def says(self) -> str:
        """Return it in one sentence or two."""
        if not self.outlooks:
            return "No card is in the scope of the exam."
        when = {0: "today", 1: "tomorrow"}.get(self.days, f"in {self.days} days")
        extra = sum(one.extra is not None for one in self.outlooks)
        unmet = sum(one.without == 0 for one in self.outlooks)
        new = f", which leaves {counted(unmet, 'new card')} unmet" if unmet else ""
        return (
            f"Exam on {self.exam.day}, {when}: {counted(len(self.outlooks), 'card')}. Expected "
            f"recall on that day {self.mean(planned=False):.0%} without the plan{new}, "
            f"{self.mean(planned=True):.0%} with {counted(extra, 'extra review')}; "
            f"{len(self.due_today)} of them today."
        )

    def day_of(self, number: int) -> date:
        """Return the date of a study day."""
        return date.fromisoformat(self.exam.day) - timedelta(self.days - number + self.today)

    def recall(self) -> Frame | None:
        """Return expected recall card by card, without the plan and with it; None without cards."""
        if not self.outlooks:
            return None
        cards = [float(number) for number in range(1, len(self.outlooks) + 1)]
        planned = [100 * one.planned for one in self.outlooks]
        without = [100 * one.without for one in self.outlooks]
        series = (Series("with the plan", cards, planned), Series("without it", cards, without))
        return Frame(
            1.0,
            series,
            x_label="cards, the least likely to be recalled first",
            y_label=f"per cent, expected recall on {self.exam.day}",
        )

    def extras(self) -> dict[str, Any]:
        """Return what `panels.exam` draws: how many extra reviews come on which day."""
        counts = Counter(self.day_of(one.extra) for one in self.outlooks if one.extra is not None)
        return {
            "extras": {day.isoformat(): count for day, count in counts.items()},
            "study_day": self.day_of(self.today).isoformat(),
            "range_days": max(1, self.days),
        }

    def line(self, one: "Outlook", most: int = 70) -> str:
        """Return one card's row: recall without and with the plan, the day of its extra review."""
        day = "·" if one.extra is None else self.day_of(one.extra).isoformat()
        prompt = short(prompt_on_one_line(self.cards[one.id].card), most)
        return f"{one.without:7.0%} {one.planned:5.0%}  {day:<10}  {prompt}"


HEAD = f"{'without':>7} {'with':>5}  {'extra':<10}  card"


def place() -> Path:
    """Return where the plan is kept."""
    return config.home() / "exam.json"


def chosen() -> Exam | None:
    """Return the exam that is planned for, None if there is none that can be read."""
    try:
        data = json.loads(place().read_text(encoding="utf-8"))
        exam = Exam(str(data["day"]), str(data["scope"]))
        date.fromisoformat(exam.day)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return exam


def choose(day: str, scope: str = "") -> Exam:
    """Plan for an exam from now on. Raises InputError for a day that is none or has passed."""
    days_until(day)
    exam = Exam(day, scope.strip())
    private.write_whole(place(), json.dumps({"day": exam.day, "scope": exam.scope}))
    return exam


def forget() -> None:
    """Plan for no exam."""
    with suppress(OSError):
        place().unlink(missing_ok=True)


def prospect(services: Services, exam: Exam) -> Prospect:
    """Return what the exam looks like today. Blocks. Raises SearchError and InputError."""
    from cards.scheduling.exam import Memory, plan

    store = services.store()
    today, days = store.today(), days_until(exam.day)
    found = {one.card.id: one for one in store.cards(exam.scope) if one.state != "suspended"}
    memories = [
        Memory(id, one.stability, one.difficulty, one.last or 0, (one.last or 0) + one.interval)
        for id, one in found.items()
    ]
    rows = plan(
        memories,
        today,
        today + days,
        retention=services.settings.desired_retention,
        parameters=store.parameters(),
    )
    return Prospect(exam, today, days, found, rows)


class ExamSession(LineSession):
    """Today's part of the plan: extra reviews, which count as any other."""

    KEPT: ClassVar[str] = "Every review is saved, and counts as any other."
    END: ClassVar[str] = "That was today's part of the plan."

    def __init__(self, services: Services, exam: Exam) -> None:
        super().__init__(services)
        self._exam = exam

    def _ids(self) -> Iterable[str]:
        """Return what is due today, the least likely to be recalled on the day first."""
        return prospect(self.services, self._exam).due_today

    def rate(self, question: Question, rating: Rating) -> "Review | None":
        """Commit the review; what was forgotten comes back some cards later."""
        review = super().rate(question, rating)
        self._advance(rating)
        return review

    def left(self, question: Question) -> dict[str, str]:
        """Return how many cards of the plan are left today."""
        return {"due": f"{question.queued.remaining.due} left for the exam"}

    def outlook(self) -> str:
        """Return what the exam looks like now."""
        return prospect(self.services, self._exam).says()
