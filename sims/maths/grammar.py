"""The grammar: a precedence (Pratt) parser from tokens to the tree.

From loose to tight: ``:=``; implies, iff; or, xor; and; not; relations; union, difference,
intersection; sum; product (written or not); sign; power; postfix ``! ' %`` and subscripts.
"""

from collections.abc import Mapping
from dataclasses import replace

from sims.maths import calls, scope
from sims.maths.limits import MAX_DEPTH, MAX_TREE_DEPTH
from sims.maths.result import MathsError
from sims.maths.tokens import Names, Token, tokenize
from sims.maths.tree import (
    Add,
    Call,
    Collection,
    Definition,
    Divide,
    Index,
    Interval,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    SetOperation,
    Unary,
    depth,
)
from sims.maths.vocabulary import BINDERS, CONSTANTS, ONLY_BEFORE_BRACKET, canonical_function

RELATIONS = {
    "=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", "=<": "<=", ">": ">",
    ">=": ">=", "in": "in",
}  # fmt: skip
CONNECTIVES = {
    "=>": ("implies", 1), "->": ("implies", 1), "implies": ("implies", 1), "<=>": ("iff", 1),
    "<->": ("iff", 1), "iff": ("iff", 1), "or": ("or", 2), "||": ("or", 2), "nor": ("nor", 2),
    "xor": ("xor", 2), "xnor": ("xnor", 2), "and": ("and", 3), "&&": ("and", 3), "&": ("and", 3),
    "nand": ("nand", 3),
}  # fmt: skip
SETS = {"union": "union", "U": "union", "intersect": "intersection"}
NOT, RELATION, UNION, SUM, PRODUCT, SIGN, POWER = 4, 5, 6, 10, 11, 12, 14
OPENING, CLOSING = {"(": ")", "[": "]", "{": "}"}, ")]}"
SIGN_OPERATORS = {
    "+": "+", "-": "-", "+-": "+-", "-+": "-+", "plus_minus": "+-", "minus_plus": "-+",
    "not": "not", "~": "not",
}  # fmt: skip


def parse_text(text: str, variables: Mapping[str, str]) -> Node:
    """Read text strictly: an unknown longer name is refused. Raises MathsError."""
    return parse_named(text, Names(variables))


def parse_named(text: str, names: Names) -> Node:
    """Read text with the given names. Raises MathsError."""
    tokens = tokenize(text, names)
    if len(tokens) == 1:
        raise MathsError("there is nothing here", 0)
    try:
        node = Parser(tokens, names).everything()
        if depth(node) > MAX_TREE_DEPTH:
            raise MathsError("this is nested too deeply")
        return scope.resolve(node, names)
    except RecursionError:
        raise MathsError("this is nested too deeply") from None


class Parser:
    """Reads one list of tokens; the methods that others call are named without underscore."""

    def __init__(self, tokens: list[Token], names: Names) -> None:
        self.tokens = tokens
        self.names = names
        self.at = 0
        self.nested = 0
        self.bars = 0  # open |…| at this bracket level
        self.bar_separates = False  # inside P(a | b) or KL(p || q)
        self.bar_at = 0  # how many items stood before the bar in the list read last

    @property
    def token(self) -> Token:
        """Return the token to read next."""
        return self.tokens[self.at]

    def advance(self) -> Token:
        """Take a token."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Take the operator if it is next."""
        if self.token.kind == "op" and self.token.text in texts:
            self.at += 1
            return True
        return False

    def expect(self, text: str, opened: Token) -> None:
        """Take the closing operator, or say what was expected."""
        if text == "|" and self.token.text == "||":
            self._split_bars()
        if not self.accept(text):
            found = f"found '{self.token.text}'" if self.token.text else "the text ends"
            raise MathsError(
                f"the '{opened.text}' at {opened.position + 1} needs a '{text}', but {found}",
                self.token.position,
            )

    def everything(self) -> Node:
        """Return the tree of the whole text."""
        node = self.statement()
        if self.token.kind != "end":
            token = self.token
            what = "has no opening partner" if token.text in CLOSING else "is not expected here"
            raise MathsError(f"'{token.text}' {what}", token.position)
        return node

    def statement(self) -> Node:
        """Read a definition ``f(x) := …`` or an expression."""
        start = self.at
        if self.token.kind == "name":
            head = self._definition_head()
            if head is not None:
                return Definition(head[0], head[1], self.expression(0))
            self.at = start
        return self.expression(0)

    def _definition_head(self) -> tuple[str, tuple[str, ...]] | None:
        name = self.advance().text
        parameters: list[str] = []
        if self.accept("("):
            while self.token.kind == "name":
                parameters.append(self.advance().text)
                if not self.accept(","):
                    break
            if not self.accept(")"):
                return None
        return (name, tuple(parameters)) if self.accept(":=") else None

    def expression(self, loosest: int) -> Node:
        """Read everything that binds tighter than ``loosest``."""
        left = self._prefix(loosest)
        while True:
            node = self._infix(left, loosest)
            if node is None:
                return left
            left = node

    def deeper(self) -> None:
        """Go one level down. Raises MathsError beyond the limit."""
        self.nested += 1
        if self.nested > MAX_DEPTH:
            raise MathsError(f"this is nested more than {MAX_DEPTH} deep", self.token.position)

    # What can start an expression.

    def _prefix(self, loosest: int) -> Node:
        token = self.token
        sign = SIGN_OPERATORS.get(token.text) if token.kind == "op" else None
        if sign is None:
            return self.operand()
        self.deeper()
        self.advance()
        tight = NOT if sign == "not" else max(SUM, min(loosest, PRODUCT))
        node = Unary(sign, self.expression(tight))
        self.nested -= 1
        return node

    def operand(self) -> Node:
        """Read one operand with its powers, signs and subscripts."""
        self.deeper()
        node = self._postfix(self._primary())
        self.nested -= 1
        return node

    def _primary(self) -> Node:
        token = self.advance()
        if token.kind == "number":
            return Number(token.text)
        if token.kind == "name":
            return self._name(token)
        if token.text in OPENING:
            return self._bracket(token)
        if token.text in ("|", "‖", "||"):
            return self._bars(token)
        if token.text == "mod" and self.token.text == "(":
            return calls.known(self, token, "mod")
        if token.text == "√":
            return Call("sqrt", (self.operand(),))
        if token.kind == "end":
            raise MathsError("something is missing at the end", token.position)
        raise MathsError(f"'{token.text}' is not expected here", token.position)

    def _bars(self, token: Token) -> Node:
        outer, separates, start = self.bars, self.bar_separates, self.at
        try:
            self.bars, self.bar_separates = outer + 1, False
            body = self.expression(0)
            self.expect(token.text, token)
        except MathsError:
            if token.text != "||":
                raise
            self.at = start - 1  # not a norm: two bars, as in ||x| - |y||
            self.bars, self.bar_separates = outer, separates
            self._split_bars()
            return self._bars(self.advance())
        self.bars, self.bar_separates = outer, separates
        return Call("abs" if token.text == "|" else "norm", (body,))

    def _split_bars(self) -> None:
        token = self.token
        halves = [replace(token, text="|", position=token.position + k) for k in (0, 1)]
        self.tokens = [*self.tokens[: self.at], *halves, *self.tokens[self.at + 1 :]]

    def _bracket(self, token: Token) -> Node:
        items, close, rows = self.items(token, OPENING[token.text])
        if rows:
            return Collection("matrix", tuple(Collection("list", row) for row in rows))
        if close != OPENING[token.text] or (
            token.text == "(" and len(items) == 2 and _infinite(items)
        ):
            return self._interval(token, items, close)
        if token.text == "(":
            if not items:
                raise MathsError("these brackets are empty", token.position)
            return items[0] if len(items) == 1 else Collection("tuple", items)
        return Collection("list" if token.text == "[" else "set", items)

    def _interval(self, token: Token, items: tuple[Node, ...], close: str) -> Node:
        if token.text == "{" or close == "}" or len(items) != 2:
            raise MathsError(
                f"the '{token.text}' at {token.position + 1} is closed by '{close}'",
                self.tokens[self.at - 1].position,
            )
        return Interval(items[0], items[1], token.text == "[", close == "]")

    def items(
        self, opened: Token, close: str, bar: bool = False
    ) -> tuple[tuple[Node, ...], str, list[tuple[Node, ...]]]:
        """Read ``a, b, …`` up to a closing bracket: the items, the bracket, rows ended by ``;``."""
        bars, self.bars = self.bars, 0
        separates, self.bar_separates = self.bar_separates, bar
        self.bar_at = 0
        bar_at = 0
        found: list[Node] = []
        rows: list[tuple[Node, ...]] = []
        while self.token.text not in CLOSING or self.token.kind != "op":
            if self.token.kind == "end":
                raise MathsError(
                    f"the '{opened.text}' at {opened.position + 1} is never closed",
                    opened.position,
                )
            found.append(self.statement())
            if self.accept(".."):
                found[-1] = calls.bounds(found[-1], self.expression(0))
            if bar and self.accept("|", "||"):
                bar_at = len(found)
            elif self.accept(";"):
                rows.append(tuple(found))
                found = []
            elif not self.accept(",") and self.token.text not in CLOSING:
                if self.token.kind == "end":
                    continue
                raise MathsError(f"'{self.token.text}' is not expected here", self.token.position)
        self.bars, self.bar_separates, self.bar_at = bars, separates, bar_at
        closing = self.advance().text
        if closing != close and "}" in (closing, close):
            raise MathsError(
                f"the '{opened.text}' at {opened.position + 1} is closed by '{closing}'",
                self.tokens[self.at - 1].position,
            )
        if rows and found:
            rows.append(tuple(found))
        return tuple(found), closing, rows

    # Names and calls.

    def _name(self, token: Token) -> Node:
        name = token.text
        if name in BINDERS and name not in self.names.variables:
            return calls.binder(self, token, BINDERS[name])
        function = None if name in self.names.variables else canonical_function(name)
        follows = self.token.text
        if function in ONLY_BEFORE_BRACKET and follows not in ("(", "[", "_"):
            function = None
        if function == "delta" and follows == "_":
            return Name("delta")
        if function is not None and follows != ":=":
            return calls.known(self, token, function)
        if follows in ("(", "[") and self._is_function(name, follows):
            return calls.declared(self, name)
        return Name(name)

    def _is_function(self, name: str, bracket: str) -> bool:
        """Return whether a name before a bracket is a call rather than a product."""
        if bracket == "[":
            return self.names.variables.get(name) in ("function", "name", "expectation") or (
                name in ("E", "Var", "Cov", "P") and not self.names.known(name)
            )
        domain = self.names.variables.get(name)
        if domain is not None:
            return domain in ("function", "name", "expectation")
        return self.names.calls and name not in CONSTANTS

    # What can continue an expression.

    def _postfix(self, node: Node) -> Node:
        while True:
            token = self.token
            if token.kind != "op":
                return node
            if token.text == "_":
                self.advance()
                node = Index(node, self.subscript())
            elif token.text in ("!", "!!"):
                self.advance()
                node = Unary(token.text, node)
            elif token.text == "%":
                self.advance()
                node = Unary("%", node)
            elif token.text == "°":
                self.advance()
                node = Mul((node, Divide(Name("pi"), Number("180"))))
            elif token.text in ("^", "**"):
                self.advance()
                node = Power(node, self.exponent())
            else:
                return node

    def exponent(self) -> Node:
        """Read what follows ``^``."""
        if self.token.text == "{":
            opened = self.advance()
            node = self.expression(0)
            self.expect("}", opened)
            return node
        if self.token.kind == "op" and self.token.text in ("+", "-", "+-"):
            self.deeper()
            node = Unary(self.advance().text, self.exponent())
            self.nested -= 1
            return node
        return self.operand()

    def subscript(self) -> tuple[Node, ...]:
        """Read what follows ``_``: one number or name, or a bracketed list."""
        token = self.advance()
        if token.text in ("{", "("):
            items, _, _ = self.items(token, "}" if token.text == "{" else ")")
            return items
        if token.kind == "number" and token.text.isdigit():
            return (Number(token.text),)
        if token.kind == "name":
            return (Name(token.text),)
        raise MathsError("a subscript is a number, a name or {…}", token.position)

    def _infix(self, left: Node, loosest: int) -> Node | None:
        token = self.token
        text = token.text
        if token.kind == "op":
            if text in SIGN_OPERATORS and loosest < SUM:
                return self._sum(left) if SIGN_OPERATORS[text] != "not" else None
            if text in ("*", "/", "mod") and loosest < PRODUCT:
                return self._product(left)
            if text in RELATIONS and loosest < RELATION:
                return self._relation(left)
            if text in SETS and loosest < UNION:
                return self._set_operation(left, SETS[text])
            if text == "||" and (self.bars or self.bar_separates):
                return None
            if text in CONNECTIVES and loosest < CONNECTIVES[text][1]:
                return self._logic(left, *CONNECTIVES[text])
            if text == "|" and not self.bars and not self.bar_separates and loosest < PRODUCT:
                return self._product(left)
            if text in ("(", "√", "‖") and not (text == "‖" and self.bars) and loosest < PRODUCT:
                return self._product(left)
            return None
        if token.kind == "end":
            return None
        if self._is_union(token):
            return self._set_operation(left, "union") if loosest < UNION else None
        return self._product(left) if loosest < PRODUCT else None

    def _is_union(self, token: Token) -> bool:
        """Return whether a ``U`` stands between two brackets, as in ``(1, 2) U (3, 4)``."""
        if token.text != "U" or "U" in self.names.variables:
            return False
        return self.tokens[self.at - 1].text in CLOSING and self.tokens[self.at + 1].text in OPENING

    def _sum(self, left: Node) -> Node:
        terms = [left]
        while self.token.kind == "op" and SIGN_OPERATORS.get(self.token.text, "not") != "not":
            sign = SIGN_OPERATORS[self.advance().text]
            term = self.expression(SUM)
            terms.append(term if sign == "+" else Unary(sign, term))
        return Add(tuple(terms))

    def _product(self, left: Node) -> Node:
        factors = [left]
        while True:
            token = self.token
            if token.kind == "op" and token.text in ("/", "mod"):
                self.advance()
                top = factors[0] if len(factors) == 1 else Mul(tuple(factors))
                bottom = self.expression(PRODUCT)
                factors = [Divide(top, bottom) if token.text == "/" else Call("mod", (top, bottom))]
            elif token.kind == "op" and token.text == "*":
                self.advance()
                factors.append(self.expression(PRODUCT))
            elif self._implicit(token):
                if isinstance(factors[-1], Number) and token.kind == "number":
                    raise MathsError("two numbers side by side need a sign", token.position)
                factors.append(self.operand())
            else:
                break
        return factors[0] if len(factors) == 1 else Mul(tuple(factors))

    def _implicit(self, token: Token) -> bool:
        if token.kind in ("number", "name"):
            return not self._is_union(token)
        if token.kind != "op":
            return False
        if token.text == "|":
            return not self.bars and not self.bar_separates
        return token.text in ("(", "√") or (token.text == "‖" and not self.bars)

    def _relation(self, left: Node) -> Node:
        operands, signs = [left], []
        while self.token.kind == "op" and self.token.text in RELATIONS:
            signs.append(RELATIONS[self.advance().text])
            operands.append(self.expression(RELATION))
        return Relation(tuple(operands), tuple(signs))

    def _logic(self, left: Node, connective: str, binding: int) -> Node:
        operands = [left]
        while self.token.kind == "op" and CONNECTIVES.get(self.token.text) == (connective, binding):
            if self.token.text == "||" and (self.bars or self.bar_separates):
                break
            self.advance()
            right = binding - 1 if connective == "implies" else binding
            operands.append(self.expression(right))
            if connective == "implies":
                break
        return Logic(connective, tuple(operands))

    def _set_operation(self, left: Node, operation: str) -> Node:
        operands = [left]
        while SETS.get(self.token.text) == operation:
            self.advance()
            operands.append(self.expression(UNION))
        return SetOperation(operation, tuple(operands))


def _infinite(items: tuple[Node, ...]) -> bool:
    """Return whether a pair has an infinite end and so must be an interval."""
    ends = [item.operand if isinstance(item, Unary) else item for item in items]
    return any(end == Name("inf") for end in ends)
