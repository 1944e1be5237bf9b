"""The command palette: every key of the screen that is open, by its name."""

from collections.abc import Iterator

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider


class Keys(Provider):
    """Offers what the keys of the current screen do, disabled ones left out."""

    def _bindings(self) -> Iterator[Binding]:
        seen = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.description and binding.action not in seen:
                seen.add(binding.action)
                yield binding

    async def discover(self) -> Hits:
        """Yield all of them, before anything is typed."""
        for binding in self._bindings():
            yield DiscoveryHit(binding.description, self._press(binding), help=binding.tooltip)

    async def search(self, query: str) -> Hits:
        """Yield those whose name matches."""
        matcher = self.matcher(query)
        for binding in self._bindings():
            score = matcher.match(binding.description)
            if score > 0:
                shown = matcher.highlight(binding.description)
                yield Hit(score, shown, self._press(binding), help=binding.tooltip)

    def _press(self, binding: Binding):  # type: ignore[no-untyped-def]
        """Return a callback that does what the key does."""
        app = self.app

        async def press() -> None:
            await app.run_action(binding.action, default_namespace=app.screen)

        return press
