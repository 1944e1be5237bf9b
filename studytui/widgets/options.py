"""A list of options to choose from."""

from contextlib import suppress

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widgets import OptionList


class Options(OptionList):
    """Textual's list, which breaks on a page key while the window leaves it no room."""

    def render_line(self, y: int) -> Strip:
        """Draw a row; of the option under the cursor in one colour where a terminal has sixteen.

        Grey, or a colour of its own, cannot be read there on the bar of the cursor.
        """
        strip = super().render_line(y)
        if not self.app.native_ansi_color or self.highlighted is None:
            return strip
        if not any(
            part.style and part.style.meta.get("option") == self.highlighted for part in strip
        ):
            return strip
        names = "option-list--option", "option-list--option-highlighted"
        plain = Style(color=self.get_visual_style(*names).rich_style.color, dim=False)
        return Strip([Segment(text, (style or Style()) + plain) for text, style, _ in strip])

    def action_page_up(self) -> None:
        """Move up a page, if one is shown."""
        with suppress(KeyError):
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Move down a page, if one is shown."""
        with suppress(KeyError):
            super().action_page_down()  # type: ignore[no-untyped-call]
