import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studytui import cli


def loaded_after(code: str) -> set[str]:
    """Run code in a fresh interpreter and return the top-level modules it loaded."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return {name.split(".")[0] for name in shown.splitlines()[-1].split()}


def test_help_lists_every_command_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"  {verb} " in shown for verb in cli.COMMANDS)
    loaded = loaded_after("from studytui import cli; cli.main(['--help'])")
    assert not loaded & {"typer", "textual", "sqlalchemy", "numpy", "sympy", "torch"}


@pytest.mark.parametrize("verb", sorted(cli.COMMANDS))
def test_every_command_has_its_module_and_its_help(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([verb, "--help"])
    assert ended.value.code == 0
    assert f"studytui {verb}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("optimise", "no command 'optimise'; did you mean optimize? studytui --help lists"),
        ("xyzzy", "no command 'xyzzy'; studytui --help lists"),
    ],
)
def test_an_unknown_command_is_bad_usage(
    capsys: pytest.CaptureFixture[str], typed: str, says: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([typed])
    assert ended.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err


def raising(error: Exception) -> Callable[[list[str]], None]:
    def run(arguments: list[str]) -> None:
        raise error

    return run


def test_an_expected_error_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_run", raising(FileNotFoundError(2, "No such file", "x.md")))
    with pytest.raises(SystemExit) as ended:
        cli.main(["cards"])
    assert ended.value.code == 2
    assert "x.md" in capsys.readouterr().err


@pytest.mark.parametrize("fault", [KeyError("due"), ValueError("a bug"), AssertionError()])
def test_a_fault_goes_to_the_log_and_one_sentence_says_where(
    fault: Exception,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path))
    monkeypatch.setattr(cli, "_run", raising(fault))
    with pytest.raises(SystemExit) as ended:
        cli.main(["cards"])
    log = tmp_path / "logs" / "errors.log"
    shown = capsys.readouterr()
    kind = type(fault).__name__
    assert ended.value.code == 1
    assert shown.out == ""
    assert shown.err == (
        f"studytui: This is a fault of StudyTUI ({kind}); {log} says where. Please report it.\n"
    )
    assert "in _run_in_words" in log.read_text(encoding="utf-8")
    assert all(line[:2] in ("20", "  ", "") for line in log.read_text(encoding="utf-8").split("\n"))
    assert kind in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_fault_is_told_whole_where_no_log_can_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").touch()
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path))
    monkeypatch.setattr(cli, "_run", raising(KeyError("due")))
    with pytest.raises(SystemExit, match="1"):
        cli.main(["cards"])
    assert "KeyError: 'due'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("verb", "option", "most"),
    [
        ("study", "--ahead", 9999),
        ("study", "--forgotten", 9999),
        ("study", "--more-new", 9999),
        ("study", "--more-due", 9999),
        ("quiz", "--count", 200),
        ("quiz", "--minutes", 600),
    ],
)
def test_numbers_without_sense_are_bad_usage(
    verb: str, option: str, most: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([verb, "--plain", option, str(most + 1)])
    assert ended.value.code == 2
    assert f"less than or equal to {most}" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_knows_commands_options_and_names(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["completion", shell])
    shown = capsys.readouterr().out
    assert {"verify", "--tolerance", "gini.lorenz", "softmax"} <= set(re.findall(r"[\w.-]+", shown))


def test_closed_full_and_broken_streams_do_no_harm(tmp_path: Path) -> None:
    """What is opened next must not get their number, and be written to in their place."""
    note = tmp_path / "note.md"
    note.write_text("Q: é — what?\nA: ü\n", encoding="utf-8")
    run = f"{sys.executable} -m studytui.cli"
    lines = {
        f"{run} import {note} <&- >&- 2>&-": 0,
        f"{run} study --plain <&-": 0,
        f"{run} cards >/dev/full": 2,
        f"{run} cards | true": 0,
        f"{run} xyzzy 2>&-": 2,
        f"{run} doctor": 0,
    }
    environment = {**os.environ, "STUDYTUI_HOME": str(tmp_path / "home")}
    for line, code in lines.items():
        done = subprocess.run(
            ["sh", "-c", line], env=environment, capture_output=True, text=True, timeout=60
        )
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert done.stdout == "The store is sound: 1 card.\n"
    assert not (tmp_path / "home" / "logs" / "errors.log").exists()


def test_what_an_encoding_lacks_is_a_sign(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("Q: é — what?\nA: ü\n", encoding="utf-8")
    environment = {
        **os.environ,
        "STUDYTUI_HOME": str(tmp_path / "home"),
        "PYTHONIOENCODING": "ascii",
    }
    for command in (["import", str(note)], ["cards"]):
        done = subprocess.run(
            [sys.executable, "-m", "studytui.cli", *command],
            env=environment,
            capture_output=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.isascii()


def test_only_faults_are_plain_errors_of_python() -> None:
    """What is meant for a person has a class of its own: all else is a fault, and is logged."""
    root = Path(cli.__file__).parents[1]
    meant = [
        f"{path}:{number}"
        for folder in ("studytui", "db")
        for path in (root / folder).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "raise ValueError(" in line or "raise LookupError(" in line
    ]
    assert not meant, "raise sims.errors.InputError or UnknownNameError"


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["study", "Smal", "--plain"], "did you mean Small?"),
        (["quiz", "--plain", "--topic", "softmaks"], "did you mean Softmax?"),
        (["cards", "topc:softmax"], "did you mean topic?"),
        (["options", "Small", "new_per_dy=3"], "did you mean new_per_day?"),
        (["sim", "gini.lorentz"], "did you mean gini.lorenz?"),
        (["derive", "gini.parto"], "did you mean gini.pareto?"),
        (["sim", "gimi.lorenz"], "there is no simulation called gimi.lorenz"),
    ],
)
def test_a_wrong_name_is_asked_about(services, capsys, arguments, near) -> None:
    services.close()
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert near in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("cards --nope", "No such option: --nope"),
        ("add", "Missing argument 'question'."),
        ("card zzz", "there is no card zzz"),
        ("due --nope", "studytui due has no option --nope"),
        ("check {tmp}/nope.md", "nope.md:1: error: there is no such file"),
        ("audit {tmp}/nope.md", "nope.md:1: error: there is no such file"),
        ("grade --cases {tmp}/nope", "cannot be read"),
        ("prove (", "is never closed"),
        ("optimise", "no command 'optimise'"),
    ],
)
def test_an_error_is_one_document_where_json_is_asked_for(
    typed: str, says: str, tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))
    words = typed.format(tmp=tmp_path).split()
    with pytest.raises(SystemExit) as plain:
        cli.main(words)
    told = capsys.readouterr()
    assert (plain.value.code, told.out) == (2, "")
    with pytest.raises(SystemExit) as ended:
        cli.main([*words, "--json"])
    found = capsys.readouterr()
    assert (ended.value.code, found.err) == (2, told.err)
    data = json.loads(found.out)
    assert [*data] == ["error"]
    assert says in data["error"]


def test_a_home_that_is_a_file_is_told_in_words(
    tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.write_text("")
    monkeypatch.setenv("STUDYTUI_HOME", str(home))
    with pytest.raises(SystemExit) as ended:
        cli.main(["cards"])
    assert ended.value.code == 2
    says = f"studytui: {home} is a file; STUDYTUI_HOME must name a folder\n"
    assert capsys.readouterr().err == says
