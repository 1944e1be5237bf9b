"""Which errors are a sentence for the person, and which are faults of the program.

A fault goes to a log with its traceback, and the person learns in one sentence where that is.
"""

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_LOG = 1 << 20
"""Bytes of the log of faults before it begins anew; the last one stays beside it."""


def is_expected(error: BaseException) -> bool:
    """Return whether an error is about the input or the machine, not a fault of the program.

    Errors of our own packages say what to do, so they are shown as they are; those of Python's own,
    a ValueError too, are expected only where some code of ours catches them.
    """
    return _is_ours(error) or isinstance(error, OSError)


def in_words(error: BaseException) -> str:
    """Return an error as a sentence; a fault is written to the log first."""
    if not is_expected(error):
        return _logged(error)
    if isinstance(error, OSError) and error.strerror and not _is_ours(error):
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _is_ours(error: BaseException) -> bool:
    return type(error).__module__.split(".")[0] in ("studytui", "db", "cards", "sims")


def log_path() -> "Path":
    """Return the file that faults are written to."""
    from studytui import config

    return config.home() / "logs" / "errors.log"


def _logged(error: BaseException) -> str:
    """Write a fault with its traceback to the log; return a sentence with the log's place."""
    import traceback
    from datetime import datetime
    from textwrap import indent

    from cards.text.clean import clean
    from sims import private

    what = type(error).__name__
    told = "".join(traceback.format_exception(error))
    try:
        path = log_path()
        with suppress(OSError):
            if path.stat().st_size > LARGEST_LOG:
                path.replace(path.with_suffix(".old.log"))
        with os.fdopen(private.append_to(path), "a", encoding="utf-8") as log:
            said = indent(clean(told), "  ")  # no line of it can pass for the next record
            log.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S %z}\n{said}\n")
    except (OSError, ValueError):
        return f"This is a fault of StudyTUI ({what}), and its log cannot be written:\n{told}"
    return f"This is a fault of StudyTUI ({what}); {path} says where. Please report it."
