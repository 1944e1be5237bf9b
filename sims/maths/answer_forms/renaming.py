"""Answers that are right up to the names of their letters."""

import itertools
from typing import TYPE_CHECKING

from sims.maths.comparison.equivalence import Finding, equivalent
from sims.maths.syntax.tree import Name, substitute

if TYPE_CHECKING:
    from sims.maths.comparison.case import Case

MOST_NAMES = 6


def equal_when_renamed(case: "Case") -> Finding:
    """Accept an answer that some renaming of its letters makes equal; ``fixed`` ones stay."""
    from sims.maths.syntax.tree import free_names

    fixed = set(case.options.get("fixed") or ())
    ours, theirs = (sorted(free_names(side) - fixed) for side in (case.answer, case.wanted))
    held = [free_names(side) & fixed for side in (case.answer, case.wanted)]
    if len(ours) != len(theirs) or held[0] != held[1]:
        return Finding("different", "wrong-names", message="The numbers of letters differ.")
    if len(ours) > MOST_NAMES:
        message = "There are too many letters to try."
        return Finding("undecided", "too-long", message=message)
    doubt = False
    for order in itertools.permutations(theirs):
        renamed = substitute(case.answer, {a: Name(b) for a, b in zip(ours, order, strict=True)})
        found = equivalent(renamed, case.wanted, case.setting)
        if found.accepted:
            pairs = ", ".join(f"{a} = {b}" for a, b in zip(ours, order, strict=True) if a != b)
            return Finding("equal", "right", message=f"Equal with {pairs}." if pairs else "")
        doubt = doubt or found.verdict == "undecided"
    return Finding("undecided", "undecided") if doubt else Finding("different", "wrong")
