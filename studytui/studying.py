"""`studytui study`: the study screen for everything or one deck, or line by line.

The parser of options takes as long as all of Textual to import, so a plain call does without it.
"""

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sims.errors import InputError
from studytui.sessions.first_card import FirstCard

if TYPE_CHECKING:
    from studytui.config import Config
    from studytui.services import Services
    from studytui.sessions.study import StudySession


def plainly(arguments: Sequence[str]) -> bool:
    """Study at once where the arguments need no parser; return whether they did not."""
    names = [argument for argument in arguments if argument != "--plain"]
    if len(names) > 1 or len(arguments) - len(names) > 1 or any(n[:1] in ("", "-") for n in names):
        return False
    run(*names, plain=len(arguments) > len(names))
    return True


def run(
    deck: str | None = None,
    *,
    plain: bool = False,
    ahead: int = 0,
    forgotten: int | None = None,
    exam: str | None = None,
    more_new: int = 0,
    more_due: int = 0,
) -> None:
    """Study what is due, or practise. Raises InputError for what does not go together."""
    from studytui import config, terminal
    from studytui.services import Services

    if ahead and (forgotten is not None or exam is not None):
        raise InputError(
            "--ahead studies what comes due, --forgotten and --exam practise: give one"
        )
    if plain:
        with Services(config.load()) as services:
            _line_by_line(_session(services, deck, ahead, forgotten, exam, (more_new, more_due)))
        return
    terminal.require("studytui study --plain")
    gc.disable()  # until the app has been there for a while
    settings = config.load()
    everything = not any((deck, ahead, forgotten, exam, more_new, more_due))
    if everything and (first := FirstCard.begin(settings)) and _foreseen(settings, first):
        return
    with Services(settings) as services:
        from studytui.app import StudyApp

        if deck is None and services.store().untouched():
            StudyApp(services).run_to_end()  # home asks what to begin with
            return
        session = _session(services, deck, ahead, forgotten, exam, (more_new, more_due))
        from studytui.screens.study import StudyScreen

        StudyApp(services, opening=StudyScreen(services, session)).run_to_end()


def _foreseen(settings: "Config", first: FirstCard) -> bool:
    """Study, the app loading while a child reads the first card; return whether it had one."""
    from studytui.app import StudyApp
    from studytui.screens.study import StudyScreen
    from studytui.services import Services
    from studytui.sessions.study import StudySession

    with Services(settings) as services:
        screen = StudyScreen(services, StudySession(services, first=first))
        StudyApp(services, opening=screen).run_to_end()
    return not first.missed


def _session(
    services: "Services",
    deck: str | None,
    ahead: int,
    forgotten: int | None,
    exam: str | None,
    more: tuple[int, int],
) -> "StudySession":
    """Return what is asked, today's limits changed first; warns of a clock that is wrong."""
    from studytui.sessions.practice import Practice, days_until
    from studytui.sessions.scope import named
    from studytui.sessions.study import StudySession
    from studytui.words import clock_warning

    scope = named(services, deck)
    if warning := clock_warning(services.store().clock_ahead()):
        print(warning, file=sys.stderr)
    days = days_until(exam) if exam is not None else 0
    if any(more):
        in_deck, topic = scope
        services.store().allow_more(new=more[0], due=more[1], deck=in_deck, topic=topic)
    if forgotten is not None or exam is not None:
        return Practice(services, *scope, forgotten=forgotten, exam=days)
    return StudySession(services, *scope, ahead=ahead)


def _line_by_line(session: "StudySession") -> None:
    from studytui.plain.lines import Lines
    from studytui.plain.study import study

    study(session, Lines(sys.stdin, sys.stdout))
    if says := session.services.tend():
        print(says, file=sys.stderr)
