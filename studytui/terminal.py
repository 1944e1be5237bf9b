"""Whether there is a terminal, without which the app would wait for keys for ever."""

import os

from sims.errors import InputError

KEYS = 0
"""The file descriptor on which keys come."""

PICTURE = 2
"""The one on which Textual draws."""


def require(instead: str) -> None:
    """Raise InputError unless keys come from a terminal and the app can draw on one.

    `instead` is the command that does without.
    """
    if not (os.isatty(KEYS) and os.isatty(PICTURE)):
        raise InputError(f"the app needs a terminal; {instead} asks line by line without one")
