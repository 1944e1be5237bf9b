"""Scheduling options: words in the settings, changes of one deck, another store."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.scheduling.options import DEFAULT, OF_DECKS, WORDS, Options, checked, parsed
from cards.scheduling.order import mixed
from studytui import cli, config


@pytest.fixture
def run(deck: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> Any:
    """Return a function that runs a command: exit code, standard output and error."""
    monkeypatch.setenv("STUDYTUI_STORE", "")

    def run_(*arguments: str) -> tuple[Any, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err

    run_("import", str(deck))
    return run_


def test_a_deck_may_differ(run: Any) -> None:
    code, out, _ = run("options", "Small", "new_per_day=5", "learning_steps=1,10,60", "fuzz=no")
    assert code == 0
    assert "new_per_day        5   (elsewhere 20)" in out
    assert "learning_steps     1,10,60   (elsewhere 1,10)" in out
    assert "fuzz               no   (elsewhere yes)" in out
    _, out, _ = run("options", "Small", "new_per_day=", "--json")
    assert (json.loads(out)["new_per_day"], json.loads(out)["fuzz"]) == (20, False)
    _, out, _ = run("options", "--json")
    assert json.loads(out)["fuzz"] is True


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("Nothing",), "the decks are Small"),
        (("Small", "fuzz"), "write NAME=VALUE"),
        (("Small", "fuzz=perhaps"), "must be true or false"),
        (("Small", "new_per_day=2.5"), "must be a whole number"),
        (("Small", "learning_steps=soon"), "must be a list of numbers"),
        (("Small", "desired_retention=0.2"), "between 0.7 and 0.99"),
        (("Small", "desired_retention=nan"), "between 0.7 and 0.99"),
        (("Small", "learning_steps=1,inf"), "at most 525600 minutes"),
        (("Small", "relearning_steps=nan"), "at most 525600 minutes"),
        (("Small", "maximum_interval=36501"), "between 1 and 36500"),
        (("Small", "new_per_day=99999999999999999999"), "between 0 and 1000000"),
        (("Small", "order=due"), "a deck has no option order"),
        (("Small", "colour=red"), "no option is called colour"),
    ],
)
def test_a_change_that_cannot_be_made(run: Any, arguments: tuple[str, ...], says: str) -> None:
    deck, *changes = arguments
    code, out, err = run("options", deck, *["fuzz=no"][: len(changes)], *changes)
    assert (code, out) == (2, "")
    assert says in err
    assert json.loads(run("options", "Small", "--json")[1])["fuzz"] is True


def test_words_in_the_settings(home: Path) -> None:
    home.mkdir()
    config.config_path().write_text(
        'retention = 0.85\n[scheduling]\norder = "due"\neasy_days = [1, 1, 1, 1, 1, 0.5, 0]\n'
    )
    options = config.options(config.load())
    assert (options.desired_retention, options.order) == (0.85, "due")
    assert options.easy_days == (1, 1, 1, 1, 1, 0.5, 0)
    config.config_path().write_text('[scheduling]\nfuzz = false\norder = "best"\n')
    with pytest.raises(config.ConfigError, match="toml:3: order must be one of retrievability"):
        config.load()


def test_another_store_for_one_run(run: Any, tmp_path: Path, deck: Path) -> None:
    other = tmp_path / "other.db"
    assert run("due")[1] == "0 due, 0 learning, 3 new\n"
    assert "There is no store at" in run("due", f"--store={other}")[2]
    assert run("--store", str(other), "restore", "--anew")[0] == 0
    assert run("due", f"--store={other}")[1] == "nothing due\n"
    assert run("--store", str(other), "import", str(deck))[0] == 0
    assert run("due", "--store", str(other))[1] == "0 due, 0 learning, 3 new\n"
    code, _, err = run("due", "--store")
    assert code == 2
    assert "needs the path" in err


def test_every_default_is_a_value_that_can_be_had() -> None:
    for name in DEFAULT.__slots__:
        assert checked(name, getattr(DEFAULT, name)) == getattr(DEFAULT, name)
        assert parsed(name, _typed(getattr(DEFAULT, name))) == getattr(DEFAULT, name)
    assert set(OF_DECKS) < set(DEFAULT.__slots__)
    assert not set(OF_DECKS) & set(WORDS)


def _typed(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value).lower()


@given(
    st.sampled_from(DEFAULT.__slots__), st.text() | st.floats() | st.none() | st.lists(st.text())
)
def test_a_wrong_value_is_no_fault_of_the_program(name: str, value: Any) -> None:
    with suppress(ValueError):
        Options(**{name: checked(name, value)})


def test_the_line_as_the_options_have_it() -> None:
    due, new = [1, 1, 2], [7, 8]
    orders = {
        ("interleaved", "first"): [7, 8, 1, 2, 1],
        ("interleaved", "last"): [1, 2, 1, 7, 8],
        ("as they come", "last"): [1, 1, 2, 7, 8],
    }
    for (topics, new_cards), line in orders.items():
        options = Options(topics=topics, new_cards=new_cards)  # type: ignore[arg-type]
        assert mixed(due, new, lambda card: card, options) == line
    assert sorted(mixed(due, new, lambda card: card, DEFAULT)) == [1, 1, 2, 7, 8]


def test_the_settings_of_the_documents_can_be_had(home: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "memory.md").read_text(encoding="utf-8")
    home.mkdir()
    config.config_path().write_text(text.split("```toml\n")[1].split("```")[0])
    assert config.options(config.load()).easy_days[5:] == (0.5, 0)
