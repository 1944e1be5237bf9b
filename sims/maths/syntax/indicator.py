"""Iverson's brackets: `[i = j]` is the number 1 where the statement holds, and else 0."""

from sims.maths.syntax.tree import ONE, ZERO, Call, Collection, Logic, Node, Piecewise, Relation


def is_statement(items: tuple[Node, ...]) -> bool:
    """Return whether a bracket holds one statement."""
    return len(items) == 1 and isinstance(items[0], Relation | Logic)


def indicator(node: Node) -> Node:
    """Return the number that a statement in `[…]` or `{…}` stands for; other trees as they are.

    The equality of two is Kronecker's delta.
    """
    if not (isinstance(node, Collection) and is_statement(node.items)):
        return node
    (statement,) = node.items
    if isinstance(statement, Relation) and statement.signs == ("=",):
        return Call("delta", statement.operands)
    return Piecewise((ONE,), (statement,), ZERO)
