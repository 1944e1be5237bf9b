"""A claim as it is written in a note: the fields of a `claim` fence, before they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

FIELDS = (
    "claim", "says", "variables", "exists", "draw", "let", "if", "within", "upto", "known", "id",
)  # fmt: skip
REPEATED = ("draw", "let", "if")
MOST_LINES = 60
"""Lines of one fence."""


class ClaimError(ValueError):
    """What is wrong with a claim, in plain words; `place` is the field and its number.

    `place` is such as `("let", 1)`, the second `let`.
    """

    def __init__(self, message: str, place: tuple[str, int] = ("claim", 0)) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


@dataclass(frozen=True)
class Statement:
    """The fields of one claim. `variables` maps names to domains as written.

    `lines` says in which line of the fence each field stands, by `field number`.
    """

    claim: str
    says: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    exists: tuple[str, ...] = ()
    draw: tuple[str, ...] = ()
    let: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()
    within: str = ""
    upto: str = ""
    known: str = ""
    id: str = ""
    define: tuple[str, ...] = ()
    """Definitions of the note, which stand before those of the fence."""
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, place: tuple[str, int]) -> int:
        """Return the 0-based line of the fence where a field stands."""
        return self.lines.get(f"{place[0]} {place[1]}", 0)

    def to_dict(self) -> dict[str, Any]:
        """Return the statement as JSON-able data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Statement":
        """Return the statement that `to_dict` wrote."""
        values = dict(data)
        for name in ("exists", "draw", "let", "condition", "define"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)


def statement_of(fields: Sequence[tuple[str, str, int]], define: Sequence[str] = ()) -> Statement:
    """Return the statement that `(name, value, line)` triples give. Raises ClaimError."""
    values: dict[str, Any] = {"draw": [], "let": [], "if": []}
    lines: dict[str, int] = {}
    for name, value, line in fields:
        if name in REPEATED:
            lines[f"{name} {len(values[name])}"] = line
            values[name].append(value)
        else:
            lines[f"{name} 0"] = line
            values[name] = value
    if not values.get("claim"):
        raise ClaimError("a claim fence needs a line `claim: …`, such as `claim: x^2 >= 0`")
    if values.get("known", "false") not in ("false", "open"):
        raise ClaimError("`known` is false or open", ("known", 0))
    return Statement(
        claim=values["claim"],
        says=values.get("says", ""),
        variables=pairs(values.get("variables", "")),
        exists=tuple(split(values.get("exists", ""), ",")),
        draw=tuple(values["draw"]),
        let=tuple(values["let"]),
        condition=tuple(values["if"]),
        within=values.get("within", ""),
        upto=values.get("upto", ""),
        known=values.get("known", ""),
        id=values.get("id", ""),
        define=tuple(define),
        lines=lines,
    )


def read_fence(text: str) -> Statement:
    """Return the statement of a fence's lines, `name: value` each. Raises ClaimError."""
    fields = []
    for number, line in enumerate(text.strip().splitlines()):
        name, colon, value = line.partition(":")
        if not colon or name.strip() not in FIELDS:
            raise ClaimError(f"{line.strip()[:40]!r} is no field of a claim")
        fields.append((name.strip(), value.strip(), number))
    return statement_of(fields)


def pairs(text: str) -> dict[str, str]:
    """Return the names and domains of `{x: positive, A: matrix(2, 2)}`. Raises ClaimError."""
    text = text.strip()
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1]
    found: dict[str, str] = {}
    waiting: list[str] = []
    for part in split(text, ","):
        names, colon, domain = part.partition(":")
        if not colon:
            waiting.append(names.strip())
            continue
        for name in (*waiting, names.strip()):
            found[name] = domain.strip().strip("'\"")
        waiting = []
        if not names.strip() or not domain.strip():
            break
    if waiting or any(not name or not domain for name, domain in found.items()):
        raise ClaimError("variables are written {x: positive, n: integer}", ("variables", 0))
    return found


def split(text: str, separator: str) -> list[str]:
    """Return the parts of a text between separators outside brackets, none of them empty."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth = max(0, depth - 1)
        elif character == separator and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]
