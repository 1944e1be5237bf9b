"""A pipe by which a process ends with the one that started it, however that ends.

The process is in a group of its own, and holds the reading end of a pipe that nobody writes to:
when the one that started it ends, the kernel signals the whole group, even while the interpreter
is held. So nothing survives, the processes that it has started included.
"""

import fcntl
import os
import select
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen


class SecondProcess:
    """A process of ours that ends with this one, and when it is closed."""

    def __init__(self, process: "Popen[bytes]", lifeline: int) -> None:
        self.process, self._lifeline = process, lifeline

    def wait(self) -> int:
        """Wait until it has ended; return its exit status."""
        return self.process.wait()

    def close(self) -> int:
        """End it and what it has started; return its exit status."""
        if self.process.returncode is None:  # else its number may be another's
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        status = self.process.wait()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        return status


def started(
    module: str,
    *arguments: str,
    fds: Sequence[int] = (),
    stderr: int | None = None,
    piped: bool = False,
    environment: Mapping[str, str] | None = None,
) -> SecondProcess:
    """Start a module of ours as a process that inherits `fds`.

    Its last argument is the number that `die_with_parent` takes. It has a session of its own, so
    that Ctrl+C reaches this process alone. `piped` makes pipes of its standard input and output.
    Raises OSError where the system gives no process.
    """
    import subprocess  # a process that only has a lifeline starts none

    ending, lifeline = os.pipe()
    command = [sys.executable, "-P", "-m", module, *arguments, str(ending)]
    pipe = subprocess.PIPE if piped else None
    try:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            bufsize=0,
            stdin=pipe,
            stdout=pipe,
            stderr=stderr,
            env=environment,
            start_new_session=True,
            pass_fds=(*fds, ending),
        )
    except BaseException:
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
