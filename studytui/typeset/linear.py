"""A formula on one row: small letters where every character has one, brackets where needed."""

import unicodedata

from rich.cells import cell_len

from studytui.typeset import symbols
from studytui.typeset.formula import (
    Accent,
    Fence,
    Fraction,
    Kind,
    Marked,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Symbol,
    Table,
    first_kind,
)
from studytui.typeset.spacing import spaced


def linear(node: Node, *, tight: bool = False) -> str:
    """Return the formula on one row; `tight`: as in a script."""
    match node:
        case Symbol(text=text):
            return text
        case Space(width=width):
            return " " * width
        case Row(items=items):
            return _row(items, tight=tight)
        case Fence(left=left, body=body, right=right):
            return left + linear(body, tight=tight) + right
        case Scripts():
            return _scripts(node)
        case Fraction():
            return _fraction(node)
        case Root(body=body, index=index):
            before = "" if index is None else _script(index, "^", symbols.SUPERSCRIPTS)
            return f"{before}√{_grouped(body)}"
        case Accent():
            return _accent(node)
        case Table(rows=rows):
            cells = [[linear(cell, tight=tight) for cell in row] for row in rows]
            return "; ".join((" " if node.paired else ", ").join(row).strip() for row in cells)
        case Marked(body=body, how=how):
            return _marked(linear(body, tight=tight), how)


def small(node: Node, letters: dict[str, str]) -> str | None:
    """Return a script in small letters, or None when a character of it has none."""
    return _shrunk(linear(node, tight=True), letters)


def _shrunk(row: str, letters: dict[str, str]) -> str | None:
    """Return a row in small letters, or None when a character of it has none."""
    if any(character not in letters for character in row):
        return None
    return "".join(letters[character] for character in row)


def _script(node: Node, mark: str, letters: dict[str, str]) -> str:
    """Return a script in small letters, or after its mark, in braces if it is long."""
    row = linear(node, tight=True)
    tiny = _shrunk(row, letters)
    if tiny is not None:
        return tiny
    return mark + (row if cell_len(row) == 1 else f"{{{row}}}")


def _grouped(node: Node) -> str:
    """Return the node with round brackets unless it is read as one thing without them."""
    row = linear(node)
    return row if _whole(node, row) else f"({row})"


def _whole(node: Node, row: str) -> bool:
    """Return whether a node needs no brackets under a root or over a script."""
    match node:
        case Accent(body=body, mark=mark):
            return bool(symbols.ACCENTS[mark][2]) or _whole(body, row)
        case Symbol() | Fence():
            return True
        case Scripts(base=base):
            return _whole(base, row)
        case Row(items=((Symbol(text=name) | Scripts(base=Symbol(text=name))), Fence(body=body))):
            # A function of something, not a product: 2(a + b), n(n - 1).
            return not name[:1].isdigit() and not _has_operators(body)
        case Marked(body=body):
            return _whole(body, row)
        case _:
            return cell_len(row) <= 1


def _row(items: tuple[Node, ...], *, tight: bool) -> str:
    """Return a row; a fraction before a factor or after the name of a function gets brackets."""
    parts: list[str] = []
    atoms = list(spaced(items, tight=tight))
    for number, (gap, item) in enumerate(atoms):
        part = linear(item, tight=tight)
        if isinstance(item, Fraction) and item.ruled:
            follower = atoms[number + 1][1] if number + 1 < len(atoms) else None
            factor = follower and (not isinstance(follower, Symbol) or follower.text[:1].isalnum())
            if factor or (number and _is_function(atoms[number - 1][1])):
                part = f"({part})"
        parts.append(" " * gap + part)
    return "".join(parts)


def _is_function(node: Node) -> bool:
    """Return whether a node is the name of a function, such as ln, perhaps with a script."""
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Symbol) and base.kind is Kind.OP and base.text[:1].isalpha()


def _scripts(node: Scripts) -> str:
    """Return a base with its scripts, in small letters or after `_` and `^`."""
    row = _grouped(node.base) if node.base != Symbol("") else ""
    if node.sub is not None:
        row += _script(node.sub, "_", symbols.SUBSCRIPTS)
    if node.sup is not None:
        row += _script(node.sup, "^", symbols.SUPERSCRIPTS)
    return row


def _fraction(node: Fraction) -> str:
    """Return a fraction with a slash, or a binomial in words."""
    over = linear(node.over)
    if not node.ruled:
        return f"{over} choose {linear(node.under)}"
    if _has_operators(node.over) and not _whole(node.over, over):
        over = f"({over})"
    if _is_differential(node.under) and over.startswith(("d", "∂")):
        return f"{over}/{linear(node.under)}"
    return f"{over}/{_grouped(node.under)}"


def _is_differential(node: Node) -> bool:
    """Return whether a denominator is a single dx or ∂x."""
    match node:
        case Row(items=(Symbol(text="d" | "∂"), Symbol() | Scripts())):
            return True
        case _:
            return False


def _has_operators(node: Node) -> bool:
    """Return whether a numerator holds a sum, a name or another fraction outside brackets."""
    if isinstance(node, Row):
        return any(_has_operators(item) for item in node.items)
    return isinstance(node, Fraction | Space) or first_kind(node) in (Kind.BIN, Kind.REL, Kind.OP)


def _accent(node: Accent) -> str:
    """Return a body with its accent as a combining mark, or by name when it is long."""
    body = linear(node.body)
    combining, _, name = symbols.ACCENTS[node.mark]
    if not name:
        return body  # a brace: its label follows as a script
    if node.mark == "―":
        mark = "\u0332" if node.below else combining
        return symbols.marked(body, mark)
    if cell_len(body) == 1:
        return unicodedata.normalize("NFC", body + combining)
    return f"{name}({body})"


def _marked(row: str, how: str) -> str:
    """Return a row struck out, or blank, or as it is."""
    if how == "hidden":
        return " " * cell_len(row)
    return symbols.marked(row, symbols.STRIKE) if how == "strike" else row
