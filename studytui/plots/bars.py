"""Bars made of characters: columns, rows and shares. No plot library is needed."""

from collections.abc import Sequence

from textual.content import Content

EIGHTHS = " ▁▂▃▄▅▆▇█"
SHARES = " ▏▎▍▌▋▊▉█"
LONGEST_BAR = 40
"""Cells."""


def columns(values: Sequence[float], height: int = 6, width: int = 1) -> list[str]:
    """Return rows of text, the top one first, with one column of `width` cells for each value.

    The largest value fills `height` rows; a value above nought always shows.
    """
    top = max(values, default=0.0)
    if top <= 0:
        return []
    full = [max(1, round(value / top * height * 8)) if value > 0 else 0 for value in values]
    rows = []
    for row in reversed(range(height)):
        cells = (EIGHTHS[min(8, max(0, eighths - 8 * row))] for eighths in full)
        rows.append("".join(cell * width for cell in cells))
    return rows


def chart(title: str, values: Sequence[int], labels: Sequence[str], width: int = 2) -> Content:
    """Return a titled column chart: the largest value at the left, labels under their columns.

    `labels` has one entry a column; empty ones are not written.
    """
    lines = [Content.styled(title, "bold")]
    rows = columns(values, width=width)
    if not rows:
        return lines[0] + Content("\nnothing yet")
    top = str(max(values))
    margin = max(5, len(top))
    for number, row in enumerate(rows):
        scale = top if number == 0 else "0" if number == len(rows) - 1 else ""
        lines.append(Content.assemble((f"{scale:>{margin}} ", "dim"), (row, "$primary")))
    axis = [" "] * (len(values) * width + 8)
    for place, label in enumerate(labels):
        axis[place * width : place * width + len(label)] = label
    lines.append(Content.styled(" " * (margin + 1) + "".join(axis).rstrip(), "dim"))
    return Content("\n").join(lines)


def rows(title: str, values: Sequence[tuple[str, int]], width: int) -> Content:
    """Return a titled bar chart that lies on its side: a name, a bar and a number a line.

    A line has at most `width` cells.
    """
    lines = [Content.styled(title, "bold")]
    top = max((value for _, value in values), default=0)
    if not top:
        return lines[0] + Content("\nnothing yet")
    names = max(len(name) for name, _ in values)
    longest = max(1, min(LONGEST_BAR, width - names - 2 - len(str(top))))
    for name, value in values:
        eighths = max(1, round(value / top * longest * 8)) if value else 0
        bar = "█" * (eighths // 8) + (SHARES[eighths % 8] if eighths % 8 else "")
        lines.append(
            Content.assemble((f"{name:>{names}} ", "dim"), (f"{bar} ", "$primary"), str(value))
        )
    return Content("\n").join(lines)


def share(value: float | None, cells: int = 10) -> str:
    """Return a share in [0, 1] as a bar of `cells` cells with its per cent; None is a dash."""
    if value is None:
        return "·".ljust(cells + 5)
    eighths = round(min(1.0, max(0.0, value)) * cells * 8)
    bar = "█" * (eighths // 8) + (SHARES[eighths % 8] if eighths % 8 else "")
    return f"{bar:<{cells}} {value:4.0%}"
