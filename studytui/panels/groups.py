"""Panels that compare: topics, kinds of cards, misconceptions, and quiz papers."""

from textwrap import wrap
from typing import Any

from rich.cells import cell_len
from textual.content import Content

from studytui.plots import bars
from studytui.plots.canvas import fitted
from studytui.widgets.badge import NOT_CHECKED, SIGNS, by_sign
from studytui.words import counted, key

Figures = dict[str, Any]
_LONGEST_BAR = 10
_WITH_HOURS, _WITH_BARS = 60, 62
"""Cells of a line from which there is a column of hours, and from which shares have bars."""


def topics(figures: Figures, width: int) -> Content:
    """Return a line for each topic: cards, reviews, time, retention and mastery."""
    return _table("By topic", [(row["title"], row) for row in figures["by_topic"]], width)


def kinds(figures: Figures, width: int) -> Content:
    """Return a line for each kind of card."""
    return _table("By kind of card", [(row["kind"], row) for row in figures["by_kind"]], width)


def evidence(figures: Figures, width: int) -> Content:
    """Return how many cards rest on which evidence."""
    alike = by_sign(figures.get("evidence") or {})
    lines = [Content.styled("Cards by their evidence", "bold")]
    for word, (sign, style, _) in SIGNS.items():
        if alike.get(word):
            lines.append(
                Content.assemble((f"{word:>12} ", "dim"), (f"{sign} ", style), str(alike[word]))
            )
    rest = sum(count for word, count in alike.items() if word not in SIGNS)
    lines.append(
        Content.assemble((f"{'not checked':>12} ", "dim"), (f"{NOT_CHECKED[0]} ", "dim"), str(rest))
    )
    return Content("\n").join(lines)


def statements(figures: Figures, width: int) -> Content:
    """Return what the last audit of the notes came to, and the key that shows it."""
    counts = figures.get("statements") or {}
    lines = [Content.styled("Statements of your notes", "bold")]
    if not counts:
        return lines[0] + Content.styled(
            f"\nnot audited yet: {key('audit', 'V')} decides them", "dim"
        )
    held = counts["checked"] - counts["refuted"] - counts["conditional"]
    open_ones = counts["not_checked"] + counts["undecided"]
    for name, count, (sign, style, _) in (
        ("hold", held, SIGNS["proved"]),
        ("refuted", counts["refuted"], SIGNS["refuted"]),
        ("conditional", counts["conditional"], SIGNS["conditional"]),
        ("not checked", open_ones, NOT_CHECKED),
    ):
        lines.append(Content.assemble((f"{name:>12} ", "dim"), (f"{sign} ", style), str(count)))
    return Content("\n").join(lines)


def misconceptions(figures: Figures, width: int) -> Content:
    """Return the listed wrong answers that were given most."""
    lines = [Content.styled("Misconceptions met most", "bold")]
    for row in figures["misconceptions"]:
        says = wrap(row["says"], max(20, width - 7))
        lines.append(Content(f"{row['times']:>5}  " + f"\n{'':7}".join(says)))
    return Content("\n").join(lines if len(lines) > 1 else [*lines, Content("none yet")])


def quizzes(figures: Figures, width: int) -> Content:
    """Return how the last quiz papers went, newest first."""
    lines = [Content.styled("Quiz papers", "bold")]
    for paper in figures["quizzes"][:-11:-1]:
        score = paper["score"]
        if score is not None:
            asked = counted(score["right"] + score["wrong"] + score["open"], "question")
            lines.append(Content(f"{paper['at'][:10]}  {score['right']} right of {asked}"))
    return Content("\n").join(lines if len(lines) > 1 else [*lines, Content("none yet")])


def _table(title: str, rows: list[tuple[str, dict[str, Any]]], width: int) -> Content:
    """Return a line for each row; in a narrow window without bars, then without hours."""
    bar = max(0, min(_LONGEST_BAR, (width - _WITH_BARS + 2) // 2))
    hours = width >= _WITH_HOURS
    numbers = f"{'cards':>5} {'reviews':>7}" + (f" {'hours':>7}" if hours else "")
    shares = f"  {'retention':<{max(9, bar + 5)}} mastery"
    beside = len(numbers) + len(shares) + max(0, bar + 5 - len("mastery"))
    longest = max([0, *(cell_len(name) for name, _ in rows)])
    names = max(8, min(longest + 2, width - beside))
    lines = [
        Content.styled(title, "bold"),
        Content.styled(f"{'':<{names}}{numbers}{shares}", "dim"),
    ]
    for name, row in rows:
        shown = fitted(name, names - 1)
        line = f"{shown}{' ' * (names - cell_len(shown))}{row['cards']:>5} {row['reviews']:>7}"
        if hours:
            line += f" {row['seconds'] / 3600:>7.1f}"
        kept = bars.share(row["true_retention"], bar)
        lines.append(
            Content(f"{line}  {kept:<{max(9, bar + 5)}} {bars.share(row['mastery'], bar)}")
        )
    return Content("\n").join(lines)
