r"""A subset of LaTeX, read into the same tree: rewritten token by token into plain text.

Fractions, roots, powers, subscripts, sums, products, integrals, Greek, ``\left…\right``,
``\log_b``, ``\operatorname``, ``\mathbb{E}``, cases and matrices. Whatever else occurs is refused
by name and position; nothing is dropped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sims.maths.errors import MathsError
from sims.maths.limits import MAX_CHARACTERS, MAX_DEPTH, MAX_TOKENS
from sims.maths.syntax.latex_words import ACCENTS, BIG, FONTS, IGNORED, PLAIN, SAME, SYMBOLS
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tokens import Names, is_word
from sims.maths.syntax.tree import Node
from sims.maths.syntax.vocabulary import GREEK, canonical_function

_TOKEN = re.compile(r"\\(?P<command>[A-Za-z]+\*?|[^A-Za-z])|(?P<space>\s+)|(?P<char>.)", re.S)


def parse_latex(source: str, variables: Mapping[str, str]) -> Node:
    """Read LaTeX strictly: unknown longer names are refused. Raises MathsError."""
    return parse_latex_named(source, Names(variables))


def parse_latex_named(source: str, names: Names) -> Node:
    """Read LaTeX with the given names. Raises MathsError."""
    return _read(source, names)[1]


def rewritten(source: str, variables: Mapping[str, str]) -> str:
    r"""Return LaTeX in the plain language, word for word: ``\sigma(x)`` is ``sigma (x)``.

    So whoever reads it decides whether a letter before a bracket is a function. Raises MathsError.
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
    """A command without its backslash, or a character; and where it stands."""

    kind: str  # command, char, space, end
    text: str
    position: int


class Reader:
    """Rewrites LaTeX into the plain language, group by group."""

    def __init__(self, source: str, names: Names) -> None:
        if len(source) > MAX_CHARACTERS:
            raise MathsError(f"this is longer than {MAX_CHARACTERS} characters")
        source = source.strip()
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

    def everything(self) -> str:
        """Return the whole source as plain text."""
        plain = self.until(())
        if self.token.kind != "end":
            raise MathsError(f"'{self.token.text}' is not expected here", self.token.position)
        return plain

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
            return f"({inside})" if inside.strip() else ""
        if token.text in "^_":
            self.scripted += token.text == "_"
            script = self.script()
            self.scripted -= token.text == "_"
            return "°" if script == "{°}" else token.text + script
        if token.text in '&$#~@`"\\':
            raise MathsError(f"'{token.text}' has no meaning here", token.position)
        if not token.text.isalpha():
            return token.text
        word = self.word(token)
        primes = ""
        while self.token.kind == "char" and self.token.text == "'":
            primes += self.advance().text
        return f" {word}{primes} "

    def word(self, first: Token) -> str:
        """Return a letter, or the word it begins that has a meaning: ``gamma``, a declared name.

        A word whose letters are all declared is their product, as in LaTeX.
        """
        run = first.text
        for token in self.tokens[self.at :]:
            if token.kind != "char" or not token.text.isalnum():
                break
            run += token.text
        declared = all(self.names.known(letter) for letter in run)
        if not (declared or self.scripted) and is_word(run, self.names):
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
        """Return a braced argument, or the single token that stands for one."""
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

    def script(self) -> str:
        """Return what follows ``^`` or ``_`` in braces of the plain language."""
        self.skip()
        inside = self.group("script").strip()
        if inside in ("*",):
            raise MathsError("a star as a script has no meaning here", self.token.position)
        if re.fullmatch(r"(prime\s*)+|'+", inside):
            return ""
        return "{" + inside + "}"

    def raw(self, what: str) -> str:
        r"""Return a braced argument as it stands, such as the name in ``\operatorname``."""
        self.skip()
        opened = self.advance()
        if opened.text != "{":
            return opened.text
        pieces: list[str] = []
        while self.token.text != "}" or self.token.kind != "char":
            if self.token.kind == "end":
                raise MathsError(f"the argument of \\{what} is never closed", opened.position)
            pieces.append(self.advance().text)
        self.advance()
        return "".join(pieces)

    def command(self, token: Token) -> str:
        """Return a command and its arguments as plain text. Raises MathsError for others."""
        name = SAME.get(token.text, token.text)
        if name in IGNORED:
            return self.delimiter() if name in ("left", "right") else " "
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            return f"(({self.group(name)})/({self.group(name)}))"
        if name in ("binom", "dbinom", "tbinom"):
            return f"binomial({self.group(name)}, {self.group(name)})"
        if name == "sqrt":
            return self.root()
        if name in ("sum", "prod", "int") or (name in ("max", "min") and self.under()):
            return self.big(name)
        if name == "log":
            return " log"
        if name in PLAIN:
            return f" {name}"
        if name == "operatorname" or name == "operatorname*":
            return self.operator(token)
        if name in ("text", "textrm", "mbox", "textbf", "textit"):
            return self.words(token)
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
        if name in SYMBOLS:
            return SYMBOLS[name]
        if name in GREEK:
            return f" {name} "
        raise MathsError(f"\\{token.text} is not in the subset read here", token.position)

    def delimiter(self) -> str:
        r"""Take the bracket after ``\left`` or ``\right``; a dot stands for none."""
        self.skip()
        token = self.advance()
        if token.kind == "end":
            raise MathsError("a bracket is missing at the end", token.position)
        if token.text == ".":
            return ""
        if token.kind == "command":
            return self.command(token)
        if token.text in "()[]|/":
            return token.text
        raise MathsError(f"'{token.text}' is not a bracket", token.position)

    def under(self) -> bool:
        """Return whether a subscript comes next."""
        self.skip()
        return self.token.kind == "char" and self.token.text == "_"

    def root(self) -> str:
        """Return a root with its degree."""
        degree = ""
        self.skip()
        if self.token.kind == "char" and self.token.text == "[":
            self.advance()
            degree = self.until(("]",))
            self.advance()
        inside = self.group("sqrt")
        return f" root({inside}, {degree})" if degree else f" sqrt({inside})"

    def big(self, name: str) -> str:
        """Return a sum, product, maximum or integral with what stands under and over it."""
        scripts = {"_": "", "^": ""}
        self.skip()
        while self.token.kind == "char" and self.token.text in "_^":
            kind = self.advance().text
            scripts[kind] = self.group(name).strip()
            self.skip()
        if name == "int":
            return self.integral(scripts["_"], scripts["^"])
        high = f"^({scripts['^']})" if scripts["^"] else ""
        return f" {BIG[name]}_({scripts['_']}){high} " if scripts["_"] else f" {BIG[name]} "

    def integral(self, low: str, high: str) -> str:
        r"""Return ``\int_a^b f \, dx``: the body runs up to a d and a letter."""
        start = self.at
        for end in range(start, len(self.tokens) - 1):
            token = self.tokens[end]
            after = next((t for t in self.tokens[end + 1 :] if t.kind != "space"), token)
            if (
                token.kind == "char"
                and token.text == "d"
                and (after.text in GREEK or (after.kind == "char" and after.text.isalpha()))
            ):
                kept, self.tokens = self.tokens, [
                    *self.tokens[start:end], Token("end", "", token.position)
                ]  # fmt: skip
                self.at = 0
                body = self.everything()
                self.tokens, self.at = kept, end + 1
                variable = self.group("int").strip()
                ends = f", {low}, {high}" if low and high else ""
                return f" int({body}, {variable}{ends})"
        raise MathsError("\\int needs its d and a variable", self.token.position)

    def operator(self, token: Token) -> str:
        """Return the function that ``operatorname`` names."""
        name = "".join(self.raw("operatorname").split())
        if canonical_function(name) or self.names.known(name) or len(name) == 1:
            return f" {name}"
        if self.names.lenient and name.isalpha():
            return f" {name}"
        raise MathsError(f"the operator '{name}' is not known", token.position)

    def words(self, token: Token) -> str:
        """Return the words in ``text`` that have a meaning."""
        inside = " ".join(self.raw("text").split())
        if inside in ("and", "or", "if", "otherwise", "for", "when", ""):
            return f" {inside} " if inside in ("and", "or") else ""
        if inside in ("true", "false") or self.names.known(inside):
            return f" {inside} "
        if inside.isalpha() and self.names.lenient:
            return f" {inside} "
        raise MathsError(f"the words '{inside}' have no meaning here", token.position)

    def font(self, name: str) -> str:
        """Return a group in another font: a known word, a letter, or what stands there."""
        inside = self.group(name).strip()
        joined = "".join(inside.split())
        if canonical_function(joined) or self.names.known(joined):
            return f" {joined} "
        if joined.isalpha() and (len(joined) == 1 or joined in GREEK or self.names.lenient):
            return f" {joined} "
        return f"({inside})"

    def accent(self, token: Token) -> str:
        """Return a letter with its accent as one name: x̂ is not x."""
        letter = self.group(token.text).strip()
        if len(letter) != 1 and letter not in GREEK:
            raise MathsError(f"\\{token.text} goes over a single letter here", token.position)
        name = letter + ACCENTS[token.text]
        self.accented.add(name)
        return f" {name} "

    def rounded(self, name: str) -> str:
        """Return a floor or ceiling."""
        stop = "rfloor" if name == "lfloor" else "rceil"
        pieces: list[str] = []
        while not (self.token.kind == "command" and self.token.text == stop):
            if self.token.kind == "end":
                raise MathsError(f"\\{name} needs a \\{stop}", self.token.position)
            if self.token.text == "right":
                self.advance()
                continue
            pieces.append(self.piece())
        self.advance()
        return f" {'floor' if name == 'lfloor' else 'ceil'}({''.join(pieces)})"

    def environment(self, token: Token) -> str:
        """Return a matrix or cases."""
        kind = self.raw("begin")
        if kind not in ("cases", "matrix", "pmatrix", "bmatrix", "vmatrix", "array"):
            raise MathsError(f"the environment '{kind}' is not in the subset", token.position)
        if kind == "array":
            self.raw("begin")
        rows: list[list[str]] = [[""]]
        while not (self.token.kind == "command" and self.token.text == "end"):
            now = self.token
            if now.kind == "end":
                raise MathsError(f"\\begin{{{kind}}} is never ended", token.position)
            if now.kind == "command" and now.text == "\\":
                self.advance()
                rows.append([""])
            elif now.kind == "char" and now.text == "&":
                self.advance()
                rows[-1].append("")
            else:
                rows[-1][-1] += self.piece()
        self.advance()
        self.raw("end")
        rows = [row for row in rows if any(cell.strip() for cell in row)]
        if kind == "cases":
            return _cases(rows, token)
        inside = ", ".join(f"[{', '.join(row)}]" for row in rows)
        return f" det(matrix({inside}))" if kind == "vmatrix" else f" matrix({inside})"


def _cases(rows: list[list[str]], token: Token) -> str:
    parts: list[str] = []
    for row in rows:
        value, condition = row[0].rstrip().rstrip(","), " ".join(row[1:]).strip()
        if len(row) > 2:
            raise MathsError("a line of cases has one value and one condition", token.position)
        parts.append(f"({value}, {condition})" if condition else value)
    return f" piecewise({', '.join(parts)})"
