r"""Show LaTeX in a terminal: `display` in two dimensions, `inline` on one row.

Both show the source unchanged when it cannot be set whole: too long, too deep, not understood,
or a symbol would be lost. Half a formula is never shown.
"""

from dataclasses import dataclass
from functools import lru_cache

from studytui.typeset import glyphs
from studytui.typeset.formula import Node
from studytui.typeset.latex import UnreadableFormulaError, read_latex

__all__ = ["Typeset", "UnreadableFormulaError", "display", "inline", "typeset"]

TALLEST = 200
"""Rows; a taller formula is shown as its source."""


def display(tex: str) -> list[str]:
    """Return a formula as rows of text, set in two dimensions; its source if it cannot be set."""
    try:
        return list(typeset(tex).rows)
    except UnreadableFormulaError:
        return tex.strip("\n").split("\n")


def inline(tex: str) -> str:
    """Return a formula on one row; its source if it cannot be set."""
    try:
        return typeset(tex).row
    except UnreadableFormulaError:
        return " ".join(tex.split())


@dataclass(frozen=True, slots=True)
class Typeset:
    """A formula in two dimensions, standing on row number `baseline`, and on one `row`."""

    rows: tuple[str, ...]
    baseline: int
    row: str


@lru_cache(maxsize=2048)
def typeset(tex: str) -> Typeset:
    """Return a formula as it is shown; raises UnreadableFormulaError."""
    from studytui.typeset.layout import layout
    from studytui.typeset.linear import linear
    from studytui.typeset.mathml import read_tree

    tree = read_latex(tex)
    missing = glyphs.lost(glyphs.in_source(tex), glyphs.in_tree(tree))
    if missing:
        raise UnreadableFormulaError(f"{''.join(missing)} would be lost")
    try:
        formula: Node = read_tree(tree)
        box = layout(formula)
        rows = tuple(row.rstrip() for row in box.rows)
        row = " ".join(linear(formula).split())
    except RecursionError as error:
        raise UnreadableFormulaError("the formula is nested too deep") from error
    if len(rows) > TALLEST:
        raise UnreadableFormulaError(f"the formula has more than {TALLEST} rows")
    wanted = glyphs.shown_of_tree(tree)
    for shown in ("".join(rows), row):
        if missing := glyphs.lost(wanted, glyphs.counted(shown)):
            raise UnreadableFormulaError(f"{''.join(missing)} would be lost")
    return Typeset(rows, box.baseline, row)
