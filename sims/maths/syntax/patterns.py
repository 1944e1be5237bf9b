"""Sums and products with dots: `x_1 + x_2 + … + x_n` is the sum of `x_i`."""

from collections.abc import Callable

from sims.maths.syntax.tree import Add, Big, Constant, Mul, Name, Node, Number, free_names

DOTS = Constant("...")
LETTERS = "ijklm"


def pattern(kind: str, parts: tuple[Node, ...], is_word: Callable[[str], bool]) -> Node | None:
    """Return terms or factors with dots among them as a `sum` or `prod`, None where unclear.

    The part before the dots and the one after differ in one place, where the first has a whole
    number. Parts further on the left belong to the pattern as far as they fit it.
    """
    if DOTS not in parts:
        return None
    at = parts.index(DOTS)
    if not 1 <= at < len(parts) - 1 or DOTS in parts[at + 1 :]:
        return None
    before, last = parts[at - 1], parts[at + 1]
    pairs: set[tuple[Node, Node]] = set()
    _differ(before, last, pairs)
    if len(pairs) != 1:
        return None
    ((first, end),) = pairs
    if not isinstance(first, Number) or first.value.denominator != 1:
        return None
    if isinstance(end, Name) and not is_word(end.name):
        return None
    used = set().union(*map(free_names, parts))
    letter = next((letter for letter in LETTERS if letter not in used), None)
    if letter is None:
        return None
    body = _replaced(before, last, Name(letter))
    start, low = at - 1, int(first.value)
    while start > 0 and parts[start - 1] == _replaced(before, last, Number(str(low - 1))):
        start, low = start - 1, low - 1
    found = Big(kind, body, letter, Number(str(low)), end)
    if low < 0 or (start == 0 and at + 2 == len(parts)):
        return found if low >= 0 else None
    rest = (*parts[:start], found, *parts[at + 2 :])
    return Add(rest) if kind == "sum" else Mul(rest)


def _differ(left: Node, right: Node, pairs: set[tuple[Node, Node]]) -> None:
    """Collect the pairs of parts in which two trees differ."""
    if left == right:
        return
    same = type(left) is type(right) and len(left.children) == len(right.children)
    if same and left.children and _bare(left) == _bare(right):
        for one, other in zip(left.children, right.children, strict=True):
            _differ(one, other, pairs)
    else:
        pairs.add((left, right))


def _bare(node: Node) -> Node:
    """Return a node with its parts blanked out, to compare what else it holds."""
    return node.map(lambda _: DOTS)


def _replaced(left: Node, right: Node, part: Node) -> Node:
    """Return the left tree with a part put in wherever the two differ."""
    if left == right:
        return left
    same = type(left) is type(right) and len(left.children) == len(right.children)
    if not (same and left.children and _bare(left) == _bare(right)):
        return part
    others = iter(right.children)
    return left.map(lambda child: _replaced(child, next(others), part))
