"""What a widget may cost before the first paint: none of the heavy libraries."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "sympy", "torch", "sqlalchemy", "latex2mathml", "pygments", "markdown_it")


@pytest.mark.parametrize("module", ["card", "maths", "plot", "grid", "verdict", "sheet"])
def test_a_widget_imports_nothing_heavy(module: str) -> None:
    code = (
        f"import sys, studytui.widgets.{module}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
