"""Transit's longer form of JSON, as Mochi writes it, made plain: names, lists and instants.

Keywords and symbols are their names; lists and sets are lists; an instant is milliseconds since
1970. Source: github.com/cognitect/transit-format.
"""

from datetime import datetime
from typing import Any

DEEPEST = 64
_SHORT = "^ "
"""Begins a map of the shorter form, in which names are numbered."""


class TransitError(ValueError):
    """Why data is not read, in a few words."""


def plain(value: Any, depth: int = 0) -> Any:
    """Return data without the marks of Transit. Raises TransitError."""
    if depth > DEEPEST:
        raise TransitError(f"it is more than {DEEPEST} deep")
    if isinstance(value, str):
        return _text(value) if value.startswith("~") else value
    if isinstance(value, list):
        if value and value[0] == _SHORT:
            raise TransitError("it is in Transit's shorter form")
        return [plain(one, depth + 1) for one in value]
    if isinstance(value, dict):
        if len(value) == 1:
            ((name, said),) = value.items()
            if name.startswith("~#"):
                return plain(said, depth + 1)
        return {str(plain(name)): plain(said, depth + 1) for name, said in value.items()}
    return value


def _text(text: str) -> Any:
    """Return what a text with a mark of Transit stands for."""
    mark, rest = text[1:2], text[2:]
    if mark in ("t", "m"):
        return _instant(rest)
    if mark == "?":
        return rest == "t"
    if mark == "_":
        return None
    if mark in ("i", "d", "n", "f"):
        try:
            return float(rest) if mark in ("d", "f") else int(rest[:18])
        except ValueError:
            return None
    return rest if mark in (":", "$", "u", "r", "c", "s") else text[1:]


def _instant(text: str) -> int | None:
    """Return the milliseconds since 1970 of a number of them, or an RFC 3339 date."""
    try:
        if text.removeprefix("-").isdecimal():
            return int(text[:18])
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
