"""A tree as LaTeX."""

from sims.maths.show import text
from sims.maths.tree import Node


def tex(node: Node) -> str:
    """Return the tree as LaTeX."""
    return text(node)
