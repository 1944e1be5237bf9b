"""A list of options to choose from."""

from contextlib import suppress

from textual.widgets import OptionList


class Options(OptionList):
    """Textual's list, which breaks on a page key while the window leaves it no room."""

    def action_page_up(self) -> None:
        """Move up a page, if one is shown."""
        with suppress(KeyError):
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Move down a page, if one is shown."""
        with suppress(KeyError):
            super().action_page_down()  # type: ignore[no-untyped-call]
