"""Our figures beside those of Anki's own backend, on collections of one shape, in one run.

Nothing is asserted but that both found the same: times depend on the machine. The ratio is ours
to Anki's by the clock on the wall; beside it stands the ratio of processor time, which a busy
machine disturbs less. A reach is the ratio to stay under.
"""

from collections.abc import Callable
from typing import Any

import pytest

Figures = dict[str, dict[str, Any]]
Measured = Callable[[str, int], tuple[Figures, Figures]]

REACH = {
    "open → first card": 1.0,
    "answer + next card": 3.0,
    "statistics, everything": 0.2,
    "statistics, one year": 0.2,
    "statistics, one deck, one year": 0.2,
    "search, a common word": 0.2,
    "search, a rare word": 0.2,
    "search, two words": 0.2,
    "search, a phrase": 0.2,
    "search, a tag": 0.2,
    "search, a deck": 0.2,
    "search, is:new": 0.2,
    "search, is:due": 0.2,
    "search, is:suspended": 0.2,
    "search, everything": 0.2,
    "replay of the log": 0.5,
    "import of Markdown": 1.0,
    "import of a package": 2.0,
    "import again, unchanged": 0.2,
    "FSRS fit": 10.0,
}
MEMORY = 300
"""MiB that a process of ours may take."""
PACKAGE_MEMORY = 500
"""MiB that one may take which imports a package with a million reviews."""
PARTS = {
    "start": 5, "study": 9, "statistics": 1, "search": 1, "replay": 1, "import": 1, "package": 1,
    "fit": 1,
}  # fmt: skip
"""How many times each part is run."""


@pytest.mark.parametrize("part", PARTS)
def test_beside_anki(part: str, measured: Measured) -> None:
    ours, anki = measured(part, PARTS[part])
    print(f"\n{part:34}{'ours':>12}{'Anki':>12}{'ratio':>8}{'cpu':>8}{'reach':>8}")
    for name, figure in ours.items():
        if "mib" in figure:
            print(_memory(name, figure, anki))
        else:
            # Importing again is measured against Anki's first import: cards a second.
            peer = anki.get("import of Markdown" if "unchanged" in name else name)
            print(_time(name, figure, peer))
    for name in ours.keys() & anki.keys():
        if "hits" in ours[name]:
            print(f"  {name}: {ours[name]['hits']:.0f} hits, Anki {anki[name]['hits']:.0f}")
            assert abs(ours[name]["hits"] - anki[name]["hits"]) <= 0.02 * anki[name]["hits"] + 10


def _time(name: str, ours: dict[str, Any], anki: dict[str, Any] | None) -> str:
    if anki is None:
        return f"{name:34}{_seconds(ours['wall']):>12}"
    wall, cpu = ours["wall"] / anki["wall"], ours["cpu"] / max(1e-6, anki["cpu"])
    row = f"{name:34}{_seconds(ours['wall']):>12}{_seconds(anki['wall']):>12}{wall:8.2f}{cpu:8.2f}"
    reach = REACH.get(name)
    return row if reach is None else f"{row}{reach:8.2f}{'' if wall <= reach else '  missed'}"


def _memory(name: str, ours: dict[str, Any], anki: Figures) -> str:
    peer = f"{anki[name]['mib']:8.0f} MiB" if name in anki else ""
    most = PACKAGE_MEMORY if "package" in name else MEMORY
    missed = "" if ours["mib"] <= most else "  missed"
    return f"{name:34}{ours['mib']:8.0f} MiB{peer:>12}{'':16}{most:8}{missed}"


def _seconds(seconds: float) -> str:
    return f"{1000 * seconds:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"
