"""Progress of a command: one line on a terminal's standard error, cleared when it is over."""

import sys
from typing import Self

from cards.text.clean import clean_line

WIDTH = 78


class ProgressLine:
    """The line, for the length of a `with`. Where nobody looks it shows nothing."""

    def __enter__(self) -> Self:
        """Begin; the line is empty."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Clear the line."""
        self.show("")

    def show(self, says: str, share: float | None = None) -> None:
        """Show words, after the share done, 0 to 1, if one is known."""
        if sys.stderr.isatty():
            text = says if share is None else f"{share:4.0%} {says}"
            line = f"\r\033[K{clean_line(text)[:WIDTH]}"
            print(line, end="", file=getattr(sys.stderr, "uncleaned", sys.stderr), flush=True)
