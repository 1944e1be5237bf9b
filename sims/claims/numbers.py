"""Equations of numbers alone in prose and formulas of notes: found, and recomputed.

In prose ``=`` and ``≈`` both mean "to the digits written". An equation is flagged only if it is
wrong in every reading that its writer may have meant; whatever has a letter in it is left alone.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import prod

from sims.claims.prose_quantities import congruent, equal, found_in, worth
from sims.maths.comparison.numbers import Typed, typed
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tokens import Names
from sims.maths.syntax.tree import (
    Add,
    Call,
    Collection,
    Divide,
    Interval,
    Mul,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    free_names,
)
from sims.maths.syntax.vocabulary import words

SKIP = "<!-- audit: skip -->"
LONGEST = 300
"""Characters of one side."""

_PLAIN = re.compile(
    r"(?<![\w.,^_/*+\-−×·÷=<>~\\$&|:#%'’\"?!@(\[{]) ?"  # where a side may begin
    r"(?P<chain>[-−+(√]*[\d.(√][\d\s.,()+\-−–*×·⋅/÷^!%xX√°½¼¾²³⁴⁵⁶⁷⁸⁹⁰¹⁻$€£]*"
    r"(?:(?:=|≈|≃|≅|~=|≡)\s*[-−+(√$€£~]*[\d.(√½¼¾][\d\s.,()+\-−–*×·⋅/÷^!%xX√°½¼¾²³⁴⁵⁶⁷⁸⁹⁰¹⁻$€£]*)+)"
)
_SIGN = re.compile(r"=|≈|≃|≅|~=|≡")
_MATHS = re.compile(
    r"\$\$(?P<a>.+?)\$\$|\\\[(?P<b>.+?)\\\]|\\\((?P<c>.+?)\\\)|(?<![\\$\w])\$(?![\s$\d])(?P<d>[^$\n]+?)(?<!\s)\$(?!\d)"
    r"|(?<![\\$\w])\$(?P<e>\d[^$\n]*?[\\^=≈][^$\n]*?)(?<!\s)\$(?!\d)",
    re.S,
)
_CODE = re.compile(r"`[^`\n]*`")
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_LINK = re.compile(r"\]\([^)\n]*\)|https?://\S+|<[^<>\n]{1,200}>")
_LATEX_SIGN = re.compile(
    r"(?<![<>!:=\\~])=(?![=>])|\\approx\b|\\simeq\b|\\cong\b|\\equiv\b|≈|\\doteq\b"
)
_BREAK = re.compile(
    r"\\(?:implies|Rightarrow|Longrightarrow|iff|Leftrightarrow|quad|qquad|to|rightarrow|le|leq|ge|geq|lt|gt"
    r"|neq|ne|sim|propto|in|text|mathrm|textbf|mathbf|tag|label|and|or|begin|end|hline|dots|ldots|cdots"
    r"|Longleftrightarrow|longrightarrow|because|therefore|ll|gg|lesssim|gtrsim|leqslant|geqslant|mapsto"
    r"|leftarrow|gets|models|vdash|mid|vert)\b|[;,:](?!\\?!)(?=\s|\\)|[<>≤≥]|→|⇒|&(?!=)"
)
_WORD_BEFORE = re.compile(r"([A-Za-zα-ωΑ-Ω_'’\])}|^]+)\s*$")
_WORD_AFTER = re.compile(r"\s*([A-Za-zα-ωΑ-Ωµ%°‰/_{\[|]+)")
ACTS = frozenset(
    words(
        "log ln lg lb sin cos tan sqrt root exp max min mod of times plus minus per divided over "
        "squared cubed x to percent pct thousand million billion trillion hundred dozen half and "
        "or choose power by base bit bits b B k K M G T bn m div rem xor not out vs versus than"
    )
)
"""Words beside a number that change it, so that the equation is not one of numbers alone."""
AFTER = ACTS - {"of", "and", "or", "by", "not", "out", "over", "than", "power", "max", "min"}
AROUND = re.compile(
    r"\bmod\b|\\p?mod|\\bmod|mathbb\{?[ZF]|ℤ|𝔽|\bGF\s*\(|\bclock\b|finite field|elliptic|\bmodul|"
    r"\bbinary\b|\bhex|\boctal\b|\bbase[- ]\d|\bxor\b|\bbitwise\b|[bB]oolean|floor|"
    r"integer division|"
    r"\b(?:[01]{2,}|[0-9A-F]{3,})\((?:2|8|10|16)\)|(?<![\w.,:/-])0\d+(?![\d.,:/-])|"
    r"\bZ_\d|F_\{?\d|F_p|\bcongruen",
)
"""Words near an equation that give its numbers another arithmetic."""
FIELD = re.compile(
    r"cyclic|subgroup|finite field|\bfields?\b.{0,40}\bprime|generator of|modular|modulo|\bmod\b|"
    r"Diffie|ElGamal|\bRSA\b|residue|primitive root|prime field|discrete log",
    re.I,
)
"""Words in a note in which powers and products of whole numbers may be residues."""


@dataclass(frozen=True)
class Equation:
    """Two neighbouring sides of a chain in a note: 1-based line, the chain, the sides, the sign."""

    line: int
    text: str
    left: str
    right: str
    sign: str
    latex: bool
    around: str = ""
    field: bool = False
    modulus: str = ""
    """For a congruence, what it is modulo."""
    units: bool = False


@dataclass(frozen=True)
class Recomputed:
    """What recomputing an equation gave: whether it is right, and the value there should be."""

    right: bool
    value: str = ""
    says: str = ""


def equations(text: str, code: set[int] | None = None) -> Iterator[Equation]:
    """Yield the equations of numbers of a note; ``code`` holds its 0-based lines of code."""
    if not re.search(r"\d[^\n]*(?:=|≈|approx|equiv|simeq)", text):
        return
    lines = text.split("\n")
    for number in code or ():
        lines[number] = ""
    for number, line in enumerate(lines):
        if SKIP in line:
            lines[number] = ""
    if lines and lines[0].strip() == "---":
        end = next((k for k in range(1, min(len(lines), 60)) if lines[k].strip() == "---"), 0)
        lines[: end + 1] = [""] * (end + 1)
    body = _COMMENT.sub(_blank, "\n".join(lines))
    body = _CODE.sub(_blank, body)
    found, body = _with_units(body)
    if "$" in body or "\\(" in body or "\\[" in body:
        whole = _Body.of(body)
        for match in _MATHS.finditer(body):
            inner = next(group for group in match.groups() if group is not None)
            start = match.start() + match[0].index(inner)
            found += _in_maths(inner, whole, start)
        body = _MATHS.sub(_blanked, body)
    found += _in_prose(body)
    field = bool(found) and FIELD.search(body) is not None
    for equation in sorted(found, key=lambda equation: equation.line):
        yield replace(equation, field=True) if field else equation


def _with_units(body: str) -> tuple[list[Equation], str]:
    """Return the congruences and the equations of quantities of a note, and what is left of it."""
    found: list[Equation] = []
    lines = body.split("\n")
    for number, line in enumerate(lines):
        if not worth(line):
            continue
        for start, end, left, right, sign, modulus in found_in(line):
            text = line[start:end].strip()
            found.append(
                Equation(number + 1, text[:LONGEST], left, right, sign, False,
                         modulus=modulus, units=not modulus)
            )  # fmt: skip
            lines[number] = lines[number][:start] + "q" * (end - start) + lines[number][end:]
    return found, "\n".join(lines)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _blanked(match: re.Match[str]) -> str:
    """Return a letter in place of a formula, so that numbers beside it are not alone."""
    return "q" + re.sub(r"[^\n]", " ", match[0][1:-1]) + "q" if len(match[0]) > 1 else "q"


class _Body(str):
    """The text of a note that is left, with the places where its lines end."""

    __slots__ = ("ends",)
    ends: list[int]

    @classmethod
    def of(cls, text: str) -> "_Body":
        """Return a text with its lines counted once."""
        body = cls(text)
        body.ends = [match.start() for match in re.finditer("\n", text)]
        return body


def _line_at(body: _Body, position: int) -> int:
    return bisect_left(body.ends, position) + 1


def _near(body: str, position: int) -> str:
    """Return the lines around a place, whose words may give its numbers another arithmetic."""
    start = position
    for _ in range(6):
        start = body.rfind("\n", 0, max(0, start))
        if start < 0:
            start = 0
            break
    end = body.find("\n", position)
    return body[start : len(body) if end < 0 else end + 1]


# Formulas.


def _in_maths(inner: str, body: _Body, start: int) -> list[Equation]:
    """Return the equations of numbers of a formula; its lines continue one another."""
    if len(inner) > 6000 or not re.search(r"\d", inner):
        return []
    found: list[Equation] = []
    position, open_ = 0, False
    for piece in re.split(r"(\\\\(?:\[[^\]]*\])?)", inner):
        if not piece.startswith("\\\\"):
            first = not open_ and not (position and re.match(r"[\s&]*[-+]", piece))
            found += _chain(piece, body, start + position, first)
            open_ = re.search(r"(?:[-+*/]|\\cdot|\\times)\s*$", piece) is not None
        position += len(piece)
    return found


def _chain(piece: str, body: _Body, start: int, first: bool = True) -> list[Equation]:
    """Return the equations between neighbouring sides of one line of a formula."""
    signs = list(_LATEX_SIGN.finditer(piece))
    if not signs:
        return []
    ends = [0, *(sign.end() for sign in signs)]
    stops = [*(sign.start() for sign in signs), len(piece)]
    sides = [piece[a:b] for a, b in zip(ends, stops, strict=True)]
    found = []
    for at, ((left, right), sign) in enumerate(zip(pairwise(sides), signs, strict=True)):
        last = at == len(signs) - 1
        if at == 0 and not first:
            continue
        one = _tidy(_last_part(left) if at == 0 else left)
        other = _tidy(_first_part(right) if last else right)
        if one is None or other is None:
            continue
        written = "=" if sign[0] in ("=", "\\equiv") else "≈"
        written = "≡" if sign[0] == "\\equiv" else written
        place = start + sign.start()
        found.append(
            Equation(
                _line_at(body, place),
                piece.strip()[:LONGEST],
                one,
                other,
                written,
                True,
                _near(body, place),
            )
        )
    return found


def _last_part(side: str) -> str:
    """Return what follows the last break of the first side of a chain."""
    breaks = list(_BREAK.finditer(side))
    return side[breaks[-1].end() :] if breaks else side


def _first_part(side: str) -> str:
    found = _BREAK.search(side)
    return side[: found.start()] if found else side


_KNOWN = re.compile(
    r"\\(?:frac|dfrac|tfrac|cdot|times|div|left|right|sqrt|binom|dbinom|ln|log|,|;|!|:|%|\$|\{|\}| "
    r"|quad"
    r"|big|Big|bigl|bigr|Bigl|Bigr|displaystyle|lvert|rvert|boxed)(?![A-Za-z])"
)


def _tidy(side: str) -> str | None:
    """Return a side of a formula that has numbers alone, or None."""
    side = side.replace("&", " ").replace("{,}", ",").strip()
    side = re.sub(r"(?<=\d)(?:\\,|~)(?=\d{3}(?!\d))", "", side)
    if re.match(r"\s*(?:[+*/=]|\\cdot|\\times|\\div)", side):
        return None
    side = re.sub(r"\\(?:,|;|!|:|quad| )", " ", side).replace("~", " ").strip(" ;,").rstrip(" .;,")
    side = re.sub(r"^[.\s]+(?!\d)", "", side)
    side = re.sub(r"\\(?:left|right|bigl?|Bigl?|bigr|Bigr|displaystyle)(?![A-Za-z])", "", side)
    if not side or len(side) > LONGEST or not re.search(r"\d", side):
        return None
    bare = _KNOWN.sub("", side)
    if re.search(r"[A-Za-zα-ωΑ-Ω\\_\[\]|∞…'’\"#@&?:;<>]", bare) or "..." in bare:
        return None
    if side.count("(") != side.count(")") or side.count("{") != side.count("}"):
        return None
    return side


# Prose.


def _in_prose(body: str) -> list[Equation]:
    """Return the equations of numbers outside formulas."""
    found: list[Equation] = []
    position = 0
    for number, raw in enumerate(body.split("\n")):
        line = raw
        start = position
        position += len(raw) + 1
        if not _worth(line):
            continue
        line = re.sub(r"<sup>\s*([^<>]*?)\s*</sup>", r"^(\1)", line)
        line = re.sub(r"<sub>[^<>]*</sub>|\^[^\s^]{1,8}\^", "q", line)
        line = _LINK.sub(_blank, line).replace("\\*", "*").replace("**", "  ")
        line = re.sub(r"^(\s*(?:>\s*)*(?:[-*+•]|\d+[.)]|#+)\s+)", lambda m: " " * len(m[0]), line)
        for match in _PLAIN.finditer(line):
            found += _plain_chain(line, match, number + 1, _near(body, start))
    return found


def _worth(line: str) -> bool:
    """Return whether a line may hold an equation of numbers, quickly."""
    if not ("=" in line or "≈" in line or "≃" in line) or len(line) > 5000:
        return False
    if line.startswith(("    ", "\t")) and not re.match(r"\s*(?:[-*+•>]|\d+[.)])\s", line):
        return False
    return (
        not ("==" in line or "//" in line or "!=" in line or ":=" in line)
        and re.search(r"\d\s*[%!)]*\s*(?:=|≈|≃|~=)|(?:=|≈|≃)\s*[$€£~(√-]*\d", line) is not None
    )


def _plain_chain(line: str, match: re.Match[str], number: int, near: str) -> list[Equation]:
    """Return the equations of a run of arithmetic, taken apart where a comma ends one."""
    start, end = match.start("chain"), match.end("chain")
    runs = re.split(r",\s+", match["chain"])
    found = []
    for place, run in enumerate(runs):
        signs = list(_SIGN.finditer(run))
        if not signs:
            continue
        ends = [0, *(sign.end() for sign in signs)]
        stops = [*(sign.start() for sign in signs), len(run)]
        sides = [run[a:b].strip() for a, b in zip(ends, stops, strict=True)]
        if place == 0 and _joined_before(line[:start]):
            sides[0] = ""
        if place == len(runs) - 1:
            sides[-1] = "" if _joined_after(run, line[end:]) else _cut(sides[-1])
        for (left, right), sign in zip(pairwise(sides), signs, strict=True):
            if left and right and len(left) <= LONGEST and len(right) <= LONGEST:
                written = "=" if sign[0] == "=" else "≡" if sign[0] == "≡" else "≈"
                if right.startswith("~"):
                    written, right = "≈", right[1:]
                found.append(
                    Equation(number, run.strip()[:LONGEST], left, right, written, False, near)
                )
    return found


def _joined_before(text: str) -> bool:
    """Return whether what stands before a number changes it: a letter, a word, an operator."""
    before = _WORD_BEFORE.search(text)
    if before and (len(before[1]) < 2 or before[1] in ACTS or before[1][-1] in "_^])}|"):
        return True
    return re.search(r"[\w)\]]\s*[-+*/^×·,]\s*$", text) is not None


def _joined_after(run: str, text: str) -> bool:
    """Return whether what stands after a number changes it: a unit, a letter, an operator."""
    after = _WORD_AFTER.match(text)
    if after:
        attached = text[:1] == after[1][:1] and not run[-1:].isspace()
        few = len(after[1]) < 3 and after[1] not in ("of", "or", "is", "in", "so", "we")
        if attached or few or after[1].lower() in AFTER or after[1][0] in "%°‰/_{[|":
            return True
    if re.match(r"\s*and (?:a|one) (?:half|third|quarter)", text):
        return True
    operator = re.match(r"\s*[-+*/^×·=<>≤≥±]\s*[A-Za-z\\(\[{]", text)
    return operator is not None or text[:1] in ("<", ">", "_", "^")


def _cut(side: str) -> str:
    """Return a side up to what no longer belongs to it: a comma, a sentence, a lone bracket."""
    side = re.split(r",(?!\d{3})|\.(?=\s|$)|\s\(\s*$", side)[0]
    while side.count("(") > side.count(")") and "(" in side:
        side = side[: side.rindex("(")]
    while side.count(")") > side.count("(") and side.rstrip().endswith(")"):
        side = side.rstrip()[:-1]
    return "" if re.search(r"[-–+*/×·]\s*$", side) else side.strip(" ,")


# Judging.


def recomputed(equation: Equation) -> Recomputed | None:
    """Return what recomputing gives; None for what is left alone."""
    try:
        if equation.modulus or equation.units:
            return _with_its_unit(equation)
        return _judged(equation)
    except (MathsError, UndefinedError, BudgetError, RecursionError, ValueError, OverflowError):
        return None


def _with_its_unit(equation: Equation) -> Recomputed | None:
    """Return what recomputing a congruence or an equation of quantities gives."""
    found = (
        congruent(equation.left, equation.right, equation.modulus)
        if equation.modulus
        else equal(equation.left, equation.right, equation.sign)
    )
    if found is None:
        return None
    right, value = found
    return Recomputed(right, value, "" if right else f"{equation.left} is {value}")


def _judged(equation: Equation) -> Recomputed | None:
    left, right = _read(equation.left, equation.latex), _read(equation.right, equation.latex)
    if left is None or right is None:
        return None
    if not (_operation(left) or _operation(right)):
        return None
    if _left_alone(left, equation) or _left_alone(right, equation):
        return None
    values = _value(left), _value(right)
    if _agrees(values, (left, right), equation):
        return Recomputed(True)
    if AROUND.search(equation.around) or _otherwise(equation, left, right, values):
        return None
    if equation.field and _may_be_residue(left, right, values):
        return None
    return Recomputed(
        False, _shown(values[0], right, equation), f"{equation.left} is {_decimal(values[0])}"
    )


@lru_cache(maxsize=4096)
def _read(side: str, latex: bool) -> Node | None:
    """Return the tree of a side that has numbers alone, or None."""
    plain = side
    if latex:
        from sims.maths.syntax.latex import Reader

        plain = Reader(side, Names()).everything()
    else:
        plain = re.sub(r"[$€£]", "", plain)
        plain = re.sub(r"(?<=[\d)])\s*[xX]\s*(?=[\d(])", "*", plain)
    plain = re.sub(
        r"(?<![\d.,])(\d{1,3}(?:,\d{3})+)(?![\d,])", lambda m: m[1].replace(",", ""), plain
    )
    if re.search(
        r"[A-WYZa-wyz]{2,}", re.sub(r"\b(?:sqrt|log|log10|log2|binomial|ln|root)\b", "", plain)
    ):
        return None
    node = parse_named(plain, Names())
    if free_names(node) or any(
        isinstance(part, Collection | Interval | Relation) for part in node.walk()
    ):
        return None
    if any(isinstance(part, Unary) and part.sign in ("+-", "-+", "not") for part in node.walk()):
        return None
    return node


def _operation(node: Node) -> bool:
    """Return whether there is something to compute: more than a numeral with a sign."""
    return typed(node) is None


def _left_alone(node: Node, equation: Equation) -> bool:
    """Return whether a side is an order of magnitude, a range, a score or a per cent of a sum."""
    written = typed(node)
    if equation.sign == "≈" and written is not None:
        bare = written.digits.strip("0")
        if written.fewest <= 1 or len(bare) <= 1:
            return True
    if equation.sign == "≈" and written is None and node is _read(equation.right, equation.latex):
        return True  # an order of magnitude, or a simple number near a measured one
    side = equation.left if node is _read(equation.left, equation.latex) else equation.right
    return re.fullmatch(r"\d+(?:[-–]\d+)+|[\d.]+(?:/[\d.]+){2,}%?", side.strip()) is not None


def _value(node: Node) -> Fraction | float:
    """Return the exact value, or a float of 17 digits where it is no fraction."""
    from sims.claims.evaluator import ClaimEvaluator

    value = _rational(node)
    if value is None:
        value = ClaimEvaluator({}, Budget(0.3, 100_000)).number(node)
    if isinstance(value, Fraction):
        return value
    if not hasattr(value, "_mpf_"):
        raise MathsError("this is no real number")
    sign, mantissa, exponent, _ = value._mpf_
    exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -exact if sign else exact


def _rational(node: Node) -> Fraction | None:
    """Return the value of sums, products and quotients of numerals, None for anything else."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Unary) and node.sign == "-":
        inner = _rational(node.operand)
        return None if inner is None else -inner
    if not isinstance(node, Add | Mul | Divide):
        return None
    parts = [_rational(part) for part in node.children]
    kept = [part for part in parts if part is not None]
    if len(kept) < len(parts):
        return None
    if isinstance(node, Add):
        return sum(kept, start=Fraction(0))
    if isinstance(node, Mul):
        return prod(kept, start=Fraction(1))
    return kept[0] / kept[1] if kept[1] else None


def _agrees(
    values: tuple[Fraction | float, Fraction | float], nodes: tuple[Node, Node], equation: Equation
) -> bool:
    """Return whether two sides agree to the digits written."""
    gap = abs(Fraction(values[0]) - Fraction(values[1]))
    scale = max(abs(Fraction(values[0])), abs(Fraction(values[1])), Fraction(1))
    if gap <= scale / 10**25:
        return True
    return gap <= _slack(nodes, equation)


def _slack(nodes: tuple[Node, Node], equation: Equation) -> Fraction:
    """Return how far apart the sides may be: from the least precise number of the two."""
    alone = [number for node in nodes if (number := typed(node)) is not None]
    dotted = re.search(r"\.{3}|…|\\l?dots", equation.text) is not None
    roughly = equation.sign == "≈" or dotted
    if alone:
        unit = max(_unit(number) for number in alone)
        least = min((abs(number.value) for number in alone), default=Fraction(0))
        return unit if roughly else min(unit / 2, max(Fraction(1, 2), least / 100))
    decimals = [
        number
        for node in nodes
        for part in node.walk()
        if isinstance(part, Number) and (number := typed(part)) is not None and number.places
    ]
    if not decimals:
        return Fraction(1, 100) if roughly else Fraction(0)
    unit = max(_unit(number) for number in decimals)
    return unit if roughly else unit / 2


def _unit(number: Typed) -> Fraction:
    """Return the unit of the last digit written."""
    if number.places:
        return Fraction(1, 10**number.places)
    whole = str(abs(int(number.value)))
    zeros = len(whole) - len(whole.rstrip("0")) if number.value else 0
    known = len(whole) - len(number.digits)
    return Fraction(10 ** max(known, zeros if len(whole) >= 4 else 0, 0))


def _otherwise(
    equation: Equation, left: Node, right: Node, values: tuple[Fraction | float, Fraction | float]
) -> bool:
    """Return whether another reading that its writer may have meant makes it right."""
    a, b = Fraction(values[0]), Fraction(values[1])
    slack = _slack((left, right), equation)
    numerals = [p for n in (left, right) for p in n.walk() if isinstance(p, Number)]
    if all(number.text in ("0", "1") for number in numerals):
        return True  # in other arithmetics 1 + 1 is 0 or 1
    if "%" in equation.text or "\\%" in equation.text:
        if any(abs(a * k - b) <= max(slack * 100, slack) for k in (100, Fraction(1, 100))):
            return True
        sides = equation.left + equation.right
        if re.search(r"[-+]", sides):
            return True
    whole = (
        a.denominator != 1
        and b.denominator == 1
        and all(n.value.denominator == 1 for n in numerals)
    )
    if whole and equation.sign == "=" and b in (a // 1, -(-a // 1)):
        return True  # integer division
    meant = [
        (value, other)
        for n, other in ((left, b), (right, a))
        if (value := _as_meant(n)) is not None
    ]
    if _run_on(right, a) or any(abs(value - other) <= slack for value, other in meant):
        return True
    if _points_part_thousands(equation, slack):
        return True
    return _other_bases(equation, left, right, a, b) or _logarithms(left, right) or _mixed(equation)


def _may_be_residue(
    left: Node, right: Node, values: tuple[Fraction | float, Fraction | float]
) -> bool:
    """Return whether an equation of whole numbers may be one of residues."""
    a, b = Fraction(values[0]), Fraction(values[1])
    whole = a.denominator == b.denominator == 1
    product = any(isinstance(part, Power | Mul) for part in left.walk())
    return whole and 0 <= b < abs(a) and isinstance(right, Number) and product


def _points_part_thousands(equation: Equation, slack: Fraction) -> bool:
    """Return whether the sides agree once points part thousands: 540.000 is 540000."""
    part = re.compile(r"(?<![\d.])([1-9]\d{0,2}(?:\.\d{3})+)(?![\d.])")
    sides = [
        part.sub(lambda m: m[1].replace(".", ""), side) for side in (equation.left, equation.right)
    ]
    if sides == [equation.left, equation.right]:
        return False
    nodes = [_read(side, equation.latex) for side in sides]
    if nodes[0] is None or nodes[1] is None:
        return False
    return abs(Fraction(_value(nodes[0])) - Fraction(_value(nodes[1]))) <= max(slack, Fraction(1))


def _run_on(right: Node, value: Fraction) -> bool:
    """Return whether the right side computes on from the left's value: ``3 + 4 = 7*2 = 14``."""
    node = right
    while not isinstance(node, Number):
        if not node.children:
            return False
        node = node.children[0]
    return node is not right and abs(node.value - value) <= abs(value) / 1000


def _as_meant(node: Node) -> Fraction | None:
    """Return the value where ``a/b*c`` is meant as ``a/(b*c)``; None where there is none such."""
    from sims.maths.syntax.tree import rewrite

    def put(part: Node) -> Node:
        if isinstance(part, Mul) and isinstance(part.factors[0], Divide):
            first = part.factors[0]
            return Divide(first.numerator, Mul((first.denominator, *part.factors[1:])))
        return part

    changed = rewrite(node, put)
    return None if changed == node else Fraction(_value(changed))


def _other_bases(equation: Equation, left: Node, right: Node, a: Fraction, b: Fraction) -> bool:
    """Return whether numerals of 0 and 1 are binary, or ``^`` the exclusive or."""
    for node, value in ((left, b), (right, a)):
        if isinstance(node, Number) and node.text.isdigit():
            for base in (2, 8, 16):
                try:
                    if int(node.text, base) == value:
                        return True
                except ValueError:
                    continue
    digits = re.sub(r"\D", "", equation.left + equation.right)
    if digits and set(digits) <= {"0", "1"} and len(digits) > 4:
        return True
    found = re.fullmatch(r"\s*(\d+)\s*\^\s*(\d+)\s*", equation.left)
    return found is not None and len(found[1]) < 12 and int(found[1]) ^ int(found[2]) == b


def _logarithms(left: Node, right: Node) -> bool:
    """Return whether a logarithm stands there, whose base notes do not agree on."""
    return any(
        isinstance(part, Call) and part.function in ("log", "mod") and len(part.arguments) == 1
        for node in (left, right)
        for part in node.walk()
    )


def _mixed(equation: Equation) -> bool:
    """Return whether a label such as (1) stands in front, or a mixed number such as 2 1/2."""
    if re.match(r"\s*\(\d+\)\s*\d", equation.left):
        return True
    return (
        re.search(r"\d\s*(?:\\[dt]?frac|[½¼¾])", equation.left + " " + equation.right) is not None
    )


def _decimal(value: Fraction | float) -> str:
    fraction = Fraction(value)
    if fraction.denominator == 1 and abs(fraction) < 10**15:
        return str(fraction.numerator)
    return f"{float(fraction):.7g}"


def _shown(value: Fraction | float, right: Node, equation: Equation) -> str:
    """Return what would be right in place of the other side, in as many digits and more."""
    number = typed(right)
    fraction = Fraction(value)
    if number is None:
        return _decimal(value)
    from sims.maths.comparison.numbers import rounded

    short = rounded(fraction, number.places)
    text = f"{float(short):.{number.places}f}"
    full = _decimal(value)
    return text if text == full or fraction == short else f"{text} ({full})"
