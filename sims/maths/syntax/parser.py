"""The grammar: a precedence (Pratt) parser from tokens to the tree.

From loose to tight: `:`; `… if …`; `:=`; implies, iff; or, xor; and; not; relations; union,
difference, intersection; choose; sum; product (written or not); sign; power; postfix
`! ' % .T` and subscripts. Where two readings are possible, what is declared and the expected
answer decide; a learner is asked where they do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sims.maths.errors import MathsError, UnknownNameError
from sims.maths.limits import MAX_TREE_DEPTH
from sims.maths.syntax import binders, operations, scope, to_text
from sims.maths.syntax.indicator import indicator, is_statement
from sims.maths.syntax.lookahead import CLOSING, CONDITIONS, OPENING, RELATIONS, ROOTS, Lookahead
from sims.maths.syntax.names import Names
from sims.maths.syntax.patterns import pattern
from sims.maths.syntax.token import Token
from sims.maths.syntax.tokens import tokenize
from sims.maths.syntax.tree import (
    BIG,
    ONE,
    Add,
    Big,
    Call,
    Collection,
    Constant,
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
    APPLIED_TO_A_NAME,
    BIG_SIGNS,
    BINDERS,
    FUNCTIONS,
    GREEK_SIGNS,
    KNOWN_FOR,
    ONLY_BEFORE_BRACKET,
    OPERATORS,
    STAR,
    canonical_function,
    words,
)

CONNECTIVES = {
    "=>": ("implies", 1), "->": ("implies", 1), "implies": ("implies", 1), "<=>": ("iff", 1),
    "<->": ("iff", 1), "iff": ("iff", 1), "or": ("or", 2), "||": ("or", 2), "nor": ("nor", 2),
    "xor": ("xor", 2), "xnor": ("xnor", 2), "and": ("and", 3), "&&": ("and", 3), "&": ("and", 3),
    "nand": ("nand", 3),
}  # fmt: skip
BEFORE_STATEMENT = frozenset({*CONNECTIVES, *OPENING, *words("not forall exists , ; : :="), ""})
"""What a statement can stand after; nothing is the start of the text."""

SETS = {"union": "union", "U": "union", "intersect": "intersection", "minus": "difference"}
NAMED_SIGNS = frozenset({"+", "-", "*", "·", "⊗", "∘", "⊙"})
PRODUCTS = frozenset({"*", "·", "@", "/", "//", "./", ".*", "\\", "mod", "⊙", "⊗", "∘"})
NOT, RELATION, UNION, CHOOSE, SUM, PRODUCT = 4, 5, 6, 9, 10, 11
SIGN_OPERATORS = {
    "+": "+", "-": "-", "+-": "+-", "-+": "-+", "plus_minus": "+-", "minus_plus": "-+",
    "not": "not", "~": "not",
}  # fmt: skip
DOUBTFUL_WITHOUT_BRACKETS = frozenset({"sqrt", "cbrt", "transpose", "inv"})
"""Functions without brackets of which a learner is asked how much they take, as in `sqrt 2x`."""

LABELS = {"*": STAR, "+": "plus", "-": "minus"}
SIGNED = ("-", "+", "+-", "-+")
PLUS_MINUS = "'+-' reads two ways: write ± for plus or minus, or - alone"
DOTS = Constant("...")
OF_ONE_LAW = frozenset(words("E Var Cov Corr Std H I"))
"""Functions of random names and no parameters, in which a `;` is no condition."""

SEPARATORS = ("|", "||", "‖", "given", ";")
"""Signs between the arguments of `P(A | B)`, `KL(p || q)` and `p(y; θ)`."""


def parse_text(text: str, variables: Mapping[str, str]) -> Node:
    """Read text strictly: an unknown longer name is refused. Raises MathsError."""
    return parse_named(text, Names(variables))


@dataclass(frozen=True)
class Doubt:
    """A fraction such as `1/2x` that reads two ways, and both ways to write it.

    `open` says that a letter follows, where no convention decides; a bracket multiplies.
    """

    typed: str
    ways: tuple[str, str]
    open: bool


def parse_named(text: str, names: Names) -> Node:
    """Read text with the given names. Raises MathsError."""
    return parse_doubtful(text, names)[0]


def parse_doubtful(text: str, names: Names) -> tuple[Node, Doubt | None]:
    """Read text with the given names; return a fraction that reads two ways, too.

    Raises MathsError.
    """
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
        return scope.resolve(node, names), parser.doubt
    except RecursionError:
        raise MathsError("this is nested too deeply") from None


class Parser(Lookahead):
    """Reads one list of tokens: the grammar, its operands and its calls."""

    def __init__(self, tokens: list[Token], names: Names) -> None:
        super().__init__(tokens, names)
        self.doubt: Doubt | None = None

    def everything(self) -> Node:
        """Return the tree of the whole text."""
        about = self._about()
        statements = [self._statement()]
        while self.token.text == "," and len(self.tokens) > self.at + 2:
            self.advance()
            statements.append(self._statement())
        if self.token.kind != "end":
            token = self.token
            if token.text in CLOSING:
                message = f"'{token.text}' has no opening partner: leave it out, or open it before"
                raise MathsError(message, token.position)
            raise _unexpected(token)
        items = tuple(statements)
        parts = [part for statement in items for part in statement.walk()]
        lone_derivative = self.names.learner and any(
            isinstance(part, Call) and part.function == "deriv" and part.arguments[0] == DOTS
            for part in parts
        )
        if lone_derivative or any(map(binders.is_bare, parts)):
            raise MathsError("after d/dx stands what it is applied to, as in d/dx (x^2)")
        if len(items) == 1:
            return Relation((Name('"the answer"'), items[0]), ("≈",)) if about else items[0]
        if len(items) == 2 and operations.is_infinite(items):
            return Interval(items[0], items[1], False, False)
        card = self.names.card
        expects_set = self.names.learner and isinstance(card, Collection) and card.kind == "set"
        return binders.pieces(items) or Collection("set" if expects_set else "tuple", items)

    def _about(self) -> bool:
        """Take a learner's `=` or `≈` before all else; return whether it was an `≈`."""
        token, after = self.token, self.tokens[1]
        if not self.names.learner or after.kind == "end":
            return False
        if token.text == "=" or (token.text == "approx" and after.kind != "number"):
            self.advance()  # the question is the other side
            return False
        rough = token.text == "approx" or (token.text == "~" and after.kind == "number")
        self.at += rough
        return rough

    def _statement(self) -> Node:
        """Read a definition `f(x) := …`, a mapping `f: A → B` or an expression."""
        start = self.at
        if self.token.kind == "name":
            head = self._definition_head()
            if head is not None:
                return Definition(head[0], head[1], self._expression(-1))
            self.at = start
        left = self._expression(-1)
        if self.accept(":="):
            return Relation((left, self._expression(0)), ("←",))
        if self.token.text == ":" and not self.bar_separates:
            return self._after_colon(left)
        return left

    def _after_colon(self, left: Node) -> Node:
        """Read what stands after a colon: the ends of a mapping, or what holds for all."""
        token = self.advance()
        right = self._expression(0)
        quantified = isinstance(left, Call) and left.function in ("forall", "exists")
        if isinstance(left, Call) and quantified and len(left.arguments) == 1:
            return Call(left.function, (*left.arguments, right))
        if isinstance(right, Logic) and right.connective == "implies":
            return Relation((left, right), (":",))
        raise MathsError("':' is not expected here; a ratio is written a/b", token.position)

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
        """Read everything that binds tighter than `loosest`."""
        start = self.at
        left = self._prefix(loosest)
        while True:
            if self.is_choice(self.token):
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
        if token.kind == "op" and token.text in ("forall", "exists"):
            return self._quantified(self.advance())
        if token.kind == "op" and token.text in NAMED_SIGNS and self.stands_alone():
            return Constant(self.advance().text)
        sign = SIGN_OPERATORS.get(token.text) if token.kind == "op" else None
        if sign is None:
            return self._operand()
        self.deeper()
        self.advance()
        start = self.at
        if sign == "+-" and token.text == "+-" and self.signs_apart():
            raise MathsError(PLUS_MINUS, token.position)
        tight = NOT if sign == "not" else max(SUM, min(loosest, PRODUCT))
        operand = self._expression(tight)
        self.nested -= 1
        if sign == "-" and self.names.learner and (low := self._floored_below(operand, start)):
            return low
        return Unary(sign, operand)

    def _floored_below(self, node: Node, start: int) -> Node | None:
        """Return `-n//2` as Python has it, the floor of -n/2; None for what is no such floor."""
        floored = isinstance(node, Call) and node.function == "floor"
        if not floored or not isinstance(node.children[0], Divide):
            return None
        depth, divided = 0, False
        for token in self.tokens[start : self.at]:
            depth += (token.text in OPENING) - (token.text in CLOSING)
            divided = divided or (token.text == "//" and depth == 0)
        if not divided:
            return None
        top, bottom = node.children[0].children
        return Call("floor", (Divide(Unary("-", top), bottom),))

    def _quantified(self, token: Token) -> Node:
        """Read `∀ x in S: P` as far as the colon."""
        over = [self._expression(RELATION - 1)]
        while (
            self.token.text == ","
            and self.tokens[self.at + 1].kind == "name"
            and not self.bar_separates  # there it parts arguments
        ):
            self.advance()
            over.append(self._expression(RELATION - 1))
        subject = over[0] if len(over) == 1 else Collection("tuple", tuple(over))
        if self.token.kind in ("end", "op") and self.token.text in (":", "", ",", *CLOSING):
            return Call(token.text, (subject,))
        return Call(token.text, (subject, self._expression(0)))

    # What can continue an expression.

    def _infix(self, left: Node, loosest: int) -> Node | None:
        token = self.token
        text = token.text
        if token.kind == "op":
            return self._operator(left, text, loosest)
        if token.kind == "end" or (token.kind == "d" and self.integrating):
            return None
        if text in CONDITIONS and text not in self.names.variables:
            return self._conditional(left) if loosest < 0 else None
        if self.is_union(token):
            return self._set_operation(left, "union") if loosest < UNION else None
        return self._product(left) if loosest < PRODUCT else None

    def _operator(self, left: Node, text: str, loosest: int) -> Node | None:
        if text == "|" and self.is_divides() and loosest < RELATION:
            return self._relation(left)
        if text in RELATIONS and (text != "~" or loosest < RELATION):
            return self._relation(left) if loosest < RELATION else None
        if text in SIGN_OPERATORS and loosest < SUM:
            return self._sum(left) if SIGN_OPERATORS[text] != "not" else None
        if (text in PRODUCTS or self.is_mod(self.token)) and loosest < PRODUCT:
            return self._product(left)
        if text in SETS and loosest < UNION:
            return self._set_operation(left, SETS[text])
        if text == "||" and (self.bars or self.bar_separates):
            return None
        if text in CONNECTIVES and loosest < CONNECTIVES[text][1]:
            return self._logic(left, *CONNECTIVES[text])
        if text in CONDITIONS and loosest < 0:
            return self._conditional(left)
        if text == "otherwise" and loosest < 0:
            self.advance()
            return binders.piece(left, Constant("true"))
        if self.begins_factor(self.token) and loosest < PRODUCT:
            return self._product(left)
        return None

    def _conditional(self, value: Node) -> Node:
        """Read `x if x > 0 else 0` from the word if."""
        self.advance()
        condition = self._expression(0)
        if not binders.is_condition(condition):
            raise MathsError("after 'if' stands a condition, such as x > 0", self.token.position)
        if self.token.text == "," and self.tokens[self.at + 1].text == "otherwise":
            self.advance()  # 1 if x > 0, else 0
        if self.accept("otherwise"):
            return binders.piece(value, condition, self._expression(-1))
        return binders.piece(value, condition)

    def _choice(self, left: Node, start: int) -> Node:
        """Read `n choose k`: both are single, or it fills a pair of brackets."""
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
        """Return whether the tokens of a node are a name, a number or a bracket."""
        tokens = self.tokens[start : end or self.at]
        bracketed = (tokens[0].text, tokens[-1].text) == ("(", ")")
        return bracketed or isinstance(node, Name | Number | Index)

    def _sum(self, left: Node) -> Node:
        terms = [left]
        while self.token.kind == "op" and SIGN_OPERATORS.get(self.token.text, "not") != "not":
            token = self.advance()
            sign = SIGN_OPERATORS[token.text]
            if token.text == "+-" and self.signs_apart() and self.token.spaced:
                raise MathsError(PLUS_MINUS, token.position)
            if token.text == "+-" and (self.signs_apart() or self.is_squeezed(token)):
                sign = "-"  # plus minus two, as in 3+-2x
            if self.token.text == "_" and sign == "+":
                terms = [self._labelled('"plus"', terms)]
                continue
            scaled = self.tokens[self.at + 1 : self.at + 2]
            dotted = self.token.text == "..." and not (scaled and scaled[0].text in ("*", "/"))
            term = DOTS if dotted and self.accept("...") else self._expression(SUM)
            terms.append(term if sign == "+" else Unary(sign, term))
        if len(terms) == 1:
            return terms[0]
        if all(operations.is_set(term) for term in terms):
            return operations.of_sets(terms)
        return pattern("sum", tuple(terms), self.names.is_word) or Add(tuple(terms))

    def _product(self, left: Node) -> Node:
        factors = [left]
        while True:
            token = self.token
            text = token.text
            if token.kind == "op" and (
                text in ("/", "//", "./", ".*", "\\", "mod", "⊙", "⊗", "∘") or self.is_mod(token)
            ):
                self.advance()
                top = factors[0] if len(factors) == 1 else Mul(tuple(factors))
                marked = text == "/" and (self.token.kind == "d" or self.token.text == "∂")
                bottom = self._below() if marked else self._expression(PRODUCT)
                if text == "/" and not marked:
                    bottom = self._doubted(top, bottom)
                if text == "mod" and isinstance(bottom, Name) and self.token.text == "(":
                    bottom = Mul((bottom, self._factor()))
                arrays = scope.kind_of(top, self.names) != "scalar"
                factors = [operations.joined(text, top, bottom, arrays)]
            elif token.kind == "op" and text in ("*", "·", "@"):
                if text == "*" and self.is_star(left if len(factors) == 1 else factors[-1]):
                    break
                self.advance()
                if self.token.text == "_":
                    factors = [self._labelled('"times"', factors)]
                    continue
                factor = DOTS if self.accept("...") else self._expression(PRODUCT)
                if text in "·@" and scope.are_vectors(factors[-1], factor, self.names):
                    factors[-1] = Call("dot", (factors[-1], factor))
                else:
                    factors.append(factor)
            elif text == "..." and self.dots_go_on(factors):
                self.advance()
                factors.append(DOTS)
            elif self.begins_factor(token):
                if self.goes_on_in_time(token):
                    break
                if isinstance(factors[-1], Number) and token.kind == "number":
                    first = factors[-1].text
                    raise MathsError(
                        "two numbers side by side need a sign between them, as in "
                        f"{first}*{token.text}",
                        token.position,
                    )
                factors.append(self._factor())
            else:
                break
        factors = binders.applied(factors)
        if self.goes_on_in_time(self.token):
            return Add((Mul(tuple(factors)), self._expression(PRODUCT - 1)))
        if DOTS in factors and (found := pattern("prod", tuple(factors), self.names.is_word)):
            return found
        return factors[0] if len(factors) == 1 else Mul(tuple(factors))

    def _doubted(self, top: Node, bottom: Node) -> Node:
        """Return a denominator, with the factors close behind it where they belong to it.

        Where they may or may not, the doubt is kept.
        """
        slash, token = self.tokens[self.at - 2].text, self.token
        letter = token.kind == "name"
        close = not token.spaced and (letter or token.text == "(") and self.begins_factor(token)
        if slash != "/" or not close or not isinstance(bottom, Name | Number):
            return bottom
        start = self.at
        if not self.names.tight:
            before = self.at, self.doubt
            tight = self._closely(bottom)
            typed = "".join(t.text for t in self.tokens[start - 3 : self.at])
            typed = f"(…{typed}" if typed[0] in CLOSING else typed
            self.at, self.doubt = before
            rest = Mul(tight.factors[1:]) if len(tight.factors) > 2 else tight.factors[1]
            loose = to_text.text(Divide(top, bottom))
            ways = (f"({loose})*{to_text.text(rest)}", to_text.text(Divide(top, tight)))
            self.doubt = self.doubt or Doubt(typed, ways, letter)
            return bottom
        return self._closely(bottom)

    def _closely(self, bottom: Node) -> Mul:
        """Return a denominator and the factors written to it without a space."""
        factors = [bottom]
        while (
            not self.token.spaced and self.token.kind != "number" and self.begins_factor(self.token)
        ):
            factors.append(self._factor())
        return Mul(tuple(factors))

    def _labelled(self, name: str, before: list[Node]) -> Node:
        """Read an operation with a subscript, such as `a ·_n b`, as a call."""
        self.advance()
        under = self._subscript()
        left = before[0] if len(before) == 1 else Mul(tuple(before))
        if name == '"plus"' and len(before) > 1:
            left = Add(tuple(before))
        right = self._expression(SUM if name == '"plus"' else PRODUCT)
        return Call(name, (left, right), 0, under)

    def _factor(self) -> Node:
        """Read a factor without a sign before it; `[…]` around one expression groups it."""
        grouped = self.token.text in ("[", "{") and not self.holds_statement()
        node = self._operand()
        if grouped and isinstance(node, Collection) and len(node.items) == 1:
            return node.items[0]
        return node

    def _below(self) -> Node:
        """Return the denominator `∂x ∂y²` of a derivative."""
        parts: list[Node] = []
        while self.token.kind == "d" or self.token.text == "∂":
            self.advance()
            parts.append(Call("partial", (self._operand(),)))
        return parts[0] if len(parts) == 1 else Mul(tuple(parts))

    def _relation(self, left: Node) -> Node:
        operands, signs = [left], []
        relations = {**RELATIONS, "|": "∣"} if self.is_divides() else RELATIONS
        while self.token.kind == "op" and self.token.text in relations:
            signs.append(relations[self.advance().text])
            operands.append(self._expression(RELATION))
        opened = self.token
        if opened.text == "(" and self.tokens[self.at + 1].text == "mod":
            self.at += 2
            modulus = self._expression(SUM)
            self.expect(")", opened)
            return binders.congruence(operands, signs, modulus)
        last = operands[-1]
        if "≡" in signs and isinstance(last, Call) and last.function == "mod":
            return binders.congruence([*operands[:-1], last.arguments[0]], signs, last.arguments[1])
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
        text = token.text
        if token.kind == "number":
            return Number(text)
        if token.kind == "name":
            return self._name(token)
        if token.kind == "d" or text == "∂":
            return self._differential()
        if text in OPENING:
            return self._angle(token) if text == "⟨" else self._bracket(token)
        if text in ("|", "‖", "||"):
            return self._bars(token)
        if text == "mod" and self.token.text == "(":
            return self._known(token, "mod")
        if text in ROOTS:
            return self._root(token)
        if text == "...":
            return DOTS
        if text == "·" and self.token.text in (*CLOSING, ",", ";", "|", "||", "‖", ""):
            return Constant("·")
        if text in BIG_SIGNS:
            return self._integral(token) if text == "∫" else self._signed(token, BIG_SIGNS[text])
        if text == "∇":
            return self._nabla(token)
        if token.kind == "end":
            before = self.tokens[self.at - 2].text if self.at > 1 else ""
            message = f"something is missing at the end, after '{before}'"
            raise MathsError(message, token.position)
        raise _unexpected(token)

    def _root(self, token: Token) -> Node:
        """Read a root. Raises MathsError for a learner's √2x, which reads two ways."""
        start = self.at
        name, degree = ROOTS[token.text]
        operand, after = self._operand(), self.token
        if (
            self.names.learner
            and isinstance(operand, Number)
            and after.kind == "name"
            and not after.spaced
        ):
            first, last = "".join(t.text for t in self.tokens[start : self.at]), after.text
            raise MathsError(
                f"'{token.text}{first}{last}' reads two ways: "
                f"write {name}({first}*{last}{degree}) or {name}({first}{degree})*{last}",
                token.position,
            )
        return Call(name, (operand, Number("4")) if degree else (operand,))

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
        if token.text == "|":
            is_vector = scope.kind_of(body, self.names) in ("vector", "row")
            return Call("norm" if is_vector else "abs", (body,))
        if self.token.text == "_" and self.token.kind == "op":
            self.advance()
            return binders.norm(body, self._subscript(), scope.kind_of(body, self.names))
        return Call("norm", (body,))

    def _angle(self, token: Token) -> Node:
        """Read `⟨x, y⟩`, an inner product, or `⟨x⟩`."""
        items, close, _ = self._items(token, "⟩", bar=True)
        if close != "⟩" or not 1 <= len(items) <= 2:
            raise MathsError("an inner product is written dot(x, y)", token.position)
        return Call("dot" if len(items) == 2 else "angle", items, 0)

    def _bracket(self, token: Token) -> Node:
        close = OPENING[token.text]
        items, closing, rows = self._items(token, close, bar=token.text == "{")
        if self.bar_at and closing == close and not rows:
            return Call("setof", items, self.bar_at)
        if rows and token.text == "{" and (found := binders.pieces(_flat(rows, items))):
            return found
        if rows:
            return self._rows(token, rows)
        if closing != close or (
            token.text == "(" and len(items) == 2 and operations.is_infinite(items)
        ):
            return self._interval(token, items, closing)
        if token.text in ("(", "{") and (found := binders.pieces(items)):
            return found
        if token.text == "(":
            if not items:
                raise MathsError("these brackets are empty", token.position)
            return items[0] if len(items) == 1 else Collection("tuple", items)
        return Collection("list" if token.text == "[" else "set", items)

    def _rows(self, token: Token, rows: list[tuple[Node, ...]]) -> Node:
        """Return the matrix `[a, b; c, d]`."""
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
        """Read `a, b, …` up to a closing bracket: the items, the bracket, rows ended by `;`."""
        bars, self.bars = self.bars, 0
        separates, self.bar_separates = self.bar_separates, bar
        self.bar_at, bar_at, parted, parted_at = 0, 0, "", 0
        found: list[Node] = []
        rows: list[tuple[Node, ...]] = []
        while self.token.text not in CLOSING or self.token.kind != "op":
            if self.token.kind == "end":
                raise MathsError(
                    f"the '{opened.text}' at {opened.position + 1} is never closed: "
                    f"add a '{close}'",
                    opened.position,
                )
            found.append(self._statement())
            if self.accept(".."):
                found[-1] = binders.span(found[-1], self._expression(0))
            parts = (":", "|", "given") if opened.text == "{" else SEPARATORS
            again = not bar_at or (parted == ";") != (self.token.text == ";")
            if bar and again and self.token.text in parts:
                sign = self.advance().text
                if not bar_at or sign != ";":  # p(y | x; θ), I(X; Y | Z)
                    parted_at, bar_at, parted = bar_at, len(found), sign
            elif self.accept(";"):
                rows.append(tuple(found))
                found = []
            elif self.accept(","):
                if self.token.text in CLOSING:
                    raise MathsError("something is missing after the ','", self.token.position)
            elif self.token.text not in CLOSING:
                self._unexpected()
        if bar_at and bar_at == len(found):
            before = f"something is missing after the '{parted}'"
            raise MathsError(before, self.token.position)
        self.bars, self.bar_separates, self.bar_at = bars, separates, bar_at
        self.parted, self.parted_at = parted, parted_at
        closing = self.advance().text
        if closing != close and not {closing, close} <= {")", "]"}:
            raise MathsError(
                f"the '{opened.text}' at {opened.position + 1} is closed by '{closing}'",
                self.tokens[self.at - 1].position,
            )
        if rows and found:
            rows.append(tuple(found))
        return tuple(found), closing, rows

    def _unexpected(self) -> None:
        """Raise MathsError for a token that cannot follow an item, unless it is the end."""
        token = self.token
        if token.kind == "end":
            return
        if token.text in ("|", "||", "‖", "given"):
            message = f"'{token.text}' stands once inside P(…), E[…] or the like"
            raise MathsError(message, token.position)
        raise _unexpected(token)

    def _postfix(self, node: Node) -> Node:
        while True:
            token = self.token
            if token.kind != "op":
                return node
            text = token.text
            if text == "_":
                self.advance()
                node = self._subscripted(node, token)
            elif text in ("!", "!!") or (text == "%" and not self.is_mod(token)):
                self.advance()
                node = Unary(text, node)
            elif text in (".T", "'"):
                self.advance()
                node = Unary("T", node) if text == ".T" else binders.primed(node)
            elif text == "†":
                self.advance()
                node = Call("adjoint", (node,))
            elif text == ".":
                node = self._method(node)
            elif text == "°" and self.tokens[self.at + 1].text in ("C", "K", "F"):
                self.advance()  # degrees of temperature, not of an angle
                return node
            elif text == "°":
                self.advance()
                node = Mul((node, Divide(Name("pi"), Number("180"))))
            elif text in ("^", "**", ".^"):
                self.advance()
                node = self._powered(node, token)
                if text == ".^" and isinstance(node, Power):
                    node = self._entrywise(node)
            elif text == "*" and self.is_star(node):
                self.advance()
                node = self._starred(node)
            elif text == "[" and self.is_indexing(node):
                items, _, _ = self._items(self.advance(), "]")
                node = Index(node, items)
            else:
                return node

    def _entrywise(self, node: Power) -> Node:
        """Return an array raised entry by entry, as a Hadamard product with itself."""
        if scope.kind_of(node.base, self.names) == "scalar":
            return node
        power = node.exponent
        if not (isinstance(power, Number) and power.text in ("2", "3")):
            raise MathsError("entry by entry only squares and cubes are read", self.token.position)
        squared = Call("hadamard", (node.base, node.base))
        return squared if power.text == "2" else Call("hadamard", (squared, node.base))

    def _method(self, node: Node) -> Node:
        """Read `x.dot(y)` and `x.sum()` as functions of what stands before the point."""
        self.advance()
        token = self.advance()
        function = canonical_function(token.text)
        if self.token.text == "(":
            items, closing, _ = self._items(self.advance(), ")")
            self._check_closed(closing, ")")
            if token.text == "sum" and not items:
                return self._over_all("sum", node, token)
            if function is not None:
                return operations.call(function, (node, *items), token)
        raise MathsError(f"'.{token.text}' has no meaning here: write f(x)", token.position)

    def _subscripted(self, node: Node, token: Token) -> Node:
        """Read a subscript after `_`, and the arguments of a function that has one."""
        if node == Number("1") and self.token.text == "{":
            return self._indicated()
        if self.token.text == "+" and self.tokens[self.at - 2].text in (")", "]"):
            self.advance()  # the positive part, (x)_+
            alone = isinstance(node, Collection) and len(node.items) == 1
            return Call("relu", node.children if alone else (node,))
        if isinstance(node, Number) and self.tokens[self.at - 2].text == ")":
            node = Name(f'"{node.text}"')
        if isinstance(node, Number):
            message = "a number takes no subscript: a long one is written 1024, not 1_024"
            raise MathsError(message, token.position)
        under = self._subscript()
        if node == Name("D") and under == (Name("KL"),) and self.token.text in ("(", "["):
            return self._known(token, "KL")
        if isinstance(node, Name) and self.token.text in ("(", "[") and self.is_applied(node.name):
            return self._declared(node.name, under)
        return Index(node, under)

    def _powered(self, node: Node, token: Token) -> Node:
        """Read a power, a transpose, or the mark of a function after `^`."""
        start = self.at
        starred = [token.text for token in self.tokens[start : start + 3]] == ["{", "*", "}"]
        self.at += 3 * starred
        if starred or self.accept("*"):
            return self._starred(node)
        if self.accept("†"):
            return Call("adjoint", (node,))
        after = self.tokens[self.at + 1].text if self.token.text == "+" else "none"
        number = scope.kind_of(node, self.names) == "scalar"
        if number and self.names.learner and after in ("", ")", "]", "-", "*", "/", ","):
            self.advance()  # the positive part, (x)^+
            return Call("relu", (node,))
        if self.accept("°"):
            return Mul((node, Divide(Name("pi"), Number("180"))))
        exponent = self._exponent()
        if exponent == Name("star"):
            return self._starred(node)
        head = node.base if isinstance(node, Index) else node
        if isinstance(head, Name) and self.token.text in ("(", "[") and self.is_applied(head.name):
            under = node.indices if isinstance(node, Index) else ()
            if isinstance(exponent, Number) or exponent == Name("T"):
                return Power(self._declared(head.name, under), exponent)
            return self._declared(head.name, (*under, exponent) if under else _label(exponent))
        if self.names.learner:
            self._check_exponent(node, start, token)
        return Power(node, exponent)

    def _starred(self, node: Node) -> Node:
        """Return a node with a star, and the arguments of a starred function such as `V*`."""
        starred = binders.starred(node)
        head = starred.base if isinstance(starred, Index) else starred
        under = starred.indices if isinstance(starred, Index) else ()
        if isinstance(head, Name) and self.token.text in ("(", "[") and self.is_applied(head.name):
            return self._declared(head.name, under)
        return starred

    def _check_exponent(self, base: Node, start: int, token: Token) -> None:
        """Raise MathsError for a learner's `2^nk` and `e^2x`, which read two ways."""
        raised = self.tokens[start : self.at]
        after = self.token
        if len(raised) != 1 or after.kind != "name" or after.spaced:
            return
        number = raised[0].kind == "number" and not isinstance(base, Number) and base != Name("e")
        if number or raised[0].text == "T" or not (after.joined or raised[0].kind == "number"):
            return
        above, shown = raised[0].text, "e" if base == Name("e") else to_text.text(base)
        raise MathsError(
            f"'{shown}^{above}{after.text}' reads two ways: write {shown}^({above}*{after.text}) "
            f"or {shown}^{above}*{after.text}",
            token.position,
        )

    def _indicated(self) -> Node:
        """Read the statement under an indicator, `1_{x > 0}`."""
        items = self._subscript()
        if not is_statement(items):
            return Index(Name('"1"'), items)
        return indicator(Collection("list", items))

    def _exponent(self) -> Node:
        """Read what follows `^`."""
        if self.token.text == "{":
            opened = self.advance()
            if self.token.text == "*" and self.tokens[self.at + 1].text == "}":
                raise MathsError("a star as a script has no meaning here", self.token.position)
            node = self._expression(0)
            if self.token.text == ",":
                items = [node]
                while self.accept(","):
                    items.append(self._expression(0))
                node = Collection("tuple", tuple(items))
            self.expect("}", opened)
            return node
        if self.token.kind == "op" and self.token.text in SIGNED:
            self.deeper()
            node = Unary(self.advance().text, self._exponent())
            self.nested -= 1
            return node
        if self.token.text == "T" and self.token.kind == "name":
            self.advance()  # a transpose takes no bracket after it
            return Name("T")
        return self._operand()

    def _subscript(self) -> tuple[Node, ...]:
        """Read what follows the `_` of a name; a label in quotes loses them."""
        under = self._script()
        return under if len(under) > 1 else _label(under[0])

    def _script(self) -> tuple[Node, ...]:
        """Read what follows `_`: one number or name, or a bracketed list."""
        token = self.advance()
        if token.text in ("{", "("):
            word = self.token
            if word.text in LABELS and self.tokens[self.at + 1].text in ("}", ")"):
                self.at += 2
                return (Name(LABELS[word.text]),)
            if word.kind == "name" and self.tokens[self.at + 1].text in ("}", ")"):
                self.at += 2  # a label such as x_{max}
                return (Name(word.text),)
            items, _, _ = self._items(token, "}" if token.text == "{" else ")")
            if not items:
                raise MathsError("this subscript is empty", token.position)
            return items
        if token.kind == "number" and token.text.isdigit():
            return (Number(token.text),)
        if token.kind == "name":
            return (Name(token.text),)
        if token.text == "*":
            return (Name(STAR),)
        raise MathsError("a subscript is a number, a name or {…}", token.position)

    # Names and calls.

    def _name(self, token: Token) -> Node:
        name = token.text
        follows = self.token.text if self.token.kind == "op" else ""
        if name == "nabla" and name not in self.names.variables:
            return self._nabla(token)
        if name in BINDERS and name not in self.names.variables:
            return self._binder(token, BINDERS[name])
        if name in GREEK_SIGNS and self.is_sign(name):
            return self._signed(token, GREEK_SIGNS[name])
        function = None if name in self.names.variables else canonical_function(name)
        ends = self.token.kind == "end" or follows in (*CLOSING, "*", "/", "+", "-", ",")
        counted = name in ("min", "sec") and self.is_counted()
        if function is not None and ((ends and self.names.known(name)) or counted):
            return Name(name)  # the unit of 5 min
        if function in APPLIED_TO_A_NAME and self.is_name_next():
            factors = [self._operand()]
            while self.token.kind == "name" and self.token.joined:
                factors.append(self._operand())
            return Call(function, (factors[0] if len(factors) == 1 else Mul(tuple(factors)),))
        if function in ("beta", "delta") and follows != "_" and self.counts_arguments() != 2:
            function = None
        if function in ONLY_BEFORE_BRACKET and follows not in ("(", "["):
            if function == "delta" and follows == "_":
                return Name("delta")
            function = None
        defined = follows in (":=", "←") and self.tokens[self.at - 2].text in BEFORE_STATEMENT
        if function is not None and not defined:
            return self._known(token, function)
        if name in OPERATORS and self.is_random_next():
            if self.names.learner and self.tokens[self.at + 1].text in ("^", "**"):
                letter, sign = self.token.text, self.tokens[self.at + 2].text
                raise MathsError(
                    f"'{name}{letter}^{sign}' reads two ways: write {name}[{letter}^{sign}] or "
                    f"{name}[{letter}]^{sign}",
                    token.position,
                )
            return Call(name, (Name(self.advance().text),))
        if name == "V" and follows in ("(", "[") and not self.names.known_to_card(name):
            inner = self.tokens[self.at + 1].text
            if self.names.variables.get(inner) == "random":
                return self._declared("Var")
        indicates = name == "I" and follows in ("(", "[", "{") and self.holds_statement()
        if indicates and not self.names.known_to_card(name):
            items, _, _ = self._items(self.advance(), OPENING[follows])
            return indicator(Collection("list", items))
        if follows in ("(", "[") and self.is_function(name, follows):
            if name == "C" and self.counts_arguments() == 2 and "C" not in self.names.variables:
                return self._known(token, "binomial")
            return self._declared(name)
        turned = name.endswith("'") and scope.is_array(Name(name.rstrip("'")), self.names)
        congruent = follows == "(" and self.tokens[self.at + 1].text == "mod"
        unsure = name in self.names.unsure and not turned and not congruent
        if unsure and follows == "(" and self.names.learner and self.names_the_answer():
            return self._declared(name)
        if unsure and (follows == "(" or self.is_statement_next()):
            return self._unsure(token)
        return Name(name)

    def _unsure(self, token: Token) -> Node:
        """Read a name before a bracket as the function it is known for, where that is meant."""
        known_for = KNOWN_FOR.get(token.text, ())
        meant = [function for function in known_for if function in self.names.functions]
        if self.names.learner and not meant:
            meant = self._meant(token.text)
        if len(meant) == 1:
            return self._known(token, meant[0])
        if self.names.learner and not known_for:
            message = f"I do not know the name '{token.text}'"
            self.doubts[token.text] = UnknownNameError(token.text, message, token.position)
            return Name(token.text)
        ways = [*(f"{function}(…)" for function in known_for), f"{token.text}*(…) for a product"]
        self.doubts[token.text] = MathsError(
            f"'{token.text}' before a bracket may be a function or a factor: "
            f"write {' or '.join(ways)}",
            token.position,
        )
        return Name(token.text)

    def _meant(self, name: str) -> list[str]:
        """Return the function that a letter stands for which the card does not have, if clear."""
        if name in ("Gamma", "Phi", "gamma", "psi"):
            return list(KNOWN_FOR[name])
        if name != "sigma":
            return []
        depth = 0
        for position, token in enumerate(self.tokens[self.at :], self.at):
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if depth == 0:
                break
            whole = token.kind == "name" and self.tokens[position + 1].text not in ("_", "[")
            if whole and scope.is_array(Name(token.text), self.names):
                return []
        return ["sigmoid"]

    def _known(self, token: Token, function: str) -> Node:
        """Read a well-known function: `sin(x)`, `sin 2x`, `sin^2(x)`, `log_2(x)`."""
        under: tuple[Node, ...] = ()
        power: Node | None = None
        if self.token.text == "_" and self.token.kind == "op":
            self.advance()
            if function in ("max", "min"):
                return self._over(function, self._script(), token)
            under = self._subscript()
            self._check_base(function, under, token)
        if self.token.text in ("^", "**"):
            self.advance()
            power = self._exponent()
            if power == Name(STAR):
                raise MathsError("a star as a script has no meaning here", token.position)
            if power == Unary("-", ONE):
                raise MathsError(
                    f"'{token.text}^-1' reads two ways: write a{function}(x) or 1/{function}(x)",
                    token.position,
                )
        arguments, bar = self._arguments(token, function)
        if function in ("max", "min") and len(arguments) == 1 and self.names.learner:
            self._check_several(function, arguments[0], token)
        if function in ("H", "entropy") and bar and self.parted != "||":
            node: Node = Call("H", arguments, bar, (), self._parted("H"))
        elif function == "H" and len(arguments) > 1 and scope.are_random(arguments, self.names):
            node = Call("H", arguments)
        else:
            base = under if function in ("log", "norm") else ()
            node = operations.call(function, (*arguments, *base), token)
            if function in ("pow", "square") and isinstance(node, Power):
                node = self._entrywise(node)
        if under and function not in ("log", "norm"):
            node = Index(node, under)
        return node if power is None else Power(node, power)

    def _check_several(self, function: str, argument: Node, token: Token) -> None:
        """Raise MathsError for a `max` of one number where the card's runs over a letter."""
        card = self.names.card
        if card is None or not any(isinstance(p, Big) and p.kind == function for p in card.walk()):
            return
        if isinstance(argument, Collection) or scope.kind_of(argument, self.names) != "scalar":
            return
        raise MathsError(
            f"'{function}' takes several values, as in {function}(a, b), or the letter that it "
            f"runs over, as in {function}_a f(a)",
            token.position,
        )

    def _check_base(self, function: str, under: tuple[Node, ...], token: Token) -> None:
        if function == "softmax":
            return
        if function not in ("log", "norm") or len(under) != 1:
            raise MathsError(f"'{token.text}' takes no subscript", token.position)
        if isinstance(under[0], Name) and not self.names.is_word(under[0].name):
            raise MathsError(f"the base '{under[0].name}' is not known", token.position)

    def _arguments(self, token: Token, function: str) -> tuple[tuple[Node, ...], int]:
        opened = self.token
        if opened.text in ("(", "[", "{") and opened.kind == "op":
            self.advance()
            close = OPENING[opened.text]
            items, closing, rows = self._items(opened, close, bar=function in ("KL", "H"))
            if rows:
                raise MathsError("';' is not expected here", opened.position)
            self._check_closed(closing, close)
            return items, self.bar_at
        if opened.text == "-" and self.names.learner:
            raise MathsError(f"'{token.text}' needs brackets after it: {token.text}(-x)",
                             opened.position)  # fmt: skip
        if FUNCTIONS[function][0] != 1 or opened.kind == "end" or function in ("max", "min"):
            inside = "x" if FUNCTIONS[function] in ((1, 1), (1, 2)) else "x, y"
            ways = f"{token.text}({inside})"
            if function in ("max", "min"):
                ways += f", or {token.text}_a f(a) with the letter that it runs over"
            raise MathsError(f"'{token.text}' needs brackets after it: {ways}", opened.position)
        start = self.at
        factors = [self._operand()]
        while (
            self.token.kind in ("number", "name")
            and not self.is_function_next()
            and self.tokens[self.at - 1].text not in CLOSING
        ):
            if self.token.text in CONDITIONS or self.is_choice(self.token):
                break
            factors.append(self._operand())
        if len(factors) > 1 and self.names.learner and function in DOUBTFUL_WITHOUT_BRACKETS:
            self._ask_root(token, start)
        return (factors[0] if len(factors) == 1 else Mul(tuple(factors)),), 0

    def _check_closed(self, closing: str, close: str) -> None:
        if closing != close:
            raise MathsError(f"this is closed by '{closing}'", self.tokens[self.at - 1].position)

    def _ask_root(self, token: Token, start: int) -> None:
        """Raise MathsError for a learner's `sqrt 2x`, which reads two ways."""
        texts = [t.text for t in self.tokens[start : self.at]]
        first, rest = texts[0], "*".join(texts[1:])
        raise MathsError(
            f"'{token.text} {' '.join(texts)}' reads two ways: write {token.text}({first}*{rest}) "
            f"or {token.text}({first})*{rest}",
            token.position,
        )

    def _declared(self, name: str, under: tuple[Node, ...] = ()) -> Node:
        """Read the call of a function that is declared or unknown: `p(y | x)`, `E_q[X]`."""
        if name in FUNCTIONS:
            name = f'"{name}"'  # a letter's δ(s) is not Kronecker's δ(i, j)
        opened = self.advance()
        close = OPENING[opened.text]
        items, closing, rows = self._items(opened, close, bar=True)
        if rows:
            raise MathsError("';' stands once between the arguments", opened.position)
        self._check_closed(closing, close)
        return Call(name, items, self.bar_at, under, self._parted(name))

    def _parted(self, name: str) -> int:
        """Return the place of a ';' before the bar, or of the bar where the ';' stands for it."""
        own = self.parted == ";" and name in OF_ONE_LAW
        return self.bar_at if own else self.parted_at

    # What binds a variable: sums, integrals, derivatives, pieces.

    def _binder(self, token: Token, kind: str) -> Node:
        """Read a sum, product, integral, derivative, piecewise value or matrix."""
        big = kind in BIG
        if self.token.text == "_" and big:
            if kind == "int":
                return self._integral(token)
            self.advance()
            return self._over(kind, self._script(), token)
        opened = self.token
        if kind in ("sum", "prod") and opened.text != "(" and opened.kind != "end":
            return self._signed(token, kind)
        if not (opened.kind == "op" and opened.text == "("):
            if kind in ("argmax", "argmin") and opened.kind == "name":
                return Call(kind, (self._expression(PRODUCT - 1),))
            raise MathsError(
                f"'{token.text}' needs brackets after it: {binders.WRITTEN[kind]}", opened.position
            )
        self.advance()
        items, _, rows = self._items(opened, ")")
        if big:
            return self._bracketed(kind, items, token)
        if kind == "diff":
            return binders.derivative(items, token)
        if kind in ("piecewise", "if"):
            return binders.piecewise(items, kind, token)
        if rows:
            items = tuple(Collection("list", row) for row in rows)
        return binders.matrix(items, kind, token)

    def _bracketed(self, kind: str, items: tuple[Node, ...], token: Token) -> Node:
        """Return the sum, integral or choice with all its parts in brackets."""
        lone = len(items) == 1 and kind in ("argmax", "argmin") and self.names.learner
        if lone and self._chosen_letters(kind):
            raise MathsError(f"'{token.text}' needs the letter that it runs over: "
                             f"{kind}_a f(a)", token.position)  # fmt: skip
        if len(items) != 1 or kind not in ("sum", "prod"):
            return binders.sum_or_integral(kind, items, token)
        power = self.token
        doubtful = power.text in ("^", "**", "²") and self.tokens[self.at - 1].text == ")"
        if doubtful and self.names.learner and self.opened_apart():
            raise MathsError(
                f"'{token.text} (…)^…' reads two ways: write {token.text}((…)^…) "
                f"or ({token.text}(…))^…",
                token.position,
            )
        return self._over_all(kind, items[0], token)

    def _chosen_letters(self, kind: str) -> bool:
        """Return whether the card's answer chooses over a letter."""
        card = self.names.card
        return card is not None and any(
            isinstance(part, Big) and part.kind == kind for part in card.walk()
        )

    def _signed(self, token: Token, kind: str) -> Node:
        """Read `∑_{i=1}^n body` and `∑ x_i`: the body is the product that follows."""
        if self.token.text == "_":
            self.advance()
            return self._over(kind, self._script(), token)
        if self.token.text == "(" and self.counts_arguments() > 1:
            items, _, _ = self._items(self.advance(), ")")
            return binders.sum_or_integral(kind, items, token)
        if self.token.text == "(" and self.holds_range():
            return self._over(kind, self._script(), token)
        return self._over_all(kind, self._expression(PRODUCT - 1), token)

    def _over_all(self, kind: str, body: Node, token: Token) -> Node:
        """Return a sum that names no index, over the one that its body has."""
        letters = scope.running(body, self.names)
        if len(letters) == 1:
            return Big(kind, body, letters[0])
        if not letters and kind == "sum":
            return Call("total", (body,))
        choices = " or ".join(f"{kind}_{letter}" for letter in letters) or f"{kind}(body, i, 1, n)"
        raise MathsError(f"it is not clear what this runs over: write {choices}", token.position)

    def _over(self, kind: str, under: tuple[Node, ...], token: Token) -> Node:
        """Read `sum_{i=1}^{n} body` or `max_a body`: the body is the product that follows."""
        high = None
        if self.token.text in ("^", "**"):
            self.advance()
            high = self._exponent()
        ranges = [binders.spanned(part, kind, token) for part in binders.parts(under)]
        for name, low, top, _ in ranges:
            if isinstance(name, Name) and not self.names.is_word(name.name):
                raise MathsError(f"under '{token.text}' stands a letter, or i=1", token.position)
            binders.check_bounds(kind, low, top or high, token)
        body = self._expression(PRODUCT - 1)
        return binders.ranged(kind, body, ranges, high)

    def _integral(self, token: Token) -> Node:
        """Read `∫_a^b body dx`."""
        low = high = None
        while self.token.text in ("_", "^") and self.token.kind == "op":
            if self.advance().text == "_":
                under = self._subscript() if self.token.text != "-" else (self._exponent(),)
                if len(under) != 1:
                    raise MathsError("an integral has one lower bound", token.position)
                low = under[0]
            else:
                high = self._exponent()
        for end in (low, high):
            if isinstance(end, Name) and end.name != "inf" and not self.names.is_word(end.name):
                raise MathsError(f"the bound '{end.name}' is not known", token.position)
        if (low is None) != (high is None):
            raise MathsError(
                "an integral needs both bounds, as in int(x^2, x, 0, 1), or none", token.position
            )
        self.integrating += 1
        body = ONE if self.token.kind == "d" else self._expression(SUM - 1)
        self.integrating -= 1
        if self.token.kind != "d":
            raise MathsError("an integral ends in dx: write int(body, x, from, to)",
                             self.token.position)  # fmt: skip
        self.advance()
        variable = self.advance()
        if variable.kind != "name" or not self.names.is_word(variable.text):
            raise MathsError("after the d of an integral stands a letter", variable.position)
        if self.token.text == "/":
            self.advance()
            body = Divide(body, self._expression(PRODUCT))
        elif body == ONE and self.begins_factor(self.token):
            body = self._expression(PRODUCT - 1)
        return Big("int", body, variable.text, low, high)

    def _differential(self) -> Node:
        """Read `∂f`, `∂²f` or the bare ∂ of `∂/∂x`; so with a d."""
        order: tuple[Node, ...] = ()
        if self.token.text in ("^", "**"):
            self.advance()
            order = (self._exponent(),)
        if self.token.text in ("/", *CLOSING) or self.token.kind == "end":
            return Call("partial", (), 0, order)
        operand = self._operand()
        if self.token.text in ("(", "["):
            operand = Mul((operand, self._factor()))
        return Call("partial", (operand,), 0, order)

    def _nabla(self, token: Token) -> Node:
        """Read `∇f`, `∇_θ f`, `∇²f`, `∇·F` and `∇×F`."""
        under: tuple[Node, ...] = ()
        function = "grad"
        while self.token.kind == "op" and self.token.text in ("_", "^", "·", "*"):
            text = self.advance().text
            if text == "_":
                under = self._subscript()
            elif text == "^":
                if self._exponent() != Number("2"):
                    raise MathsError("∇ takes the power 2 alone", token.position)
                function = "laplacian"
            else:
                if under:
                    raise MathsError(f"'{text}' is not expected here", self.token.position)
                function = "div" if text == "·" else "curl"
                break
        if self.token.kind == "end" or self.token.text in (")", "]", "=", ","):
            bare: Node = Index(Name("nabla"), under) if under else Name("nabla")
            return Power(bare, Number("2")) if function == "laplacian" else bare
        operand = self._operand()
        if self.token.text in ("(", "["):
            operand = Mul((operand, self._factor()))
        return Call(function, (operand,), 0, under)


def _unexpected(token: Token) -> MathsError:
    """Return the error for a sign that cannot stand where it does."""
    how = {
        "..": ": a range is written i = 1..n", "=": ": something is missing before it",
        ";": ": items are parted by ','", "^": ": what it raises is missing before it",
        "*": ": a factor is missing before it", "/": ": what it divides is missing before it",
        "!": ": what is denied is written not A", ">": ": halves are written floor(n/2)",
        "&": ": write 'and' between two statements", "_": ": a letter is missing before it",
    }  # fmt: skip
    before = f"'{token.text}' is not expected here"
    return MathsError(before + how.get(token.text, ""), token.position)


def _label(node: Node) -> tuple[Node]:
    """Return a subscript of one part; a label in quotes loses them."""
    return (Name(node.name.strip('"')) if isinstance(node, Name) else node,)


def _flat(rows: list[tuple[Node, ...]], items: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(item for row in rows for item in row) or items
