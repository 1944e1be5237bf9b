"""Inferring a check from a note's answer that is a formula or a number.

A formula makes a symbol card whose variables are inferred, a number a number card that must be
right to the digits written. The check says how sure the inference is; where the meaning of the
letters is unsure, a difference is shown and the learner judges.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal, InvalidOperation
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from cards.answers.label import is_label
from cards.card import HIDDEN, Card, Check, Kind
from cards.text.maths import at

if TYPE_CHECKING:
    from sims.maths.syntax.tree import Node

SURE, CLOSED, UNSURE, GUESSED = "sure", "closed", "unsure", "guessed"
"""How sure an inference is. A difference is a mistake; it is one for the same symbols only; the
learner judges it; the learner judges agreement too, as the answer may have been misread."""

LONGEST = 600
"""Most characters of a formula that is computed."""

_NUMBER = re.compile(
    r"(?P<about>[~≈]|about |approximately |roughly |around )?(?P<sign>[-−+]?)"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?P<scale>[kKMBT](?![\w]))?"
    r"(?P<percent> ?%)?(?P<unit> [A-Za-zµΩ°/^0-9]{1,12})?\.?$",
    re.IGNORECASE,
)
_POWER = re.compile(
    r"(?:\$|\\\()\s*(?P<sign>-?)(?P<digits>\d+(?:\.\d+)?)\s*\\(?:times|cdot)\s*10\^"
    r"(?:\{(?P<many>-?\d{1,3})\}|(?P<one>\d))\s*(?:\$|\\\))(?: (?P<unit>[A-Za-zµΩ°/^0-9]{1,12}))?"
    r"\.?"
)
"""A number times a power of ten, in LaTeX, and what is counted."""
_FIRST = frozenset("0123456789.-−+~≈")
_LAST = frozenset(")]$`")
"""The last signs of an answer that is a formula, but for a full stop."""
_ABOUT = ("about ", "approximately ", "roughly ", "around ", "About ", "Roughly ", "Around ")
_SCALES = {"k": 3, "m": 6, "b": 9, "t": 12}
_GAP = re.compile(r"\\;\?")
_RELATION = re.compile(
    r"(?<![<>!:\\])=(?!=)|\\(?:leq?|geq?|approx|equiv|propto|implies|iff|to)\b|[<>≤≥≈]"
)
_MISREAD = re.compile(
    r"(?<![A-Za-z\\])[A-Za-z](?:_\{?\w+\}?)?\s*(?:\\left)?\(|\\mathcal\{?[A-Z]\}?\s*\(|"
    r"\\(?:mid|mathbb|nabla|partial|prime|lim|max|min|cap|cup|in|Delta|delta)(?![a-z])|\bd[a-z]\b|'|"
    r"(?:arg|max|min)_|log_(?!\d|\{\d+\})"
)
"""Notation that is read as a product and may be a function, a derivative or a probability."""
_OPAQUE = re.compile(
    r"\\(?:int|mathbf|boldsymbol|vec|dot|ddot)(?![a-z])|[\[\]]|(?<=[A-DF-Za-df-z}])\^\{?(?:T\b|\\top)|"
    r"(?<![A-Za-z\\])[A-Za-z]{3,}_"
)
"""Notation that may mean more than arithmetic on numbers: a vector, an expectation, an entry."""
_OTHER = re.compile(r"\\(?:sum|prod|hat|bar|tilde|text|mathrm)(?![a-z])|\|")
"""Notation that is computed although its symbols may stand for others: a sum, an estimate."""
_MEAN = re.compile(r"(\w+?)(?:bar|hat|tilde)")
"""The name of a letter under a bar or a hat: mostly the mean of its values."""
_BESIDE = ("id", "tags", "line", "evidence")
_FOUND = ("simulation", "derivation", "claim", "found", "refuted")
_SAYS = [part.name for part in fields(Check) if part.name not in (*_BESIDE, *_FOUND)]
_OF_ANSWER, _OF_FOUND = attrgetter(*_SAYS), attrgetter(*_FOUND)
_NO_ANSWER, _NOT_FOUND = _OF_ANSWER(Check()), _OF_FOUND(Check())
_NAME = re.compile(
    r"(?:[A-Za-z]|\\(?:bar|hat|tilde)\{?\\?[A-Za-z]+\}?|\\[A-Za-z]+)(?:_(?:\w|\{\w+\}))?"
)
_CHANGE = re.compile(r"\\Delta\s*([A-Za-z])(?:_(?:\w|\{\w+\}))?(?:\^\{?\\circ\}?)?")
"""A change of something, which is one quantity."""
_ROMAN = re.compile(r"\\(?:text|mathrm|operatorname)\{([A-Za-z]+)\}")
_POWERS = re.compile(r"p(?:H|OH|K(?:_\{?[abw]\}?)?)")
"""Minus a logarithm, as chemists name it."""
_GAS = re.compile(r"[nN]\s*(?:R|k(?:_B|_\{B\})?)\s*T")
"""A gas, of which PV is pressure times volume."""
_ION = re.compile(r"\^\{?\d*[-+]\}?\s*\]")
"""A charge in brackets: the amount of an ion, which the maths language has no name for."""
_SMALL = frozenset(["of", "the", "on", "a", "an", "for", "and", "in", "is", "to"])
_CALLED = re.compile(r"(?<![A-Za-z\\])([A-Za-z])\s*(?:\\left)?\(")
_JUXTAPOSED = re.compile(r"(?<![A-Za-z\\])(?!ln|pi|mu|nu|xi)([a-z])([a-z])(?![A-Za-z(])")
_LONG_NAME = re.compile(r"\\|[A-Z]{2}|[A-Za-z]{3}")
_INDEX = re.compile(r"_\{(?![i-n]{2}\})([A-Za-z]{2,})\}")
"""An index that is a word: "max", "in"."""
_CAPITALS = re.compile(r"(?<![A-Za-z_])(?<!_\{)[A-Z]{2}(?![A-Za-z_])")
_NAMED = re.compile(r"[A-Za-z]{3}")
_BOTH = 2
_COMPLEMENT = re.compile(r"1\s*-\s*(\\?[a-zA-Z]+)\b")


def inferred(card: Card) -> Card:
    """Return a card with a check inferred from its answer, if that is a formula or a number.

    A card whose note says how its answer is decided, or whose answer cannot be read, is returned
    unchanged. Quick: an answer without a digit or a formula is not read.
    """
    check = card.check
    if card.kind not in (Kind.BASIC, Kind.CLOZE) or card.derive or (check and _says(check)):
        return card
    answer = card.answer.strip()
    if len(answer) > LONGEST or not answer:
        return card
    if answer[0] in "\\$`":
        if power := _POWER.fullmatch(answer):
            return _scientific(card, power)
        # Words after a formula, as most answers have them, end in no delimiter.
        return _formula(card, answer) if answer.rstrip(" .")[-1:] in _LAST else card
    numeric = answer[0] in _FIRST or answer.startswith(_ABOUT)
    return _number(card, answer) if numeric and not is_label(card, answer) else card


def differs(typed: str, answer: str, variables: Mapping[str, str]) -> bool:
    """Whether a formula that is not equal to a note's is wrong, whatever its symbols stand for.

    `typed` and `answer` are in the maths language. They must have the same names, and differ
    even where a letter under a bar or a hat is the mean of what bears its index.
    """
    from cards.variants.expression import read  # the maths language, for formulas only
    from sims.maths import MathsError, compare, to_text
    from sims.maths.syntax.tree import free_names, substitute

    try:
        both = [read(text, variables) for text in (typed, answer)]
        names = free_names(both[0])
        if names != free_names(both[1]):
            return False
        means = _means(both, names)
        if means is None:
            return False
        if not means:
            return True
        typed, answer = (to_text(substitute(node, means)) for node in both)
        return compare(typed, answer, variables).verdict == "different"
    except (MathsError, RecursionError):
        return False


def _means(trees: Sequence["Node"], names: set[str]) -> dict[str, "Node"] | None:
    """Return the mean that each barred name may stand for, None where its values are not summed."""
    from sims.maths.syntax.tree import Big, Divide, Index, Name, Number

    means: dict[str, Node] = {}
    for name in sorted(names):
        base = _MEAN.fullmatch(name)
        if not base or base[1] not in names:
            continue
        ends = [
            part.high
            for tree in trees
            for part in tree.walk()
            if isinstance(part, Big) and (part.kind, part.low) == ("sum", Number("1"))
            and Index(Name(base[1]), (Name(part.variable),)) in part.body.walk()
        ]  # fmt: skip
        high = ends[0] if ends else None
        if high is None:
            return None
        values = Index(Name(base[1]), (Name("k"),))
        means[name] = Divide(Big("sum", values, "k", Number("1"), high), high)
    return means


def uninferred(card: Card) -> Card:
    """Return a card as its note has it, without what `inferred` added."""
    if card.check is None or not card.check.inferred:
        return card
    own = replace(card.check, answer=None, tolerance=None, unit=None, variables={}, inferred=None)
    kind = Kind.CLOZE if HIDDEN in card.prompt else Kind.BASIC
    return replace(card, kind=kind, check=None if own == Check() else own)


def _says(check: Check) -> bool:
    """Whether a fence says anything about the answer; an id, tags and found links do not."""
    own = not check.found and _OF_FOUND(check) != _NOT_FOUND
    return own or _OF_ANSWER(check) != _NO_ANSWER


def _formula(card: Card, answer: str) -> Card:
    """Return a symbol card of an answer that is one formula, or of the first part of a chain."""
    source = _source(answer)
    if (
        source is None
        or _ION.search(source)
        or (card.kind is Kind.BASIC and not _GAP.search(card.prompt) and len(source) < 2)
    ):
        return card
    parts = _sides(source)
    if len(parts) > 1 and not _GAP.search(card.prompt):
        if len(parts) > _BOTH or not _is_named(parts[0], parts[1], source, card.prompt):
            return card  # a relation, of which either side may be the answer
        parts = parts[1:]
    first = parts[0].strip().rstrip(".,;")
    if answer[0] != "`" and _JUXTAPOSED.search(first) and not _LONG_NAME.search(first):
        first = _JUXTAPOSED.sub(r"\1 \2", first)  # letters side by side are a product in LaTeX
    sure = UNSURE if len(parts) > 1 or _OPAQUE.search(first) else SURE
    sure = CLOSED if sure is SURE and _OTHER.search(first) else sure
    if answer[0] != "`" and "\\" in first:
        first = _INDEX.sub(r"_{\\text{\1}}", first)  # one name, no product of letters
    is_latex = "\\" in first or (answer[0] != "`" and _multiplies(first))
    expected = f"${first}$" if is_latex else first
    variables = _variables(expected) if first else None
    if variables is None:
        return card
    how = GUESSED if _MISREAD.search(_products(first)) else sure
    return _decided(card, Kind.SYMBOL, answer=expected, variables=variables, inferred=how)


def _decided(card: Card, kind: Kind, **fields: Any) -> Card:
    """Return a card of a kind with these fields in its check."""
    check = Check(**fields) if card.check is None else replace(card.check, **fields)
    return card.with_check(check, kind)


def _multiplies(formula: str) -> bool:
    """Whether two capitals side by side are a product, "RT": not names such as TP beside FP."""
    pairs = {*_CAPITALS.findall(formula)}
    letters = "".join(sorted(pairs))
    return bool(pairs) and len(set(letters)) == len(letters) and not _NAMED.search(formula)


def _is_named(left: str, right: str, source: str, prompt: str) -> bool:
    """Whether an equation gives a name to its right side: "E = h f".

    Letters side by side are one name where the prompt spells it out ("present value", PV) or a
    field writes it so (pH); else they are a product, as in "PV = n R T".
    """
    name = left.strip()
    without_spaces = re.sub(r"\s", "", source)
    equals = without_spaces.startswith(re.sub(r"\s", "", left) + "=")
    composed = not _NAME.fullmatch(right.strip())
    if not equals or not composed:
        return False
    if _NAME.fullmatch(name):
        return not re.search(_whole(name), right)
    if change := _CHANGE.fullmatch(name):
        return not re.search(rf"\\Delta\s*{re.escape(change[1])}(?![A-Za-z])", right)
    plain = _ROMAN.sub(r"\1", name)
    spelt = plain.isalpha() and plain.isupper() and _spells(plain, prompt)
    spelt = spelt and not _GAS.search(right)
    return bool(spelt or _POWERS.fullmatch(plain)) and plain not in right


def _spells(short: str, text: str) -> bool:
    """Whether the initials of words of a text, one after another, are the letters of a name."""
    words = re.findall(r"[A-Za-z]+", text)
    large = [word for word in words if word.lower() not in _SMALL]
    initials = ("".join(word[0] for word in chosen).upper() for chosen in (words, large))
    return len(short) > 1 and any(short in one for one in initials)


def _whole(name: str) -> str:
    """Return the pattern of a name that is not part of a longer one."""
    return rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z_])"


def _products(formula: str) -> str:
    """Return a formula whose brackets after letters that stand alone elsewhere are products."""

    def parted(match: re.Match[str]) -> str:
        letter = re.escape(match[1])
        alone = rf"(?<![A-Za-z\\]){letter}(?![A-Za-z_]|\s*(?:\\left)?\()"
        return f"{match[1]}*(" if re.search(alone, formula) else match[0]

    return _CALLED.sub(parted, formula)


def _sides(source: str) -> list[str]:
    """Return the sides of a formula's relations that stand outside all braces and brackets."""
    parts, start = [], 0
    for relation in _RELATION.finditer(source):
        before = source[start : relation.start()]
        if all(before.count(a) == before.count(b) for a, b in ("{}", "()", "[]")):
            parts.append(before)
            start = relation.end()
    return [*parts, source[start:]]


def _source(answer: str) -> str | None:
    """Return the LaTeX or the code that an answer is, None when it is more than that."""
    if answer[0] == "`":
        code = answer.strip("`").strip()
        return code if answer.endswith("`") and answer.count("`") == 2 and _sum(code) else None
    span = at(answer, 0)
    if span is None or answer[span.end :].strip(" ."):
        return None
    source = " ".join(span.content.split())
    return None if "\\begin" in source or "\\newcommand" in source else source


def _sum(code: str) -> bool:
    """Whether code is arithmetic on names, rather than a call or a path."""
    plain = re.fullmatch(r"(?:[\w\s+*/^()-]|\.(?=\d))*+(?<=[\w)])", code)
    return bool(plain and re.search(r"[+*/^]| - ", code))


def _variables(source: str) -> dict[str, str] | None:
    """Return the domains of a formula's letters, None for one that cannot be read."""
    from cards.variants.expression import read, unknown  # the maths language, for formulas only
    from sims.maths import MathsError

    try:
        names = unknown(read(source, {}))
    except (MathsError, RecursionError):
        return None
    if not names:
        return None
    halves = {name.strip("\\") for name in _COMPLEMENT.findall(source)}
    return {
        name: "probability" if name in halves else "positive"
        for name in names
        if re.fullmatch(r"[^\W\d_]+(?:_\w+)?", name)
        and not re.search(rf"(?<![A-Za-z]){re.escape(name)}\}}?_", source)  # an entry of an array
    }


def _number(card: Card, answer: str) -> Card:
    """Return a number card of an answer that is a number, a percentage or a quantity."""
    found = _NUMBER.fullmatch(answer)
    if not found:
        return card
    try:
        number = Decimal(found["digits"].replace(",", ""))
    except InvalidOperation:
        return card
    last = Decimal(1).scaleb(int(number.as_tuple().exponent))
    in_percent = bool(found["percent"]) and _asks_for_percent(card)
    share = bool(found["percent"]) and not in_percent
    power = _SCALES.get((found["scale"] or "").lower(), 0) - 2 * share
    unit = (found["unit"] or "").strip()
    if unit and (found["scale"] or found["percent"] or not _is_unit(unit)):
        return card
    value = number.scaleb(power) * (-1 if found["sign"] in ("-", "−") else 1)
    slack = last.scaleb(power) * (1 if found["about"] else Decimal("0.5"))
    digits = found["digits"].replace(",", "")
    if digits.isdigit() and not (power or found["about"] or unit or in_percent):
        from cards.answers.count import is_counted

        slack = Decimal(0) if is_counted(card, digits) else slack
    return _decided(
        card,
        Kind.NUMBER,
        answer=f"{value:f} {unit}".strip(),
        tolerance=f"{slack:f}",
        unit="%" if in_percent else None,
        inferred=SURE,
    )


def _asks_for_percent(card: Card) -> bool:
    """Whether a question asks for a number of per cent, and not for a share."""
    from cards.answers.unit import PERCENT, unit_of

    return unit_of(card, card.prompt) == PERCENT


def _scientific(card: Card, found: re.Match[str]) -> Card:
    """Return a number card of an answer that is a number times a power of ten."""
    power = int(found["many"] or found["one"])
    number = Decimal(found["digits"])
    unit = found["unit"] or ""
    if unit and not _is_unit(unit):
        return card
    slack = Decimal("0.5").scaleb(int(number.as_tuple().exponent) + power)
    return _decided(
        card,
        Kind.NUMBER,
        answer=f"{found['sign']}{number.scaleb(power):E} {unit}".strip().replace("E", "e"),
        tolerance=f"{slack:E}".replace("E", "e"),
        inferred=SURE,
    )


def _is_unit(text: str) -> bool:
    """Whether a word after a number is a unit that can be converted."""
    from cards.variants.expression import measured, read
    from sims.maths import MathsError

    try:
        return bool(measured(read(f"1 {text}", {}), {})[1])
    except (MathsError, RecursionError):
        return False
