"""Where data lives, and the few settings that ``config.toml`` in that folder may change."""

import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studytui.paths import expanded

if TYPE_CHECKING:
    from cards.scheduling.options import Options


class ConfigError(ValueError):
    """A setting that cannot be used; the message names file, line and what to do."""


@dataclass(frozen=True)
class Config:
    """The settings. Every one has a default, so that no file is needed."""

    theme: str = ""
    """Name of a Textual theme; empty means the one that was chosen in the app last."""
    editor: str = ""
    """Command that opens a file; empty means $VISUAL, else $EDITOR."""
    store: str = ""
    """Path, from the data folder, or SQLAlchemy URL; empty means ``studytui.db`` there."""
    new_per_day: int = field(default=20, metadata={"low": 0, "high": 9999})
    """New cards shown in a day, over all decks."""
    retention: float = field(default=0.9, metadata={"low": 0.7, "high": 0.99})
    """The chance to still know a card when it comes due, 0.7 to 0.99."""
    day_starts_at: int = field(default=4, metadata={"low": 0, "high": 23})
    """Hour, local time, at which a new day of study starts."""
    device: str = ""
    """Torch device of simulations and of the fit: cpu, cuda or mps; empty means the processor for
    simulations, and for the fit a GPU if one is found."""
    simulation_seconds: float = field(default=120.0, metadata={"low": 1, "high": 3600})
    """How long a simulation may run before it is stopped."""
    keys: dict[str, str] = field(default_factory=dict)
    """Binding id → key, such as ``"study.undo" = "z"``."""
    scheduling: dict[str, Any] = field(default_factory=dict)
    """Any other option of ``cards/scheduling/options.py``, such as ``order = "due"``."""


def home() -> Path:
    """Return the folder of all data: $STUDYTUI_HOME, else the system's place for user data."""
    chosen = os.environ.get("STUDYTUI_HOME")
    if chosen:
        return expanded(chosen)
    from platformdirs import user_data_path

    return user_data_path("studytui", appauthor=False)


def config_path() -> Path:
    """Return the file that settings are read from; it need not exist."""
    return home() / "config.toml"


def load(path: Path | None = None) -> Config:
    """Read the settings, or the defaults when there is no file.

    Raises ConfigError when the file is not TOML, names an unknown setting or gives a wrong value.
    """
    path = path or config_path()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error})") from error
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigError(f"{path}:{line[1] if line else 1}: not TOML: {error}") from error
    known = {f.name: f for f in fields(Config)}
    values: dict[str, Any] = {}
    for name, value in settings.items():
        place = f"{path}:{_line_of(name, text)}"
        if name not in known:
            raise ConfigError(f"{place}: no setting is called {name}; there are {', '.join(known)}")
        values[name] = _checked(known[name], value, place)
    if "scheduling" in values:
        values["scheduling"] = _scheduling(values["scheduling"], path, text)
    return Config(**values)


def store_location(config: Config) -> str:
    """Return the path or URL of the store, making the data folder if it is missing.

    $STUDYTUI_STORE, which the option ``--store`` sets, goes before the settings.
    """
    if chosen := os.environ.get("STUDYTUI_STORE"):
        return chosen
    if "://" in config.store:
        return config.store
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"The data folder {folder} cannot be made: {error.strerror}. Set STUDYTUI_HOME to "
            "another."
        ) from error
    return str(folder / expanded(config.store or "studytui.db"))


def options(config: Config) -> "Options":
    """Return the scheduling options that the settings stand for."""
    from cards.scheduling.options import Options

    chosen = {
        "desired_retention": config.retention,
        "new_per_day": config.new_per_day,
        "rollover_hour": config.day_starts_at,
    }
    return Options(**(chosen | config.scheduling))


def _scheduling(values: dict[str, Any], path: Path, text: str) -> dict[str, Any]:
    """Return the scheduling options if each of them exists and can have its value."""
    from cards.scheduling.options import checked

    found = {}
    for name, value in values.items():
        try:
            found[name] = checked(name, value)
        except ValueError as error:
            raise ConfigError(f"{path}:{_line_of(name, text)}: {error}") from error
    return found


def _line_of(name: str, text: str) -> int:
    """Return the line, from 1, on which a setting stands."""
    pattern = re.compile(rf"\s*\[?\s*[\"']?{re.escape(name)}\b")
    lines = enumerate(text.splitlines(), start=1)
    return next((number for number, line in lines if pattern.match(line)), 1)


def _checked(known: Any, value: Any, place: str) -> Any:
    """Return a setting's value if it has the right type and lies in its range."""
    wanted = dict if known.name in ("keys", "scheduling") else type(known.default)
    if type(value) not in ((int, float) if wanted is float else (wanted,)):
        names = {str: "a text in quotes", int: "a whole number", float: "a number", dict: "a table"}
        raise ConfigError(f"{place}: {known.name} must be {names[wanted]}, not {value!r}")
    for name, key in value.items() if known.name == "keys" else ():
        if isinstance(key, dict):
            dotted = f"{name}.{next(iter(key), '')}"
            raise ConfigError(f'{place}: put the name of an action in quotes: "{dotted}" = "z"')
        if not isinstance(key, str):
            raise ConfigError(f"{place}: the key of {name} must be a text in quotes, not {key!r}")
    low, high = known.metadata.get("low"), known.metadata.get("high")
    if low is not None and not low <= value <= high:
        raise ConfigError(f"{place}: {known.name} must lie between {low} and {high}, not {value}")
    return float(value) if wanted is float else value
