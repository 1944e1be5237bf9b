"""JSON: a list of cards, or an object with one under `cards`, each with a front and a back.

An object of texts has a card for each name.
"""

import json
from typing import Any

from cards.formats.foreign import Builder
from cards.formats.page import Page
from cards.note import ID, Note
from cards.text.clean import clean_data, clean_line

_FRONT = ("front", "question", "term", "prompt", "q")
_BACK = ("back", "answer", "definition", "a")
_LISTS = ("cards", "flashcards", "notes", "items")


def recognises(page: Page) -> bool:
    """Whether the name of the file is that of JSON."""
    return page.path.lower().endswith(".json")


def read(page: Page) -> Note:
    """Return the cards of a file."""
    builder = Builder(page, page.name)
    try:
        data = clean_data(json.loads(page.text))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1) - 1
        builder.problem(line, "this is not JSON; save the cards again")
        return builder.note()
    name = data.get("name") or data.get("deck") if isinstance(data, dict) else None
    if isinstance(name, str) and clean_line(name):
        builder.deck = clean_line(name)
    for number, one in enumerate(_cards(data)):
        _card(builder, number, one)
    return builder.note()


def _cards(data: Any) -> list[Any]:
    if isinstance(data, dict) and all(isinstance(value, str) for value in data.values()):
        is_card = any(str(name).casefold() in _FRONT for name in data)
        return [data] if is_card else list(data.items())
    if isinstance(data, dict):
        data = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), [])
    return data if isinstance(data, list) else []


def _card(builder: Builder, number: int, said: Any) -> None:
    if isinstance(said, list | tuple) and len(said) >= 2:
        said = {"front": said[0], "back": said[1]}
    if not isinstance(said, dict):
        builder.problem(0, f"entry {number + 1} is no card; write it with a front and a back")
        return
    values = {str(name).casefold(): value for name, value in said.items()}
    front, back = _text(values, _FRONT), _text(values, _BACK)
    tags = values.get("tags", [])
    tags = tags.replace(",", " ").split() if isinstance(tags, str) else tags
    id = str(values.get("id") or values.get("guid") or "")
    deck = values.get("deck")
    builder.basic(
        number,
        front,
        back,
        id=id if ID.fullmatch(id) else None,
        deck=clean_line(deck) if isinstance(deck, str) and clean_line(deck) else None,
        tags=[clean_line(tag) for tag in tags if isinstance(tag, str) and clean_line(tag)]
        if isinstance(tags, list)
        else [],
    )


def _text(values: dict[str, Any], names: tuple[str, ...]) -> str:
    value = next((values[name] for name in names if name in values), "")
    return str(value) if isinstance(value, str | int | float) else ""
