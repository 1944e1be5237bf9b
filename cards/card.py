"""A card and what decides it: the vocabulary that notes, store, grading and screens share.

Everything here is plain frozen data that survives a round trip through JSON
(`to_dict`, `from_dict`); nothing here parses, grades or schedules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any

HIDDEN = "[…]"
"""What stands in a cloze prompt for the words asked for."""


_NOTHING: dict[str, str] = {}


def _nothing() -> Mapping[str, str]:
    """Return the one empty mapping of all checks, which nobody writes to: most have three."""
    return _NOTHING


class Kind(StrEnum):
    """How a card is asked."""

    BASIC = "basic"
    REVERSED = "reversed"
    CLOZE = "cloze"
    CHOICE = "choice"
    ORDER = "order"
    NUMBER = "number"
    SYMBOL = "symbol"


_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Misconception:
    """A wrong answer that people give, in the maths language, and what to say to it."""

    answer: str
    says: str

    def to_dict(self) -> dict[str, str]:
        """Return the fields as JSON-able data."""
        return {"answer": self.answer, "says": self.says}


@dataclass(frozen=True, slots=True)
class Check:
    """How an answer is decided by computing: the `check` fence as written.

    All values are the raw strings of the note; `given`, `require` and `tolerance` are
    interpreted by whoever draws variants and grades. `unit` is what a number is counted in,
    `form` how an answer must be written, `domain` where it must be defined (`common`,
    `strict`). `variables` maps a name to its domain ("real", "simplex", …). For a choice the
    right option is `answer`, or the card's own answer when there is none. `line` is the
    1-based line of the fence in the note.
    `found` says how simulation, derivation and claim were found where the note names none: by the
    words of a `claim`, or of what it refutes, or by the `topic`.
    """

    answer: str | None = None
    variables: Mapping[str, str] = field(default_factory=_nothing, hash=False)
    given: Mapping[str, str] = field(default_factory=_nothing, hash=False)
    require: str | None = None
    tolerance: str | None = None
    unit: str | None = None
    form: str | None = None
    domain: str | None = None
    simulation: str | None = None
    output: str | None = None
    derivation: str | None = None
    claim: str | None = None
    statement: Mapping[str, Any] | None = field(default=None, hash=False)
    """The card's own `claim` fence, as `sims.claims.statement.Statement` writes it."""
    choices: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    hint: str | None = None
    id: str | None = None
    kind: str | None = None
    tags: tuple[str, ...] = ()
    line: int = 0
    settings: Mapping[str, str] = field(default_factory=_nothing, hash=False)
    """The value of each parameter of the simulation, in names of drawn parameters."""
    found: str | None = None
    refuted: str | None = None
    """What the card says, as it was decided, where its claim is the contrary of it."""
    inferred: str | None = None
    """How surely an answer was read: `sure`, `closed`, `unsure` or `guessed`."""
    evidence: str | None = None
    """What the verdict on its claim rests on, as a badge says it (`cards/statements/badges.py`)."""

    @property
    def decides(self) -> bool:
        """Whether computing decides the answer, rather than the learner."""
        return bool(
            self.answer is not None or self.output is not None or self.choices or self.order
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set as JSON-able data."""
        fields = zip(self.__slots__, _VALUES(self), strict=True)
        data: dict[str, Any] = {
            name: value
            for name, value in fields
            if value or (name == "answer" and value is not None)
        }
        for name, value in data.items():
            if name == "misconceptions":
                data[name] = [wrong.to_dict() for wrong in value]
            elif isinstance(value, tuple):
                data[name] = list(value)
            elif isinstance(value, Mapping):
                data[name] = dict(value)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Check":
        """Return the check that `to_dict` wrote."""
        if data.keys() <= _LINKS:
            return _linked(tuple(data.items()))
        fields = dict(data)
        for name in ("choices", "order", "tags"):
            if name in fields:
                fields[name] = tuple(fields[name])
        if "misconceptions" in fields:
            fields["misconceptions"] = tuple(
                Misconception(one["answer"], one["says"]) for one in fields["misconceptions"]
            )
        return cls(**fields)


_VALUES = attrgetter(*Check.__slots__)
_LINKS = frozenset({"simulation", "derivation", "claim", "found", "refuted", "evidence"})


@lru_cache(maxsize=1024)
def _linked(links: tuple[tuple[str, str], ...]) -> Check:
    """Return the check of some links alone, the same object for all cards that share them."""
    return Check(**dict(links))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Card:
    """One prompt under one schedule.

    `id` is stable over edits that leave the text alone; `family` is shared by the cards that
    come from one block of a note (clozes of one sentence, a card and its reverse) and is buried
    together. `topic` is a slug; `headings` are the titles above the card, outermost first.
    `prompt` and `answer` are Markdown as written, maths delimiters included. `line` is
    1-based. `derive` holds the steps of a `derive` fence in the maths language.
    """

    id: str
    family: str
    deck: str
    topic: str
    headings: tuple[str, ...]
    kind: Kind
    prompt: str
    answer: str
    file: str
    line: int
    check: Check | None = None
    derive: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[type["Card"], tuple[Any, ...]]:
        """Pickle the fields as a tuple, which takes half of the time of slots."""
        return Card, _FIELDS(self)

    @property
    def computed(self) -> bool:
        """Whether computing decides the answer, rather than the learner."""
        return self.check is not None and self.check.decides

    def with_check(self, check: Check | None, kind: Kind | None = None) -> "Card":
        """Return the card with another check and kind, in a fifth of the time of `replace`."""
        fields: list[Any] = list(_FIELDS(self))
        fields[_CHECK] = check
        fields[_KIND] = kind or self.kind
        return Card(*fields)

    def to_dict(self) -> dict[str, Any]:
        """Return all fields as JSON-able data."""
        return {
            "id": self.id,
            "family": self.family,
            "deck": self.deck,
            "topic": self.topic,
            "headings": list(self.headings),
            "kind": str(self.kind),
            "prompt": self.prompt,
            "answer": self.answer,
            "file": self.file,
            "line": self.line,
            "check": self.check.to_dict() if self.check else None,
            "derive": list(self.derive),
            "tags": list(self.tags),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Card":
        """Return the card that `to_dict` wrote."""
        check = data.get("check")
        return cls(
            id=data["id"],
            family=data["family"],
            deck=data["deck"],
            topic=data["topic"],
            headings=tuple(data["headings"]),
            kind=_KINDS.get(data["kind"]) or Kind(data["kind"]),
            prompt=data["prompt"],
            answer=data["answer"],
            file=data["file"],
            line=data["line"],
            check=Check.from_dict(check) if check else None,
            derive=tuple(data.get("derive", ())),
            tags=tuple(data.get("tags", ())),
        )


_FIELDS = attrgetter(*Card.__slots__)
_CHECK, _KIND = Card.__slots__.index("check"), Card.__slots__.index("kind")
