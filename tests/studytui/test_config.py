import os
from pathlib import Path

import pytest

from studytui import config
from studytui.app import StudyApp
from studytui.screens.settings import SettingsScreen


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert config.load(tmp_path / "config.toml") == config.Config()


def test_settings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('new_per_day = 5\nretention = 0.85\n[keys]\n"study.undo" = "z"\n')
    settings = config.load(path)
    assert (settings.new_per_day, settings.desired_retention) == (5, 0.85)
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


def test_a_value_that_is_nested_too_deep_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"theme = {'[' * 100_000}")
    with pytest.raises(config.ConfigError, match="nested too deep"):
        config.load(path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    os.mkfifo(path)
    with pytest.raises(config.ConfigError, match="no ordinary file"):
        config.load(path)


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


def test_a_change_keeps_comments_and_refuses_what_cannot_be(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("# mine\nretention = 0.85\n\n[scheduling]\norder = 'due'  # why\n")
    assert config.change("desired_retention", "0.92", path).desired_retention == 0.92
    assert config.change("learning_steps", "1, 5", path).scheduling["learning_steps"] == (1.0, 5.0)
    text = path.read_text()
    assert text.startswith("# mine\n")
    assert "order = 'due'  # why" in text
    assert "\nretention" not in text
    for name, value in (("desired_retention", "2"), ("rollover_hour", "x"), ("order", "up")):
        with pytest.raises(config.ConfigError):
            config.change(name, value, path)
    assert path.read_text() == text
    assert config.change("order", "", path).scheduling == {"learning_steps": (1.0, 5.0)}


def test_every_setting_says_what_it_does() -> None:
    rows = config.listed(config.Config())
    assert all(row.says for row in rows)
    assert len({row.name for row in rows}) == len(rows) > 15


async def test_settings_are_changed_in_the_app(services, settled, shown) -> None:
    app = StudyApp(services, opening=SettingsScreen(services))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "desired_retention" in shown(app)
        await pilot.press("down", "down", "down", "enter")
        await settled(pilot)
        await pilot.press(*["backspace"] * 3, *"x", "enter")
        await settled(pilot)
        assert "not a whole number" in shown(app)
        await pilot.press("backspace", *"7", "enter")
        await settled(pilot)
        assert config.load().new_per_day == services.settings.new_per_day == 7
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(app.screen, SettingsScreen)
