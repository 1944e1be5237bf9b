"""An answer written as an equation, `y = 2x ≈ 2.5`, where an expression is asked for.

A learner names what is asked for, or goes on from it in steps. As mathematics an equation is no
expression, and a comparison that is not told otherwise keeps them apart, as STACK does.
"""

from sims.maths.comparison.forms import KIND_WORDS, STATEMENTS, kind_of
from sims.maths.errors import MathsError
from sims.maths.syntax.tree import (
    Call,
    Definition,
    Derivative,
    Index,
    Name,
    Node,
    Relation,
    free_names,
)


def sides_of(answer: Node, wanted: Node) -> tuple[Node, ...]:
    """Return what an equation says that the wanted expression is; any other answer as it is.

    A first side that is a name, which neither the wanted expression nor the other sides use, only
    names it. Raises MathsError for another statement, which says no such thing.
    """
    given, asked = kind_of(answer), kind_of(wanted)
    if isinstance(answer, Definition) and asked not in (*STATEMENTS, "function"):
        return (answer.body,)
    if isinstance(answer, Relation) and answer.signs == ("←",) and asked not in STATEMENTS:
        return (answer.operands[1],)
    if given not in STATEMENTS or asked in (*STATEMENTS, "function"):
        return (answer,)
    if not isinstance(answer, Relation) or not set(answer.signs) <= {"=", "≈"}:
        raise MathsError(f"you gave {KIND_WORDS[given]}; {KIND_WORDS[asked]} is asked for")
    first, *rest = answer.operands
    named = first.base if isinstance(first, Index) else first
    if isinstance(first, Call | Derivative) and not any(
        first in side.walk() for side in (wanted, *rest)
    ):
        return tuple(rest)
    used = free_names(wanted).union(*map(free_names, rest))
    if isinstance(named, Name) and not free_names(first) <= used:
        return tuple(rest)
    return answer.operands
