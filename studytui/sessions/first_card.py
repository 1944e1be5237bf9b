"""The first card of a session, read by a child process while the app itself is being loaded.

The store and the app each take a third of a second to import, and one process imports one thing at
a time. So a copy of this process, made before either is there, reads the card meanwhile.
"""

import os
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, Self

from studytui import config
from studytui.config import Config

if TYPE_CHECKING:
    from cards.variants.draw import Variant
    from db.records import ClockAhead, Queued


class NotForeseenError(RuntimeError):
    """The child had no card to give: the store must be opened first, in the usual way."""


@dataclass(frozen=True)
class Foreseen:
    """A card as it is asked, and what is wrong with the clock."""

    queued: "Queued"
    variant: "Variant"
    ahead: "ClockAhead | None"


class FirstCard:
    """What the child reads. It changes nothing, and ends by itself."""

    def __init__(self, child: int, pipe: int) -> None:
        self._child, self._pipe = child, pipe
        self.missed = False
        """Whether the child had no card to give."""

    @classmethod
    def begin(cls, settings: Config) -> Self | None:
        """Have a child read the first card of all; None where that would bring nothing.

        Called before any thread is started. A store that was named is not read: whether it is one
        of ours is looked at when it is opened.
        """
        location = config.store_location(settings)
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        own = config.is_default_store(settings) and os.path.isfile(location)  # noqa: PTH113
        if cores < 2 or not own:
            return None
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            _answer(writing, location, settings)
        os.close(writing)
        return cls(child, reading)

    def take(self) -> Foreseen | None:
        """Return what the child has read, once; None when nothing is due. Blocks.

        Raises NotForeseenError where the store must be opened before the app.
        """
        with open(self._pipe, "rb") as pipe:  # noqa: PTH123 - it has no path
            answer = pipe.read()
        os.waitpid(self._child, 0)
        self.missed = not answer
        if self.missed:
            raise NotForeseenError
        foreseen: Foreseen | None = pickle.loads(answer)  # noqa: S301 - a copy of this process wrote it
        return foreseen


def _answer(pipe: int, location: str, settings: Config) -> NoReturn:
    """Write what is foreseen to a pipe, nothing where it is not plain, and end the process."""
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nowhere, descriptor)
        if answer := _read(location, settings):
            with open(pipe, "wb") as file:
                file.write(answer)
    finally:
        os._exit(0)  # whatever was wrong, the app meets it when it opens the store, and says so


def _read(location: str, settings: Config) -> bytes:
    from db.store import Store
    from studytui.sessions.question import next_of

    store = Store.open_as_it_is(location, config.options(settings))
    question = next_of(store)
    if question is None:
        return pickle.dumps(None) if store.find("") else b""
    return pickle.dumps(Foreseen(question.queued, question.variant, store.clock_ahead()))
