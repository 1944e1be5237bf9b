"""A worker whose child can import tasks written by these tests."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sims.worker.parent import Worker

TASKS = """
import os, subprocess, sys, time

def echo(arguments, send):
    return arguments

def count(arguments, send):
    for i in range(arguments["n"]):
        send({"i": i})
    return arguments["n"]

def chatter(arguments, send):
    print("garbage " * 100)
    os.write(1, b"\\x00\\xff more garbage")
    subprocess.run(["echo", "and a child's"])
    return sys.stdin.read()

def forever(arguments, send):
    send({"pid": os.getpid()})
    time.sleep(600)

def brood(arguments, send):
    child = subprocess.Popen(["sleep", "600"])
    send({"pid": os.getpid(), "child": child.pid})
    10 ** 10 ** 9          # holds the interpreter

def held(arguments, send):
    send({"go": True})
    with open(arguments["gate"]) as gate:
        return gate.read()

def hoard(arguments, send):
    kept = []
    while True:
        kept.append(bytearray(16 << 20))
        time.sleep(0.001)

def fail(arguments, send):
    raise ValueError("the rate must lie between 0 and 1")

def unserialisable(arguments, send):
    return {1, 2}

def leave(arguments, send):
    os._exit(7)

def cancel_me(arguments, send):
    send({"go": True})
    while True:
        send({"busy": True})
"""


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a module of small tasks that a child can import."""
    (tmp_path / "lab_tasks.py").write_text(TASKS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    return "lab_tasks"


@pytest.fixture
def worker(tasks: str) -> Iterator[Callable[..., Worker]]:
    """Return a maker of workers that are closed after the test."""
    made: list[Worker] = []

    def make(**options: object) -> Worker:
        made.append(Worker(**options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()
