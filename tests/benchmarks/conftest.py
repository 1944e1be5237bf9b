"""Two collections of one shape, ours and Anki's, made once a day; and children that measure them.

`STUDYTUI_BENCH_CARDS` sets the number of cards, 100,000 unless it says otherwise; there are ten
reviews a card. The collections are kept in the folder for temporary files.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from db.storage import schema

Figures = dict[str, dict[str, Any]]
HERE = Path(__file__).parent
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
"""An installed program is compiled once, as its peers here are: not anew at each start."""
CARDS = int(os.environ.get("STUDYTUI_BENCH_CARDS", "100000"))
OURS, ANKI = "ours.py", "anki_peer.py"


@pytest.fixture(scope="session")
def collection_folder(request: pytest.FixtureRequest) -> Path:
    """Return the folder that holds both collections, made when today's are not there yet."""
    if not any("benchmarks" in str(word) for word in request.config.invocation_params.args):
        pytest.skip("a benchmark: run `make bench`")
    today = int((time.time() - 4 * 3600) // 86_400)  # as `collection.study_day` has it
    sources = [HERE / OURS, HERE / ANKI, HERE / "collection.py", Path(schema.__file__)]
    made_by = blake2b(b"".join(source.read_bytes() for source in sources), digest_size=4)
    name = f"studytui-bench-{today}-{CARDS}-{made_by.hexdigest()}"
    folder = Path(tempfile.gettempdir(), name)
    folder.mkdir(exist_ok=True)
    scripts = [OURS, ANKI] if find_spec("anki") else [OURS]
    for script in scripts:
        built = folder / f"{script}.json"
        if not built.exists():
            for left in folder.glob("store.db*" if script == OURS else "anki.*"):
                left.unlink(missing_ok=True) if left.is_file() else None
            print(f"\nmaking {CARDS:,} cards and {10 * CARDS:,} reviews by {script} …", flush=True)
            built.write_text(json.dumps(run(script, "build", folder)), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def measured(collection_folder: Path) -> Callable[[str, int], tuple[Figures, Figures]]:
    """Return a function that runs one part of both programs, in turns, and gives the medians."""
    pytest.importorskip("anki", reason="Anki is not installed: pip install 'studytui[bench]'")

    def measure(part: str, rounds: int) -> tuple[Figures, Figures]:
        pairs = [
            (run(OURS, part, collection_folder), run(ANKI, part, collection_folder))
            for _ in range(rounds)
        ]
        ours, anki = zip(*pairs, strict=True)
        return _medians(ours), _medians(anki)

    return measure


@pytest.fixture(scope="session")
def ours_alone(collection_folder: Path) -> Callable[[str], Figures]:
    """Return a function that runs one part of ours that no other program has."""
    return lambda part: run(OURS, part, collection_folder)


def run(script: str, part: str, folder: Path) -> Figures:
    """Run a part in a process of its own and return its figures by name.

    A line `ready` gives a figure too: seconds since the process was started.
    """
    command = [sys.executable, str(HERE / script), part, str(folder), str(CARDS), str(10 * CARDS)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE.parents[1])}
    started = time.perf_counter()
    figures: Figures = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        for line in child.stdout:
            figure = json.loads(line)
            if figure.pop("since_start", False):
                figure["wall"] = time.perf_counter() - started
            figures[figure.pop("name")] = figure
    assert child.returncode == 0, f"{script} {part} failed"
    return figures


def _medians(runs: tuple[Figures, ...]) -> Figures:
    return {
        name: {key: statistics.median(one[name][key] for one in runs) for key in runs[0][name]}
        for name in runs[0]
    }
