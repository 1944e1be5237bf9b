"""What a formula is made of, between its LaTeX and its rows: the nodes both layouts read."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """TeX's classes of atoms, which decide the space between neighbours (TeXbook, chapter 18)."""

    ORD = "ord"
    OP = "op"
    BIN = "bin"
    REL = "rel"
    OPEN = "open"
    CLOSE = "close"
    PUNCT = "punct"
    INNER = "inner"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A letter, number, operator, name or text.

    `grows`: a bracket that takes the height of what stands beside it. `limits`: scripts go
    under and over it.
    """

    text: str
    kind: Kind = Kind.ORD
    grows: bool = False
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """Room asked for by the author, in cells."""

    width: int


@dataclass(frozen=True, slots=True)
class Row:
    """Nodes from left to right."""

    items: tuple["Node", ...]
    kind: Kind = Kind.ORD
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    """A body between two brackets, either of which may be empty."""

    left: str
    body: "Node"
    right: str


@dataclass(frozen=True, slots=True)
class Scripts:
    """A base with a subscript and a superscript; with `limits` they go under and over it."""

    base: "Node"
    sub: "Node | None" = None
    sup: "Node | None" = None
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Fraction:
    """One over the other; without `ruled`, as in a binomial, no line between them."""

    over: "Node"
    under: "Node"
    ruled: bool = True


@dataclass(frozen=True, slots=True)
class Root:
    """A square root, or with `index` another."""

    body: "Node"
    index: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Accent:
    """A mark over or under a body; `mark` is a key of `symbols.ACCENTS`."""

    body: "Node"
    mark: str
    below: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in rows; `aligns` holds left, center or right for each column.

    `paired`: the columns of an align environment, which meet at the relation. `ruled`: the
    columns with a line before them.
    """

    rows: tuple[tuple["Node", ...], ...]
    aligns: tuple[str, ...] = ()
    paired: bool = False
    tight: bool = False
    ruled: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Marked:
    """A body in a box, or struck out; `how` is `box`, `strike` or `hidden`."""

    body: "Node"
    how: str


Node = Symbol | Space | Row | Fence | Scripts | Fraction | Root | Accent | Table | Marked


def first_kind(node: Node) -> Kind:
    """Return the class that a node shows to its left neighbour."""
    match node:
        case Symbol(kind=kind) | Row(kind=kind):
            return kind
        case Fence():
            return Kind.OPEN
        case Fraction() | Accent(body=Row()) | Root(body=Row() | Fence() | Fraction()):
            return Kind.INNER
        case Scripts(base=base) | Accent(body=base) | Marked(body=base):
            return first_kind(base)
        case _:
            return Kind.ORD


def last_kind(node: Node) -> Kind:
    """Return the class that a node shows to its right neighbour."""
    match node:
        case Fence():
            return Kind.CLOSE
        case Scripts(base=base) | Accent(body=base) | Marked(body=base) if not isinstance(
            base, Row
        ):
            return last_kind(base)
        case _:
            return first_kind(node)
