"""Marks that git leaves in a note where it could not merge: its cards stand there twice."""

import re

_BEGINS, _PARTS, _ENDS = "<<<<<<< ", "=======", ">>>>>>> "
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([\w-]*)")
_OURS = frozenset(("check", "claim", "derive", "define"))
"""Fences that say something of cards: other code may show a conflict."""


def conflict_in(text: str) -> int | None:
    """Return the 1-based line where a conflict begins, None where there is none."""
    if _BEGINS not in text:
        return None
    began: int | None = None
    fence, parted = "", False
    for number, line in enumerate(text.split("\n"), 1):
        if began is None and (found := _FENCE.match(line)):
            if fence and found[1].startswith(fence) and not found[2]:
                fence = ""
            elif not fence and found[2] not in _OURS:
                fence = found[1]
        elif fence:
            continue
        elif line.startswith(_BEGINS):
            began, parted = number, False
        elif began and line.rstrip() == _PARTS:
            parted = True
        elif began and parted and line.startswith(_ENDS):
            return began
    return None
