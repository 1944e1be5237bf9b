"""`studytui check`: JSON alone on standard output, exit 1 for what is wrong, 2 for bad input."""

import json

import pytest

from studytui.cli import main

SOUND = """# Softmax

Q: What is two thirds of {n}?
```check
given: {n: [3, 6, 9]}
answer: 2*n/3
```

C: Softmax turns scores into [positive weights].
"""
WRONG = """# Sums

Q: What is the sum of the first $n$ numbers?
A: $\\frac{n(n - 1)}{2}$
```check
answer: n*(n + 1)/2
variables: {n: positive}
```
"""


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(["check", *map(str, arguments)])
    return ended.value.code, capsys.readouterr()


def test_a_folder_of_notes(tmp_path, capsys):
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text(SOUND)
    (notes / "b.md").write_text(WRONG)
    code, printed = run(capsys, notes, "--json")
    assert code == 1
    report = json.loads(printed.out)
    assert (report["cards"], report["variants"]) == (3, 5)
    (problem,) = report["problems"]
    assert problem.keys() == {"file", "line", "card", "seed", "message"}
    assert (problem["file"], problem["line"], problem["seed"]) == (str(notes / "b.md"), 5, None)
    assert "answer shown differs from the one computed at n =" in problem["message"]


def test_sound_notes(tmp_path, capsys):
    path = tmp_path / "a.md"
    path.write_text(SOUND)
    code, printed = run(capsys, path)
    assert code == 0
    assert printed.out == "2 cards, 4 variants, no problems.\n"


def test_a_path_that_is_not_there(tmp_path, capsys):
    code, printed = run(capsys, tmp_path / "nothing.md")
    assert code == 2
    assert "there is no such file" in printed.err
    assert printed.out == ""


def test_a_folder_is_read_as_an_import_reads_it(tmp_path, capsys):
    (tmp_path / ".trash").mkdir()
    (tmp_path / ".trash" / "old.md").write_text(WRONG)
    (tmp_path / "SOUND.MD").write_text(SOUND)
    code, said = run(capsys, tmp_path)
    assert (code, said.out) == (0, "2 cards, 4 variants, no problems.\n")


def test_a_note_that_is_named_twice_is_checked_once(tmp_path, capsys, monkeypatch):
    (tmp_path / "a.md").write_text(SOUND)
    (tmp_path / "b.md").write_text(WRONG)
    monkeypatch.chdir(tmp_path)
    code, said = run(capsys, "b.md", ".", tmp_path / "a.md", "./b.md", "--json")
    report = json.loads(said.out)
    assert (code, report["cards"]) == (1, 3)
    assert [problem["file"] for problem in report["problems"]] == ["b.md"]
