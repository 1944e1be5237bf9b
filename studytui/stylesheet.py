"""The styles of all widgets, each source of them parsed once for a set of colours."""

from textual.css.stylesheet import Stylesheet


class ParsedStylesheet(Stylesheet):
    """A stylesheet that keeps what it has parsed.

    Textual parses everything again for each screen that is opened and at each start, as a source
    may be wrong, which ours are not: that took a tenth of a second each time.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self.colours = variables or {}

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set the colours; those that are set already leave everything as it is."""
        if variables != self.colours:
            self.colours = variables
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parse what has not been parsed with these colours."""
        self.parse()
