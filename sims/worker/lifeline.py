"""A pipe by which a process ends with the one that started it, however that ends."""

import fcntl
import os
import select
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen


class SecondProcess:
    """A process of ours that ends with this one, and when it is closed."""

    def __init__(self, process: "Popen[bytes]", lifeline: int) -> None:
        self._process, self._lifeline = process, lifeline

    def wait(self) -> int:
        """Wait until it has ended; return its exit status."""
        return self._process.wait()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1


def started(
    module: str, *arguments: str, fds: Sequence[int] = (), stderr: int | None = None
) -> SecondProcess:
    """Start a module of ours as a process that inherits ``fds``.

    Its last argument is the number that `die_with_parent` takes. It has a session of its own, so
    that Ctrl+C reaches this process alone. Raises OSError where the system gives no process.
    """
    import subprocess  # a process that only has a lifeline starts none

    ending, lifeline = os.pipe()
    command = [sys.executable, "-P", "-m", module, *arguments, str(ending)]
    try:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, pass_fds=(*fds, ending), start_new_session=True, stderr=stderr
        )
    except OSError:
        os.close(lifeline)
        raise
    finally:
        os.close(ending)
    return SecondProcess(child, lifeline)


def die_with_parent(lifeline: int) -> None:
    """Let the kernel end this process group, by SIGIO, when the lifeline's other end closes."""
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
    flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:
        os._exit(0)  # it closed before the signal was armed
