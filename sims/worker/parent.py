"""Heavy work in a child process: started with one command, talked to in frames, ended by a kill.

The parent holds a `Worker` and calls tasks by name (`"sims.tasks:simulate"`); the child,
`python -m sims.worker`, is `sims.worker.child` and imports what a task needs, nothing of
the app. It ends with the parent (`sims.worker.lifeline`).
"""

import contextlib
import json
import os
import select
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from sims import private
from sims.worker.frames import LENGTH, Message, packed
from sims.worker.lifeline import SecondProcess, started

_WATCH_SECONDS = 0.2
"""Seconds between two looks of a waiting call at its cancellation and the child's memory."""
START_SECONDS = 120.0
"""How long a child may take to start and import its warm modules; not counted as a task's time."""


class WorkerError(RuntimeError):
    """A call that gave no result; its text says why in words for a person."""


class TaskFailed(WorkerError):  # noqa: N818 - read at the place of use, these say what happened
    """The task raised. `kind` is the exception's class name, the text is its message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message or kind)
        self.kind = kind


class WorkerCancelled(WorkerError):  # noqa: N818
    """The call was cancelled."""


class WorkerTimeout(WorkerError):  # noqa: N818
    """The task took longer than its limit."""


class WorkerDied(WorkerError):  # noqa: N818
    """The child ended by itself, or was ended for taking too much memory."""


Stops = tuple[threading.Event, ...]
"""Events of which each cancels a call when it is set."""


def _look(stops: Stops) -> None:
    """Raise WorkerCancelled when a call is to stop."""
    if any(stop.is_set() for stop in stops):
        raise WorkerCancelled("cancelled")


class Worker:
    """One child process that runs tasks, one at a time: calls from several threads take turns.

    `address_space` is a hard limit in bytes, for pure Python work such as algebra (torch reserves
    far more than it uses); `resident` is watched from outside, for work with torch, and counts
    the processes that a task starts. `log` takes the child's standard error, if it can be
    written. `threads` is how many cores the numerical libraries may use.
    """

    def __init__(
        self,
        *,
        address_space: int | None = None,
        resident: int | None = None,
        log: Path | None = None,
        threads: int = 1,
        niceness: int = 0,
    ) -> None:
        self._address_space = address_space
        self._resident = resident
        self._log = log
        self._threads = threads
        self._niceness = niceness
        self._modules: tuple[str, ...] = ()
        self._calling = threading.Lock()
        self._closing = threading.Event()
        self._child: SecondProcess | None = None
        self._warming = 0

    def warm(self, *modules: str) -> None:
        """Start the child without waiting, and import `modules` there, now and at each restart.

        While a call runs this only takes note of the modules.
        """
        self._modules = tuple(dict.fromkeys((*self._modules, *modules)))
        if self._calling.acquire(blocking=False):
            try:
                if self._child is None:
                    self._start()
                else:
                    self._ask_to_warm()
            except (OSError, WorkerError):
                self._end()
            finally:
                self._calling.release()

    def call(
        self,
        task: str,
        arguments: Message,
        *,
        seconds: float,
        on_message: Callable[[Message], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Any:
        """Run `task` (`"package.module:function"`) in the child and return its result.

        Blocks the calling thread; `on_message` is called in it with each message that the task
        sends. Setting `cancelled`, from any thread and at any time, cancels this call and no
        other: it gives up its place while it waits for its turn, and is killed once it runs.
        Raises TaskFailed, WorkerTimeout after `seconds`, WorkerCancelled or WorkerDied; after the
        last three, if the task had begun, the child is gone and the next call starts a new one.
        Raises WorkerError when no child can be started.
        """
        stops = (self._closing, cancelled or threading.Event())
        with self._turn(stops):
            try:
                self._submit({"task": task, "arguments": arguments})
                return self._result(seconds, on_message or (lambda message: None), stops)
            except TaskFailed as error:
                if error.kind == "MemoryError":
                    self._end()
                    raise WorkerDied("the computation ran out of memory") from error
                raise
            except BaseException:
                self._end()
                raise

    def close(self) -> None:
        """End the child; calls that run or wait are cancelled. A later call starts a new one."""
        closing, self._closing = self._closing, threading.Event()
        closing.set()
        with self._calling:
            self._end()

    @property
    def pid(self) -> int | None:
        """The child's process id, or None when there is no child."""
        return self._child.process.pid if self._child else None

    @contextlib.contextmanager
    def _turn(self, stops: Stops) -> Iterator[None]:
        """Lock the child for one call; raises WorkerCancelled when stopped before its turn."""
        while not self._calling.acquire(timeout=_WATCH_SECONDS):
            _look(stops)
        try:
            _look(stops)
            yield
        finally:
            self._calling.release()

    # Starting and ending the child

    def _start(self) -> None:
        """Start a child. Raises WorkerError where the system gives none."""
        try:
            self._spawn()
        except OSError as error:
            raise WorkerError(
                f"the computation could not be started ({error.strerror}); close other programs "
                "and try again"
            ) from error

    def _spawn(self) -> None:
        options = (str(self._address_space or 0), str(self._niceness))
        threads = str(self._threads)
        environment = os.environ | {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
        with contextlib.ExitStack() as stack:
            stderr = subprocess.DEVNULL
            if self._log:
                with contextlib.suppress(OSError):  # the work does not need a log
                    stderr = private.append_to(self._log)
                    stack.callback(os.close, stderr)
            self._child = started(
                "sims.worker", *options, stderr=stderr, piped=True, environment=environment
            )
        self._warming = 0
        self._ask_to_warm()

    def _ask_to_warm(self) -> None:
        self._send({"warm": list(self._modules)})
        self._warming += 1

    def _end(self) -> int | None:
        """End the child's group; return its exit status, None when there was no child."""
        child, self._child = self._child, None
        return child.close() if child else None

    # Talking to the child

    def _send(self, message: Message) -> None:
        assert self._child
        assert self._child.process.stdin
        self._child.process.stdin.write(packed(message))

    def _submit(self, message: Message) -> None:
        """Send a request, to a fresh child if there is none or it has died meanwhile."""
        if self._child is not None:
            try:
                self._send(message)
                return
            except OSError:
                self._end()
        self._start()
        try:
            self._send(message)
        except OSError as error:
            raise self._death() from error

    def _result(self, seconds: float, on_message: Callable[[Message], None], stops: Stops) -> Any:
        """Return the task's result, passing its messages on and watching time, memory and stops."""
        deadline = time.monotonic() + (START_SECONDS if self._warming else seconds)
        while True:
            message = self._receive(deadline, stops)
            if "ready" in message:
                self._warming -= 1
                deadline = time.monotonic() + (START_SECONDS if self._warming else seconds)
            elif "result" in message:
                return message["result"]
            elif "failed" in message:
                raise TaskFailed(message["failed"], message["says"])
            else:
                on_message(message["message"])

    def _receive(self, deadline: float, stops: Stops) -> Message:
        (length,) = LENGTH.unpack(self._read(LENGTH.size, deadline, stops))
        return cast(Message, json.loads(self._read(length, deadline, stops)))

    def _read(self, size: int, deadline: float, stops: Stops) -> bytes:
        """Return exactly `size` bytes from the child."""
        assert self._child
        assert self._child.process.stdout
        pipe = self._child.process.stdout
        data = bytearray()
        while len(data) < size:
            _look(stops)
            left = deadline - time.monotonic()
            if left <= 0:
                raise WorkerTimeout("the computation took longer than its time limit")
            if not select.select([pipe], [], [], min(left, _WATCH_SECONDS))[0]:
                self._watch_memory()
                continue
            chunk = os.read(pipe.fileno(), min(size - len(data), 1 << 20))
            if not chunk:
                raise self._death()
            data += chunk
        return bytes(data)

    def _watch_memory(self) -> None:
        """Raise WorkerDied when the child and its processes hold more than `resident` bytes."""
        if self._resident is None or self._child is None:
            return
        import psutil

        used = 0
        with contextlib.suppress(psutil.Error):
            child = psutil.Process(self._child.process.pid)
            for process in (child, *child.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    used += process.memory_info().rss
        if used > self._resident:
            limit = self._resident >> 20
            raise WorkerDied(f"the computation used more memory than its limit of {limit} MB")

    def _death(self) -> WorkerDied:
        """Return the error that says how the child ended."""
        status = self._end()
        how = f"signal {-status}" if status is not None and status < 0 else f"status {status}"
        return WorkerDied(f"the worker process ended unexpectedly ({how})")
