"""AnkiOps' types of notes, as a collection has them in a folder `note_types` beside its decks.

A type is a folder there: `note_type.yaml` names its fields, their labels, and its templates of
cards. Without that folder a deck has the types that come with AnkiOps, which `ankiops` knows.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cards.formats import yaml_text
from cards.formats.anki import template
from cards.formats.anki.html import to_markdown
from cards.formats.page import Page, note_types_beside
from cards.formats.source import bytes_of

_LARGEST = 200_000
_MOST = 30
_LABEL = re.compile(r"[A-Za-z][\w-]{0,40}:")
_TOKEN = re.compile(r"xQfieldQ(\d+)x")


class NoteType(NamedTuple):
    """Fields by label, the labels that every note of it has, and its templates, front and back."""

    name: str
    fields: Mapping[str, str]
    telling: frozenset[str]
    is_cloze: bool
    is_choice: bool
    templates: tuple[tuple[str, str], ...]

    def is_of(self, labels: set[str]) -> bool:
        """Whether a note with these labels is one of this type; of choices any will do."""
        choices = {one for one in self.telling if self.is_choice and _is_choice(self.fields[one])}
        return (
            labels <= self.fields.keys()
            and self.telling - choices <= labels
            and (not choices or not choices.isdisjoint(labels))
        )

    def choices(self) -> list[str]:
        """Return the labels of its choices."""
        return [label for label, name in self.fields.items() if _is_choice(name)]

    def sides(self, texts: Mapping[str, str]) -> Iterator[tuple[int, str, str]]:
        """Yield number, question and answer of each card of a note, given its texts by label.

        As in Anki, a template whose front shows no field that is filled makes no card.
        """
        names = list(self.fields.values())
        filled = [texts.get(label, "") for label in self.fields]
        tokens = {name: f"xQfieldQ{at}x" if filled[at] else "" for at, name in enumerate(names)}

        def shown(html: str) -> str:
            return _TOKEN.sub(lambda found: _of(filled, int(found[1])), to_markdown(html)).strip()

        for number, (front, back) in enumerate(self.templates, 1):
            question, answer = template.sides(front, back, {**tokens, "FrontSide": ""})
            if _TOKEN.search(question):
                yield number, shown(question), shown(answer)


def _of(filled: list[str], at: int) -> str:
    return filled[at] if at < len(filled) else ""


def _is_choice(name: str) -> bool:
    return "choice" in name.lower()


def types_of(page: Page) -> dict[str, NoteType]:
    """Return the types of the collection that a deck lies in, none where it has no such folder."""
    files = note_types_beside(Path(page.path))[:_MOST]
    return _read(tuple((str(path), path.stat().st_mtime_ns) for path in files)) if files else {}


@lru_cache(maxsize=16)
def _read(files: tuple[tuple[str, int], ...]) -> dict[str, NoteType]:
    return {found.name: found for path, _ in files if (found := _type(Path(path)))}


def _type(path: Path) -> NoteType | None:
    """Return the type that a file describes, None where it describes none."""
    try:
        said = yaml_text.load(bytes_of(path, _LARGEST).decode())
    except (OSError, ValueError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("fields"), list):
        return None
    fields: dict[str, str] = {}
    telling: set[str] = set()
    for one in said["fields"]:
        if not isinstance(one, dict) or not _LABEL.fullmatch(str(one.get("label"))):
            continue
        label = one["label"].removesuffix(":")
        fields[label] = str(one.get("name"))
        if one.get("identifying") == "true":
            telling.add(label)
    return NoteType(
        path.parent.name,
        fields,
        frozenset(telling),
        said.get("is_cloze") == "true",
        said.get("is_choice") == "true",
        tuple(_templates(path.parent, said.get("templates"))),
    )


def _templates(folder: Path, said: Any) -> Iterator[tuple[str, str]]:
    """Yield front and back of the templates that are named, or that lie there by their numbers."""
    if isinstance(said, list):
        named = [(str(t.get("front")), str(t.get("back"))) for t in said if isinstance(t, dict)]
    else:
        numbers = ["", *map(str, range(2, _MOST))]
        named = [(f"Front{n}.template.anki", f"Back{n}.template.anki") for n in numbers]
    for front, back in named[:_MOST]:
        try:
            yield _text(folder, front), _text(folder, back)
        except (OSError, ValueError):
            return


def _text(folder: Path, name: str) -> str:
    """Return a file of a type. Raises OSError or ValueError for none, or one that lies outside."""
    path = (folder / name).resolve()
    path.relative_to(folder.parent.resolve())
    return bytes_of(path, _LARGEST).decode()
