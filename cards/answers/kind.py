"""The kind of answer that a card asks for, by its check."""

import re

from cards.card import Check, Kind

_MEASURED = re.compile(r"\s*[-+−]?[\d.]+(?:[eE][-+]?\d+)?\s+°?(?P<unit>[^\W\d_].*?)\s*")
_NUMBER = re.compile(r"[-+−]?\s*(?:\d[\d ,_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*%?")


def kind_of(check: Check | None) -> Kind:
    """Return how a `Q:` card is asked: what its check says, else what its answer looks like."""
    if check is None:
        return Kind.BASIC
    if check.kind is not None and check.kind != Kind.REVERSED:
        return Kind(check.kind)
    if check.choices:
        return Kind.CHOICE
    if check.order:
        return Kind.ORDER
    if check.answer is None:
        return Kind.NUMBER if check.output is not None else Kind.BASIC
    numeric = bool(check.given or check.tolerance or check.unit or _NUMBER.fullmatch(check.answer))
    return Kind.NUMBER if numeric or _is_measured(check) else Kind.SYMBOL


def _is_measured(check: Check) -> bool:
    """Whether an answer is a number, a space and a unit: 2m may be twice a length m."""
    found = _MEASURED.fullmatch(check.answer or "")
    if found is None or found["unit"] in check.variables:
        return False
    from cards.answers.unit import is_unit  # the table of units is not always needed

    return is_unit(found["unit"])
