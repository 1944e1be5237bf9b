"""Textual's driver for Linux and macOS, whose keys go on after input that is no text or no key."""

from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

_NO_KEY = (ValueError, ArithmeticError, LookupError, TypeError)
"""What Textual's parser of keys raises for bytes that are not UTF-8, and for endless numbers."""


class Unreadable(Message):
    """Some of what was typed or pasted was no text."""


class KeysDriver(LinuxDriver):
    """Reads keys until the app ends."""

    def run_input_thread(self) -> None:
        """Read keys; what cannot be read is left out, and the app says so."""
        while not self.exit_event.is_set():
            try:
                super().run_input_thread()
            except _NO_KEY:
                self.send_message(Unreadable())
            else:
                return
