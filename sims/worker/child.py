"""The worker's child: takes requests from one pipe, runs tasks, answers in frames on another.

It keeps its real standard input and output for frames and gives the task `/dev/null` and the log
instead, so a task that prints breaks nothing.
"""

import importlib
import json
import os
import resource
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from sims.worker.frames import LENGTH, Message, packed
from sims.worker.lifeline import die_with_parent

Task = Callable[[Message, Callable[[Message], None]], Any]


def _import(modules: list[str]) -> None:
    """Import modules ahead of need; what fails here fails again, and is reported, in its task."""
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception:
            traceback.print_exc()


def task_named(name: str) -> Task:
    """Return the function `package.module:function`."""
    module, _, function = name.partition(":")
    task: Task = getattr(importlib.import_module(module), function)
    return task


class _Child:
    """The child's end: requests from one pipe, frames to the other."""

    def __init__(self) -> None:
        self._requests = os.dup(0)
        self._frames = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        os.close(nothing)

    def serve(self) -> NoReturn:
        """Run requests until the parent is gone."""
        while True:
            (length,) = LENGTH.unpack(self._read(LENGTH.size))
            request: Message = json.loads(self._read(length))
            if "warm" in request:
                _import(request["warm"])
                self._send({"ready": True})
            else:
                self._send(self._outcome(request))

    def _outcome(self, request: Message) -> Message:
        """Run one task and return the frame that ends its call."""
        try:
            task = task_named(request["task"])
            result = task(request["arguments"], lambda message: self._send({"message": message}))
            json.dumps(result)
            return {"result": result}
        except Exception as error:  # whatever a task raises is the parent's to report
            traceback.print_exc()
            return {"failed": type(error).__name__, "says": str(error)}
        finally:
            sys.stdout.flush()

    def _read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            chunk = os.read(self._requests, size - len(data))
            if not chunk:
                os._exit(0)
            data += chunk
        return bytes(data)

    def _send(self, message: Message) -> None:
        view = memoryview(packed(message))
        try:
            while view:
                view = view[os.write(self._frames, view) :]
        except BrokenPipeError:
            os._exit(0)


def main(arguments: list[str]) -> NoReturn:
    """Be the child: `arguments` are the address space (0: no limit), niceness, the lifeline."""
    address_space, niceness, lifeline = (int(argument) for argument in arguments)
    die_with_parent(lifeline)
    if niceness:
        os.nice(niceness)
    if address_space:
        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    _Child().serve()
