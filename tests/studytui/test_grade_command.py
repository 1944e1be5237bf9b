"""`studytui grade`: exit codes, JSON lines, and cases that break every rule."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from studytui.cli import main
from studytui.grading import MEMORY, domains, plain

KEYS = {
    "id", "verdict", "outcome", "score", "read_as", "witness", "message", "evidence_kind",
    "seconds",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _room_beside_the_tests(monkeypatch):
    """Count the limit on memory from what this process has taken for other tests."""
    taken = Path("/proc/self/statm")
    if taken.exists():
        pages = int(taken.read_text().split()[0])
        monkeypatch.setattr("studytui.grading.MEMORY", MEMORY + pages * resource.getpagesize())


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(["grade", *arguments])
    written = capsys.readouterr()
    return ended.value.code, written.out


@pytest.mark.parametrize(
    ("expected", "answer", "code", "verdict"),
    [
        ("x^2 - 1", "(x-1)(x+1)", 0, "equal"),
        ("2 log x", "log(x^2)", 0, "equal-where-defined"),
        ("x", "sqrt(x^2)", 1, "different"),
        ("x", "foo + )", 2, "invalid"),
        ("x", "int(sin(1/x), x, 0, 1)", 3, "undecided"),
        ("5 MB", "5000 kB", 0, "equal"),
        ("5 MB", "5", 1, "different"),
        ("2*m", "m + m", 0, "equal"),
        ("[1, 2; 3, 4]", "[[1, 2], [3, 4]]", 0, "equal"),
        ("[1, 2; 3, 4]", "[[1, 2], [3, 5]]", 1, "different"),
        ("[1, 2; 3, 4]", "[[1, 2], [3]]", 1, "different"),
    ],
)
def test_one_case_ends_with_its_code(capsys, expected, answer, code, verdict):
    ended, out = run(capsys, "--expected", expected, "--answer", answer, "--json")
    line = json.loads(out)
    assert (ended, line["verdict"]) == (code, verdict)
    assert set(line) == KEYS
    assert out.isascii()


def test_a_test_is_told_what_it_asks_for(capsys):
    case = ("--expected", "3.142*m", "--answer", "3.14*m", "--test", "Units")
    assert run(capsys, *case, "--option", "sigfigs=3")[0] == 0
    assert run(capsys, *case, "--option", "sigfigs=4")[0] == 1
    assert run(capsys, *case, "--option", "sigfigs")[0] == 2


def test_a_person_reads_verdict_reading_and_point(capsys):
    ended, out = run(
        capsys, "--expected", "p_i*(delta(i,j) - p_j)", "--answer", "p_i (1 - p_j)",
        "--variables", "{p: simplex, i: index, j: index}",
    )  # fmt: skip
    assert ended == 1
    assert out.splitlines()[:2] == ["different", "read as  p_i*(1 - p_j)"]
    assert "i = 1, j = 2" in out


def test_tolerance_and_units(capsys):
    ended, _ = run(capsys, "--expected", "3 GB", "--answer", "3000 MB", "--tolerance", "1%")
    assert ended == 0


def test_every_case_gets_its_line(capsys, tmp_path):
    rows = [
        {"id": "a", "test": "AlgEquiv", "student": "2*x", "teacher": "x + x", "options": {}},
        {"id": "b", "test": "Int", "student": "x^2", "teacher": "x^2 + c", "options": {"var": "x"}},
        {"id": "c", "test": "FacForm", "student": "x^2 - 1", "teacher": "x^2 - 1",
         "options": {"var": "x"}},
        {"id": "d", "test": "No such test", "student": "1", "teacher": "1"},
        {"id": "e", "student": "9**9**9**9", "teacher": "1"},
        {"id": "f", "test": "NumAbsolute", "student": 3, "teacher": 3.01, "options": {}},
        {"id": "g", "student": None, "teacher": 3, "options": []},
    ]  # fmt: skip
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\nnot json\n[1]\n")
    main_result = None
    try:
        main(["grade", "--cases", str(path), "--json"])
    except SystemExit as ended:
        main_result = ended.code
    out = capsys.readouterr().out
    lines = [json.loads(line) for line in out.splitlines()]
    assert main_result in (None, 0)
    assert [line["id"] for line in lines] == ["a", "b", "c", "d", "e", "f", "g", None, None]
    assert [line["outcome"] for line in lines[:3]] == ["right", "missing-constant", "wrong-form"]
    assert [line["verdict"] for line in lines[3:5]] == ["invalid", "invalid"]
    assert lines[5]["verdict"] == "equal"
    assert all(line["verdict"] == "invalid" and line["message"] for line in lines[6:])
    assert all(set(line) == KEYS for line in lines)


def test_bad_usage_is_one_sentence(capsys, tmp_path):
    for arguments in (["--expected", "x"], ["--cases", str(tmp_path / "none.jsonl")]):
        with pytest.raises(SystemExit) as ended:
            main(["grade", *arguments])
        assert ended.value.code == 2
        assert capsys.readouterr().err.startswith("studytui: ")


def test_domains_may_hold_commas():
    assert domains("{x: in (0, 1), p: simplex}") == {"x": "in (0, 1)", "p": "simplex"}
    with pytest.raises(ValueError, match="positive"):
        domains("x")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--expected", "x", "--answer", "-x"),
        ("--expected=x", "--answer=y = x", "--json", "--variables", "x: positive"),
        ("--answer", "0.5", "--expected", "1/2", "--tolerance", "1%", "--option", "var=x"),
    ],
)
def test_plain_options_need_no_parser(arguments):
    texts, options, as_json = plain(arguments)
    assert {"expected", "answer"} <= texts.keys()
    assert as_json == ("--json" in arguments)
    assert options == (["var=x"] if "--option" in arguments else [])


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",), ("--expected", "x"), ("--expected", "x", "--answer"), ("--cases", "a.jsonl"),
        ("--expected", "x", "--answer", "x", "--exepcted", "y"), ("x", "--answer", "x"),
        ("--expected", "x", "--answer", "x", "--answer", "y"), ("--json=yes",), (),
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_the_parser(arguments):
    assert plain(arguments) is None


def test_a_plain_answer_is_graded_without_a_parser_of_options():
    code = "from studytui.cli import main\ntry:\n main(['grade', '--expected', '2x', '--answer', "
    code += "'x+x'])\nexcept SystemExit as end:\n import sys; print(end.code, *sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = ran.stdout.splitlines()[-1].split()
    assert loaded[0] == "0"
    assert not {"typer", "pydantic", "sympy", "torch"} & set(loaded)
