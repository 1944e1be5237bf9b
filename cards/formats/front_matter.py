"""The YAML front matter of a note: its title, deck, topic, tags, and the topics it requires.

Other keys are someone else's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cards.formats.topics import topic_of
from cards.formats.yaml_text import YamlError, load
from cards.prerequisites import TAG
from cards.text.clean import clean_line

_LONGEST = 200
_MARK = "\ufeff"
"""What some editors put before a text, to say that it is UTF-8."""
_MARKERS = ("Q:", "A:", "C:")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says, and how many lines it takes (0: there is none)."""

    lines: int = 0
    deck: str | None = None
    topic: str | None = None
    tags: tuple[str, ...] = ()
    problems: tuple[tuple[int, str], ...] = ()
    """What cannot be read and costs no card: the 0-based line, and a sentence."""
    title: str = ""
    """What the note is called; empty where that is not said, or not in words."""


def read(lines: Sequence[str]) -> FrontMatter:
    """Return the front matter of a note's lines.

    Raises YamlError, with the 0-based line of the note, when it cannot be read.
    """
    if not lines or lines[0].rstrip() != "---":
        return FrontMatter()
    end = 0
    for number in range(1, min(len(lines), _LONGEST)):
        if lines[number].startswith(_MARKERS):
            return FrontMatter()  # the dashes were a rule above the first card
        if lines[number].rstrip() in ("---", "..."):
            end = number
            break
    if not end:
        return FrontMatter()
    try:
        data = load("\n".join(lines[1:end]))
    except YamlError as error:
        raise YamlError(f"in the front matter: {error.message}", error.line + 1) from None
    if data is None:
        return FrontMatter(end + 1)
    if not isinstance(data, dict):
        raise YamlError("the front matter is written as one `name: value` a line", 1)
    tags: list[str] = []
    problems = []
    for name, read_tags in (("tags", _tags), ("requires", _required)):
        try:
            tags += read_tags(data.get(name, ""))
        except YamlError as error:
            named = (n for n in range(1, end) if lines[n].lstrip("'\"").startswith(name))
            problems.append((next(named, 1), error.message))
    deck, topic = _text(data, "deck"), _text(data, "topic")
    title = data.get("title")
    called = clean_line(title).strip() if isinstance(title, str) else ""
    return FrontMatter(end + 1, deck, topic, tuple(tags), tuple(problems), called)


def _text(data: dict[str, object], name: str) -> str | None:
    """Return a value that must be text; raises YamlError when it is a list or a mapping."""
    value = data.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise YamlError(f"`{name}` in the front matter needs one value", 1)
    return clean_line(value)


def _tags(value: object) -> tuple[str, ...]:
    """Return tags from a list or from words; raises YamlError for anything else."""
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise YamlError("`tags` in the front matter is a list of words; this one is left out", 1)
    return tuple(tag.strip().lstrip("#") for tag in value if tag.strip())


def _required(value: object) -> tuple[str, ...]:
    """Return the tags of the topics that a note requires, named by slug or title."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise YamlError(
            "`requires` in the front matter is a list of topics, such as [Softmax, Gini]; this "
            "one is left out",
            1,
        )
    slugs = (topic_of([(1, clean_line(name))], name) for name in value if name.strip())
    return tuple(dict.fromkeys(f"{TAG}{slug}" for slug in slugs))


def with_deck(text: str, deck: str) -> str:
    """Return a note's text with a deck in its front matter, which is added where there is none."""
    if text.startswith(_MARK):
        return _MARK + with_deck(text[1:], deck)
    lines = text.split("\n")
    end_of_line = "\r" if lines[0].endswith("\r") else ""
    line = f"deck: {_quoted(deck)}{end_of_line}"
    try:
        end = read(lines).lines
    except YamlError:
        end = 0
    if not end:
        mark = f"---{end_of_line}"
        return f"{mark}\n{line}\n{mark}\n{text}"
    for number in range(1, end - 1):
        if lines[number].startswith("deck:"):
            lines[number] = line
            return "\n".join(lines)
    return "\n".join([lines[0], line, *lines[1:]])


def _quoted(text: str) -> str:
    """Return a name as YAML reads it back."""
    return "'" + text.replace("'", "''") + "'" if not text.replace(" ", "").isalnum() else text
