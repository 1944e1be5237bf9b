"""The help over a screen: what it is for, and each of its keys."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from studytui.widgets.keys import own_first
from studytui.words import keyed


class HelpScreen(ModalScreen[None]):
    """Lists the keys of the screen below with what they do. Esc closes it."""

    CSS_PATH = "../styles/help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,f1", "dismiss", "Close", id="help.close")
    ]

    def __init__(self, says: str, keys: Mapping[str, ActiveBinding]) -> None:
        """Keep what to show: ``keys`` are the active bindings of the screen below."""
        super().__init__()
        self._says = says
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Show the text, then the keys."""
        with VerticalScroll(id="help"):
            yield Static(Content(keyed(self._says)), id="help-says")
            yield Static(self.table(), id="help-keys")
            yield Static(Content("Arrow keys scroll. Esc closes this help."), id="help-close")

    def table(self) -> Content:
        """Return one line a binding: keys, name, what it does."""
        rows: dict[str, tuple[list[str], Binding]] = {}
        for active in own_first(self._keys.values()):
            keys, _ = rows.setdefault(active.binding.action, ([], active.binding))
            keys.append(self.app.get_key_display(active.binding))
        lines = []
        for keys, binding in rows.values():
            says = binding.tooltip or binding.description
            lines.append(
                Content.assemble((f"{' '.join(keys):>14}  ", "bold $accent"), Content(says))
            )
        return Content("\n").join(lines)
