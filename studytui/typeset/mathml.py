"""Turn a MathML tree, as latex2mathml makes it, into the nodes of a formula."""

import re
import unicodedata
from html import unescape
from xml.etree.ElementTree import Element

from studytui.typeset import symbols
from studytui.typeset.arrange import arrange
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
)
from studytui.typeset.latex import UnreadableFormulaError

NEWLINE = Symbol("\n")
"""Stands for a line break until the row is arranged."""

_NEGATION = "⧸"
_WIDTH = re.compile(r"(-?[\d.]+)\s*(em|ex|pt|mu|px)?")
_EM = {"em": 1.0, "ex": 0.45, "pt": 0.1, "mu": 1 / 18, "px": 0.06}
_WIDEST = 8
_CONTAINERS = frozenset({"math", "mrow", "mstyle", "mpadded", "mtd"})


def read_tree(element: Element) -> Node:
    """Return the formula of a MathML element; raises UnreadableFormulaError for one not known."""
    tag = element.tag
    if tag in _CONTAINERS:
        return _container(element)
    if tag in ("mi", "mn", "mo", "mtext"):
        return _token(element)
    if tag == "mspace":
        return _space(element)
    if tag in ("msub", "msup", "msubsup", "munder", "mover", "munderover"):
        return _scripts(element)
    if tag == "mtable":
        return _table(element)
    children = [read_tree(child) for child in element]
    match tag:
        case "mfrac":
            over, under = _two(children)
            return Fraction(over, under, element.get("linethickness") != "0")
        case "msqrt":
            return Root(arrange(children))
        case "mroot":
            body, index = _two(children)
            return Root(body, index)
        case "menclose":
            how = "box" if element.get("notation") == "box" else "strike"
            return Marked(arrange(children), how)
        case "mphantom":
            return Marked(arrange(children), "hidden")
    raise UnreadableFormulaError(f"no way to show {tag}")


def _two(children: list[Node]) -> tuple[Node, Node]:
    """Return both parts of a fraction or a root; raises when one is missing."""
    if len(children) != 2:
        raise UnreadableFormulaError("a fraction or a root needs two parts")
    return children[0], children[1]


def _container(element: Element) -> Node:
    r"""Return a row; `\left` and `\right` make it a fence."""
    items = _items(element)
    if len(element) and element[0].get("form") == "prefix":
        closed = len(element) > 1 and element[-1].get("form") == "postfix"
        body = items[1:-1] if closed else items[1:]
        return Fence(_text(element[0]), arrange(body), _text(element[-1]) if closed else "")
    return arrange(items)


def _items(element: Element) -> list[Node]:
    r"""Return the nodes of a row; `\not` strikes the symbol after it."""
    items: list[Node] = []
    negate = False
    for child in element:
        if child.tag == "mpadded" and unescape("".join(child.itertext())) == _NEGATION:
            negate = True
            continue
        node = read_tree(child)
        if negate and isinstance(node, Symbol):
            node = Symbol(unicodedata.normalize("NFC", node.text + "\u0338"), Kind.REL)
            negate = False
        items.append(node)
    return [*items, Symbol(_NEGATION)] if negate else items


def _text(element: Element) -> str:
    return unescape(element.text or "").replace("\u00a0", " ").replace("\u2009", " ")


def _token(element: Element) -> Node:
    """Return the symbol of a leaf."""
    if len(element):  # \mathop{...} and its kin put a row inside an operator
        kind = Kind.BIN if element.get("lspace") == "0.22em" else Kind.OP
        inner = arrange([read_tree(child) for child in element])
        return Row((inner,), kind, limits=kind is Kind.OP)
    text, variant = _text(element), element.get("mathvariant", "")
    if element.tag == "mtext":
        if not text.strip():
            return Space(len(text))
        return Symbol("".join(symbols.styled(c, variant) for c in text))
    if text.startswith("\\"):
        if text[1:] not in symbols.NAMES:
            raise UnreadableFormulaError(f"the command {text} is not known")
        text = text[1:]
    if element.tag == "mn" or text == "":
        return Symbol("".join(symbols.styled(c, variant) for c in text))
    if len(text) > 1 and text[0].isalpha() and text[-1].isalpha():
        limits = text in symbols.NAMES_WITH_LIMITS or element.get("movablelimits") == "true"
        return Symbol(text, Kind.BIN if text == "mod" else Kind.OP, limits=limits)
    if variant == "normal" and text.isalpha():
        return Symbol(text, Kind.OP)  # arrange() joins upright letters to a name
    grows = "minsize" in element.attrib or element.get("stretchy") == "true"
    return Symbol(
        "".join(symbols.styled(c, variant) for c in text),
        symbols.kind_of(text),
        grows=grows,
        limits=text in symbols.BIG_OPERATORS,
    )


def _space(element: Element) -> Node:
    """Return a space in cells; a line break is kept until the row is arranged."""
    if element.get("linebreak") == "newline":
        return NEWLINE
    if element.get("mathbackground"):
        raise UnreadableFormulaError("a rule cannot be shown")
    width = element.get("width", "0")
    named = {"thinmathspace": 1, "mediummathspace": 1, "thickmathspace": 1}.get(width)
    found = _WIDTH.fullmatch(width)
    if named is not None or found is None:
        return Space(named or 0)
    ems = float(found[1]) * _EM[found[2] or "em"]
    return Space(0 if ems < 0.1 else min(_WIDEST, max(1, round(2 * ems))))


def _scripts(element: Element) -> Node:
    """Return a base with scripts, or with an accent."""
    count = 2 if element.tag in ("msubsup", "munderover") else 1
    scripts = element[-count:]
    if len(element) == count + 1:
        base = read_tree(element[0])
    else:  # a matrix with its brackets comes as three elements
        base = arrange([read_tree(child) for child in element[:-count]])
    if element.tag in ("mover", "munder") and scripts[0].tag == "mo":
        mark = _text(scripts[0])
        if mark in symbols.ACCENTS:
            return Accent(base, mark, below=element.tag == "munder")
    nodes = [read_tree(script) for script in scripts]
    limits = element.tag.startswith(("munder", "mover"))
    if limits and isinstance(base, Symbol) and symbols.kind_of(base.text) is Kind.REL:
        base = Symbol(base.text, Kind.REL)  # a relation with a word over it is still one
    if element.tag in ("msup", "mover"):
        return Scripts(base, None, nodes[0], limits)
    return Scripts(base, nodes[0], nodes[1] if count == 2 else None, limits)


def _table(element: Element) -> Node:
    """Return the cells of a matrix, of cases or of an alignment."""
    rows = [row for row in element if row.tag == "mtr" and len(row)]
    if not rows:
        return Symbol("")
    aligns = tuple(cell.get("columnalign", "center") for cell in max(rows, key=len))
    paired = element.get("displaystyle") == "true" and aligns[0] == "right"
    cells = tuple(tuple(map(arrange, _cells(row) if paired else map(_items, row))) for row in rows)
    lines = element.get("columnlines", "").split()
    ruled = frozenset(n + 1 for n, line in enumerate(lines) if line == "solid")
    return Table(cells, aligns, paired, element.get("rowspacing") == "0.1em", ruled)


def _cells(row: Element) -> list[list[Node]]:
    r"""Return the cells of an aligned line, joined while a bracket such as `\Bigg[` is open."""
    cells: list[list[Node]] = []
    depth = 0
    for cell in row:
        items = _items(cell)
        if depth > 0:
            cells[-1].extend(items)
        else:
            cells.append(items)
        depth += sum(_opens(item) for item in items)
    return cells


def _opens(item: Node) -> int:
    """Return 1 for an opening bracket, -1 for a closing one, which may carry scripts."""
    mark = item.base if isinstance(item, Scripts) else item
    kind = mark.kind if isinstance(mark, Symbol) else Kind.ORD
    return (kind is Kind.OPEN) - (kind is Kind.CLOSE)
