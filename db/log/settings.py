"""What a person chose, from the log: FSRS parameters, and options of decks that differ."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import chain, product
from typing import Any

from sqlalchemy import Connection

from cards.decks import is_below
from cards.scheduling.fsrs import DEFAULT_PARAMETERS, Rating, remember
from cards.scheduling.options import DEFAULT, OF_DECKS, Options, checked
from db.log import events
from db.log.events import Kind
from sims.errors import InputError, meant

More = Mapping[str | None, int]
"""Cards to be had today beyond the limits, by deck; None is of every limit."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Parameters in force and options by deck; `base` holds for decks that say nothing."""

    base: Options = DEFAULT
    parameters: tuple[float, ...] = DEFAULT_PARAMETERS
    decks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    more_new: More = field(default_factory=dict)
    more_due: More = field(default_factory=dict)

    @property
    def parameters_id(self) -> str:
        """A short name for the parameters, as reviews keep it."""
        return name_of(self.parameters)

    def options(self, deck: str) -> Options:
        """Return the options of a deck."""
        own = self.decks.get(deck)
        return replace(self.base, **own) if own else self.base

    def own(self, name: str) -> dict[str, Any]:
        """Return the value of an option in the decks that have their own."""
        return {deck: own[name] for deck, own in self.decks.items() if name in own}

    def is_paused(self, deck: str) -> bool:
        """Whether nothing is asked of a deck: it, or one that it lies below, is paused."""
        return any(
            paused and (deck == name or is_below(deck, name))
            for name, paused in self.own("paused").items()
        )

    def last_step_day(self, today: int) -> int:
        """Return the last day on which a step can be due that was given by now, anywhere."""
        steps = [*self.base.learning_steps, *self.base.relearning_steps]
        for name in ("learning_steps", "relearning_steps"):
            steps += chain.from_iterable(self.own(name).values())
        return today + int(max(steps, default=0)) // 1440 + 2


def name_of(parameters: tuple[float, ...]) -> str:
    """Return a short name that depends on the parameters alone."""
    return blake2b(repr(parameters).encode(), digest_size=4).hexdigest()


def load(connection: Connection, base: Options, today: int) -> Settings:
    """Return the settings that the log amounts to; the latest word on each field counts."""
    more: dict[str, Counter[str | None]] = {"new": Counter(), "due": Counter()}
    parameters = DEFAULT_PARAMETERS
    decks: dict[str, dict[str, Any]] = {}
    for event in events.of_kinds(connection, Kind.SETTINGS, Kind.PARAMETERS, Kind.MORE):
        payload = event.payload
        if event.kind == Kind.PARAMETERS:
            parameters = tuple(payload["values"])
        elif event.kind == Kind.MORE:
            if payload["day"] == today:
                for name, deck in product(more, payload.get("decks", [None])):
                    more[name][deck] += payload[name]
        elif payload["name"] in OF_DECKS:
            value = (
                tuple(payload["value"]) if isinstance(payload["value"], list) else payload["value"]
            )
            own = decks.setdefault(payload["deck"], {})
            own[payload["name"]] = value
            if value is None:
                del own[payload["name"]]
    return Settings(base, parameters, decks, more["new"], more["due"])


def parameters_payload(values: Sequence[float]) -> dict[str, Any]:
    """Return the event payload of new parameters; ValueError when they are out of bounds."""
    parameters = tuple(float(value) for value in values)
    remember(None, None, 0, Rating.GOOD, parameters)  # py-fsrs checks the bounds
    return {"id": name_of(parameters), "values": list(parameters)}


def payload(deck: str, name: str, value: object) -> dict[str, Any]:
    """Return the event payload of one changed option; None takes the change back.

    Raises InputError for an option that a deck cannot have, or a value out of range.
    """
    if name not in OF_DECKS:
        raise InputError(
            f"a deck has no option {name}{meant(name, OF_DECKS)}; there are {', '.join(OF_DECKS)}"
        )
    if value is not None:
        value = checked(name, value)
    return {"deck": deck, "name": name, "value": value}
