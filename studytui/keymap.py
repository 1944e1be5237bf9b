"""Keys of one's own: which actions can have one, what is wrong with them, and what they free."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_NAME_REPLACEMENTS, KEY_TO_UNICODE_NAME, REPLACED_KEYS, Keys

MODIFIERS = {"ctrl", "alt", "shift", "super"}
NAMED = {key.value for key in Keys}


def actions(kinds: Iterable[type[DOMNode]]) -> set[str]:
    """Return the ids of the bindings that these classes have."""
    return {id for kind in kinds for id in bindings_of(kind)}


def bindings_of(kind: type[DOMNode]) -> dict[str, Binding]:
    """Return the bindings of a page or a widget that can have a key of one's own, by their ids."""
    return {
        binding.id: binding
        for base in reversed(kind.__mro__)
        for binding in vars(base).get("BINDINGS", ())
        if isinstance(binding, Binding) and binding.id
    }


def spelled(keys: Mapping[str, str]) -> dict[str, str]:
    """Return the keys as Textual names them: `question_mark` for `?`."""
    return {id: ",".join(map(_name, key.split(","))) for id, key in keys.items()}


def kept(kind: type[DOMNode], keys: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of a page that stay although an action that shares them has one of its own.

    Textual takes the old key of an action from all that have it.
    """
    bindings = bindings_of(kind)
    freed = {key for id in bindings.keys() & keys for key in bindings[id].key.split(",")}
    return {
        id: binding.key
        for id, binding in bindings.items()
        if id not in keys and freed & set(binding.key.split(","))
    }


def faults(keys: Mapping[str, str], kinds: Collection[type[DOMNode]]) -> list[str]:
    """Return a sentence for each name that no action has, each key that is none, each taken one.

    `kinds` are the classes that have actions.
    """
    known = sorted(actions(kinds))
    says = []
    for id, key in spelled(keys).items():
        if id not in known:
            near = get_close_matches(id, known, 1)
            ask = f"; did you mean {near[0]}?" if near else "."
            says.append(f"no action is called {id}{ask}")
        elif wrong := [one for one in key.split(",") if not _is_key(one)]:
            none = f"{wrong[0]} is no key" if wrong[0] else "there is no key"
            says.append(f"{none} for {id}; write one such as z, f5, ctrl+b or question_mark.")
    says += dict.fromkeys(taken for kind in kinds for taken in _taken(kind, keys))
    return [f"[keys] in config.toml: {sentence}" for sentence in says]


def _taken(kind: type[DOMNode], keys: Mapping[str, str]) -> Iterable[str]:
    """Yield a sentence for each key of one's own that another action of the page has as well."""
    bindings, own = bindings_of(kind), spelled(keys)
    now = {id: own.get(id, binding.key).split(",") for id, binding in bindings.items()}
    for id in bindings.keys() & own:
        for key in now[id]:
            others = [other for other in now if other != id and key in now[other]]
            if key and others:
                also = " and ".join(others)
                yield f"{key} is given to {id}, but {also} had it; give one of them another."


def _name(key: str) -> str:
    """Return how Textual spells a key."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def _is_key(key: str) -> bool:
    """Return whether a keyboard has such a key."""
    *modifiers, name = key.split("+")
    if not set(modifiers) <= MODIFIERS:
        return False
    if key in NAMED or name in NAMED or (len(name) == 1 and name.isalnum()):
        return True
    name = REPLACED_KEYS.get(name, name)
    try:
        character = unicodedata.lookup(KEY_TO_UNICODE_NAME.get(name, name.replace("_", " ")))
    except KeyError:
        return False
    return unicodedata.category(character) != "So"  # a banana is a character, too
