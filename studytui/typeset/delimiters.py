"""Brackets drawn as tall as what they hold."""

from studytui.typeset import symbols
from studytui.typeset.box import Box, beside


def bracket(mark: str, above: int, below: int) -> Box:
    """Return a bracket that covers so many rows over and under the baseline."""
    if not mark:
        return Box(("",))
    if not above and not below:
        return Box((mark,))
    if mark in symbols.TALL_WITH_WAIST:
        if above + below == 1:  # a waist needs a row of its own
            above = below = 1
        top, middle, waist, bottom = symbols.TALL_WITH_WAIST[mark]
        height = above + 1 + below
        at = min(max(above, 1), height - 2)
        rows = [middle] * height
        rows[0], rows[at], rows[-1] = top, waist, bottom
        return Box(tuple(rows), above, above, below)
    if mark in symbols.TALL:
        top, middle, bottom = symbols.TALL[mark]
        return Box((top, *[middle] * (above + below - 1), bottom), above, above, below)
    return Box((mark,))


def cover(left: str, body: Box, right: str) -> Box:
    """Return a body between brackets that cover the rows it wants covered."""
    return beside(
        bracket(left, body.above, body.below), body, bracket(right, body.above, body.below)
    )


def span(mark: str, width: int) -> str:
    """Return a brace or line drawn `width` cells wide; empty for a mark that is not drawn so."""
    if mark not in symbols.STRETCHING or width < 2:
        return ""
    left, middle, right = tuple(symbols.STRETCHING[mark])
    if width == 2:
        return left + right
    before = (width - 3) // 2
    return left + "─" * before + middle + "─" * (width - 3 - before) + right
