"""What the children of the benchmarks share: clocks, peak memory, and one line of JSON a figure.

A figure is `{"name", "wall", "cpu", …}`: median seconds by the clock on the wall and of processor
time of this process, threads and children that ended included.
"""

import json
import os
import resource
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Seconds = tuple[float, float]


def copy_at_rest(source: Path, target: Path) -> Path:
    """Copy a file, and wait for the disk: what it still writes would slow down commits."""
    shutil.copy(source, target)
    os.sync()
    return target


def timed(work: Callable[[], Any]) -> Seconds:
    """Return the wall and processor seconds of one call."""
    wall, cpu = time.perf_counter(), _processor_seconds()
    work()
    return time.perf_counter() - wall, _processor_seconds() - cpu


def _processor_seconds() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def median(runs: list[Seconds]) -> dict[str, float]:
    """Return the medians of runs, the 99th percentile on the wall, and how many there were."""
    wall, cpu = ([run[at] for run in runs] for at in (0, 1))
    worst = sorted(wall)[min(len(wall) - 1, int(0.99 * len(wall)))]
    return {
        "wall": statistics.median(wall),
        "cpu": statistics.median(cpu),
        "p99": worst,
        "runs": len(runs),
    }


def say(name: str, runs: list[Seconds], **more: Any) -> None:
    """Print one figure."""
    print(json.dumps({"name": name, **median(runs), **more}), flush=True)


def say_peak(name: str, process: int | str = "self") -> None:
    """Print the peak memory of a process, this one if none is named, in MiB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    print(json.dumps({"name": name, "mib": peak / 1024}), flush=True)


def say_ready(name: str) -> None:
    """Tell the parent to look at its clock: seconds since it started this process."""
    figure = {"name": name, "since_start": True, "cpu": time.process_time()}
    print(json.dumps(figure), flush=True)
