"""`studytui audit`, `prove` and `define`: JSON alone on standard output, and exit codes for CI."""

import json

import pytest

from studytui.cli import main

NOTE = """# Squares

- A square is not negative.
  ```claim
  claim: x^2 >= 0
  ```
- The square of a sum is the sum of squares.
  ```claim
  claim: (a + b)^2 = a^2 + b^2
  ```
"""


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(map(str, arguments)))
    return ended.value.code, capsys.readouterr()


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.md"
    path.write_text(NOTE)
    return path


def test_a_refuted_statement_ends_with_1_and_what_is_new_is_told(note, tmp_path, capsys):
    code, streams = run(capsys, "audit", note, "--json", "--report", tmp_path / "report.md")
    found = json.loads(streams.out)
    assert code == 1
    assert [row["verdict"] for row in found["statements"]] == ["HOLDS", "FAILS"]
    assert found["summary"]["refuted"] == 1
    assert "## Refuted" in (tmp_path / "report.md").read_text()
    (tmp_path / "old.json").write_text(streams.out)
    code, streams = run(capsys, "audit", note, "--json", "--baseline", tmp_path / "old.json")
    assert code == 0
    assert json.loads(streams.out)["statements"] == []
    _, streams = run(capsys, "audit", note, "--format", "github")
    assert f"::error file={note},line=7" in streams.out


def test_a_report_is_written_over_an_earlier_report_only(note, tmp_path, capsys):
    other = tmp_path / "thoughts.md"
    other.write_text("# Audit\n\nof the pool: 3 pumps\n")
    for taken in (note, other, tmp_path):
        code, streams = run(capsys, "audit", note, "--report", taken)
        assert code == 2
        assert f"{taken} is there already and no report" in streams.err
    assert note.read_text() == NOTE
    assert other.read_text() == "# Audit\n\nof the pool: 3 pumps\n"
    report = tmp_path / "report.md"
    run(capsys, "audit", note, "--report", report)
    note.write_text("# Empty\n")
    assert run(capsys, "audit", note, "--report", report)[0] == 0
    assert "## Refuted" not in report.read_text()
    assert run(capsys, "audit", note, "--report", report)[0] == 0


def test_paths_and_baselines_that_lead_nowhere_end_with_2(note, tmp_path, capsys):
    assert run(capsys, "audit", tmp_path / "none.md")[0] == 2
    assert run(capsys, "audit", note, "--baseline", tmp_path / "none.json")[0] == 2


def test_a_fence_is_suggested_for_a_statement_with_a_formula(tmp_path, capsys):
    path = tmp_path / "note.md"
    path.write_text("- The sine and the cosine: $\\sin^2 x + \\cos^2 x = 1$ everywhere.\n")
    code, streams = run(capsys, "audit", path, "--suggest", "--json")
    (one,) = json.loads(streams.out)["suggestions"]
    assert code == 0
    assert one["line"] == 1
    assert one["fence"].startswith("```claim\nclaim: ")
    assert one["guessed"] == {"x": "real"}


@pytest.mark.parametrize(
    ("arguments", "code", "verdict"),
    [
        (["x^2 + 1 >= 2*x"], 0, "HOLDS"),
        (["x^2 = x"], 1, "FAILS"),
        (["x > 1", "--if", "x^2 < 0"], 3, "UNDECIDED"),
    ],
)
def test_one_claim_is_decided(arguments, code, verdict, capsys):
    ended, streams = run(capsys, "prove", *arguments, "--json")
    assert ended == code
    assert json.loads(streams.out)["verdict"] == verdict


def test_a_claim_that_cannot_be_read_ends_with_2(capsys):
    code, streams = run(capsys, "prove", "foo(x) = 1")
    assert code == 2
    assert "foo" in streams.err


def test_definitions_are_listed(capsys):
    code, streams = run(capsys, "define", "--json")
    assert code == 0
    names = [one["name"] for one in json.loads(streams.out)["definitions"]]
    assert {"entropy", "KL", "gini", "F1"} <= set(names)


def test_a_file_given_to_prove_is_said_to_be_for_audit(capsys, tmp_path):
    note = tmp_path / "note.md"
    note.write_text("- A note.\n")
    code, streams = run(capsys, "prove", str(note))
    assert code == 2
    assert f"studytui audit {note}" in streams.err
