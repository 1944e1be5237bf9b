"""The audit of a note: rows, lines, summary, what is new, and the report."""

from pathlib import Path

from cards.checking.audit import audit_note, dumped, fresh, report, restored
from sims.claims.decide import decide_task

NOTE = """# Squares

- The square of a sum is the sum of squares.
  ```claim
  claim: (a + b)^2 = a^2 + b^2
  ```
- A wrong belief that is kept on purpose, for all to see.
  ```claim
  claim: 2*x = x
  known: false
  ```
- The root of a square is the number.
  ```claim
  id: root
  claim: sqrt(x^2) = x
  ```
- A seventh of a hundred is 100 / 7 = 14.2 of them.
- Nobody says how this one is decided.
- This cannot be read.
  ```claim
  claim: foo(x) = 1
  ```
"""


def decide(statement):
    return decide_task({"statement": statement}, lambda message: None)


def audit():
    return audit_note("n.md", NOTE, decide)


def test_one_row_a_statement_at_the_line_where_it_begins():
    rows = audit().rows
    assert [(row.line, row.kind, row.verdict) for row in rows] == [
        (3, "fence", "FAILS"),
        (7, "fence", "FAILS"),
        (12, "fence", "CONDITIONAL"),
        (17, "number", "FAILS"),
        (18, "sentence", "not checked"),
        (19, "sentence", "not checked"),
    ]
    assert rows[2].claim == "root"
    assert rows[2].condition == "x >= 0"
    assert rows[3].right.startswith("14.3")


def test_the_summary_counts_what_is_wrong_and_not_what_is_known_to_be():
    found = audit()
    assert found.summary == {
        "statements": 6,
        "checked": 4,
        "refuted": 2,
        "conditional": 1,
        "not_checked": 2,
        "undecided": 0,
        "known_false": 1,
    }
    (problem,) = found.problems
    assert str(problem).startswith("n.md:21: `foo(x) = 1`")


def test_json_has_the_fields_of_the_contract():
    row = audit().to_dict()["statements"][0]
    assert {
        "file", "line", "text", "kind", "claim", "decided_as", "verdict", "evidence",
        "evidence_kind", "condition", "counterexample", "right", "source", "related",
    } <= set(row)  # fmt: skip
    assert row["evidence_kind"] == "refuted"
    assert row["counterexample"] == "at a = 1, b = 1: 4 against 2"


def test_only_what_is_new_is_left_beside_a_baseline():
    before = audit().to_dict()["statements"]
    moved = audit_note("n.md", "\n\n" + NOTE.replace("14.2", "14.9"), decide)
    left = fresh(moved, before)
    assert [row.kind for row in left.rows] == ["number"]


def test_the_report_names_each_finding():
    text = report(audit())
    assert "## Refuted" in text
    assert "n.md:3" in text
    assert "only if: x >= 0" in text
    assert "## Not read" in text


def test_an_audit_survives_the_cache():
    found = audit()
    assert restored(dumped(found)) == found


def test_the_example_note_is_audited_as_it_says():
    path = Path(__file__).parents[3] / "docs" / "examples" / "audited.md"
    found = audit_note(path.name, path.read_text(encoding="utf-8"), decide)
    verdicts = [(row.kind, row.verdict) for row in found.rows if row.kind != "sentence"]
    assert verdicts == [
        ("fence", "HOLDS"),
        ("fence", "FAILS"),
        ("fence", "CONDITIONAL"),
        ("fence", "AGREES"),
        ("fence", "UNDECIDED"),
        ("fence", "FAILS"),
        ("number", "FAILS"),
        ("number", "HOLDS"),
    ]
    assert found.summary["refuted"] == 2
    assert not found.problems
