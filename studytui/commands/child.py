"""One task in a child process, for a command: its limits, and its failures in words."""

import sys
from collections.abc import Callable
from typing import Any

import typer

from sims.errors import InputError, PluginError, UnknownNameError
from studytui.services import Services

EXPECTED = (InputError.__name__, UnknownNameError.__name__, PluginError.__name__)
"""Names of the errors of a task that are about what was asked for."""

SECONDS = 3600.0
"""How long one task may take; Ctrl-C ends it at any time."""


def in_child(
    task: str, arguments: dict[str, Any], on_message: Callable[[dict[str, Any]], None] | None = None
) -> Any:
    """Return the result of a task; bad input raises InputError, a failure ends with code 1."""
    from sims.worker.parent import TaskFailed, WorkerError

    with Services() as services:
        try:
            return services.simulations().call(
                task, arguments, seconds=SECONDS, on_message=on_message
            )
        except WorkerError as error:
            if not isinstance(error, TaskFailed):
                says = str(error)
            elif error.kind in EXPECTED:
                raise InputError(str(error)) from error
            else:
                log = services.log_of("simulations")
                says = f"the task failed ({error.kind}: {error}); {log} says where"
            print(f"studytui: {says}", file=sys.stderr)
            raise typer.Exit(1) from error


def say_what_is_broken() -> None:
    """Say which topics of other packages are left out of a list, as they do not load."""
    from sims import registry

    for says in registry.broken():
        print(f"studytui: {says}", file=sys.stderr)


def check_device(device: str) -> None:
    """Raise InputError with a sentence when torch cannot use a device here; none named is fine."""
    if device not in ("", "cpu"):
        in_child("sims.tasks:device", {"device": device})
