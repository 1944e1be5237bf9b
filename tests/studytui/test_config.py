from pathlib import Path

import pytest

from studytui import config


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert config.load(tmp_path / "config.toml") == config.Config()


def test_settings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('new_per_day = 5\nretention = 0.85\n[keys]\n"study.undo" = "z"\n')
    settings = config.load(path)
    assert (settings.new_per_day, settings.retention) == (5, 0.85)
    assert settings.keys == {"study.undo": "z"}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("theme = 'x'\nfoo = 1\n", 2, "no setting is called foo"),
        ("\n\nretention = 2\n", 3, "between 0.7 and 0.99"),
        ("retention = 'high'\n", 1, "must be a number"),
        ("new_per_day = true\n", 1, "whole number"),
        ("theme = \n", 1, "not TOML"),
        (f"retention = 1{'0' * 400}\n", 1, "between 0.7 and 0.99"),
        (f"[scheduling]\nlearning_steps = [1{'0' * 400}]\n", 2, "at most 525600 minutes"),
        ("theme = 'a'\n[keys]\nx = 1\n", 2, "text in quotes"),
        ("[keys]\nstudy.undo = 'z'\n", 1, 'in quotes: "study.undo" = "z"'),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(config.ConfigError, match=says) as caught:
        config.load(path)
    assert str(caught.value).startswith(f"{path}:{line}:")


def test_a_whole_number_will_do_for_a_setting_that_has_a_fraction(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("simulation_seconds = 5\n[scheduling]\nlearning_steps = [1, 10]\n")
    settings = config.load(path)
    assert repr(settings.simulation_seconds) == "5.0"
    assert repr(settings.scheduling["learning_steps"]) == "(1.0, 10.0)"


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"theme = '\xff'")
    with pytest.raises(config.ConfigError, match="cannot be read"):
        config.load(path)


def test_a_data_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "file" / "data"))
    with pytest.raises(config.ConfigError, match=r"cannot be made: .* Set STUDYTUI_HOME"):
        config.store_location(config.Config())


def test_the_data_folder_moves_with_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "data"))
    assert config.home() == tmp_path / "data"
    assert config.store_location(config.Config()) == str(tmp_path / "data" / "studytui.db")
    assert (tmp_path / "data").is_dir()
    assert config.store_location(config.Config(store="postgresql://x/y")) == "postgresql://x/y"


def test_a_home_folder_that_there_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path))
    monkeypatch.delenv("STUDYTUI_STORE", raising=False)
    says = "no-such-person has no home folder here"
    with pytest.raises(ValueError, match=says):
        config.store_location(config.Config(store="~no-such-person/my.db"))
    monkeypatch.setenv("STUDYTUI_HOME", "~no-such-person")
    with pytest.raises(ValueError, match=says):
        config.home()


def test_a_file_of_an_editor_that_marks_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbfnew_per_day = 5\n")
    assert config.load(path).new_per_day == 5


def test_a_store_of_the_settings_is_one_store_wherever_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.delenv("STUDYTUI_STORE", raising=False)

    def at(store: str) -> str:
        return config.store_location(config.Config(store=store))

    assert at("mine.db") == str(tmp_path / "data" / "mine.db")
    assert at("~/mine.db") == str(tmp_path / "me" / "mine.db")
    assert at("/elsewhere/mine.db") == "/elsewhere/mine.db"
    assert at("postgresql+psycopg://host/mine") == "postgresql+psycopg://host/mine"
    monkeypatch.setenv("STUDYTUI_STORE", "here.db")
    assert at("mine.db") == "here.db"
