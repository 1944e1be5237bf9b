"""`r_0` and `r0` look the same once they are shown, so where a card asks, either will do.

As mathematics the two are different names, and a comparison that is not told otherwise keeps them
apart, as STACK does.
"""

import re

from sims.maths.syntax.tree import Index, Name, Node, Number

SHORT = {"eps": "epsilon", "epsilon": "eps", "lam": "lambda", "lambda": "lam", "sig": "sigma"}
"""Greek letters and how programs call them."""

_NUMBERED = re.compile(r"([A-Za-z]+)([0-9]+)")


def spelt_as(wanted: Node, answer: Node) -> Node:
    """Return the answer with each numbered symbol spelt as the wanted tree spells it.

    A spelling that the wanted tree has itself is left alone, so `r0 + r_0` keeps both.
    """
    parts = set(wanted.walk())

    def spelt(node: Node) -> Node:
        other = _other_spelling(node)
        if other is not None and node not in parts and other in parts:
            return other
        return node.map(spelt)

    return spelt(answer)


def _other_spelling(node: Node) -> Node | None:
    """Return `r0` for `r_0` and the other way round; None for any other node."""
    if isinstance(node, Name) and node.name in SHORT:
        return Name(SHORT[node.name])
    if isinstance(node, Name):
        match = _NUMBERED.fullmatch(node.name)
        return Index(Name(match[1]), (Number(match[2]),)) if match else None
    if isinstance(node, Index) and isinstance(node.base, Name) and len(node.indices) == 1:
        (index,) = node.indices
        if isinstance(index, Number) and index.text.isdecimal():
            return Name(node.base.name + index.text)
    return None
