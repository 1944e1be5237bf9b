"""The formulas in a sentence, each in one form, so that two of them can be told equal or not.

Nothing is evaluated: names are spelt one way, indices and signs of multiplication go, the terms of
a sum and the factors of a product are put in order. What differs after that counts as another
formula: a sign, a swapped argument, another number.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from string import ascii_letters

GAP = "⋯"
"""What stands in a text where a formula was."""

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon",
    "ζ": "zeta", "η": "eta", "θ": "theta", "ϑ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu",
    "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
"""Greek letters by their names."""

_SPELT = {
    "∑": " sum ", "Σ": " sum ", "∇": " grad ", "∂": " grad ", "‖": "||", "∥": "||", "·": "*",
    "×": "*", "⋅": "*", "∗": "*", "−": "-", "←": "=", "⟵": "=", ":=": "=", "<-": "=", "<=": "≤",
    ">=": "≥", "⩽": "≤", "⩾": "≥", "²": "^2", "³": "^3", "′": "'", "’": "'", "∣": "|",
}  # fmt: skip
_LETTERS = str.maketrans(_GREEK | {sign: said for sign, said in _SPELT.items() if len(sign) == 1})
_DIGRAPHS = {sign: said for sign, said in _SPELT.items() if len(sign) > 1}
_COMMANDS = {
    "sum": " sum ", "nabla": " grad ", "partial": " grad ", "cdot": "*", "times": "*", "leq": "≤",
    "le": "≤", "geq": "≥", "ge": "≥", "gets": "=", "leftarrow": "=", "mid": "|", "vert": "|",
    "parallel": "||", "Vert": "||", "prime": "'", "approx": "≈", "varepsilon": " epsilon ",
    "vartheta": " theta ", "varphi": " phi ",
}  # fmt: skip
_BRACED = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_FONTS = (
    "mathrm|mathbf|mathcal|mathbb|text|operatorname|hat|bar|tilde|vec|widehat|"
    "overline|boldsymbol|bm"
)
_SET = re.compile(rf"\\(?:{_FONTS})\*?\s*{_BRACED}")
_FONT = re.compile(
    rf"\\(?:(?:{_FONTS}|big+|Big+|left|right|displaystyle|limits|quad|qquad)(?![A-Za-z])\*?"
    r"|[,;!:> ])"
)
_FRACTION = re.compile(rf"\\[dt]?frac\s*{_BRACED}\s*{_BRACED}")
_COMMAND = re.compile(r"\\([A-Za-z]+)(['°]*)")
_INDEX = re.compile(rf"_(?:{_BRACED}|\(([^()]*)\)|(\\?[A-Za-z0-9]+(?:\+\d+)?))'*")
_STEP = re.compile(r"[+-]\w+\b")
"""A step in an index: "t+1" is the next one."""
_LIMIT = re.compile(r"(sum|prod|max|min|argmax|argmin)\s*\^(?:\{[^{}]*\}|\w)")
_LOWERED = re.compile("[\u2080-\u2089\u2090-\u209c\u1d62-\u1d6a]+")
"""Letters and digits that are written below the line."""
_GAP = re.compile(r"arg\s+(max|min)\b")
_FUNCTIONS = frozenset(
    {"log", "ln", "exp", "max", "min", "argmax", "argmin", "sum", "prod", "mean", "std", "var",
     "clip", "grad", "sqrt", "kl", "nll", "softmax", "relu", "tanh", "norm"}
)  # fmt: skip
GREEK_NAMES = frozenset(_GREEK.values())
_NAMES = _FUNCTIONS | GREEK_NAMES
_RELATIONS = "=≤≥<>≈∝"
_TOKEN = re.compile(r"\|\||[A-Za-z]+['°]*|\d+(?:\.\d+)?|[^\s\w]")
DEEPEST = 8
"""How many brackets of a formula may stand in one another, to be that of a claim."""
_OPERATORS = frozenset("+*/^-") | {"sum", "argmax", "argmin", "grad", "log", "exp"}
_OPERATION = re.compile(r"[+*/^_-]|sum|arg|grad|log|ln|exp", re.IGNORECASE)
"""What every formula has: without it letters and figures are names and numbers."""
_DELIMITED = re.compile(
    r"\\(?<!\\\\)\[((?:[^\\]|\\[^\[\]])+)\\\]|\\(?<!\\\\)\(((?:[^\\]|\\[^()])+)\\\)"
    r"|\$\$(.+?)\$\$|\$(.+?)\$",
    re.DOTALL,
)
"""A formula between delimiters; none reaches over a second one that opens."""
_NAME = re.compile(r"[A-Za-z]+|\d+|[/^|,]")
_OPENED = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Formula:
    """One formula: what stands left of its relation, the relation, and what stands right of it."""

    left: str
    relation: str
    right: str

    def is_as(self, form: "Formula") -> bool:
        """Whether it says what another one says: both sides the same, or a name in place of one."""
        if self == form:
            return True
        if self.relation != form.relation and self.relation and form.relation:
            return False
        turned = (self.left, self.right) == (form.right, form.left)
        if turned and form.relation == "=":
            return True
        lefts = self.left, form.left
        named = "" in lefts or (self.left.isalpha() and len(self.left) == 1)
        named = named or (lefts[0].split()[0] == lefts[1].split()[0] and min(lefts).isalpha())
        return self.right == form.right and self.relation in ("", "=", "≈") and named

    def names(self) -> frozenset[str]:
        """Return the names and figures of a text in which some formula `is_as` this one."""
        found = _NAME.findall(self.right)
        if not any(name[0].isalpha() for name in found):  # then what stands left is alike, too
            found += _NAME.findall(self.left)[:1]
        return frozenset(found)


def normalized(text: str) -> str:
    """Return a text with Greek letters, signs and LaTeX commands spelt one way."""
    if "\\" in text:
        text = _without_commands(text)
    if text.isascii():
        return text.replace("<-", "=").replace("<=", "≤").replace(">=", "≥").replace(":=", "=")
    plain = text.replace(GAP, "").isascii()
    if not plain:
        text = _LOWERED.sub(lambda low: f"_{unicodedata.normalize('NFKD', low[0])}", text)
        text = text.translate(_LETTERS)
    for sign, spelt in _DIGRAPHS.items():
        text = text.replace(sign, spelt)
    text = text.replace("sum _", "sum_")
    if plain or text.replace(GAP, "").isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join([letter for letter in parts if not unicodedata.combining(letter)])


@lru_cache(maxsize=8192)
def _without_commands(text: str) -> str:
    """Return LaTeX with its commands spelt as plain text."""
    text = text.replace("\\|", "\\Vert ")
    if "{" in text:
        text, found = _SET.subn(r" \1 ", text)
        text = _SET.sub(r" \1 ", text) if found else text
    text = _FONT.sub(" ", text)
    if "_" in text:
        text = _without_indices(text)
    if "^" in text:
        text = _LIMIT.sub(r"\1 ", text)
    for _ in range(3):
        if "frac" in text:
            text = _FRACTION.sub(r"((\1)/(\2))", text)
    return _COMMAND.sub(lambda m: _COMMANDS.get(m[1], f" {m[1]}{m[2]} "), text)


@lru_cache(maxsize=8192)
def undelimited(text: str) -> str:
    """Return a text with its formulas, normalized, and without what stands around them."""
    if "$" in text or "\\" in text:
        text = _DELIMITED.sub(_spaced, text)
    return normalized(text)


def _spaced(formula: re.Match[str]) -> str:
    return f" {_without_commands(formula[formula.lastindex or 0])} "


@lru_cache(maxsize=8192)
def parted(text: str) -> tuple[str, tuple[Formula, ...]]:
    """Return a text without its formulas, and these."""
    plain, written = bare(text)
    return plain, tuple([formula(one) for one in written])


@lru_cache(maxsize=8192)
def bare(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without its formulas, and these as they are written."""
    plain = undelimited(text)
    plain = _GAP.sub(r"arg\1", plain) if "arg" in plain else plain
    if not _OPERATION.search(plain):
        return plain, ()
    marked = _without_indices(plain) if "_" in plain else plain
    marked = _LIMIT.sub(r"\1 ", marked) if "^" in marked else marked
    pieces: list[str] = []
    found: list[str] = []
    end = 0
    for start, run in _runs(marked):
        first, last = _extent(run)
        if first < last:
            found.append(run[first:last])
            pieces.append(marked[end : start + first])
            end = start + last
    if not found:
        return plain, ()
    return f" {GAP} ".join([*pieces, marked[end:]]), tuple(found)


def _without_indices(text: str) -> str:
    """Return a text whose names have no index, but a mark for the next step or for what is old."""
    pieces: list[str] = []
    end, place = 0, text.find("_")
    while place >= 0:
        start = place
        while start > end and text[start - 1] in ascii_letters:
            start -= 1
        if start > end and text[start - 1] in (")}]'" if start == place else "\\"):
            start -= 1
        index = _INDEX.match(text, place) if start < place else None
        if index is not None:
            pieces += text[end:start], _marked(text[start:place], index)
            end = index.end()
        place = text.find("_", max(end, place + 1))
    return "".join(pieces) + text[end:]


def _marked(name: str, index: re.Match[str]) -> str:
    """Return a name without its index, but with a mark for the next step or for what is old."""
    if name.isalpha() and len(name) > 1 and name.lower() not in _NAMES:
        return name + index[0]  # a word such as "vocab_size"
    said = next(part for part in index.groups() if part is not None)
    step = _STEP.search(said)
    marks = {"+1": "'", "-1": "°°"}.get(step[0], "''") if step else ""
    return name + marks + ("°" if "old" in said else "")


def _runs(text: str) -> list[tuple[int, str]]:
    """Return the parts of a text that are written in symbols, each with where it begins."""
    runs: list[list[int]] = []
    words = text.split(" ")[::-1]
    lengths = [*accumulate(map(len, words))]
    inside = False
    for place, signs in enumerate(map(_signs, words)):
        if signs is None:
            inside = False
            continue
        start = len(text) - lengths[place] - place
        for first, last, symbol in signs:
            before = inside
            inside = before if symbol is None else symbol
            if inside and before:
                runs[-1][0] = start + first
            elif inside:
                runs.append([start + first, start + last])
    return [(first, text[first:last]) for first, last in reversed(runs)]


@lru_cache(maxsize=1 << 14)
def _signs(word: str) -> tuple[tuple[int, int, bool | None], ...] | None:
    """Return where the signs of a text without spaces are, the last first, and what they are.

    Those side by side that are of one run are one. None for a text of which all are of no formula.
    """
    found: list[tuple[int, int, bool | None]] = []
    for sign in reversed([*_TOKEN.finditer(word)]):
        symbol = _is_symbol(sign[0])
        if found and symbol in (found[-1][2], None):
            found[-1] = sign.start(), *found[-1][1:]
        else:
            found.append((*sign.span(), symbol))
    prose = found and all(symbol is False for _, _, symbol in found)
    return None if prose else tuple(found)


@lru_cache(maxsize=1 << 15)
def _is_symbol(word: str) -> bool | None:
    """Whether a word is part of a formula; None for the name of a function, before a symbol."""
    if word in ';:.?!"“”…':
        return False
    bare = word.rstrip("'°").lower()
    if not word[0].isalpha() or len(bare) == 1 or bare in GREEK_NAMES:
        return True
    return None if bare in _FUNCTIONS else False


def names_in(text: str) -> frozenset[str]:
    """Return the names, figures and signs of division in a text that its formulas are made of."""
    return names_of(undelimited(text))


def names_of(plain: str) -> frozenset[str]:
    """Return the names, figures and signs of division in a text that is normalized."""
    return frozenset().union(*map(_names, plain.split()))


@lru_cache(maxsize=1 << 14)
def _names(word: str) -> frozenset[str]:
    """Return the names, figures and signs of division in a text without spaces, small ones too."""
    return frozenset(_NAME.findall(word)).union(_NAME.findall(word.lower()))


@lru_cache(maxsize=8192)
def _extent(run: str) -> tuple[int, int]:
    """Return where the formula in a run of symbols begins and ends: nowhere, if there is none."""
    if not _OPERATION.search(run):
        return 0, 0
    first, last = _trimmed(run)
    return (first, last) if _sides(run[first:last]) is not None else (0, 0)


def _trimmed(text: str) -> tuple[int, int]:
    """Return a run without brackets that are open at its edges, and without signs that dangle."""
    first, last = 0, len(text)
    unbalanced = _unbalanced(text)  # and no less so without another of them at an edge
    while first < last:
        begins, ends = text[first], text[last - 1]
        if begins.isspace() or begins in ",*/)]}#&→>" or first in unbalanced:
            first += 1
        elif ends.isspace() or ends in ",+*/^-=≈≤≥<>([{&→#" or last - 1 in unbalanced:
            last -= 1
        else:
            break
    return first, last


def _unbalanced(run: str) -> set[int]:
    """Return the places of brackets that are never closed, or never opened."""
    stack: list[int] = []
    lost: set[int] = set()
    for place, sign in enumerate(run):
        if sign in "([{":
            stack.append(place)
        elif sign in _OPENED:
            if stack and run[stack[-1]] == _OPENED[sign]:
                stack.pop()
            else:
                lost.add(place)
    return lost.union(stack)


@lru_cache(maxsize=8192)
def formula(written: str) -> Formula:
    """Return a formula that is written in symbols."""
    sides = _sides(written)
    assert sides is not None, "it was found as a formula"
    left, relation, right = sides
    # To put it in order takes twice as long with each bracket in a bracket.
    ordered = _ordered if _depth([*left, *right]) <= DEEPEST else " ".join
    return Formula(ordered(left), relation, ordered(right))


def _sides(run: str) -> tuple[list[str], str, list[str]] | None:
    """Return the signs of a run left and right of its relation; None where it is no formula.

    A name and a number are none.
    """
    run = run.replace("[", "(").replace("]", ")").replace("{", "(").replace("}", ")")
    tokens = [*map(_named, _TOKEN.findall(run))]
    last, depth = -1, 0
    for place, sign in enumerate(tokens):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and sign in _RELATIONS:
            last = place
    left, right = tokens[: max(0, last)], tokens[last + 1 :]
    relation = "" if last < 0 else tokens[last]
    named = any(sign[0].isalpha() for sign in tokens)
    return (left, relation, right) if named and (_composed(left) or _composed(right)) else None


@lru_cache(maxsize=1 << 14)
def _named(sign: str) -> str:
    """Return a sign, the name of a function or a Greek letter in small letters."""
    name = sign.lower()
    return "log" if name == "ln" else name if name in _NAMES else sign


def _depth(tokens: list[str]) -> int:
    """Return how many brackets stand in one another at most."""
    return max(accumulate((sign == "(") - (sign == ")") for sign in tokens), default=0)


def _composed(tokens: list[str]) -> bool:
    """Whether one side of a formula is more than a name or a number."""
    operates = not _OPERATORS.isdisjoint(tokens)
    return operates and sum([sign[0].isalnum() for sign in tokens]) > 1


def _ordered(tokens: list[str]) -> str:
    """Return one side of a formula as text, terms and factors sorted."""
    terms: list[list[str]] = [["+"]]
    depth = bars = 0
    for sign in _unwrapped(tokens):
        depth += (sign == "(") - (sign == ")")
        bars += sign == "|"
        if sign in "+-" and depth == 0 and bars % 2 == 0:
            terms.append([sign])
        else:
            terms[-1].append(sign)
    said = [term[0] + _product(term[1:]) for term in terms if len(term) > 1]
    whole = "".join(sorted(said))
    return whole.removeprefix("+") if len(said) == 1 else whole


def _product(tokens: list[str]) -> str:
    """Return one term as text: what stands in brackets in order, and factors sorted."""
    factors: list[str] = []
    place = 0
    while place < len(tokens):
        if tokens[place] != "(":
            if tokens[place] != "*":
                factors.append(tokens[place])
            place += 1
            continue
        end = _closing(tokens, place)
        inner = _unwrapped(tokens[place + 1 : end])
        place_before, place = place - 1, end + 1
        applied = place_before >= 0 and tokens[place_before][0].isalpha()
        said = [_ordered(part) for part in _split(inner)]
        single = len(said) == 1 and said[0][:1] not in "+-"
        below = place_before >= 0 and tokens[place_before] in "/^"
        if single and not applied and (not below or _is_single(inner)):
            factors += _product(inner).split()
        else:
            factors.append("(" + ",".join(said).replace(" ", "·") + ")")
    bound = ("/", "^", "|", "||", ",", *_FUNCTIONS)
    if any(factor in bound or factor.startswith("(") for factor in factors):
        return " ".join(factors)
    return " ".join(sorted(factors))


def _closing(tokens: list[str], place: int) -> int:
    """Return where the bracket that opens at a place is closed, or the end."""
    depth = 0
    for end in range(place, len(tokens)):
        depth += (tokens[end] == "(") - (tokens[end] == ")")
        if depth == 0:
            return end
    return len(tokens)


def _unwrapped(tokens: list[str]) -> list[str]:
    """Return what brackets around all of some symbols enclose."""
    while tokens and tokens[0] == "(" and _closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _is_single(tokens: list[str]) -> bool:
    """Whether symbols are one name, or one function of something."""
    return len(tokens) == 1 or (tokens[1:2] == ["("] and _closing(tokens, 1) == len(tokens) - 1)


def _split(tokens: list[str]) -> list[list[str]]:
    """Return what commas part, at the outermost level."""
    parts: list[list[str]] = [[]]
    depth = 0
    for sign in tokens:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(sign)
    return parts
