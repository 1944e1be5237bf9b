"""The `given` of a check: which values each parameter of a card may take.

==========================  ==========================================
`0.5..2 step 0.1`         a range, both ends included; exact decimals
`int 2..9`, `2..9`      a range of whole numbers
`[0.5, 1, 2]`             one of these, shown as written
`3`                       always this
`= 1 - p`                 computed from the parameters above it
==========================  ==========================================
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import overload

from sims.maths import MathsError, parse
from sims.maths.syntax.tree import Name
from sims.maths.syntax.vocabulary import ALIASES, BINDERS, FUNCTIONS, ONLY_BEFORE_BRACKET

MOST_VALUES = 1_000_000
"""A range with more values than this is taken for a slip of the pen."""

_TAKEN = {"pi", "inf", "true", "false", *ALIASES, *BINDERS, *FUNCTIONS} - ONLY_BEFORE_BRACKET
_LONGEST = 30
_DECIMAL = rf"(\S{{1,{_LONGEST}}}?)"
_RANGE = re.compile(rf"(?:(int)\s+)?{_DECIMAL}\s*\.\.\s*{_DECIMAL}(?:\s+step\s+{_DECIMAL})?")


class GivenError(ValueError):
    """A `given` entry that cannot be read; its text says why and what to do."""


@dataclass(frozen=True)
class Range(Sequence[str]):
    """The values of a range as they are shown: `low`, `low + step`, … (`length` of them)."""

    low: Decimal
    step: Decimal
    length: int

    def __len__(self) -> int:
        """Return how many values there are."""
        return self.length

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        """Return a value with the decimals that `low` and `step` were written with."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self.length))]
        if not -self.length <= index < self.length:
            raise IndexError(index)
        return f"{self.low + (index % self.length) * self.step:f}"


@dataclass(frozen=True)
class Given:
    """The parameters of a check: those that are drawn, and those computed from them, in order."""

    choices: Mapping[str, Sequence[str]]
    derived: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """Return every parameter's name."""
        return (*self.choices, *self.derived)

    @property
    def combinations(self) -> int:
        """Return how many ways there are to choose, before `require` is looked at."""
        product = 1
        for values in self.choices.values():
            product *= len(values)
        return product

    def combination(self, number: int) -> dict[str, str]:
        """Return the values of `number` in [0, combinations); the last name turns fastest."""
        chosen: dict[str, str] = {}
        for name, values in reversed(tuple(self.choices.items())):
            number, index = divmod(number, len(values))
            chosen[name] = values[index]
        return {name: chosen[name] for name in self.choices}


def read_given(given: Mapping[str, str]) -> Given:
    """Return the parameters that `given` describes.

    Raises GivenError with a sentence for a name that cannot be used or an entry that is not one
    of the forms above.
    """
    choices: dict[str, Sequence[str]] = {}
    derived: dict[str, str] = {}
    for name, text in given.items():
        if not _is_free(name):
            raise GivenError(
                f"{name!r} cannot name a parameter: use letters without a meaning yet, such as a"
            )
        text = text.strip()
        if text.startswith("="):
            derived[name] = text[1:].strip()
        else:
            choices[name] = _values(name, text)
    return Given(choices, derived)


def _is_free(name: str) -> bool:
    """Whether the maths language takes a text for a plain name that means nothing yet."""
    try:
        return name not in _TAKEN and parse(name, {name: "real"}) == Name(name)
    except MathsError:
        return False


def _values(name: str, text: str) -> Sequence[str]:
    """Return the values that one entry allows."""
    if text.startswith("[") and text.endswith("]"):
        items = [item.strip().strip("\"'") for item in _split(text[1:-1])]
        if not all(items):
            raise GivenError(f"given {name}: the list {text} has an empty entry")
        if len(set(items)) < len(items):
            raise GivenError(f"given {name}: the list {text} says something twice")
        return tuple(items)
    if ".." in text:
        return _range(name, text)
    if not text:
        raise GivenError(f"given {name} says nothing: write a value, a list or a range")
    return (text,)


def _range(name: str, text: str) -> Range:
    """Return the values of `low..high step s`."""
    match = _RANGE.fullmatch(text)
    if match is None:
        raise GivenError(f"given {name}: {text!r} is not low..high step size")
    whole, low, high, step = match.groups()
    start, end = _decimal(name, low), _decimal(name, high)
    if step is None and not whole and not (_is_whole(start) and _is_whole(end)):
        raise GivenError(f"given {name}: {text!r} needs a step, such as {text} step 0.1")
    stride = _decimal(name, step or "1")
    if whole and not (_is_whole(start) and _is_whole(stride)):
        raise GivenError(f"given {name}: {text!r} says int, so write whole numbers")
    if stride <= 0 or end < start:
        raise GivenError(f"given {name}: {text!r} is empty: low must not exceed high, step above 0")
    count = int((end - start) / stride) + 1
    if count > MOST_VALUES:
        raise GivenError(f"given {name}: {text!r} has over {MOST_VALUES:,} values")
    return Range(start, stride, count)


def _decimal(name: str, text: str) -> Decimal:
    """Return a decimal number exactly as written."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not text.isascii() or abs(value.adjusted()) > 15:
        raise GivenError(f"given {name}: {text!r} is not a number such as 3 or 0.25")
    return value


def _is_whole(value: Decimal) -> bool:
    """Whether the number was written without decimals."""
    return int(value.as_tuple().exponent) >= 0


def _split(text: str) -> list[str]:
    """Return the entries of a list, cut at commas outside brackets."""
    items, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            items.append(text[start:position])
            start = position + 1
    return [*items, text[start:]]
