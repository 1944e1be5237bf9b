"""Do the claims notice a fault in their model? A mutant of four topics, ten of each in soak.

The quick run tries the quick exact claims only, of topics where they take a second. The soak runs
every claim and asks for 8 of 10 in each topic.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sims import registry

TOOL = Path(__file__).with_name("mutation.py")
QUICK = ("softmax", "deconvolution", "lipschitz", "mle-kl")
SOAK = bool(os.environ.get("STUDYTUI_SOAK"))


@pytest.fixture(scope="module")
def examiner() -> Iterator[Callable[[str], dict[str, Any]]]:
    """Return a function that has the tool examine a topic; it has all loaded after the first."""
    command = [sys.executable, str(TOOL), "--json", "--count", "10", "--asked"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as tool:
        assert tool.stdin is not None
        assert tool.stdout is not None

        def examine(slug: str) -> dict[str, Any]:
            print(slug, file=tool.stdin, flush=True)
            (result,) = json.loads(tool.stdout.readline())
            print(result)
            return result

        yield examine
        tool.stdin.close()


def examined(*options: str) -> list[dict[str, Any]]:
    """Return what the tool prints."""
    done = subprocess.run(
        [sys.executable, str(TOOL), "--json", *options], capture_output=True, text=True, check=True
    )
    results: list[dict[str, Any]] = json.loads(done.stdout)
    for result in results:
        print(result)
    return results


def test_one_mutant_of_each_quick_topic() -> None:
    results = examined(*QUICK, "--light", "--count", "1")
    assert sum(result["mutants"] for result in results) == len(QUICK)
    assert sum(result["caught"] for result in results) >= len(QUICK) - 1


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="ten mutants a topic take half an hour: make soak")
@pytest.mark.parametrize("slug", registry.available())
def test_ten_mutants_of_each_topic(slug: str, examiner: Callable[[str], dict[str, Any]]) -> None:
    result = examiner(slug)
    assert result["mutants"] > 0
    assert result["caught"] >= 0.8 * result["mutants"], result["survivors"]
    assert [one for one in result["survivors"] if not one["why"]] == []


SOURCE = '''
def area(width, height=2):
    """Return width * height, not 1 - 1."""
    if width < 0 or height <= 0:
        raise ValueError("never 1 + 1")
    return max(width, -height) * 3 + power(width, height)

def unused(x):
    return x + 1
'''


def test_mutants_change_one_place_of_the_functions_that_ran(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("mutation", TOOL)
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    sys.modules["mutation"] = tool
    spec.loader.exec_module(tool)
    path = tmp_path / "model.py"
    path.write_text(SOURCE)
    found = list(tool.mutants("model", path, {("area", 2)}))
    changes = [mutant.change for mutant in found]
    assert "sign: max(width, -height) * 3 + power(width, height) -> " in " ".join(changes)
    assert "bound: width < 0 -> width <= 0" in changes
    assert "dropped factor: max(width, -height) * 3 -> max(width, -height)" in changes
    assert "min for max: max(width, -height) -> min(width, -height)" in changes
    assert "swapped arguments: power(width, height) -> power(height, width)" in changes
    assert "off by one: 3 -> 4" in changes
    assert "sign: -height -> height" in changes
    assert not any("x + 1" in change or "1 - 1" in change for change in changes)
    for mutant in found:
        compile(mutant.source, "model.py", "exec")
        assert mutant.source != SOURCE
    assert len({mutant.source for mutant in found}) == len(found)
