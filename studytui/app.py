"""The app: which screens there are, the themes, the palette. Each screen owns all the rest."""

import asyncio
import contextlib
import importlib
import os
import pkgutil
import signal
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.dom import DOMNode
from textual.screen import Screen
from textual.theme import Theme

from studytui import config, terminal, themes
from studytui.errors import in_words
from studytui.guarded_app import GuardedApp
from studytui.painting import after_painting
from studytui.palette import Keys, Palette
from studytui.services import Services
from studytui.words import use_keys

MODES = {
    "home": "studytui.screens.home:HomeScreen",
    "browse": "studytui.screens.browse:BrowseScreen",
    "audit": "studytui.screens.audit:AuditScreen",
    "quiz": "studytui.screens.quiz:QuizSetupScreen",
    "statistics": "studytui.screens.stats:StatsScreen",
    "lab": "studytui.screens.lab:LabScreen",
}
"""Mode → screen. The modules are imported when the mode is first opened, home's at the start."""

PLACES = ("studytui.screens", "studytui.panels", "studytui.widgets")
"""The packages whose classes have actions with keys."""

TEND_AFTER = 20.0
"""Seconds after the start until the store is looked after."""

LOOK_EVERY = 2.0
"""Seconds between two looks whether the terminal is still there."""


class StudyApp(GuardedApp):
    """Notes that prove themselves, in the terminal."""

    TITLE = "StudyTUI"
    CSS_PATH = "styles/app.tcss"
    DEFAULT_MODE = "home"
    NOTIFICATION_TIMEOUT = 3.0
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = App.COMMANDS | {Keys}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(  # before what is on top, which else shuts the app's own keys out
            "ctrl+q",
            "app.quit",
            "Quit",
            show=False,
            priority=True,
            id="quit",
            tooltip="Leave the app",
        ),
        Binding(
            "ctrl+z",
            "suspend_process",
            "Background",
            show=False,
            id="background",
            tooltip="Leave the app waiting behind the shell; fg brings it back",
        ),
        Binding("ctrl+p", "command_palette", "Palette", id="palette", tooltip="Find any command"),
    ]

    def __init__(
        self, services: Services | None = None, opening: Screen[Any] | None = None
    ) -> None:
        """Make the app; it opens neither the store nor a child process before it has painted.

        `opening` is a screen to open at the start; home is made once that is closed.
        """
        super().__init__()
        self._opening = opening
        self.services = services or Services(config.load())
        self._modes = {name: self._opener(place) for name, place in MODES.items()}
        if opening is not None:
            self._modes["home"] = partial(Floor, self._opener(MODES["home"]))
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.ansi_theme_dark, self.ansi_theme_light = map(themes.sixteen, themes.THEMES)
        use_keys(self.services.settings.keys)
        if keys := self.services.settings.keys:
            from studytui.keymap import spelled

            self.set_keymap(spelled(keys))
        self._wanted = themes.chosen(self.services.settings.theme)
        self.theme = self._wanted if self._wanted in self.available_themes else themes.DARK.name

    def on_mount(self) -> None:
        """Say so when the chosen theme does not exist, and open what was asked for."""
        self.set_timer(TEND_AFTER, self.tend)
        if not self.is_headless:
            self.set_interval(LOOK_EVERY, self.end_without_terminal)
            with contextlib.suppress(NotImplementedError):  # on Windows
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.end_in_order)
        if self._wanted not in self.available_themes:
            says = f"There is no theme called {self._wanted}."
            self.notify(says, severity="warning", markup=False)
        if self.services.settings.keys:
            after_painting(self, self.check_keys)
        self.theme_changed_signal.subscribe(self, self.remember_theme)
        if self._opening is not None:
            self.push_screen(self._opening)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Yield those of Textual's commands that have no key: help and quit are ours."""
        for command in super().get_system_commands(screen):
            if command.title in ("Theme", "Screenshot"):
                yield command

    def action_command_palette(self) -> None:
        """Open the palette without an id: a palette that a fault ended may still have that."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_suspend_process(self) -> None:
        """Wait behind the shell; elsewhere nobody could bring the app back.

        A shell makes each command the leader of a job; make or a window of its own does not.
        """
        if os.getpid() == os.getpgrp() != os.getsid(0):
            super().action_suspend_process()
        else:
            self.notify("No shell could bring the app back from the background.", markup=False)

    def end_in_order(self) -> None:
        """End when the system asks for it, the terminal as before; at once if it asks again."""
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
        self.exit(return_code=128 + signal.SIGTERM)

    def end_without_terminal(self) -> None:
        """End as a program ends whose terminal is gone.

        The signal that says so goes to the process that leads the session, and make, for one,
        keeps it to itself and waits for us, who would read nothing for ever.
        """
        if not os.isatty(terminal.KEYS):
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            signal.raise_signal(signal.SIGHUP)

    @work(thread=True, exclusive=True, group="theme")
    def remember_theme(self, theme: Theme) -> None:
        """Begin with the theme that was chosen, the next time."""
        with contextlib.suppress(OSError):  # a folder that cannot be written has a sentence already
            themes.remember(theme.name)

    @work(thread=True)
    def check_keys(self) -> None:
        """Say what is wrong with keys of one's own; this imports every screen."""
        from studytui.keymap import faults

        for says in faults(self.services.settings.keys, with_actions()):
            self.call_from_thread(self.notify, says, severity="warning", markup=False, timeout=10)

    @work(thread=True, exit_on_error=False)
    def tend(self) -> None:
        """Copy the store once a day and see to the bundled deck, while nobody waits for it."""
        from studytui.bundled import refresh

        try:
            says = self.services.tend()
            refresh(self.services.store())
        except Exception as error:
            says = in_words(error)
        if says:
            self.call_from_thread(self.notify, says, severity="warning", markup=False, timeout=10)
        elif self.services.settings.refit:
            self.refit()

    def refit(self) -> None:
        """Fit the schedule to one's reviews if they have grown enough, and say what came of it."""
        from sims.worker.parent import WorkerError
        from studytui.sessions.refit import refit

        try:
            done = refit(self.services)
        except WorkerError:
            return  # it is tried again at the next start
        if done is not None and done.kept:
            self.call_from_thread(self.notify, done.says(), markup=False, timeout=10)

    def on_derivation_screen_asked(self, message: Any) -> None:
        """Ask for the lines of a proof in their order, in place of the derivation."""
        from studytui.screens.paper import PaperScreen

        self.switch_screen(PaperScreen(self.services, message.paper))

    async def on_unmount(self) -> None:
        """End the children, so that no thread waits for one while the app closes."""
        self.services.close()

    def _opener(self, place: str) -> Callable[[], Screen[Any]]:
        """Return what makes a mode's screen: imported only when it is opened."""
        module, _, name = place.partition(":")

        def open_screen() -> Screen[Any]:
            screen: Screen[Any] = getattr(importlib.import_module(module), name)(self.services)
            return screen

        return open_screen


class Floor(Screen[None]):
    """Lies below the screen that is opened at the start, and opens home once that is gone.

    Home would take a fifth of the time until the first card is there.
    """

    def __init__(self, home: Callable[[], Screen[Any]]) -> None:
        super().__init__()
        self._home = home
        self._bare = False
        """Whether it is on top because what lay over it was closed, not at the start."""

    def on_screen_resume(self) -> None:
        """Open home, unless the first screen is yet to be opened."""
        if self._bare and self.is_active:
            self.app.push_screen(self._home())
        self._bare = True


def with_actions() -> list[type[DOMNode]]:
    """Return the classes of the app that have actions; imports every screen."""
    for place in PLACES:
        package = importlib.import_module(place)
        for found in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{place}.{found.name}")
    return [kind for kind in _below(DOMNode) if kind.__module__.startswith("studytui.")] + [App]


def _below(kind: type[DOMNode]) -> Iterable[type[DOMNode]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def run() -> None:
    """Open the app.

    Raises ConfigError when a setting cannot be used, and InputError without a terminal.
    """
    terminal.require("studytui study --plain")
    with Services(config.load()) as services:  # a thread may open the store again as the app ends
        StudyApp(services).run_to_end()
