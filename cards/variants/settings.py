"""The settings that a card's simulation runs with: the drawn values under its parameters' names."""

import re
from collections.abc import Iterator, Mapping

from cards.card import Card, Check
from sims.maths import MathsError

_CALL = re.compile(r"([\w-]+\.[\w-]+)\s*\((.*)\)$", re.DOTALL)
_PAIR = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*(\S.*?)\s*$", re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w*")
_FIGURES = 15


def split(text: str) -> tuple[str, dict[str, str]]:
    """Return the name of a simulation and what each parameter is given.

    `slug.name(parameter = drawn name, …)`, where a parameter may also get a number, a word or an
    expression. Raises ValueError with a sentence.
    """
    found = _CALL.match(text)
    if not found:
        if "(" in text:
            raise ValueError("a simulation is written slug.name(parameter = drawn name, …)")
        return text, {}
    settings: dict[str, str] = {}
    for part in _parts(found[2]):
        pair = _PAIR.match(part)
        if not pair:
            raise ValueError(f"“{part.strip()}” is no setting; write parameter = drawn name")
        if pair[1] in settings:
            raise ValueError(f"the parameter {pair[1]} is given twice; keep one")
        settings[pair[1]] = pair[2]
    return found[1], settings


def together(simulation: str, settings: Mapping[str, str]) -> str:
    """Return a simulation with its settings as `split` reads them."""
    said = ", ".join(f"{name} = {text}" for name, text in settings.items())
    return f"{simulation}({said})" if settings else simulation


def _parts(text: str) -> Iterator[str]:
    """Yield what stands between commas outside brackets."""
    depth = start = 0
    for place, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            yield text[start:place]
            start = place + 1
    if text[start:].strip():
        yield text[start:]


def settings_with(check: Check, values: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of a card's simulation for drawn values.

    Without a mapping in the fence each value goes to the parameter of its own name.
    """
    if not check.settings:
        return dict(values)
    return {name: _worth(text, values) for name, text in check.settings.items()}


def _worth(text: str, values: Mapping[str, str]) -> str:
    """Return a drawn value, an expression of drawn values worked out, or a word as it is."""
    from cards.variants.expression import number, read

    if text in values:
        return values[text]
    try:
        names = {name: read(value, {}) for name, value in values.items()}
        return number(read(text, {}, names), _FIGURES) or text
    except MathsError:
        return text


def unreached(card: Card, parameters: frozenset[str]) -> list[str]:
    """Return the drawn names that reach no parameter of the card's simulation, in order."""
    check = card.check or Check()
    if not check.settings:
        return [name for name in check.given if name not in parameters]
    used = {name for text in check.settings.values() for name in _NAME.findall(text)}
    return [name for name in check.given if name not in used]
