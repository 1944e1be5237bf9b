"""`studytui due`: one line for a shell prompt or a status bar.

A prompt asks often, and opening the store takes longer than it may wait. So the last answer is kept
in a small file beside the data, with what it depends on: the files of the store and of the settings
as they were, and an instant until which it holds.
"""

import os
import time
from collections.abc import Sequence

from sims.errors import InputError

FILE = "due.txt"
"""Where the last answer is, in the folder for data."""
KEPT_SECONDS = 600.0
"""How long an answer is used at most: a zone or a clock may be set meanwhile."""
USAGE = """Usage: studytui due [--json]

Print one line on what is left to study today.

Options:
  --json  Print the numbers as JSON.
  --help  Show this message and exit."""

Counts = tuple[int, int, int]
"""New, learning, due."""


def run(arguments: Sequence[str]) -> None:
    """Print the line. A parser of options would take longer than all the rest."""
    unknown = [one for one in arguments if one not in ("--json", "--help")]
    if unknown:
        raise InputError(f"studytui due has no option {unknown[0]}, only --json")
    if "--help" in arguments:
        print(USAGE)
        return
    new, learning, due = _kept() or _counted()
    if "--json" in arguments:
        print(f'{{"new": {new}, "learning": {learning}, "due": {due}}}')
    elif new + learning + due:
        print(f"{due} due, {learning} learning, {new} new")
    else:
        print("nothing due")


def _home() -> str:
    """Return the folder for data, as `studytui.config` has it, without importing that."""
    if chosen := os.environ.get("STUDYTUI_HOME"):
        return os.path.expanduser(chosen)  # noqa: PTH111 - pathlib takes as long as all the rest
    from studytui import config

    return str(config.home())


def _signature(home: str) -> str:
    """Return what the answer depends on: the files of the store and the settings as they are."""
    parts = [os.environ.get("STUDYTUI_STORE", ""), os.environ.get("TZ", "")]
    if not os.path.isdir(home):  # noqa: PTH112
        return ""
    with os.scandir(home) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            wanted = entry.name == "config.toml" or entry.name.endswith((".db", ".db-wal"))
            if wanted and entry.is_file():
                now = entry.stat()
                parts.append(f"{entry.name}:{now.st_ino}:{now.st_size}:{now.st_mtime_ns}")
    return "|".join(parts)


def _kept() -> Counts | None:
    """Return the last answer, if it still holds."""
    home = _home()
    try:
        with open(f"{home}/{FILE}", encoding="utf-8") as file:  # noqa: PTH123
            signature, until, *counts = file.read(4096).split("\n")
        if signature != _signature(home) or not 0 <= float(until) - time.time() <= KEPT_SECONDS:
            return None
        new, learning, due = map(int, counts)
    except (OSError, ValueError):
        return None
    return new, learning, due


def _counted() -> Counts:
    """Count in the store, and keep the answer with what it depends on."""
    from studytui import config
    from studytui.services import Services

    settings = config.load()
    place = config.store_location(settings)
    home = str(config.home())
    before = _signature(home)  # as another program's review may be written from here on
    with Services(settings) as services:
        store = services.store()
        left, coming = store.remaining(), store.coming()
    counts = left.new, left.learning, left.due
    if before and os.path.dirname(place) == home and before == _signature(home):  # noqa: PTH120
        later_today = coming is not None and not coming.days
        wait = coming.wait.total_seconds() if coming and later_today else KEPT_SECONDS
        until = min(time.time() + min(wait, KEPT_SECONDS), _end_of_day(settings.rollover_hour))
        _keep(home, "\n".join([before, repr(until), *map(str, counts)]))
    return counts


def _end_of_day(hour: int) -> float:
    """Return the instant at which the study day ends, in seconds since 1970."""
    from datetime import datetime

    from cards.scheduling.day import day_start, study_day

    return day_start(study_day(datetime.now().astimezone(), hour) + 1, None, hour).timestamp()


def _keep(home: str, text: str) -> None:
    """Write the answer; one that cannot be written is counted again the next time."""
    from contextlib import suppress

    part = f"{home}/.{FILE}.{os.getpid()}"
    with suppress(OSError):
        with open(part, "x", encoding="utf-8") as file:  # noqa: PTH123
            file.write(text)
        os.replace(part, f"{home}/{FILE}")  # noqa: PTH105
