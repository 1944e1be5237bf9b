"""Org files: headings tagged `:fc:` (org-fc) or `:drill:` (org-drill), with their drawers.

org-fc: a heading with a body asks for it; with a child `Back` the body belongs to the question.
`FC_TYPE` double asks both ways, cloze has `{{words}{hint}@n}`; asked is what the table of the
drawer `REVIEW_DATA` has a row for. org-drill: the body asks for the first child, or for
`[words||hint]` hidden in it; `twosided` both ways; an entry without content asks nothing.
An item of org-drill has one schedule, and what `hide1cloze` and the like hide of it is drawn at
each review; here each thing that may be hidden is a card, which begins with that schedule.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cards.card import Card
from cards.formats.build import LONGEST, MOST_CLOZES
from cards.formats.foreign import Builder, Gap, hide
from cards.formats.page import Page
from cards.note import Note, Progress
from cards.scheduling.day import EPOCH_ORDINAL
from cards.scheduling.ease import difficulty_of
from cards.text.spans import maths_spans

_HEADING = re.compile(r"(\*+) +(.*?)(?:[ ]+(:[\w@#%:]+:))?[ ]*$")
_TODO = re.compile(r"(?:(?:TODO|DONE)(?: +|$))?(?:\[#[A-Z0-9]+\] *)?(?:COMMENT(?: +|$))?")
_PROPERTY = re.compile(r"[ ]*:([\w-]+): *(.*?) *$")
_KEYWORD = re.compile(r"#\+(filetags|property): *(.*?) *$", re.IGNORECASE)
_FC_GAP = re.compile(r"\{\{((?:\$[^$]{1,999}\$|[^}])*+)\}(?:\{((?:\$[^$]\$|[^}])*+)\})?@(\d+)\}")
_DRILL_GAP = re.compile(
    r"\[(?!\[)([^\[\]\n|]+(?:\|(?!\|)[^\[\]\n|]*)*)(?:\|\|([^\[\]\n]*))?\](?!\])"
)
_REVIEWS = "REVIEW_DATA"
_DEEPEST = 60
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
    is_filled: bool = False
    """Whether a line below the heading is more than a date or a drawer."""

    @property
    def text(self) -> str:
        """The body as text."""
        return "\n".join(self.body).strip()


def recognises(page: Page) -> bool:
    """Whether the file is one of Org mode's, by its name."""
    return page.path.lower().endswith(".org")


def read(page: Page) -> Note:
    """Return the cards of a file with their schedules."""
    builder = Builder(page, page.name)
    inherited = ""
    for line in page.lines:
        if (found := _KEYWORD.match(line)) and found[1].lower() == "filetags":
            builder.tags = tuple(tag for tag in found[2].split(":") if tag.strip())
        elif found and found[2].upper().startswith("DRILL_CARD_TYPE "):
            inherited = found[2].split()[1]
    _Walk(builder, f":{_REVIEWS}:" in page.text).take(entries(page.lines), inherited)
    return builder.note()


def entries(lines: Sequence[str]) -> list[Entry]:
    """Return the outermost headings of a file."""
    top: list[Entry] = []
    above: list[Entry] = []
    drawer = ""
    for number, line in enumerate(lines):
        if found := _HEADING.match(line):
            tags = tuple(tag for tag in (found[3] or "").split(":") if tag)
            title = _TODO.sub("", found[2], count=1)
            entry = Entry(number, min(len(found[1]), _DEEPEST), title.strip(), tags)
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
        is_early = named[1].upper() == _REVIEWS and not entry.properties  # not read by org-fc
        return "-" if is_early else named[1].upper()
    if _PLANNING.match(line):
        due = _SCHEDULED.search(line)
        entry.scheduled = due[1] if due else entry.scheduled
        return ""
    entry.is_filled |= bool(line.strip())
    if not line.startswith(("#+", "# ")):
        entry.body.append(line[min(entry.level + 1, len(line) - len(line.lstrip())) :])
    return ""


@dataclass(slots=True)
class _Walk:
    """Makes the cards of headings; whether the file was ever reviewed tells what org-fc asks."""

    builder: Builder
    is_reviewed: bool

    def take(self, found: Sequence[Entry], inherited: str) -> None:
        """Make the cards of headings and those below; they inherit org-drill's type of card."""
        for entry in found:
            kind = entry.properties.get("DRILL_CARD_TYPE", inherited)
            before = len(self.builder.cards)
            if "fc" in entry.tags:
                self._fc(entry)
            elif "drill" in entry.tags:
                own = entry.properties.get("DRILL_CARD_TYPE", "").lower()
                if entry.is_filled or entry.children or own in ("twosided", "multisided"):
                    _drill(self.builder, entry, kind.lower())
                else:
                    says = "this heading has no content, and org-drill does not ask it"
                    self.builder.problem(entry.line, says, "note")
            self._suspend(entry, self.builder.cards[before:])
            above = list(self.builder.headings)
            self.builder.heading(entry.level, entry.title)
            self.take(entry.children, kind)
            self.builder.headings = above

    def _suspend(self, entry: Entry, made: Sequence[Card]) -> None:
        """Suspend what the other program never asks: by a tag, or as org-drill does leeches."""
        if "suspended" in entry.tags and "fc" in entry.tags:
            self.builder.suspend(entry.line, made, "this card is suspended, as it is in org-fc")
        elif "leech" in entry.tags and "drill" in entry.tags:
            self.builder.suspend(entry.line, made, "org-drill leaves out a leech; it is suspended")

    def _fc(self, entry: Entry) -> None:
        """Make the cards of a heading of org-fc; of all its sides where the file has no reviews."""
        rows = _rows(entry.drawers.get(_REVIEWS, []))
        if not rows and self.is_reviewed:
            says = (
                "org-fc does not ask this heading: it has no REVIEW_DATA; run org-fc-update there"
            )
            self.builder.problem(entry.line, says, "note")
        else:
            _fc(self.builder, entry, rows)


def _is_side(child: Entry) -> bool:
    """Whether a child is a part of its parent's card."""
    return not {"fc", "drill"} & set(child.tags)


def _tags(entry: Entry) -> list[str]:
    return [tag for tag in entry.tags if tag not in ("fc", "drill", "suspended", "leech")]


def _all_of(entry: Entry) -> str:
    """Return an entry's body and its children as one text."""
    parts = [entry.text]
    for child in entry.children:
        if _is_side(child):
            parts.append(f"**{child.title}**\n\n{_all_of(child)}".strip())
    return "\n\n".join(part for part in parts if part)


def _side(entry: Entry) -> str:
    """Return what a side says: its title where there is nothing below it."""
    return _all_of(entry) or entry.title


def _fc(builder: Builder, entry: Entry, rows: dict[str, dict[str, str]]) -> None:
    """Make the cards of the positions that have a row; of all where there is none."""
    kind = entry.properties.get("FC_TYPE", "normal").lower()
    id = entry.properties.get("ID")
    id = f"org:{id}" if id and re.fullmatch(r"[\w.:-]{1,70}", id) else None
    if kind == "cloze":
        _fc_cloze(builder, entry, id, rows)
        return
    back = next((one for one in reversed(entry.children) if one.title == "Back"), None)
    front = f"{entry.title}\n\n{entry.text}".strip() if back else entry.title
    answer = _all_of(back) if back else _all_of(entry)
    both = kind in ("double", "vocab") and (not rows or "back" in rows)
    made = builder.basic(entry.line, front, answer, both=both, id=id, tags=_tags(entry))
    for card, name in zip(made, ("front", "back"), strict=False):
        builder.schedule(card, _fc_progress(rows.get(name, {})))


def _fc_cloze(
    builder: Builder, entry: Entry, id: str | None, rows: dict[str, dict[str, str]]
) -> None:
    """Make the cards of the holes of a text, the others shown as its type says."""
    text = f"{entry.title}\n\n{entry.text}".strip()
    shown = entry.properties.get("FC_CLOZE_TYPE", "deletion").lower()
    holes = list(_FC_GAP.finditer(text)) if len(text) <= LONGEST else []
    names = sorted({found[3] for found in holes if not rows or found[3] in rows}, key=int)
    if builder.refuses(entry.line, text, len(names) or len(text) // LONGEST):
        return
    asked = []
    for name in names:
        place = next(at for at, found in enumerate(holes) if found[3] == name)
        gaps = [
            Gap(
                *found.span(),
                found[1] if _is_shown(shown, at, place) else "...",
                (0,) if found[3] == name else (),
                found[2] or "",
            )
            for at, found in enumerate(holes)
        ]
        asked.append((hide(text, gaps, 0), "; ".join(f[1].strip() for f in holes if f[3] == name)))
    whole = _FC_GAP.sub(r"\1", text)
    made = builder.clozes(entry.line, whole, asked, id=id, tags=_tags(entry))
    for card, name in zip(made, names, strict=False):
        builder.schedule(card, _fc_progress(rows.get(name, {})))


def _is_shown(kind: str, at: int, place: int) -> bool:
    """Whether a hole is shown while another one is asked."""
    near = {"single": False, "enumeration": at < place, "context": abs(at - place) <= 1}
    return near.get(kind, True)


def _rows(lines: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the rows of a table of reviews by position, each by the names of its columns."""
    names: list[str] = []
    rows: dict[str, dict[str, str]] = {}
    below = False
    for line in lines:
        if not (line.startswith("|") and line.endswith("|")):
            continue
        cells = [cell.strip() for cell in line[1:-1].split("|")]
        if set(line) <= set("|-+"):
            below = True
        elif not below:
            names = cells
        elif len(cells) == len(names):
            row = dict(zip(names, cells, strict=True))
            rows[row.get("position", "")] = row
    return rows


def _fc_progress(row: dict[str, str]) -> Progress | None:
    """Return the schedule in a row, SM-2's (ease, interval, due) or that of FSRS."""
    try:
        due = datetime.fromisoformat(row["due"]).date().toordinal() - EPOCH_ORDINAL
        if "stability" in row:
            last = datetime.fromisoformat(row["last-review"]).date().toordinal() - EPOCH_ORDINAL
            stability, difficulty = float(row["stability"]), float(row["difficulty"])
            if not (0 < stability <= 36_500 and 1 <= difficulty <= 10 and last <= due):
                return None
            return Progress("", due, max(1, due - last), last, stability, difficulty)
        days = max(1, round(float(row["interval"])))
        if float(row["interval"]) <= 0 or days > 36_500:
            return None
        ease = difficulty_of(float(row["ease"]))
        return Progress("", due, days, due - days, float(days), ease)
    except (KeyError, ValueError, OverflowError):
        return None


def _drill(builder: Builder, entry: Entry, kind: str) -> None:
    sides = [one for one in entry.children if _is_side(one)]
    tags = _tags(entry)
    text = entry.text
    gaps = _drill_gaps(text)
    if gaps and kind not in ("twosided", "multisided"):
        cards: list[list[int]] = [[] for _ in gaps]
        for number, hidden in enumerate(_hidden(kind, len(gaps))):
            for at in hidden:
                cards[at].append(number)
        gaps = [gap._replace(groups=tuple(of)) for gap, of in zip(gaps, cards, strict=True)]
        made = builder.cloze(
            entry.line, text, gaps, tags=tags, extra="\n\n".join(map(_side, sides))
        )
    elif kind in ("twosided", "multisided") and len(sides) > 1:
        one, other = (f"{side.title}\n\n{_all_of(side)}".strip() for side in sides[:2])
        made = builder.basic(entry.line, f"{text}\n\n{one}".strip(), other, both=True, tags=tags)
    else:
        answer = "\n\n".join(map(_side, sides))
        made = builder.basic(entry.line, text or entry.title, answer, tags=tags)
    known = _drill_schedule(entry)
    for card in made:
        builder.schedule(card, known)


def _drill_gaps(text: str) -> list[Gap]:
    """Return the bracketed words of a text; brackets in formulas are none, as in org-drill."""
    formulas = iter(maths_spans(text))
    formula = next(formulas, None)
    gaps = []
    for found in _DRILL_GAP.finditer(text):
        while formula and formula.end <= found.start():
            formula = next(formulas, None)
        if not (formula and formula.start <= found.start()):
            gaps.append(Gap(found.start(), found.end(), found[1], (), found[2] or ""))
    return gaps


def _hidden(kind: str, many: int) -> list[frozenset[int]]:
    """Return the gaps that each card of an item hides, of a type of org-drill and so many gaps.

    org-drill draws what it hides at each review of the item; here each such gap is a card, and of
    types that hide or show two, each gap with the one after it. Of more cards than one text may
    have only so many are returned that it is refused.
    """
    every = frozenset(range(many))
    number = next((int(digit) for digit in kind if digit in "12"), 1)
    firsts = range(min(many, MOST_CLOZES + 1))
    runs = [frozenset((at + step) % many for step in range(number)) for at in firsts]
    if kind.startswith("show"):
        runs = [every - run for run in runs if run != every]
    elif kind.startswith("hidefirst"):
        runs = [frozenset([0])]
    elif kind.startswith("hidelast"):
        runs = [frozenset([many - 1])]
    elif not kind.startswith(("hide", "multicloze")):
        runs = [every]
    return list(dict.fromkeys(runs)) or [every]


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
