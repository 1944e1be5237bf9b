"""What a value may be: shapes, to be put together in tables for JSON and columns of strangers.

A shape says of a value whether it is as it should be. Types are taken strictly: in JSON `true` is
no number, and SQLite keeps a text in a column of numbers.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import is_dataclass
from types import MappingProxyType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from cards.text.clean import clean_line, clean_path
from db.storage.schema import LAST_DAY

Shape = Callable[[object], bool]

_NOTHING: Mapping[str, Shape] = MappingProxyType({})


def anything(value: object) -> bool:
    """Whether a value is one: always."""
    return True


def text(value: object) -> bool:
    """Whether a value is text."""
    return isinstance(value, str)


def line(value: object) -> bool:
    """Whether a value is text as `clean_line` leaves it."""
    return isinstance(value, str) and clean_line(value) == value


def path(value: object) -> bool:
    """Whether a value is a path that can be shown as it is."""
    return isinstance(value, str) and clean_path(value) == value


def flag(value: object) -> bool:
    """Whether a value is true or false."""
    return type(value) is bool


def whole(low: int, high: int) -> Shape:
    """Return the shape of whole numbers from `low` to `high`."""
    return lambda value: type(value) is int and low <= value <= high


def number(low: float, high: float) -> Shape:
    """Return the shape of numbers from `low` to `high`."""
    return lambda value: type(value) in (int, float) and low <= value <= high  # type: ignore[operator]


day = whole(0, LAST_DAY - 1)
"""A study day that can be written as a date."""
instant = whole(0, LAST_DAY * 86_400_000 - 1)
"""Milliseconds since 1970 that can be written as a date."""


def octets(length: int) -> Shape:
    """Return the shape of so many bytes."""
    return lambda value: isinstance(value, bytes) and len(value) == length


def one_of(values: Collection[object]) -> Shape:
    """Return the shape of some texts or whole numbers."""
    return lambda value: type(value) in (int, str) and value in values


def optional(shape: Shape) -> Shape:
    """Return the shape of what may also be missing."""
    return lambda value: value is None or shape(value)


def many(shape: Shape) -> Shape:
    """Return the shape of lists."""
    return lambda value: isinstance(value, list) and all(map(shape, value))


def named(shape: Shape) -> Shape:
    """Return the shape of what maps any names to values of one shape."""
    return lambda value: isinstance(value, dict) and all(map(shape, value.values()))


def record(needed: Mapping[str, Shape], allowed: Mapping[str, Shape] = _NOTHING) -> Shape:
    """Return the shape of a dict by its names; others than the needed and allowed may be there."""

    def fits(value: object) -> bool:
        return (
            isinstance(value, dict)
            and all(name in value and shape(value[name]) for name, shape in needed.items())
            and all(shape(value[name]) for name, shape in allowed.items() if name in value)
        )

    return fits


def annotated(kind: Any) -> Shape:
    """Return the shape of the values that an annotation describes, a dataclass by its fields."""
    origin, parts = get_origin(kind), [annotated(part) for part in get_args(kind) if part != ...]
    if origin is UnionType:
        return lambda value: any(part(value) for part in parts)
    if origin is tuple:
        return lambda value: type(value) is tuple and all(map(parts[0], value))
    if origin is Mapping:
        return named(parts[1])
    if is_dataclass(kind):
        fields = {name: annotated(hint) for name, hint in get_type_hints(kind).items()}
        return lambda value: (
            type(value) is kind
            and all(shape(getattr(value, name)) for name, shape in fields.items())
        )
    return lambda value: type(value) is kind
