"""Equations of numbers alone, found in prose and formulas; what has a letter is left alone.

In prose `=` and `≈` both mean "to the digits written".
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from sims.claims.prose_quantities import found_in, worth
from sims.maths.comparison.units import table
from sims.maths.syntax.vocabulary import words

SKIP = "<!-- audit: skip -->"
_ASKED = re.compile(r"\?\W*$|^\s*(?:>\s*)*[-*+] \[ \] ")
"""A line that asks whether something is so, or has a box that is not ticked: it states nothing."""
_DENIED = re.compile(
    r"\b(?:wrong(?:ly)?|incorrect(?:ly)?|untrue|not true|nonsense|mistaken?|mistakes"
    r"|misconceptions?|fallac\w+"
    r"|calc(?:ulation)? error|miscalculat\w+"
    r"|contradict\w*|absurd|impossible|naive(?:ly)?|naïve(?:ly)?|instead of"
    r"|rather than|counterexample"
    r"|true or false|truth values?|propositions?|suppose|assum(?:e|es|ing)|pretend"
    r"|would (?:mean|be|imply|give|say)|wrote|imagine"
    r"|(?:theory|world|system|universe) (?:in which|where)"
    r"|(?:some(?:one|body)|one|people|s?he|they|you|students?|child(?:ren)?)(?: \w+)?"
    r" (?:say|think|claim|believe)s?|said|claim(?:s|ed) that"
    r"|(?:does|do|did|is|are) ?n[o'’]t|cannot|whether|fails?"
    r"|false(?! (?:positive|negative|alarm|discover|omission|accept|reject|match)))\b"
    r"|[❌✗✘🚫]|\|\s*F\s*\||≠|\\neq?\b|\\not\b",
    re.IGNORECASE,
)
"""Words in a line by which it supposes, denies or asks about what it writes."""
_DENIED_BELOW = re.compile(
    r"\b(?:not (?:equal|true|hold|the same|(?:\w+ )?independent|a solution)"
    r"|n['’]t (?:equal|hold|true)"
    r"|do(?:es)? not|not independent|dependent|contradiction|fails?|wrong|impossible"
    r"|false(?! (?:positive|negative)))\b|^\W*no(?:\W*$|[,.:;!])|[❌✗✘🚫]|≠|\\neq?\b",
    re.IGNORECASE,
)
"""Words in the lines below by which what was written is found not to hold."""
_TRIED = re.compile(
    r"(?:^|[.:!?*\])>]\s*)(?:is|are|was|were|do|does|did|can|could|will|would|has|have)\b"
    r"[^.?!]*\?\W*$|\b(?:whether\b[^.]*|(?:(?:true|right) or (?:false|wrong)|propositions?"
    r"|contradiction|suppose|assume|mistakes?|misconceptions?|wrong(?:ly)?"
    r"|incorrect(?:ly)?|false)\W*(?:[\w ]{0,40}:)?)\W*$",
    re.IGNORECASE,
)
"""The end of a line that asks, or says that what follows is wrong or an example of sentences."""
_TO_LAST_LETTER = re.compile(r".*\w")
_DELIMITER = re.compile(r"[$\\]")
_SPACE = re.compile(r"\\[ ,;:]")
_HEADING = re.compile(r"\s*#{1,6}\s")
_IF = re.compile(r"\bif\b", re.IGNORECASE)
_CLOSES = re.compile(r"\bthen\b|,\s", re.IGNORECASE)
"""What ends a condition."""
_NEAR = 300
"""Characters before an equation, or at the end of a line above it, that are looked at."""
LONGEST = 300
"""Characters of one side."""
_PLAIN = re.compile(
    r"(?<![\w.,^_/*+\-−–×·÷√=<>~\\$&|:#%'’\"?!@(\[{]) ?"  # where a side may begin
    r"(?P<chain>[-−–+(√]*[\d.(√][\d\s.,()+\-−–*×·⋅/÷^!%xX√°½¼¾²³⁴⁵⁶⁷⁸⁹⁰¹⁻$€£]*"
    r"(?:(?:=|≈|≃|≅|~=|≡)\s*[-−+(√$€£~]*[\d.(√½¼¾][\d\s.,()+\-−–*×·⋅/÷^!%xX√°½¼¾²³⁴⁵⁶⁷⁸⁹⁰¹⁻$€£]*)+)"
)
_SIGN = re.compile(r"=|≈|≃|≅|~=|≡")
SHARE = re.compile(r"%\s{0,3}of\b(?=\s{0,3}[\d(])")
"""The word by which a percentage is taken of a number: 10 % of 50."""
_POWER = re.compile(r"(?<![\w.])(\d{1,20}(?:\.\d{1,20})?)[eE]([+-]?\d{1,3})(?!\.?\w)")
_WRITTEN = re.compile(r"(\d)\*10\^\(([+-]?\d{1,3})\)")
"""A numeral with a power of ten, 1e3, and as it is read."""
_MATHS = re.compile(
    r"\$\$(?P<a>.+?)\$\$|\\\[(?P<b>.+?)\\\]|\\\((?P<c>.+?)\\\)|(?<![\\$\w])\$(?![\s$\d])(?P<d>[^$\n]+?)(?<!\s)\$(?!\d)"
    r"|(?<![\\$\w])\$(?P<e>\d[^$\n]*?[\\^=≈][^$\n]*?)(?<!\s)\$(?!\d)"
    r"|(?<![\\$\w])\$ (?P<f>[^$\n]*?\\[A-Za-z]+[^$\n]*) \$(?!\d)",
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
    loose: bool = False
    """Whether its numbers may be a label or a guess, or denied: only agreement tells."""
    counted: bool = False
    """Whether a unit stands after the right side alone."""


def equations(text: str, code: set[int] | None = None) -> Iterator[Equation]:
    """Yield the equations of numbers of a note; `code` holds its 0-based lines of code."""
    if not re.search(r"=|≈|approx|equiv|simeq", text):
        return
    lines = text.split("\n")
    for number in code or ():
        lines[number] = ""
    written = list(lines)
    for number, line in enumerate(lines):
        if SKIP in line or _ASKED.search(line):
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
            if _ORDINAL.match(body, match.end()):
                continue
            inner = next(group for group in match.groups() if group is not None)
            start = match.start() + match[0].index(inner)
            found += _in_maths(inner, whole, start)
        body = _MATHS.sub(_blanked, body)
    found += _in_prose(body)
    field = bool(found) and FIELD.search(body) is not None
    unsaid = {line: _is_denied(written, line - 1) for line in {one.line for one in found}}
    denied = {
        (one.left, one.right, one.sign)
        for one in found
        if unsaid[one.line] or _is_supposed(written[one.line - 1], one)
    }
    for equation in sorted(found, key=lambda equation: equation.line):
        loose = equation.loose or (equation.left, equation.right, equation.sign) in denied
        yield replace(equation, field=field, loose=loose)


def _is_supposed(line: str, equation: Equation) -> bool:
    """Whether a condition that is still open stands before an equation."""
    place = max(0, line.find(equation.text[:20]))
    before = line[max(0, place - _NEAR) : place].rstrip("$ \\([")
    return _IF.search(_CLOSES.split(before)[-1]) is not None


def _is_denied(lines: list[str], at: int) -> bool:
    """Whether a line, or those around it, ask, suppose or deny what it says."""
    if _DENIED.search(lines[at]):
        return True
    seen = 0
    for above in reversed(lines[max(0, at - 8) : at]):
        if above.strip(" >$"):
            if _TRIED.search(_without_delimiter(above[-_NEAR:])):
                return True
            seen += not _SIGN.search(above)
            if seen > 1 or _HEADING.match(above):
                break
    below = [one for one in lines[at + 1 : at + 6] if one.strip(" >$")][:2]
    return any(_DENIED_BELOW.search(_SPACE.sub(" ", one)) for one in below)


def _without_delimiter(line: str) -> str:
    """Return a line without the sign at its end that opens a formula."""
    said = _TO_LAST_LETTER.match(line)
    end = said.end() if said else 0
    return line[:end] + _DELIMITER.split(line[end:])[0]


def _with_units(body: str) -> tuple[list[Equation], str]:
    """Return a note's congruences and equations of quantities, and the text without them."""
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
        if at == 0 and (not first or (last and _LISTED.search(left) and _LISTED.search(right))):
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


_GUESS = re.compile(r"(?:~|≈|\babout|\broughly|\bapprox\w*\.?|\baround|\bca\.?)\s*$", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b|\\?%")
_LISTED = re.compile(r",(?!\d{3})")
"""A comma between terms: two lists of them are compared, not the terms beside the sign."""
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
        plain = _POWER.sub(r"\1*10^(\2)", SHARE.sub("% *", line))
        for match in _PLAIN.finditer(plain):
            chain = _plain_chain(plain, match, number + 1, _near(body, start))
            if plain != line:
                alone = match["chain"].strip(" .") == plain.strip(" .")
                chain = [_as_written(one, alone) for one in chain]
            found += chain
    return found


def _as_written(equation: Equation, alone: bool) -> Equation:
    """Return an equation with its shares and powers of ten as the note has them.

    Where it does not stand alone on its line only agreement tells.
    """
    left, right, text = (
        _WRITTEN.sub(r"\1e\2", side.replace("% *", "% of"))
        for side in (equation.left, equation.right, equation.text)
    )
    loose = equation.loose or not alone
    return replace(equation, left=left, right=right, text=text, loose=loose)


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
    guess = _GUESS.search(line[:start]) is not None
    unit = _WORD_AFTER.match(line[end:])
    in_unit = unit is not None and unit[1].partition("/")[0] in table()
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
        for at, ((left, right), sign) in enumerate(zip(pairwise(sides), signs, strict=True)):
            label = at == 0 and left.isdigit()
            last = at == len(signs) - 1
            if left and right and len(left) <= LONGEST and len(right) <= LONGEST:
                written = "=" if sign[0] == "=" else "≡" if sign[0] == "≡" else "≈"
                if right.startswith("~"):
                    written, right = "≈", right[1:]
                found.append(
                    Equation(
                        number, run.strip()[:LONGEST], left, right, written, False, near,
                        loose=label or guess, counted=in_unit and last,
                    )
                )  # fmt: skip
    return found


def _joined_before(text: str) -> bool:
    """Return whether what stands before a number changes it: a letter, a word, an operator."""
    before = _WORD_BEFORE.search(text)
    if before and (len(before[1]) < 2 or before[1] in ACTS or before[1][-1] in "_^])}|"):
        return True
    return re.search(r"[\w)\]}$]\s*[-–+*/^×·,]\s*$|\\[A-Za-z]+\s*$", text) is not None


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
