"""The line at the top of the screens that one moves between: which there are, and where we are."""

from textual.content import Content, Span
from textual.style import Style
from textual.widgets import Static

NAMES = {"home": "Home", "quiz": "Quiz", "statistics": "Statistics", "lab": "Lab"}


class TitleBar(Static):
    """Names the modes, the current one in bold; a click opens one."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "TitleBar { dock: top; height: 1; padding: 0 1; background: $panel; }"

    def on_mount(self) -> None:
        """Show the names."""
        self.update(
            Content("   ").join([Content.styled("StudyTUI", "bold $primary"), *self._names()])
        )

    def _names(self) -> list[Content]:
        shown = []
        for mode, name in NAMES.items():
            style = Style.from_meta({"@click": f"app.switch_mode({mode!r})"})
            here = "bold underline" if mode == self.app.current_mode else "$text-muted"
            shown.append(Content(name, [Span(0, len(name), style), Span(0, len(name), here)]))
        return shown
