"""The bar of keys at the foot of every screen, on as many lines as it needs."""

from collections.abc import Iterable

from textual.binding import ActiveBinding, Binding
from textual.content import Content, Span
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Static


class KeyBar(Static):
    """Shows each key of the screen beside what it does; a click does the same.

    Unlike Textual's footer it wraps, so that no key is out of sight on 80 columns.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: auto;
        padding: 0 1;
        background: $panel;
        color: $foreground;
    }
    """

    def on_mount(self) -> None:
        """Follow the screen's keys as the focus moves."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_unmount(self) -> None:
        """Stop following."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.update(self.keys())

    def keys(self) -> Content:
        """Return the line of keys: disabled ones are left out."""
        active = [a for a in self.screen.active_bindings.values() if a.binding.show and a.enabled]
        shown = {a.binding.action: a.binding for a in reversed(own_first(active))}
        return Content("  ").join(
            _pair(self.app.get_key_display(binding), binding)
            for binding in reversed(shown.values())
        )


def own_first(active: Iterable[ActiveBinding]) -> list[ActiveBinding]:
    """Return our bindings, those of the screen itself (``study.undo``) before the general ones."""
    named = [a for a in active if a.binding.id]
    return sorted(named, key=lambda a: "." not in (a.binding.id or ""))


def _pair(key: str, binding: Binding) -> Content:
    """Return one key and its description, which do not part at a line's end."""
    text = f"{key} {binding.description}".replace(" ", "\u00a0")
    click = Style.from_meta({"@click": f"app.simulate_key({binding.key!r})"})
    spans = [Span(0, len(text), click), Span(0, len(key), Style.parse("bold $accent"))]
    return Content(text, spans)
