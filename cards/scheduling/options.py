"""The choices a person has about scheduling, with their defaults."""

from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from sims.errors import InputError, meant

Order = Literal["retrievability", "due", "random"]
NewOrder = Literal["notes", "random"]
NewCards = Literal["spread", "first", "last"]
Topics = Literal["interleaved", "as they come"]

LONGEST_STEP = 525_600
"""Minutes: a year."""
LONGEST_INTERVAL = 36_500
"""Days, as in Anki: a century."""
_RANGES: dict[str, tuple[float, float]] = {
    "desired_retention": (0.7, 0.99),
    "maximum_interval": (1, LONGEST_INTERVAL),
    "new_per_day": (0, 1_000_000),
    "reviews_per_day": (0, 1_000_000),
    "learn_ahead": (0, 1440),
    "leech_lapses": (1, 1_000_000),
    "rollover_hour": (0, 23),
}


def option(default: Any, says: str) -> Any:
    """Return a field with its default, and what it does in words for a person."""
    return field(default=default, metadata={"says": says})


@dataclass(frozen=True, slots=True)
class Options:
    """Scheduling options; a deck may differ from the rest in those of `OF_DECKS`.

    Raises InputError, with a sentence, for a value out of its range.
    """

    desired_retention: float = option(
        0.9, "Chance of recall at which a card is asked again, 0.70 to 0.99."
    )
    learning_steps: tuple[float, ...] = option(
        (1.0, 10.0), "Minutes between the first repetitions of a new card."
    )
    relearning_steps: tuple[float, ...] = option(
        (10.0,), "Minutes between repetitions after a lapse."
    )
    maximum_interval: int = option(LONGEST_INTERVAL, "Longest interval in days.")
    new_per_day: int = option(
        20, "New cards a day, over all decks together; a deck's own number is for it alone."
    )
    reviews_per_day: int = option(200, "Due cards a day, likewise.")
    learn_ahead: float = option(
        20.0, "Minutes a learning card may come early when nothing else is left."
    )
    leech_lapses: int = option(8, "Lapses after which a card is called a leech.")
    bury_siblings: bool = option(True, "Keep cards of one note block on different days.")
    fuzz: bool = option(
        True, "Spread intervals a little, so that cards learnt together do not stay together."
    )
    balance: bool = option(True, "Within the spread, prefer days on which less is due.")
    easy_days: tuple[float, ...] = option(
        (1.0,) * 7, "How much of the usual load each weekday takes, Monday first, 0 to 1."
    )
    order: Order = option(
        "retrievability",
        "Due cards: least likely to be recalled first, longest overdue first, or by chance.",
    )
    new_order: NewOrder = option(
        "notes",
        "New cards: as they came in, those of one import as the notes have them; or by chance.",
    )
    new_cards: NewCards = option(
        "spread", "New cards: among the due ones, before them or after them."
    )
    topics: Topics = option("interleaved", "Whether topics take turns.")
    paused: bool = option(False, "Ask nothing of this deck, nor of the decks below it.")
    rollover_hour: int = option(4, "Local hour at which a study day begins.")
    seed: int = 0

    def __post_init__(self) -> None:
        steps = (*self.learning_steps, *self.relearning_steps)
        if not all(0 < step <= LONGEST_STEP for step in steps):
            raise InputError(
                f"learning and relearning steps must be longer than nothing, and at most "
                f"{LONGEST_STEP} minutes"
            )
        if len(self.easy_days) != 7 or not all(0 <= share <= 1 for share in self.easy_days):
            raise InputError("easy_days must be seven shares from 0 to 1, Monday first")
        for name, (low, high) in _RANGES.items():
            if not low <= getattr(self, name) <= high:  # also where it is no number at all
                raise InputError(f"{name} must lie between {low} and {high}")

    def is_leech(self, lapses: int) -> bool:
        """Whether a card with so many lapses is a leech."""
        return lapses >= self.leech_lapses


DEFAULT = Options()
WORDS = {
    "order": get_args(Order),
    "new_order": get_args(NewOrder),
    "new_cards": get_args(NewCards),
    "topics": get_args(Topics),
}
"""Options that are words, and the words that there are."""
OF_DECKS = (
    "desired_retention",
    "learning_steps",
    "relearning_steps",
    "maximum_interval",
    "new_per_day",
    "reviews_per_day",
    "leech_lapses",
    "fuzz",
    "balance",
    "easy_days",
    "paused",
)
"""Options in which a deck may differ; the others are about a session or a day as a whole."""


def checked(name: str, value: object) -> Any:
    """Return the value of one option as `Options` has it, from TOML, JSON or the like.

    Raises InputError, with a sentence, for an unknown option or a value that it cannot have.
    """
    known = {option.name: option.default for option in fields(Options)}
    if name not in known:
        raise InputError(
            f"no option is called {name}{meant(name, known)}; there are {', '.join(known)}"
        )
    default = known[name]
    if name in WORDS:
        if value not in WORDS[name]:
            raise InputError(f"{name} must be one of {', '.join(WORDS[name])}, not {value!r}")
        result: Any = value
    elif isinstance(default, bool):
        if not isinstance(value, bool):
            raise InputError(f"{name} must be true or false, not {value!r}")
        result = value
    elif isinstance(default, tuple):
        if not isinstance(value, list | tuple) or not all(map(_is_number, value)):
            raise InputError(f"{name} must be a list of numbers, not {value!r}")
        result = tuple(value)
    elif not _is_number(value) or (isinstance(default, int) and not isinstance(value, int)):
        kind = "a whole number" if isinstance(default, int) else "a number"
        raise InputError(f"{name} must be {kind}, not {value!r}")
    else:
        result = value
    Options(**{name: result})  # first, for no number beyond a range need fit into a float
    return tuple(map(float, result)) if isinstance(default, tuple) else result


def parsed(name: str, text: str) -> Any:
    """Return the value of one option as a person types it: `0.92`, `no`, `1,10`, `due`.

    Raises InputError, with a sentence, for an unknown option or a value that it cannot have.
    """
    default = getattr(DEFAULT, name, None)
    value: object = text
    try:
        if isinstance(default, bool):
            value = {"yes": True, "true": True, "no": False, "false": False}.get(text, text)
        elif isinstance(default, tuple):
            value = [float(part) for part in text.split(",") if part.strip()]
        elif isinstance(default, int):
            value = int(text)
        elif isinstance(default, float):
            value = float(text)
    except ValueError:
        value = text
    return checked(name, value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def says(name: str) -> str:
    """Return what an option does, in words for a person."""
    found = {one.name: one.metadata.get("says", "") for one in fields(Options)}
    return str(found[name])
