"""Org files: headings tagged ``:fc:`` (org-fc) or ``:drill:`` (org-drill), with their drawers.

org-fc: a heading with a body asks for it; with a child ``Back`` the body belongs to the question.
``FC_TYPE`` double asks both ways, cloze has ``{{words}{hint}@n}``. org-drill: the body asks for the
first child, or for ``[words||hint]`` hidden in it; ``twosided`` both ways.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cards.formats.foreign import Builder, Gap
from cards.formats.obsidian import difficulty_of
from cards.formats.page import Page
from cards.note import Note, Progress
from cards.scheduling.day import EPOCH_ORDINAL

_HEADING = re.compile(r"(\*+) +(.*?)(?:[ ]+(:[\w@#%:]+:))?[ ]*$")
_TODO = re.compile(r"(?:TODO|DONE) +")
_PROPERTY = re.compile(r"[ ]*:([\w-]+): *(.*?) *$")
_KEYWORD = re.compile(r"#\+(title|filetags): *(.*?) *$", re.IGNORECASE)
_FC_GAP = re.compile(r"\{\{([^{}]*)\}(?:\{([^{}]*)\})?(?:@(-?\d+))?\}")
_DRILL_GAP = re.compile(
    r"\[(?!\[)([^\[\]\n|]+(?:\|(?!\|)[^\[\]\n|]*)*)(?:\|\|([^\[\]\n]*))?\](?!\])"
)
_PLANNING = re.compile(r"[ ]*(?:SCHEDULED|DEADLINE|CLOSED): *[<\[]")
_SCHEDULED = re.compile(r"SCHEDULED: *<(\d{4}-\d\d-\d\d)")


@dataclass(slots=True)
class Entry:
    """A heading: its 0-based line, level, title, tags, properties, body and children."""

    line: int
    level: int
    title: str
    tags: tuple[str, ...]
    body: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    drawers: dict[str, list[str]] = field(default_factory=dict)
    children: list["Entry"] = field(default_factory=list)
    scheduled: str = ""

    @property
    def text(self) -> str:
        """The body as text."""
        return "\n".join(self.body).strip()


def recognises(page: Page) -> bool:
    """Whether the file is one of Org mode's, by its name."""
    return page.path.lower().endswith(".org")


def read(page: Page) -> Note:
    """Return the cards of a file with their schedules."""
    keywords = {m[1].lower(): m[2] for line in page.lines if (m := _KEYWORD.match(line))}
    builder = Builder(page, page.name)
    builder.tags = tuple(tag for tag in keywords.get("filetags", "").split(":") if tag.strip())
    _walk(builder, entries(page.lines))
    return builder.note()


def entries(lines: Sequence[str]) -> list[Entry]:
    """Return the outermost headings of a file."""
    top: list[Entry] = []
    above: list[Entry] = []
    drawer = ""
    for number, line in enumerate(lines):
        if found := _HEADING.match(line):
            tags = tuple(tag for tag in (found[3] or "").split(":") if tag)
            title = _TODO.sub("", found[2], count=1) if _TODO.match(found[2]) else found[2]
            entry = Entry(number, len(found[1]), title.strip(), tags)
            while above and above[-1].level >= entry.level:
                above.pop()
            (above[-1].children if above else top).append(entry)
            above.append(entry)
            drawer = ""
        elif above:
            drawer = _body(above[-1], line, drawer)
    return top


def _body(entry: Entry, line: str, drawer: str) -> str:
    """Take a line of an entry; return the drawer that is open after it."""
    named = _PROPERTY.match(line)
    if drawer:
        if named and named[1].upper() == "END":
            return ""
        if drawer == "PROPERTIES" and named:
            entry.properties[named[1].upper()] = named[2]
        else:
            entry.drawers.setdefault(drawer, []).append(line)
        return drawer
    if named and not named[2] and named[1].upper() != "END":
        return named[1].upper()
    if _PLANNING.match(line):
        due = _SCHEDULED.search(line)
        entry.scheduled = due[1] if due else entry.scheduled
    elif not line.startswith(("#+", "# ")):
        entry.body.append(line[min(entry.level + 1, len(line) - len(line.lstrip())) :])
    return ""


def _walk(builder: Builder, found: Sequence[Entry]) -> None:
    for entry in found:
        if "fc" in entry.tags and not entry.properties.get("FC_SUSPENDED"):
            _fc(builder, entry)
        elif "drill" in entry.tags:
            _drill(builder, entry)
        above = list(builder.headings)
        builder.heading(entry.level, entry.title)
        _walk(builder, [one for one in entry.children if not _is_side(entry, one)])
        builder.headings = above


def _is_side(entry: Entry, child: Entry) -> bool:
    """Whether a child is a part of its parent's card."""
    is_card = {"fc", "drill"} & set(entry.tags)
    return bool(is_card) and not {"fc", "drill"} & set(child.tags)


def _tags(entry: Entry) -> list[str]:
    return [tag for tag in entry.tags if tag not in ("fc", "drill", "suspended", "leech")]


def _all_of(entry: Entry) -> str:
    """Return an entry's body and its children as one text."""
    parts = [entry.text]
    for child in entry.children:
        if _is_side(entry, child):
            parts.append(f"**{child.title}**\n\n{_all_of(child)}".strip())
    return "\n\n".join(part for part in parts if part)


def _fc(builder: Builder, entry: Entry) -> None:
    kind = entry.properties.get("FC_TYPE", "normal").lower()
    id = entry.properties.get("ID")
    id = f"org:{id}" if id and re.fullmatch(r"[\w.:-]{1,70}", id) else None
    back = next((one for one in entry.children if one.title.casefold() == "back"), None)
    schedule = _fc_schedule(entry.drawers.get("REVIEW_DATA", []))
    if kind == "cloze":
        text = f"{entry.title}\n\n{entry.text}".strip()
        gaps = [
            Gap(found.start(), found.end(), found[1], (int(found[3] or at),), found[2] or "")
            for at, found in enumerate(_FC_GAP.finditer(text))
        ]
        made = builder.cloze(entry.line, text, gaps, id=id, tags=_tags(entry))
        names = [str(group) for group in sorted({gap.groups[0] for gap in gaps})]
    else:
        front = f"{entry.title}\n\n{entry.text}".strip() if back else entry.title
        answer = _all_of(back) if back else _all_of(entry)
        both = kind in ("double", "vocab")
        made = builder.basic(entry.line, front, answer, both=both, id=id, tags=_tags(entry))
        names = ["front", "back"]
    for card, name in zip(made, names, strict=False):
        builder.knew(card, schedule.get(name))


def _fc_schedule(lines: Sequence[str]) -> dict[str, Progress]:
    """Return what the table of a drawer says by position: ease, box, interval, due."""
    found = {}
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        try:
            position, ease, _, interval, due = cells[:5]
            days = max(1, round(float(interval)))
            day = datetime.fromisoformat(due).date().toordinal() - EPOCH_ORDINAL
            if float(interval) <= 0 or days > 36_500:
                continue
            difficulty = difficulty_of(float(ease))
        except (ValueError, OverflowError):
            continue
        found[position] = Progress("", day, days, day - days, float(days), difficulty)
    return found


def _drill(builder: Builder, entry: Entry) -> None:
    kind = entry.properties.get("DRILL_CARD_TYPE", "").lower()
    sides = [one for one in entry.children if _is_side(entry, one)]
    tags = _tags(entry)
    text = entry.text
    gaps = [
        Gap(found.start(), found.end(), found[1], (at,), found[2] or "")
        for at, found in enumerate(_DRILL_GAP.finditer(text))
    ]
    if gaps and kind not in ("twosided", "multisided"):
        if "hide1" not in kind and "show1" not in kind:
            gaps = [gap._replace(groups=(0,)) for gap in gaps]
        made = builder.cloze(
            entry.line, text, gaps, tags=tags, extra="\n\n".join(map(_all_of, sides))
        )
    elif kind in ("twosided", "multisided") and len(sides) > 1:
        one, other = (f"{side.title}\n\n{_all_of(side)}".strip() for side in sides[:2])
        made = builder.basic(entry.line, f"{text}\n\n{one}".strip(), other, both=True, tags=tags)
    else:
        answer = "\n\n".join(_all_of(side) for side in sides)
        made = builder.basic(entry.line, text or entry.title, answer, tags=tags)
    known = _drill_schedule(entry)
    for card in made:
        builder.knew(card, known)


def _drill_schedule(entry: Entry) -> Progress | None:
    said = entry.properties
    try:
        days = round(float(said["DRILL_LAST_INTERVAL"]))
        ease = float(said.get("DRILL_EASE", "2.5"))
        due = datetime.fromisoformat(entry.scheduled).date().toordinal() - EPOCH_ORDINAL
    except (KeyError, ValueError, OverflowError):
        return None
    if not 1 <= days <= 36_500:
        return None
    return Progress("", due, days, due - days, float(days), difficulty_of(ease))
