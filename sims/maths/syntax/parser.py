"""The grammar: a precedence (Pratt) parser from tokens to the tree.

From loose to tight: ``:=``; implies, iff; or, xor; and; not; relations; union, difference,
intersection; choose; sum; product (written or not); sign; power; postfix ``! ' %`` and subscripts.
"""

from collections.abc import Mapping

from sims.maths.errors import MathsError
from sims.maths.limits import MAX_TREE_DEPTH
from sims.maths.syntax import binders, scope
from sims.maths.syntax.cursor import Cursor
from sims.maths.syntax.indicator import indicator, is_statement
from sims.maths.syntax.tokens import Names, Token, tokenize
from sims.maths.syntax.tree import (
    Add,
    Big,
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
    bound_names,
    depth,
)
from sims.maths.syntax.vocabulary import (
    BINDERS,
    CONSTANTS,
    FUNCTIONS,
    KNOWN_FOR,
    ONLY_BEFORE_BRACKET,
    canonical_function,
)

RELATIONS = {
    "=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", "=<": "<=", ">": ">",
    ">=": ">=", "in": "in", "~=": "≈",
}  # fmt: skip
CONNECTIVES = {
    "=>": ("implies", 1), "->": ("implies", 1), "implies": ("implies", 1), "<=>": ("iff", 1),
    "<->": ("iff", 1), "iff": ("iff", 1), "or": ("or", 2), "||": ("or", 2), "nor": ("nor", 2),
    "xor": ("xor", 2), "xnor": ("xnor", 2), "and": ("and", 3), "&&": ("and", 3), "&": ("and", 3),
    "nand": ("nand", 3),
}  # fmt: skip
COMPARISONS = frozenset(RELATIONS)
OPENING, CLOSING = {"(": ")", "[": "]", "{": "}"}, ")]}"
SETS = {"union": "union", "U": "union", "intersect": "intersection"}
NOT, RELATION, UNION, CHOOSE, SUM, PRODUCT, SIGN, POWER = 4, 5, 6, 9, 10, 11, 12, 14
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
        parser = Parser(tokens, names)
        node = parser.everything()
        if depth(node) > MAX_TREE_DEPTH:
            raise MathsError("this is nested too deeply")
        bound = bound_names(node)
        for name, doubt in parser.doubts.items():
            if name not in bound:
                raise doubt
        return scope.resolve(node, names)
    except RecursionError:
        raise MathsError("this is nested too deeply") from None


class Parser(Cursor):
    """Reads one list of tokens: the grammar, its operands and its calls."""

    def everything(self) -> Node:
        """Return the tree of the whole text."""
        node = self._statement()
        if self.token.kind != "end":
            token = self.token
            what = "has no opening partner" if token.text in CLOSING else "is not expected here"
            raise MathsError(f"'{token.text}' {what}", token.position)
        return node

    def _statement(self) -> Node:
        """Read a definition ``f(x) := …`` or an expression."""
        start = self.at
        if self.token.kind == "name":
            head = self._definition_head()
            if head is not None:
                return Definition(head[0], head[1], self._expression(0))
            self.at = start
        return self._expression(0)

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

    def _expression(self, loosest: int) -> Node:
        """Read everything that binds tighter than ``loosest``."""
        start = self.at
        left = self._prefix(loosest)
        while True:
            if self._is_choice(self.token):
                if loosest >= CHOOSE:
                    return left
                left = self._choice(left, start)
                continue
            node = self._infix(left, loosest)
            if node is None:
                return left
            left = node

    # What can start an expression.

    def _prefix(self, loosest: int) -> Node:
        token = self.token
        sign = SIGN_OPERATORS.get(token.text) if token.kind == "op" else None
        if sign is None:
            return self._operand()
        self.deeper()
        self.advance()
        tight = NOT if sign == "not" else max(SUM, min(loosest, PRODUCT))
        node = Unary(sign, self._expression(tight))
        self.nested -= 1
        return node

    # What can continue an expression.

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
            if text in ("[", "{") and self._holds_statement() and loosest < PRODUCT:
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

    def _is_choice(self, token: Token) -> bool:
        """Return whether ``choose`` stands between its operands; ``choose(n, k)`` is a call."""
        if token.text != "choose" or self.names.known("choose"):
            return False
        depth = 0
        for later in self.tokens[self.at + 1 :]:
            depth += (later.text in OPENING) - (later.text in CLOSING)
            if depth <= 0 or later.text == ",":
                break
        return depth <= 0

    def _choice(self, left: Node, start: int) -> Node:
        """Read ``n choose k``: both are single, or it fills a pair of brackets."""
        chosen = self.at
        self.advance()
        right = self._expression(CHOOSE)
        alone = self.tokens[start - 1].text == "(" and self.token.text == ")"
        single = self._is_single(left, start, chosen) and self._is_single(right, chosen + 1)
        if not (alone or single):
            message = "it is not clear what 'choose' takes: write binomial(n, k)"
            raise MathsError(message, self.tokens[chosen].position)
        return Call("binomial", (left, right))

    def _is_single(self, node: Node, start: int, end: int | None = None) -> bool:
        """Return whether what was read from one token to another is a name, number or bracket."""
        first, *_, last = self.tokens[start : end or self.at] * 2
        return isinstance(node, Name | Number | Index) or (first.text, last.text) == ("(", ")")

    def _sum(self, left: Node) -> Node:
        terms = [left]
        while self.token.kind == "op" and SIGN_OPERATORS.get(self.token.text, "not") != "not":
            sign = SIGN_OPERATORS[self.advance().text]
            term = self._expression(SUM)
            terms.append(term if sign == "+" else Unary(sign, term))
        return Add(tuple(terms))

    def _product(self, left: Node) -> Node:
        factors = [left]
        while True:
            token = self.token
            if token.kind == "op" and token.text in ("/", "mod"):
                self.advance()
                top = factors[0] if len(factors) == 1 else Mul(tuple(factors))
                bottom = self._expression(PRODUCT)
                factors = [Divide(top, bottom) if token.text == "/" else Call("mod", (top, bottom))]
            elif token.kind == "op" and token.text == "*":
                self.advance()
                factors.append(self._expression(PRODUCT))
            elif self._implicit(token):
                if isinstance(factors[-1], Number) and token.kind == "number":
                    raise MathsError("two numbers side by side need a sign", token.position)
                factors.append(self._operand())
            else:
                break
        return factors[0] if len(factors) == 1 else Mul(tuple(factors))

    def _implicit(self, token: Token) -> bool:
        if token.kind in ("number", "name"):
            return not self._is_union(token) and not self._is_choice(token)
        if token.kind != "op":
            return False
        if token.text == "|":
            return not self.bars and not self.bar_separates
        if token.text in ("[", "{"):
            return self._holds_statement()
        return token.text in ("(", "√") or (token.text == "‖" and not self.bars)

    def _relation(self, left: Node) -> Node:
        operands, signs = [left], []
        while self.token.kind == "op" and self.token.text in RELATIONS:
            signs.append(RELATIONS[self.advance().text])
            operands.append(self._expression(RELATION))
        return Relation(tuple(operands), tuple(signs))

    def _logic(self, left: Node, connective: str, binding: int) -> Node:
        operands = [left]
        while self.token.kind == "op" and CONNECTIVES.get(self.token.text) == (connective, binding):
            if self.token.text == "||" and (self.bars or self.bar_separates):
                break
            self.advance()
            right = binding - 1 if connective == "implies" else binding
            operands.append(self._expression(right))
            if connective == "implies":
                break
        return Logic(connective, tuple(operands))

    def _set_operation(self, left: Node, operation: str) -> Node:
        operands = [left]
        while SETS.get(self.token.text) == operation:
            self.advance()
            operands.append(self._expression(UNION))
        return SetOperation(operation, tuple(operands))

    # Operands: numerals, names, brackets, bars, powers and subscripts.

    def _operand(self) -> Node:
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
            return self._known(token, "mod")
        if token.text == "√":
            return Call("sqrt", (self._operand(),))
        if token.kind == "end":
            raise MathsError("something is missing at the end", token.position)
        raise MathsError(f"'{token.text}' is not expected here", token.position)

    def _bars(self, token: Token) -> Node:
        outer, separates, start = self.bars, self.bar_separates, self.at
        try:
            self.bars, self.bar_separates = outer + 1, False
            body = self._expression(0)
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
        items, close, rows = self._items(token, OPENING[token.text])
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

    def _items(
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
            found.append(self._statement())
            if self.accept(".."):
                found[-1] = binders.span(found[-1], self._expression(0))
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
            return self._binder(token, BINDERS[name])
        function = None if name in self.names.variables else canonical_function(name)
        follows = self.token.text
        if function in ONLY_BEFORE_BRACKET and follows not in ("(", "[", "_"):
            function = None
        if function == "delta" and follows == "_":
            return Name("delta")
        if function is not None and follows != ":=":
            return self._known(token, function)
        if follows in ("(", "[") and self._is_function(name, follows):
            return self._declared(name)
        if name in self.names.unsure and (follows == "(" or self._before_statement()):
            return self._unsure(token)
        return Name(name)

    def _before_statement(self) -> bool:
        return self.token.text in ("[", "{") and self._holds_statement()

    def _unsure(self, token: Token) -> Node:
        """Read a name before a bracket as the function it is known for, where that is meant."""
        known_for = KNOWN_FOR.get(token.text, ())
        meant = [function for function in known_for if function in self.names.functions]
        if len(meant) == 1:
            return self._known(token, meant[0])
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
                node = Index(node, self._subscript())
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
                node = Power(node, self._exponent())
            else:
                return node

    def _indicated(self, token: Token) -> Node:
        """Read the statement under an indicator, ``1_{x > 0}``."""
        items = self._subscript()
        if not is_statement(items):
            raise MathsError("under a 1 stands a statement, such as x > 0", token.position)
        return indicator(Collection("list", items))

    def _holds_statement(self) -> bool:
        """Return whether the bracket that comes next holds a statement: ``[i = j]``."""
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if depth == 0 or (depth == 1 and token.text in (",", ";")):
                return False
            if depth == 1 and token.text in COMPARISONS:
                return True
        return False

    def _exponent(self) -> Node:
        """Read what follows ``^``."""
        if self.token.text == "{":
            opened = self.advance()
            node = self._expression(0)
            self.expect("}", opened)
            return node
        if self.token.kind == "op" and self.token.text in ("+", "-", "+-"):
            self.deeper()
            node = Unary(self.advance().text, self._exponent())
            self.nested -= 1
            return node
        return self._operand()

    def _subscript(self) -> tuple[Node, ...]:
        """Read what follows ``_``: one number or name, or a bracketed list."""
        token = self.advance()
        if token.text in ("{", "("):
            items, _, _ = self._items(token, "}" if token.text == "{" else ")")
            return items
        if token.kind == "number" and token.text.isdigit():
            return (Number(token.text),)
        if token.kind == "name":
            return (Name(token.text),)
        raise MathsError("a subscript is a number, a name or {…}", token.position)

    # Calls, and what binds a variable: sums, integrals, derivatives, pieces.

    def _known(self, token: Token, function: str) -> Node:
        """Read a well-known function: ``sin(x)``, ``sin 2x``, ``sin^2(x)``, ``log_2(x)``."""
        base: tuple[Node, ...] = ()
        power: Node | None = None
        if self.token.text == "_" and self.token.kind == "op":
            self.advance()
            base = self._subscript()
            if function in ("max", "min"):
                return self._over(function, base, token)
            if function != "log" or len(base) != 1:
                raise MathsError(f"'{token.text}' takes no subscript", token.position)
            if isinstance(base[0], Name) and not self.names.is_word(base[0].name):
                raise MathsError(f"the base '{base[0].name}' is not known", token.position)
        if self.token.text in ("^", "**"):
            self.advance()
            power = self._exponent()
            if power == Unary("-", Number("1")):
                raise MathsError(
                    f"'{token.text}^-1' reads two ways: write a{function}(x) or 1/{function}(x)",
                    token.position,
                )
        arguments, bar = self._arguments(token, function)
        node = _call(function, (*arguments, *base), bar, token)
        return node if power is None else Power(node, power)

    def _arguments(self, token: Token, function: str) -> tuple[tuple[Node, ...], int]:
        opened = self.token
        if opened.text in ("(", "[") and opened.kind == "op":
            self.advance()
            close = ")" if opened.text == "(" else "]"
            items, closing, _ = self._items(opened, close, bar=function in ("KL", "H"))
            if closing != close:
                raise MathsError(
                    f"this is closed by '{closing}'", self.tokens[self.at - 1].position
                )
            return items, self.bar_at
        if FUNCTIONS[function][0] != 1 or opened.kind == "end":
            raise MathsError(f"'{token.text}' needs brackets after it", opened.position)
        factors = [self._operand()]
        while self.token.kind in ("number", "name") and not self._is_function_next():
            factors.append(self._operand())
        return (factors[0] if len(factors) == 1 else Mul(tuple(factors)),), 0

    def _is_function_next(self) -> bool:
        return self.token.text in FUNCTIONS and self.token.text not in self.names.variables

    def _declared(self, name: str) -> Node:
        """Read a call of a function that the card declares: ``f(x)``, ``p(y | x)``, ``E[X^2]``."""
        opened = self.advance()
        close = ")" if opened.text == "(" else "]"
        items, closing, _ = self._items(opened, close, bar=True)
        if closing != close:
            raise MathsError(f"this is closed by '{closing}'", self.tokens[self.at - 1].position)
        return Call(name, items, self.bar_at)

    def _binder(self, token: Token, kind: str) -> Node:
        """Read a sum, product, integral, derivative, piecewise value or matrix."""
        if self.token.text == "_" and kind in ("sum", "prod", "int"):
            self.advance()
            return self._over(kind, self._subscript(), token)
        opened = self.token
        if not (opened.kind == "op" and opened.text == "("):
            raise MathsError(f"'{token.text}' needs brackets after it", opened.position)
        self.advance()
        items, _, rows = self._items(opened, ")")
        if kind in ("sum", "prod", "int"):
            return binders.sum_or_integral(kind, items, token)
        if kind == "diff":
            return binders.derivative(items, token)
        if kind in ("piecewise", "if"):
            return binders.piecewise(items, kind, token)
        if rows:
            items = tuple(Collection("list", row) for row in rows)
        return binders.matrix(items, kind, token)

    def _over(self, kind: str, under: tuple[Node, ...], token: Token) -> Node:
        """Read ``sum_{i=1}^{n} body`` or ``max_a body``: the body is the product that follows."""
        low = high = None
        variable = under[0] if len(under) == 1 else None
        if isinstance(variable, Relation) and variable.signs == ("=",):
            variable, low = variable.operands
        elif isinstance(variable, Collection) and len(variable.items) == 3:
            variable, low, high = variable.items
        if not isinstance(variable, Name) or not self.names.is_word(variable.name):
            raise MathsError(f"under '{token.text}' stands a letter, or i=1", token.position)
        if self.token.text in ("^", "**"):
            self.advance()
            high = self._exponent()
        if (low is None) != (high is None):
            raise MathsError(f"'{token.text}' needs both bounds or none", token.position)
        return Big(kind, self._expression(PRODUCT - 1), variable.name, low, high)


def _call(function: str, arguments: tuple[Node, ...], bar: int, token: Token) -> Node:
    fewest, most = FUNCTIONS[function]
    if not fewest <= len(arguments) <= most:
        wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        raise MathsError(
            f"'{token.text}' takes {wanted} argument{'s' * (most > 1)}, not {len(arguments)}",
            token.position,
        )
    if function in ("entropy", "H"):
        function = "entropy" if len(arguments) == 1 else "crossentropy"
    signs = {"factorial": "!", "factorial2": "!!", "transpose": "T"}
    if function in signs:
        return Unary(signs[function], arguments[0])
    if function == "root" and len(arguments) == 1:
        function = "sqrt"
    return Call("log" if function == "ln" else function, arguments, 0)


def _infinite(items: tuple[Node, ...]) -> bool:
    """Return whether a pair has an infinite end and so must be an interval."""
    ends = [item.operand if isinstance(item, Unary) else item for item in items]
    return any(end == Name("inf") for end in ends)
