"""The bar of keys at the foot of every screen."""

from collections.abc import Iterable
from functools import cache

from textual.binding import ActiveBinding
from textual.content import Content, Span
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

ALWAYS = ("help", "leave_topic", "leave", "back", "quit")
"""The actions whose keys stand at the end, in this order, and are never left out."""


class KeyBar(Widget):
    """Shows the keys that matter now beside what they do, on one line; a click does the same.

    Keys that do not fit are left out from the end; the help has all of them.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $foreground;
    }
    """

    def on_mount(self) -> None:
        """Follow the screen's keys as the focus moves; all of it is links: none is underlined."""
        self.auto_links = False
        self._pairs: list[tuple[str, Content]] = []
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_unmount(self) -> None:
        """Stop following."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def on_resize(self) -> None:
        """Draw the keys with the rest of a new page, which tells of them only later."""
        self._pairs = self.pairs()
        self.refresh()

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            pairs = self.pairs()
            if pairs != self._pairs:
                self._pairs = pairs
                self.refresh()

    def render(self) -> Content:
        """Return the keys that fit, and at the end those that are always shown."""
        return self.line(self.content_size.width)

    def pairs(self) -> list[tuple[str, Content]]:
        """Return each action with its key and what it does; disabled ones are left out."""
        active = [a for a in self.screen.active_bindings.values() if a.binding.show and a.enabled]
        shown = {a.binding.action: a.binding for a in reversed(own_first(active))}
        display = self.app.get_key_display
        return [
            (
                binding.action.rpartition(".")[2],
                _pair(display(binding), binding.description, binding.key),
            )
            for binding in reversed(shown.values())
        ]

    def line(self, width: int) -> Content:
        """Return the keys that fit in `width` cells, in their order."""
        ends = [(ALWAYS.index(action), pair) for action, pair in self._pairs if action in ALWAYS]
        last = [pair for _, pair in sorted(ends, key=lambda end: end[0])]
        left = width + 2 - sum(pair.cell_length + 2 for pair in last)
        first = []
        for action, pair in self._pairs:
            if action not in ALWAYS and (left := left - pair.cell_length - 2) >= 0:
                first.append(pair)
        return Content("  ").join([*first, *last])


def own_first(active: Iterable[ActiveBinding]) -> list[ActiveBinding]:
    """Return our bindings, those of the screen itself (`study.undo`) before the general ones.

    Textual's own have no id: they move cursors. Keys that scroll are left out as well.
    """
    named = [a for a in active if a.binding.id and not a.binding.id.startswith("scroll-")]
    return sorted(named, key=lambda a: "." not in (a.binding.id or ""))


@cache
def _pair(key: str, description: str, pressed: str) -> Content:
    """Return one key and its description; a click presses it."""
    text = f"{key} {description}"
    click = Style.from_meta({"@click": f"app.simulate_key({pressed!r})"})
    spans = [Span(0, len(text), click), Span(0, len(key), "bold $accent")]
    return Content(text, spans)
