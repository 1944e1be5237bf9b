"""What screens with a plot or a formula share: `w` writes the plot, `y` copies a text."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from sims.simulation import Frame
from studytui.screens.page import Page, in_thread
from studytui.words import short


class TakingPage(Page):
    """A screen from which something can be taken along."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "write_plot", "Write", id="write", tooltip="Write the plot as SVG"),
        Binding("y", "copy", "Copy", id="copy", tooltip="Copy the formula, or the line of the run"),
    ]

    def plot_shown(self) -> tuple[Frame, str] | None:
        """Return the plot on the page and its name, None where there is none."""
        return None

    def to_copy(self) -> str:
        """Return what can be copied now: LaTeX, or a command; empty where there is nothing."""
        return ""

    def action_write_plot(self) -> None:
        """Write the plot to a file."""
        if (shown := self.plot_shown()) is not None:
            self.write_plot(*shown)

    @in_thread("write")
    def write_plot(self, frame: Frame, name: str) -> Page.Said:
        """Write it beside the data."""
        from studytui.sessions.taking import write_plot

        return self.Said(f"Written to {write_plot(frame, name)}")

    def action_copy(self) -> None:
        """Put it on the clipboard of the terminal (OSC 52)."""
        if text := self.to_copy():
            self.app.copy_to_clipboard(text)
            self.say(f"Copied, if your terminal allows it: {short(text)}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is."""
        if action == "write_plot" and (not self.is_mounted or self.plot_shown() is None):
            return False
        if action == "copy" and not (self.is_mounted and self.to_copy()):
            return False
        return super().check_action(action, parameters)
