"""Frames and grids as plain text, for the command line and for terminals without colour."""

import shutil
from typing import Any

from sims.simulation import Frame, Grid
from studytui.plots.heatmap import SHADES, heatmap, number
from studytui.plots.plot import plot


def last_frame(frame: dict[str, Any]) -> list[str]:
    """Return a frame that came from a child as rows of text as wide as the terminal."""
    return frame_text(Frame.from_dict(frame), shutil.get_terminal_size().columns)


def frame_text(frame: Frame, width: int = 80, height: int = 20) -> list[str]:
    """Return a frame as rows of text: its plot, its grids, what it says."""
    rows: list[str] = []
    if frame.series:
        rows.extend(line.plain.rstrip() for line in plot(frame, width, height, plain=True))
    for grid in frame.grids:
        rows.extend([""] if rows else [])
        rows.extend(grid_text(grid, width))
    if frame.says:
        rows.append(frame.says)
    return rows


def grid_text(grid: Grid, width: int = 80) -> list[str]:
    """Return a grid as rows of text: marks or numbers, or shades where there is no room."""
    shown = heatmap(grid, width)
    rows = [f"{grid.name}: {number(shown.low, shown.spec)} to {number(shown.high, shown.spec)}"]
    worded = any(cell.text.strip() for row in shown.cells for cell in row)
    for row in shown.cells:
        if worded:
            rows.append("".join(cell.text for cell in row).rstrip())
            continue
        rows.append("".join(2 * SHADES[min(4, int(5 * cell.share))] for cell in row).rstrip())
    return rows
