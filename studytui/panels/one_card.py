"""Panels about one card: where it stands, its forgetting curve, and its reviews."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from textual.content import Content

from cards.scheduling.fsrs import Rating
from sims.simulation import Frame, Series
from studytui.one_line import prompt_on_one_line
from studytui.plots.plot import plot
from studytui.words import VERDICTS, counted, interval_text

if TYPE_CHECKING:
    from db.records import StoredCard


def standing(stored: "StoredCard", history: dict[str, Any]) -> Content:
    """Return what is known of a card in a few lines."""
    card = stored.card
    lines = [
        Content.styled(prompt_on_one_line(card), "bold"),
        Content(f"{card.file}:{card.line}   {card.id}"),
    ]
    said = [stored.state, counted(stored.reps, "review"), counted(stored.lapses, "lapse")]
    if stored.leech:
        said.append("a leech")
    if stored.due is not None:
        said.append(f"due {stored.due.astimezone():%Y-%m-%d}")
    lines.append(Content(", ".join(said)))
    if stored.stability is not None and stored.difficulty is not None:
        recall = history["recall"]
        now = "" if recall is None else f", recalled today with {recall:.0%}"
        lines.append(
            Content(
                f"stability {stored.stability:.1f} days, difficulty {stored.difficulty:.1f}, "
                f"interval {counted(stored.interval, 'day')}{now}"
            )
        )
    if stored.tags:
        lines.append(Content(f"tags {' '.join(stored.tags)}"))
    return Content("\n").join(lines)


def curve(history: dict[str, Any], width: int, height: int) -> Content:
    """Return the forgetting curve: the chance of recall by day, and on into the coming days."""
    frame = curve_frame(history)
    if frame is None:
        return Content("Not studied yet.")
    return Content("\n").join(plot(frame, width, height))


def curve_frame(history: dict[str, Any]) -> Frame | None:
    """Return the forgetting curve with every review on it, None for a card without one."""
    points = history["curve"]
    if not points:
        return None
    first = date.fromisoformat(points[0]["date"])
    days = [float((date.fromisoformat(p["date"]) - first).days) for p in points]
    recall = [100 * p["recall"] for p in points]
    series = [Series("chance of recall in per cent", days, recall)]
    kept: tuple[list[float], list[float]] = ([], [])
    lost: tuple[list[float], list[float]] = ([], [])
    for review in history["reviews"]:
        day = float((date.fromisoformat(review["at"][:10]) - first).days)
        reached = 100 * review.get("predicted", 1.0)  # what the curve had fallen to by then
        places, heights = lost if review["rating"] == Rating.AGAIN else kept
        places.append(max(0.0, day))
        heights.append(reached)
    for name, (places, heights) in (("forgotten", lost), ("recalled", kept)):
        if places:
            series.append(Series(name, places, heights, "scatter"))
    return Frame(1.0, tuple(series), x_label=f"days since {first.isoformat()}")


def log(history: dict[str, Any], width: int | None = None) -> Content:
    """Return a line for each review, newest first; one wider than `width` goes on below."""
    lines = [Content.styled("Reviews", "bold")]
    for review in reversed(history["reviews"]):
        wait = "later that day"
        if review["interval"]:
            wait = interval_text(timedelta(days=review["interval"]))
        said = [
            review["at"][:16].replace("T", " "),
            f"{Rating(review['rating']).name.lower():<5}",
            f"then {wait:<14}",
            f"stability {review['stability']:8.1f}",
            f"{review.get('seconds', 0):5.0f} s",
        ]
        if "predicted" in review:
            said.append(f"expected {review['predicted']:.0%}")
        if "grade" in review:
            said.append(VERDICTS.get(review["grade"], review["grade"]).lower())
        if review.get("typed"):
            said.append(review["typed"])
        lines.append(Content("\n".join(_rows(said, width))))
    return Content("\n").join(lines if len(lines) > 1 else [*lines, Content("none yet")])


def _rows(parts: list[str], width: int | None) -> list[str]:
    """Return parts in rows that end between two of them; all but the first are indented."""
    rows = [parts[0]]
    for part in parts[1:]:
        if width is None or len(rows[-1]) + 2 + len(part) <= width:
            rows[-1] += f"  {part}"
        else:
            rows.append(f"    {part}")
    return rows
