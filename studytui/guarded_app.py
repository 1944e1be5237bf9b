"""The border to Textual: what it draws is cleaned, and its own faults do not end the app."""

import gc
import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import textual
from textual.app import App
from textual.content import Content
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Event, InputEvent
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.worker import WorkerFailed

from studytui.drawing import CleanCells
from studytui.errors import in_words
from studytui.stylesheet import ParsedStylesheet

MOST_FAULTS, FAULTS_WITHIN = 20, 10.0
"""Faults of Textual's, within so many seconds, after which the app ends."""

COLLECT_AFTER = 5.0
"""Seconds after the start until unused memory is looked for."""

COLLECT_EACH = (20_000, 10, 50)
"""New objects, and passes over younger ones, after which unused memory is looked for."""

SAY_EVERY = 5.0
"""Seconds between two sentences about input that could not be read."""

SAID_ROWS = 6
"""Rows of the sentences that are shown for a moment at once, where a page does not say how many."""

BESIDE_WHAT_IS_SAID = 5
"""Cells of a row that such a sentence leaves empty."""

_TEXTUAL = str(Path(textual.__file__).parent)
_OURS = str(Path(__file__).parent)


class GuardedApp(App[None]):
    """An app that says of faults in Textual that they happened, and goes on.

    Faults of ours end it: `run_to_end` raises them, with the terminal as it was before.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stylesheet = ParsedStylesheet(variables=self.get_css_variables())
        self.fault: Exception | None = None
        """What ends the app."""
        self._cells = CleanCells()
        self._faults: deque[float] = deque(maxlen=MOST_FAULTS)
        """When the latest faults of Textual's were survived."""
        self._said_unreadable = -SAY_EVERY
        self._said: dict[str, tuple[float, int]] = {}
        """What is shown for a moment, when that ends, and its rows."""

    def run_to_end(self) -> None:
        """Run the app; raises the fault that ended it, and SystemExit when Textual ends it.

        Until it has been there for a while no garbage is looked for, and after that not among what
        was there by then: looking through all of it took an eighth of the start, and later made a
        key wait for a tenth of a second.
        """
        gc.disable()
        self.call_later(self.set_timer, COLLECT_AFTER, _collect_from_now_on)
        try:
            self.run()
        finally:
            gc.enable()
        if self.fault is not None:
            raise self.fault
        if self.return_code:
            raise SystemExit(self.return_code)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what every row goes through before it is drawn."""
        return [*super().get_line_filters(), self._cells]

    def get_driver_class(self) -> type[Driver]:
        """Return what reads keys and draws on this system."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from studytui.driver import KeysDriver

        return KeysDriver

    def on_unreadable(self) -> None:
        """Say that a part of what was typed or pasted was no text; once for a lot of it."""
        if time.monotonic() - self._said_unreadable >= SAY_EVERY:
            self._said_unreadable = time.monotonic()
            says = "Some of what was typed or pasted was no UTF-8 text, and was left out."
            self.notify(says, severity="warning", markup=False)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a sentence for a moment: not twice at once, and in no more rows than are free.

        A longer one is shown part by part, each as long as the whole would be.
        """
        now = time.monotonic()
        lasts = self.NOTIFICATION_TIMEOUT if timeout is None else timeout
        self._said = {says: one for says, one in self._said.items() if one[0] > now}
        if message in self._said:
            return
        free = getattr(self.screen, "SAID_ROWS", SAID_ROWS) if self.is_running else SAID_ROWS
        rows = Content(message).wrap(max(1, self.size.width - BESIDE_WHAT_IS_SAID))
        rest = " ".join(row.plain.strip() for row in rows[free:])
        if rest and not markup:
            message = " ".join(row.plain.strip() for row in rows[:free])
            more = partial(
                self.notify, rest, title=title, severity=severity, timeout=lasts, markup=False
            )
            self.set_timer(lasts, more)
        if sum(shown for _, shown in self._said.values()) + len(rows) > free and self._said:
            self.call_later(self.clear_notifications)  # in its turn, after those on their way
            self._said.clear()
        self._said[message] = now + lasts, min(free, len(rows))
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def clear_notifications(self) -> None:
        """Take away what is said; Textual would leave its place in the rows, empty."""
        super().clear_notifications()
        for screen in self.screen_stack[-1:]:
            screen.query("ToastHolder").remove()

    async def on_event(self, event: Event) -> None:
        """Handle an event; after the key that ends the app no other one counts."""
        if self._exit and isinstance(event, InputEvent):
            return
        try:
            await super().on_event(event)
        except Exception as error:
            if not self._survives(error):
                raise

    async def _dispatch_action(self, namespace: DOMNode, action_name: str, params: Any) -> bool:
        try:
            return await super()._dispatch_action(namespace, action_name, params)
        except Exception as error:
            if not self._survives(error):
                raise
            return True

    def _handle_exception(self, error: Exception) -> None:
        """End the app for a fault of ours; a screen that a fault of Textual's has ended closes."""
        if self._survives(error):
            self.call_later(self._close_dead_screen)
            return
        if self.fault is None:
            self.fault = error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Close the app; the fault is told, and logged, when the terminal is as it was before."""
        self._close_messages_no_wait()

    def _survives(self, error: Exception) -> bool:
        """Return whether the app goes on; if so, log the fault of Textual's and say so."""
        if self._exit:
            return True  # nobody sees any more what fails now
        now = time.monotonic()
        many = len(self._faults) == MOST_FAULTS and now - self._faults[0] < FAULTS_WITHIN
        if many or not _is_textuals(error):
            return False
        self._faults.append(now)
        self.notify(in_words(error), severity="warning", markup=False, timeout=10)
        return True

    def _close_dead_screen(self) -> None:
        """Close the screen on top if its messages are not handled any more."""
        if len(self.screen_stack) > 1 and not self.screen.is_running:
            self.pop_screen()


def _collect_from_now_on() -> None:
    gc.freeze()
    gc.set_threshold(*COLLECT_EACH)
    gc.enable()


def _is_textuals(error: BaseException) -> bool:
    """Return whether an error arose in Textual, in nothing that code of ours had called."""
    if isinstance(error, WorkerFailed):
        error = error.error
    files = [frame.tb_frame.f_code.co_filename for frame in _frames(error.__traceback__)]
    ours = any(file.startswith(_OURS) and file != __file__ for file in files)
    return bool(files) and files[-1].startswith(_TEXTUAL) and not ours


def _frames(trace: TracebackType | None) -> list[TracebackType]:
    frames = []
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    return frames
