"""Where data lives, and the few settings that `config.toml` in that folder may change."""

import os
import re
import tempfile
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studytui.paths import expanded

if TYPE_CHECKING:
    from cards.scheduling.options import Options


class ConfigError(ValueError):
    """A setting that cannot be used; the message names file, line and what to do."""


def setting(
    default: Any,
    says: str,
    low: float | None = None,
    high: float | None = None,
    one_of: tuple[str, ...] | None = None,
) -> Any:
    """Return a field with its default, what it does in words, and its range or choices."""
    metadata = {"says": says, "low": low, "high": high, "one_of": one_of}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Config:
    """The settings. Every one has a default, so that no file is needed."""

    theme: str = setting(
        "", "Name of a Textual theme; empty means the one that was chosen in the app last."
    )
    editor: str = setting("", "Command that opens a file; empty means $VISUAL, else $EDITOR.")
    store: str = setting(
        "", "Path, from the data folder, or SQLAlchemy URL; empty means studytui.db there."
    )
    new_per_day: int = setting(20, "New cards shown in a day, over all decks.", 0, 9999)
    desired_retention: float = setting(
        0.9, "The chance to still know a card when it comes due, 0.7 to 0.99.", 0.7, 0.99
    )
    rollover_hour: int = setting(4, "Hour, local time, at which a new day of study starts.", 0, 23)
    mark_rating: str = setting(
        "speed",
        "The rating marked after a right answer: Easy within 8 seconds (speed), always Good "
        "(right), or none (never).",
        one_of=("speed", "right", "never"),
    )
    device: str = setting(
        "",
        "Torch device of simulations and of the fit: cpu, cuda or mps; empty means the processor "
        "for simulations, and for the fit a GPU if one is found.",
    )
    simulation_seconds: float = setting(
        120.0, "How long a simulation may run before it is stopped.", 1, 3600
    )
    refit: bool = setting(
        True, "Whether the schedule is fitted to your reviews by itself as they grow."
    )
    keys: dict[str, str] = field(default_factory=dict)
    """Binding id → key, such as `"study.undo" = "z"`."""
    scheduling: dict[str, Any] = field(default_factory=dict)
    """Any other option of `cards/scheduling/options.py`, such as `order = "due"`."""


RENAMED = {"retention": "desired_retention", "day_starts_at": "rollover_hour"}
"""Names of settings in files of older versions → their names now."""


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
    if path.parent.exists() and not path.parent.is_dir():
        raise ConfigError(f"{path.parent} is a file; STUDYTUI_HOME must name a folder")
    if path.exists() and not path.is_file():
        raise ConfigError(f"{path}: cannot be read (it is no ordinary file)")
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
    except RecursionError as error:
        raise ConfigError(f"{path}: a value is nested too deep to be read") from error
    known = {f.name: f for f in fields(Config)}
    values: dict[str, Any] = {}
    for written, value in settings.items():
        place, name = f"{path}:{_line_of(written, text)}", RENAMED.get(written, written)
        if name not in known:
            raise ConfigError(f"{place}: no setting is called {name}; there are {', '.join(known)}")
        values[name] = _checked(known[name], value, place)
    if "scheduling" in values:
        values["scheduling"] = _scheduling(values["scheduling"], path, text)
    return Config(**values)


def store_location(config: Config) -> str:
    """Return the path or URL of the store, making the data folder if it is missing.

    $STUDYTUI_STORE, which the option `--store` sets, goes before the settings.
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


def is_default_store(config: Config) -> bool:
    """Return whether the store is at its usual place, the only one where one is begun unasked."""
    return not (os.environ.get("STUDYTUI_STORE") or config.store)


def options(config: Config) -> "Options":
    """Return the scheduling options that the settings stand for."""
    from cards.scheduling.options import Options

    chosen = {name: getattr(config, name) for name in SHARED}
    return Options(**(chosen | config.scheduling))


SHARED = ("desired_retention", "new_per_day", "rollover_hour")
"""Options of scheduling that stand at the top of the file."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting for a person: where it stands, its value, its default, what it does."""

    table: str
    name: str
    value: Any
    default: Any
    says: str


def listed(config: Config) -> list[Setting]:
    """Return every setting but the keys, those of the table `scheduling` last."""
    from cards.scheduling.options import DEFAULT, says

    rows = [
        Setting("", one.name, getattr(config, one.name), one.default, one.metadata["says"])
        for one in fields(Config)
        if one.metadata
    ]
    more = [one.name for one in fields(DEFAULT) if one.name not in (*SHARED, "seed", "paused")]
    chosen = config.scheduling
    return rows + [
        Setting("scheduling", n, chosen.get(n, getattr(DEFAULT, n)), getattr(DEFAULT, n), says(n))
        for n in more
    ]


def written(value: Any, comma: str = ", ") -> str:
    """Return a value as a person types it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return comma.join(f"{part:g}" for part in value) if isinstance(value, tuple) else str(value)


def change(name: str, text: str, path: Path | None = None) -> Config:
    """Write one setting into the file, as it is typed, and return the settings as they are then.

    An empty text takes the setting out, so that its default holds. Comments and the order of the
    file stay. Raises ConfigError, and writes nothing, for a value that the setting cannot have.
    """
    import tomlkit

    from cards.scheduling.options import parsed

    path = path or config_path()
    old = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    document = tomlkit.parse(old)
    known = {one.name: one for one in fields(Config) if one.metadata}
    table: Any = document if name in known else document.setdefault("scheduling", tomlkit.table())
    for older in [name, *(was for was, now in RENAMED.items() if now == name)]:
        if older in table and (not text.strip() or older != name):
            del table[older]
    try:
        if text.strip():
            value = (
                _typed(known[name].default, text.strip()) if name in known else parsed(name, text)
            )
            table[name] = list(value) if isinstance(value, tuple) else value
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return _replaced(path, tomlkit.dumps(document))


def _typed(default: Any, text: str) -> Any:
    if isinstance(default, bool):
        if text not in ("yes", "no", "true", "false"):
            raise ConfigError(f"{text} is neither yes nor no")
        return text in ("yes", "true")
    try:
        return type(default)(text)
    except ValueError:
        kind = "a whole number" if isinstance(default, int) else "a number"
        raise ConfigError(f"{text} is not {kind}") from None


def _replaced(path: Path, text: str) -> Config:
    """Put a text in the file's place if it can be read as settings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".config.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        config = load(Path(part))
        Path(part).replace(path)
    except ConfigError as error:
        says = str(error).removeprefix(part).lstrip(":0123456789 ")
        raise ConfigError(says) from error
    finally:
        Path(part).unlink(missing_ok=True)
    return config


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
        names = {
            bool: "true or false",
            str: "a text in quotes",
            int: "a whole number",
            float: "a number",
            dict: "a table",
        }
        raise ConfigError(f"{place}: {known.name} must be {names[wanted]}, not {value!r}")
    for name, key in value.items() if known.name == "keys" else ():
        if isinstance(key, dict):
            dotted = f"{name}.{next(iter(key), '')}"
            raise ConfigError(f'{place}: put the name of an action in quotes: "{dotted}" = "z"')
        if not isinstance(key, str):
            raise ConfigError(f"{place}: the key of {name} must be a text in quotes, not {key!r}")
    choices = known.metadata.get("one_of")
    if choices is not None and value not in choices:
        raise ConfigError(f"{place}: {known.name} is one of {', '.join(choices)}, not {value}")
    low, high = known.metadata.get("low"), known.metadata.get("high")
    if low is not None and not low <= value <= high:
        raise ConfigError(f"{place}: {known.name} must lie between {low} and {high}, not {value}")
    return float(value) if wanted is float else value
