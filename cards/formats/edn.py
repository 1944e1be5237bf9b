"""EDN, Clojure's notation for data, read into lists, dictionaries, texts and numbers.

Keywords and symbols are their names; lists, vectors and sets are lists; an `#inst` is milliseconds
since 1970, and what any other tag stands before is itself. Source: github.com/edn-format/edn.
"""

import re
from datetime import UTC, datetime
from typing import Any

DEEPEST = 64
MOST_TOKENS = 10_000_000
_TOKEN = re.compile(
    r"""
    (?P<space> [\s,]++ | ;[^\n]*+ )
    | (?P<open> \#\{ | [\[({] )
    | (?P<close> [\])}] )
    | "(?P<text> (?:[^"\\]|\\.)*+ )"
    | \\(?P<letter> (?:newline|space|tab|return|u[0-9A-Fa-f]{4}|.) (?![\w]) )
    | (?P<left_out> \#_ )
    | \#(?P<tag> [A-Za-z][^\s,;"()\[\]{}]*+ )
    | (?P<atom> [^\s,;"()\[\]{}\\\#][^\s,;"()\[\]{}]*+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_ENDS = {"(": ")", "[": "]", "{": "}", "#{": "}"}
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_LETTERS = {"newline": "\n", "space": " ", "tab": "\t", "return": "\r"}
_NAMED: dict[str, Any] = {"nil": None, "true": True, "false": False}
_NUMBER = re.compile(r"([+-]?\d{1,18})N?|([+-]?\d{1,18}(?:\.\d{0,30})?(?:[eE][+-]?\d{1,3})?)M?")
_LEFT_OUT = "#_"


class EdnError(ValueError):
    """What is wrong in a text, in a few words with its line."""


class _Frame:
    """A collection that is being read; `marks` stand before its next value, the last nearest."""

    __slots__ = ("items", "marks", "opened")

    def __init__(self, opened: str) -> None:
        self.opened = opened
        self.items: list[Any] = []
        self.marks: list[str] = []

    def add(self, value: Any) -> None:
        """Add a value, or what the marks before it make of it."""
        while self.marks:
            mark = self.marks.pop()
            if mark == _LEFT_OUT:
                return
            value = instant(value) if mark == "inst" else value
        self.items.append(value)


def loads(text: str) -> Any:
    """Return the first value of a text. Raises EdnError."""
    frames = [_Frame("")]
    at, end = 0, len(text)
    tokens = 0
    while at < end and not frames[0].items:
        tokens += 1
        if tokens > MOST_TOKENS:
            raise _wrong(text, at, f"comes after {MOST_TOKENS:,} values and spaces")
        found = _TOKEN.match(text, at)
        if found is None:
            raise _wrong(text, at, "is nothing that EDN has")
        kind, said = found.lastgroup, found[found.lastgroup or 0]
        if kind == "open":
            if len(frames) > DEEPEST:
                raise _wrong(text, at, f"is more than {DEEPEST} deep")
            frames.append(_Frame(said))
        elif kind == "close":
            frame = frames.pop() if len(frames) > 1 else _Frame("")
            if _ENDS.get(frame.opened) != said:
                raise _wrong(text, at, "closes what was not opened")
            if frame.opened == "{" and len(frame.items) % 2:
                raise _wrong(text, at, "ends a map without its last value")
            frames[-1].add(_map(frame.items) if frame.opened == "{" else frame.items)
        elif kind in ("tag", "left_out"):
            frames[-1].marks.append(said)
        elif kind != "space":
            frames[-1].add(_value(kind, said))
        at = found.end()
    if len(frames) > 1 or not frames[0].items:
        raise _wrong(text, end, "ends too early")
    return frames[0].items[0]


def _wrong(text: str, at: int, says: str) -> EdnError:
    return EdnError(f"line {text.count(chr(10), 0, at) + 1} {says}")


def _map(items: list[Any]) -> dict[str, Any]:
    """Return a map by the names of its keys; keys that are collections are left out."""
    pairs = zip(items[::2], items[1::2], strict=True)
    return {str(key): value for key, value in pairs if not isinstance(key, list | dict)}


def _value(kind: str | None, said: str) -> Any:
    if kind == "text":
        return _ESCAPE.sub(_escaped, said) if "\\" in said else said
    if kind == "letter":
        return _LETTERS.get(said, chr(int(said[1:], 16)) if len(said) == 5 else said)
    if said in _NAMED:
        return _NAMED[said]
    if number := _NUMBER.fullmatch(said):
        return int(number[1]) if number[1] else float(number[2])
    return said.removeprefix(":")


def _escaped(found: re.Match[str]) -> str:
    said = found[1]
    return chr(int(said[1:], 16)) if len(said) == 5 else _ESCAPES.get(said, said)


def instant(value: Any) -> int | None:
    """Return the milliseconds since 1970 of an RFC 3339 date."""
    try:
        at = datetime.fromisoformat(value)
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError):
        return None
