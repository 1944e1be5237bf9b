"""The help over a screen: what it is for, and each of its keys."""

from collections.abc import Mapping
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from studytui.widgets.keys import own_first
from studytui.words import keyed

BESIDE = 16
"""Cells of the keys, with the space between them and what they do."""


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
        cells = max(BESIDE + 10, min(76, self.app.size.width * 95 // 100) - 8)
        for keys, binding in rows.values():
            says = wrap(binding.tooltip or binding.description, cells - BESIDE)
            lines.append(
                Content.assemble(
                    (f"{' '.join(keys):>{BESIDE - 2}}  ", "bold $accent"),
                    Content(f"\n{'':{BESIDE}}".join(says)),
                )
            )
        return Content("\n").join(lines)
