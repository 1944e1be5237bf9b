"""apy: notes of Anki's under `# titles`, with `key: value` lines and a `## Field` each."""

import re
from dataclasses import dataclass, field

from cards.formats.anki import markdown
from cards.formats.foreign import Builder
from cards.formats.page import Page
from cards.note import Note
from cards.text.clean import clean_line

_KEY = re.compile(r"([\w-]+): (.*)$")
_KEYS = ("model", "deck", "tags", "tag", "markdown", "md", "nid", "id", "external-ids")
_HEADING = re.compile(r"(#+)\s*(.*)$")
_FENCE = re.compile(r"```\w*\s*$")
_CLOSING = re.compile(r"```\s*$")


@dataclass(slots=True)
class _Note:
    line: int
    keys: dict[str, str]
    fields: dict[str, list[str]] = field(default_factory=dict)


def recognises(page: Page) -> bool:
    """Whether there are keys of apy's above or under a first title, and fields of a note."""
    if "## " not in page.text or not page.text.startswith(("# ", *(f"{key}:" for key in _KEYS))):
        return False
    keys, field_names = 0, set()
    level = 0
    for line in page.lines:
        if found := _HEADING.match(line):
            level = len(found[1])
            if level == 2:
                field_names.add(found[2].strip().casefold())
        elif level < 2 and (named := _KEY.match(line)):
            keys += named[1].lower() in _KEYS
    if {"front", "back"} <= field_names:
        return True
    return (keys > 0 and bool({"front", "text"} & field_names)) or (
        keys > 1 and len(field_names) > 1
    )


def read(page: Page) -> Note:
    """Return the cards of all notes of a file."""
    builder = Builder(page, page.name)
    default: dict[str, str] = {}
    notes: list[_Note] = []
    name, fenced = "", False
    for number, line in enumerate(page.lines):
        found = None if fenced else _HEADING.match(line)
        if (_CLOSING if fenced else _FENCE).match(line):
            fenced = not fenced
        if found and len(found[1]) == 1:
            notes.append(_Note(number, dict(default)))
            name = ""
        elif found and len(found[1]) == 2 and notes:
            name = clean_line(found[2])
            notes[-1].fields[name] = []
        elif found:
            continue  # deeper headings are left out by apy, too
        elif name:
            notes[-1].fields[name].append(line)
        elif named := _KEY.match(line):
            keys = notes[-1].keys if notes else default
            key = {"tag": "tags", "md": "markdown"}.get(named[1].lower(), named[1].lower())
            value = named[2].strip()
            keys[key] = f"{keys.get('tags', '')} {value}" if key == "tags" else value
    for note in notes:
        fields = {name: "\n".join(lines).strip() for name, lines in note.fields.items()}
        if not fields:
            continue
        id = note.keys.get("nid") or note.keys.get("id")
        markdown.add(
            builder,
            note.line,
            note.keys.get("model", "Basic"),
            fields,
            id=f"apy:{id}" if id and re.fullmatch(r"[\w.:-]{1,70}", id) else None,
            deck=note.keys.get("deck"),
            tags=note.keys.get("tags", "").replace(",", " ").split(),
        )
    return builder.note()
