"""AnkiOps: notes parted by `---` lines, fields after labels: `Q:`/`A:`, `T:`, `C1:` ….

Comments say a note's key, type and tags; else its labels tell the type. Which types there are says
the collection (`ankiops_types`), or else those that come with AnkiOps.
"""

import re
from collections.abc import Mapping, Sequence

from cards.card import Check, Kind
from cards.formats.anki import clozes
from cards.formats.ankiops_types import NoteType, types_of
from cards.formats.foreign import Builder
from cards.formats.page import Page
from cards.note import Note

_COMMENT = re.compile(r"\s*<!--\s*(note_key|note_type|tags):\s*(.*?)\s*-->\s*$")
_LABEL = re.compile(r"(Q|A|I|T|THA|F|B|D|E|M|AI|C[1-8]|IO_[A-Z]{1,2}\d?):(?: (.*))?$")
_PICTURES = ("IO_H", "IO_IM"), ("IO_AM", "IO_F", "IO_R", "IO_S", "IO_E1", "IO_E2")
"""Fields of a picture with parts of it covered: what asks beside the cover, and what tells."""
_FENCE = re.compile(r"\s*(?:```|~~~)")
_CLOZE = re.compile(r"\{\{c\d+::")
_NUMBERS = re.compile(r"\d(?: *, *\d)* *")
_MOST_LINES = 200
_KEY = re.compile(r"[\w-]{1,70}")
_EXTRA = {"E": "Extra", "M": "More"}
_UNSEEN = ("AI", "D")
_OWN_TYPES = "AnkiOps"
"""How the types are named that come with it: their templates are not looked at."""


def recognises(page: Page) -> bool:
    """Whether a comment names a note's key or type, or a note has labels that only AnkiOps knows.

    A new note has no comment yet; one of Q: and A: alone may be anybody's.
    """
    if "note_key:" in page.text or "note_type:" in page.text:
        for line in page.lines:
            if (found := _COMMENT.match(line)) and found[1] != "tags":
                return True
    if (types := types_of(page)) and any(map(_label_of(types).match, page.lines)):
        return True
    return _has_what_ours_have_not(page.lines[:_MOST_LINES])


def _has_what_ours_have_not(lines: Sequence[str]) -> bool:
    """Whether a note is a cloze, both ways, typed in, or a choice, and none begins with a text."""
    start = 0
    for end in [*_rules(lines), len(lines)]:
        texts = _labelled(lines[start:end])
        if texts is None:
            return False
        names = texts.keys()
        first = next(iter(texts), "")
        if (
            (first in ("T", "THA") and _CLOZE.search(texts[first]))
            or (first in ("F", "B") and names >= {"F", "B"})
            or names >= {"Q", "I"}
            or (names >= {"Q", "C1", "A"} and _NUMBERS.fullmatch(texts["A"]))
        ):
            return True
        start = end + 1
    return False


def _labelled(lines: Sequence[str]) -> dict[str, str] | None:
    """Return what stands beside the labels of a note, None where a text stands before them."""
    texts: dict[str, str] = {}
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
        if not fenced and (label := _LABEL.match(line)):
            texts.setdefault(label[1], label[2] or "")
        elif line.strip("- ") and not texts and not _COMMENT.match(line):
            return None
    return texts


def read(page: Page) -> Note:
    """Return the cards of a deck."""
    builder = Builder(page, page.name.replace("__", "::"))
    types = types_of(page)
    is_label = _label_of(types)
    start = 0
    for end in [*_rules(page.lines), len(page.lines)]:
        _note(builder, start, page.lines[start:end], types, is_label)
        start = end + 1
    return builder.note()


def _rules(lines: Sequence[str]) -> list[int]:
    """Return the lines of dashes with blank lines around them."""
    return [
        number
        for number in range(1, len(lines) - 1)
        if lines[number] == "---" and not lines[number - 1] and not lines[number + 1]
    ]


def _label_of(types: Mapping[str, NoteType]) -> re.Pattern[str]:
    """Return what the labels of a collection's types look like."""
    if not types:
        return _LABEL
    labels = {label for one in types.values() for label in one.fields}
    return re.compile(rf"({'|'.join(map(re.escape, sorted(labels)))}):(?: (.*))?$")


def _note(
    builder: Builder,
    start: int,
    lines: Sequence[str],
    types: Mapping[str, NoteType],
    is_label: re.Pattern[str],
) -> None:
    """Make the cards of the note in some lines."""
    said: dict[str, str] = {}
    fields: dict[str, list[str]] = {}
    last, fenced, first = "", False, start
    for number, line in enumerate(lines, start):
        is_fence = bool(_FENCE.match(line))
        fenced ^= is_fence
        if fenced or is_fence:
            if last:
                fields[last].append(line)
        elif comment := _COMMENT.match(line):
            said[comment[1]] = comment[2]
        elif label := is_label.match(line if fields else line.lstrip()):
            last = label[1]
            if last in fields:
                builder.problem(number, f"this note has {last}: twice; part notes by --- lines")
                return
            first = number if not fields else first
            fields[last] = [label[2]] if label[2] is not None else []
        elif last:
            fields[last].append(line)
    texts = {name: "\n".join(text).strip() for name, text in fields.items()}
    if texts:
        filled = {name: text for name, text in texts.items() if text}
        kind = _type(types, said.get("note_type", ""), set(texts))
        if kind and not kind.name.startswith(_OWN_TYPES):
            _typed(builder, first, kind, filled, said)
        else:
            _cards(builder, first, filled, said)
    elif any(line.strip("- ") for line in lines):
        builder.problem(start, "this note has no field; start one with Q: and A:, or T:", "warning")


def _type(types: Mapping[str, NoteType], named: str, labels: set[str]) -> NoteType | None:
    """Return the type that a note names, shared ones by their last name, or that its labels tell.

    None where it is open, or the collection describes none.
    """
    if said := types.get(named.rpartition("/")[2]):
        return said
    fitting = [one for one in types.values() if one.is_of(labels)]
    return fitting[0] if len(fitting) == 1 else None


def _typed(
    builder: Builder, line: int, kind: NoteType, fields: Mapping[str, str], said: Mapping[str, str]
) -> None:
    """Make the cards of a note of a collection's own type."""
    id, tags = _id(said), said.get("tags", "").split()
    choices = [fields[label] for label in kind.choices() if label in fields]
    gapped = next((label for label, text in fields.items() if _CLOZE.search(text)), None)
    if kind.is_cloze and gapped:
        others = {label: text for label, text in fields.items() if label != gapped}
        shown = [text for label, text in others.items() if label not in _UNSEEN]
        _cloze(builder, line, fields[gapped], id, tags, "\n\n".join(shown))
    elif kind.is_choice and choices and "A" in fields:
        asks = next(label for label in kind.fields if label in fields)
        _choice(builder, line, {"Q": fields[asks], "A": fields["A"]}, choices, id, tags)
    else:
        sides = list(kind.sides(fields))
        if not sides:
            says = "no template of this note's type asks anything; look into its note_type.yaml"
            builder.problem(line, says, "warning")
        for number, front, back in sides:
            own = f"{id}.{number}" if id and len(kind.templates) > 1 else id
            builder.basic(line, front, back, id=own, tags=tags)


def _id(said: Mapping[str, str]) -> str | None:
    key = said.get("note_key", "")
    return f"ao:{key}" if _KEY.fullmatch(key) else None


def _cloze(
    builder: Builder, line: int, text: str, id: str | None, tags: Sequence[str], extra: str
) -> None:
    """Make the cards of the numbers of a text."""
    tree = clozes.parse(text)
    numbers = clozes.numbers(tree)
    if not numbers:
        builder.problem(line, "this note hides nothing; write {{c1::words}}")
        return
    asked = [clozes.asked(tree, number) for number in numbers]
    whole = clozes.whole(tree)
    builder.clozes(line, whole, asked, id=id, numbers=numbers, tags=tags, extra=extra)


def _cards(builder: Builder, line: int, fields: Mapping[str, str], said: Mapping[str, str]) -> None:
    id, tags = _id(said), said.get("tags", "").split()
    shown = [fields[name] for name in _EXTRA if name in fields]
    shown += [text for name, text in fields.items() if not _LABEL.match(f"{name}:")]
    extra = "\n\n".join(shown)
    choices = [fields[name] for name in sorted(fields) if re.fullmatch(r"C\d", name)]
    if text := fields.get("T") or fields.get("THA"):
        _cloze(builder, line, text, id, tags, extra)
    elif choices and "Q" in fields:
        _choice(builder, line, fields, choices, id, tags)
    elif "IO_IM" in fields:
        front, hidden = (
            "\n\n".join(fields[name] for name in names if name in fields) for names in _PICTURES
        )
        front = f"{front}\n\n{fields.get('IO_QM', '')}".strip()
        builder.basic(line, front, hidden, id=id, tags=tags)
    elif "F" in fields and "B" in fields:
        builder.basic(line, fields["F"], fields["B"], both=True, extra=extra, id=id, tags=tags)
    else:
        answer = fields.get("A") or fields.get("I") or ""
        extra = extra if answer else ""
        builder.basic(line, fields.get("Q", ""), answer, extra=extra, id=id, tags=tags)


def _choice(
    builder: Builder,
    line: int,
    fields: Mapping[str, str],
    choices: Sequence[str],
    id: str | None,
    tags: Sequence[str],
) -> None:
    """Make a card with choices; one with several right answers asks for all of them."""
    right = [int(one) for one in fields.get("A", "").split(",") if one.strip().isdecimal()]
    if not right or not all(1 <= one <= len(choices) for one in right) or len(choices) < 2:
        builder.problem(line, "A: must have the number of a choice, and there must be two of them")
        return
    answers = [choices[one - 1] for one in right]
    plain = all("\n" not in choice for choice in choices) and len(set(choices)) == len(choices)
    if len(right) == 1 and plain:
        check = Check(choices=tuple(choices), line=line + 1)
        builder.basic(
            line, fields["Q"], answers[0], id=id, tags=tags, check=check, kind=Kind.CHOICE
        )
        return
    listed = "\n".join(f"{number}. {choice}" for number, choice in enumerate(choices, 1))
    builder.basic(line, f"{fields['Q']}\n\n{listed}", "\n".join(answers), id=id, tags=tags)
