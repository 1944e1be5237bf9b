"""Handing 1,000,000 reviews to another device, beside SQLite's own copy of the same file."""

from collections.abc import Callable
from typing import Any

MEMORY = 300
"""MiB that a process of ours may take."""


def test_sync(ours_alone: Callable[[str], dict[str, dict[str, Any]]]) -> None:
    figures = ours_alone("sync")
    memory = figures.pop("peak memory, sync")["mib"]
    copy = figures["SQLite's own copy of the store"]["wall"]
    print()
    for name, figure in figures.items():
        print(f"{name:34}{figure['wall']:10.2f} s{figure['wall'] / copy:9.2f} x the copy")
    missed = "" if memory <= MEMORY else "  missed"
    print(f"{'peak memory, sync':34}{memory:8.0f} MiB{MEMORY:8}{missed}")
