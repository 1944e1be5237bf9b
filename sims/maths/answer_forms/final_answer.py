r"""Final answers as models and contests write them: ``$x = \boxed{\frac{1}{2}}$``, ``28\%``.

One formula is taken out of its dollars and box, and read in the ways it may be meant: an equation
for its right side, ``1, 2`` or ``1 \text{ and } 2`` for a set, ``x \in [0, 1]`` for the interval.
Two answers are equal when some reading of each is.
"""

import re
from typing import TYPE_CHECKING

from sims.maths.comparison.equivalence import Finding, equivalent
from sims.maths.comparison.forms import kind_of
from sims.maths.comparison.numbers import typed
from sims.maths.errors import MathsError
from sims.maths.syntax.latex import parse_latex_named
from sims.maths.syntax.tokens import Names
from sims.maths.syntax.tree import (
    Add,
    Collection,
    Interval,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    free_names,
)

if TYPE_CHECKING:
    from sims.maths.comparison.case import Case

_MATHS = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)", re.S)
_WORDS = re.compile(r"\\(?:text|textbf|textrm|mathrm)\s*\{([^{}]*)\}")
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SEPARATORS = re.compile(r"\\text\s*\{\s*(?:and|or)\s*\}|\band\b|(?<=\))\s*or\s*(?=\()|\\quad\s*,?")
MOST_READINGS = 8
NEAR_DECIMALS = 4  # a decimal with this many places may be a rounded fraction


def formula(source: str) -> str:
    """Return the one formula of a text: its box, else its dollars, else all of it.

    Raises MathsError where there are several.
    """
    source = re.sub(r"\\\\(?=[A-Za-z])", r"\\", source.strip())
    if source.count(r"\boxed") > 1:
        raise MathsError("there are several boxed answers")
    if r"\boxed" in source:
        return _boxed(source)
    found = [next(filter(None, match.groups())) for match in _MATHS.finditer(source)]
    rest = _MATHS.sub("", source).strip(" .\n")
    if found and (len(found) > 1 or rest):
        raise MathsError("there is more than one formula, or words around it")
    return found[0].strip() if found else source


def _boxed(source: str) -> str:
    start = source.index(r"\boxed") + len(r"\boxed")
    depth = 0
    for at in range(start, len(source)):
        depth += (source[at] == "{") - (source[at] == "}")
        if depth == 0 and at > start:
            return source[start + 1 : at]
    raise MathsError("the box is never closed")


def same_final_answer(case: "Case") -> Finding:
    """Accept an answer of which some reading equals a reading of the expected one."""
    ours, theirs = (formula(text) for text in case.texts)
    words = [_only_words(side) for side in (ours, theirs)]
    if words[0] or words[1]:
        same = words[0] == words[1] and bool(words[0])
        return Finding("equal", "right") if same else Finding("different", "wrong")
    names = Names(case.setting.variables, lenient=True)
    left, right = readings(ours, names), readings(theirs, names)
    found = Finding("different", "wrong")
    for mine in left:
        for other in right:
            now = _compared(mine, other, case)
            if now.accepted:
                return now
            if now.verdict == "undecided" or (not found.witness and found.verdict != "undecided"):
                found = now
    return found


def _compared(mine: Node, other: Node, case: "Case") -> Finding:
    kinds = {kind_of(mine), kind_of(other)}
    if len(kinds) > 1 and "interval" not in kinds:
        return Finding("different", "wrong-kind")
    if kind_of(mine) == "expression" and _near(mine, other):
        return Finding("equal", "right", message="Equal as far as it is rounded.")
    if isinstance(mine, Interval) and isinstance(other, Interval):
        same_ends = (mine.closed_low, mine.closed_high) == (other.closed_low, other.closed_high)
        ends = zip(mine.children, other.children, strict=True)
        if same_ends and all(_compared(a, b, case).accepted for a, b in ends):
            return Finding("equal", "right")
    return equivalent(mine, other, case.setting)


def _near(left: Node, right: Node) -> bool:
    """Return whether one is a decimal of four or more places that rounds the other."""
    from sims.maths.comparison.numbers import exact_value, rounded

    if free_names(left) or free_names(right):
        return False
    for rough, exact in ((typed(left), right), (typed(right), left)):
        if rough is None or rough.places < NEAR_DECIMALS:
            continue
        try:
            return rounded(exact_value(exact), rough.places) == rough.value
        except MathsError:
            return False
    return False


def _only_words(source: str) -> str:
    """Return the plain words an answer consists of, else nothing."""
    inside = _WORDS.sub(lambda match: match[1], source)
    bare = re.sub(r"[^A-Za-z ]", "", inside).strip().lower()
    if _WORDS.fullmatch(source.strip()) or re.fullmatch(
        r"[A-Za-z]{3,}( [A-Za-z]+)*", source.strip()
    ):
        return bare
    return ""


def readings(source: str, names: Names) -> list[Node]:
    """Return the trees a formula may be meant as, the plainest first. Raises MathsError."""
    parts = _parts(source)
    if len(parts) > 1:
        items = [_plainest(part, names) for part in parts]
        return [Collection("set", tuple(items)), Collection("tuple", tuple(items))]
    node = _read(parts[0], names)
    found = [node]
    if isinstance(node, Relation) and set(node.signs) == {"="}:
        found += _right_side(node)
    if isinstance(node, Relation):
        found += _as_set(node)
    if isinstance(node, Unary) and node.sign == "%":
        found.append(node.operand)
    if isinstance(node, Mul) and isinstance(node.factors[0], Number) and "percent" in source:
        found.append(node.factors[0])
    return found[:MOST_READINGS]


def _right_side(node: Relation) -> list[Node]:
    """Return what a name, or a call or ratio of names, is said to be."""
    first, *rest = node.operands
    if isinstance(first, Add | Mul | Power | Number):
        return []
    found = [side for side in reversed(rest) if isinstance(first, Name) or not free_names(side)]
    return [*found, *(Relation((first, other), ("=",)) for other in rest[1:])]


def _as_set(node: Relation) -> list[Node]:
    """Return ``x in S`` as S, and ``a < x <= b`` as an interval."""
    if node.signs == ("in",):
        return [node.operands[1]]
    if len(node.signs) == 2 and all(sign in ("<", "<=") for sign in node.signs):
        low, high = node.operands[0], node.operands[2]
        return [Interval(low, high, node.signs[0] == "<=", node.signs[1] == "<=")]
    return []


def _plainest(part: str, names: Names) -> Node:
    node = _read(part, names)
    if (
        isinstance(node, Relation)
        and set(node.signs) == {"="}
        and isinstance(node.operands[0], Name)
    ):
        return node.operands[-1]
    return node


def _parts(source: str) -> list[str]:
    """Return the formulas that commas and ``and`` separate at the outermost level."""
    source = re.sub(r"(?<=\d),?\\!\s*,?(?=\s*\d{3})|(?<=\d),\\!\s*(?=\d{3})", ",", source)
    tidy = source.replace("\\ ", " ").replace(r"\$", "").strip().rstrip(".")
    if _GROUPED.fullmatch(tidy.replace(" ", "")):
        return [tidy.replace(" ", "").replace(",", "")]
    pieces: list[str] = []
    for chunk in _SEPARATORS.split(tidy):
        depth, start = 0, 0
        for at, character in enumerate(chunk):
            depth += (character in "([{") - (character in ")]}")
            if character == "," and depth == 0:
                pieces.append(chunk[start:at])
                start = at + 1
        pieces.append(chunk[start:])
    kept = [piece.strip() for piece in pieces if piece.strip()]
    if not kept:
        raise MathsError("there is nothing here")
    return kept


def _read(part: str, names: Names) -> Node:
    part = re.sub(r"\b(percentage|percent|pct)\b", r"\\%", part)
    part = part.replace(r"\approx", "=").replace("\\%\\%", "\\%").replace(";", ",")
    while True:
        shorter = re.sub(r"\s*\\(?:text|textbf)\s*\{[^{}]*\}\s*$", "", part)
        if shorter == part or not shorter.strip():
            break
        part = shorter
    return parse_latex_named(part, names)
