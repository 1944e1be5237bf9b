"""The worker: results, messages, failures, cancelling, limits, and that nothing outlives it."""

import errno
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from sims.worker.parent import (
    TaskFailed,
    Worker,
    WorkerCancelled,
    WorkerDied,
    WorkerError,
    WorkerTimeout,
)

Maker = Callable[..., Worker]


def gone(pid: int, seconds: float = 10.0) -> bool:
    """Return whether a process ends within a time (a zombie has ended)."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        process.wait(seconds)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return process.status() == psutil.STATUS_ZOMBIE
    return True


def test_result_and_messages_in_order(worker: Maker) -> None:
    seen: list[int] = []
    result = worker().call(
        "lab_tasks:count", {"n": 500}, seconds=10, on_message=lambda m: seen.append(m["i"])
    )
    assert result == 500
    assert seen == list(range(500))


def test_a_child_that_cannot_be_started_is_a_sentence_and_the_next_call_starts_one(
    worker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_arguments: object, **_more: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    one, files = worker(), psutil.Process().num_fds()
    with monkeypatch.context() as broken:
        broken.setattr(subprocess, "Popen", none)
        one.warm("json")
        with pytest.raises(WorkerError, match=r"could not be started \(Resource temporarily"):
            one.call("lab_tasks:echo", {}, seconds=10)
    assert psutil.Process().num_fds() == files
    assert one.call("lab_tasks:echo", {"a": 1}, seconds=10) == {"a": 1}


def test_one_child_serves_many_calls_and_large_arguments(worker: Maker) -> None:
    one = worker()
    one.warm("json")
    pid = one.pid
    payload = {"text": "é" * 300_000, "number": 0.1}
    assert one.call("lab_tasks:echo", payload, seconds=10) == payload
    assert one.call("lab_tasks:echo", {}, seconds=10) == {}
    assert one.pid == pid


def test_what_a_task_prints_does_not_break_framing(worker: Maker, tmp_path: Path) -> None:
    log = tmp_path / "log" / "worker.log"
    assert worker(log=log).call("lab_tasks:chatter", {}, seconds=10) == ""
    assert b"garbage garbage" in log.read_bytes()
    assert b"and a child's" in log.read_bytes()


def test_a_log_that_cannot_be_written_stops_no_work(worker: Maker, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("This is no folder.")
    for log in (file / "logs" / "worker.log", tmp_path):
        assert worker(log=log).call("lab_tasks:chatter", {}, seconds=10) == ""


def test_a_task_that_raises_leaves_the_child_alive(worker: Maker) -> None:
    one = worker()
    with pytest.raises(TaskFailed, match="between 0 and 1") as error:
        one.call("lab_tasks:fail", {}, seconds=10)
    assert error.value.kind == "ValueError"
    pid = one.pid
    for task, kind in (
        ("lab_tasks:unserialisable", "TypeError"),
        ("lab_tasks:missing", "AttributeError"),
        ("no_such_module:f", "ModuleNotFoundError"),
    ):
        with pytest.raises(TaskFailed) as error:
            one.call(task, {}, seconds=10)
        assert error.value.kind == kind
    assert one.pid == pid


def test_a_failed_warm_import_does_not_end_the_child(worker: Maker) -> None:
    one = worker()
    one.warm("no_such_module", "json")
    assert one.call("lab_tasks:echo", {"a": 1}, seconds=10) == {"a": 1}


def test_cancel_from_another_thread_then_call_again(worker: Maker) -> None:
    one, cancelled = worker(), threading.Event()
    with pytest.raises(WorkerCancelled):
        one.call(
            "lab_tasks:cancel_me",
            {},
            seconds=60,
            on_message=lambda m: "go" in m and threading.Thread(target=cancelled.set).start(),
            cancelled=cancelled,
        )
    assert one.pid is None
    assert one.call("lab_tasks:echo", {"again": 1}, seconds=10) == {"again": 1}


def test_cancel_while_a_silent_task_runs_kills_the_child(worker: Maker) -> None:
    one, pids = worker(), []
    started, cancelled = threading.Event(), threading.Event()
    outcome: list[BaseException] = []

    def note(message: dict[str, int]) -> None:
        pids.append(message["pid"])
        started.set()

    def call() -> None:
        try:
            one.call("lab_tasks:forever", {}, seconds=60, on_message=note, cancelled=cancelled)
        except WorkerCancelled as error:
            outcome.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    assert started.wait(20)
    cancelled.set()
    thread.join(10)
    assert outcome
    assert gone(pids[0])


class Watched(threading.Event):
    """Tells when a call first looks whether it is set, so that it runs or waits from then on."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = threading.Event()

    def is_set(self) -> bool:
        self.seen.set()
        return super().is_set()


def test_a_cancelled_call_that_waits_leaves_the_one_that_runs_alone(
    worker: Maker, tmp_path: Path
) -> None:
    one, started, cancelled = worker(), threading.Event(), Watched()
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(
            one.call,
            "lab_tasks:held",
            {"gate": str(gate)},
            seconds=60,
            on_message=lambda m: started.set(),
        )
        assert started.wait(20)
        waiting = pool.submit(one.call, "lab_tasks:leave", {}, seconds=10, cancelled=cancelled)
        assert cancelled.seen.wait(20)
        cancelled.set()
        with pytest.raises(WorkerCancelled):
            waiting.result(20)
        gate.write_text("the answer")
        assert running.result(20) == "the answer"


def test_a_call_cancelled_before_its_turn_costs_no_child(worker: Maker) -> None:
    one, cancelled = worker(), threading.Event()
    one.warm()
    pid = one.pid
    cancelled.set()
    with pytest.raises(WorkerCancelled):
        one.call("lab_tasks:leave", {}, seconds=10, cancelled=cancelled)
    assert one.call("lab_tasks:echo", {"a": 1}, seconds=10) == {"a": 1}
    assert one.pid == pid


def test_closing_cancels_the_call_that_runs_and_those_that_wait(worker: Maker) -> None:
    one, started, cancelled = worker(), threading.Event(), Watched()
    with ThreadPoolExecutor() as pool:
        running = pool.submit(
            one.call, "lab_tasks:forever", {}, seconds=60, on_message=lambda m: started.set()
        )
        assert started.wait(20)
        waiting = pool.submit(one.call, "lab_tasks:forever", {}, seconds=60, cancelled=cancelled)
        assert cancelled.seen.wait(20)
        one.close()
        for call in (running, waiting):
            with pytest.raises(WorkerCancelled):
                call.result(20)
    assert one.pid is None


def test_time_limit(worker: Maker) -> None:
    one, pids = worker(), []
    with pytest.raises(WorkerTimeout, match="time limit"):
        one.call("lab_tasks:forever", {}, seconds=1.0, on_message=lambda m: pids.append(m["pid"]))
    assert gone(pids[0])


def test_starting_and_warming_do_not_count_as_the_tasks_time(worker: Maker, tmp_path: Path) -> None:
    slow = tmp_path / "slow_to_import.py"
    slow.write_text("import time\ntime.sleep(1.5)\n")
    one = worker()
    one.warm("slow_to_import")
    assert one.call("lab_tasks:echo", {}, seconds=1.2) == {}


@pytest.mark.parametrize("limit", [{"address_space": 256 << 20}, {"resident": 256 << 20}])
def test_memory_limit(worker: Maker, limit: dict[str, int]) -> None:
    one = worker(**limit)
    with pytest.raises(WorkerDied, match="memory"):
        one.call("lab_tasks:hoard", {}, seconds=60)
    assert one.pid is None


def test_a_child_that_dies_is_reported_and_replaced(worker: Maker) -> None:
    one = worker()
    with pytest.raises(WorkerDied, match="status 7"):
        one.call("lab_tasks:leave", {}, seconds=10)
    assert one.call("lab_tasks:echo", {}, seconds=10) == {}
    pid = one.pid
    assert pid
    os.kill(pid, signal.SIGKILL)  # while idle: the next call notices and starts a new one
    assert gone(pid)
    assert one.call("lab_tasks:echo", {"b": 2}, seconds=10) == {"b": 2}


def test_an_error_in_the_listener_does_not_leave_a_stale_child(worker: Maker) -> None:
    one = worker()

    def broken(message: dict[str, int]) -> None:
        raise KeyError("listener")

    with pytest.raises(KeyError):
        one.call("lab_tasks:count", {"n": 5}, seconds=10, on_message=broken)
    assert one.call("lab_tasks:echo", {"fresh": 1}, seconds=10) == {"fresh": 1}


PARENT = """
import sys
from sims.worker.parent import Worker
worker = Worker()
def tell(message):
    print(message["pid"], message.get("child", 0), flush=True)
worker.call("lab_tasks:" + sys.argv[1], {}, seconds=60, on_message=tell)
"""


@pytest.mark.parametrize("task", ["forever", "brood"])
def test_nothing_survives_a_kill_of_the_parent(tasks: str, task: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, task], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    with parent.stdout:
        assert select.select([parent.stdout], [], [], 30)[0]
        pids = [int(word) for word in parent.stdout.readline().split()]
        parent.kill()
        parent.wait()
    for pid in filter(None, pids):
        assert gone(pid)


def test_an_idle_child_ends_with_its_parent(tasks: str) -> None:
    script = (
        "import os; from sims.worker.parent import Worker; w = Worker(); "
        "w.call('lab_tasks:echo', {}, seconds=20); print(w.pid, flush=True); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert gone(int(done.stdout))


def test_the_child_imports_nothing_of_the_app(worker: Maker, tmp_path: Path) -> None:
    path = tmp_path / "look.py"
    path.write_text("import sys\ndef modules(arguments, send):\n    return sorted(sys.modules)\n")
    loaded = set(worker().call("look:modules", {}, seconds=10))
    heavy = {"studytui", "db", "cards", "textual", "torch", "sympy", "numpy", "sqlalchemy"}
    assert not loaded & heavy
