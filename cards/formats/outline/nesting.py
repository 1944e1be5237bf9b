"""Names in an outline: what stands below one, and which one an item stands below."""

import re
from collections.abc import Sequence

from cards.formats.outline import labels, meanings, statements, subjects
from cards.formats.outline.sections import Item
from cards.formats.outline.wording import EMPTY, MASKS, Masked, has_formula

BRACKETED = re.compile(r"\([^()]*\)")
CODED = re.compile(rf"([{MASKS}]):? +(?:is |are |- |– |— |= )?([A-Za-z][^{MASKS}]{{12,220}})$")
"""A term that stands as code before what explains it."""
_MEANS_ABOVE = re.compile(
    r"(?:formal |informal )?(?:def(?:inition|n)?|meaning|description|explanation|"
    r"what (?:it is|is it|is this))\.?$",
    re.IGNORECASE,
)
"""A label of what says what the name above it means."""
_EXAMPLE = re.compile(r"\W*(?:examples?|e\.g|ex|eg|notes?|see|source)\b", re.IGNORECASE)
_BEFORE_COMMA = re.compile(
    r"(\*{0,2}[A-Z][\w’'/-]*(?: [\w’'/-]+){0,3}(?: \([^(),]{1,20}\))?\*{0,2}), "
    r"(?=(?!and |or |but |so |which |who |where |then |etc)[a-z][\w’'-]* [^,]{8,})"
)
"""A name that a comma parts from what explains it: "Storyboards, visualize …"."""
LONGEST_NAME, _LONGEST_ABOVE, _FEWEST_ALIKE = 6, 200, 3


class Above:
    """The items that the present one stands below, outermost first."""

    def __init__(self) -> None:
        self._items: list[tuple[int, int, str]] = []

    def of(self, item: Item, number: int) -> tuple[str, bool]:
        """Return the name right above an item, empty for none, and whether it is the first there.

        The item, `number` of its section, is above others from then on.
        """
        level = item.level if item.marker or item.level else -1
        self._items = [one for one in self._items if one[0] < level]
        place, text = self._items[-1][1:] if self._items else (-1, "")
        own = item.text.partition(":")[0] if item.joined else item.text
        self._items.append((level, number, own[:_LONGEST_ABOVE]))
        name = _name_of(text)
        return name, place == number - 1 if name else place < 0 and number == 0

    def subject(self, leaving_out: int = 0) -> str:
        """Return the innermost name above the item last asked for that names something.

        `leaving_out` so many that stand right above it.
        """
        for _, _, text in reversed(self._items[: -1 - leaving_out]):
            name = BRACKETED.sub("", _name_of(text)).strip()
            acts = re.match(r"(?:lasts?|uses?|subdivide|controls?) |.*\d", name, re.IGNORECASE)
            does = name.partition(" ")[0].lower() in labels.DEEDS
            leads = name.rpartition(" ")[2].lower() in EMPTY
            if name and subjects.is_subject(name) and not (acts or does or leads):
                return name
        return ""


def _name_of(text: str) -> str:
    """Return an item as the name of what stands below it; empty where it is a sentence."""
    name = Masked(text).text.strip(" :*.-–—")
    tag = name.startswith("#")
    return "" if tag or len(name.split()) > LONGEST_NAME or has_formula(name) else name


def with_colons(items: Sequence[Item]) -> list[Item]:
    """Return items with a colon for the comma after a name, where those beside it have one too."""
    named = [bool(item.marker and _BEFORE_COMMA.match(item.text)) for item in items]
    found = list(items)
    for place, item in enumerate(items):
        if not named[place]:
            continue
        near = range(max(0, place - _FEWEST_ALIKE), min(len(items), place + _FEWEST_ALIKE + 1))
        kind = item.marker, item.level
        beside = [n for n in near if (items[n].marker, items[n].level) == kind]
        labelled = any(labels.split(Masked(items[n].text).text) for n in beside)
        if sum(named[n] for n in beside) >= _FEWEST_ALIKE and not labelled:
            text = _BEFORE_COMMA.sub(r"\1: ", item.text, count=1)
            found[place] = Item(text, item.line, item.marker, item.level, joined=True)
    return found


def with_own_words(items: Sequence[Item], subject: str) -> list[Item]:
    """Return items with each name joined to the one item below that explains it.

    "Phishing:" over "Fake e-mails that …" is "Phishing: Fake e-mails that …". What is said of a
    "Definition" is said of the name above it, or of the `subject` of the section.
    """
    found: list[Item] = []
    above: list[tuple[int, str]] = []
    used: set[str] = set()
    place = 0
    while place < len(items):
        item = items[place]
        place += 1
        above = [one for one in above if one[0] < item.level]
        name = _name_of(item.text)
        term = item.text.rstrip().rstrip(":").rstrip()
        label = labels.split(Masked(item.text).text) if not name else None
        child = items[place] if place < len(items) else None
        alone = (
            child and name and item.marker and child.level > item.level and _is_only(items, place)
        )
        alone = alone and not item.text.rstrip().endswith("?")
        if child and alone and _explains(name, child.text):
            place += 1
            if _MEANS_ABOVE.match(name) and (own := above[-1][1] if above else subject):
                term = own
            item = Item(f"{term}: {child.text}", item.line, item.marker, item.level, joined=True)
        elif label and _MEANS_ABOVE.match(label[0]) and (own := above[-1][1] if above else subject):
            told = item.text.partition(":")[2].lstrip("* ")
            said = Masked(told).text.rstrip(". ")
            whole = statements.question(said) or statements.of_general(said)
            text = told if whole else f"{own}: {told}"
            item = Item(text, item.line, item.marker, item.level, joined=not whole)
        elif name:
            above.append((item.level, term))
        elif above and above[-1][1] not in used and _is_formula(item.text):
            used.add(above[-1][1])
            item = Item(f"{above[-1][1]}: {item.text}", item.line, item.marker, item.level)
        found.append(item)
    return found


def _is_formula(text: str) -> bool:
    """Whether an item is one formula and nothing else."""
    masked = Masked(text)
    return len(masked.originals) == 1 and len(masked.text.strip(" .,;")) == 1


def _explains(name: str, text: str) -> bool:
    """Whether the one item below a name tells what it is, in words that ask nothing themselves."""
    said = Masked(text).text
    if meanings.told_below(name, said) or statements.question(said.rstrip(". ")):
        return False  # which is asked as it stands
    return not (said.endswith((":", "?")) or labels.split(said) or CODED.match(said))


def _is_only(items: Sequence[Item], place: int) -> bool:
    """Whether an item is alone at its level below its parent, but for examples."""
    level = items[place].level
    for other in items[place + 1 :]:
        if other.level < level:
            return True
        if other.level == level and not _EXAMPLE.match(other.text):
            return False
    return True
