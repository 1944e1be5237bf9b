"""The typed tree that every text is read into: frozen nodes, compared by value.

Sums and products are flat where they were written flat: `a + b + c` is one node and
`a + (b + c)` two. A difference is a sum with a negated term. Numbers keep the text they were
typed as, because significant figures are counted from it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Node:
    """Any expression, relation, collection or logical statement."""

    @property
    def children(self) -> tuple["Node", ...]:
        """Return the direct parts that are nodes, in reading order."""
        children: list[Node] = []
        for name in _fields(type(self)):
            value = getattr(self, name)
            if isinstance(value, Node):
                children.append(value)
            elif isinstance(value, tuple):
                children.extend(item for item in value if isinstance(item, Node))
        return tuple(children)

    def map(self, change: Callable[["Node"], "Node"]) -> "Node":
        """Return this node with `change` applied to each direct part."""
        arguments: list[Any] = []
        same = True
        for name in _fields(type(self)):
            old = new = getattr(self, name)
            if isinstance(old, Node):
                new = change(old)
                same = same and new is old
            elif isinstance(old, tuple):
                new = tuple(change(item) if isinstance(item, Node) else item for item in old)
                same = same and all(a is b for a, b in zip(old, new, strict=True))
            arguments.append(new)
        return self if same else type(self)(*arguments)

    def walk(self) -> Iterator["Node"]:
        """Yield this node and every node below it."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


_names: dict[type[Node], tuple[str, ...]] = {}


def _fields(kind: type[Node]) -> tuple[str, ...]:
    if kind not in _names:
        _names[kind] = tuple(field.name for field in fields(kind))
    return _names[kind]


@dataclass(frozen=True)
class Number(Node):
    """A numeral as typed: `2`, `0.10`, `1e-3`."""

    text: str

    @property
    def value(self) -> Fraction:
        """Return the exact value."""
        return _fraction(self.text)


@lru_cache(maxsize=4096)
def _fraction(text: str) -> Fraction:
    return Fraction(text.rstrip(".") if text[-1] == "." else text)


@dataclass(frozen=True)
class Name(Node):
    """A symbol."""

    name: str


@dataclass(frozen=True)
class Constant(Node):
    """One of `pi e i inf true false`, or `...` for the terms that a pattern leaves out."""

    name: str


@dataclass(frozen=True)
class Index(Node):
    """A subscript: `p_i`, `A_{i,j}`, `epsilon_0`."""

    base: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True)
class Call(Node):
    """A function of its arguments; those from position `bar` on stand after a `|` or `;`.

    `under` holds the subscripts of the function's name: the policy of `V_pi(s)`, the law of
    `E_{x ~ p}[f(x)]`. Without a bar, `bar` is 0. Arguments from `parted` up to the bar stand after
    a `;` before it, as the `Y` of `I(X; Y | Z)`; without one, `parted` is 0. Where it equals `bar`,
    the bar is a `;` that is no condition: `E[X; A]` is not `E[X | A]`.
    """

    function: str
    arguments: tuple[Node, ...]
    bar: int = 0
    under: tuple[Node, ...] = ()
    parted: int = 0


@dataclass(frozen=True)
class Add(Node):
    """A sum, as flat as it was written."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Mul(Node):
    """A product, as flat as it was written."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Divide(Node):
    """A fraction."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True)
class Power(Node):
    """A base to an exponent."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Unary(Node):
    """One of the signs `-  +  +-  -+  !  !!  %  not  T` (transpose) on an operand."""

    sign: str
    operand: Node


@dataclass(frozen=True)
class Relation(Node):
    """A chain `a < b <= c`: n + 1 operands and n signs.

    `= != < <= > >= in` can be computed. The others are only read: `≈` (about), `~` (has the law),
    `∝`, `≡`, `notin`, `⊂`, `⊆`, `≪`, `≫`, `⊥` (independent), `←` (is set to), `∣` (divides) and
    `:` (as in `f: A → B`).
    """

    operands: tuple[Node, ...]
    signs: tuple[str, ...]

    @property
    def gap(self) -> Node:
        """Left minus right of the first sign."""
        return difference(*self.operands[:2])


@dataclass(frozen=True)
class Logic(Node):
    """A connective `and or xor xnor nand nor implies iff` over its operands."""

    connective: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Collection(Node):
    """A `list`, `tuple`, `set` or `matrix` (whose items are lists, its rows)."""

    kind: str
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Interval(Node):
    """An interval of the real line."""

    low: Node
    high: Node
    closed_low: bool
    closed_high: bool


@dataclass(frozen=True)
class SetOperation(Node):
    """A `union`, `intersection` or `difference` of sets and intervals."""

    operation: str
    operands: tuple[Node, ...]


BIG = frozenset(
    {
        "sum",
        "prod",
        "int",
        "max",
        "min",
        "argmax",
        "argmin",
        "sup",
        "infimum",
        "lim",
        "bigcup",
        "bigcap",
    }
)


@dataclass(frozen=True)
class Big(Node):
    """A body over a bound variable; the kind is one of `BIG`.

    Without bounds an index runs over the size of the vectors, and `int` is an antiderivative.
    The low bound of a `lim` is the limit of the variable. `where` is a condition on the variable,
    such as `x in S`.
    """

    kind: str
    body: Node
    variable: str
    low: Node | None = None
    high: Node | None = None
    where: Node | None = None


@dataclass(frozen=True)
class Derivative(Node):
    """The derivative of a body by a name or a component such as `z_j`."""

    body: Node
    variable: Node
    order: int = 1


@dataclass(frozen=True)
class Piecewise(Node):
    """The value whose condition is the first to hold; else `otherwise`, else undefined."""

    values: tuple[Node, ...]
    conditions: tuple[Node, ...]
    otherwise: Node | None = None


@dataclass(frozen=True)
class Definition(Node):
    """A function defined by a formula: `f(x) := x^2`."""

    function: str
    parameters: tuple[str, ...]
    body: Node


ZERO, ONE, TWO = Number("0"), Number("1"), Number("2")


def rewrite(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the tree with `change` applied from the leaves up."""
    return change(node.map(lambda child: rewrite(child, change)))


def free_names(node: Node) -> set[str]:
    """Return the names that are not bound by a sum, integral or definition above them."""
    if isinstance(node, Name):
        return {node.name}
    if isinstance(node, Big):
        bounds = [bound for bound in (node.low, node.high) if bound is not None]
        inner = free_names(node.body)
        if node.where is not None:
            inner = inner | free_names(node.where)
        if node.kind != "int" or bounds:
            inner = inner - {node.variable}
        return inner.union(*map(free_names, bounds))
    if isinstance(node, Definition):
        return free_names(node.body) - set(node.parameters)
    return set().union(*map(free_names, node.children))


def bound_names(node: Node) -> set[str]:
    """Return the names that sums, integrals and definitions in a tree bind."""
    names: set[str] = set()
    for part in node.walk():
        if isinstance(part, Big):
            names.add(part.variable)
        elif isinstance(part, Definition):
            names.update(part.parameters)
    return names


def substitute(node: Node, values: dict[str, Node]) -> Node:
    """Return the tree with its free names replaced; bound ones stay."""
    if isinstance(node, Name):
        return values.get(node.name, node)
    if isinstance(node, Big) and node.variable in values:
        free = {name: value for name, value in values.items() if name != node.variable}
        low = substitute(node.low, values) if node.low is not None else None
        high = substitute(node.high, values) if node.high is not None else None
        where = substitute(node.where, free) if node.where is not None else None
        return Big(node.kind, substitute(node.body, free), node.variable, low, high, where)
    if isinstance(node, Definition):
        values = {name: value for name, value in values.items() if name not in node.parameters}
    return node.map(lambda child: substitute(child, values))


def replaced(node: Node, old: Node, new: Node) -> Node:
    """Return a tree with every occurrence of `old` replaced by `new`."""
    return new if node == old else node.map(lambda part: replaced(part, old, new))


def depth(node: Node) -> int:
    """Return the height of the tree, without recursion (it guards the recursive walks)."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [child for parent in level for child in parent.children]
    return deepest


def negated(node: Node) -> Node:
    """Return minus the node, without a double sign."""
    return node.operand if isinstance(node, Unary) and node.sign == "-" else Unary("-", node)


def difference(left: Node, right: Node) -> Node:
    """Return left minus right."""
    return Add((left, Unary("-", right)))


def is_infinite(node: Node) -> bool:
    """Return whether an end is infinite."""
    return any(part == Constant("inf") for part in node.walk())


def has_plus_minus(node: Node) -> bool:
    """Return whether a node has a `±` or `∓` in it."""
    return any(isinstance(part, Unary) and part.sign in ("+-", "-+") for part in node.walk())


def both_signs(node: Node) -> tuple[Node, ...]:
    """Return the two nodes that one with `±` stands for, upper signs first; else the node."""
    if not has_plus_minus(node):
        return (node,)

    def chosen(plus: str) -> Node:
        def choose(part: Node) -> Node:
            if isinstance(part, Unary) and part.sign in ("+-", "-+"):
                return part.operand if part.sign == plus else negated(part.operand)
            return part

        return rewrite(node, choose)

    return chosen("+-"), chosen("-+")


def is_piece(node: Node) -> bool:
    """Return whether a node is `(value, condition)`."""
    if not (isinstance(node, Collection) and node.kind == "tuple" and len(node.items) == 2):
        return False
    condition = node.items[1]
    negated = isinstance(condition, Unary) and condition.sign == "not"
    return negated or isinstance(condition, Relation | Logic)


def integer(value: int) -> Node:
    """Return an integer as a node."""
    return Number(str(value)) if value >= 0 else Unary("-", Number(str(-value)))


def rational(value: Fraction) -> Node:
    """Return a fraction as a node."""
    if value.denominator == 1:
        return integer(value.numerator)
    top = Divide(Number(str(abs(value.numerator))), Number(str(value.denominator)))
    return top if value >= 0 else Unary("-", top)
