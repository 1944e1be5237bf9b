"""The text of a claim as a tree: the maths language, LaTeX, and a few words beside them."""

import re
from collections.abc import Collection as Names_
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sims.claims.statement import ClaimError, split
from sims.claims.vocabulary import WORDS
from sims.maths import DELIMITERS
from sims.maths.errors import MathsError
from sims.maths.limits import MAX_CHARACTERS
from sims.maths.syntax.latex import Reader
from sims.maths.syntax.names import Names
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tree import Call, Name, Node, Number, Relation, depth, free_names, substitute
from sims.maths.syntax.vocabulary import CONSTANTS, GREEK, LETTERS, canonical_function

MOST_DEPTH = 90


_GROWTH = {"O": "bigO", "Theta": "bigTheta", "Omega": "bigOmega", "o": "smallo", "Θ": "bigTheta",
           "Ω": "bigOmega"}  # fmt: skip


_ORDER = re.compile(r"\bis\s+(?:in\s+)?(O|Theta|Omega|o|Θ|Ω)\s*\(")


_LIMIT = re.compile(
    r"\blim\s*_\s*[({]\s*(?P<name>[A-Za-z]\w*)\s*(?:=>|->|→|to)\s*(?P<at>[^(){}]+?)\s*[)}]"
)
_ENDS = re.compile(r"(?<![A-Za-z])(and|or|mod)\b")


class Unsure(Names_[str]):
    """Single letters that nobody declared: before a bracket they may be functions or factors."""

    def __init__(self, known: Names_[str], texts: Sequence[str] = ()) -> None:
        self.known = {*known, *_standing_alone(texts)}

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


_COMMANDS = re.compile(r"\\\\([A-Za-z]+)")
_ALONE = re.compile(
    r"(?<![A-Za-z0-9_'(])([A-Za-z]|" + "|".join(sorted(GREEK)) + r")(?![A-Za-z0-9'])"
    r"(?!\s*(?:\^\{?-1\}?)?\s*(?:\\\\left)?\s*[(\[])(?!\s*[,~:])"
)


def _standing_alone(texts: Sequence[str]) -> set[str]:
    """Return the letters that stand without a bracket after them somewhere: these are numbers."""
    found: set[str] = set()
    for text in texts:
        bare = _COMMANDS.sub(lambda m: f" {m[1]} " if m[1] in GREEK else " ", text)
        found.update(_ALONE.findall(bare))
    return found - {"d"}


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


_SCALE = re.compile(r"[℃℉]|(?:°|\^\s*\{?\s*\\circ\s*\}?|\\degree)\s*[CF]\b")


def tree(text: str, names: Names, place: tuple[str, int] = ("claim", 0)) -> Node:
    """Return the tree of a text of a claim, in the maths language or LaTeX. Raises ClaimError."""
    try:
        if _SCALE.search(text):
            raise MathsError(
                "°C and °F are scales with a zero of their own, no units; write kelvins, 293.15 K"
            )
        words, names = plain(text, names)
        node = parse_named(_spoken(_joined(words, names)), names)
    except MathsError as error:
        raise ClaimError(f"{_short(text)}: {error.message}", place) from None
    except RecursionError:
        raise ClaimError(f"{_short(text)}: this is nested too deeply", place) from None
    if depth(node) > MOST_DEPTH:
        raise ClaimError(f"{_short(text)}: this is nested too deeply", place)
    return _renamed_calls(node)


_SNAKE = re.compile(r"(?<![\w\\])(?P<word>[A-Za-z]{2,}(?:_[A-Za-z]+)+)\s*\(")


def _joined(text: str, names: Names) -> str:
    """Return a text with `cross_entropy(…)` as `crossentropy(…)`. Raises MathsError."""
    for found in reversed(list(_SNAKE.finditer(text))):
        word, joined = found["word"], found["word"].replace("_", "")
        if names.known(word) or names.known(word.partition("_")[0]) or canonical_function(word):
            continue
        known = (one for one in (joined, joined.lower()) if _is_function(one, names))
        if (name := next(known, None)) is None:
            if word.partition("_")[0] in GREEK:
                continue
            raise MathsError(
                f"the function {word} is not known; define it in a line `let: {joined}(x) = …`"
            )
        text = f"{text[: found.start()]}{name}{text[found.start() + len(word) :]}"
    return text


def _is_function(word: str, names: Names) -> bool:
    return names.variables.get(word) == "function" or canonical_function(word) is not None


def _root(node: Call) -> Node:
    """Return `root(e, a)` as `e = 0` at a; a lone letter of e, `root(e, x)`, stays."""
    expression, value = node.arguments
    names = free_names(expression)
    if isinstance(value, Name) and value.name in names:
        return Relation((expression, Number("0")), ("=",))
    if len(names) == 1 and not isinstance(expression, Name):
        return Relation((substitute(expression, {names.pop(): value}), Number("0")), ("=",))
    return node


def _short(text: str) -> str:
    tidy = " ".join(text.split())
    return f"`{tidy}`" if len(tidy) <= 60 else f"`{tidy[:57]}…`"


def _renamed_calls(node: Node) -> Node:
    node = node.map(_renamed_calls)
    if isinstance(node, Call) and node.function.startswith('"'):
        # A name of the field that a fence defines is told from it there, not by its spelling.
        node = replace(node, function=node.function.strip('"'))
    if isinstance(node, Call) and node.function == "root" and len(node.arguments) == 2:
        return _root(node)
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
    text = re.sub(
        r"\b(convex|concave|increasing|decreasing)\(\s*(exp|log|sqrt|sin|cos|tan|tanh|abs|relu|"
        r"sigmoid|softplus|sinh|cosh|silu|gelu)\s*\)", r"\1(\2(x), x)", text,
    )  # fmt: skip
    text = re.sub(r"(?<=\d)(\s*)min\b(?!\s*\()", r"\1minute", text)
    return _orders(_limits(_products(text)))


def _products(text: str) -> str:
    """Return `prod(v)` of one list as `prodof(v)`; `prod(e, i, 1, n)` stays."""
    for found in reversed(list(re.finditer(r"\bprod\s*\(", text))):
        end = closing(text, found.end() - 1)
        if len(split(text[found.end() : end], ",")) == 1:
            text = f"{text[: found.start()]}prodof({text[found.end() :]}"
    return text


def _limits(text: str) -> str:
    """Return `lim_(x -> a) e` as `lim(e, x, a)`; e is a product, or a sum where x goes on."""
    while found := _LIMIT.search(text):
        start = found.end()
        term, side = _term_end(text, start, "+-"), _term_end(text, start, "")
        name = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(found['name'])}(?![A-Za-z0-9_])")
        end = side if name.search(text[term:side]) else term
        body = text[start:end].strip() or "1"
        before, after = text[: found.start()], text[end:]
        text = f"{before} lim({body}, {found['name']}, {found['at']}) {after}"
    return text


def _term_end(text: str, start: int, signs: str) -> int:
    """Return where a term ends: at a relation, a comma, a closing bracket or one of the signs."""
    depth_, seen = 0, False
    for position in range(start, len(text)):
        character = text[position]
        if character in "([{":
            depth_ += 1
        elif character in ")]}":
            if depth_ == 0:
                return position
            depth_ -= 1
        elif depth_ == 0 and (
            character in "=<>~≤≥≠," or (character in signs and seen) or _ENDS.match(text, position)
        ):
            return position
        seen = seen or not character.isspace()
    return len(text)


def _orders(text: str) -> str:
    """Return `e is O(g, n)` as `bigO(e, g, n)`, wherever it stands."""
    while found := _ORDER.search(text):
        start = _segment_start(text, found.start())
        end = closing(text, found.end() - 1)
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


def closing(text: str, start: int) -> int:
    """Return where the bracket that opens at a place closes. Raises MathsError."""
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
