"""A tree as one line of text that reads back as the same tree."""

from itertools import pairwise

from sims.maths.syntax.tree import (
    BIG,
    Add,
    Big,
    Call,
    Collection,
    Constant,
    Definition,
    Derivative,
    Divide,
    Index,
    Interval,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    SetOperation,
    Unary,
    is_piece,
)
from sims.maths.syntax.vocabulary import FUNCTIONS, RESERVED, STAR, accented

DEFINITION, IMPLIES, OR, AND, NOT, RELATION, SET, SUM, PRODUCT, POWER, ATOM = range(11)
CONNECTIVE = {"implies": IMPLIES, "iff": IMPLIES, "or": OR, "xor": OR, "xnor": OR, "nor": OR,
              "and": AND, "nand": AND}  # fmt: skip
SET_WORD = {"union": "union", "intersection": "intersect", "difference": "minus"}
GRADIENTS = {"grad": "", "laplacian": "^2"}
QUANTIFIERS = ("forall", "exists")
SPELT = {
    "⊂": "subset",
    "⊆": "subseteq",
    "⊃": "supset",
    "⊇": "supseteq",
    "⊥": "perp",
    "∣": "divides",
}


def text(node: Node) -> str:
    """Return the tree as text in the maths language."""
    return _text(node, DEFINITION)


def binding(node: Node) -> int:
    """Return how tightly the outermost operation of a node binds."""
    if isinstance(node, Unary):
        return {"-": SUM, "+": SUM, "+-": SUM, "-+": SUM, "not": NOT, "T": ATOM}.get(
            node.sign, POWER
        )
    if isinstance(node, Logic):
        return CONNECTIVE[node.connective]
    if (isinstance(node, Relation) and node.signs == (":",)) or node == Constant("·"):
        return DEFINITION
    if isinstance(node, Call) and (
        node.function == "partial" or (node.function in GRADIENTS and node.under)
    ):
        return PRODUCT
    if isinstance(node, Add):
        return SUM
    if isinstance(node, Mul | Divide):
        return PRODUCT
    return {Definition: DEFINITION, Relation: RELATION, SetOperation: SET, Power: POWER}.get(
        type(node), ATOM
    )


def _text(node: Node, loosest: int) -> str:
    """Return the text, in brackets if it binds no tighter than its surroundings need."""
    plain = _plain(node)
    return f"({plain})" if binding(node) < loosest else plain


def _plain(node: Node) -> str:
    if isinstance(node, Number):
        return node.text
    if isinstance(node, Name):
        return f"({node.name})" if node.name == "nabla" else _name(node.name)  # applied to nothing
    if isinstance(node, Constant):
        return node.name
    if isinstance(node, Add):
        return _sum(node)
    if isinstance(node, Mul):
        first, *rest = node.factors
        return "*".join(
            [_text(first, PRODUCT + isinstance(first, Mul)), *(_factor(f) for f in rest)]
        )
    if isinstance(node, Divide):
        return f"{_text(node.numerator, PRODUCT)}/{_text(node.denominator, POWER)}"
    if isinstance(node, Power):
        return f"{_base(node.base)}^{_exponent(node.exponent)}"
    if isinstance(node, Unary):
        return _unary(node)
    if isinstance(node, Index):
        return f"{_base(node.base)}_{_subscript(node.indices)}"
    if isinstance(node, Call):
        return _call(node)
    return _other(node)


def _factor(node: Node) -> str:
    """Return a factor after a sign; a tuple in brackets of its own, or it would be arguments."""
    plain, head = _text(node, POWER), _head(node)
    return f"({plain})" if isinstance(head, Collection) and head.kind == "tuple" else plain


def _head(node: Node) -> Node:
    """Return what the powers, subscripts and signs of a node stand on."""
    while isinstance(node, Power | Index | Unary):
        node = node.children[0]
    return node


def _name(name: str) -> str:
    """Return a name as it is typed: in quotes where it is no word."""
    if name.startswith('"'):
        return name
    plain = name.rstrip("'")
    letters = plain.rstrip("0123456789")
    if not (letters.isascii() and letters.isalpha()) and name != "D_KL":
        return f'"{name}"'
    if plain != name and plain in RESERVED:
        return f"{plain} {name.removeprefix(plain)}"  # close to its prime it would be another word
    marked = accented(name)
    return f"{_plain(Name(marked[0]))}^{{*}}" if marked and marked[1] == STAR else name


def _sum(node: Add) -> str:
    pieces = [_text(node.terms[0], PRODUCT if not _signed(node.terms[0]) else SUM)]
    if isinstance(node.terms[0], Add):
        pieces = [f"({_plain(node.terms[0])})"]
    for term in node.terms[1:]:
        if isinstance(term, Unary) and term.sign in ("-", "+-", "-+"):
            pieces.append(f" {term.sign} {_text(term.operand, PRODUCT)}")
        else:
            pieces.append(f" + {_text(term, PRODUCT)}")
    return "".join(pieces)


def _signed(node: Node) -> bool:
    return isinstance(node, Unary) and node.sign in ("-", "+", "+-", "-+")


def _unary(node: Unary) -> str:
    operand = node.operand
    if node.sign == "not":
        return f"not {_text(operand, NOT)}"
    if node.sign == "T":
        return f"transpose({_plain(operand)})"
    if node.sign in ("!", "!!", "%"):
        return f"{_base(operand)}{node.sign}"
    return f"{node.sign}{_text(operand, PRODUCT)}"


def _base(node: Node) -> str:
    """Return what a power, a subscript or a postfix sign can stand on."""
    plain = _plain(node)
    atom = binding(node) >= POWER and isinstance(
        node, Name | Constant | Index | Call | Collection | Number
    )
    if isinstance(node, Call) and node.function in ("abs", "norm"):
        return plain
    return plain if atom and not isinstance(node, Interval) else f"({plain})"


def _exponent(node: Node) -> str:
    plain = isinstance(node, Number | Name | Constant | Power | Call | Index)
    head = _head(node)
    called = isinstance(head, Call) and head.function not in FUNCTIONS
    if plain and not called and binding(node) >= POWER:
        return _plain(node)
    if isinstance(node, Unary) and node.sign == "-" and isinstance(node.operand, Number):
        return f"(-{node.operand.text})"
    return f"({_plain(node)})"


def _subscript(indices: tuple[Node, ...]) -> str:
    only = indices[0] if len(indices) == 1 else None
    plain = isinstance(only, Name) or (isinstance(only, Number) and only.text.isdigit())
    if only is not None and plain and "^" not in (shown := _plain(only)):
        return shown if shown[0] == '"' else shown.replace(" ", "")  # the prime of a label is close
    return "{" + ", ".join(_text(index, DEFINITION) for index in indices) + "}"


def _call(node: Call) -> str:
    if node.function == "abs":
        return f"abs({_plain(node.arguments[0])})"
    if node.under and node.function in BIG:
        body = _text(node.arguments[0], PRODUCT)
        return f"({node.function}_{_subscript(node.under)} {body})"
    if node.function == "partial":
        order = f"^{{{_plain(node.under[0])}}}" if node.under else ""
        return f"∂{order}{''.join(map(_base, node.arguments))}"
    items = [_text(argument, DEFINITION) for argument in node.arguments]
    if node.function in QUANTIFIERS:
        subject = _text(node.arguments[0], RELATION)
        return f"({node.function} {subject}{': ' if len(items) > 1 else ''}{', '.join(items[1:])})"
    name = {"total": "sum", "crossentropy": "H", "entropy": "H"}.get(node.function, node.function)
    if node.function in GRADIENTS and node.under:
        return f"∇_{_subscript(node.under)}{GRADIENTS[node.function]} ({items[0]})"
    if node.function == "setof":
        return f"{{{', '.join(items[: node.bar])} | {', '.join(items[node.bar :])}}}"
    if node.function == "angle":
        return f"⟨{items[0]}⟩"
    if node.function == "norm" and node.under:
        return f"‖{items[0]}‖_{_subscript(node.under)}"
    if node.function == "star":
        return f"({items[0]})^{{*}}"
    if node.bar:
        cuts = sorted({0, node.parted, node.bar, len(items)})
        parts = [", ".join(items[low:high]) for low, high in pairwise(cuts)]
        *before, after = parts
        inside = " | ".join(("; ".join(before), after)) if node.parted != node.bar else (
            "; ".join(parts))  # fmt: skip
    else:
        inside = ", ".join(items)
    name = _name(name) + (f"_{_subscript(node.under)}" if node.under else "")
    alone = len(items) == 1 and not isinstance(node.arguments[0], Relation | Logic)
    event = node.function == "P" and alone
    return f"{name}[{inside}]" if node.function == "E" or event else f"{name}({inside})"


def _other(node: Node) -> str:
    if isinstance(node, Relation):
        parts = [_text(node.operands[0], SET)]
        for sign, operand in zip(node.signs, node.operands[1:], strict=True):
            parts.append(f" {SPELT.get(sign, sign)} {_text(operand, SET)}")
        return "".join(parts)
    if isinstance(node, Logic):
        tight = CONNECTIVE[node.connective] + 1
        return f" {node.connective} ".join(_text(operand, tight) for operand in node.operands)
    if isinstance(node, Collection):
        return _collection(node)
    if isinstance(node, Interval):
        ends = f"{_plain(node.low)}, {_plain(node.high)}"
        return f"{'[' if node.closed_low else '('}{ends}{']' if node.closed_high else ')'}"
    if isinstance(node, SetOperation):
        word = SET_WORD[node.operation]
        return f" {word} ".join(_text(operand, SET + 1) for operand in node.operands)
    if isinstance(node, Big):
        return _big(node)
    if isinstance(node, Derivative):
        order = f", {node.order}" if node.order > 1 else ""
        return f"diff({_plain(node.body)}, {_plain(node.variable)}{order})"
    if isinstance(node, Piecewise):
        return _pieces(node)
    if isinstance(node, Definition):
        parameters = ", ".join(map(_name, node.parameters))
        return f"{_name(node.function)}({parameters}) := {_plain(node.body)}"
    raise TypeError(f"no text for {type(node).__name__}")


def _pieces(node: Piecewise) -> str:
    """Return pieces; one whose value is a pair is no value and condition, and so has an if."""
    value, condition = node.values[0], node.conditions[0]
    last = [] if node.otherwise is None else [_plain(node.otherwise)]
    if is_piece(value) and len(node.values) == 1:
        if last:
            return f"if({_plain(condition)}, {_plain(value)}, {last[0]})"
        return f"({_plain(value)} if {_text(condition, IMPLIES)})"
    pairs = zip(node.values, node.conditions, strict=True)
    parts = [_plain(part) for pair in pairs for part in pair]
    return f"piecewise({', '.join([*parts, *last])})"


def _big(node: Big) -> str:
    variable = _name(node.variable)
    if node.where is not None:
        return f"({node.kind}_{{{_plain(node.where)}}} {_text(node.body, PRODUCT)})"
    if node.low is None and node.high is None and node.kind in ("max", "min", "lim"):
        return f"({node.kind}_{variable} {_text(node.body, PRODUCT)})"
    if node.kind in ("max", "min") and node.low is not None and node.high is not None:
        ends = f"{{{variable} = {_text(node.low, SET)}}}^{{{_plain(node.high)}}}"
        return f"({node.kind}_{ends} {_text(node.body, PRODUCT)})"
    ends = "".join(f", {_plain(end)}" for end in (node.low, node.high) if end is not None)
    return f"{node.kind}({_plain(node.body)}, {variable}{ends})"


def _collection(node: Collection) -> str:
    inside = ", ".join(_plain(item) for item in node.items)
    if node.kind == "matrix":
        rows = node.items
        nested = len(rows) == 1 and all(isinstance(item, Collection) for item in rows[0].children)
        return f"matrix([{inside}])" if nested else f"matrix({inside})"
    left, right = {"list": ("[", "]"), "tuple": ("(", ")"), "set": ("{", "}")}[node.kind]
    return f"{left}{inside}{right}"
