"""A formula in two dimensions: fractions over a line, limits over and under, brackets that fit.

No library sets formulas in rows of characters without losing symbols. What is not understood is
shown as its source.
"""

import unicodedata

from studytui.typeset import symbols
from studytui.typeset.box import Box, beside, blank, stack, text, widen
from studytui.typeset.delimiters import bracket, cover, span
from studytui.typeset.formula import (
    Accent,
    Fence,
    Fraction,
    Marked,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Symbol,
    Table,
)
from studytui.typeset.linear import small
from studytui.typeset.spacing import spaced


def layout(node: Node, *, tight: bool = False) -> Box:
    """Return the box of a formula; `tight` as in a script, without the usual spaces."""
    match node:
        case Symbol(text=content):
            return text(content)
        case Space(width=width):
            return blank(width)
        case Row(items=items):
            return _row(items, tight=tight)
        case Fence(left="{", body=Table() as cases, right=right):
            return cover("{", _table(cases, tight=tight, spread=True), right)
        case Fence(left=left, body=body, right=right):
            return cover(left, layout(body, tight=tight), right)
        case Scripts():
            return _scripts(node, tight=tight)
        case Fraction():
            return _fraction(node)
        case Root():
            return _root(node)
        case Accent():
            return _accent(node, tight=tight)
        case Table():
            return _table(node, tight=tight)
        case Marked(body=body, how=how):
            return _marked(layout(body, tight=tight), how)


def _row(items: tuple[Node, ...], *, tight: bool) -> Box:
    """Return nodes side by side; a bracket without a partner grows with what stands beside it."""
    boxes: list[Box] = []
    growing: dict[int, tuple[str, Node]] = {}
    for gap, item in spaced(items, tight=tight):
        if gap:
            boxes.append(blank(gap))
        mark = item.base if isinstance(item, Scripts) else item
        if isinstance(mark, Symbol) and mark.grows:
            growing[len(boxes)] = (mark.text, item)
        boxes.append(layout(item, tight=tight))
    above = max((box.above for box in boxes), default=0)
    below = max((box.below for box in boxes), default=0)
    for index, (mark_text, item) in growing.items():
        grown = bracket(mark_text, above, below)
        boxes[index] = _scripts(item, grown, tight=tight) if isinstance(item, Scripts) else grown
    return beside(*boxes)


def _fraction(node: Fraction) -> Box:
    """Return one box over another; the line reaches one cell beyond both."""
    over, under = layout(node.over), layout(node.under)
    width = max(over.width, under.width)
    line = text("─" * (width + 2)) if node.ruled else blank(width)
    return stack([over, line, under], on=1).solid()


def _root(node: Root) -> Box:
    """Return a root: a bar over its body, unless the body is one symbol, which needs none."""
    body = layout(node.body)
    if body.height == 1 and isinstance(node.body, Symbol | Scripts):
        sign = beside(text("√"), body)
    else:
        rows = ["┌" + "─" * body.width, *("│" + row for row in body.rows)]
        rows[-1] = "√" + body.rows[-1]
        sign = Box(tuple(rows), body.baseline + 1).solid()
    if node.index is None:
        return sign
    tiny = small(node.index, symbols.SUPERSCRIPTS)
    index = text(tiny) if tiny else layout(node.index, tight=True)
    rows = list(index.rows) if tiny else [*index.rows, " " * index.width]
    return beside(Box(tuple(rows), len(rows) - 1 - sign.depth), sign)


def _accent(node: Accent, *, tight: bool) -> Box:
    """Return a body with its mark: combined with a single letter, else on a row of its own."""
    body = layout(node.body, tight=tight)
    combining, alone, _name = symbols.ACCENTS[node.mark]
    if body.width == body.height == 1 and combining and not node.below:
        return text(unicodedata.normalize("NFC", body.rows[0] + combining))
    line = text(span(node.mark, body.width) or alone)
    if node.below:
        return stack([body, line], on=0)
    return stack([line, body], on=1)


def _scripts(node: Scripts, base: Box | None = None, *, tight: bool) -> Box:
    """Return a base with its scripts: under and over it, or small on its row, or beside it."""
    base = base or layout(node.base, tight=tight)
    sub = None if node.sub is None else small(node.sub, symbols.SUBSCRIPTS)
    sup = None if node.sup is None else small(node.sup, symbols.SUPERSCRIPTS)
    all_small = (node.sub is None or bool(sub)) and (node.sup is None or bool(sup))
    symbol = node.base.text if isinstance(node.base, Symbol) else ""
    takes_limits = isinstance(node.base, Symbol | Row) and node.base.limits
    if (node.limits and symbol != "∫") or (takes_limits and not (all_small and symbol.isalpha())):
        return _limits(node, base, symbol)
    if symbol == "∫" and not all_small:
        base = Box(("⌠", "⎮", "⌡"), 1, 1, 1)
    below = None if node.sub is None else text(sub) if sub else layout(node.sub, tight=True)
    above = None if node.sup is None else text(sup) if sup else layout(node.sup, tight=True)
    if base.above or base.below:
        top = base.above or int(above is not None and not sup)
        bottom = base.below or int(below is not None and not sub)
        return beside(base, _beside_tall(below, above, top, bottom))
    column = [text((sub or "") + (sup or ""))]
    if above is not None and not sup:
        column.insert(0, above)
    on = len(column) - 1
    if below is not None and not sub:
        column.append(below)
    scripts = stack(column, on=on, align="left")
    return beside(base, Box(scripts.rows, scripts.baseline))


def _limits(node: Scripts, base: Box, symbol: str) -> Box:
    """Return a base with one script over and one under it; brackets cover those of a sum."""
    column = [base]
    if node.sup is not None:
        column.insert(0, layout(node.sup, tight=True))
    if node.sub is not None:
        column.append(layout(node.sub, tight=True))
    stacked = stack(column, on=int(node.sup is not None))
    return stacked.solid() if symbol and not symbol.isalpha() else stacked


def _beside_tall(sub: Box | None, sup: Box | None, top: int, bottom: int) -> Box:
    """Return the scripts of a tall base, `top` rows over and `bottom` under its baseline."""
    high, low = sup or text(""), sub or text("")
    between = top + bottom - 1
    column = [high, *([blank(0, between)] if between else []), low]
    stacked = stack(column, on=0, align="left")
    return Box(stacked.rows, high.height - 1 + top)


def _table(node: Table, *, tight: bool, spread: bool = False) -> Box:
    """Return cells in columns; rows that are tall, or `spread`, stand one row apart."""
    rows = [[layout(cell, tight=tight) for cell in row] for row in node.rows]
    columns = max(map(len, rows))
    widths = [_column_width(rows, number, columns) for number in range(columns)]
    lines: list[Box] = []
    for row in rows:
        parts: list[Box] = []
        for number, cell in enumerate(row):
            align = node.aligns[number] if number < len(node.aligns) else "center"
            gap = _column_gap(node, number)
            parts.append(text("│".center(gap)) if number in node.ruled else blank(gap))
            parts.append(widen(cell, widths[number], align))
        lines.append(beside(*parts))
    apart = not node.tight and (spread or any(line.height > 1 for line in lines))
    column = [box for line in lines for box in (line, *([text("")] if apart else []))]
    stacked = stack(column[:-1] if apart else column, on=0, align="left")
    return Box(stacked.rows, (stacked.height - 1) // 2).solid()


def _column_width(rows: list[list[Box]], number: int, columns: int) -> int:
    """Return a column's width; a short row's last cell may run on over the columns it lacks."""
    reaching = [row for row in rows if number < len(row) - 1 or len(row) == columns > number]
    return max((row[number].width for row in reaching), default=0)


def _column_gap(table: Table, number: int) -> int:
    """Return the cells before a column: none at the relation of an alignment."""
    if number == 0:
        return 0
    if table.paired:
        return 0 if number % 2 else 3
    if number in table.ruled:
        return 3
    return 1 if table.tight else 2


def _marked(body: Box, how: str) -> Box:
    """Return a box in a frame, or struck out, or blank."""
    if how == "hidden":
        return blank(body.width, body.height, body.baseline)
    if how == "strike":
        struck = tuple(symbols.marked(row, symbols.STRIKE) for row in body.rows)
        return Box(struck, body.baseline, body.above, body.below)
    edge = "─" * (body.width + 2)
    rows = (f"┌{edge}┐", *(f"│ {row} │" for row in body.rows), f"└{edge}┘")
    return Box(rows, body.baseline + 1).solid()
