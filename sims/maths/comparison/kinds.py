"""An answer of another kind than the card's that says the same, put into the card's kind.

`0 <= x < 1` is an interval where one is asked for, `±2` and `2 or -2` a set of two, and
`x = 2, x = -2` a choice of two equations.
"""

from sims.maths.comparison.forms import STATEMENTS, kind_of
from sims.maths.errors import MathsError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import (
    Call,
    Collection,
    Constant,
    Definition,
    Interval,
    Logic,
    Name,
    Node,
    Relation,
    Unary,
    both_signs,
    free_names,
)

INFINITY = Constant("inf")


def as_asked(answer: Node, wanted: Node) -> Node:
    """Return a learner's answer in the kind of the expected one, where it plainly says that.

    Raises MathsError for an expression where a statement is asked for: which one it is part of is
    not known.
    """
    answer = _solutions(_listed(answer), wanted)
    given, asked = kind_of(answer), kind_of(wanted)
    if given == asked:
        return _values(answer, wanted) if isinstance(answer, Logic) else answer
    if isinstance(wanted, Definition) and given == "expression":
        return Definition(wanted.function, wanted.parameters, answer)
    if asked == "equation" and isinstance(answer, Definition) and not answer.parameters:
        return Relation((Name(answer.function), answer.body), ("=",))  # x := 3
    if asked == "expression" and isinstance(answer, Relation) and "∣" in answer.signs:
        raise MathsError("a bar alone says that one divides the other: write P(A | B), or |x|")
    if asked == "interval":
        return _interval(answer) or answer
    if asked == "list" and given == "inequality" and isinstance(wanted, Collection):
        return _pair(answer, wanted) or answer
    if asked == "matrix" and given == "set" and isinstance(answer, Collection):
        rows = [item for item in answer.items if isinstance(item, Collection)]
        if len(rows) == len(answer.items) and len({len(row.items) for row in rows}) == 1:
            return Collection("matrix", tuple(Collection("list", row.items) for row in rows))
    if asked == "inequality" and isinstance(answer, Logic) and answer.connective == "implies":
        return Relation(answer.operands, (">=",))  # x => 0
    if asked == "set":
        return _set(answer) or answer
    if asked in STATEMENTS:
        if given == "list" and asked == "logic" and (either := _either(answer)):
            return either
        own = free_names(wanted)
        if given == "interval" and len(own) == 1 and not free_names(answer):
            return Relation((Name(*own), answer), ("in",))
        if given in ("expression", "list", "set"):
            name = next(iter(sorted(free_names(wanted) or {"x"})))
            sign = ">" if asked == "inequality" else "="
            shown = f"{name} = 1 or {name} = 2" if asked == "logic" else f"{name} {sign} 1"
            if asked == "equation" and isinstance(wanted.children[0], Name) and free_names(answer):
                shown = text(Relation((wanted.children[0], Constant("...")), ("=",)))
            if not any(isinstance(part, Relation) for part in wanted.walk()):
                shown = f"not {name}"
            if isinstance(answer, Collection) and given == "list" and len(answer.items) == 2:
                low, high = map(text, answer.items)
                if _solved_name(wanted) and not free_names(answer):
                    raise MathsError(
                        f"'{low}, {high}' reads two ways: write {name} = {low} or {name} = {high}, "
                        f"or {low} < {name} < {high}"
                    )
                shown = f"{low} < {name} < {high}"
            raise MathsError(f"a statement is asked for: write what you mean as in {shown}")
    return answer


def _solved_name(wanted: Node) -> Name | None:
    """Return the one name that a card's equations, such as `x = 1 or x = 2`, give numbers."""
    either = isinstance(wanted, Logic) and wanted.connective == "or"
    found = set[Node]()
    for part in wanted.children if either else (wanted,):
        if not isinstance(part, Relation) or part.signs != ("=",) or len(free_names(part)) != 1:
            return None
        numbers = [side for side in part.operands if not isinstance(side, Name)]
        if len(numbers) != 1 or free_names(numbers[0]):
            return None
        found.update(side for side in part.operands if isinstance(side, Name))
    name = found.pop()
    return name if not found and isinstance(name, Name) else None


def _solutions(answer: Node, wanted: Node) -> Node:
    """Return `3`, `{1, 2}` or `x = 2, 1` as equations for the name that the card solves for.

    Two numbers alone may be an interval, one may be a part of several, `1 and 2` no number is:
    these are left.
    """
    name = _solved_name(wanted)
    several = isinstance(answer, Collection) and answer.kind in ("set", "tuple")
    if several or (isinstance(answer, Logic) and answer.connective in ("and", "or")):
        items = [*answer.children]
    else:
        items = [answer]
    first = items[0] if items else answer
    named = isinstance(first, Relation) and first.signs == ("=",) and first.operands[0] == name
    if named:
        items[0] = first.children[1]
    plain = all(kind_of(item) == "expression" and not free_names(item) for item in items)
    values = [value for item in items if plain for value in both_signs(item)]
    alone = isinstance(answer, Collection) and answer.kind == "tuple" and not named
    enough = len(values) > (2 if alone else isinstance(wanted, Logic))
    both = isinstance(answer, Logic) and answer.connective == "and" and not named
    if name is None or not enough or both or (named and len(items) == 1):
        return answer
    found = tuple(Relation((name, value), ("=",)) for value in values)
    return found[0] if len(found) == 1 else Logic("or", found)


def _listed(answer: Node) -> Node:
    """Return `x in {1, 2}` as `x = 1 or x = 2`."""
    if not (isinstance(answer, Relation) and answer.signs == ("in",)):
        return answer
    left, right = answer.operands
    if not (isinstance(right, Collection) and right.kind == "set" and right.items):
        return answer
    found = tuple(Relation((left, item), ("=",)) for item in right.items)
    return found[0] if len(found) == 1 else Logic("or", found)


def _interval(answer: Node) -> Node | None:
    """Return the interval in which a chain of inequalities says that one name lies."""
    if isinstance(answer, Call) and answer.function == "setof" and len(answer.arguments) == 2:
        answer = answer.arguments[1]
    if not isinstance(answer, Relation):
        return None
    operands, signs = answer.operands, answer.signs
    if set(signs) <= {">", ">="}:
        operands = operands[::-1]
        signs = tuple({">": "<", ">=": "<="}[sign] for sign in reversed(signs))
    if not set(signs) <= {"<", "<="}:
        return None
    places = [place for place, part in enumerate(operands) if isinstance(part, Name)]
    if len(places) != 1 or sum(bool(free_names(part)) for part in operands) != 1:
        return None
    place = places[0]
    if len(operands) > 3 or (len(operands) == 3 and place != 1):
        return None
    low = operands[place - 1] if place else Unary("-", INFINITY)
    high = operands[place + 1] if place + 1 < len(operands) else INFINITY
    closed = [bool(place) and signs[place - 1] == "<=", signs[-1] == "<=" and high != INFINITY]
    return Interval(low, high, *closed)


def _pair(answer: Node, wanted: Collection) -> Node | None:
    """Return an interval as the pair `(a, b)` or `[a, b]` as which the card has it."""
    found = _interval(answer)
    closed = {"tuple": (False, False), "list": (True, True)}.get(wanted.kind)
    if not isinstance(found, Interval) or len(wanted.items) != 2:
        return None
    if (found.closed_low, found.closed_high) != closed:
        return None
    return Collection(wanted.kind, (found.low, found.high))


def _values(answer: Logic, wanted: Node) -> Node:
    """Return `x = 2 or -2` with the equation that the second stands for.

    Raises MathsError for numbers alone, of which is not said what they are of.
    """
    names = sorted(free_names(wanted))
    if names and all(kind_of(x) == "expression" and not free_names(x) for x in answer.operands):
        shown = f"{names[0]} = 1 or {names[0]} = 2"
        raise MathsError(f"a statement is asked for: write what you mean as in {shown}")
    first, *rest = answer.operands
    equation = isinstance(first, Relation) and first.signs == ("=",)
    if answer.connective != "or" or not isinstance(first, Relation) or not equation:
        return answer
    if not all(kind_of(item) == "expression" for item in rest) or not rest:
        return answer
    found = [Relation((first.operands[0], item), ("=",)) for item in rest]
    return Logic("or", (first, *found))


def _set(answer: Node) -> Node | None:
    """Return the set of the values that `±2`, `2 or -2` and one number stand for."""
    if isinstance(answer, Logic) and answer.connective in ("and", "or"):
        items: tuple[Node, ...] = answer.operands
    elif isinstance(answer, Collection) and answer.kind == "list" and len(answer.items) > 2:
        items = answer.items  # two in [ ] may be an interval
    elif kind_of(answer) == "expression":
        items = (answer,)
    else:
        return None
    if any(kind_of(item) != "expression" for item in items):
        return None
    return Collection("set", tuple(value for item in items for value in both_signs(item)))


def _either(answer: Node) -> Node | None:
    """Return `x = 2, x = -2` as one or the other: both at once no number is.

    Values of several names, `x = 3, y = 2`, are so at once.
    """
    items = answer.children
    orders = [item for item in items if kind_of(item) == "inequality"]
    if len(orders) == len(items):
        return Logic("and", tuple(orders))  # x > 2, x < 5
    equations = [item for item in items if isinstance(item, Relation) and item.signs == ("=",)]
    names = {item.operands[0] for item in equations}
    if len(names) == len(items) and all(isinstance(x, Name) for x in names):
        return Logic("and", tuple(equations))  # x = 3, y = 2
    if (
        len(equations) != len(items)
        or len(names) != 1
        or not all(isinstance(x, Name) for x in names)
    ):
        return None
    return Logic("or", tuple(equations))
