"""Lines asked and told on two text streams."""

from io import TextIOWrapper
from typing import TextIO

from cards.text.clean import clean_line


class Lines:
    """Asks and tells on two text streams."""

    def __init__(self, source: TextIO, target: TextIO) -> None:
        """Read from `source` and write to `target`.

        Bytes of `source` that are no text are left out, whatever the locale says of them.
        """
        if isinstance(source, TextIOWrapper) and source.errors != "surrogateescape":
            source.reconfigure(errors="surrogateescape")
        self._source = source
        self._target = target

    def tell(self, text: str = "") -> None:
        """Write a line now."""
        print(text, file=self._target, flush=True)

    def ask(self, prompt: str) -> str | None:
        """Write a prompt and return the next line, cleaned; None at the end of input."""
        print(prompt, end=" ", file=self._target, flush=True)
        line = self._source.readline()
        if not line:
            self.tell()
            return None
        return clean_line(line)
