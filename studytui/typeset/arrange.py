"""Arrange a row of nodes: names from single letters, brackets in pairs, lines and cells."""

from dataclasses import replace

from studytui.typeset import symbols
from studytui.typeset.formula import (
    Fence,
    Kind,
    Node,
    Row,
    Scripts,
    Space,
    Symbol,
    Table,
    last_kind,
)

_LONGEST_REST = 2
"""Letters after a spelt name that may still belong to the formula (`logp`, not `maximum`)."""


def arrange(items: list[Node]) -> Node:
    """Return the row of these nodes, with line breaks and cells, names and brackets put right."""
    if any(item == Symbol("\n") for item in items):
        return _lines(items)
    items = pair_brackets(_join_names(items))
    if len(items) == 1 and not isinstance(items[0], Space):
        only = items[0]
        loose = (Kind.BIN, Kind.REL, Kind.PUNCT)
        if isinstance(only, Symbol) and only.kind in loose:
            return replace(only, kind=Kind.ORD)  # {,} and {=} stand without space, as in TeX
        return only
    return Row(tuple(items))


def _lines(items: list[Node]) -> Node:
    r"""Return a table from a row broken by `\\` (and `&`) outside any environment."""
    rows: list[list[list[Node]]] = [[[]]]
    for item in items:
        if item == Symbol("\n"):
            rows.append([[]])
        elif isinstance(item, Symbol) and item.text == "&":
            rows[-1].append([Symbol("")])
        else:
            rows[-1][-1].append(item)
    columns = max(len(row) for row in rows)
    aligns = tuple("right" if columns > 1 and n % 2 == 0 else "left" for n in range(columns))
    cells = tuple(tuple(arrange(cell) for cell in row) for row in rows)
    return Table(cells, aligns, paired=columns > 1)


def _join_names(items: list[Node]) -> list[Node]:
    """Return the row with upright letters joined, and names typed letter by letter."""
    joined: list[Node] = []
    start = 0
    while start < len(items):
        upright = _run(items, start, upright=True)
        letters = _run(items, start, upright=False)
        name = "".join(upright) if len(upright) > 1 else _spelt("".join(letters))
        if name:
            joined.append(_named(name, items[start + len(name) - 1]))
            start += len(name)
        elif upright:
            joined.append(_ordinary(items[start]))
            start += 1
        else:
            rest = max(1, len(letters))
            joined.extend(items[start : start + rest])
            start += rest
    return joined


def _ordinary(item: Node) -> Node:
    """Return a lone upright letter, such as the d of an integral, as an ordinary symbol."""
    if isinstance(item, Scripts):
        return replace(item, base=_ordinary(item.base))
    return replace(item, kind=Kind.ORD) if isinstance(item, Symbol) else item


def _run(items: list[Node], start: int, *, upright: bool) -> list[str]:
    """Return the letters that follow each other from here; a script ends the run."""
    letters: list[str] = []
    for item in items[start:]:
        base = item.base if isinstance(item, Scripts) else item
        if not (isinstance(base, Symbol) and len(base.text) == 1 and base.text.isalpha()):
            break
        if (base.kind is Kind.OP) != upright or (not upright and not base.text.isascii()):
            break
        letters.append(base.text)
        if isinstance(item, Scripts):
            break
    return letters


def _spelt(letters: str) -> str:
    """Return the name that a run of letters starts with, if it is one a reader would see."""
    for end in range(len(letters), 1, -1):
        rest = letters[end:]
        if letters[:end] in symbols.SPELT and (len(rest) <= _LONGEST_REST or _spelt(rest)):
            return letters[:end]
    return ""


def _named(name: str, last: Node) -> Node:
    """Return the name as an operator, with the scripts of its last letter."""
    symbol = Symbol(name, Kind.OP, limits=name in symbols.NAMES_WITH_LIMITS)
    return replace(last, base=symbol) if isinstance(last, Scripts) else symbol


def pair_brackets(items: list[Node]) -> list[Node]:
    """Return the row with each bracket and its partner made a fence; the rest stay symbols."""
    done: list[Node] = []
    opened: list[int] = []
    for number, item in enumerate(items):
        mark = item.base if isinstance(item, Scripts) else item
        if not isinstance(mark, Symbol):
            done.append(item)
            continue
        if mark.text in symbols.BARS:
            closes = bool(opened) and _at(done, opened[-1]) == mark.text
            if closes and len(done) > opened[-1] + 1:
                _close(done, opened.pop(), item, mark)
                continue
            table_next = number + 1 < len(items) and isinstance(items[number + 1], Table)
            if not isinstance(item, Scripts) and (table_next or _may_open(done)):
                opened.append(len(done))
        elif mark.kind is Kind.OPEN and not isinstance(item, Scripts):
            opened.append(len(done))
        elif mark.kind is Kind.CLOSE:
            while opened and _at(done, opened[-1]) in symbols.BARS:
                opened.pop()
            if opened:
                _close(done, opened.pop(), item, mark)
                continue
        done.append(item)
    return done


def _at(done: list[Node], index: int) -> str:
    """Return the opening bracket at a place."""
    symbol = done[index]
    return symbol.text if isinstance(symbol, Symbol) else ""


def _close(done: list[Node], start: int, item: Node, mark: Symbol) -> None:
    """Make a fence of what was opened at `start`; it takes the closing bracket's scripts."""
    fence = Fence(_at(done, start), arrange(done[start + 1 :]), mark.text)
    done[start:] = [replace(item, base=fence) if isinstance(item, Scripts) else fence]


def _may_open(done: list[Node]) -> bool:
    """Return whether a bar here may open a pair: at the start, or after an operator or a space."""
    if not done:
        return True
    last = done[-1]
    if isinstance(last, Space) or (isinstance(last, Symbol) and last.text in symbols.BARS):
        return True
    return last_kind(last) not in (Kind.ORD, Kind.CLOSE, Kind.INNER)
