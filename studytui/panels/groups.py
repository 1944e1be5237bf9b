"""Panels that compare: topics, kinds of cards, misconceptions, and quiz papers."""

from typing import Any

from textual.content import Content

from studytui.widgets import bars
from studytui.words import counted

Figures = dict[str, Any]
_NAME, _CELLS = 24, 7
"""Columns of a name, and of the bar of a share: a line fits a window of 80."""
_HEAD = f"{'':<{_NAME}}cards reviews   hours  {'retention':<{_CELLS + 6}}mastery"


def topics(figures: Figures) -> Content:
    """Return a line for each topic: cards, reviews, time, retention and mastery."""
    return _table("By topic", [(row["title"], row) for row in figures["by_topic"]])


def kinds(figures: Figures) -> Content:
    """Return a line for each kind of card."""
    return _table("By kind of card", [(row["kind"], row) for row in figures["by_kind"]])


def misconceptions(figures: Figures) -> Content:
    """Return the listed wrong answers that were given most."""
    lines = [Content.styled("Misconceptions met most", "bold")]
    lines += [Content(f"{row['times']:>5}  {row['says']}") for row in figures["misconceptions"]]
    return Content("\n").join(lines if len(lines) > 1 else [*lines, Content("none yet")])


def quizzes(figures: Figures) -> Content:
    """Return how the last quiz papers went, newest first."""
    lines = [Content.styled("Quiz papers", "bold")]
    for paper in figures["quizzes"][:-11:-1]:
        score = paper["score"]
        if score is not None:
            asked = counted(score["right"] + score["wrong"] + score["open"], "question")
            lines.append(Content(f"{paper['at'][:10]}  {score['right']} right of {asked}"))
    return Content("\n").join(lines if len(lines) > 1 else [*lines, Content("none yet")])


def _table(title: str, rows: list[tuple[str, dict[str, Any]]]) -> Content:
    lines = [Content.styled(title, "bold"), Content.styled(_HEAD, "dim")]
    for name, row in rows:
        shown = name if len(name) < _NAME else name[: _NAME - 2] + "…"
        shares = (bars.share(row[share], _CELLS) for share in ("true_retention", "mastery"))
        lines.append(
            Content(
                f"{shown:<{_NAME}}{row['cards']:>5} {row['reviews']:>7} "
                f"{row['seconds'] / 3600:>7.1f}  {' '.join(shares)}"
            )
        )
    return Content("\n").join(lines)
