"""Space between the atoms of a row, by TeX's classes (TeXbook, chapter 18), in cells."""

from collections.abc import Iterator

from studytui.typeset import symbols
from studytui.typeset.formula import Kind, Node, Row, Scripts, Space, Symbol, first_kind, last_kind

_UNARY_AFTER = (Kind.BIN, Kind.REL, Kind.OPEN, Kind.PUNCT, Kind.OP)
_UNARY_BEFORE = (Kind.REL, Kind.CLOSE, Kind.PUNCT)


def spaced(items: tuple[Node, ...], *, tight: bool = False) -> Iterator[tuple[int, Node]]:
    """Yield each node that is not a space, with the cells before it; `tight` as in a script."""
    asked = 0
    previous: Kind | None = None
    before: Node | None = None
    for number, item in enumerate(items):
        if isinstance(item, Space):
            asked = max(asked, item.width)
            continue
        first, last = first_kind(item), last_kind(item)
        if first is Kind.BIN and (
            previous is None
            or previous in _UNARY_AFTER
            or _next_kind(items[number + 1 :]) in _UNARY_BEFORE
        ):
            first = last = Kind.ORD
        gap = 0 if previous is None else _gap(previous, first, tight=tight)
        if previous is Kind.OP and first is Kind.OPEN and not tight and _is_big(before):
            gap = 1
        yield max(gap, asked), item
        previous, before, asked = last, item, 0
    if asked:
        yield asked, Symbol("")


def _next_kind(items: tuple[Node, ...]) -> Kind:
    """Return the class of the next atom; the end of the row counts as a closing bracket."""
    atoms = (first_kind(item) for item in items if not isinstance(item, Space))
    return next(atoms, Kind.CLOSE)


def _gap(left: Kind, right: Kind, *, tight: bool) -> int:
    """Return the cells between two neighbours of these classes."""
    if left is Kind.OPEN or right is Kind.CLOSE or right is Kind.PUNCT:
        return 0
    if left is Kind.OP and right not in (Kind.OPEN, Kind.REL, Kind.BIN):
        return 1
    if tight:
        return int(right is Kind.OP and left in (Kind.ORD, Kind.CLOSE, Kind.INNER))
    if left is Kind.REL and right is Kind.REL:
        return 0
    if Kind.REL in (left, right) or Kind.BIN in (left, right) or left is Kind.PUNCT:
        return 1
    return int(right is Kind.OP or Kind.INNER in (left, right))


def _is_big(node: Node | None) -> bool:
    """Return whether a node is a sum or the like, which stands apart from a bracket after it."""
    if isinstance(node, Scripts):
        return _is_big(node.base)
    if isinstance(node, Row):
        return False
    return isinstance(node, Symbol) and symbols.kind_of(node.text) is Kind.OP
