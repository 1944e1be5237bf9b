"""Answers of cards measured on other people's: public corpora, mutants, learners, attacks.

The answers are no part of the project: without them (see STUDYTUI_SHARED) everything here skips.
"""

import collections
import json
import os
import statistics
import time
from pathlib import Path

import pytest

from cards.answers.grade import Grade, grade
from cards.answers.kind import kind_of
from cards.card import Card, Check
from cards.variants.draw import VariantError, draw

SHARED = Path(os.environ.get("STUDYTUI_SHARED", Path(__file__).parents[3] / "shared"))
OPEN = SHARED / "measure" / "answers_open.jsonl"
DISPUTED = {
    "attack/125": "sin(pi) is 0, so sign(0) + 1 - 1 is 0: it is equal",
    "KAS-transform/ae0f3283": "at x = -1, y = 2, z = 1/2 it is 1 against -1",
}
"""Rows whose label we hold to be wrong, and why; the table counts them as they are labelled."""

ASKED = {"invalid": "asked again", "undecided": "undecided"}
NAMES = ("right", "refused", "accepted wrongly", "asked again", "undecided")


@pytest.fixture(autouse=True)
def _only_when_asked(request):
    asked = any("benchmarks" in str(a) for a in request.config.invocation_params.args)
    if not asked:
        pytest.skip("a benchmark: run `make bench`")


def graded(row):
    """Return the verdict, outcome and message of a row as a card with that check grades it."""
    tolerance = row["tolerance"]
    check = Check(answer=row["teacher"], variables=row["variables"], tolerance=tolerance)
    kind = kind_of(check)
    card = Card(row["id"], row["id"], "deck", "", (), kind, "?", "", "row.md", 1, check)
    try:
        return grade(card, draw(card), row["student"])
    except VariantError as error:
        return Grade("invalid", "no-card", message=str(error))


def column(row, found):
    """Return the column of the table that a row counts in."""
    if found.verdict in ASKED:
        return ASKED[found.verdict]
    if found.right == row["expected"]:
        return "right"
    return "accepted wrongly" if found.right else "refused"


def measure(rows, out=print):
    """Return the counts by source and label, and the processor seconds of each row."""
    table = collections.defaultdict(collections.Counter)
    seconds = []
    for row in rows:
        start = time.thread_time()
        found = graded(row)
        seconds.append(time.thread_time() - start)
        place = column(row, found)
        table[row["source"], row["expected"]][place] += 1
        if place != "right":
            told = [found.outcome, found.message, found.witness]
            given = [row["source"], row["expected"], row["teacher"], row["student"]]
            given += [row["variables"] or "", row["tolerance"] or "", *told]
            out(f"{place:16} " + " | ".join(map(str, given)))
        if seconds[-1] > 1:
            out(f"slow {seconds[-1]:.2f} {row['teacher']} | {row['student']}")
    return table, seconds


def totals(table, label):
    """Return the counts of all rows with a label."""
    return sum((counts for (_, other), counts in table.items() if other is label),
               collections.Counter())  # fmt: skip


def report(table, seconds, out=print):
    """Print the table."""
    for key, counts in sorted(table.items(), key=str):
        out(f"{key[0]:20}{key[1]!s:7}" + "".join(f"{counts[n]:18}" for n in NAMES))
    out(" " * 27 + "".join(f"{n:>18}" for n in NAMES))
    for label in (True, False):
        counts = totals(table, label)
        size = max(1, sum(counts.values()))
        out(f"{label!s:27}" + "".join(f"{counts[n]:9} {counts[n] / size:7.1%}" for n in NAMES))
    out(f"median {statistics.median(seconds) * 1e3:.1f} ms, longest {max(seconds):.2f} s")


def open_rows():
    """Return the open rows, or skip."""
    if not OPEN.exists():
        pytest.skip(f"no {OPEN.name}: set STUDYTUI_SHARED to the folder that holds measure/")
    return [json.loads(line) for line in OPEN.read_text(encoding="utf-8").splitlines()]


def test_open_answers():
    rows = open_rows()
    report(*measure(rows))
    table, seconds = measure([row for row in rows if row["id"] not in DISPUTED], lambda _: None)
    right = totals(table, True)
    assert not totals(table, False)["accepted wrongly"]
    assert right["right"] >= 0.97 * sum(right.values())
    assert right["refused"] <= 0.02 * sum(right.values())
    assert max(seconds) < 2
