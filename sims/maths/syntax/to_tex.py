"""A tree as LaTeX, laid out as one would write it by hand."""

from itertools import pairwise

from sims.maths.syntax.to_text import (
    AND,
    CONNECTIVE,
    DEFINITION,
    NOT,
    POWER,
    PRODUCT,
    RELATION,
    SET,
    SUM,
    binding,
)
from sims.maths.syntax.tree import (
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
)
from sims.maths.syntax.vocabulary import FUNCTIONS, GREEK, STAR, accented, words

COMMANDS = frozenset(
    words("sin cos tan sec csc cot sinh cosh tanh coth log exp max min det gcd arg")
)
SPELLED = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}
SIGNS = {
    "=": "=", "!=": r"\neq", "<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "in": r"\in",
    "notin": r"\notin", "≈": r"\approx", "~": r"\sim", "∝": r"\propto", "≡": r"\equiv",
    "⊂": r"\subset", "⊆": r"\subseteq", "≪": r"\ll", "≫": r"\gg", "⊥": r"\perp",
    "←": r"\leftarrow", ":": ":", "∣": r"\mid", "⊃": r"\supset", "⊇": r"\supseteq",
    "∋": r"\ni", "⪯": r"\preceq", "⪰": r"\succeq", "≺": r"\prec", "≻": r"\succ", "≲": r"\lesssim",
    "⊨": r"\models", "⊢": r"\vdash",
    "≳": r"\gtrsim",
}  # fmt: skip
CONNECTIVES = {
    "and": r"\land", "or": r"\lor", "implies": r"\Rightarrow", "iff": r"\Leftrightarrow",
    "xor": r"\oplus",
}  # fmt: skip
SETS = {"union": r"\cup", "intersection": r"\cap", "difference": r"\setminus"}
BIG = {
    "sum": r"\sum", "prod": r"\prod", "int": r"\int", "max": r"\max", "min": r"\min",
    "argmax": r"\operatorname*{argmax}", "argmin": r"\operatorname*{argmin}", "lim": r"\lim",
    "sup": r"\sup", "infimum": r"\inf", "bigcup": r"\bigcup", "bigcap": r"\bigcap",
}  # fmt: skip
BEFORE = {"grad": r"\nabla", "laplacian": r"\nabla^{2}", "div": r"\nabla \cdot",
          "curl": r"\nabla \times", "forall": r"\forall", "exists": r"\exists"}  # fmt: skip
BETWEEN = {"compose": r"\circ", "hadamard": r"\odot", "kron": r"\otimes", "mod": r"\bmod"}
NEW_ROW = r" \\ "
CONSTANTS = {"pi": r"\pi", "inf": r"\infty", "true": r"\text{true}", "false": r"\text{false}",
             "...": r"\dots", "·": r"\cdot"}  # fmt: skip


def tex(node: Node) -> str:
    """Return the tree as LaTeX."""
    return _tex(node, DEFINITION)


def _tex(node: Node, loosest: int) -> str:
    plain = _plain(node)
    return rf"\left({plain}\right)" if _binding(node) < loosest else plain


def _binding(node: Node) -> int:
    if isinstance(node, Divide):
        return POWER
    if isinstance(node, Big):
        return PRODUCT
    return binding(node)


def _plain(node: Node) -> str:
    if isinstance(node, Number):
        return _number(node.text)
    if isinstance(node, Name):
        return _name(node.name)
    if isinstance(node, Constant):
        return CONSTANTS.get(node.name, node.name)
    if isinstance(node, Add):
        return _sum(node)
    if isinstance(node, Mul):
        return _product(node)
    if isinstance(node, Divide):
        return rf"\frac{{{tex(node.numerator)}}}{{{tex(node.denominator)}}}"
    if isinstance(node, Power):
        return _power(node)
    if isinstance(node, Unary):
        return _unary(node)
    if isinstance(node, Index):
        inside = ",".join(tex(index) for index in node.indices)
        return f"{_base(node.base)}_{{{inside}}}"
    if isinstance(node, Call):
        return _call(node)
    return _other(node)


def _number(text: str) -> str:
    mantissa, _, exponent = text.lower().partition("e")
    if not exponent:
        return text
    return rf"{mantissa} \times 10^{{{int(exponent)}}}"


def _name(name: str) -> str:
    if name.startswith('"'):
        inside = name.strip('"')
        return rf"\text{{{inside}}}"
    if parts := accented(name):
        if parts[1] == STAR:
            return f"{_name(parts[0])}^{{*}}"
        return rf"\{parts[1]}{{{_name(parts[0])}}}"
    plain = name.rstrip("'")
    primes = "'" * (len(name) - len(plain))
    letters = plain.rstrip("0123456789")
    digits = plain[len(letters) :]
    if letters in (*GREEK, "pi"):
        shown = rf"\{letters}" if letters != "omicron" else "o"
    else:
        shown = letters if len(letters) == 1 else rf"\mathrm{{{letters}}}"
        if not (letters.isascii() and letters.isalpha()):
            return rf"\text{{{name.replace('_', ' ')}}}"
    return shown + (f"{{{digits}}}" if digits else "") + primes


def _sum(node: Add) -> str:
    pieces = [_tex(node.terms[0], SUM + isinstance(node.terms[0], Add))]
    for term in node.terms[1:]:
        if isinstance(term, Unary) and term.sign in ("-", "+-", "-+"):
            sign = {"-": "-", "+-": r"\pm", "-+": r"\mp"}[term.sign]
            pieces.append(f" {sign} {_tex(term.operand, PRODUCT)}")
        else:
            pieces.append(f" + {_tex(term, PRODUCT)}")
    return "".join(pieces)


def _product(node: Mul) -> str:
    pieces = [_tex(factor, PRODUCT + (at > 0)) for at, factor in enumerate(node.factors)]
    out = pieces[0]
    for before, factor, piece in zip(node.factors, node.factors[1:], pieces[1:], strict=False):
        thin = any(isinstance(side, Call | Big) or _is_long(side) for side in (before, factor))
        out += r" \cdot " if _needs_dot(before, factor) else r" \, " if thin else " "
        out += piece
    return out


def _is_long(node: Node) -> bool:
    return isinstance(node, Name) and len(node.name) > 1 and node.name not in GREEK


def _needs_dot(before: Node, after: Node) -> bool:
    """Return whether two factors side by side would read as one number or a call."""
    while isinstance(after, Power | Index):
        after = after.base
    if isinstance(after, Number):
        return True
    bracketed = binding(after) < POWER and not isinstance(after, Divide)
    return bracketed and isinstance(before, Name)


def _power(node: Power) -> str:
    exponent = tex(node.exponent)
    if (
        isinstance(node.base, Call)
        and node.base.function in COMMANDS
        and node.base.function != "exp"
    ):
        name, inside = _head(node.base.function), _arguments(node.base)
        if len(node.base.arguments) == 1:
            return rf"{name}^{{{exponent}}}{inside}"
    return f"{_base(node.base)}^{{{exponent}}}"


def _base(node: Node) -> str:
    plain = _plain(node)
    simple = isinstance(node, Name | Constant | Number) and "^" not in plain
    if simple or (isinstance(node, Index) and isinstance(node.base, Name)):
        return plain
    if isinstance(node, Call) and node.function in ("abs", "norm"):
        return plain
    if isinstance(node, Call | Collection) and not isinstance(node, Interval):
        return plain
    return rf"\left({plain}\right)"


def _unary(node: Unary) -> str:
    if node.sign == "not":
        return rf"\lnot {_tex(node.operand, NOT)}"
    if node.sign == "T":
        return rf"{_base(node.operand)}^{{\top}}"
    if node.sign in ("!", "!!"):
        return f"{_base(node.operand)}{node.sign}"
    if node.sign == "%":
        return rf"{_base(node.operand)}\%"
    sign = {"+-": r"\pm ", "-+": r"\mp "}.get(node.sign, node.sign)
    return f"{sign}{_tex(node.operand, PRODUCT)}"


def _head(function: str) -> str:
    if function in COMMANDS:
        return rf"\{function}"
    if function in SPELLED:
        return rf"\{SPELLED[function]}"
    if (
        function.startswith('"')
        or accented(function)
        or len(function.rstrip("'")) == 1
        or function.rstrip("'0123456789") in GREEK
    ):
        return _name(function)
    return rf"\operatorname{{{function}}}"


def _arguments(node: Call) -> str:
    items = [tex(argument) for argument in node.arguments]
    if node.bar:
        cuts = sorted({0, node.parted, node.bar, len(items)})
        parts = [", ".join(items[low:high]) for low, high in pairwise(cuts)]
        *before, after = parts
        inside = r" \mid ".join(("; ".join(before), after)) if node.parted != node.bar else (
            "; ".join(parts))  # fmt: skip
    else:
        inside = ", ".join(items)
    return rf"\left({inside}\right)"


def _call(node: Call) -> str:
    name, arguments = node.function, node.arguments
    around = {"abs": ("|", "|"), "norm": (r"\|", r"\|"), "floor": (r"\lfloor ", r"\rfloor"),
              "ceil": (r"\lceil ", r"\rceil"), "angle": (r"\langle ", r"\rangle"),
              "dot": (r"\langle ", r"\rangle")}  # fmt: skip
    if name in BIG and node.under:
        return f"{BIG[name]}_{{{_inside(node.under)}}} {_tex(arguments[0], PRODUCT)}"
    if name in around and (len(arguments) == 1 or name == "dot"):
        left, right = around[name]
        under = f"_{{{_inside(node.under)}}}" if node.under else ""
        return rf"\left{left}{_inside(arguments)}\right{right}{under}"
    if name == "norm":
        return rf"\left\|{tex(arguments[0])}\right\|_{{{tex(arguments[1])}}}"
    if name == "partial" or name in BEFORE or name in ("adjoint", "star", "deriv"):
        return _marked(node)
    if name in BETWEEN:
        return f" {BETWEEN[name]} ".join(_tex(part, POWER) for part in arguments)
    if name == "sqrt":
        return rf"\sqrt{{{tex(arguments[0])}}}"
    if name in ("root", "cbrt"):
        degree = tex(arguments[1]) if name == "root" else "3"
        return rf"\sqrt[{degree}]{{{tex(arguments[0])}}}"
    if name in ("log", "log10", "log2") and (len(arguments) == 2 or name != "log"):
        base = tex(arguments[1]) if name == "log" else name[3:]
        return rf"\log_{{{base}}}\left({tex(arguments[0])}\right)"
    if name == "binomial":
        return rf"\binom{{{tex(arguments[0])}}}{{{tex(arguments[1])}}}"
    if name == "setof":
        before, after = _inside(arguments[: node.bar]), _inside(arguments[node.bar :])
        return rf"\left\{{{before} \mid {after}\right\}}"
    if name == "delta":
        return rf"\delta_{{{_inside(arguments)}}}"
    if name == "total":
        return rf"\sum {_tex(arguments[0], PRODUCT)}"
    return _applied(node)


def _applied(node: Call) -> str:
    """Return a function before its brackets."""
    name, arguments = node.function, node.arguments
    under = f"_{{{_inside(node.under)}}}" if node.under else ""
    if name == "KL":
        p, q = (tex(argument) for argument in arguments)
        return rf"\mathrm{{KL}}\left({p} \,\|\, {q}\right)"
    if name in ("E", "Var", "Cov"):
        head = {"E": r"\mathbb{E}"}.get(name, rf"\operatorname{{{name}}}")
        left, right = _arguments(node)[len(r"\left(") :], r"\right)"
        return rf"{head}{under}\left[{left.removesuffix(right)}\right]"
    name = {"entropy": "H", "crossentropy": "H", "gammafn": "Gamma"}.get(name, name)
    if name.strip('"') in FUNCTIONS:
        name = name.strip('"')  # a function named by the card
    return _head(name) + under + _arguments(node)


def _inside(nodes: tuple[Node, ...]) -> str:
    return ",".join(tex(node) for node in nodes)


def _marked(node: Call) -> str:
    """Return a gradient, differential, derivative or adjoint."""
    name, arguments = node.function, node.arguments
    if name in ("adjoint", "star"):
        mark = r"\dagger" if name == "adjoint" else "*"
        return f"{_base(arguments[0])}^{{{mark}}}"
    if name == "deriv":
        power = f"^{{{tex(arguments[2])}}}" if len(arguments) > 2 else ""
        top, bottom = (_tex(part, POWER) for part in arguments[:2])
        return rf"\frac{{d{power} {top}}}{{d {bottom}{power}}}"
    if name == "partial":
        power = f"^{{{tex(node.under[0])}}}" if node.under else ""
        return rf"\partial{power} " + "".join(_tex(part, POWER) for part in arguments)
    under = f"_{{{_inside(node.under)}}}" if node.under else ""
    rest = "".join(f" : {tex(part)}" for part in arguments[1:])
    loosest = DEFINITION if name in ("forall", "exists") else POWER
    return f"{BEFORE[name]}{under} {_tex(arguments[0], loosest)}{rest}"


def _other(node: Node) -> str:
    if isinstance(node, Relation):
        parts = [_tex(node.operands[0], SET)]
        for sign, operand in zip(node.signs, node.operands[1:], strict=True):
            parts.append(f" {SIGNS[sign]} {_tex(operand, SET)}")
        return "".join(parts)
    if isinstance(node, Logic):
        word = CONNECTIVES.get(node.connective, rf"\;\text{{{node.connective}}}\;")
        tight = max(CONNECTIVE[node.connective] + 1, AND)
        return f" {word} ".join(_tex(operand, tight) for operand in node.operands)
    if isinstance(node, Collection):
        return _collection(node)
    if isinstance(node, Interval):
        left, right = "[" if node.closed_low else "(", "]" if node.closed_high else ")"
        return rf"\left{left}{tex(node.low)}, {tex(node.high)}\right{right}"
    if isinstance(node, SetOperation):
        return f" {SETS[node.operation]} ".join(_tex(o, SET + 1) for o in node.operands)
    if isinstance(node, Big):
        return _big(node)
    if isinstance(node, Derivative):
        power = f"^{{{node.order}}}" if node.order > 1 else ""
        below = rf"\partial {tex(node.variable)}{power}"
        return rf"\frac{{\partial{power}}}{{{below}}} {_tex(node.body, PRODUCT)}"
    if isinstance(node, Piecewise):
        return _piecewise(node)
    if isinstance(node, Definition):
        inside = ", ".join(map(_name, node.parameters))
        return rf"{_head(node.function)}\left({inside}\right) := {tex(node.body)}"
    raise TypeError(f"no LaTeX for {type(node).__name__}")


def _collection(node: Collection) -> str:
    if node.kind == "matrix":
        rows = [" & ".join(tex(entry) for entry in row.children) for row in node.items]
        return r"\begin{bmatrix}" + NEW_ROW.join(rows) + r"\end{bmatrix}"
    left, right = {"list": ("[", "]"), "tuple": ("(", ")"), "set": (r"\{", r"\}")}[node.kind]
    return rf"\left{left}{', '.join(tex(item) for item in node.items)}\right{right}"


def _big(node: Big) -> str:
    body = _tex(node.body, PRODUCT)
    low = tex(node.low) if node.low is not None else ""
    high = f"^{{{tex(node.high)}}}" if node.high is not None else ""
    if node.kind == "int":
        below = f"_{{{low}}}" if low else ""
        return rf"\int{below}{high} {body} \, d{_name(node.variable)}"
    below = f"{_name(node.variable)} = {low}" if low else _name(node.variable)
    if node.kind == "lim":
        below = rf"{_name(node.variable)} \to {low}"
    if node.where is not None:
        below = tex(node.where)
    return f"{BIG[node.kind]}_{{{below}}}{high} {body}"


def _piecewise(node: Piecewise) -> str:
    rows = [
        rf"{tex(value)} & {_tex(condition, min(RELATION, AND))}"
        for value, condition in zip(node.values, node.conditions, strict=True)
    ]
    if node.otherwise is not None:
        rows.append(rf"{tex(node.otherwise)} & \text{{otherwise}}")
    return r"\begin{cases}" + NEW_ROW.join(rows) + r"\end{cases}"
