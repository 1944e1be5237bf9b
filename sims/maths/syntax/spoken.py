"""Formulas in words: `x squared minus 1`, `a over b`, `square root of x`, `half`."""

import itertools
from collections.abc import Callable
from dataclasses import replace

from sims.maths.errors import MathsError
from sims.maths.syntax.token import Token
from sims.maths.syntax.vocabulary import COUNTS, MAGNITUDES, canonical_function, words

SIGNS = {"plus": "+", "minus": "-", "negative": "-", "times": "*", "equals": "=", "over": "/"}
POWERS = {"squared": "2", "cubed": "3", "square": "2", "cube": "3"}
SHARES = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8,
          "tenth": 10, "hundredth": 100, "thousandth": 1000, "millionth": 10**6}  # fmt: skip
SHARES |= {f"{word}s": parts for word, parts in SHARES.items() if not word.startswith("hal")}
TENS = {word: 10 * number for number, word in enumerate(
    words("twenty thirty forty fifty sixty seventy eighty ninety"), 2)}  # fmt: skip
BETWEEN = {"average": "+/2", "avg": "+/2", "mean": "+/2", "sum": "+", "product": "*",
           "difference": "-", "ratio": "/", "quotient": "/"}  # fmt: skip
"""What is said of two operands, as in `the product of a and b`."""

LARGER = dict.fromkeys(words("larger largest greater greatest bigger biggest maximum max"), "max")
LARGER |= dict.fromkeys(words("smaller smallest lesser least lower minimum min"), "min")
"""What is said of two operands one of which is meant, as in `the larger of x and y`."""

OVER = {"sum": "sum", "product": "prod", "max": "max", "maximum": "max", "min": "min",
        "minimum": "min", "argmax": "argmax", "argmin": "argmin"}  # fmt: skip
"""What is said to run `over i of` something."""

TO_THE = "to the"
ORDINALS = {"second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "nth": "n"}
ENDS_POWER = frozenset({"", ")", "]", "}", ",", "="})
FACTORS = {"twice": "2", "double": "2", "dozen": "12", "thrice": "3"}
ABOUT = frozenset(words("about approx approximately around roughly circa ca nearly"))
ARTICLES = frozenset(words("the a an"))
OF = {
    ("square", "root", "of"): "sqrt", ("root", "of"): "sqrt", ("cube", "root", "of"): "cbrt",
    ("natural", "log", "of"): "log", ("natural", "logarithm", "of"): "log", ("log", "of"): "log",
    ("logarithm", "of"): "log", ("exponential", "of"): "exp", ("absolute", "value", "of"): "abs",
    ("determinant", "of"): "det", ("trace", "of"): "trace", ("inverse", "of"): "inv",
    ("transpose", "of"): "transpose", ("norm", "of"): "norm", ("variance", "of"): "Var",
    ("expectation", "of"): "E", ("expected", "value", "of"): "E", ("mean", "of"): "mean",
    ("probability", "of"): "P", ("entropy", "of"): "H", ("sine", "of"): "sin", ("sin", "of"): "sin",
    ("cosine", "of"): "cos", ("cos", "of"): "cos", ("tan", "of"): "tan", ("exp", "of"): "exp",
    ("sigmoid", "of"): "sigmoid", ("sqrt", "of"): "sqrt", ("floor", "of"): "floor",
}  # fmt: skip
"""What is said before the one thing that a function is applied to."""

_SPOKEN = frozenset({*TENS, *SIGNS, *POWERS, *SHARES, *FACTORS, *ABOUT, "of", "by", "power", "base",
                     "factorial", "a", "an", "divided", "to", "from", "out", "in"})  # fmt: skip
_ENDS = frozenset({"+", "-", "=", ",", "", "plus", "minus", "equals"})


def in_signs(tokens: list[Token], known: Callable[[str], bool]) -> list[Token]:
    """Return tokens with what is said in words put into signs; names of the card stay as they are.

    Raises MathsError where words read two ways, as in `1 over x plus 1`.
    """
    if any(t.kind == "name" and t.text.lower() in MAGNITUDES for t in tokens):
        tokens = _numerals(tokens, known)
    tokens = _integral(tokens)
    spoken = (t for t in tokens if t.kind == "name" and t.text.lower() in _SPOKEN)
    return _Speech(tokens, known).signs() if any(not known(t.text) for t in spoken) else tokens


def _integral(tokens: list[Token]) -> list[Token]:
    """Return `∫ x^2 dx from 0 to 1` with the ends of the integral at its sign."""
    texts = [token.text for token in tokens]
    if "∫" not in texts or "from" not in texts or "to" not in texts[texts.index("from") :]:
        return tokens
    start, to = texts.index("from"), texts.index("to", texts.index("from"))
    at = texts.index("∫") + 1
    if at > start:
        return tokens
    sign = replace(tokens[at - 1], spaced=False)

    def braced(script: str, inner: list[Token]) -> list[Token]:
        marks = [replace(sign, text=text) for text in (script, "{", "}")]
        return [*marks[:2], *inner, marks[2]]

    ends = [*braced("_", tokens[start + 1 : to]), *braced("^", tokens[to + 1 :])]
    return [*tokens[:at], *ends, *tokens[at:start]]


def _numerals(tokens: list[Token], known: Callable[[str], bool]) -> list[Token]:
    """Return tokens with numerals in several words as one: `two thousand five hundred`."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        taken, value = _numeral(tokens, at, known)
        if taken > 1 and value is not None:
            found.append(replace(tokens[at], kind="number", text=str(value)))
            at += taken
        else:
            found.append(tokens[at])
            at += 1
    return found


def _numeral(
    tokens: list[Token], start: int, known: Callable[[str], bool]
) -> tuple[int, int | None]:
    """Return how many tokens from one on are a numeral in words, and its value."""
    whole = group = 0
    last, at = 10**15, start  # each part is smaller than the one before it, or multiplies it
    while at < len(tokens):
        token, word = tokens[at], tokens[at].text.lower()
        follows = tokens[at + 1].text.lower() if at + 1 < len(tokens) else ""
        if known(token.text):
            break
        part = COUNTS.get(word, TENS.get(word))
        if token.kind == "number" and at == start and word.isdigit() and follows in MAGNITUDES:
            group, last = int(word), 1
        elif part is not None and token.kind == "name" and part < last and group % 10 == 0:
            group, last = group + part, 10 if part in TENS.values() else 1
        elif word == "hundred" and 0 < group < 100:
            group, last = group * 100, 100
        elif word in MAGNITUDES and word != "hundred" and group:
            whole, group, last = whole + group * 10 ** MAGNITUDES[word], 0, 10**3
        elif not (word == "and" and at > start and follows in (*COUNTS, *TENS)) and not (
            word == "-" and at > start and group % 10 == 0 and COUNTS.get(follows, 10) < 10
        ):
            break
        at += 1
    words_ = [tokens[k].text.lower() for k in range(start, at)]
    large = any(word in MAGNITUDES for word in words_)
    return (at - start, whole + group) if large and len(words_) > 2 else (0, None)


class _Speech:
    """Goes through the words of one text from the left."""

    def __init__(self, tokens: list[Token], known: Callable[[str], bool]) -> None:
        self.tokens = [
            replace(token, text=TO_THE) if token.text == "to" and after.text == "the" else token
            for token, after in itertools.zip_longest(tokens, tokens[1:], fillvalue=tokens[-1])
            if not _is_article(token, known)
        ]
        self.known = known
        self.at = 0
        self.found: list[Token] = []

    def signs(self) -> list[Token]:
        """Return the tokens in signs."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind != "name" or self.known(token.text) or not self._said(token):
                self.found.append(token)
                self.at += 1
        return self.found

    def _word(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].text.lower() if at < len(self.tokens) else ""

    def _put(self, taken: int, *parts: str) -> bool:
        """Put parts in place of so many words."""
        token = self.tokens[self.at]
        for part in parts:
            kind = "number" if part.isdigit() else "name" if part.isalpha() else "op"
            self.found.append(replace(token, kind=kind, text=part))
        self.at += taken
        return True

    def _said(self, token: Token) -> bool:
        """Put the words from here on into signs; return whether they are words of speech."""
        word = token.text.lower()
        if word in BETWEEN and self._word(1) == "of" and self._word(3) == "and":
            return self._between(BETWEEN[word])
        if word in LARGER and self._word(1) == "of":
            return self._chosen(LARGER[word])
        if (
            word == "in"
            and self.found
            and (self.found[-1].kind == "number" or self.found[-1].text.lower() in COUNTS)
        ):
            counted = self._word(1).isdigit() or self._word(1) in (*COUNTS, *TENS)
            return counted and self._put(1, "/")  # one in four
        if word == "out" and self._word(1) == "of" and self.found:
            return self._put(2, "/")
        for said, function in OF.items():
            if tuple(self._word(k) for k in range(len(said))) == said:
                return self._applied(len(said), function)
        if self._word(1) == "of" and (known := canonical_function(word)):
            return self._applied(2, known)
        if word in ("sum", "product") and self._word(1) == "of" and self._is_ranged():
            return self._ranged_after(word)
        if word in ("sum", "product") and self._word(1) == "from" and self._word(3) == "=":
            return self._ranged(word)
        if word in OVER and self._word(1) == "over" and self._word(3) == "of":
            index = self.tokens[self.at + 2].text
            return self._put(4, OVER[word], "_", "{", index, "}")
        if word in TENS:
            hyphen = self._word(1) == "-" and not self.tokens[self.at + 1].spaced
            ones = COUNTS.get(self._word(1 + hyphen), 0)
            taken = 2 + hyphen if 0 < ones < 10 else 1
            return self._put(taken, str(TENS[word] + (ones if taken > 1 else 0)))
        if word in COUNTS and self._word(1) == "-" and self._word(2) in SHARES:
            return self._put(2, str(COUNTS[word]))
        if word == "log" and self._word(1) == "base" and self._word(3) == "of":
            base = self.tokens[self.at + 2].text
            return self._put(4, "log", "_", "{", base, "}")
        if word in ABOUT and not self.found:
            dot = self._word(1) == "."
            return self._put(1 + dot, "approx")
        return self._joined(word)

    def _joined(self, word: str) -> bool:
        """Put a word between or after operands into a sign."""
        after = bool(self.found)
        if word == "over" or (word == "divided" and self._word(1) == "by"):
            self._check_single(word)
            return self._put(1 + (word == "divided"), "/")
        before = self.found[-1] if after else None
        if word == "and" and before and (before.kind == "number" or before.text.lower() in COUNTS):
            part = self._word(1 + (self._word(1) == "a"))
            if part in ("half", "quarter", "third") and not self._word(2 + (self._word(1) == "a")):
                return self._put(1, "+")  # two and a half
        if word in SIGNS and (after or word in ("minus", "negative", "plus")):
            return self._put(1, SIGNS[word])
        if word in ("squared", "cubed") and after:
            return self._put(1, "^", POWERS[word])
        if word == "to" and self._word(1) in ("power", "power of") and after:
            return self._put(2 + (self._word(2) == "of"), "^")
        if word == TO_THE and after:
            return self._raised()
        if word == "factorial" and after:
            return self._put(1, "!")
        if word in SHARES:
            of = self._word(1) == "of"
            if of:
                self._check_single(word)
            counted = after and self.found[-1].kind == "number"
            parts = str(SHARES[word])
            shared = ("/", parts) if counted else ("(", "1", "/", parts, ")")
            return self._put(1 + of, *shared, *(("*",) if of else ()))
        if word in FACTORS:
            return self._put(1, FACTORS[word])
        if word == "a" and self._word(1) in (*FACTORS, *SHARES):
            self.at += 1
            return True
        return False

    def _ranged(self, word: str) -> bool:
        """Put `sum from i=1 to n of x_i` as a sum with both ends."""
        texts = [token.text for token in self.tokens[self.at :]]
        if not {"to", "of"} <= set(texts) or texts.index("to") > texts.index("of"):
            return False
        to, of = texts.index("to"), texts.index("of")
        sign = "sum" if word == "sum" else "prod"
        return self._put(
            of + 1, sign, "_", "{", *texts[2:to], "}", "^", "{", *texts[to + 1 : of], "}"
        )

    def _is_ranged(self) -> bool:
        texts = [token.text for token in self.tokens[self.at :]]
        return "from" in texts and "to" in texts and texts.index("from") < texts.index("to")

    def _ranged_after(self, word: str) -> bool:
        """Put `sum of k^2 from 1 to n` as a sum over the one letter of its body."""
        rest = self.tokens[self.at :]
        texts = [token.text for token in rest]
        start, to = texts.index("from"), texts.index("to")
        body, low, high = texts[2:start], texts[start + 1 : to], texts[to + 1 :]
        named = {t.text for t in rest[2:start] if t.kind == "name"}
        letters = named if len(named) == 1 else {name for name in named if not self.known(name)}
        if "=" not in low and len(letters) == 1:
            low = [*letters, "=", *low]
        if "=" not in low or not body or not high:
            return False
        sign = "sum" if word == "sum" else "prod"
        return self._put(
            len(texts), sign, "_", "{", *low, "}", "^", "{", *high, "}", "(", *body, ")"
        )

    def _between(self, sign: str) -> bool:
        """Put `the average of a and b` and its like, of two single operands, in brackets."""
        first, second = self.tokens[self.at + 2], self.tokens[self.at + 4 : self.at + 5]
        if not second or "op" in (first.kind, second[0].kind) or self._word(5) in ("and", "("):
            return False
        of = (first.text, sign[0], second[0].text)
        mean = ("/", "2") if sign == "+/2" else ()
        return self._put(5, "(", "(", *of, ")", *mean, ")")

    def _chosen(self, function: str) -> bool:
        """Put `the larger of x and y` as a maximum, where nothing but the two follows."""
        rest = self.tokens[self.at + 2 :]
        rest = rest[:-1] if rest and rest[-1].kind == "end" else rest
        texts = [token.text.lower() for token in rest]
        parts = texts.count("and") + texts.count(",")
        if not parts or any(text in ("(", ")", "or") for text in texts):
            return False
        inner = [
            "," if text == "and" else token.text for text, token in zip(texts, rest, strict=True)
        ]
        return self._put(2 + len(rest), function, "(", *inner, ")")

    def _raised(self) -> bool:
        """Put `to the n`, `to the minus x` and `to the fourth` as a power."""
        if self._word(1) == "power":
            return self._put(2 + (self._word(2) == "of"), "^")
        sign = SIGNS.get(self._word(1), "") if self._word(1) in ("minus", "negative") else ""
        at = 1 + bool(sign)
        exponent = ORDINALS.get(self._word(at), self._word(at))
        named = self.at + at < len(self.tokens) and self.tokens[self.at + at].kind != "op"
        ends = self._word(at + 1) in ENDS_POWER or self._word(at + 1) == "power"
        if not named or not ends:
            raise MathsError(
                "what 'to the' raises to is not clear: write it with brackets, as in e^(-x)",
                self.tokens[self.at].position,
            )
        token = self.tokens[self.at + at] if exponent == self._word(at) else None
        taken = at + 1 + (self._word(at + 1) == "power")
        self._put(taken, "^", *((sign,) if sign else ()), token.text if token else exponent)
        return True

    def _applied(self, taken: int, function: str) -> bool:
        """Put a function around the one operand that follows it."""
        start = self.at + taken
        if start >= len(self.tokens):
            return False
        if self.tokens[start].text in ("(", "["):
            return self._put(taken, function)
        follows = self.tokens[start + 1].text if start + 1 < len(self.tokens) else ""
        if follows.lower() in ("plus", "minus", "over", "times", "+", "-", "*", "/"):
            inner, sign = self.tokens[start].text, SIGNS.get(follows.lower(), follows)
            raise MathsError(
                f"'of {inner} {follows} …' reads two ways: write {function}({inner}) {sign} … "
                f"or {function}({inner} {sign} …)",
                self.tokens[self.at].position,
            )
        end = start + 1
        while end < len(self.tokens) and self.tokens[end].text not in _ENDS:
            end += 1
        self._put(taken, function, "(")
        self.tokens.insert(end, replace(self.tokens[start], kind="op", text=")"))
        return True

    def _check_single(self, word: str) -> None:
        """Raise MathsError where more than one operand stands beside `over`."""
        depth, before = 0, 0
        for token in reversed(self.found):
            depth += (token.text in (")", "]")) - (token.text in ("(", "["))
            if depth < 0 or (depth == 0 and token.text == "="):
                break
            before += depth == 0 and token.text in ("+", "-")
        depth, after = 0, 0
        for token in self.tokens[self.at + 1 :]:
            depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
            if depth < 0:
                break
            after += depth == 0 and token.text.lower() in ("+", "-", "plus", "minus")
        if before or after:
            raise MathsError(
                f"'{word}' reads two ways here: put brackets around what it takes, as in "
                "1/(x + 1) or (1/x) + 1",
                self.tokens[self.at].position,
            )


def _is_article(token: Token, known: Callable[[str], bool]) -> bool:
    return token.kind == "name" and token.text.lower() in ARTICLES and len(token.text) > 1 and not (
        known(token.text)
    )  # fmt: skip
