"""Questions about formulas: the whole one, or the right-hand side."""

import re
from collections.abc import Iterator

from cards.formats.outline.wording import MASKED, Masked, has_formula
from cards.text.maths import at

_RELATION = re.compile(r"(?<![<>!:\\])=(?!=)|\\(?:leq?|geq?|gets|leftarrow|approx|propto)\b")
_ALIGN = re.compile(r"\\begin\{([a-z]+\*?)\}\s*")
_SHORT = 40
_LONGEST_LEAD = 300
_OPEN = frozenset(
    ["is", "are", "as", "using", "get", "to", "by", "where", "with", "equals", "have"]
)


def sides(formula: str) -> tuple[str, str, str] | None:
    r"""Return (left side, relation, right side) of a formula with its delimiters, or None.

    The relation is the first ``=``, ``\leq`` … outside braces and brackets; the left side must be
    short and the right side must say something.
    """
    span = at(formula, 0)
    if span is None or span.end != len(formula):
        return None
    source = span.content
    environment = _ALIGN.match(source.lstrip())
    if environment:
        source = source.lstrip()[environment.end() :]
    for relation in _RELATION.finditer(source):
        before = source[: relation.start()]
        if any(before.count(a) != before.count(b) for a, b in ("{}", "()", "[]")):
            continue
        left = before.replace("&", "").strip()
        right = source[relation.end() :].replace("&", "", 1).strip()
        if not 0 < len(left) <= _SHORT or "\\sum" in left or len(right) < 3:
            return None
        return left, relation[0], right
    return None


def questions(masked: Masked) -> Iterator[tuple[str, str]]:
    """Yield (prompt, answer) for the formulas of an item.

    A formula is asked by its right-hand side, after the words that lead up to it; one without
    sides, at the end of a text that leads up to it, is asked as a whole.
    """
    end = 0
    for found in MASKED.finditer(masked.text):
        formula = masked.original(found[0])
        before = masked.text[: found.start()].strip()
        words = masked.text[end : found.start()].strip(" .,;")
        split = sides(formula)
        if split:
            left, relation, right = split
            asked = f"\\({left} {relation} \\;?\\)"
            if len(words.split()) > 2 and len(before) <= _LONGEST_LEAD:
                yield masked.whole(_led(before, asked)), _answer(formula, right)
            elif words not in ("or", "and"):
                yield f"What is the right-hand side of {asked}", _answer(formula, right)
            end = found.end()
        elif found.end() == len(masked.text) and len(formula) > 20 and _is_lead(before):
            yield f"{masked.whole(before.rstrip(': '))}: which formula says this?", formula


def _is_lead(before: str) -> bool:
    """Whether the words before a formula lead up to it and hold no other."""
    return bool(before) and not has_formula(before)


def _led(before: str, asked: str) -> str:
    """Return the words before a formula and the formula asked, as one sentence."""
    before = before.rstrip(": ")
    if before.endswith("."):
        return f"{before}\n\n{asked}"
    close = ")" * (before.count("(") - before.count(")"))
    joint = " " if before.rsplit(maxsplit=1)[-1].lower() in _OPEN else ": "
    return f"{before}{joint}{asked}{close}"


def _answer(formula: str, right: str) -> str:
    r"""Return a right-hand side between delimiters; an aligned formula stays whole."""
    return formula if "\\begin{" in formula else f"\\({right}\\)"
