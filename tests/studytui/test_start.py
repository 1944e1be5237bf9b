"""What the app imports before its first paint, in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"torch", "sympy", "numpy", "sqlalchemy", "alembic", "scipy", "mpmath"}

FIRST_PAINT = """
import asyncio, sys
from studytui.app import StudyApp
from studytui.services import Services

loaded = []

class Watched(Services):
    def store(self):
        loaded.append({name.split(".")[0] for name in sys.modules})
        return super().store()

async def main():
    app = StudyApp(Watched())
    async with app.run_test() as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        app.switch_mode("lab")
        await pilot.pause()
        await app.workers.wait_for_complete()

asyncio.run(main())
print(*loaded[0])
print(*{name.split(".")[0] for name in sys.modules})
"""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """Return what was imported when the store was first asked for, and at the end."""
    home = tmp_path_factory.mktemp("home")
    ran = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={"STUDYTUI_HOME": str(home), "PATH": "/usr/bin:/bin", "TERM": "xterm-256color"},
    )
    first, last = ran.stdout.splitlines()[-2:]
    return set(first.split()), set(last.split())


def test_nothing_heavy_is_imported_before_the_first_paint(
    modules: tuple[set[str], set[str]],
) -> None:
    before, _ = modules
    assert "textual" in before
    assert not before & HEAVY


def test_the_app_never_imports_what_belongs_in_the_worker(
    modules: tuple[set[str], set[str]],
) -> None:
    _, after = modules
    assert "sqlalchemy" in after
    assert not after & {"torch", "sympy", "alembic"}


def test_importing_the_app_module_is_light() -> None:
    code = "import studytui.app, sys; print(*{name.split('.')[0] for name in sys.modules})"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert not set(shown.split()) & HEAVY
