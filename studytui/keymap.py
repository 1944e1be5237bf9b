"""Which actions can have a key of one's own: those whose binding has an id."""

import importlib
import pkgutil
from collections.abc import Iterable
from difflib import get_close_matches

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

PLACES = ("studytui.app", "studytui.screens", "studytui.panels", "studytui.widgets")


def actions() -> set[str]:
    """Return the ids of all bindings of the app; imports every screen."""
    for place in PLACES:
        module = importlib.import_module(place)
        for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
            importlib.import_module(f"{place}.{found.name}")
    return {
        binding.id
        for node in _below(DOMNode)
        if node.__module__.startswith("studytui.") or node is App
        for binding in node.BINDINGS
        if isinstance(binding, Binding) and binding.id
    }


def unknown(keys: Iterable[str]) -> list[str]:
    """Return a sentence for each name of ``keys`` that no action has."""
    known = sorted(actions())
    says = []
    for name in keys:
        if name not in known:
            near = get_close_matches(name, known, 1)
            ask = f"; did you mean {near[0]}?" if near else "."
            says.append(f"[keys] in config.toml: no action is called {name}{ask}")
    return says


def _below(kind: type[DOMNode]) -> Iterable[type[DOMNode]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)
