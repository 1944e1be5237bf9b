"""What can be taken along: a plot as a file, a line or a formula for the clipboard."""

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from cards.text.clean import clean_line
from cards.text.spans import maths_spans
from sims import private
from sims.simulation import Frame
from studytui import config
from studytui.plots.svg import svg


def write_plot(frame: Frame, name: str) -> Path:
    """Write a plot to a new SVG file beside the data, and return its path. Raises OSError."""
    stem = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))[:60] or "plot"
    return private.write_new(config.home() / "pictures", stem, ".svg", svg(frame, name))


def repeating(name: str, settings: Mapping[str, str], seed: int) -> str:
    """Return the command that repeats a run."""
    parts = ["studytui", "sim", name]
    for setting, value in settings.items():
        parts += ["--set", f"{setting}={value}"]
    return shlex.join([*parts, "--seed", str(seed)])


def formulas_of(markdown: str) -> str:
    """Return the LaTeX of all formulas of a text, one a line; empty where it has none."""
    return "\n".join(dict.fromkeys(clean_line(span.content) for span in maths_spans(markdown)))


def chain_of(steps: Sequence[Mapping[str, str]]) -> str:
    """Return the LaTeX of a derivation, aligned at its relations."""
    lines = []
    for number, step in enumerate(steps):
        sign = {"<=": r"\le", ">=": r"\ge", "solves": r"\Rightarrow"}.get(step["relation"], "=")
        tex = step["tex"] or rf"\text{{{step['expression']}}}"
        lines.append(f"  {'' if not number else sign + ' '}& {tex}")
    body = " \\\\\n".join(lines)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
