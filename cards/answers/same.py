"""Whether two answers say the same, whatever they are written in."""

from collections.abc import Mapping

from sims.maths import Comparison, MathsError, compare, parse, parse_tex, to_text

CLOSE = 92
"""Two texts whose letters agree to this per cent are taken for one answer worded twice."""


def formula_of(markdown: str) -> str | None:
    """Return the LaTeX of an answer that is nothing but one formula, else None."""
    from cards.text import maths as maths_rules

    text = markdown.strip()
    span = maths_rules.at(text, 0)
    return None if span is None or text[span.end :].strip(" .;,") else span.content


def maths_of(markdown: str) -> str | None:
    """Return an answer that is nothing but one formula in the maths language, else None."""
    formula = formula_of(markdown)
    try:
        return None if formula is None else to_text(parse_tex(formula))
    except MathsError:
        return None


def same(left: str, right: str, variables: Mapping[str, str] | None = None) -> bool:
    """Whether two answers are known to be the same, as formulas or as words."""
    comparison = _compared(left, right, variables or {})
    if comparison is not None:
        return comparison.right
    from cards.text.words import normal

    return left.split() == right.split() or normal(left) == normal(right) != ""


def alike(left: str, right: str, variables: Mapping[str, str] | None = None) -> bool:
    """Whether two answers are the same, or too close to stand side by side as options."""
    comparison = _compared(left, right, variables or {})
    if comparison is not None:
        return comparison.verdict != "different"
    from rapidfuzz import fuzz

    from cards.text.words import normal

    return same(left, right, variables) or fuzz.ratio(normal(left), normal(right)) >= CLOSE


def _compared(left: str, right: str, variables: Mapping[str, str]) -> Comparison | None:
    """Return the comparison of two formulas, None where one is prose."""
    first, second = _expression(left, variables), _expression(right, variables)
    return compare(first, second, variables) if first and second else None


def _expression(text: str, variables: Mapping[str, str]) -> str | None:
    """Return a text as an expression of the maths language, or None if it is prose."""
    from cards.text.words import normal

    formula = maths_of(text)
    if formula is not None:
        return formula
    if sum(len(word) > 3 for word in normal(text).split()) > 2:
        return None
    try:
        parse(text, variables)
    except MathsError:
        return None
    return text
