"""The bar of keys at the foot of every screen, on as many lines as it needs."""

from collections.abc import Iterable

from textual.binding import ActiveBinding, Binding
from textual.content import Content, Span
from textual.geometry import Size
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget


class KeyBar(Widget):
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
        self._pairs: list[Content] = []
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_unmount(self) -> None:
        """Stop following."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            pairs = self.pairs()
            if pairs != self._pairs:
                self._pairs = pairs
                self._fit()
                # Once more, as Textual keeps the old height when a layout was asked for before.
                self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        taller = len(self.lines(self.content_size.width)) != self.content_size.height
        self.refresh(layout=taller)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the keys take at a width."""
        return len(self.lines(width))

    def render(self) -> Content:
        """Return the lines at the widget's own width."""
        return Content("\n").join(self.lines(self.content_size.width))

    def pairs(self) -> list[Content]:
        """Return each key with what it does; disabled ones are left out."""
        active = [a for a in self.screen.active_bindings.values() if a.binding.show and a.enabled]
        shown = {a.binding.action: a.binding for a in reversed(own_first(active))}
        display = self.app.get_key_display
        return [_pair(display(binding), binding) for binding in reversed(shown.values())]

    def lines(self, width: int) -> list[Content]:
        """Return the keys in lines that end between two of them."""
        lines: list[list[Content]] = [[]]
        used = 0
        for pair in self._pairs:
            if lines[-1] and used + 2 + pair.cell_length > width:
                lines.append([])
                used = 0
            used += pair.cell_length + (2 if lines[-1] else 0)
            lines[-1].append(pair)
        return [Content("  ").join(line) for line in lines]


def own_first(active: Iterable[ActiveBinding]) -> list[ActiveBinding]:
    """Return our bindings, those of the screen itself (``study.undo``) before the general ones.

    Textual's own have no id: they move cursors. Keys that scroll are left out as well.
    """
    named = [a for a in active if a.binding.id and not a.binding.id.startswith("scroll-")]
    return sorted(named, key=lambda a: "." not in (a.binding.id or ""))


def _pair(key: str, binding: Binding) -> Content:
    """Return one key and its description; a click presses it."""
    text = f"{key} {binding.description}"
    click = Style.from_meta({"@click": f"app.simulate_key({binding.key!r})"})
    spans = [Span(0, len(text), click), Span(0, len(key), Style.parse("bold $accent"))]
    return Content(text, spans)
