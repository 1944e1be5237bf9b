"""ki: a note of Anki's a file, ``# Note``, a fence with ``guid:`` and ``notetype:``, tags, fields.

The deck is the folder's, below the repository's.
"""

import re

from cards.formats.anki import markdown
from cards.formats.anki.guids import id_of
from cards.formats.anki.html import is_html, to_markdown
from cards.formats.foreign import Builder
from cards.formats.page import KI, Page
from cards.note import Note

_GUID = re.compile(r"guid: *(\S*) *$")
_TYPE = re.compile(r"notetype: *(\S.*?) *$")
_FIELD = re.compile(r"## *([^\s#].*?) *$")


def recognises(page: Page) -> bool:
    """Whether the first lines are a title and a fence with a guid."""
    filled = [line for line in page.lines[:12] if line.strip()]
    return (
        len(filled) > 3
        and filled[0].startswith("# ")
        and filled[1].strip() == "```"
        and filled[2].startswith("guid:")
    )


def _field(text: str) -> str:
    """Return a field as Markdown: ki leaves Anki's HTML in it, but for the ends of lines."""
    return to_markdown(text.replace("\n", "<br>")) if is_html(text) else text


def read(page: Page) -> Note:
    """Return the cards of a note."""
    root = page.root(KI)
    inside = page.inside(root).split("/")[:-1] if root else []
    builder = Builder(page, "::".join(inside) or page.name)
    guid = kind = ""
    tags: list[str] = []
    fields: dict[str, list[str]] = {}
    name, fence, in_tags = "", False, False
    for line in page.lines:
        if name == "" and line.startswith("```"):
            fence = not fence
        elif not name and fence:
            guid = found[1] if (found := _GUID.match(line)) else guid
            kind = found[1] if (found := _TYPE.match(line)) else kind
            if in_tags and line.strip():
                tags.append(line.strip())
        elif found := _FIELD.match(line):
            name = found[1]
            fields[name] = []
        elif name:
            fields[name].append(line)
        else:
            in_tags = in_tags or line.strip() == "### Tags"
    texts = {name: _field("\n".join(lines).strip()) for name, lines in fields.items()}
    markdown.add(builder, 0, kind, texts, id=id_of(guid) if guid else None, tags=tags)
    return builder.note()
