"""The help over a screen: what it is for, and each of its keys."""

from collections.abc import Mapping
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.style import Style
from textual.widgets import Static

from studytui.widgets.badge import legend
from studytui.widgets.keys import own_first
from studytui.words import keyed

MEASURE = 80
"""Cells of a row of the text at most."""
MARGIN = 2
BESIDE = 16
"""Cells of the keys, with the space between them and what they do."""


class HelpScreen(ModalScreen[None]):
    """Lists the keys of the screen below with what they do; a click presses one. Esc closes it.

    It hides that screen: to draw it again, paler, took longer than all the rest, and each picture
    of a simulation that runs there drew it once more.
    """

    CSS_PATH = "../styles/help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,f1", "dismiss", "Close", id="help.close")
    ]

    def __init__(
        self, says: str, keys: Mapping[str, ActiveBinding], *, badges: bool = False
    ) -> None:
        """Keep what to show: `keys` are the active bindings of the screen below.

        With `badges` the help says what each badge of evidence means.
        """
        super().__init__()
        self._badges = badges
        self._says = says
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Show the text, then the keys."""
        close = "Arrow keys scroll, a click does what the line says. Esc closes this help."
        close_line = Content.styled(close, "dim").stylize(_click("dismiss"))
        parts = [Content(keyed(self._says)), close_line, self.table()]
        parts += [legend()] * self._badges
        shown = Static(Content("\n\n").join(parts), id="help")
        shown.auto_links = False  # all of it is links: none is underlined
        shown.styles.padding = self._room()
        yield shown

    def on_resize(self) -> None:
        """Keep the text in the middle."""
        for shown in self.query("#help"):  # none where it is closed as it opens
            shown.styles.padding = self._room()

    def _room(self) -> tuple[int, int]:
        """Return the empty rows and cells around the text.

        The text fills its rows to both ends: where rows are cut, drawing takes twice as long.
        """
        return 1, max(MARGIN, (self.app.size.width - MEASURE) // 2)

    def table(self) -> Content:
        """Return one line a binding: keys, name, what it does."""
        rows: dict[str, tuple[list[str], Binding]] = {}
        for active in own_first(self._keys.values()):
            keys, _ = rows.setdefault(active.binding.action, ([], active.binding))
            keys.append(self.app.get_key_display(active.binding))
        lines = []
        cells = max(BESIDE + 10, min(MEASURE, self.app.size.width - 2 * MARGIN - 1))
        for keys, binding in rows.values():
            says = wrap(binding.tooltip or binding.description, cells - BESIDE)
            line = Content.assemble(
                (f"{' '.join(keys):>{BESIDE - 2}}  ", "bold $accent"),
                Content(f"\n{'':{BESIDE}}".join(says)),
            )
            lines.append(line.stylize(_click(f"press({binding.key!r})")))
        return Content("\n").join(lines)

    def action_press(self, key: str) -> None:
        """Close the help, and press a key of the screen below."""
        self.dismiss()
        self.app.simulate_key(key)


def _click(action: str) -> Style:
    """Return the style of what does something on the help page when it is clicked."""
    return Style.from_meta({"@click": f"screen.{action}"})
