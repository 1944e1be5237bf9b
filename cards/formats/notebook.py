"""Jupyter notebooks: their Markdown cells as one note, each line where it stands in the file."""

import json
from pathlib import Path
from typing import Any

from cards.formats.source import text_of
from cards.note import Problem
from cards.text.clean import clean

SUFFIX = ".ipynb"


def note_text(path: Path) -> str | Problem:
    """Return the text of a note: of a notebook its Markdown, of another file what it holds."""
    text = text_of(path)
    if isinstance(text, str) and path.suffix.lower() == SUFFIX:
        return markdown_of(str(path), text)
    return text


def markdown_of(path: str, text: str) -> str | Problem:
    """Return the Markdown of a notebook, or why it cannot be read.

    A line of a cell stands at the line of the file that holds it, where it has one of its own.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        return Problem(path, line, "error", "this is no notebook: it is not JSON; save it again")
    cells = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(cells, list):
        return Problem(path, 1, "error", "this is no notebook of format 4; save it in Jupyter")
    raw, found, place = text.split("\n"), dict[int, str](), 0
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
            continue
        for line in _lines(cell.get("source")):
            place = _line_of(raw, line, place)
            found[place] = line.rstrip("\n")
            place += 1
        place += 1
    last = max(found, default=-1)
    return clean("\n".join(found.get(number, "") for number in range(last + 1)))


def _lines(source: Any) -> list[str]:
    """Return the lines of a cell, as a list or one string holds them."""
    parts = source if isinstance(source, list) else [source]
    return [
        line for part in parts if isinstance(part, str) for line in part.splitlines(keepends=True)
    ]


def _line_of(raw: list[str], line: str, start: int) -> int:
    """Return the line of the file that holds a cell's line, or `start` where none does."""
    written = {json.dumps(line), json.dumps(line, ensure_ascii=False)}
    for number in range(start, len(raw)):
        if raw[number].strip().removesuffix(",") in written:
            return number
    return start
