"""Reading operands: numerals, names, calls, brackets, bars, powers and subscripts."""

from abc import abstractmethod

from sims.maths.comparison.result import MathsError
from sims.maths.syntax import calls
from sims.maths.syntax.cursor import Cursor
from sims.maths.syntax.indicator import indicator, is_statement
from sims.maths.syntax.tokens import Token
from sims.maths.syntax.tree import (
    Call,
    Collection,
    Divide,
    Index,
    Interval,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
)
from sims.maths.syntax.vocabulary import (
    BINDERS,
    CONSTANTS,
    KNOWN_FOR,
    ONLY_BEFORE_BRACKET,
    canonical_function,
)

COMPARISONS = frozenset({"=", "==", "!=", "<>", "<", "<=", "=<", ">", ">=", "in"})
OPENING, CLOSING = {"(": ")", "[": "]", "{": "}"}, ")]}"


class Operands(Cursor):
    """Reads one operand at a time; what stands between operands is the grammar's."""

    @abstractmethod
    def expression(self, loosest: int) -> Node:
        """Read everything that binds tighter than ``loosest``."""

    @abstractmethod
    def statement(self) -> Node:
        """Read a definition or an expression."""

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
            self.split_bars()
            return self._bars(self.advance())
        self.bars, self.bar_separates = outer, separates
        return Call("abs" if token.text == "|" else "norm", (body,))

    def _bracket(self, token: Token) -> Node:
        items, close, rows = self.items(token, OPENING[token.text])
        if rows:
            return self._rows(token, rows)
        if close != OPENING[token.text] or (
            token.text == "(" and len(items) == 2 and _infinite(items)
        ):
            return self._interval(token, items, close)
        if token.text == "(":
            if not items:
                raise MathsError("these brackets are empty", token.position)
            return items[0] if len(items) == 1 else Collection("tuple", items)
        return Collection("list" if token.text == "[" else "set", items)

    def _rows(self, token: Token, rows: list[tuple[Node, ...]]) -> Node:
        """Return the matrix ``[a, b; c, d]``."""
        if token.text != "[":
            raise MathsError("';' separates the rows of a matrix in […]", token.position)
        if len({len(row) for row in rows}) != 1 or not rows[0]:
            raise MathsError("the rows of this matrix differ in length", token.position)
        return Collection("matrix", tuple(Collection("list", row) for row in rows))

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
        if name in self.names.unsure and (follows == "(" or self._before_statement()):
            return self._unsure(token)
        return Name(name)

    def _before_statement(self) -> bool:
        return self.token.text in ("[", "{") and self.holds_statement()

    def _unsure(self, token: Token) -> Node:
        """Read a name before a bracket as the function it is known for, where that is meant."""
        known_for = KNOWN_FOR.get(token.text, ())
        meant = [function for function in known_for if function in self.names.functions]
        if len(meant) == 1:
            return calls.known(self, token, meant[0])
        ways = [*(f"{function}(…)" for function in known_for), f"{token.text}*(…) for a product"]
        self.doubts[token.text] = MathsError(
            f"'{token.text}' before a bracket may be a function or a factor: "
            f"write {' or '.join(ways)}",
            token.position,
        )
        return Name(token.text)

    def _is_function(self, name: str, bracket: str) -> bool:
        """Return whether a name before a bracket is a call rather than a product."""
        if bracket == "[":
            return self.names.variables.get(name) in ("function", "name", "expectation") or (
                name in ("E", "Var", "Cov", "P") and name not in self.names.variables
            )
        domain = self.names.variables.get(name)
        if domain is not None:
            return domain in ("function", "name", "expectation")
        return self.names.calls and name not in CONSTANTS

    def _postfix(self, node: Node) -> Node:
        while True:
            token = self.token
            if token.kind != "op":
                return node
            if token.text == "_":
                self.advance()
                if node == Number("1") and self.token.text == "{":
                    node = self._indicated(token)
                    continue
                if isinstance(node, Number):
                    message = "a number takes no subscript: a long one is written 1024, not 1_024"
                    raise MathsError(message, token.position)
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

    def _indicated(self, token: Token) -> Node:
        """Read the statement under an indicator, ``1_{x > 0}``."""
        items = self.subscript()
        if not is_statement(items):
            raise MathsError("under a 1 stands a statement, such as x > 0", token.position)
        return indicator(Collection("list", items))

    def holds_statement(self) -> bool:
        """Return whether the bracket that comes next holds a statement: ``[i = j]``."""
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if depth == 0 or (depth == 1 and token.text in (",", ";")):
                return False
            if depth == 1 and token.text in COMPARISONS:
                return True
        return False

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


def _infinite(items: tuple[Node, ...]) -> bool:
    """Return whether a pair has an infinite end and so must be an interval."""
    ends = [item.operand if isinstance(item, Unary) else item for item in items]
    return any(end == Name("inf") for end in ends)
