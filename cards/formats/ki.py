"""ki: a note of Anki's a file, `# Note`, a fence with `guid:` and `notetype:`, tags, fields.

The deck is the folder's, below the repository's. Its first versions wrote `## Note`, lines of
`key: value` from `nid:` on, and `### Front`.
"""

import re
from collections.abc import Mapping, Sequence

from cards.formats.anki import markdown
from cards.formats.anki.guids import id_of
from cards.formats.anki.html import is_blank, is_html, to_markdown
from cards.formats.foreign import EMPTY, Builder
from cards.formats.page import KI, Page
from cards.note import Note

_GUID = re.compile(r"guid: *(\S*) *$")
_TYPE = re.compile(r"notetype: *(\S.*?) *$")
_FIELD = re.compile(r"## *([^\s#].*?) *$")
_KEY = re.compile(r"(nid|model|tags|deck|markdown): *(.*?) *$")
_OLD_FIELD = re.compile(r"### *([^\s#].*?) *$")


def recognises(page: Page) -> bool:
    """Whether the first lines are a title and a fence with a guid, or as they once were."""
    filled = [line for line in page.lines[:12] if line.strip()]
    return _is_old(filled) or (
        len(filled) > 3
        and filled[0].startswith("# ")
        and filled[1].strip() == "```"
        and filled[2].startswith("guid:")
    )


def _is_old(filled: Sequence[str]) -> bool:
    """Whether lines are as the first versions wrote them."""
    return len(filled) > 3 and filled[0] == "## Note" and filled[1].startswith("nid:")


def _field(text: str) -> str:
    """Return a field as Markdown: ki leaves Anki's HTML in it, but for the ends of lines."""
    if not is_html(text):
        return text
    return to_markdown(text.replace("\n", "<br>")) or ("" if is_blank(text) else EMPTY)


def read(page: Page) -> Note:
    """Return the cards of a note."""
    root = page.root(KI)
    inside = page.inside(root).split("/")[:-1] if root else []
    builder = Builder(page, "::".join(inside) or page.name)
    if _is_old([line for line in page.lines[:12] if line.strip()]):
        return _old(builder, page)
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
    texts = _texts(fields)
    # Anki makes a card of a note whose first field only looks empty.
    blank = any(line.strip() for line in next(iter(fields.values()), ()))
    id = id_of(guid) if guid else None
    markdown.add(builder, 0, kind, texts, id=id, tags=tags, blank=blank)
    return builder.note()


def _old(builder: Builder, page: Page) -> Note:
    """Return the cards of a note that one of the first versions wrote."""
    keys: dict[str, str] = {}
    fields: dict[str, list[str]] = {}
    name = ""
    for line in page.lines:
        if found := _OLD_FIELD.match(line):
            name = found[1]
            fields[name] = []
        elif name:
            fields[name].append(line)
        elif found := _KEY.match(line):
            keys[found[1]] = found[2]
    nid = keys.get("nid", "")
    id = f"nid:{nid}" if nid.isdecimal() and len(nid) < 20 else None
    tags = keys.get("tags", "").replace(",", " ").split()
    markdown.add(builder, 0, keys.get("model", "Basic"), _texts(fields), id=id, tags=tags)
    return builder.note()


def _texts(fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name: _field("\n".join(lines).strip()) for name, lines in fields.items()}
