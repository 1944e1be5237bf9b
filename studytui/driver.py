"""Textual's driver for Linux and macOS, whose keys go on after input that is no text or no key."""

from typing import TYPE_CHECKING, cast

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from studytui.guarded_app import GuardedApp

_NO_KEY = (ValueError, ArithmeticError, LookupError, TypeError)
"""What Textual's parser of keys raises for bytes that are not UTF-8, and for endless numbers."""


class KeysDriver(LinuxDriver):
    """Reads keys until the app ends."""

    def run_input_thread(self) -> None:
        """Read keys; what cannot be read is left out, and the app says so."""
        while not self.exit_event.is_set():
            try:
                super().run_input_thread()
            except _NO_KEY:
                self._app.call_later(cast("GuardedApp", self._app).say_unreadable)
            else:
                return
