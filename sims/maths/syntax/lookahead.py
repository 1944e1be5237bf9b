"""What comes next in a list of tokens: told by looking ahead, or back, and taking nothing."""

from sims.maths.syntax import scope
from sims.maths.syntax.cursor import Cursor
from sims.maths.syntax.names import Names
from sims.maths.syntax.token import Token
from sims.maths.syntax.tree import Index, Name, Node, Unary, free_names
from sims.maths.syntax.vocabulary import (
    CONSTANTS,
    FUNCTIONS,
    OPERATORS,
    STAR,
    canonical_function,
    words,
)

RELATIONS = {
    "=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", "=<": "<=", ">": ">",
    ">=": ">=", "in": "in", "notin": "notin", "approx": "≈", "~=": "≈", "~": "~", "propto": "∝",
    "equiv": "≡", "subset": "⊂", "subseteq": "⊆", "≪": "≪", "≫": "≫", "perp": "⊥", "⊥": "⊥",
    "←": "←", "supset": "⊃", "supseteq": "⊇", "∋": "∋", "⪯": "⪯", "⪰": "⪰", "≺": "≺", "≻": "≻",
    "≲": "≲", "≳": "≳", "⊨": "⊨", "⊢": "⊢", "divides": "∣",
}  # fmt: skip
COMPARISONS = frozenset(RELATIONS)
ROOTS = {"√": ("sqrt", ""), "∛": ("cbrt", ""), "∜": ("root", ", 4")}
OPENING, CLOSING = {"(": ")", "[": "]", "{": "}", "⟨": "⟩"}, (")", "]", "}", "⟩")
CONDITIONS = frozenset({"if", "when"})
PARTING = COMPARISONS | {",", ";", "given", "|", "and", "or", "not", "intersect", "union"}
SPANS = frozenset(words("d day days h hr hour hours min minute minutes s sec second seconds ms"))
JOINING = frozenset({"and", "or", "not", "intersect", "union"})
TRAILING_STAR = (*CLOSING, "", ",", ";", ":", ":=", *COMPARISONS)
DOMAINS_OF_FUNCTIONS = frozenset({"function", "name", "expectation"})


class Lookahead(Cursor):
    """Tells how the tokens around the next one are to be read."""

    def __init__(self, tokens: list[Token], names: Names) -> None:
        super().__init__(tokens, names)
        self.functions = _called_names(tokens) | set(names.functions)
        self.divides = _has_one_bar(tokens)  # n | m, outside of all brackets
        self.integrating = 0  # integrals around, whose body ends at its dx

    def begins_factor(self, token: Token) -> bool:
        """Return whether a token begins a factor that is multiplied without a sign."""
        if token.kind in ("number", "name"):
            if token.text in CONDITIONS and token.text not in self.names.variables:
                return False
            return not self.is_union(token) and not self.is_choice(token)
        if token.kind != "op":
            return token.kind == "d" and not self.integrating
        if token.text in ("|", "‖", "||"):
            apart = self.bars or self.bar_separates or self.divides
            return not apart and token.text != "||"
        if token.text == "{":
            return self.holds_statement()
        if token.text == "(":
            return self.tokens[self.at + 1].text != "mod"
        return token.text in ("[", *ROOTS, "⟨", "∑", "∏", "∫", "∇", "∂")

    def is_divides(self) -> bool:
        """Return whether a bar here says that one number divides another."""
        return self.divides and not (self.bars or self.bar_separates)

    def begins_operand(self, token: Token) -> bool:
        """Return whether a token can start an operand of `mod`."""
        bar = "" if self.bar_separates else "|"
        return token.kind in ("name", "number") or token.text in ("(", bar, *ROOTS)

    def stands_alone(self) -> bool:
        """Return whether a sign is an item of its own, as the + of the group `(G, +)`."""
        before = self.tokens[self.at - 1].text if self.at else ""
        return before == "," and self.tokens[self.at + 1].text in (")", ",", "}")

    def is_function_next(self) -> bool:
        """Return whether a well-known function comes next."""
        return self.token.text in FUNCTIONS and self.token.text not in self.names.variables

    def is_name_next(self) -> bool:
        """Return whether a name comes next that is no function: the A of `det A`."""
        token = self.token
        return token.kind == "name" and canonical_function(token.text) is None

    def is_random_next(self) -> bool:
        """Return whether a random variable comes next, as in `EX` and `Var X`."""
        name, after = self.tokens[self.at - 1].text, self.token
        card = self.names.card
        of_card = self.names.known_to_card(name) and (card is None or name in free_names(card))
        return not of_card and after.kind == "name" and (
            self.names.variables.get(after.text) == "random"
        )  # fmt: skip

    def is_mod(self, token: Token) -> bool:
        """Return whether a `%` has an operand after it: the remainder, no per cent."""
        return token.text == "%" and self.begins_operand(self.tokens[self.at + 1])

    def is_union(self, token: Token) -> bool:
        """Return whether a `U` stands between two brackets, as in `(1, 2) U (3, 4)`."""
        if token.text != "U" or "U" in self.names.variables:
            return False
        return self.tokens[self.at - 1].text in CLOSING and self.tokens[self.at + 1].text in OPENING

    def is_choice(self, token: Token) -> bool:
        """Return whether `choose` stands between its operands; `choose(n, k)` is a call."""
        if token.text != "choose" or self.names.known("choose"):
            return False
        depth = 0
        for later in self.tokens[self.at + 1 :]:
            depth += (later.text in OPENING) - (later.text in CLOSING)
            if depth <= 0 or later.text == ",":
                break
        return depth <= 0

    def is_star(self, node: Node) -> bool:
        """Return whether a `*` is the mark of `π*`: nothing follows that it could multiply."""
        if not isinstance(node, Name | Index):
            return False
        after = self.tokens[self.at + 1]
        if after.kind in ("op", "end") and after.text in TRAILING_STAR:
            return True
        if after.text == "|" and self.bar_separates:
            return True
        return (
            isinstance(node, Name)
            and after.text == "("
            and (
                f"{node.name}star" in self.functions
                or self.names.variables.get(node.name) in DOMAINS_OF_FUNCTIONS
            )
        )

    def is_squeezed(self, sign: Token) -> bool:
        """Return whether a `+-` stands close between what it joins and a numeral."""
        follows = self.token
        return follows.kind == "number" and not (sign.spaced or follows.spaced)

    def signs_apart(self) -> bool:
        """Return whether a learner's `+-` stands where the expected answer has no ±."""
        card = self.names.card
        return (
            self.names.learner
            and card is not None
            and not any(
                isinstance(part, Unary) and part.sign in ("+-", "-+") for part in card.walk()
            )
        )

    def dots_go_on(self, factors: list[Node]) -> bool:
        """Return whether dots stand between two factors, as in `x_1 x_2 … x_n`."""
        after = self.tokens[self.at + 1]
        return after.kind in ("name", "number") or after.text in ("*", "·", "(")

    def goes_on_in_time(self, token: Token) -> bool:
        """Return whether `30 min` comes next after `1 h`: a sum, written without its sign."""
        before = self.tokens[max(0, self.at - 2) : self.at]
        here = [*before, *self.tokens[self.at : self.at + 2]]
        kinds = [each.kind for each in here]
        spans = kinds == ["number", "name", "number", "name"] and token.kind == "number"
        return spans and {here[1].text, here[3].text} <= SPANS

    def is_function(self, name: str, bracket: str) -> bool:
        """Return whether a name before a bracket is a call rather than a product."""
        variables = self.names.variables
        domain = variables.get(name)
        if domain is not None:
            return domain in DOMAINS_OF_FUNCTIONS
        if name in OPERATORS:
            random = any("random" in domain for domain in variables.values())
            asked = self.names.learner and not self.names.known_to_card(name)
            asked = asked or self._holds_event()
            return bracket == "[" or len(name) > 1 or name in self.functions or random or asked
        letter = name.removesuffix("star")
        if name.startswith('"') or (letter != name and not (len(letter) == 1 and letter.islower())):
            return True
        if bracket == "[":
            return name in self.names.functions
        empty = self.tokens[self.at + 1].text == ")" and not self.names.learner
        return name in self.functions or empty or (self.names.calls and name not in CONSTANTS)

    def is_applied(self, name: str) -> bool:
        """Return whether a name with a subscript or mark, before a bracket, is a call."""
        known = canonical_function(name) if name not in self.names.variables else None
        return known is None and self.is_function(name, self.token.text)

    def is_sign(self, name: str) -> bool:
        """Return whether a capital Σ or Π is the sign of a sum or product."""
        if name in self.names.variables or self.names.known_to_card(name):
            return False
        token = self.token
        if token.text == "_" and self.tokens[self.at + 1].text in ("{", "("):
            for later in self.tokens[self.at + 2 :]:
                if later.text in CLOSING or later.kind == "end":
                    break
                if later.text in ("=", "in"):
                    return True
        starts = token.kind in ("name", "number") or token.text in ("_", "^", "(", "|")
        return self.names.learner and name in self.names.unsure and starts

    def is_counted(self) -> bool:
        """Return whether a number stands before the name just read, and no bracket after it."""
        before = self.tokens[self.at - 2] if self.at > 1 else self.token
        counts = before.kind == "number" or before.text in (")", "/")
        return counts and self.token.text not in ("(", "[", "{", "_", "^")

    def names_the_answer(self) -> bool:
        """Return whether the bracket that comes next belongs to the left of `f(x) = …`."""
        depth = 0
        for position, token in enumerate(self.tokens[self.at :], self.at):
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if depth == 0:
                return self.at == 1 and self.tokens[position + 1].text == "="
        return False

    def is_statement_next(self) -> bool:
        """Return whether a bracket with a statement comes next."""
        return self.token.text in ("[", "{") and self.holds_statement()

    def is_indexing(self, node: Node) -> bool:
        """Return whether `[` after a name holds its indices, as in `p[i]`."""
        if not isinstance(node, Name) or self.token.spaced or self.holds_statement():
            return False
        domain = self.names.variables.get(node.name, "")
        if scope.is_array(node, self.names):
            return True
        if domain in DOMAINS_OF_FUNCTIONS or node.name in OPERATORS:
            return False
        return scope.is_indexed(node.name, self.names.card) or self._holds_index(not domain)

    def _holds_index(self, undeclared: bool) -> bool:
        """Return whether the bracket that comes next holds `i`, `3` or `t + 1`."""
        inner: list[Token] = []
        for token in self.tokens[self.at + 1 :]:
            if token.text in CLOSING or token.kind == "end":
                break
            inner.append(token)
        letters = [token.text for token in inner if token.kind == "name"]
        plain = all(t.kind in ("name", "number") or t.text in (",", "+", "-") for t in inner)
        running = all(x in "ijklmnt" or self.names.variables.get(x) == "index" for x in letters)
        return undeclared and bool(inner) and plain and running and len(inner) <= 5

    def _holds_event(self) -> bool:
        """Return whether the bracket that comes next holds one capital: a product needs none."""
        inner = [token.text for token in self.tokens[self.at + 1 : self.at + 6]]
        close = next((k for k, text in enumerate(inner) if text in CLOSING), 0)
        letter, *mark = inner[:close] or [""]
        event = letter.rstrip("'").isalpha() and len(letter.rstrip("'")) == 1 and letter.isupper()
        return event and mark in ([], ["^", "c"], ["^", "C"])

    def holds_statement(self) -> bool:
        """Return whether the bracket that comes next holds a statement: `[i = j]`."""
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if depth == 0 or (depth == 1 and token.text in (",", ";", "|", "given")):
                return False
            if depth == 1 and token.text in COMPARISONS:
                return True
        return False

    def holds_range(self) -> bool:
        """Return whether the bracket that comes next holds a range alone: `Σ(i=1..n) x_i`."""
        depth, parted = 0, False
        for at, token in enumerate(self.tokens[self.at :], self.at):
            depth += (token.text in OPENING) - (token.text in CLOSING)
            parted = parted or token.text == ".."
            if depth == 0:
                return parted and self.begins_factor(self.tokens[at + 1])
        return False

    def counts_arguments(self) -> int:
        """Return how many arguments the bracket that comes next has."""
        depth = commas = 0
        for token in self.tokens[self.at :]:
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if depth == 0:
                break
            commas += depth == 1 and token.text == ","
        return commas + 1

    def opened_apart(self) -> bool:
        """Return whether the bracket that was closed last stood apart from the word before it."""
        depth = 0
        for at in range(self.at - 1, -1, -1):
            token = self.tokens[at]
            depth += (token.text in CLOSING) - (token.text in OPENING)
            if depth == 0:
                return token.spaced
        return False


def _called_names(tokens: list[Token]) -> set[str]:
    """Return the names that stand before brackets which can only hold arguments.

    `P(A | B)`, `f(x, y)`, `p(y; θ)`, `P(A and B)`.
    """
    found: set[str] = set()
    opened: list[tuple[str, str]] = []  # the head of each bracket, and what closes it
    signs: list[list[str]] = []
    for position, token in enumerate(tokens):
        if token.kind != "op":
            continue
        if token.text in OPENING:
            head = _head(tokens, position) if token.text in ("(", "[") else ""
            opened.append((head, OPENING[token.text]))
            signs.append([])
        elif token.text in CLOSING and opened:
            head, close = opened.pop()
            inside = signs.pop()
            if signs and not head:  # P((A or B)), grouped once more
                signs[-1] += [sign for sign in inside if sign in JOINING]
            if head and token.text == close and _are_arguments(head, inside):
                found.add(head)
        elif opened and token.text in PARTING:
            signs[-1].append(token.text)
    return found


def _are_arguments(head: str, signs: list[str]) -> bool:
    """Return whether the signs between two brackets part arguments or join events."""
    if {",", ";", "given"} & set(signs) or signs.count("|") % 2:
        return True
    return head in OPERATORS and bool(set(signs) - {"|"})


def _head(tokens: list[Token], position: int) -> str:
    """Return the name that a bracket follows, past its scripts, or nothing."""
    last = at = position - 1
    under = at >= 1 and tokens[at - 1].text == "_"
    if at >= 0 and not under and canonical_function(tokens[at].text):
        return tokens[at].text  # as in e^binomial(n, 2)
    star = ""
    while at >= 1:
        start = _opening(tokens, at)
        if start < 1 or tokens[start - 1].text not in ("_", "^"):
            break
        if [token.text for token in tokens[start : at + 1]] in (["*"], ["{", "*", "}"]):
            star = STAR
        at = start - 2
    if 0 <= at < last and tokens[at].kind != "name":
        if tokens[last - 1].text != "^":
            return ""  # ∇_f(…) and |x|_f(…) are no calls of f
        at = last
    if at >= 1 and (tokens[at].text, tokens[position].text) == ("*", "("):
        at, star = at - 1, STAR
    return tokens[at].text + star if at >= 0 and tokens[at].kind == "name" else ""


def _opening(tokens: list[Token], at: int) -> int:
    """Return where the script that ends at a token begins: a bracket, or the token."""
    if tokens[at].text not in ("}", ")"):
        return at
    depth = 0
    for start in range(at, -1, -1):
        depth += (tokens[start].text in CLOSING) - (tokens[start].text in OPENING)
        if depth == 0:
            return start
    return -1


def _has_one_bar(tokens: list[Token]) -> bool:
    """Return whether there is one bar outside of all brackets, which encloses nothing."""
    depth = bars = 0
    for token in tokens:
        if token.text in (":", ",", "forall", "exists", "if", "when", "otherwise"):
            return False
        depth += (token.text in OPENING) - (token.text in CLOSING)
        bars += token.text == "|" and depth == 0
    return bars == 1 and tokens[0].text != "|" and tokens[-2].text != "|"
