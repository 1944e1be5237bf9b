"""Panels about reviews: today, days, hours, buttons, and true retention."""

from datetime import date, timedelta
from typing import Any

from textual.content import Content

from studytui.panels import over_time
from studytui.plots import bars
from studytui.words import counted

WEEKS = 53
_SHADES = ("·", "░", "▒", "▓", "█")
Figures = dict[str, Any]


def today(figures: Figures, width: int) -> Content:
    """Return what was done today, and where everything stands, in a few lines."""
    done = figures["today"]
    retention = figures["true_retention"]
    kept = "not known yet" if retention is None else f"{retention:.0%}"
    days = figures["range_days"]
    span = "all" if days is None else f"the last {counted(days, 'day')}"
    lines = [
        f"{counted(figures['reviews_today'], 'review')} today, {figures['due_today']} still due or "
        f"being learnt. Streak: {counted(figures['streak'], 'day')}, the longest "
        f"{counted(figures['longest_streak'], 'day')}.",
        f"{counted(figures['cards'], 'card')}, {figures['new']} new, {figures['mature']} mature. "
        f"{counted(figures['reviews'], 'review')} in {span}, on "
        f"{counted(figures['days_studied'], 'day')}; true retention {kept}.",
    ]
    if done["reviews"]:
        mature = done["mature_recall"]
        said = (
            f"Today {figures['seconds_today'] / 60:.0f} min, {counted(done['again'], 'time')} Again"
        )
        if mature["asked"]:
            said += f"; {mature['recalled']} of {mature['asked']} mature cards recalled"
        lines.append(f"{said}.")
    return Content("\n".join(lines))


def at_a_glance(figures: Figures, width: int) -> Content:
    """Return today in four short lines: what was done, what is left, the streak, the recall."""
    done, retention = figures["today"], figures["true_retention"]
    kept = "not known yet" if retention is None else f"{retention:.0%}"
    rows = [
        ("reviewed", f"{done['reviews']} in {figures['seconds_today'] / 60:.0f} min"),
        ("left", f"{figures['due_today']} due or being learnt, {figures['new']} never met"),
        ("streak", f"{counted(figures['streak'], 'day')}, longest {figures['longest_streak']}"),
        ("retention", f"{kept}, of {counted(figures['range_days'] or 0, 'day')}"),
    ]
    lines = [Content.assemble((f"{name:>10} ", "dim"), said) for name, said in rows]
    return Content("\n").join([Content.styled("Today", "bold"), *lines])


def on_a_line(figures: Figures) -> Content:
    """Return today, the streak and what comes due in the days of the range, on a line or two."""
    spent = figures["seconds_today"] / 60
    coming = " ".join(str(day["due"] or "·") for day in figures["forecast"])
    parts = [
        f"{counted(figures['today']['reviews'], 'review')} today, {spent:.0f} min",
        f"streak {counted(figures['streak'], 'day')}",
    ]
    if coming.strip("· "):
        parts.append(f"due day by day {coming}")
    return Content("; ".join(parts))


def calendar(figures: Figures, width: int) -> Content:
    """Return a year of days, a column a week, Monday on top, the darker the more reviews."""
    counts = {day["date"]: day["reviews"] for day in figures["calendar"]}
    now = date.fromisoformat(figures["study_day"])
    weeks = max(1, min(WEEKS, width - 6))
    monday = now - timedelta(now.weekday() + 7 * (weeks - 1))
    most = max(counts.values(), default=0)
    span = "year" if weeks == WEEKS else counted(weeks, "week")
    lines = [Content.styled(f"Reviews of the last {span}", "bold"), _months(monday, weeks)]
    for weekday, name in enumerate(("Mon", "", "Wed", "", "Fri", "", "Sun")):
        parts: list[tuple[str, str]] = []
        for week in range(weeks):
            day = monday + timedelta(7 * week + weekday)
            count = counts.get(day.isoformat(), 0)
            shade = _SHADES[min(4, 1 + 4 * (count - 1) // max(1, most))] if count else _SHADES[0]
            parts.append(
                (" ", "") if day > now else (shade, "$success" if count else "$foreground 30%")
            )
        lines.append(Content.assemble((f"{name:>5} ", "dim"), *parts))
    return Content("\n").join(lines)


def reviews(figures: Figures, width: int) -> Content:
    """Return columns of reviews over the days of the range, and the reviews by stage."""
    days = figures["reviews_by_day"]
    chart = over_time.past("Reviews", {day["date"]: day["reviews"] for day in days}, figures, width)
    if not days:
        return chart
    totals = {stage: sum(day[stage] for day in days) for stage in figures["buttons"]}
    said = ", ".join(f"{count} {stage}" for stage, count in totals.items())
    return chart + Content.styled(f"\n{said}", "dim")


def minutes(figures: Figures, width: int) -> Content:
    """Return columns of the minutes of study over the days of the range."""
    spent = {day["date"]: day["seconds"] / 60 for day in figures["reviews_by_day"]}
    return over_time.past("Minutes", spent, figures, width)


def retention(figures: Figures, width: int) -> Content:
    """Return the table of true retention: spans by young, mature and all cards."""
    cells = max(8, min(16, (width - 11) // 3))
    head = f"{'':<11}" + "".join(f"{name:>{cells}}" for name in ("young", "mature", "all"))
    lines = [Content.styled("True retention", "bold"), Content.styled(head, "dim")]
    for span, row in figures["retention"].items():
        shares = (_share(row[name], cells) for name in ("young", "mature", "all"))
        lines.append(Content(f"{span:<11}" + "".join(f"{share:>{cells}}" for share in shares)))
    return Content("\n").join(lines)


def hours(figures: Figures, width: int) -> Content:
    """Return a column for each hour of the day, and the hours of best and worst recall."""
    rows = figures["hours"]
    cells = 2 if 2 * len(rows) + 6 <= width else 1
    labels = [str(row["hour"]) if row["hour"] % 6 == 0 else "" for row in rows]
    chart = bars.chart(
        "Reviews by hour of the day", [row["reviews"] for row in rows], labels, cells
    )
    known = [row for row in rows if row["asked"] >= 20]
    if len(known) < 2:
        return chart
    best = max(known, key=lambda row: row["retention"])
    worst = min(known, key=lambda row: row["retention"])
    said = (
        f"recall is best at {best['hour']}:00 ({best['retention']:.0%}), "
        f"worst at {worst['hour']}:00 ({worst['retention']:.0%})"
    )
    return chart + Content.styled(f"\n{said}", "dim")


def buttons(figures: Figures, width: int) -> Content:
    """Return how often each rating was given, by stage."""
    stages = figures["buttons"]
    names = next(iter(stages.values()))
    wide = max(6, min(8, (width - 21) // len(names)))
    head = f"{'':<11}" + "".join(f"{name:>{wide}}" for name in names) + f"{'recalled':>10}"
    lines = [Content.styled("Ratings", "bold"), Content.styled(head, "dim")]
    for stage, row in stages.items():
        total = sum(row.values())
        kept = f"{1 - row['again'] / total:.0%}" if total else "·"
        cells = "".join(f"{row[name]:>{wide}}" for name in names)
        lines.append(Content(f"{stage:<11}{cells}{kept:>10}"))
    return Content("\n").join(lines)


def _share(row: dict[str, Any], cells: int) -> str:
    """Return a share and out of how many it is, as exactly as the cells allow."""
    if not row["asked"]:
        return "·"
    exact = f"{row['retention']:.1%} of {row['asked']}"
    return exact if len(exact) < cells else f"{row['retention']:.0%} of {row['asked']}"


def _months(monday: date, weeks: int) -> Content:
    """Return the names of months above the weeks in which they begin."""
    line = [" "] * weeks
    for week in range(weeks - 2):
        first = monday + timedelta(7 * week)
        if first.day <= 7:
            line[week : week + 3] = f"{first:%b}"
    return Content.styled(" " * 6 + "".join(line).rstrip(), "dim")
