"""Statements that a text names only to deny them: as a myth, with "this is false", or a "No".

A denial beside a statement, or a frame around it, leaves its own words as they are, so that
comparing them word for word would take it for what it denies.
"""

import re
from collections.abc import Iterator

from cards.statements.meaning import words_in

_DENIED = re.compile(
    r"""
    \b(?:wrong(?!\ name)|wrongly(?!\ (?:named|called))|untrue|incorrect|incorrectly|mistaken
      |mistakenly|erroneous|erroneously|falsely|myths?|misconceptions?|misbeliefs?|fallacy|fallacies
      |refuted|disproved|disproven|debunked|doubt|doubts|doubtful|dubious|unproven)\b
    |\bfalse\b(?!\ (?:positive|negative|discovery|alarm|sharing|rejection))
    |[❌✗✘]
    |\b(?:common|frequent|usual|typical|widespread|popular)\ (?:mistake|error)s?\b
    |\b(?:mistake|error|mistakes)\ (?:is\ |it\ is\ |are\ )?to\ (?:think|say|believe|claim|assume)\b
    |(?:\b(?:not|never)|n['’]t)\ (?:at\ all\ |really\ |quite\ |always\ |necessarily\ )?
      (?:so|true|the\ case|correct|right|hold)\b(?!\ (?:much|many|long)\b)
    |\bused\ to\ be\ (?:thought|believed|said|claimed)\b
    |\bcontrary\ to\ (?:what\ is|fact|the\ facts)\b
    |\bno\ evidence\b | \bfar\ from\ (?:it|true|the\ truth)\b | \bunlikely\ that\b
    |\bopposite\ (?:is|holds|was)\b | \bthe\ other\ way\ (?:a?round|about)\b
    |\b(?:nobody|no\ one)\ (?:has\ )?(?:shown|proved|proven|believes|thinks)\b
    |^\W*(?:never|no|not|is\ it\ really|anything\ but)\s*[:!—–-] | ^\W*is\ it\ really\b
    |[?]\s*(?:no|never|not|hardly)\b | ^\W*(?:no|never|not\ really|hardly)\W*$ | \bnot\s*!*\W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PIECE = re.compile(r"(?<=[.!?;])\s+|\n+")
_MOST_OWN = 2
"""Words of its own that a denial of what stands beside it may have."""
_MARKS = (
    "wrong", "untrue", "incorrect", "mistake", "erroneous", "false", "myth", "misconception",
    "misbelief", "fallac", "refuted", "dispro", "debunked", "doubt", "dubious", "unproven", "error",
    "not", "never", "n't", "hardly", "no evidence", "nobody", "no one", "?", "used to", "contrary",
    "far from", "unlikely", "opposite", "way around", "way round", "way about", "is it really",
    "anything but",
)  # fmt: skip
"""Letters of which some are in every denial in plain letters, but one that begins with "no"."""
_NO = re.compile(r"\W*no\b")
_WORD_NO = re.compile(r"\bno\b")
_WOULD = re.compile(r"\bif\b.*\bwere\b.*\b(?:would|could)\b", re.IGNORECASE)


def denies(text: str) -> bool:
    """Whether a text says of something that it is not so, or only supposes it."""
    lower = text.lower()
    marked = [mark for mark in _MARKS if mark in lower]
    if lower.isascii() and not marked and not _NO.match(lower):
        return "were" in lower and bool(_WOULD.search(text))
    return bool(_DENIED.search(text) or _WOULD.search(text))


def _may_deny(text: str) -> bool:
    """Whether some piece of a text may be one that `denies`: the letters of a denial are in few."""
    lower = text.lower()
    marked = not lower.isascii() or [mark for mark in _MARKS if mark in lower]
    return bool(marked or "were" in lower or _WORD_NO.search(lower))


def asserted(text: str) -> str:
    """Return a text without the sentences that it, or a sentence beside them, denies."""
    if not _may_deny(text):
        return text
    pieces = _PIECE.split(text)
    denials = [denies(piece) for piece in pieces]
    return " ".join(_asserted(pieces, denials)) if any(denials) else text


def _asserted(pieces: list[str], denials: list[bool]) -> Iterator[str]:
    alone = [
        denied and len(words_in(_DENIED.sub(" ", piece))) <= _MOST_OWN
        for piece, denied in zip(pieces, denials, strict=True)
    ]
    for place, piece in enumerate(pieces):
        after = alone[place + 1 : place + 2] == [True]
        before = place > 0 and alone[place - 1] and pieces[place - 1].rstrip().endswith((":", "!"))
        if not (denials[place] or after or before):
            yield piece
