"""Milliseconds that each topic takes to import, once what topics share is there."""

import subprocess
import sys
from pathlib import Path

import pytest

IMPORTS = """
import importlib, pkgutil, sys, time
import sims, sims.rl, sims.rl.environments
from sims import registry
for package in (sims, sims.rl, sims.rl.environments):  # what topics share is not a topic's own time
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
registry.load("gini")
for slug in registry.available():
    started = time.process_time()
    registry.load(slug)
    print(slug, time.process_time() - started)
"""


def test_topic_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path))  # compiled by the first round
    best: dict[str, float] = {}
    for _ in range(4):
        done = subprocess.run(
            [sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True
        )
        for line in done.stdout.splitlines():
            slug, seconds = line.split()
            best[slug] = min(float(seconds), best.get(slug, 1.0))
    print("\nmilliseconds to import (reach: 10)")
    for slug, seconds in sorted(best.items(), key=lambda item: -item[1]):
        print(f"  {slug:<24}{1000 * seconds:6.1f}")
    assert best
