"""Formulas as programs write them: numpy, torch, sympy, R, MATLAB, Maxima, Mathematica.

Works on tokens, so that nothing of a learner's is ever run. Names that the card has stay as they
are; what a call means beyond a formula (an axis of a matrix, an order) is asked about.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sims.maths.errors import MathsError
from sims.maths.syntax.token import Token
from sims.maths.syntax.vocabulary import words

CLOSES = {"(": ")", "[": "]", "{": "}"}
RENAMED = {"mm": "matmul", "bmm": "matmul", "mv": "matmul", "where": "if", "ifelse": "if",
           "If": "if", "Piecewise": "piecewise", "Total": "sum", "Inverse": "inv",
           "Dot": "matmul", "amax": "max", "amin": "min"}  # fmt: skip
BINDERS = {"Sum": "sum", "summation": "sum", "Product": "prod", "Integrate": "int",
           "Integral": "int", "integrate": "int", "Limit": "lim", "limit": "lim"}  # fmt: skip
REDUCERS = frozenset(words(
    "sum mean max min prod std var softmax log_softmax logsumexp norm argmax argmin amax amin"
))  # fmt: skip
ALONG = frozenset(words("axis dim"))
KEPT_SHAPE = frozenset(words("keepdim keepdims"))
LIMITED = frozenset(words("clip clamp"))
BOUNDS = {"min": "low", "a_min": "low", "max": "high", "a_max": "high"}
COMPARED = frozenset({"<", ">", "<=", ">=", "==", "!="})
IDLE = frozenset(words("item detach float double cpu squeeze int long"))
"""Methods that leave the value as it is."""

OF_WHOLE = {"mT": "T", "H": "T", "T": "T"}
MERGED = {("%", "*", "%"): "@", ("%", "/", "%"): "//", ("%", "%"): "mod"}
CONSTANTS = {"e": "e", "pi": "pi", "i": "i", "inf": "inf"}
FRESH = "ijklm"

Known = Callable[[str], bool]


def in_mathematics(
    tokens: list[Token], known: Known, domains: Mapping[str, str], has_pi: bool
) -> list[Token]:
    """Return tokens with what programs write put as the language writes it.

    `domains` are those of the card's variables. Raises MathsError for what cannot be told.
    """
    if not any(t.kind == "name" or t.text in ("%", ".", "?") for t in tokens):
        return tokens
    return _Program(_merged(tokens), known, domains, has_pi).rewritten()


def with_commas(tokens: list[Token]) -> list[Token]:
    """Return MATLAB's `[1 2; 3 4]` with commas between the numerals of its rows."""
    found: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.text == "[") - (token.text == "]")
        if depth and found and found[-1].kind == token.kind == "number" and token.spaced:
            found.append(replace(token, kind="op", text=","))
        found.append(token)
    return found


def _merged(tokens: list[Token]) -> list[Token]:
    """Return tokens with R's `%*%` as one sign, and Maxima's `%pi` as one name."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.text == "%":
            rest = tokens[at : at + 3]
            tight = [t for n, t in enumerate(rest) if n == 0 or not t.spaced]
            sign = next((key for key in MERGED if tuple(t.text for t in tight[: len(key)]) == key),
                        None)  # fmt: skip
            operand = found and (found[-1].kind in ("name", "number") or found[-1].text in ")]'")
            after = tight[1] if len(tight) > 1 else None
            if sign is not None and operand:
                found.append(replace(token, text=MERGED[sign]))
                at += len(sign)
                continue
            apart = token.spaced and after is not None and after.text in ("pi", "e")
            if (apart or not operand) and after is not None and after.text in CONSTANTS:
                found.append(replace(token, kind="name", text=CONSTANTS[after.text]))
                at += 2
                continue
        found.append(token)
        at += 1
    return found


class _Program:
    """Rewrites one list of tokens, the innermost brackets first."""

    def __init__(
        self, tokens: list[Token], known: Known, domains: Mapping[str, str], has_pi: bool
    ) -> None:
        self.tokens = tokens
        self.known = known
        self.domains = domains
        self.has_pi = has_pi

    def rewritten(self) -> list[Token]:
        """Return the tokens rewritten."""
        at = len(self.tokens) - 1
        while at >= 0:
            token = self.tokens[at]
            if token.text == "." and token.kind == "op":
                self._attribute(at)
            elif token.text == "?":
                self._chosen(at)
            elif token.kind == "name" and not self.known(token.text):
                if self._follows(at, "(", "["):
                    self._call(at)
                else:
                    self._constant(at)
            at -= 1
        return self.tokens

    def _follows(self, at: int, *texts: str) -> bool:
        return at + 1 < len(self.tokens) and self.tokens[at + 1].text in texts

    def _put(self, start: int, end: int, parts: list[Token]) -> None:
        self.tokens[start:end] = parts

    def _op(self, text: str, at: int) -> Token:
        return replace(self.tokens[at], kind="op", text=text, spaced=False)

    def _arguments(self, opened: int) -> tuple[list[list[Token]], int]:
        """Return the arguments of the bracket opened at a place, and where it is closed."""
        depth, parts, start = 0, [], opened + 1
        for at in range(opened, len(self.tokens)):
            text = self.tokens[at].text
            depth += (text in CLOSES) - (text in CLOSES.values())
            if depth == 0 or (depth == 1 and text == ","):
                parts.append(self.tokens[start:at])
                start = at + 1
            if depth == 0:
                return ([] if parts == [[]] else parts), at
        return [], -1

    def _chosen(self, at: int) -> None:
        """Put C's `x > 0 ? 1 : 0` as a choice."""
        start, depth = at, 0
        while start > 0 and depth >= 0:
            text = self.tokens[start - 1].text
            depth += (text in CLOSES.values()) - (text in CLOSES)
            if depth < 0 or (depth == 0 and text in (",", "=", ":")):
                break
            start -= 1
        colon = end = -1
        depth = 0
        for end in range(at + 1, len(self.tokens) + 1):
            text = self.tokens[end].text if end < len(self.tokens) else ")"
            depth += (text in CLOSES) - (text in CLOSES.values())
            if depth < 0 or (depth == 0 and text == ","):
                break
            colon = end if depth == 0 and text == ":" and colon < 0 else colon
        if start == at:
            return  # said to have no meaning there
        if colon < 0:
            raise MathsError("a choice is written 1 if x > 0 else 0", self.tokens[at].position)
        parts = [self.tokens[start:at], self.tokens[at + 1 : colon], self.tokens[colon + 1 : end]]
        made = [replace(self.tokens[at], kind="name", text="if"), self._op("(", at)]
        for number, part in enumerate(parts):
            made += [self._op(",", at)] * (number > 0) + part
        self._put(start, end, [*made, self._op(")", at)])

    def _attribute(self, at: int) -> None:
        """Rewrite `.t()`, `.mT`, `.shape[0]`, `.clamp(min=0)` after a point."""
        name = self.tokens[at + 1].text if at + 1 < len(self.tokens) else ""
        texts = [t.text for t in self.tokens[at + 1 : at + 5]]
        if name in OF_WHOLE and not self._follows(at + 1, "("):
            self._put(at, at + 2, [self._op(".T", at)])
        elif texts[:3] in (["t", "(", ")"], ["transpose", "(", ")"]):
            self._put(at, at + 4, [self._op(".T", at)])
        elif name in IDLE and texts[1:3] == ["(", ")"]:
            self._put(at, at + 4, [])
            self._counted_statement(at - 1)
        elif texts[0:1] + texts[1:2] + texts[3:4] == ["shape", "[", "]"] or name in (
            "size",
            "length",
        ):
            whole = 5 if name == "shape" else 4 if texts[1:3] == ["(", ")"] else 2
            whole = 5 if name == "size" and texts[1:2] == ["("] and texts[3:4] == [")"] else whole
            self._sized(at, whole)
        elif self._follows(at + 1, "("):
            self._method(at + 1)

    def _counted_statement(self, closed: int) -> None:
        """Put `(x > 0).float()` as the number `[x > 0]`."""
        depth = 0
        for at in range(closed, -1, -1):
            depth += (self.tokens[at].text in CLOSES.values()) - (self.tokens[at].text in CLOSES)
            if depth == 0:
                inner = self.tokens[at + 1 : closed]
                if self.tokens[at].text == "(" and self._is_compared(inner):
                    self.tokens[at] = self._op("[", at)
                    self.tokens[closed] = self._op("]", closed)
                return

    def _sized(self, at: int, taken: int) -> None:
        """Put the size of the vector whose name stands before a point."""
        before = self.tokens[at - 1] if at else None
        if before is None or "vector" not in self.domains.get(before.text, ""):
            return
        parts = [replace(before, text="size"), self._op("(", at), before, self._op(")", at)]
        self._put(at - 1, at + taken, parts)

    def _method(self, at: int) -> None:
        """Rewrite the keywords of a method, and its limits."""
        name = self.tokens[at]
        arguments, closed = self._arguments(at + 1)
        if closed < 0:
            return
        if name.text in LIMITED:
            self._limits(at, arguments, closed, 0)
        else:
            self._keywords(at, arguments, closed, own=0)

    def _call(self, at: int) -> None:
        """Rewrite a call, by its name."""
        name, opened = self.tokens[at], self.tokens[at + 1]
        arguments, closed = self._arguments(at + 1)
        if closed < 0 or (at and self.tokens[at - 1].text == "."):
            return
        text = name.text
        if text in LIMITED:
            self._limits(at, arguments, closed, 1)
        elif any(t.text == "for" and not self.known("for") for a in arguments for t in a):
            self._generated(at, arguments, closed)
        elif len(arguments) == 1 and [t.text for t in arguments[0][:2]] == ["range", "("]:
            self._counted(at, arguments[0], closed)
        elif text == "D" and opened.text == "[" and len(arguments) == 2:
            self._respelt(at, closed, "diff", [arguments[0], *self._group(arguments[1])])
        elif text in BINDERS and len(arguments) > 1 and self._is_group(arguments[-1]):
            self._bound(at, closed, BINDERS[text], arguments)
        elif text in BINDERS and text not in ("Limit", "limit"):
            self._respelt(at, closed, BINDERS[text], arguments)
        elif text == "Log" and opened.text == "[" and len(arguments) == 2:
            self._respelt(at, closed, "log", arguments[::-1])
        elif text in ("solve", "Solve", "LinearSolve") and arguments:
            self._solved(at, closed, arguments)
        elif text == "t" and len(arguments) == 1 and self._has_array(arguments[0]):
            self._respelt(at, closed, "transpose", arguments)
        elif text in ("Piecewise", "piecewise") and all(map(self._is_group, arguments)):
            self._respelt(at, closed, "piecewise", self._pieces(arguments))
        elif text == "log_softmax":
            self._keywords(at, arguments, closed, own=1)
            _, closed = self._arguments(at + 1)
            inner = [replace(name, text="softmax"), *self.tokens[at + 1 : closed + 1]]
            self._put(
                at,
                closed + 1,
                [replace(name, text="log"), self._op("(", at), *inner, self._op(")", at)],
            )
        elif text == "hypot" and len(arguments) == 2:
            squares = [[self._op("(", at), *a, self._op(")", at), self._op("^", at),
                        replace(name, kind="number", text="2")] for a in arguments]  # fmt: skip
            self._respelt(at, closed, "sqrt", [[*squares[0], self._op("+", at), *squares[1]]])
        elif text in ("array", "tensor") and arguments and arguments[0][0].text in ("[", "("):
            self._put(at, closed + 1, arguments[0])
        elif text == "int" and len(arguments) == 1 and self._is_compared(arguments[0]):
            self._put(at, closed + 1, [self._op("[", at), *arguments[0], self._op("]", at)])
        elif text == "int" and len(arguments) == 1:  # towards 0
            sign = [replace(name, text="sign"), *self._bracketed(at, arguments[0])]
            size = [replace(name, text="abs"), *self._bracketed(at, arguments[0])]
            down = [replace(name, text="floor"), *self._bracketed(at, size)]
            self._put(at, closed + 1, self._bracketed(at, [*sign, self._op("*", at), *down]))
        elif text in RENAMED:
            self._respelt(at, closed, RENAMED[text], arguments)
        else:
            self._keywords(at, arguments, closed, own=1)

    def _respelt(self, at: int, closed: int, name: str, arguments: list[list[Token]]) -> None:
        """Put a call of another name in the place of one."""
        parts = [replace(self.tokens[at], text=name), self._op("(", at)]
        for number, argument in enumerate(arguments):
            parts += [self._op(",", at)] * (number > 0) + argument
        self._put(at, closed + 1, [*parts, self._op(")", at)])

    def _bracketed(self, at: int, inner: list[Token]) -> list[Token]:
        return [self._op("(", at), *inner, self._op(")", at)]

    def _solved(self, at: int, closed: int, arguments: list[list[Token]]) -> None:
        """Put `solve(A, b)` as the inverse of A times b."""
        self._respelt(at, closed, "inv", arguments[:1])
        if len(arguments) == 2:
            _, closed = self._arguments(at + 1)
            factor = [self._op("*", at), self._op("(", at), *arguments[1], self._op(")", at)]
            self._put(closed + 1, closed + 1, factor)

    def _has_array(self, argument: list[Token]) -> bool:
        domains = [self.domains.get(token.text, "") for token in argument]
        return any("vector" in domain or "matrix" in domain for domain in domains)

    def _is_group(self, argument: list[Token]) -> bool:
        """Return whether an argument is one list, as the `{k, 1, n}` of a sum."""
        opens = argument[0].text if argument else ""
        depth = 0
        for at, token in enumerate(argument):
            depth += (token.text in CLOSES) - (token.text in CLOSES.values())
            if depth == 0:
                last = at == len(argument) - 1
                return opens in ("{", "(") and last and any(t.text == "," for t in argument)
        return False

    def _is_compared(self, argument: list[Token]) -> bool:
        return any(token.text in COMPARED for token in argument)

    def _group(self, argument: list[Token]) -> list[list[Token]]:
        """Return the items of a list, or the argument alone where it is none."""
        if not self._is_group(argument):
            return [argument]
        found: list[list[Token]] = [[]]
        depth = 0
        for token in argument[1:-1]:
            depth += (token.text in CLOSES) - (token.text in CLOSES.values())
            if token.text == "," and depth == 0:
                found.append([])
            else:
                found[-1].append(token)
        return found

    def _pieces(self, arguments: list[list[Token]]) -> list[list[Token]]:
        """Return the values and conditions of pieces, the last without its `True`."""
        if not arguments:
            return []
        if len(arguments) <= 2 and self._is_group(self._group(arguments[0])[0]):
            arguments = [*self._group(arguments[0]), *arguments[1:]]
        found = [item for argument in arguments for item in self._group(argument)]
        return found[:-1] if [t.text.lower() for t in found[-1]] == ["true"] else found

    def _bound(self, at: int, closed: int, name: str, arguments: list[list[Token]]) -> None:
        """Put `Sum[f, {i, 1, n}, {j, 1, m}]` as a sum of sums, the first index outermost."""
        body = arguments[0]
        for group in arguments[:0:-1]:
            parts = [replace(self.tokens[at], text=name), self._op("(", at), *body]
            items = self._group(group)
            if len(items) == 2 and name in ("sum", "prod"):  # {k, n} starts at 1
                items.insert(1, [replace(self.tokens[at], kind="number", text="1")])
            for item in items:
                parts += [self._op(",", at), *item]
            body = [*parts, self._op(")", at)]
        self._put(at, closed + 1, body)

    def _limits(self, at: int, arguments: list[list[Token]], closed: int, own: int) -> None:
        """Put `clamp(x, min=0)` as the larger of the two."""
        named = {BOUNDS[a[0].text]: a[2:] for a in arguments[own:]
                 if len(a) > 2 and a[1].text == "=" and a[0].text in BOUNDS}  # fmt: skip
        plain = [a for a in arguments if not (len(a) > 2 and a[1].text == "=")]
        if not named:
            if len(plain) == own + 1:
                self._respelt(at, closed, "max", plain)
            return
        if len(plain) > own:
            named.setdefault("low", plain[own])
        given = [named[side] for side in ("low", "high") if side in named]
        name = "clip" if len(given) == 2 else "max" if "low" in named else "min"
        self._respelt(at, closed, name, [*plain[:own], *given])

    def _keywords(self, at: int, arguments: list[list[Token]], closed: int, own: int) -> None:
        """Leave out the axis of a vector, and put the order of a norm as its second argument."""
        name = self.tokens[at].text
        if name not in REDUCERS:
            return
        kept: list[list[Token]] = []
        changed = False
        for number, argument in enumerate(arguments):
            word = argument[0].text if argument else ""
            keyed = len(argument) > 2 and argument[1].text == "="
            positional = number == own and name in ("sum", "mean", "softmax", "logsumexp", "prod")
            texts = [t.text for t in argument]
            along = (keyed and word in ALONG) or (positional and texts in (["0"], ["-", "1"]))
            if along and (keyed or self._sure(arguments, own, at)):
                self._check_axis(argument, arguments, own, at)
                changed = True
            elif keyed and word in KEPT_SHAPE:
                changed = True
            elif keyed and name == "norm" and word in ("ord", "p"):
                kept.append(argument[2:])
                changed = True
            else:
                kept.append(argument)
        if changed:
            self._respelt(at, closed, name, kept)

    def _sure(self, arguments: list[list[Token]], own: int, at: int) -> bool:
        subject = arguments[0] if own else [self.tokens[at - 2]]
        return self._has_array(subject) and not self._has_matrix(subject)

    def _has_matrix(self, tokens: list[Token]) -> bool:
        return any("matrix" in self.domains.get(token.text, "") for token in tokens)

    def _check_axis(
        self, argument: list[Token], arguments: list[list[Token]], own: int, at: int
    ) -> None:
        """Raise MathsError for an axis of what may be a matrix."""
        subject = arguments[0] if own else self.tokens[:at]
        if self._has_matrix(subject):
            raise MathsError(
                f"'{argument[0].text}' picks the rows or columns of a matrix: write the index that "
                "the sum runs over, as in sum_i A_{i,j}",
                argument[0].position,
            )

    def _constant(self, at: int) -> None:
        """Put Mathematica's `Pi`, `E` and `Infinity` as ours."""
        token = self.tokens[at]
        before = self.tokens[at - 1].text if at else ""
        if before == "_" or (before == "^" and token.text == "T"):
            return
        if token.text == "Pi":
            after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
            ends = after is None or (after.kind == "op" and after.text not in ("_", "(", "|"))
            if ends or self.has_pi:
                self._put(at, at + 1, [replace(token, text="pi")])
        elif token.text == "E" and self._follows(at, "^", "**"):
            if "random" not in self.domains.values():
                self._put(at, at + 1, [replace(token, text="e")])
        elif token.text in ("Infinity", "Inf", "INF"):
            self._put(at, at + 1, [replace(token, text="inf")])

    # Loops: sum(k**2 for k in range(1, n + 1)).

    def _generated(self, at: int, arguments: list[list[Token]], closed: int) -> None:
        """Put a sum over what a loop runs through, as one over an index."""
        name = self.tokens[at]
        loop = list(arguments[0])
        for argument in arguments[1:]:
            loop += [self._op(",", at), *argument]
        place = next((n for n, t in enumerate(loop) if t.text == "for"), -1)
        inside = next((n for n, t in enumerate(loop) if t.text == "in" and n > place), -1)
        if place < 1 or inside < 0 or name.text not in ("sum", "prod", "max", "min"):
            raise MathsError("a loop is written sum(body, k, 1, n)", name.position)
        body = loop[:place]
        letters = [t for t in loop[place + 1 : inside] if t.text != ","]
        over = loop[inside + 1 :]
        made = self._over_range(at, body, letters, over) or self._over_vectors(
            at, body, letters, over
        )
        if made is None or any(t.text in ("for", "if") for t in over):
            raise MathsError("a loop is written sum(body, k, 1, n)", name.position)
        self._put(at, closed + 1, made)

    def _counted(self, at: int, over: list[Token], closed: int) -> None:
        """Put `sum(range(n))` as the sum of an index."""
        used = {token.text for token in over}
        fresh = next((k for k in FRESH if k not in used and not self.known(k)), None)
        if fresh is not None:
            letter = replace(self.tokens[at], text=fresh, spaced=False)
            made = self._over_range(at, [letter], [letter], over)
            self._put(at, closed + 1, made or self.tokens[at : closed + 1])

    def _over_range(
        self, at: int, body: list[Token], letters: list[Token], over: list[Token]
    ) -> list[Token] | None:
        """Return the sum over `range(a, b)`; entries counted from 0 are ours from 1."""
        if len(letters) != 1 or not over or over[0].text != "range":
            return None
        inner = _Program([*over], self.known, self.domains, self.has_pi)
        ends, closed = inner._arguments(1)
        if closed != len(over) - 1 or not 1 <= len(ends) <= 2:
            return None
        letter = letters[0].text
        places = [n for n, t in enumerate(body) if t.text == letter]
        entries = all(
            0 < n < len(body) - 1 and body[n - 1].text == "[" and body[n + 1].text == "]"
            for n in places
        )
        if entries and places and len(ends) == 2:
            raise MathsError(
                "it is not clear whether entries count from 0 or 1 here: write sum(body, k, 1, n)",
                over[0].position,
            )
        one = replace(self.tokens[at], kind="number", text="1", spaced=False)
        grouped = [self._op("(", at), *ends[-1], self._op(")", at)]
        if len(ends) == 1 and entries and places:
            low, high = [one], grouped
        else:
            low = ends[0] if len(ends) == 2 else [replace(one, text="0")]
            high = [*grouped, self._op("-", at), one]
        comma = self._op(",", at)
        head = [self.tokens[at], self._op("(", at), self._op("(", at), *body, self._op(")", at)]
        return [*head, comma, letters[0], comma, *low, comma, *high, self._op(")", at)]

    def _over_vectors(
        self, at: int, body: list[Token], letters: list[Token], over: list[Token]
    ) -> list[Token] | None:
        """Return the sum over the entries of vectors: `for a in x`, `for a, b in zip(x, y)`."""
        named = [t for t in over if t.kind == "name" and t.text != "zip"]
        texts = [t.text for t in over if t.kind != "name" or t.text == "zip"]
        zipped = ["zip", "(", *[","] * (len(named) - 1), ")"]
        if texts != (zipped if texts else []) or len(named) != len(letters):
            return None
        if not all("vector" in self.domains.get(t.text, "") or self.domains.get(t.text) == "simplex"
                   for t in named):  # fmt: skip
            return None
        used = {t.text for t in body}
        fresh = next((k for k in FRESH if k not in used and not self.known(k)), None)
        if fresh is None:
            return None
        index = replace(self.tokens[at], text=fresh, spaced=False)
        entry = {a.text: [v, self._op("_", at), index]
                 for a, v in zip(letters, named, strict=True)}  # fmt: skip
        made = [part for t in body for part in entry.get(t.text, [t])]
        under = [self._op("_", at), self._op("{", at), index, self._op("}", at)]
        return [self.tokens[at], *under, self._op("(", at), *made, self._op(")", at)]
