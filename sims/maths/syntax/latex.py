r"""A subset of LaTeX, rewritten token by token into the plain language, and read from there.

It has fractions, roots, scripts, sums, integrals, limits, Greek, brackets of any size, names in
`\text` and `\operatorname`, accents, cases, matrices and aligned lines. Only layout is dropped; any
other command is refused by name and position.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from sims.maths.errors import MathsError
from sims.maths.limits import MAX_CHARACTERS, MAX_DEPTH, MAX_TOKENS
from sims.maths.syntax.latex_words import (
    ACCENTS,
    BIG,
    BREAKS,
    CHOICES,
    FONTS,
    IGNORED,
    LINES,
    MATRICES,
    NAMED,
    NEGATED,
    PLAIN,
    RELATIONS_NEXT,
    SAME,
    SPOKEN,
    SYMBOLS,
    TEXTS,
    WITH_ARGUMENT,
    WORD_FONTS,
)
from sims.maths.syntax.names import Names, is_word
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tokens import LONGEST_QUOTED
from sims.maths.syntax.tree import Node
from sims.maths.syntax.vocabulary import (
    BINDERS,
    GREEK,
    OPERATORS,
    WORD_OPERATORS,
    canonical_function,
)

_TOKEN = re.compile(
    r"\\(?P<command>(?:operatorname|tag|[hv]space)\*|[A-Za-z]+|[^A-Za-z])|(?P<space>\s+)|(?P<char>.)",
    re.S,
)
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\u2061\ufeff\u00ad]")
_PRIMES = re.compile(r"(?:prime\s*|'\s*|′\s*)+")
_RELATION = r"(?:<=|>=|!=|=>|<=>|:=|=|<|>|≈|~|←|≪|≫|\b(?:propto|equiv|in|subset|subseteq)\b)"
_BEGINS_WITH_RELATION = re.compile(rf"\s*{_RELATION}")
_BEGINS_WITH_OPERATOR = re.compile(rf"\s*(?:{_RELATION}|[-+*/·]|\b(?:and|or)\b)")
_ENDS_OPEN = re.compile(r"(?:[-+*/·=<>≈~]|\bin)\s*$")
_LABEL = re.compile(r"\s*(?:[<>=:*|;,⊥]|plus_minus|minus_plus|[-+]\s*$)|.*:|.*[-+<>=]\s*$", re.S)
_SIGN = re.compile(r"\s*[-+*/=<>·,:]\s*")
ROW = "\x1e"
"""The sign of a line break until the lines are joined."""


def parse_latex(source: str, variables: Mapping[str, str]) -> Node:
    """Read LaTeX strictly: unknown longer names are refused. Raises MathsError."""
    return parse_latex_named(source, Names(variables))


def parse_latex_named(source: str, names: Names) -> Node:
    """Read LaTeX with the given names. Raises MathsError."""
    return _read(source, names)[1]


def rewritten(source: str, variables: Mapping[str, str]) -> str:
    r"""Return LaTeX in the plain language, word for word: `\sigma(x)` is `sigma (x)`.

    Its reader then decides whether a letter before a bracket is a function. Raises MathsError.
    """
    return " ".join(_read(source, Names(variables))[0].split())


def _read(source: str, names: Names) -> tuple[str, Node]:
    """Return LaTeX as plain text and as a tree."""
    reader = Reader(source, names)
    plain = reader.everything()
    names = replace(names, also={*names.also, *reader.accented})
    try:
        return plain, parse_named(plain, names)
    except MathsError as error:
        raise MathsError(f"{error.message} (read as {_short(plain)})") from None


def _short(plain: str) -> str:
    tidy = " ".join(plain.split())
    return tidy if len(tidy) <= 60 else tidy[:57] + "..."


@dataclass(frozen=True)
class Token:
    """A command without its backslash, or a character, at its position."""

    kind: str  # command, char, space, end
    text: str
    position: int


class Reader:
    """Rewrites LaTeX into the plain language, group by group."""

    def __init__(self, source: str, names: Names) -> None:
        if len(source) > MAX_CHARACTERS:
            raise MathsError(f"this is longer than {MAX_CHARACTERS} characters")
        source = _INVISIBLE.sub("", source).replace("%\n", "\n").strip()
        for fence in ("$$", "$"):
            if len(source) > 2 * len(fence) and source.startswith(fence) and source.endswith(fence):
                source = source[len(fence) : -len(fence)]
        self.tokens = [
            Token(str(match.lastgroup), match[str(match.lastgroup)], match.start())
            for match in _TOKEN.finditer(source)
        ]
        if len(self.tokens) > 3 * MAX_TOKENS:
            raise MathsError(f"this has more than {3 * MAX_TOKENS} parts")
        self.tokens.append(Token("end", "", len(source)))
        self.names = names
        self.accented: set[str] = set()
        self.at = 0
        self.nested = 0
        self.scripted = 0  # subscripts around, where a word is a label or a run of indices

    @property
    def token(self) -> Token:
        """Return the token to read next."""
        return self.tokens[self.at]

    def advance(self) -> Token:
        """Take a token; the end stays where it is."""
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def skip(self) -> None:
        """Pass over white space."""
        while self.token.kind == "space":
            self.at += 1

    def is_command(self, *texts: str) -> bool:
        """Return whether one of some commands comes next."""
        return self.token.kind == "command" and self.token.text in texts

    def is_char(self, *texts: str) -> bool:
        """Return whether one of some characters comes next."""
        return self.token.kind == "char" and self.token.text in texts

    def everything(self) -> str:
        """Return the whole source as plain text."""
        plain = self.until(())
        if self.token.kind != "end":
            raise MathsError(f"'{self.token.text}' is not expected here", self.token.position)
        return _finished(plain)

    def until(self, stops: tuple[str, ...]) -> str:
        """Return plain text up to one of the stops (a character or command), not taking it."""
        self.nested += 1
        if self.nested > MAX_DEPTH:
            raise MathsError(f"this is nested more than {MAX_DEPTH} deep", self.token.position)
        pieces: list[str] = []
        while self.token.kind != "end":
            token = self.token
            if token.text in stops and (token.kind == "command") == (
                token.text in ("\\", "end", "right")
            ):
                break
            if token.kind == "char" and token.text == "}":
                break
            pieces.append(self.piece())
        self.nested -= 1
        return "".join(pieces)

    def piece(self) -> str:
        """Return the next token, with its arguments, as plain text."""
        token = self.advance()
        if token.kind == "space":
            return " "
        if token.kind == "command":
            return self.command(token)
        if token.text == "{":
            inside = self.until(("}",))
            self.close(token)
            if _SIGN.fullmatch(inside):
                return inside
            return f"({inside})" if inside.strip() else ""
        if token.text in "^_":
            self.scripted += token.text == "_"
            script = self.script(token.text)
            self.scripted -= token.text == "_"
            return script
        if token.text == "&":
            return self.aligned(token)
        if token.text == "~":
            return " "
        if token.text in '$#@`"\\':
            raise MathsError(f"'{token.text}' has no meaning here", token.position)
        if not (token.text.isalpha() and token.text.isascii()):
            return token.text
        word = self.word(token)
        primes = ""
        while self.is_char("'"):
            primes += self.advance().text
        return f" {word}{primes} "

    def aligned(self, token: Token) -> str:
        """Return nothing for an alignment mark, which stands before a relation."""
        self.skip()
        if self.token.text in RELATIONS_NEXT or self.token.text in ("\\", "&", ""):
            return " "
        raise MathsError("'&' has no meaning here", token.position)

    def word(self, first: Token) -> str:
        """Return a letter, or the word it begins that has a meaning: `gamma`, a declared name.

        A word whose letters are all declared is their product, as in LaTeX.
        """
        run = first.text
        for token in self.tokens[self.at :]:
            if token.kind != "char" or not (token.text.isascii() and token.text.isalnum()):
                break
            run += token.text
        declared = all(self.names.known(letter) for letter in run)
        if self.scripted and run.isupper() and not declared:
            word = run  # a label such as KL
        elif not (declared or self.scripted) and (is_word(run, self.names) or run in OPERATORS):
            word = run
        else:
            starts = (run[:end] for end in range(len(run), 0, -1))
            word = next((start for start in starts if self.names.known(start)), first.text)
        self.at += len(word) - 1
        return word

    def close(self, opened: Token) -> None:
        """Take a closing brace."""
        if self.token.text != "}" or self.token.kind != "char":
            raise MathsError("this '{' is never closed", opened.position)
        self.advance()

    def group(self, what: str) -> str:
        """Return a braced argument, or a single token in its place."""
        self.skip()
        token = self.token
        if token.kind == "char" and token.text == "{":
            self.advance()
            inside = self.until(("}",))
            self.close(token)
            return inside
        if token.kind == "end":
            raise MathsError(f"\\{what} needs an argument", token.position)
        return self.piece()

    def script(self, sign: str) -> str:
        """Return `^` or `_` with what follows it, in braces of the plain language."""
        self.skip()
        start = self.at
        inside = self.group("script").strip()
        if not inside:
            return ""
        if sign == "^" and (primes := _PRIMES.match(inside)):
            count = primes.group().count("'") + primes.group().count("′")
            rest = inside[primes.end() :].strip()
            return "'" * (count or 1) + (f"^{{{rest}}}" if rest else "")
        if inside in ("*", "·", "∘", "†", "°"):
            mark = {"·": "*", "∘": "°"}.get(inside, inside)
            return mark if mark in "°†" and sign == "^" else f"{sign}{{{mark}}}"
        if sign == "_" and inside in WORD_OPERATORS:
            return f'_{{"{inside}"}}'  # the in of n_{\\text{in}}
        if _LABEL.match(inside) and not inside.startswith('"'):
            return f'{sign}{{"{self.label(start)}"}}'
        return f"{sign}{{{inside}}}"

    def label(self, start: int) -> str:
        """Return the tokens read since `start` as a name in quotes: the 1:t of `x_{1:t}`."""
        signs = {"le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "neq": "!=", "ne": "!="}
        text = "".join(signs.get(t.text, t.text) for t in self.tokens[start : self.at])
        return _clean(text)

    def raw(self, what: str) -> str:
        r"""Return a braced argument as it stands, such as the name in `\operatorname`."""
        self.skip()
        opened = self.advance()
        if opened.text != "{":
            return opened.text
        pieces: list[str] = []
        depth = 0
        while self.token.text != "}" or self.token.kind != "char" or depth:
            if self.token.kind == "end":
                raise MathsError(f"the argument of \\{what} is never closed", opened.position)
            depth += self.is_char("{") - self.is_char("}")
            token = self.advance()
            space = token.kind == "command" and token.text in (",", ";", ":", "!", " ", "quad")
            pieces.append(" " if space else token.text)
        self.advance()
        return "".join(pieces)

    def command(self, token: Token) -> str:
        """Return a command and its arguments as plain text. Raises MathsError for others."""
        name = SAME.get(token.text, token.text)
        if name in IGNORED:
            return " "
        if name == "\\":
            self.skip()
            return ROW
        if name in ("left", "right"):
            return self.left(token) if name == "left" else self.delimiter()
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            return self.fraction(name)
        if name in ("binom", "dbinom", "tbinom"):
            return f"binomial({self.group(name)}, {self.group(name)})"
        if name == "sqrt":
            return self.root()
        if name in BIG and (name not in PLAIN or self.under()):
            return self.big(name)
        if name in PLAIN:
            return f" {name}"
        if name in GREEK:
            return f" {name} "
        if name in SYMBOLS:
            return SYMBOLS[name]
        found = self.dressed(token, name)
        if found is not None:
            return found
        near = get_close_matches(token.text, [*GREEK, *SYMBOLS, "frac", "sqrt", "text"], 1, 0.6)
        how = f"did you mean \\{near[0]}?" if near else "write it in plain signs, such as (x+1)/2"
        raise MathsError(f"\\{token.text} is not read here: {how}", token.position)

    def dressed(self, token: Token, name: str) -> str | None:
        """Return a command for fonts, words or things above each other; None for others."""
        if name in WITH_ARGUMENT:
            self.raw(name)
            return " "
        if name in NAMED:
            return _named(name, self.names)
        if name in WORD_FONTS:
            return self.name(token)
        if name in TEXTS:
            return self.words()
        if name in FONTS:
            return self.font(name)
        if name in ACCENTS:
            return self.accent(token)
        if name == "boxed":
            return self.group(name)
        if name == "begin":
            return self.environment(token)
        if name in ("lfloor", "lceil"):
            return self.rounded(name)
        if name == "pmod":
            return f" (mod {self.group(name)})"
        if name == "not":
            return self.negated(token)
        if name == "substack":
            return self.group(name).replace(ROW, ", ")
        if name == "textcolor":
            self.raw(name)
            return self.group(name)
        if name.startswith("x") and name.endswith("arrow"):
            return self.arrow(name)
        if name in ("underbrace", "overbrace", "overset", "underset", "stackrel"):
            return self.annotated(name)
        return None

    # Brackets.

    def delimiter(self) -> str:
        r"""Take the bracket after `\left` or `\right`; a dot stands for none."""
        self.skip()
        token = self.advance()
        if token.kind == "end":
            raise MathsError("a bracket is missing at the end", token.position)
        if token.text == ".":
            return ""
        if token.kind == "command":
            return self.command(token)
        if token.text in "()[]|/<>":
            return {"<": "⟨", ">": "⟩"}.get(token.text, token.text)
        raise MathsError(f"'{token.text}' is not a bracket", token.position)

    def left(self, token: Token) -> str:
        r"""Return `\left … \right` as a bracket; with a bar at its right, a value at a point."""
        self.skip()
        if self.is_command("lfloor", "lceil"):
            return self.delimiter()
        opening = self.delimiter()
        self.skip()
        if opening == "{" and self.is_command("begin"):
            self.advance()
            inside = self.environment(token, choices=True)
            self.skip()
        else:
            inside = self.until(("right",))
        if not self.is_command("right"):
            return opening + inside
        self.advance()
        closing = self.delimiter()
        if opening == "{" and not closing:
            return inside
        if not opening and closing == "|":
            return self.evaluated(inside)
        if not opening or not closing:
            return f"({inside})"
        return opening + inside + closing

    def evaluated(self, inside: str) -> str:
        r"""Return `\left. f \right|_{x = 0}`."""
        if not self.under():
            return f"({inside})"
        self.advance()
        point = self.group("right")
        return f' "at"(({inside}), {point})'

    def rounded(self, name: str) -> str:
        """Return a floor or ceiling."""
        stop = "rfloor" if name == "lfloor" else "rceil"
        pieces: list[str] = []
        while not self.is_command(stop):
            if self.token.kind == "end":
                raise MathsError(f"\\{name} needs a \\{stop}", self.token.position)
            if self.token.text == "right":
                self.advance()
                continue
            pieces.append(self.piece())
        self.advance()
        return f" {'floor' if name == 'lfloor' else 'ceil'}({''.join(pieces)})"

    # Fractions, roots, sums and integrals.

    def fraction(self, name: str) -> str:
        """Return a fraction, or the derivative that a ratio of differentials is."""
        top, bottom = self.group(name), self.group(name)
        above = re.fullmatch(r"\s*d\b\s*(\^\{\s*\w+\s*\})?(?P<rest>.*)", top, re.S)
        below = re.fullmatch(r"\s*d\s+(?P<rest>[A-Za-z].*)", bottom, re.S)
        if above and below and "d" not in self.names.variables:
            rest = re.sub(r"\bd(?=\s+[A-Za-z])", "∂", below["rest"])
            top, bottom = f"∂{above[1] or ''} {above['rest']}", f"∂ {rest}"
        if re.fullmatch(r"∂\s*(\^\{\s*\w+\s*\})?", top.strip()) and "∂" in bottom:
            return f" {top.strip()}/{bottom} "
        return f"(({top})/({bottom}))"

    def under(self) -> bool:
        """Return whether a subscript comes next."""
        self.skip()
        while self.is_command("limits", "nolimits", "displaylimits"):
            self.advance()
            self.skip()
        return self.is_char("_")

    def root(self) -> str:
        """Return a root with its degree."""
        degree = ""
        self.skip()
        if self.is_char("["):
            self.advance()
            degree = self.until(("]",))
            self.advance()
        inside = self.group("sqrt")
        while inside.isdigit() and self.token.kind == "char" and self.token.text.isdigit():
            inside += self.advance().text  # who writes \sqrt 10 means the root of ten
        return f" root({inside}, {degree})" if degree else f" sqrt({inside})"

    def big(self, name: str) -> str:
        """Return a sum, product, maximum or integral with what stands under and over it."""
        scripts = {"_": "", "^": ""}
        self.under()
        while self.is_char("_", "^"):
            kind = self.advance().text
            scripts[kind] = self.group(name).replace(ROW, ", ").strip()
            self.under()
        low, high = scripts["_"], scripts["^"]
        if BIG[name] == "∫":
            return self.integral(low, high)
        above = f"^({high})" if high else ""
        return f" {BIG[name]}_({low}){above} " if low else f" {BIG[name]}{above} "

    def integral(self, low: str, high: str) -> str:
        r"""Return `\int_a^b f \, dx`: the body runs up to its own d and a letter."""
        end = self.differential()
        if end is None:
            ends = (f"_{{{low}}}" if low else "") + (f"^{{{high}}}" if high else "")
            return f' "integral"{ends} '
        kept, self.tokens = self.tokens, [
            *self.tokens[self.at : end[0]], Token("end", "", self.tokens[end[0]].position)
        ]  # fmt: skip
        self.at = 0
        body = self.until(()).strip()
        if self.token.kind != "end":
            raise MathsError(f"'{self.token.text}' is not expected here", self.token.position)
        self.tokens, self.at = kept, end[1]
        variable = self.group("int").strip()
        if self.is_char("_", "'"):
            variable += self.piece()
        if not re.fullmatch(r"[A-Za-z]+'*", variable):
            variable = f'"{_clean(variable)}"'
        ends = f", {low}, {high}" if low and high else ""
        where = f" in {low}" if low and not high else ""
        if where:
            return f' "integral"_{{{variable}{where}}}({body or 1})'
        return f" int({body or 1}, {variable}{ends})"

    def differential(self) -> tuple[int, int] | None:
        """Return where the d of an integral stands, and where its variable; None without one."""
        inner = depth = 0
        for at in range(self.at, len(self.tokens) - 1):
            token = self.tokens[at]
            depth += token.kind == "char" and token.text in "{(["
            depth -= token.kind == "char" and token.text in "})]"
            if depth < 0:
                return None
            if token.kind == "command" and token.text in ("int", "iint", "oint"):
                inner += 1
            after = self._is_d(at)
            if after is not None:
                if inner == 0:
                    return at, after
                inner -= 1
        return None

    def _is_d(self, at: int) -> int | None:
        r"""Return where the variable of a d or `\mathrm{d}` at a token begins, else None."""
        token = self.tokens[at]
        if token.kind == "char" and token.text == "d":
            after = at + 1
        elif token.kind == "command" and token.text in ("mathrm", "text", "operatorname", "rm"):
            texts = [t.text for t in self.tokens[at + 1 : at + 4]]
            if texts == ["{", "d", "}"]:
                after = at + 4
            elif texts[:1] == ["d"]:
                after = at + 2
            else:
                return None
        else:
            return None
        while self.tokens[after].kind == "space" or self.tokens[after].text in (",", "!"):
            after += 1
        follows = self.tokens[after]
        letter = follows.kind == "char" and (follows.text.isalpha() or follows.text == "{")
        if letter or follows.text in GREEK or follows.text in (*FONTS, "vec", "mathrm"):
            return after
        return None

    # Words, fonts and what is set over or under.

    def name(self, token: Token) -> str:
        r"""Return the name in `\operatorname` or `\mathrm`; scripts may stand in it."""
        start = self.at
        name = "".join(self.raw(token.text).split())
        if name == "d":
            return " d "
        if name.isascii() and name.isalnum() and name[:1].isalpha():
            return _named(name, self.names)
        if "_" not in name and "^" not in name and (clean := _clean(name)):
            return f' "{clean}" '
        self.at = start
        return f"({self.group(token.text)})"

    def words(self) -> str:
        """Return the words in `text`: those with a meaning, breaks, or one name in quotes."""
        inside = " ".join(self.raw("text").replace("$", "").split())
        lower = inside.lower().strip(" ,.;:")
        if lower in SPOKEN:
            return SPOKEN[lower]
        if lower in BREAKS or not lower:
            return " , " if lower else " "
        first, _, rest = lower.partition(" ")
        if first in ("if", "when", "for") and rest:
            return f'{SPOKEN[first]} "{_clean(rest)}" '
        if inside.isascii() and inside.isalpha():
            return _named(inside, self.names)
        return f' "{_clean(inside)}" ' if _clean(inside) else " "

    def font(self, name: str) -> str:
        """Return a group in another font: a known word, a letter, or what stands there."""
        inside = self.group(name).strip()
        joined = "".join(inside.split())
        if canonical_function(joined) or self.names.known(joined):
            return f" {joined} "
        if joined.isalpha() and (len(joined) == 1 or joined in GREEK or self.names.lenient):
            return f" {joined} "
        return f"({inside})" if inside else " "

    def accent(self, token: Token) -> str:
        """Return a letter with its accent as one name: x̂ is not x. Over more it is a function."""
        letter = self.group(token.text).strip()
        scripted = re.fullmatch(r"(\w+)\s*(_\{.*\}|'+)", letter, re.S)
        base, after = (scripted[1], scripted[2]) if scripted else (letter, "")
        if len(base) != 1 and base not in GREEK:
            return f' "{token.text}"({letter}) '
        name = base + ACCENTS[token.text]
        self.accented.add(name)
        return f" {name}{after} "

    def negated(self, token: Token) -> str:
        r"""Return `\not=` and `\not\in`."""
        self.skip()
        follows = self.advance()
        if follows.text not in NEGATED:
            raise MathsError(f"\\not\\{follows.text} is not read here", token.position)
        return NEGATED[follows.text]

    def arrow(self, name: str) -> str:
        """Return an arrow, without what is written over it."""
        self.skip()
        self.option()
        self.raw(name)
        return " ← " if "left" in name and "right" not in name else " => "

    def option(self) -> None:
        """Leave out what stands in square brackets before an argument, if they come next."""
        if self.is_char("["):
            while not self.is_char("]") and self.token.kind != "end":
                self.advance()
            self.advance()

    def annotated(self, name: str) -> str:
        """Return what a brace or another sign is set over or under, without the remark."""
        if name in ("underbrace", "overbrace"):
            inside = self.group(name)
            self.skip()
            if self.is_char("_", "^"):
                self.advance()
                self.raw(name)
            return f"({inside})"
        start = self.at
        self.raw(name)
        after = self.at
        base = self.group(name)
        word = base.strip()
        if name == "underset" and word in ("argmax", "argmin", *BIG.values(), *PLAIN, "E"):
            end, self.at = self.at, start
            under = self.group(name)
            self.at = end
            return f" {word}_({under}) "
        if after == start:
            raise MathsError(f"\\{name} needs an argument", self.token.position)
        return base

    # Environments.

    def environment(self, token: Token, choices: bool = False) -> str:
        """Return a matrix, cases or lines; `choices` says that a brace stands before it."""
        kind = self.raw("begin")
        if kind not in MATRICES | LINES | CHOICES:
            raise MathsError(f"the environment '{kind}' is not in the subset", token.position)
        self.skip()
        if kind in ("array", "alignat", "alignedat", "alignat*", "subarray"):
            self.raw("begin")
        else:
            self.option()
        rows = self.rows(token, kind)
        if kind in LINES and not choices:
            return ROW.join(" ".join(row) for row in rows)
        if kind in CHOICES or choices:
            return _cases(rows, token)
        if kind == "array" and not _is_matrix(rows):
            return ROW.join(" ".join(row) for row in rows)
        inside = ", ".join(f"[{', '.join(cell or '...' for cell in row)}]" for row in rows)
        return f" det(matrix({inside}))" if kind == "vmatrix" else f" matrix({inside})"

    def rows(self, token: Token, kind: str) -> list[list[str]]:
        """Return the cells of an environment, row by row."""
        rows: list[list[str]] = [[""]]
        while not self.is_command("end"):
            now = self.token
            if now.kind == "end":
                raise MathsError(f"\\begin{{{kind}}} is never ended", token.position)
            if now.kind == "command" and now.text == "\\":
                self.advance()
                rows.append([""])
                self.option()
            elif now.kind == "char" and now.text == "&":
                self.advance()
                rows[-1].append("")
            else:
                rows[-1][-1] += self.piece()
        self.advance()
        self.raw("end")
        rows = [[cell.strip() for cell in row] for row in rows]
        return [row for row in rows if any(row)]


def _named(name: str, names: Names) -> str:
    """Return a word of several letters: a function that is known, or a name in quotes."""
    plain = {"Pr": "P", "sgn": "sign"}.get(name, name)
    known = canonical_function(plain) or names.known(plain) or plain in BINDERS
    if known or plain in OPERATORS or len(plain) == 1 or plain in GREEK or names.lenient:
        return f" {plain} "
    return f' "{plain}" '


def _clean(text: str) -> str:
    """Return a text as a name in quotes may be: letters, digits and some signs."""
    kept = re.sub(r"[^\w %,.:<>=()+*|'-]", " ", text)
    return " ".join(kept.split())[:LONGEST_QUOTED].strip()


def _finished(plain: str) -> str:
    """Return lines joined, without the full stop of a sentence; an open end has its dots."""
    lines = [line for line in plain.split(ROW) if line.strip(" ,;.")]
    joined = ""
    for line in lines:
        if not joined:
            joined = line
        elif _BEGINS_WITH_OPERATOR.match(line) or _ENDS_OPEN.search(joined):
            joined = f"{joined.rstrip(' ,;')} {line}"
        else:
            joined = f"{joined.rstrip(' ,;.')} , {line}"
    joined = joined.strip()
    joined = joined.rstrip(" ,;") if joined.endswith("...") else joined.rstrip(" ,;.")
    joined = re.sub(r"^(?:\s*,)+", "", joined)
    joined = re.sub(r"(?:,\s*){2,}", ", ", joined)
    if _BEGINS_WITH_RELATION.match(joined):
        joined = f"... {joined}"
    return f"{joined} ..." if _ENDS_OPEN.search(joined) and len(joined) > 1 else joined


def _is_matrix(rows: list[list[str]]) -> bool:
    """Return whether the rows of an array are of one length, and more than lines."""
    widths = {len(row) for row in rows}
    return (
        len(widths) == 1
        and not any(_BEGINS_WITH_RELATION.match(cell) for row in rows for cell in row[1:])
        and (widths != {1} or not any(re.search("[=<>←]", row[0]) for row in rows))
    )


def _cases(rows: list[list[str]], token: Token) -> str:
    parts: list[str] = []
    if all(len(row) == 1 for row in rows):
        return f" [{', '.join(row[0].rstrip(' ,;.') for row in rows)}]"
    for row in rows:
        value, condition = row[0].rstrip(" ,;"), " ".join(row[1:]).strip(" ,;.")
        if len(row) > 2:
            raise MathsError("a line of cases has one value and one condition", token.position)
        condition = re.sub(r"^if\s+", "", condition)
        parts.append(f"({value}, {condition})" if condition else value)
    return f" piecewise({', '.join(parts)})"
