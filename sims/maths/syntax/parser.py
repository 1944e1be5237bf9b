"""The grammar: a precedence (Pratt) parser from tokens to the tree.

From loose to tight: ``:=``; implies, iff; or, xor; and; not; relations; union, difference,
intersection; choose; sum; product (written or not); sign; power; postfix ``! ' %`` and subscripts.
"""

from collections.abc import Mapping

from sims.maths.comparison.result import MathsError
from sims.maths.limits import MAX_TREE_DEPTH
from sims.maths.syntax import scope
from sims.maths.syntax.operands import CLOSING, OPENING, Operands
from sims.maths.syntax.tokens import Names, Token, tokenize
from sims.maths.syntax.tree import (
    Add,
    Call,
    Definition,
    Divide,
    Index,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Relation,
    SetOperation,
    Unary,
    bound_names,
    depth,
)

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


class Parser(Operands):
    """Reads one list of tokens; the methods that others call are named without underscore."""

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
            return self.operand()
        self.deeper()
        self.advance()
        tight = NOT if sign == "not" else max(SUM, min(loosest, PRODUCT))
        node = Unary(sign, self.expression(tight))
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
            if text in ("[", "{") and self.holds_statement() and loosest < PRODUCT:
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
        right = self.expression(CHOOSE)
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
            return not self._is_union(token) and not self._is_choice(token)
        if token.kind != "op":
            return False
        if token.text == "|":
            return not self.bars and not self.bar_separates
        if token.text in ("[", "{"):
            return self.holds_statement()
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
