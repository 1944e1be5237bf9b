"""One statement of a note, and what came of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

NOT_CHECKED = "not checked"
_REFUTED = ("FAILS",)


@dataclass(frozen=True)
class Row:
    """One statement of a note and what came of it, in the words of the command line's contract.

    `claim` is a bundled claim's number, a fence's id, or None. `known` says that a belief is
    kept on purpose, and `wrong` that it is not as the note says it is.
    """

    file: str
    line: int
    text: str
    kind: str
    claim: str | None = None
    decided_as: str = ""
    verdict: str = NOT_CHECKED
    evidence: str = ""
    evidence_kind: str | None = None
    condition: str | None = None
    counterexample: str | None = None
    right: str | None = None
    source: str | None = None
    related: tuple[str, ...] = ()
    rule: str | None = None
    shown: str = ""
    power: float | None = None
    conventions: tuple[str, ...] = ()
    known: str = ""
    statement: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def wrong(self) -> bool:
        """Whether the note is wrong here: refuted and not known to be, or known otherwise."""
        if self.known == "false":
            return self.verdict in ("HOLDS", "AGREES")
        if self.known == "open":
            return self.verdict in ("HOLDS", "FAILS", "CONDITIONAL")
        return self.verdict in _REFUTED

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON-able data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Row":
        """Return the row that `to_dict` wrote."""
        lists = {name: tuple(data[name]) for name in ("related", "conventions") if name in data}
        return cls(**{**data, **lists})
