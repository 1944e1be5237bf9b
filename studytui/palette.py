"""The command palette: every key of the screen that is open, by its name."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress

from textual.await_complete import AwaitComplete
from textual.binding import ActiveBinding
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.widgets import Input

from studytui.widgets.keys import own_first

LONGEST = 60
"""Characters that the palette takes: each begins a search and ends all that were begun before."""


class Palette(CommandPalette):
    """The palette, for words as long as a command's."""

    def on_mount(self) -> None:
        """Limit what can be typed, or a burst of keys would take time with its square."""
        for field in self.query(Input):  # none where it is closed as it opens
            field.max_length = LONGEST

    def _action_command_list(self, action: str) -> None:
        """Move in the list; Textual's breaks on a page key before its rows are laid out."""
        with suppress(KeyError):
            super()._action_command_list(action)

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close it, once: a second key of a burst would take the page below away."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()


class Keys(Provider):
    """Offers what the keys of the current screen do, disabled ones left out."""

    def _keys(self) -> Iterator[ActiveBinding]:
        """Yield each action once, however many keys it has; not the one that opened the palette."""
        seen = {"command_palette"}
        for active in own_first(self.screen.active_bindings.values()):
            if active.enabled and active.binding.action not in seen:
                seen.add(active.binding.action)
                yield active

    async def discover(self) -> Hits:
        """Yield all of them, before anything is typed."""
        for key in self._keys():
            binding = key.binding
            yield DiscoveryHit(binding.description, self._press(key), help=binding.tooltip)

    async def search(self, query: str) -> Hits:
        """Yield those whose name matches."""
        matcher = self.matcher(query)
        for key in self._keys():
            binding = key.binding
            score = matcher.match(binding.description)
            if score > 0:
                shown = matcher.highlight(binding.description)
                yield Hit(score, shown, self._press(key), help=binding.tooltip)

    def _press(self, key: ActiveBinding) -> Callable[[], Awaitable[None]]:
        """Return a callback that does what the key does, once, where it does it."""
        app, waits = self.app, True

        async def press() -> None:
            nonlocal waits
            here = key.node is app or (key.node.is_attached and key.node.screen is app.screen)
            if here and waits:  # else the page was left while the palette lay over it
                waits = False
                await app.run_action(key.binding.action, default_namespace=key.node)

        return press
