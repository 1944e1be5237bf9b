"""The line at the top of the screens that one moves between: which there are, and where we are."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from textual.content import Content, Span
from textual.style import Style
from textual.widgets import Static

NAMES = {
    "home": "Home",
    "browse": "Browse",
    "audit": "Audit",
    "quiz": "Quiz",
    "statistics": "Statistics",
    "lab": "Lab",
}


class TitleBar(Static):
    """Names the modes, the current one in bold; a click opens one."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "TitleBar { dock: top; height: 1; padding: 0 1; background: $panel; }"

    def __init__(self, current: str) -> None:
        """Show the names, with the mode `current` marked."""
        name = Content.styled("StudyTUI", "bold $primary")
        super().__init__(Content("   ").join([name, *_names(current)]))
        self.auto_links = False  # all of them are links: the one that is open is underlined


def _names(current: str) -> list[Content]:
    shown = []
    for mode, name in NAMES.items():
        click = Style.from_meta({"@click": f"app.switch_mode({mode!r})"})
        look = "bold underline" if mode == current else "$text-muted"
        shown.append(Content(name, [Span(0, len(name), click), Span(0, len(name), look)]))
    return shown


def innermost(names: Sequence[str], cells: int) -> str:
    """Return nested names on one line; the outer ones give way where the cells are too few."""
    for outer in range(len(names)):
        line = " › ".join([*(["…"] if outer else []), *names[outer:]])
        if cell_len(line) <= cells:
            return line
    return set_cell_size(names[-1], max(1, cells - 1)).rstrip() + "…"
