"""The text of a claim as a tree: the maths language, LaTeX, and a few words beside them."""

import re
from collections.abc import Collection as Names_
from collections.abc import Iterator
from dataclasses import replace

from sims.claims.statement import ClaimError
from sims.claims.vocabulary import WORDS
from sims.maths import DELIMITERS
from sims.maths.errors import MathsError
from sims.maths.limits import MAX_CHARACTERS
from sims.maths.syntax.latex import Reader
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tokens import Names
from sims.maths.syntax.tree import (
    Call,
    Node,
    depth,
)
from sims.maths.syntax.vocabulary import (
    CONSTANTS,
    GREEK,
    LETTERS,
)

MOST_DEPTH = 90


_GROWTH = {"O": "bigO", "Theta": "bigTheta", "Omega": "bigOmega", "o": "smallo", "Θ": "bigTheta",
           "Ω": "bigOmega"}  # fmt: skip


_ORDER = re.compile(r"\bis\s+(?:in\s+)?(O|Theta|Omega|o|Θ|Ω)\s*\(")


class Unsure(Names_[str]):
    """Single letters that nobody declared: before a bracket they may be functions or factors."""

    def __init__(self, known: Names_[str]) -> None:
        self.known = known

    def __contains__(self, name: object) -> bool:
        return (
            isinstance(name, str)
            and name not in self.known
            and (len(name.rstrip("'0123456789")) == 1 or name in GREEK)
            and name not in CONSTANTS
        )

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def plain(text: str, names: Names) -> tuple[str, Names]:
    """Return LaTeX in the maths language, word for word, and the names with its accents.

    Raises MathsError.
    """
    inner = text.strip()
    if len(inner) > MAX_CHARACTERS:
        raise MathsError(f"this is longer than {MAX_CHARACTERS} characters")
    for opening, closing in DELIMITERS.items():
        if inner.startswith(opening) and inner.endswith(closing) and len(inner) > len(opening):
            inner = inner[len(opening) : len(inner) - len(closing)]
            break
    else:
        if "\\" not in inner:
            return inner, names
    inner = re.sub(r"\\Pr\b", "P", inner)
    inner = re.sub(r"\\p?mod\b\s*\{?([^{}]*)\}?", r" \\bmod \1 ", inner).replace("\\equiv", "=")
    reader = Reader(inner, names)
    found = reader.everything()
    return found, replace(names, also={*names.also, *reader.accented})


def tree(text: str, names: Names, place: tuple[str, int] = ("claim", 0)) -> Node:
    """Return the tree of a text of a claim, in the maths language or LaTeX. Raises ClaimError."""
    try:
        words, names = plain(text, names)
        node = parse_named(_spoken(words), names)
    except MathsError as error:
        raise ClaimError(f"{_short(text)}: {error.message}", place) from None
    except RecursionError:
        raise ClaimError(f"{_short(text)}: this is nested too deeply", place) from None
    if depth(node) > MOST_DEPTH:
        raise ClaimError(f"{_short(text)}: this is nested too deeply", place)
    return _renamed_calls(node)


def _short(text: str) -> str:
    tidy = " ".join(text.split())
    return f"`{tidy}`" if len(tidy) <= 60 else f"`{tidy[:57]}…`"


def _renamed_calls(node: Node) -> Node:
    node = node.map(_renamed_calls)
    if isinstance(node, Call) and node.function in WORDS:
        return replace(node, function=WORDS[node.function])
    return node


def _spoken(text: str) -> str:
    """Return a text with the words of claims in the signs that the maths language has."""
    text = text.replace("≈", "~=").replace("≡", "=")
    text = re.sub(r"\(\s*mod\s+([^()]+)\)", r" mod \1", text)
    text = re.sub(r"\bgiven\b", "|", text)
    text = re.sub(r"(?<![\w)\]}])(\s*)\bmod\s*\(", r"\1remainder(", text)
    text = re.sub(r"\bdefined\s+(?!\()([^=<>]+?)(?=$|\s+(?:and|or)\b|=>|<=>)", r"defined(\1)", text)
    text = re.sub(r"(?<=\d)(\s*)min\b(?!\s*\()", r"\1minute", text)
    return _orders(text)


def _orders(text: str) -> str:
    """Return ``e is O(g, n)`` as ``bigO(e, g, n)``, wherever it stands."""
    while found := _ORDER.search(text):
        start = _segment_start(text, found.start())
        end = _closing(text, found.end() - 1)
        inside = text[found.end() : end]
        left = text[start : found.start()].strip()
        text = f"{text[:start]} {_GROWTH[found[1]]}({left}, {inside}){text[end + 1 :]}"
    return text


def _segment_start(text: str, end: int) -> int:
    """Return where the statement that ends here starts: after a connective or a bracket."""
    depth_ = 0
    for position in range(end - 1, -1, -1):
        character = text[position]
        if character in ")]}":
            depth_ += 1
        elif character in "([{":
            if depth_ == 0:
                return position + 1
            depth_ -= 1
        elif depth_ == 0 and character == ">" and text[max(0, position - 1) : position + 1] == "=>":
            return position + 1
        elif (
            depth_ == 0
            and (position == 0 or text[position - 1].isspace())
            and (found := re.match(r"(and|or|not)\s", text[position:]))
        ):
            return position + len(found[0])
    return 0


def _closing(text: str, start: int) -> int:
    depth_ = 0
    for position in range(start, len(text)):
        depth_ += (text[position] == "(") - (text[position] == ")")
        if depth_ == 0:
            return position
    raise MathsError("a bracket is never closed")


def ascii_name(name: str) -> str:
    """Return a name with its Greek letters spelt out."""
    return "".join(LETTERS.get(letter, letter) for letter in name.strip())


def check_name(name: str, place: tuple[str, int]) -> None:
    """Raise ClaimError for what is no name."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*'*(?:_\w+|_\{[\w,]+\})?", name) or len(name) > 30:
        raise ClaimError(
            f"{name[:30]!r} is no name; a name is letters, such as x, alpha or lr", place
        )
